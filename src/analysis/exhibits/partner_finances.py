"""What partners live on: dependence (F9), concentration (F10), financial health (F11)."""

import math
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.charts import heading, marks, new_figure, plain_ticks, stacked, upright
from analysis.declare import schema
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.secrecy_rules import is_small
from analysis.disclosure.solver import Sum
from analysis.exhibits.first_funder import by_first_funder
from analysis.exhibits.line_counts import live, living
from analysis.exhibits.phrases import share_facts, tenths_borne
from analysis.exhibits.sums_elsewhere import flagged, halves, told_by_bases
from analysis.indicators import finances, lines
from analysis.relations import place
from analysis.stats import intervals
from analysis.text import formatting
from analysis.text.facts import Count, Interval, Label, Number, Share, labelled_shares

_SEED = 2018
BAND_WIDTH = 0.1  # of the dependence bands: so wide that most hold enough partners to be shown
SOURCES_STEP = 0.5  # width of the classes of equal sources, all alike
REVENUE_LINE_COUNT = len(finances.REVENUE_LINES)
DEPENDENCE_COLUMNS = ["view", "label", "series", "n", "share", "low", "high", "largest"]


def F9(study) -> Exhibit:
    """How much of their yearly resources partners have from the group, or from their first funder."""
    if not study.has("accounts"):
        return by_first_funder(study)
    words = words_of(study, "F9")
    accounts = _accounts(study, words)
    money = partner_dependences(study, accounts)
    known_partners = money[money["dependence"].notna()]
    words.refuse_if(len(known_partners) < study.conventions["percent_from"], "few")
    threshold = study.conventions["LF1"]
    bands = _dependence_bands(known_partners["dependence"], threshold)
    means = _dependence_means(study, words, known_partners, money)
    data = words.views(bands=bands, means=means)[DEPENDENCE_COLUMNS]
    band_starts = tuple(bands["from"])

    def draw(data, narrow):
        shown_means = words.view(data, "means").rename(columns={"share": "value"})
        groups = shown_means["label"].nunique()
        figure, (top, bottom) = stacked(narrow, (2.3, marks.tall(groups, narrow, 1.05)))
        starts, counts = np.array(band_starts), words.view(data, "bands").set_index("label")["n"]
        above = starts >= threshold - 1e-9
        points = upright.histogram(top, starts, BAND_WIDTH, counts, above, "fragility")
        top.set(xlim=(max(starts[0], 0), starts[-1] + BAND_WIDTH), xticks=np.arange(0, 1.01, 0.2))
        top.xaxis.set_major_formatter(lambda share, _place: formatting.percent(share))
        heading(top, words.picture("bands"), "fragility")
        furthest = math.ceil(max(0.1, shown_means["high"].max()) * 25) / 25
        limits = (0, min(1, furthest))
        points += marks.dots(bottom, shown_means, "fragility", narrow, sort=False, limits=limits)
        heading(bottom, words.picture("means"), "fragility")
        return figure, points

    facts = _dependence_facts(study, known_partners, money, means, threshold)
    n, below = len(known_partners), sum(start < threshold - 1e-9 for start in band_starts)
    names = {"of_partners": words.group("of_partners"), "below": below}
    rules = Rules(sums=partial(_sums_of_dependence, **names))
    return Exhibit.of(words, "fragility", data, draw, n=n, facts=facts, rules=rules)


def _sums_of_dependence(
    data: pd.DataFrame, numbers: pd.DataFrame, of_partners: str, below: int
) -> Iterator[Sum]:
    """What sums of F9's cells others tell: parts of a mean rest on the same partners, and the bands
    `below` the threshold are those that F8 counts as no.
    """
    bands = numbers.loc[data.index[:below], "n"]
    if not is_small(bands.sum(), DEFAULTS["secret_below"]):
        yield Sum([(row, "n") for row in bands.index], None, float(bands.sum()), False)
    is_first = data["series"].eq(of_partners)
    (in_cash, in_kind, *by_budget) = [(row, "n") for row in data.index[is_first]]
    if by_budget:
        yield Sum(by_budget, in_cash, 0.0, True)
    less, more = sorted([in_cash, in_kind], key=lambda cell: data.at[cell])
    yield Sum([less], more, 0.0, True)
    row_of = data[is_first].reset_index().set_index("label")["index"]
    for row, label in data.loc[~is_first & data["label"].isin(row_of.index), "label"].items():
        yield Sum([(row, "n")], (int(row_of[label]), "n"), 0.0, False)


