"""Which processes did we start, and how much memory do they hold?

As Linux tells it in /proc; elsewhere nothing is known, and nothing watched.
"""

import re
from contextlib import suppress
from pathlib import Path


def pid_of(sign: str) -> int | None:
    """The process that was started with this argument."""
    for folder in _processes():
        with suppress(OSError):
            if sign.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                return int(folder.name)
    return None


def family(pid: int) -> list[int]:
    """A process and all that come of it."""
    children: dict[int, list[int]] = {}
    for folder in _processes():
        with suppress(OSError, ValueError, IndexError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    family, left = [], [pid]
    while left:
        one = left.pop()
        family.append(one)
        left += children.get(one, [])
    return family


def _processes() -> list[Path]:
    root = Path("/proc")
    return [folder for folder in root.iterdir() if folder.name.isdigit()] if root.is_dir() else []


def pss_bytes(pid: int) -> int:
    """What a process holds, with its share of what it holds together with others."""
    with suppress(OSError):
        told = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
        return int(told[1]) * 1024 if told else 0
    return 0
