"""The signs that a workbook shows beside numbers by the format of their cells alone ("€", "CHF").

Run by `reader_process.py` alone: it imports nothing of this package.
"""

import io
import re
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

# The dollars that Excel writes alike, by the number of the language and country of a format.
DOLLARS = {"409": "USD", "1009": "CAD", "c0c": "CAD", "c09": "AUD", "1409": "NZD", "4809": "SGD"}
_FILLED = re.compile(rb"<(?:\w+:)?c ([^>]{0,300}[^>/])>")  # the attributes of a cell not blank
_IN_BRACKETS = re.compile(r"\[\$([^\]-]{1,12})(?:-([0-9A-Fa-f]{1,8}))?\]")  # [$CHF], [$$-409]
_NO_SIGN = re.compile(r"_.|\*.|\[[^\]]*\]|[0#?,.%\\\"\s()+-]")  # room for a sign, colours, digits

Signs = dict[str, list[tuple[int, int]]]  # by sign: the rows and columns, from 0, of its cells


def sign_of(format_code: str) -> str:
    """What a format writes beside a number above zero: the sign of a currency, a unit, or nothing.

    >>> [sign_of(code) for code in ('[$$-409]#,##0.00', '#,##0 "€"', '[$CHF] #,##0', '#,##0 _€')]
    ['USD', '€', 'CHF', '']
    """
    positive = format_code.partition(";")[0]
    if bracket := _IN_BRACKETS.search(positive):
        sign, country = bracket[1].strip(), (bracket[2] or "").lower().lstrip("0")
        return DOLLARS.get(country, sign) if sign == "$" else sign
    return _NO_SIGN.sub("", positive)


def signs_by_sheet(
    data: bytes, parts: dict[str, bytes], column_number: Callable[[str], int]
) -> dict[str, Signs]:
    """The signs that each sheet of an xlsx shows by the format of its cells (`parts`: the XML of the
    sheets, by name).
    """
    if not parts:
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sign_by_style = _sign_by_style(book.read("xl/styles.xml"))
    if not sign_by_style:
        return {}
    return {name: _signs(xml, sign_by_style, column_number) for name, xml in parts.items()}


def _sign_by_style(styles: bytes) -> dict[int, str]:
    by_tag = {child.tag.rpartition("}")[2]: child for child in ElementTree.fromstring(styles)}
    sign_by_format = {
        number.get("numFmtId"): sign_of(number.get("formatCode", ""))
        for number in by_tag.get("numFmts", ())
    }
    formats = [style.get("numFmtId") for style in by_tag.get("cellXfs", ())]
    sign_by_style = {style: sign_by_format.get(number, "") for style, number in enumerate(formats)}
    return {style: sign for style, sign in sign_by_style.items() if sign}


def _signs(xml: bytes, sign_by_style: dict[int, str], column_number: Callable[[str], int]) -> Signs:
    signs: Signs = {}
    for attributes in _FILLED.findall(xml):
        place = re.search(rb'\br="([A-Z]{1,3})(\d{1,7})"', attributes)
        style = re.search(rb'\bs="(\d{1,6})"', attributes)
        if place and style and int(style[1]) in sign_by_style:
            cell = int(place[2]) - 1, column_number(place[1].decode())
            signs.setdefault(sign_by_style[int(style[1])], []).append(cell)
    return signs
