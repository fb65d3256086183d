"""Files recognised by their headers, or mapped as `study.toml` says; refused in words that help."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

import pandas as pd

from analysis import cells, tables
from analysis.faults import Fault, nearest
from analysis.layouts.told import DERIVED, Source, Study
from analysis.read import Block, folded

PROGRAMME = "programme export"
DROPPED = ("notes", "commentaire", "commentaires", "remarque", "remarques", "observation", "observations", "comments")


class Mapping(NamedTuple):
    """How the rows of a block become rows of a table: raw headers of each column, constants, headers left unread."""

    layout: str
    table: str
    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str]
    unread: tuple[str, ...] = ()


@cache
def known_headers() -> dict[tuple[str, str], dict[str, list[tuple[str, ...]]]]:
    """(layout, table) -> column -> its headers in order of preference, each a tuple of folded headers to join."""
    found: dict[tuple[str, str], dict[str, list[tuple[str, ...]]]] = {}
    for table, columns in tables.declared().items():
        if table in DERIVED:
            continue
        spelled = found.setdefault((PROGRAMME, table), {})
        for column in columns.values():
            spellings = (column.name, column.label_fr, column.label_en, *column.aliases)
            spelled[column.name] = [(name,) for name in dict.fromkeys(map(folded, spellings))]
    with (resources.files("analysis") / "reference/headers.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            joined = tuple(folded(part) for part in row["header"].split(" + "))
            found.setdefault((row["layout"], row["table"]), {}).setdefault(row["column"], []).append(joined)
    return found


def vocabulary(study: Study) -> frozenset[str]:
    """All folded names that make a record a header: the known ones and those that `study.toml` names."""
    known = {
        name for columns in known_headers().values() for headers in columns.values() for joined in headers for name in joined
    }
    told = {folded(raw) for source in study.source for headers in source.columns.values() for raw in headers}
    return frozenset(known | told)


def _spellings(header: str) -> list[str]:
    """A header as written and without its remarks in brackets or after a footnote mark."""
    return list(
        dict.fromkeys([folded(header), folded(re.sub(r"\s*\(.*?\)", "", header)), folded(re.sub(r"\s*\(.*", "", header))])
    )


def _matched(block: Block, spelled: dict[str, list[tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Raw headers of a block for each column that it holds; a header serves one column of the table."""
    by_name: dict[str, str] = {}
    for header in reversed(list(block.columns)):
        if folded(header) not in DROPPED:
            by_name |= {name: header for name in _spellings(header) if name}
    by_name |= {folded(header): header for header in block.columns if folded(header) not in DROPPED}
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for column, headers in spelled.items():
        kept = [joined for joined in headers if all(name in by_name for name in joined)]
        free = [joined for joined in kept if not any(by_name[name] in taken for name in joined)]
        if column.startswith("~") and column not in ("~total", "~precision"):
            raw = tuple(dict.fromkeys(by_name[name] for joined in free for name in joined))
        else:
            raw = tuple(by_name[name] for name in free[0]) if free else ()
        if raw:
            found[column] = raw
            taken.update(raw)
    return found


def _missing(table: str, matched: dict[str, tuple[str, ...]], constants: dict[str, str]) -> list[str]:
    required = [column.name for column in tables.columns(table).values() if column.required]
    return [name for name in required if name not in matched and name not in constants]


def recognise(block: Block, stem: str, study: Study) -> Mapping | None:
    """The known layout that explains most headers of a block, its required columns present; None where there is none.

    A grant list may take its funder from the study's title and its year from the file (its name or a title above the table).
    """
    best, best_score = None, 0.0
    for (layout, table), spelled in known_headers().items():
        matched = _matched(block, spelled)
        constants = {}
        if table == "grants":
            if not {"recipient", "amount"} <= set(matched):
                continue
            if "funder" not in matched:
                constants |= publisher_of(block) or {"funder": study.title or study.name}
            if "date" not in matched and (year := year_of(block, stem)):
                constants["date"] = year
        if _missing(table, matched, constants):
            continue
        used = {raw for headers in matched.values() for raw in headers}
        score = len(used) + (1.5 if _named_for(stem, block, table) else 0) + len(matched) / len(spelled)
        if len(used) >= min(3, len(block.columns)) and score > best_score:
            best, best_score = Mapping(layout, table, matched, constants, _unread(block, matched)), score
    return best


