"""An exhibit cannot be built without its words, shows any name as text, and draws the same bytes in readable colours."""

import csv
import io
import re
from dataclasses import MISSING, fields, replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import matplotlib
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gallery
from analysis import charts
from analysis.article import exhibit_table, table_export
from analysis.article.captions import MIME, Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.key_number_cards import KeyNumber, sentences_of_absent
from analysis.charts import curves, grids, look, marks, rows, survival_curves, svg, upright
from analysis.text import formatting
from analysis.text.messages import say

HOSTILE = [
    'style="fill: #0077bb" id="x" url(#y)',
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><b>',
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "עמותת החברים",
    "\u202eevil",
    "😀 Les Amis",
    "日本語の団体",
    "a" * 500,
    "\x00\x1b[31m",
    "$\\frac{1}{2}$",
    "#let x = 1",
    "{{ 7*7 }}",
    "]]>",
    "--><p>",
    "’ OR 1=1",
]


pytestmark = pytest.mark.usefixtures("english")


class Words(HTMLParser):
    """The texts of a page, and the tags it holds."""

    def __init__(self, page: str):
        super().__init__()
        self.texts, self.tags = [], set()
        self.feed(page)

    def handle_data(self, data):
        self.texts.append(data)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not [name for name, _value in attrs if name.startswith("on")]


@pytest.mark.parametrize(
    "field",
    [
        field.name
        for field in fields(Exhibit)
        if field.default is MISSING and field.default_factory is MISSING
    ],
)
def test_no_field_may_be_left_out(field):
    given = {
        one.name: getattr(gallery.exhibit(), one.name)
        for one in fields(Exhibit)
        if one.name != field
    }
    with pytest.raises(TypeError, match=field):
        Exhibit(**given)


@pytest.mark.parametrize(
    "field", ["title", "subtitle", "reading", "scope", "source", "note", "n_unit", "alt"]
)
def test_no_text_may_be_blank(field):
    with pytest.raises(ValueError, match=field):
        gallery.exhibit(**{field: "  "})


def test_wrong_fields_are_told_at_once():
    with pytest.raises(ValueError, match=r"id .*family .*day .*no row.*'read' has no label"):
        gallery.exhibit(
            "T1",
            id="f3",
            family="blue",
            day=pd.NaT,
            data=gallery.DRAWN["T1"][1].iloc[:0],
            labels={"label": "", "share": ""},
        )


@pytest.mark.parametrize("narrow", [False, True])
def test_a_line_without_a_name_bears_its_value_and_what_is_not_drawn_has_no_name(narrow):
    alone = gallery.BANDS[gallery.BANDS["group"] == "None"].assign(group="")
    none_closed = gallery.SITES.set_index("year").assign(Closed=0)
    with look.style(narrow):
        figure, (left, right) = charts.new_figure(narrow, 3, panels=2)
        curves.bands(left, alone, "durability", narrow, limits=(0, 1))
        upright.upright_columns(right, none_closed, "across", narrow)
    assert [text.get_text() for text in left.texts] == ["24%"]
    words = {text.get_text() for text in figure.findobj(matplotlib.text.Text)}
    assert {"Own", "Franchise"} <= words and "Closed" not in words


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("horizon", [12, 18, 24, 36, 60, 120, 300])
def test_months_since_the_start_are_written_beside_each_other_on_a_phone(horizon, lang):
    formatting.use(lang)
    with look.style(True):
        figure, (axes,) = charts.new_figure(True, 3)
        curves.months_axis(axes, horizon, narrow=True)
        labels = [label.get_window_extent() for label in axes.get_xticklabels()]
    assert len(labels) > 1
    assert all(left.x1 < right.x0 for left, right in pairwise(labels))


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("panels", [1, 2])
@pytest.mark.parametrize("largest", [3, 52_000, 634_567_890])
def test_values_above_columns_are_written_beside_each_other_or_not_at_all(largest, panels, narrow):
    for years in range(2, 15):
        amounts = pd.DataFrame({"quantity": [float(largest)] * years}, range(2010, 2010 + years))
        with look.style(narrow):
            figure, axes = charts.new_figure(narrow, 2, panels=panels)
            upright.upright_columns(axes[0], amounts, "strength", narrow, write=formatting.money)
            figure.draw_without_rendering()
            places = [text.get_window_extent() for text in axes[0].texts]
        assert all(left.x1 < right.x0 for left, right in pairwise(places))
        assert len(places) == years or years > 4


