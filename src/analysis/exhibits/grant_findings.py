"""What the brief finds in a list of grants: how much was given, to how few, for what, and how often
again.

Each tells what a figure tells, and leaves the team where that figure does.
"""

import numpy as np
import pandas as pd

from analysis.article.brief import Finding
from analysis.article.captions import Unsupported
from analysis.article.exhibit_words import words_of
from analysis.article.sureness_marks import Mark
from analysis.disclosure import permissions
from analysis.disclosure.concentration import HOLDERS
from analysis.exhibits import headline_estimates, key_numbers, programme, strength
from analysis.exhibits.discontinuity import F6D, RULES, counts_payments
from analysis.exhibits.finding_words import change_between, finding_in_words
from analysis.exhibits.source_holes import missing_money, named_years
from analysis.exhibits.years_of_money import (
    amounts_known,
    given,
    last_year_over,
    stage_drawn,
    stage_facts,
    year_told,
)
from analysis.text.facts import Count, Fact, Interval, Label, Listed, Money, Proportion, Share
from analysis.text.sentences import Words

YEARS_DRAWN = 8  # columns of the picture at most
NAMES_TOLD = 3


def money_findings(study, words: Words) -> list[Finding]:
    """The findings on the amounts of the last full year, or of the only one so far: how much, to
    how few, for what.
    """
    try:
        funding = given(study, words_of(study, "F10P"))
    except Unsupported:
        return []
    year = year_told(study, funding)
    if year is None:
        return []
    makers = (_amount_finding, _concentration_finding, _purpose_finding)
    findings = []
    for finding_of in makers:
        try:
            findings.append(finding_of(study, words, funding, int(year)))
        except Unsupported:  # its figure says why
            continue
    return [finding for finding in findings if finding is not None]


def _amount_finding(study, words: Words, funding: pd.DataFrame, year: int) -> Finding | None:
    figure = strength.F18(study)
    by_year = strength.money_by_year(study)
    by_year = by_year[by_year["year"] <= year]
    in_year = by_year[by_year["year"] == year]
    if in_year.empty:
        return None
    row, now = in_year.index[0], in_year.iloc[0]
    earlier = by_year.loc[by_year["year"] == year - 1, "quantity"]
    years = _years_of_money(study, funding, year)
    before = np.nan
    if len(earlier) and earlier.iloc[0] > 0 and years["comparable"]:
        before = earlier.iloc[0]
    step = now["quantity"] / before - 1
    facts = {
        **years,
        "amount": Money(now["quantity"]),
        "rows": Count(int(now["rows"])),
        **stage_facts(study, stage_drawn(funding)),
        "whole": Money(by_year["quantity"].sum()) if len(by_year) > 1 else None,
        "first_year": Label(str(int(by_year["year"].min()))),
        "change_known": not np.isnan(step),
        "before": Money(before),
        "same": bool(abs(step) < 0.005),
        "rises": bool(step > 0),
        "step": Proportion(abs(step)),
    }
    # after the last year of which nothing is known: columns side by side are years in a row
    in_a_row = by_year["year"].diff().fillna(1).gt(1).cumsum()
    drawn = by_year[in_a_row == in_a_row.max()].tail(YEARS_DRAWN)
    columns = None
    if len(drawn) > 1:
        labels = drawn["year"].astype("int64").astype("str")
        columns = pd.DataFrame({"label": labels, "now": drawn["quantity"].round()})
    look = {
        **_whole_count(study, words, "amount", years, *_amounts_of(study, year)),
        "now": float(now["quantity"]),
        "columns": columns,
        "fact": f"amount.{year}",
        "source": figure,
        "cells": ((row, "quantity"), (row, "rows")),
    }
    outside = {"whole": None}  # adds up years that the figure may hide
    return finding_in_words(study, words, "amount", "F18", "strength", facts, outside, **look)


