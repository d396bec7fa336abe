"""How is a tagged PDF written, so that a reader for the blind can tell headings, lists, tables and links apart?

The file as PDF/UA-1 (ISO 14289-1) wants it: every piece of content is part of the structure or marked as decoration,
fonts are embedded with their letters' meanings, title and language are told. Thousands of pages are no trouble: a page
is packed as soon as it is full, and the small objects are packed together in streams (PDF 1.7).
"""

import datetime as dt
import hashlib
import io
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from xml.sax.saxutils import escape

from fontTools import subset
from fontTools.ttLib import TTFont

from publishing import fonts

STYLES = ("regular", "bold", "italic")
_PER_STREAM = 400
_PER_BRANCH = 500
_T = TypeVar("_T")


class Element:
    """One node of the structure. Its kids are kept as they will be written, until it is closed."""

    __slots__ = ("alt", "attributes", "book", "children", "kids", "kind", "number", "page", "parent")

    def __init__(self, kind: str, parent: "Element | Book", attributes: str = "", alt: str | None = None) -> None:
        self.kind, self.attributes, self.alt = kind, attributes, alt
        self.book: Book = parent.book if isinstance(parent, Element) else parent
        self.parent = parent if isinstance(parent, Element) else None
        self.number = self.book.objects.new()
        self.page: int | None = None  # where its first content stands
        self.kids: list[str] = []
        self.children: list[Element] = []
        if self.parent is not None:
            self.parent.kids.append(f"{self.number} 0 R")
            self.parent.children.append(self)

    def close(self) -> None:
        """Nothing more comes into it or into what is within it: it can be written and forgotten."""
        while self.children:
            self.children[-1].close()
        above = self.book.tree if self.parent is None else self.parent.number
        shown = "" if self.page is None else f"/Pg {self.book.pages[self.page].number} 0 R"
        alt = "" if self.alt is None else f"/Alt {_text(self.alt)}"
        kids = f"/K[{' '.join(self.kids)}]" if self.kids else ""
        said = f"<</Type/StructElem/S/{self.kind}/P {above} 0 R{shown}{self.attributes}{alt}{kids}>>"
        self.book.objects.put(self.number, said)
        self.kids = []
        if self.parent is not None:
            self.parent.children.remove(self)


class _Letters(dict[int, str]):
    """Letter -> its glyph as four hexadecimal digits; remembers which were used."""

    def __init__(self, face: fonts.Face) -> None:
        super().__init__()
        self.face = face

    def __missing__(self, code: int) -> str:
        self[code] = f"{self.face.glyphs(chr(code))[0]:04x}"
        return self[code]


@dataclass
class Page:
    """`owners` are the numbers of the elements that its pieces of content belong to, in their order."""

    width: float
    height: float
    number: int
    key: int  # among the keys of the parent tree
    content: list[str] = field(default_factory=list)
    owners: "array[int]" = field(default_factory=lambda: array("L"))
    links: list[int] = field(default_factory=list)
    packed: int = 0  # its content stream


@dataclass
class Mark:
    """An entry of the bookmarks."""

    level: int
    title: str
    place: str


class _Objects:
    """The objects of the file, numbered. Small ones are packed together as they come."""

    def __init__(self) -> None:
        self.small: list[tuple[int, bytes]] = []
        self.streams: list[tuple[int, bytes]] = []
        self.where: dict[int, tuple[int, int, int]] = {}  # object -> in the file at, or in which stream as which
        self.last = 0

    def new(self) -> int:
        self.last += 1
        return self.last

    def put(self, number: int, body: str) -> None:
        self.small.append((number, body.encode("latin-1")))
        if len(self.small) == _PER_STREAM:
            self._pack_small()

    def _pack_small(self) -> None:
        """The small objects so far, as one stream."""
        number = self.new()
        offsets, at = [], 0
        for place, (one, body) in enumerate(self.small):
            self.where[one] = (2, number, place)
            offsets.append(f"{one} {at}")
            at += len(body) + 1
        head = " ".join(offsets).encode() + b"\n"
        data = zlib.compress(head + b"\n".join(body for _, body in self.small), 6)
        entries = f"/Type/ObjStm/N {len(self.small)}/First {len(head)}/Filter/FlateDecode"
        self.streams.append((number, _stream(entries, data)))
        self.small.clear()

    def stream(self, entries: str, data: bytes, *, packed: bool = True) -> int:
        number = self.new()
        if packed:
            data, entries = zlib.compress(data, 6), entries + "/Filter/FlateDecode"
        self.streams.append((number, _stream(entries, data)))
        return number

    def file(self, catalog: int, info: int, title: str) -> bytes:
        """All of them, with a table of where each one stands."""
        out = io.BytesIO()
        out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._pack_small()
        where = self.where
        for number, body in self.streams:
            where[number] = (1, out.tell(), 0)
            out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        self.streams.clear()
        xref = self.new()
        where[xref] = (1, out.tell(), 0)
        rows = b"".join(
            b"%c%b%b" % (kind, a.to_bytes(5, "big"), b.to_bytes(2, "big"))
            for kind, a, b in (where.get(number, (0, 0, 0xFFFF)) for number in range(self.last + 1))
        )
        mark = hashlib.md5(f"{title} {out.tell()}".encode(), usedforsecurity=False).hexdigest()
        entries = (
            f"/Type/XRef/Size {self.last + 1}/W[1 5 2]/Root {catalog} 0 R/Info {info} 0 R/ID[<{mark}><{mark}>]"
            "/Filter/FlateDecode"
        )
        start = out.tell()
        out.write(
            b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (xref, _stream(entries, zlib.compress(rows)), start)
        )
        return out.getvalue()


