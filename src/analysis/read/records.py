"""Records of JSON, and frames, as blocks of text."""

import json
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.declare.faults import Fault, Refused
from analysis.read.block import Aside, Block, cell, coded
from analysis.text import formatting

_ = formatting.text


def from_json(data: bytes, source: str) -> Block:
    """Records of a JSON list (or of the fullest list in an object, at any depth, or one a line), nested names joined by a colon;
    rows under a list of names are records too; lines count records."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        try:
            content = [json.loads(line) for line in data.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            line = getattr(error, "lineno", None)
            message = _("not valid JSON ({why}); export it again", why=str(error))
            raise Refused([Fault(source, line, "", "unreadable", "", message)]) from None
    found = (
        _joined(_lists(content))
        if isinstance(content, dict)
        else [content]
        if isinstance(content, list)
        else []
    )
    named = [names for rows in found if (names := _names(rows))]
    content = max(
        (rows for rows in found if _cells(rows)),
        key=lambda rows: (not _describes(rows, found), _cells(rows)),
        default=[content],
    )
    if all(
        isinstance(row, list) for row in content
    ):  # a table: its first row, or a list of the same width beside it, names it
        names = next((names for names in named if len(names) == len(content[0])), None)
        names, content = (names, content) if names else (list(map(cell, content[0])), content[1:])
        content = [dict(zip(names, row, strict=False)) for row in content]
    records = {
        line: _flat(_unwrapped(record))
        for line, record in enumerate(content, 1)
        if isinstance(record, dict)
    }
    if not any(records.values()):
        raise Refused(
            [
                Fault(
                    source, None, "", "empty", "", "expected a list of records; the file holds none"
                )
            ]
        )
    block = from_frame(pd.DataFrame(records.values(), dtype="object"), source)
    block.lines = np.array(list(records))
    block.aside = [
        Aside(line, "no record", cell(value))
        for line, value in enumerate(content, 1)
        if line not in records
    ]
    return block


def _lists(held: dict) -> Iterator[list]:
    """The lists of records, rows or names in an object, at any depth."""
    for value in held.values():
        if isinstance(value, dict):
            yield from _lists(value)
        elif isinstance(value, list):
            yield value


def _cells(rows: list) -> int:
    """How many values the records or rows of a list hold."""
    return sum(len(row) for row in rows if isinstance(row, dict | list))


def _names(held: list) -> list[str]:
    """What may name the columns of rows: texts, or records that bear a name; none where the list holds anything else."""
    names = [item.get("name", item.get("id")) if isinstance(item, dict) else item for item in held]
    return names if all(isinstance(name, str) for name in names) else []


def _joined(lists: Iterator[list]) -> list[list]:
    """The lists, those of the same records as one ("2017": [...], "2018": [...]): most of their names are the same."""
    found: list[list] = []
    for rows in lists:
        names = set(rows[0]) if rows and isinstance(rows[0], dict) else set()
        same = (held for held in found if names and isinstance(held[0], dict))
        alike = next(
            (
                held
                for held in same
                if 2 * len(names & set(held[0])) > max(len(names), len(held[0]))
            ),
            None,
        )
        if alike is None:
            found += [list(rows)] * bool(rows)
        else:
            alike += rows
    return found


def _describes(held: list, lists: list[list]) -> bool:
    """Whether a list names the columns of the records or rows of another."""
    names = _names(held)
    rows = [rows[0] for rows in lists if rows and rows is not held]
    return bool(names) and any(
        (isinstance(row, dict) and len(row) > 1 and set(row) <= {*names})
        or (isinstance(row, list) and len(row) == len(names))
        for row in rows
    )


def _unwrapped(record: dict) -> dict:
    """A record whose values stand one level down, as portals and map servers write it."""
    for name in ("fields", "properties", "attributes"):
        if isinstance(record.get(name), dict):
            return {key: value for key, value in record.items() if key != name} | record[name]
    return record


def _flat(record, prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, list):
            for number, item in enumerate(value, 1):
                suffix = "" if number == 1 else f" {number}"
                flat |= _flat({f"{name}{suffix}": item}, prefix)
        elif isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}:")
        elif value is not None:
            flat[prefix + name] = cell(value)
    return flat


def from_frame(frame: pd.DataFrame, source: str, decimal: str | None = None) -> Block:
    columns = {}
    for name in frame:
        values = frame[name]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            values = values.dt.strftime("%Y-%m-%d")
        codes, distinct = pd.factorize(values)
        texts = [
            cell(value).encode("utf-8", errors="replace").decode() for value in distinct
        ]  # JSON may hold half letters
        columns[str(name).encode("utf-8", errors="replace").decode()] = coded(
            codes.astype(np.int32), pd.Series(texts, dtype="str")
        )
    return Block(
        source, 0, columns, np.arange(1, len(frame) + 1), encoding="utf-8", decimal=decimal
    )
