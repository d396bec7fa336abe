"""When were a Telegram channel's messages posted?

The public preview, https://t.me/s/NAME, and its earlier pages, ?before=NUMBER, of which the link .tme_messages_more
tells. Every message is a .tgme_widget_message with data-post="NAME/NUMBER" and a <time datetime> in its
.tgme_widget_message_date; notices of the channel itself ("Channel created") are .service_message, and no posts. What
the channel passes on from others counts: it was posted. A name without a preview is sent on to https://t.me/NAME, which
tells a channel (subscribers), a group (members), a person or bot (@NAME), and a name that nobody has (no title).
The format is that of the pages themselves; of single messages core.telegram.org/widgets/post tells.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from lxml import html

from archive.asks import Ask
from archive.capture import Capture
from reading.doors import Page, Told, answers, first, is_gone, page_of, paged, trouble, unseen
from reading.method import Method
from reading.social import Profile
from reading.text import squeeze

_MESSAGE = (
    "//*[contains(concat(' ', @class, ' '), ' tgme_widget_message ') and @data-post"
    " and not(contains(concat(' ', @class, ' '), ' service_message '))]"
)
_DATE = ".//*[contains(concat(' ', @class, ' '), ' tgme_widget_message_date ')]//time/@datetime"


def read(profile: Profile, captures: Sequence[Capture], back_to: date, tokens: frozenset[str], method: Method) -> Told:
    known = answers(captures)
    name = profile.url.rpartition("/")[2]

    def ask(cursor: str | None) -> Ask:
        return Ask(f"https://t.me/s/{name}" + (f"?before={cursor}" if cursor else ""))

    answer = known.get(ask(None).url)
    if answer is not None and (is_gone(answer) or answer.location == f"https://t.me/{name}"):
        return _without_preview(name, known, answer, method)
    told = paged(known, ask, lambda answer: _page(answer, method), back_to)
    tree = page_of(answer) if answer is not None and told.account == "open" else None
    if tree is None:
        return told
    title = squeeze(" ".join(one.text_content() for one in tree.find_class("tgme_channel_info_header_title")))
    shown = next((str(one.get("data-post")).split("/")[0] for one in tree.xpath(_MESSAGE)), name)
    told = replace(told, title=title)
    return replace(told, account="renamed", note=shown) if shown.lower() != name.lower() else told


def _page(answer: Capture, method: Method) -> Page | str:
    why = trouble(answer, method)
    tree = page_of(answer) if why is None else None
    if tree is None or not tree.find_class("tgme_channel_info"):
        return why or "unreadable"
    if not tree.find_class("tgme_widget_message"):
        return "unreadable"  # every channel has at least the notice of its own creation
    said = [next(iter(message.xpath(_DATE)), "") for message in tree.xpath(_MESSAGE)]
    return Page(tuple(map(str, said)), _before(tree))


def _before(tree: html.HtmlElement) -> str | None:
    """The number of the message before which the next page ends."""
    for link in tree.find_class("tme_messages_more"):
        number = str(link.get("data-before") or "")
        if number.isdigit():
            return number
    return None


def _without_preview(name: str, known: Mapping[str, Capture], answer: Capture, method: Method) -> Told:
    if is_gone(answer):
        return Told("missing", note=f"HTTP {answer.status}")
    page = known.get(f"https://t.me/{name}")
    if page is None:
        return first(Ask(f"https://t.me/{name}"))
    why = trouble(page, method)
    tree = page_of(page) if why is None else None
    if tree is None:
        return unseen(why or "unreadable")
    if not tree.find_class("tgme_page"):
        return unseen("unreadable")
    if not tree.find_class("tgme_page_title"):
        words = squeeze(" ".join(one.text_content() for one in tree.find_class("tgme_page_additional")))
        return Told("missing", note="no title", quote=words or None)
    extra = squeeze(" ".join(one.text_content() for one in tree.find_class("tgme_page_extra")))
    return unseen("no_preview" if re.search(r"\bsubscribers?\b", extra) else "not_channel")
