"""Amounts that a year in their headers sets beside those that were taken."""

import pandas as pd

from analysis.layout.amounts.paid_by_year import exceed_payments
from analysis.layout.amounts.sums_of_parts import tells_of_another_sum
from analysis.layout.headers.header_words import PART, senses
from analysis.layout.headers.numbers_of_cells import (
    Numbers,
    amounts_of_rows,
    money_likeness,
    tells_of_something_else,
)
from analysis.layout.headers.table_match import Match
from analysis.layout.headers.words import says
from analysis.layout.shapes.year_columns import OF_YEARS, PERIOD, says_no_amount, without_period
from analysis.read import folded

BESIDE_OTHERS = "of years"  # the reason of such a doubt
ANOTHER_STAGE = "another stage"  # and of one about what was planned or done in the same years


def yearly_rivals(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Other columns of amounts that are the same for another year ("Numéraire 2017" beside
    "Numéraire 2016"), or, where parts were taken, another of the same year ("Projet 2019" beside
    "Fonctionnement 2019").
    """
    are_parts = all(PART in senses(folded(without_period(header))) for header in headers)
    periods = {period[0] for header in headers if (period := PERIOD.search(header))}
    if OF_YEARS in found.columns.get("date", ()):  # one column for each year
        periods |= set(found.block.columns[OF_YEARS].values)
    names = {folded(without_period(header)) for header in headers}
    rivals = []
    for header in found.free:
        period = PERIOD.search(header)
        if not period or tells_of_something_else(header) or says_no_amount(folded(header)):
            continue
        is_alike = folded(without_period(header)) in names
        numbers = Numbers(found.block.columns[header])
        if (is_alike or (are_parts and period[0] in periods)) and len(numbers.values):
            rivals += [header] if money_likeness(numbers) > 0 else []
    return tuple(rivals)


def wholes_beyond_years(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of more than the amounts of all years add up to ("Total" beside what was paid so far
    in 2017 and 2018): one of these may be the amount, and the years payments of it. What was paid
    in all is none.
    """
    block = found.block
    is_by_year = OF_YEARS in block.columns and pd.Index(block.lines).has_duplicates
    if not is_by_year or len(headers) != 1:
        return ()
    amounts = amounts_of_rows(block.columns[headers[0]]).fillna(0)
    of_all_years = amounts.groupby(block.lines).transform("sum")
    possible = [*found.free, *found.columns.get("~total", ())]
    return tuple(
        header
        for header in possible
        if not (PERIOD.search(header) or tells_of_another_sum(header))
        and not (says("header of no money", header) or says("paid amount", header))
        and exceed_payments(block, header, of_all_years)
    )


def of_another_stage(found: Match, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Columns of what was planned in the years of the amounts that were taken ("2018 Prévu"), or of
    what was done where these were planned.
    """
    if OF_YEARS not in found.block.columns or len(headers) != 1:
        return ()
    if says("planned in a kind", headers[0]):
        stage = "done in a kind"
    else:
        stage = "planned in a kind"
    years = set(found.block.columns[OF_YEARS].values)
    return tuple(
        header
        for header in found.free
        if (period := PERIOD.search(header))
        and period[0] in years
        and says(stage, without_period(header))
        and Numbers(found.block.columns[header]).share > 0
    )
