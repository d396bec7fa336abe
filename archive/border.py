"""Is this YAML file what it says it is, and if not, on which line and how is it mended?

Every file that a person edits by hand comes in here, once, and is trusted afterwards. All faults are told at once,
because a person who mends a file wants to open it once.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

M = TypeVar("M", bound=BaseModel)
Loc = tuple[int | str, ...]

# libyaml where it is built in: the same trees, some ten times sooner.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DEPTH = 40
_TAG = "tag:yaml.org,2002:"
_READ_AS = {
    "bool": "the truth value {value}",
    "int": "the number {value}",
    "float": "the number {value}",
    "timestamp": "the date {value}",
    "null": "nothing",
}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "date_type": "a date such as 2018-08-20, without quotes",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
}


class Record(BaseModel):
    """What a hand-written entry becomes. Lists arrive as tuples; nothing is guessed ("5" is not 5).

    Kept elsewhere as JSON with `model_dump_json`, it comes back with `model_validate_json`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong. `line` counts from 1; 0 when it is about the file as a whole."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.mend}" if self.line else self._whole_file()

    def _whole_file(self) -> str:
        return f"{self.file}: {self.what}; {self.mend}"


class Unusable(Exception):
    """The file cannot be used. str() has one "file:line: what; mend" per line, in the order of the lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class Complaint:
    """What a check across entries found: where (a path of keys and indexes), what, and the mend."""

    loc: Loc
    what: str
    mend: str


def wrong(what: str, mend: str) -> PydanticCustomError:
    """What a field validator raises, so that the mend reaches the person who edits the file."""
    return PydanticCustomError("wrong", "{what}", {"what": what, "mend": mend})


def near(word: str, known: Iterable[str]) -> str:
    """ "did you mean X? " where something known is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]}? " if close else ""


def load(
    path: Path | str,
    model: type[M],
    also: Callable[[M], Iterable[Complaint]] | None = None,
    across: Callable[[Any], Iterable[Complaint]] | None = None,
) -> M:
    """The file as `model`. Raises Unusable with every fault that can be told at once.

    `across` compares entries with each other on the plain data, so it must bear wrong entries; it is asked even where
    some are wrong. `also` looks at the whole once all of it is right.
    """
    name = str(path)
    root = _compose(name, _text(name, Path(path)))
    plain = _Plain(name)
    data = plain.value(root)
    faults = list(plain.faults)
    if across:
        faults += _faults(name, root, across(data))
    try:
        whole = model.model_validate(data)
    except ValidationError as errors:
        found = [error for error in errors.errors() if _steps(root, error["loc"])[1] not in plain.misread]
        raise Unusable([*faults, *(_fault(name, root, model, error) for error in found)]) from None
    if also and not faults:
        faults += _faults(name, root, also(whole))
    if faults:
        raise Unusable(faults)
    return whole


def _faults(name: str, root: yaml.Node, complaints: Iterable[Complaint]) -> list[Fault]:
    return [Fault(name, _line(root, c.loc), c.what, c.mend) for c in complaints]


