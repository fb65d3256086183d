"""Tables of web pages, and of workbooks saved as XML.

Run by `reader_process.py` alone: it imports nothing of this package.
"""

import re
from typing import Any


def read_tables(data: bytes, most_cells: int, longest_span: int) -> list[tuple]:
    """The tables of a page (or `ss:Table` of XML) as they open, as pages of a workbook."""
    import lxml.etree
    import lxml.html

    plain = re.sub(r"<(/?)\w+:", r"<\1", _decoded(data).replace("\0", "")).encode(errors="replace")
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml.html.document_fromstring(plain, parser)
    except lxml.etree.ParserError:  # nothing but remarks
        return []
    for mark in root.iter("br", "p", "div", "li", "data"):
        mark.text = f" {mark.text or ''}"
    for hidden in list(root.iter("script", "style")):
        hidden.drop_tree()
    pages, spanned = [], 0
    numbered = list(enumerate(root.iter("table"), 1))
    for number, table in reversed(numbered):  # one within another first, which it leaves once read
        names = [
            value
            for above in table.iterancestors("worksheet")
            for attribute, value in above.items()
            if attribute.rpartition(":")[2] == "name"
        ]
        grid, merged = _cells_of(table, longest_span, most_cells - spanned, most_cells)
        spanned += sum(map(len, grid))
        pages.append((names[0] if names else f"table {number}", True, grid, merged))
        table.drop_tree()
    return pages[::-1]


def _decoded(data: bytes) -> str:
    stated = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", data[:2048])
    for encoding in ("utf-8-sig", stated[1].decode() if stated else "cp1252", "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def _cells_of(
    table: Any, longest_span: int, cells_left: int, most_cells: int
) -> tuple[list[list[str]], list]:
    """The texts of a table by row, and the areas that are merged downwards."""
    grid: list[list[str]] = []
    merged, covered, cells = [], set(), 0
    for element in table.iter("tr", "row", "td", "th", "cell"):
        starts_row = element.tag in ("tr", "row")
        if starts_row or not grid:
            grid.append([])
        if starts_row:
            continue
        line, row = len(grid) - 1, grid[-1]
        spans = _spans(element, longest_span)
        # A cell stands at the next place that is free, or that it names.
        row += [""] * (spans.get("index", 0) - 1 - len(row))
        while (line, len(row)) in covered:
            row.append("")
        wide = max(spans.get("colspan", 1), spans.get("mergeacross", 0) + 1)
        down, remaining = max(spans.get("rowspan", 1) - 1, spans.get("mergedown", 0)), len(row)
        cells += wide * (down + 1) + spans.get("index", 0)
        if cells > cells_left:
            raise ValueError("its tables span more than {cells} cells", {"cells": str(most_cells)})
        if down:
            merged.append(((line, remaining), (line + down, remaining + wide - 1)))
            covered.update(
                (line + i, remaining + j) for i in range(1, down + 1) for j in range(wide)
            )
        row += [" ".join("".join(element.itertext()).split())] + [""] * (wide - 1)
    width = max(map(len, grid), default=0)
    if width * len(grid) > cells_left:
        raise ValueError("its tables span more than {cells} cells", {"cells": str(most_cells)})
    return [row + [""] * (width - len(row)) for row in grid], merged


def _spans(element: Any, longest_span: int) -> dict[str, int]:
    return {
        name.rpartition(":")[2]: min(int(value[:9]), longest_span)
        for name, value in element.items()
        if value.isascii() and value.isdecimal()
    }
