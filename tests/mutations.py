"""Files as accidents leave them: bytes flipped, lines cut, columns swapped, headers lost, cells replaced."""

import csv
import io
import random
import re
import zipfile
from datetime import datetime

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CELLS = [
    "",
    "NC",
    "=1+1",
    "12/13/2016",
    "1.234",
    "1 234,5 k€",
    "Total",
    "<b>x</b>",
    '"',
    ";",
    ",",
    "\x00",
    "é",
    "31/12/9999",
    "7,17E+13",
    "\n",
]


def mutated(data: bytes, seed: int) -> bytes:
    """The file after one to three accidents, always the same for a seed."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 3)):
        data = hit(data, chance.choice(list(ACCIDENTS)), chance)
    return data


def hit(data: bytes, accident: str, chance: random.Random) -> bytes:
    """The file after one accident; half of the time a workbook is hit inside one of its sheets, where it still opens."""
    if data[:4] != b"PK\x03\x04" or chance.random() < 0.5:
        return ACCIDENTS[accident](data, chance)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = {name: book.read(name) for name in book.namelist()}
    except Exception:
        return ACCIDENTS[accident](data, chance)  # broken by the accident before
    part = chance.choice([name for name in sorted(parts) if name.endswith(".xml")] or list(parts))
    cells = (
        parts[part]
        .replace(b"<c ", b"\n<c ")
        .replace(b"<si>", b"\n<si>")
        .replace(b"<table:table-cell", b"\n<table:table-cell")
    )
    parts[part] = ACCIDENTS[accident](cells, chance)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as book:
        for name, content in parts.items():
            book.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def saved_as_workbook(data: bytes, chance: random.Random) -> bytes:
    """A text file as a spreadsheet opens and saves it: a sheet of texts, numbers and days, some cells merged."""
    lines = data.decode("utf-8", errors="replace").replace("\x00", "").splitlines() or [""]
    separator = ";" if lines[0].count(";") >= lines[0].count(",") else ","
    book = openpyxl.Workbook()
    for cells in csv.reader(lines, delimiter=separator):
        book.active.append([_cell_of(text) for text in cells])
    rows, columns = book.active.max_row, book.active.max_column
    for _ in range(chance.randint(0, 3)):
        row, column = chance.randint(1, rows), chance.randint(1, columns)
        book.active.merge_cells(
            start_row=row,
            end_row=row + chance.randint(0, 2),
            start_column=column,
            end_column=column + chance.randint(0, 2),
        )
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell_of(text: str) -> str | float | datetime:
    """What a French spreadsheet makes of a text that it opens: a day, a number, or the text."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if re.fullmatch(r"\d{2}/\d{2}/\d{4}", text):
        try:
            return datetime.strptime(text, "%d/%m/%Y")
        except ValueError:
            return text
    if re.fullmatch(r"-?\d{1,15}(?:[.,]\d+)?", text):
        return float(text.replace(",", "."))
    return text


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _by_line(change):
    def accident(data: bytes, chance: random.Random) -> bytes:
        lines = data.split(b"\n")
        return b"\n".join(change(lines, chance))

    return accident


def _cut_lines(lines, chance):
    return [
        line[: chance.randrange(len(line) + 1)] if chance.random() < 0.2 else line for line in lines
    ]


def _lost_header(lines, chance):
    return lines[chance.randint(1, 2) :]


def _dropped_lines(lines, chance):
    return [line for line in lines if chance.random() > 0.3]


def _repeated_lines(lines, chance):
    at = chance.randrange(len(lines))
    return lines[:at] + [lines[at]] * chance.randint(2, 5) + lines[at:]


def _shuffled_lines(lines, chance):
    return chance.sample(lines, len(lines))


def _cells(lines, chance, change):
    mark = b";" if lines[0].count(b";") >= lines[0].count(b",") else b","
    return [mark.join(change(line.split(mark), chance)) for line in lines]


def _swapped_columns(lines, chance):
    first, second = chance.randrange(18), chance.randrange(18)

    def swap(cells, _chance):
        if max(first, second) < len(cells):
            cells[first], cells[second] = cells[second], cells[first]
        return cells

    return _cells(lines, chance, swap)


def _replaced_cells(lines, chance):
    def replace(cells, chance):
        return [chance.choice(CELLS).encode() if chance.random() < 0.05 else cell for cell in cells]

    return _cells(lines, chance, replace)


def _lost_column(lines, chance):
    at = chance.randrange(18)
    return _cells(lines, chance, lambda cells, _chance: cells[:at] + cells[at + 1 :])


def _stray_marks(lines, chance):
    return [
        line + chance.choice([b'"', b";", b",", b"\r", b"\xe9", b"\xff"])
        if chance.random() < 0.2
        else line
        for line in lines
    ]


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def reencoded(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", errors="replace")
    return chance.choice(
        [
            text.encode("utf-16"),
            b"\xef\xbb\xbf" + text.encode("cp1252", errors="replace"),
            data.replace(b"\n", b"\r"),
        ]
    )


def _moved_cells(lines, chance):
    """Cells pushed to the left by a blank that was deleted, or to the right by one that was inserted."""

    def move(cells, chance):
        at = chance.randrange(len(cells) + 1)
        return (
            [*cells[:at], b"", *cells[at:]]
            if chance.random() < 0.05
            else cells[:at] + cells[at + 1 :]
            if at % 9 == 1
            else cells
        )

    return _cells(lines, chance, move)


def _joined_lines(lines, chance):
    """Line breaks lost."""
    return (
        b"\n".join(lines).replace(b"\n", b"", chance.randint(1, 3)).split(b"\n")
        if len(lines) > 3
        else lines
    )


def _pasted_twice(lines, chance):
    """The whole file once more below, with or without its header."""
    return lines + lines[chance.randint(0, 1) :]


def _second_header(lines, chance):
    """A line of words under or over the header."""
    at = chance.randint(0, 1)
    return [*lines[:at], b";".join([b"Groupe", b"", b"Montant", b"Date"]), *lines[at:]]


def _one_column(lines, chance):
    """All columns but one lost."""
    at = chance.randrange(8)
    return _cells(lines, chance, lambda cells, _chance: cells[at : at + 1])


ACCIDENTS = {
    "bytes flipped": flipped,
    "truncated": truncated,
    "other encoding": reencoded,
    "lines cut": _by_line(_cut_lines),
    "header lost": _by_line(_lost_header),
    "lines dropped": _by_line(_dropped_lines),
    "lines repeated": _by_line(_repeated_lines),
    "lines shuffled": _by_line(_shuffled_lines),
    "lines joined": _by_line(_joined_lines),
    "pasted twice": _by_line(_pasted_twice),
    "second header": _by_line(_second_header),
    "columns swapped": _by_line(_swapped_columns),
    "column lost": _by_line(_lost_column),
    "one column left": _by_line(_one_column),
    "cells replaced": _by_line(_replaced_cells),
    "cells moved": _by_line(_moved_cells),
    "stray marks": _by_line(_stray_marks),
}
