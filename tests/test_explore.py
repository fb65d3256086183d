"""The analysts' door: what is found by hand is the number of the report, and what is wrong is said in one sentence."""

import inspect
from html import escape

import nbformat
import openpyxl
import pandas as pd
import pytest

import tiny
from analysis import explore
from analysis.clean import data_package
from analysis.declare import parameters, schema
from analysis.declare.faults import NoSuchName, Refused
from analysis.indicators import line_measures
from analysis.study import own, panel, relation_history
from analysis.study.cleaned_folder import CleanedFolder
from analysis.text import formatting
from conftest import ROOT
from raw_lists import cleaned

SUBSIDIES = """nomAttribuant;idAttribuant;dateConvention;referenceDecision;nomBeneficiaire;idBeneficiaire;objet;montant;nature;datesPeriodeVersement
Ville A;21440109300015;2014-01-15;D1;Les Amis;;Fonctionnement;1000;aide en numéraire;2014-01-01/2014-12-31
Ville A;21440109300015;2015-01-15;D2;Les Amis;;Fonctionnement;1200;aide en numéraire;2015-01-01/2015-12-31
Ville A;21440109300015;2018-01-15;D3;Les Voisins;;Fonctionnement;500;aide en numéraire;2018-01-01/2018-12-31
"""


@pytest.fixture(scope="module")
def folder(demo) -> CleanedFolder:
    """The demonstration, read and chained once for all tests."""
    return CleanedFolder(demo, "both")


@pytest.fixture
def study(folder, cleaned_demo, monkeypatch):
    monkeypatch.chdir(cleaned_demo)
    return explore.Study(folder, parameters.parse({"lang": "en"}))


@pytest.fixture
def study_read_anew(cleaned_demo, monkeypatch):
    """A study of its own, into which a test may put what others must not see."""
    monkeypatch.chdir(cleaned_demo)
    return explore.open("demo", lang="en")


# ---- one door
def test_every_public_name_has_an_example():
    methods = [
        each
        for name, each in inspect.getmembers(explore.Study, inspect.isfunction)
        if not name.startswith("_")
    ]
    for each in [explore.open, explore.Study, explore.Story, *methods]:
        assert ">>>" in (each.__doc__ or ""), each.__qualname__
    for name, each in inspect.getmembers(explore.Study):
        assert name.startswith("_") or each.__doc__, name


def test_a_study_shows_itself(study):
    shown = study._repr_html_()
    for told in (
        escape(formatting.typeset(study.title)),
        "27 June 2018",
        "all relations",
        "Demonstration data",
        "agreements",
        '<strong lang="fr">',
    ):
        assert told in shown
    assert "<strong>" in study.with_(lang="fr")._repr_html_()
    assert "region Bretagne" in study.where(region="Bretagne")._repr_html_()
    assert repr(study).startswith(study.title)


def test_a_list_in_pounds_without_regions_says_so(tmp_path, english):
    header = "Funder;Recipient;Date;Amount\n"
    rows = "".join(f"Town;Club {row};2016-0{row}-01;£{row}00\n" for row in range(1, 7))
    data_package.write(cleaned(tmp_path, header + rows, day="2018-12-31"), tmp_path / "clean")
    grants = explore.open(tmp_path / "clean", lang="en")
    assert grants.dictionary("contributions").at["value_eur", "unit"] == "GBP"
    assert grants.dictionary("agreements").at["planned_amount_eur", "unit"] == "GBP"
    with pytest.raises(Refused, match="region: no source of this study tells it"):
        explore.open(tmp_path / "clean", region="London")


def test_tables_are_typed_frames_and_the_dictionary_tells_every_column(study):
    for name, table in study.tables.items():
        told = study.dictionary(name)
        assert list(told.index) == list(table.columns) and told["label"].str.len().gt(0).all()
        assert not [column for column in table if table[column].dtype == object]
    assert study.dictionary("relations").at["duration_months", "unit"] == "months"


def test_the_first_study_never_changes(study):
    before = study.relations.copy()
    for other in (
        study.where(region="Bretagne"),
        study.on("2016-12-31"),
        study.with_(grace_days=365),
    ):
        for frame in (
            other.relations,
            other.all_relations,
            other.lines,
            other.measures,
            other.partners,
        ):
            frame[frame.columns[0]] = None
            frame[frame.columns[1]] = "changed"
        assert len(other.lines) == len(other.relations) and other.parameters != study.parameters
    pd.testing.assert_frame_equal(study.relations, before)
    pd.testing.assert_frame_equal(study.with_(confidence=0.9).relations, before)
    pd.testing.assert_frame_equal(explore.open("demo").relations, before)


