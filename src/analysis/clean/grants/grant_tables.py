"""The clean tables that identified grants make: agreements, contributions, partners, and what each
rule of identity would make.
"""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.records.rows import column
from analysis.declare import schema
from analysis.parse.quantities import HALF_CENT

_PRECISIONS = list(parse.PRECISIONS)[::-1]  # the coarsest first
IDENTITY = ["identifier_key", "name_key", "partner_id"]


def agreements_of(grants: pd.DataFrame) -> pd.DataFrame:
    """One agreement for each number; its amount is missing where no grant has one, its start as
    precise as the coarsest of its starts.

    Cents are whole numbers, so that their sum does not depend on the order of rows.
    """
    cents = (grants["amount"].astype("float64") * 100).round()
    if "~limit" in grants:
        limit = grants["~limit"]
    else:
        limit = pd.Series(np.nan, grants.index)
    precision = _precision_of_start(grants)
    grain = precision.map({name: rank for rank, name in enumerate(_PRECISIONS)})
    values = pd.DataFrame(
        {
            "agreement_id": grants["agreement_id"],
            "cents": cents,
            "amount_limit_eur": limit.astype("float64"),
            "grain": grain.fillna(0).astype(int),
        }
    )
    by_agreement = values.groupby("agreement_id")
    sums = by_agreement[["cents", "amount_limit_eur"]].sum(min_count=1)
    first = ~grants["agreement_id"].duplicated()
    terms = grants.loc[
        first, ["agreement_id", "partner_id", "funder", "start", "end", "term_assumed"]
    ]
    terms = terms.set_index("agreement_id").sort_index()
    agreements = terms.rename(columns={"funder": "entity", "end": "planned_end"}).assign(
        planned_amount_eur=sums["cents"] / 100,
        amount_limit_eur=sums["amount_limit_eur"],
        start_precision=by_agreement["grain"].min().map(dict(enumerate(_PRECISIONS))),
    )
    if "programme" in grants:
        programmes = usual_values(grants["agreement_id"], grants["programme"])
        agreements["programme"] = agreements.index.map(programmes).astype("str")
    return schema.conform(agreements.reset_index(), "agreements")


def programmes_of(agreements: pd.DataFrame, grants: pd.DataFrame) -> pd.DataFrame:
    """What each programme has of the agreements whose lines name several, where these lines add up
    to the amount of the agreement: agreement_id, programme (missing where a line names none),
    amount.

    >>> lines = pd.DataFrame({"agreement_id": "A1", "programme": ["art", "sport"], "amount": [1.0, 3.0]})
    >>> whole = pd.DataFrame({"agreement_id": ["A1"], "planned_amount_eur": [4.0]})
    >>> programmes_of(whole, lines)["amount"].tolist()
    [1.0, 3.0]
    """
    lines = pd.DataFrame(
        {
            "agreement_id": grants["agreement_id"].astype("str"),
            "programme": column(grants, "programme").astype("str"),
            "amount": grants["amount"].astype("float64"),
        }
    )
    of_agreement = lines.groupby("agreement_id")
    programmes = of_agreement["programme"].nunique(dropna=False)
    whole = agreements.set_index("agreement_id")["planned_amount_eur"].astype("float64")
    adds_up = (of_agreement["amount"].sum() - whole).abs() < HALF_CENT
    is_apart = programmes.gt(1) & adds_up.reindex(programmes.index, fill_value=False)
    lines = lines[lines["agreement_id"].isin(programmes.index[is_apart])]
    parts = lines.groupby(["agreement_id", "programme"], dropna=False)["amount"].sum()
    return parts.reset_index()


def _precision_of_start(grants: pd.DataFrame) -> pd.Series:
    """How far the start of each grant is known: as its planned start is written, else its date."""
    is_planned = column(grants, "planned_start", "datetime64[us]").notna()
    precision = column(grants, "planned_start_precision").where(is_planned)
    return precision.fillna(grants["date_precision"])


def contributions_of(agreements: pd.DataFrame, grants: pd.DataFrame, currency: str) -> pd.DataFrame:
    """What is granted under each agreement that has an amount, in `currency`: money unless the list
    says otherwise; where its grants are of several kinds, each of them where the amounts of all
    lines add up to that of the agreement, else of a kind that is unknown.
    """
    kinds = grants["~kind"].fillna("cash").groupby(grants["agreement_id"])
    kind = kinds.first().where(kinds.nunique().eq(1))
    paid = agreements[agreements["planned_amount_eur"].notna()].reset_index(drop=True)
    by_day = paid["start_precision"].eq("day")
    contributions = pd.DataFrame(
        {
            "contribution_id": "C" + paid["agreement_id"].str.slice(1),
            "agreement_id": paid["agreement_id"],
            "year": paid["start"].dt.year,
            "date": paid["start"].where(by_day),
            "direction": "to partner",
            "kind": paid["agreement_id"].map(kind),
            "quantity": paid["planned_amount_eur"],
            "unit": "EUR" if currency == "EUR" else pd.NA,
            "value_eur": paid["planned_amount_eur"],
            "stage": "committed",
        }
    )
    for in_parts in (_parts_by_year(contributions, grants), _parts_by_kind(contributions, grants)):
        if len(in_parts):
            is_whole = ~contributions["agreement_id"].isin(in_parts["agreement_id"])
            contributions = pd.concat([contributions[is_whole], in_parts], ignore_index=True)
    return schema.conform(contributions, "contributions")


