"""Does the registry hold the 103 authorities, and refuse what the contract refuses?"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from archive.border import Unusable
from archive.registry import Agency, NoSuchAgency, Registry, host_of, load_registry

AGENCIES = Path(__file__).parents[1] / "agencies.yaml"
FIRST = "agencies:\n- {id: a, group: local, name: A, site: 'http://www.a.az/'}\n"


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(AGENCIES)


def faults(folder: Path, text: str) -> list[str]:
    path = folder / "agencies.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(Unusable) as caught:
        load_registry(path)
    return [line.removeprefix(str(path)) for line in str(caught.value).splitlines()]


def test_the_registry_holds_the_103_in_the_order_of_the_appendices(registry: Registry) -> None:
    assert Counter(agency.group for agency in registry) == {"local": 80, "central": 23}
    for group, rows in (("local", 80), ("central", 23)):
        assert [a.number for a in registry if a.group == group] == list(range(1, rows + 1))


def test_every_authority_has_its_names_and_says_how_its_address_is_known(registry: Registry) -> None:
    assert not [a.id for a in registry if not (a.kind and a.name_full and a.name_en and a.site_source)]
    assert [a.id for a in registry if not a.site_verified] == ["kapaz", "nizami-ganja"]


def test_only_the_two_districts_of_ganja_have_nothing_to_visit(registry: Registry) -> None:
    assert [a.id for a in registry if a.site is None] == ["kapaz", "nizami-ganja"]
    assert registry.agency("kapaz").host is None


def test_what_became_of_a_body_has_a_source(registry: Registry) -> None:
    changed = [a.after_2018 for a in registry if a.after_2018]
    assert len(changed) == 24
    assert all(change.source for change in changed)


def test_ismayilli_is_spelled_right(registry: Registry) -> None:
    assert registry.agency("ismayilli").name == "İsmayıllı"


def test_the_sha256_is_that_of_the_bytes(registry: Registry) -> None:
    assert registry.sha256 == hashlib.sha256(AGENCIES.read_bytes()).hexdigest()


def test_the_four_required_keys_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "agencies.yaml"
    path.write_text(FIRST + "- {id: b, group: central, name: B, site: null}\n", "utf-8")
    assert [(a.id, a.site) for a in load_registry(path)] == [("a", "http://www.a.az/"), ("b", None)]


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        pytest.param("{id: b, group: local, name: B}", "site is missing", id="no site at all, not even null"),
        pytest.param("{id: b, group: local, name: B, sit: x, site: null}", "unknown key 'sit'", id="an unknown key"),
        pytest.param("{id: a, group: local, name: B, site: null}", "the id 'a' stands twice", id="an id twice"),
        pytest.param("{id: B, group: local, name: B, site: null}", "another shape", id="an id in capitals"),
        pytest.param("{id: b, group: town, name: B, site: null}", "'local' or 'central'", id="an unknown group"),
        pytest.param(
            "{id: b, group: local, name: B, site: 'http://a.az/x'}", "already belongs to 'a'", id="a host twice"
        ),
        pytest.param(
            "{id: b, group: local, name: B, site: 'https://A.AZ'}", "already belongs", id="capitals are one host"
        ),
        pytest.param(
            "{id: b, group: local, name: B, site: 'http://a.az:81/'}", "already belongs", id="and so are ports"
        ),
        pytest.param(
            "{id: b, group: local, name: B, site: null, also: ['http://a.az/']}",
            "already belongs",
            id="a host under also",
        ),
        pytest.param("{id: b, group: local, name: B, site: 'ftp://b.az/'}", "not an http", id="an ftp address"),
        pytest.param("{id: b, group: local, name: B, site: b.az}", "not an http", id="a bare host"),
        pytest.param("{id: b, group: local, name: B, site: 'http:///x'}", "no host", id="an address without a host"),
        pytest.param("{id: b, group: local, name: B, site: 'http://u:p@b.az/'}", "password", id="credentials"),
        pytest.param("{id: b, group: local, name: B, site: 'http://b .az/'}", "a space", id="a space"),
        pytest.param("{id: b, group: local, name: B, site: 'http://b.az:99999/'}", "not an address", id="a wild port"),
        pytest.param("{id: b, group: local, name: B, site: 'http://[::1'}", "not an address", id="half an address"),
        pytest.param(
            "{id: b, group: local, name: B, site: null, after_2018: {status: x, note: x, successor_id: aa}}",
            "there is no agency 'aa'; did you mean a?",
            id="a successor that is nobody",
        ),
    ],
)
def test_what_the_contract_refuses_is_refused_by_line(tmp_path: Path, entry: str, what: str) -> None:
    told = faults(tmp_path, f"{FIRST}# an empty line follows\n\n- {entry}\n")
    assert len(told) == 1, told
    assert told[0].startswith(":5: ")
    assert what in told[0]


def test_wrong_entries_do_not_hide_repeated_ones(tmp_path: Path) -> None:
    told = faults(tmp_path, FIRST + "- {id: a, group: x, name: B, site: 'http://a.az/'}\n- 7\n")
    assert [fault.split(":")[1] for fault in told] == ["3", "3", "3", "4"]


def test_a_selection_keeps_the_order_and_the_sha256(registry: Registry) -> None:
    some = registry.only(["energy-ministry", "baku", "baku"])
    assert ([a.id for a in some], some.sha256) == (["baku", "energy-ministry"], registry.sha256)
    assert len(registry.of_group("central")) == 23


def test_an_unknown_id_is_asked_back(registry: Registry) -> None:
    with pytest.raises(NoSuchAgency, match="no agency 'binegedi' in the registry; did you mean binagadi"):
        registry.only(["baku", "binegedi"])


def test_www_and_capitals_make_no_other_host() -> None:
    assert host_of("https://WWW.Baku-ih.gov.az:443/az") == host_of("http://baku-ih.gov.az") == "baku-ih.gov.az"


def test_an_agency_survives_json() -> None:
    agency = Agency(id="a", group="local", name="A", site=None, also=("http://b.az/",))
    assert Agency.model_validate_json(agency.model_dump_json()) == agency
