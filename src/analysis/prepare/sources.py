"""The `[[source]]` of `study.toml` that say how some sheets are read: one for all that are alike."""

import json

from analysis import layout
from analysis.prepare.sheet_choice import SheetChoice

Described = tuple[dict[str, object], dict[str, layout.Doubt]]  # a source, and what of it is asked


def sources_of(sheets: list[SheetChoice]) -> list[Described]:
    """The sources of sheets, each with what is still to be answered of it.

    One that named several files or sheets names them again where these are still read alike; files
    of which nothing was stated share one where they are.
    """
    groups: dict[tuple[int, str], list[SheetChoice]] = {}
    for sheet in sheets:
        groups.setdefault((id(sheet.part.stated), _said_of(sheet)), []).append(sheet)
    parted = [stated for stated, _said in groups]
    sources: list[Described] = []
    for (stated, _said), alike in groups.items():
        if alike[0].part.stated is not None and parted.count(stated) == 1:
            sources.append(_as_stated(alike[0]))
        else:
            sources += _by_sheet(alike)
    return sources


def _said_of(sheet: SheetChoice) -> str:
    stated_keys = {
        name: text for name, text in sheet.content.items() if name not in ("files", "sheet")
    }
    return json.dumps([stated_keys, sorted(sheet.doubts)], sort_keys=True, default=str)


def _as_stated(sheet: SheetChoice) -> Described:
    stated = sheet.part.stated
    content = sheet.content | {"files": list(stated.files)}
    if stated.sheet is None:
        content.pop("sheet", None)
    return content, sheet.doubts


def _by_sheet(alike: list[SheetChoice]) -> list[Described]:
    files: dict[object, list[str]] = {}
    for sheet in alike:
        file = sheet.source.partition("#")[0]
        files.setdefault(sheet.content.get("sheet"), []).append(file)
    sources = []
    for name, named in files.items():
        first = next(sheet for sheet in alike if sheet.content.get("sheet") == name)
        sources.append((first.content | {"files": list(dict.fromkeys(named))}, first.doubts))
    return sources
