"""What stands on each page of the board, in the reader's words?

Views are plain records that the templates print; whatever comes from a site has passed publishing.clean, and the
template engine escapes it. What could not be looked at is never said in the words for what is missing or silent.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from publishing import pictures
from publishing.board_history import Front, History, Past, runs_of
from publishing.board_texts import BoardTexts, board_texts
from publishing.clean import ADDRESS_CHARS, QUOTE_CHARS, address, clean, shown
from publishing.edition import SYMBOLS
from publishing.posting import evidence_of
from publishing.tables import hand_in, level_said, words_of
from publishing.texts import Texts, texts_in
from publishing.words import Line, Link, authority_lines, change_said, fact_lines, hand_lines
from reading.activity import best_of
from scoring.claims import Claim, Held
from scoring.comparison import Change
from scoring.events import Event
from scoring.ladder import facts_of, finding_of, short
from scoring.levels import Level
from scoring.plans import Item, Plan
from scoring.responses import Beside, Response, beside
from scoring.rhythm import STANDINGS, Rhythm, load_method

OFF = ("down", "blocked", "placeholder")
# Shapes, so that nothing is told by colour alone; each stands beside its word.
MARKS = {
    "stopped": "■", "slowed": "◧", "active": "●", "came_back": "▲", "never_dated": "○", "no_news": "–",
    "down": "✕", "blocked": "⊘", "placeholder": "◌", "could_not_check": "?",
}  # fmt: skip
FRONT_LINES, FRONT_CHANGES, FRONT_EVENTS, EVENTS_SHOWN = 20, 8, 12, 80
QUOTES, RUNS, ITEM_ROUNDS, EVENTS_OF_ONE = 3, 8, 12, 30
EVIDENCE_BYTES = 36_000  # of the list of pages: a page of the board stays under 100 KB, the data file has them all
NAMES_SHOWN = 12
_STATE_WORDS = ("found", "partial", "absent", "unseen")


@dataclass(frozen=True)
class Said:
    """One line that can be quoted."""

    anchor: str
    id: str
    name: str
    standing: str
    mark: str
    word: str
    text: str
    cite: str
    permanent: str


@dataclass(frozen=True)
class Row:
    """One authority in the table."""

    anchor: str | None  # where the row is the first of its standing
    id: str
    name: str
    group: str
    standing: str
    mark: str
    word: str
    last: str
    silent: int | None
    overdue: int | None
    sure: str
    sure_order: int
    levels: tuple[tuple[str, str, int], ...]  # (sign, word, order)


@dataclass(frozen=True)
class Proof:
    number: int
    url: str
    text: str
    seen_at: str
    sha256: str | None


@dataclass(frozen=True)
class FactView:
    key: str
    name: str
    lines: tuple[Line, ...]
    hand: tuple[str, ...]
    quotes: tuple[tuple[str, int | None], ...]
    more: int
    looked_at: tuple[int, int] | None  # (pages looked at, the first of them in the list of evidence)
    pictures: tuple[tuple[int, str], ...]  # (number, words) of those that show it


@dataclass(frozen=True)
class PictureView:
    """One picture, small; it leads to the whole one. Addresses are below the board's folder."""

    number: int
    title: str
    small: str
    whole: str
    width: int  # of the small one
    height: int
    alt: str
    shows: str
    caption: str
    proof: int | None  # the page in the list of evidence
    link: Link


@dataclass(frozen=True)
class LevelView:
    item: str
    title: str
    word: str
    mark: str
    rule: str
    reason: str
    change: str
    hand: tuple[str, ...]
    concerns: bool


@dataclass(frozen=True)
class EventView:
    anchor: str
    kind: str
    word: str
    name: str
    id: str | None
    what: str
    when: str
    noticed: str
    change: str
    link: Link | None
    why: str
    members: tuple[tuple[str, str], ...]
    more: int
    cite: str
    permanent: str


@dataclass(frozen=True)
class RunView:
    when: str
    value: str
    rounds: str
    state: str


@dataclass(frozen=True)
class AnswerView:
    """`anchor`: of the cell that it stands beside; None where the page has no such cell."""

    anchor: str | None
    head: str
    text: str
    about: str
    until: str
    link: Link | None