class Book:
    """Pages, structure, links and bookmarks as they are made; `file` ends them and gives the whole."""

    def __init__(self, title: str, lang: str, author: str, on: dt.date) -> None:
        self.title, self.lang, self.author, self.on = title, lang, author, on
        self.objects = _Objects()
        self.catalog, self.tree, self._pages, self._info = (self.objects.new() for _ in range(4))
        self._fonts = {style: self.objects.new() for style in STYLES}
        self._letters = {style: _Letters(fonts.face(style)) for style in STYLES}
        self.pages: list[Page] = []
        self.root = Element("Document", self)
        self.places: dict[str, tuple[int, float]] = {}
        self.marks: list[Mark] = []
        self._owned: list[Page | int] = []  # by key: a page, whose pieces have owners, or the owner of a link

    def add_page(self, width: float, height: float) -> Page:
        page = Page(width, height, self.objects.new(), len(self._owned))
        self._owned.append(page)
        self.pages.append(page)
        return page

    @property
    def page_number(self) -> int:
        return len(self.pages) - 1

    def text(self, style: str, text: str) -> str:
        """The operand that shows the text in a style."""
        return f"<{text.translate(self._letters[style])}>"

    def open(self, page: int, element: Element, tag: str | None = None) -> str:
        """Begins content that belongs to the element."""
        on = self.pages[page]
        place = len(on.owners)
        on.owners.append(element.number)
        if element.page is None:
            element.page = page
        here = element.page == page
        element.kids.append(str(place) if here else f"<</Type/MCR/Pg {on.number} 0 R/MCID {place}>>")
        return f"/{tag or element.kind} <</MCID {place}>> BDC"

    def link(
        self, page: int, box: tuple[float, float, float, float], target: str, words: str, element: Element
    ) -> None:
        """A place to click: `target` is an address, or "#" and the name of a place. The element is its Link."""
        number, on = self.objects.new(), self.pages[page]
        action = f"/Dest {_ascii(target[1:])}" if target.startswith("#") else f"/A<</S/URI/URI {_ascii(target)}>>"
        corners = " ".join(f"{one:.1f}" for one in box)
        self.objects.put(
            number,
            f"<</Type/Annot/Subtype/Link/Rect[{corners}]/Border[0 0 0]/F 4{action}/Contents {_text(words)}"
            f"/StructParent {len(self._owned)}/P {on.number} 0 R>>",
        )
        self._owned.append(element.number)
        on.links.append(number)
        element.kids.append(f"<</Type/OBJR/Obj {number} 0 R/Pg {on.number} 0 R>>")

    def pack(self, page: Page) -> None:
        """Nothing more comes onto the page."""
        if not page.packed:
            page.packed = self.objects.stream("", "\n".join(page.content).encode("ascii"))
            page.content = []

    def file(self) -> bytes:
        objects = self.objects
        for style, letters in self._letters.items():
            self._write_font(style, letters)
        self._write_pages()
        self._write_structure()
        outlines, names = self._write_outlines(), self._write_names()
        metadata = objects.stream("/Type/Metadata/Subtype/XML", self._xmp(), packed=False)
        objects.put(
            self.catalog,
            f"<</Type/Catalog/Pages {self._pages} 0 R/MarkInfo<</Marked true>>/Lang {_text(self.lang)}"
            f"/StructTreeRoot {self.tree} 0 R/ViewerPreferences<</DisplayDocTitle true>>/Metadata {metadata} 0 R"
            f"/Names<</Dests {names} 0 R>>"
            + (f"/Outlines {outlines} 0 R/PageMode/UseOutlines>>" if outlines else ">>"),
        )
        day = f"(D:{self.on:%Y%m%d}000000Z)"
        objects.put(
            self._info,
            f"<</Title {_text(self.title)}/Author {_text(self.author)}/Producer {_text(self.author)}"
            f"/CreationDate {day}/ModDate {day}>>",
        )
        return objects.file(self.catalog, self._info, f"{self.title} {self.on}")

    def _write_pages(self) -> None:
        named = "".join(f"/{style[0].upper()} {number} 0 R" for style, number in self._fonts.items())
        for page in self.pages:
            self.pack(page)
            annots = f"/Annots[{' '.join(f'{one} 0 R' for one in page.links)}]" if page.links else ""
            self.objects.put(
                page.number,
                f"<</Type/Page/Parent {self._pages} 0 R/MediaBox[0 0 {page.width:g} {page.height:g}]"
                f"/Contents {page.packed} 0 R/Resources<</Font<<{named}>>>>/StructParents {page.key}/Tabs/S{annots}>>",
            )
        kids = " ".join(f"{page.number} 0 R" for page in self.pages)
        self.objects.put(self._pages, f"<</Type/Pages/Kids[{kids}]/Count {len(self.pages)}>>")

    def _write_structure(self) -> None:
        self.root.close()
        entries = [
            f"{key} {one} 0 R" if isinstance(one, int) else f"{key}[{' '.join(f'{n} 0 R' for n in one.owners)}]"
            for key, one in enumerate(self._owned)
        ]
        parents = self._branches(
            [(str(start), str(start + len(part) - 1), " ".join(part)) for start, part in _cut(entries)], "Nums"
        )
        self.objects.put(
            self.tree,
            f"<</Type/StructTreeRoot/K {self.root.number} 0 R/ParentTree {parents} 0 R"
            f"/ParentTreeNextKey {len(entries)}>>",
        )

    def _write_names(self) -> int:
        """The places that links lead to, by name."""
        named = [(_ascii(name), self._place(name)) for name in sorted(self.places)]
        parts = [
            (part[0][0], part[-1][0], " ".join(f"{name} {place}" for name, place in part)) for _, part in _cut(named)
        ]
        return self._branches(parts, "Names")

    def _branches(self, parts: Sequence[tuple[str, str, str]], key: str) -> int:
        """A tree of names or numbers: first, last and what lies between of each branch."""
        refs = []
        for first, last, inner in parts:
            refs.append(self.objects.new())
            self.objects.put(refs[-1], f"<</Limits[{first} {last}]/{key}[{inner}]>>")
        root = self.objects.new()
        self.objects.put(root, f"<</Kids[{' '.join(f'{one} 0 R' for one in refs)}]>>" if refs else f"<</{key}[]>>")
        return root

    def _place(self, name: str) -> str:
        page, y = self.places[name]
        return f"[{self.pages[page].number} 0 R/XYZ 0 {y:.0f} null]"

    def _write_outlines(self) -> int | None:
        marks = [mark for mark in self.marks if mark.place in self.places]
        if not marks:
            return None
        root = self.objects.new()
        refs = [self.objects.new() for _ in marks]
        above: list[int | None] = []
        stack: list[int] = []
        for place, mark in enumerate(marks):
            while stack and marks[stack[-1]].level >= mark.level:
                stack.pop()
            above.append(stack[-1] if stack else None)
            stack.append(place)
        kids: dict[int | None, list[int]] = {}
        for place, parent in enumerate(above):
            kids.setdefault(parent, []).append(place)
        for place, mark in enumerate(marks):
            beside = kids[above[place]]
            at = beside.index(place) if len(beside) < 50 else next(i for i, one in enumerate(beside) if one == place)
            parent = above[place]
            body = f"<</Title {_text(mark.title)}/Parent {root if parent is None else refs[parent]} 0 R"
            body += f"/Dest {self._place(mark.place)}"
            if at:
                body += f"/Prev {refs[beside[at - 1]]} 0 R"
            if at + 1 < len(beside):
                body += f"/Next {refs[beside[at + 1]]} 0 R"
            if mine := kids.get(place):
                body += f"/First {refs[mine[0]]} 0 R/Last {refs[mine[-1]]} 0 R/Count {-len(mine)}"
            self.objects.put(refs[place], body + ">>")
        top = kids[None]
        self.objects.put(root, f"<</Type/Outlines/First {refs[top[0]]} 0 R/Last {refs[top[-1]]} 0 R/Count {len(top)}>>")
        return root

    def _write_font(self, style: str, letters: _Letters) -> None:
        letters[ord(" ")]
        face, used = letters.face, {int(glyph, 16): chr(code) for code, glyph in sorted(letters.items(), reverse=True)}
        data = _subset(face, sorted(used))
        name = f"{_tag(used)}+SourceSansPro-{style.capitalize()}"
        file = self.objects.stream(f"/Length1 {len(data)}", data)
        head, os2, scale = face.font["head"], face.font["OS/2"], 1000 / face.font["head"].unitsPerEm
        box = " ".join(str(round(one * scale)) for one in (head.xMin, head.yMin, head.xMax, head.yMax))
        descriptor, cid, font = self.objects.new(), self.objects.new(), self._fonts[style]
        hhea = face.font["hhea"]
        self.objects.put(
            descriptor,
            f"<</Type/FontDescriptor/FontName/{name}/Flags {32 + (64 if style == 'italic' else 0)}/FontBBox[{box}]"
            f"/ItalicAngle {-11 if style == 'italic' else 0}/Ascent {round(hhea.ascent * scale)}"
            f"/Descent {round(hhea.descent * scale)}/CapHeight {round(getattr(os2, 'sCapHeight', 660) * scale)}"
            f"/StemV {140 if style == 'bold' else 80}/FontFile2 {file} 0 R>>",
        )
        widths = " ".join(f"{glyph}[{face.advances[glyph]}]" for glyph in sorted(used))
        self.objects.put(
            cid,
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            f"/Supplement 0>>/FontDescriptor {descriptor} 0 R/DW 1000/W[{widths}]/CIDToGIDMap/Identity>>",
        )
        meanings = self.objects.stream("", _to_unicode(used))
        self.objects.put(
            font,
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{cid} 0 R]"
            f"/ToUnicode {meanings} 0 R>>",
        )

    def _xmp(self) -> bytes:
        title, author, day = escape(self.title), escape(self.author), f"{self.on:%Y-%m-%d}T00:00:00Z"
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
            'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
            f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>"
            f"<dc:language><rdf:Bag><rdf:li>{escape(self.lang)}</rdf:li></rdf:Bag></dc:language>"
            f"<pdf:Producer>{author}</pdf:Producer><xmp:CreateDate>{day}</xmp:CreateDate>"
            f"<xmp:ModifyDate>{day}</xmp:ModifyDate><pdfuaid:part>1</pdfuaid:part>"
            '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
        ).encode()


