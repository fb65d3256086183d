"""Which ledgers of releases beside a report are of its study, whatever title it bears.

A title changes from year to year; what was released under another one is known to readers all the
same. A ledger is signed with the name, the data and the publisher of each study that it is of: one
that shares any of them with a study is read with it.
"""

import sys
from pathlib import Path
from typing import Any, NamedTuple

from analysis.report import result_cache
from analysis.run import folders

Marks = dict[str, str]  # of a study: what it is known by, whatever its title


class Ledgers(NamedTuple):
    """The ledger that a release is written into, and all that are read for it."""

    written: Path
    read: tuple[Path, ...]


def marks_of(study, data: str) -> Marks:
    """What a study, made of these raw data, is known by whatever its title."""
    publisher = study.about.get("words", {}).get("publisher", "")
    return {"name": study.about["name"], "data": data, "publisher": publisher}


def ledgers_beside(out: Path, title: str, marks: Marks) -> Ledgers:
    """The ledgers beside a report that are of its study: the one of its title, or else the first
    that bears one of its marks; a new one beside others is told on stderr.
    """
    folder = out.parent / folders.RELEASES
    of_title = folder / f"{result_cache.place_name(title)}.json"
    beside = [file for file in sorted(folder.glob("*.json")) if file != of_title]
    alike = [file for file in beside if _is_of(marks, _signed(file))]
    read = [*([of_title] if of_title.exists() else []), *alike]
    if not read and beside:
        names = ", ".join(file.name for file in beside)
        print(
            f"{of_title}: a new ledger of releases begins; what {names} beside it released is taken"
            " to be of other studies, and nothing protects it from this one",
            file=sys.stderr,
        )
    return Ledgers(read[0] if read else of_title, tuple(read))


def whole_record(ledger: Path, releases: list[dict[str, Any]]) -> dict[str, Any]:
    """What a ledger holds with these releases: by whom it is signed stays."""
    return {"studies": _signed(ledger), "releases": releases}


def sign(ledger: Path, marks: Marks) -> None:
    """Write into a ledger by what a study that was released into it is known."""
    signed = _signed(ledger)
    if marks not in signed:
        releases = folders.releases_in(ledger)
        result_cache.write_json(ledger, {"studies": [*signed, marks], "releases": releases})


def _signed(ledger: Path) -> list[Marks]:
    folders.releases_in(ledger)
    record = result_cache.read_json(ledger, studies=list)
    if record:
        return record["studies"]
    return []


def _is_of(marks: Marks, signed: list[Marks]) -> bool:
    pairs = {(name, value) for name, value in marks.items() if value}
    return any(pairs & set(signature.items()) for signature in signed)
