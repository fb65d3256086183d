"""Where relations are: maps of equal tiles (F22) and every region with its chance interval (F22R)."""

import numpy as np
import pandas as pd

from analysis import territories, words
from analysis.exhibit import Exhibit, Unsupported
from analysis.exhibits.statements import common
from analysis.figures import axis_words, grids, heading, marks, new
from analysis.words import text as _

FEW = 10  # relations: below, no map is drawn


def _running(study) -> pd.DataFrame:
    running = study.relations[study.relations["status"] == "running"]
    if running["region"].notna().sum() < FEW:
        raise Unsupported(_("Fewer than ten running relations have a known region: no map is drawn."))
    return running


def _per() -> tuple[pd.Series, float, str]:
    exposed, per, kind = territories.exposure()
    said = _("per 1,000 ESS structures") if kind == "ess_establishments" else _("per 100,000 inhabitants")
    return exposed, per, said


def _common(study) -> dict:
    return common(study) | {"source": study.source_line + " " + _("Population: INSEE, estimates at 1 January 2014.")}


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
    regions, departments = territories.regions(), territories.departments().dropna(subset=["tile_row"])
    exposed, per, said = _per()
    digits = _digits(len(running), exposed, per)
    by_region = territories.rates(territories.counts(running["region"], regions.index), exposed, per, study.parameters.confidence)
    by_department = territories.counts(running["department"], departments.index)
    view = {"region": _("Region"), "department": _("Department")}
    data = pd.concat(
        [
            regions[["iso_code", "tile_column", "tile_row"]].assign(
                view=view["region"],
                territory=regions.index,
                code=regions["iso_code"],
                count=by_region["count"],
                rate=by_region["rate"],
            ),
            departments.assign(
                view=view["department"], territory=departments["name"], code=departments.index, count=by_department, rate=np.nan
            ),
        ],
        ignore_index=True,
    )[["view", "territory", "code", "count", "rate", "tile_column", "tile_row"]]
    told = _large(by_region)
    most = told["rate"].idxmax()
    beyond = territories.beyond_chance(by_region["count"], exposed).isin(["above", "below"])
    empty = [region for region in regions.index if by_region.loc[region, "count"] == 0]
    nowhere = int(running["region"].isna().sum())

    if study.parameters.region:
        title = _("{count} running relations in {region}, {rate} {per}").format(
            region=most, count=words.number(told.loc[most, "count"]), rate=words.number(told.loc[most, "rate"], digits), per=said
        )
    else:
        title = _("Regions with a running relation: {n} of {all}; {out}").format(
            n=words.number(len(regions) - len(empty)),
            all=words.number(len(regions)),
            out=_("beyond chance: {list}").format(list=words.join(sorted(beyond.index[beyond])))
            if beyond.any()
            else _("none stands out by more than chance"),
        )

    def write_rate(rate: float) -> str:
        return words.number(rate, digits)

    def draw(data, narrow):
        figure, axes = new(narrow, height=4.3 if narrow else 4.5, panels=2)
        points = []
        for panel, kind, value, write in (
            (axes[0], "region", "rate", write_rate), (axes[1], "department", "count", words.number),
        ):  # fmt: skip
            here = data[data["view"] == view[kind]]
            table = here.rename(columns={"tile_row": "row", "tile_column": "column", "territory": "label"}).assign(
                value=pd.to_numeric(here[value], errors="coerce")
            )
            codes_only = narrow or kind == "department"
            points += grids.tiles(panel, table, "across", codes_only, write, missing=_("hidden: few relations"))
        heading(axes[0], _("Regions, {per}").format(per=said))
        heading(axes[1], _("Departments, number"))
        return figure, points

    return Exhibit(
        **_common(study),
        id="F22",
        family="across",
        title=title,
        subtitle=_("Running relations by region {per} and number by department; every tile has the same area").format(per=said),
        reading=_("{region} counts {count} running relations, {rate} {per}.").format(
            region=most, count=words.number(by_region.loc[most, "count"]),
            rate=words.number(by_region.loc[most, "rate"], digits), per=said,
        ),
        scope=_("{n} running relations whose region is known; {nowhere} without a region are on no map.").format(
            n=words.number(len(running) - nowhere), nowhere=words.number(nowhere)
        ),
        note=_(
            "The place is that of the partner's seat, in present regions (former ones are recoded through the department). A "
            "region with few relations may stand high or low by chance: see the intervals region by region."
        )
        + (" " + _("No running relation is recorded in: {regions}.").format(regions=words.join(empty)) if empty else ""),
        n=len(running) - nowhere,
        n_unit=_("relations"),
        alt=_("Two maps of equal tiles. Regions from the highest: {list}.").format(
            list=words.join([f"{region} {words.number(rate, digits)}" for region, rate in told["rate"].nlargest(5).items()])
        ),
        data=data,
        labels={
            "view": _("Level"), "territory": _("Territory"), "code": _("Code"), "count": _("Running relations"),
            "rate": _("Rate {per}").format(per=said), "tile_column": _("Column on the map"), "tile_row": _("Row on the map"),
        },
        formats={
            "view": "text", "territory": "text", "code": "text", "count": "integer", "rate": "number", "tile_column": "integer",
            "tile_row": "integer",
        },
        draw=draw,
    )  # fmt: skip