def test_what_is_set_in_a_frame_at_the_door_is_refused_or_lost_with_the_frame(study):
    before = study.exhibit("F8").data
    with pytest.warns(pd.errors.ChainedAssignmentError):
        study.lines[study.lines.columns[0]] = True
    ledger, relations = study.ledger, study.tables["relations"]
    ledger["rows"], relations["status"] = 0, "running"
    pd.testing.assert_frame_equal(study.exhibit("F8").data, before)
    assert study.lines.iloc[:, 0].sum() < len(study.lines) and study.ledger["rows"].sum() > 0


def test_a_filter_leaves_no_category_that_no_relation_has(study):
    few = study.where(region="Bretagne").relations.select_dtypes("category")
    assert {"region", "entity", "status"} <= set(few) and few[
        "region"
    ].cat.categories.to_list() == ["Bretagne"]
    assert all((values.value_counts() > 0).all() for _, values in few.items())


def test_groups_are_named_in_the_readers_language(study):
    strata = study.with_(lang="fr").exhibit("F4", by="kind").data["stratum"].unique()
    assert {"mécénat", "plusieurs"} <= set(strata)


def test_what_a_filter_does_not_change_is_made_once(study_read_anew, monkeypatch):
    study, made = study_read_anew, []
    whole = line_measures.of_relations
    monkeypatch.setattr(
        line_measures,
        "of_relations",
        lambda *given, **more: made.append(1) or whole(*given, **more),
    )
    first = study.measures
    kept = study.where(region="Bretagne", confidence=0.9)
    pd.testing.assert_frame_equal(kept.measures, first.loc[kept.relations["relation_id"]])
    assert len(made) == 1
    assert not study.with_(grace_days=90).measures.equals(first) and len(made) == 2


# ---- what is wrong
WRONG = [
    (lambda study: explore.open("dmo"), "demo"),
    (lambda study: explore.open("demo", regio="Bretagne"), "did you mean region?"),
    (lambda study: study.where(region="Bretange"), "did you mean Bretagne"),
    (lambda study: study.where(domain="energy"), "energy transition"),
    (lambda study: study.where(level="locale"), "did you mean local?"),
    (lambda study: study.where(partner="Comptoir de campagn"), "Comptoirs de Campagne"),
    (lambda study: study.on("1990-01-01"), "the first relation begins on 2007-01-01"),
    (lambda study: study.on("2017-13-01"), "expected a date such as"),
    (lambda study: study.exhibit("F99"), "did you mean F9"),
    (lambda study: study.exhibit("F3", bye="domain"), "it has by"),
    (lambda study: study.exhibit("F3", by="domian"), "domain"),
    (lambda study: study.relatons, "did you mean relations"),
    (lambda study: study.raw("agreement"), "did you mean agreements"),
    (lambda study: study.why("R42"), "did you mean R"),
    (lambda study: study.dictionary("vote"), "did you mean votes"),
    (lambda study: study.export("relation.xlsx"), "did you mean relations"),
    (
        lambda study: study.export("relations.xls"),
        "expected a name that ends in .xlsx, .csv or .parquet",
    ),
]


@pytest.mark.parametrize(("asked", "told"), WRONG, ids=[told for _asked, told in WRONG])
def test_a_wrong_word_is_answered_in_one_sentence(study, asked, told):
    with pytest.raises(Refused) as refusal:
        asked(study)
    shown = refusal.value._render_traceback_()
    assert len(shown) == 1 and told in shown[0]


def test_a_notebook_shows_the_sentence_without_a_trace(study, capsys):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns["study"] = study
    shell.run_cell('study.where(region="Bretange")')
    said = capsys.readouterr().out.strip().splitlines()
    assert len(said) == 1 and "Bretagne" in said[0]
    assert isinstance(pytest.raises(NoSuchName, lambda: study.relatons).value, AttributeError)
    assert not hasattr(study, "shape")


