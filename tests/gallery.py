"""One exhibit per drawing, on invented numbers, to look at and to test: python tests/gallery.py FOLDER writes the pages and the PDF."""

import itertools
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
from matplotlib.text import Text

from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.key_number_cards import KeyNumber, KeyNumbers
from analysis.charts import (
    axis_words,
    curves,
    grids,
    heading,
    marks,
    new_figure,
    survival_curves,
    upright,
)
from analysis.charts.look import style
from analysis.report import html_page, pdf_brief
from analysis.text import formatting

DAY = pd.Timestamp("2018-06-27")
PAGES = [("index", "The essentials"), ("drawings", "Drawings"), ("outputs", "Outputs")]


def curve(stratum: str, many: int, half: float) -> pd.DataFrame:
    """A survival table of invented relations: of `many`, half end by `half` months, and one in a hundred is lost a month."""
    months = np.arange(1.0, 61)
    survival = 0.5 ** (months / half)
    spread = 1.96 * survival * np.sqrt(months / half / many)
    return pd.DataFrame(
        {
            "stratum": stratum,
            "months": months,
            "at_risk": (many * survival * 0.99**months).round().astype(int),
            "survival": survival,
            "low": (survival - spread).clip(0),
            "high": (survival + spread).clip(max=1),
        }
    )


def rows(**columns) -> pd.DataFrame:
    names = [
        "Shared places",
        "Skills sponsorship",
        "Responsible purchasing",
        "Digital inclusion of people far from public services",
        "Cohesion",
    ]
    return pd.DataFrame({"label": names, **columns})


RATES = rows(
    value=[0.71, 0.64, 0.58, 0.44, 0.31],
    low=[0.66, 0.58, 0.5, 0.33, 0.2],
    high=[0.76, 0.7, 0.66, 0.55, 0.45],
    n=[612, 438, 297, 80, 34],
)
STATES = rows(
    yes=[320, 270, 180, 38, 0],
    no=[340, 380, 620, 364, 0],
    unknown=[152, 162, 12, 410, 812],
    low=[0.46, 0.38, 0.2, 0.07, None],
    high=[0.52, 0.45, 0.25, 0.13, None],
)
MONTHS = pd.DataFrame({"month": pd.date_range("2007-01-01", "2018-06-01", freq="MS")}).assign(
    running=lambda frame: np.round(40 + 770 / (1 + np.exp((70 - np.arange(len(frame))) / 18)))
)
MILESTONES = [
    (pd.Timestamp("2014-02-10"), "Launch of the alliance"),
    (pd.Timestamp("2015-09-01"), "National networks join"),
    (pd.Timestamp("2018-06-27"), "Partners meet"),
]
CAUSES = pd.DataFrame(
    {
        "months": range(61),
        "Aim reached": np.linspace(0, 0.12, 61),
        "Not renewed by the group": np.linspace(0, 0.2, 61),
        "Dissolved or merged": np.linspace(0, 0.06, 61),
    }
)
MAP = pd.DataFrame(
    {
        "row": [0, 0, 1, 1, 1, 2, 2, 2, 3, 3],
        "column": [3, 4, 2, 3, 4, 1, 3, 4, 3, 4],
        "code": ["HDF", "GES", "NOR", "IDF", "BFC", "BRE", "CVL", "ARA", "OCC", "PAC"],
        "label": [
            "Hauts-de-France",
            "Grand Est",
            "Normandie",
            "Île-de-France",
            "Bourgogne",
            "Bretagne",
            "Centre",
            "Auvergne",
            "Occitanie",
            "Provence",
        ],
        "value": [0.2, 0.3, 0.4, 0.9, 0.6, None, 0.1, 0.7, 0.5, 0.55],
        "n": [10, 20, 30, 150, 40, 5, 60, 90, 70, 22],
    }
)
LIMITS = pd.DataFrame(
    {
        name: 0.5 + k / np.sqrt([5, 10, 20, 40, 80, 160])
        for name, k in (
            ("inner low", -0.98),
            ("inner high", 0.98),
            ("outer low", -1.54),
            ("outer high", 1.54),
        )
    },
    index=[5, 10, 20, 40, 80, 160],
).clip(0, 1)
OFFERS = pd.DataFrame(
    {
        "region": ["Île-de-France", "Bretagne", "Provence-Alpes-Côte d’Azur", "National"],
        "Idea": [8, 22, 1, 4],
        "Creation": [39, 13, 13, 13],
        "Development": [21, None, 22, 7],
        "Consolidation": [12, 20, 3, 26],
    }
)
FORMS = ["Philanthropy", "Responsible practice", "Economic cooperation", "Societal innovation"]
TOGETHER = pd.DataFrame(
    [
        (True, False, False, False, 400),
        (True, True, False, False, 220),
        (False, True, True, False, 80),
        (False, False, False, True, 22),
    ],
    columns=[*FORMS, "value"],
)
BANDS = pd.DataFrame(
    [
        (group, x, 0.1 + k * x, 0.05 + k * x, 0.15 + k * x)
        for group, k in (("None", 0.004), ("1 to 5 days", 0.008), ("More than 5 days", 0.016))
        for x in (0, 12, 24, 36)
    ],
    columns=["group", "x", "value", "low", "high"],
)
WAVES = pd.DataFrame(
    {
        "group": ["Trust", "Balance", "Co-construction"] * 2,
        "x": [2016] * 3 + [2018] * 3,
        "value": [6.1, 7.2, 5.5, 6.9, 7.0, 6.3],
    }
).eval("low = value - 0.4\nhigh = value + 0.4")
SIDES = rows(a=[7.8, 5.9, 6.1, 8.4, 5.0], b=[7.1, 7.6, None, 8.2, 5.5], n=[402, 398, 380, 401, 12])
SITES = pd.DataFrame(
    {
        "year": ["2014", "2015", "2016", "2017"],
        "Own": [2, 5, 9, 12],
        "Franchise": [0, 1, 3, 4],
        "Closed": [0, -1, -1, -3],
    }
)


