"""Each file of a report belongs to the run that made it: its manifest knows them all, and each page
names its edition.
"""

import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

from analysis.report import result_cache

UNSTAMPED = "edition0000"  # stands in a page until all of its report is known
RECORDS = ("manifest.json", "run.json")  # what no manifest can hold the hash of
EDITIONS = "editions"  # the folder below a report that holds its earlier editions
_EDITION = re.compile('"edition": "([0-9a-f]{12})"')
_NAMED = re.compile(r'<meta name="impact-study" content="([^"]*)">')


def page_stamp(edition: str, inputs: str, parameters: dict[str, Any]) -> str:
    """What a page says of the run that it belongs to, in its head."""
    stamp = {"edition": edition, "inputs": inputs, "parameters": parameters}
    return json.dumps(stamp, sort_keys=True, ensure_ascii=False)


def edition_name(manifest: dict[str, Any], files: dict[str, str]) -> str:
    """The name of an edition, from what it publishes alone: 12 hexadecimal digits."""
    content = json.dumps([manifest, files], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def stamped(page: str, edition: str) -> str:
    """A page with the name of its edition in its place."""
    return page.replace(UNSTAMPED, edition)


def unstamped(file: Path) -> bytes:
    """What a file holds, a page without the name of its edition."""
    content = file.read_bytes()
    if file.suffix == ".html":
        named = _NAMED.search(content.decode(errors="replace"))
    else:
        named = None
    edition = _EDITION.search(unescape(named[1])) if named else None
    if edition:
        return content.replace(edition[1].encode(), UNSTAMPED.encode())
    return content


def foreign_files(report: Path) -> list[str]:
    """One line for each file of a report that its manifest does not know as it is, and for each
    page of another run.
    """
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    hashes_of_files = manifest["files"]
    present = result_cache.hashes(report)
    lines = [f"{name}: gone" for name in sorted(hashes_of_files.keys() - present.keys())]
    for name, digest in present.items():
        if name in RECORDS or name.startswith(f"{EDITIONS}/"):
            continue
        if name not in hashes_of_files:
            lines.append(f"{name}: not of this report")
        elif hashes_of_files[name] != digest:
            lines.append(f"{name}: not as it was made")
        if name.endswith(".html") and not _is_of(report / name, manifest):
            lines.append(f"{name}: made by another run, for other parameters or from other data")
    return lines


def _is_of(page: Path, manifest: dict[str, Any]) -> bool:
    named = _NAMED.search(page.read_text(encoding="utf-8", errors="replace"))
    inputs = manifest.get("inputs_key", "")[:12]
    expected = page_stamp(manifest.get("edition", ""), inputs, manifest["parameters"])
    return named is not None and unescape(named[1]) == expected
