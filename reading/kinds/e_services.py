"""Does the section of electronic services list any?"""

from reading.finding import seen_on
from reading.kinds.content import Content
from reading.kinds.listed import listed
from reading.section_tree import Tree


def content(tree: Tree) -> Content:
    services = listed(tree)
    quotes = {"services": seen_on(tree.root, services[0])} if services else {}
    return Content(quotes, bool(services), len(services), None)