# ---- why
@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("running", "Running: an agreement covers 27 June 2018"),
        ("ended", "180 days have passed"),
        ("to confirm", "To confirm: the"),
    ],
)
def test_a_story_tells_lines_of_files_and_how_the_status_came(study, status, told):
    relation = study.relations[study.relations["status"] == status].iloc[0]
    story = study.why(relation["relation_id"])
    assert told in story.status
    assert len(story.agreements) == relation["agreements"]
    raw = story.raw_lines[story.raw_lines["table"] == "agreements"]
    assert set(raw["key"]) == set(story.agreements["agreement_id"]) and (raw["line"] > 0).all()
    holds = story.lines["holds"].astype("boolean")
    pd.testing.assert_series_equal(
        holds, study.lines.loc[relation["relation_id"]], check_names=False
    )
    unknown = story.lines[story.lines["value"].isna()]
    assert unknown["holds"].isna().all() and str(story).count("unknown") >= len(unknown)
    assert story._repr_html_().count("<table>") >= 3


def test_an_agreement_that_a_rule_keeps_apart_is_one_of_each_of_its_partners(tmp_path):
    (tmp_path / "datapackage.json").write_text('{"study": {"identity": "both"}}')
    agreements = pd.DataFrame({"agreement_id": ["A", "B"], "partner_id": ["1", "2"]})
    schema.conform(agreements, "agreements").to_parquet(tmp_path / "agreements.parquet")
    names = {"agreement_id": ["B", "A", "A"], "name_key": ["Bravo", "Alpha", "Alpha Sud"]}
    pd.DataFrame(names).to_parquet(tmp_path / "identities.parquet")
    by_name = CleanedFolder(tmp_path, "name").raw("agreements")
    assert by_name[["agreement_id", "partner_id"]].to_numpy().tolist() == [
        ["A", "Alpha"],
        ["A", "Alpha Sud"],
        ["B", "Bravo"],
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [(3.0, "3"), (1 / 3, "0.33"), (float("nan"), "unknown"), (float("inf"), "never")],
)
def test_a_story_writes_measures_to_the_hundredth(value, written, english):
    assert relation_history._measured(value) == written


def test_the_story_is_the_same_whatever_the_filter(study):
    relation = study.relations[study.relations["region"] == "Bretagne"].iloc[0]["relation_id"]
    assert str(study.where(region="Normandie").why(relation)) == str(study.why(relation))


def test_a_grant_study_has_stories_too(tmp_path):
    from analysis.run import pipeline as work

    (tmp_path / "subventions.csv").write_text(SUBSIDIES, encoding="utf-8")
    opened = explore.open(
        str(work.clean_folder(tmp_path / "subventions.csv", {}, out=tmp_path / "clean")),
        day="2018-12-31",
        lang="en",
    )
    assert opened.is_grants and "the survey" in opened._repr_html_()
    ended = opened.relations[opened.relations["status"] == "ended"].iloc[0]
    story = opened.why(ended["relation_id"])
    assert "Ended" in story.status and "The cause is not recorded" in story.status
    assert set(story.raw_lines["table"]) == {"grants"} and story.raw_lines["line"].tolist() == [
        2,
        3,
    ]
    assert story.lines["holds"].isna().all() and "None is recorded." in str(story)


# ---- the panel
def test_the_panel_shows_the_numbers_of_the_notebooks(study):
    moved = study.panel()
    moved.grace_days.value = 365
    moved.controls["region"].value = "Bretagne"
    moved.day.value = pd.Timestamp("2017-12-31").date()
    asked = {
        "grace_days": 365,
        "region": "Bretagne",
        "day": "2017-12-31",
        "confidence": moved.confidence,
        "lang": "en",
    }
    names = {}
    brief = nbformat.read(ROOT / "notebooks/0_brief.ipynb", as_version=4)
    *work, key_numbers = [cell.source for cell in brief.cells if cell.cell_type == "code"]
    for source in work:
        if '"B1"' not in source:
            exec(source, names)
        if "audience: str" in source:
            names |= asked
    kept = ["key", "value", "low", "high", "n"]
    by_hand = eval(key_numbers, names)
    pd.testing.assert_frame_equal(moved.drawn["T8"].frame()[kept], by_hand.frame()[kept])
    for id in ("F3", "F8", "F15"):
        assert moved.drawn[id].csv() == names["study"].exhibit(id).csv()


def test_the_panel_counts_cuts_and_widens_its_intervals(study):
    moved = study.panel()
    region, wide = (
        moved.controls["region"],
        lambda: moved.drawn["T8"].frame().set_index("key").loc["survival"],
    )
    assert len(moved.cuts) == 1 and moved.confidence == 0.95
    before = wide()
    region.value = "Bretagne"
    region.value = "Normandie"
    assert len(moved.cuts) == 3 and moved.confidence == pytest.approx(1 - 0.05 / 3)
    assert "3 cuts looked at: intervals at 98.3%" in moved.said.value
    region.value = ""  # seen before: no further cut, but its interval stays wide
    assert len(moved.cuts) == 3
    assert (
        wide()["value"] == before["value"]
        and wide()["low"] < before["low"]
        and wide()["high"] > before["high"]
    )


