"""What was seen of one profile's posts?"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reading.finding import Evidence

# Why a profile could not be seen. Beside these, the words of the contract for a request that failed: dns refused reset
# timeout tls too_large robots forbidden_redirect.
REASONS = (
    "login_wall",  # the network shows nothing to those who have no account
    "consent_wall",  # a page that asks for consent to cookies stands before it
    "captcha",
    "no_token",  # the network's interface wants a token, and the operator has given none
    "token_refused",  # it was not taken: expired, revoked, mistyped
    "no_permission",  # it was taken, and does not reach this profile
    "not_business",  # Instagram: no business account of this name
    "rate_limited",
    "empty_list",  # the interface lists no post at all, as it also does where it may not show them
    "no_preview",  # Telegram: the channel shows itself only in the app
    "not_channel",  # Telegram: a group, a person or a bot
    "no_feed",  # the profile is there, its feed is not
    "no_door",  # the network, or this kind of profile, has none
    "redirected",  # to an address that is not the network's
    "unreadable",  # an answer of another form than the one that is known
    "http_4xx",
    "http_5xx",
    "not_looked",
)

Account = Literal["open", "missing", "private", "renamed", "foreign"]


@dataclass(frozen=True)
class Observed:
    """One look at one profile. `account` is None only where nothing could be seen, and `reason` says why.

    Seen and no posts is `reason` None and an empty `posts`; could not look is never that.
    """

    network: str
    url: str  # as in the finding social.profiles
    observed_on: date  # the day in Baku
    account: Account | None
    posts: tuple[date, ...]  # days in Baku of posts seen, newest first, one for each post, none after observed_on
    since: date | None  # the list is whole back to this day; None: to the beginning of the account
    reason: str | None  # why unseen: one of REASONS, or the word of a failed request; None when seen
    evidence: tuple[Evidence, ...]
    by: str | None = None  # a person's name, when made by hand
    posts_30d: int | None = None  # by hand only: what the person counted
    last_post: date | None = None  # by hand only
    note: str | None = None  # what it was renamed to, whose it is