def _text(name: str, path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise Unusable([Fault(name, 0, "there is no such file", "check the name and the folder")]) from None
    except IsADirectoryError:
        raise Unusable([Fault(name, 0, "this is a folder", "name the file inside it")]) from None
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise Unusable([Fault(name, 0, what, "check who may read it")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Unusable([Fault(name, line, "this is not UTF-8 text", "save the file as UTF-8")]) from None


def _compose(name: str, text: str) -> yaml.Node:
    try:
        faults = _refused(name, text)
        root = None if faults else yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"this is not YAML: {error.problem or error.context or 'unreadable'}"
        mend = "check the indentation, the quotes and the colons here and on the line above"
        raise Unusable([Fault(name, mark.line + 1 if mark else 0, what, mend)]) from None
    except yaml.YAMLError as error:
        what = f"this is not YAML: {' '.join(str(error).split())}"
        raise Unusable([Fault(name, 0, what, "remove the character that YAML does not allow")]) from None
    if faults:
        raise Unusable(faults)
    if root is None:
        raise Unusable([Fault(name, 1, "the file is empty", "write its entries, or take it away")])
    return root


def _refused(name: str, text: str) -> list[Fault]:
    """What YAML allows and our files do not: tags (they can name code), aliases, and trees too deep to be meant."""
    faults, depth = [], 0
    events: Iterable[Any] = yaml.parse(text, Loader=_LOADER)
    for event in events:
        line = event.start_mark.line + 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            return [
                Fault(name, line, f"entries lie more than {_MAX_DEPTH} deep", "check the indentation and the brackets")
            ]
        if getattr(event, "tag", None):
            faults.append(Fault(name, line, f"a tag ({event.tag}) is not allowed", "take the tag away"))
        if isinstance(event, yaml.AliasEvent):
            faults.append(Fault(name, line, f"an alias (*{event.anchor}) is not allowed", "write the entry out"))
    return faults


class _Plain:
    """Nodes made into dicts, tuples and scalars; keys checked on the way."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.faults: list[Fault] = []
        self.misread: list[yaml.Node] = []  # told already, and not to be told again as a wrong value
        self._scalars: Any = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(item) for item in node.value)
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return self._scalars.construct_object(node)
        except ValueError:
            kind = "a date" if node.tag == _TAG + "timestamp" else "a number"
            what = f"{node.value} looks like {kind}, and there is none such"
            self._note(node, what, "correct it, or quote it if it is text")
            self.misread.append(node)
            return None

    def _mapping(self, node: yaml.MappingNode) -> dict[Any, Any]:
        data: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if self._key_is_sound(key_node):
                key = self._scalar(key_node)
                if key in data:
                    self._note(key_node, f"the key {key!r} stands twice in one entry", "keep one of the two")
                data[key] = self.value(value_node)
        return data

    def _key_is_sound(self, node: yaml.Node) -> bool:
        if not isinstance(node, yaml.ScalarNode):
            self._note(node, "a list or mapping is used as a key", "check the brackets and the indentation")
            return False
        if node.tag == _TAG + "merge":
            self._note(node, "a merge key (<<) is not allowed", "write the entry out")
            return False
        if node.tag == _TAG + "str" or (node.tag == _TAG + "int" and node.value.isdigit()):
            return True
        self._note(node, f"YAML reads the key {node.value} as {_read_as(node)}", f"quote it: {_quoted(node)}")
        return False

    def _note(self, node: yaml.Node, what: str, mend: str) -> None:
        self.faults.append(Fault(self._name, node.start_mark.line + 1, what, mend))


def _steps(root: yaml.Node, loc: Loc) -> tuple[yaml.Node, yaml.Node]:
    """(the node to point at, the node that holds the value) at the end of the path, as far as the path leads.

    Parts of the path that the file does not show (a model's name, a missing key) are passed over.
    """
    point = value = root
    for part in loc:
        if isinstance(value, yaml.SequenceNode) and isinstance(part, int) and part < len(value.value):
            point = value = value.value[part]
        elif isinstance(value, yaml.MappingNode):
            for key_node, value_node in value.value:
                if key_node.value == str(part):
                    point, value = key_node, value_node
                    break
    return point, value


def _line(root: yaml.Node, loc: Loc) -> int:
    return _steps(root, loc)[0].start_mark.line + 1


def _fault(name: str, root: yaml.Node, model: type[BaseModel], error: ErrorDetails) -> Fault:
    what, mend = _words(root, model, error)
    return Fault(name, _line(root, error["loc"]), what, mend)


def _words(root: yaml.Node, model: type[BaseModel], error: ErrorDetails) -> tuple[str, str]:
    kind, loc, context = error["type"], error["loc"], error.get("ctx", {})
    key = str(loc[-1]) if loc else ""
    where = next((part for part in reversed(loc) if isinstance(part, str)), "the file")
    given = _shown(error["input"])
    if kind == "wrong":
        return f"{where}: {context['what']}", str(context["mend"])
    if kind == "missing":
        return f"{key} is missing", f"add the line `{key}: ...` to this entry"
    if kind == "extra_forbidden":
        known = _known_keys(model, loc)
        return f"unknown key {key!r}", f"{near(key, known)}known keys: {' '.join(known)}"
    if kind == "invalid_key":
        return f"the key {given} is not text", f'quote it, or take it away: "{given}"'
    if kind in ("literal_error", "enum") and isinstance(error["input"], str):
        allowed = str(context.get("expected", ""))
        return f"{where}: {given} is not one of {allowed}", f"{near(given, _bare(allowed))}use one of these words"
    if kind == "string_pattern_mismatch":
        return f"{where}: {given} has another shape than {context['pattern']}", "write it in that shape"
    if kind in ("string_too_short", "too_short"):
        return f"{where} is empty", "fill it in, or take the line away where it is not required"
    if kind in _WANTED or kind in ("literal_error", "enum"):
        return _wanted(root, loc, where, given, kind if kind in _WANTED else "string_type")
    return (
        f"{where}: {error['msg'].removeprefix('Value error, ')}",
        f"found {given}; see the comments at the top of the file",
    )


def _wanted(root: yaml.Node, loc: Loc, where: str, given: str, kind: str) -> tuple[str, str]:
    node, wanted = _steps(root, loc)[1], _WANTED[kind]
    if not isinstance(node, yaml.ScalarNode):
        found = "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
        return f"{where}: {found} stands where {wanted} is wanted", f"write {wanted}"
    if node.tag == _TAG + "str":
        return f"{where}: the text {given} stands where {wanted} is wanted", f"write {wanted}"
    if node.tag == _TAG + "null":
        return (
            f"{where} has no value, and {wanted} is wanted",
            "fill it in, or take the line away where it is not required",
        )
    mend = f"quote it: {_quoted(node)}" if kind == "string_type" else f"write {wanted}"
    return f"{where}: YAML reads {node.value} as {_read_as(node)}, and {wanted} is wanted", mend


def _read_as(node: yaml.Node) -> str:
    value = yaml.constructor.SafeConstructor().construct_object(node)
    words = _READ_AS[node.tag.removeprefix(_TAG)]
    return words.format(value=str(value).lower() if isinstance(value, bool) else value)


def _quoted(node: yaml.Node) -> str:
    return f'"{node.value}"'


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _bare(expected: str) -> Sequence[str]:
    return [word.strip("' ") for word in expected.replace(" or ", ", ").split(",")]


def _known_keys(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys that the entry holding `loc` may have, by walking the models along the path."""
    here: list[type[BaseModel]] = [model]
    for part in loc[:-1]:
        inner = [m for holder in here if part in holder.model_fields for m in _models(holder, str(part))]
        here = inner or [m for m in here if m.__name__ == part] or here
    return list(dict.fromkeys(key for m in here for key in _keys(m)))


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(holder: type[BaseModel], field: str) -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = []
    todo: list[Any] = [holder.model_fields[field].annotation]
    while todo:
        part = todo.pop(0)
        if isinstance(part, type) and issubclass(part, BaseModel):
            found.append(part)
        todo.extend(get_args(part))
    return found
