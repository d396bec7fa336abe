"""Which facts stand in each cell of the two appendices of 2018?

`facts.yaml` has them, one entry for each row, in our own codes; no sentence of the report is repeated there. It was
made from the project's transcript of the report (data/erc_2018.yaml, which is not part of this checkout) by

    python -m tests.appendix_2018.facts TRANSCRIPT > tests/appendix_2018/facts.yaml

and wherever the transcript is at hand a test holds the one against the other.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

FACTS = Path(__file__).parent / "facts.yaml"
SECTIONS = ("4.2.1", "4.2.2", "5.6")
MONTHS = {"may": "2018-05", "iyun": "2018-06"}

# What the row says of posting, in the words of the report -> our code.
REMARKS = {
    "active": ("aktivdir", "aktiv şəkildə işlədilir", "aktiv paylaşmalar edirlər", "intensivdir"),
    "fairly_active": ("nisbətən aktivdir", "nisbətən intensivdir"),
    "steady": ("davamlıdır", "ardıcıldır"),
    "weak": ("zəifdir",),
    "irregular": ("ardıcıl deyil",),
    "few": ("azdır",),
    "many": ("çoxdur",),
    "very_low": ("çox aşağı səviyyədədir",),
    "few_a_month": ("ayda 3-4 dəfə",),
    "not_active": ("aktiv deyil",),
    "stopped": ("son paylaşım iyun ayında", "may ayından dayanıb", "sonuncu məlumat may ayında"),
}

# What a cell on a section says, found in its words -> our code. Every note of the three columns was read against this.
SAYS = {
    "law": r"^(?!.*apelasıya).*(?:qanunvericilik|hüquqi baza)",
    "notices": r"\belan(?!.*təxirə)|tender məlumatı",
    "members": r"üzv(?!ləri\" \(boşdur)",
    "members_empty": r"üzvləri\" \(boşdur",
    "meetings": r"iclas|pratokol|tədbir",
    "off_topic": r"(?:başqa|digər) məlumatlar yerləşdiril",
    "formal": r"davamı yoxdur|məlumatlara rast gəlinməmişdir",
    "empty": r"heç bir məlumat yerləşdirilməmişdir",
    "appeals_law": r"apelasıya",
    "search_only": r"axtarış vasitəsi",
    "no_section": r"bölmə yaradılmamışdır|bölmə yaradılmasada",
    "one_item": r"cəmi bir məlumat",
    "elected": r"sədr və sədr müavinini seç",
    "systematic": r"(?<!deyil)\bsistemli (?:yerləş|bölmə)",
    "not_systematic": r"sistemli deyil|sisteməz",
    "little_on_activity": r"məlumatlar azdır",
    "postponed": r"təxirə salın",
    "founded_1994": r"1994-cü ildə yaradılıb",
    "five_events": r"beş tədbir",
    "items:7": r"7 dədbir",
    "items:1": r"cəmi bir cə iclası",
    "items:4": r"4 defə",
    "day:2018-08-05": r"05\.08\.2018",
    "month:2017-05": r"2017-ci ilin may",
    "month:2017-11": r"2017-ci ilin noyabr",
    "year:2015": r"2015-ci ildə",
}
NEWS_NOTES = {
    "two items in all since 2015, both in August 2018": "two-items-since-2015",
    "given as 10-12 in some months, 3-4 in others": "rate-varies",
    "the report names no unit; per month assumed": "unit-assumed",
    "sentence garbled": "sentence-garbled",
    '"10-a yaxın": about 10': "rate-about",
    '"müntəzəm olaraq": regularly, no number': "rate-without-number",
    "as row 2": "repeats-ganja",
    # said by the numbers themselves
    "given as one item every two days up to 2 July 2018, then none": None,
    "given per day: 1 or 2 items almost every day": None,
    "daily": None,
    '"10-a qədər": up to 10': None,
}
SERVICES_NOTES = {  # by how the note begins
    "the e-certificate": "services-partly-inactive",
    '"Xidmətlər tam elektronlaşdırılmayıb"': "services-partly-inactive",
}
BASES = {"date of the last item as printed": "item", "text says": "until", "date in a garbled sentence": "garbled"}

Entry = dict[str, Any]


def load() -> list[Entry]:
    """The rows of both appendices, in their order."""
    rows: list[Entry] = yaml.safe_load(FACTS.read_text("utf-8"))["rows"]
    return rows


def derived(transcript: Mapping[str, Mapping[str, Any]]) -> list[Entry]:
    """The same from the transcript: id -> its row."""
    return [_row(key, row) for key, row in transcript.items()]


def _row(key: str, row: Mapping[str, Any]) -> Entry:
    said = row["item_2_4"]
    entry: Entry = {
        "id": key,
        "group": row["group"],
        "number": row["no"],
        "name": row["name_az"],
        "mobile": said["mobile"],
    }
    entry |= _kept({"networks": list(said["social"] or ()), "remarks": _remarks(said), "last_post": _last_post(said)})
    for item in SECTIONS:
        entry[item] = _section(row[f"item_{item.replace('.', '_')}"])
    return entry | {"services": _services(row["notes"]["e_services"]), "news": _news(row["notes"])}


def _remarks(said: Mapping[str, Any]) -> list[str]:
    words = [word.lower() for word in said.get("activity_words") or ()]
    found = [code for word in words for code, known in REMARKS.items() if word in known]
    if len(found) != len(words):
        raise ValueError(f"a remark that has no code: {words}")
    only = ["facebook_only"] if re.search(r"FB-de paylaşım", said["raw"]) else []
    return found + only


def _last_post(said: Mapping[str, Any]) -> str | None:
    words = " ".join(said.get("activity_words") or ()).lower()
    return next((month for name, month in MONTHS.items() if name in words), None)


def _section(cell: Mapping[str, Any]) -> Entry:
    if cell["value"] in ("yoxdur", "blank", "ocr_garbled"):
        return {"value": {"ocr_garbled": "garbled"}.get(cell["value"], cell["value"])}
    # Where the transcript could mend an address that was printed broken, that one counts.
    urls = [cell["url_restored"]] if cell.get("url_restored") else list(cell.get("urls") or ())
    text = re.sub(r"https?://\S+( \S*gov\.az\S*)?", " ", cell["raw"]).lower().replace("i̇", "i")
    says = [code for code, pattern in SAYS.items() if re.search(pattern, text)]
    return _kept({"value": "there", "urls": urls, "says": says})


def _services(told: Mapping[str, Any]) -> Entry:
    urls = [told["url_restored"]] if told.get("url_restored") else list(told["urls"])
    said = told.get("note")
    note = next(code for start, code in SERVICES_NOTES.items() if said.startswith(start)) if said else None
    return _kept({"status": told["status"], "count": told["count"], "urls": urls, "note": note})


def _news(notes: Mapping[str, Any]) -> Entry:
    basis = notes.get("last_update_basis") or ""
    return _kept(
        {
            "last_date": notes.get("last_update"),
            "last_month": notes.get("last_update_month"),
            "basis": next((code for start, code in BASES.items() if basis.startswith(start)), None),
            "observed_on": notes.get("observed_on"),
            "per_month": _ends(notes.get("items_per_month")),
            "per_day": _ends(notes.get("items_per_day")),
            "note": NEWS_NOTES[notes["items_note"]] if notes.get("items_note") else None,
        }
    )


def _ends(told: Mapping[str, float | None] | None) -> list[float | None] | None:
    return [told.get("min"), told.get("max")] if told else None


def _kept(entry: Entry) -> Entry:
    return {key: value for key, value in entry.items() if value not in (None, [], ())}


def _written(rows: list[Entry]) -> Iterator[str]:
    yield "# The facts of the appendices of 2018, row by row. Made by facts.py, which says how; not edited by hand."
    yield "rows:"
    for row in rows:
        text = yaml.safe_dump(row, allow_unicode=True, sort_keys=False, default_flow_style=None, width=116)
        first, *rest = text.splitlines()
        yield f"  - {first}"
        yield from (f"    {line}" for line in rest)


if __name__ == "__main__":
    print("\n".join(_written(derived(yaml.safe_load(Path(sys.argv[1]).read_text("utf-8"))))))
