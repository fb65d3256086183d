"""Numbers that are hidden because they equal a withheld one: what is shown beside them tells nothing
of it, neither by what is left nor by the same table in another report.
"""

from collections import Counter

import pandas as pd
import pytest

from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.article.rules import Rules
from analysis.charts import style
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure import audiences
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import Table
from analysis.disclosure.possible_numbers import possible_numbers, values_beside
from analysis.disclosure.solver import Sum
from analysis.disclosure.withheld import Withheld, possible_sizes
from analysis.run import releases
from analysis.run.edition_names import edition_of, with_relations
from analysis.run.possible_openings import possible_of_openings
from analysis.run.release_tables import release_exhibits
from analysis.study import opening, published, withholding
from editions_by_hand import edition
from test_secrecy_of_small_studies import exhibit

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize("to_confirm", [1, 2, 3, 4])
def test_of_few_to_confirm_every_number_that_may_run_is_hidden(to_confirm):
    """47 have not ended: what is hidden does not depend on how many of them run."""
    statuses = ["running"] * (47 - to_confirm) + ["to confirm"] * to_confirm + ["ended"] * 9
    relations = pd.DataFrame({"status": statuses})
    assert possible_sizes(relations) == {43, 44, 45, 46}
    withheld = Withheld.of_record({}, {47 - to_confirm}, possible_sizes(relations))
    data = pd.DataFrame({"label": list("abcdefg"), "count": [42, 43, 44, 45, 46, 47, 300]})
    told = audiences.disclosed(exhibit(data, 900), "partners", withheld=withheld)
    assert told.data["count"].tolist() == [42, "s", "s", "s", "s", 47, 300]
    with pytest.raises(Unsupported):
        audiences.disclosed(exhibit(data, 45), "partners", withheld=withheld)


def test_of_few_ended_every_number_that_may_be_known_is_hidden():
    relations = pd.DataFrame({"status": ["running"] * 9 + ["to confirm"] * 5 + ["ended"] * 2})
    assert possible_sizes(relations) == {15, 16, 17, 18}
    enough = pd.DataFrame({"status": ["running"] * 9 + ["to confirm"] * 5 + ["ended"] * 5})
    assert possible_sizes(enough) == set()


@pytest.mark.parametrize("few_elsewhere", [1, 2, 3, 4])
def test_what_other_reports_withhold_is_hidden_with_all_that_it_may_be(few_elsewhere):
    """Of 81 local and 40 regional ones that have not ended 100 run. Where the regional report has 1
    to 4 to confirm, 64 to 61 run locally: what is hidden does not tell which.
    """
    local, regional = edition(level="local"), edition(level="regional")
    openings = {
        edition(level="local|regional"): _opening(100, 21),
        local: _opening(60 + few_elsewhere, 21 - few_elsewhere, hides_running=True),
        regional: _opening(40 - few_elsewhere, few_elsewhere, hides_running=True),
    }
    possible = possible_numbers(openings, [local, regional], DEFAULTS)
    assert possible == {local: {61, 62, 63, 64}, regional: {36, 37, 38, 39}}
    withheld = Withheld(possible_statuses=frozenset(possible[local]))
    data = pd.DataFrame({"label": list("abcdefg"), "count": [*range(60, 66), 300]})
    told = audiences.disclosed(exhibit(data, 900), "partners", withheld=withheld)
    assert told.data["count"].tolist() == [60, "s", "s", "s", "s", 65, 300]


def test_nothing_is_hidden_beside_a_number_that_no_sum_bounds():
    alone = edition(level="local")
    relations = ("", "relations")
    openings = {alone: Table({relations: 64.0}, {relations})}
    assert possible_numbers(openings, [alone], DEFAULTS) == {alone: set()}


