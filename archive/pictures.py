"""Which pictures of pages are kept beside a round's evidence, and what does each show?

    ROUND/pictures/AUTHORITY/<sha256>.webp         the picture, under the SHA-256 of its bytes
    ROUND/pictures/AUTHORITY/<sha256>-small.webp   the same made small, for lists of many
    ROUND/pictures/AUTHORITY/index.jsonl           one line for each thing that a picture was asked for

A line names the page (address and SHA-256 of its bytes), the fact and the quote that stand on it, and the picture, or
why there is none. An index appears whole or not at all, and after the pictures that it names.
"""

import hashlib
import io
import json
import os
import struct
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

FOLDER = "pictures"
INDEX = "index.jsonl"
SMALL_PX = 240  # height of the small form
View = Literal["phone", "desktop", "page"]  # the home page on a phone and on a desk; a page that a finding stands on
Box = tuple[int, int, int, int]  # left, top, width, height in pixels of the picture


@dataclass(frozen=True)
class Picture:
    """One thing that a picture was asked for. `fact` is None of the home page's two views."""

    view: View
    url: str
    page_sha256: str
    fact: str | None
    quote: str | None
    seen_at: str  # of the page, ISO, UTC
    sha256: str | None = None  # of the picture; None where there is none
    width: int = 0
    height: int = 0
    box: Box | None = None  # where the quote stands; None where it is not to be seen on the page
    within: bool = False  # the quote is put away (a closed menu): the box is of what it lies in
    made_at: str = ""  # of the picture, ISO, UTC
    browser: str = ""
    source: Literal["archive", "visit"] = "archive"  # the visit's own look, or made afterwards from what it kept
    lacking: int = 0  # files that the page asked for and the archive does not have
    failure: str | None = None

    @property
    def key(self) -> tuple[str, str, str | None, str | None]:
        return self.view, self.page_sha256, self.fact, self.quote

    @property
    def name(self) -> str:
        return f"{self.sha256}.webp"

    @property
    def small_name(self) -> str:
        return f"{self.sha256}-small.webp"

    @property
    def small_size(self) -> tuple[int, int]:
        """Width and height of the small form."""
        return small_size(self.width, self.height)


def folder_of(archive_dir: Path, round_name: str, agency_id: str) -> Path:
    return archive_dir / round_name / FOLDER / agency_id


def load_pictures(archive_dir: Path, round_name: str, agency_id: str) -> tuple[Picture, ...]:
    """What the index tells; nothing where there is none, or where it is not one of ours."""
    try:
        lines = (folder_of(archive_dir, round_name, agency_id) / INDEX).read_text("utf-8").splitlines()
        return tuple(_picture(json.loads(line)) for line in lines)
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return ()


def _picture(told: Any) -> Picture:
    if not isinstance(told, dict):
        raise TypeError("a line of an index is one JSON object")
    box = told.get("box")
    return Picture(**{**told, "box": None if box is None else tuple(box)})


def keep_picture(archive_dir: Path, round_name: str, agency_id: str, picture: bytes) -> str:
    """Writes a picture, and its small form, under its SHA-256 and gives that."""
    sha256 = hashlib.sha256(picture).hexdigest()
    path = folder_of(archive_dir, round_name, agency_id) / f"{sha256}.webp"
    if not path.exists():
        _put(path.with_name(f"{sha256}-small.webp"), _small(picture))
        _put(path, picture)
    return sha256


def small_size(width: int, height: int) -> tuple[int, int]:
    return max(1, round(width * SMALL_PX / height)), SMALL_PX


def _small(picture: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        small = image.convert("RGB").resize(small_size(*image.size), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=55, method=2)
    return out.getvalue()


def keep_index(archive_dir: Path, round_name: str, agency_id: str, pictures: Sequence[Picture]) -> None:
    """The index in the place of the old one; pictures that it no longer names go."""
    folder = folder_of(archive_dir, round_name, agency_id)
    lines = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in pictures)
    _put(folder / INDEX, lines.encode())
    named = {name for one in pictures if one.sha256 for name in (one.name, one.small_name)}
    _sweep(folder, named | {INDEX})


def _sweep(folder: Path, named: Iterable[str]) -> None:
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink(missing_ok=True)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def size_px(picture: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or WebP; None for any other bytes."""
    if picture[:8] == b"\x89PNG\r\n\x1a\n" and len(picture) >= 24:
        width, height = struct.unpack(">II", picture[16:24])
        return width, height
    if picture[:4] != b"RIFF" or picture[8:12] != b"WEBP" or len(picture) < 30:
        return None
    kind = picture[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(picture[24:27], "little"), 1 + int.from_bytes(picture[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(picture[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", picture[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None
