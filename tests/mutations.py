"""Files as accidents leave them: bytes flipped, lines cut, columns swapped, headers lost, cells replaced."""

import random

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
        data = chance.choice(ACCIDENTS)(data, chance)
    return data


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
    return [line[: chance.randrange(len(line) + 1)] if chance.random() < 0.2 else line for line in lines]


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
        line + chance.choice([b'"', b";", b",", b"\r", b"\xe9", b"\xff"]) if chance.random() < 0.2 else line for line in lines
    ]


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def reencoded(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", errors="replace")
    return chance.choice(
        [text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode("cp1252", errors="replace"), data.replace(b"\n", b"\r")]
    )


ACCIDENTS = [
    flipped, truncated, reencoded,
    *map(_by_line, [
        _cut_lines, _lost_header, _dropped_lines, _repeated_lines, _shuffled_lines, _swapped_columns, _replaced_cells, _lost_column, _stray_marks,
    ]),
]  # fmt: skip
