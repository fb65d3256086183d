"""How exposed relations and the programme are: terms ahead, concentration, a funder that leaves."""

import pandas as pd

from analysis.relations import OPEN_END, month_ends
from analysis.stats import intervals


def next_terms(
    agreements: pd.DataFrame,
    relation: pd.Series,
    day: pd.Timestamp,
    events: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The term that lies ahead of each relation: that of its agreement which reaches furthest, by
    relation (`relation`: by row).

    term: its planned end, or its end if it has come (missing: not recorded); days: days from the
    day to it, negative once passed; tacit: it renews itself unless told otherwise (where nothing is
    recorded there is no such clause); renewed: a renewal was recorded since that agreement began.
    An agreement signed by the day counts even if it starts later: it is the renewal. A parallel one
    that ends sooner brings no relation to its term: the relation goes on. One of which the source
    tells no term, or that is known by its year alone, has none: that of a grant list is
    assumed.

    >>> agreements = pd.DataFrame({"agreement_id": ["A", "B"], "start": pd.Timestamp("2016-01-01"), "end": pd.NaT,
    ...     "start_precision": "day", "term_assumed": False, "planned_end": pd.Timestamp("2018-07-27"), "tacit_renewal": pd.array([False, True], "boolean")})
    >>> next_terms(agreements, pd.Series(["R1", "R2"]), pd.Timestamp("2018-06-27"))[["days", "tacit"]].values.tolist()
    [[30.0, False], [30.0, True]]
    """
    signed = False
    if "signed_on" in agreements:
        signed = agreements["signed_on"] <= day
    is_known = (agreements["start"] <= day) | signed
    rows = agreements.assign(relation=relation)[is_known & relation.notna()]
    rows = _furthest(rows.sort_values(["relation", "start", "planned_end", "agreement_id"]), day)
    rows = rows.set_index("relation")
    renewed = pd.Series(False, index=rows.index)
    if events is not None:
        renewals = events[(events["kind"] == "renewal") & (events["date"] <= day)]
        renewed_on = renewals.groupby("agreement_id")["date"].max().reindex(rows["agreement_id"])
        renewed[:] = renewed_on.array > rows["start"].array
    over = rows["end"] <= day
    planned = rows["planned_end"]
    last_day = planned.dt.is_year_end & (planned.dt.year == rows["start"].dt.year)
    assumed = rows["term_assumed"].fillna(False) | ((rows["start_precision"] == "year") & last_day)
    term = planned.mask(assumed.astype(bool)).mask(over, rows["end"])
    tacit = rows["tacit_renewal"].fillna(False).astype(bool) & ~over
    columns = {
        "term": term,
        "days": (term - day).dt.days.astype(float),
        "tacit": tacit,
        "renewed": renewed,
    }
    return pd.DataFrame(columns)


def _furthest(agreements: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Of agreements in the order of their relations and starts, that of each relation which reaches
    furthest: as relations are made, without end where no end is told, or where it renews itself and
    none begins after its term.
    """
    end, planned = agreements["end"], agreements["planned_end"]
    next_start = agreements.groupby("relation")["start"].shift(-1)
    tacit = agreements["tacit_renewal"].fillna(False).astype(bool)
    renews_itself = tacit & (planned <= day) & ~(next_start > planned)
    reach = planned.mask(renews_itself).mask(end <= day, end).fillna(OPEN_END)
    in_order = agreements.assign(reach=reach).sort_values(["relation", "reach"], kind="stable")
    return in_order.drop_duplicates("relation", keep="last")


def month_ahead(term: pd.Series, day: pd.Timestamp, months: int) -> pd.Series:
    """In which of so many months from the day on each term lies: 1 for the first, 0 where it has
    passed, missing where it lies further ahead or is not known.

    A relation runs to the end of its last day: a term that falls on the day has not passed.

    >>> terms = pd.Series(pd.to_datetime(["2018-06-26", "2018-06-27", "2018-07-28", "2018-09-01"]))
    >>> month_ahead(terms, pd.Timestamp("2018-06-27"), 2).tolist()
    [0, 1, 2, <NA>]
    """
    ends = month_ends(day, months)
    month = pd.cut(term, ends, labels=range(1, months + 1), include_lowest=True)
    return month.astype("Int64").mask(term < day, 0)


def programme(amounts: pd.Series, unit: pd.Series) -> pd.Series:
    """How concentrated amounts (or counts: all ones) are over units: partners, regions, entities.

    `estimates.concentration` of the sums by unit (n, hhi, hhi_star, effective, top_10, top_1,
    gini), their total, and `first`, the largest unit: top_1 is what is lost if it withdraws. Units
    whose sum is not above zero are left out.

    >>> programme(pd.Series([50, 30, 15, 5]), pd.Series(["a", "b", "c", "c"]))[["hhi", "first"]].tolist()
    [0.38, 'a']
    """
    sums = amounts.astype(float).groupby(unit).sum()
    sums = sums[sums > 0].sort_values(ascending=False, kind="stable")
    named = pd.Series({"total": sums.sum(), "first": sums.index[0] if len(sums) else None})
    return pd.concat([intervals.concentration(sums), named])


def first_funder(amounts: pd.Series, partner: pd.Series, funder: pd.Series) -> pd.DataFrame:
    """What part of each partner's funding on record comes from its largest funder: columns total,
    share (0-1), by partner.

    An upper bound of its dependence: funders that are not on record are not seen. Partners whose
    amounts do not add up to more than zero are left out; so are amounts that a funder took back in
    full.

    >>> first_funder(pd.Series([75.0, 25.0, 10.0]), pd.Series(["P", "P", "Q"]), pd.Series(["A", "B", "A"])).values.tolist()
    [[100.0, 0.75], [10.0, 1.0]]
    """
    sums = amounts.astype(float).groupby([partner.rename("partner"), funder.rename("funder")]).sum()
    by_partner = sums[sums > 0].groupby(level="partner")
    total = by_partner.sum()
    return pd.DataFrame({"total": total, "share": by_partner.max() / total})


def withdrawal(relations: pd.DataFrame, entity: str) -> pd.Series:
    """What would be left of the running relations if one entity withdrew: shares of relations and
    of partners lost.

    A partner is lost when the entity holds all its running relations.

    >>> relations = pd.DataFrame({"partner_id": ["P", "P", "Q"], "entity": ["A", "B", "A"], "status": "running"})
    >>> withdrawal(relations, "A").round(3).to_dict()
    {'relations': 0.667, 'partners': 0.5}
    """
    running = relations[relations["status"] != "ended"]
    of_entity = running["entity"] == entity
    partners = of_entity.groupby(running["partner_id"]).all()
    return pd.Series({"relations": of_entity.mean(), "partners": partners.mean()}, dtype=float)
