"""What analysts ask: twenty questions in four lines each, and the edges of what answers them."""

import warnings
from functools import partial

import matplotlib
import nbformat
import pandas as pd
import pytest
import seaborn as sns

import analyst_questions as questions
from analysis import explore
from analysis.declare.faults import Refused
from analysis.indicators import durability
from analysis.study import catalogue, presented, published
from analysis.study.questions import counted_rows


@pytest.fixture(scope="module")
def study(opened):
    return opened(lang="en")


@pytest.fixture(scope="module")
def names(cleaned_demo):
    """The variables of a notebook after its set-up."""
    import os

    before = os.getcwd()
    os.chdir(cleaned_demo)
    variables: dict = {}
    exec(questions.SET_UP, variables)
    yield variables
    os.chdir(before)


@pytest.mark.parametrize("question", questions.QUESTIONS)
def test_a_question_is_answered_in_four_lines(names, question):
    lines = questions.QUESTIONS[question].strip().splitlines()
    assert len(lines) <= 4
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec("\n".join(lines), names)


def test_there_are_twenty_questions():
    assert len(questions.QUESTIONS) >= 20


# ---- exhibits
def test_every_exhibit_tells_what_computes_it(study):
    table = study.exhibits()
    assert set(table.index) == set(published.modules())
    assert table["shows"].str.len().gt(10).all()
    assert (table["functions"] != "").mean() > 0.8
    assert "indicators.durability.curve" in table.at["F3", "functions"]


@pytest.mark.parametrize("state", ["yes", "no", "unknown"])
@pytest.mark.parametrize("id", ["F8", "F15"])
def test_the_rows_behind_a_bar_are_those_it_counts(study, id, state):
    counts = study.exhibit(id).data.set_index("line")[state]
    found = {line: len(study.behind(id, line=line, state=state)) for line in counts.index}
    assert found == counts.astype(int).to_dict()


MARKS = {  # a mark of a figure, and how many it counts there
    "F1": (
        {"month": "2016-03"},
        'data.set_index("month").at[pd.Timestamp("2016-03-01"), "running"]',
    ),
    "F2": ({"form": "Philanthropy"}, 'data.set_index("label").at["Philanthropy", "count"].max()'),
    "F3": ({"ended": True}, 'data["ended"].sum()'),
    "F4": (
        {"by": "level", "group": "Local"},
        """data.query("stratum == 'local'")[["ended", "censored"]].sum(axis=None)""",
    ),
    "F6": ({"year": 2017, "renewed": True}, 'data.set_index("year").at["2017", "renewed"]'),
    "F12": ({"month": 1, "renewed": False}, 'data.set_index("month").at[1, "without"]'),
    "F16": ({"fragility": "0–1", "strength": "4+"}, 'data["n"][2]'),
    "F17": (
        {"before": "philanthropy"},
        'data.groupby("before")["relations"].sum()["philanthropy"]',
    ),
    "F20": (
        {"challenge": "territorial cohesion"},
        'data.set_index("label").at["Territorial cohesion", "count"]',
    ),
    "F22": ({"region": "Bretagne"}, 'data.set_index("territory").at["Bretagne", "count"]'),
    "F23": (
        {"month": 36, "state": "spread"},
        'data.set_index(["month", "state"])["count"][36, "spread"]',
    ),
    "F24": ({"exposure": "1-5 days"}, 'data.set_index("label")["n"]["1 to 5 days"]'),
    "F25": ({"year": 2017}, 'data.query("year == \'2017\'")["opened"].sum()'),
}


@pytest.mark.parametrize("id", MARKS)
def test_the_rows_behind_a_mark_are_those_it_counts(study, id):
    mark, counted = MARKS[id]
    data = study.exhibit(id).data
    assert len(study.behind(id, **mark)) == eval(counted, {"data": data, "pd": pd})


def test_the_rows_behind_every_figure_that_counts_can_be_shown(study):
    assert len(counted := counted_rows()) >= 30
    assert all(len(study.behind(id)) for id in counted)


