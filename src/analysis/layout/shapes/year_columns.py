"""Lists with one column of amounts for each year, quarter or half-year, as one row for each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from analysis import parse
from analysis.layout.amounts.amount_scale import written_unit
from analysis.layout.amounts.paid_by_year import is_paid_by_year, takes_a_whole_column
from analysis.layout.headers.cell_evidence import share_written, without_remarks
from analysis.layout.headers.header_names import known_headers
from analysis.layout.headers.header_words import PART, senses
from analysis.layout.headers.kinds_of_headers import kind_of_header
from analysis.layout.headers.numbers_of_cells import (
    Numbers,
    money_likeness,
    tells_of_something_else,
)
from analysis.layout.headers.words import says
from analysis.layout.shapes.long_rows import lengthened
from analysis.read import Block, Coded, folded
from analysis.read.figures import FIGURE, PART_OF_YEAR, YEAR

_AMOUNTS = re.compile(
    r"montant|subv|verse|attribue|accord|vote|allou|amount|grant|award|paid|"
    r"vastgelegd|toegekend|verleend|uitbetaald|bewillig|erogat|concedid|otorgad|bevilget|beviljat|"
    r"^(?:en|bp|ca|fy|exercice|annee|year)?$"
)
_NO_AMOUNT = re.compile(r"nombre|number|objet|date|taux|effectif|population|etp")
PERIOD = re.compile(  # "2018", "2017/18", "T2 2018", "2018 Q3"
    rf"(?i)(?:{PART_OF_YEAR}[ /-]*)?{YEAR.pattern}(?:[ /-]*{PART_OF_YEAR})?"
)
YEARLY = ("grants", "contributions")  # tables of which each row has its year
OF_YEARS = "Année"  # the header of years that headers bore
# Columns that tell of the amount of the year that their headers bear.
OF_A_YEAR = {"date", "purpose", "planned_start", "planned_end"}


@dataclass
class YearHeaders:
    """Headers that bear years or parts of them: amounts by what is left of the header, then by
    period; and by period what is told of them.
    """

    amounts: dict[str, dict[str, str]] = field(default_factory=dict)
    others: dict[str, dict[str, str]] = field(default_factory=dict)
    any_word: dict[str, dict[str, str]] = field(default_factory=dict)


def by_year(
    block: Block,
    named: set[str] = frozenset(),
    *,
    amounts: set[str] = frozenset(),
    any_word: bool = False,
) -> Block:
    """The block with each row once for every year in which it has an amount, where two columns or
    more bear years.

    "Association; 2017; 2018" and "Tiers; Montant 2017; Montant 2018" get the columns "Année" and
    "Montant"; so do quarters ("T1 2018; T2 2018"), beside which a year is their sum. A row without
    any amount stays one row, without a year. Columns that study.toml names
    (`named`, folded) stay as they are; where it names what several headers have beside their years
    ("budget" of "budget2014; budget2015"), these are the amounts, and so they are with `any_word`
    where no header says money. What was paid by year of an amount that another column holds is no
    amount of its own: neither where the headers say so, nor where study.toml takes that column
    (`amounts`, folded).
    """
    headers = _year_headers(block, named)
    stated = {
        header_rest: group
        for header_rest, group in headers.any_word.items()
        if header_rest in named
    }
    groups = _kinds_of_years(headers) or stated or _amounts_of_years(headers.amounts)
    if not groups and any_word:
        groups = _money_of_years(block, headers.any_word)
    columns = [header for group in groups.values() for header in group.values()]
    if not mostly_numbers(block, columns) or takes_a_whole_column(block, amounts, columns):
        return block
    others = [header for header in block.columns if not PERIOD.search(header)]
    if not stated and is_paid_by_year(block, columns, others):
        return block
    return _one_row_a_year(block, groups, headers.others, says_money=not stated and not any_word)


def _year_headers(block: Block, named: set[str]) -> YearHeaders:
    headers, repeated = YearHeaders(), set()
    for header, period in _periods(block, named).items():
        header_rest = folded(header.replace(period, "").replace(written_unit(header), ""))
        is_amount = _is_amount(header_rest)
        of_a_year = not OF_A_YEAR.isdisjoint(senses(header_rest)) and not is_amount
        of_a_year &= not ("purpose" in senses(header_rest) and mostly_numbers(block, [header]))
        if "outcome" in senses(header_rest) or of_a_year:
            bare = header.replace(period, "").strip()
            headers.others.setdefault(period, {})[bare] = header
        elif not says_no_amount(header_rest):
            kind = headers.amounts if is_amount else headers.any_word
            group = kind.setdefault(header_rest, {})
            if period in group:
                repeated.add(header_rest)
            group[period] = header
    for kind in (headers.amounts, headers.any_word):
        for header_rest in repeated & set(kind):
            del kind[header_rest]
    return headers


def says_no_amount(header_rest: str) -> bool:
    """Whether what stands beside a year in a header says a request, a number or a remark.

    >>> says_no_amount("montantdemande"), says_no_amount("montantverse")
    (True, False)
    """
    return says("amount asked for", header_rest) or _NO_AMOUNT.search(header_rest) is not None


def _periods(block: Block, named: set[str]) -> dict[str, str]:
    """The year, or the part of one, of each header that bears one, but for shares, for what
    study.toml names, for the sums of other columns and for those since a year.
    """
    periods = {header: period[0] for header in block.columns if (period := PERIOD.search(header))}
    years = {header: YEAR.search(period)[0] for header, period in periods.items()}
    first_years = {year[:4] for year in years.values()}
    sums = _sums_of_parts(periods.values())
    return {
        header: period
        for header, period in periods.items()
        if folded(header) not in named
        and "%" not in header
        and period not in sums
        and not says("sum since a year", header)
        and not _spans(years[header], first_years)
    }


def _sums_of_parts(periods: Iterable[str]) -> set[str]:
    """The periods of which other columns hold the quarters or halves: theirs is the sum.

    >>> _sums_of_parts(["2017", "2018", "T1 2018", "T2 2018"])
    {'2018'}
    """
    written = pd.Series(list(dict.fromkeys(periods)), dtype="str")
    if written.str.fullmatch(YEAR.pattern).all():
        return set()
    read, _unread = parse.dates(written, yearly=True)
    coarseness = read["precision"].map(parse.PRECISIONS)
    finest = coarseness.groupby(read["date"].dt.year).transform("min")
    return set(written[coarseness > finest])


def _spans(years: str, others: set[str]) -> bool:
    """Whether years as written ("2017-2019") are those of other columns, whose sum theirs is."""
    last = years[:4] if len(years) == 4 else years[:2] + years[-2:]
    return last in others and any(years[:4] < other < last for other in others)


def _kinds_of_years(headers: YearHeaders) -> dict[str, dict[str, str]]:
    """The headers of amounts by year that say a kind of contribution each ("Numéraire 2017",
    "Nature 2017"), where they are of two kinds or more.
    """
    groups = headers.amounts | headers.any_word
    kinds = {
        name: kind_of_header(without_period(next(iter(groups[name].values())))) for name in groups
    }
    of_kinds = {name: of_years for name, of_years in groups.items() if kinds[name]}
    if len({kinds[name] for name in of_kinds}) > 1:
        return of_kinds
    return {}


def _amounts_of_years(amounts: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The headers of amounts by year: those that two years share; of several parts, each has its
    years.
    """
    first = next((header_rest for header_rest, group in amounts.items() if len(group) > 1), None)
    if first is not None and PART in senses(first):
        return {
            header_rest: group
            for header_rest, group in amounts.items()
            if PART in senses(header_rest)
        }
    # What is told of one more year alone is that year's ("Montant 2018 (réalisé)", "Montant 2019
    # (voté)").
    years = dict(amounts[first]) if first is not None else {}
    lone = [
        group
        for header_rest, group in amounts.items()
        if len(group) == 1 and not set(group) & set(years) and PART not in senses(header_rest)
    ]
    of_lone = [year for group in lone for year in group]
    for group in lone:
        for year, header in group.items():
            if of_lone.count(year) == 1:
                years[year] = header
    if len(years) > 1:
        return {first or "": years}
    return {}


