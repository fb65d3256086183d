"""In which currency the tables of a programme count: as headers, titles or cells of amounts say."""

import re
from collections.abc import Sequence

import pandas as pd

from analysis import layout, parse
from analysis.clean.team.source_overlaps import BlockOfSource
from analysis.declare.faults import Fault, question_about
from analysis.layout.amounts.currencies_of_amounts import CURRENCY
from analysis.layout.headers.header_matching import MEASURE_BY_TABLE
from analysis.read import Block, spaced
from analysis.text.messages import say


def with_currency_of_headers(
    study: layout.StudyDescription, parts: Sequence[BlockOfSource]
) -> layout.StudyDescription:
    """The study in the currency that all amounts of a programme name, unless it states one."""
    codes = list(dict.fromkeys(_named(parts).values()))
    if study.currency or len(codes) != 1:
        return study
    return study.model_copy(update={"currency": codes[0]})


def currency_question(
    study: layout.StudyDescription, parts: Sequence[BlockOfSource]
) -> list[Fault]:
    """The question in which currency a programme counts, where its amounts name several."""
    named = _named(parts)
    if study.currency or len(set(named.values())) < 2:
        return []
    sources = ", ".join(f"{code} ({source})" for source, code in named.items())
    message = say("layout.several_currencies", sources=sources, example=next(iter(named.values())))
    return [question_about(next(iter(named)), message)]


def _named(parts: Sequence[BlockOfSource]) -> dict[str, str]:
    """The currency that the amounts of each source of a programme name, by source."""
    named: dict[str, str] = {}
    for part in parts:
        if part.mapping:
            measure = MEASURE_BY_TABLE.get(part.mapping.table)
        else:
            measure = None
        headers = part.mapping.columns.get(measure, ()) if measure else ()
        if headers and (code := _currency_of(part.block, headers)):
            named.setdefault(part.block.source, code)
    return named


def _currency_of(block: Block, headers: Sequence[str]) -> str:
    """The currency that headers or titles name, else that of most cells; blank where none does."""
    currency = re.search(rf"(?i){CURRENCY}", spaced(" ".join([*headers, *block.titles])))
    if currency:
        (code,) = parse.currencies(pd.Series([f"1 {currency[0]}"], dtype="str"))
        if pd.isna(code):
            return ""
        return str(code)
    cells = block.columns[headers[0]].values
    counts = parse.currencies(cells).value_counts()
    if len(counts) and counts.iloc[0] > cells.count() / 2:
        return str(counts.index[0])
    return ""
