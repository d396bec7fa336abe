"""How is one finding said in the reader's words?

Each function takes findings of one authority (contract, part 2) and gives the lines of one table cell. What could
not be looked at is said to be so, with the reason, and never in the words for what is missing.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from publishing.clean import address, clean, shown
from publishing.posting import cell_lines, looked_profiles, profile_line
from publishing.texts import Texts
from scoring.comparison import Change

Finding = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be followed, and the words that stand for it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell. `state` is the finding the line speaks of; a head line is the cell's answer in short."""

    text: str
    state: str | None = None
    head: bool = False
    links: tuple[Link, ...] = ()
    after: str = ""  # what follows the links

    @property
    def plain(self) -> str:
        links = ", ".join(link.text for link in self.links)
        return " ".join(
            part for part in (self.text, f"{links};" if self.after and links else links, self.after) if part
        )


def authority_lines(name: str, site: Finding, later: tuple[str, ...], texts: Texts) -> tuple[Line, ...]:
    """Name, address, and, when the site is not simply up, what became of it."""
    lines = [Line(name, head=True)]
    lines += _address_line(site.get("url"))
    state = site["state"]
    if state == "moved":
        to = site.get("final_url") or ""
        lines.append(Line(texts.site["moved"].format(to="").strip(), "partial", links=_links([to])))
    elif state != "up":
        lines.append(Line(f"{texts.site[state]}: {reason_of(site, texts)}", "unseen"))
    return (*lines, *(Line(text) for text in later))


def mobile_and_social(mobile: Finding, social: Finding, texts: Texts) -> tuple[Line, ...]:
    """Item 2.4: the answer is the mobile version's; the social networks follow on a line of their own."""
    if mobile["state"] == social["state"] == "unseen" and mobile["reason"] == social["reason"]:
        return _unseen(mobile, texts)
    return (*_mobile(mobile, texts), _social(social, texts), *(Line(said) for said in cell_lines(social, texts)))


def fact_lines(fact: str, finding: Finding, as_of: dt.date, texts: Texts, *, alone: bool = True) -> tuple[Line, ...]:
    """One fact of an item in full: a section with what stands in it, or whatever else was looked for.

    `alone`: no other column tells where the section stands.
    """
    if fact.startswith("sections."):
        return section_content(fact.removeprefix("sections."), finding, as_of, texts, place=alone)
    match fact:
        case "social":
            return (_social(finding, texts), *_profiles(finding, texts))
        case "news":
            return (_news(finding, as_of, texts),)
        case "mobile":
            return _mobile(finding, texts)
    if finding["state"] == "unseen":
        return _unseen(finding, texts)
    return (
        _head(finding["state"], texts),
        *_address_line(finding.get("url")),
        *_dated(finding, as_of, texts),
    )


def named(fact: str, lines: tuple[Line, ...], texts: Texts) -> tuple[Line, ...]:
    """The same under the fact's name, where a cell tells of several."""
    kind = fact.partition(".")[2] or fact
    name = texts.sections.get(kind) or texts.facts.get(kind) or kind
    first, *rest = lines
    said = texts.summary.section.format(name=name, counts=first.text)
    return (Line(said, first.state, first.head, first.links), *rest)


def hand_lines(hand: Mapping[str, Any], machine: str, texts: Texts) -> tuple[str, ...]:
    """Who gave a value by hand and when, then what the program gives."""
    on = hand["on"] if isinstance(hand["on"], dt.date) else dt.date.fromisoformat(hand["on"])
    said = {"confirms": texts.hand.confirms, "corrects": texts.hand.corrects, "fills": texts.hand.fills}
    who = said[hand["verdict"]].format(reviewer=clean(hand["reviewer"]), date=texts.date(on))
    return (who, texts.hand.machine.format(value=machine))


def change_said(change: Change, texts: Texts) -> str:
    """How a cell stands to the earlier round, with the reason where it has one."""
    verdict, why = texts.compared.verdicts[change.verdict], texts.compared.whys[change.why]
    return (texts.compared.because if why else texts.compared.line).format(verdict=verdict, why=why)


def section_content(
    kind: str, section: Finding, as_of: dt.date, texts: Texts, *, place: bool = False
) -> tuple[Line, ...]:
    """What stands in the section, with its address and newest date (items 4.2.1 and 5.6), and its place if asked."""
    if section["state"] in ("unseen", "absent"):
        return _without_section(section, texts)
    return (
        _head(section["state"], texts),
        Line(_fullness(kind, section, texts)),
        *_formal_content(section, texts),
        *([Line(texts.own_page)] if section.get("own") is False else []),
        *_address_line(section.get("url")),
        *(line for url in section.get("links") or () for line in _address_line(url)),
        *(_place_and_items(section, texts) if place else ()),
        *_dated(section, as_of, texts),
    )