def _concentration_finding(study, words: Words, funding: pd.DataFrame, year: int) -> Finding | None:
    figure = programme.F10P(study)
    if figure.n <= HOLDERS:
        return None
    data = figure.data.reset_index(drop=True)
    shares = words_of(study, "F10P").view(data, "year")
    row = shares.index[shares["label"] == str(year)][0]
    share = float(shares.at[row, "value"])
    earlier = shares[(shares["label"] == str(year - 1)) & (shares["n"] > HOLDERS)]
    years = _years_of_money(study, funding, year)
    before = np.nan
    if len(earlier) and years["comparable"]:
        before = float(earlier["value"].iloc[0])
    rows_told = [row, *earlier.index[:1]]
    last = funding[funding["year"] == year]
    facts = {
        **years,
        "share": Proportion(share),
        "recipients": Count(figure.n),
        "names": Listed(programme.largest_recipients(study, last)[:NAMES_TOLD]),
        "change_known": not np.isnan(before),
        "before": Proportion(before),
        "change": change_between(before, share),
    }
    look = {
        **_whole_count(study, words, "amount", years, *_amounts_of(study, year)),
        "now": share,
        "before": before,
        "years": (year - 1, year),
        "fact": f"ten_largest.{year}",
        "source": figure,
        "cells": tuple((row, "value") for row in rows_told),
    }
    names = ("concentration", "F10P", "fragility")
    return finding_in_words(study, words, *names, facts, {}, **look)


def _purpose_finding(study, words: Words, funding: pd.DataFrame, year: int) -> Finding | None:
    last = funding[funding["year"] == year]
    if not permissions.may_name_partners(study) or last["programme"].nunique() < 2:
        return None
    figure = programme.F10P(study)
    programmes = programme.by_programme(last)
    first = programmes.iloc[0]
    if first["n"] < study.conventions["percent_from"]:
        return None
    then = programme.by_programme(funding[funding["year"] == year - 1])
    then = then.set_index("label")["value"]
    years = _years_of_money(study, funding, year)
    before = np.nan
    if years["comparable"]:
        before = float(then.get(first["label"], np.nan))
    second = {"second": None, "second_share": None}
    if len(programmes) > 1:
        row = programmes.iloc[1]
        second = {"second": Label(row["label"]), "second_share": Proportion(row["value"])}
    named = last.loc[last["programme"].notna(), "amount"].sum() / last["amount"].sum()
    facts = {
        **years,
        "name": Label(first["label"]),
        "share": Proportion(first["value"]),
        "recipients": Count(int(first["n"])),
        "programmes": Count(len(programmes)),
        **second,
        "change_known": not np.isnan(before),
        "before": Proportion(before),
        "change": change_between(before, first["value"]),
    }
    look = {
        **_whole_count(study, words, "purpose", years, named, 1 - named),
        "now": float(first["value"]),
        "before": before,
        "years": (year - 1, year),
        "fact": f"first_programme.{year}",
        "source": figure,
    }
    return finding_in_words(study, words, "purpose", "F10P", "across", facts, {}, **look)


def return_finding(study, words: Words) -> Finding | None:
    """How many recipients of a year are there the year after: for the team alone, as its figure."""
    try:
        figure = F6D(study)
    except Unsupported:
        return None
    data = figure.data.assign(year=figure.data["x"].astype("float64").astype("int64"))
    group = words_of(study, "F6D").group(RULES["partner_id"])
    own = data[data["group"] == group].set_index("year")
    year = int(own.index.max())
    last, then = own.loc[year], own["value"].get(year - 1, np.nan)
    other_rules = data[(data["year"] == year) & (data["group"] != group)]
    estimate = headline_estimates.Estimate(
        1 - float(last["value"]),
        1 - float(last["high"]),
        1 - float(last["low"]),
        *[int(last["n"])] * 2,
        others=tuple(1 - other_rules["value"].astype("float64")),
    )
    facts = {
        **_years(year),
        "year_after": Label(str(year + 1)),
        "share": Share(estimate.value, of=estimate.known),
        "interval": Interval(estimate.low, estimate.high),
        "partners": Count(estimate.known),
        "by_payment": counts_payments(study),
        "change_known": not np.isnan(then),
        "before": Share(1 - then),
        "change": change_between(1 - then, 1 - last["value"]),
    }
    look = {
        "estimate": estimate,
        "before": 1 - float(then),
        "years": (year, year + 1),
        "fact": f"returns.{year}",
        "estimated": "returns",
        "source": figure,
        "team_only": True,
    }
    names = ("returns", "F6D", "durability")
    return finding_in_words(study, words, *names, facts, {}, **look)


