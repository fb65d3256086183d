"""Where relations are: maps of equal tiles (F22) and every region with its chance interval (F22R)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, Rules
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.charts import axis_words, grids, heading, marks, new, stacked
from analysis.disclosure.cell_suppression import Sum
from analysis.indicators import territories
from analysis.text import formatting
from analysis.text.facts import Count, Interval, Label, Listed, Number

NAMES_IN_TITLE = 4
RATES_IN_WORDS = 5
REGIONS, DEPARTMENTS = "region", "department"
ON_MAP = ["view", "territory", "code", "count", "rate", "tile_column", "tile_row"]
BY_REGION = ["region", "count", "exposure", "rate", "low", "high", "shrunken", "beyond_chance"]


def F22(study) -> Exhibit:
    """Running relations by region and by department, on maps where each territory has the same area."""
    words = words_of(study, "F22")
    running = _running(study, words)
    exposed, per = territories.exposure()
    views = {view: words.group(view) for view in (REGIONS, DEPARTMENTS)}
    by_region = territories.rates(
        territories.counts(running["region"], territories.regions().index),
        exposed,
        per,
        study.parameters.confidence,
    )
    data = _tiles(running["department"], by_region, views, study.parameters.region)
    digits = _digits(by_region["count"].sum(), exposed, per)
    rate_of = rate_words(words, per)

    def write_rate(rate: float) -> str:
        return formatting.number(rate, digits)

    def draw(data, narrow):
        rates = ("rate", write_rate, words.picture("regions", per=rate_of))
        numbers = ("count", formatting.number, words.picture("departments"))
        kinds = {REGIONS: rates, DEPARTMENTS: numbers}
        # one region alone has no map of regions
        several = {
            kind: how for kind, how in kinds.items() if (data["view"] == views[kind]).sum() > 1
        }
        kinds = several or kinds
        height = 4.3 if narrow else 4.5
        if len(kinds) == 1:
            height = min(height, 0.7 * data["tile_row"].nunique() + 0.7)
        figure, axes = new(narrow, height=height, panels=len(kinds))
        points = []
        for panel, (kind, (value, write, title)) in zip(axes, kinds.items(), strict=True):
            tiles = data[data["view"] == views[kind]]
            names = {"tile_row": "row", "tile_column": "column", "territory": "label"}
            tiles = tiles.rename(columns=names)
            tiles["value"] = pd.to_numeric(tiles[value], errors="coerce")
            codes_only = len(kinds) > 1 and (narrow or kind == DEPARTMENTS)
            hidden = words.picture("hidden")
            points += grids.tiles(panel, tiles, "across", codes_only, write, missing=hidden)
            heading(panel, title)
        return figure, points

    facts = _map_facts(study, running, by_region, exposed, digits) | {"per": rate_of}
    n = int(by_region["count"].sum())
    rules = Rules(parts="view", sums=_within_regions)
    source = _source(study, words)
    return Exhibit.of(
        study, words, "across", data, draw, n=n, facts=facts, rules=rules, source=source
    )


def _tiles(department: pd.Series, by_region: pd.DataFrame, views: dict, region: str | None):
    """A row per region, then one per department, with the tile of each; of one region only its own where it is asked for."""
    regions = territories.regions()
    departments = territories.departments().dropna(subset=["tile_row"])
    regional = regions.assign(
        view=views[REGIONS],
        territory=regions.index,
        code=regions["iso_code"],
        **by_region[["count", "rate"]],
    )
    local = departments.assign(
        view=views[DEPARTMENTS],
        territory=departments["name"],
        code=departments.index,
        count=territories.counts(department, departments.index),
        rate=np.nan,
    )
    if region:  # elsewhere nothing was looked at, which is no zero
        regional = regional.loc[[region]]
        local = local[local["region"] == region]
    return pd.concat([regional[ON_MAP], local[ON_MAP]])


def _map_facts(study, running, by_region: pd.DataFrame, exposed: pd.Series, digits: int) -> dict:
    n = int(by_region["count"].sum())
    large = _large(by_region, study.conventions["percent_from"])
    highest = large["rate"].nlargest(RATES_IN_WORDS)
    first = highest.index[0]
    empty = by_region.index[by_region["count"] == 0]
    beyond = territories.beyond_chance(by_region["count"], exposed, study.parameters.confidence)
    return {
        "one_region": bool(study.parameters.region),
        "region": Label(first),
        "count": Count(by_region.loc[first, "count"], of=n),
        "rate": Number(highest[first], digits),
        "regions": Number(len(by_region)),
        "reached": Number(len(by_region) - len(empty)),
        **_beyond_facts(beyond),
        "empty": Listed([Label(region) for region in empty]),
        "nowhere": Count(len(running) - n),
        "rates": Listed([(Label(name), Number(rate, digits)) for name, rate in highest.items()]),
    }


def _within_regions(data: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[Sum]:
    """The departments of a region, and relations whose department is not known, make the region."""
    region_of = territories.departments()["region"]
    row_of = {code: row for row, code in data["code"].items()}
    for region, code in territories.regions()["iso_code"].items():
        inside = region_of.index[region_of == region]
        parts = [(row_of[department], "count") for department in inside if department in row_of]
        if code in row_of:
            whole = (row_of[code], "count")
            apart = numbers.at[whole] - sum(numbers.at[part] for part in parts)
            yield Sum(parts, whole, -apart, False)


# ---- F22R
def F22R(study) -> Exhibit:
    """Every region's rate with its exact Poisson interval, observed and shrunken, and which differ by more than chance."""
    words = words_of(study, "F22R")
    words.refuse_if(bool(study.parameters.region), "one_region")
    running = _running(study, words)
    exposed, per = territories.exposure()
    count = territories.counts(running["region"], territories.regions().index)
    confidence = study.parameters.confidence
    beyond = territories.beyond_chance(count, exposed, confidence)
    data = territories.rates(count, exposed, per, confidence)
    data["shrunken"] = territories.shrink(count, exposed)["shrunken"] * per
    data["beyond_chance"] = beyond.map(
        {state: words.group(state) for state in ("above", "below", "within")}
    )
    data = data.assign(region=data.index).sort_values("rate", ascending=False)[BY_REGION]
    common = count.sum() / exposed.sum() * per
    digits = _digits(count.sum(), exposed, per)
    rate_of = rate_words(words, per)
    dispersion = territories.dispersion(count, exposed)

    def write(rate: float) -> str:
        return formatting.number(rate, digits)

    def draw(data, narrow):
        figure, axes = stacked(narrow, (marks.tall(len(data), narrow), 3.2))
        data = data.dropna(subset="rate")
        measures = ("count", "rate", "low", "high", "shrunken")
        data = data.astype(dict.fromkeys(measures, "float64"))
        dots = data.rename(columns={"region": "label", "rate": "value", "exposure": "n"})
        observed = dots.drop(columns="n").assign(series=words.picture("observed"))
        unbounded = {"low": np.nan, "high": np.nan}
        shrunken = observed.assign(value=dots["shrunken"], **unbounded)
        shrunken["series"] = words.picture("shrunken")
        reference = (common, words.picture("common", rate=Number(common, digits)))
        both = pd.concat([observed, shrunken])
        points = marks.dots(axes[0], both, "across", narrow, write, reference=reference)
        axis_words(axes[0], x=words.picture("rate", per=rate_of))
        sizes = np.linspace(dots["n"].min(), dots["n"].max() * 1.05, 160)
        limits = _limits(sizes, common / per, dispersion, confidence, len(count)) * per
        own = dots[["label", "n", "value"]]
        points += marks.funnel(axes[1], own, limits, common, "across", narrow, write)
        axes[1].set_ylim(0, 1.15 * max(dots["value"].max(), limits["inner high"].max()))
        size_words = words.picture("inhabitants" if per > 1_000 else "structures")
        axis_words(axes[1], x=size_words, y=words.picture("rate", per=rate_of))
        heading(axes[1], words.picture("funnel"))
        return figure, points

    large = _large(data, study.conventions["percent_from"])
    first, last = large.iloc[0], large.iloc[-1]
    facts = {
        **_beyond_facts(beyond),
        "per": rate_of,
        "regions": Number(len(count)),
        "region": Label(first["region"]),
        "rate": Number(first["rate"], digits),
        "interval": Interval(first["low"], first["high"], digits, share=False),
        "shrunken": Number(first["shrunken"], digits),
        "common": Number(common, digits),
        "dispersion": Number(dispersion, 1),
        "last": Label(last["region"]),
        "last_rate": Number(last["rate"], digits),
    }
    return Exhibit.of(
        study,
        words,
        "across",
        data,
        draw,
        n=count.sum(),
        facts=facts,
        formats={"exposure": "integer", "low": "number", "high": "number"},
        rules=Rules(by=""),
        source=_source(study, words),
    )


