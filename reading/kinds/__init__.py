"""What is in a section of each kind? One file for each, named as the kind is in sections.yaml."""

import importlib
from collections.abc import Callable

from reading.kinds.content import Content
from reading.section_tree import Tree


def content_of(tree: Tree) -> Content:
    """What a section holds, as its kind is read."""
    read: Callable[[Tree], Content] = importlib.import_module(f"reading.kinds.{tree.section.id}").content
    return read(tree)
