"""Is the data package what its descriptor says: every cell of its type, every key unique, every reference there?"""

import csv
import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from archive.registry import Agency, load_registry
from publishing.beside import Beside
from publishing.edition import round_info
from publishing.package import dictionary, write_package
from publishing.tables import SECTIONS, appendices
from scoring.comparison import Change
from scoring.levels import levels_of
from scoring.plans import load_plan
from scoring.rounds import findings_of, load_round

ROOT = Path(__file__).parent.parent
PLAN = load_plan(ROOT / "methodology" / "plans" / "nap-2016-2018.yaml")
HOSTILE = '=HYPERLINK("http://x","a")\u202e\x00\n,;" ə'


@cache
def by_hand() -> Mapping[str, Any]:
    return findings_of(load_round(ROOT / "methodology" / "rounds" / "erc-2018.yaml"))


@cache
def agencies() -> tuple[Agency, ...]:
    ids = [document["id"] for document in by_hand()["authorities"]]
    return load_registry(ROOT / "agencies.yaml").only(ids).agencies


def package(*told: Any, **more: Any) -> dict[str, bytes]:
    """The package's files by name, as they were written."""
    findings, levels, known, info, *rest = told
    with TemporaryDirectory() as folder:
        paths = write_package(findings, levels, known, info, Path(folder), *rest, **more)
        assert sorted(Path(folder).iterdir()) == sorted(paths)
        return {path.name: path.read_bytes() for path in paths}


def of_2018(**changed: Any) -> dict[str, bytes]:
    findings = {**by_hand(), **changed}
    levels = [asdict(level) for level in levels_of(findings, PLAN)]
    return package(findings, levels, agencies(), round_info(findings), Beside(plan=PLAN))


def descriptor(files: Mapping[str, bytes]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(files["datapackage.json"])
    return told


def rows(files: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode(), newline="")))


# -- a small reader of Table Schema, so that our own writer does not judge itself --------------------------------------

READ: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "date": dt.date.fromisoformat,
    "datetime": lambda text: dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC),
    "object": json.loads,
}


def faults(files: Mapping[str, bytes]) -> list[str]:
    found: list[str] = []
    tables: dict[str, list[dict[str, Any]]] = {}
    resources = descriptor(files)["resources"]
    for resource in resources:
        name, schema = resource["name"], resource["schema"]
        content = files[resource["path"]]
        if (resource["hash"], resource["bytes"]) != (f"sha256:{hashlib.sha256(content).hexdigest()}", len(content)):
            found.append(f"{name}: another file than the one described")
        lines = list(csv.reader(io.StringIO(content.decode(), newline="")))
        if lines[0] != [field["name"] for field in schema["fields"]]:
            found.append(f"{name}: heads {lines[0]}")
        tables[name] = []
        for number, line in enumerate(lines[1:], start=2):
            cells = [_cell(field, text) for field, text in zip(schema["fields"], line, strict=True)]
            found += [f"{name}:{number}: {fault}" for _, fault in cells if fault]
            tables[name].append(
                {field["name"]: value for field, (value, _) in zip(schema["fields"], cells, strict=True)}
            )
        keys = [tuple(row[column] for column in schema["primaryKey"]) for row in tables[name]]
        if len(set(keys)) != len(keys) or any(None in key for key in keys):
            found.append(f"{name}: its key is not one")
    for resource in resources:
        for link in resource["schema"].get("foreignKeys", ()):
            there = link["reference"]
            known = {tuple(row[column] for column in there["fields"]) for row in tables[there["resource"]]}
            for row in tables[resource["name"]]:
                if tuple(row[column] for column in link["fields"]) not in known:
                    found.append(f"{resource['name']}: {row} refers to nothing")
    return found


def _cell(field: Mapping[str, Any], text: str) -> tuple[Any, str]:
    """(value, what is wrong with it)."""
    wanted = field.get("constraints", {})
    if text == "":
        return None, f"{field['name']}: blank" if wanted.get("required") else ""
    try:
        value = READ[field["type"]](text)
    except (ValueError, KeyError):
        return None, f"{field['name']}: {text!r} is no {field['type']}"
    if "enum" in wanted and value not in wanted["enum"]:
        return value, f"{field['name']}: {text!r} is none of its words"
    if "pattern" in wanted and not re.fullmatch(wanted["pattern"], text):
        return value, f"{field['name']}: {text!r} does not fit its pattern"
    if "minimum" in wanted and value < wanted["minimum"]:
        return value, f"{field['name']}: {text!r} is too small"
    return value, ""