@dataclass(frozen=True)
class ClaimView:
    who: str
    text: str
    status: str
    behind: str
    link: Link | None


@dataclass(frozen=True)
class Together:
    anchor: str
    text: str
    names: tuple[tuple[str, str], ...]
    causes: tuple[str, ...]
    cite: str
    permanent: str


@dataclass(frozen=True)
class Board:
    """The words and the links of one language of the board. `permanent` makes a round's own address."""

    history: History
    plan: Plan
    lang: str
    base_url: str | None
    answers: Sequence[Response] = ()
    archive: Path | None = None  # where pictures lie

    @cached_property
    def texts(self) -> Texts:
        return texts_in(self.lang)

    @cached_property
    def said(self) -> BoardTexts:
        return board_texts(self.lang)

    @cached_property
    def method(self) -> Any:
        return load_method()

    def word(self, of: str, key: str) -> str:
        return str(self.method.words(of, key)[self.lang])

    def date(self, day: dt.date | None) -> str:
        if day is None:
            return ""
        if day not in self._dates:
            self._dates[day] = self.texts.date(day)
        return self._dates[day]

    @cached_property
    def _dates(self) -> dict[dt.date, str]:
        return {}

    def days(self, n: float) -> str:
        if n not in self._days:
            self._days[n] = self.texts.count("days", n)
        return self._days[n]

    @cached_property
    def _days(self) -> dict[float, str]:
        return {}

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {
            one.id: clean(one.name if self.lang == "az" else one.name_en or one.name)
            for one in self.history.agencies.values()
        }

    def full_name(self, authority: str) -> str | None:
        agency = self.history.agencies[authority]
        return clean(agency.name_full) if agency.name_full and self.lang == "az" else None

    def item_name(self, item: Item) -> str:
        return clean(words_of(item.title.by_language, self.texts, item.id), 400)

    def fact_name(self, fact: str) -> str:
        kind = fact.partition(".")[2] or fact
        return self.texts.sections.get(kind) or self.texts.facts.get(kind) or clean(kind)

    def what(self, what: str) -> str:
        """A cell in words: an item of the plan, a section, the news."""
        item = what.rpartition(" ")[2]
        if item in {one.id for one in self.plan.items}:
            return self.said.authority["plan_item"].format(item=item)
        if what.startswith("social."):
            network, _, name = what.removeprefix("social.").partition(".")
            return clean(f"{self.texts.networks.get(network, network)}, {name}")
        return self.fact_name(what)

    def value(self, value: str | None) -> str:
        """A level or a finding in a few machine words, in the reader's: "found full menu"."""
        if not value:
            return "–"
        if value in self.texts.levels:
            return self.texts.levels[value]
        first, *rest = value.split(" ")
        if first == "unseen":
            return f"{self.texts.states['unseen']}: {self.texts.reason(rest[-1])}" if rest else self.texts.states[first]
        return clean(", ".join(self._one_word(word) for word in (first, *rest)))

    def _one_word(self, word: str) -> str:
        for words in (
            self.texts.states,
            self.texts.shorts,
            self.said.values,
            self.texts.networks,
            self.texts.site_names,
        ):
            if word in words:
                return words[word]
        if word in self.texts.reasons:
            return self.texts.reasons[word]
        return str(self.texts.locale.languages.get(word, word)) if len(word) == 2 else word

    # -- lines that can be quoted

    def permanent(self, look: Past, anchor: str = "") -> str:
        """The page of a round, which never changes, from the folder of the board."""
        return f"rounds/{look.round.name}/{self.lang}/index.html" + (f"#{anchor}" if anchor else "")

    def whole_address(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}/{path}" if self.base_url else path

    def cite(self, line: str, source: str | None, look: Past, anchor: str) -> str:
        said = self.said.cite
        followed = address(source)
        told = {
            "line": line if line.endswith(".") else f"{line}.",
            "round": clean(look.round.name),
            "date": self.date(look.round.as_of),
            "address": self.whole_address(self.permanent(look, anchor)),
        }
        return said["text"].format(source=followed, **told) if followed else said["text_unsourced"].format(**told)

    def line_of(self, rhythm: Rhythm, look: Past) -> Said:
        anchor = f"{rhythm.standing.replace('_', '-')}-{rhythm.id}"
        name = self.names.get(rhythm.id, clean(rhythm.name))
        word = self.word("standings", rhythm.standing)
        text = "; ".join(self.rhythm_said(rhythm))
        return Said(
            anchor,
            rhythm.id,
            name,
            rhythm.standing,
            MARKS[rhythm.standing],
            word,
            text,
            self.cite(f"{name}: {word}; {text}" if text else f"{name}: {word}", rhythm.url, look, anchor),
            self.permanent(look, anchor),
        )

    def rhythm_said(self, rhythm: Rhythm) -> Iterator[str]:
        said = self.said.line
        if rhythm.reason:
            yield clean(self.texts.reason(rhythm.reason))
        if rhythm.off_since:
            yield said["off_since"].format(date=self.date(rhythm.off_since))
        if rhythm.last_date:
            yield said["last"].format(date=self.date(rhythm.last_date))
        if rhythm.standing in (*OFF, "could_not_check"):
            if rhythm.known_to:
                yield said["known_to"].format(date=self.date(rhythm.known_to))
            return
        if rhythm.silence_days is not None:
            yield said["silent"].format(days=self.days(rhythm.silence_days))
        if rhythm.gap_days is not None:
            yield said["gap"].format(days=self.days(rhythm.gap_days))
        if rhythm.standing in ("stopped", "slowed") and rhythm.expected_next and rhythm.overdue_days:
            yield said["expected"].format(date=self.date(rhythm.expected_next))
            yield said["overdue"].format(days=self.days(rhythm.overdue_days))
        if rhythm.back_since:
            yield said["back"].format(date=self.date(rhythm.back_since))
        yield self.word("surenesses", rhythm.sure)

    # -- front

    def front(self, front: Front, everybody: bool = False) -> dict[str, Any]:
        """With `everybody` also a line for each authority that no list tells of: all that is quoted of a round."""
        by_standing: dict[str, list[Rhythm]] = {standing: [] for standing in STANDINGS}
        for rhythm in front.rhythms:
            by_standing[rhythm.standing].append(rhythm)
        counts = {standing: len(listed) for standing, listed in by_standing.items()}
        off = [one for standing in OFF for one in by_standing[standing]]
        said = self.said.front
        numbers = {
            "all": len(front.rhythms), "off": len(off), "unseen": counts["could_not_check"], **counts,
        }  # fmt: skip
        lists = [
            self._list("stopped", by_standing["stopped"], front),
            self._list("came_back", by_standing["came_back"], front),
            self._list("off", off, front),
            self._list("unseen", by_standing["could_not_check"], front),
        ]
        listed = {line.id for one in lists for line in one["lines"]}
        rest = [self.line_of(one, front.look) for one in front.rhythms if one.id not in listed] if everybody else []
        return {
            "lead": said["lead"].format(**numbers),
            "lead_good": said["lead_good"].format(**(numbers | {"active": counts["active"] + counts["came_back"]})),
            "tiles": [(one, MARKS[one], self.word("standings", one), counts[one]) for one in STANDINGS if counts[one]],
            "together": [self.together(cohort, front.look) for cohort in front.cohorts],
            "lists": lists,
            "rest": rest,
            "changed": self._changed(front),
            "events": [self.event(one) for one in itertools.islice(told_alone(front.events), FRONT_EVENTS)],
        }

    def _list(self, key: str, listed: Sequence[Rhythm], front: Front) -> dict[str, Any]:
        lines = [self.line_of(one, front.look) for one in listed[:FRONT_LINES]]
        note = self.said.front.get(f"{key}_note", "")
        title = self.said.front[key]
        return {"key": key, "title": title, "note": note, "lines": lines, "n": len(listed)}

    def together(self, cohort: Any, look: Past) -> Together:
        platform = clean(cohort.platform.partition(":")[2] or cohort.platform)
        anchor = f"together-{cohort.first}-{cohort.members[0].id}"
        text = self.said.front["together_line"].format(
            n=len(cohort.members), of=cohort.of, platform=platform, first=self.date(cohort.first),
            last=self.date(cohort.last), expected=self.texts.number(cohort.expected),
        )  # fmt: skip
        names = tuple((one.id, self.names.get(one.id, clean(one.name))) for one in cohort.members)
        causes = tuple(self.word("causes", one) for one in cohort.inferred)
        listed = f"{text} {', '.join(name for _, name in names)}"
        return Together(
            anchor, text, names, causes, self.cite(listed, None, look, anchor), self.permanent(look, anchor)
        )

    def _changed(self, front: Front) -> dict[str, Any] | None:
        if front.before is None:
            return None
        verdicts = [one.verdict for one in front.changes]
        counts = {word: verdicts.count(word) for word in ("better", "worse", "same", "not_comparable")}
        before = front.before.round
        return {
            "counts": self.said.front["changed_counts"].format(
                round=clean(before.name), date=self.date(before.as_of), **counts
            ),
            "lists": [(word, self.said.front[word], *self._change_lines(front, word)) for word in ("worse", "better")],
        }

    def _change_lines(self, front: Front, verdict: str) -> tuple[list[Said], int]:
        """The first few changes, and how many more there are."""
        found = [one for one in front.changes if one.verdict == verdict]
        return [self._change(one, front) for one in found[:FRONT_CHANGES]], max(0, len(found) - FRONT_CHANGES)

    def _change(self, change: Change, front: Front) -> Said:
        name = self.names.get(change.authority, change.authority)
        what = self.what(change.what)
        text = (
            self.said.front["change_line"]
            .format(name=what, what="", was=self.value(change.was), now=self.value(change.now))
            .replace(": :", ":")
        )
        why = self.texts.compared.whys[change.why]
        text = f"{text} ({why})" if why else text
        anchor = f"change-{change.authority}-{change.what.replace('.', '-')}"
        url = self.history.agencies[change.authority].site if change.authority in self.history.agencies else None
        cite = self.cite(f"{name}: {text}", url, front.look, anchor)
        return Said(anchor, change.authority, name, "", "", "", text, cite, self.permanent(front.look, anchor))

    # -- table

    def rows(self, front: Front) -> list[Row]:
        first: set[str] = set()
        rows = []
        for rhythm in front.rhythms:
            is_first = rhythm.standing not in first
            first.add(rhythm.standing)
            rows.append(self._row(rhythm, front, f"standing-{rhythm.standing}" if is_first else None))
        return rows

    @cached_property
    def ruled_items(self) -> tuple[Item, ...]:
        """The items with a column: those judged by rule."""
        return tuple(item for item in self.plan.items if item.method == "rule")

    def _row(self, rhythm: Rhythm, front: Front, anchor: str | None) -> Row:
        levels = tuple(self._sign(front.full.levels.get((rhythm.id, item.id))) for item in self.ruled_items)
        return Row(
            anchor,
            rhythm.id,
            self.names.get(rhythm.id, clean(rhythm.name)),
            rhythm.group,
            rhythm.standing,
            MARKS[rhythm.standing],
            self.word("standings", rhythm.standing),
            rhythm.last_date.isoformat() if rhythm.last_date else "",
            rhythm.silence_days,
            rhythm.overdue_days,
            self.word("surenesses", rhythm.sure),
            ("high", "medium", "low").index(rhythm.sure),
            levels,
        )

    def _sign(self, level: Level | None) -> tuple[str, str, int]:
        if level is None:
            return self.texts.not_applicable.mark, self.said.authority["not_concerned"], 9
        return (
            self.said.levels_short[level.level],
            self.texts.levels[level.level],
            list(self.texts.levels).index(level.level),
        )

    # -- one authority

    def authority(self, one: str, claims: Sequence[tuple[Claim, Held]]) -> dict[str, Any]:
        front = self.history.present
        document, past = self.history.last_seen.get(one, ({}, front.full))
        rhythm = next((rhythm for rhythm in front.rhythms if rhythm.id == one), None)
        proofs = _Proofs()
        document = self._with_newest_posts(one, document)
        taken = self.pictures_in(past, one)
        facts = [self._fact(fact, document, past, proofs, taken) for fact in facts_of(document)] if document else []
        is_present = past is front.full and bool(document)
        return {
            "id": one,
            "name": self.names[one],
            "full_name": self.full_name(one),
            "agency": self.history.agencies[one],
            "site": Link(shown(url), address(url) or "") if (url := self.history.agencies[one].site) else None,
            "rhythm": rhythm,
            "line": self.line_of(rhythm, front.look) if rhythm else None,
            "why": [self.word("reasons", word) for word in rhythm.why] if rhythm else [],
            "season": self.word("seasons", rhythm.season)
            if rhythm and rhythm.standing in ("stopped", "slowed")
            else "",
            "facts": facts,
            "levels": [self._level(one, item, front) for item in self.plan.items],
            "events": [self.event(event) for event in self._events_of(one)][:EVENTS_OF_ONE],
            "answers": self._answers(one, past, document),
            "claims": list(self._claims(one, claims)),
            "history": list(self._history(one, document)),
            "pictures": [self._picture(number, picture, proofs) for number, picture in enumerate(taken, start=1)],
            "picture_said": pictures.picture_texts(self.lang),
            "proofs": proofs.printed(),
            "proofs_more": proofs.more,
            "past": past,
            "is_present": is_present,
        }

    def _with_newest_posts(self, one: str, document: dict[str, Any]) -> dict[str, Any]:
        """The newest full document, its profiles as light passes since then have seen them."""
        known = self.history.posting.get(one)
        if not known or not document or document["social"]["state"] != "found":
            return document
        return {**document, "social": {**document["social"], "profiles": known, "activity": best_of(known)}}

    def _events_of(self, one: str) -> Iterator[Event]:
        return (event for event in self.history.present.events if event.authority == one or one in event.members)

    def pictures_in(self, past: Past, one: str) -> tuple[pictures.Shown, ...]:
        """The pictures of an authority's pages in the round that its page tells of."""
        return pictures.Album(self.archive, past.round.name).of(one) if self.archive is not None else ()

    def _picture(self, number: int, picture: pictures.Shown, proofs: _Proofs) -> PictureView:
        said, first = pictures.picture_texts(self.lang), picture.first
        names = ", ".join(dict.fromkeys(map(self.fact_name, picture.facts)))
        folder = f"{pictures.FOLDER}/{picture.agency_id}"
        return PictureView(
            number,
            pictures.title(picture, self.texts),
            f"{folder}/{first.small_name}",
            f"{folder}/{first.name}",
            *first.small_size,
            pictures.alt(picture, self.texts),
            said.shows.format(facts=names) if names else "",
            pictures.caption(picture, self.texts),
            proofs.known(first.page_sha256),
            Link(shown(first.url), address(first.url) or ""),
        )

    def _fact(
        self, fact: str, document: Mapping[str, Any], past: Past, proofs: _Proofs, taken: Sequence[pictures.Shown]
    ) -> FactView:
        finding = finding_of(document, fact)
        as_of = past.round.as_of
        evidence = evidence_of(finding)
        numbers = [proofs.number(piece) for piece in evidence]
        quoted = [
            (clean(piece["quote"], QUOTE_CHARS), n)
            for piece, n in zip(evidence, numbers, strict=True)
            if piece.get("quote")
        ]
        looked = (
            (len({*numbers} - {None}), min(n for n in numbers if n))
            if finding["state"] == "absent" and any(numbers)
            else None
        )
        hand = hand_in(finding)
        return FactView(
            fact,
            self.fact_name(fact),
            self._lines(fact, finding, document, as_of),
            hand_lines(hand, self._machine(fact, hand), self.texts) if hand else (),
            tuple(quoted[:QUOTES]),
            max(0, len(quoted) - QUOTES),
            looked,
            tuple(
                (number, pictures.picture_texts(self.lang).number.format(n=number))
                for number, picture in enumerate(taken, start=1)
                if picture.shows(fact)
            ),
        )

    def _machine(self, fact: str, hand: Mapping[str, Any]) -> str:
        return (
            self.value(short(fact, hand["machine"])) if isinstance(hand["machine"], Mapping) else str(hand["machine"])
        )

    def _lines(
        self, fact: str, finding: Mapping[str, Any], document: Mapping[str, Any], as_of: dt.date
    ) -> tuple[Line, ...]:
        if fact == "site":
            lines = authority_lines("", finding, (), self.texts)[1:]
            up = finding["state"] == "up"
            return (Line(self.texts.site["up"], "found", head=True), *lines) if up else lines
        if fact == "languages" and finding["state"] != "unseen":
            return (Line(self.value(" ".join(finding.get("codes") or ())), finding["state"], head=True),)
        lines = fact_lines(fact, finding, as_of, self.texts)
        return (*lines, *pictures.phone_lines(finding, self.texts)) if fact == "mobile" else lines

    def _level(self, one: str, item: Item, front: Front) -> LevelView:
        level = front.full.levels.get((one, item.id))
        if level is None:
            word = self.said.authority["not_concerned"]
            return LevelView(item.id, self.item_name(item), word, self.texts.not_applicable.mark, "", "", "", (), False)
        off_the_web = item.method == "hand" and level.hand is None  # a person judges it, and none has
        changes = (c for c in front.changes if c.authority == one and c.what == item.id)
        change = None if off_the_web else next(changes, None)
        hand = hand_in(vars(level))
        reason = (
            self.texts.reason(level.reason.rpartition(": ")[2])
            if level.level == "not_assessed" and ": " in level.reason
            else ""
        )
        return LevelView(
            item.id,
            self.item_name(item),
            self.texts.levels[level.level],
            self.said.levels_short[level.level],
            clean(words_of(level.rule, self.texts), 600),
            clean(reason),
            change_said(change, self.texts) if change else "",
            hand_lines(hand, level_said(hand["machine"], self.texts), self.texts) if hand else (),
            True,
        )

    def _answers(self, one: str, past: Past, document: Mapping[str, Any]) -> dict[str, list[AnswerView]]:
        """What the authority has answered, by cell: a fact, or a plan and an item."""
        cells = dict.fromkeys(given.answer.cell for given in self.answers if given.answer.authority == one)
        today, round_ = self.history.present.look.round.as_of, past.round.name
        anchors = {fact: f"fact-{fact.replace('.', '-')}" for fact in facts_of(document)}
        anchors |= {f"{self.plan.plan} {item.id}": f"level-{item.id}" for item in self.plan.items}
        told = {
            cell: [self._answer(found, anchors.get(cell)) for found in beside(self.answers, one, cell, today, round_)]
            for cell in cells
        }
        return {cell: answers for cell, answers in told.items() if answers}

    def _answer(self, found: Beside, anchor: str | None) -> AnswerView:
        said, answer = self.said.authority, found.response.answer
        until = said["answer_until" if found.stands else "answer_lapsed"].format(date=self.date(answer.holds_until))
        about = self.said.stands[answer.stand].format(what=self.what(answer.cell))
        return AnswerView(
            anchor,
            said["answer_line"].format(by=clean(answer.by), date=self.date(answer.answered_on)),
            clean(words_of(answer.text.by_language, self.texts), 2000),
            about,
            until,
            Link(shown(answer.evidence), address(answer.evidence) or "") if answer.evidence else None,
        )

    def _claims(self, one: str, claims: Iterable[tuple[Claim, Held]]) -> Iterator[ClaimView]:
        for claim, held in claims:
            behind = [name for name, ids in held.behind.items() if one in ids]
            if not behind:
                continue
            names = ", ".join(self.texts.count_names.get(name, clean(name)) for name in behind)
            said_on = f", {self.date(claim.said_on)}" if claim.said_on else ""
            yield ClaimView(
                clean(words_of(claim.who, self.texts)) + said_on,
                clean(words_of(claim.text, self.texts), 600),
                self.texts.statuses[held.status],
                self.said.authority["claim_behind"].format(names=names),
                Link(shown(claim.url), address(claim.url) or "") if claim.url else None,
            )

    def _history(self, one: str, document: Mapping[str, Any]) -> Iterator[tuple[str, list[RunView], int]]:
        """Every fact over the rounds: (its name, its newest lines, how many older ones there are)."""
        rounds = self.history.rounds
        for fact in facts_of(document):
            runs = list(runs_of(rounds, lambda past, fact=fact: _short_in(past, one, fact)))
            yield self.fact_name(fact), [self._run(*run) for run in runs[:RUNS]], max(0, len(runs) - RUNS)
        for item in self.ruled_items:
            runs = list(runs_of(rounds, lambda past, item=item: _level_in(past, one, item.id)))
            if runs:
                yield self.what(item.id), [self._run(*run) for run in runs[:RUNS]], max(0, len(runs) - RUNS)

    def _run(self, value: str, first: Past, last: Past, count: int) -> RunView:
        days = [first.round.as_of.isoformat(), last.round.as_of.isoformat()]
        said = self.said.authority
        state = value.partition(" ")[0]
        return RunView(
            days[0] if days[0] == days[1] else f"{days[0]} – {days[1]}",
            self.value(value),
            said["one_round"] if count == 1 else said["rounds"].format(n=count),
            SYMBOLS.get(state, "") if state in _STATE_WORDS else self.said.levels_short.get(state, ""),
        )

    # -- events

    def event(self, event: Event) -> EventView:
        said = self.said.events
        name = self.names.get(event.authority, clean(event.name)) if event.authority else said["together"]
        before, after = (self.value(_plain(side.get("value"))) for side in (event.before, event.after))
        proof = next(iter(event.after.get("evidence") or ()), None)
        named = tuple((one, self.names.get(one, clean(one))) for one in event.members)
        why = [self.word("reasons" if one in self.method.reasons else "causes", one) for one in event.why]
        is_finer = event.what not in ("site", "news") and event.authority is not None
        return EventView(
            f"e-{event.id}",
            event.kind,
            self.word("events", event.kind),
            name,
            event.authority,
            self.what(event.what) if is_finer else "",
            self.date(event.since),
            self.date(event.noticed_on),
            said["change"].format(before=before, after=after) if "–" not in (before, after) else "",
            Link(shown(proof["url"]), address(proof["url"]) or "") if proof else None,
            "; ".join([self.word("surenesses", event.sure), *why]),
            named[:NAMES_SHOWN],
            max(0, len(named) - NAMES_SHOWN),
            self._cite_event(event, name, proof),
            self.event_page(event),
        )

    def event_page(self, event: Event) -> str:
        """Where it stands for good, from the folder of the board."""
        page = f"authority/{event.authority}.html" if event.authority in self.history.agencies else "events.html"
        return f"{self.lang}/{page}#e-{event.id}"

    def _cite_event(self, event: Event, name: str, proof: Mapping[str, Any] | None) -> str:
        source = address(proof["url"]) if proof else None
        told = {
            "line": f"{self._event_line(event, name)}.",
            "round": clean(event.look),
            "date": self.date(event.noticed_on),
            "address": self.whole_address(self.event_page(event)),
        }
        said = self.said.cite
        return said["text"].format(source=source, **told) if source else said["text_unsourced"].format(**told)

    def _event_line(self, event: Event, name: str) -> str:
        is_finer = event.what not in ("site", "news") and event.authority is not None
        finer = f" ({self.what(event.what)})" if is_finer else ""
        since = self.said.events["since"].format(date=self.date(event.since))
        return f"{name}: {self.word('events', event.kind)}{finer}, {since}"

    def event_said(self, event: Event) -> str:
        """The event in one line."""
        return self._event_line(event, self.event(event).name)

    # -- items

    def item(self, item: Item) -> dict[str, Any]:
        front = self.history.present
        concerned = [one for one, document in self._present_ids(front) if (one, item.id) in front.full.levels]
        levels = {
            word: [one for one in concerned if front.full.levels[one, item.id].level == word]
            for word in self.texts.levels
        }
        return {
            "item": item,
            "title": self.item_name(item),
            "executes": clean(words_of(item.executes.by_language, self.texts), 400),
            "by_hand": clean(words_of(item.by_hand.by_language, self.texts), 600) if item.by_hand else "",
            "rules": [
                (
                    rule.level,
                    self.texts.levels[rule.level],
                    clean(words_of(rule.words.by_language, self.texts), 600),
                    rule.when,
                )
                for rule in item.levels
            ],
            "levels": [(word, self.texts.levels[word], listed) for word, listed in levels.items() if listed],
            "concerned": len(concerned),
            "assessed": len(concerned) - len(levels["not_assessed"]),
            "facts": [self.fact_name(fact) for fact in item.facts()],
            "history": [self._counts(past, item) for past in reversed(self.history.rounds) if past.kind != "light"][
                :ITEM_ROUNDS
            ],
        }

    def _present_ids(self, front: Front) -> Iterator[tuple[str, Past]]:
        return ((one, past) for one, (_, past) in self.history.last_seen.items() if past is front.full)

    def _counts(self, past: Past, item: Item) -> tuple[Past, tuple[int, ...]]:
        words = [level.level for (_, of), level in past.levels.items() if of == item.id]
        return past, tuple(words.count(word) for word in self.texts.levels)

    # -- age

    def age(self, front: Front, fresh_days: int) -> dict[str, Any]:
        said, look, full = self.said.age, front.look.round, front.full.round
        assert look.finished_at is not None
        old_after = look.finished_at.date() + dt.timedelta(days=fresh_days)
        lines = [
            said["looked"].format(
                begun=_moment(look.started_at, self), ended=_moment(look.finished_at, self), as_of=self.date(look.as_of)
            )
        ]
        if front.look is not front.full:
            lines.append(said["full"].format(round=clean(full.name), date=self.date(full.as_of)))
        return {
            "lines": lines,
            "older": said["older"].format(day=self.date(old_after)),
            "ended": f"{look.finished_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
            "old_after": old_after.isoformat(),
            "is_old": said["is_old"].format(day=self.date(look.finished_at.date())),
            "days": said["days"],
            "today": said["today"],
        }


