"""`datapackage.json` beside raw files: of clean tables of this study, or of a publisher (the
Frictionless standard).
"""

import json
from pathlib import Path

from analysis.files import own_files
from analysis.files.study_name import DATA_PACKAGE


def package_of(folder: Path) -> dict:
    """What the package of a folder says; nothing where there is none, or none that can be read."""
    file = folder / DATA_PACKAGE
    if not file.exists():
        return {}
    try:
        package = json.loads(own_files.content_of(file, folder).decode("utf-8-sig"))
    except (ValueError, RecursionError):  # of too many digits or nested too deep, too
        return {}
    if isinstance(package, dict):
        return package
    return {}


def about_clean_tables(folder: Path) -> dict | None:
    """What a folder of clean tables says of its study; None where the folder holds raw files."""
    about = package_of(folder).get("study")
    if isinstance(about, dict) and "grants" in about:
        return about
    return None


def field_titles(folder: Path) -> dict[str, dict[str, str]]:
    """file -> name of a column -> its title, as a publisher's package describes them."""
    titles: dict[str, dict[str, str]] = {}
    for resource in _dicts(package_of(folder).get("resources")):
        schema = resource.get("schema")
        fields = _dicts(schema.get("fields") if isinstance(schema, dict) else None)
        named = {
            str(field["name"]): str(field["title"])
            for field in fields
            if field.get("name") and field.get("title")
        }
        if isinstance(resource.get("path"), str) and named:
            titles[resource["path"]] = named
    return titles


def _dicts(items: object) -> list[dict]:
    if isinstance(items, list):
        return [item for item in items if isinstance(item, dict)]
    return []
