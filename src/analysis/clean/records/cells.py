"""The rows of a block as typed columns of its table: each distinct cell read once, by the kind of
its column.
"""

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.amounts.currency import (
    ENGLISH_LAYOUTS,
    amounts_in_one_currency,
    currencies_of_grants,
    with_code,
)
from analysis.clean.days.distant_dates import starts_far_ahead
from analysis.clean.grants.exclusions import beside_money
from analysis.clean.grants.group_rows import are_indented
from analysis.clean.grants.kinds_given import kinds_given
from analysis.clean.grants.refused_amounts import outcome_of_amounts
from analysis.clean.partners.entity_names import entities_as_said
from analysis.clean.partners.personal_data import (
    FREE_TEXTS,
    masked,
    masked_apart,
    without_addresses,
)
from analysis.clean.records.columns_together import (
    decided,
    first_known,
    joined,
    summed,
    uncommented,
)
from analysis.clean.records.constants_of_rows import constants_of_rows
from analysis.clean.records.ends_by_years_of_starts import END_COLUMNS, with_years_of_starts
from analysis.clean.records.labels_of_totals import labels_of_totals
from analysis.clean.records.numbers_in_cells import amounts_put_off
from analysis.clean.records.outcomes_of_rows import (
    outcome_of_titles,
    outcome_of_unmarked,
    outcomes_as_stated,
)
from analysis.clean.records.row_completion import STARTS, Form, amount_form, completed
from analysis.clean.records.rows import FAULTS, spread
from analysis.clean.several_lists.numbers_of_records import numbers_of_records
from analysis.clean.team.stated_of_rows import stated_of_rows
from analysis.clean.unclear_rows import MONEY
from analysis.declare import schema
from analysis.layout import Mapping, Source, directions, stages
from analysis.layout.headers.cell_evidence import DATES_OF_ENDS
from analysis.layout.headers.version_columns import numbers_of_versions, tells_versions
from analysis.layout.rows.sums_in_rows import have_dates_of_their_own
from analysis.layout.terms.term_units import YEARS
from analysis.read import Block, Coded, matching, spaced

UNUSED = ("kind", "town", "currency")  # columns of grants that no clean table holds
_COMPARED = ("reference", "purpose")  # columns of grants that only tell records apart: as written
OF_SIRET = ("siren", "rna")
NO_FAULTS = pd.DataFrame({"rule": [], "value": [], "message": []}, dtype="str")
PSEUDO_KINDS = {"~total": "number", "~part": "number", "~less": "number", "~precision": "text"}
PSEUDO_KINDS |= {"~amendment": "number", "~amended_on": "date", "term_months": "number"}
_UNIT = r"(?i)^\s*(?:[kmt]?(?:€|\$|£|eur(?:os?)?|usd|gbp|chf)|k|milli(?:er|on)s?(?: d.euros)?)\s*$"  # a cell
_YEARLY = r"(?i)\b(?:ann[ée]e|exercice|saison|year|jahr|jaar|anno|año|ejercicio|esercizio)"


