"""What does the report say in words, chapter by chapter?

The chapters of the 2018 report, each sentence computed: which sentence stands where is written here, its words in
`narrative/`, its number in publishing.queries. Nothing is said of what nobody looked at but that nobody looked.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count as counter
from typing import Any

from archive.registry import Agency
from publishing.beside import Beside, RoundInfo
from publishing.blocks import (
    Block,
    Bullets,
    Chapter,
    Count,
    Figure,
    Given,
    Grid,
    Paragraph,
    Pieces,
    Ref,
    chapters_within,
    pieces_of,
    plain,
)
from publishing.clean import clean, shown
from publishing.grammar import article
from publishing.posting import reason_said, rule_said, unseen_profiles
from publishing.queries import OPEN, Asked, asked_of
from publishing.sentences import Slot, Speaker, languages
from publishing.tables import SECTIONS, LevelRecord, Summary, Table
from scoring.claims import Held
from scoring.plans import Condition, Item
from scoring.scales import OURS, Scales, load_scales

Rows = tuple[tuple[Pieces, ...], ...]

GRID_ROWS = 60  # of a table in the text; the rest stands in the appendices
EXAMPLES = 3
LEVELS = ("full", "significant", "none", "worse", "not_assessed")
VERDICTS = ("better", "same", "worse", "not_comparable")
_WORD = re.compile(r"\w+")
BY_HAND = "by hand"
NOTED = ("e_services", "e_appeal")  # sections that the notes column tells of
# Which sentences tell of a fact, in their order; sections have their own, once for what is in them, once for where.
_OF_FACT: Mapping[str, tuple[str, ...]] = {
    "mobile": ("mobile_found", "mobile_responsive", "mobile_separate", "mobile_absent"),
    "social": ("social_found", "social_facebook", "social_partial", "social_absent"),
    "news": ("news_active", "news_slowed", "news_stopped", "news_undated", "news_absent"),
    "search": ("search_found", "search_works", "search_fails", "search_untried", "search_absent"),
    "languages": ("language_az", "language_en", "language_ru"),
}
_CONTENT = (
    *("section_found", "section_full", "section_formal", "section_unfilled", "section_empty", "section_off_topic"),
    *("section_broken", "section_absent", "section_external"),
)
_PLACE = ("section_menu", "section_page", "section_search_only", "section_unplaced", "section_dated")
_DOCUMENT = ("document_found", "document_partial", "document_absent")
_LEVEL = ("level_full", "level_significant", "level_none", "level_worse", "level_unassessed")
# Said of those sections only where it is recorded, once it is not recorded of all.
_RECORDED = {"section_full": ("recorded_full", "unfilled:{kind}"), "section_menu": ("recorded_menu", "unplaced:{kind}")}
# A sentence of what is missing says nothing new after "nobody has it".
_AFTER_SOME = {
    "mobile_absent": "mobile:found",
    "social_absent": "social:found",
    "search_absent": "search:found",
    "section_absent": "{kind}:found+partial",
    "document_absent": "{fact}:found+partial",
}


def chapters(
    tables: Sequence[Table],
    summary: Summary,
    agencies: Sequence[Agency],
    findings: Mapping[str, Any],
    levels: Sequence[LevelRecord],
    round_info: RoundInfo,
    beside: Beside,
    lang: str,
) -> tuple[Chapter, ...]:
    """The report's text, numbered; nothing for a language that has no sentences."""
    if lang not in languages():
        return ()
    asked = asked_of(tables, agencies, findings, levels, beside)
    return _Report(Speaker(asked, lang), round_info, beside).chapters()


