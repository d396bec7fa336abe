"""Does a file that cannot be used say so, with the line and the mend?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archive.border import Complaint, Record, Unusable, load


class Shelf(Record):
    label: str
    height_cm: int | None = None
    built: date | None = None


class Room(Record):
    name: str
    shelves: tuple[Shelf, ...] = ()


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "room.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(Unusable) as caught:
        load(path, Room)
    return [line.removeprefix(f"{path}") for line in str(caught.value).splitlines()]


def test_a_sound_file_becomes_the_record(tmp_path: Path) -> None:
    path = write(tmp_path, 'name: "no"\nshelves:\n  - {label: a, height_cm: 30, built: 2018-08-16}\n')
    assert load(path, Room) == Room(name="no", shelves=(Shelf(label="a", height_cm=30, built=date(2018, 8, 16)),))


@pytest.mark.parametrize(
    ("text", "line", "what", "mend"),
    [
        pytest.param("", 1, "the file is empty", "write its entries", id="an empty file"),
        pytest.param("# nothing\n", 1, "the file is empty", "write its entries", id="comments only"),
        pytest.param(b"name: x\n\xff\n", 2, "not UTF-8", "save the file as UTF-8", id="not UTF-8"),
        pytest.param("name: [x\n", 2, "not YAML", "check the indentation", id="a bracket left open"),
        pytest.param("- x\n", 1, "a list stands where a mapping", "write a mapping", id="a list at the top"),
        pytest.param("name: x\nname: y\n", 2, "'name' stands twice", "keep one", id="a key twice"),
        pytest.param("name: !!python/name:os.system x\n", 1, "a tag", "take the tag away", id="a tag"),
        pytest.param("name: &a x\nshelves: [{label: *a}]\n", 2, "an alias", "write the entry out", id="an alias"),
        pytest.param("name: x\n<<: {name: y}\n", 2, "a merge key", "write the entry out", id="a merge key"),
        pytest.param("name: x\n? [a]\n: y\n", 2, "used as a key", "check the brackets", id="a list as a key"),
        pytest.param("name: x\nno: y\n", 2, "the key no as the truth value false", '"no"', id="no as a key"),
        pytest.param("name: " + "[" * 60, 1, "deep", "check the indentation", id="a tree too deep"),
        pytest.param("name: no\n", 1, "no as the truth value false", 'quote it: "no"', id="no as text"),
        pytest.param("name: on\n", 1, "on as the truth value true", 'quote it: "on"', id="on as text"),
        pytest.param("name: 12:30\n", 1, "12:30 as the number 750", 'quote it: "12:30"', id="a time as text"),
        pytest.param("name: 2016.10\n", 1, "the number 2016.1", 'quote it: "2016.10"', id="a month as text"),
        pytest.param("name: 2018-08-16\n", 1, "the date 2018-08-16", 'quote it: "2018-08-16"', id="a day as text"),
        pytest.param("name: 2018-13-45\n", 1, "looks like a date", "correct it", id="a day that is none"),
        pytest.param("name:\n", 1, "name has no value", "fill it in", id="nothing as text"),
        pytest.param("nam: x\n", 1, "unknown key 'nam'", "did you mean name? known keys: name", id="a misspelt key"),
        pytest.param("shelves: []\n", 1, "name is missing", "add the line `name: ...`", id="a missing key"),
        pytest.param(
            "name: x\nshelves:\n  - label: a\n    hight_cm: 3\n",
            4,
            "unknown key 'hight_cm'",
            "did you mean height_cm? known keys: label height_cm built",
            id="a misspelt key in an entry",
        ),
        pytest.param(
            "name: x\nshelves:\n  - label: a\n  - height_cm: 3\n",
            4,
            "label is missing",
            "add",
            id="a missing key in an entry",
        ),
        pytest.param(
            "name: x\nshelves:\n  - label: a\n    height_cm: '3'\n",
            4,
            "the text 3",
            "a whole number",
            id="a number in quotes",
        ),
        pytest.param("name: x\nshelves: a\n", 2, "the text a stands where a list", "write a list", id="text as a list"),
    ],
)
def test_a_fault_names_its_line_and_its_mend(
    tmp_path: Path, text: str | bytes, line: int, what: str, mend: str
) -> None:
    told = [fault for fault in faults(write(tmp_path, text)) if fault.startswith(f":{line}: ")]
    assert any(what in fault.split("; ", 1)[0] and mend in fault.split("; ", 1)[1] for fault in told), told


def test_all_faults_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    path = write(tmp_path, "nam: x\nshelves:\n  - label: no\n  - label: b\n    label: c\n    built: soon\n")
    assert [int(fault.split(":")[1]) for fault in faults(path)] == [1, 1, 3, 5, 6]


def test_a_misread_value_is_told_once(tmp_path: Path) -> None:
    assert len(faults(write(tmp_path, "name: x\nshelves:\n  - {label: a, built: 2018-13-45}\n"))) == 1


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    assert faults(tmp_path / "none.yaml") == [": there is no such file; check the name and the folder"]


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert "this is a folder" in faults(tmp_path)[0]


def test_a_check_across_entries_names_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, "name: x\nshelves:\n  - label: a\n  - label: b\n")
    with pytest.raises(Unusable) as caught:
        load(path, Room, also=lambda _: [Complaint(("shelves", 1, "label"), "b is taken", "choose another")])
    assert str(caught.value) == f"{path}:4: b is taken; choose another"