def read_rows(
    block: Block, mapping: Mapping, stated: Source | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of a block as typed columns (`~...`: for cleaning only), and cells not read."""
    currency = currencies_of_grants(block, mapping)
    form = Form(block, mapping, stated, _usual_order(mapping, currency))
    constants = constants_of_rows(block, mapping, stated)
    if currency is not None:
        constants.pop("currency", None)  # told where cells do not say it
    read = [_column(form, name) for name in mapping.columns]
    read += [_typed(form, name, raw, ()) for name, raw in constants.items()]
    columns: dict[str, pd.Series] = {"~beside": beside_money(block, mapping)}
    if currency is not None:
        columns |= {
            "currency": currency,
            "~kind": kinds_given(block, mapping),
            "~is_indented": are_indented(block, mapping.columns.get("recipient", ())),
            "~own_date": pd.Series(have_dates_of_their_own(block, mapping.columns)),
        }
    for columns_read, _wrong in read:
        columns |= columns_read
    columns |= labels_of_totals(block, mapping)
    columns |= stated_of_rows(block, mapping, stated)
    if stated and stated.entities and "entity" in columns:
        columns |= entities_as_said(columns["entity"], stated.entities)
    columns |= outcome_of_amounts(block, mapping, columns)
    columns |= outcome_of_titles(block, mapping, columns)
    columns |= outcome_of_unmarked(form, columns)
    rows = completed(pd.DataFrame(columns, index=range(len(block.lines))), form)
    origin = {
        "source": pd.Categorical.from_codes(np.zeros(len(rows), dtype=np.int8), [block.source]),
        "line": block.lines,
        "record": numbers_of_records(block),
    }
    wrong = [pd.DataFrame(columns=FAULTS), *(wrong for _found, wrong in read if len(wrong))]
    return rows.assign(**origin), pd.concat(wrong, ignore_index=True)


def _usual_order(mapping: Mapping, currency: pd.Series | None) -> str:
    """Whether the day or the month comes first in dates that leave it open: the month in dollars of
    the United States, and in those of an English list that says not whose.
    """
    if currency is None:
        return "day"
    if mapping.layout.endswith(ENGLISH_LAYOUTS):
        codes = ["USD", "$"]
    else:
        codes = ["USD"]
    if currency.isin(codes).any():
        return "month"
    return "day"


def _column(form: Form, name: str) -> tuple[dict[str, pd.Series], pd.DataFrame]:
    """A column from its raw ones, and its faults: numbers added up, texts joined, dates filled."""
    mapping, block = form.mapping, form.block
    headers = mapping.columns[name]
    if mapping.table == "grants" and name in UNUSED:
        return {}, NO_FAULTS
    raw = [uncommented(block.columns[header]) for header in headers]
    units = [uncommented(block.columns[header]) for header in mapping.columns.get("~unit", ())]
    if name == "amount" and units and matching(units[0].values, _UNIT).any():
        raw = [joined([amount, units[0]]) for amount in raw]  # as people say it: "12 k€"
    raw = [with_code(cells, name, block, mapping) for cells in raw]
    if name in END_COLUMNS:
        raw = [with_years_of_starts(cells, block, mapping, form.usual_order) for cells in raw]
    if _kind(form, name) == "id" and len(raw) > 1:
        raw = [_as_days(form, header, cells) for header, cells in zip(headers, raw, strict=True)]
    combine = {"number": summed, "outcome": decided, "date": first_known}.get(_kind(form, name))
    if combine is None or len(raw) == 1:
        return _typed(form, name, raw[0] if len(raw) == 1 else joined(raw), headers)
    parts = [
        _typed(form, name, cells, (header,)) for cells, header in zip(raw, headers, strict=True)
    ]
    columns = {
        column: combine([columns_read[column] for columns_read, _wrong in parts])
        for column in parts[0][0]
    }
    return columns, pd.concat([wrong for _found, wrong in parts])


def _as_days(form: Form, header: str, cells: Coded) -> Coded:
    """Part of a key: dates as YYYY-MM-DD, however a file writes them, so that one record has one key
    in all files; other texts as they are.
    """
    read_from = [name for name, headers in form.mapping.columns.items() if header in headers]
    of_dates = [name for name in read_from if _kind(form, name) == "date"]
    if not of_dates:
        return cells
    days, _wrong = _reader(form, of_dates[0], "date", (header,))(cells.values)
    day = days.iloc[:, 0].dt.strftime("%Y-%m-%d").astype("str")
    return Coded(cells.codes, day.fillna(cells.values))


def _kind(form: Form, name: str) -> str:
    declared = schema.columns(form.mapping.table).get(name)
    if declared:
        return declared.kind
    return PSEUDO_KINDS.get(name, "")


def _typed(
    form: Form, name: str, raw: Coded, headers: tuple[str, ...]
) -> tuple[dict[str, pd.Series], pd.DataFrame]:
    """A column from its cells, with those that are read from the same cells, and its faults."""
    table, kind = form.mapping.table, _kind(form, name)
    if not kind:
        return {}, NO_FAULTS
    if table == "grants" and name in _COMPARED:
        return {name: raw.series()}, NO_FAULTS
    read, wrong = _reader(form, name, kind, headers)(raw.values)
    read = read.to_frame(name) if isinstance(read, pd.Series) else read
    columns: dict[str, pd.Series] = {}
    if kind == "date":
        read = read.set_axis([name, f"{name}_precision"], axis=1)
        if name in STARTS:
            wrong = pd.concat([wrong, starts_far_ahead(raw.values)])
        if name == "planned_end":  # a blank tells of no end, and hides that of another column
            is_open = parse.open_ends(raw.values)
            read["~open_end"] = is_open.where(is_open).astype("boolean")
    elif name in MONEY.values():
        wrong = pd.concat([wrong, amounts_put_off(raw.values)])
    elif kind == "siret":  # a SIREN, or an RNA number, may stand where a SIRET was meant
        read = read.drop(columns=[other for other in OF_SIRET if other in form.mapping.columns])
        columns["~siret"] = raw.series()  # what is no key still tells two of one name apart
    elif name == "value" and table == "answers":
        no_opinion = parse.declined(raw.values)
        read["~declined"] = no_opinion.astype("boolean")
        wrong = wrong[~no_opinion.reindex(wrong.index)]
    columns = {column: spread(read[column], raw.codes) for column in read} | columns
    return columns, _faults_of_rows(raw, wrong, form.block, name)


def _reader(form: Form, name: str, kind: str, headers: tuple[str, ...]) -> Callable:
    """What reads distinct cells of a column: texts -> values and faults."""
    heading = spaced(" ".join(headers))
    if kind == "date":
        order = form.stated and form.stated.date_order
        how = {"order": order, "usual": form.usual_order, "since_1904": form.block.since_1904}
        how["of_ends"] = name in DATES_OF_ENDS
        return partial(parse.dates, yearly=bool(re.search(_YEARLY, heading)), **how)
    if name == "term_months":
        return _reader_of_terms(form, heading)
    if name == "~amendment" and any(tells_versions(form.block, header) for header in headers):
        return numbers_of_versions
    if kind == "number":
        return _number_reader(form, name, headers)
    if kind == "outcome":
        return partial(outcomes_as_stated, header=heading, stated=form.stated)
    if name == "recipient_id" and headers:
        return partial(_recipient_ids, header=headers[0])
    if name == "currency":
        return lambda texts: (parse.currencies(texts, named=True), NO_FAULTS)
    if by_heading := {"stage": stages, "direction": directions}.get(name):
        return partial(by_heading, header=heading)
    if kind in ("category", "set"):
        declared = schema.columns(form.mapping.table)[name]
        return partial(parse.categories if kind == "category" else parse.sets, column=declared)
    return READERS.get(kind, _free_texts if name in FREE_TEXTS else _names)


def _reader_of_terms(form: Form, heading: str) -> Callable:
    is_stated = form.stated is not None and form.stated.term_unit == "year"
    return partial(parse.months, years=is_stated or bool(re.search(YEARS, heading)))


def _number_reader(form: Form, name: str, headers: tuple[str, ...]) -> Callable:
    if not headers:
        return parse.amounts
    declared = schema.columns(form.mapping.table).get(name)
    is_in_euros = declared is not None and declared.unit == "EUR"
    is_money = declared is None or is_in_euros or name == "amount"
    how = amount_form(form, headers, is_money=is_money)
    if is_in_euros and form.mapping.table != "grants":
        named_in = " ".join([*headers, *form.block.titles])
        return partial(amounts_in_one_currency, named_in=named_in, form=how)
    return partial(parse.amounts, **how)


def _free_texts(texts: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    return masked(parse.text(texts)), NO_FAULTS


def _names(texts: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    return masked_apart(parse.text(texts)), NO_FAULTS


def _recipient_ids(texts: pd.Series, header: str) -> tuple[pd.Series, pd.DataFrame]:
    numbers, wrong = parse.company_numbers(texts, header)
    return masked_apart(numbers), wrong


def code(texts: pd.Series) -> pd.Series:
    """Codes as teams type them, without the ".0" of spreadsheets and the spaces of registers.

    >>> code(pd.Series(["p00012", "12.0", "732 829 320 00074", "les amis de 1901"])).tolist()
    ['P00012', '12', '73282932000074', 'les amis de 1901']
    """
    plain = texts.str.replace(r"\.0$", "", regex=True)
    plain = plain.str.replace(r"^(\d{3})\s(\d{3})\s(\d{3})(?:\s(\d{5}))?$", r"\1\2\3\4", regex=True)
    return plain.mask(plain.str.fullmatch(r"[A-Za-z]{0,4}[-_ ]?\d+", na=False), plain.str.upper())


READERS = {
    "siret": parse.persons,
    "integer": parse.integers,
    "bool": parse.yes_or_no,
    "siren": parse.siren,
    "rna": parse.rna,
    "department": parse.departments,
    "region": parse.regions,
    "id": lambda texts: (without_addresses(code(parse.text(texts))), NO_FAULTS),
}


def _faults_of_rows(raw: Coded, wrong: pd.DataFrame, block: Block, name: str) -> pd.DataFrame:
    """The faults of distinct cells, one for each row that holds such a cell."""
    if not len(wrong):
        return wrong
    wrong = wrong[~wrong.index.duplicated()]
    fault_number = np.full(len(raw.values) + 1, -1)
    fault_number[raw.values.index.get_indexer(wrong.index)] = np.arange(len(wrong))
    fault = fault_number[raw.codes]
    at = np.flatnonzero(fault >= 0)
    faults = wrong.iloc[fault[at]].reset_index(drop=True)
    value = masked(faults["value"].astype("str").str.slice(0, 200))
    where = {"source": block.source, "line": block.lines[at], "column": name}
    return faults.assign(**where, value=value)[FAULTS]
