"""Is every bad site called by its right name, at a bounded cost, and without a mark on its neighbours?

The whole line, as a user starts it, over real sockets: the command in a process of its own, a proxy, the zoo behind it.
"""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from sampleweb.describe import world
from sampleweb.proxy import running
from sampleweb.zoo.keeper import Host, guests, hosts
from spiders.browser import executable
from spiders.crawl import Manners

ROOT = Path(__file__).resolve().parents[1]
NAMED = [one for one in hosts() if one.says is not None]
# An ordinary site of the sample web lives among them.
NEIGHBOUR = next(site for site in world().sites if site.fault is None and site.www == "same" and site.https == "none")
MAX_MORE_KB = 200_000
BROWSER = "--no-browser" if executable() is None else "--browser"  # a bad site is shown in one like any other


def id_of(host: str) -> str:
    return host.replace(".", "-")


def site_of(one: Host) -> str:
    return one.site or f"http://{one.host}/"


@dataclass(frozen=True)
class Round:
    findings: dict[str, dict[str, Any]]  # by id
    asked: Counter[str]  # requests by host
    seconds: float
    peak_kb: int  # memory of the crawling process


def _crawled(folder: Path, *only: str) -> Round:
    folder.mkdir()
    entries = [{"id": id_of(one.host), "group": "local", "name": one.host, "site": site_of(one)} for one in NAMED]
    entries.append({"id": "neighbour", "group": "local", "name": "neighbour", "site": f"http://{NEIGHBOUR.bare_host}/"})
    chosen = [entry for entry in entries if not only or entry["id"] in only]
    (folder / "agencies.yaml").write_text(yaml.safe_dump({"agencies": chosen}, allow_unicode=True))
    asked: Counter[str] = Counter()
    kept = ["--round", "zoo", "--db", str(folder / "zoo.db")]
    with running(watch=lambda host, *_: asked.update([host]), guests=guests()) as proxy:
        told = [
            "--agencies",
            str(folder / "agencies.yaml"),
            "--as-of",
            "2018-08-20",
            "--archive",
            str(folder / "archive"),
        ]
        began = time.monotonic()
        crawl = _started("crawl", *kept, *told, "--proxy", proxy, "--delay", "0", "--timeout", "4", BROWSER)
        peak_kb = 0
        while crawl.poll() is None:
            peak_kb = max(peak_kb, _peak_kb(crawl.pid))
            time.sleep(0.05)
        seconds = time.monotonic() - began
        assert crawl.returncode == 0
    found = subprocess.run(
        [sys.executable, "cli.py", "findings", *kept], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    by_id = {authority["id"]: authority for authority in json.loads(found.stdout)["authorities"]}
    return Round(by_id, asked, seconds, peak_kb)


def _peak_kb(pid: int) -> int:
    """Most memory that the process has held; what wait4 tells would count ours, from which it was forked."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int((re.search(r"VmHWM:\s+(\d+)", status) or ("", "0"))[1])


def _started(*arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "cli.py", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Two rounds, told as one: the wild ones, and those that only put on a face."""
    folder = tmp_path_factory.mktemp("zoo")
    faces = [id_of(one.host) for one in NAMED if one.host.endswith(".face.az")]
    others = [id_of(one.host) for one in NAMED if not one.host.endswith(".face.az")]
    wild, tame = _crawled(folder / "wild", "neighbour", *others), _crawled(folder / "faces", *faces)
    peak_kb = max(wild.peak_kb, tame.peak_kb)
    return Round(wild.findings | tame.findings, wild.asked + tame.asked, wild.seconds + tame.seconds, peak_kb)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """The good sites, without the others."""
    return _crawled(tmp_path_factory.mktemp("zoo") / "alone", "good-zoo-az", "neighbour")


@pytest.mark.parametrize("one", NAMED, ids=lambda one: one.host)
def test_every_host_is_named_right(zoo: Round, one: Host) -> None:
    site = zoo.findings[id_of(one.host)]["site"]
    assert (site["state"], site["reason"]) == one.says


@pytest.mark.parametrize("one", NAMED, ids=lambda one: one.host)
def test_none_costs_more_than_it_may(zoo: Round, one: Host) -> None:
    assert zoo.findings[id_of(one.host)]["fetch"]["requests"] <= one.most_requests


def test_nobody_was_asked_who_may_not_be(zoo: Round) -> None:
    """The proxy hears of every request; those of this machine or a private network would be among them."""
    homes = {one.host.removeprefix("www.") for one in hosts()} | {NEIGHBOUR.bare_host}
    assert {host.removeprefix("www.") for host in zoo.asked} <= homes


SICK = ["refuse", "reset", "hang", "drip", "truncate", "cut-chunks", "bomb", "gzip-bomb", "thirty-megabytes"]
SICK += ["half", "half-plain"]


@pytest.mark.parametrize("sick", SICK)
def test_a_page_that_fails_is_unseen_and_its_site_is_read(zoo: Round, alone: Round, sick: str) -> None:
    found = zoo.findings[f"in-{sick}-zoo-az"]
    assert found["sections"]["public_council"]["state"] == "unseen"
    good = alone.findings["good-zoo-az"]
    assert found["news"]["last_date"] == good["news"]["last_date"] == "2018-08-18"
    assert found["sections"]["procurement"]["state"] == good["sections"]["procurement"]["state"] == "found"


@pytest.mark.parametrize("soft", ["soft-404", "all-to-home"])
def test_a_soft_404_is_no_page(zoo: Round, soft: str) -> None:
    assert zoo.findings[f"{soft}-zoo-az"]["sections"]["public_council"]["fullness"] == "broken"


@pytest.mark.parametrize("odd", ["menu-of-thousands", "menu-on-every-page", "zstd", "brotli"])
def test_what_is_only_unusual_is_read_as_if_it_were_not(zoo: Round, alone: Round, odd: str) -> None:
    found, good = zoo.findings[f"{odd}-zoo-az"], alone.findings["good-zoo-az"]
    assert {kind: one["state"] for kind, one in found["sections"].items()} == {
        kind: one["state"] for kind, one in good["sections"].items()
    }
    assert found["news"]["last_date"] == good["news"]["last_date"]
    assert found["social"]["profiles"] == good["social"]["profiles"]


@pytest.mark.parametrize("trap", ["calendar", "folders", "session", "orders", "print", "two-names"])
def test_a_trap_hides_nothing(zoo: Round, alone: Round, trap: str) -> None:
    found, good = zoo.findings[f"{trap}-zoo-az"], alone.findings["good-zoo-az"]
    for kind, section in good["sections"].items():
        assert found["sections"][kind]["state"] == section["state"], kind
    assert found["news"]["last_date"] == good["news"]["last_date"]
    assert found["fetch"]["complete"]


@pytest.mark.parametrize("agency_id", ["good-zoo-az", "neighbour"])
def test_a_good_site_is_read_as_if_it_were_alone(zoo: Round, alone: Round, agency_id: str) -> None:
    assert _facts(zoo.findings[agency_id]) == _facts(alone.findings[agency_id])


def test_the_zoo_costs_no_more_than_its_time_and_memory(zoo: Round, alone: Round) -> None:
    print(f"zoo: {len(NAMED)} hosts, {zoo.seconds:.1f} s, peak {zoo.peak_kb} KB; ordinary: {alone.peak_kb} KB")
    assert alone.peak_kb > 50_000
    assert max(found["fetch"]["seconds"] for found in zoo.findings.values()) < Manners(delay_s=0).visit_cap_s
    assert zoo.peak_kb - alone.peak_kb < MAX_MORE_KB


def _facts(value: Any) -> Any:
    """A document without what differs from one run to the next: when it was seen, and what it took."""
    if isinstance(value, dict) and "faults" in value:  # a page on a phone: its milliseconds, and so its hash, differ
        return {key: value[key] for key in ("state", "verdict", "faults")}
    if isinstance(value, dict):
        return {key: _facts(one) for key, one in value.items() if key not in ("seen_at", "fetch")}
    return [_facts(one) for one in value] if isinstance(value, list) else value
