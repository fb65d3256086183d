"""Parameters: declared once, the same in commands, notebooks, panel and README; what nobody would heed is refused."""

import inspect
import json

import nbformat
import pandas as pd
import pytest
import typer.main

import tiny
from analysis import explore
from analysis.article.captions import Unsupported
from analysis.declare import parameters, schema
from analysis.declare.faults import Refused
from analysis.report import notebook_cells
from analysis.study import panel
from analysis.study.filters import FILTERS
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


def cells(file, source: str, *calls: str):
    """A notebook whose parameter cell is written by hand."""
    tiny.notebook(file, "By hand", *calls)
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[1]["source"] = source
    names = notebook_cells.settings(file)
    given = ", ".join(f"{name}={name}" for name in names if f"\n{name}" in f"\n{source}")
    notebook.cells[2]["source"] = (
        f"from analysis import explore\nstudy = explore.open({given})\nstudy"
    )
    nbformat.write(notebook, file)
    return file


# ---- one declaration
@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_the_parameter_cell_of_a_notebook_is_the_declaration(file):
    values = notebook_cells.settings(file)
    tagged = [
        cell.source
        for cell in nbformat.read(file, as_version=4).cells
        if "parameters" in cell.metadata.get("tags", [])
    ]
    assert tagged == [parameters.parameter_cell(values, list(values))]
    if file.parent.name == "notebooks":
        assert set(parameters.IN_CELLS) <= set(values)


def test_papermill_tells_types_and_meanings_of_a_notebook():
    from papermill.inspection import _infer_parameters, load_notebook_node

    notebook = load_notebook_node(str(ROOT / "notebooks/2_durability.ipynb"))
    told = {each.name: each for each in _infer_parameters(notebook)}
    assert set(told) == set(parameters.IN_CELLS)
    assert told["region"].inferred_type_name == "str" and told["region"].help == "keep one region"
    assert told["grace_days"].inferred_type_name == "int" and told["grace_days"].default == "180"


def test_options_of_the_command_say_what_their_parameters_mean():
    from analysis.run import cli

    command = typer.main.get_command(cli.app).commands["run"]
    told = {each.name: each.help for each in command.params if each.name in parameters.FIELDS}
    meant = {name: parameters.FIELDS[name].description for name in ("day", "region", "audience")}
    assert meant.items() <= told.items()


def test_every_parameter_stands_in_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, default, allowed, meaning in parameters.described():
        assert f"| `{name}` | {default} | {allowed} | {meaning} |" in readme


def test_the_panel_has_a_control_for_each_parameter_with_a_title(opened):
    shown = opened().panel()
    assert set(shown.controls) == set(panel.TITLES) and len(shown.controls) == 7


def test_every_filter_is_a_parameter():
    assert set(FILTERS) <= set(parameters.FIELDS)


@pytest.mark.parametrize("door", [explore.open, explore.Study.with_, explore.Study.where])
def test_the_door_shows_its_keywords(door):
    shown = inspect.signature(door).parameters
    assert set(parameters.FIELDS) <= set(shown)
    assert shown["lang"].annotation == parameters.FIELDS["lang"].annotation


def test_a_default_within_its_limits_is_read_from_text():
    asked = parameters.parse({"grace_days": "90", "thresholds": "LF1=0.4, LF3=2"})
    assert asked.grace_days == 90 and asked.thresholds == {"LF1": 0.4, "LF3": 2}
    assert isinstance(asked.thresholds["LF3"], int)
    with pytest.raises(Refused, match="did you mean LF1"):
        parameters.parse({"thresholds": {"FL1": 0.4}})
    with pytest.raises(Refused, match="from 0 to 1"):
        parameters.parse({"thresholds": "LF1=40"})


# ---- a notebook heeds what it is run with, or is refused
@pytest.mark.usefixtures("released_of_f8")
def test_a_notebook_that_takes_a_parameter_obeys(desk, typed):
    """Whether it is declared plainly, with its type or with a comment too."""
    source = 'data = "tiny"\nlang: str = "en"\nregion = ""\ngrace_days: int = 180\n'
    source += 'audience: str = "team"  # who reads it'
    file = cells(desk / "one.ipynb", source, '"F8"')
    given = ("run", "--data", "raw", "--notebook", file, "--lang", "en", "--region", "Bretagne")
    asked = ("-p", "grace_days=90", "--audience", "partners", "--out", "out")
    code, _said, wrong = typed(*given, *asked)
    assert (code, wrong) == (0, [])
    told = json.loads((desk / "out/figures/F8.json").read_text(encoding="utf-8"))
    executed = (desk / "out/notebooks/one.ipynb").read_text(encoding="utf-8")
    assert "Bretagne" in told["scope"] and "grace_days = 90" in executed
    # and partners see neither relations nor a small number
    assert not (desk / "out/relations.csv").exists()
    lines = pd.read_csv(desk / "out/figures/F8.csv", dtype=str)
    assert not lines[["yes", "no", "unknown", "known"]].isin(["1", "2", "3", "4"]).any(axis=None)