def test_tab_completes_tables_exhibits_and_regions(study):
    keys = study._ipython_key_completions_()
    assert {"relations", "F3", "Bretagne"} <= set(keys)
    assert len(study["relations"]) == len(study.relations)
    assert study["Bretagne"].filters == {"region": "Bretagne"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (lambda study: study.behind("T4"), "no rows can be shown behind it"),
        (lambda study: study.behind("F8", lne="LF6"), "no such mark, did you mean line"),
        (lambda study: study.behind("F8", line="LF66"), "did you mean LF6"),
        (lambda study: study.behind("F88"), "did you mean F8"),
        (lambda study: study.explode("domians"), "did you mean domains"),
        (lambda study: study.where([True, False]), "expected yes or no for each of"),
        (lambda study: study.where(budget_band="small"), "no such parameter"),
        (lambda study: study.join(pd.DataFrame({"size": [1]})), "to join on"),
        (
            lambda study: study.join(study.agreements[["partner_id", "agreement_id"]]),
            "several rows",
        ),
        (lambda study: study.join(study.partners[["partner_id", "region"]]), "rename it"),
        (lambda study: study.present(study.relations, id="F3"), "an id of your own"),
        (lambda study: study.present([1, 2]), "expected a frame"),
        (lambda study: study.present(study.relations, partial(draw, x="levl")), "mean level"),
        (lambda study: study.where(status="runing"), "did you mean running"),
        (lambda study: study.present(study.relations, lambda data: None).svg(), "takes ax"),
        (lambda study: study.exhibit("T2").axes(), "it has no drawing"),
        (lambda study: study.exhibit("F3").savefig("f3.gif"), "ends in .svg, .png or .pdf"),
    ],
    ids=range(17),
)
def test_a_wrong_question_is_answered_in_one_sentence(study, asked, told):
    with pytest.raises(Refused) as refusal:
        asked(study)
    assert len(refusal.value.faults) == 1 and told in str(refusal.value)


def test_an_exhibit_takes_the_options_that_it_has_and_no_other():
    published.refuse_other_options("F4", ["by"])
    with pytest.raises(Refused, match="by"):
        published.refuse_other_options("F4", ["colour"])


def test_behind_is_for_the_team(study):
    with pytest.raises(Refused, match="study team only"):
        study.with_(audience="directors").behind("F8")


# ---- frames of one's own
def test_the_exhibit_takes_what_was_computed_and_is_the_same(study):
    own, given = study.exhibit("F3"), study.exhibit("F3", followed=study.followed)
    assert given.scope == own.scope
    assert given.csv() == own.csv() and given.json() == own.json() and not given.changed


def test_a_changed_frame_gives_its_figure_its_words_and_a_mark(study):
    local = study.followed[study.followed["level"] == "local"]
    changed = study.exhibit("F3", followed=local)
    own = study.exhibit("F3")
    assert changed.n < own.n and changed.csv() != own.csv() and changed.scope != own.scope
    assert changed.changed == "frame changed by hand"
    assert "relations chosen by the analyst" in changed.scope
    assert 'class="stamped">frame changed by hand' in changed.html()
    assert study.exhibit("F3").csv() == own.csv() and 'stamped">frame' not in own.html()


def test_the_scope_beside_a_changed_result_is_said_to_be_the_studys_own(study):
    """What the study left out is counted there, which tells nothing of the rows of the result."""
    local = study.followed[study.followed["level"] == "local"]
    times = local["duration_months"], local["ended"]
    curve = durability.curve(*times, entry=local["entry_months"], confidence=0.95)
    shown, own = study.exhibit("F3", curve=curve), study.exhibit("F3")
    assert shown.n == len(local) and shown.changed
    assert shown.scope.endswith(f"that of the study: {own.scope}")


def test_a_mask_is_a_filter_that_words_and_tables_follow(study):
    renewed = study.where(study.relations["renewals"] > 0)
    by_id = study.relations.set_index("relation_id")["renewals"] > 0
    assert (renewed.relations["renewals"] > 0).all() and len(renewed.relations) < len(
        study.relations
    )
    for mask in (by_id, by_id.to_numpy(), lambda relations: relations["renewals"] > 0):
        assert study.where(mask).relations.equals(renewed.relations)
    assert set(renewed.agreements["partner_id"]) <= set(renewed.relations["partner_id"])
    assert f"{len(renewed.relations)} relations chosen by the analyst" in renewed.scope_line
    # the mask is about the relations that it was made from, not about those that a filter leaves
    at_once = study.where(study.relations["renewals"] > 0, region="Bretagne")
    assert at_once.relations.equals(renewed.where(region="Bretagne").relations)
    both = renewed.where(region="Bretagne")
    assert set(both.relations["region"]) == {"Bretagne"} and (both.relations["renewals"] > 0).all()
    assert len(renewed.lines) == len(renewed.relations)


def test_any_column_of_relations_is_a_filter_and_its_label_too(study):
    relations = study.relations
    running = study.where(status="running").relations
    assert running["relation_id"].tolist() == list(
        relations.loc[relations["status"] == "running", "relation_id"]
    )
    assert len(study.with_(lang="fr").where(status=["en cours", "ended"]).relations) == sum(
        relations["status"].isin(["running", "ended"])
    )
    entity = study.values("entity")[0]
    assert set(study[entity].relations["entity"]) == {entity}


