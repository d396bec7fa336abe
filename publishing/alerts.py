"""Who is told of what happened, in which words, and when?

Events come from scoring (scoring/events.py), where they were held until enough looks had confirmed them. Here it is
decided for each channel of alerts.yaml whether it asked for such an event, and whether it goes by itself, with others
in a digest, or waits for the end of the quiet hours. What was decided stands in the outbox and is not decided again:
one message per event, however often the event is handed in. Nothing is taken in from a partial round.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from archive.border import Complaint, Record, load, near, wrong
from archive.database import Trouble
from publishing.clean import address as as_link
from publishing.clean import clean
from publishing.outbox import Entry, Message, Outbox
from publishing.sender import NoAddress, Send, address_from
from scoring.rhythm import EVENT_KINDS
from scoring.rhythm import load_method as load_rhythm

FOLDER = Path(__file__).parent / "alerts"
ALERTS = Path(__file__).parent.parent / "alerts.yaml"
SHOWN_MEMBERS = 12

Language = Literal["az", "en"]


class Event(Protocol):
    """What is read of an event (scoring.events.Event)."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def authority(self) -> str | None: ...
    @property
    def name(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def since(self) -> date: ...
    @property
    def noticed_on(self) -> date: ...
    @property
    def look(self) -> str: ...
    @property
    def before(self) -> Mapping[str, Any]: ...
    @property
    def after(self) -> Mapping[str, Any]: ...
    @property
    def sure(self) -> str: ...
    @property
    def why(self) -> Sequence[str]: ...
    @property
    def members(self) -> Sequence[str]: ...
    @property
    def part_of(self) -> str | None: ...


class RoundOfEvents(Protocol):
    """What is read of a round (archive.database.Round)."""

    @property
    def name(self) -> str: ...
    @property
    def partial(self) -> bool: ...
    @property
    def finished_at(self) -> datetime | None: ...
    @property
    def settings(self) -> Mapping[str, Any]: ...


class NotWhole(Trouble):
    """A round that is partial or not finished: nothing is told of it."""


# -- alerts.yaml -------------------------------------------------------------------------------------------------------


class Secret(Record):
    """Where an address is; never the address."""

    env: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "Secret":
        if (self.env is None) == (self.file is None):
            raise wrong("an address is in the environment or in a file", "write {env: NAME} or {file: path}")
        return self


class Channel(Record):
    """Fields as alerts.yaml explains them."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    address: Secret
    language: Language
    kinds: tuple[str, ...] | None = None
    mute: tuple[str, ...] = ()
    digest_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    quiet: Annotated[str, Field(pattern=r"^([01]?\d|2[0-3])-([01]?\d|2[0-3])$")] | None = None
    board: str | None = None

    def opens(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When something may be sent: now, or the end of the quiet hours."""
        if self.quiet is None:
            return now
        begin, end = (int(hour) for hour in self.quiet.split("-"))
        here = now.astimezone(zone)
        is_quiet = begin <= here.hour < end if begin < end else here.hour >= begin or here.hour < end
        if not is_quiet:
            return now
        opens = here.replace(hour=end, minute=0, second=0, microsecond=0)
        return opens if opens > here else opens + timedelta(days=1)

    def last_digest_hour(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The newest moment at which a digest was due."""
        assert self.digest_at is not None
        here = now.astimezone(zone)
        due = datetime.combine(here.date(), time.fromisoformat(self.digest_at), zone)
        return due if due <= here else due - timedelta(days=1)


class Alerts(Record):
    """All of alerts.yaml."""

    timezone: str
    max_age_days: Annotated[int, Field(ge=1)]
    channels: tuple[Channel, ...]

    @model_validator(mode="after")
    def _is_a_zone(self) -> "Alerts":
        try:
            ZoneInfo(self.timezone)
        except (LookupError, ValueError):
            raise wrong(f"there is no time zone {self.timezone!r}", "write it as in Asia/Baku") from None
        return self

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def load_alerts(path: Path = ALERTS) -> Alerts:
    """Raises archive.border.Unusable."""
    return load(path, Alerts, also=_sound)


def _sound(alerts: Alerts) -> Iterable[Complaint]:
    seen: set[str] = set()
    for place, channel in enumerate(alerts.channels):
        if channel.name in seen:
            yield Complaint(("channels", place, "name"), f"{channel.name} stands twice", "give one another name")
        seen.add(channel.name)
        for kind in channel.kinds or ():
            if kind not in EVENT_KINDS:
                mend = f"{near(kind, EVENT_KINDS)}there are: {', '.join(EVENT_KINDS)}"
                yield Complaint(("channels", place, "kinds"), f"there are no events {kind!r}", mend)


# -- words -------------------------------------------------------------------------------------------------------------


class Texts(Record):
    """publishing/alerts/<language>.yaml."""

    lang: Language
    title: str
    title_level: str
    sample: str
    digest_title: str
    digest_title_one: str
    since: str
    change: str
    now: str
    source: str
    quote: str
    members: str
    more: str
    sure: str
    why: str
    board: str
    id: str
    repeat: str
    last_post: str
    values: dict[str, str]
    facts: dict[str, str]
    networks: dict[str, str]


@cache
def texts(language: Language) -> Texts:
    """Raises archive.border.Unusable."""
    return load(FOLDER / f"{language}.yaml", Texts)


def title_of(event: Event, language: Language, is_sample: bool) -> str:
    """One line: of whom, and what happened."""
    words = texts(language)
    said = load_rhythm().words("events", event.kind)[language]
    room, _, rest = event.what.partition(".")
    finer = {"sections": words.facts.get(rest), "social": _network(rest, words)}
    item = finer.get(room, event.what)
    is_finer = room in finer or event.kind.startswith("level_")
    shape = words.title_level if is_finer and item else words.title
    told = shape.format(name=clean(event.name), event=said, item=clean(item or ""))
    return (words.sample if is_sample else "") + told


def _network(profile: str, words: Texts) -> str:
    """ "Facebook, binagadi" of the profile `facebook.binagadi`."""
    network, _, name = profile.partition(".")
    return f"{words.networks.get(network, network)}, {name}"


def body_of(event: Event, language: Language, board: str | None, names: Mapping[str, str]) -> str:
    """The rest: since when, what it was and is, where it can be seen, how sure it is. `names`: of members, by id."""
    words, rhythm = texts(language), load_rhythm()
    lines = [words.since.format(since=event.since, noticed_on=event.noticed_on, look=clean(event.look))]
    before, after = (_value(side, words) for side in (event.before, event.after))
    if after and before:
        lines.append(words.change.format(before=before, after=after))
    elif after:
        lines.append(words.now.format(after=after))
    if last := event.after.get("last_post"):
        days = (date.fromisoformat(event.after["observed_on"]) - date.fromisoformat(last)).days
        lines.append(words.last_post.format(date=last, days=days))
    lines += _proof(event.after, words)
    if event.members:
        shown = ", ".join(clean(names.get(one, one)) for one in event.members[:SHOWN_MEMBERS])
        rest = len(event.members) - SHOWN_MEMBERS
        shown += f" {words.more.format(count=rest)}" if rest > 0 else ""
        lines.append(words.members.format(members=shown))
    lines.append(words.sure.format(sure=rhythm.words("surenesses", event.sure)[language]))
    why = [rhythm.words("reasons" if one in rhythm.reasons else "causes", one)[language] for one in event.why]
    if why:
        lines.append(words.why.format(why="; ".join(one.rstrip(".") for one in why)))
    if board is not None:
        lines.append(words.board.format(url=board.rstrip("/") + "/"))
    return "\n".join(lines)


def _value(side: Mapping[str, Any], words: Texts) -> str:
    value = side.get("value")
    return "" if value is None else words.values.get(str(value), clean(str(value)))


def _proof(after: Mapping[str, Any], words: Texts) -> list[str]:
    proof = next(iter(after.get("evidence") or ()), None)
    if proof is None:
        return []
    lines, link = [], as_link(proof.get("url"))
    if link is not None:
        lines.append(words.source.format(url=link))
    if proof.get("quote"):
        lines.append(words.quote.format(quote=clean(proof["quote"]), on=str(proof.get("seen_at", ""))[:10]))
    return lines


# -- taking in ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """What became of the events of a round for one channel; those it knew already are not among them."""

    channel: str
    entries: tuple[Entry, ...]


def take_in(
    outbox: Outbox,
    alerts: Alerts,
    events: Sequence[Event],
    round: RoundOfEvents,
    now: datetime,
    names: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> list[Taken]:
    """Puts the events of a round into the outbox of every channel, each once, ever; a dry run only says what it would.

    `names`: of authorities, by id. Raises NotWhole.
    """
    if round.partial or round.finished_at is None:
        how = "partial" if round.partial else "not finished"
        raise NotWhole(f"round {round.name} is {how}: no alert is sent of it")
    is_sample = bool(round.settings.get("sample"))
    taken = []
    for channel in alerts.channels:
        known = outbox.known(channel.name)
        new = {event.id: event for event in events if event.id not in known}
        entries = [_entry(event, channel, alerts, is_sample, names or {}, now) for event in new.values()]
        if not dry_run:
            entries = outbox.take_in(channel.name, entries, channel.opens(now, alerts.zone), now)
        taken.append(Taken(channel.name, tuple(entries)))
    return taken


def _entry(
    event: Event, channel: Channel, alerts: Alerts, is_sample: bool, names: Mapping[str, str], now: datetime
) -> Entry:
    silent = _why_silent(event, channel, alerts, now)
    if silent is not None:
        return Entry(event.id, silent)
    title = title_of(event, channel.language, is_sample)
    body = body_of(event, channel.language, channel.board, names)
    if channel.digest_at is not None:
        return Entry(event.id, "digest", title, body)
    message = _id(channel.name, event.id)
    return Entry(event.id, "message", title, f"{body}\n{texts(channel.language).id.format(id=message)}", message)


def _why_silent(event: Event, channel: Channel, alerts: Alerts, now: datetime) -> str | None:
    if event.part_of is not None:
        return "part_of_another"  # the event of which it is a part tells of it
    if channel.kinds is not None and event.kind not in channel.kinds:
        return "not_asked"
    if event.authority in channel.mute:
        return "muted"
    if (now.astimezone(alerts.zone).date() - event.noticed_on).days > alerts.max_age_days:
        return "old"
    return None


def _id(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


# -- delivering --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Delivered:
    """What one delivery did. `troubles`: (channel, why), in words without any address."""

    sent: tuple[Message, ...]
    failed: tuple[Message, ...]
    waiting: int
    troubles: tuple[tuple[str, str], ...]


def deliver(
    outbox: Outbox,
    alerts: Alerts,
    send: Send,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
) -> Delivered:
    """Sends what is due. What fails waits for a later delivery, at growing pauses. Raises publishing.outbox.Busy."""
    sent: list[Message] = []
    failed: list[Message] = []
    troubles: list[tuple[str, str]] = []
    with outbox.delivering():
        for channel in alerts.channels:
            _make_digest(outbox, channel, alerts, clock())
            due = _due(outbox, channel, alerts, clock())
            if not due:
                continue
            try:
                file = None if channel.address.file is None else Path(channel.address.file).expanduser()
                address = address_from(channel.name, channel.address.env, file, environ)
                for message in due:
                    (sent if _send(outbox, message, channel, send, address, clock) else failed).append(message)
            except NoAddress as trouble:
                troubles.append((channel.name, str(trouble)))
        gone = {message.channel for message in outbox.messages("waiting")} - {one.name for one in alerts.channels}
        troubles += [(name, "messages wait for this channel, which alerts.yaml has no more") for name in sorted(gone)]
        return Delivered(tuple(sent), tuple(failed), len(outbox.messages("waiting")), tuple(troubles))


def _due(outbox: Outbox, channel: Channel, alerts: Alerts, now: datetime) -> list[Message]:
    if channel.opens(now, alerts.zone) > now:
        return []
    waiting = (message for message in outbox.messages("waiting") if message.channel == channel.name)
    return [message for message in waiting if message.not_before <= now]


def _send(
    outbox: Outbox, message: Message, channel: Channel, send: Send, address: str, clock: Callable[[], datetime]
) -> bool:
    outbox.going(message.id)
    repeat = f"\n{texts(channel.language).repeat}" if message.is_unsure else ""
    try:
        taken = send(address, message.title, message.body + repeat)
    except NoAddress:
        outbox.failed(message.id, "its address is none that Apprise can use", clock())
        raise
    if taken:
        outbox.sent(message.id, clock())
    else:
        outbox.failed(message.id, "the service did not take it", clock())
    return taken


def _make_digest(outbox: Outbox, channel: Channel, alerts: Alerts, now: datetime) -> None:
    """One message of all events that came before the newest digest hour and are in no digest yet."""
    if channel.digest_at is None:
        return
    due = channel.last_digest_hour(now, alerts.zone)
    waiting = outbox.for_digest(channel.name, due)
    if not waiting:
        return
    words, on = texts(channel.language), due.date().isoformat()
    title = words.digest_title_one if len(waiting) == 1 else words.digest_title
    message = _id(channel.name, *(entry.event for entry in waiting))
    blocks = [f"{entry.title}\n{entry.body}" for entry in waiting] + [words.id.format(id=message)]
    body = "\n\n".join(blocks)
    events = [entry.event for entry in waiting]
    told = title.format(count=len(waiting), on=on)
    outbox.make_digest(message, channel.name, told, body, events, channel.opens(now, alerts.zone), now)
