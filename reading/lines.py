"""Which lines, links or buttons is a block of text made of?"""

from lxml import html

from reading.page import BLOCKS, Block
from reading.text import squeeze

_BUTTONS = frozenset(("a", "button", "summary", "label"))


def line_of(element: html.HtmlElement) -> str:
    """The text of the line that an inline element stands in: between two <br>, or the whole of its block."""
    at = element
    while (up := at.getparent()) is not None and up.tag not in BLOCKS and up.find("br") is None:
        at = up
    said = [at.text_content(), at.tail or ""]
    before, after = at.getprevious(), at.getnext()
    while before is not None and before.tag != "br" and before.tag not in BLOCKS:
        said[:0] = [before.text_content(), before.tail or ""]
        before = before.getprevious()
    said.insert(0, (before.tail if before is not None else up.text if up is not None else "") or "")
    while after is not None and after.tag != "br" and after.tag not in BLOCKS:
        said += [after.text_content(), after.tail or ""]
        after = after.getnext()
    return squeeze("".join(said))


def lines_of(block: Block) -> list[tuple[str, list[html.HtmlElement]]]:
    """(text, links) of the lines that <br> parts a block into; none for a block without."""
    if block.element.find(".//br") is None:
        return []
    lines: list[tuple[list[str], list[html.HtmlElement]]] = [([], [])]

    def gather(element: html.HtmlElement) -> None:
        lines[-1][0].append(element.text or "")
        for child in element:
            if child.tag == "br" or child.tag in BLOCKS:
                lines.append(([], []))
            else:
                if child.tag == "a":
                    lines[-1][1].append(child)
                gather(child)
            lines[-1][0].append(child.tail or "")

    gather(block.element)
    told = ((squeeze("".join(said)), links) for said, links in lines)
    return [(text, links) for text, links in told if text]


def _parts_of_line(
    text: str, links: list[html.HtmlElement], element: html.HtmlElement
) -> list[tuple[str, html.HtmlElement]]:
    """The links that a line is made of, where it holds nothing else; else the line."""
    labels = [squeeze(link.text_content()) for link in links]
    if len(links) > 1 and sum(map(len, labels)) >= 0.9 * len(text) - len(links):
        return list(zip(labels, links, strict=True))
    return [(text, links[0] if links else element)]


def parts_of(block: Block) -> list[tuple[str, html.HtmlElement]]:
    """(text, element) of the lines, or of the links and buttons, that a block is made of; else of the block itself."""
    lines = lines_of(block)
    if len(lines) > 1:
        return [part for text, links in lines for part in _parts_of_line(text, links, block.element)]
    buttons: dict[html.HtmlElement, str] = {}
    for text, holder in block.pieces:
        for element in (holder, *holder.iterancestors()):
            if element.tag in _BUTTONS:
                buttons[element] = buttons.get(element, "") + text
            if element.tag in _BUTTONS or element is block.element:
                break
    told = [(squeeze(text), element) for element, text in buttons.items() if text.strip()]
    is_made_of_them = len(told) > 1 and sum(len(text) for text, _ in told) >= 0.6 * len(block.text)
    return told if is_made_of_them else [(block.text, block.element)]