def test_groups_of_two_columns_and_of_an_own_one_have_a_curve_each(study):
    followed = study.followed
    both = study.exhibit("F4", by=["level", "region"])
    first = both.data["stratum"].iloc[0].split(" · ")
    of_first = followed[(followed["level"] == first[0].lower()) & (followed["region"] == first[1])]
    counts = both.data.groupby("stratum")[["ended", "censored"]].sum().sum(axis=1)
    assert both.id == "F4-level-region" and counts[" · ".join(first)] == len(of_first)
    assert "by level and region" in both.subtitle
    sized = study.join(study.partners[["partner_id", "budget_band"]])
    assert "by budget band" in sized.exhibit("F4", by="budget_band").subtitle
    with pytest.raises(Refused, match="did you mean"):
        sized.with_(audience="directors").exhibit("F4", by="budget_band")


def test_relations_given_are_those_that_lines_count(study):
    local = study.relations[study.relations["level"] == "local"]
    given, kept = study.exhibit("F8", relations=local), study.where(level="local").exhibit("F8")
    assert given.csv() == kept.csv() and given.changed and not kept.changed


def test_studies_of_two_days_are_compared_by_relation(study):
    before = study.on("2017-06-27")
    changes = before.compare(study)
    assert changes.index.is_unique and len(study.compare(study)) == 0
    both = set(before.relations["relation_id"]) | set(study.relations["relation_id"])
    assert set(changes.index) <= both
    only = changes["what"].value_counts()
    assert only["only in the second"] - only.get("only in the first", 0) == len(
        study.relations
    ) - len(before.relations)


# ---- own figures
def test_what_nobody_knows_is_not_drawn(study):
    import seaborn

    nowhere = study.relations.assign(region=pd.Series(pd.NA, study.relations.index, dtype="str"))
    drawn = partial(seaborn.boxplot, x="duration_months", y="region")
    for frame in (nowhere, nowhere.iloc[:0]):
        assert "Nothing is known" in study.present(frame, drawn).reason


def draw(data, ax):
    ax.bar(data["level"], data["relations"])


def counts(study) -> pd.DataFrame:
    return study.relations.groupby("level", observed=True).size().rename("relations").reset_index()


def test_what_names_the_rows_of_a_result_is_a_column_of_its_table():
    by_region = pd.Series([3, 5], pd.Index(["Corse", "Bretagne"], name="region"), name="partners")
    table = presented._frame(by_region, None)
    assert table.to_dict("list") == {"region": ["Corse", "Bretagne"], "partners": [3, 5]}


def test_an_own_figure_has_all_that_a_figure_has(study):
    built = study.present(counts(study), draw)
    assert (built.title, built.reading) == ("Title to be written", "Reading to be written.")
    assert built.labels["level"] and built.scope and built.source == study.source_line
    assert (
        built.svg() != built.svg(narrow=True)
        and built.svg() == study.present(counts(study), draw).svg()
    )
    assert built.csv().decode().splitlines()[0] == "level,relations"
    french = study.with_(lang="fr").present(counts(study), draw)
    assert french.title == "Titre à écrire" and "régional" in set(french.data["level"])


@pytest.mark.parametrize(
    "name", ["ecdfplot", "histplot", "stripplot", "boxplot", "kdeplot", "violinplot"]
)
def test_seaborn_draws_an_own_figure(study, name):
    import seaborn

    drawn = partial(getattr(seaborn, name), x="duration_months", hue="level")
    built = study.present(study.relations, drawn, title="T", reading="R.")
    assert list(built.data) == ["duration_months", "level"] and "Duration (months)" in built.svg()
    assert matplotlib.rcParams["axes.prop_cycle"] == matplotlib.rcParamsDefault["axes.prop_cycle"]


def test_a_heatmap_has_the_colours_of_the_study(study):
    import seaborn

    table = study.relations.groupby(["level", "status"], observed=True).size().unstack()
    built = study.present(table, partial(seaborn.heatmap, annot=True, fmt=".0f"), title="T")
    axes = built.axes()
    assert axes.collections[0].get_cmap().name == "Blues" and built.svg()
    french = study.with_(lang="fr")
    named = {"level": {"fr": "Niveau", "en": "Level"}, "status": {"fr": "État", "en": "Status"}}
    built = french.present(table, partial(seaborn.heatmap, annot=True), labels=named, title="T")
    axes = built.axes()
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("Niveau", "État")
    across = {text.get_text() for text in axes.findobj(matplotlib.text.Text) if text.get_visible()}
    assert "Niveau" in across and not axes.yaxis.label.get_visible()
    told = study.present(table, partial(seaborn.heatmap, annot=table, fmt=".0f"), title="T")
    assert len(told.axes().figure.axes) == 1  # each cell says its number: no bar of colours


