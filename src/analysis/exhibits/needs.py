"""Whether the needs that projects state meet a support that answers them (F23N)."""

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.charts import axis_words, curves, new_figure
from analysis.charts.look import room
from analysis.exhibits.phrases import name
from analysis.indicators import domains
from analysis.text import formatting
from analysis.text.facts import Count, Label, Share, labelled_shares


def F23N(study) -> Exhibit:
    """Of the running relations that state a need, the share whose support answers it, by year."""
    words = words_of(study, "F23N")
    projects = study.projects
    has_needs = study.has("support") and projects["need"].notna().any()
    words.refuse_if(not has_needs, "none")
    first_day = projects.loc[projects["need"].notna(), "start"].min()
    days = pd.date_range(first_day, study.day, freq="YE").union([study.day])
    confidence, tables = study.parameters.confidence, (projects, study.support, study.relations)
    answered = domains.needs_answered(*tables, days, confidence)
    ranked = answered[answered["day"] == study.day].dropna(subset="share")
    ranked = ranked.sort_values("share", ascending=False, kind="stable")
    words.refuse_if(not ranked["base"].max() >= study.conventions["percent_from"], "few")
    stated = domains.needs_stated(*tables, study.day)
    most = ranked.iloc[0]
    ranked_labels = ranked["need"].map(name)
    facts = {
        "stands_out": domains.need_stands_out(stated, list(ranked["need"]), confidence),
        "most": Label(name(most["need"])),
        "share": Share(most["share"], of=most["base"]),
        "answered": Count(most["answered"], of=most["base"]),
        "base": Count(most["base"]),
        "shares": labelled_shares(ranked_labels, ranked["share"], ranked["base"]),
    }
    # the last year, which the day cuts, bears the name that editions of other days give it
    years = answered["day"].dt.year.astype("str")
    data = answered.assign(day=years, need=answered["need"].map(name))
    data = data.rename(columns={"day": "year"})
    day_of = dict(zip(years, answered["day"], strict=True))

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=3.3, narrow_height=3.6)
        series = data.rename(columns={"need": "group", "share": "value"})
        series["x"] = series["year"].map(day_of)
        points = curves.bands(axes, series, "across", narrow, limits=(0, 1))
        ticks = days[:: room("year_step", narrow)]
        axes.set_xticks(ticks, [formatting.date(day, "year") for day in ticks])
        axis_words(axes, y=words.picture("share"))
        return figure, points

    n = ranked["base"].max()
    return Exhibit.of(words, "across", data, draw, n=n, facts=facts)
