"""Where relations are: maps of equal tiles (F22) and every region with its chance interval (F22R)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.charts import axis_words, grids, heading, marks, new, stacked
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure.cell_suppression import Sum
from analysis.indicators import territories
from analysis.text import formatting
from analysis.text.formatting import text as _

FEW = DEFAULTS["percent_from"]  # relations: below, no map is drawn
FEW_NAMES = 4  # territories named in a title


def _running(study) -> pd.DataFrame:
    running = study.relations[study.relations["status"] == "running"]
    refuse_if(
        running["region"].notna().sum() < FEW,
        _("Fewer than ten running relations have a known region: no map is drawn."),
    )
    return running


def exposure() -> tuple[pd.Series, float, str]:
    """What rates are divided by, per how many, and how that is said."""
    exposed, per = territories.exposure()
    return (
        exposed,
        per,
        _("per 1,000 ESS structures") if per == 1_000 else _("per 100,000 inhabitants"),
    )


def _source(study) -> str:
    return study.source_line + " " + _("Population: INSEE, estimates at 1 January 2014.")


def _large(found: pd.DataFrame) -> pd.DataFrame:
    """The regions whose rate is worth a sentence: those with ten relations or more, all of them where none has."""
    large = found[found["count"] >= FEW]
    return found if large.empty else large


def _digits(count: int, exposed: pd.Series, per: float) -> int:
    """Decimals with which rates around the common one are told apart."""
    return 1 if count / exposed.sum() * per >= 1 else 2


def F22(study) -> Exhibit:
    """Running relations by region and by department, on maps where each territory has the same area."""
    running = _running(study)
    regions, departments = (
        territories.regions(),
        territories.departments().dropna(subset=["tile_row"]),
    )
    exposed, per, said = exposure()
    digits = _digits(len(running), exposed, per)
    by_region = territories.rates(
        territories.counts(running["region"], regions.index),
        exposed,
        per,
        study.parameters.confidence,
    )
    by_department = territories.counts(running["department"], departments.index)
    view = {"region": _("Region"), "department": _("Department")}
    regional = regions.assign(
        view=view["region"],
        territory=regions.index,
        code=regions["iso_code"],
        **by_region[["count", "rate"]],
    )
    local = departments.assign(
        view=view["department"],
        territory=departments["name"],
        code=departments.index,
        count=by_department,
    )
    if study.parameters.region:  # elsewhere nothing was looked at, which is no zero
        regional = regional.loc[[study.parameters.region]]
        local = local[local["region"] == study.parameters.region]
    told = _large(by_region)
    most = told["rate"].idxmax()
    beyond = territories.beyond_chance(by_region["count"], exposed)
    empty = [region for region in regions.index if by_region.loc[region, "count"] == 0]
    nowhere = int(running["region"].isna().sum())

    write_rate = lambda rate: formatting.number(rate, digits)
    fields = {
        "region": most,
        "count": told.loc[most, "count"],
        "rate": write_rate(told.loc[most, "rate"]),
        "per": said,
    }
    out = _named(beyond)
    out = _("beyond chance: {list}", list=out) if out else _("none stands out by more than chance")

    def draw(data, narrow):
        kinds = {
            "region": ("rate", write_rate, _("Regions, {per}", per=said)),
            "department": ("count", formatting.number, _("Departments, number")),
        }
        kinds = {
            kind: told for kind, told in kinds.items() if (data["view"] == view[kind]).sum() > 1
        } or kinds
        rows = data["tile_row"].nunique()
        tall = 4.3 if narrow else 4.5
        figure, axes = new(
            narrow,
            height=tall if len(kinds) > 1 else min(tall, 0.7 * rows + 0.7),
            panels=len(kinds),
        )
        points = []
        for panel, (kind, (value, write, title)) in zip(axes, kinds.items(), strict=True):
            here = data[data["view"] == view[kind]]
            table = here.rename(
                columns={"tile_row": "row", "tile_column": "column", "territory": "label"}
            )
            table["value"] = pd.to_numeric(here[value], errors="coerce")
            codes_only = len(kinds) > 1 and (narrow or kind == "department")
            points += grids.tiles(
                panel, table, "across", codes_only, write, missing=_("hidden: few relations")
            )
            heading(panel, title)
        return figure, points

    return Exhibit.of(
        study,
        "F22",
        "across",
        pd.concat([regional, local]),
        draw,
        n=len(running) - nowhere,
        unit=_("relations"),
        rules=Rules(parts="view", sums=_within_regions),
        source=_source(study),
        columns={
            "view": _("Level"),
            "territory": _("Territory"),
            "code": _("Code"),
            "count": (_("Running relations"), "integer"),
            "rate": (_("Rate {per}", per=said), "number"),
            "tile_column": (_("Column on the map"), "integer"),
            "tile_row": (_("Row on the map"), "integer"),
        },
        title=_("{count} running {count:relation|relations} in {region}, {rate} {per}", **fields)
        if study.parameters.region
        else _(
            "Regions with a running relation: {n} of {all}; {out}",
            n=len(regions) - len(empty),
            all=len(regions),
            out=out,
        ),
        subtitle=_(
            "Running relations by region {per} and number by department; every tile has the same area",
            per=said,
        ),
        reading=_(
            "{region} counts {count} running {count:relation|relations}, {rate} {per}.", **fields
        ),
        scope=_(
            "{n} running relations whose region is known; {nowhere} without a region {nowhere:is|are} on no map.",
            n=len(running) - nowhere,
            nowhere=nowhere,
        )
        if nowhere
        else _("{n} running relations, each with its region.", n=len(running)),
        note=_(
            "The place is that of the partner's seat, in present regions (former ones are recoded through the department). A "
            "region with few relations may stand high or low by chance: see the intervals region by region."
        )
        + (
            " "
            + _("No running relation is recorded in: {regions}.", regions=formatting.join(empty))
            if empty
            else ""
        ),
        alt=_(
            "Two maps of equal tiles. Regions from the highest: {list}.",
            list=formatting.join(
                f"{region} {write_rate(rate)}" for region, rate in told["rate"].nlargest(5).items()
            ),
        ),
    )


def _named(beyond: pd.Series) -> str:
    """The territories that differ by more than chance: those above by name, those below too where they are few in all."""
    above, out = (
        sorted(beyond.index[beyond.isin(kinds)]) for kinds in (["above"], ["above", "below"])
    )
    if len(out) <= FEW_NAMES:
        return formatting.join(out)
    above = above if len(above) <= FEW_NAMES else []
    return formatting.join(
        [
            *above,
            _("{n} {n:other|others}", n=len(out) - len(above))
            if above
            else formatting.number(len(out)),
        ]
    )


def _within_regions(data: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[Sum]:
    """The departments of a region, and relations whose department is not known, make the region."""
    region_of = territories.departments()["region"]
    place = {code: row for row, code in data["code"].items()}
    for region, code in territories.regions()["iso_code"].items():
        parts = [
            (place[one], "count") for one in region_of.index[region_of == region] if one in place
        ]
        if code in place:
            whole = (place[code], "count")
            apart = numbers.at[whole] - sum(numbers.at[part] for part in parts)
            yield Sum(parts, whole, -apart, False)


def F22R(study) -> Exhibit:
    """Every region's rate with its exact Poisson interval, observed and shrunken, and which differ by more than chance."""
    refuse_if(
        study.parameters.region, _("One region alone is looked at: regions cannot be compared.")
    )
    running = _running(study)
    exposed, per, said = exposure()
    index = territories.regions().index
    count = territories.counts(running["region"], index)
    found = territories.rates(count, exposed, per, study.parameters.confidence)
    found["shrunken"] = territories.shrink(count, exposed)["shrunken"] * per
    found["beyond_chance"] = territories.beyond_chance(count, exposed)
    state = {"above": _("above"), "below": _("below"), "within": _("within")}
    out = found["beyond_chance"].isin(["above", "below"]).sum()
    data = found.assign(region=index, beyond_chance=found["beyond_chance"].map(state)).sort_values(
        "rate", ascending=False
    )
    common = count.sum() / exposed.sum() * per
    digits = _digits(count.sum(), exposed, per)
    write = lambda rate: formatting.number(rate, digits)
    shown = _large(data)
    first, last = shown.iloc[0], shown.iloc[-1]
    series = (_("observed, with its interval"), _("drawn to the common rate"))

    def draw(data, narrow):
        figure, axes = stacked(narrow, (marks.tall(len(data), narrow), 3.2))
        data = data.dropna(subset="rate").astype(
            dict.fromkeys(("count", "rate", "low", "high", "shrunken"), "float64")
        )
        observed = data.rename(columns={"region": "label", "rate": "value"}).assign(
            series=series[0]
        )
        shrunken = observed.assign(
            value=data["shrunken"], low=np.nan, high=np.nan, series=series[1]
        )
        both, told = pd.concat([observed, shrunken]), _("common rate {rate}", rate=write(common))
        points = marks.dots(axes[0], both, "across", narrow, write, reference=(common, told))
        axis_words(axes[0], x=_("Running relations {per}", per=said))
        sizes = np.linspace(data["exposure"].min(), data["exposure"].max() * 1.05, 160)
        inner, outer = (
            territories.funnel(sizes, common / per, confidence) * per
            for confidence in (0.95, 0.998)
        )
        limits = inner.add_prefix("inner ").join(outer.add_prefix("outer "))
        dots = data.rename(columns={"region": "label", "rate": "value", "exposure": "n"})[
            ["label", "n", "value"]
        ]
        points += marks.funnel(axes[1], dots, limits, common, "across", narrow, write)
        axes[1].set_ylim(0, 1.15 * max(data["rate"].max(), limits["inner high"].max()))
        axis_words(axes[1], y=_("Running relations {per}", per=said))
        heading(axes[1], _("Rate by size: what chance allows"))
        axis_words(axes[1], x=_("Inhabitants") if per > 1_000 else _("ESS structures"))
        return figure, points

    return Exhibit.of(
        study,
        "F22-regions",
        "across",
        data,
        draw,
        n=count.sum(),
        unit=_("relations"),
        rules=Rules(by=""),
        source=_source(study),
        columns={
            "region": _("Region"),
            "count": (_("Running relations"), "integer"),
            "exposure": (_("Exposure"), "integer"),
            "rate": (_("Rate {per}", per=said), "number"),
            "low": (_("Lower bound"), "number"),
            "high": (_("Upper bound"), "number"),
            "shrunken": (_("Rate drawn to the common one"), "number"),
            "beyond_chance": _("Against the funnel (99.8%)"),
        },
        title=_(
            "{n} {n:region differs|regions differ} by more than chance: {list}",
            n=out,
            list=_named(found["beyond_chance"]),
        )
        if out
        else _("No region differs from the others by more than chance"),
        subtitle=_(
            "Running relations {per}, exact Poisson interval, beside the rate drawn to the common one; funnel at 95 and "
            "99.8%",
            per=said,
        ),
        reading=_(
            "{region}: {rate} {per} observed ({low} to {high}), {shrunken} once drawn to the common rate of {common}.",
            region=first["region"],
            rate=write(first["rate"]),
            per=said,
            low=write(first["low"]),
            high=write(first["high"]),
            shrunken=write(first["shrunken"]),
            common=write(common),
        ),
        scope=_(
            "{n} running relations whose region is known, {regions} regions of which 5 overseas.",
            n=count.sum(),
            regions=len(index),
        ),
        note=_(
            "Inside the funnel the order of regions means nothing. Small regions are drawn to the common rate the more, the "
            "smaller they are (empirical Bayes, gamma-Poisson). Where the programme signs agreements says nothing of the need "
            "for them."
        ),
        alt=_(
            "One dot and its interval per region, from {first} ({high}) to {last} ({low}), and a funnel by size.",
            first=first["region"],
            high=write(first["rate"]),
            last=last["region"],
            low=write(last["rate"]),
        ),
    )