def partner_dependences(study, accounts: pd.DataFrame) -> pd.DataFrame:
    """How far partners depend on what was paid to them (`finances.dependence_by_partner`)."""
    contributions = study.known("contributions")
    payee = study.beside(contributions["agreement_id"], "agreements", "partner_id")["partner_id"]
    return finances.dependence_by_partner(contributions.assign(partner_id=payee), accounts)


def _dependence_bands(dependence: pd.Series, threshold: float) -> pd.DataFrame:
    """Partners by bands of one width with the threshold as an edge; its equal lies below."""
    below = math.ceil(threshold / BAND_WIDTH - 1e-9)
    above = math.ceil((1 - threshold) / BAND_WIDTH)
    edges = (threshold + BAND_WIDTH * np.arange(-below, 1 + above)).round(9)

    bands = pairwise(edges.clip(0, 1))
    labels = [formatting.interval(low, high, share=True) for low, high in bands]
    band = pd.cut(dependence.round(9), edges, labels=labels, include_lowest=True)
    counts = band.value_counts(sort=False).to_numpy()
    shares = counts / len(dependence)
    return pd.DataFrame({"label": labels, "from": edges[:-1], "n": counts, "share": shares})


def _dependence_means(study, words: ExhibitWords, known, money) -> pd.DataFrame:
    in_kind = money[money["dependence_in_kind"].notna()].copy()
    in_kind["cash"] += in_kind["in_kind"]
    in_kind[["revenue", "dependence"]] = in_kind[["resources", "dependence_in_kind"]]
    groups = {words.group("in_cash"): known, words.group("in_kind"): in_kind}
    budget = study.beside(known.index.to_series(), "partners", "budget_band")["budget_band"]
    for value in schema.columns("partners")["budget_band"].values:
        of_size = known[(budget == value).to_numpy()]
        if len(of_size) >= study.conventions["percent_from"]:
            groups[words.group("budget", band=Label(formatting.text(value)))] = of_size
    rows = []
    for label, partners in groups.items():
        row = {"label": label, "n": len(partners)}
        mean = interval_of_shares(study, partners["dependence"], "mean")
        rows.append(row | {"series": words.group("of_partners"), **mean})
        amounts = partners[["cash", "revenue"]]
        ratio = interval_of_shares(study, amounts, "ratio")
        largest = (amounts.max() / amounts.sum()).max()
        rows.append(row | {"series": words.group("weighted"), "largest": largest, **ratio})
    return pd.DataFrame(rows).rename(columns={"value": "share"})


def interval_of_shares(study, shares: pd.Series | pd.DataFrame, statistic: str) -> pd.Series:
    """A mean of shares, or ratio of a sum to one that holds it, with its interval within 0 and 1."""
    confidence = study.parameters.confidence
    return intervals.bootstrap(shares, statistic, seed=_SEED, confidence=confidence, bounds=(0, 1))


def _dependence_facts(study, known, money, means: pd.DataFrame, threshold: float) -> dict:
    above = int((known["dependence"] > threshold).sum())
    of_partners, weighted = means.iloc[0], means.iloc[1]
    partners = living(study, "partner_id")["partner_id"].nunique()
    unknown = partners - len(known)
    digits = tenths_borne(len(known))
    return {
        "by_funder": False,
        **share_facts(study, above, len(known)),
        "above": Count(above, of=len(known)),
        "partners": Count(partners),
        "unknown": Count(unknown, of=partners),
        "least": Share(above / partners, of=partners),
        "most": Share((above + unknown) / partners, of=partners),
        "covered": len(known) >= study.conventions["coverage"] * partners,
        "mean": Share(of_partners["share"], of=len(known), digits=digits),
        "mean_interval": Interval(of_partners["low"], of_partners["high"], digits),
        "weighted": Share(weighted["share"], of=len(known), digits=digits),
        "contradicted": Count(int(money["contradicted"].sum())),
        "means": labelled_shares(means["label"][::2], means["share"][::2], means["n"][::2], digits),
    }