def _money_of_years(block: Block, groups: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The first headers that share a word, bear years and stand above what looks like money."""
    for header_rest, group in groups.items():
        if len(group) < 2 or tells_of_something_else(header_rest.replace("budget", "")):
            continue
        filled = [header for header in group.values() if (block.columns[header].codes >= 0).any()]
        if filled and all(money_likeness(Numbers(block.columns[header])) > 0 for header in filled):
            return {header_rest: group}
    return {}


def mostly_numbers(block: Block, headers: list[str]) -> bool:
    """Whether most cells below some headers are figures."""
    if not headers:
        return False
    cells = pd.concat([block.columns[header].values for header in headers])
    filled = parse.text(cells.reset_index(drop=True)).dropna()
    filled = without_remarks(filled)
    return share_written(filled, FIGURE) > 0.5


def _one_row_a_year(
    block: Block,
    groups: dict[str, dict[str, str]],
    others: dict[str, dict[str, str]],
    *,
    says_money: bool,
) -> Block:
    headers = [header for group in groups.values() for header in group.values()]
    block, unit = with_one_unit(block, headers)
    names = {}
    for header_rest, group in groups.items():
        is_part = len(groups) > 1 or PART in senses(header_rest)
        name = header_rest.capitalize() if is_part else "Montant"
        if not says_money:
            name = without_period(next(iter(group.values())))
        names[header_rest] = f"{name} {unit}".strip()
    years = list(dict.fromkeys(year for group in groups.values() for year in group))
    steps = {
        year: {
            names[header_rest]: group[year]
            for header_rest, group in groups.items()
            if year in group
        }
        for year in years
    }
    # A column of the same name without a year holds their sum.
    columns_kept = {
        header: column for header, column in block.columns.items() if folded(header) not in groups
    }
    long, position = lengthened(replace(block, columns=columns_kept), steps, others)
    amounts = {name: long.columns.pop(name) for name in names.values()}
    long.columns |= {OF_YEARS: Coded(position, pd.Series(years, dtype="str"))} | amounts
    first_headers = {
        names[header_rest]: next(iter(group.values())) for header_rest, group in groups.items()
    }
    made_of = {names[header_rest]: tuple(group.values()) for header_rest, group in groups.items()}
    return replace(
        long,
        written_as=block.written_as | {OF_YEARS: ""} | first_headers,
        made_of=block.made_of | made_of,
    )


def without_period(header: str) -> str:
    """A header without its year, or part of one, and without its unit.

    >>> without_period("Numéraire 2016 (€)")
    'Numéraire'
    """
    bare = PERIOD.sub("", header, count=1).replace(written_unit(header), "")
    return bare.strip(" ()_-")


def with_one_unit(block: Block, headers: list[str]) -> tuple[Block, str]:
    """The block and the one unit of the headers; where they bear several, each cell bears its own."""
    units = {header: written_unit(header) for header in headers}
    if len(set(units.values())) == 1:
        return block, units[headers[0]]
    columns = dict(block.columns)
    for header in headers:
        texts = columns[header].values
        bare = texts.str.fullmatch(r"[-+(\d\s.,'’)]*\d[-+(\d\s.,'’)]*", na=False)
        with_unit = texts.mask(bare, texts + f" {units[header]}")
        columns[header] = Coded(columns[header].codes, with_unit)
    return replace(block, columns=columns), ""


def _is_amount(name: str) -> bool:
    """Whether a folded header without its year names an amount, or a part of one."""
    if _AMOUNTS.search(name) or not {"amount", PART}.isdisjoint(senses(name)):
        return True
    return (name,) in known_headers()["grants"]["amount"]
