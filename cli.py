"""What can be asked of saytmetr on the command line? (The commands of the contract, thin.)"""

import csv
import hashlib
import ipaddress
import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

VERSION = "0.1.0"
SOFTWARE = f"saytmetr {VERSION}"
HERE = Path(__file__).parent
PLANS = HERE / "methodology" / "plans"
HAND_ROUNDS = HERE / "methodology" / "rounds"
CLAIMS = HERE / "methodology" / "claims"
REVIEWS = HERE / "reviews"
RESPONSES = HERE / "responses"
OBSERVATIONS = HERE / "observations"
PACKAGE = "package"  # the form of the report that is a folder
MAX_CELL = 60  # letters of a cell of a table on the terminal
# Controls that JSON leaves as they are (C1), marks of direction and of no width.
_UNSEEN_SIGNS = re.compile(r"[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")

F = TypeVar("F", bound=Callable[..., Any])


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


_DB = click.option(
    "--db", default="output/saytmetr.db", show_default=True, help="Database: a file or a SQLAlchemy URL."
)
_ROUND = click.option("--round", "round_name", help="Name of the round; the newest when not given.")
_ARCHIVE = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    default=Path("output/archive"),
    show_default=True,
    help="Folder of the evidence (WARC).",
)
_AGENCIES = click.option(
    "--agencies",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=HERE / "agencies.yaml",
    help="The registry.",
)
_OBSERVATIONS = click.option(
    "--observations",
    type=click.Path(file_okay=False, path_type=Path),
    default=OBSERVATIONS,
    help="Folder of what people saw on profiles (csv).",
)
_PLAN = click.option(
    "--plan",
    default="nap-2016-2018",
    show_default=True,
    help="An action plan of methodology/plans: NAME (its newest edition of the rules) or NAME@EDITION.",
)
_BEFORE_PLAN = click.option("--before-plan", help="NAME@EDITION of the rules that the earlier round was published by.")
_AGAINST = click.option("--against", help="An earlier round to compare with (also a hand-made one: erc-2018).")
_ONLY = click.option("--only", help="Only these authorities: ID,ID.")


def _format(*formats: str) -> Callable[[F], F]:
    return click.option("--format", "form", type=click.Choice(formats), default=formats[0], show_default=True)


def _now() -> datetime:
    return datetime.now(UTC)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="saytmetr")
def cli() -> None:
    """Watches whether a government keeps its open-government promises on its own websites."""


# -- crawl -------------------------------------------------------------------------------------------------------------


