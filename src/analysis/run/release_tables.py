"""The tables that an edition would release: the counts of its exhibits, of their words and of its
opening, as what it withholds leaves them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from analysis.article.brief import Brief
from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.key_number_cards import KeyNumbers
from analysis.disclosure import audiences
from analysis.disclosure.figure_table import (
    BASE,
    KEY_FACTS,
    OPENING,
    WORDS,
    Table,
    counted,
    table_of,
    window,
)
from analysis.disclosure.findings import public_brief
from analysis.disclosure.key_number_counts import DURABILITY_BASES, counts_of_key_numbers
from analysis.disclosure.key_numbers import plain_key_numbers
from analysis.disclosure.withheld import Withheld
from analysis.study import opening, published
from analysis.text.facts import Count
from analysis.text.formatting import is_missing
from analysis.text.sentences import Sentence


def release_exhibits(study, ids: Collection[str] | None = None) -> list:
    """The exhibits of a study that can be made, of `ids` or all but portraits."""
    built = []
    for id in ids or [id for id in published.modules() if id not in published.PORTRAITS]:
        try:
            built.append(published.build(study, id))
        except Unsupported:
            continue
    return built


def release_tables(study, built: Iterable, withheld: Withheld) -> dict[str, Table]:
    """The counts of each exhibit that the study's audience may see where this is `withheld`, by id;
    those of its words and of the opening by a name of their own.

    What figures rest on by the name of a fact stands with the key numbers, whichever tells it.
    """
    found = {OPENING: opening.counts_table(study, withheld)}
    for exhibit in built:
        found |= _tables_of(study, exhibit, withheld)
    facts = _facts_rested_on([exhibit for exhibit in built if exhibit.id in found])
    if facts:
        key_facts = found.get(KEY_FACTS, counted({}))
        found[KEY_FACTS] = replace(key_facts, value=facts | key_facts.value)
    return found


def _facts_rested_on(told: Iterable) -> dict[tuple[str, str], float]:
    return {
        (fact, BASE[1]): float(exhibit.n)
        for exhibit in told
        if isinstance(exhibit, Exhibit)
        for fact in sorted({*DURABILITY_BASES.values()})
        if exhibit.states.get(fact) == exhibit.n
    }


def _tables_of(study, built, hold_back: Withheld) -> dict[str, Table]:
    audience, limits = study.parameters.audience, study.conventions
    try:
        if isinstance(built, Brief):
            brief = public_brief(built, audience, limits, hold_back)
            return {built.id: counted(_told_in_findings(brief, study.day))}
        if isinstance(built, KeyNumbers):
            told = plain_key_numbers(built, hold_back, limits)
            return {built.id: counts_of_key_numbers(told)}
        horizon = study.parameters.horizon_months
        prepared = audiences.protected_table(
            built, audience, horizon=horizon, withheld=hold_back, limits=limits
        )
    except Unsupported:
        return {}
    if prepared is None:
        return {}
    table = table_of(built, prepared.data, prepared.hidden, limits)
    arranged = audiences.as_arranged(built, prepared)
    sentences = audiences.words_left(built, arranged, hold_back, limits)["sentences"]
    return {built.id: table, f"{built.id} {WORDS}": counted(_told_in_words(sentences))}


def _told_in_findings(brief: Brief, day: pd.Timestamp) -> dict[tuple[str, str], float]:
    counts: dict[tuple[str, str], float] = {}
    for finding in brief.findings:
        if finding.source is not None:  # told by the table of its figure
            continue
        if finding.parts:
            parts = finding.parts.items()
            counts |= {(f"{finding.fact}.share", part): count for part, count in parts}
        elif finding.columns is not None:
            now = finding.columns["now"].tolist()
            terms = enumerate(now, 1)
            counts |= {(finding.fact, window(day, month)): count for month, count in terms}
        else:
            counts[finding.fact, "n"] = finding.counts[0]
    return {cell: float(count) for cell, count in counts.items()}


def _told_in_words(sentences: Mapping[str, Iterable[Sentence]]) -> dict[tuple[str, str], float]:
    """The counts that sentences tell, and their bases, by the name of the fact or by place. Each
    has a column of its own, since parts make up the whole of one and not of another.
    """
    counts: dict[tuple[str, str], float] = {}
    for field, told in sentences.items():
        for place, sentence in enumerate(told):
            for position, fact in enumerate(sentence.facts or ()):
                if not isinstance(fact, Count) or is_missing(fact.value):
                    continue
                name = ""
                if sentence.names:
                    name = sentence.names[position]
                row = name or f"{field} {place} {position}"
                counts[row, f"count of {row}"] = float(fact.value)
                if fact.of is not None:
                    counts[row, BASE[1]] = float(fact.of)
    return counts
