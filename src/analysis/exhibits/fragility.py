"""Fragility: terms that lie ahead (F12), what moving thresholds does to the lines (T5)."""

from functools import partial

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import line_names, words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, colour, new_figure, swatches, upright
from analysis.declare import conventions
from analysis.disclosure.secrecy_rules import is_small
from analysis.exhibits import renewal_forecast
from analysis.exhibits.followed_relations import rests_on_few
from analysis.exhibits.line_counts import line_states, live, living, terms_beside_moved
from analysis.exhibits.sums_elsewhere import terms_of_line
from analysis.indicators import fragility, lines
from analysis.relations import membership
from analysis.study.once import result
from analysis.text.facts import Count, Label, Listed, Number, Pooled, Share

IN_ALL = -1  # stands for all months ahead together
DAYS_OF_A_MONTH = 30  # of the days of a line: 180 are six months
MOVED_SHARES = ("lower", "higher", "spread")  # of T5: what moving a threshold does


@result
def terms_ahead(study) -> pd.DataFrame:
    """The next term of each living relation, and whether it is renewed already
    (`fragility.next_terms`).
    """
    agreements = study.raw("agreements")
    relation = membership(agreements, living(study))
    ahead = fragility.next_terms(agreements, relation, study.day, study.known("events"))
    return ahead[ahead["term"].notna()]


def terms_to_count(study) -> pd.DataFrame:
    """The next terms of which it can be said whether anything renews them: without those that have
    passed and may have been renewed while their source lacks rows, unknown on the line of terms.
    """
    ahead = terms_ahead(study)
    days_to_term = study.measures["days_to_term"].reindex(ahead.index)
    return ahead[days_to_term.notna()]


@result
def sensitivity(study) -> pd.DataFrame:
    """The share of each line at its threshold, a fifth below and above it
    (`lines.threshold_sensitivity`).
    """
    measures = study.measures.loc[living(study, "relation_id")["relation_id"]]
    move = study.conventions["threshold_move"]
    return lines.threshold_sensitivity(measures, lines.declared_lines(study.conventions), move)


def expected_renewals(study, relations: pd.DataFrame, month: pd.Series) -> pd.DataFrame:
    """How many of the terms that nothing renews yet will be renewed, by month ahead (`month`, by
    relation) and in all (month IN_ALL): terms, expected, low, high. F12 and the brief tell it. Of
    fewer terms than have a percentage nothing is expected.
    """
    forecast = renewal_forecast.renewal_forecast(study)
    pair = ["partner_id", "entity"]
    relation_of = relations.astype({"entity": "str"}).set_index("relation_id")[pair]
    month_of = relation_of.join(month.rename("month"), how="inner").set_index(pair)["month"]
    terms = forecast.terms.astype({"entity": "str"}).join(month_of, on=pair)
    confidence = study.parameters.confidence
    by_month = forecast.expected(terms["month"], confidence)
    in_all = forecast.expected(terms["month"].notna().map({True: IN_ALL}), confidence)
    expected = pd.concat([in_all, by_month]).rename_axis("month")
    if in_all["terms"].sum() < study.conventions["percent_from"]:
        return expected.iloc[:0]
    return expected


