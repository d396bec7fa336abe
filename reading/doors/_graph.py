"""What does Meta's Graph API answer, and in which words does it refuse?

developers.facebook.com/docs/graph-api: errors (guides/error-handling), rate limits (overview/rate-limiting), cursors
(results). Answers of paged lists carry `paging.next`, an address with the token in it: it is never used and never kept
(spiders/profiles.py blots it out); the next page is asked for by its cursor.
"""

from archive.asks import Ask
from archive.capture import Capture
from reading.doors import Shape, shaped, trouble
from reading.method import Method

API = "https://graph.facebook.com/v25.0"
TOKEN = "meta"
_BAD_TOKEN = frozenset({102, 190, 463, 467})
_LIMITS = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
_NO_SUCH_NAME = 803  # "Some of the aliases you requested do not exist"
NOT_BUSINESS = 110  # "Invalid user id": no such name, or a person's account


def ask(path: str, shared: bool = False) -> Ask:
    return Ask(f"{API}/{path}", token=TOKEN, is_api=True, is_shared=shared)


class Error(Shape):
    """guides/error-handling."""

    code: int
    message: str = ""


class _Refusal(Shape):
    error: Error


class _Cursors(Shape):
    after: str | None = None


class Paging(Shape):
    """results: the cursors of a page, and the address of the next one where there is one."""

    cursors: _Cursors = _Cursors()
    next: str | None = None


def error_of(answer: Capture) -> Error | None:
    """The error that was answered; None where none was."""
    refused = shaped(answer, _Refusal) if answer.failure is None else None
    return refused.error if refused is not None else None


def is_missing(answer: Capture) -> bool:
    error = error_of(answer)
    return error is not None and error.code == _NO_SUCH_NAME


def refusal(answer: Capture, method: Method) -> str | None:
    """Why nothing may be read from this answer; None where it is what was asked for."""
    error = error_of(answer)
    if error is None:
        return trouble(answer, method)
    code = error.code
    if code in _BAD_TOKEN:
        return "token_refused"
    if code in _LIMITS:
        return "rate_limited"
    if code == NOT_BUSINESS:
        return "not_business"
    return "http_5xx" if code in (1, 2) else "no_permission"
