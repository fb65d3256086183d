"""The total of an agreement beside what it gives each year ("Montant annuel", "Durée (ans)",
"Montant total"): the total counts.
"""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import NEARLY_ALL
from analysis.layout.amounts.sums_of_parts import tells_of_another_sum
from analysis.layout.headers.cell_evidence import days_of_rows, holds
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.payments.repeated_references import FEWEST, amounts_by_row
from analysis.parse.quantities import HALF_CENT
from analysis.read import folded

_OF_A_YEAR = "~of_a_year"  # the column of what is given each year, which counts for no row
_STARTS = ("start", "planned_start", "date")
_DAYS_OF_A_YEAR = 365.25
_MONTHS_OF_A_YEAR = 12


def take_total_of_years(found: Match, measure: str) -> None:
    """Take for the amount the total that nearly all rows reach by their amount of a year and their
    years, some of them several.
    """
    yearly = found.columns.get(measure, ())
    totals = found.columns.get("~total", ())
    if len(yearly) != 1:
        return
    possible = [
        header
        for header in (*totals, *found.free)
        if not (tells_of_another_sum(header) or says("paid amount", header))
        and holds(found.block, header, schema.columns("grants")["amount"])
    ]
    for years in _years_of_rows(found) if possible else ():
        product = pd.Series(amounts_by_row(found.block.columns[yearly[0]])) * years
        of_several = product[years.gt(1)]
        for header in possible if of_several.notna().sum() >= FEWEST else ():
            if _is_product(found, header, of_several):
                found.take(measure, (header,), BY_WORDS)
                found.take(_OF_A_YEAR, yearly, BY_WORDS)
                if totals == (header,):
                    del found.columns["~total"]
                return


def set_totals_apart(found: Match) -> None:
    """Sets a column of totals apart from the amount, whose rows it may repeat or sum up."""
    sums = [
        header
        for header in found.free
        if folded(header).startswith("total") and sense_of(header, "amount")
    ]
    if sums and "amount" in found.columns and "~total" not in found.columns:
        found.take("~total", (sums[0],), BY_WORDS)


def _years_of_rows(found: Match) -> list[pd.Series]:
    """How many years each row lasts, by each column that may tell it."""
    columns = found.block.columns
    told = found.columns.get("term_months", ())
    terms = [
        header for header in (*told, *found.free) if header in told or says("duration", header)
    ]
    years = []
    for header in terms:
        months = columns[header].each(lambda texts: parse.months(texts)[0].astype("float64"))
        years += [pd.Series(amounts_by_row(columns[header])), months / _MONTHS_OF_A_YEAR]
    starts = [header for name in _STARTS for header in found.columns.get(name, ())]
    ends = found.columns.get("planned_end", ())
    if starts and ends:
        first, last = (days_of_rows(columns[header]) for header in (starts[0], ends[0]))
        years.append(((last - first).dt.days / _DAYS_OF_A_YEAR).round())
    return years


def _is_product(found: Match, header: str, product: pd.Series) -> bool:
    """Whether a column holds the products of nearly all rows that last several years."""
    total = pd.Series(amounts_by_row(found.block.columns[header]))[product.index]
    is_known = product.notna() & total.notna()
    is_equal = np.isclose(total, product, rtol=0, atol=HALF_CENT)[is_known]
    return bool(is_known.sum() >= FEWEST and is_equal.mean() >= NEARLY_ALL)