class _Report:
    """The chapters over one material in one language."""

    def __init__(self, speaker: Speaker, round_info: RoundInfo, beside: Beside) -> None:
        self.speaker, self.round, self.beside = speaker, round_info, beside
        self.asked: Asked = speaker.asked
        self.said = speaker.said
        self.groups = tuple(table.key for table in self.asked.tables if table.rows)
        self.plan = beside.plan
        self.items = beside.plan.items if beside.plan else ()
        self.claims = {claim.id: claim for claim in beside.claims}
        self.told: dict[str, str] = {}  # fact -> the item under which it was told

    def chapters(self) -> tuple[Chapter, ...]:
        head = [self._title(), self._introduction()]
        body = [self._methodology(), self._of_items(), self._comparison(), self._of_claims(), self._conclusions()]
        tail = [self._recommendations(), self._limits(), self._glossary()]
        numbers = counter(1)
        kept = [chapter for chapter in [*body, *tail] if chapter and (chapter.blocks or chapter.parts)]
        acronyms = self._acronyms([*head, *kept])
        return (*head, *acronyms, *(_numbered(chapter, str(next(numbers))) for chapter in kept))

    # -- before the chapters

    def _title(self) -> Chapter:
        lines: list[Pieces] = [(self._plan_title(),)] if self.plan else []
        lines += [self._say("intro_sample")] if self.round.sample else []
        lines += [self._round_line()]
        lines += [self._say("intro_partial")] if self.round.partial else []
        return self._chapter("title", *(Paragraph(line) for line in lines if line))

    def _introduction(self) -> Chapter:
        blocks: list[Block] = []
        if self.plan:
            items = _listed([self._item(item) for item in self.items], self.speaker.grammar.conjunction)
            parts = [self._say("intro_plan", plan=self._plan_title(), items=items), self._say("intro_methods")]
            blocks.append(Paragraph(self._joined(parts)))
        blocks.append(Paragraph(self._joined([self._say("intro_authorities"), self._split_by_group()])))
        blocks += [Paragraph(line) for group in self.groups if (line := self._kinds(group))]
        closed = [self._say("intro_closed")]
        closed.append(self._say("intro_why"))
        blocks.append(Paragraph(self._joined(closed)))
        return self._chapter("introduction", *blocks)

    def _split_by_group(self) -> Pieces:
        return self._say("intro_groups") if set(self.groups) <= {"local", "central"} else ()

    def _round_line(self) -> Pieces:
        source = f"round {self.round.name}"
        slots: dict[str, Slot] = {"round": Given(clean(self.round.name), source)}
        for slot, query in (("began", "started_at"), ("ended", "finished_at"), ("as_of", "as_of")):
            if day := self.speaker.day(f"round_day:{query}"):
                slots[slot] = day
        hand = self.round.software == BY_HAND
        parts = [self._say("intro_hand" if hand else "intro_machine", "", **slots)]
        if self.round.against:
            parts.append(self._say("intro_against", against=Given(clean(self.round.against), source)))
        return self._joined(parts)

    def _kinds(self, group: str) -> Pieces:
        present = dict.fromkeys(self.asked.kinds.get(row.id, "") for row in self.asked.rows(group))
        if len(present) < 2 or not all(kind in self.said.kinds for kind in present):
            return ()
        parts: list[Pieces] = []
        for kind in present:
            number = self.speaker.count(f"kind:{kind}", group)
            one, _, many = self.said.kinds[kind].partition(" / ")
            parts.append((number, " " + self.speaker.grammar.plural(number.value, one, many or one)))
        listed = _listed(parts, self.speaker.grammar.conjunction)
        return self._say("intro_kinds", group, title=self.speaker.group(group).title, list=listed)

    def _acronyms(self, chapters: Sequence[Chapter]) -> tuple[Chapter, ...]:
        """Those that the text uses."""
        used = {word for chapter in chapters_within(chapters) for word in _words_of(chapter)}
        items: list[Pieces] = [(f"{short} – {long}",) for short, long in self.said.acronyms if short in used]
        return (self._chapter("acronyms", Bullets(tuple(items))),) if items else ()

    # -- 1. methodology

    def _methodology(self) -> Chapter:
        words = self.speaker.words
        how = self.said.how["hand" if self.round.software == BY_HAND else "machine"]
        states: list[Pieces] = [
            (f"{words.states[state]} – {words.states_explained[state]}",) for state in words.states_explained
        ]
        lines: list[Pieces] = [(line,) for line in (*how, *self.said.how["both"])]
        parts = [
            self._chapter("how", *map(Paragraph, [*lines, *self._reviewers(), *self._agreements()])),
            self._chapter("states", Bullets(tuple(states))),
        ]
        if self.plan:
            parts.append(self._chapter("rules", *self._rules()))
        return self._chapter("methodology", parts=tuple(parts))

    def _reviewers(self) -> Iterator[Pieces]:
        names = [Given(name, "review") for name in self.asked.reviewers]
        if names:
            yield self._say("reviewers", reviewers=_listed(names, self.speaker.grammar.conjunction))

    def _agreements(self) -> Iterator[Pieces]:
        """How far two reviewers of the same cells agree."""
        for number, pair in enumerate(self.beside.agreements):
            slots: dict[str, Slot] = {
                what: self.speaker.count(f"agreement:{number}:{what}")
                for what in ("cells", "agreed", *(("kappa",) if pair.kappa is not None else ()))
            }
            slots |= {"first": Given(pair.reviewers[0], "review"), "second": Given(pair.reviewers[1], "review")}
            yield self._say("agreement" if pair.kappa is not None else "agreement_one_word", "", **slots)

    def _rules(self) -> Iterator[Block]:
        assert self.plan is not None
        source = f"plan {self.plan.plan}"
        for item in self.items:
            title = Given(self._of(item.title), source)
            if item.by_hand is not None:
                yield Paragraph((self._item(item), ". ", title, ". ", Given(self._of(item.by_hand), source)))
                continue
            yield Paragraph((self._item(item), ". ", title, ":"))
            yield Bullets(
                tuple(
                    (f"{self.speaker.words.levels[rule.level]} – ", Given(self._of(rule.words), source))
                    for rule in item.levels
                )
            )
        worse, unknown = self.speaker.words.levels["worse"], self.speaker.words.levels["not_assessed"]
        yield Bullets(
            (
                (f"{worse} – ", Given(self._of(self.plan.worse), source)),
                (f"{unknown} – ", Given(self._of(self.plan.not_assessed), source)),
            )
        )

    # -- 2. the items, and what stands beside them

    def _of_items(self) -> Chapter:
        parts = [self._of_item(item) for item in self.items]
        parts += [part for part in (self._services(), *map(self._of_fact_alone, ("search", "languages"))) if part]
        parts += [self._updating()]
        return self._chapter("items", parts=tuple(parts))

    def _of_item(self, item: Item) -> Chapter:
        blocks: list[Block] = [Paragraph(self._asks(item))]
        if item.by_hand is not None:
            blocks += self._judged_by_hand(item)
        for fact in item.facts():
            blocks += self._of_fact(item, fact)
        blocks += [Paragraph(line) for group in self._groups_of(item) if (line := self._levels_of(item, group))]
        if item.by_hand is None:
            blocks.append(self._level_grid(item))
        blocks += self._changes_of(item)
        blocks += self._claims_about(item)
        heading = self.said.headings["item"].format(ordinal=self._ordinal(item), title=self._of(item.title))
        return Chapter(f"item-{item.id}", "", heading, tuple(blocks))

    def _asks(self, item: Item) -> Pieces:
        source = f"plan {self.plan.plan}" if self.plan else "plan"
        executes = self._say("item_executes", executes=Given(self._of(item.executes), source))
        concerns = self._say("item_all", item=self._item(item)) if item.by_hand is None else ()
        reviewed = self._say("item_reviewed", item=self._item(item))
        return self._joined([executes, concerns, *([reviewed] if item.by_hand is None else [])])

    def _judged_by_hand(self, item: Item) -> Iterator[Block]:
        assert item.by_hand is not None
        source = f"plan {self.plan.plan}" if self.plan else "plan"
        parts = [self._say("item_hand", by_hand=Given(self._of(item.by_hand), source))]
        parts.append(self._say("item_reviewed", item=self._item(item)) or self._say("item_unreviewed"))
        yield Paragraph(self._joined(parts))

    def _groups_of(self, item: Item) -> tuple[str, ...]:
        return tuple(group for group in self.groups if self.asked.count(f"concerned:{item.id}@{group}"))

    def _of_fact(self, item: Item, fact: str) -> Iterator[Block]:
        room, _, kind = fact.partition(".")
        groups = self._groups_of(item)
        if room == "sections":
            yield from self._of_section(item, kind, groups)
        elif room == "documents":
            yield from self._of_document(fact, groups)
        elif fact in self.told:
            thing = self.speaker.capital(self.said.things[fact])
            yield Paragraph(self._say("item_same_fact", thing=thing, other=self._given_item(self.told[fact])))
        else:
            self.told[fact] = item.id
            yield from self._of_plain_fact(fact, groups)

    def _of_plain_fact(self, fact: str, groups: Sequence[str]) -> Iterator[Block]:
        for group in groups:
            yield from self._told(_OF_FACT[fact], group, fact)
        if fact == "social":
            yield from self._networks(groups)
            yield from self._activity(groups)
        if fact == "news" and self.asked.count("news:stopped"):
            yield Paragraph(self._say("item_stopped_elsewhere"), "note")

    def _of_fact_alone(self, fact: str) -> Chapter | None:
        """A part of its own for what no item of the plan asks; nothing where nobody could look."""
        if fact in self.told or not self.asked.count(f"looked:{fact}"):
            return None
        self.told[fact] = fact
        return self._chapter(fact, *self._of_plain_fact(fact, self.groups))

    def _services(self) -> Chapter | None:
        """What the notes of the tables tell of electronic services, where no item of the plan asks for them."""
        kinds = [kind for kind in NOTED if f"sections.{kind}" not in self.told and self.asked.count(f"looked:{kind}")]
        blocks = [
            block for kind in kinds for group in self.groups for block in self._told(_CONTENT, group, kind, kind=kind)
        ]
        self.told |= dict.fromkeys((f"sections.{kind}" for kind in kinds), "services")
        return self._chapter("services", *blocks) if blocks else None

    def _of_section(self, item: Item, kind: str, groups: Sequence[str]) -> Iterator[Block]:
        """What the section holds and where it stands; a later item on the same section tells only where."""
        fact = f"sections.{kind}"
        asks_where = any(rule.when and _tests(rule.when, "placement") for rule in item.levels)
        sentences = (*(() if fact in self.told else _CONTENT), *(_PLACE if asks_where else ()))
        if fact in self.told:
            thing, other = self._thing(kind), self._given_item(self.told[fact])
            yield Paragraph(self._say("item_same_section", thing=thing, other=other))
        for group in groups:
            yield from self._told(sentences, group, kind, kind=kind)
        if fact not in self.told:
            yield from self._examples(kind, groups)
        self.told.setdefault(fact, item.id)

    def _of_document(self, fact: str, groups: Sequence[str]) -> Iterator[Block]:
        for group in groups:
            yield from self._told(_DOCUMENT, group, fact)

    def _told(self, sentences: Sequence[str], group: str, fact: str, **slots: Slot) -> Iterator[Block]:
        """A paragraph on one fact of one group; who could not be looked at closes it."""
        kind = slots.get("kind", fact)
        assert isinstance(kind, str)
        thing = self._thing(fact)
        more: dict[str, Slot] = {"fact": fact, "thing": thing, "a_thing": f"{article(thing)} {thing}", **slots}
        full, _, full_many = self.said.full.get(kind, "").partition(" / ")
        more |= {"full": full, "full_many": full_many or full, "formal": self.said.formal.get(kind, "")}
        parts: list[Pieces] = []
        for key in sentences:
            if (after := _AFTER_SOME.get(key)) and not self.asked.count(
                f"state:{after.format(kind=kind, fact=fact)}@{group}"
            ):
                continue
            parts.append(self._say(self._as_recorded(key, kind, group), group, **more))
            if key == "section_dated":
                parts.append(self._newest(kind, group))
            if key == "social_facebook" and not parts[-1]:
                parts.append(self._most_used(group))
        if not fact.startswith("documents."):  # of a document, the levels tell who could not be looked at
            parts.append(self._say("unseen", group, **more))
        parts.append(self._say("reviewed_fact", group, **more))
        if line := self._joined(parts):
            yield Paragraph(line)

    def _as_recorded(self, key: str, kind: str, group: str) -> str:
        instead, missing = _RECORDED.get(key, (key, ""))
        return instead if missing and self.asked.count(f"{missing.format(kind=kind)}@{group}") else key

    def _newest(self, kind: str, group: str) -> Pieces:
        query = f"newest:{kind}_last_date@{group}"
        day = self.speaker.day(query)
        if day is None:
            return ()
        names = self.speaker.names(self.asked.ask(query), group, f"{kind}_url")
        return self._say("section_newest_day", day=day, whose=names)

    def _most_used(self, group: str) -> Pieces:
        used = {net: self.asked.count(f"network:{net}@{group}") for net in self.speaker.words.networks}
        most = max(used, key=lambda net: used[net])
        if not used[most]:
            return ()
        count = self.speaker.count(f"network:{most}", group)
        return self._say("social_most", network=self.speaker.words.networks[most], most=count)

    def _networks(self, groups: Sequence[str]) -> Iterator[Block]:
        """How many authorities have a page where."""
        networks = [net for net in self.speaker.words.networks if self.asked.count(f"network:{net}")]
        if not networks:
            return
        rows: Rows = tuple(
            (
                (self.speaker.words.networks[net],),
                *((self.speaker.count(f"network:{net}", group),) for group in groups),
                *([(self.speaker.count(f"network:{net}"),)] if len(groups) > 1 else []),
            )
            for net in networks
        )
        yield self._grid("networks", ("network",), groups, rows)

    def _activity(self, groups: Sequence[str]) -> Iterator[Block]:
        """The table of active and moderately active users, where somebody looked at how the pages are used."""
        if not self.asked.count("activity_looked"):
            yield Paragraph(self._say("activity_not_looked"), "note")
            return
        for group in groups:
            keys = ("activity_active", "activity_moderate", "activity_weak", "activity_stopped", "activity_none")
            if line := self._joined([self._say(key, group) for key in keys]):
                yield Paragraph(line)
        users = [(one, id_) for one in ("active", "moderate") for id_ in self.asked.ask(f"activity:{one}").ids]
        columns: tuple[str, ...] = ("number", "authority", "activity")
        if any("social_posting_network" in row.values for row in self.asked.rows()):
            columns += ("profile", "last_post", "posts", "seen_by")
            yield Paragraph((Given(rule_said(self.speaker.lang), "methodology"),), "note")
        rows = [
            (
                self._place("activity", place),
                (self.speaker.name(id_, "site_url"),),
                (self.said.activities[activity],),
                *(self._posting(id_) if len(columns) > 3 else ()),
            )
            for place, (activity, id_) in enumerate(users, start=1)
        ]
        heads = tuple(self.said.columns[key] for key in columns)
        yield Grid("activity", self.said.captions["activity"], heads, tuple(rows))

    def _posting(self, id_: str) -> tuple[Pieces, ...]:
        """The page that an authority's activity is known by, its newest post, how many in 30 days, who looked."""
        values = self.asked.row(id_).values
        network, url, by = (values.get(f"social_{name}") for name in ("posting_network", "posting_url", "observed_by"))
        name = self.speaker.words.networks.get(str(network), str(network or ""))
        day = self.speaker.day(f"fact:{id_}:social_newest_post")
        counted = values.get("social_posts_30d") is not None
        seen_by = self.said.seen_by
        return (
            (Ref(name, str(url)),) if url else (),
            (day,) if day else (),
            (self.speaker.count(f"fact:{id_}:social_posts_30d"),) if counted else (),
            (Given(seen_by["hand"].format(by=by) if by else seen_by["program"], "observation"),) if network else (),
        )

    def _unseen_profiles(self) -> Iterator[Pieces]:
        """Whose posts could not be looked at, by reason."""
        social = (self.asked.finding(row.id).get("social", {}) for row in self.asked.rows())
        reasons = dict.fromkeys(str(one["activity_reason"]) for found in social for one in unseen_profiles(found))
        for reason in reasons:
            said = Given(reason_said(reason, self.speaker.lang), "methodology")
            yield self._say("limit_profiles", reason=reason, reason_said=said)

    def _examples(self, kind: str, groups: Sequence[str]) -> Iterator[Block]:
        """The sections with the newest dates and the most entries among those that hold something."""
        ids = [id_ for group in groups for id_ in self.asked.ask(f"fullness:{kind}:full@{group}").ids]
        rows = [row for row in map(self.asked.row, ids) if str(row.values[f"{kind}_url"] or "").startswith("http")]
        rows.sort(key=lambda row: (_days(row.values[f"{kind}_last_date"]), -_int(row.values[f"{kind}_items"])))
        if not rows:
            return
        items: list[Pieces] = []
        for row in rows[:EXAMPLES]:
            url = str(row.values[f"{kind}_url"])
            line = self._say("example", name=self.speaker.name(row.id), url=Ref(shown(url), url))
            if row.values[f"{kind}_items"]:
                line += self._say("example_items", items=self.speaker.count(f"fact:{row.id}:{kind}_items"))
            if day := self.speaker.day(f"fact:{row.id}:{kind}_last_date"):
                line += self._say("example_day", day=day)
            items.append(line)
        yield Paragraph(self._say("examples"))
        yield Bullets(tuple(items))

    def _levels_of(self, item: Item, group: str) -> Pieces:
        if item.by_hand is not None and not self.asked.count(f"assessed:{item.id}@{group}"):
            return ()
        return self._joined([self._say(key, group, item=self._item(item)) for key in _LEVEL])

    def _level_grid(self, item: Item) -> Grid:
        groups = self._groups_of(item)
        levels = [level for level in LEVELS if self.asked.count(f"level:{item.id}:{level}")]
        rows: Rows = tuple(
            (
                (self.speaker.words.levels[level],),
                *((self.speaker.count(f"level:{item.id}:{level}", group),) for group in groups),
                *([(self.speaker.count(f"level:{item.id}:{level}"),)] if len(groups) > 1 else []),
            )
            for level in levels
        )
        caption = self._caption("levels", item)
        return self._grid("levels", ("level",), groups, rows, f"levels-{item.id}", caption)

    def _updating(self) -> Chapter:
        """The sites that stopped, longest silence first, with their last dates."""
        stopped = sorted(self.asked.ask("news:stopped").ids, key=lambda id_: -self._silence(id_))
        blocks: list[Block] = [Paragraph(self._joined([self._say("stopped"), self._longest(stopped)]))]
        if unseen := self._say("unseen", "", fact="news", thing=self._thing("news")):
            blocks.append(Paragraph(unseen))
        if stopped:
            blocks.append(Paragraph(self._say("stopped_rule"), "note"))
            blocks.append(self._stopped_grid(stopped[:GRID_ROWS]))
        if len(stopped) > GRID_ROWS:
            rest = self.speaker.count(f"rest:{GRID_ROWS}:news:stopped")
            blocks.append(Paragraph(self._say("stopped_rest", rest=rest), "note"))
        blocks.append(Figure("news_silence"))
        return self._chapter("updating", *(block for block in blocks if not _nothing(block)))

    def _longest(self, stopped: Sequence[str]) -> Pieces:
        if not stopped:
            return ()
        name = self.speaker.name(stopped[0], "news_url")
        day = self.speaker.day(f"fact:{stopped[0]}:news_last_date")
        if day is None:
            return ()
        days = self.speaker.count(f"fact:{stopped[0]}:news_silence_days")
        return self._say("stopped_longest", name=name, day=day, days=days)

    def _silence(self, id_: str) -> int:
        return _int(self.asked.row(id_).values["news_silence_days"])

    def _stopped_grid(self, ids: Sequence[str]) -> Grid:
        rows: list[tuple[Pieces, ...]] = []
        for place, id_ in enumerate(ids, start=1):
            day = self.speaker.day(f"fact:{id_}:news_last_date")
            url = self.asked.row(id_).values["news_url"] or self.asked.row(id_).values["site_url"]
            days: Pieces = (self.speaker.count(f"fact:{id_}:news_silence_days"),) if day else ()
            link: Pieces = (Ref(shown(str(url)), str(url)),) if url else ()
            name = self.speaker.name(id_)
            rows.append((self._place("stopped", place), (name,), (day,) if day else (), days, link))
        keys = ("number", "authority", "last_news", "silence", "address")
        return Grid("stopped", self.said.captions["stopped"], tuple(self.said.columns[k] for k in keys), tuple(rows))

    # -- 3. comparison, 4. claims

    def _comparison(self) -> Chapter | None:
        compared = [item for item in self.items if self._compared(item)]
        if not compared:
            return None
        rows: Rows = tuple(
            (
                (self._item(item),),
                *((self.speaker.count(f"change:{item.id}:{verdict}"),) for verdict in VERDICTS),
            )
            for item in compared
        )
        columns = (self.said.columns["item"], *(self.said.verdicts[verdict] for verdict in VERDICTS))
        grid = Grid("changes", self.said.captions["changes"], columns, rows)
        lead = Paragraph(self._say("change_lead"))
        return self._chapter("comparison", lead, grid, Figure("changes"))

    def _compared(self, item: Item) -> bool:
        """Whether there is something to tell: of an item off the web only where two persons' words can be compared."""
        verdicts = VERDICTS if item.by_hand is None else VERDICTS[:3]
        return any(self.asked.count(f"change:{item.id}:{verdict}") for verdict in verdicts)

    def _changes_of(self, item: Item) -> Iterator[Block]:
        if not self._compared(item):
            return
        against = Given(clean(self.round.against or ""), "round")
        keys = ("change_better", "change_worse", "change_same", "change_same_by_rule", "change_successor")
        whys = ("why_capture", "why_hand", "why_no_earlier", "why_not_recorded")
        parts = [self._say("change_head", against=against)] if self.round.against else []
        parts += [self._say(key, what=item.id) for key in (*keys, "change_not_comparable", *whys)]
        yield Paragraph(self._joined(parts))

    def _claims_about(self, item: Item) -> Iterator[Block]:
        for held in self.asked.held:
            if item.id in self.claims[held.claim].items[:1]:
                yield from self._claim(held)

    def _of_claims(self) -> Chapter | None:
        if not self.asked.held:
            return None
        keys = ("claims_all", "claims_supported", "claims_partly", "claims_contradicted", "claims_open")
        blocks: list[Block] = [Paragraph(self._joined([self._say(key) for key in keys]))]
        items = {item.id for item in self.items}
        general = [held for held in self.asked.held if not set(self.claims[held.claim].items[:1]) & items]
        blocks.append(Paragraph(self._say("claims_elsewhere" if general else "claims_in_items")))
        for held in general:
            blocks += self._claim(held)
        return self._chapter("claims", *blocks)

    def _claim(self, held: Held) -> Iterator[Block]:
        claim = self.claims[held.claim]
        source = f"claim {claim.id}"

        def given(words: Mapping[str, str]) -> Given:
            return Given(clean(self._worded(words), 1200).replace("“", "‘").replace("”", "’"), source)

        who, where, place, text = given(claim.who), given(claim.source), given(claim.place), given(claim.text)
        yield Paragraph(self._say("claim_said", who=who, source=where, place=place, text=text), "quote")
        status = self.said.statuses[held.status]
        parts = [self._say("claim_verdict", status=status)]
        parts += [self._say("claim_reading", reading=given(claim.reading))] if claim.reading else []
        parts += self._claim_counts(held)
        why = claim.out_of_reach or claim.elsewhere
        if why and held.status == "cannot_be_checked":
            parts.append(self._say("claim_out_of_reach", why=given(why)))
        elif held.reason.startswith(("too_early", "too_late", "another_round")):
            parts.append(self._say("claim_other_time"))
        yield Paragraph(self._joined(parts))

    def _claim_counts(self, held: Held) -> list[Pieces]:
        if held.counts.get("covered") is None:
            return []
        return [
            self._say(key, claim=held.claim)
            for key in ("claim_shown", "claim_not_shown", "claim_unseen")
            if key.removeprefix("claim_") in held.counts
        ]

    # -- 5. conclusions, 6. recommendations, 7. limits, 8. glossary

    def _conclusions(self) -> Chapter | None:
        if not self.plan:
            return None
        items = tuple(self._conclusion(item) for item in self.items)
        rows: Rows = tuple(
            (
                (self._item(item),),
                *((self.speaker.count(f"level:{item.id}:{level}"),) for level in LEVELS),
                (self.speaker.count(f"concerned:{item.id}"),),
            )
            for item in self.items
            if item.by_hand is None or self.asked.count(f"assessed:{item.id}")
        )
        names = [self.speaker.words.levels[level] for level in LEVELS]
        columns = (self.said.columns["item"], *names, self.said.columns["total"])
        grid = Grid("conclusions", self.said.captions["conclusions"], columns, rows)
        note = Paragraph(self._say("conclusion_rule"), "note")
        blocks: list[Block] = [Bullets(items), *([grid] if rows else []), note, Figure("levels"), Figure("map")]
        return self._chapter("conclusions", *blocks)

    def _conclusion(self, item: Item) -> Pieces:
        source = f"plan {self.plan.plan}" if self.plan else "plan"
        lead = self._say("conclusion_lead", item=self._item(item), title=Given(self._of(item.title), source))
        if item.by_hand is not None and not self.asked.count(f"assessed:{item.id}"):
            return self._joined([lead, self._say("conclusion_hand")])
        slots: dict[str, Slot] = {"item": self._item(item)}
        if self.asked.count(f"assessed:{item.id}"):
            slots["share"] = self.speaker.count(f"share:level/{item.id}/full:assessed:{item.id}")
        keys = ("conclusion_item", "conclusion_significant", "conclusion_none", "conclusion_unassessed")
        return self._joined([lead, *(self._say(key, "", **slots) for key in keys)])

    def _recommendations(self) -> Chapter:
        facts = ["site", *dict.fromkeys(_column(fact) for item in self.items for fact in item.facts()), "search"]
        known = [fact for fact in dict.fromkeys(facts) if fact in self.said.remedies or fact.startswith("documents.")]
        items = tuple(line for fact in known if (line := self._advice(fact)))
        blocks: list[Block] = [Paragraph(self._say("advice_head")), Bullets(items)] if items else []
        return self._chapter("recommendations", *(blocks or [Paragraph(self._say("advice_none"))]))

    def _advice(self, fact: str) -> Pieces:
        remedy = self.said.remedies["documents" if fact.startswith("documents.") else fact]
        return self._say("advice", fact=fact, remedy=remedy)

    def _limits(self) -> Chapter:
        items = [line for line in self._not_seen() if line]
        head = self._say("limit_head" if items else "limit_nothing")
        source = f"plan {self.plan.plan}" if self.plan else "plan"
        by_hand: list[Pieces] = [
            self._say("limit_hand_item", item=self._item(item), by_hand=Given(self._of(item.by_hand), source))
            for item in self.items
            if item.by_hand
        ]
        others: list[Pieces] = [self._say("limit_site_only")]
        if "social" in self.told and not self.asked.count("activity_looked"):
            others.append(self._say("limit_activity"))
        lists = [Bullets(tuple(items))] if items else []
        return self._chapter("limits", Paragraph(head), *lists, Bullets((*by_hand, *others)))

    def _not_seen(self) -> Iterator[Pieces]:
        rows = self.asked.rows()
        closed = dict.fromkeys(str(r.values["site_reason"]) for r in rows if r.values["site_state"] not in OPEN)
        for reason in closed:
            yield self._say("limit_closed", reason=reason, reason_said=self._reason(reason))
        opened = [row for row in rows if row.values["site_state"] in OPEN]
        told = {_column(fact) for fact in self.told} | {"news"}
        for fact in (fact for fact in ("mobile", "social", *SECTIONS, "news", "search", "languages") if fact in told):
            reasons = dict.fromkeys(
                str(row.values[f"{fact}_reason"]) for row in opened if row.values.get(f"{fact}_state") == "unseen"
            )
            for reason in reasons:
                thing = self._thing(fact)
                yield self._say("limit_unseen", fact=fact, reason=reason, thing=thing, reason_said=self._reason(reason))
        for item in self.items:
            if any(fact.startswith("documents.") for fact in item.facts()):
                yield self._say("limit_document", item=self._item(item))
        if "social" in self.told:
            yield from self._unseen_profiles()
        yield self._say("limit_cut_short")

    def _glossary(self) -> Chapter:
        words = self.speaker.words
        items: list[Pieces] = [(f"{term} – {meaning}",) for term, meaning in self.said.glossary.values()]
        items += [
            (f"{words.news[status]} – ", Given(meaning, "rule of news"))
            for status, meaning in words.head.news_text.items()
        ]
        return self._chapter("glossary", Bullets(tuple(items)), parts=(self._scales(),))

    def _scales(self) -> Chapter:
        """Our levels on the scales of others."""
        scales = load_scales()
        others = [scale for scale in scales.scales if scale.id != OURS]
        sources: list[Pieces] = [
            self._say(
                "scale_source",
                title=Given(self._of(scale.title), "scales"),
                source=Given(clean(scale.source, 1200), "scales"),
            )
            for scale in scales.scales
        ]
        notes: list[Pieces] = [(Given(self._of(walk.note), "scales"),) for walk in scales.crosswalk]
        rows: Rows = tuple(
            (
                (self.speaker.words.levels[level],),
                *(self._read_on(scales, level, scale.id) for scale in others),
            )
            for level in LEVELS
        )
        columns = (self.said.columns["level"], *(self._of(scale.title) for scale in others))
        grid = Grid("scales", self.said.captions["scales"], columns, rows)
        lead = Paragraph(self._say("scales_lead"))
        return self._chapter("scales", Bullets(tuple(sources)), lead, grid, Bullets(tuple(notes)))

    def _read_on(self, scales: Scales, level: str, scale: str) -> Pieces:
        words = " / ".join(self._of(step) for step in scales.read_on(level, scale))
        return (Given(words, "scales"),) if words else self._say("scale_none")

    # -- small things

    def _say(self, key: str, group: str = "", **slots: Slot) -> Pieces:
        return self.speaker.say(key, group, **slots)

    def _joined(self, sentences: Sequence[Pieces]) -> Pieces:
        return self.speaker.paragraph(sentences)

    def _chapter(self, key: str, *blocks: Block, parts: tuple[Chapter, ...] = ()) -> Chapter:
        return Chapter(key, "", self.said.headings[key], tuple(blocks), parts)

    def _plan_title(self) -> Given:
        assert self.plan is not None
        return Given(self._of(self.plan.title), f"plan {self.plan.plan}")

    def _item(self, item: Item) -> Given:
        return self._given_item(item.id)

    def _given_item(self, id_: str) -> Given:
        return Given(id_, f"plan {self.plan.plan}" if self.plan else "plan")

    def _of(self, words: Any) -> str:
        """The plan's words in this language."""
        return clean(str(getattr(words, self.speaker.lang)), 1200)

    def _worded(self, words: Mapping[str, str]) -> str:
        return words.get(self.speaker.lang) or words.get("en") or words.get("az") or ""

    def _thing(self, fact: str) -> str:
        return self.said.things.get(fact) or self.said.things["document"]

    def _reason(self, reason: str) -> Given:
        return Given(self.speaker.words.reason(reason), f"reason {reason}")

    def _place(self, table: str, number: int) -> Pieces:
        return (Count(f"place:{table}:{number}", number, str(number)),)

    def _caption(self, key: str, item: Item) -> str:
        return self.said.captions[key].format(item=self._ordinal(item))

    def _ordinal(self, item: Item) -> str:
        """An item's number as it stands before the word "item": 4.2.1-ci."""
        return self.speaker.grammar.number(item.id, int(item.id.rpartition(".")[2]), self.said.item_cases)

    def _grid(
        self,
        key: str,
        first: tuple[str, ...],
        groups: Sequence[str],
        rows: Rows,
        name: str | None = None,
        caption: str | None = None,
    ) -> Grid:
        heads = [self.speaker.group(group).head for group in groups]
        total = [self.said.columns["total"]] if len(groups) > 1 else []
        columns = (*(self.said.columns[column] for column in first), *heads, *total)
        return Grid(name or key, caption or self.said.captions[key], columns, rows)