def test_the_panel_mutes_small_groups_and_says_what_is_wrong(study):
    moved = study.panel()
    region = moved.controls["region"]
    region.value = next(said for said in region.options if "fewer than 10" in said)
    assert len(moved.cuts) == 1 and not moved.drawn and "too few to look at" in moved.said.value
    assert all(figure.value == "" for figure in moved.figures.values())
    region.value = "Bretange"
    assert "Bretagne" in moved.said.value and not moved.drawn
    region.value = ""
    assert moved.drawn and 'role="alert"' not in moved.said.value
    moved.day.value = None
    assert "The first relation begins on 1 January 2007" in moved.said.value


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("fr", ["Délai de grâce (jours)", "coupe regardée"]),
        ("en", ["Grace (days)", "cut looked at"]),
    ],
)
def test_the_panel_speaks_both_languages_and_names_every_control(opened, lang, told):
    moved = opened(lang=lang).panel()
    labels = [control.description for control in moved.controls.values()]
    assert len(labels) == 7 and all(labels)
    assert all(any(word in text for text in [*labels, moved.said.value]) for word in told)


def test_the_panel_leaves_the_study_alone(study):
    moved = study.panel()
    moved.controls["level"].value = "local"
    assert study.shown == [] and study.filters == {} and moved.study.filters == {"level": "local"}
    assert [call for _asked, call in moved.study.shown] == [f'"{name}"' for name in panel.EXHIBITS]


# ---- from question to report
def test_a_question_becomes_a_notebook_of_the_study(study, tmp_path):
    study.where(region="Bretagne").exhibit("F3")
    study.with_(grace_days=365).exhibit("F3")
    kept = study.where(region="Normandie")
    kept.exhibit("F8")
    study.exhibit("F8")
    cells = nbformat.read(kept.save_notebook(tmp_path / "ma-question.ipynb"), as_version=4).cells
    assert cells[0].source == "# Ma question" and cells[1].metadata["tags"] == ["parameters"]
    assert 'region: str = "Normandie"' in cells[1].source and "= 180  #" in cells[1].source
    assert [cell.source for cell in cells[3:]] == [
        'study.with_(region="Bretagne").exhibit("F3")',
        'study.with_(grace_days=365).exhibit("F3")',
        'study.exhibit("F8")',
    ]
    again = {}
    exec("\n".join(cell.source for cell in cells[1:3]), again)
    assert again["study"].parameters == kept.parameters


def test_a_saved_notebook_is_rendered_as_it_was_saved_and_by_region(desk, typed):
    parties = [[cell.replace("Occitanie", "Normandie") for cell in row] for row in tiny.partners()]
    tiny.programme(desk / "raw", parties=parties)
    typed("clean", "--data", "raw")
    kept = explore.open("tiny", lang="en").where(region="Bretagne", grace_days=90)
    kept.exhibit("T8")
    file = kept.save_notebook(desk / "notebooks/explore/ma-question.ipynb")
    assert typed("run", "--data", "raw", "--notebook", file, "--out", "one")[0] == 0
    page = (desk / "one/index.html").read_text(encoding="utf-8")
    assert "region Bretagne" in page and "grace of 90 days" in page and 'id="T8"' in page
    assert (
        typed("run", "--data", "raw", "--notebook", file, "--by", "region", "--out", "by")[0] == 0
    )
    folders = {folder.name for folder in (desk / "by").iterdir() if folder.is_dir()}
    assert folders >= {"bretagne", "normandie"}
    assert "grace of 90 days" in (desk / "by/normandie/index.html").read_text(encoding="utf-8")