def test_of_many_numbers_that_it_may_be_a_run_is_hidden_whichever_is_true():
    """Between 1 and 30 lie seven runs; those of one run hide the same."""
    runs = {frozenset(values_beside(number, 1, 30, 4)) for number in range(1, 31)}
    assert len(runs) == 7 and min(map(len, runs)) == 4
    assert sorted(number for run in runs for number in run) == [*range(1, 31)]


@pytest.mark.parametrize("together", [5, 6, 7, 8, 9, 10, 11, 12, 13, 21])
def test_what_is_hidden_tells_no_level_with_few_from_the_one_hidden_beside_it(together):
    """Regional and national ones to confirm are as many `together`, few of one of them. Were all but
    five and one of six known by what else is hidden, that one would be.
    """
    splits_by_pattern = Counter(
        _hidden_of_levels(regional, together - regional) for regional in range(1, together)
    )
    of_few = [n for n in range(1, together) if min(n, together - n) < 5]
    fewest = min(splits_by_pattern[_hidden_of_levels(n, together - n)] for n in of_few)
    assert fewest >= min(DEFAULTS["secret_below"] - 1, together - 1)


def _hidden_of_levels(regional: int, national: int) -> tuple[frozenset[int], ...]:
    """All that is hidden by value in the reports of two levels with so many to confirm."""
    sizes = {edition(level="regional"): (36, regional), edition(level="national"): (27, national)}
    openings = {
        name: _opening(living - few, few, hides_running=True)
        for name, (living, few) in sizes.items()
    }
    whole = edition(level="regional|national")
    openings[whole] = _opening(63 - regional - national, regional + national)
    possible = possible_numbers(openings, [*sizes], DEFAULTS)
    statuses = {
        name: ["running"] * (living - few) + ["to confirm"] * few
        for name, (living, few) in sizes.items()
    }
    own = {name: possible_sizes(pd.DataFrame({"status": each})) for name, each in statuses.items()}
    return tuple(frozenset(possible[name] | own[name]) for name in sizes)


def _opening(running: int, to_confirm: int, hides_running: bool = False) -> Table:
    numbers = {"running": running, "to confirm": to_confirm, "not ended": running + to_confirm}
    cells = {name: ("", name) for name in numbers}
    sums = [Sum([cells["running"], cells["to confirm"]], cells["not ended"], 0.0, False)]
    hidden = {cells["running"], cells["to confirm"]} if hides_running else set()
    value = {cells[name]: float(number) for name, number in numbers.items()}
    return Table(value, hidden, sums=sums, of_relations=True)


def test_no_table_of_a_level_leaves_one_of_two_numbers_to_run(opened, tmp_path):
    """Of societal innovation 2 are to confirm in the national level, and 19 in the local one, where
    190 run: beside the whole they may be 189 to 192, of which its tables hold 191 and 192.
    """
    study = opened(kind="societal innovation", audience="directors", lang="en")
    levels = [study.where(level=level) for level in ("local", "national", "regional")]
    counts = levels[0].relations["status"].value_counts()
    assert (counts["running"], counts["to confirm"]) == (190, 19)
    made = releases.planned([study, *levels], tmp_path / "ledger.json", "i", ("F1", "F8", "F15"))
    (local,) = [name for name in made.editions if ("level", "local") in name.filters]
    assert 190 in made.withheld[local].statuses
    tables = [made.editions[local][id] for id in ("F1", "F8", "F15")]
    shown = {
        number
        for table in tables
        if table is not None
        for cell, number in table.value.items()
        if cell not in table.hidden
    }
    assert shown.isdisjoint({189, 190, 191, 192})
    assert {188, 193} & {*tables[0].value.values()} <= shown
    made.record("directors")
    again = releases.planned([levels[0]], tmp_path / "ledger.json", "i", ("F1", "F8", "F15"))
    assert {189, 190, 191, 192} <= again.withheld[local].possible_statuses
    assert again.editions[local] == made.editions[local]