def _checked_proxy(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        good = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port out of range, half an IPv6 address
        good = False
    if not good:
        raise click.BadParameter(f"{value!r} is not the address of an HTTP proxy; write it as http://host:port")
    return value


def _checked_name(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    # The name of a round is that of its folder of evidence.
    if value is not None and not re.fullmatch(r"\w[\w.-]*", value):
        raise click.BadParameter(f"{value!r}: letters, digits and . - _ only, and a letter or digit first")
    return value


def _checked_seconds(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number of seconds")
    return value


def _checked_hours(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    begin, _sign, end = value.partition("-")
    if not (begin.isdigit() and end.isdigit() and int(begin) < 24 and int(end) < 24 and begin != end):
        raise click.BadParameter(f"{value!r} is no span of hours; write it as 22-6")
    return int(begin), int(end)


def _is_loopback(proxy: str | None) -> bool:
    host = urlsplit(proxy).hostname if proxy else None
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_to_be_rude(delay: float, proxy: str | None, contact: str | None, whom: str) -> None:
    """Nobody but our own stand-ins is asked without a pause, or without telling who asks. `whom`: the real ones."""
    if delay == 0 and not _is_loopback(proxy):
        raise click.UsageError("--delay 0 switches politeness off and is only for a --proxy on a loopback address")
    if not contact and not _is_loopback(proxy):
        raise click.UsageError(
            f"{whom} only with a contact that their administrators can write to: --contact ADDRESS or SAYTMETR_CONTACT"
        )


_PROXY = click.option(
    "--proxy", callback=_checked_proxy, help="HTTP proxy for every request, http://host:port; it resolves the names."
)
_DELAY = click.option(
    "--delay",
    type=click.FloatRange(min=0),
    callback=_checked_seconds,
    default=2.0,
    show_default=True,
    help="Seconds between two requests to one host.",
)
_TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    callback=_checked_seconds,
    default=30.0,
    show_default=True,
    help="Seconds that one answer may take.",
)


_HOW_TO_GET_A_BROWSER = "there is no browser on this machine; to install one: make browser"


@cli.command()
@_AGENCIES
@_ONLY
@click.option("--group", type=click.Choice(["local", "central"]), help="Only this group.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help='"Today" for every age of the round; the day of the crawl when not given.',
)
@click.option("--round", "round_name", callback=_checked_name, help="Name of the round; its date when not given.")
@_DB
@_ARCHIVE
@_PROXY
@_DELAY
@click.option("--budget", type=click.IntRange(min=1), default=60, show_default=True, help="Pages of one site at most.")
@_TIMEOUT
@click.option(
    "--contact", envvar="SAYTMETR_CONTACT", help="Page or e-mail that a site's administrator finds in our user agent."
)
@click.option(
    "--canary", multiple=True, help="Address that answers whenever our own line is in order; may be repeated."
)
@click.option("--hours", callback=_checked_hours, help="Hours of the day in Baku in which sites are asked, e.g. 22-6.")
@click.option(
    "--browser/--no-browser",
    default=None,
    help="Look at pages that are built by scripts in a browser, and at home pages as a phone shows them; when neither"
    " is said, where there is one.",
)
@click.option("--resume", is_flag=True, help="Go on with a round that was stopped.")
@click.option(
    "--light",
    is_flag=True,
    help="Ask only for the home page, the news list and the known sections of the newest full round.",
)
@click.option(
    "--sample",
    is_flag=True,
    hidden=True,
    help="The pages are those of the sample web; everything made of them says so.",
)
def crawl(
    agencies: Path, only: str | None, group: str | None, as_of: datetime | None, round_name: str | None, db: str,
    archive: Path, proxy: str | None, delay: float, budget: int, timeout: float, contact: str | None,
    canary: tuple[str, ...], hours: tuple[int, int] | None, browser: bool | None,
    resume: bool, light: bool, sample: bool,
) -> None:  # fmt: skip
    """Visit the authorities' sites, keep the evidence, read the findings."""
    _refuse_to_be_rude(delay, proxy, contact, "real sites are visited")
    from archive.known import is_light, light_guides, newest_full
    from archive.leads import Lookout
    from archive.registry import load_registry
    from archive.turn import turn
    from reading.guide import guides
    from reading.method import load_method
    from spiders.browser import executable
    from spiders.crawl import Manners, ProxyGone
    from spiders.crawl import crawl as visit_all
    from spiders.preflight import check_proxy

    registry = load_registry(agencies)
    by_hand = _by_hand(OBSERVATIONS)  # what people wrote is looked at before anybody is visited
    if only:
        registry = registry.only(_listed(only))
    if group:
        registry = registry.of_group(group)  # type: ignore[arg-type]
    if not registry.agencies:
        raise click.UsageError("no authority is left after --only and --group")
    if browser and executable() is None:
        raise click.ClickException(_HOW_TO_GET_A_BROWSER)
    method = load_method()
    manners = Manners(
        delay_s=delay,
        budget_pages=budget,
        timeout_s=timeout,
        proxy=proxy,
        contact=contact,
        canaries=canary,
        hours=hours,
        browser=executable() is not None if browser is None else browser,
    )
    lookout = Lookout(method.browser.trackers, method.browser.more.names)
    signs = [(sign.reason, sign.words) for sign in method.signs.proxy_says]
    if proxy:
        try:  # before a round is begun that could not visit anybody
            check_proxy(proxy, timeout)
        except ProxyGone as gone:
            raise click.ClickException(str(gone)) from gone
    database = _database(db, create=not resume)
    day = as_of.date() if as_of else _now().date()
    # A proxy's password is nobody's business once the round is over.
    settings = asdict(manners) | {"sample": sample, "proxy": urlsplit(proxy).hostname if proxy else None}
    if light:
        settings |= {"light": True}
        newest_full(database)  # or there is nothing to be light about
    with turn(archive, "crawl", _now().isoformat(timespec="seconds")):
        round_ = _round_to_crawl(database, round_name, day, registry, resume, settings)
        chosen = {agency.id for agency in registry.agencies}
        wanted = [agency for agency in database.agencies(round_) if agency.id in chosen]
        ways = light_guides(database, round_) if is_light(round_) else guides(method, round_.as_of)
        again = f"nothing is lost. Go on with the same options and: saytmetr crawl --round {round_.name} --resume"
        try:
            with _Told(f"{round_.name}: sites", len(wanted)) as told:
                summary = visit_all(round_, wanted, ways, database, archive, manners, told, signs, lookout)
        except ProxyGone as stopped:
            raise click.ClickException(f"{stopped}; {again}") from stopped
        if summary.partial:
            database.finish_round(round_, _now(), partial=True, note=summary.note)
        if summary.interrupted or summary.unfinished:
            raise click.ClickException(f"{summary.note or 'stopped'}; {again}")
        database.finish_round(round_, _now())
        _read(database, database.round(round_.name), archive, method.sha256, by_hand)
    found = database.findings(round_)
    states = [authority["site"]["state"] for authority in found["authorities"]]
    counts = ", ".join(
        f"{state} {states.count(state)}" for state in dict.fromkeys(sorted(states, key=lambda s: s != "up"))
    )
    click.echo(f"round {round_.name}, as of {round_.as_of}: {len(states)} authorities: {counts}")
    for agency_id, fault in summary.errors.items():
        click.echo(f"{agency_id}: our own fault ended the visit: {fault}", err=True)


def _round_to_crawl(database: Any, name: str | None, day: date, registry: Any, resume: bool, settings: Any) -> Any:
    if resume:
        return database.round(name)
    taken = {round_.name for round_ in database.rounds()}
    if name is None:
        name = next(
            n for n in (day.isoformat(), *(f"{day.isoformat()}-{i}" for i in range(2, 10_000))) if n not in taken
        )
    ids = [agency.id for agency in registry.agencies]
    return database.start_round(name, day, _now(), registry, ids, SOFTWARE, settings)


class _Told:
    """The live line of a round: sites done, pages, current failures; nothing where there is no terminal."""

    def __init__(self, what: str, total: int):
        self.what, self.total = what, total
        self.pages: dict[str, int] = {}
        self.failed: list[str] = []
        self.bar: Any = None  # rich's Progress, imported only where there is a terminal
        self.task: Any = None

    def __enter__(self) -> Callable[[Any], None]:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[more]}"),
                TimeElapsedColumn(),
            )
            self.bar = Progress(*columns, console=Console(stderr=True))
            self.task = self.bar.add_task(self.what, total=self.total, more="")
            self.bar.start()
        return self.tell

    def tell(self, progress: Any) -> None:
        if self.bar is None:
            return
        self.pages[progress.agency_id] = progress.pages
        if progress.stopped_by == "failures":
            self.failed.append(progress.agency_id)
        failed = f", failed: {len(self.failed)} ({', '.join(self.failed[-3:])})" if self.failed else ""
        self.bar.update(self.task, completed=progress.visits_done, more=f"{sum(self.pages.values())} pages{failed}")

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


# -- social ------------------------------------------------------------------------------------------------------------


@cli.command()
@_ROUND
@_DB
@_ARCHIVE
@_ONLY
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that the looks count as made on, with --sample of crawl; today in Baku when not given.",
)
@_PROXY
@_DELAY
@_TIMEOUT
@click.option("--contact", envvar="SAYTMETR_CONTACT", help="Page or e-mail that a service finds in our user agent.")
@_OBSERVATIONS
def social(
    round_name: str | None, db: str, archive: Path, only: str | None, as_of: datetime | None, proxy: str | None,
    delay: float, timeout: float, contact: str | None, observations: Path,
) -> None:  # fmt: skip
    """Look at the profiles that a round found, and read its findings again with what was seen.

    Only through doors that the networks leave open. Tokens for the interfaces of Meta, X and YouTube come from the
    environment (SAYTMETR_META_TOKEN, SAYTMETR_X_TOKEN, SAYTMETR_GOOGLE_KEY) or from a file of NAME=value that it names
    (SAYTMETR_TOKENS) and that nobody else may read.
    """
    _refuse_to_be_rude(delay, proxy, contact, "real services are asked")
    from archive.turn import turn
    from reading.activity import is_of_round, load_rules
    from reading.method import load_method
    from reading.profiles import BAKU, errands
    from spiders.profiles import Manners, ProxyGone, look_at
    from spiders.tokens import load_tokens

    tokens, by_hand = load_tokens(os.environ), _by_hand(observations)
    method = load_method()
    database = _database(db, create=False)
    round_ = database.round(round_name)
    if round_.settings.get("by_hand"):
        raise click.ClickException(f"round {round_.name} was made by hand: its profiles are not looked at")
    day = as_of.date() if as_of else _now().astimezone(BAKU).date()
    found = database.findings(round_)
    wanted = _listed(only) if only else []
    unknown = sorted(set(wanted) - {authority["id"] for authority in found["authorities"]})
    if unknown:
        raise click.UsageError(f"--only: the round has no {', '.join(unknown)}")
    to_do = list(errands(found, day, tokens.words, method, wanted))
    manners = Manners(delay_s=delay, timeout_s=timeout, proxy=proxy, contact=contact)
    try:  # a turn of its own: no round waits for it
        with (
            turn(archive / ".social", "social", _now().isoformat(timespec="seconds")),
            _Told(f"{round_.name}: profiles", len(to_do)) as told,
        ):
            summary = look_at(round_, to_do, database, archive, manners, tokens, day, told)
    except ProxyGone as gone:
        raise click.ClickException(f"{gone}; what was seen is kept, run it again") from gone
    if is_of_round(day, load_rules(), round_.as_of):  # looks of other days are for other rounds
        _read(database, round_, archive, method.sha256, by_hand)
    seen = summary.profiles - sum(summary.unseen.values())
    reasons = ", ".join(f"{reason} {summary.unseen[reason]}" for reason in sorted(summary.unseen))
    click.echo(
        f"round {round_.name}, {day}: {summary.profiles} profiles: seen {seen} (of these {summary.kept} within a day"
        f" before), unseen {summary.profiles - seen}{f': {reasons}' if reasons else ''}; {summary.requests} requests"
    )


