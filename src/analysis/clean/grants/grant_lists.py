"""Grant lists -> partners, agreements and contributions: one agreement for each partner, funder and
period.
"""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.amounts import nameless_rows
from analysis.clean.amounts.currency import currency_of, without_foreign_amounts
from analysis.clean.grants.amounts_taken_back import are_taken_back_whole, with_amounts_taken_back
from analysis.clean.grants.exclusions import NOTHING_GIVEN
from analysis.clean.grants.grant_tables import (
    agreements_of,
    contributions_of,
    identities_of,
    partners_of,
    programmes_of,
)
from analysis.clean.grants.lines_of_one_grant import (
    amounts_shared,
    begin_with_the_first,
    keep_amounts_of_earlier_versions,
    of_one_grant,
    with_one_period_per_reference,
)
from analysis.clean.grants.rows_of_no_grant import identifiers, set_aside_totals, set_aside_unusable
from analysis.clean.partners.funder_names import with_one_name_per_funder
from analysis.clean.partners.homonyms import with_places
from analysis.clean.partners.partner_codes import merges
from analysis.clean.records.cells import code
from analysis.clean.records.rows import (
    Tables,
    column,
    contradicting_cells,
    is_kept,
    mark,
    merge,
    set_aside,
    with_keys,
)
from analysis.clean.review_lists import what_is_seen
from analysis.clean.several_lists import repeats
from analysis.clean.several_lists.content_ids import content_ids
from analysis.clean.several_lists.grants_of_two_lists import told_again
from analysis.layout import StudyDescription
from analysis.linkage import partner_matching
from analysis.text.messages import say

UNDECIDED_REPEAT = "undecided repeat"
WITHOUT = {"identifier": "no identifier", "name": "no name", "both": "no identity"}


def clean_grants(
    by_table: Tables,
    study: StudyDescription,
    identity: str,
    term_months: int,
    aliases: pd.DataFrame | None,
    notes: Tables,
) -> tuple[list[pd.DataFrame], Tables, list[pd.DataFrame]]:
    """The rows with fates and keys, the clean tables, cells not used; takes `grants` out of the
    rest.

    `notes` receives what a reader should know: totals, conflicts, currencies, windows, breaks ...
    """
    if "grants" not in by_table:
        return [], {}, []
    rows = by_table.pop("grants")
    rows["amount"] = column(rows, "amount", "Float64")  # which a list may lack
    rows = set_aside_totals(rows, notes, study.numbers["totals_tolerance_eur"])
    rows = set_aside_unusable(rows)
    notes["nameless"] = nameless_rows.money_of_nobody(rows)
    rows = with_one_name_per_funder(rows)
    rows = with_recipient(rows)
    rows = merge_repeats(rows, notes)
    grants = rows[is_kept(rows)]
    grants, turned = with_period(grants, term_months)
    grants = with_one_period_per_reference(grants)
    grants = with_amounts_taken_back(grants)
    grants, foreign = without_foreign_amounts(grants, notes)
    grants = with_partner(grants, identity, aliases, notes)
    nobody = grants["partner_id"].isna().reindex(rows.index, fill_value=False)
    message = say("clean.identity_rule")
    set_aside(rows, nobody, WITHOUT[identity], message, "recipient")
    last = parse.last_day(grants["date"], grants["date_precision"])
    dated = pd.DataFrame({"entity": grants["funder"], "date": grants["date"], "last": last})
    dated = dated.assign(known_on=dated["date"], start=grants["start"])
    keys = grants["identifier"], grants["name_key"]
    notes |= what_is_seen(dated, study, study.observed_to, grants["start"].dt.year, *keys)
    identified = _numbered(grants.dropna(subset="partner_id"))
    is_taken_back = are_taken_back_whole(identified)
    in_all = is_taken_back.reindex(rows.index, fill_value=False)
    set_aside(rows, in_all, NOTHING_GIVEN, say("clean.taken_back"), "recipient")
    identified = identified[~is_taken_back]
    grants = grants.drop(is_taken_back.index[is_taken_back])
    agreements = agreements_of(identified)
    notes["programmes"] = programmes_of(agreements, identified)
    tables = {
        "partners": partners_of(identified),
        "agreements": agreements,
        "contributions": contributions_of(agreements, identified, currency_of(notes)),
        "identities": identities_of(identified, grants),
    }
    rows = with_keys(rows, identified["agreement_id"])
    return [rows.assign(table="grants")], tables, [turned, foreign]


def with_recipient(rows: pd.DataFrame) -> pd.DataFrame:
    """Who received each grant: `identifier`, `name_key`, and the one or else the other (`~who`)."""
    rows["identifier"] = identifiers(rows)
    rows["recipient"] = with_places(rows)
    rows["name_key"] = partner_matching.normalised(rows["recipient"])
    rows["~who"] = rows["identifier"].fillna(rows["name_key"])
    return rows


