"""How long does reading take, and which part of it?

`Watch` is a stopwatch that knows what stands inside what: the time of the page walk is the walk's own, whichever reader
was the first to ask for it. All times are processor time of one core.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import reading.page
from archive.evidence import Capture, Evidence
from reading.looking import Site
from reading.method import Method
from reading.page import Page
from reading.read import ask
from reading.rounds import Task

T = TypeVar("T")


@dataclass
class Watch:
    """Seconds by part, each without the parts inside it."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _open: list[str] = field(default_factory=list)
    _since: float = 0.0

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        self._lap()
        self._open.append(name)
        try:
            yield
        finally:
            self._lap()
            self._open.pop()

    def _lap(self) -> None:
        now = time.process_time()
        if self._open:
            self.spent[self._open[-1]] += now - self._since
        self._since = now

    def timing(self, name: str, look: Callable[..., T]) -> Callable[..., T]:
        def timed(*args: Any, **kwargs: Any) -> T:
            with self.part(name):
                return look(*args, **kwargs)

        return timed

    @property
    def total_s(self) -> float:
        return sum(self.spent.values())


@contextmanager
def _watching(watch: Watch) -> Iterator[None]:
    """Times what all readers share, apart from the readers."""
    shared = (
        (Page, "source", "decode"),
        (Page, "tree", "parse"),
        (Page, "block_texts", "site: template, menu"),
        (Site, "template_texts", "site: template, menu"),
        (Site, "menu_signs", "site: template, menu"),
        (Site, "outcomes", "site: what became of addresses"),
        (Site, "pages", "site: what became of addresses"),
    )
    with ExitStack() as undo:
        for owner, name, part in shared:
            held = vars(owner)[name]
            assert isinstance(held, cached_property)
            undo.callback(setattr, held, "func", held.func)
            held.func = watch.timing(part, held.func)
        walk = reading.page._walk
        undo.callback(setattr, reading.page, "_walk", walk)
        reading.page._walk = watch.timing("page walk", walk)
        yield


@dataclass(frozen=True)
class Read:
    """What reading some sites took."""

    sites: int
    pages: int
    size_bytes: int  # of the pages' HTML
    watch: Watch

    @property
    def pages_per_s(self) -> float:
        return self.pages / self.watch.total_s


def read_sites(tasks: Sequence[Task], method: Method) -> Read:
    """Every authority of a round, from its evidence, in this process."""
    watch, pages, size = Watch(), 0, 0
    with _watching(watch):
        for task in tasks:
            with watch.part("evidence"):
                captures = _captures(task)
            agency = task.agency
            site = Site(
                agency.site,
                captures,
                task.as_of,
                method,
                complete=task.complete,
                also=agency.also,
                name=agency.name_full or agency.name,
            )
            read_site(site, method, watch)
            pages += len(site.pages)
            size += sum(len(page.capture.body) for page in site.pages)
    return Read(len(tasks), pages, size, watch)


def read_made_up(sites: Sequence[Site], method: Method) -> Read:
    """Sites that no archive holds."""
    watch = Watch()
    with _watching(watch):
        for site in sites:
            read_site(site, method, watch)
    pages = [page for site in sites for page in site.pages]
    return Read(len(sites), len(pages), sum(len(page.capture.body) for page in pages), watch)


def read_site(site: Site, method: Method, watch: Watch) -> None:
    """Asks what reading.read.document asks."""
    for indicator in method.indicators:
        with watch.part(indicator.reader):
            ask(site, indicator).as_json()


def _captures(task: Task) -> list[Capture]:
    if not task.offsets:
        return []
    with Evidence(task.evidence) as evidence:
        return [evidence.read(offset) for offset in task.offsets]
