"""Records of JSON as columns.

Run by `reader_process.py` alone: it imports nothing of this package.
"""

import json
from array import array
from collections.abc import Iterator
from typing import Any

Columns = dict[str, tuple[array, list[str]]]


def read_records(
    data: bytes, most_columns: int, most_cells: int
) -> tuple[Columns, list[int], list[tuple[int, str]]]:
    """The columns of the records of a JSON file (name -> codes into its distinct texts, -1 where a
    record has none), the number of each record in its list, and what stands between them and is no
    record.

    Records are those of a list, of the fullest list in an object at any depth, or one a line; rows
    under a list of names are records too; nested names are joined by a colon. Raises ValueError
    where it is no JSON, or spans too many cells.
    """
    content = _parsed(data.removeprefix(b"\xef\xbb\xbf"))
    lists = [content] if isinstance(content, list) else []
    if isinstance(content, dict):
        lists = _with_alike_joined(_lists(content))
    records = max(
        (rows for rows in lists if _size(rows)),
        key=lambda rows: (not _names_columns(rows, lists), _size(rows)),
        default=[content],
    )
    if all(isinstance(row, list) for row in records):
        records = _under_names(records, lists)
    columns: Columns = {}
    numbers: list[int] = []
    others: list[tuple[int, str]] = []
    distinct: dict[str, dict[str, int]] = {}
    filled = 0
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            others.append((number, _text(record)))
            continue
        for name, text in _flat(_unwrapped(record)):
            codes, texts = columns.setdefault(name, (array("i"), []))
            codes.extend([-1] * (len(numbers) - len(codes)))
            position = distinct.setdefault(name, {}).setdefault(text, len(texts))
            if position == len(texts):
                texts.append(text)
            if len(codes) == len(numbers):
                codes.append(position)
            filled += 1
        numbers.append(number)
        if len(columns) > most_columns or len(columns) * len(numbers) > max(
            most_cells, 100 * filled
        ):
            size = {"count": str(len(columns))}
            raise ValueError("its records have {count} different names: export fewer", size)
    for codes, _texts in columns.values():
        codes.extend([-1] * (len(numbers) - len(codes)))
    return columns, numbers, others


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        try:
            return [json.loads(line) for line in data.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise ValueError(str(error)) from None


def _lists(content: dict) -> Iterator[list]:
    """The lists of records, rows or names in an object, at any depth."""
    for value in content.values():
        if isinstance(value, dict):
            yield from _lists(value)
        elif isinstance(value, list) and value:
            yield value


def _with_alike_joined(lists: Iterator[list]) -> list[list]:
    """The lists, those whose records share most of their names as one."""
    joined: list[list] = []
    for rows in lists:
        names = set(rows[0]) if isinstance(rows[0], dict) else set()
        for others in joined if names else ():
            if isinstance(others[0], dict):
                theirs = set(others[0])
            else:
                theirs = set()
            if 2 * len(names & theirs) > max(len(names), len(theirs)):
                others += rows
                break
        else:
            joined.append(list(rows))
    return joined


def _size(rows: list) -> int:
    """How many values the records or rows of a list hold."""
    return sum(len(row) for row in rows if isinstance(row, dict | list))


def _names(items: list) -> list[str]:
    """What may name the columns of rows: texts, or records that bear a name; else nothing."""
    names = [item.get("name", item.get("id")) if isinstance(item, dict) else item for item in items]
    if all(isinstance(name, str) for name in names):
        return names
    return []


def _names_columns(items: list, lists: list[list]) -> bool:
    """Whether a list names the columns of the records or rows of another."""
    names = _names(items)
    for rows in lists if names else ():
        row = rows[0]
        if rows is items:
            continue
        if isinstance(row, dict) and len(row) > 1 and set(row) <= set(names):
            return True
        if isinstance(row, list) and len(row) == len(names):
            return True
    return False


def _under_names(rows: list[list], lists: list[list]) -> list[dict]:
    """The rows of a table as records: a list of their width names the columns, or the first row."""
    for items in lists:
        if (names := _names(items)) and len(names) == len(rows[0]):
            return [dict(zip(names, row, strict=False)) for row in rows]
    names = [_text(name) for name in rows[0]]
    return [dict(zip(names, row, strict=False)) for row in rows[1:]]


def _unwrapped(record: dict) -> dict:
    """A record whose values stand one level down, as portals and map servers write it."""
    for name in ("fields", "properties", "attributes"):
        if isinstance(record.get(name), dict):
            return {key: value for key, value in record.items() if key != name} | record[name]
    return record


def _flat(record: dict, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The names and texts of a record; items of a list after the first bear their number."""
    for name, value in record.items():
        items = value if isinstance(value, list) else [value]
        for number, item in enumerate(items, 1):
            numbered = prefix + (name if number == 1 else f"{name} {number}")
            if isinstance(item, list):
                yield from _flat({numbered: item})
            elif isinstance(item, dict):
                yield from _flat(item, f"{numbered}:")
            elif item is not None:
                yield _whole_letters(numbered), _text(item)


def _text(value: Any) -> str:
    """A value as text: whole numbers without a point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        value = int(value)
    return _whole_letters(str(value))


def _whole_letters(text: str) -> str:
    """JSON may hold half letters, which no file can."""
    return text.encode("utf-8", errors="replace").decode()