def _numbered(chapter: Chapter, number: str) -> Chapter:
    parts = tuple(_numbered(part, f"{number}.{place}") for place, part in enumerate(chapter.parts, start=1))
    return Chapter(chapter.key, number, chapter.heading, chapter.blocks, parts)


def _listed(parts: Sequence[Any], conjunction: str) -> Pieces:
    """Parts with commas and one "and"; each part is a piece or pieces."""
    out: list[Any] = []
    for place, part in enumerate(parts):
        if place:
            out.append(conjunction if place == len(parts) - 1 else ", ")
        out += part if isinstance(part, tuple) else [part]
    return tuple(out)


def _words_of(chapter: Chapter) -> Iterator[str]:
    """Every word that is printed in a chapter's own blocks."""
    for block in chapter.blocks:
        heads = (block.caption, *block.columns) if isinstance(block, Grid) else ()
        for text in (chapter.heading, plain(pieces_of(block)), *heads):
            yield from _WORD.findall(text)


def _tests(condition: Condition, test: str) -> bool:
    return test in condition.tests or any(_tests(part, test) for part in condition.parts)


def _column(fact: str) -> str:
    """A fact as the tables' columns name it."""
    return fact.removeprefix("sections.")


def _days(value: object) -> int:
    """Newest first; no date last."""
    return -value.toordinal() if isinstance(value, dt.date) else 1


def _int(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _nothing(block: Block) -> bool:
    return isinstance(block, Paragraph) and not block.pieces
