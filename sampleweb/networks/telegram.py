"""How does Telegram show a channel to those who have no app?

The preview at https://t.me/s/NAME: 20 messages a page, oldest first, .tgme_widget_message with data-post and a
<time datetime>, link .tme_messages_more with data-before to the page before, notices of the channel as
.service_message. A name without preview leads on to https://t.me/NAME: title and extra line (subscribers, members,
@name), or neither for a name that nobody has. The message itself follows core.telegram.org/widgets/post.
"""

from __future__ import annotations

from html import escape

from sampleweb.networks.people import People, Profile
from sampleweb.networks.service import Service, one, page, sent_to
from sampleweb.proxy import Request
from sampleweb.site import Answer

PAGE_MESSAGES = 20
_EXTRA = {
    "no_preview": "1 234 subscribers",
    "group": "345 members, 12 online",
    "person": "@{name}",
    "open": "9 subscribers",
}


class Telegram(Service):
    """t.me."""

    def __init__(self, people: People) -> None:
        super().__init__("User-agent: *\nDisallow:\n")
        self._people = people

    def answer(self, asked: Request) -> Answer:
        name = asked.path.rstrip("/").rpartition("/")[2]
        profile = self._people.get(name)
        is_preview = asked.path.startswith("/s/")
        if profile is None or profile.does == "gone":
            return sent_to(f"https://t.me/{name}") if is_preview else page(_nobody(name))
        if not is_preview:
            return page(_card(profile, name))
        if profile.does in ("no_preview", "group", "person"):
            return sent_to(f"https://t.me/{name}")
        if profile.does == "nonsense":
            return page("<!doctype html><html><body>Telegram Messenger</body></html>")
        before = one(asked, "before")
        return self.passing(profile.does, asked.path + before) or page(self._preview(profile, name, before))

    def _preview(self, profile: Profile, name: str, before: str) -> str:
        shown = profile.now or name
        moments = list(reversed(profile.moments(self._people.today)))  # number 2 is the oldest; 1 is the notice
        last = int(before) - 1 if before.isdigit() else len(moments) + 1
        first = max(last - PAGE_MESSAGES + 1, 1)
        messages = "".join(
            _notice(shown) if number == 1 else _message(shown, number, moments[number - 2].isoformat())
            for number in range(first, last + 1)
        )
        more = (
            f'<div class="tgme_widget_message_centered js-messages_more_wrap"><a href="/s/{shown}?before={first}"'
            f' class="tme_messages_more js-messages_more" data-before="{first}"></a></div>'
            if first > 1
            else ""
        )
        after = (
            f'<a href="/s/{shown}?after={last}" class="tme_messages_more js-messages_more" data-after="{last}"></a>'
            if before
            else ""
        )
        head = (
            '<div class="tgme_channel_info"><div class="tgme_channel_info_header"><div'
            f' class="tgme_channel_info_header_title"><span dir="auto">{escape(profile.title)}</span></div></div></div>'
        )
        return (
            f"<!DOCTYPE html><html><head><title>{escape(profile.title)} – Telegram</title></head><body>{head}"
            f'<section class="tgme_channel_history js-message_history">{more}{messages}{after}</section></body></html>'
        )


def _message(name: str, number: int, at: str) -> str:
    return (
        f'<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message'
        f' text_not_supported_wrap js-widget_message" data-post="{name}/{number}"><div class="tgme_widget_message_text'
        f' js-message_text" dir="auto">Xəbər {number}</div><time class="message_video_duration">0:41</time>'
        '<div class="tgme_widget_message_footer compact js-message_footer"><span class="tgme_widget_message_meta">'
        f'<a class="tgme_widget_message_date" href="https://t.me/{name}/{number}"><time datetime="{at}" class="time">'
        "10:00</time></a></span></div></div></div>"
    )


def _notice(name: str) -> str:
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message service_message'
        f' js-widget_message" data-post="{name}/1"><div class="tgme_widget_message_text">Channel created</div>'
        f'<a class="tgme_widget_message_date" href="https://t.me/{name}/1"><time datetime="2015-09-22T10:00:00+00:00">'
        "10:00</time></a></div></div>"
    )


def _card(profile: Profile, name: str) -> str:
    extra = _EXTRA.get(profile.does, _EXTRA["open"]).format(name=name)
    return (
        '<!DOCTYPE html><html><body><div class="tgme_page"><div class="tgme_page_title"><span dir="auto">'
        f'{escape(profile.title)}</span></div><div class="tgme_page_extra">{extra}</div><div'
        f' class="tgme_page_additional">If you have <strong>Telegram</strong>, you can view and join right away.</div>'
        "</div></body></html>"
    )


def _nobody(name: str) -> str:
    return (
        '<!DOCTYPE html><html><body><div class="tgme_page"><div class="tgme_page_icon"></div><div'
        ' class="tgme_page_additional">If you have <strong>Telegram</strong>, you can contact'
        f' <a class="tgme_username_link" href="tg://resolve?domain={name}">@{name}</a> right away.</div></div>'
        "</body></html>"
    )
