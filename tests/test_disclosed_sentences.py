"""Sentences leave or stay by the facts that they tell, whatever their words look like."""

import math

import pandas as pd
import pytest

import gallery
from analysis import explore
from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.rules import Rules
from analysis.declare import parameters
from analysis.disclosure import audiences
from analysis.disclosure.sentences import KINDS, NO_MEASURES, Secrets
from analysis.disclosure.withheld import Withheld
from analysis.study import published
from analysis.study.cleaned_folder import CleanedFolder
from analysis.study.withholding import withheld
from analysis.text import formatting
from analysis.text.convention_facts import Convention, of_unit
from analysis.text.facts import (
    Count,
    Day,
    Fact,
    Interval,
    Label,
    Money,
    Months,
    Number,
    Points,
    Pooled,
    Proportion,
    Quantity,
    Rank,
    Share,
    Years,
    mean,
)
from analysis.text.sentences import Sentence

PORTRAITS = {"P1", "P2", "P3"}  # of one partner, with its consent


def noted(*told: tuple[str, tuple], data=None, rules=Rules(), n=66) -> str:
    """What is left of a note of these sentences once the exhibit has left the team."""
    formatting.use("en")
    data = pd.DataFrame({"region": list("abcd"), "count": [3, 4, 20, 39]}) if data is None else data
    formats = {"region": "text", "count": "integer", "share": "percent", "mean": "number"}
    formats |= {"amount": "euros", "quantity": "number"}
    sentences = {field: () for field in ("title", "subtitle", "reading", "scope", "alt")}
    sentences["note"] = tuple(Sentence(text, facts) for text, facts in told)
    exhibit = gallery.exhibit(
        data=data,
        labels={name: name for name in data},
        formats={name: formats[name] for name in data},
        n=n,
        rules=rules,
        note=" ".join(text for text, _facts in told),
        draw=None,
        sentences=sentences,
    )
    return audiences.disclosed(exhibit, "partners").note


@pytest.mark.parametrize(
    ("facts", "stays"),
    [
        ((Count(3),), False),
        ((Count(20),), True),
        ((Count(63, of=66),), False),  # three are not
        ((Count(39, of=66),), True),
        ((Share(3 / 66, of=66),), False),
        ((Share(63 / 66),), False),  # of the base of the exhibit
        ((Share(0.61, of=1000),), True),
        ((Share(1.0, of=66),), True),
        ((Number(3),), True),  # a measure counts nobody
        ((Pooled(1.4),), False),  # which rests on hidden rows too
        ((mean(1.4, of=12),), False),  # as their sum does
        ((mean(1.4, of=1200),), True),
        ((Rank(2),), True),
        ((of_unit(3, "relations"),), True),  # the method's own number
        ((Label("a"), Share(0.5, of=40)), False),  # a number of a hidden row
        ((Label("d"), Share(0.5, of=40)), True),
        ((Label("a"),), True),  # named without a number
        ((Label("a"), of_unit(30, "relations")), True),
        ((), True),
    ],
)
def test_a_sentence_is_kept_by_its_facts(facts, stays):
    data = pd.DataFrame({"region": ["aaaa", "bbbb", "cccc", "dddd"], "count": [3, 4, 20, 39]})
    facts = tuple(Label(fact.value * 4) if isinstance(fact, Label) else fact for fact in facts)
    assert ("It tells." in noted(("It tells.", facts), data=data)) == stays


@pytest.mark.parametrize(
    ("facts", "stays"),
    [
        ((Number(3.41, digits=1),), False),  # written 3.4, and the cell 3,41
        ((Number(3.4, digits=1),), False),  # the same, rounded by the exhibit itself
        ((Number(3.42, digits=1),), True),  # another number, written alike
        ((Points(0.6583),), False),
        ((Points(0.12),), True),
        ((Interval(3.41, 5.2, share=False),), True),  # one bound is told nowhere else
        ((Share(0.66, of=5000),), False),
        ((Share(0.6583, of=5000),), False),
        ((Share(0.67, of=5000),), True),
        ((Interval(0.5, 0.7),), True),
    ],
)
def test_a_hidden_cell_is_told_however_it_is_rounded_and_no_other_number_is(facts, stays):
    data = pd.DataFrame(
        {
            "region": list("abc"),
            "count": [3, 4, 40],
            "share": [0.6583, 0.5, 0.4],
            "mean": [3.41, 2.5, 6.0],
        }
    )
    assert ("It tells." in noted(("It tells.", facts), data=data, n=47)) == stays