def _formal_content(section: Finding, texts: Texts) -> Iterable[Line]:
    """Of a formal section too it is told what stands in it; a full one has said so."""
    told = [texts.content[word] for word in section.get("content") or () if word in texts.content]
    if section.get("fullness") == "formal" and told:
        yield Line(texts.holds.format(content=", ".join(told)))


def _place_and_items(section: Finding, texts: Texts) -> Iterable[Line]:
    if placement := section.get("placement"):
        yield Line(texts.placement[placement])
    if section.get("items"):
        yield Line(texts.items.format(items=texts.number(section["items"])))


def section_place(kind: str, section: Finding, as_of: dt.date, texts: Texts) -> tuple[Line, ...]:
    """Whether a section of its own is there, where, under which name, and how fresh (item 4.2.2)."""
    if section["state"] in ("unseen", "absent"):
        return _without_section(section, texts)
    lines = [_head(section["state"], texts)]
    if section["state"] == "partial":
        lines.append(Line(_fullness(kind, section, texts)))
    if label := section.get("label"):
        lines.append(Line(texts.label.format(label=clean(label))))
    return (*lines, *_place_and_items(section, texts), *_dated(section, as_of, texts))


def notes(services: Finding, news: Finding, appeal: Finding, as_of: dt.date, texts: Texts) -> tuple[Line, ...]:
    """The notes column: electronic services, a form for appeals where there is one, how often the site is updated."""
    if services["state"] == news["state"] == "unseen" and services["reason"] == news["reason"]:
        return _unseen(news, texts)
    return (*_services(services, texts), *_appeal(appeal, texts), _news(news, as_of, texts))


def reason_of(finding: Finding, texts: Texts) -> str:
    return clean(texts.reason(finding.get("reason")))


def day(iso: str | None) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None


def _head(state: str, texts: Texts) -> Line:
    return Line(texts.states[state], state, head=True)


def _unseen(finding: Finding, texts: Texts) -> tuple[Line, ...]:
    return (_head("unseen", texts), Line(reason_of(finding, texts)))


def _unseen_words(finding: Finding, texts: Texts) -> str:
    return texts.unseen_because.format(reason=reason_of(finding, texts))


def _mobile(mobile: Finding, texts: Texts) -> tuple[Line, ...]:
    match mobile["state"]:
        case "unseen":
            words = texts.mobile["unseen"].format(unseen=_unseen_words(mobile, texts))
            return (Line(words, "unseen", head=True),)
        case "absent":
            return (Line(texts.mobile["absent"], "absent", head=True),)
        case state:
            verdict = mobile.get("verdict")
            said = texts.mobile[verdict if verdict in ("responsive", "separate") else "found"]
            return (_head(state, texts), Line(said))


def _social(social: Finding, texts: Texts) -> Line:
    state = social["state"]
    if state == "unseen":
        return Line(texts.social[state].format(unseen=_unseen_words(social, texts)), state)
    if state != "found":
        return Line(texts.social[state], state)
    first = {profile["network"]: profile["url"] for profile in reversed(social["profiles"])}
    named = [Link(texts.networks.get(net, net), first[net]) for net in sorted(first, key=_rank(texts))]
    line = Line(texts.social["found"], state, links=tuple(_followable(named)))
    return replace(line, after="; ".join(_activity(social, texts)))


def _profiles(social: Finding, texts: Texts) -> Iterable[Line]:
    """What was seen of the posts on each profile, where the round looked at them."""
    for profile in looked_profiles(social):
        name = texts.networks.get(profile["network"], profile["network"])
        links = tuple(_followable([Link(name, profile["url"])]))
        yield Line("", links=links, after=profile_line(profile, texts))


def _activity(social: Finding, texts: Texts) -> Iterable[str]:
    """How the pages are used: by the best of them that could be looked at, or as a round made by hand tells it."""
    if activity := social.get("activity"):
        yield texts.activity[activity]
    if remark := social.get("remark"):
        yield texts.remarks[remark]
    if last := social.get("last_post"):
        yield texts.last_post.format(month=texts.month(dt.date.fromisoformat(f"{last}-01")))


def _appeal(appeal: Finding, texts: Texts) -> tuple[Line, ...]:
    """Told only where the round shows a form or a part of one: the item that asks for it has a column of its own."""
    if appeal["state"] not in ("found", "partial"):
        return ()
    said = texts.appeal.format(text=texts.appeals[appeal["state"]])
    return (Line(said, appeal["state"]), *_address_line(appeal.get("url")))


def _rank(texts: Texts) -> Any:
    order = list(texts.networks)
    return lambda network: order.index(network) if network in order else len(order)


def _followable(links: Iterable[Link]) -> Iterable[Link]:
    """A name whose address cannot be followed keeps its name and an empty address."""
    return (Link(clean(link.text), address(link.url) or "") for link in links)


