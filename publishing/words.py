"""How is one finding said in the reader's words?

Each function takes findings of one authority (contract, part 2) and gives the lines of one table cell. What could
not be looked at is said to be so, with the reason, and never in the words for what is missing.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from publishing.clean import address, clean, shown
from publishing.texts import Texts

Finding = Mapping[str, Any]


@dataclass(frozen=True)
class Link:
    """An address that may be followed, and the words that stand for it."""

    text: str
    url: str


@dataclass(frozen=True)
class Line:
    """One line of a cell. `state` is the finding the line speaks of; a head line is the cell's answer in short."""

    text: str
    state: str | None = None
    head: bool = False
    links: tuple[Link, ...] = ()

    @property
    def plain(self) -> str:
        return " ".join(part for part in (self.text, ", ".join(link.text for link in self.links)) if part)


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
    return (*_mobile(mobile, texts), _social(social, texts))


def section_content(kind: str, section: Finding, as_of: dt.date, texts: Texts) -> tuple[Line, ...]:
    """What stands in the section, with its address and newest date (items 4.2.1 and 5.6)."""
    if section["state"] in ("unseen", "absent"):
        return _without_section(section, texts)
    return (
        _head(section["state"], texts),
        Line(_fullness(kind, section, texts)),
        *_address_line(section.get("url")),
        *_dated(section, as_of, texts),
    )


def section_place(section: Finding, as_of: dt.date, texts: Texts) -> tuple[Line, ...]:
    """Whether a section of its own is there, where, under which name, and how fresh (item 4.2.2)."""
    if section["state"] in ("unseen", "absent"):
        return _without_section(section, texts)
    lines = [_head(section["state"], texts)]
    if section["state"] == "partial":
        lines.append(Line(_fullness("public_council", section, texts)))
    if label := section.get("label"):
        lines.append(Line(texts.label.format(label=clean(label))))
    if placement := section.get("placement"):
        lines.append(Line(texts.placement[placement]))
    if section.get("items"):
        lines.append(Line(texts.items.format(items=texts.number(section["items"]))))
    return (*lines, *_dated(section, as_of, texts))


def notes(services: Finding, news: Finding, as_of: dt.date, texts: Texts) -> tuple[Line, ...]:
    """The notes column: electronic services, and how often the site is updated."""
    if services["state"] == news["state"] == "unseen" and services["reason"] == news["reason"]:
        return _unseen(news, texts)
    return (*_services(services, texts), _news(news, as_of, texts))


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
    return Line(texts.social["found"], state, links=tuple(_followable(named)))


def _rank(texts: Texts) -> Any:
    order = list(texts.networks)
    return lambda network: order.index(network) if network in order else len(order)


def _followable(links: Iterable[Link]) -> Iterable[Link]:
    """A name whose address cannot be followed keeps its name and an empty address."""
    return (Link(clean(link.text), address(link.url) or "") for link in links)


def _fullness(kind: str, section: Finding, texts: Texts) -> str:
    named = [texts.content[word] for word in section.get("content") or () if word in texts.content]
    content = ", ".join(named) or texts.content_unnamed
    return texts.fullness[kind][section.get("fullness") or "full"].format(content=content)


def _without_section(section: Finding, texts: Texts) -> tuple[Line, ...]:
    if section["state"] == "unseen":
        return (*_unseen(section, texts), *_address_line(section.get("url")))
    looked_at = len(section.get("evidence", ()))
    counted = texts.looked_at.format(n=texts.number(looked_at))
    return (
        _head("absent", texts),
        *_external(section, texts),
        *([Line(counted)] if looked_at else []),
    )


def _external(section: Finding, texts: Texts) -> tuple[Line, ...]:
    url = section.get("external")
    return (Line(texts.external, links=_links([url])),) if url else ()


def _dated(section: Finding, as_of: dt.date, texts: Texts) -> tuple[Line, ...]:
    if newest := day(section.get("last_date")):
        ago = texts.days_before(newest, as_of)
        return (Line(texts.last_date.format(date=texts.date(newest), ago=ago)),)
    return (Line(texts.no_date),) if section.get("fullness") == "full" else ()


def _services(services: Finding, texts: Texts) -> tuple[Line, ...]:
    said, url = _services_said(services, texts)
    return (Line(texts.services["label"].format(text=said), services["state"]), *_address_line(url))


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
    if newest := day(news.get("last_date")):
        ago = texts.days_before(newest, as_of)
        parts.append(texts.news["last"].format(date=texts.date(newest), ago=ago))
    if news.get("per_month") is not None:
        parts.append(texts.news["per_month"].format(per_month=texts.number(news["per_month"])))
    if news.get("median_gap_days") is not None:
        parts.append(texts.news["gap"].format(days=texts.count("days", news["median_gap_days"])))
    if status := news.get("status"):
        parts.append(texts.news[status])
    return "; ".join(parts)


def _address_line(url: str | None) -> list[Line]:
    return [Line("", links=_links([url]))] if url else []


def _links(urls: Iterable[str | None]) -> tuple[Link, ...]:
    return tuple(Link(shown(url), address(url) or "") for url in urls if url)