# -- read, findings ----------------------------------------------------------------------------------------------------


def _read(database: Any, round_: Any, archive: Path, method_sha256: str, by_hand: Any = None) -> None:
    from reading.rounds import findings_of

    documents = findings_of(database, round_, archive, _by_hand(OBSERVATIONS) if by_hand is None else by_hand)
    database.add_reading(round_, _now(), SOFTWARE, method_sha256, documents)


@cli.command()
@_ROUND
@_DB
@_ARCHIVE
@_OBSERVATIONS
def read(round_name: str | None, db: str, archive: Path, observations: Path) -> None:
    """Read the findings again from a round's evidence, with no network."""
    from reading.method import load_method

    database = _database(db, create=False)
    round_ = database.round(round_name)
    if round_.settings.get("by_hand"):
        raise click.ClickException(f"round {round_.name} was made by hand: there is no evidence of it to read")
    _read(database, round_, archive, load_method().sha256, _by_hand(observations))
    click.echo(f"round {round_.name}: {len(database.findings(round_)['authorities'])} authorities read again")


@cli.command()
@_ROUND
@_ONLY
@_DB
@_ARCHIVE
@click.option(
    "--pages",
    type=click.IntRange(min=0),
    default=12,
    show_default=True,
    help="Pages of one authority at most, beside its home page.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    callback=_checked_seconds,
    help="Begin nothing more after so long; another call goes on from there.",
)
def pictures(
    round_name: str | None, only: str | None, db: str, archive: Path, pages: int, seconds: float | None
) -> None:
    """Make pictures of the pages that findings stand on, from the archive alone, with the quotes marked."""
    from archive.turn import turn
    from spiders.pictures import NoBrowser, take_pictures

    database = _database(db, create=False)
    round_ = database.round(round_name)
    if round_.settings.get("by_hand"):
        raise click.ClickException(f"round {round_.name} was made by hand: there is no evidence of it to show")

    def tell(taken: Any) -> None:
        for failed in taken.failed:
            click.echo(f"{taken.agency_id}: {failed}", err=True)

    try:
        with turn(archive, "pictures", _now().isoformat(timespec="seconds")):
            taken = take_pictures(database, round_, archive, _listed(only) if only else None, pages, seconds, tell)
    except NoBrowser as none:
        raise click.ClickException(str(none)) from none
    made, kept, left = (sum(getattr(one, what) for one in taken) for what in ("made", "kept", "left"))
    failed = sum(len(one.failed) for one in taken)
    click.echo(
        f"round {round_.name}: {len(taken)} authorities: {made} cells shown now, {kept} before,"
        f" {failed} pages not shown" + (f", {left} pages left for want of time" if left else "")
    )


@cli.command()
@_ROUND
@_DB
@_ONLY
@_format("json", "csv")
def findings(round_name: str | None, db: str, only: str | None, form: str) -> None:
    """Print a round's findings."""
    database = _database(db, create=False)
    found = database.findings(_known_round(database, round_name))
    if only:
        wanted = _listed(only)
        ids = {authority["id"] for authority in found["authorities"]}
        unknown = sorted(set(wanted) - ids)
        if unknown:
            raise click.UsageError(f"--only: the round has no {', '.join(unknown)}")
        found = found | {"authorities": [a for a in found["authorities"] if a["id"] in wanted]}
    if form == "json":
        _print_json(found)
    else:
        _print_csv(("authority", "fact", "state", "reason", "value"), _flat(found))


