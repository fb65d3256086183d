"""The programme's own tables: required columns, one code for each partner, one row for each key,
dates that agree.
"""

import pandas as pd

from analysis.clean.amounts import totals
from analysis.clean.partners import partner_codes
from analysis.clean.partners.codes_of_lists import (
    CODES_OF_PARTNERS,
    NUMBERS_OF_AGREEMENTS,
    with_codes_of_their_lists,
)
from analysis.clean.partners.entity_names import spellings_to_ask, with_one_name_per_entity
from analysis.clean.partners.homonyms import NAMESAKES, namesakes
from analysis.clean.partners.numbers_of_partners import (
    codes_of_others,
    first_list_by_number,
    note_shared_numbers,
    numbered_by_partner,
    with_further_partners,
)
from analysis.clean.programme.amended_agreements import (
    of_agreements,
    with_amendments,
    with_ends_of_kinds,
    with_what_is_amended,
)
from analysis.clean.programme.payments_by_partner import (
    payments_to_tell,
    with_agreements_of_partners,
)
from analysis.clean.programme.programme_rows import (
    in_declared_types,
    in_the_nomenclature,
    set_aside_incomplete,
    set_aside_no_agreements,
    sums_apart,
    with_dates_told,
    without_turned_ends,
)
from analysis.clean.records.rows import (
    Tables,
    column,
    is_kept,
    merge,
    set_aside,
    with_keys,
)
from analysis.clean.review_lists import what_is_seen
from analysis.clean.several_lists import repeats
from analysis.clean.several_lists.agreements_of_sources import with_one_number_across
from analysis.clean.several_lists.equal_rows import equal_payments
from analysis.clean.several_lists.numbers_of_rows import numbered, with_own_numbers
from analysis.declare import schema
from analysis.layout import StudyDescription
from analysis.linkage import partner_matching
from analysis.text.messages import say

_MEASURES = {
    "contributions": "value_eur",
    "agreements": "planned_amount_eur",
    "accounts": "revenue_total",
}

_OF_ROWS = ("agreement_id", "partner_id", "start", "date", "year_end")  # what a mere sum has not


def clean_programme(
    by_table: dict[str, pd.DataFrame],
    study: StudyDescription,
    identity: str,
    aliases: pd.DataFrame | None,
    notes: Tables,
) -> tuple[list[pd.DataFrame], Tables, list[pd.DataFrame]]:
    """All rows with fates and keys, table by table; the clean tables; cells not used."""
    if not by_table:
        return [], {}, []
    by_table, codes_in_doubt = with_codes_of_their_lists(
        with_one_name_per_entity(by_table), CODES_OF_PARTNERS
    )
    by_table, numbers_in_doubt = with_codes_of_their_lists(by_table, NUMBERS_OF_AGREEMENTS)
    notes["codes_of_several_lists"] = codes_in_doubt
    notes["shared_numbers"] = numbers_in_doubt.assign(first_list="")
    same_partner = _same_partners(by_table, identity, aliases, notes)
    decided, tables, cells = [], {}, []
    number_of_amended, shared_numbers = pd.Series(dtype="str"), set[str]()
    number_of_same, list_by_number = pd.Series(dtype="str"), dict[str, str]()
    for table in [name for name in schema.declared_tables() if name in by_table]:
        rows = by_table[table]
        rows = _set_aside_totals(rows, table, notes, study.numbers["totals_tolerance_eur"])
        rows = with_dates_told(rows, table)
        if table == "agreements":
            rows = with_what_is_amended(with_ends_of_kinds(rows))
            notes["short_entities"] = spellings_to_ask(rows)
        rows = set_aside_incomplete(numbered(rows, table, notes), table)
        if table == "agreements":
            rows = set_aside_no_agreements(rows, by_table.get("contributions"))
        clean = in_declared_types(rows[is_kept(rows)], table)
        clean = partner_codes.with_partner_codes(clean, same_partner)
        if table == "agreements":
            clean = with_further_partners(clean, notes)
            list_by_number = first_list_by_number(clean)
            clean, shared_numbers = numbered_by_partner(clean)
            note_shared_numbers(rows[~is_kept(rows)], shared_numbers, list_by_number, notes)
            notes["equal_payments"] = equal_payments(clean)
            clean, number_of_amended = with_amendments(clean, notes)
            clean, number_of_same = with_one_number_across(clean, notes)
        elif "agreement_id" in clean:
            note_shared_numbers(clean, shared_numbers, list_by_number, notes)
            for new_numbers in (number_of_amended, number_of_same):
                clean["agreement_id"] = of_agreements(clean["agreement_id"], new_numbers)
        clean = with_own_numbers(clean, table)
        clean, into, conflicts = repeats.one_row_each(clean, table)
        merge(rows, into.reindex(rows.index, fill_value=-1), "same key")
        notes["conflicts"] = _with_more(notes.get("conflicts"), conflicts)
        clean, turned = without_turned_ends(clean, table)
        cells += [turned, *sums_apart(clean, table, study.numbers)]
        clean = in_the_nomenclature(clean, notes)
        tables[table] = schema.conform(clean, table).reset_index(drop=True)
        keys = repeats.joined_key(schema.conform(clean, table), schema.key(table))
        decided.append(with_keys(rows, keys).assign(table=table))
    notes.setdefault("totals", pd.DataFrame(columns=totals.TOTAL_COLUMNS))
    notes["not_listed"] = pd.DataFrame({"partner_id": partner_codes.partners_not_listed(tables)})
    partners = partner_codes.with_partners_named_elsewhere(tables)
    if "partners" in tables or len(partners):
        tables["partners"] = partners
    if "agreements" in tables:
        _note_what_is_seen(tables, study, notes)
    if {"agreements", "contributions"} <= tables.keys():
        agreement_rows = next(rows for rows in decided if rows["table"].eq("agreements").all())
        _attach_payments(tables, partners, same_partner, agreement_rows, notes)
    if "answers" in tables:
        tables["answers"] = with_days_of_waves(tables["answers"], study.day)
    return decided, tables, cells


