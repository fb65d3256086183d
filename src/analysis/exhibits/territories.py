"""Where relations are (F22): a map of equal tiles, every region with its chance interval, and the
funnel of sizes.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, grids, heading, marks, stacked, upright
from analysis.disclosure.solver import Sum
from analysis.indicators import territories
from analysis.study.filters import values_of
from analysis.text import formatting
from analysis.text.facts import Count, Interval, Label, Listed, Number, Pooled

NAMES_IN_TITLE = 4
FUNNEL_HEIGHT = 3.2  # inches, where it stands alone
CLOSE = 0.72  # of the height of the dots where the funnel stands beside the map
ABOVE_MAP, BELOW_MAP, MAP_WIDTH = 0.35, 0.15, 0.52  # inches, inches, share of the drawing's width
MOST_SIZES = 3  # written below the funnel
RATES_IN_WORDS = 5
_COLUMNS = ["view", "territory", "code", "count", "exposure", "rate", "low", "high", "shrunken"]
_COLUMNS += ["beyond_chance", "tile_column", "tile_row"]
_MEASURES = ["count", "exposure", "rate", "low", "high", "shrunken"]


def F22(study) -> Exhibit:
    """Running relations by department on a map of equal tiles, and each region's rate with its
    exact Poisson interval, observed and shrunken, and which differ by more than chance.
    """
    words = words_of(study, "F22")
    running = study.relations[study.relations["status"] == "running"]
    few = study.conventions["percent_from"]
    words.refuse_if(bool(study.parameters.department), "department")
    words.refuse_if(running["region"].notna().sum() < few, "few")
    exposed, per = territories.population_exposed()
    chosen = chosen_regions(study)
    # elsewhere nothing was looked at, which is no zero
    looked_at = pd.Index(chosen or territories.regions().index)
    exposed = exposed.reindex(looked_at)
    count = territories.counts_by_place(running["region"], looked_at)
    rates = region_rates(count, exposed, per, study.parameters.confidence)
    regions, departments = region_rows(words, rates), department_rows(words, running["department"])
    if chosen:
        departments = departments[departments["region"].isin(chosen)]
    data = pd.concat([regions, departments])[_COLUMNS]
    common = count.sum() / exposed.sum() * per
    digits = 1 if common >= 1 else 2
    facts = {
        "chosen": bool(chosen),
        "nowhere": Count(len(running) - count.sum()),
        "common": Number(common, digits),
        "dispersion": Pooled(territories.dispersion(count, exposed), 1),
        "per": rate_words(words, per),
        **_rate_facts(rates, few, digits),
        **_beyond_facts(rates["state"]),
    }
    if chosen:
        facts["region"] = Listed([Label(region) for region in chosen])
        facts["count"] = Count(count.sum())
        facts["rate"] = facts["common"]

    height = min(4.5, 0.7 * departments["tile_row"].nunique() + 0.7)
    confidence, n_regions = study.parameters.confidence, len(count)

    def draw(data, narrow):
        rows = region_dots(data, words)
        tells_rates = rows["value"].notna().sum() > 1 and rows["count"].sum() > 0
        if chosen or not tells_rates:  # none but regions without a relation may be left
            figure, (map_axes,) = stacked(narrow, (height,))
            return figure, draw_map(map_axes, data, words, narrow)
        figure, axes = _panels(narrow, height, marks.tall(len(rows), narrow))
        points = draw_map(axes[0], data, words, narrow)
        points += draw_dots(axes[1], rows, facts, words, narrow, digits)
        spread = territories.dispersion(rows["count"], rows["n"])  # of those shown alone
        spread_of_funnel = (common, per, spread, confidence, n_regions)
        points += draw_funnel(axes[2], rows, spread_of_funnel, words, narrow, digits)
        axes[2].xaxis.set_major_locator(MaxNLocator(MOST_SIZES))
        return figure, points

    formats = {"exposure": "integer", "low": "number", "high": "number"}
    rules = Rules(parts="view", by="view", sums=_within_regions)
    given = {"facts": facts, "formats": formats, "rules": rules}
    given["source"] = f"{study.source_line} {words.written('source')}"
    return Exhibit.of(words, "across", data, draw, n=count.sum(), **given)


def chosen_regions(study) -> list[str]:
    """The regions that a study is kept to; none where it looks at all.

    >>> from types import SimpleNamespace
    >>> study = SimpleNamespace(parameters=SimpleNamespace(region="Bretagne|Corse"))
    >>> chosen_regions(study)
    ['Bretagne', 'Corse']
    """
    region = study.parameters.region
    if region:
        return values_of(region)
    return []


# ---- the rows of the table
def region_rates(count: pd.Series, exposed: pd.Series, per: float, confidence: float):
    """Each region's count and rate, its interval, its rate drawn to the common one, and its state
    beyond chance.
    """
    rates = territories.rates(count, exposed, per, confidence)
    rates["shrunken"] = territories.shrink(count, exposed)["shrunken"] * per
    rates["state"] = territories.beyond_chance(count, exposed, confidence)
    return rates.sort_values("rate", ascending=False, kind="stable")


def region_rows(words: ExhibitWords, rates: pd.DataFrame) -> pd.DataFrame:
    """A row per region, the highest rate first, with its tile."""
    regions = territories.regions().loc[rates.index]
    states = {state: words.group(state) for state in ("above", "below", "within")}
    return rates.assign(
        view=words.group("region"),
        territory=rates.index,
        code=regions["iso_code"],
        beyond_chance=rates["state"].map(states),
        tile_column=regions["tile_column"],
        tile_row=regions["tile_row"],
    )


def department_rows(words: ExhibitWords, department: pd.Series) -> pd.DataFrame:
    """A row per department, with its number of relations and its tile; it has no rate."""
    departments = territories.departments().dropna(subset=["tile_row"])
    return departments.assign(
        view=words.group("department"),
        territory=departments["name"],
        code=departments.index,
        count=territories.counts_by_place(department, departments.index),
    ).reindex(columns=[*_COLUMNS, "region"])


def _within_regions(data: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[Sum]:
    region_of = territories.departments()["region"]
    row_of = {code: row for row, code in data["code"].items()}
    for region, code in territories.regions()["iso_code"].items():
        inside = region_of.index[region_of == region]
        parts = [(row_of[department], "count") for department in inside if department in row_of]
        if code in row_of:
            whole = (row_of[code], "count")
            outside = numbers.at[whole] - sum(numbers.at[part] for part in parts)
            yield Sum(parts, whole, -outside, False)


# ---- the picture
def _panels(narrow: bool, of_map: float, of_dots: float) -> tuple[Figure, list[Axes]]:
    if narrow:
        return stacked(narrow, (of_map, of_dots, FUNNEL_HEIGHT))
    heights = of_map, CLOSE * of_dots
    figure, (top, bottom) = stacked(narrow, heights)
    spec = top.get_subplotspec().subgridspec(1, 2, width_ratios=(1.2, 1))
    top.remove()
    # The names of regions take no room beside the map: it has a place of its own.
    inches = sum(heights)
    bottom_of_map, height = heights[1] + BELOW_MAP, heights[0] - ABOVE_MAP - BELOW_MAP
    map_axes = figure.add_axes((0, bottom_of_map / inches, MAP_WIDTH, height / inches))
    map_axes.set_in_layout(False)
    return figure, [map_axes, bottom, figure.add_subplot(spec[1])]


def draw_map(axes, data: pd.DataFrame, words: ExhibitWords, narrow: bool) -> list:
    """The departments as tiles of one size, with their numbers."""
    tiles = data[data["view"] == words.group("department")]
    tiles = tiles.rename(columns={"tile_row": "row", "tile_column": "column", "territory": "label"})
    tiles["value"] = pd.to_numeric(tiles["count"], errors="coerce")
    missing = words.picture("hidden")
    points = grids.tiles(axes, tiles, "across", formatting.number, missing=missing)
    heading(axes, words.picture("departments"))
    return points


def region_dots(data: pd.DataFrame, words: ExhibitWords) -> pd.DataFrame:
    """The regions whose rate is known, as `marks.dots` and `upright.funnel_plot` take them."""
    regions = data[data["view"] == words.group("region")].dropna(subset="rate")
    regions = regions.astype(dict.fromkeys(_MEASURES, "float64"))
    return regions.rename(columns={"territory": "label", "rate": "value", "exposure": "n"})


def draw_dots(axes, rows: pd.DataFrame, facts: dict, words: ExhibitWords, narrow: bool, digits):
    """Each region's observed rate with its interval, and its rate drawn to the common one."""
    observed = rows[["label", "value", "low", "high"]].assign(series=words.picture("observed"))
    drawn_in = observed.assign(value=rows["shrunken"], low=np.nan, high=np.nan)
    observed_and_shrunken = pd.concat([observed, drawn_in.assign(series=words.picture("shrunken"))])
    common = facts["common"]
    reference = (common.value, words.picture("common", rate=common))
    write = partial(formatting.number, digits=digits)
    points = marks.dots(axes, observed_and_shrunken, "across", narrow, write, reference=reference)
    axis_words(axes, x=words.picture("rate", per=facts["per"]))
    return points


