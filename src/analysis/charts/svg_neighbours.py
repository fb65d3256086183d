"""The lightest SVG of the same drawing: neighbours that look alike are one path, and what
neighbours share is said once around them.
"""

import re
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

OWN = ("d", "x", "y", "href", "transform", "opacity", "id")  # what a group cannot say for its parts
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # of any name
_FADED = ("opacity", "fill-opacity", "stroke-opacity")


def lightened(drawing: str) -> str:
    """The content of an SVG as light as the same picture can be.

    >>> lightened('<g><g><path d="M0 0h1" fill="red"/></g><path d="M2 0h1" fill="red"/></g>')
    '<path d="M0 0h1M2 0h1" fill="red"/>'
    >>> lightened('<path d="M0 0h1" fill="none"/><text fill="red" x="1">One</text>')
    '<text fill="red" x="1">One</text>'
    """
    root = ElementTree.fromstring(f"<svg>{NO_XML.sub(chr(0xFFFD), drawing)}</svg>")
    shapes = {shape.get("id"): shape for shape in root.iter() if shape.get("id")}
    for use in root.iter("use"):
        _leave_to_shape(use, shapes[use.get("href", "")[1:]])
    for text in root.iter("text"):
        _place(text)
    _simplify(root)
    definitions = [part for group in root if group.tag == "defs" for part in group]
    drawn_children = [child for child in root if child.tag != "defs"]
    if definitions:
        head = Element("defs")
        head.extend(definitions)
        drawn_children.insert(0, head)
    root[:] = drawn_children
    written = ElementTree.tostring(root, "unicode").replace(" />", "/>")
    return written.removeprefix("<svg>").removesuffix("</svg>")


def _leave_to_shape(use: Element, shape: Element) -> None:
    is_line = not re.search("[A-Za-gi-km-uw-z]", shape.get("d", "z")[1:])  # but h, v and l
    for name in [name for name in use.attrib if name not in OWN]:
        if name in shape.attrib or (name == "fill" and is_line):
            del use.attrib[name]


def _place(text: Element) -> None:
    moved = re.fullmatch(r"translate\(([-\d.]+) ([-\d.]+)\)", text.get("transform", ""))
    if moved and not len(text):
        del text.attrib["transform"]
        text.set("x", f"{round(float(moved[1]), 1):g}")
        text.set("y", f"{round(float(moved[2]), 1):g}")


def _simplify(group: Element) -> None:
    parts: list[Element] = []
    for child in group:
        if child.tag == "g":
            _simplify(child)
        if child.tag == "g" and not child.attrib:
            parts += child
        elif not _is_unseen(child):
            parts.append(child)
    definitions = [part for part in parts if part.tag == "defs"]
    drawn_parts = [part for part in parts if part.tag != "defs"]
    group[:] = definitions + _gathered(_joined(_texts_by_look(drawn_parts)))


def _is_unseen(part: Element) -> bool:
    is_bare = part.get("fill") == "none" and "stroke" not in part.attrib
    return (part.tag == "path" and is_bare) or (part.tag == "g" and not len(part))


def _look(part: Element) -> list[tuple[str, str]]:
    return sorted(item for item in part.attrib.items() if item[0] not in OWN)


def _texts_by_look(parts: list[Element]) -> list[Element]:
    ordered: list[Element] = []
    for is_words, run in groupby(parts, lambda part: part.tag == "text" or _is_tick(part)):
        neighbours = list(run)
        if is_words:
            neighbours.sort(key=lambda part: (part.tag == "text", _look(part)))
        ordered += neighbours
    return ordered


def _is_tick(part: Element) -> bool:
    return part.tag == "use" and not _look(part)


def _joined(parts: list[Element]) -> list[Element]:
    joined: list[Element] = []
    for part in parts:
        before = joined[-1] if joined else None
        is_alike = (
            before is not None
            and part.tag == before.tag == "path"
            and {**part.attrib, "d": ""} == {**before.attrib, "d": ""}
            and not any(name in part.attrib for name in (*_FADED, "transform", "id"))
        )
        if is_alike:
            before.set("d", before.get("d", "") + part.get("d", ""))
        else:
            joined.append(part)
    return joined


def _gathered(parts: list[Element]) -> list[Element]:
    gathered: list[Element] = []
    for look, run in groupby(parts, lambda part: _look(part) if part.tag != "g" else None):
        neighbours = list(run)
        length = sum(len(f' {name}="{value}"') for name, value in look or ())
        if length * (len(neighbours) - 1) <= len("<g></g>"):
            gathered += neighbours
            continue
        group = Element("g", dict(look))
        for part in neighbours:
            part.attrib = {name: value for name, value in part.attrib.items() if name in OWN}
        group.extend(neighbours)
        gathered.append(group)
    return gathered