def _fullness(kind: str, section: Finding, texts: Texts) -> str:
    told = [texts.content[word] for word in section.get("content") or () if word in texts.content]
    fullness = section.get("fullness") or "full"
    said = texts.fullness.get(kind, {}).get(fullness) or texts.fullness["other"][fullness]
    return said.format(content=", ".join(told) or texts.content_unnamed)


def _without_section(section: Finding, texts: Texts) -> tuple[Line, ...]:
    if section["state"] == "unseen":
        return (*_unseen(section, texts), *_address_line(section.get("url")))
    looked_at = len(section.get("evidence", ()))
    counted = texts.looked_at.format(n=texts.number(looked_at))
    return (
        _head("absent", texts),
        *_external(section, texts),
        *(line for url in (section.get("url"), *(section.get("links") or ())) for line in _address_line(url)),
        *([Line(counted)] if looked_at else []),
    )


def _external(section: Finding, texts: Texts) -> tuple[Line, ...]:
    url = section.get("external")
    return (Line(texts.external, links=_links([url])),) if url else ()


def _dated(section: Finding, as_of: dt.date, texts: Texts) -> tuple[Line, ...]:
    if vague := _vague(section, texts):
        return (Line(texts.last_vague.format(date=vague)),)
    if newest := day(section.get("last_date")):
        ago = texts.days_before(newest, as_of)
        return (Line(texts.last_date.format(date=texts.date(newest), ago=ago)),)
    return (Line(texts.no_date),) if section.get("fullness") == "full" else ()


def _vague(finding: Finding, texts: Texts) -> str | None:
    """The month or year where a person wrote down no day."""
    if month := finding.get("last_month"):
        return texts.month(dt.date.fromisoformat(f"{month}-01"))
    year = finding.get("last_year")
    return None if year is None else str(year)


def _services(services: Finding, texts: Texts) -> tuple[Line, ...]:
    said, url = _services_said(services, texts)
    more = (line for link in services.get("links") or () for line in _address_line(link))
    external = services.get("external") if services["state"] in ("found", "partial") else None
    lines = (Line(texts.services["label"].format(text=said), services["state"]), *_address_line(url), *more)
    return (*lines, *([Line(texts.external, links=_links([external]))] if external and external != url else []))


def _services_said(services: Finding, texts: Texts) -> tuple[str, str | None]:
    match services["state"]:
        case "unseen":
            return _unseen_words(services, texts), services.get("url")
        case "absent" if services.get("external"):
            return texts.services["portal"], services["external"]
        case "absent":
            return texts.services["absent"], None
    fullness = services.get("fullness") or "full"
    if fullness != "full":
        return texts.services[fullness], services.get("url")
    if services.get("items"):
        counted = texts.count("services", services["items"])
        return texts.services["full"].format(services=counted), services.get("url")
    return texts.services["uncounted"], services.get("url")


def _news(news: Finding, as_of: dt.date, texts: Texts) -> Line:
    return Line(texts.news["label"].format(text=_news_said(news, as_of, texts)), news["state"])


def _news_said(news: Finding, as_of: dt.date, texts: Texts) -> str:
    match news["state"]:
        case "unseen":
            return _unseen_words(news, texts)
        case "absent":
            return texts.news["absent"]
        case "partial":
            return texts.news["undated"]
    parts = []
    if vague := _vague(news, texts):
        parts.append(texts.news["last_month"].format(month=vague))
    elif newest := day(news.get("last_date")):
        ago = texts.days_before(newest, as_of)
        parts.append(texts.news["last"].format(date=texts.date(newest), ago=ago))
    if news.get("basis") == "until":
        parts.append(texts.news["until"])
    parts += _rates(news, texts)
    if news.get("median_gap_days") is not None:
        parts.append(texts.news["gap"].format(days=texts.count("days", news["median_gap_days"])))
    if status := news.get("status"):
        parts.append(texts.news[status])
    if observed := day(news.get("observed_on")):
        parts.append(texts.observed_on.format(date=texts.date(observed)))
    return "; ".join(parts)


def _rates(news: Finding, texts: Texts) -> Iterable[str]:
    """How often news comes; a person may give a range, by the month or by the day."""
    told = False
    for unit in ("per_day", "per_month"):
        low, high = news.get(f"{unit}_min"), news.get(f"{unit}_max")
        if low is not None or high is not None:
            told = True
            yield texts.news[unit].format(**{unit: texts.span(low, high)})
    if not told and news.get("per_month") is not None:
        yield texts.news["per_month"].format(per_month=texts.number(news["per_month"]))


def _address_line(url: str | None) -> list[Line]:
    return [Line("", links=_links([url]))] if url else []


def _links(urls: Iterable[str | None]) -> tuple[Link, ...]:
    return tuple(Link(shown(url), address(url) or "") for url in urls if url)