def F22R(study) -> Exhibit:
    """Every region's rate with its exact Poisson interval, observed and shrunken, and which differ by more than chance."""
    if study.parameters.region:
        raise Unsupported(_("One region alone is looked at: regions cannot be compared."))
    running = _running(study)
    exposed, per, said = _per()
    index = territories.regions().index
    count = territories.counts(running["region"], index)
    found = territories.rates(count, exposed, per, study.parameters.confidence)
    found["shrunken"] = territories.shrink(count, exposed)["shrunken"] * per
    found["beyond_chance"] = territories.beyond_chance(count, exposed)
    state = {"above": _("above"), "below": _("below"), "within": _("within")}
    out = found[found["beyond_chance"].isin(["above", "below"])]
    data = found.assign(region=index, beyond_chance=found["beyond_chance"].map(state)).sort_values("rate", ascending=False)
    data = data[["region", "count", "exposure", "rate", "low", "high", "shrunken", "beyond_chance"]]
    data = data.reset_index(drop=True)
    shown = _large(data)
    common = count.sum() / exposed.sum() * per
    digits = _digits(int(count.sum()), exposed, per)
    write = lambda rate: words.number(rate, digits)
    first = shown.iloc[0]
    series = (_("observed, with its interval"), _("drawn to the common rate"))

    def draw(data, narrow):
        rows, funnel = marks.tall(len(data), narrow), 3.2
        figure, axes = new(narrow, height=(rows + funnel) / 2, panels=2, columns=1)
        axes[0].get_gridspec().set_height_ratios((rows, funnel))
        data = data.dropna(subset="rate").astype(dict.fromkeys(("count", "rate", "low", "high", "shrunken"), "float64"))
        observed = data.rename(columns={"region": "label", "rate": "value"}).assign(series=series[0])
        shrunken = observed.assign(value=data["shrunken"], low=np.nan, high=np.nan, series=series[1])
        both = pd.concat([observed, shrunken], ignore_index=True)
        points = marks.dots(
            axes[0],
            both,
            "across",
            narrow,
            write,
            reference=(common, _("common rate {rate}").format(rate=write(common))),
            series=series,
        )
        sizes = np.linspace(data["exposure"].min(), data["exposure"].max() * 1.05, 160)
        limits = territories.funnel(sizes, common / per)
        wide = limits.pivot(index="exposure", columns="confidence", values=["low", "high"]) * per
        wide = wide[[("low", 0.95), ("high", 0.95), ("low", 0.998), ("high", 0.998)]].set_axis(
            ["inner low", "inner high", "outer low", "outer high"], axis=1
        )
        dots = data.rename(columns={"region": "label", "rate": "value", "exposure": "n"})[["label", "n", "value"]]
        points += marks.funnel(axes[1], dots, wide, common, "across", narrow, write)
        axes[1].set_ylim(0, 1.15 * max(data["rate"].max(), wide["inner high"].max()))
        heading(axes[1], _("Rate by size: what chance allows"))
        axis_words(axes[1], x=_("Inhabitants") if per > 1_000 else _("ESS structures"))
        return figure, points

    return Exhibit(
        **_common(study),
        id="F22-regions",
        family="across",
        title=(
            words.plural(
                len(out), "{n} region differs by more than chance: {list}", "{n} regions differ by more than chance: {list}"
            ).format(n=words.number(len(out)), list=words.join(sorted(out.index)))
            if len(out)
            else _("No region differs from the others by more than chance")
        ),
        subtitle=_(
            "Running relations {per}, exact Poisson interval, beside the rate drawn to the common one; funnel at 95 and 99.8 %"
        ).format(per=said),
        reading=_(
            "{region}: {rate} {per} observed ({low} to {high}), {shrunken} once drawn to the common rate of {common}."
        ).format(
            region=first["region"], rate=write(first["rate"]), per=said, low=write(first["low"]), high=write(first["high"]),
            shrunken=write(first["shrunken"]), common=write(common),
        ),
        scope=_("{n} running relations whose region is known, {regions} regions of which 5 overseas.").format(
            n=words.number(int(count.sum())), regions=words.number(len(index))
        ),
        note=_(
            "Inside the funnel the order of regions means nothing. Small regions are drawn to the common rate the more, the "
            "smaller they are (empirical Bayes, gamma-Poisson). Where the programme signs agreements says nothing of the need "
            "for them."
        ),
        n=int(count.sum()),
        n_unit=_("relations"),
        alt=_("One dot and its interval per region, from {first} ({high}) to {last} ({low}), and a funnel by size.").format(
            first=first["region"], high=write(first["rate"]), last=shown.iloc[-1]["region"], low=write(shown.iloc[-1]["rate"]),
        ),
        data=data,
        labels={
            "region": _("Region"), "count": _("Running relations"), "exposure": _("Exposure"),
            "rate": _("Rate {per}").format(per=said), "low": _("Lower bound"), "high": _("Upper bound"),
            "shrunken": _("Rate drawn to the common one"), "beyond_chance": _("Against the funnel (99.8 %)"),
        },
        formats={
            "region": "text", "count": "integer", "exposure": "integer", "rate": "number", "low": "number", "high": "number",
            "shrunken": "number", "beyond_chance": "text",
        },
        draw=draw,
    )  # fmt: skip