def told_alone(events: Iterable[Event]) -> Iterator[Event]:
    """Without those that another event tells of: a cohort first, and not each of its sites."""
    return (event for event in events if event.part_of is None)


class _Proofs:
    """The pages that an authority's findings stand on, each once, numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str | None], Proof] = {}
        self._bytes = 0
        self.more = 0
        self._left: set[tuple[str, str | None]] = set()

    def known(self, sha256: str) -> int | None:
        """The number of the page of these bytes, where the list has it."""
        return next((proof.number for proof in self._numbers.values() if proof.sha256 == sha256), None)

    def number(self, piece: Mapping[str, Any]) -> int | None:
        """The number of the page in the list; None where the list is full."""
        key = (clean(piece["url"], ADDRESS_CHARS), piece.get("sha256"))
        known = self._numbers.get(key)
        if known is not None:
            return known.number
        size = 130 + len(key[0].encode()) + len(shown(key[0]).encode())
        if self._bytes + size > EVIDENCE_BYTES:
            self._left.add(key)
            self.more = len(self._left)
            return None
        self._bytes += size
        seen_at = str(piece["seen_at"]).replace("T", " ").removesuffix("Z")
        proof = Proof(len(self._numbers) + 1, address(key[0]) or "", shown(key[0]), clean(seen_at), key[1])
        self._numbers[key] = proof
        return proof.number

    def printed(self) -> list[Proof]:
        return list(self._numbers.values())


def _plain(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _short_in(past: Past, one: str, fact: str) -> str | None:
    return past.shorts.get(one, {}).get(fact)


def _level_in(past: Past, one: str, item: str) -> str | None:
    level = past.levels.get((one, item))
    return level.level if level else None


def _moment(at: dt.datetime, board: Board) -> str:
    utc = at.astimezone(dt.UTC)
    return f"{board.date(utc.date())} {utc:%H:%M}"


def reasons_explained(board: Board) -> list[tuple[str, str]]:
    """Every reason why something could not be looked at, in words."""
    return sorted(board.texts.reasons.items())
