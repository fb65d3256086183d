"""The portrait of one partner that agreed to it: what each side says, what is known of it (P3)."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, line_names, words_of
from analysis.article.rules import Rules
from analysis.charts import Point, colour, heading, marks, stacked, wrap
from analysis.charts.look import room
from analysis.exhibits.followed_relations import estimator_columns, settled_relations
from analysis.exhibits.phrases import name
from analysis.exhibits.portrait import consenting_partner, standing
from analysis.indicators import durability, lines, survey
from analysis.stats import survival
from analysis.text import formatting
from analysis.text.facts import Count, Label, Months, Number, Share, labelled_shares


def P3(study) -> Exhibit:
    """What both sides say, which lines are known, and where the relation stands among all."""
    partner, words = consenting_partner(study), words_of(study, "P3")
    words.refuse_if(study.relations.empty, "no_relation")
    places = places_among_all(study, words)
    known_by_relation = study.lines.notna().sum(axis=1)
    best_known = int(known_by_relation.argmax())
    states = study.lines.iloc[best_known]
    named = {True: words.group("yes"), False: words.group("no")}
    state = states.astype(object).map(named).fillna(words.group("unknown"))
    line_states = pd.DataFrame({"label": states.index.map(line_names(study)), "state": state})
    data = words.views(words=scores_by_dimension(study), place=places, line=line_states)
    data = data[["view", "label", "partner", "group", "state", "own", "share"]]
    relations = len(study.all_relations)
    facts = standing(study, partner) | {
        "known": Number(int(known_by_relation.max())),
        "fragile": Number(int(states[list(lines.FRAGILITY)].sum())),
        "strong": Number(int(states[list(lines.STRENGTH)].sum())),
        "entity": Label(str(study.relations["entity"].iloc[best_known])),
        "several": len(study.relations) > 1,
        "aged": bool(places["share"].notna().iloc[0]),
        "months": Months(places["own"].iloc[0]),
        "ended_before": Share(places["share"].iloc[0], of=relations),
        "relations": Count(relations),
        "places": labelled_shares(places["label"], places["share"], [relations] * len(places)),
    }
    draw, rules = partial(draw_views, words), Rules(team_only=words.refusal("team_only"))
    n = len(study.relations)
    look = {"rules": rules, "states": {"relations": n}}
    return Exhibit.of(words, "strength", data, draw, n=n, facts=facts, **look)


def places_among_all(study, words: ExhibitWords) -> pd.DataFrame:
    """Where the relation stands among all in age, agreements and renewals, and the share below.

    Of age, on the settled day, it is the share that had ended before (Kaplan-Meier): those that
    still run are no shorter for being young.
    """
    grace_days = study.parameters.grace_days
    everyone = settled_relations(study, study.all_relations, grace_days)
    everyone = everyone[everyone["start_seen"].astype("bool")]
    age = settled_relations(study, study.relations, grace_days)["duration_months"].max()
    rows = [(words.group("age"), age, share_ended_before(everyone, age))]
    for column in ("agreements", "renewals"):
        counts = study.all_relations[column].astype(float)
        most = float(study.relations[column].max())
        share_below = ((counts < most).mean() + (counts <= most).mean()) / 2
        rows.append((words.group(column), most, share_below))
    return pd.DataFrame(rows, columns=["label", "own", "share"])


def share_ended_before(everyone: pd.DataFrame, months: float) -> float:
    """The share of followed relations that had ended before they were as old; missing without any.

    >>> lasted = pd.DataFrame({"duration_months": [12.0, 24.0, 24.0, 48.0], "ended": [True, True, False, False], "entry_months": 0.0})
    >>> share_ended_before(lasted, 36)
    0.5
    """
    if everyone.empty or formatting.is_missing(months):
        return np.nan
    curve = durability.curve(**estimator_columns(everyone))
    just_before = np.nextafter(months, 0)
    return float(1 - survival.at(curve, just_before)["value"].iloc[0])


def scores_by_dimension(study) -> pd.DataFrame:
    """Both sides' scores by dimension in the last wave in which this partner took part."""
    if study.answers.empty:
        return pd.DataFrame({"label": [], "partner": [], "group": []})
    scored = survey.scored(study.answers, study.items)
    sides = survey.sides(scored, share=study.conventions["survey_share"])
    pairs = survey.pairs(sides).reset_index()
    last_wave = pairs[pairs["wave"] == pairs["wave"].max()]
    scores = last_wave.groupby("dimension")[["partner", "group"]].mean()
    return scores.assign(label=[name(dimension) for dimension in scores.index])


def draw_views(words: ExhibitWords, data: pd.DataFrame, narrow: bool):
    """Both sides' scores, the places among all relations the twenty lines, one above the other."""
    scores, places = words.view(data, "words"), words.view(data, "place")
    scores_height = marks.tall(len(scores), narrow, 1.0) if len(scores) else 0.4
    heights = [scores_height, marks.tall(len(places), narrow, 1.0), room("states_height", narrow)]
    figure, (scores_axes, places_axes, lines_axes) = stacked(narrow, heights)
    points = []
    if len(scores):
        pairs = scores.rename(columns={"partner": "a", "group": "b"})
        sides = (words.picture("partner"), words.picture("group"))
        points += marks.dumbbell(scores_axes, pairs, sides, "strength", narrow)
    else:
        scores_axes.set_axis_off()
        heading(scores_axes, words.picture("no_answer"))
    dots = places.rename(columns={"share": "value"}).assign(low=np.nan, high=np.nan)
    look = {"sort": False, "limits": (0, 1), "reference": (0.5, words.picture("half"))}
    points += marks.dots(places_axes, dots, "durability", narrow, **look)
    return figure, points + list_lines(words, lines_axes, words.view(data, "line"), narrow)


def list_lines(words: ExhibitWords, axes: Axes, data: pd.DataFrame, narrow: bool) -> list[Point]:
    """The twenty lines by name, fragility then strength: full for yes, hollow for no, ? unknown."""
    axes.set_axis_off()
    axes.set_ylim(room("states_rows", narrow), -0.6)
    marks_of = {words.group("yes"): "●", words.group("no"): "○", words.group("unknown"): "?"}
    points = []

    def write(text: str, left: float, row: float, **look) -> None:
        where = {"xycoords": ("figure fraction", "data"), "va": "center", "annotation_clip": False}
        axes.annotate(text, (left, row), **where, **look).set_in_layout(False)

    for position, line in enumerate(data.itertuples()):
        row, family, text_x, point_x = position % 10 + 1, "fragility", 0.02, 0.02
        if position >= 10:
            row += room("strength_row", narrow)
            family, text_x, point_x = "strength", room("strength_left", narrow), 0.6
        bold = {"color": colour(f"{family}-text"), "fontweight": "bold"}
        if position % 10 == 0:
            write(words.picture(family), text_x, row - 1, **bold)
        write(marks_of[line.state], text_x, row, **bold)
        tone = colour("mute" if line.state == words.group("unknown") else "ink")
        name_of_line = wrap(line.label, room("state_name", narrow), 1)
        write(name_of_line, text_x + room("state_indent", narrow), row, color=tone)
        points.append(Point(axes, point_x, row, f"{line.label}\n{line.state}"))
    return points
