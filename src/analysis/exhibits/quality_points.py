"""The points of the quality sheet (T7): what stands out in the sources, what to do about it."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from analysis.article.exhibit_words import ExhibitWords, table_name, words_of
from analysis.declare import schema
from analysis.disclosure.source_rows import few_rows, may_count_by_source
from analysis.text import formatting
from analysis.text.facts import Label, Listed, Number, Share
from analysis.text.messages import retold

TOTALS_LISTED = 50  # totals that do not agree: all are in totals.parquet
COLUMNS_LISTED = 6  # columns of a table named as incomplete, the least known first


class QualityPoint(NamedTuple):
    """One line of the sheet."""

    subject: str
    what: str
    value: str
    action: str


def points(study, words: ExhibitWords, rows: pd.DataFrame) -> list[QualityPoint]:
    """All points of a study, by subject; `rows` counts the rows of each source by fate."""
    every_point = [*_exclusions(study, words, rows)]
    for subject in SUBJECTS:
        every_point += subject(study, words)
    return every_point


def _exclusions(study, words: ExhibitWords, rows: pd.DataFrame) -> Iterator[QualityPoint]:
    subject = words.group("exclusions")
    apart = rows["no_data"] + rows["not_granted"]
    excluded = (rows["set aside"] - apart) / (rows["read"] - apart).where(rows["read"] > apart)
    for source, share in excluded.items():
        if share > study.conventions["exclusions_small"]:
            is_large = share > study.conventions["exclusions_large"]
            action = words.group("look_at_quarantine" if is_large else "small")
            yield QualityPoint(subject, source, formatting.percent(share, 1), action)
    requests = rows["not_granted"]
    if not may_count_by_source(study):  # of one source they are few
        requests = pd.Series({words_of(study, "T1").group("all_sources"): requests.sum()})
    for source, count in requests[requests > 0].items():
        subject, action = words.group("not_granted"), words.group("no_grants")
        yield QualityPoint(subject, source, few_rows(study, count), action)


def _guesses(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    for question in study.about.get("guesses", ()):
        yield QualityPoint(words.group("guesses"), question, "", words.group("state_it"))


def _incomplete_columns(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    completeness = study.raw("completeness")
    completeness = completeness[completeness["rows"] > 0]
    right_blanks = schema.reference("right_blanks")
    blank_is_right = set(zip(right_blanks["table"], right_blanks["column"], strict=True))
    for table, columns in completeness.groupby("table", sort=False):
        declared = schema.declared_tables().get(table, {})
        shares = columns.set_index("column")["known"] / columns.set_index("column")["rows"]
        says_nothing = [name for name in shares.index if (table, name) not in blank_is_right]
        shares = shares.reindex([name for name in says_nothing if name in declared])
        is_partial = (shares > 0) & (shares < study.conventions["complete_from"])
        shares = shares[is_partial].sort_values(kind="stable")
        if shares.empty:
            continue
        listed = [
            (Label(declared[name].label(study.lang)), Share(share))
            for name, share in shares.head(COLUMNS_LISTED).items()
        ]
        others = Number(len(shares) - len(listed))
        value = words.group("columns_listed", listed=Listed(listed), others=others)
        few = shares.iloc[0] < study.conventions["half_known"]
        action = words.group("do_not_generalise" if few else "partly_known")
        yield QualityPoint(words.group("completeness"), table_name(study, table), value, action)


def _cells_not_read(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    set_aside = study.quarantine
    is_cell = (set_aside["column"] != "") & set_aside["rule"].str.match(r"[MR]\d")
    counts = set_aside[is_cell].groupby(["column", "message"]).size()
    # grants first: there the names of columns are those of the raw files
    tables = [schema.columns("grants"), *schema.declared_tables().values()]
    for (column, message), count in counts.items():
        labels = [table[column].label(study.lang) for table in tables if column in table]
        label = labels[0] if labels else column
        yield QualityPoint(
            words.group("cells_not_read"),
            f"{label} · {retold(message, 'parse', 'clean')}",
            few_rows(study, count),
            words.group("missing_in_numbers"),
        )


def _totals(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    from analysis.exhibits.quality import public_source_names

    totals = study.raw("totals")
    if totals.empty:
        return
    subject = words.group("totals")
    totals = totals.assign(source=public_source_names(study, totals["source"]))
    agrees = totals["difference"].abs() <= study.conventions["totals_tolerance_eur"]
    groups = {
        "": "equal_rows",
        "rows kept": "equal_kept",
        "all rows": "equal_all",
        "rows of its column": "equal_column",
    }
    for (source, summed), count in totals[agrees].groupby(["source", "of"]).size().items():
        yield QualityPoint(subject, source, formatting.number(count), words.group(groups[summed]))
    for total in totals[~agrees].head(TOTALS_LISTED).itertuples():
        action = words.group("differs", difference=Number(total.difference, digits=2))
        detail = f"{total.source} · {total.label}"
        yield QualityPoint(subject, detail, formatting.number(total.given, 2), action)


def _currencies(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    subject, code = words.group("currency"), study.about.get("currency", "EUR")
    for currency in study.raw("currencies").itertuples():
        is_main = currency.currency == code
        if is_main and currency.currency == "EUR":
            continue
        rows = words.group("rows", rows=Number(currency.rows))
        action = words.group("unit_of_amounts" if is_main else "amounts_unused")
        yield QualityPoint(subject, currency.currency, rows, action)
    holds_amounts = study.raw("agreements")["planned_amount_eur"].notna().any()
    if holds_amounts and not formatting.currency_is_told(code):
        detail = words.group("no_currency")
        if code:
            detail = words.group("sign_of_several", sign=Label(code))
        yield QualityPoint(subject, detail, "", words.group("state_currency"))


def _identity_breaks(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    breaks = study.raw("breaks")
    for year in breaks[breaks["flag"].astype(bool)].itertuples():
        shares = {"identifier": Share(year.by_identifier), "names": Share(year.by_name)}
        if pd.isna(year.by_identifier):
            value = words.group("by_name", names=shares["names"])
            action = words.group("few_come_back")
        else:
            value = words.group("by_both", **shares)
            action = words.group("trust_identifiers")
        yield QualityPoint(words.group("breaks"), year.year, value, action)


def _windows(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    for (first, last), entities in study.windows.groupby(["first", "last"], sort=True)["entity"]:
        subject = _named(words, entities)
        span = f"{formatting.date(first)} – {formatting.date(last)}"
        yield QualityPoint(words.group("windows"), subject, span, words.group("not_seen"))


def _named(words: ExhibitWords, entities: pd.Series) -> str:
    if len(entities) == 1:
        return entities.iloc[0]
    return words.group("entities", entities=Number(len(entities)))


def _holes(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    names = {"no rows": "empty_year", "few rows": "thin_year", "not over": "unfinished_year"}
    every_hole = study.raw("holes")
    if every_hole.empty:
        return
    for (year, kind), holes in every_hole.groupby(["year", "kind"], sort=True):
        source = _named(words, holes["entity"])
        rows, usual = Number(holes["rows"].sum()), Number(round(holes["usual_rows"].sum()))
        value = words.group("rows_of_usual", rows=rows, usual=usual)
        subject = f"{year} · {source}"
        yield QualityPoint(words.group("holes"), subject, value, words.group(names[kind]))


def _unmapped_domains(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    for domain in study.raw("domains_unmapped").itertuples():
        rows = few_rows(study, domain.rows)
        action = words.group("add_to_nomenclature")
        yield QualityPoint(words.group("unmapped"), domain.value, rows, action)


def _who_is_who(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    subject = words.group("who_is_who")
    if candidates := len(study.candidates):
        pairs = formatting.number(candidates)
        yield QualityPoint(subject, words.group("pairs"), pairs, words.group("review_candidates"))
    is_funder = study.quarantine["rule"] == "funder"
    for message in study.quarantine.loc[is_funder, "message"]:
        yield QualityPoint(subject, message, "", words.group("one_name"))


def _conflicts(study, words: ExhibitWords) -> Iterator[QualityPoint]:
    if conflicts := len(study.raw("conflicts")):
        values = formatting.number(conflicts)
        action = words.group("preferred_kept")
        yield QualityPoint(words.group("conflicts"), words.group("differing"), values, action)


SUBJECTS = (
    *(_guesses, _incomplete_columns, _cells_not_read, _totals, _currencies, _identity_breaks),
    *(_windows, _holes, _unmapped_domains, _who_is_who, _conflicts),
)
