"""Is there a form by which an appeal is sent?"""

from urllib.parse import urljoin

from lxml import html

from archive.leads import unpressed
from reading.finding import seen_on
from reading.kinds.content import Content
from reading.looking import is_html, registrable
from reading.page import Link, Page, host_of, key_of
from reading.section_tree import Tree, has
from reading.text import slug_of, squeeze

_TYPED = frozenset(("text", "email", "tel", "number", "date", "file"))


def content(tree: Tree) -> Content:
    # A form that the home page has as well stands in the frame of every page: a letter to the office, no appeal.
    # Not what the home page itself shows when it is pressed: that stood there hidden.
    is_of_home = unpressed(tree.root.url) != tree.root.url and key_of(unpressed(tree.root.url)) == tree.site.home.key
    at_home = {_fields_of(form) for form in tree.site.home.tree.iter("form")} if not is_of_home else set()
    has_loose_at_home = not is_of_home and _has_loose_fields(tree.site.home)
    for part in tree.parts.values():
        for form in part.page.tree.iter("form") if part.document is None else ():
            if is_appeal_form(form) and (part.page is tree.site.home or _fields_of(form) not in at_home):
                quote = seen_on(part.page, squeeze(form.text_content())[:120] or "form")
                return Content({"form": quote}, True, 1, None)
        if part.document is None and _has_loose_fields(part.page) and not has_loose_at_home:
            return Content({"form": seen_on(part.page, "textarea, input")}, True, 1, None)
        # "… üçün müraciət formasına keçin": the form may stand on another page of the authority, or a host of its own.
        for link in part.page.links if part.document is None else ():
            if link.zone == "body" and _leads_to_form(link, tree):
                return Content({"form": seen_on(part.page, f"{link.label} {link.url}")}, True, 1, None)
        # The form may stand in a frame, on the authority's own host or at a maker of forms.
        for frame in part.page.tree.iter("iframe") if part.document is None else ():
            source = urljoin(part.page.base, frame.get("src") or "")
            is_own = tree.site.is_authoritys(source) and registrable(host_of(source)) == registrable(
                host_of(part.page.url)
            )
            if is_own or tree.section.content_words["form"].in_slug(slug_of(source)):
                return Content({"form": seen_on(part.page, f"iframe {source}")}, True, 1, None)
    return Content({}, False, 0, None)


def _has_loose_fields(page: Page) -> bool:
    """Whether a page has room for a text and a box beside it, and no form round them: a script sends what is typed."""
    texts = [text for text in page.tree.iter("textarea") if next(text.iterancestors("form"), None) is None]
    boxes = (box for box in page.tree.iter("input") if (box.get("type") or "text").lower() in _TYPED)
    return bool(texts) and any(next(box.iterancestors("form"), None) is None for box in boxes)


def _fields_of(form: html.HtmlElement) -> tuple[str, ...]:
    """Names of what is to be filled in."""
    fields = (
        field for field in form.iter("input", "textarea", "select") if field.get("type") not in ("hidden", "submit")
    )
    return tuple(str(field.get("name") or field.get("id") or field.tag) for field in fields)


def _leads_to_form(link: Link, tree: Tree) -> bool:
    """Whether a link leads to a form of the authority's, or by its name to one on a host under the authority's own."""
    site = tree.site
    if not site.is_authoritys(link.url) or site.in_menu(link) or link.key == tree.root.key:
        return False
    outcome = site.outcome(link.url)
    if outcome is not None and outcome.page is not None and is_html(outcome.page.capture):
        page = outcome.page
        about = has(tree.section.words, link.label) or has(tree.section.words, page.h1)
        return about and any(is_appeal_form(form) for form in page.tree.iter("form"))
    return outcome is None and not site.is_own(link.url) and has(tree.section.sure_words, link.label)


def is_appeal_form(form: html.HtmlElement) -> bool:
    """Whether a form takes an appeal: it has room for a text, or several boxes of a person's own."""
    kinds = [(field.get("type") or "text").lower() for field in form.iter("input")]
    typed = sum(kind in _TYPED for kind in kinds)
    return next(form.iter("textarea"), None) is not None or (typed >= 3 and "password" not in kinds)