def merge_repeats(rows: pd.DataFrame, notes: Tables) -> pd.DataFrame:
    """Rows written twice in a source, and those that another source holds too (`told_again`)."""
    rows["amount"] = amounts_shared(rows)
    grants = rows[is_kept(rows)]
    one_grant = of_one_grant(grants)
    begin_with_the_first(rows, one_grant)
    keep_amounts_of_earlier_versions(rows, one_grant)
    merge(rows, one_grant, "line of one grant")
    grants = rows[is_kept(rows)]
    into, undecided = repeats.repeats(grants)
    again = told_again(grants, into >= 0, notes)
    merge(rows, into, "exact repeat")
    for into_another, rule in again:
        merge(rows, into_another, rule)
    kept_twice = mark(
        rows, undecided.reindex(rows.index, fill_value=False), "kept", UNDECIDED_REPEAT
    )
    notes["again"] = nameless_rows.money_of_some(rows, kept_twice)
    return rows


def with_period(rows: pd.DataFrame, term_months: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each grant covers, `start` to `end` (inclusive), and whether the end is assumed; planned
    ends that are not used.

    From the planned start (else the date) to the planned end; else for the term in months; else
    without an end where the cell says that it goes on; else for the year of a date that tells only
    its year; else for `term_months`. A planned end before the start is not used. A term that is assumed counts from the latest version of a grant, which was
    running then; one that it states is that of the whole grant, from its start.
    """
    planned_start = column(rows, "planned_start", "datetime64[us]")
    planned_end = column(rows, "planned_end", "datetime64[us]")
    start = planned_start.fillna(rows["date"])
    last = parse.last_day(planned_end, column(rows, "planned_end_precision"))
    turned = last < start
    term = column(rows, "term_months", "Float64").to_numpy(float, na_value=np.nan)
    stated = np.nan_to_num(term) >= 0.5
    by_year = (rows["date_precision"].eq("year") & planned_start.isna()).to_numpy()
    months = np.where(stated, np.round(np.nan_to_num(term)), np.where(by_year, 12, term_months))
    no_end = (turned | last.isna()).to_numpy()
    latest = column(rows, "~latest", "datetime64[us]")
    counted_from = start.mask((latest > start) & ~stated, latest)
    end = parse.later(counted_from, months.astype(int)) - pd.Timedelta(days=1)
    is_open = column(rows, "~open_end", "boolean").fillna(False).to_numpy(bool) & no_end & ~stated
    end = last.where(~no_end, end).mask(is_open)
    unused = contradicting_cells(
        rows, turned, "planned_end", "R01", say("clean.planned_end_turned")
    )
    return rows.assign(start=start, end=end, term_assumed=no_end & ~stated & ~is_open), unused


def with_partner(
    rows: pd.DataFrame, identity: str, aliases: pd.DataFrame | None, notes: Tables
) -> pd.DataFrame:
    """Who is who, by the identity rule; whom a decision of the team merged goes to the notes.

    Decided once for each identifier and name that stand together.
    """
    written = ["identifier", "name_key"]
    pair = rows.groupby(written, sort=False, dropna=False).ngroup()
    pairs = rows.loc[~pair.duplicated(), written].reset_index(drop=True)
    partner = code(partner_matching.identify(pairs, aliases, identity))
    if aliases is not None:
        notes["merges"] = merges(code(partner_matching.identify(pairs, None, identity)), partner)
    partner_id = partner.array.take(pair)
    return rows.assign(partner_id=pd.Series(partner_id, rows.index, dtype="str"))


def _numbered(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with their agreement's number: of funder, period, recipient, in any identity."""
    group = rows.groupby(["partner_id", "funder", "start", "end"], dropna=False).ngroup()
    named = rows["identifier"].fillna(rows["name_key"])
    recipients = pd.DataFrame({"anonymous": rows["identifier"].isna(), "named": named})
    rank = recipients.groupby(["anonymous", "named"], dropna=False).ngroup()
    first = rank.groupby(group).idxmin()
    head = rows.loc[first]
    day_one = np.datetime64("1970-01-01")
    content = pd.DataFrame(
        {
            "recipient": named[first].array,
            "entity": head["funder"].array,
            "start": (head["start"].to_numpy("datetime64[D]") - day_one).astype(np.int64),
            "end": (head["end"].to_numpy("datetime64[D]") - day_one).astype(np.int64),
        }
    )
    ids = content_ids("A", content, head["partner_id"].reset_index(drop=True))
    return rows.assign(agreement_id=pd.Series(ids.array.take(group), rows.index, dtype="str"))
