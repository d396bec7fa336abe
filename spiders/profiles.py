"""How are an authority's profiles in social networks looked at, as a guest who knocks?

Each step is asked for through the one guard and put into the archive like any page; which step, reading says
(archive/asks.py). One request at a time to one host, at the pace that it asks for: Retry-After, x-rate-limit-*,
X-App-Usage and X-Business-Use-Case-Usage are read and obeyed, and a service that wants to be left alone for longer than
a minute is, also by the next run. Pages and feeds obey robots.txt; interfaces that are
asked with a token are made for programs. A profile that was seen less than a day ago, for whatever round, is not asked
again: the earlier look counts.
"""

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from archive.asks import PURPOSE, Ask, Errand
from archive.capture import Capture, Headers
from archive.codings import ACCEPT_ENCODING, BadEncoding, TooLarge, inflate
from archive.database import Database, Look, Round, Trouble
from archive.evidence import Damaged, Evidence, InUse, SetAside, Stored
from archive.quality import as_readable, graded
from spiders.guard import Forbidden, Names, PrivateAnswer, refusal
from spiders.manners import Manners
from spiders.pace import MAX_CRAWL_DELAY_S, MAX_RETRY_AFTER_S, http_date, retry_after_s, slot_of
from spiders.preflight import check_proxy
from spiders.robots import MAX_HOPS, Refusal, Rules, origin_of, rules_of
from spiders.site import Progress
from spiders.tls import Trust
from spiders.tokens import SECRET_HEADERS, Tokens
from spiders.wire import NoAnswer, ProxyGone, ProxyRefuses, by_proxy_status, shown

__all__ = ["LookSummary", "Manners", "ProxyGone", "look_at"]

KEPT = timedelta(hours=24)
MAX_ASKS = 30  # of one profile
MAX_BYTES = 8_000_000  # of one answer, as it comes and unpacked
PAUSE = timedelta(minutes=15)  # for a service that limits us and does not say how long
LONGEST_PAUSE_S = 86_400.0  # whatever is asked for, a day later we knock again
USAGE_PAUSE = timedelta(hours=1)  # Meta counts by the hour
FULL_PERCENT = 95  # of what Meta lets an application ask
REDACTED = "Saytmetr-Redacted"
_PASSING = frozenset({"timeout", "reset", "refused"})
_LOGS = ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "httpcore.proxy")  # may tell headers


@dataclass(frozen=True)
class LookSummary:
    """What one run did. `unseen`: how many profiles were not seen, by reason; `kept`: seen less than a day ago."""

    profiles: int
    asked: int
    kept: int
    unseen: dict[str, int]
    requests: int
    bytes: int
    seconds: float


