"""Contributions that name a partner instead of an agreement, and those of no agreement at all."""

import pandas as pd

from analysis.clean.rows import Tables
from analysis.linkage import partner_matching
from analysis.text import formatting
from analysis.text.messages import say

_NAMES_SHOWN = 3


def with_agreements_of_partners(
    contributions: pd.DataFrame, agreements: pd.DataFrame
) -> pd.DataFrame:
    """The contributions whose number of an agreement is a partner's name or code, with the number
    of that partner's agreement that ran on their day, else of the last that had begun.

    >>> agreements = pd.DataFrame({
    ...     "agreement_id": ["A1", "A2"], "partner_id": ["Foyer Nord", "Foyer Nord"],
    ...     "start": pd.to_datetime(["2016-01-01", "2018-01-01"]),
    ...     "planned_end": pd.to_datetime(["2017-12-31", None]),
    ...     "end": pd.to_datetime([None, None]),
    ... })
    >>> contributions = pd.DataFrame({
    ...     "agreement_id": ["FOYER NORD", "Foyer Nord", "A2", "Foyer Sud"], "year": [2017, 2019, 2018, 2018],
    ...     "date": pd.to_datetime(["2017-05-01", None, None, None]),
    ... })
    >>> with_agreements_of_partners(contributions, agreements)["agreement_id"].tolist()
    ['A1', 'A2', 'A2', 'Foyer Sud']
    """
    is_unknown = ~contributions["agreement_id"].isin(agreements["agreement_id"])
    unknown = contributions[is_unknown]
    year_end = pd.to_datetime(unknown["year"].astype("str") + "-12-31", format="%Y-%m-%d")
    payments = pd.DataFrame(
        {
            "row": unknown.index,
            "partner": partner_matching.normalised(unknown["agreement_id"]).array,
            "day": unknown["date"].fillna(year_end.astype("datetime64[us]")).array,
        }
    ).dropna()
    candidates = agreements[["agreement_id", "start"]].assign(
        partner=partner_matching.normalised(agreements["partner_id"]),
        last=agreements["end"].fillna(agreements["planned_end"]),
    )
    pairs = payments.merge(candidates, on="partner")
    pairs = pairs[pairs["start"].le(pairs["day"])]
    pairs["is_running"] = pairs["last"].isna() | pairs["last"].ge(pairs["day"])
    pairs = pairs.sort_values(["is_running", "start", "agreement_id"])
    number = pairs.drop_duplicates("row", keep="last").set_index("row")["agreement_id"]
    own_number = contributions["agreement_id"]
    return contributions.assign(agreement_id=number.reindex(own_number.index).fillna(own_number))


def remarks_on_contributions(tables: Tables) -> list[str]:
    """That some contributions are of no agreement that is listed, with how many and how much."""
    if not {"agreements", "contributions"} <= tables.keys():
        return []
    contributions = tables["contributions"]
    is_known = contributions["agreement_id"].isin(tables["agreements"]["agreement_id"])
    of_none = contributions[~is_known]
    if of_none.empty:
        return []
    names = sorted(of_none["agreement_id"].unique())
    amount = formatting.number(of_none["value_eur"].sum())
    return [
        say(
            "clean.of_no_agreement",
            rows=len(of_none),
            amount=amount,
            names=", ".join(names[:_NAMES_SHOWN]),
            more=max(0, len(names) - _NAMES_SHOWN),
        )
    ]