def F10(study) -> Exhibit:
    """On how many sources the partners' resources rest."""
    words = words_of(study, "F10")
    accounts, tolerance = _accounts(study, words), study.conventions["revenue_tolerance"]
    revenue = accounts[list(finances.REVENUE_LINES)].astype(float)
    partners = finances.ratios(accounts, tolerance).join(revenue).dropna(subset="hhi")
    words.refuse_if(len(partners) < study.conventions["percent_from"], "few")
    classes, by_line = _source_classes(partners["effective"]), _line_shares(study, partners)
    data = words.views(sources=classes, lines=by_line)
    data = data[["view", "label", "share", "low", "high", "count"]]
    n, threshold = len(partners), study.conventions["LF2"]
    concentrated = int((partners["hhi"].round(9) >= threshold).sum())
    mean = interval_of_shares(study, partners["hhi"], "mean")
    facts = {
        **share_facts(study, concentrated, n),
        "concentrated": Count(concentrated, of=n),
        "equal_sources": Number(1 / threshold if threshold else 0, digits=0),
        "mean": Number(mean["value"], digits=2),
        "mean_interval": Interval(mean["low"], mean["high"], digits=2, share=False),
        "lowest_mean": Number(partners["low"].mean(), digits=2),
        "lines": Number(REVENUE_LINE_COUNT),
        "evenly": Number(1 / REVENUE_LINE_COUNT, digits=1),
        "classes": labelled_shares(classes["label"], classes["share"], [n] * len(classes)),
        "line_shares": labelled_shares(by_line["label"], by_line["share"], [n] * len(by_line)),
    }

    def draw(data, narrow):
        figure, (left, right) = new_figure(narrow, height=2.9, panels=2, widths=(1.35, 1))
        by_class = words.view(data, "sources").set_index("label")["share"]
        starts = 1 + SOURCES_STEP * np.arange(len(by_class))
        few = starts + SOURCES_STEP <= facts["equal_sources"].value + 1e-9
        write = formatting.percent
        points = upright.histogram(left, starts, SOURCES_STEP, by_class, few, "fragility", write)
        left.xaxis.set_major_formatter(plain_ticks(marks.tenths))
        heading(left, words.picture("sources"), "fragility")
        shares = words.view(data, "lines").rename(columns={"share": "value"})
        furthest = max(0.4, shares["high"].max() * 1.05)
        points += marks.dots(right, shares, "fragility", narrow, limits=(0, furthest))
        heading(right, words.picture("lines"), "fragility")
        return figure, points

    moved = lines.moved_thresholds(threshold, study.conventions["threshold_move"])
    counted = [int((partners["hhi"].round(9) >= value).sum()) for value in moved]
    rules = Rules(sums=partial(halves, concentrated=counted))
    return Exhibit.of(words, "fragility", data, draw, n=n, facts=facts, rules=rules)


def _source_classes(effective: pd.Series) -> pd.DataFrame:
    """How many partners rest on so many sources, by class, whose upper edge is in it.

    >>> _source_classes(pd.Series([1.0, 1.5, 5.0]))["count"].tolist()
    [2, 0, 0, 0, 0, 0, 0, 1]
    """
    edges = np.arange(1, REVENUE_LINE_COUNT + SOURCES_STEP / 2, SOURCES_STEP)
    labels = [f"{low}–{high}" for low, high in pairwise(map(formatting.short_number, edges))]
    label = pd.cut(effective.round(9), [0, *edges[1:]], labels=labels)
    counts = label.value_counts(sort=False).rename_axis("label").reset_index()
    return counts.assign(label=labels, share=counts["count"] / len(effective))


def _line_shares(study, partners: pd.DataFrame) -> pd.DataFrame:
    revenue = partners[list(finances.REVENUE_LINES)]
    share = revenue.fillna(0).div(revenue.sum(axis=1), axis=0)
    declared = schema.columns("accounts")
    rows = []
    for line in revenue:
        half_or_more = int((share[line] >= 0.5).sum())
        row = {"label": declared[line].label(study.lang), "count": half_or_more}
        rows.append(row | dict(interval_of_shares(study, share[line], "mean")))
    return pd.DataFrame(rows).rename(columns={"value": "share"})