# -- the tests ---------------------------------------------------------------------------------------------------------


def test_the_round_of_2018_is_what_its_descriptor_says() -> None:
    files = of_2018()
    assert faults(files) == []
    assert {name: len(rows(files, name)) for name in ("authorities", "news")} == {"authorities": 103, "news": 103}
    assert len(rows(files, "sections")) == 103 * len(SECTIONS)


def test_our_own_reader_of_schemas_sees_faults() -> None:
    files = of_2018()
    broken = files["news.csv"].replace(b"ganja,found", b"nobody,seen", 1)
    told = descriptor(files)
    (news,) = [one for one in told["resources"] if one["name"] == "news"]
    news |= {"hash": f"sha256:{hashlib.sha256(broken).hexdigest()}", "bytes": len(broken)}
    found = faults(files | {"news.csv": broken, "datapackage.json": json.dumps(told).encode()})
    assert any("'seen' is none of its words" in fault for fault in found)
    assert any("refers to nothing" in fault for fault in found)
    assert faults(files | {"news.csv": broken})[0] == "news: another file than the one described"


def test_frictionless_accepts_it(tmp_path: Path) -> None:
    frictionless = pytest.importorskip(
        "frictionless", reason="frictionless is not installed here: pip install frictionless"
    )
    findings = full()
    levels = [asdict(level) for level in levels_of(findings, PLAN)]
    write_package(findings, levels, agencies(), round_info(findings), tmp_path, beside())
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["path", "rowNumber", "fieldName", "message"])


def test_the_same_round_gives_the_same_bytes(tmp_path: Path) -> None:
    assert of_2018() == of_2018()
    findings = by_hand()
    written = write_package(findings, (), agencies(), round_info(findings), tmp_path)
    assert written[-1].name == "datapackage.json"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in written)


def test_it_says_the_same_as_the_tables() -> None:
    findings = by_hand()
    levels = [asdict(level) for level in levels_of(findings, PLAN)]
    tables = appendices(findings, levels, agencies(), "en", PLAN)
    shown = {row.id: row.values for table in tables for row in table.rows}
    files = of_2018()
    for line in rows(files, "sections"):
        values = shown[line["authority"]]
        for column in ("state", "fullness", "placement", "url", "items", "last_date"):
            assert line[column] == _text(values[f"{line['kind']}_{column}"]), line
    for line in rows(files, "news"):
        values = shown[line["authority"]]
        for column in ("state", "status", "last_date", "per_month", "silence_days"):
            assert line[column] == _text(values[f"news_{column}"]), line
    told = {(line["authority"], line["item"]): line["level"] for line in rows(files, "levels")}
    for row_id, values in shown.items():
        for key, level in values.items():
            if key.startswith("level_") and level is not None:
                assert told[row_id, key.removeprefix("level_").replace("_", ".")] == level
    profiles: dict[str, set[str]] = {}
    for line in rows(files, "profiles"):
        profiles.setdefault(line["authority"], set()).add(line["network"])
    for row_id, values in shown.items():
        assert profiles.get(row_id, set()) == set(str(values["social_networks"] or "").split())


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_an_authority_that_was_not_visited_is_unseen_everywhere() -> None:
    others = [document for document in by_hand()["authorities"] if document["id"] != "ganja"]
    files = of_2018(authorities=others)
    assert faults(files) == []
    (site,) = [line for line in rows(files, "authorities") if line["id"] == "ganja"]
    assert (site["visited"], site["site_state"], site["site_reason"]) == ("false", "unseen", "not_visited")
    states = [
        line["state"]
        for name in ("findings", "sections", "news")
        for line in rows(files, name)
        if line["authority"] == "ganja"
    ]
    assert len(states) == 5 + 2 * len(SECTIONS) + 1
    assert set(states) == {"unseen"}