def _one(primitive, height, **options):
    """A drawing of one panel: `height` a number of inches, or a function of (rows, narrow)."""

    def draw(data, narrow):
        figure, (axes,) = new_figure(
            narrow, height(len(data), narrow) if callable(height) else height
        )
        return figure, primitive(axes, data, narrow=narrow, **options)

    return draw


def _survival(data, narrow):
    figure, (axes,) = new_figure(narrow, 3.8 if narrow else 3.4)
    points = survival_curves.survival(axes, data, "durability", narrow, horizon=60)
    axis_words(axes, x="Time since the start of the relation", y="Share of relations still running")
    return figure, points


def _map(data, narrow):
    figure, (left, right) = new_figure(narrow, 3.4, panels=2, widths=(1, 1.2))
    points = grids.tiles(
        left, data, "across", write=formatting.percent, missing="fewer than 5 relations"
    )
    points += upright.funnel_plot(right, data, LIMITS, 0.5, "across", narrow)
    heading(left, "Share renewed")
    heading(right, "By size of the territory")
    axis_words(right, x="Relations observed", y="Share renewed")
    return figure, points


def _over_time(axes, data, narrow, **options):
    return curves.over_time(axes, data.set_index("month")["running"], narrow=narrow, **options)


def _indexed(primitive, index):
    return lambda axes, data, narrow, **options: primitive(
        axes, data.set_index(index), narrow=narrow, **options
    )


