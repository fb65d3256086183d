"""What small studies, made by hand or drawn, tell of a few: tables, curves and editions together."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.key_number_cards import KeyNumber, KeyNumbers, YearBefore
from analysis.article.rules import Rules
from analysis.article.sureness_marks import Mark
from analysis.declare.conventions import DEFAULTS, conventions
from analysis.declare.parameters import Parameters
from analysis.disclosure import audiences, curves, findings, release
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BASE, BETWEEN_LABELS, RowOfCurve, Table, table_of
from analysis.disclosure.key_numbers import plain_key_numbers
from analysis.disclosure.solver import Sum
from analysis.disclosure.withheld import Withheld, withheld_of
from analysis.exhibits import two_sides
from analysis.run import ledgers, release_tables, releases, running_by_place
from analysis.run.edition_names import edition_of
from analysis.run.other_choices import untold_by_other_choices
from analysis.run.rows_of_parts import hide_months_of_parts, untold_rows_of_wholes
from analysis.stats.survival import kaplan_meier
from analysis.study import opening
from analysis.text.facts import Count, Label, Number
from analysis.text.sentences import Sentence, Words
from editions_by_hand import DAY, edition

pytestmark = pytest.mark.usefixtures("english")


def exhibit(data: pd.DataFrame, n: int, **changed) -> Exhibit:
    """A figure of these data that rests on `n`."""
    formats = {
        name: "date"
        if pd.api.types.is_datetime64_any_dtype(values)
        else "text"
        if values.dtype == "str"
        else "percent"
        if name in ("share", "survival", "low", "high")
        else "integer"
        for name, values in data.items()
    }
    fields = dict(
        id="F1",
        family="across",
        title="A finding",
        subtitle="Relations",
        reading="It reads so.",
        scope="All.",
        source="Files.",
        note="A note.",
        n=n,
        n_unit="relations",
        day=pd.Timestamp("2018-06-27"),
        alt="A table.",
        data=data,
        labels={name: name for name in data},
        formats=formats,
        draw=None,
        synthetic=False,
    )
    return Exhibit(**fields | changed)


WHOLE = edition()


def of_level(name: str) -> Edition:
    return edition(level=name)


def counts(hidden: str = "", **values: float) -> Table:
    """A table with one count per letter that add up to its base."""
    value = {BASE: sum(values.values())} | {(name, "count"): v for name, v in values.items()}
    own = Sum([(name, "count") for name in values], None, value[BASE], False)
    return Table(value, {(name, "count") for name in hidden}, sums=[own])


def as_released(table: Table) -> Table:
    """A table as the ledger of releases gives it back."""
    return Table.of_record(table.record())


# ---- partners in several parts
def test_partners_of_two_levels_and_their_whole_tell_no_hidden_count_of_a_level():
    """Local a and b come to 10. The whole has 6 of a, none of them regional: 4 local ones of b."""
    levels = {
        of_level("local"): as_released(counts("ab", a=6, b=4, c=40, d=10)),
        of_level("regional"): as_released(counts("bc", b=1, c=6, d=20)),
    }
    whole = counts(a=6, b=5, c=41, d=25)  # five of c and of d are in both
    together, refused = release.hidden_together({WHOLE: whole}, levels, DEFAULTS)
    assert {("a", "count"), ("b", "count")} & together[WHOLE] and not refused


def test_a_level_tells_no_few_partners_that_are_of_other_levels_alone():
    """Seven of eight partners of b are local, whoever is regional beside: one is not."""
    levels = {
        of_level("local"): as_released(counts(a=40, b=7, c=40)),
        of_level("regional"): as_released(counts(a=20, b=6, c=20)),
    }
    whole = counts(a=50, b=8, c=50)
    together, refused = release.hidden_together({WHOLE: whole}, levels, DEFAULTS)
    assert ("b", "count") in together[WHOLE] and not refused


def test_a_figure_that_looks_at_all_in_each_report_is_told_in_each():
    """Votes are not of a level: what the whole hides each level hides, and one that hides more for
    reasons of its own is not refused for it.
    """
    votes = {"a": 44, "b": 44, "c": 4, "d": 6}
    local = as_released(counts("cd", **votes))
    released = {WHOLE: as_released(counts("cd", **votes)), of_level("local"): local}
    national = {of_level("national"): counts("abcd", **votes)}
    together, refused = release.hidden_together(national, released, DEFAULTS)
    assert not refused and ("c", "count") in together[of_level("national")]


def test_states_of_one_size_are_put_together_alike_in_either_language():
    """Three spread and then ended: were they told with those funded in one language and with those
    supported in the other, both pages together would tell how many they are.
    """
    english = {"spread": 12, "spread, then ended": 3, "supported": 7, "funded": 7}
    french = {"essaimé": 12, "essaimé, puis terminé": 3, "accompagné": 7, "financé": 7}
    few = {"secret_below": 5}
    assert curves.bands_of(english, few)[1] == ("spread, then ended", "supported")
    assert curves.bands_of(french, few)[1] == ("essaimé, puis terminé", "accompagné")


# ---- a part and the row of its whole
@pytest.mark.parametrize(("hidden", "sizes"), [("", set()), ("cd", {6})])
def test_a_region_is_not_told_to_be_as_large_as_the_row_that_its_whole_hides(hidden, sizes):
    """Of 23 partners c has 6, hidden since d has 1: a report of c that rests on 6 tells d."""
    whole = as_released(counts(hidden, a=9, b=7, c=6, d=1))
    part = edition(region="c")
    untold = untold_rows_of_wholes(part, {"T2": counts(c=6)}, {WHOLE: {"T2": whole}})
    assert untold.sizes == sizes
    # who knows that both have 7 takes for those of c any of which some are left for d
    assert untold.possible_statuses == ({1, 2, 3, 4, 5, 6} if hidden else set())
    other = edition(region="b")
    assert not untold_rows_of_wholes(other, {"T2": counts(b=7)}, {WHOLE: {"T2": whole}}).sizes


@pytest.mark.parametrize(("hidden", "sizes"), [("", set()), ("cd", {6})])
def test_a_department_is_not_told_to_be_as_large_as_its_region_that_its_whole_hides(hidden, sizes):
    """All of region c lies in department 44: its report tells the row of c as that of c does."""
    whole = as_released(counts(hidden, a=9, b=7, c=6, d=1))
    part = edition(department="44")
    table = Table({BASE: 6.0, ("c", "count"): 6.0, ("44", "count"): 6.0}, set())
    assert untold_rows_of_wholes(part, {"T2": table}, {WHOLE: {"T2": whole}}).sizes == sizes


def test_a_whole_hides_no_small_row_beside_a_row_that_a_region_told():
    """A report of c that rests on 6 is out: of 23 in four rows d is not hidden with c alone."""
    part = {edition(region="c"): as_released(counts(c=6))}
    whole = counts("cd", a=9, b=7, c=6, d=1)
    together, refused = release.hidden_together({WHOLE: whole}, part, DEFAULTS)
    assert WHOLE in refused or {("a", "count"), ("b", "count")} & together[WHOLE]


# ---- running relations by place
def study_of_regions(**running: int) -> SimpleNamespace:
    """So many relations that run in each region, two in each that are to confirm, and six ended."""
    rows = [
        (region, status)
        for region, number in running.items()
        for status in ["running"] * number + ["to confirm"] * 2 + ["ended"] * 6
    ]
    relations = pd.DataFrame(rows, columns=["region", "status"])

    def where(region: str) -> SimpleNamespace:
        kept = relations[relations["region"].isin(region.split("|"))]
        return SimpleNamespace(relations=kept, conventions=DEFAULTS)

    return SimpleNamespace(relations=relations, conventions=DEFAULTS, where=where)


@pytest.mark.parametrize(
    ("hidden", "is_told"), [("", True), ("b", True), ("ab", True), ("bc", False)]
)
def test_regions_together_tell_no_few_to_confirm_beside_the_map_of_their_whole(hidden, is_told):
    """The map tells 5 and 6 that run; that 15 of both have not ended would tell 4 to confirm, and so
    would it that 12, 13 and 14 stand in some table, and are not it.
    """
    study, part = study_of_regions(a=5, b=6, c=30, d=20), edition(region="a|b")
    places = as_released(counts(hidden, a=5, b=6, c=30, d=20))
    untold = running_by_place.untold_by_wholes(part, study.where(region="a|b"), {WHOLE: places})
    assert untold == ({12, 13, 14, 15} if is_told else set())


def test_a_part_of_which_none_has_ended_withholds_no_zero_beside_the_map_of_its_whole():
    """7 run and 2 are to confirm; zero of all that a table tells would be hidden for being as many."""
    relations = pd.DataFrame({"status": ["running"] * 7 + ["to confirm"] * 2})
    study = SimpleNamespace(relations=relations, conventions=DEFAULTS)
    places = as_released(counts(a=7, b=30, c=20))
    untold = running_by_place.untold_by_wholes(edition(region="a"), study, {WHOLE: places})
    assert {8, 9, 10, 11} <= untold and 0 not in untold


def test_a_place_that_is_a_region_and_a_department_is_told_by_either_map():
    study, part = study_of_regions(a=5, b=6), edition(region="a")
    rows = {f"{kind}{BETWEEN_LABELS}{place}": 5 for kind in ("region", "other") for place in "ab"}
    regions = [row for row in rows if row.startswith("region")]
    places = as_released(counts(regions, **rows))
    assert running_by_place.untold_by_wholes(part, study.where(region="a"), {WHOLE: places})


def test_a_map_tells_not_what_two_regions_make_together_that_one_report_joined():
    """That 15 of both have not ended is out: neither 5 and 6 may be told, nor all but them."""
    study, part = study_of_regions(a=5, b=6, c=30, d=20), edition(region="a|b")
    places = counts(a=5, b=6, c=30, d=20)
    running_by_place.hide_told_by_parts(WHOLE, places, study, [part])
    cells, refused = release.hidden_together({WHOLE: places}, {}, DEFAULTS)
    of_both, of_others = ({(row, "count") for row in rows} for rows in ("ab", "cd"))
    assert not refused and of_both & cells[WHOLE] and of_others & cells[WHOLE]


# ---- classes of other bounds
def gaps_in_classes(seed: int, apart: float) -> Table:
    """60 drawn gaps between two sides, in the classes of F13 up to where they are far apart."""
    words = Words("F13", "en", {"LF8": Number(apart, digits=1), "publisher": Label("X")})
    named = SimpleNamespace(group=lambda name, **facts: words.written(f"groups.{name}", **facts))
    gaps = pd.Series(np.random.default_rng(seed).normal(0.2, 1.2, 60))
    classes = two_sides._gap_classes(gaps, apart, named)
    figure = exhibit(classes[["label", "n"]], n=len(gaps), id="F13")
    return table_of(
        figure, figure.data, pd.DataFrame(False, classes.index, ["label", "n"]), DEFAULTS
    )


@pytest.mark.parametrize("seed", range(5))
def test_classes_up_to_a_bound_that_was_moved_are_not_told_beside_the_others(seed):
    """Of gaps below 1.5 and below 0.9 few may lie between; a figure of one bound is told again."""
    base, moved = gaps_in_classes(seed, 1.5), gaps_in_classes(seed, 0.9)
    other = edition(f"{DAY} thresholds=LF8=0.9")
    region = edition(other.day, region="Corse")
    for name in (other, region):
        untold = untold_by_other_choices(name, {"F13": moved}, {WHOLE: {"F13": base}}, DEFAULTS)
        assert untold.figures == {"F13"}
    again = edition(f"{DAY} horizon_months=24")
    assert not untold_by_other_choices(
        again, {"F13": base}, {WHOLE: {"F13": base}}, DEFAULTS
    ).figures


@pytest.mark.parametrize(("of_week", "is_told"), [(None, False), (62, False), (90, True)])
def test_classes_of_parts_a_week_before_are_not_told_beside_those_of_a_whole(of_week, is_told):
    """Two halves at .9 less the whole at 1.5 are those between, unless the whole had others then."""
    base, moved = gaps_in_classes(0, 1.5), gaps_in_classes(0, 0.9)
    week_before = "2018-06-20"
    half = edition(f"{week_before} thresholds=LF8=0.9", region="a|b")
    released = {half: {"F13": moved}}
    if of_week:
        whole = replace(base, value=base.value | {BASE: of_week})
        released[edition(week_before)] = {"F13": whole}
    untold = untold_by_other_choices(WHOLE, {"F13": base}, released, DEFAULTS)
    assert untold.figures == (frozenset() if is_told else {"F13"})


MOVED = "thresholds=LF1=0.36"


def lines_told(n: int, hidden: str = "", **yes: float) -> Table:
    """How many of `n` are on each line, as T5 tells it at the study's own threshold; a hidden line
    says of how many it is known.
    """
    value = {BASE: n}
    for line, count in yes.items():
        value |= {(line, "known"): n - 10, (line, "share"): count, (line, "higher"): count - 9}
    return Table(value, {(hidden, "share"), (hidden, "higher")} & value.keys())


@pytest.mark.parametrize(
    ("now", "before", "of_day", "is_told"),
    [
        (edition(f"{DAY} {MOVED}", level="local"), WHOLE, None, False),
        (WHOLE, edition(f"{DAY} {MOVED}", level="local"), None, False),
        (edition(f"{DAY} {MOVED}", level="p", region="b"), WHOLE, None, False),
        (edition(f"{DAY} {MOVED}", level="local"), of_level("national"), None, True),
        (of_level("local"), WHOLE, None, True),  # no threshold was moved
        (edition(f"2018-07-04 {MOVED}", level="local"), WHOLE, None, False),
        (edition(f"2018-07-04 {MOVED}", level="local"), WHOLE, 102, False),
        (edition(f"2019-07-04 {MOVED}", level="local"), WHOLE, 140, True),
        (edition(f"2018-07-04 {MOVED}"), WHOLE, None, False),
    ],
)
def test_a_line_whose_threshold_moved_is_not_told_beside_a_whole_or_a_part(
    now, before, of_day, is_told
):
    """62 at 30 % and 51 at 36 %, by T5 of the whole; of them 45 local by F8 of the part at 36 %.
    Of another day the whole may have moved since (`of_day`: how many it had then).
    """
    figures = {"F8": lines_told(100, LF1=45, LF2=60)}
    released = {before: figures if before.filters else {"T5": lines_told(100, LF1=62, LF2=70)}}
    if of_day:
        whole_of_day = edition(now.day)
        released[whole_of_day] = {"T5": lines_told(of_day, hidden="LF1", LF1=70)}
    if not now.filters:
        figures["T5"] = lines_told(100, LF1=62, LF2=70)
    untold = untold_by_other_choices(now, figures, released, DEFAULTS)
    assert untold.facts == (frozenset() if is_told else {"line.LF1.share"})
    assert is_told or untold.cells.keys() == figures.keys()


def test_a_line_of_which_another_threshold_told_nothing_is_told():
    now = edition(f"{DAY} {MOVED}", level="local")
    released = {WHOLE: {"T5": lines_told(100, hidden="LF1", LF1=62)}}
    untold = untold_by_other_choices(now, {"F8": lines_told(80, LF1=45)}, released, DEFAULTS)
    assert untold == Withheld()


def test_a_convention_that_the_study_file_moves_makes_another_edition():
    study = SimpleNamespace(
        parameters=Parameters(data="x"),
        conventions=conventions({"LF8": 0.9}),
        day=pd.Timestamp(DAY),
        filters={},
        relations=pd.DataFrame(columns=["region", "department", "level", "entity"]),
    )
    assert edition_of(study).day == f"{DAY} thresholds=LF8=0.9"


# ---- one fact in several figures
def key_number(key: str, n: int) -> KeyNumber:
    return KeyNumber(
        key=key,
        family="durability",
        label=key,
        value=0.6,
        low=0.4,
        high=0.8,
        scale=(0, 1),
        format="percent",
        n=n,
        n_unit="relations",
        caution="Words.",
        solid=True,
        holds="Words.",
    )


def durability(followed: int) -> KeyNumbers:
    """Survival and mean duration of relations of which half have ended."""
    return KeyNumbers(
        numbers=[key_number(key, followed) for key in ("survival", "mean")],
        day=pd.Timestamp(DAY),
        source="Files.",
        synthetic=False,
        ended=followed // 2,
        states={"followed": followed},
    )


def told_facts(figures: list, withheld: Withheld = Withheld()) -> Table:
    """What the key numbers and figures of an edition tell partners of what they rest on."""
    study = SimpleNamespace(
        parameters=Parameters(data="x", audience="partners"), conventions=DEFAULTS, day=None
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "counts_table", lambda *_: Table({}, set()))
        return release_tables.release_tables(study, figures, withheld)["T8"]


def test_relations_added_between_two_days_are_told_by_no_key_number_that_rests_on_them():
    """The first day tells 26 under the mean duration alone, the second 27 under survival too."""
    first = told_facts([replace(durability(26), numbers=[key_number("mean", 26)])])
    second = told_facts([durability(27)])
    before = {edition("2018-06-20"): as_released(first)}
    cells, _refused = release.hidden_together({WHOLE: second}, before, DEFAULTS)
    untold = withheld_of({"T8": cells[WHOLE]}, {"T8": second})
    assert plain_key_numbers(durability(27), untold).states == {}
    told = plain_key_numbers(durability(27), untold).numbers
    assert [number.n for number in told] == ["s", "s"]
    curve = replace(curve_of([31.0] * 27, [True] * 27), states={"followed": 27})
    assert untold.closes(curve)
    assert told_facts([curve]).value == {("followed", "n"): 27}  # a curve alone tells it as well


def test_a_key_number_of_a_year_before_is_told_in_whole_percents():
    survival = replace(key_number("survival", 1590), before=YearBefore(0.61857, 1274, 486))
    mean = replace(key_number("mean", 1590), before=YearBefore(29.731, 1274, 486), format="months")
    numbers = replace(durability(1590), numbers=[survival, mean])
    told = plain_key_numbers(numbers, Withheld()).numbers
    assert [number.before.value for number in told] == [0.62, 30]


@pytest.mark.parametrize(
    ("number", "withheld", "said"),
    [
        ({}, {1590}, "Not shown: mean. Beside what other editions or other figures tell"),
        ({"n": 8}, set(), "Not shown: mean. Too small a number"),
        ({"n": 8}, {8}, "Not shown: mean. Too small a number"),
        ({"value": None, "n": 0, "sentences": (Sentence("None ended."),)}, set(), "Not measured:"),
    ],
)
def test_a_key_number_without_a_value_says_why(number, withheld, said):
    """Withheld beside other editions, on 1,590 relations, it is measured and not too small."""
    numbers = replace(durability(1590), numbers=[replace(key_number("mean", 1590), **number)])
    told = plain_key_numbers(numbers, Withheld(sizes=frozenset(withheld)))
    (sentence,) = told.absent()
    assert sentence.startswith(said) and not told.numbers[0].has_card


@pytest.mark.parametrize(
    ("withheld", "of_other_units", "is_told"),
    [
        (Withheld(statuses=frozenset({53})), True, True),
        (Withheld(statuses=frozenset({53})), False, False),
        (Withheld(sizes=frozenset({53})), True, False),  # a row of the place, of whatever it counts
        (Withheld(facts=frozenset({"renewal.n"})), True, False),
    ],
)
def test_as_many_terms_as_relations_run_are_told(withheld, of_other_units, is_told):
    """53 terms are no 53 that run; words that count relations stay untold."""
    data = pd.DataFrame({"year": ["2016", "2017"], "n": [33, 20], "renewed": [20, 10]})
    running = Sentence("53 run.", (Count(53),))
    states = {"renewal.n": 53.0}
    rules = Rules(of_other_units=of_other_units)
    made = exhibit(
        data, 53, id="F6", states=states, rules=rules, scope=running.text,
        sentences={"scope": (running,)},
    )  # fmt: skip
    numbers = replace(durability(0), ended=None, numbers=[key_number("renewal", 53)], states=states)
    if not is_told:
        with pytest.raises(Unsupported):
            audiences.disclosed(made, "partners", withheld=withheld)
    else:
        told = audiences.disclosed(made, "partners", withheld=withheld)
        assert told.data["n"].tolist() == [33, 20] and "53" not in told.scope
    (number,) = plain_key_numbers(numbers, withheld).numbers
    assert number.has_card == (is_told or not of_other_units)
    survival = replace(durability(53), numbers=[key_number("survival", 53)], states={})
    assert plain_key_numbers(survival, withheld).numbers[0].has_card == (
        "renewal.n" in withheld.facts
    )


def test_a_finding_of_a_line_tells_no_size_that_its_figure_may_not_rest_on():
    parts = {"yes": 14, "no": 26, "unknown": 0}
    line = SimpleNamespace(exhibit="F8", columns=None, parts=parts)
    assert findings._may_leave(line, DEFAULTS, Withheld())
    assert not findings._may_leave(line, DEFAULTS, Withheld(statuses=frozenset({40})))


def line_known_for(known: int, of: int) -> KeyNumbers:
    """One line, known for so many of all relations that have not ended, as its caution says."""
    caution = Sentence(f"Known for {known} of {of}.", (Count(known, of=of), Count(of)))
    known_share = Mark(
        name="coverage", label="Coverage", text="Words.", holds=True, counts=(known, of - known)
    )
    number = replace(
        key_number("LF6", known), sentences=(caution,), caution=caution.text, marks=(known_share,)
    )
    states = {"line.LF6.known": known, "living": of}
    return replace(durability(0), ended=None, numbers=[number], states=states)


def test_a_caution_tells_no_size_that_all_other_figures_withhold():
    """Of 57 that have not ended 53 run, as a map told: neither words nor coverage tell the 57."""
    (number,) = plain_key_numbers(
        line_known_for(47, of=57), Withheld(sizes=frozenset({57}))
    ).numbers
    assert (number.n, number.value) == (47, 0.6)
    assert not number.sentences and "57" not in number.caution and not number.marks


def test_relations_added_between_two_days_are_told_by_no_caution():
    """Two more have not ended on the second day: known for 47 of 57, then of 59."""
    before = {edition("2018-06-20"): as_released(told_facts([line_known_for(47, of=57)]))}
    second = told_facts([line_known_for(47, of=59)])
    cells, _refused = release.hidden_together({WHOLE: second}, before, DEFAULTS)
    untold = withheld_of({"T8": cells[WHOLE]}, {"T8": second})
    assert "living" in untold.facts
    (number,) = plain_key_numbers(line_known_for(47, of=59), untold).numbers
    assert not number.sentences and not number.marks


# ---- courses and curves
def test_a_course_of_which_no_month_may_be_told_is_refused_in_words():
    """Two of five relations run in the last month: nothing is left of a column of dates."""
    months = pd.date_range("2018-01-01", periods=4, freq="MS")
    data = pd.DataFrame({"month": months, "running": [5, 4, 3, 2]})
    with pytest.raises(Unsupported):
        audiences.protected_table(exhibit(data, n=5), "partners")


def curve_of(months: list[float], ended: list[bool]) -> Exhibit:
    """The curve of relations followed for so many months, as F3 tells it."""
    data = kaplan_meier(pd.Series(months), pd.Series(ended)).rename(columns={"time": "months"})
    data = data.assign(stratum="all")
    data = data[["stratum", "months", "at_risk", "ended", "censored", "survival"]]
    return exhibit(data, n=len(months), id="F3", states={})


def test_a_curve_tells_no_few_that_it_followed_to_no_month():
    """Of 22 one was followed for less than three months: 21 are at risk at six, 20 at twelve."""
    months = [2.0, 3.0, *[7.0] * 5, *[13.0] * 5, *[31.0] * 10]
    curve = curve_of(months, [False] * 2 + [True] * 20)
    told = audiences.protected_table(curve, "partners").data
    assert set(told["at_risk"]) == {15, 10}
    other = curve.data.assign(stratum="others")
    both = exhibit(pd.concat([curve.data, other]), n=44, id="F4-level", states={})
    told = audiences.protected_table(both, "partners").data  # each by those that it followed itself
    assert set(told["at_risk"]) == {15, 10}
    with pytest.raises(Unsupported):  # the horizon itself leaves a few
        audiences.protected_table(curve_of([2.0, 3.0, *[40.0] * 10], [False] * 12), "partners")


def curves_at(hidden: set[str] = frozenset(), **at_risk: int) -> Table:
    """Curves of which each follows as many at six months and at twelve."""
    rows = {f"{name} | {month}": n for name, n in at_risk.items() for month in (6.0, 12.0)}
    value = {(row, "at_risk"): float(n) for row, n in rows.items()}
    times = {row: RowOfCurve(row.split(" | ")[0], float(row.split(" | ")[1]), 0.5) for row in rows}
    return Table(value, {(row, "at_risk") for row in hidden}, times=times)


def test_curves_hide_the_month_at_which_they_hide_a_part_whose_own_curve_told_it():
    whole = curves_at({"b | 6.0", "b | 12.0"}, a=40, b=30, c=4)
    part = curves_at({"all | 12.0"}, all=30)
    hide_months_of_parts(WHOLE, whole, {edition(region="b"): {"F3": part}})
    rows = ("a | 6.0", "b | 6.0", "c | 6.0", "b | 12.0")
    assert whole.hidden == {(row, "at_risk") for row in rows}


# ---- ledgers
def test_a_study_of_another_title_takes_up_what_it_released(tmp_path, capsys):
    """The year stands in the title: the ledger is that of the name all the same."""
    out = tmp_path / "reports" / "2018"
    first = ledgers.ledgers_beside(out, "Fondation, 2017", {"name": "x", "data": "raw"})
    made = releases.Release({}, {}, {}, first.written, "inputs")
    made.record("partners")
    ledgers.sign(first.written, {"name": "x", "data": "raw"})
    made.record("partners")  # which leaves the signature
    for marks in ({"name": "x", "data": "raw 2018"}, {"name": "y", "data": "raw"}):
        again = ledgers.ledgers_beside(out, "Fondation, 2018", marks)
        assert again.written == first.written and again.read == (first.written,)
    assert not capsys.readouterr().err
    other = ledgers.ledgers_beside(out, "Other", {"name": "z", "data": "others", "publisher": ""})
    assert other.written.name == "other.json" and not other.read
    assert "fondation-2017.json" in capsys.readouterr().err


def renewals(known: int, renewed: int, unknown: int) -> KeyNumbers:
    """Renewal among so many terms, with the mark of how many are known."""
    share = known / (known + unknown)
    mark = Mark(
        name="coverage",
        label="Coverage",
        text=f"{share:.0%} known",
        holds=True,
        values=(0.0, share),
        counts=(known, unknown),
    )
    number = replace(key_number("renewal", known), value=renewed / known, marks=(mark,))
    states = {"renewal": renewed / known, "renewal.n": known}
    return replace(durability(known), numbers=[number], states=states)


@pytest.mark.parametrize(
    ("known", "renewed", "unknown", "is_told", "is_coverage_told"),
    [
        *[(49, 24, 11, False, False), (44, 18, 11, True, False)],
        *[(44, 18, 7, True, True), (44, 18, 13, True, True)],
    ],
)
def test_a_share_of_a_part_tells_no_few_of_the_rest(
    known, renewed, unknown, is_told, is_coverage_told
):
    """Of 58 terms 26 were renewed and 13 are not known; the part leaves nine or fourteen terms."""
    whole = told_facts([renewals(58, 26, 13)])
    part = told_facts([renewals(known, renewed, unknown)])
    assert whole.value["renewal", "yes"] == 26 and whole.value["renewal.coverage", "unknown"] == 13
    of_part = of_level("local")
    before = {WHOLE: as_released(whole)}
    cells, refused = release.hidden_together({of_part: part}, before, DEFAULTS)
    assert not refused
    untold = withheld_of({"T8": cells[of_part]}, {"T8": part})
    (number,) = plain_key_numbers(renewals(known, renewed, unknown), untold).numbers
    assert (number.value is not None) is is_told
    if is_told:
        assert bool(number.marks) is is_coverage_told


def test_a_key_number_tells_no_counts_beside_its_words():
    (number,) = renewals(58, 26, 13).numbers
    assert "counts" not in number.json()["marks"][0]
