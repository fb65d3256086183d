"""Whether it can be foreseen which terms will not be renewed (F3R), and what lies ahead."""

import pandas as pd

from analysis import relations
from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, marks, new_figure
from analysis.indicators import terms_ahead
from analysis.study.once import result
from analysis.text.facts import Count, Interval, Number, Share

_SEED = 1


@result
def renewal_forecast(study) -> terms_ahead.Forecast:
    """The chance that each term of the next twelve months is renewed, learnt from settled terms.

    Terms that came before their source began to see, or whose grace runs past what it sees or into
    a hole, teach nothing.
    """
    agreements = study.agreements
    grace = pd.Timedelta(days=study.parameters.grace_days)
    term = agreements["planned_end"]
    grace_seen = term + grace <= study.seen_until(agreements)
    in_hole = relations.grace_in_hole(agreements["entity"], term, grace.days, study.raw("holes"))
    is_in_view = ~(term < study.seen_from(agreements)) & grace_seen & ~in_hole
    return terms_ahead.forecast(
        agreements,
        study.day,
        grace=grace,
        terms_seen=is_in_view,
        seed=_SEED,
        confidence=study.parameters.confidence,
    )


def F3R(study) -> Exhibit:
    """Which terms will not be renewed: predicted against seen by fifth of risk, on unlearnt years."""
    words = words_of(study, "F3R")
    forecast = renewal_forecast(study)
    score = forecast.score
    words.refuse_if(score.isna().any(), "few")
    risks = forecast.calibration.iloc[::-1].reset_index(drop=True)  # the lowest risk first
    columns = {
        "group": range(1, len(risks) + 1),
        "n": risks["n"],
        "lost": risks["n"] - risks["happened"],
        "predicted": 1 - risks["predicted"],
        "value": 1 - risks["value"],
        "low": 1 - risks["high"],
        "high": 1 - risks["low"],
    }
    data = pd.DataFrame(columns)
    is_outside = (data["predicted"] < data["low"]) | (data["predicted"] > data["high"])
    n, renewed = int(score["n"]), int(score["renewed"])
    facts = {
        "better": forecast.publishable,
        "sized": is_outside.sum() <= 1,  # of five intervals at 95 %, one may miss by chance
        "outside": Number(int(is_outside.sum())),
        "groups": Number(len(data)),
        "skill": Share(score["skill"], of=n),
        "interval": Interval(score["low"], score["high"]),
        "lost": Count(n - renewed, of=n),
        "model": Number(score["model"], digits=3),
        "benchmark": Number(score["benchmark"], digits=3),
        "ahead": Count(len(forecast.terms)),
    }

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=marks.tall(len(data), narrow))
        observed = data.assign(label=data["group"].astype(str), series=words.picture("seen"))
        predicted = observed.drop(columns=["low", "high"])
        predicted = predicted.assign(series=words.picture("predicted"), value=data["predicted"])
        observed_and_predicted = pd.concat([observed, predicted])
        points = marks.dots(axes, observed_and_predicted, "durability", narrow, sort=False)
        axis_words(axes, x=words.picture("x"))
        return figure, points

    rules, formats = Rules(team_only=words.refusal("team_only")), {"value": "percent"}
    return Exhibit.of(
        words, "durability", data, draw, n=n, facts=facts, formats=formats, rules=rules
    )


def risks_ahead(study) -> pd.DataFrame:
    """The terms of the next twelve months for the team, the likeliest not to be renewed first.

    Where the calendar of terms is not beaten, every risk is the one rate of the calendar.
    """
    terms = renewal_forecast(study).terms
    terms = terms.assign(risk=1 - terms["chance"]).drop(columns="chance")
    return terms.sort_values(["risk", "term"], ascending=[False, True], kind="stable")