@pytest.mark.parametrize(
    ("choice", "moved", "is_bound"),
    [
        ("", 0, True),
        (" horizon_months=24", 0, True),
        (" 0123456789ab", 0, True),
        (" new", 7, False),
    ],
)
def test_what_is_possible_is_known_by_a_whole_of_another_horizon_too(
    opened, choice, moved, is_bound
):
    """The opening of the whole is the same at 24 months, or with another title in `study.toml`; one of
    other data, of which 7 more run, bounds nothing.
    """
    study = opened(kind="economic cooperation", audience="directors", lang="en")
    studies = {
        with_relations(edition_of(level), study): level
        for level in (study.where(level=level) for level in study.values("level"))
    }
    made = {
        name: opening.counts_table(level, withholding.of_own_numbers(level))
        for name, level in studies.items()
    }
    (local,) = [name for name in made if ("level", "local") in name.filters]
    made[local].hidden |= {("", "running"), ("", "to confirm")}
    alone = with_relations(edition_of(study), study)
    whole = Edition(f"{alone.day}{choice}", alone.filters).looking_at(alone.relations)
    told = opening.counts_table(study, Withheld())
    told.value["", "running"] += moved
    possible = possible_of_openings(made, {whole: told}, studies, settled=())
    assert (possible[local] == {238, 239, 240, 241}) is is_bound


def test_what_a_size_may_be_is_hidden_in_tables_of_other_units_as_the_size_is():
    """A region rests on 6 or 5 partners, as its whole leaves: that 5 payments are shown, and 6 not,
    would tell which.
    """
    data = pd.DataFrame({"label": list("abcd"), "count": [5, 6, 9, 30]})
    payments = exhibit(data, 900, rules=Rules(of_other_units=True))
    of_region = Withheld(sizes=frozenset({6}), possible_statuses=frozenset({5, 6}))
    told = audiences.disclosed(payments, "partners", withheld=of_region)
    assert told.data["count"].tolist() == ["s", "s", 9, 30]


def test_the_opening_hides_by_name_and_no_number_that_only_may_be_it(opened):
    study = opened(level="national", audience="directors", lang="en")
    own = withholding.of_own_numbers(study)
    counts = study.relations["status"].value_counts()
    assert own.statuses == {counts["running"]} and len(own.possible_statuses) == 4
    table = opening.counts_table(study, own)
    assert {name for _row, name in table.hidden} == {"running", "to confirm"}


def test_what_is_the_same_whatever_the_filters_is_never_hidden_by_value(opened):
    """Another report would tell the number that is hidden in one."""
    study = opened(audience="directors", lang="en")
    part = study.where(region="Bretagne")
    of_part = {made.id: made for made in release_exhibits(part) if isinstance(made, Exhibit)}
    alike = [
        id for id, made in of_part.items() if made.data.equals(published.build(study, id).data)
    ]
    assert {"T1", "T7", "F26"} <= {*alike}
    for id in alike:
        rules = of_part[id].rules
        assert rules.open or rules.of_voters or rules.of_files, id


def test_rows_of_files_are_told_beside_as_many_relations(opened):
    made = published.build(opened(audience="directors", lang="en"), "T1")
    (rows, *_) = [int(read) for read in made.data["read"] if 5 < read < 100]
    told = audiences.disclosed(made, "partners", withheld=Withheld(statuses=frozenset({rows})))
    assert told.data["read"].tolist() == made.data["read"].tolist()
    words = Withheld(statuses=frozenset({len(opened(lang="en").relations)}))
    analysed = f"{len(opened(lang='en').relations):,}"
    shown = audiences.disclosed(made, "partners", withheld=words)
    said = " ".join((shown.title, shown.reading, shown.note, shown.scope))
    assert analysed not in said


