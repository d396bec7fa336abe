"""What must be known beside a page, to read what it lists?"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from reading.method import Method
from reading.page import Block, Link, Page, host_of


class Look(Protocol):
    """What must be known beside the page: reading.looking.Site, or a Glance."""

    @property
    def as_of(self) -> date: ...
    @property
    def method(self) -> Method: ...
    @property
    def home(self) -> Page | None: ...
    @property
    def puts_month_first(self) -> bool: ...
    def is_own(self, url: str) -> bool: ...
    def in_menu(self, link: Link) -> bool: ...
    def own_blocks(self, page: Page) -> tuple[Block, ...]: ...


@dataclass(frozen=True, eq=False)
class Glance:
    """A look at pages while the visit still goes on: what repeats from page to page is not known yet."""

    as_of: date
    method: Method
    host: str
    home: Page | None = None
    puts_month_first: bool = False

    def is_own(self, url: str) -> bool:
        return host_of(url) == self.host

    def in_menu(self, link: Link) -> bool:
        return link.zone in ("nav", "header", "footer")

    def own_blocks(self, page: Page) -> tuple[Block, ...]:
        own = tuple(block for block in page.blocks if block.zone == "body")
        return own or tuple(block for block in page.blocks if block.zone in ("header", "aside"))
