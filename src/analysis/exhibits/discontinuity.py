"""Who is absent the year after, by rule of who is who (F6D)."""

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import curves, new_figure
from analysis.charts.look import room
from analysis.exhibits.cohorts import years_not_among
from analysis.exhibits.followed_relations import assumes_terms
from analysis.exhibits.source_holes import hole_facts, known_holes
from analysis.indicators import calendar_time
from analysis.study.once import result
from analysis.text.facts import Count, Interval, Label, Share

RULES = {"identifier_key": "identifier", "name_key": "name", "partner_id": "studied"}


def F6D(study) -> Exhibit:
    """Who is absent the year after, by rule of who is who: a name spelt anew looks like a loss."""
    words = words_of(study, "F6D")
    words.refuse_if(study.filters or not study.has("identities"), "whole_only")
    years = present(study)
    few = study.conventions["percent_from"]
    labels = {key: words.group(name) for key, name in RULES.items()}
    tables, every_year = [], pd.Series(dtype="int64")
    for key, label in labels.items():
        columns = years["year"], years[key], years["seen"]
        table = calendar_time.discontinuity(*columns, confidence=study.parameters.confidence)
        table = table.dropna(subset="value")
        if key == "partner_id":
            every_year = table.index.to_series()
        table = table[table["n"] >= few]
        tables.append(table.rename_axis("x").reset_index().assign(group=label))
    data = pd.concat(tables, ignore_index=True)
    data = data[["group", "x", "n", "lost", "value", "low", "high"]]
    by_identifier = data[data["group"] == labels["partner_id"]]
    words.refuse_if(by_identifier.empty, "no_two_years")
    total = data.groupby("group")[["lost", "n"]].sum().astype(float)
    share = (total["lost"] / total["n"]).reindex(list(labels.values())).dropna()
    highest = by_identifier.loc[by_identifier["value"].idxmax()]
    own_n = int(by_identifier["n"].sum())
    facts = hole_facts(study) | {
        "share": Share(share[labels["partner_id"]], of=own_n),
        "low": Share(share.min(), of=own_n),
        "high": Share(share.max(), of=own_n),
        "least": Label(share.idxmin()),
        "most": Label(share.idxmax()),
        "alike": bool(share.max() - share.min() < 0.01),
        "year": Label(str(int(highest["x"]))),
        "lost": Count(int(highest["lost"]), of=int(highest["n"])),
        "partners": Count(int(highest["n"])),
        "one_year": len(by_identifier) == 1,
        "few_years": years_not_among(every_year, by_identifier["x"]),
        "worst": Share(highest["value"], of=int(highest["n"])),
        "interval": Interval(highest["low"], highest["high"]),
        "by_payment": counts_payments(study),
    }

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=3.2)
        points = curves.bands(axes, data.astype({"x": float}), "durability", narrow, limits=(0, 1))
        years = sorted(data["x"].astype(int).unique())
        curves.year_ticks(axes, years, room("years", narrow))
        return figure, points

    rules, formats = Rules(team_only=words.refusal("team_only")), {"value": "percent", "x": "text"}
    return Exhibit.of(
        words, "durability", data, draw, n=own_n, facts=facts, formats=formats, rules=rules
    )


@result
def present(study) -> pd.DataFrame:
    """The years in which each partner is there (see `years_present`), by each rule of who is who:
    by its terms where they are known and longer than a year, else the year of each payment.
    """
    agreements = study.raw("identities")
    agreements = agreements[agreements["start"] <= study.day]
    years = years_present(
        agreements,
        first_seen=study.seen_from(agreements),
        last_seen=study.seen_until(agreements),
        by_payment=counts_payments(study),
        holes=known_holes(study),
    )
    who = agreements.loc[years.index, list(RULES)]
    return pd.concat([years.reset_index(drop=True), who.reset_index(drop=True)], axis=1)


def counts_payments(study) -> bool:
    """Whether partners are there in the years in which their agreements start, and not in those
    that these cover: for most of them no source tells when they end, or they are grants of a year
    at most (convention `year_grant_days`). A convention of a year is there as long as it runs.
    """
    if assumes_terms(study) or not study.is_grants:
        return assumes_terms(study)
    agreements = study.raw("identities")
    agreements = agreements[agreements["start"] <= study.day]
    is_short = (agreements["end"] - agreements["start"]).dt.days <= study.conventions[
        "year_grant_days"
    ]
    return bool(is_short.mean() > study.conventions["half_known"])


def years_present(
    agreements: pd.DataFrame,
    *,
    first_seen: pd.Series,
    last_seen: pd.Series,
    by_payment: bool,
    holes: pd.DataFrame,
) -> pd.DataFrame:
    """The years of each agreement (entity, start, end), one row each: `year`, and whether it is
    `seen`.

    They are the years that it covers as far as its source sees; `by_payment` the year of its start
    alone, since a term that is assumed, or of a year at most, covers part of the year after
    whatever was paid there. A year is seen where the source sees it and the year after whole: from
    its first to its last day, and without a hole.
    """
    first = agreements["start"].dt.year
    last = first
    if not by_payment:
        last = agreements["end"].fillna(last_seen).clip(upper=last_seen).dt.year
    many = (last - first + 1).clip(lower=0)
    index = agreements.index.repeat(many)
    year = first.loc[index] + pd.Series(index, index).groupby(level=0).cumcount()
    begins_whole = first_seen.dt.year + (first_seen.dt.day_of_year > 1)
    first_whole = begins_whole.fillna(0).loc[index]
    last_whole = ((last_seen + pd.Timedelta(days=1)).dt.year - 1).loc[index]
    is_whole_year = (year >= first_whole) & (year + 1 <= last_whole)
    entity = agreements["entity"].astype("str").loc[index]
    with_hole = pd.MultiIndex.from_frame(holes[["entity", "year"]])
    for number in (year, year + 1):
        is_whole_year &= ~pd.MultiIndex.from_arrays([entity, number]).isin(with_hole)
    return pd.DataFrame({"year": year, "seen": is_whole_year})