def test_the_last_value_of_a_course_stands_where_it_was_seen():
    months = pd.date_range("2017-01-01", periods=12, freq="MS")
    running = pd.Series([10.0] * 6 + [None] * 6, months)
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, 3)
        curves.over_time(axes, running, "durability", False)
    (last,) = [text for text in axes.texts if text.get_text() == "10"]
    assert last.xy[0] == months[5]


def test_the_points_of_a_long_course_go_forward_in_time_to_its_last_value():
    months = pd.date_range("2015-01-01", periods=30, freq="MS")
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, 3)
        points = curves.over_time(axes, pd.Series(10.0, months), "durability", False)
    assert [point.x for point in points] == [*months[1::2]]


def test_combinations_are_drawn_from_the_most_frequent(monkeypatch):
    held = {"a": [True, True, False, True], "b": [False, True, True, False]}
    table = pd.DataFrame(held | {"value": [5, 30, 12, 30]})
    monkeypatch.setattr(grids, "room", lambda what, narrow: 3)
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, 3)
        points = grids.combination_dots(axes, table, ["a", "b"], "across", False)
    assert [point.label for point in points] == ["a and b\n30", "a\n30", "b\n12"]


@pytest.mark.parametrize(
    "lang, title, cited",
    [("fr", "« Local » : 55 %", "« “Local”"), ("en", "“Local”: 55%", "“‘Local’")],
)
def test_a_title_that_is_cited_has_inner_quotation_marks(lang, title, cited):
    formatting.use(lang)
    assert cited in gallery.exhibit(title=title).html().replace("\u00a0", " ")


def test_an_indicator_that_stands_for_a_hidden_finding_stands_once():
    figure = gallery.exhibit()
    neutral = gallery.exhibit(title=figure.subtitle)
    assert 'class="sub"' in figure.html() and 'class="sub"' not in neutral.html()