def _same_partners(
    by_table: dict[str, pd.DataFrame], identity: str, aliases: pd.DataFrame | None, notes: Tables
) -> dict[str, str]:
    """Partner codes -> the code of the partner that they are; the team's merges, to the notes."""
    if "partners" in by_table:
        notes["codes_of_others"] = codes_of_others(by_table["partners"])
    same_partner = partner_codes.same_partners(by_table, identity, aliases)
    notes[NAMESAKES] = namesakes(by_table, same_partner)
    if aliases is not None:
        undecided = partner_codes.same_partners(by_table, identity, None)
        codes = pd.Series(sorted(same_partner), dtype="str")
        merges = partner_codes.merges(codes.replace(undecided), codes.replace(same_partner))
        notes["merges"] = merges
    return same_partner


def _note_what_is_seen(tables: Tables, study: StudyDescription, notes: Tables) -> None:
    """Who is one partner by number and by name, as a table; from when to when agreements are seen,
    as notes.
    """
    agreements = tables["agreements"]
    identities = _identities_of(agreements, tables.get("partners"))
    last = last_seen(tables).max()  # on which any table shows a fact
    dated = agreements[["entity", "start"]].assign(date=agreements["start"], last=last)
    dated["known_on"] = agreements["signed_on"].fillna(agreements["start"])
    observed_to, year = study.observed_to or study.day, agreements["start"].dt.year
    keys = identities["identifier_key"], identities["name_key"]
    notes |= what_is_seen(dated, study, observed_to, year, *keys)
    tables["identities"] = identities


def _attach_payments(
    tables: Tables,
    partners: pd.DataFrame,
    same_partner: dict[str, str],
    agreement_rows: pd.DataFrame,
    notes: Tables,
) -> None:
    """Payments that name their partner alone, with the agreement that ran; what to tell of them."""
    written = tables["contributions"]
    contributions = with_agreements_of_partners(
        written, tables["agreements"], partners, same_partner
    )
    attachment = contributions.pop("~attachment")
    notes["payments"] = payments_to_tell(written, attachment, agreement_rows)
    tables["contributions"] = contributions