def test_as_many_projects_or_contributions_as_relations_may_run_are_told(opened):
    """46 projects are no 46 relations that run, nor is that they are shown a sign that none are."""
    study = opened(level="national", audience="directors", lang="en")
    own = withholding.of_own_numbers(study)
    for id in ("F18", "F20", "F25"):
        made = published.build(study, id)
        assert made.rules.of_other_units and own.numbers_for(made) == set(), id
    projects = published.build(study, "F20")
    assert projects.n in own.possible_statuses
    assert (
        projects.n in audiences.disclosed(projects, "directors", withheld=own).data["base"].tolist()
    )


# ---- what a picture tells beside its table
def test_a_curve_marks_no_horizon_whose_row_is_hidden(opened, tmp_path):
    """After its levels, the whole hides the row of 36 months: 69 % reached that day, 64 % go on."""
    study = opened(audience="directors", lang="en")
    made = published.build(study, "F3")
    assert _drawn_texts(made) >= {"69%", "64%"}
    for asked in ([study.where(level=level) for level in study.values("level")], [study]):
        release = releases.planned(asked, tmp_path / "ledger.json", "i", ("F3", "F4"))
        release.record("directors")
    (withheld,) = release.withheld.values()
    assert "survival.36" in withheld.facts
    own = withholding.of_own_numbers(study)
    told = audiences.disclosed(made, "directors", withheld=own.joined(withheld))
    assert told.data.set_index("months").at[36.0, "survival"] == "s"
    assert _drawn_texts(told).isdisjoint({"69%", "64%"})
    assert _drawn_texts(audiences.disclosed(made, "directors", withheld=own)) >= {"69%", "64%"}


def test_a_curve_marks_its_horizon_as_exactly_as_its_table_tells_it(opened):
    made = published.build(opened(region="Bretagne", audience="directors", lang="en"), "F3")
    told = audiences.disclosed(made, "directors")
    with style(narrow=False):
        _figure, points = told.draw(told.data, False)
    marked = [float(point.y) for point in points if point.x == 36]
    assert made.n < 100 and marked == [round(height, 2) for height in marked] != []


def _drawn_texts(made: Exhibit) -> set[str]:
    with style(narrow=False):
        figure, _points = made.draw(made.data, False)
    return {text.get_text() for axes in figure.axes for text in axes.texts}


# ---- what is withheld and a figure's own rules
def test_a_figure_that_its_own_rules_refuse_is_not_made_again(opened, tmp_path, monkeypatch):
    """Of five bands whatever is hidden tells the rest, unless more is withheld from elsewhere."""
    study = opened(audience="directors", lang="en", level="regional")
    tables_by_rules = releases.release_tables
    passes = []

    def tables(asked, built, withheld):
        passes.append(withheld)
        refused = {} if len(passes) == 1 else {"F11": Table({("a", "n"): 9.0}, set())}
        return tables_by_rules(asked, built, withheld) | refused

    elsewhere = Withheld(facts=frozenset({"of another figure"}))
    monkeypatch.setattr(releases, "release_tables", tables)
    monkeypatch.setattr(releases, "untold_since", lambda *_asked: elsewhere)
    made = releases.planned([study], tmp_path / "ledger.json", "i", ("F2",))
    (name,) = made.editions
    assert made.editions[name]["F11"] is None and "F11" in made.withheld[name].figures
    assert made.editions[name]["F2"] is not None


def test_what_editions_hide_for_each_other_is_not_hidden_by_their_own_rules(
    opened, tmp_path, monkeypatch
):
    """Tables that are planned again, with more withheld elsewhere, are as their rules left them."""
    study = opened(audience="directors", lang="en")
    levels = [study.where(level=level) for level in study.values("level")]
    tables_by_rules, left = releases.release_tables, []

    def tables(*asked):
        made = tables_by_rules(*asked)
        left.extend((table, {*table.hidden}) for table in made.values())
        return made

    monkeypatch.setattr(releases, "release_tables", tables)
    releases.planned([study, *levels], tmp_path / "ledger.json", "i", ("F22",))
    assert all(table.hidden == hidden for table, hidden in left)
