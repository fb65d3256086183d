"""How many relations run, month by month (F1)."""

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, curves, new_figure
from analysis.exhibits.followed_relations import charter
from analysis.exhibits.source_holes import hole_facts, unsteady_sources
from analysis.indicators import calendar_time
from analysis.study.once import result
from analysis.text.facts import Count, Day, Label

CONVENTION_DAY = pd.Timestamp("2018-06-27")  # on which the partners met (benchmarks.csv)


def provisional_from(study) -> pd.Timestamp:
    """From when on running relations are still being recorded: the last months before the day."""
    return study.day - pd.DateOffset(months=study.conventions["provisional_months"])


@result
def running(study) -> pd.DataFrame:
    """How many relations run in each month that the sources see (`calendar_time.running_by_month`)."""
    return calendar_time.running_by_month(study.relations, last_day_seen(study))


def last_day_seen(study) -> pd.Timestamp:
    """The last day that any source sees, at most the study's."""
    return min([study.day, *study.windows["last"].nlargest(1)])


def F1(study) -> Exhibit:
    """Running relations per month, with dated milestones; the last months are still recorded."""
    words = words_of(study, "F1")
    relations = study.relations
    numbers = study.conventions
    words.refuse_if(len(relations) < numbers["percent_from"], "few", known=Count(len(relations)))
    until = last_day_seen(study)
    last_days = [*study.windows["last"], study.day]
    ceased = min(last_days)
    data = running(study).reset_index()
    years = relations["start"].dt.year
    is_one_year = study.is_grants and years.min() == years.max() == until.year
    words.refuse_if(is_one_year, "one_year", year=Label(str(until.year)))
    words.refuse_if(len(data) < 2, "one_month")
    first, last = data.iloc[0], data.iloc[-1]
    peak = data.loc[data["running"].idxmax()]
    at_day = until == study.day  # else a source ceased to see before it
    provisional = provisional_from(study)
    uneven = ceased < provisional
    facts = (
        hole_facts(study)
        | unsteady_sources(study)
        | {
            "first": Count(int(first["running"])),
            "last": Count(int(last["running"])),
            "peak": Count(int(peak["running"])),
            "as_many": bool(first["running"] == last["running"]),
            "uneven": bool(uneven),
            "ceased": Day(ceased),
            "until": None if until.is_month_end else Day(until),
        }
    )
    for name, row in {"first": first, "last": last, "peak": peak}.items():
        closed = row["month"] + pd.offsets.MonthEnd(0) <= until
        facts[f"{name}_month"] = Day(row["month"], "month") if closed else None
        facts[f"{name}_day"] = Day(until)
    milestones = []
    if study.is_programme:
        dated = {"launch": charter(study), "convention": CONVENTION_DAY}
        milestones = [(day, words.group(name)) for name, day in dated.items()]

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=3.4)
        begins = data["month"].min()
        points = curves.over_time(
            axes,
            data.set_index("month")["running"],
            "durability",
            narrow,
            unsure_from=max(min(provisional, ceased), begins),
            why=words.picture("unseen" if uneven else "recorded_late"),
            milestones=[milestone for milestone in milestones if milestone[0] >= begins],
        )
        axis_words(axes, y=words.picture("y"))
        return figure, points

    n, rules = len(relations), Rules(left_out=("begun", "ended"))
    states = {"relations": n}
    if at_day:
        states["running"] = last["running"]
    formats = {"month": "month"}
    return Exhibit.of(
        words,
        "durability",
        data,
        draw,
        n=n,
        facts=facts,
        formats=formats,
        rules=rules,
        states=states,
    )