def _flat(found: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """One row for each authority and fact; `value` is the fact's own fields as JSON."""
    for authority in found["authorities"]:
        facts = {name: authority[name] for name in ("site", "mobile", "social")}
        facts |= {f"sections.{kind}": section for kind, section in authority["sections"].items()}
        facts |= {f"documents.{duty}": document for duty, document in authority.get("documents", {}).items()}
        facts |= {name: authority[name] for name in ("news", "search", "languages")}
        for fact, finding in facts.items():
            value = {k: v for k, v in finding.items() if k not in ("state", "reason", "evidence")}
            told = json.dumps(value, ensure_ascii=False)
            yield {
                "authority": authority["id"],
                "fact": fact,
                "state": finding["state"],
                "reason": finding.get("reason"),
                "value": told,
            }


# -- observations ------------------------------------------------------------------------------------------------------


@cli.group(invoke_without_command=True)
@_OBSERVATIONS
@_ROUND
@_DB
@_format("table", "json", "csv")
@click.pass_context
def observations(context: click.Context, observations: Path, round_name: str | None, db: str, form: str) -> None:
    """List what people saw on profiles, whether the round stands on it, and what nobody could see yet."""
    if context.invoked_subcommand:
        return
    from reading.activity import is_usable, load_rules
    from reading.observations import still_unseen

    looks, database = _by_hand(observations), _database(db, create=False)
    found, rules = database.findings(_known_round(database, round_name)), load_rules()
    as_of = date.fromisoformat(found["round"]["as_of"])
    rows = [
        {
            "authority": look.authority, "network": look.observed.network, "profile": look.observed.url,
            "status": "seen" if is_usable(look.observed, rules, as_of) else "not of this round's days",
            "observed_on": look.observed.observed_on.isoformat(), "observer": look.observed.by, "place": look.place,
        }
        for look in looks
    ]  # fmt: skip
    blank = dict.fromkeys(("observed_on", "observer", "place"))
    unseen = still_unseen(found, looks)
    rows += [
        {"authority": one.authority, "network": one.network, "profile": one.url, "status": f"unseen: {one.reason}"}
        | blank
        for one in unseen
    ]
    if form == "json":
        _print_json({"format": "saytmetr-observations/1", "round": found["round"]["name"], "observations": rows})
    else:
        columns = ("authority", "network", "profile", "status", "observed_on", "observer", "place")
        _print_rows(columns, rows, form)
    click.echo(f"{len(looks)} looks by hand; {len(unseen)} profiles still unseen", err=True)


@observations.command()
@_OBSERVATIONS
@_ROUND
@_DB
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file; printed when not given.")
def new(observations: Path, round_name: str | None, db: str, out: Path | None) -> None:
    """Write a template to be filled in: a row for each profile of the round that is still unseen."""
    from reading.observations import still_unseen, template

    database = _database(db, create=False)
    found = database.findings(_known_round(database, round_name))
    unseen = still_unseen(found, _by_hand(observations))
    if not unseen:
        raise click.ClickException(f"no profile of {found['round']['name']} is unseen: there is nothing to look at")
    if out is None:
        click.echo(template(unseen), nl=False)
        return
    try:
        with out.open("x", encoding="utf-8-sig", newline="") as file:
            file.write(template(unseen))
    except FileExistsError:
        raise click.ClickException(f"{out} is there already: what people wrote is not written over") from None
    click.echo(f"{out}: {len(unseen)} profiles to look at")


# -- score, changes, claims, reviews, report ---------------------------------------------------------------------------


def _judged(
    database: Any, round_: Any, plan_id: str, against_name: str | None, before_plan_id: str | None = None
) -> tuple[Any, Any]:
    """(the round judged with everything the method's files and reviews/ say, the round it is compared with)."""
    from scoring.claims import load_claims
    from scoring.judged import judge
    from scoring.levels import NotEarlier
    from scoring.plans import find_plan, plan_files
    from scoring.review_files import load_reviews

    plan = _plan(plan_id, "--plan")
    before_plan = _plan(before_plan_id, "--before-plan") if before_plan_id else None
    plans = [plan, *(find_plan(PLANS, name) for name in sorted({f.plan for f in plan_files(PLANS)} - {plan.plan}))]
    agencies, kinds = database.agencies(round_), _kinds()
    registry = _registry()
    reviews = load_reviews(REVIEWS, registry, plans, kinds)
    claims = load_claims(CLAIMS, registry, plans, kinds)
    against = _known_round(database, against_name) if against_name else None
    before = database.findings(against) if against else None
    try:
        judged = judge(
            database.findings(round_), agencies, plan, reviews=reviews, claims=claims, other_plans=plans[1:],
            before=before, before_plan=before_plan,
        )  # fmt: skip
    except NotEarlier as error:
        raise click.ClickException(f"--against: {error}; compare with an earlier round") from error
    except ValueError as error:
        raise click.UsageError(f"--before-plan: {error}") from error
    return judged, against


@dataclass(frozen=True)
class _Material:
    """What a report is drawn from."""

    findings: dict[str, Any]
    levels: list[dict[str, Any]]
    agencies: Any
    round_info: Any
    beside: Any


def _material(database: Any, round_: Any, plan: str, against: str | None, before_plan: str | None) -> _Material:
    from publishing.beside import Beside, RoundInfo

    judged, _ = _judged(database, round_, plan, against, before_plan)
    finished = round_.finished_at.isoformat() if round_.finished_at else None
    info = RoundInfo(
        round_.name, round_.as_of, round_.software, round_.registry_sha256, finished, against, round_.partial,
        sample=bool(round_.settings.get("sample")),
    )  # fmt: skip
    beside = Beside(
        judged.plan, judged.changes, judged.claims, judged.held, judged.agreements, judged.before_findings
    )  # fmt: skip
    levels = [_plain_level(level) for level in judged.levels]
    return _Material(judged.findings, levels, database.agencies(round_), info, beside)


def _plan(wanted: str, option: str) -> Any:
    from scoring.plans import NoSuchPlan, find_plan

    try:
        return find_plan(PLANS, wanted)
    except NoSuchPlan as error:
        raise click.UsageError(f"{option}: {error}") from error


def _kinds() -> list[str]:
    from reading.method import load_method

    return [section.id for section in load_method().sections]


def _by_hand(folder: Path) -> Any:
    """What people saw on profiles: every file of the folder, or an error that names all that is wrong."""
    from reading.observations import load_observations

    return load_observations(folder, _registry())


def _registry() -> Any:
    from archive.registry import load_registry

    return load_registry(HERE / "agencies.yaml").agencies


def _plain_level(level: Any) -> dict[str, Any]:
    from scoring.reviews import plain_hand

    return asdict(level) | {"hand": plain_hand(level.hand) if level.hand else None}


@cli.command()
@_PLAN
@_ROUND
@_AGAINST
@_DB
@_format("json", "csv")
def score(plan: str, round_name: str | None, against: str | None, db: str, form: str) -> None:
    """Give the plan's levels and print them."""
    database = _database(db, create=False)
    round_ = _known_round(database, round_name)
    judged, before = _judged(database, round_, plan, against)
    known = judged.plan
    database.add_scoring(round_, known.plan, str(known.edition), before, _now(), SOFTWARE, judged.levels)
    levels = [_plain_level(level) for level in judged.levels]
    if form == "json":
        head = {
            "format": "saytmetr-levels/1",
            "round": round_.name,
            "plan": known.plan,
            "edition": known.edition,
            "against": against,
        }
        _print_json(head | {"levels": levels})
    else:
        rows = [level | {"rule": level["rule"]["en"], "stood_on": " ".join(level["stood_on"])} for level in levels]
        _print_csv(("authority", "item", "level", "base", "reason", "rule", "stood_on"), rows)


@cli.command()
@_PLAN
@_ROUND
@click.option("--against", required=True, help="The earlier round (also a hand-made one: erc-2018).")
@_BEFORE_PLAN
@_DB
@_format("json", "csv")
def changes(plan: str, round_name: str | None, against: str, before_plan: str | None, db: str, form: str) -> None:
    """Compare two rounds cell by cell: better, same, worse or not comparable, and why."""
    database = _database(db, create=False)
    round_ = _known_round(database, round_name)
    judged, _ = _judged(database, round_, plan, against, before_plan)
    rows = [asdict(change) for change in judged.changes]
    if form == "json":
        head = {"format": "saytmetr-changes/1", "round": round_.name, "against": against, "plan": judged.plan.plan}
        _print_json(head | {"edition": judged.plan.edition, "changes": rows})
    else:
        _print_csv(("authority", "what", "was", "now", "verdict", "why", "detail"), rows)


@cli.command()
@_PLAN
@_ROUND
@_DB
@_format("table", "json", "csv")
def claims(plan: str, round_name: str | None, db: str, form: str) -> None:
    """Hold what officials said (methodology/claims) against a round."""
    database = _database(db, create=False)
    round_ = _known_round(database, round_name)
    judged, _ = _judged(database, round_, plan, None)
    rows = [_told(claim, one) for claim, one in zip(judged.claims, judged.held, strict=True)]
    if form == "json":
        _print_json({"format": "saytmetr-claims/1", "round": round_.name, "claims": rows})
    else:
        _print_rows(
            ("claim", "who", "said", "status", "counts", "reason", "text"), [_flat_claim(r) for r in rows], form
        )


def _told(claim: Any, one: Any) -> dict[str, Any]:
    return {
        "claim": claim.id,
        "who": claim.who["en"],
        "said": claim.said_on.isoformat() if claim.said_on else None,
        "items": list(claim.items),
        "text": claim.text,
        "status": one.status,
        "counts": one.counts,
        "behind": {name: list(ids) for name, ids in one.behind.items()},
        "reason": one.reason,
        "beside": one.beside,
    }


def _flat_claim(row: Mapping[str, Any]) -> dict[str, Any]:
    counts = ", ".join(f"{name} {value}" for name, value in row["counts"].items())
    return {**row, "counts": counts, "text": row["text"]["en"]}


@cli.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_PLAN
@_ROUND
@_AGAINST
@click.option("--lang", type=click.Choice(["az", "en"]), default="az", show_default=True, help="Of our own report.")
@click.option(
    "--expected",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With FILE: verdicts by somebody else (claim: status); a difference without a written reason is an error.",
)
@_DB
@_format("table", "json", "csv")
def lint(
    file: Path | None, plan: str, round_name: str | None, against: str | None, lang: str, expected: Path | None,
    db: str, form: str,
) -> None:  # fmt: skip
    """Find what a report says and its rows do not: our own, or the claims of another one (FILE)."""
    database = _database(db, create=False)
    if file is not None:
        _lint_claims(database, file, plan, round_name, expected, form)
        return
    if expected:
        raise click.UsageError("--expected goes with FILE")
    from publishing.edition import edition
    from publishing.lint import lint as look
    from publishing.queries import asked_of

    known = _material(database, _known_round(database, round_name), plan, against, None)
    drawn = edition(known.findings, known.levels, known.agencies, known.round_info, lang, known.beside)
    asked = asked_of(drawn.tables, known.agencies, known.findings, known.levels, known.beside)
    complaints = look(drawn, asked, lang)
    rows = [asdict(one) for one in complaints]
    if form == "json":
        _print_json({"format": "saytmetr-lint/1", "round": known.round_info.name, "complaints": rows})
    elif rows:
        _print_rows(("rule", "where", "what", "mend"), rows, form)
    if complaints:
        raise click.ClickException(f"{len(complaints)} complaints of the report on {known.round_info.name}")
    click.echo(f"the report on {known.round_info.name} agrees with its rows", err=True)


def _lint_claims(
    database: Any, file: Path, plan: str, round_name: str | None, expected: Path | None, form: str
) -> None:
    from scoring.claims import compare_with, held, load_claims_file

    loaded = load_claims_file(file, _registry(), [_plan(plan, "--plan")], _kinds())
    round_ = _known_round(database, round_name or next((c.of_round for c in loaded if c.of_round), None))
    judged, _ = _judged(database, round_, plan, None)
    told = held(loaded, judged.findings, database.agencies(round_), {judged.plan.plan: judged.levels})
    rows = [_told(claim, one) for claim, one in zip(loaded, told, strict=True)]
    if form == "json":
        _print_json({"format": "saytmetr-claims/1", "round": round_.name, "claims": rows})
    else:
        _print_rows(("claim", "status", "counts", "reason", "text"), [_flat_claim(row) for row in rows], form)
    statuses = [one.status for one in told]
    said = ", ".join(f"{status} {statuses.count(status)}" for status in sorted(set(statuses)))
    click.echo(f"{len(told)} claims held against {round_.name}: {said}", err=True)
    unexplained = [d for d in compare_with(expected, told, loaded) if d.why is None] if expected else []
    for one in unexplained:
        click.echo(f"{one.claim}: ours {one.ours}, expected {one.theirs}", err=True)
    if unexplained:
        raise click.ClickException(f"{len(unexplained)} verdicts differ without a reason")


@cli.command()
@_PLAN
@_ROUND
@_DB
@_format("table", "json", "csv")
def reviews(plan: str, round_name: str | None, db: str, form: str) -> None:
    """Print whose word stands beside the machine's in a round, what has lapsed, and how far reviewers agree."""
    database = _database(db, create=False)
    round_ = _known_round(database, round_name)
    judged, _ = _judged(database, round_, plan, None)
    standing = [(review, "stands") for review in judged.used] + [(one.review, one.why) for one in judged.lapsed]
    rows = [
        {
            "review": review.place, "authority": review.entry.authority, "cell": review.entry.cell,
            "reviewer": review.entry.reviewer, "verdict": review.entry.verdict, "status": status,
        }
        for review, status in standing
    ]  # fmt: skip
    if form == "json":
        agreed = [asdict(one) for one in judged.agreements]
        _print_json({"format": "saytmetr-reviews/1", "round": round_.name, "reviews": rows, "agreements": agreed})
        return
    _print_rows(("review", "authority", "cell", "reviewer", "verdict", "status"), rows, form)
    for one in judged.agreements:
        kappa = "not defined" if one.kappa is None else f"{one.kappa:.2f}"
        names = " and ".join(one.reviewers)
        click.echo(f"{names} ({one.what}): agree on {one.agreed} of {one.cells} cells, Cohen's kappa {kappa}", err=True)


@cli.command()
@_PLAN
@_ROUND
@_AGAINST
@_BEFORE_PLAN
@_DB
@_ARCHIVE
@click.option("--lang", type=click.Choice(["az", "en", "ru"]), default="az", show_default=True)
@click.option(
    "--format",
    "forms",
    default="docx,html,xlsx,csv",
    show_default=True,
    help="Any of docx,pdf,html,xlsx,csv,json,package (a Frictionless Data Package).",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("output/report"), show_default=True
)
def report(
    plan: str, round_name: str | None, against: str | None, before_plan: str | None, db: str, archive: Path, lang: str,
    forms: str, out: Path,
) -> None:  # fmt: skip
    """Write the monitoring report and its appendix tables."""
    from publishing.package import write_package
    from publishing.pictures import Album
    from publishing.report import FORMATS, MissingTool, write_report
    from publishing.tables import summary, summary_lines
    from publishing.texts import UnknownLanguage

    wanted, known_forms = _listed(forms), (*FORMATS, PACKAGE)
    unknown = [form for form in wanted if form not in known_forms]
    if unknown or not wanted:
        raise click.UsageError(f"--format: no such format {', '.join(unknown)}; there are: {', '.join(known_forms)}")
    database = _database(db, create=False)
    round_ = _known_round(database, round_name)
    known = _material(database, round_, plan, against, before_plan)
    findings, levels, agencies = known.findings, known.levels, known.agencies
    drawn = [form for form in wanted if form != PACKAGE]
    try:
        album = Album(archive, round_.name)
        written = write_report(findings, levels, agencies, known.round_info, lang, drawn, out, known.beside, album)
        if PACKAGE in wanted:
            written += write_package(findings, levels, agencies, known.round_info, out / PACKAGE, known.beside)
    except (MissingTool, UnknownLanguage) as missing:
        raise click.ClickException(str(missing)) from missing
    for line in summary_lines(summary(findings, levels, agencies, lang, known.beside.plan), lang):
        click.echo(line)
    for path in written:
        click.echo(str(path))


@cli.command()
@click.argument("authority")
@click.option("--item", help="An item of the plan: 4.2.2. Either this or --fact.")
@click.option("--fact", help="One fact: news, mobile, sections.public_council …")
@_PLAN
@_ROUND
@_DB
@_ARCHIVE
@click.option("--lang", type=click.Choice(["az", "en", "ru"]), default="az", show_default=True)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("output/evidence"), show_default=True
)
def evidence(
    authority: str, item: str | None, fact: str | None, plan: str, round_name: str | None, db: str, archive: Path,
    lang: str, out: Path,
) -> None:  # fmt: skip
    """Write what one cell stands on: the pages as a WACZ for any viewer, and a sheet to print."""
    from publishing.evidence_pack import NothingAsked, write_pack

    if (item is None) == (fact is None):
        raise click.UsageError("name what the evidence is of: --item 4.2.2, or --fact news")
    database = _database(db, create=False)
    round_ = _known_round(database, round_name)
    judged, _ = _judged(database, round_, plan, None)
    levels = [_plain_level(level) for level in judged.levels]
    try:
        written = write_pack(
            database, round_, archive, levels, judged.plan, authority, out, lang, item, fact, judged.findings
        )  # fmt: skip
    except NothingAsked as error:
        raise click.UsageError(str(error)) from error
    for path in filter(None, (written.pack, *written.sheets)):
        click.echo(str(path))
    for missing in written.missing:
        click.echo(f"missing: {missing}", err=True)
    if written.missing:
        raise click.ClickException("the evidence is not whole: see above, and the sheet")