@pytest.mark.parametrize("id", [id for id, (_family, _data, draw) in gallery.DRAWN.items() if draw])
@pytest.mark.filterwarnings(
    "error", "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)
def test_a_drawing_holds_its_words_in_both_forms(id):
    assert not gallery.crowded(gallery.exhibit(id))


@pytest.mark.parametrize("id", ["F6", "F8", "F9", "F13", "F22", "T2"])
@pytest.mark.filterwarnings(
    "error", "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)
def test_a_drawing_is_whole_whatever_its_names(id):
    data = gallery.DRAWN[id][1]
    long = data.assign(
        label=[f"{name} and {'its long explanation ' * 9}" for name in data["label"]]
    )
    assert not [
        told for told in gallery.crowded(gallery.exhibit(id, data=long)) if "leaves" in told
    ]


def test_same_bytes_twice_without_date_style_or_fonts():
    first, second = gallery.exhibit("F8"), gallery.exhibit("F8")
    assert first.html() == second.html() and first.svg() == second.svg()
    drawing = first.svg()
    ElementTree.fromstring(drawing)
    assert not re.search(r"style=|<style|<metadata|<!--|var\(|class=\"pt\"", drawing)
    assert "Shared places" in drawing, "text stays text"


def test_ids_on_a_page_are_not_shared():
    article = gallery.exhibit("F1").html()
    ids = re.findall(r'\bid="([^"]+)"', article)
    assert len(ids) == len(set(ids))
    assert {
        reference
        for pair in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', article)
        for reference in pair
        if reference
    } <= set(ids)


def test_points_say_their_value_and_the_keyboard_stops_at_few():
    wide = gallery.exhibit("F4-domain").drawings[0]
    assert wide.count('class="pt"') == 15 and wide.count('tabindex="0"') <= svg.STOPS
    many = gallery.exhibit("F1").drawings[0]
    assert 0 < many.count('tabindex="0"') <= svg.STOPS
    assert 'aria-label="Shared places – 1 year: 81% (78–85%), 441 followed"' in wide


def test_each_line_of_a_text_is_drawn():
    with look.style(False):
        figure, (axes,) = charts.new_figure(False, height=2)
        axes.text(0.5, 0.5, "Shared\nplaces")
        drawing = svg.svg(figure, [], "F0", "Words")
    assert {"Shared", "places"} <= {text.strip() for text in Words(drawing).texts}


def test_a_csv_keeps_twelve_digits_of_a_number():
    values = [1 / 3, 1234567.89, 0.0812345678901]
    told = table_export.to_csv(pd.DataFrame({"value": values})).decode().split()[1:]
    assert [float(value) for value in told] == pytest.approx(values, rel=1e-11)


def test_a_curve_is_pale_from_fewer_than_ten():
    table = gallery.curve("all", 40, 12)
    with look.style(False):
        figure, (axes,) = charts.new_figure(False, 3)
        survival_curves.survival(axes, table, "durability", False, horizon=60)
    full, pale = axes.lines[1:3]
    first = table.loc[table["at_risk"] < 10, "months"].iloc[0]
    assert full.get_xdata()[-1] == first == pale.get_xdata()[0] and pale.get_alpha() < 0.5
    assert "pale curve" in " ".join(text.get_text() for text in axes.texts)


@pytest.mark.parametrize(("months_apart", "words"), [(0, 1), (0.3, 1), (9, 0), (float("nan"), 0)])
def test_a_curve_says_when_half_have_ended_where_the_median_is_near(months_apart, words):
    table = gallery.curve("all", 40, 12)
    median = table.loc[table["survival"] <= 0.5, "months"].iloc[0] + months_apart
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, 3)
        survival_curves.survival(axes, table, "durability", False, horizon=60, median=median)
    said = [text.get_text() for text in axes.texts if "half have ended" in text.get_text()]
    assert said == [f"half have ended by {median:.0f} months"] * words


def test_secret_unknown_and_zero_are_three_things():
    article = gallery.exhibit("T1").html()
    cells = re.findall(r'<td class="num">([^<]*)</td>|<td>([^<]*)</td>', article)
    assert {"s", "n/a", "0"} <= {text for pair in cells for text in pair}
    assert "hidden by the rule on small numbers" in article and "not available" in article
    assert gallery.exhibit("T1").csv().decode().splitlines()[3:] == [
        "Responsible purchasing,0,0",
        "Digital inclusion of people far from public services,,",
        "Cohesion,s,s",
    ]


def test_words_that_head_many_rows_stand_once_above_them():
    data = pd.DataFrame(
        {
            "way": ["given"] * 4 + ["received"] * 4,
            "kind": ["cash", "cash", "cash", "cash", "days", "days", "days", "days"],
            "year": [2014, 2015, 2016, 2017] * 2,
            "amount": range(8),
        }
    )
    labels = {"way": "Way", "kind": "Kind", "year": "Year", "amount": "Amount"}
    formats = {"way": "text", "kind": "text", "year": "text", "amount": "integer"}
    table = exhibit_table.table(data, labels, formats, "Amounts")
    assert re.findall(r'scope="rowgroup"[^>]*><span>([^<]*)', table) == [
        "given · cash",
        "received · days",
    ]
    assert re.findall(r'scope="col">([^<]*)', table) == ["Year", "Amount"]
    assert table.count("<tbody>") == table.count("</tbody>") == 2
    each_year = exhibit_table.table(data.sort_values("year"), labels, formats, "Amounts")
    assert "rowgroup" not in each_year and 'scope="col">Way<' in each_year


def _shows(name: str) -> None:
    """A name in every place of an exhibit: shown as it is, running nowhere."""
    data = pd.DataFrame({"label": [name, "other"], "value": [0.5, 0.25], "low": None, "high": None})
    built = gallery.exhibit(
        "F6",
        data=data,
        title=name,
        reading=name,
        alt=name,
        labels=dict(zip(data, data, strict=True)),
        formats={"label": "text", "value": "percent", "low": "percent", "high": "percent"},
        draw=None,
    )
    page = Words(built.html())
    assert formatting.typeset(table_export.printable(name)) in "".join(
        page.texts
    )  # 1er in two pieces
    assert page.tags <= {
        "article",
        "p",
        "a",
        "span",
        "h3",
        "div",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "dl",
        "dt",
        "dd",
        "details",
        "summary",
        "bdi",
    }
    read = list(csv.reader(io.StringIO(built.csv().decode(), newline="")))
    assert read[1][0].lstrip("'") == table_export.printable(name).lstrip("'")
    assert not read[1][0].startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_text(name):
    _shows(name)


@settings(max_examples=1000, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_a_thousand_names_are_text(name):
    _shows(name)


def test_hostile_names_are_text_in_drawings():
    names = HOSTILE[:12]
    data = pd.DataFrame(
        {"label": names, "value": [k / 20 for k in range(12)], "low": None, "high": None}
    )
    built = gallery.exhibit(
        "F6",
        data=data,
        labels=dict(zip(data, data, strict=True)),
        formats=dict.fromkeys(data, "text"),
    )
    tags = {element.tag.split("}")[1] for element in ElementTree.fromstring(built.svg()).iter()}
    assert tags <= {
        "svg",
        "g",
        "path",
        "text",
        "tspan",
        "defs",
        "clipPath",
        "rect",
        "use",
        "circle",
        "pattern",
    }
    texts = Words(built.svg()).texts
    assert {table_export.printable(name).strip() for name in names if len(name) < 34} <= {
        " ".join(text.split()) for text in texts
    }


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _over(tone: str, paper: str, opacity: float) -> str:
    mix = [
        round(opacity * int(tone[k : k + 2], 16) + (1 - opacity) * int(paper[k : k + 2], 16))
        for k in (1, 3, 5)
    ]
    return "#{:02x}{:02x}{:02x}".format(*mix)


FAMILIES = ("durability", "fragility", "strength", "across")


@pytest.mark.parametrize("dark", [0, 1], ids=["light", "dark"])
def test_every_pair_of_colours_can_be_read(dark):
    role = {name: pair[dark] for name, pair in look.COLOURS.items()}
    texts = [
        (name, "paper")
        for name in (
            "ink",
            "mute",
            *(f"{family}-text" for family in FAMILIES),
            *(f"{family}-deep" for family in FAMILIES),
        )
    ]
    texts += [("stamp", "stamp-paper"), ("stamp", "paper"), ("paper", "ink"), ("ink", "no")] + [
        ("on", f"{family}-text") for family in FAMILIES
    ]
    marks = [(name, "paper") for name in ("axis", *FAMILIES)]
    for pair in texts:
        assert _contrast(*(role[name] for name in pair)) >= 4.5, pair
    for pair in marks:
        assert _contrast(*(role[name] for name in pair)) >= 3, pair


@pytest.mark.parametrize("dark", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_step_of_a_scale_can_be_read(family, dark):
    role = {name: pair[dark] for name, pair in look.COLOURS.items()}
    for opacity, ink in zip(grids.OPACITIES, grids.INKS, strict=True):
        assert _contrast(role[ink], _over(role[f"{family}-text"], role["paper"], opacity)) >= 4.5, (
            family,
            opacity,
            ink,
        )


def test_a_colour_stands_for_one_role():
    for theme in (0, 1):
        named = [pair[theme] for pair in look.COLOURS.values()]
        assert len(named) == len(set(named))


def test_unsupported_says_why_in_the_figures_place():
    refusal = Unsupported("the sources hold no survey <b>", "F13")
    assert (
        "Figure F13" in refusal.html() and "the sources hold no survey &lt;b&gt;" in refusal.html()
    )
    assert refusal._repr_mimebundle_()[MIME]["reason"] == "the sources hold no survey <b>"


def test_a_key_number_shows_its_interval_n_and_caution():
    first, *_others, unknown = gallery.key_numbers().numbers
    article = first.html()
    for said in (
        "56%",
        "53–59%",
        "n = 812 relations",
        "One line of caution.",
        "From 52% to 61% under all nine choices.",
        'x1="53%" x2="59%"',
        'cx="56%"',
    ):
        assert said in article
    assert "n/a" in unknown.html() and "<circle" not in unknown.html()
    with pytest.raises(ValueError, match="caution"):
        KeyNumber(
            **{field.name: getattr(first, field.name) for field in fields(KeyNumber)}
            | {"caution": ""}
        )


@pytest.mark.parametrize("missing", [{"low": None}, {"high": None}, {"low": None, "high": None}])
@pytest.mark.parametrize("unit", ["percent", "months"])
def test_a_key_number_without_an_end_of_its_interval_shows_no_interval(missing, unit):
    first, *_others = gallery.key_numbers().numbers
    number = replace(first, format=unit, **missing)
    assert number.interval() == say("figures.no_interval")
    assert 'class="interval"' not in number.html() and "<circle" in number.html()


@pytest.mark.parametrize("solid", [True, False, None])
def test_a_card_says_how_sure_its_number_is_as_the_printed_brief_does(solid):
    first, *_others = gallery.key_numbers().numbers
    number = replace(first, solid=solid, holds="Robustness not measured.")
    assert ">Robustness not measured.</b>" in number.html()


@pytest.mark.parametrize(("lang", "mark"), [("fr", "\u202f; "), ("en", "; ")])
def test_what_no_source_tells_is_listed_as_its_language_parts_it(lang, mark):
    formatting.use(lang)
    numbers = [
        replace(number, family="fragility", n=0) for number in gallery.key_numbers().numbers[:2]
    ]
    (sentence,) = sentences_of_absent(numbers)
    assert f"{numbers[0].label}{mark}{numbers[1].label}." in sentence


def test_the_study_s_look_does_not_leak():
    before = dict(matplotlib.rcParams)
    gallery.exhibit("F8").svg()
    assert dict(matplotlib.rcParams) == before


def texts_of(axes) -> list[str]:
    legends = [text for child in axes.get_children() for text in _texts_inside(child)]
    return [text for text in legends if text]


def _texts_inside(artist) -> list[str]:
    if hasattr(artist, "get_text"):
        return [artist.get_text()]
    return [text for child in artist.get_children() for text in _texts_inside(child)]


def test_a_series_without_a_value_is_neither_drawn_nor_named():
    rows = pd.DataFrame(
        {"label": ["Corse", "Bretagne"], "value": [2.2, 1.6], "low": 1.0, "high": 3}
    )
    nothing = rows.assign(value=float("nan"), low=float("nan"), high=float("nan"))
    both = pd.concat([rows.assign(series="observed"), nothing.assign(series="shrunken")])
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, height=3)
        marks.dots(axes, both, "across", False, formatting.number)
    assert "observed" in texts_of(axes) and "shrunken" not in texts_of(axes)
    assert all(len(line.get_xdata()) for line in axes.lines)


def test_a_column_that_may_not_be_drawn_is_no_empty_one():
    counts = pd.DataFrame(
        {"without": [9, None, 0], "renewed": [None, None, 0]}, index=["1", "2", "3"]
    )
    with look.style(False), formatting.absent("s"):
        _figure, (axes,) = charts.new_figure(False, height=3)
        upright.upright_columns(axes, counts, "fragility", False)
    assert [(text.xy[0], text.get_text()) for text in axes.texts if text.get_text() == "s"] == [
        (1, "s")
    ]


def test_a_curve_that_stops_early_is_named_where_it_stops():
    steps = {"at_risk": 50, "survival": 0.9, "low": 0.8, "high": 0.95}
    ends = [{"stratum": "short", "months": 12, **steps}, {"stratum": "long", "months": 36, **steps}]
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, height=3)
        survival_curves.survival(axes, pd.DataFrame(ends), "durability", False, 36)
    place = {text.get_text(): text.xy[0] for text in axes.texts if hasattr(text, "xy")}
    assert place["short"] == 12 and place["long"] > 36


def test_who_is_followed_at_the_end_of_the_axis_is_told_from_what_comes_after():
    steps = {"stratum": "all", "survival": 0.5, "low": 0.4, "high": 0.6, "ended": 1, "censored": 0}
    course = [steps | {"months": months, "at_risk": n} for months, n in [(12, 9), (33, 4), (40, 3)]]
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, height=3)
        survival_curves.survival(axes, pd.DataFrame(course), "durability", False, 36)
    told = {text.xy[0]: text.get_text() for text in axes.texts if text.get_text().isdigit()}
    assert told[36] == "3"


