"""What is a one-page PDF of a few Azerbaijani lines, made without any library?"""

from __future__ import annotations

_LETTERS = "əıöüşçğƏİÖÜŞÇĞ"
_FIRST = 0x80


def pdf(lines: list[str]) -> bytes:
    """A PDF whose text reads back right: the letters outside ASCII have codes of their own and a ToUnicode map."""
    content = "BT /F1 11 Tf 50 780 Td 16 TL\n" + "".join(_shown(line) for line in _folded(lines)) + "ET"
    pairs = "\n".join(f"<{_FIRST + i:02x}> <{ord(c):04x}>" for i, c in enumerate(_LETTERS))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Az def /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n1 beginbfrange <20> <7e> <0020> endbfrange\n"
        f"{len(_LETTERS)} beginbfchar\n{pairs}\nendbfchar endcmap end end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        " /Resources << /Font << /F1 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    out += (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    )
    return out.encode("ascii")


def _folded(lines: list[str]) -> list[str]:
    out: list[str] = []
    for line in lines:
        row = ""
        for word in line.split():
            if len(row) + len(word) > 80:
                out.append(row)
                row = ""
            row = f"{row} {word}".strip()
        out.append(row)
    return out


def _shown(line: str) -> str:
    codes = "".join(f"{_FIRST + _LETTERS.index(c) if c in _LETTERS else ord(c):02x}" for c in line)
    return f"<{codes}> Tj T*\n"
