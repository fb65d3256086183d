"""What is written in the comments of cells, by sheet and row.

Run by `reader_process.py` alone: it imports nothing of this package.
"""

import io
import posixpath
import re
import zipfile
from xml.etree import ElementTree

# What stands before the text: a note that the workbook is of a newer program, or who wrote it.
_OF_A_THREAD = re.compile(
    r"(?is)^\[threaded comment\].*?\n\s*(?:comment|commentaire|kommentar)\w*\s*:"
)
_AUTHOR = re.compile(r"^[^:\n]{1,60}:[ \xa0]*\n")

Comments = dict[str, list[tuple[int, str]]]  # by sheet: rows, from 1, and texts


def of_xlsx(book: zipfile.ZipFile, path_of_sheet: dict[str, str]) -> Comments:
    """The comments of the sheets of an xlsx, whose parts stand at some paths in it."""
    names = set(book.namelist())
    comments = {}
    for sheet, path in path_of_sheet.items():
        folder, file = posixpath.split(path)
        relations = f"{folder}/_rels/{file}.rels"
        if relations not in names:
            continue
        for relation in ElementTree.fromstring(book.read(relations)):
            target = posixpath.normpath(posixpath.join(folder, relation.get("Target", "")))
            if relation.get("Type", "").endswith("/comments") and target.lstrip("/") in names:
                comments[sheet] = _of_part(book.read(target.lstrip("/")))
    return comments


def _of_part(xml: bytes) -> list[tuple[int, str]]:
    comments = []
    for comment in ElementTree.fromstring(xml).iter():
        place = re.fullmatch(r"[A-Z]{1,3}(\d{1,7})", comment.get("ref", ""))
        if _tag(comment) == "comment" and place:
            pieces = [part.text or "" for part in comment.iter() if _tag(part) == "t"]
            comments.append((int(place[1]), _without_author("".join(pieces))))
    return comments


def _without_author(text: str) -> str:
    """The text of a comment without who wrote it.

    >>> _without_author("Marie Martin:\\nconvention résiliée")
    'convention résiliée'
    """
    text = _OF_A_THREAD.sub("", text.strip())
    return " ".join(_AUTHOR.sub("", text).split())


def of_ods(data: bytes) -> Comments:
    """The comments of the sheets of an ods; none of another workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        if "content.xml" in book.namelist():
            xml = book.read("content.xml")
        else:
            xml = b""
    comments: Comments = {}
    if b":annotation" not in xml:
        return comments
    for table in ElementTree.fromstring(xml).iter():
        if _tag(table) == "table":
            comments[_get(table, "name")] = _of_table(table)
    return comments


def _of_table(table: ElementTree.Element) -> list[tuple[int, str]]:
    comments = []
    line = 1
    for row in [element for element in table.iter() if _tag(element) == "table-row"]:
        for note in [element for element in row.iter() if _tag(element) == "annotation"]:
            paragraphs = ["".join(part.itertext()) for part in note if _tag(part) == "p"]
            comments.append((line, _without_author("\n".join(paragraphs))))
        line += int(_get(row, "number-rows-repeated") or 1)
    return comments


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _get(element: ElementTree.Element, name: str) -> str:
    """An attribute by its name without a namespace; blank where there is none."""
    values = [value for key, value in element.items() if key.rpartition("}")[2] == name]
    if values:
        return values[0]
    return ""
