"""The editions of a report, one for each day of observation: the last one made on top, the others
below it.

`reports/<name>/editions/<day>/` holds each earlier edition with the bytes that it had, and
`editions/index.html` lists them. A report of the same day and parameters is the same edition, made
anew.
"""

import shutil
import sys
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from analysis.report import binding, result_cache
from analysis.run import folders
from analysis.text import formatting
from analysis.text.facts import Day
from analysis.text.sentences import Words


def earlier(out: Path, origin: dict[str, Any], day: str) -> dict[str, Path]:
    """The editions of other days that a report's folder holds, by day; those of another origin are
    none.
    """
    record = folders.report_record(out)
    if record is None or record["origin"] != origin:
        return {}
    below = [folder for folder in (out / binding.EDITIONS).glob("*/") if not folder.is_symlink()]
    editions = {folder.name: folder for folder in below}
    editions[str(record.get("day"))] = out
    names = [name for name in sorted(editions) if name != day and _is_day(name)]
    return {name: editions[name] for name in names if any(editions[name].glob("**/index.html"))}


def _is_day(name: str) -> bool:
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def carry(editions: dict[str, Path], out: Path, new: Path, day: str, meta: dict[str, Any]) -> None:
    """Copy earlier editions into the folder that is to take the report's place, and list them."""
    if not editions:
        return
    for name, folder in editions.items():
        _copy(folder, new / binding.EDITIONS / name)
        if folder == out:
            kept_folder = out / binding.EDITIONS / name
            print(f"{out}: the edition of {name} is kept in {kept_folder}", file=sys.stderr)
    _write_index(new, [*editions, day], day, meta)


def _copy(folder: Path, new: Path) -> None:
    new.mkdir(parents=True)
    for entry in folder.iterdir():
        if entry.is_symlink() or entry.name == binding.EDITIONS:
            continue
        if entry.is_dir():
            _copy(entry, new / entry.name)
        elif entry.is_file():
            shutil.copy2(entry, new / entry.name)


def say_what_is_replaced(out: Path, day: str, inputs_key: str) -> None:
    """Say on stderr that an edition is made anew from other data, or by another version."""
    record = folders.report_record(out) if out.is_dir() else None
    if record and record.get("day") == day and record.get("inputs_key") != inputs_key:
        reason = "its data or this program have changed since"
        print(f"{out}: the edition of {day} is made anew, {reason}", file=sys.stderr)


def _write_index(new: Path, days: list[str], present: str, meta: dict[str, Any]) -> None:
    import pandas as pd

    from analysis.report import html_page

    words = Words("editions", formatting.language(), {})
    rows = []
    for day in sorted(days, reverse=True):
        report = new if day == present else new / binding.EDITIONS / day
        first_page = min(report.glob("**/index.html"), key=lambda page: len(page.parts))
        position = first_page.relative_to(report).as_posix()
        if day == present:
            address = f"../{position}"
        else:
            address = f"{day}/{position}"
        label = Day(pd.Timestamp(day)).written()
        name = result_cache.read_json(first_page.parent / "manifest.json") or {}
        rows.append([f'<a href="{address}">{label}</a>', escape(str(name.get("edition", "")))])
    heads = [words.written("heads.day"), words.written("heads.edition")]
    title = words.written("list_title")
    page_list = {"pages": [("index", title)], "edition": meta["inputs"] or present}
    of_page = html_page.Meta(slug="index", manifest=False, **meta | page_list)
    heading = f"# {title}\n\n{words.written('list_note')}"
    page = html_page.composed([(heading, html_page.html_table(heads, rows))], of_page)
    result_cache.write_whole(new / binding.EDITIONS / "index.html", page)