def full() -> dict[str, Any]:
    """The round of 2018 with evidence, a document, hostile words and a review in one of its rows."""
    findings: dict[str, Any] = json.loads(json.dumps(by_hand()))
    one = findings["authorities"][4]
    piece = {"url": "http://a.gov.az/", "sha256": "ab" * 32, "quote": HOSTILE, "seen_at": "2018-08-20T09:12:00Z"}
    failed = {"url": "http://a.gov.az/b", "sha256": None, "quote": None, "seen_at": "2018-08-20T13:12:00+04:00"}
    one["sections"]["public_council"] |= {"label": HOSTILE, "evidence": [piece, failed]}
    one["social"] |= {"profiles": [{"network": "facebook", "url": "https://www.facebook.com/x"}], "state": "found"}
    one["documents"] = {"budget-report": {"state": "found", "items": 2, "last_date": "2018-01-02", "evidence": [piece]}}
    one["mobile"]["hand"] = {"verdict": "corrects", "reviewer": HOSTILE, "machine": {"state": "absent"}}
    one["site"]["evidence"] = [piece]
    one["news"] |= {"per_month": 2.0, "median_gap_days": 1.5}
    return findings


def beside() -> Beside:
    changes = (
        Change("sheki", "5.6", "none", "full", "better", "site"),
        Change("sheki", "news", None, "x", "same", "none"),
    )
    return Beside(plan=PLAN, changes=changes)


def test_hostile_words_are_disarmed_and_typed_columns_stay_typed() -> None:
    findings = full()
    levels = [asdict(level) for level in levels_of(findings, PLAN)]
    files = package(findings, levels, agencies(), round_info(findings), beside())
    assert faults(files) == []
    (section,) = [
        line for line in rows(files, "sections") if (line["authority"], line["kind"]) == ("sheki", "public_council")
    ]
    assert section["label"] == '\'=HYPERLINK("http://x","a") ,;" ə'
    told = [line for line in rows(files, "evidence") if line["authority"] == "sheki"]
    assert [(line["fact"], line["place"]) for line in told] == [
        ("site", "1"),
        ("sections.public_council", "1"),
        ("sections.public_council", "2"),
        ("documents.budget-report", "1"),
    ]
    assert told[2]["seen_at"] == "2018-08-20T09:12:00Z"
    (mobile,) = [line for line in rows(files, "findings") if (line["authority"], line["fact"]) == ("sheki", "mobile")]
    assert (mobile["hand"], mobile["machine_state"]) == ("corrects", "absent")
    for name, content in files.items():
        if name.endswith(".csv"):
            cells = [cell for line in csv.reader(io.StringIO(content.decode(), newline="")) for cell in line]
            assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r")]
    assert [line["verdict"] for line in rows(files, "changes")] == ["better", "same"]


def test_nothing_is_described_that_is_not_there() -> None:
    files = of_2018()
    assert "changes.csv" not in files
    assert "claims.csv" not in files
    assert {one["path"] for one in descriptor(files)["resources"]} == set(files) - {"datapackage.json"}


def test_every_column_is_explained_in_both_languages() -> None:
    for resource in descriptor(of_2018())["resources"]:
        for field in resource["schema"]["fields"]:
            assert field["description"]
            assert field["description_az"]
            assert field["description"] != field["description_az"]


def test_keys_and_references_name_columns_that_there_are() -> None:
    files = {file.name: file for file in dictionary().files}
    for file in files.values():
        names = [column.name for column in file.columns]
        assert len(set(names)) == len(names)
        assert set(file.key) <= set(names)
        for other, columns in file.refers.items():
            assert set(columns) <= set(names)
            assert len(columns) == len(files[other].key)


def test_the_descriptor_tells_round_licence_source_and_version() -> None:
    told = descriptor(of_2018())
    assert told["profile"] == "tabular-data-package"
    assert told["name"] == "saytmetr-erc-2018"
    assert told["version"] == told["as_of"] == "2018-08-28"
    assert told["licenses"][0]["path"].startswith("https://")
    assert told["sources"][1]["title"].endswith(by_hand()["round"]["registry_sha256"])
    assert (told["plan"], told["sample"]) == ("nap-2016-2018", False)


def test_a_sample_says_so() -> None:
    findings = by_hand()
    info = replace(round_info(findings), sample=True, name="Nümunə 1")
    told = descriptor(package(findings, (), agencies(), info))
    assert told["description"].startswith("SAMPLE")
    assert told["description_az"].startswith("NÜMUNƏ")
    assert re.fullmatch(r"[a-z0-9._-]+", told["name"])