@dataclass
class _Place:
    """One host: its beat, and until when it wants to be left alone."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_at: float = 0.0  # of the monotonic clock
    step_s: float = 0.0
    closed_until: datetime | None = None


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Headers
    wire: bytes
    sent: Headers
    tls: str


def look_at(
    round_: Round,
    errands: Iterable[Errand],
    database: Database,
    archive_dir: Path,
    manners: Manners,
    tokens: Tokens,
    observed_on: date,
    on_progress: Callable[[Progress], None] | None = None,
) -> LookSummary:
    """Looks at profiles for a round. What was done when it is stopped stays done, also by kill -9.

    `observed_on`: the day in Baku that the looks count as made on. Raises ProxyGone, and archive.database.Trouble.
    """
    if manners.proxy is not None:
        check_proxy(manners.proxy, manners.timeout_s)
    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    looker = _Looker(round_, tuple(errands), database, archive_dir, manners, tokens, observed_on, on_progress)
    return asyncio.run(looker.run())


class _Looker:
    def __init__(
        self,
        round_: Round,
        errands: Sequence[Errand],
        database: Database,
        archive_dir: Path,
        manners: Manners,
        tokens: Tokens,
        observed_on: date,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._round, self._errands, self._database = round_, errands, database
        self._manners, self._tokens, self._observed_on = manners, tokens, observed_on
        self._on_progress = on_progress
        self._files = _Files(round_, database, archive_dir)
        self._archive_dir = archive_dir
        self._line = _Line(manners)
        self._places: dict[str, _Place] = {}
        self._rules: dict[str, Rules] = {}
        self._shared: dict[str, tuple[Capture, bytes]] = {}
        self._refused_tokens: set[str] = set()
        self._asleep: dict[str, datetime] = {}  # network -> until when an earlier run was asked to leave it alone
        self._known: dict[tuple[str, str], list[Look]] = {}
        self._done = self._asked = self._kept = self._requests = self._bytes = 0
        self._unseen: dict[str, int] = {}

    async def run(self) -> LookSummary:
        began = time.monotonic()
        self._remember(datetime.now(UTC))
        by_network: dict[str, list[Errand]] = {}
        for errand in self._errands:
            by_network.setdefault(errand.network, []).append(errand)
        try:
            async with asyncio.TaskGroup() as tasks:
                for errands in by_network.values():
                    tasks.create_task(self._look_at_all(errands))
        except* (Trouble, Damaged, InUse, OSError) as stopped:
            raise _first(stopped) from None
        finally:
            self._files.close()
            await self._line.close()
        return LookSummary(
            len(self._errands),
            self._asked,
            self._kept,
            self._unseen,
            self._requests,
            self._bytes,
            time.monotonic() - began,
        )

    def _remember(self, now: datetime) -> None:
        """What earlier runs saw, and which services they were asked to leave alone."""
        for look in self._database.looks(since=now - KEPT):
            self._known.setdefault((look.network, look.url), []).append(look)
            if look.not_before is not None and look.not_before > now:
                self._asleep[look.network] = max(look.not_before, self._asleep.get(look.network, look.not_before))

    async def _look_at_all(self, errands: Sequence[Errand]) -> None:
        for errand in errands:
            if not self._is_kept(errand):
                await self._look_at(errand)
            self._done += 1
            if self._on_progress is not None:
                self._on_progress(
                    Progress(errand.agency_id, self._requests, self._asked, None, self._done, len(self._errands))
                )

    def _is_kept(self, errand: Errand) -> bool:
        """Whether it was seen less than a day ago; that look is then this round's too."""
        for look in reversed(self._known.get((errand.network, errand.url), [])):
            is_seen = look.reason is None and look.file is not None and (self._archive_dir / look.file).exists()
            if not is_seen or abs((look.observed_on - self._observed_on).days) > 1:
                continue
            if look.round_id != self._round.id or look.agency_id != errand.agency_id:
                self._add(errand, look.looked_at, look.observed_on, None, None, look.file, look.records)
            self._kept += 1
            return True
        return False

    def _add(
        self,
        errand: Errand,
        at: datetime,
        on: date,
        reason: str | None,
        not_before: datetime | None,
        file: str | None,
        records: Iterable[Stored],
    ) -> None:
        self._database.add_look(
            self._round, errand.agency_id, errand.network, errand.url, at, on, reason, not_before, file, records
        )

    # one profile

    async def _look_at(self, errand: Errand) -> None:
        began = datetime.now(UTC)
        captures: list[Capture] = []
        records: list[Stored] = []
        stopped: str | None = None
        ask: Ask | None = None
        last: Ask | None = None
        for _ in range(MAX_ASKS):
            ask = errand.way.next(captures)
            if ask is None:
                break
            stopped = self._may_not(errand, ask)
            if stopped is not None:
                break
            last = ask
            for capture, stored in await self._answers_to(errand, ask):
                captures.append(capture)
                records.append(stored)
        reason = errand.way.why_unseen(captures)
        if reason is not None and stopped is not None:
            reason = stopped
        not_before = self._after(errand, last or ask, reason, was_asked=last is not None)
        if reason is not None:
            self._unseen[reason] = self._unseen.get(reason, 0) + 1
        self._asked += bool(captures)
        if not captures and self._is_said(errand, reason):
            return
        file = self._files.name_of(errand.agency_id) if records else None
        self._add(errand, began, self._observed_on, reason, not_before, file, records)

    def _is_said(self, errand: Errand, reason: str | None) -> bool:
        """Whether this round has it already that nothing could be asked, for the same reason."""
        known = [
            look
            for look in self._known.get((errand.network, errand.url), ())
            if look.round_id == self._round.id and look.agency_id == errand.agency_id
        ]
        return bool(known) and known[-1].reason == reason and known[-1].file is None

    def _may_not(self, errand: Errand, ask: Ask) -> str | None:
        """Why this is not asked at all."""
        if ask.token is not None:
            if self._tokens.get(ask.token) is None:
                return "no_token"
            if ask.token in self._refused_tokens:
                return "token_refused"
        until = self._place(ask.url).closed_until or self._asleep.get(errand.network)
        return "rate_limited" if until is not None and until > datetime.now(UTC) else None

    def _after(self, errand: Errand, ask: Ask | None, reason: str | None, was_asked: bool) -> datetime | None:
        """What a look means for the next ones; until when the service wants to be left alone."""
        if ask is None:
            return None
        if reason == "token_refused" and ask.token is not None:
            self._refused_tokens.add(ask.token)
        place = self._place(ask.url)
        if reason == "rate_limited" and was_asked and place.closed_until is None:
            place.closed_until = datetime.now(UTC) + PAUSE
        return place.closed_until or self._asleep.get(errand.network)

    def _place(self, url: str) -> _Place:
        place = self._places.setdefault(slot_of(url), _Place())
        place.step_s = max(place.step_s, self._manners.delay_s)
        return place

    # one request

    async def _answers_to(self, errand: Errand, ask: Ask) -> list[tuple[Capture, Stored]]:
        """What was answered, and once more where that may pass."""
        if ask.is_shared and ask.url in self._shared:
            return [self._keep(errand, *self._shared[ask.url])]
        kept = [await self._answer_to(errand, ask)]
        wait_s = self._second_look_s(ask, kept[0][0])
        if wait_s is not None:
            self._place(ask.url).next_at = time.monotonic() + wait_s
            kept.append(await self._answer_to(errand, ask))
            self._second_look_s(ask, kept[-1][0])
        return kept

    def _second_look_s(self, ask: Ask, capture: Capture) -> float | None:
        """How long to wait before asking again; None where that is of no use, or no longer our business."""
        place, now = self._place(ask.url), datetime.now(UTC)
        wait_s = _wanted_pause_s(capture)
        if wait_s > MAX_RETRY_AFTER_S:
            place.closed_until = now + timedelta(seconds=wait_s)
            return None
        if wait_s:
            place.next_at = max(place.next_at, time.monotonic() + wait_s)
        if capture.status == 429 or (capture.status or 0) >= 500 or capture.failure in _PASSING:
            return max(wait_s, self._manners.second_look_s)
        return None

    async def _answer_to(self, errand: Errand, ask: Ask) -> tuple[Capture, Stored]:
        refused = refusal(ask.url)
        if refused is not None:
            return self._keep(errand, _failure(ask.url, "forbidden_redirect", refused))
        if not ask.is_api:
            rule = await self._robots(errand, ask.url)
            if rule is not None:
                return self._keep(errand, _failure(ask.url, rule.reason, rule.detail))
        capture, wire = await self._fetched(ask.url, PURPOSE, ask.token)
        if ask.is_shared:
            self._shared[ask.url] = capture, wire
        return self._keep(errand, capture, wire)

    def _keep(self, errand: Errand, capture: Capture, wire: bytes = b"") -> tuple[Capture, Stored]:
        stored = self._files.of(errand.agency_id).append(capture, wire)
        return as_readable(capture), stored

    async def _robots(self, errand: Errand, url: str) -> Refusal | None:
        origin = origin_of(url)
        if origin not in self._rules:
            self._rules[origin] = await self._rules_of(errand, f"{origin}/robots.txt")
        rules = self._rules[origin]
        place = self._place(url)
        place.step_s = max(place.step_s, min(rules.delay_s, MAX_CRAWL_DELAY_S))
        return rules.refusal(url)

    async def _rules_of(self, errand: Errand, url: str) -> Rules:
        for number in range(MAX_HOPS + 1):
            refused = refusal(url)
            if refused is not None:
                capture = _failure(url, "forbidden_redirect", refused, "robots")
                return rules_of(self._keep(errand, capture)[0])
            capture, wire = await self._fetched(url, "robots", None)
            if number == 0 and (capture.failure in _PASSING or (capture.status or 0) >= 500):
                self._keep(errand, capture, wire)
                self._place(url).next_at = time.monotonic() + self._manners.second_look_s
                capture, wire = await self._fetched(url, "robots", None)
            self._keep(errand, capture, wire)
            if capture.location is None:
                return rules_of(capture)
            url = capture.location
        return Rules()

    async def _fetched(self, url: str, purpose: str, token_word: str | None) -> tuple[Capture, bytes]:
        """One request, when its host's turn has come."""
        place = self._place(url)
        async with place.lock:
            await asyncio.sleep(max(0.0, place.next_at - time.monotonic()))
            try:
                answer = await self._send(url, token_word)
            except NoAnswer as failed:
                return _failure(url, failed.reason, self._blot(failed.detail), purpose), b""
            except Forbidden as refused:
                return _failure(url, "forbidden_redirect", str(refused), purpose), b""
            finally:
                self._requests += 1
                place.next_at = time.monotonic() + place.step_s
        self._bytes += len(answer.wire)
        return self._capture(url, purpose, answer)

    async def _send(self, url: str, token_word: str | None) -> _Answer:
        headers = [
            ("User-Agent", self._manners.agent),
            (
                "Accept",
                "application/json" if token_word else "text/html,application/xhtml+xml,application/xml,*/*;q=0.8",
            ),
            ("Accept-Language", "az,en;q=0.5,ru;q=0.3"),
            ("Accept-Encoding", ACCEPT_ENCODING),
        ]
        token = self._tokens.get(token_word) if token_word is not None else None
        if token is None:
            return await self._line.answer(url, headers)
        return await self._line.answer(url, [*headers, token.header_for(url)], must_be_trusted=True)

    def _capture(self, url: str, purpose: str, answer: _Answer) -> tuple[Capture, bytes]:
        """The answer as it is kept: without a token that it may echo."""
        codings = ",".join(value for name, value in answer.headers if name.lower() == "content-encoding")
        fault = None
        try:
            body = inflate(answer.wire, codings, MAX_BYTES)
        except TooLarge as error:
            return _failure(url, "too_large", str(error), purpose), b""
        except BadEncoding as error:
            body, fault = error.partial or answer.wire, error
        clean, places = self._tokens.blotted(body)
        headers = tuple((name, self._blot(value)) for name, value in answer.headers)
        wire = answer.wire
        if places or headers != answer.headers or fault is not None:
            # What cannot be undone cannot be looked through either: it is kept as far as it could be read.
            wire = body = clean
            undone = ("content-encoding", "content-length")
            headers = tuple((name, value) for name, value in headers if name.lower() not in undone)
            told = "tokens are blotted out; the body is kept without its Content-Encoding"
            headers = (*headers, (REDACTED, f"{places} places of the body; {told}"))
        capture = Capture(
            url=url,
            purpose=purpose,
            fetched_at=datetime.now(UTC),
            status=answer.status,
            headers=headers,
            body=body,
            tls=answer.tls,
            request_headers=answer.sent,
        )
        return graded(capture, fault), wire

    def _blot(self, text: str) -> str:
        return self._tokens.blotted(text.encode("latin-1", "replace"))[0].decode("latin-1")