def _parts_by_kind(contributions: pd.DataFrame, grants: pd.DataFrame) -> pd.DataFrame:
    """The contributions of which the lines are of several kinds and add up to the whole, one for
    each kind: what is given in money stays apart from what is given in kind.
    """
    whole = contributions[contributions["kind"].isna()]
    whole = whole[~whole["agreement_id"].duplicated(keep=False)]
    if whole.empty:
        return whole
    lines = grants[grants["agreement_id"].isin(whole["agreement_id"])]
    cents = (lines["amount"].astype("float64") * 100).round()
    sums = cents.groupby([lines["agreement_id"], lines["~kind"].fillna("cash")]).sum() / 100
    parts = sums.rename_axis(["agreement_id", "kind"]).rename("value_eur").reset_index()
    summed = parts.groupby("agreement_id")["value_eur"].sum()
    as_whole = whole.set_index("agreement_id")["value_eur"].astype("float64")
    adds_up = as_whole[(as_whole - summed).abs() < HALF_CENT].index
    parts = parts[parts["agreement_id"].isin(adds_up)].astype({"agreement_id": "str"})
    parts = parts.merge(whole.drop(columns=["kind", "quantity", "value_eur"]), on="agreement_id")
    number = parts["contribution_id"] + "-" + parts["kind"]
    return parts.assign(contribution_id=number, quantity=parts["value_eur"])


def _parts_by_year(contributions: pd.DataFrame, grants: pd.DataFrame) -> pd.DataFrame:
    """The contributions of grants whose lines add up, as study.toml says or as columns by year
    show, one for each year in which a line stands.
    """
    adds_up = column(grants, "~same_reference").eq("add")
    adds_up |= grants.duplicated(["source", "line"], keep=False)
    in_lines = grants["agreement_id"].isin(grants.loc[adds_up, "agreement_id"])
    lines = grants[in_lines & grants["amount"].notna()]
    if lines.empty:
        return contributions.iloc[:0]
    cents = (lines["amount"].astype("float64") * 100).round()
    sums = cents.groupby([lines["agreement_id"], lines["date"].dt.year.rename("year")]).sum() / 100
    in_parts = sums.rename("value_eur").reset_index().astype({"agreement_id": "str"})
    of_grant = contributions.drop(columns=["year", "date", "quantity", "value_eur"])
    in_parts = in_parts.merge(of_grant, on="agreement_id")
    number = in_parts["contribution_id"] + "-" + in_parts["year"].astype("int64").astype("str")
    return in_parts.assign(contribution_id=number, quantity=in_parts["value_eur"], date=pd.NaT)


def partners_of(grants: pd.DataFrame) -> pd.DataFrame:
    """The partners of the agreements, with the name, identifiers and place met most often."""
    partners = pd.DataFrame({"partner_id": sorted(grants["partner_id"].unique())}, dtype="str")
    written = {"name": "recipient", "siren": "siren", "siret": "siret", "rna": "rna"}
    for name, raw in (written | {"department": "department"}).items():
        if raw in grants:
            usual = usual_values(grants["partner_id"], grants[raw])
            partners[name] = partners["partner_id"].map(usual).astype("str")
    partners["name"] = partners["name"].fillna(partners["partner_id"])
    if "department" in partners:
        partners["region"] = parse.region_of(partners["department"])
    return schema.conform(partners, "partners")


def usual_values(owner: pd.Series, values: pd.Series) -> pd.Series:
    """The value that each owner bears most often (of equals the first in order), by owner.

    >>> usual_values(pd.Series(["P", "P", "P"]), pd.Series(["b", "a", None])).tolist()
    ['a']
    """
    counts = pd.DataFrame({"owner": owner.array, "value": values.array}).dropna()
    counts = counts.groupby(["owner", "value"]).size().rename("times").reset_index()
    order = ["owner", "times", "value"]
    counts = counts.sort_values(order, ascending=[True, False, True]).drop_duplicates("owner")
    return counts.set_index("owner")["value"]


def identities_of(grants: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    """A row for each agreement that some identity rule keeps apart; `every` grant is in it."""
    names = {"funder": "entity", "identifier": "identifier_key"}
    columns = ["agreement_id", "entity", "start", "end", *IDENTITY]
    identities = grants.rename(columns=names)[columns].drop_duplicates()
    identities = identities.sort_values(
        ["agreement_id", "name_key", "identifier_key"], na_position="first"
    )
    nobody = every[every["partner_id"].isna()]
    if nobody.empty:
        return identities.reset_index(drop=True)
    nobody = nobody.rename(columns=names).assign(agreement_id=pd.NA)
    nobody = nobody.astype({"agreement_id": "str"})[columns].drop_duplicates()
    order = ["entity", "start", "end", "identifier_key", "name_key"]
    nobody = nobody.sort_values(order, na_position="first")
    return pd.concat([identities, nobody], ignore_index=True)