# -- stale, rounds, check ----------------------------------------------------------------------------------------------


@cli.command()
@_ROUND
@_DB
@_format("table", "json", "csv")
def stale(round_name: str | None, db: str, form: str) -> None:
    """Print which sites have stopped updating, longest silence first, and when each was due by its own rhythm."""
    from publishing.stale import COLUMNS, RHYTHM_COLUMNS, rows_with_rhythm
    from publishing.stale import stale as standings
    from scoring.rhythm import rhythms

    database = _database(db, create=False)
    round_ = _known_round(database, round_name)
    rows = rows_with_rhythm(standings(database.findings(round_)), rhythms(_history(database, round_), round_.as_of))
    if form == "json":
        _print_json(
            {"format": "saytmetr-stale/1", "round": round_.name, "as_of": round_.as_of.isoformat(), "authorities": rows}
        )
    else:
        rows = [row | {"why": " ".join(row["why"] or ())} for row in rows]
        _print_rows(COLUMNS if form == "table" else (*COLUMNS, *RHYTHM_COLUMNS), rows, form)


def _history(database: Any, round_: Any) -> list[dict[str, Any]]:
    """The findings of a round and of those before it, oldest first; the invented are never put with the real."""
    kind = bool(round_.settings.get("sample"))
    earlier = [
        one
        for one in database.rounds()
        if one.as_of <= round_.as_of
        and bool(one.settings.get("sample")) == kind
        and (not one.settings.get("light") or one.id == round_.id)
        and database.readings(one)
    ]
    return [database.findings(one) for one in sorted(earlier, key=lambda one: (one.as_of, one.started_at))]