def test_of_a_curve_told_at_some_times_nothing_is_written_or_drawn_at_another():
    """As what leaves the team: at the start and at 24 months nobody is told, nor is the curve flat
    from 6 months to 30.
    """
    steps = {"stratum": "all", "low": 0.4, "high": 1.0}
    told = [(6, 44, 1.0), (30, 10, 0.7), (48, None, None), (72, 8, 0.6)]
    course = [
        steps | {"months": float(months), "at_risk": n, "survival": share}
        for months, n, share in told
    ]
    with look.style(False), formatting.absent("s"):
        _figure, (axes,) = charts.new_figure(False, height=3)
        points = survival_curves.survival(axes, pd.DataFrame(course), "durability", False, 72)
    below = {text.xy[0]: text.get_text() for text in axes.texts if text.xy[0] in range(0, 73, 24)}
    assert {month: words for month, words in below.items() if month} == {48: "s", 72: "8"}
    assert not any(text.get_text() in ("44", "10") for text in axes.texts)
    assert [point.x for point in points] == [72]
    line = next(line for line in axes.lines if len(line.get_xdata()) > 2)
    assert (line.get_drawstyle(), line.get_marker()) == ("default", "o")


@pytest.mark.parametrize(("at_some_times", "told"), [(True, [12, 36]), (False, [6, 12, 24, 36])])
def test_of_shares_told_at_some_times_no_value_is_told_at_another(at_some_times, told):
    shares = pd.DataFrame({"first": [0, 0.1, 0.3], "second": [0, 0.2, 0.2]}, index=[0.0, 12, 36])
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, height=3)
        points = curves.stack(
            axes, shares, "durability", False, 36, "rest", at_some_times=at_some_times
        )
    assert {point.x for point in points} >= {*told}
    assert not at_some_times or {point.x for point in points} == {*told}
    slopes = {line.get_drawstyle() for line in axes.lines if len(line.get_xdata()) > 2}
    assert slopes == {"default" if at_some_times else "steps-post"}