def test_an_axis_speaks_the_language_of_the_study(study):
    import seaborn

    draw = partial(seaborn.ecdfplot, x="duration_months")
    french = study.with_(lang="fr").present(study.relations, draw, title="T").axes()
    french.figure.canvas.draw()
    ticks = " ".join(label.get_text() for label in french.get_yticklabels())
    assert french.get_ylabel() == "Part" and "," in ticks and "." not in ticks


def test_outside_the_team_rows_stand_for_counts_and_small_ones_are_hidden(study):
    directors = study.with_(audience="directors")
    with pytest.raises(Refused, match="within the study team"):
        directors.present(study.relations, draw)
    with pytest.raises(Refused, match="leave out what names them: |leave out what names them"):
        directors.present(study.relations[["partner_id", "agreements"]], draw, base="agreements")
    table = pd.DataFrame({"level": ["local", "regional", "national"], "relations": [60, 40, 3]})
    built = directors.present(table, draw, base="relations", title="T", reading="60 and 3.")
    assert built.audience == "directors" and "3" not in set(built.data["relations"].astype(str))
    assert study.present(table, draw, base="relations").n == 103
    opened = explore.open(study.folder.path, lang="en", audience="partners")
    with pytest.raises(Refused, match="draw the data of an exhibit"):
        opened.present(opened.relations, draw)
    of_exhibit = opened.present(opened.exhibit("F8").data, lambda data, ax: None, base="yes")
    assert of_exhibit.audience == "partners"


def test_an_amended_figure_keeps_its_words(study):
    own = study.exhibit("F3")
    amended = study.present(own, lambda data, ax: ax.axvline(24), id="X2", title="Marked")
    assert (
        amended.title == "Marked" and amended.reading == own.reading and amended.csv() == own.csv()
    )
    assert amended.svg() != own.svg()


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_drawing_is_saved_alike_twice(study, tmp_path, ending):
    own = study.exhibit("F3")
    files = [own.savefig(tmp_path / f"{name}.{ending}") for name in ("one", "two")]
    assert files[0].read_bytes() == files[1].read_bytes() and len(files[0].read_bytes()) > 1000


def test_an_exhibit_is_printed_shortly(study):
    assert len(str(study.exhibit("F3")).splitlines()) == 3
    assert len(str(study.exhibit("T8")).splitlines()) <= 12


# ---- saved notebooks
def test_a_notebook_is_saved_under_a_name_that_a_run_and_jupyterlab_open(study, tmp_path):
    with pytest.raises(Refused, match="question.txt: a notebook's name ends in .ipynb"):
        study.save_notebook(tmp_path / "question.txt")
    assert not list(tmp_path.iterdir())


def test_a_saved_notebook_keeps_what_the_analyst_added(study, tmp_path):
    file = tmp_path / "question.ipynb"
    mine = study.with_()
    mine.shown = []
    mine.exhibit("F8")
    with pytest.raises(Refused):
        mine.exhibit("F99")
    mine.save_notebook(file)
    with pytest.raises(Refused, match="overwrite=True"):
        mine.save_notebook(file)
    notebook = nbformat.read(file, as_version=4)
    assert [cell.source for cell in notebook.cells[3:]] == ['study.exhibit("F8")']
    notebook.cells.insert(3, nbformat.v4.new_markdown_cell("My thoughts"))
    notebook.cells.append(nbformat.v4.new_code_cell("study.relations.head()"))
    nbformat.write(notebook, file)
    mine.exhibit("F3")
    mine.save_notebook(file, overwrite=True)
    mine.save_notebook(file, overwrite=True)
    cells = nbformat.read(file, as_version=4).cells
    assert [cell.source for cell in cells[3:]] == [
        "My thoughts",
        'study.exhibit("F8")',
        "study.relations.head()",
        'study.exhibit("F3")',
    ]


def test_every_function_named_in_the_catalogue_can_be_imported():
    from importlib import import_module

    for id in published.modules():
        for name in catalogue.functions_of(id):
            module, _dot, function = name.rpartition(".")
            assert callable(getattr(import_module(f"analysis.{module}"), function))


def test_no_point_of_an_own_figure_is_cut_at_the_edge(study):
    drawn = []

    def draw(data, ax):
        sns.boxplot(data, x="duration_months", y="level", fliersize=2, ax=ax)
        drawn.append(ax)

    figure = study.present(study.relations, draw, title="Durations", reading="All.")
    assert len(figure.drawings) == len(drawn) == 2
    months = study.relations["duration_months"]
    for axes in drawn:
        left, right = axes.get_xlim()
        assert left < months.min() and right > months.max()