@cli.command()
@_DB
@_format("table", "json", "csv")
def rounds(db: str, form: str) -> None:
    """List the rounds that the database holds."""
    database = _database(db, create=False)
    rows = [
        {
            "name": round_.name,
            "as_of": round_.as_of.isoformat(),
            "started_at": round_.started_at.isoformat(),
            "finished_at": round_.finished_at.isoformat() if round_.finished_at else None,
            "authorities": len(database.agencies(round_)),
            "partial": round_.partial,
            "software": round_.software,
        }
        for round_ in database.rounds()
    ]
    if form == "json":
        _print_json({"format": "saytmetr-rounds/1", "rounds": rows})
    else:
        _print_rows(("name", "as_of", "started_at", "finished_at", "authorities", "partial", "software"), rows, form)


# -- rounds by themselves ----------------------------------------------------------------------------------------------


@cli.command(add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.pass_context
def schedule(context: click.Context) -> None:
    """Run rounds by the calendar of schedule.yaml; --list, --history, --run-now, --pause, --resume."""
    import scheduler

    scheduler.main.main(args=context.args, prog_name="saytmetr schedule", standalone_mode=False)


@cli.command()
@_ROUND
@_DB
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option("--send", "only_send", is_flag=True, help="Only deliver what waits.")
@click.option(
    "--outbox",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("output/alerts.db"),
    show_default=True,
    help="What was told to whom, and what waits.",
)
def alerts(round_name: str | None, db: str, dry_run: bool, only_send: bool, outbox: Path) -> None:
    """Tell the channels of alerts.yaml what happened up to a round: each event once."""
    import os

    from publishing.alerts import deliver, load_alerts, take_in
    from publishing.outbox import Busy, Outbox
    from publishing.sender import by_apprise

    told, box = load_alerts(), Outbox(outbox)
    if not only_send:
        database = _database(db, create=False)
        # A light pass is a round too: the newest of all is meant.
        round_ = _known_round(database, round_name) if round_name else database.rounds()[-1]
        events = [one for one in _events(database, round_, outbox.with_name("happened.json")) if one.part_of is None]
        names = {agency.id: agency.name for agency in database.agencies(round_)}
        for taken in take_in(box, told, events, round_, _now(), names=names, dry_run=dry_run):
            for entry in taken.entries:
                click.echo(f"{taken.channel}: {entry.how}: {entry.title}")
    if dry_run:
        return
    try:
        delivered = deliver(box, told, by_apprise, os.environ, _now)
    except Busy as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"sent {len(delivered.sent)}, to be tried again {len(delivered.failed)}")
    for channel, trouble in delivered.troubles:
        click.echo(f"{channel}: {trouble}", err=True)
    if delivered.troubles:
        raise click.ClickException("not every channel could be told")


