"""Contributions that name a partner instead of an agreement, and those of no agreement at all."""

from collections.abc import Mapping

import pandas as pd

from analysis.clean.records.rows import is_kept
from analysis.clean.sheets.parts_of_files import Part
from analysis.clean.team.control_total import written_amount
from analysis.linkage import partner_matching
from analysis.text.messages import say

_NAMES_SHOWN = 3
_REASONS_TOLD = ("of several agreements", "none ran", "agreement set aside", "of no agreement")


def with_agreements_of_partners(
    contributions: pd.DataFrame,
    agreements: pd.DataFrame,
    partners: pd.DataFrame,
    same_partner: Mapping[str, str],
) -> pd.DataFrame:
    """The contributions whose number of an agreement is a partner's name or code, with the number
    of that partner's agreement that ran on their day, else of the last that had begun; `partners`
    tell the names of the codes that agreements bear, `same_partner` what else stands for a code.

    Of several that ran it is the one that began last. The column `~attachment` tells how it was attached:
    "by number", "by partner", "of several agreements", "none ran", "of no agreement".

    >>> agreements = pd.DataFrame({
    ...     "agreement_id": ["A1", "A2"], "partner_id": ["Foyer Nord", "Foyer Nord"],
    ...     "start": pd.to_datetime(["2016-01-01", "2018-01-01"]),
    ...     "planned_end": pd.to_datetime(["2017-12-31", "2018-12-31"]),
    ...     "end": pd.to_datetime([None, None]),
    ... })
    >>> contributions = pd.DataFrame({
    ...     "agreement_id": ["FOYER NORD", "F. Nord", "A2", "Foyer Sud"], "year": [2017, 2019, 2018, 2018],
    ...     "date": pd.to_datetime(["2017-05-01", None, None, None]),
    ... })
    >>> partners = pd.DataFrame({"partner_id": ["Foyer Nord"], "name": ["Foyer Nord"]})
    >>> same = {"F. Nord": "Foyer Nord"}
    >>> payments = with_agreements_of_partners(contributions, agreements, partners, same)
    >>> payments["agreement_id"].tolist()
    ['A1', 'A2', 'A2', 'Foyer Sud']
    >>> payments["~attachment"].tolist()
    ['by partner', 'none ran', 'by number', 'of no agreement']
    """
    own_number = contributions["agreement_id"]
    is_unknown = ~own_number.isin(agreements["agreement_id"])
    names = _names_of_partners(agreements["partner_id"], partners, same_partner)
    pairs = _payments_with_candidates(contributions[is_unknown], agreements, names)
    attachment = pd.Series("by number", index=contributions.index, dtype="str")
    attachment[is_unknown] = "of no agreement"
    running = pairs.groupby("row")["is_running"].sum()
    attachment[running.index[running.eq(0)]] = "none ran"
    attachment[running.index[running.eq(1)]] = "by partner"
    attachment[running.index[running.gt(1)]] = "of several agreements"
    pairs = pairs.sort_values(["is_running", "start", "agreement_id"])
    number = pairs.drop_duplicates("row", keep="last").set_index("row")["agreement_id"]
    agreement_ids = number.reindex(own_number.index).fillna(own_number)
    return contributions.assign(**{"agreement_id": agreement_ids, "~attachment": attachment})


def _names_of_partners(
    codes: pd.Series, partners: pd.DataFrame, same_partner: Mapping[str, str]
) -> pd.DataFrame:
    """What stands for each code of a partner, so that spellings compare: columns partner_id, partner."""
    by_name = partners.set_index("name")["partner_id"]
    code_by_text = pd.concat(
        [pd.Series(codes.to_numpy(), codes), by_name, pd.Series(same_partner, dtype="str")]
    )
    texts = code_by_text.index.to_series().astype("str")
    names = pd.DataFrame(
        {
            "partner_id": code_by_text.to_numpy(),
            "partner": partner_matching.normalised(texts).to_numpy(),
        }
    )
    return names.dropna().drop_duplicates()


def _payments_with_candidates(
    payments: pd.DataFrame, agreements: pd.DataFrame, names: pd.DataFrame
) -> pd.DataFrame:
    """Each payment with each agreement of its partner that had begun by its day, and whether that
    still ran: columns row, agreement_id, start, is_running.
    """
    year_end = pd.to_datetime(payments["year"].astype("str") + "-12-31", format="%Y-%m-%d")
    by_partner = pd.DataFrame(
        {
            "row": payments.index,
            "partner": partner_matching.normalised(payments["agreement_id"]).array,
            "day": payments["date"].fillna(year_end.astype("datetime64[us]")).array,
        }
    ).dropna()
    candidates = agreements[["agreement_id", "partner_id", "start"]].assign(
        last=agreements["end"].fillna(agreements["planned_end"]),
    )
    pairs = by_partner.merge(candidates.merge(names, on="partner_id"), on="partner")
    pairs = pairs[pairs["start"].le(pairs["day"])]
    return pairs.assign(is_running=pairs["last"].isna() | pairs["last"].ge(pairs["day"]))


def payments_to_tell(
    written: pd.DataFrame, attachment: pd.Series, agreement_rows: pd.DataFrame
) -> pd.DataFrame:
    """The contributions that no number ties to an agreement, as their files write them, and why
    they are told (`reason`): "agreement set aside" where their number is that of an agreement that
    was refused or set aside. One attached to the only agreement that ran is not told.
    """
    numbers_aside = agreement_rows.loc[~is_kept(agreement_rows), "agreement_id"]
    is_of_one_aside = attachment.eq("of no agreement") & written["agreement_id"].isin(numbers_aside)
    reason = attachment.mask(is_of_one_aside, "agreement set aside")
    return written.assign(reason=reason)[reason.isin(_REASONS_TOLD)]


def remarks_on_contributions(
    to_tell: pd.DataFrame | None, currency: str, parts: list[Part]
) -> list[str]:
    """One remark for each reason of `payments_to_tell`: how many, how much money and whose, and in
    which columns the numbers of contributions and of agreements stand.
    """
    if to_tell is None:
        return []
    remarks = []
    for reason in _REASONS_TOLD:
        payments = to_tell[to_tell["reason"].eq(reason)]
        if payments.empty:
            continue
        names = sorted(payments["agreement_id"].unique())
        amounts = payments["value_eur"].dropna()
        remark = say(
            "clean.payments.to_check",
            which=say(f"clean.payments.{reason.replace(' ', '_')}"),
            rows=len(payments),
            amount=written_amount(amounts.sum()) if len(amounts) else "",
            currency=currency,
            names=", ".join(names[:_NAMES_SHOWN]),
            more=max(0, len(names) - _NAMES_SHOWN),
            of_payments=_headers_of_numbers(parts, "contributions"),
            of_agreements=_headers_of_numbers(parts, "agreements"),
        )
        remarks.append(remark)
    return remarks


def _headers_of_numbers(parts: list[Part], table: str) -> str:
    """The headers under which a table holds the numbers of agreements."""
    mappings = [part.mapping for part in parts if part.mapping and part.mapping.table == table]
    headers = [header for of in mappings for header in of.columns.get("agreement_id", ())]
    return " + ".join(f"`{header}`" for header in dict.fromkeys(headers))
