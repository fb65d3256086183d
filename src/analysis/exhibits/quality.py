"""What the numbers stand on: the flow of rows (T1), the partners (T2), the quality sheet (T7)."""

from functools import partial

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.declare import schema
from analysis.disclosure import source_rows
from analysis.exhibits import quality_points
from analysis.exhibits.sums_elsewhere import nested_traits
from analysis.stats import intervals
from analysis.text import formatting
from analysis.text.facts import Count, Label, Listed, Number, Share

ACTIONS = ("read", "kept", "merged", "set aside")
# Records that are no data: to leave them out is no exclusion.
NO_DATA = ("total", "title", "header", "repeated header")
# Nor are these faults: they are no grants.
_NOT_GRANTED = ("refused request", "withdrawn request", "undecided request")
TRAITS = ("ess_family", "legal_form", "is_network", "budget_band", "region")
VALUES_SHOWN = 18  # of a trait: as many as there are regions


def public_source_names(study, sources: pd.Series) -> pd.Series:
    """Sources as the readers may know them: the names of raw files stay with the study team."""
    words = words_of(study, "T1")
    names = sorted(study.ledger["source"].unique())
    numbers = {
        name: words.group("source", place=Number(position))
        for position, name in enumerate(names, start=1)
    }
    return source_rows.raw_names(study, sources, numbers)


def rows_by_fate(study) -> pd.DataFrame:
    """How many rows of each source were read, kept, merged, set aside; no data or not granted."""
    ledger = study.ledger.assign(source=public_source_names(study, study.ledger["source"]))
    by_action = ledger.groupby(["source", "action"])["rows"].sum().unstack("action")
    names = pd.Series(sorted(study.ledger["source"].unique()))
    rows = by_action.reindex(index=public_source_names(study, names).unique(), columns=ACTIONS)
    for name, rules in (("no_data", NO_DATA), ("not_granted", _NOT_GRANTED)):
        rows[name] = ledger[ledger["rule"].isin(rules)].groupby("source")["rows"].sum()
    return rows.fillna(0).astype(int)


def excluded_rows(rows: pd.DataFrame | pd.Series):
    """How many rows of data were set aside, and their share of all rows of data."""
    apart = rows["no_data"] + rows["not_granted"]
    excluded = rows["set aside"] - apart
    data_rows = rows["read"] - apart
    return excluded, excluded / np.where(data_rows > 0, data_rows, np.nan)


def T1(study) -> Exhibit:
    """From the files to the analysis: what became of every row, by source and rule."""
    words = words_of(study, "T1")
    rows = rows_by_fate(study)
    total = rows.sum()
    names = _public_groups(study, words, rows)
    by_name = rows.groupby(names, sort=False).sum().rename_axis("source")
    together = [name for name in by_name.index if name not in rows.index]
    by_name = by_name.loc[[*by_name.index.drop(together), *together]]
    data = by_name.join(_rules_by_source(study, names)).fillna({"why": ""}).reset_index()
    all_sources = {"source": words.group("all_sources"), "why": "", **total}
    data = pd.concat([data, pd.DataFrame([all_sources])], ignore_index=True)
    data = data[["source", "read", "kept", "set aside", "merged", "why"]]
    excluded, share = excluded_rows(total)
    facts = {
        "read": Count(total["read"]),
        "kept": Count(total["kept"]),
        "merged": Count(total["merged"]),
        "excluded": Count(excluded),
        "share": Share(float(share), of=int(total["read"]), digits=1),
        "no_data": Count(total["no_data"]),
        "not_granted": Count(total["not_granted"]),
        "known": Count(len(study.all_relations)),
        "analysed": Count(len(study.relations)),
        "sources": Number(len(rows)),
    }
    n, rules = total["read"], Rules(of_files=True)
    return Exhibit.of(words, "quality", data, n=n, facts=facts, rules=rules)


def _public_groups(study, words: ExhibitWords, rows: pd.DataFrame) -> pd.Series:
    is_told = source_rows.told_alone(study, rows[["merged", "set aside"]])
    several = words.group("few_rows", sources=Number(int((~is_told).sum())))
    return rows.index.to_series().where(is_told, several)