def with_days_of_waves(answers: pd.DataFrame, day) -> pd.DataFrame:
    """Answers of an undated wave that is named by its year, on the last day of that year, or on the
    study's day if it comes first: the latest that they can have been given.

    >>> answers = pd.DataFrame({"wave": ["2017", "2018", "trial"], "date": pd.to_datetime([None] * 3)})
    >>> with_days_of_waves(answers, "2018-06-27")["date"].dt.strftime("%Y-%m-%d").tolist()
    ['2017-12-31', '2018-06-27', nan]
    """
    if day is None:
        return answers
    is_undated = answers["date"].isna().groupby(answers["wave"]).transform("all")
    year = answers["wave"].where(answers["wave"].astype("str").str.fullmatch("[12][0-9]{3}"))
    year_end = pd.to_datetime(year + "-12-31", format="%Y-%m-%d").clip(upper=pd.Timestamp(day))
    date = answers["date"].mask(is_undated, year_end.astype("datetime64[us]"))
    return answers.assign(date=date)


def _with_more(known: pd.DataFrame | None, more: pd.DataFrame) -> pd.DataFrame:
    if known is None:
        return more
    return pd.concat([known, more], ignore_index=True)


def _set_aside_totals(
    rows: pd.DataFrame, table: str, notes: Tables, tolerance_eur: float
) -> pd.DataFrame:
    """Rows that are the sum of others; how each compares with these goes to the notes."""
    if table not in _MEASURES:
        return rows
    required = [name for name, column in schema.columns(table).items() if column.required]
    keyless = ~pd.concat([column(rows, name).notna() for name in required], axis=1).all(axis=1)
    is_bare = pd.concat([column(rows, name).isna() for name in _OF_ROWS], axis=1).all(axis=1)
    if "~label" not in rows and not is_bare.any():
        return rows
    is_total, compared = totals.total_rows(
        rows, _MEASURES[table], keyless, tolerance_eur=tolerance_eur
    )
    if "~label" not in rows:
        is_total, compared = is_total & is_bare, compared[:0]
    set_aside(rows, is_total, "total", say("clean.sum_of_others"), "~label")
    notes["totals"] = _with_more(notes.get("totals"), compared)
    return rows


def _identities_of(agreements: pd.DataFrame, partners: pd.DataFrame | None) -> pd.DataFrame:
    """Each agreement with what identifies its partner (SIREN, RNA or code) and its name."""
    identities = agreements[["agreement_id", "entity", "start"]].copy()
    identities["end"] = agreements["end"].fillna(agreements["planned_end"])
    identities["identifier_key"] = agreements["partner_id"]
    identities["name_key"] = pd.Series(pd.NA, index=identities.index, dtype="str")
    if partners is not None:
        by_code = partners.set_index("partner_id")
        identifier = by_code["siren"].fillna(by_code["rna"])
        identifiers = agreements["partner_id"].map(identifier).astype("str")
        identities["identifier_key"] = identifiers.fillna(agreements["partner_id"])
        name = partner_matching.normalised(by_code["name"])
        identities["name_key"] = agreements["partner_id"].map(name).astype("str")
    return identities.assign(partner_id=agreements["partner_id"])


def last_seen(tables: Tables) -> pd.Series:
    """The last day on which each table shows something that had happened, by table.

    An end counts that is not the planned one; those, written before they come, do not (R03), nor do
    amounts that are committed. Of a signed agreement the signature is seen, its start may lie ahead.
    """
    dates = {table: tables[table]["date"] for table in schema.LISTED if table in tables}
    if "contributions" in dates:
        is_committed = tables["contributions"]["stage"].eq("committed").fillna(False)
        dates["contributions"] = dates["contributions"].mask(is_committed.astype(bool))
    agreements = tables["agreements"]
    begun = agreements["signed_on"].fillna(agreements["start"])
    is_other_end = agreements["planned_end"].notna() & agreements["end"].ne(
        agreements["planned_end"]
    )
    dates["agreements"] = pd.concat([begun, agreements["end"].where(is_other_end)])
    return pd.Series({table: days.max() for table, days in dates.items()}, dtype="datetime64[us]")