def draw_funnel(
    axes, rows: pd.DataFrame, spread_of_funnel: tuple, words, narrow: bool, digits: int
):
    """Rates by size, and what chance allows: to one region looked at alone (inner) and to all
    looked at together (outer).
    """
    common, per, dispersion, confidence, n_regions = spread_of_funnel
    sizes = np.linspace(rows["n"].min(), rows["n"].max() * 1.05, 160)
    of_all = territories.confidence_of_all(confidence, n_regions)
    inner = territories.funnel_limits(sizes, common / per, confidence, dispersion) * per
    outer = territories.funnel_limits(sizes, common / per, of_all, dispersion) * per
    limits = inner.add_prefix("inner ").join(outer.add_prefix("outer "))
    write = partial(formatting.number, digits=digits)
    points = upright.funnel_plot(
        axes, rows[["label", "n", "value"]], limits, common, "across", narrow, write
    )
    axes.set_ylim(0, 1.15 * max(rows["value"].max(), limits["inner high"].max()))
    axis_words(
        axes,
        x=words.picture("inhabitants" if per > 1_000 else "structures"),
        y=words.picture("rate", per=rate_words(words, per)),
    )
    heading(axes, words.picture("funnel"))
    return points


# ---- what the words tell
def rate_words(words: ExhibitWords, per: float) -> str:
    """What rates of regions are divided by, in words; the exhibit has both among its groups."""
    return words.group("per_structures" if per == 1_000 else "per_inhabitants")


