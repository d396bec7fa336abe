"""What does the visitor of profiles need to be told, knowing no network itself?

Reading knows how each network shows its posts, and what is worth asking next; the spider decides whether it may, when,
and with which token. This is all that passes between them, as archive/leads.py is for sites.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from archive.capture import Capture

PURPOSE = "profile"  # of every capture of a profile, but for robots.txt


@dataclass(frozen=True)
class Ask:
    """One address worth asking."""

    url: str
    token: str | None = None  # the service's word for the token that it is asked with: meta, x, google
    is_api: bool = False  # an interface for programs that have a token; everything else obeys robots.txt
    is_shared: bool = False  # the answer is the same for every profile of a run: asked once


class Way(Protocol):
    """The way to one profile's posts. It has no memory: all that it knows is in the captures that it is shown."""

    def next(self, captures: Sequence[Capture]) -> Ask | None:
        """What to ask after these captures; None when there is nothing more to learn."""
        ...

    def why_unseen(self, captures: Sequence[Capture]) -> str | None:
        """The word of reading/observed.py for what stood in the way; None when the profile was seen."""
        ...


@dataclass(frozen=True)
class Errand:
    """One profile of one authority that is to be looked at."""

    agency_id: str
    network: str
    url: str  # as in the finding social.profiles
    way: Way