@pytest.mark.parametrize(
    ("fact", "stays"),
    [
        (Number(12), False),
        (Rank(12), True),  # the twelfth of an order is no measure of twelve
        (Number(math.nan), True),  # of what is not known nothing is told
        (Count(None), True),
        (Share(None), True),
    ],
)
def test_neither_a_rank_nor_a_missing_number_tells_a_hidden_cell(fact, stays):
    data = pd.DataFrame(
        {"region": list("abc"), "count": [3, 24, 39], "mean": [12.0, 2.5, 6.0], "share": 0.4}
    )
    assert ("It tells." in noted(("It tells.", (fact,)), data=data)) == stays


@pytest.mark.parametrize(
    ("fact", "stays"),
    [
        (Money(11_414), False),
        (Money(11_000), False),  # rounded by the exhibit itself
        (Money(52_000), True),
        (Quantity(11_414, money=True), False),
        (Quantity(76, unit="days"), False),
        (Quantity(900, unit="days"), True),
    ],
)
def test_a_hidden_amount_is_told_in_no_words(fact, stays):
    data = pd.DataFrame(
        {
            "region": list("abc"),
            "count": [3, 4, 40],
            "amount": [11_414.0, 9_000.0, 52_000.0],
            "quantity": [76.0, 31.0, 900.0],
        }
    )
    assert ("It tells." in noted(("It tells.", (fact,)), data=data, n=47)) == stays


def kinds_of_facts(parent: type = Fact) -> set[type]:
    below = set(parent.__subclasses__())
    return below.union(*map(kinds_of_facts, below))


def test_every_kind_of_fact_is_judged():
    judged = (Interval, *KINDS, *NO_MEASURES)
    assert [kind for kind in kinds_of_facts() if not issubclass(kind, judged)] == []


def told_of(value: float, column_format: str, fact: Fact) -> bool:
    """Whether a reader takes a fact for the value of a cell: it is that, or what it comes to."""
    if isinstance(fact, (Label, Day, Convention, Rank, Interval)):
        return False
    if formatting.is_missing(fact.value):
        return False
    if column_format == "integer":  # a small number that counts nobody is often one of them
        may_be = isinstance(fact, Count) or (isinstance(fact, Number) and value >= 10)
        return may_be and fact.value == value
    if isinstance(fact, Money | Quantity):
        return column_format != "percent" and (
            formatting.money(fact.value) == formatting.money(value)
            or formatting.number(fact.value) == formatting.number(value)
        )
    if isinstance(fact, Count):
        return False
    if (column_format == "percent") != isinstance(fact, Share | Proportion | Points):
        return False
    digits = len(f"{fact.value:.12g}".replace("-", "").replace(".", "").strip("0"))
    is_rounded = digits > 1 and math.isclose(fact.value, float(f"{value:.{digits - 1}e}"))
    return math.isclose(fact.value, value) or is_rounded


def hidden_values(outside, built: Exhibit) -> list[tuple[str, float]]:
    """The numbers that the own table of an exhibit hides from an audience, with their formats."""
    prepared = audiences.protected_table(
        built,
        outside.parameters.audience,
        horizon=outside.parameters.horizon_months,
        withheld=withheld(outside.with_rows),
        limits=outside.conventions,
    )
    if prepared is None:
        return []
    return [
        (built.formats[column], float(value))
        for column in prepared.data.select_dtypes("number")
        for value in prepared.data.loc[prepared.hidden[column].to_numpy(), column].dropna()
        if value not in (0, 1)
    ]


@pytest.mark.parametrize("region", ["Corse", "Mayotte", "Guadeloupe"])
def test_no_fact_of_any_exhibit_is_a_number_that_its_own_table_hides(demo, region):
    everything = explore.Study(
        CleanedFolder(demo, "both"), parameters.parse({"lang": "en", "region": region})
    )
    seen, told = 0, []
    for name in sorted(set(published.modules()) - PORTRAITS):
        try:
            built = published.build(everything, name)
        except Unsupported:
            continue
        for audience in ("partners", "directors"):
            outside = everything.with_(audience=audience)
            try:
                shown = published.for_audience(outside, built)
            except Unsupported:
                continue
            if not isinstance(shown, Exhibit):
                continue
            sentences = [sentence for field in shown.sentences.values() for sentence in field]
            facts = [fact for sentence in sentences for fact in sentence.facts or ()]
            hidden = hidden_values(outside, built)
            seen += len(hidden) * len(facts)
            told += [
                (audience, shown.id, fact.written(), value)
                for fact in facts
                for column_format, value in hidden
                if told_of(value, column_format, fact)
            ]
    assert told == [] and seen > 600