def _events(database: Any, round_: Any, memory: Path) -> list[Any]:
    """Everything that happened up to a round."""
    from publishing.happened import events_since

    return list(events_since(database, memory, round_, PLANS))


@cli.command()
@_PLAN
@_DB
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("output/board"), show_default=True
)
@click.option("--base-url", help="The address that the board is going to have; feeds and languages are linked by it.")
@click.option(
    "--tag",
    default="saytmetr.invalid,2026",
    show_default=True,
    help="DOMAIN,YEAR for the ids of feed entries; never changed once the feeds are published.",
)
@click.option(
    "--ledger",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("output/ledger.db"),
    show_default=True,
    help="What was owed by the calendar: rounds that were missed are shown.",
)
@_ARCHIVE
def board(plan: str, db: str, out: Path, base_url: str | None, tag: str, ledger: Path, archive: Path) -> None:
    """Write the board: static pages and feeds of who has stopped, who is back and what changed, for any web host."""
    from archive.freshness import lost_rounds
    from publishing.board import Board, NoWholeRound, write_board
    from scoring.claims import load_claims
    from scoring.plans import find_plan, plan_files
    from scoring.responses import load_responses
    from scoring.review_files import load_reviews

    chosen, registry, kinds = _plan(plan, "--plan"), _registry(), _kinds()
    others = [find_plan(PLANS, name) for name in sorted({file.plan for file in plan_files(PLANS)} - {chosen.plan})]
    plans = [chosen, *others]
    about = Board(
        chosen,
        tuple(registry),
        reviews=load_reviews(REVIEWS, registry, plans, kinds),
        claims=load_claims(CLAIMS, registry, plans, kinds),
        other_plans=tuple(others),
        answers=load_responses(RESPONSES, registry, plans, kinds),
        missed=tuple(lost_rounds(ledger)) if ledger.is_file() else (),
        base_url=base_url,
        tag=tag,
        archive=archive,
    )
    try:
        written = write_board(_database(db, create=False), out, about)
    except NoWholeRound as error:
        raise click.ClickException(str(error)) from error
    click.echo(str(out / "index.html"))
    click.echo(f"{len(written)} files", err=True)


@cli.command()
@_DB
@_ARCHIVE
@click.option("--dry-run", is_flag=True, help="Print what would go and how much, and take nothing away.")
@_format("table", "json", "csv")
def prune(db: str, archive: Path, dry_run: bool, form: str) -> None:
    """Take away evidence that nothing needs any more; published rounds (published.yaml) stay for good."""
    from archive.retention import Keep, load_published
    from archive.retention import prune as take_away

    published = load_published(HERE / "published.yaml")
    result = take_away(_database(db, create=False), archive, Keep(), published, _now(), dry_run)
    columns = ("round", "files_gone", "bytes_gone", "files_kept", "bytes_kept", "why")
    rows = [dict(zip(columns, one, strict=True)) for one in result.by_round()]
    if form == "json":
        _print_json({"format": "saytmetr-prune/1", "dry_run": dry_run, "rounds": rows})
    else:
        _print_rows(columns, rows, form)
    would = "would be freed" if dry_run else "freed"
    click.echo(f"{result.freed_bytes} bytes {would}, {result.kept_bytes} kept", err=True)