def _rate_facts(rates: pd.DataFrame, few: int, digits: int) -> dict:
    large = rates[rates["count"] >= few]
    if large.empty:
        large = rates
    first, last = large.iloc[0], large.iloc[-1]
    empty = rates.index[rates["count"] == 0].sort_values()
    highest = large["rate"].head(RATES_IN_WORDS)
    return {
        "region": Label(first.name),
        "count": Count(first["count"], of=rates["count"].sum()),
        "rate": Number(first["rate"], digits),
        "interval": Interval(first["low"], first["high"], digits, share=False),
        "shrunken": Number(first["shrunken"], digits),
        "last": Label(last.name),
        "last_rate": Number(last["rate"], digits),
        "regions": Number(len(rates)),
        "reached": Number(len(rates) - len(empty)),
        "empty": Listed([Label(region) for region in empty]),
        "rates": Listed([(Label(name), Number(rate, digits)) for name, rate in highest.items()]),
    }


def _beyond_facts(beyond: pd.Series) -> dict:
    """The regions that differ by more than chance: how many, and which are named.

    Those above are named where they are few; those below too where they are few in all.
    """
    above = sorted(beyond.index[beyond == "above"])
    regions_beyond = sorted(beyond.index[beyond.isin(["above", "below"])])
    named = [names for names in (regions_beyond, above, []) if len(names) <= NAMES_IN_TITLE][0]
    return {
        "apart": Number(len(regions_beyond)),
        "named": Listed([Label(region) for region in named]),
        "others": Number(len(regions_beyond) - len(named)),
    }
