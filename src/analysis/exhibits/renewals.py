"""Whether agreements are renewed at their term (F6)."""

import pandas as pd

from analysis import relations
from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import marks
from analysis.exhibits.followed_relations import assumes_terms
from analysis.exhibits.source_holes import hole_facts, unsteady_sources
from analysis.indicators import durability
from analysis.study.once import once, result
from analysis.text.facts import Count, Interval, Label, Listed, Share


@once
def terms_seen(study, grace_days: int) -> pd.DataFrame:
    """What became of each agreement's term (`durability.terms`), where its source could see it.

    Terms that came before the source began to see are left out: only those that were renewed are
    known of, so that all of them seem to have been. So are, of each source, those whose grace runs
    past the last day that it sees.
    """
    dates = ("start", "planned_end", "end")
    who = ("agreement_id", "partner_id", "entity", "tacit_renewal", "previous_id")
    signed = study.only("agreements", *who, *dates)
    grace = pd.Timedelta(days=grace_days)
    terms = durability.terms(signed, study.seen_until(signed), grace=grace)
    terms = terms.assign(partner_id=signed["partner_id"], entity=signed["entity"])
    terms = terms[~(terms["term"] < study.seen_from(signed))]
    in_hole = relations.grace_in_hole(
        terms["entity"], terms["term"], grace_days, study.raw("holes")
    )
    return terms.assign(renewed=terms["renewed"].mask(in_hole), how=terms["how"].mask(in_hole))


@result
def terms(study) -> pd.DataFrame:
    """What became of each agreement's term, under the grace asked."""
    return terms_seen(study, study.parameters.grace_days)


@once
def renewal_rate(study, grace_days: int) -> pd.Series:
    """The share renewed at their term (n, renewed, explicit, tacit, value, low, high) under a
    grace.
    """
    is_asked = grace_days == study.parameters.grace_days
    if is_asked:
        terms_in_view = terms(study)
    else:
        terms_in_view = terms_seen(study, grace_days)
    rate = durability.renewal_rate(
        terms_in_view, partner=terms_in_view["partner_id"], confidence=study.parameters.confidence
    )
    if len(rate):
        return rate.iloc[0]
    counts = dict.fromkeys(("n", "renewed", "explicit", "tacit"), 0)
    shares = dict.fromkeys(("value", "low", "high"), float("nan"))
    return pd.Series(counts | shares)


def F6(study) -> Exhibit:
    """Renewal by year of the term, explicit and tacit apart: only terms whose grace has elapsed."""
    words = words_of(study, "F6")
    chosen_parameters = study.parameters
    every_term = terms(study)
    by_year = durability.renewal_rate(
        every_term,
        every_term["term"].dt.year,
        partner=every_term["partner_id"],
        confidence=chosen_parameters.confidence,
    )
    few = study.conventions["percent_from"]
    is_drawn = by_year["n"] >= few
    words.refuse_if(not is_drawn.any(), "few")
    data = by_year.rename_axis("year").reset_index()
    data["year"] = data["year"].astype("int64").astype("str")
    whole = renewal_rate(study, chosen_parameters.grace_days)
    n = int(whole["n"])
    past = every_term[every_term["term"] <= study.day]
    is_known = past["renewed"].notna()
    known_part = is_known.groupby(past["term"].dt.year).mean().reindex(by_year.index)
    partly_known = by_year.index[is_drawn & (known_part < study.conventions["coverage"])]
    signed = study.only("agreements", "end", "planned_end")
    facts = (
        hole_facts(study)
        | unsteady_sources(study)
        | {
            "share": Share(whole["value"], of=n),
            "interval": Interval(whole["low"], whole["high"]),
            "explicit": Share(whole["explicit"] / n, of=n),
            "tacit": Share(whole["tacit"] / n, of=n) if whole["tacit"] else None,
            "waiting": Count(int((~is_known).sum())),
            "partly_known": Listed([Label(str(int(year))) for year in partly_known]),
            "some_end_early": bool((signed["end"] < signed["planned_end"]).any()),
            "assumed_terms": assumes_terms(study),
            "few": n < study.conventions["interval_below"],
        }
    )

    def enough(data):
        return data[data["n"] >= few].assign(label=data["year"])

    draw = marks.on_rows(marks.dots, "durability", shown=enough, sort=False, limits=(0, 1))
    given = {"facts": facts, "formats": {"value": "percent"}, "rules": Rules(of_other_units=True)}
    given["states"] = {"renewal": whole["value"], "renewal.n": n}
    return Exhibit.of(words, "durability", data, draw, n=n, **given)