TALL = lambda many, narrow: marks.tall(many, narrow)
TWICE = pd.concat(
    [
        RATES.assign(series="Per partner"),
        RATES.assign(series="Weighted", value=RATES["value"] * 0.6, low=None, high=None),
    ]
)
DRAWN = {  # id: (family, data, drawing)
    "F3": ("durability", curve("all", 1347, 26), _survival),
    "F4-domain": (
        "durability",
        pd.concat(
            [curve("Shared places", 612, 40), curve("skills", 438, 26), curve("purchasing", 60, 15)]
        ),
        _survival,
    ),
    "F1": (
        "durability",
        MONTHS,
        _one(
            _over_time,
            3.2,
            family="durability",
            unsure_from=pd.Timestamp("2018-01-01"),
            why="records still coming in",
            milestones=MILESTONES,
        ),
    ),  # noqa: E501
    "F5": (
        "durability",
        CAUSES,
        _one(
            _indexed(curves.stack, "months"),
            3.4,
            family="durability",
            horizon=60,
            rest="Still running",
        ),
    ),
    "F6": (
        "durability",
        RATES,
        _one(marks.dots, TALL, family="durability", reference=(0.62, "All 62%")),
    ),
    "F8": ("fragility", STATES, _one(marks.state_bars, TALL, family="fragility")),
    "F15": ("strength", STATES, _one(marks.state_bars, TALL, family="strength")),
    "F9": (
        "fragility",
        TWICE,
        _one(
            marks.dots,
            lambda many, narrow: marks.tall(5, narrow, 1.65 if narrow else 1.4),
            family="fragility",
            reference=(0.3, "Threshold 30%"),
        ),
    ),
    "F13": (
        "strength",
        SIDES,
        _one(marks.dumbbell, TALL, sides=("Partner", "Group"), family="strength"),
    ),
    "F14": (
        "strength",
        WAVES,
        _one(curves.bands, 3.2, family="strength", limits=(0, 10), write=marks.tenths),
    ),
    "F22": ("across", MAP, _map),
    "F23": ("across", BANDS, _one(curves.bands, 3.2, family="across", limits=(0, 1))),
    "F25": ("across", SITES, _one(_indexed(upright.upright_columns, "year"), 3.2, family="across")),
    "F2": ("across", TOGETHER, _one(grids.combination_dots, 3.4, sets=FORMS, family="across")),
    "F27": (
        "strength",
        OFFERS,
        _one(_indexed(grids.matrix, "region"), 3.0, family="strength", missing="no offer recorded"),
    ),
    "F26": (
        "across",
        RATES.assign(value=range(1, 6), low=[1, 1, 2, 3, 4], high=[2, 4, 4, 5, 5]),
        _one(
            marks.dots,
            TALL,
            family="across",
            write=formatting.number,
            sort=False,
            limits=(0.5, 5.5),
        ),
    ),  # noqa: E501
    "T2": (
        "quality",
        RATES.assign(value=RATES["n"])[["label", "value"]],
        _one(marks.bars, TALL, family="quality"),
    ),
    "T1": ("quality", rows(read=[18148, 5594, 0, None, "s"], share=[1, 0.31, 0, None, "s"]), None),
}


def exhibit(id: str = "F3", /, **changes) -> Exhibit:
    """One exhibit of the gallery; `changes` replace its fields."""
    family, data, draw = DRAWN[id]
    kind = lambda values: (
        "date"
        if pd.api.types.is_datetime64_any_dtype(values)
        else "number"
        if pd.api.types.is_numeric_dtype(values)
        else "text"
    )
    fields = {
        "id": id,
        "family": family,
        "title": f"What {id} finds, in one sentence that a director can repeat",
        "subtitle": "The indicator, and its unit",
        "reading": "Three years after their start, 45% of relations still run.",
        "scope": "1,347 invented relations.",
        "source": "Invented numbers.",
        "note": "An aim reached is not a failure.",
        "n": 1347,
        "n_unit": "relations",
        "day": DAY,
        "alt": "What the picture shows, in words.",
        "data": data,
        "labels": {name: name.capitalize() for name in data},
        "formats": {name: kind(data[name]) for name in data},
        "draw": draw,
        "synthetic": True,
    }
    return Exhibit(**fields | changes)


def crowded(exhibit: Exhibit) -> list[str]:
    """What is wrong with the words of a drawing, in either form: one leaves the picture, or covers another."""
    wrong = []
    for narrow in (False, True):
        with style(narrow):
            figure, points = exhibit.draw(exhibit.data, narrow)
            figure.draw_without_rendering()
            width, height = figure.get_size_inches() * figure.dpi
            texts = figure.findobj(
                lambda one: (
                    isinstance(one, Text)
                    and one.get_visible()
                    and one.get_text()
                    and one.get_rotation() in (0, 90)
                )
            )
            boxes = [
                (text.get_text(), text.get_window_extent())
                for text in texts
                if _in_view(figure, text)
            ]
        form = f"{exhibit.id} {'narrow' if narrow else 'wide'}"
        wrong += (
            []
            if points and all(point.label.strip() for point in points)
            else [f"{form}: no point tells its value"]
        )
        for said, box in boxes:
            if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1:
                wrong.append(f"{form}: {said!r} leaves the drawing")
        for (said, box), (other, over) in itertools.combinations(boxes, 2):
            if (
                min(box.x1, over.x1) - max(box.x0, over.x0) > 1
                and min(box.y1, over.y1) - max(box.y0, over.y0) > 2
            ):
                wrong.append(f"{form}: {said!r} covers {other!r}")
    return wrong


