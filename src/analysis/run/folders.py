"""Whose a folder of results is: one run at a time writes it, and none replaces another's."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock

from analysis.declare.faults import refusal
from analysis.report import result_cache

WAIT_SECONDS = 600
ORIGIN = ("data", "study_file", "audience", "parameters")
RELEASES = ".releases"  # beside reports: the ledger of what was released outside the team


@contextmanager
def sole_use(folder: Path, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Let no other run write this folder meanwhile: wait for one that does, then give up.

    The lock is on a hidden file beside the folder, and ends with the process that holds it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder.with_name(f".{folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        if wait_seconds:
            waiting = f"{folder}: another run is writing it, waiting up to {wait_seconds:g} seconds"
            print(waiting, file=sys.stderr, flush=True)
        try:
            lock.acquire(timeout=wait_seconds)
        except filelock.Timeout:
            expected = (
                "another run is writing it; run again once it has ended, or give another --out"
            )
            raise refusal(str(folder), expected) from None
    try:
        yield
    finally:
        lock.release()


def refuse_links_out(folder: Path, root: Path) -> None:
    """Refuse results that would be written elsewhere than their path says: below the project in
    `root` no link may lead out of it, and none may stand for what runs keep beside a report. A
    project may have come from somebody else.
    """
    work = folder.parent / ".work"
    inside = Path(os.path.abspath(folder)).is_relative_to(root)
    leads_out = inside and not folder.resolve().is_relative_to(root.resolve())
    for link in [*[folder] * leads_out, *filter(Path.is_symlink, (work, work / folder.name))]:
        expected = "is, or lies in, a link to another place; remove it, or give --out that place"
        raise refusal(str(link), expected)


def refuse_among_raw_files(folder: Path, data: Path) -> None:
    """Refuse results that would lie among the raw files: the next run would read them as data."""
    if data.resolve() in folder.resolve().parents:
        read_again = f"lies among the raw files in {data}, and would be read as data"
        raise refusal(str(folder), f"{read_again}; give a folder outside with --out")


def refuse_foreign(folder: Path, mark: str) -> None:
    """Refuse to replace a folder of other things than what was put there before (file `mark`)."""
    if not folder.exists() or (folder / mark).is_file():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        lost = "holds other things, which would be lost; give a new or empty folder"
        raise refusal(str(folder), lost)


def refuse_other_origin(folder: Path, before: dict[str, Any] | None, now: dict[str, Any]) -> None:
    """Refuse to replace results that were made from another origin, and name what differs.

    An origin says `data`, `study_file`, `audience` and `parameters`, as far as they are known;
    `before` is None where nothing is there.
    """
    if before is None:
        return
    differing = []
    for name in ORIGIN:
        is_untold = name == "parameters" and name not in before  # a manifest does not tell them
        if name in now and not is_untold and before.get(name) != now[name]:
            change = f"{_shown(before.get(name))}, now {_shown(now[name])}"
            differing.append(f"{name.replace('_', ' ')}: {change}")
    if differing:
        made_from = f"was made from something else ({'; '.join(differing)})"
        raise refusal(str(folder), f"{made_from}; give another folder with --out, or --replace")


def _shown(value: Any) -> str:
    if value is None:
        return "not recorded"
    return str(value) or "none"


def releases_in(ledger: Path) -> list[dict[str, Any]]:
    """What a ledger says was released; one that cannot be read is refused, since what it hid would
    be told.
    """
    record = result_cache.read_json(ledger, releases=list)
    if record is None and ledger.exists():
        expected = "is the record of what was released, and cannot be read; put a whole copy there"
        raise refusal(str(ledger), expected, rule="foreign")
    if record:
        return record["releases"]
    return []


def record_of(out: Path) -> Path:
    """The file that says what a report was made from: beside it, since a report may be given away."""
    return out.parent / ".work" / f"{out.name}.json"


def report_record(out: Path) -> dict[str, Any] | None:
    """What a report was made from, as the file beside it says; None where it says nothing whole."""
    return result_cache.read_json(record_of(out), key=str, origin=dict, chosen=list)


def origin_of_report(out: Path) -> dict[str, Any] | None:
    """What a report was made from: as its record says, or what its manifest tells."""
    if not out.exists():
        return None
    record = report_record(out)
    if record is not None:
        return record["origin"]
    for depth in ("", "*/", "*/*/"):
        for file in sorted(out.glob(f"{depth}manifest.json")):
            manifest = result_cache.read_json(file, parameters=dict) or {"parameters": {}}
            origin = {"audience": manifest["parameters"].get("audience")}
            if "raw" in manifest:
                origin |= {"data": manifest["raw"], "study_file": manifest.get("study_file")}
            return origin
    return {}