def _failure(url: str, reason: str, detail: str, purpose: str = PURPOSE) -> Capture:
    return graded(Capture(url, purpose, datetime.now(UTC), None, (), b"", failure=reason, detail=detail))


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


# -- the pace that services ask for ------------------------------------------------------------------------------------


def _wanted_pause_s(capture: Capture) -> float:
    """How long the service wants to be left alone after this answer; 0 when it does not say so."""
    if capture.failure is not None:
        return 0.0
    limited = retry_after_s(capture) if capture.status in (429, 503) else 0.0
    return min(max(limited, _until_reset_s(capture), _usage_pause_s(capture)), LONGEST_PAUSE_S)


def _until_reset_s(capture: Capture) -> float:
    """x-rate-limit-remaining and -reset (X; seconds since 1970), counted from the answer's own Date."""
    remaining, reset = capture.header("x-rate-limit-remaining") or "", capture.header("x-rate-limit-reset") or ""
    if not reset.isdigit() or (remaining != "0" and capture.status != 429):
        return 0.0
    since = capture.header("date")
    now = http_date(since) or capture.fetched_at
    return max(0.0, int(reset[:11]) - now.timestamp())


def _usage_pause_s(capture: Capture) -> float:
    """X-App-Usage and X-Business-Use-Case-Usage (Meta; per cent of what is allowed in the hour)."""
    pauses = [0.0]
    for use in _uses(capture.header("x-app-usage"), capture.header("x-business-use-case-usage")):
        shares = [use.get(name) for name in ("call_count", "total_time", "total_cputime")]
        minutes = use.get("estimated_time_to_regain_access")
        if isinstance(minutes, int | float) and minutes > 0:
            pauses.append(60.0 * minutes)
        elif max((share for share in shares if isinstance(share, int | float)), default=0) >= FULL_PERCENT:
            pauses.append(USAGE_PAUSE.total_seconds())
    return max(pauses)


