"""Amounts in other currencies than most of a list: they do not count, which is asked where they are
more than a few.
"""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.clean.grants.exclusions import NOT_GRANTED
from analysis.clean.records.rows import FAULTS, column, is_kept
from analysis.clean.sheets.parts_of_files import Part
from analysis.clean.sheets.sources import headers_by_column
from analysis.clean.unclear_rows import UNCLEAR, cells_shown
from analysis.declare.answers import rows_left_out
from analysis.declare.faults import Fault, question_about
from analysis.layout.amounts.currencies_of_amounts import CURRENCY
from analysis.text import formatting
from analysis.text.messages import say

_COUNTRY = (
    r"\b(?:uk|u\.k\.|us|u\.s\.|usa|united (?:kingdom|states)|royaume-uni|[ée]tats-unis|canada|suisse|"
    r"switzerland|schweiz|svizzera|france|deutschland|germany|belgique|india|kenya|japan|australia)\b"
)


def foreign_amounts(decided: list[pd.DataFrame], asides: pd.DataFrame, usual: str) -> pd.DataFrame:
    """The rows of grants whose amounts are in another currency than most (`usual`), or in several,
    where they are more than a few.

    A list whose titles tell apart what is in each currency says itself that nothing adds up.
    """
    if decided:
        rows = pd.concat(decided, ignore_index=True)
    else:
        rows = pd.DataFrame()
    currency = column(rows, "currency")
    is_told = currency.notna() & column(rows, "amount", "Float64").notna()
    kept = rows[is_told & is_kept(rows)] if len(rows) else rows
    if not len(kept):
        return kept
    kept = kept.assign(section=_section(kept, asides))
    in_section = kept.groupby(["source", "section"], observed=True)["currency"]
    main = in_section.transform(lambda codes: codes.value_counts().index[0])
    has_sections = kept.groupby("source", observed=True)["section"].transform("nunique") > 1
    is_named = kept["source"].astype("str").isin(_with_titles_of_money(asides))
    is_apart = has_sections & is_named & kept["currency"].eq(main)
    mixed = kept[kept["currency"].ne(usual) & ~is_apart]
    if len(mixed) > UNCLEAR * len(kept):
        return mixed
    return mixed.head(0)


def _with_titles_of_money(asides: pd.DataFrame) -> set[str]:
    """The sources of which titles above some rows name several currencies, or countries that have
    each its own ("UK PROGRAM", "US PROGRAM").
    """
    titles = asides[asides["rule"].eq("title")]
    texts = titles["value"].astype("str").str.lower()
    named = texts.str.extract(f"((?i:{CURRENCY}|{_COUNTRY}))", expand=False)
    different = named.groupby(titles["source"].astype("str")).nunique()
    return {*different.index[different > 1]}


def _section(rows: pd.DataFrame, asides: pd.DataFrame) -> np.ndarray:
    """How many titles of its source stand above each row."""
    titles = asides[asides["rule"].eq("title")]
    sources = rows["source"].astype("str").to_numpy()
    section = np.zeros(len(rows), dtype=int)
    for source, lines in titles.groupby(titles["source"].astype("str"))["line"]:
        is_of_source = sources == source
        line_of_row = rows["line"].to_numpy()[is_of_source]
        section[is_of_source] = np.searchsorted(lines.sort_values(), line_of_row)
    return section


def questions_on_foreign(
    grants: pd.DataFrame, unread: list[pd.DataFrame], parts: list[Part], usual: str
) -> list[Fault]:
    """The question what amounts in other currencies are worth, for each source of grants that has
    any, and of a programme's own tables, whose cells in another currency were not read.
    """
    headers = headers_by_column(parts).get("currency", {})
    questions = []
    for source, of_source in grants.groupby(grants["source"].astype("str")) if len(grants) else ():
        codes = sorted(of_source["currency"].unique())
        cells = of_source.assign(value=of_source["currency"])
        questions.append(_question(cells, usual, headers.get(source, ""), codes))
    return questions + [_question(cells, usual) for cells in _not_read(unread)]


def _not_read(unread: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """The amounts of each table in another currency that were not read, where there are any."""
    foreign = [cells[cells["rule"].eq("M19")] for cells in unread]
    return [cells for cells in foreign if len(cells)]


def _question(
    cells: pd.DataFrame, usual: str, header: str = "", codes: Sequence[str] = ()
) -> Fault:
    """The question what some cells of one source are worth in the usual currency, and where a
    header tells the currency of each, whether those of the other `codes` are left out.
    """
    values = json.dumps(codes, ensure_ascii=False)
    of_another: dict[str, object] = {"columns": {"currency": []}}
    choice = rows_left_out("prepare.foreign", header, [*codes], of_another=of_another)
    message = say(
        "layout.foreign_amounts",
        rows=cells["line"].nunique(),
        cells=cells_shown(cells),
        usual=usual,
        leave_out=f'[source.leave_out] ; "{header}" = {values}' if header else "",
        header=header,
        of_another='currency = ""',
    )
    return question_about(str(cells["source"].iloc[0]), message, choice)


def remarks_on_foreign(decided: list[pd.DataFrame], usual: str) -> list[str]:
    """How many rows of each list are in another currency than most, or in several, and of how much
    no total tells: of rows set aside for another reason too, but for requests and totals.
    """
    if decided:
        rows = pd.concat(decided, ignore_index=True)
    else:
        rows = pd.DataFrame()
    currency, amount = column(rows, "currency"), column(rows, "amount", "Float64")
    is_foreign = currency.notna() & currency.ne(usual) & amount.notna()
    if not usual or not is_foreign.any():
        return []
    foreign = rows[is_foreign & ~rows["rule"].isin(["total", *NOT_GRANTED.values()])]
    remarks = []
    for source, of_source in foreign.groupby(foreign["source"].astype("str")):
        sums = of_source.groupby("currency", observed=True)["amount"].sum()
        amounts = ", ".join(f"{formatting.number(sums[code])} {code}" for code in sums.index)
        told = {"source": source, "rows": len(of_source), "amounts": amounts}
        remarks.append(say("layout.foreign_left_out", **told))
    return remarks


def cells_of(rows: pd.DataFrame, unread: list[pd.DataFrame]) -> pd.DataFrame:
    """The cells of amounts in other currencies, read or not, and those that name these, for the
    team to correct.
    """
    not_read = pd.concat([pd.DataFrame(columns=FAULTS), *_not_read(unread)])
    if not len(rows):
        return not_read
    message = say("clean.other_currency")
    cells = rows[["source", "line"]].astype({"source": "str"}).assign(rule="M19", message=message)
    of_amounts = cells.assign(column="amount", value=rows["amount"].astype("str"))
    of_codes = cells.assign(column="currency", value=rows["currency"].astype("str"))
    return pd.concat([of_amounts, of_codes, not_read], ignore_index=True)[FAULTS]