def F12(study) -> Exhibit:
    """Which terms lie ahead, month by month, which of them nothing renews yet, and how many of
    these are expected to be renewed.
    """
    words = words_of(study, "F12")
    relations = live(study, words)
    terms = terms_to_count(study)
    words.refuse_if(terms.empty, "no_term")

    near = study.conventions["terms_near_months"]
    far = study.conventions["terms_ahead_months"]
    safe = terms["tacit"] | terms["renewed"]
    month = fragility.month_ahead(terms["term"], study.day, int(far))
    counts = {"without": month[~safe].value_counts(), "renewed": month[safe].value_counts()}
    months = pd.RangeIndex(1, int(far) + 1, name="month")
    ahead = pd.DataFrame(counts).reindex(months).fillna(0).astype("int64").reset_index()
    passed = int((month[~safe] == 0).sum())
    first_row = pd.DataFrame({"month": [0], "without": [passed]})
    data = pd.concat([first_row, ahead]).astype({"renewed": "Int64"})
    expected = expected_renewals(study, relations, month[~safe & month.ge(1)])
    in_all = expected.reindex([IN_ALL]).iloc[0]
    expected_by_month = expected.loc[expected.index != IN_ALL, ["expected", "low", "high"]]
    data = data.join(expected_by_month, on="month")
    forecast = renewal_forecast.renewal_forecast(study)

    soon, within = ahead["without"].head(near).sum(), ahead["without"].sum()
    facts = {
        "soon": Count(soon),
        "within": Count(within),
        "later": Count(within - soon),
        "passed": Count(passed),
        "next_month": Count(ahead["without"].iloc[0]),
        "of": Count(len(relations)),
        "few": rests_on_few(study, len(terms), len(relations)),
        "expected": None,
        "low": None,
        "high": None,
        "foreseen": Count(0),
        "in_hole": len(terms) < len(terms_ahead(study)),
        "better": forecast.publishable,
        "tried": bool(forecast.score.notna().all()),
    }
    if in_all.notna().all():
        counts = in_all[["expected", "low", "high"]].round().astype("int64")
        facts |= {name: Count(count) for name, count in counts.items()}
        facts["foreseen"] = Count(int(in_all["terms"]))

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=3.2)
        bars = data.rename(columns={name: words.group(name) for name in ("without", "renewed")})
        bars["month"] = bars["month"].astype(str).replace("0", words.picture("passed"))
        counts = bars.set_index("month")[[words.group("without"), words.group("renewed")]]
        points = upright.upright_columns(axes, counts, "fragility", narrow, name=False)
        tone, ink = colour("fragility"), colour("ink")
        legend = [(words.group("without"), tone, 1), (words.group("renewed"), tone, 0.28)]
        if data["expected"].notna().any():
            places = range(len(data))
            axes.vlines(places, data["low"], data["high"], colors=ink, linewidth=1.2)
            axes.plot(places, data["expected"], "o", color=ink, markersize=3)
            legend.append((words.group("expected"), ink, 1))
        swatches(axes, legend)
        axis_words(axes, x=words.picture("x"), y=words.picture("y"))
        return figure, points

    # by month they would tell of the counts that they are worked out from
    of_team = ("expected", "low", "high")
    partners = words.written("refusals.partners")
    months = round(study.conventions["LF5"] / DAYS_OF_A_MONTH)
    sums = partial(terms_of_line, months=months)
    rules = Rules(total=True, not_partners=partners, left_out=of_team, months_ahead=True, sums=sums)
    states = {"living": len(relations), f"terms.{near}": soon}
    formats = {"expected": "number", "low": "integer", "high": "integer"}
    given = {"facts": facts, "formats": formats, "rules": rules, "states": states}
    return Exhibit.of(words, "fragility", data, draw, n=len(terms), **given)


def _units(study, lines_moved: pd.Series) -> Listed:
    """The units of the thresholds of some lines, each with these lines."""
    unit = lines_moved.map(conventions.unit).map(words_of(study, "method").names("units"))
    lines_by_unit = lines_moved.groupby(unit, sort=False).agg(", ".join)
    return Listed([Label(f"{unit} ({lines})") for unit, lines in lines_by_unit.items()])


def T5(study) -> Exhibit:
    """What happens to the lines when their thresholds move by a fifth."""
    words = words_of(study, "T5")
    relations = live(study, words, "relation_id")
    shares = sensitivity(study)
    percent_from = study.conventions["percent_from"]
    shares = shares[shares["known"] >= percent_from]
    words.refuse_if(shares.empty, "no_line")

    tried = shares[["lower", "share", "higher"]].astype(float)
    data = shares.assign(spread=tried.max(axis=1) - tried.min(axis=1)).reset_index()
    data["label"] = data["line"].map(line_names(study))
    data["known"] = data["known"].astype("int64")
    most_moved = data.loc[data["spread"].idxmax()]
    low, high = sorted([most_moved["lower"], most_moved["higher"]])
    base = most_moved["known"]
    facts = {
        "line": Label(most_moved["label"]),
        "share": Share(most_moved["share"], of=base),
        "lower": Share(most_moved["lower"], of=base),
        "higher": Share(most_moved["higher"], of=base),
        "low": Share(low, of=base),
        "high": Share(high, of=base),
        "known": Count(base, of=len(relations)),
        "few": rests_on_few(study, base, len(relations)),
        "moved_lines": Number(len(data)),
        "units": _units(study, data["line"]),
        "unmoved": Pooled(len(data)),
    }
    n = len(relations)
    states = {"living": n, **line_states(data, percent_from)}
    data = data[["line", "label", "known", "threshold", "lower", "share", "higher", "spread"]]
    formats = {"spread": "points", "threshold": "plain number"}
    # beside F12, month by month, what is nearer or further by a fifth would tell of a few terms
    few = study.conventions["secret_below"]
    tells = any(is_small(count, few) for count in terms_beside_moved(study, relations))
    of_terms = data.index[(data["line"] == "LF5") & tells]
    rules = Rules(telling=tuple((row, column) for row in of_terms for column in MOVED_SHARES))
    return Exhibit.of(
        words, "fragility", data, n=n, facts=facts, formats=formats, states=states, rules=rules
    )