@cli.command()
@_AGENCIES
def check(agencies: Path) -> None:
    """Check agencies.yaml and the methodology files, and say what is wrong and where."""
    from archive.border import Unusable, load
    from archive.registry import load_registry
    from archive.retention import load_published
    from publishing.alerts import load_alerts
    from reading.activity import FILE as ACTIVITY
    from reading.activity import load_rules
    from reading.method import files, load_method
    from reading.observations import load_observations
    from reading.phone import FILE as PHONE_VIEW
    from reading.phone import load_phone_view
    from scheduler import load_schedule
    from scoring.claims import load_claims_file
    from scoring.plans import load_edition, plan_files
    from scoring.responses import load_responses
    from scoring.review_files import load_reviews
    from scoring.rhythm import load_method as load_rhythm
    from scoring.rounds import load_round
    from scoring.scales import load_scales
    from spiders.browser import executable

    def known() -> tuple[Any, list[Any], list[str]]:
        """What claims and reviews may name. They are of this house's registry: another one is not asked of them."""
        own = agencies.resolve() == (HERE / "agencies.yaml").resolve()
        return _registry() if own else (), [load_edition(file) for file in plan_files(PLANS)], _kinds()

    def edition(file: Any) -> object:
        method = load_method()
        return load_edition(file, method.kinds, method.duty)

    checks: list[tuple[Path, Callable[[], object]]] = [(agencies, lambda: load_registry(agencies))]
    plain = ((path, model) for path, model in files() if path != ACTIVITY)
    checks += [(path, lambda path=path, model=model: load(path, model)) for path, model in plain]  # type: ignore[misc]
    checks += [(file.path, lambda file=file: edition(file)) for file in plan_files(PLANS)]  # type: ignore[misc]
    checks += [(HERE / "methodology" / "scales.yaml", load_scales), (HERE / "methodology" / "rhythm.yaml", load_rhythm)]
    checks += [(PHONE_VIEW, load_phone_view)]
    checks += [(ACTIVITY, lambda: load_rules(ACTIVITY))]
    checks += [(path, lambda path=path: load_round(path)) for path in sorted(HAND_ROUNDS.glob("*.yaml"))]  # type: ignore[misc]
    checks += [(path, lambda path=path: load_claims_file(path, *known())) for path in sorted(CLAIMS.glob("*.yaml"))]  # type: ignore[misc]
    checks += [
        (HERE / "schedule.yaml", load_schedule),
        (HERE / "alerts.yaml", load_alerts),
        (HERE / "published.yaml", lambda: load_published(HERE / "published.yaml")),
        (REVIEWS, lambda: load_reviews(REVIEWS, *known())),
        (RESPONSES, lambda: load_responses(RESPONSES, *known())),
        (OBSERVATIONS, lambda: load_observations(OBSERVATIONS, known()[0])),
    ]
    wrong = 0
    for path, look in checks:
        try:
            look()
        except Unusable as fault:
            wrong += 1
            click.echo(str(fault))
        else:
            click.echo(f"{_shown(path)}: in order")
    found = executable()
    click.echo(f"browser: {found}" if found else f"browser: {_HOW_TO_GET_A_BROWSER}")
    if wrong:
        raise click.ClickException(f"{wrong} of {len(checks)} files are not usable")


def _shown(path: Path) -> str:
    return str(path.relative_to(HERE)) if path.is_relative_to(HERE) else str(path)


# -- what the commands share -------------------------------------------------------------------------------------------


def _database(db: str, create: bool = True) -> Any:
    from archive.database import open_database

    return open_database(db, create=create)


def _known_round(database: Any, name: str | None) -> Any:
    """A round of the database; a hand-made one of methodology/rounds is put there, and again when its file changed."""
    path = HAND_ROUNDS / f"{name}.yaml"
    if name is None or not path.is_file():
        return database.round(name)
    known = {round_.name: round_ for round_ in database.rounds()}
    readings = database.readings(known[name]) if name in known else []
    if readings and readings[-1].method_sha256 == hashlib.sha256(path.read_bytes()).hexdigest():
        return known[name]
    from archive.registry import load_registry
    from scoring.rounds import SOFTWARE as BY_HAND
    from scoring.rounds import findings_of, load_round

    loaded = load_round(path)
    found = findings_of(loaded)
    begun, ended = (datetime.fromisoformat(found["round"][key]) for key in ("started_at", "finished_at"))
    if name not in known:
        registry = load_registry(HERE / "agencies.yaml")
        ids = [authority["id"] for authority in found["authorities"]]
        database.start_round(name, loaded.round.as_of, begun, registry, ids, BY_HAND, {"by_hand": True})
    round_ = database.round(name)
    facts = [
        (a["id"], {fact: value for fact, value in a.items() if isinstance(value, dict)}) for a in found["authorities"]
    ]
    database.add_reading(round_, _now(), BY_HAND, loaded.sha256, facts)
    return database.finish_round(round_, ended)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _print_json(value: object) -> None:
    """What a terminal would obey, or what turns a line around, is printed by its number: the value stays the same."""
    click.echo(
        _UNSEEN_SIGNS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, ensure_ascii=False, indent=1))
    )


def _print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    from publishing.csv import harmless

    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for row in rows:
        cells = [row[name] for name in columns]
        writer.writerow([harmless(_UNSEEN_SIGNS.sub("", one)) if isinstance(one, str) else one for one in cells])


def _print_rows(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], form: str) -> None:
    if form == "csv":
        _print_csv(columns, rows)
        return
    from publishing.clean import clean

    table = [[clean("–" if row[name] is None else str(row[name]))[:MAX_CELL] for name in columns] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in table), 0) for i, name in enumerate(columns)]
    for line in (list(columns), *table):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def main() -> None:
    """Run a command; trouble that has words for the person who asked ends in those words and exit status 1."""
    from archive.border import Unusable
    from archive.database import Trouble
    from archive.evidence import Damaged
    from archive.registry import NoSuchAgency

    try:
        cli.main(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except NoSuchAgency as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except (Trouble, Unusable, Damaged) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except OSError as error:  # disk full, no right to write there
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
