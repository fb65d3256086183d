"""Rows of grant lists that are no grants: sums and parts of others, requests that were not granted,
gifts of nothing, to nobody or to private persons.
"""

import pandas as pd

from analysis.clean.amounts import nameless_rows, sums_of_groups, totals
from analysis.clean.days import undated_rows
from analysis.clean.grants.exclusions import (
    NOT_GRANTED,
    NOTHING_GIVEN,
    PART_OF_AMOUNT,
    PRIVATE_PERSONS,
    private_persons,
)
from analysis.clean.grants.group_rows import parts_of_the_row_above
from analysis.clean.records.rows import Tables, column, is_kept, set_aside
from analysis.clean.records.section_titles import titles_of_sections
from analysis.linkage import partner_matching
from analysis.text.messages import say


def set_aside_totals(rows: pd.DataFrame, notes: Tables, tolerance_eur: float) -> pd.DataFrame:
    """Rows that are the sum of others, or a part of one; how each compares with these goes to the
    notes.
    """
    is_part = parts_of_the_row_above(rows, "amount", tolerance_eur)
    set_aside(rows, is_part, PART_OF_AMOUNT, say("clean.part_of_amount"), "recipient")
    details = rows[is_kept(rows)]
    requests = column(details, "outcome").isin(NOT_GRANTED)
    nameless = details["recipient"].isna() & identifiers(details).isna()
    own_date = column(details, "~own_date", "boolean").fillna(False).astype(bool)
    somebody = own_date & ~nameless
    alone_on_a_day = nameless_rows.alone_on_a_day(details, own_date)
    of_groups = sums_of_groups.sums_of_groups(details, "amount", somebody)
    is_total, notes["totals"] = totals.total_rows(
        details,
        "amount",
        nameless & ~alone_on_a_day,
        requests,
        of_groups.eq(sums_of_groups.SURE),
        somebody,
        alone_on_a_day,
        tolerance_eur=tolerance_eur,
    )
    in_doubt = of_groups.eq(sums_of_groups.IN_DOUBT) & ~is_total
    notes["sums_in_doubt"] = sums_of_groups.names_in_doubt(details, in_doubt)
    is_total = is_total.reindex(rows.index, fill_value=False)
    is_labelled = column(rows, "~label").notna()
    for is_told, shown in ((is_labelled, "~label"), (~is_labelled, "recipient")):
        set_aside(rows, is_total & is_told, "total", say("clean.sum_of_others"), shown)
    is_title = titles_of_sections(rows, is_total)
    set_aside(rows, is_title, "title", say("clean.title_of_section"), "recipient")
    return rows


def set_aside_unusable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that tell of no partnership: requests that were not granted (R18), nobody named, nothing
    given and private persons together (R19), no funder, no date.
    """
    message = say("clean.no_grant")
    reverses = column(rows, "amount", "Float64").lt(0).fillna(False)  # what was granted before
    for outcome, rule in NOT_GRANTED.items():
        is_request = column(rows, "outcome").eq(outcome) & ~reverses
        set_aside(rows, is_request, rule, message, "recipient")
    anonymous = identifiers(rows).isna()
    nameless = rows["recipient"].isna() & anonymous
    set_aside(rows, nameless, nameless_rows.NO_RECIPIENT, say("clean.nobody"), "amount")
    nothing = column(rows, "amount", "Float64").eq(0) & ~rows["~beside"]
    persons = private_persons(partner_matching.normalised(rows["recipient"])) & anonymous
    set_aside(rows, nothing, NOTHING_GIVEN, say("clean.nothing_given"), "recipient")
    message = say("clean.private_persons")
    set_aside(rows, persons, PRIVATE_PERSONS, message, "recipient")
    set_aside(rows, rows["funder"].isna(), "no funder", say("clean.no_funder"), "recipient")
    message = say("clean.no_date")
    set_aside(rows, rows["date"].isna(), undated_rows.NO_DATE, message, "recipient")
    return rows


def identifiers(rows: pd.DataFrame) -> pd.Series:
    """What identifies each recipient beyond its name: SIREN, else RNA, else another code."""
    siren, rna, recipient_id = (column(rows, name) for name in ("siren", "rna", "recipient_id"))
    return siren.fillna(rna).fillna(recipient_id)