def _uses(*told: str | None) -> Iterator[dict[str, object]]:
    for text in told:
        try:
            use = json.loads(text or "{}")
        except (ValueError, RecursionError):
            continue
        for one in [use, *(use.values() if isinstance(use, dict) else ())]:
            yield from (part for part in (one if isinstance(one, list) else [one]) if isinstance(part, dict))


# -- evidence ----------------------------------------------------------------------------------------------------------


class _Files:
    """The files of a round's profiles, one for each authority: AGENCY.profiles.warc.gz."""

    def __init__(self, round_: Round, database: Database, archive_dir: Path) -> None:
        self._round, self._archive_dir = round_, archive_dir
        self._open: dict[str, Evidence] = {}
        self._ends: dict[str, int] = {}  # file -> the end of the last record that the index knows
        for look in database.looks(round_):
            for record in look.records if look.file is not None else ():
                self._ends[str(look.file)] = max(record.end, self._ends.get(str(look.file), 0))

    def of(self, agency_id: str) -> Evidence:
        if agency_id not in self._open:
            self._open[agency_id] = self._mended(agency_id)
        return self._open[agency_id]

    def name_of(self, agency_id: str) -> str:
        return f"{self._round.name}/{self.of(agency_id).path.name}"

    def _mended(self, agency_id: str) -> Evidence:
        """Fit to be written to. A file that lost what the index knows is left to that, and another begun."""
        for number in range(1, 1000):
            name = f"{self._round.name}/{agency_id}.profiles{f'-{number}' if number > 1 else ''}.warc.gz"
            evidence = Evidence(self._archive_dir / name)
            try:
                evidence.mend(self._ends.get(name, 0))
            except (SetAside, Damaged):
                evidence.close()
                continue
            return evidence
        raise Trouble(f"{self._round.name}/{agency_id}: a thousand files of profiles, all of them damaged")

    def close(self) -> None:
        for evidence in self._open.values():
            evidence.close()