def test_who_ends_at_a_tick_is_followed_up_to_it():
    steps = {"stratum": "all", "survival": 0.5, "low": 0.4, "high": 0.6, "ended": 1, "censored": 0}
    course = [steps | {"months": months, "at_risk": n} for months, n in [(12, 9), (36, 4), (40, 3)]]
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, height=3)
        survival_curves.survival(axes, pd.DataFrame(course), "durability", False, 36)
    told = {text.xy[0]: text.get_text() for text in axes.texts if text.get_text().isdigit()}
    assert (told[12], told[36]) == ("9", "4")


def test_only_who_stands_outside_the_outer_limits_of_a_funnel_is_named():
    places = pd.DataFrame(
        {"label": ["Corse", "Bretagne", "Var"], "n": 50, "value": [0.9, 0.7, 0.5]}
    )
    edges = {"inner low": 0.35, "inner high": 0.65, "outer low": 0.25, "outer high": 0.75}
    limits = pd.DataFrame(edges, index=[10, 100])
    with look.style(False):
        _figure, (axes,) = charts.new_figure(False, height=3)
        upright.funnel_plot(axes, places, limits, 0.5, "across", False)
    assert [text.get_text() for text in axes.texts] == ["Corse"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("narrow", [False, True])
def test_rows_of_which_none_may_be_told_are_drawn_without_a_word_on_the_page(narrow):
    with look.style(narrow):
        _figure, (axes,) = charts.new_figure(narrow, height=3)
        rows.named_rows(axes, [], narrow, [], look.colour("strength"))
    low, high = axes.get_ylim()
    assert low != high


@pytest.mark.parametrize(
    ("narrow", "letters", "is_in_one_row"),
    [(False, 17, True), (False, 30, False), (True, 6, True), (True, 12, False)],
)
def test_a_key_stands_in_one_row_where_its_names_leave_a_quarter_of_the_width(
    narrow, letters, is_in_one_row
):
    names = [(word * 9)[:letters] for word in ("lien", "aide", "somme")]
    with look.style(narrow):
        figure, (axes,) = charts.new_figure(narrow, height=3)
        charts.swatches(axes, [(name, look.colour("ink"), 0.5) for name in names])
        figure.canvas.draw()
    (over,) = axes.artists
    (key,) = over.get_child().get_children()
    extent = key.get_window_extent()
    tallest = max(part.get_window_extent().height for part in key.get_children())
    assert (extent.height < 1.5 * tallest) == is_in_one_row
    assert extent.width < 0.75 * figure.bbox.width


def test_a_threshold_bears_no_decimals_that_it_does_not_have():
    formatting.use("fr")
    thresholds = [0.3, 0.35, 1.5, 7.0, 180.0]
    texts = [table_export.cell_text(value, "plain number") for value in thresholds]
    assert texts == ["0,3", "0,35", "1,5", "7", "180"]


def test_months_of_running_relations_are_no_days(opened):
    """A row counts what runs at the end of its month, not on its first day."""
    exhibit = opened().exhibit("F1")
    first = exhibit.data["month"].iloc[0]
    shown = table_export.column_texts(exhibit.data["month"], exhibit.formats["month"])[0]
    assert shown == formatting.date(first, "month") != formatting.date(first)
    assert f"1<sup>er</sup> {shown}" not in exhibit.html()