def _limits(sizes, rate: float, dispersion: float, confidence: float, n_regions: int):
    """The funnel of one region looked at alone (inner) and of all looked at together (outer)."""
    together = territories.confidence_of_all(confidence, n_regions)
    inner = territories.funnel(sizes, rate, confidence, dispersion)
    outer = territories.funnel(sizes, rate, together, dispersion)
    return inner.add_prefix("inner ").join(outer.add_prefix("outer "))


# ---- what both say
def _running(study, words: ExhibitWords) -> pd.DataFrame:
    running = study.relations[study.relations["status"] == "running"]
    known = running["region"].notna().sum()
    words.refuse_if(known < study.conventions["percent_from"], "few")
    return running


def rate_words(words: ExhibitWords, per: float) -> str:
    """What rates of regions are divided by, in words; the exhibit has both among its groups."""
    return words.group("per_structures" if per == 1_000 else "per_inhabitants")


def _source(study, words: ExhibitWords) -> str:
    return f"{study.source_line} {words.written('source')}"


def _large(rates: pd.DataFrame, few: int) -> pd.DataFrame:
    """The regions whose rate is worth a sentence: those with enough relations, all of them where none has."""
    large = rates[rates["count"] >= few]
    return rates if large.empty else large


def _digits(count: int, exposed: pd.Series, per: float) -> int:
    """Decimals with which rates around the common one are told apart."""
    return 1 if count / exposed.sum() * per >= 1 else 2


def _beyond_facts(beyond: pd.Series) -> dict:
    """The regions that differ by more than chance: how many, which are named, and how many others there are.

    Those above are named where they are few; those below too where they are few in all.
    """
    above = sorted(beyond.index[beyond == "above"])
    apart = sorted(beyond.index[beyond.isin(["above", "below"])])
    named = [names for names in (apart, above, []) if len(names) <= NAMES_IN_TITLE][0]
    return {
        "apart": Number(len(apart)),
        "named": Listed([Label(region) for region in named]),
        "others": Number(len(apart) - len(named)),
    }