def _rules_by_source(study, names: pd.Series) -> pd.Series:
    ledger = study.ledger.assign(source=public_source_names(study, study.ledger["source"]))
    applied = ledger[ledger["action"].isin(["merged", "set aside", "corrected"])]
    written = [
        f"{formatting.text(rule)} ({formatting.number(rows)})"
        for rule, rows in zip(applied["rule"], applied["rows"], strict=True)
    ]
    why, written_together = pd.Series(written, applied.index, dtype="str"), "; ".join
    if not source_rows.may_count_by_source(study):
        named = applied.assign(source=applied["source"].map(names))
        why = named.drop_duplicates(["source", "rule"])["rule"].map(formatting.text)
        written_together = formatting.join
    by_name = why.groupby(applied["source"].map(names))
    return by_name.agg(written_together).rename("why")


# ---- T2
def T2(study) -> Exhibit:
    """Who the partners are: families, legal forms, networks, budgets, regions, and unknown."""
    words = words_of(study, "T2")
    partners = study.only("partners", "partner_id", *TRAITS)
    partners = partners[partners["partner_id"].isin(study.relations["partner_id"])]
    words.refuse_if(partners.empty, "none")
    is_network = partners["is_network"].astype("str")
    yes_no = {"True": words.group("yes"), "False": words.group("no")}
    partners = partners.assign(is_network=is_network.map(yes_no))
    partners = partners.set_index("partner_id")
    counts = [_values_of_trait(study, trait, partners[trait].astype("str")) for trait in TRAITS]
    counts = [values for values in counts if len(values)]
    words.refuse_if(not counts, "nothing_known")
    data = pd.concat(counts, ignore_index=True)
    first = data.iloc[0]
    same_trait = data[data["trait"] == first["trait"]]
    stands_out = _stands_out(same_trait["partners"], 1 - study.parameters.confidence)
    facts = {
        "trait": Label(first["trait"]),
        "value": Label(first["value"]),
        "share": Share(first["share"], of=first["known"]),
        "known": Count(first["known"], of=len(partners)),
        "holders": Count(first["partners"], of=first["known"]),
        "stands_out": stands_out,
    }
    members = tuple(data["members"])
    data = data[["trait", "value", "share", "low", "high", "partners", "known"]]
    n, rules = len(partners), Rules(by="trait", sums=partial(nested_traits, members=members))
    return Exhibit.of(words, "quality", data, n=n, facts=facts, rules=rules)


def _stands_out(counts: pd.Series, level: float) -> bool:
    from scipy.stats import binomtest

    first, *others = counts.astype(int).tolist()
    p_values = [binomtest(first, first + count).pvalue for count in others]
    return not p_values or bool((intervals.holm(pd.Series(p_values)) < level).all())


def _values_of_trait(study, trait: str, values: pd.Series) -> pd.DataFrame:
    counts = values.value_counts().sort_index()
    counts = counts.sort_values(ascending=False, kind="stable").head(VALUES_SHOWN)
    known_count = int(values.notna().sum())
    shares = intervals.wilson(counts, known_count, confidence=study.parameters.confidence)
    shares = shares.rename(columns={"value": "share"})
    label = schema.columns("partners")[trait].label(study.lang)
    written = [formatting.text(str(value)) for value in counts.index]
    members = [frozenset(values.index[values == value]) for value in counts.index]
    table = shares.assign(trait=label, value=written, partners=counts, known=known_count)
    return table.assign(members=members)


# ---- T7
def T7(study) -> Exhibit:
    """The quality sheet: exclusions, completeness, totals, identity breaks, windows, candidates."""
    words = words_of(study, "T7")
    points = quality_points.points(study, words, rows_by_fate(study))
    words.refuse_if(not points, "nothing")
    data = pd.DataFrame(points)[["subject", "what", "action", "value"]].astype({"what": "str"})
    per_subject = data["subject"].value_counts(sort=False)
    subjects = Listed([(Label(subject), Number(n)) for subject, n in per_subject.items()])
    facts = {"subjects": subjects, "points": Number(len(data))}
    rules = Rules(not_partners=words.refusal("not_partners"), of_files=True)
    return Exhibit.of(words, "quality", data, n=len(data), facts=facts, rules=rules)