@pytest.mark.parametrize(
    "source",
    [
        'data = "tiny"\nlang = "fr"',
        'data = "tiny"\nlang = "fr"\n# region = ""\naudience = "team"',
        'data = "tiny"\nlang = "fr"\nnote = """\nregion = """\naudience = "team"',
        'data = "tiny"\nlang = "fr"\nregion: str\naudience = "team"',
    ],
)
def test_a_notebook_that_takes_no_region_is_refused_before_it_runs(desk, typed, source):
    file = cells(desk / "one.ipynb", source, '"F8"')
    given = ("run", "--data", "raw", "--notebook", file, "--region", "Bretagne")
    code, _said, wrong = typed(*given, "--audience", "partners", "--out", "out")
    assert code == 2 and 'region: str = ""  # keep one region' in wrong[0]
    assert not (desk / "out").exists() and not (desk / "data").exists()


def test_a_report_by_region_needs_notebooks_that_take_it(desk, typed):
    file = cells(desk / "one.ipynb", 'data = "tiny"\nlang = "fr"\nlevel = ""', '"F8"')
    code, _said, wrong = typed("run", "--data", "raw", "--notebook", file, "--by", "region")
    assert code == 2 and "does not take the parameter region" in wrong[0]


def test_a_parameter_of_the_notebooks_own_is_given_like_any_other(desk, typed):
    source = 'data = "tiny"\nlang = "fr"\ncut: int = 3  # mine'
    file = tiny.notebook(desk / "one.ipynb", "Mine", '"F8"', last="print('cut', cut + 1)")
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[1]["source"] = source
    notebook.cells[2]["source"] = (
        "from analysis import explore\nstudy = explore.open(**explore.asked(globals()))\nstudy"
    )
    nbformat.write(notebook, file)
    given = ("run", "--data", "raw", "--notebook", file)
    assert typed(*given, "-p", "cut=41", "--out", "out")[0] == 0
    assert "cut 42" in (desk / "out/index.html").read_text(encoding="utf-8")
    code, _said, wrong = typed(*given, "-p", "cut=many", "--out", "out")
    assert code == 2 and "like the notebook's own, 3" in wrong[0]
    code, _said, wrong = typed(*given, "-p", "cot=41", "--out", "out")
    assert code == 2 and "no such parameter" in wrong[0]


def test_what_a_cell_computes_is_taken_and_not_guessed(tmp_path):
    file = tiny.notebook(tmp_path / "one.ipynb", "One")
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[1]["source"] = 'region = "a" + "b"\nday: str = ""\nlevel, kind = "", ""'
    nbformat.write(notebook, file)
    assert notebook_cells.settings(file) == {"region": ..., "day": ""}
    assert notebook_cells.saved([file], set()) == {"day": ""}


# ---- several values, other thresholds
def test_several_values_are_kept(opened):
    study = opened(lang="en")
    both = study.where(region=["Bretagne", "Normandie"])
    apart = [study.where(region=name) for name in ("Bretagne", "Normandie")]
    assert len(both.relations) == sum(len(each.relations) for each in apart) > 0
    assert "region Bretagne, Normandie" in both.scope_line
    department = both.relations["department"].iloc[0]
    kept = both.where(department=department)
    assert set(kept.relations["department"]) == {department} and len(kept.agreements)
    with pytest.raises(Refused, match="did you mean Bretagne"):
        study.where(region=["Normandie", "Bretange"])


def test_a_moved_threshold_moves_the_figure(opened):
    study = opened(lang="en")
    moved = study.with_(thresholds={"LF1": 0.5})
    assert moved.lines["LF1"].sum() < study.lines["LF1"].sum()
    old, new = (each.exhibit("F8").data.set_index("line").loc["LF1"] for each in (study, moved))
    assert new["yes"] < old["yes"]
    assert moved.where(region="Bretagne").conventions["LF1"] == 0.5


@pytest.mark.parametrize("name", ["F23", "F24"])
def test_just_as_many_projects_as_the_bound_are_compared(opened, name):
    study = opened(lang="en")
    count = study.exhibit(name).n
    assert study.with_(thresholds={"comparison_from": count}).exhibit(name).n == count
    above = study.with_(thresholds={"comparison_from": count + 1})
    assert isinstance(above.exhibit(name), Unsupported)


def test_keys_and_columns_in_readme_are_those_declared():
    from analysis.declare.key_numbers import KEY_NUMBERS
    from analysis.layout.study_keys import TABLES, Action, Source, StudyDescription
    from analysis.run import declared_tables

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert declared_tables.with_tables(readme) == readme  # impact-study keys --write README.md
    keys = schema.reference("study_keys").groupby("place")["key"].agg(set)
    held = {
        "study": {*StudyDescription.model_fields} - {*TABLES, "guessed"},
        "source": {*Source.model_fields} - {"guessed"},
        "action": {*Action.model_fields},
    }
    assert {place: keys[place] for place in held} == held
    assert {*keys.index} == {"study", *TABLES}
    (targets,) = (line for line in readme.splitlines() if "`[target]`" in line)
    assert all(name in targets for name in KEY_NUMBERS)