def _named_for(stem: str, block: Block, table: str) -> bool:
    return folded(table) in folded(f"{stem} {block.source.partition('#')[2]}")


def _unread(block: Block, matched: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    used = {raw for headers in matched.values() for raw in headers}
    return tuple(header for header in block.columns if header not in used)


def as_told(block: Block, source: Source, stem: str, study: Study) -> tuple[Mapping, list[Fault]]:
    """The mapping that a `[[source]]` of study.toml gives for a block, and what it names in vain.

    Columns that the source does not mention are looked for under their known headers.
    """
    by_name = {folded(header): header for header in block.columns}
    faults, matched = [], {}
    for column, headers in source.columns.items():
        lacking = [raw for raw in headers if folded(raw) not in by_name]
        if lacking:
            near = nearest(lacking[0], list(block.columns), 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            message = f"no such header{hint} (headers: {', '.join(block.columns)}); edit [source.columns] in study.toml"
            faults.append(Fault(block.source, block.header_line, column, "header", lacking[0], message))
        else:
            matched[column] = tuple(by_name[folded(raw)] for raw in headers)
    taken = {raw for headers in matched.values() for raw in headers}
    candidates = [_matched(block, spelled) for (_, table), spelled in known_headers().items() if table == source.table]
    for column, raw in max(candidates, key=len, default={}).items():
        if column not in matched and column not in source.constants and not taken & set(raw):
            matched[column] = raw
    constants = dict(source.constants)
    if source.table == "grants":
        if "funder" not in matched and "funder" not in constants:
            constants["funder"] = study.title or study.name
        if "date" not in matched and "date" not in constants and source.split != "date" and (year := year_of(block, stem)):
            constants["date"] = year
    split = {source.split: ""} if source.split else {}
    for name in _missing(source.table, matched, constants | split):
        message = f"required column {name!r} of {source.table} is missing; map it in [source.columns] of study.toml"
        faults.append(Fault(block.source, block.header_line, name, "required", "", message))
    return Mapping("study.toml", source.table, matched, constants, _unread(block, matched)), faults


def publisher_of(block: Block) -> dict[str, str]:
    """Funder and its SIRET where a title above the table holds both ("Département de la Sarthe 227 200 029 00014")."""
    for title in block.titles[:5]:
        found = re.fullmatch(r"(.*\w)\W+((?:\d ?){13}\d)", title)
        if found and cells.siret(pd.Series([found[2]]))[0].notna().all():
            return {"funder": found[1].strip(), "funder_id": found[2]}
    return {}


def year_of(block: Block, stem: str) -> str:
    """The one year that titles of the table or the file's name tell; blank where they tell none or several."""
    year = r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)"
    above = {found for title in block.titles[:3] for found in re.findall(year, title)}
    named = set(re.findall(year, stem))
    totals = {found for text in _total_labels(block) for found in re.findall(year, text)}
    for told in (named if len(named) == 1 else set(), named & totals, above):
        if len(told) == 1:
            return told.pop()
    return ""


def _total_labels(block: Block) -> Iterator[str]:
    for column in list(block.columns.values())[:2]:
        yield from column.values[column.values.str.contains(r"^\s*(?:sous[- ])?total", case=False, na=False)]


def unknown(block: Block) -> Fault:
    """What a person is told of a block that no layout explains: the headers seen and the nearest layout."""
    near, lacking = "", []
    best = 0.0
    for (layout, table), spelled in known_headers().items():
        matched = _matched(block, spelled)
        if len(matched) / len(spelled) ** 0.5 > best:
            best, near = len(matched) / len(spelled) ** 0.5, f"{layout}, table {table}"
            lacking = _missing(table, matched, {})
    hint = f"nearest known layout: {near}" + (f", which also needs {', '.join(lacking)}" if lacking else "") if near else ""
    message = f"headers of no known layout: {', '.join(block.columns)}" + (f" ({hint})" if hint else "")
    advice = "describe the file in study.toml; `impact-study check` prints a draft"
    return Fault(block.source, block.header_line, "", "layout", "", f"{message}; {advice}")