def _in_view(figure, text: Text) -> bool:
    """Whether a text is drawn: Matplotlib keeps the tick labels that are out of view."""
    x, y = text.get_position()
    for axes in figure.axes:
        if text in axes.get_xticklabels():
            return min(axes.get_xlim()) <= x <= max(axes.get_xlim())
        if text in axes.get_yticklabels():
            return min(axes.get_ylim()) <= y <= max(axes.get_ylim())
    return True


def key_numbers() -> KeyNumbers:
    """Eight invented key numbers: three families, solid or not, and one that is not known."""
    given = [
        (
            "durability",
            "of relations last more than three years",
            0.56,
            0.53,
            0.59,
            "percent",
            True,
        ),
        (
            "durability",
            "lasted on average over the first three years",
            26.4,
            25.7,
            27.0,
            "months",
            True,
        ),
        (
            "durability",
            "of agreements that came to their term were renewed",
            0.71,
            0.67,
            0.74,
            "percent",
            False,
        ),
        ("fragility", "come to their term within six months", 0.22, 0.19, 0.25, "percent", True),
        (
            "fragility",
            "depend on the group for more than 30% of their resources",
            0.18,
            0.14,
            0.22,
            "percent",
            False,
        ),
        ("strength", "trust each other on both sides", 0.38, 0.33, 0.43, "percent", True),
        ("strength", "join the local and the national", 0.31, 0.28, 0.34, "percent", True),
        ("across", "territories gained per project", None, None, None, "percent", None),
    ]
    scales = {"percent": (0, 1), "months": (0, 36), "number": (0, 5)}
    return KeyNumbers(
        numbers=[
            KeyNumber(
                key=f"key{k}",
                family=family,
                label=label,
                value=value,
                low=low,
                high=high,
                format=format,
                scale=scales[format],
                n=812,
                n_unit="relations",
                caution="One line of caution.",
                solid=solid,
                holds="From 52% to 61% under all nine choices.",
                figure="F3",
            )
            for k, (family, label, value, low, high, format, solid) in enumerate(given)
        ],
        day=DAY,
        source="Invented numbers.",
        synthetic=True,
    )


def cell(*shown, tags=()) -> nbformat.NotebookNode:
    """A code cell as executed: each thing shown is an output, or an object with its own representation."""
    outputs = [
        nbformat.v4.new_output("display_data", one._repr_mimebundle_())
        if hasattr(one, "_repr_mimebundle_")
        else one
        for one in shown
    ]
    return nbformat.v4.new_code_cell(
        "hidden_code()", outputs=outputs, metadata={"tags": list(tags)}
    )


def notebook(*cells) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(one) if isinstance(one, str) else one for one in cells]
    )


def brief() -> nbformat.NotebookNode:
    return deepcopy(_brief(formatting.language()))


@cache
def _brief(_lang: str) -> nbformat.NotebookNode:
    """The brief in the present language, drawn once."""
    return notebook(
        "# Lasting, weakening, growing stronger\n\nMore than half of relations pass the mark of three years.",
        "## The essentials in eight numbers",
        cell(key_numbers()),
        "## How long do relations last?",
        cell(exhibit("F3")),
        "## Where are they fragile, where are they strong?",
        cell(exhibit("F8")),
        cell(exhibit("F15")),
        "## Does support go with a change of scale?",
        cell(Unsupported("these data do not say which projects were supported.", "F24")),
        "## From the files to the analysis",
        cell(exhibit("T1")),
    )


def drawings() -> nbformat.NotebookNode:
    return notebook(
        "# Drawings",
        *(one for id in DRAWN for one in (f"## Which drawing is {id}?", cell(exhibit(id)))),
    )


def meta(slug: str = "index", **changes) -> html_page.Meta:
    given = {
        "study": "A study of invented numbers",
        "slug": slug,
        "pages": PAGES,
        "day": DAY,
        "about": "Situation on 27 June 2018 · 1,347 relations",
        "parameters": {"grace_days": "180"},
        "inputs": "3f9ac21b",
        "version": "0.1.0",
        "source": "Invented numbers.",
        "synthetic": True,
    }
    return html_page.Meta(**given | changes)


if __name__ == "__main__":
    formatting.use("en")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(
        html_page.page(brief(), meta(failed=[("Outputs", "ValueError: no such column")])),
        encoding="utf-8",
    )
    (folder / "drawings.html").write_text(
        html_page.page(drawings(), meta("drawings")), encoding="utf-8"
    )
    (folder / "brief.pdf").write_bytes(pdf_brief.brief(brief(), meta()))
