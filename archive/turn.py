"""Whose turn is it? One round at a time over one archive, also across processes and after a kill -9.

A lock of the operating system on a file beside the evidence. It belongs to the open file and not to a process, so the
steps of a round inherit it: while a crawl lives on whose parent was killed, the turn is still taken, and when the last
of them is gone it is free, whatever the file says. What stands in the file only tells people who it is.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from archive.database import Trouble

NAME = "turn.lock"
INHERITED = "SAYTMETR_TURN_FD"  # by which a step finds the turn that its parent took for it


@dataclass(frozen=True)
class Holder:
    """Who has the turn, or had it last."""

    pid: int
    what: str
    since: str  # ISO 8601


class Taken(Trouble):
    """Somebody else has the turn."""

    def __init__(self, path: Path, holder: Holder | None) -> None:
        who = f"{holder.what}, process {holder.pid}, since {holder.since}" if holder else "another process"
        super().__init__(f"{path}: a round is under way over this archive ({who}); wait for it, or stop it")
        self.holder = holder


class Turn:
    """The turn while it is ours. `handle` is to be passed on to steps (`pass_fds`), and `environment` beside it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @property
    def handle(self) -> int:
        return self._file.fileno()

    @property
    def environment(self) -> dict[str, str]:
        return {INHERITED: str(self.handle)}


@contextmanager
def turn(folder: Path, what: str, since: str) -> Iterator[Turn]:
    """Takes the turn over the archive in this folder, or finds it inherited. Raises Taken."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    inherited = _inherited(path)
    if inherited is not None:
        yield Turn(inherited)
        return
    with path.open("a+b") as file:
        _lock(file, path)
        _tell(file, Holder(os.getpid(), what, since))
        try:
            yield Turn(file)
        finally:
            _tell(file, None)


def holder(folder: Path) -> Holder | None:
    """Who has the turn over this archive now; None when it is free."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return _told(path) or Holder(0, "unknown", "unknown")
    return None


def left_behind(folder: Path) -> Holder | None:
    """Who had the turn last and went without giving it back, as after kill -9; None where all is in order."""
    return None if holder(folder) is not None else _told(folder / NAME)


def _lock(file: BinaryIO, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Taken(path, _told(path)) from error


def _tell(file: BinaryIO, holder: Holder | None) -> None:
    file.truncate(0)  # the file is opened to append: what is written next begins it
    if holder is not None:
        file.write(json.dumps(asdict(holder)).encode())
    file.flush()


def _told(path: Path) -> Holder | None:
    try:
        return Holder(**json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _inherited(path: Path) -> BinaryIO | None:
    number = os.environ.get(INHERITED, "")
    if not number.isdigit() or not path.exists():
        return None
    try:
        ours, there = os.fstat(int(number)), path.stat()
    except OSError:
        return None
    same = (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)
    return os.fdopen(int(number), "rb", closefd=False) if same else None