def _cut(entries: Sequence[_T]) -> Iterator[tuple[int, Sequence[_T]]]:
    for start in range(0, len(entries), _PER_BRANCH):
        yield start, entries[start : start + _PER_BRANCH]


def _stream(entries: str, data: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (entries.encode("latin-1"), len(data), data)


def _text(text: str) -> str:
    """A string of any letters: plain where it can be, else UTF-16."""
    if text.isascii():
        return _ascii(text)
    return f"<feff{text.encode('utf-16-be').hex()}>"


def _ascii(text: str) -> str:
    plain = text.encode("ascii", "backslashreplace").decode()
    if not text.isascii():  # an address with our letters in it: as UTF-8 in percents
        plain = "".join(one if one.isascii() else "".join(f"%{byte:02X}" for byte in one.encode()) for one in text)
    return "(" + plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"


def _subset(face: fonts.Face, glyphs: Sequence[int]) -> bytes:
    """The font with the outlines of these glyphs only, each under its old number."""
    options = subset.Options(
        retain_gids=True, hinting=False, layout_features=[], notdef_outline=True, recalc_timestamp=False
    )
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "kern", "DSIG", "BASE", "name", "post", "OS/2"]
    font = TTFont(face.path, recalcTimestamp=False)
    thin = subset.Subsetter(options)
    thin.populate(gids=list(glyphs))
    thin.subset(font)
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def _tag(used: dict[int, str]) -> str:
    """Six capitals that name the subset."""
    digest = hashlib.md5("".join(used.values()).encode(), usedforsecurity=False).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _to_unicode(used: dict[int, str]) -> bytes:
    lines = [f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for glyph, letter in sorted(used.items())]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def "
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode("ascii")