def bands(*counts: int) -> pd.DataFrame:
    labels = [f"{place}0–{place + 1}0%" for place in range(len(counts))]
    return pd.DataFrame({"region": labels, "count": counts})


@pytest.mark.parametrize(
    ("counts", "facts", "stays"),
    [
        ((7, 90, 2, 8, 8, 1), (Count(19, of=116),), False),  # the last four: 2 + 1 are left
        ((7, 90, 2, 8, 8, 1), (Share(19 / 116),), False),
        ((7, 90, 2, 8, 8, 1), (Count(97, of=116),), False),  # all but those
        ((7, 90, 2, 8, 8, 1), (Count(90, of=116),), True),  # a band that is shown
        ((296, 2, 30, 300, 2), (Count(298, of=630),), False),  # the first two, one of them shown
        ((1, 5, 90, 80, 3, 7), (Count(8, of=186),), False),  # both ends
        ((50, 49, 12, 13, 14), (Count(39, of=138),), True),  # nothing is hidden
        ((9, 3, 60, 2, 40), (Count(72, of=114),), False),  # 9 + 3 + 60 leave the 2
    ],
)
def test_a_sum_of_rows_is_told_where_no_hidden_one_follows(counts, facts, stays):
    note = noted(("It tells.", facts), data=bands(*counts), n=sum(counts))
    assert ("It tells." in note) == stays


def test_a_sentence_about_a_row_tells_no_sum():
    data = bands(7, 90, 2, 8, 8, 1)
    told = (Count(19, of=116), Label(data["region"].iloc[1]))
    assert "It tells." in noted(("It tells.", told), data=data, n=116)


def test_how_many_are_above_a_threshold_tells_no_band(opened):
    """F8 counts them too: on neither side of the threshold is one band hidden alone."""
    study = opened(lang="en", region="Île-de-France")
    of_team, outside = study.exhibit("F9"), study.with_(audience="partners").exhibit("F9")
    assert "12 partners of 111" in of_team.reading and "12 partners of 111" in outside.reading
    bands = outside.data[outside.data["series"].isna()]["n"].astype("str").tolist()
    assert bands[:3].count("s") != 1 and bands[3:].count("s") != 1
    exact = of_team.data[of_team.data["series"].isna()]["n"].tolist()
    assert [n for n, told in zip(exact, bands, strict=True) if told == "s"] == [8, 4, 3, 4]


def test_words_that_add_up_cells_go_with_any_of_them_but_words_without_numbers_stay():
    told = ("Twenty.", (Count(20),)), ("How to read it.", ())
    note = noted(*told, rules=Rules(total=True))
    assert "Twenty." not in note and note.startswith("How to read it.")


def test_what_was_left_out_is_said():
    assert "marked s" in noted(("Three.", (Count(3),)))


def test_a_duration_is_no_number_of_relations(opened):
    """That 3 relations run is withheld: relations that last three years are told all the same."""
    study = opened(lang="en", audience="directors")
    made = published.build(study, "T4")
    withheld_sizes = Withheld(statuses=frozenset({3, 36}))
    told = audiences.disclosed(made, "directors", withheld=withheld_sizes)
    assert "three years" in made.subtitle and told.subtitle == made.subtitle
    prepared = audiences.protected_table(made, "directors", withheld=withheld_sizes)
    secrets = Secrets(made, *prepared[1:], study.conventions, sizes=[3, 36])
    for fact, is_told in [(Years(3), True), (Months(36), True), (Number(3), False)]:
        assert secrets.told_by(Sentence("It tells.", (fact,))) is not is_told
    of_curve = Secrets(made, *prepared[1:], study.conventions, untold=[36.0])
    assert of_curve.told_by(Sentence("It tells.", (Months(36),)))


def test_causes_told_together_in_the_table_are_told_together_in_words(opened):
    """Of a region, from some causes few relations ended: no share of one of them is told."""
    study = opened(lang="en", audience="directors", region="Bretagne")
    exhibit, team = study.exhibit("F5"), study.with_rows.with_(audience="team").exhibit("F5")
    for field in ("reading", "alt"):
        facts = [fact for each in exhibit.sentences[field] for fact in each.facts]
        named = {fact.value for fact in facts if isinstance(fact, Label)}
        assert named and named <= set(exhibit.data["cause"])
        assert not named >= set(team.data["cause"])
    least = team.data.loc[team.data["months"] == 36, "incidence"].min()
    prepared = audiences.protected_table(team, "directors")
    plain = audiences.words_left(
        team, prepared, withheld(study.with_rows), study.with_rows.conventions
    )
    shares = [
        f.value for s in plain["sentences"]["reading"] for f in s.facts if isinstance(f, Share)
    ]
    assert least not in shares
