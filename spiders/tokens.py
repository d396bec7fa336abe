"""With which of the operator's tokens may a service be asked, and how are they kept out of everything that is written?

A token comes from the environment, or from a file that nobody else may read (SAYTMETR_TOKENS, lines NAME=value). It
goes out in a header, over a connection whose certificate holds, to the hosts of its own service, and nowhere else. What
a service answers is blotted before anybody keeps it: Meta's answers, for one, carry the token in `paging.next`.
"""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from archive.database import Trouble

FILE = "SAYTMETR_TOKENS"
BLOT = b"[token]"
MIN_CHARS = 8
_LONG, _BEGINNING = 24, 16  # of a long token, its beginning is as good as the whole: services quote them cut short
_TOKEN_CHAR = rb"[\w%.~+/=|-]"
_ANY_TOKEN = re.compile(rb"(access_token(?:=|%3[dD]|\\?\"\s*:\s*\\?\"))(?!\[token\])[^\"&\s\\<>]+")


@dataclass(frozen=True)
class Service:
    """Whose token a word stands for."""

    env: str
    hosts: frozenset[str]
    header: str = "Authorization"
    before: str = "Bearer "


SERVICES: Mapping[str, Service] = {
    "meta": Service("SAYTMETR_META_TOKEN", frozenset({"graph.facebook.com"})),
    "x": Service("SAYTMETR_X_TOKEN", frozenset({"api.x.com"})),
    "google": Service("SAYTMETR_GOOGLE_KEY", frozenset({"www.googleapis.com"}), header="X-Goog-Api-Key", before=""),
}
SECRET_HEADERS = frozenset({service.header.lower() for service in SERVICES.values()} | {"proxy-authorization"})


class NoToken(Trouble):
    """A token cannot be used; str() never holds one."""


@dataclass(frozen=True)
class Token:
    """One token. Its value stands in no repr."""

    service: Service
    value: str = field(repr=False)

    def header_for(self, url: str) -> tuple[str, str]:
        """The header that it goes out in. Raises ValueError for an address that is not its service's own."""
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname not in self.service.hosts:
            raise ValueError(f"{parts.scheme}://{parts.hostname}: {self.service.env} goes to its own service only")
        return self.service.header, self.service.before + self.value


class Tokens:
    """The tokens at hand, by the word of their service."""

    def __init__(self, tokens: Mapping[str, Token]) -> None:
        self._tokens = dict(tokens)
        self._patterns = [_pattern(token.value.encode()) for token in self._tokens.values()] + [_ANY_TOKEN]

    @property
    def words(self) -> frozenset[str]:
        return frozenset(self._tokens)

    def get(self, word: str) -> Token | None:
        return self._tokens.get(word)

    def blotted(self, data: bytes) -> tuple[bytes, int]:
        """The same without any token, and in how many places one stood."""
        count = 0
        for pattern in self._patterns:
            replacement = rb"\1" + BLOT if pattern.groups else BLOT
            data, places = pattern.subn(replacement, data)
            count += places
        return data, count


def _pattern(value: bytes) -> "re.Pattern[bytes]":
    """A token in any way in which an answer may write it."""
    text = value.decode()
    ways = {text, quote(text, safe=""), quote(text), unquote(text), text.replace("/", "\\/")}
    exact = [re.escape(way.encode()) for way in sorted(ways, key=len, reverse=True)]
    if len(text) >= _LONG:
        exact.append(re.escape(value[:_BEGINNING]) + _TOKEN_CHAR + rb"*")
    return re.compile(b"|".join(exact))


def load_tokens(environ: Mapping[str, str]) -> Tokens:
    """The tokens of the environment and of the file that it names. Raises NoToken."""
    named = {service.env: word for word, service in SERVICES.items()}
    told = dict(_lines_of(Path(environ[FILE]), named)) if environ.get(FILE, "").strip() else {}
    told |= {env: environ[env] for env in named if environ.get(env, "").strip()}
    return Tokens({named[env]: Token(SERVICES[named[env]], _checked(env, value)) for env, value in told.items()})


def _checked(env: str, value: str) -> str:
    value = value.strip()
    if len(value) < MIN_CHARS or not value.isascii() or not value.isprintable() or " " in value:
        raise NoToken(f"{env} is no token: at least {MIN_CHARS} letters, digits and marks, without spaces")
    return value


def _lines_of(file: Path, named: Iterable[str]) -> Iterable[tuple[str, str]]:
    text = _private_text(file)
    for number, line in enumerate(text.splitlines(), start=1):
        name, sign, value = line.strip().removeprefix("export ").partition("=")
        if not name or name.startswith("#"):
            continue
        if not sign or name.strip() not in named:
            raise NoToken(f"{FILE}: {file}:{number}: write NAME=value, with a name of: {' '.join(sorted(named))}")
        if value.strip().strip("'\""):
            yield name.strip(), value.strip().strip("'\"")


def _private_text(file: Path) -> str:
    """What a file holds that nobody else may read. The same rule as for the addresses of alerts."""
    try:
        with file.open(encoding="utf-8") as handle:
            status = os.fstat(handle.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
                mode = stat.S_IMODE(status.st_mode)
                raise NoToken(f"{FILE}: others may read {file} (mode {mode:o}); chmod 600 {file}")
            return handle.read()
    except FileNotFoundError:
        raise NoToken(f"{FILE}: there is no file {file}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NoToken(f"{FILE}: {file} cannot be read ({type(error).__name__})") from None
