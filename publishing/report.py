"""Which files make up the report, and are they whole when they appear?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from archive.registry import Agency
from publishing import csv, docx, html, json, pdf, xlsx
from publishing.beside import NOTHING, Beside, RoundInfo
from publishing.edition import Edition, edition
from publishing.pdf import MissingTool
from publishing.pictures import Album
from publishing.pictures import Beside as Pictures
from publishing.tables import Findings, LevelRecord

__all__ = ["FORMATS", "MissingTool", "UnknownFormat", "write_report"]

# csv has one file per table; the others hold the whole report.
_WHOLE: dict[str, Callable[[Edition], bytes | Iterable[bytes]]] = {
    "docx": docx.render,
    "html": html.render,
    "xlsx": xlsx.render,
    "json": json.parts,
    "pdf": pdf.render,
}
FORMATS = ("csv", *_WHOLE)


class UnknownFormat(ValueError):
    """Asked for a format that there is not; says which there are."""

    def __init__(self, asked: Iterable[str]) -> None:
        super().__init__(f"no such format: {', '.join(asked)}; there are: {', '.join(FORMATS)}")


def write_report(
    findings: Findings,
    levels: Sequence[LevelRecord],
    agencies: Sequence[Agency],
    round_info: RoundInfo,
    lang: str,
    formats: Iterable[str],
    out_dir: Path,
    beside: Beside = NOTHING,
    pictures: Album | None = None,
) -> list[Path]:
    """Writes the report in the wanted formats and gives the files written.

    A file appears under its name only when it is whole. html and docx lead to the `pictures` of the pages.
    Raises UnknownFormat and publishing.texts.UnknownLanguage before anything is written; MissingTool when pdf cannot be
    made here, after all other formats are written.
    """
    wanted = list(dict.fromkeys(formats))
    if unknown := [name for name in wanted if name not in FORMATS]:
        raise UnknownFormat(unknown)
    report = edition(findings, levels, agencies, round_info, lang, beside)
    if pictures is not None:
        report = replace(report, pictures=Pictures(pictures, out_dir))
    out_dir.mkdir(parents=True, exist_ok=True)
    wanted.sort(key=lambda name: name == "pdf")
    return [_put(out_dir / name, content) for form in wanted for name, content in _files(form, report)]


def _files(form: str, report: Edition) -> Iterator[tuple[str, bytes | Iterable[bytes]]]:
    """(file name, content); Azerbaijani files carry no language in their names."""
    lang = report.texts.lang
    suffix = "" if lang == "az" else f"-{lang}"
    if form == "csv":
        for table in report.tables:
            yield f"elave-{table.number}{suffix}.csv", csv.render(table)
        for listing in report.data:
            yield f"{listing.key}{suffix}.csv", csv.render_listing(listing)
        return
    yield f"elaveler{suffix}.{form}", _WHOLE[form](report)


def _put(path: Path, content: bytes | Iterable[bytes]) -> Path:
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
        return part.replace(path)
    finally:
        part.unlink(missing_ok=True)