def test_notebooks_saved_with_different_choices_are_not_rendered_as_one(desk, typed):
    typed("clean", "--data", "raw")
    opened = explore.open("tiny", lang="en")
    files = [
        opened.with_(grace_days=days).save_notebook(desk / f"notebooks/explore/{days}.ipynb")
        for days in (90, 365)
    ]
    asked = [part for file in files for part in ("--notebook", file)]
    code, _said, wrong = typed("run", "--data", "raw", *asked)
    assert code == 2 and len(wrong) == 1 and "grace_days" in wrong[0]
    assert typed("run", "--data", "raw", *asked, "-p", "grace_days=180")[0] == 0


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_what_is_exported_runs_nothing_and_tells_its_columns(study_read_anew, tmp_path, ending):
    study = study_read_anew
    names = ["=HYPERLINK(1)", "+1", "@SUM(A1)", "-2", "a\x00b"]
    whole = study.raw("partners")
    study.folder.read["partners"][("both",)] = whole.assign(
        name=[*names, *whole["name"].iloc[len(names) :]]
    )
    file = study.export(tmp_path / f"partners.{ending}")
    first = file.read_bytes()
    assert (
        study.with_(confidence=0.9).export(tmp_path / f"again/partners.{ending}").read_bytes()
        == first
    )
    if ending == "parquet":
        pd.testing.assert_frame_equal(pd.read_parquet(file), study.partners)
    elif ending == "csv":
        read = pd.read_csv(file)["name"]
        assert (
            read.iloc[0] == "'=HYPERLINK(1)" and not read.str.startswith(("=", "+", "@", "-")).any()
        )
    else:
        sheet = openpyxl.load_workbook(file)["partners"]
        cells = [
            row[[cell.value for cell in sheet[1]].index("name")]
            for row in sheet.iter_rows(min_row=2, max_row=5)
        ]
        assert [cell.value for cell in cells] == names[:4] and {
            cell.data_type for cell in cells
        } == {"s"}
    if ending == "xlsx":
        told = [
            row[0].value for row in openpyxl.load_workbook(file)["dictionary"].iter_rows(min_row=2)
        ]
    else:
        told = pd.read_csv(tmp_path / "partners.dictionary.csv")["column"].tolist()
    assert told == list(study.partners.columns)


def test_an_export_holds_what_is_in_scope_for_whom_it_may_be(study, tmp_path):
    kept = study.where(region="Bretagne")
    assert len(pd.read_csv(kept.export(tmp_path / "relations.csv"))) == len(kept.relations)
    for audience, name in (("partners", "relations"), ("directors", "answers")):
        with pytest.raises(Refused, match="within the study team"):
            study.with_(audience=audience).export(tmp_path / f"{name}.csv")
    with pytest.raises(Refused, match="study team only"):
        study.with_(audience="directors").why(study.relations["relation_id"].iloc[0])


def test_a_frame_with_another_value_is_not_the_studys_own():
    measures = pd.DataFrame({"LF1": [0.2, 0.4]})
    assert not own.differ(measures.assign(further=1), measures)
    assert own.differ(measures.assign(LF1=0.3), measures)
    assert own.differ(measures.drop(columns="LF1"), measures)


def test_what_is_set_in_a_frame_stays_in_it(demo):
    study = explore.open(demo, lang="en")
    before = len(study.relations)
    windows, agreements = study.windows, study.raw("agreements")
    windows["last"] = pd.Timestamp("2012-01-01")
    agreements["start"] = pd.NaT
    assert len(study.on("2018-06-27").relations) == before


@pytest.mark.parametrize(
    "asked",
    [
        lambda study: study.values("regoin"),
        lambda study: study.rechained(identity="nam"),
        lambda study: study.exhibit(3),
        lambda study: study.why(42),
    ],
)
def test_what_is_no_name_is_refused_in_one_sentence(opened, asked):
    with pytest.raises(Refused, match="did you mean") as refusal:
        asked(opened(lang="en"))
    assert len(refusal.value.faults) == 1


def test_studies_side_by_side_keep_their_language_and_currency(demo, monkeypatch):
    first = explore.open(demo, lang="en")
    monkeypatch.setitem(first.about, "currency", "GBP")
    told = first.about_line, first.scope_line, first.source_line, first.opening()
    explore.open(demo, lang="fr")
    assert (first.about_line, first.scope_line, first.source_line, first.opening()) == told
    explore.open(demo, lang="fr")
    first.exhibit("F1")
    spoken = formatting.language(), formatting.currency()
    formatting.count_in("GBP")
    assert spoken == ("en", formatting.currency())
    formatting.count_in("EUR")


@pytest.mark.parametrize(("day", "is_compared"), [("2018-06-27", False), ("2017-12-31", True)])
def test_trust_is_not_set_beside_a_wave_on_another_scale(opened, day, is_compared):
    """The wave of 2018, on another scale than that of 2016, is answered between June 2017 and June 2018; that of 2016
    is known both at the end of 2017 and a year before it.
    """
    study = opened(lang="en", day=day)
    before = {number.key: number.before for number in study.exhibit("T8").numbers}
    assert (before["LS1"] is not None) == is_compared
    assert before["LS5"] is not None and before["LF6"] is not None
