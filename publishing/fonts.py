"""Which letters are pages and pictures set in, and how wide is a text in them?

Source Sans Pro comes with a package, so a report looks the same on every machine and its letters (ə, ı, Ğ, Cyrillic)
can always be embedded.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

PACKAGE = "font_source_sans_pro"
_FILES = {
    "regular": "SourceSansPro-Regular.ttf",
    "bold": "SourceSansPro-Bold.ttf",
    "italic": "SourceSansPro-It.ttf",
}
_INSTEAD = {"→": "›", "✗": "×", "◐": "o", "�": "?", " ": " ", "‑": "-", "\t": " "}


class MissingTool(Exception):
    """A format wants something that this machine lacks; the message says how to install it."""


@dataclass
class Face:
    """One style. Widths are in thousandths of the size; a letter that the font lacks is shown as a question mark."""

    path: Path
    font: Any
    cmap: dict[int, int]
    advances: list[int]
    words: dict[str, float] = field(default_factory=dict)

    def glyphs(self, text: str) -> list[int]:
        return [self._glyph(letter) for letter in text]

    def width(self, text: str, size: float) -> float:
        known = self.words.get(text)
        if known is None:
            known = sum(self.advances[glyph] for glyph in self.glyphs(text)) / 1000
            self.words[text] = known
        return known * size

    def _glyph(self, letter: str) -> int:
        found = self.cmap.get(ord(letter))
        if found is None:
            found = self.cmap.get(ord(_INSTEAD.get(letter, "?")), self.cmap[ord("?")])
            self.cmap[ord(letter)] = found
        return found


@cache
def face(style: str) -> Face:
    """ "regular", "bold" or "italic". Raises MissingTool."""
    path = _folder() / _FILES[style]
    font = TTFont(path, lazy=True)
    scale = 1000 / font["head"].unitsPerEm
    order = font.getGlyphOrder()
    metrics = font["hmtx"].metrics
    ids = {name: place for place, name in enumerate(order)}
    cmap = {code: ids[name] for code, name in font.getBestCmap().items()}
    return Face(path, font, cmap, [round(metrics[name][0] * scale) for name in order])


def _folder() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingTool("pdf and docx need the font Source Sans Pro: pip install font-source-sans-pro")
    return Path(spec.origin).parent / "files"