def renewal_finding(study, words: Words, earlier) -> Finding | None:
    """What part of the grants that came to their term were renewed."""
    estimate = headline_estimates.durability_estimates(study, True)["renewal"]
    if np.isnan(estimate.value):
        return None
    before = np.nan
    if earlier is not None:
        before = headline_estimates.durability_estimates(earlier, False)["renewal"].value
    facts = {
        "share": Share(estimate.value, of=estimate.known),
        "interval": Interval(estimate.low, estimate.high),
        "terms": Count(estimate.known),
        "change_known": not np.isnan(before),
        "before": Share(before),
    }
    renewed = round(estimate.value * estimate.known)
    look = {"estimate": estimate, "before": before, "fact": "renewal", "estimated": "renewal"}
    counts = (estimate.known, renewed)
    names = ("renewal", "F6", "durability")
    return finding_in_words(study, words, *names, facts, {}, counts=counts, **look)


def _years(year: int) -> dict[str, Fact]:
    return {"year": Label(str(year)), "year_before": Label(str(year - 1))}


def _amounts_of(study, year: int) -> tuple[int, int]:
    """Of how many grants or payments of a year the amount is known, and of how many it is not."""
    by_year = amounts_known(study, strength.money_by_year(study))
    counts = by_year.reindex([year])[["known", "unknown"]].fillna(0).astype("int64")
    return tuple(counts.loc[year])


def _years_of_money(study, funding: pd.DataFrame, year: int) -> dict[str, Fact]:
    """The year, and where money may be missing or too many amounts are unknown, so that it is not
    compared with the year before.
    """
    missing = missing_money(study, funding, year)
    holes = missing
    if funding["year"].min() == year:  # a list that begins misses no rows of the year before
        holes = missing[missing["year"] == year]
    shares_known = amounts_known(study, strength.money_by_year(study))["share"]
    shares_known = shares_known.loc[shares_known.index.isin((year - 1, year))]
    too_partial = shares_known.index[shares_known < study.conventions["coverage"]]
    return {
        **_years(year),
        "open_year": year > last_year_over(study),
        "holes": Listed([Label(words) for words in named_years(holes)]),
        "partial_years": Listed([Label(str(int(partial))) for partial in sorted(too_partial)]),
        "comparable": holes.empty and too_partial.empty,
        "is_whole": not (missing["year"] == year).any(),
        "partial": bool(shares_known.get(year, 1) < 1),
    }


def _whole_count(study, words: Words, kind: str, years: dict, known: float, unknown: float) -> dict:
    share = float(known / max(known + unknown, 1e-9))
    holds = share >= study.conventions["coverage"]
    mark_words = words_of(study, "key_numbers")
    text = words.written(f"{kind}.coverage", coverage=Proportion(share), fails=not holds)
    mark = Mark(
        name="coverage",
        label=mark_words.written("mark_names.coverage"),
        text=text,
        holds=holds,
        values=(0.0, share),
        counts=(int(known), int(np.ceil(unknown))),
    )
    if holds and not years["is_whole"]:
        verdict = words.written("rows_missing")
    elif holds and share < 1 - 1e-9:  # shares of amounts add up to one but for their last digits
        verdict = words.written("partial_count")
    elif holds:
        verdict = words.written("whole_count")
    else:
        verdict = key_numbers.verdict(mark_words, (mark,), False)
    return {"marks": (mark,), "verdict": verdict}
