"""What names of files and sheets, and titles above a table, tell: its year, its day, its publisher."""

import re
from collections.abc import Iterable
from pathlib import PurePath

import numpy as np
import pandas as pd

from analysis import parse
from analysis.layout.headers.header_names import YEAR_IN_WORDS
from analysis.read import Block, Coded, folded
from analysis.read.total_words import BEGINS_WITH_TOTAL, matching_labels


def publisher_of(block: Block) -> dict[str, str]:
    """Funder and its SIRET where a title above the table holds both ("Département de la Sarthe 227
    200 029 00014").
    """
    for title in block.titles:
        parts = re.fullmatch(r"(.*\w)\W+((?:\d ?){13}\d)", title)
        if parts and parse.siret(pd.Series([parts[2]]))[0].notna().all():
            return {"funder": parts[1].strip(), "funder_id": parts[2]}
    return {}


def year_of(block: Block, stem: str, headers: tuple[str, ...] = ()) -> str:
    """The one year that the amount's header, the sheet's or the file's name, or titles of the table
    tell; blank where they tell none or several.
    """
    year = rf"(?<!\d)(?<!plf[-_ ]){YEAR_IN_WORDS}(?!\d)"  # a bill of 2012 tells of what was paid in 2010
    in_titles = {item for title in block.titles[:3] for item in re.findall(year, title)}
    in_name = set(re.findall(year, stem.lower()))
    in_totals = {
        item
        for column in list(block.columns.values())[:2]
        for text in column.values[matching_labels(column.values, BEGINS_WITH_TOTAL)]
        for item in re.findall(year, text)
    }
    in_headers = set(re.findall(year, " ".join(headers)))
    in_sheet = set(re.findall(year, block.source.partition("#")[2]))
    alone_in_name = in_name if len(in_name) == 1 else set()
    for years in (in_headers, in_sheet, alone_in_name, in_name & in_totals, in_titles):
        if len(years) == 1:
            return years.pop()
    return ""


WAVE = {"vague", "wave", "vaguedenquete", "vaguedelenquete", "surveywave"}  # folded headers


def wave_of(block: Block, stem: str) -> str:
    """The one wave of a survey that a column of its own tells, else the year of its names and
    titles; blank where nothing tells one.
    """
    for header, column in block.columns.items():
        waves = column.values.iloc[sorted(set(column.codes[column.codes >= 0].tolist()))]
        if folded(header) in WAVE and waves.nunique() == 1:
            return str(waves.iloc[0]).removesuffix(".0")
    return year_of(block, stem)


def dated(name: str) -> str:
    """The latest day, month or year that a file's name bears, as digits to compare; blank where it
    bears none.

    >>> dated("export-2019-03-28") > dated("data-2018")
    True
    """
    match_groups = re.findall(
        r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])?[-_.]?(0[1-9]|[12]\d|3[01])?(?!\d)", name
    )
    return max(("".join(parts) for parts in match_groups), default="")


def titles_by_line(block: Block) -> list[tuple[int, str]]:
    """The titles above and between the rows of a block, each with its line."""
    return sorted((aside.line, aside.value) for aside in block.aside if aside.rule == "title")


def titles_of_rows(block: Block) -> Coded:
    """The last title above each row."""
    titles = titles_by_line(block)
    above = np.searchsorted([line for line, _text in titles], block.lines) - 1
    return Coded(above.astype(np.int32), pd.Series([text for _line, text in titles], dtype="str"))


DAY = re.compile(r"\b\d{1,2}(?:er)? ?[^\W\d]{3,9}\.? \d{4}\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b")


_DAY_IN_NAME = re.compile(  # "subventions-2019-06-30", "senate-order-16-apr-2025", "stand 30.06.2019"
    r"(?<!\d)(?:(?P<year_first>(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01]))?)"
    r"|(?P<day_first>\d{1,2}(?:er)?[-_. ]+(?:\d{1,2}|[^\W\d_]{3,9})[-_. ]+(?:19|20)\d\d))(?!\d)"
)


def bears_a_day(name: str) -> bool:
    """Whether the name of a file bears a day or a month, as names of exports do.

    >>> [bears_a_day(name) for name in ("ordre-16-avr-2025", "liste 2019-06", "42 projets 2018")]
    [True, True, False]
    """
    for day in _DAY_IN_NAME.finditer(name):
        if day["year_first"]:
            return True
        written = re.sub(r"[-_. ]+", " ", day["day_first"])
        if written.count(" ") == 2 and re.fullmatch(r"[\d ]+", written):
            written = written.replace(" ", "/")
        if parse.dates(pd.Series([written], dtype="str"))[0]["precision"].eq("day").all():
            return True
    return False


def day_in_titles(blocks: Iterable[Block]) -> str:
    """The latest day that titles above the tables tell ("au 27 juin 2018"), as YYYY-MM-DD; blank
    where none does.
    """
    texts = [text for block in blocks for title in block.titles for text in DAY.findall(title)]
    days = parse.dates(pd.Series(texts, dtype="str"))[0]
    latest = days.loc[days["precision"].eq("day"), "date"].max()
    if pd.isna(latest):
        return ""
    return str(latest.date())


def name_of_list(block: Block) -> str:
    """The name of a sheet, or of a file without sheets."""
    file, _mark, sheet = block.source.partition("#")
    return sheet or PurePath(file).stem


def header_of_one_year(headers: tuple[str, ...]) -> str:
    """The header of amounts that names the year of which they are; blank where none does.

    >>> header_of_one_year(("Montant 2015",)), header_of_one_year(("Montant",))
    ('Montant 2015', '')
    """
    is_one = len(headers) == 1 and dated(headers[0])
    if is_one:
        return headers[0]
    return ""
