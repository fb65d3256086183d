"""Workbooks as grids of values: `.xls` in a process of its own, since a broken one may ask for more memory than there is."""

import io
import pickle
import subprocess
import sys
from typing import NamedTuple

COMPOUND = b"\xd0\xcf\x11\xe0"  # how an .xls file begins
LIMIT = 4 << 30  # bytes that the process of an .xls may take


class Page(NamedTuple):
    """A sheet: its cells by row, and the areas (first and last corner) that are merged."""

    name: str
    visible: bool
    grid: list[list]
    merged: list


def pages(data: bytes, sheet: str | None) -> list[Page]:
    """The worksheets of a workbook (or the one asked for); raises OSError where it cannot be read."""
    return _apart(data, sheet) if data[:4] == COMPOUND else _pages(data, sheet)


def _pages(data: bytes, sheet: str | None) -> list[Page]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for meta in book.sheets_metadata:
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet and sheet in (None, meta.name):
                page = book.get_sheet_by_name(meta.name)
                visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
                found.append(Page(meta.name, visible, page.to_python(skip_empty_area=False), page.merged_cell_ranges or []))
    except BaseException as error:
        # The reader panics on some broken files; its PanicException is no Exception.
        if not isinstance(error, python_calamine.CalamineError | OSError) and type(error).__name__ != "PanicException":
            raise
        raise OSError(str(error)) from None
    return found


def _apart(data: bytes, sheet: str | None) -> list[Page]:
    command = [sys.executable, "-m", "analysis.read.workbook", *([sheet] if sheet else [])]
    done = subprocess.run(command, input=data, capture_output=True)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise OSError(said[-1] if said and done.returncode == 1 else "it is broken: reading it would take more than 4 GB")
    return [Page(*page) for page in pickle.loads(done.stdout)]


def main() -> None:
    """A workbook on standard input, its pages (pickled) on standard output."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    try:
        found = _pages(sys.stdin.buffer.read(), sys.argv[1] if len(sys.argv) > 1 else None)
    except OSError as error:
        sys.exit(str(error))
    sys.stdout.buffer.write(pickle.dumps([tuple(page) for page in found]))


if __name__ == "__main__":
    main()