# -- the line ----------------------------------------------------------------------------------------------------------


class _Pinned(httpx.AsyncBaseTransport):
    """Connects to the address that was judged, and to no other; the host's name stays in Host and in the handshake."""

    def __init__(self, names: Names, inner: httpx.AsyncHTTPTransport) -> None:
        self._names, self._inner = names, inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        found = await self._names.resolve(host)
        request.extensions = {**request.extensions, "sni_hostname": host}
        failed: httpx.ConnectError | None = None
        for place in found:
            request.url = request.url.copy_with(host=place["host"])
            try:
                return await self._inner.handle_async_request(request)
            except httpx.ConnectError as error:
                if _cause(error, ssl.SSLError) is not None:
                    raise
                failed = error
        raise failed or httpx.ConnectError(f"{host} has no address")

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Line:
    """Our connections. One request each: a kept connection that dies as it is used looks like a host that refuses."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._names = Names(timeout_s=min(10.0, manners.timeout_s))
        self._trust, self._strict = Trust(), Trust()
        self._transports: dict[ssl.SSLContext, httpx.AsyncBaseTransport] = {}

    async def close(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()
        await self._names.close()

    async def answer(self, url: str, headers: Sequence[tuple[str, str]], must_be_trusted: bool = False) -> _Answer:
        """Raises NoAnswer, Forbidden, ProxyGone. `must_be_trusted`: nothing is said to a host whose certificate does
        not hold."""
        parts = urlsplit(url)
        place = (parts.hostname or "", parts.port or 443)
        trust = self._strict if must_be_trusted else self._trust
        try:
            return await self._asked(url, headers, trust, place)
        except httpx.ConnectError as error:
            # The handshake failed, so nothing has been asked yet.
            if must_be_trusted or _cause(error, ssl.SSLError) is None or not trust.distrust(*place):
                raise self._no_answer(error) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise self._no_answer(error) from error
        try:
            return await self._asked(url, headers, trust, place)
        except (httpx.HTTPError, OSError) as error:
            raise self._no_answer(error) from error

    async def _asked(
        self, url: str, headers: Sequence[tuple[str, str]], trust: Trust, place: tuple[str, int]
    ) -> _Answer:
        is_https = urlsplit(url).scheme == "https"
        timeout_s = self._manners.timeout_s
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), timeout_s)
        request = httpx.Request(
            "GET", url, headers=[*headers, ("Connection", "close")], extensions={"timeout": timeouts}
        )
        try:
            async with asyncio.timeout(timeout_s):
                response = await self._transport(trust.context(*place)).handle_async_request(request)
                try:
                    wire = await _whole(response)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise NoAnswer("timeout", f"no whole answer within {timeout_s:g} s") from error
        heard = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in response.headers.raw)
        if self._manners.proxy is not None and not is_https:
            _raise_what_the_proxy_says(response.status_code, heard, self._manners.proxy)
        sent = tuple(
            (n.decode("latin-1"), v.decode("latin-1"))
            for n, v in request.headers.raw
            if n.decode("latin-1").lower() not in SECRET_HEADERS
        )
        return _Answer(response.status_code, heard, wire, sent, trust.word(*place) if is_https else "none")

    def _transport(self, context: ssl.SSLContext) -> httpx.AsyncBaseTransport:
        if context not in self._transports:
            limits = httpx.Limits(max_keepalive_connections=0)
            proxy = self._manners.proxy
            inner = httpx.AsyncHTTPTransport(
                verify=context,
                trust_env=False,
                limits=limits,
                proxy=httpx.Proxy(proxy, headers={"User-Agent": self._manners.agent}) if proxy else None,
            )
            self._transports[context] = inner if proxy else _Pinned(self._names, inner)
        return self._transports[context]

    def _no_answer(self, error: Exception) -> NoAnswer | Forbidden | ProxyGone:
        """The contract's word for what httpx met."""
        told = f"{type(error).__name__}: {error}"
        if isinstance(error, PrivateAnswer):
            return Forbidden(str(error))
        if isinstance(error, httpx.ProxyError):
            return self._no_tunnel(str(error))
        if _cause(error, ssl.SSLError) is not None:
            return NoAnswer("tls", told)
        if isinstance(error, httpx.TimeoutException):
            return NoAnswer("timeout", told)
        if isinstance(error, httpx.ConnectError):
            if self._manners.proxy is not None:
                return ProxyGone(f"{shown(self._manners.proxy)} does not answer any more ({error})")
            return NoAnswer("refused", told)
        if isinstance(error, OSError | httpx.InvalidURL):
            return NoAnswer("dns", told)  # from Names; connections' own errors are httpx's
        return NoAnswer("reset", told)

    def _no_tunnel(self, told: str) -> NoAnswer | ProxyGone:
        status = told.partition(" ")[0]
        if status == "407":
            return ProxyRefuses(f"{shown(self._manners.proxy)} wants a user name and password")
        return NoAnswer({"502": "dns", "504": "timeout"}.get(status, "refused"), f"CONNECT answered {told}")


def _raise_what_the_proxy_says(status: int, headers: Headers, proxy: str) -> None:
    if status == 407:
        raise ProxyRefuses(f"{shown(proxy)} wants a user name and password")
    said = by_proxy_status(dict(headers)) if status in (502, 503, 504) else None
    if said is not None:
        raise NoAnswer(said, f"the proxy answers {status}")


async def _whole(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MAX_BYTES:
            raise NoAnswer("too_large", f"more than {MAX_BYTES} bytes came")
    return bytes(body)


def _cause(error: BaseException, kind: type[BaseException]) -> BaseException | None:
    """The error of this kind that lies at the bottom of another."""
    at: BaseException | None = error
    while at is not None and not isinstance(at, kind):
        at = at.__cause__ or at.__context__
    return at