def F11(study) -> Exhibit:
    """Tuckman and Chang's four ratios, against a declared reference year."""
    words = words_of(study, "F11")
    known_accounts, accounts = study.known("accounts"), _accounts(study, words)
    year, last_year = known_accounts["year_end"].dt.year, accounts["year_end"].dt.year.max()
    per_year = year[year < last_year].value_counts()  # no year is its own reference
    large_years = per_year.index[per_year >= study.conventions["reference_accounts"]]
    enough = study.conventions["percent_from"]
    words.refuse_if(large_years.empty or len(accounts) < enough, "no_reference")
    reference_year = large_years.min()
    tolerance, worst = study.conventions["revenue_tolerance"], study.conventions["worst_part"]
    reference = finances.ratios(known_accounts[year == reference_year], tolerance)
    flags = finances.tuckman_chang(finances.ratios(accounts, tolerance), reference, worst)
    baseline = finances.tuckman_chang(reference, reference, worst)
    labels = {ratio: words.group(ratio) for ratio in finances.WORST}
    by_ratio = lines.prevalence(flags[list(labels)], confidence=study.parameters.confidence)
    by_ratio = by_ratio.assign(label=list(labels.values()))
    scored = flags[flags["scored"] == len(labels)]
    scored_then = baseline[baseline["scored"] == len(labels)]
    counts = scored["flags"].value_counts().reindex(range(len(labels) + 1), fill_value=0)
    by_number = pd.DataFrame({"label": counts.index.map(str), "yes": counts.to_numpy()})
    data = words.views(ratio=by_ratio, flags=by_number)
    data = data[["view", "label", "yes", "no", "unknown", "share", "low", "high"]]
    data = data.astype(dict.fromkeys(("yes", "no", "unknown"), "Int64"))
    n, exposed = len(scored), int((scored["flags"] >= 1).sum())
    facts = {
        **share_facts(study, exposed, n),
        "exposed": Count(exposed, of=n),
        "all_four": Count(counts.iloc[-1], of=n),
        "year": Label(str(reference_year)),
        "baseline": Share((scored_then["flags"] >= 1).mean(), of=len(scored_then)),
        "partners": Count(len(accounts)),
        "reference": Count(len(reference)),
        "annualised": Count(int(finances.annualised(accounts)["annualised"].sum())),
        "ratios": labelled_shares(by_ratio["label"], by_ratio["share"], by_ratio["known"]),
    }

    def draw(data, narrow):
        figure, (top, bottom) = stacked(narrow, (marks.tall(len(labels), narrow, 1.1), 2.3))
        points = marks.state_bars(top, words.view(data, "ratio"), "fragility", narrow)
        heading(top, words.picture("worst", year=facts["year"]), "fragility")
        by_flags = words.view(data, "flags").set_index("label")["yes"]
        starts = np.arange(len(by_flags)) - 0.5
        points += upright.histogram(bottom, starts, 1, by_flags, starts > 0, "fragility")
        bottom.set_xticks(starts + 0.5, by_flags.index)
        heading(bottom, words.picture("flags"), "fragility")
        return figure, points

    rules = Rules(heeded=("unknown",), sums=flagged, elsewhere=told_by_bases(by_ratio, enough))
    return Exhibit.of(words, "fragility", data, draw, n=n, facts=facts, rules=rules)


def _accounts(study, words: ExhibitWords) -> pd.DataFrame:
    live(study, words, "partner_id")
    words.refuse_if(latest_accounts(study).empty, "no_accounts")
    return latest_accounts(study)


def latest_accounts(study) -> pd.DataFrame:
    """The last accounts of the partners of running relations, by partner."""
    accounts = study.known("accounts")
    is_running = place(accounts["partner_id"], living(study, "partner_id")["partner_id"]) >= 0
    return finances.latest(accounts[is_running], study.day, study.conventions["accounts_months"])
