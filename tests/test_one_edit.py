"""What a maintainer changes in one place shows everywhere: the tasks of the house, done on a copy of the library."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import analysis
import tiny

LIBRARY = Path(analysis.__file__).parent
SHOWN = """
import json, sys
from pathlib import Path
from analysis import clean, explore
from analysis.exhibits import renewals
from analysis.run import pipeline
clean.write(clean.clean(Path("raw")), Path("cleaned"))
study = explore.open("cleaned", lang="en", shade="dark")
fragile = study.exhibit("F8")
terms = renewals.terms(study)
rendered = pipeline.run(Path("raw"), {"lang": "en"}, out=Path("report"), accept_guesses=True)
print(json.dumps({
    "labels": fragile.data.set_index("line")["label"].to_dict(),
    "yes": fragile.data.set_index("line")["yes"].astype(int).to_dict(),
    "subtitle": fragile.subtitle,
    "svg": fragile.svg(),
    "moved": study.exhibit("F3").svg(),
    "shade": study.parameters.shade,
    "starts": sorted(study.agreements["start"].dt.strftime("%Y-%m-%d"))[:2],
    "officers": sorted(study.agreements["officer"].dropna()),
    "partners": sorted(study.partners["partner_id"]),
    "early": terms["renewed"].astype(str)[study.agreements["agreement_id"] == "A099"].tolist(),
    "auditors": {
        audience: explore.open("cleaned", lang="en", audience=audience).exhibit("F1").data.to_csv()
        for audience in ("team", "directors", "auditors")
    },
    "spanish": explore.open("cleaned", lang="es").exhibit("F8").json(),
    "failures": rendered.failures,
    "pages": {file.name: file.read_text("utf-8") for file in Path("report").glob("*.html")},
}, default=str))
"""
# task: file below the library -> what is replaced by what; nothing is replaced in a new file
EDITS = {
    "threshold": {"reference/conventions.csv": [("LF7,1,kinds", "LF7,2,kinds")]},
    "colour": {"reference/colours.csv": [("durability,#0077bb", "durability,#7700bb")]},
    "parameter": {
        "declare/parameters.py": [
            (
                '    lang: Literal["fr", "en"',
                '    shade: str = Field("", description="a shade")\n    lang: Literal["fr", "en"',
            )
        ]
    },
    "line": {
        "reference/lines.csv": [("LF10,footholds,<=,\n", "LF10,footholds,<=,\nLF11,domains,<=,\n")],
        "reference/conventions.csv": [
            (
                "LS1,7.0",
                "LF11,1,domains,0,20,here,One domain alone,Un seul domaine\nLS1,7.0",
            )
        ],
    },
    "title": {
        "text/en/line_counts.toml": [
            (
                "Share of relations on each line of fragility",
                "How many relations each line of fragility touches",
            )
        ]
    },
    "alias": {
        "reference/headers.csv": [
            (
                "layout,table,column,header\n",
                "layout,table,column,header\nour desk,agreements,start,Demarre chez nous\n",
            )
        ]
    },
    "date form": {
        "parse/date_forms.py": [
            (
                '    rf"^{_Y}\\.?$": "year",',
                '    rf"^{_Y}~{_M}~{_D}$": "day",\n    rf"^{_Y}\\.?$": "year",',
            )
        ]
    },
    "column": {
        "reference/columns.csv": [
            (
                "agreements,entity,",
                "agreements,officer,text,,,,,Chargé,Officer,\nagreements,entity,",
            )
        ]
    },
    "audience": {
        "declare/parameters.py": [
            ('"directors", "partners"]', '"directors", "partners", "auditors"]')
        ],
        "report/released.py": [
            ('"directors", "partners")', '"directors", "partners", "auditors")')
        ],
    },
    "file format": {
        "read/files.py": [
            ('SUFFIXES = (\n    {".csv",', 'SUFFIXES = (\n    {".bars", ".csv",'),
            (
                "    head, source = data[:_HEAD_BYTES], request.source\n",
                "    head, source = data[:_HEAD_BYTES], request.source\n"
                '    if suffix == ".bars":\n'
                "        from analysis.read import bars\n\n"
                "        return bars.from_bars(data, request)\n",
            ),
        ],
        "read/bars.py": [
            (
                "",
                "from analysis.read.delimited import from_text\n\n\n"
                "def from_bars(data, request):\n"
                '    return from_text(data.replace(b" || ", b";"), request)\n',
            )
        ],
    },
    "renewal rule": {
        "reference/conventions.csv": [
            (
                "LS1,7.0",
                "early_days,30,days,0,90,here,Days before a term,Jours avant un terme\nLS1,7.0",
            )
        ],
        "relations/renewal.py": [
            (
                '    starts = rows.loc[may_renew, ["pair", "start"]]',
                '    early = DEFAULTS["early_days"]\n'
                '    terms["date"] -= pd.Timedelta(days=early)\n'
                "    grace_days += early\n"
                '    starts = rows.loc[may_renew, ["pair", "start"]]',
            ),
            (
                "from analysis.relations.agreements import",
                "from analysis.declare.conventions import DEFAULTS\n"
                "from analysis.relations.agreements import",
            ),
        ],
    },
    "figure": {
        "exhibits/line_counts.py": [
            (
                "def F15(study)",
                "def F99(study) -> Exhibit:\n"
                '    words = words_of(study, "F99")\n'
                "    rows = study.relations.groupby('level', as_index=False).size()\n"
                "    facts = {'levels': Count(len(rows))}\n"
                "    draw = marks.on_rows(marks.bars, 'across', shown=lambda data: data.rename(\n"
                "        columns={'level': 'label', 'size': 'value'}))\n"
                "    n = len(study.relations)\n"
                "    return Exhibit.of(words, 'across', rows, draw, n=n, facts=facts)\n\n\n"
                "def F15(study)",
            )
        ],
        **{
            f"text/{lang}/line_counts.toml": [
                (
                    "[F15]\n",
                    '[F99]\nunit = "relations"\ntitle = "{{ levels }} levels"\n'
                    'subtitle = "Relations by level"\nreading = "Of {{ n }}."\nscope = "All."\n'
                    'note = "None."\nalt = "Bars."\n[F99.columns]\nlevel = "Level"\n'
                    'size = "Relations"\n\n[F15]\n',
                )
            ]
            for lang in ("en", "fr")
        },
    },
    "notebook": {"../../notebooks/8_levels.ipynb": []},
    "language": {
        "text/language.py": [('LANGUAGES = ("fr", "en")', 'LANGUAGES = ("fr", "en", "es")')],
        "declare/parameters.py": [('lang: Literal["fr", "en"]', 'lang: Literal["fr", "en", "es"]')],
    },
}
# else one; a cell of a notebook is the second file of a figure
FILES = {"line": 2, "audience": 2, "file format": 2, "renewal rule": 2, "language": 2, "figure": 1}


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> dict:
    """What the edited copy shows of a tiny programme whose files have headers and forms of their own."""
    place = tmp_path_factory.mktemp("house")
    library = place / "src/analysis"
    shutil.copytree(LIBRARY, library, ignore=shutil.ignore_patterns("__pycache__"))
    tiny.notebook(place / "notebooks/8_levels.ipynb", "Levels", '"F99"', lang="en")
    (place / ".impact-study").touch()
    for task, files in EDITS.items():
        for name, replacements in files.items():
            if task == "notebook":
                continue  # a new file, written above
            file = library / name
            text = file.read_text(encoding="utf-8") if file.exists() else ""
            for old, new in replacements:
                assert old in text, name
                text = text.replace(old, new, 1)
            file.write_text(text, encoding="utf-8")
    shutil.copytree(library / "text/en", library / "text/es")
    spanish = library / "text/es/line_counts.toml"
    words = spanish.read_text(encoding="utf-8")
    words = words.replace("How many relations each line", "Cuántas relaciones cada línea")
    spanish.write_text(words, encoding="utf-8")

    raw = place / "raw"
    head, *rows = tiny.agreements()
    first = dict(zip(head, rows[0], strict=True))  # ends on 2014-12-31: the next begins before
    rows[0] = list((first | {"agreement_id": "A099"}).values())
    rows.append(list((first | {"start": "2014-12-10", "planned_end": "2016-12-31"}).values()))
    rows = [
        [value.replace("-", "~") if value[:2] == "20" else value for value in row] for row in rows
    ]
    officers = ["officer", "Ana", *[""] * (len(rows) - 1)]
    head = ["Demarre chez nous" if name == "start" else name for name in head]
    signed = [[*row, officer] for row, officer in zip([head, *rows], officers, strict=True)]
    tiny.programme(raw, signed=signed)
    (raw / "partners.csv").unlink()
    bars = "".join(" || ".join(row) + "\n" for row in tiny.partners())
    (raw / "partners.bars").write_text(bars, encoding="utf-8")
    toml = (raw / "study.toml").read_text(encoding="utf-8").replace("partners.csv", "partners.bars")
    (raw / "study.toml").write_text(toml, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(place / "src")}
    run = subprocess.run(
        [sys.executable, "-c", SHOWN], cwd=place, env=env, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("task", EDITS)
def test_a_task_touches_no_more_files_than_the_house_says(task):
    code = [file for file in EDITS[task] if not file.startswith("text/") or file.endswith(".py")]
    assert len(code or EDITS[task]) == FILES.get(task, 1)


def test_a_threshold_moves_its_sentence(shown):
    assert "two" in shown["labels"]["LF7"].lower()


def test_a_colour_is_declared_once(shown):
    drawn = shown["svg"] + shown["moved"]
    assert "#7700bb" in drawn and "#0077bb" not in drawn


def test_a_parameter_is_declared_once(shown):
    assert shown["shade"] == "dark"


def test_a_line_of_fragility_takes_two_files(shown):
    assert shown["labels"]["LF11"] == "One domain alone" and shown["yes"]["LF11"] >= 0


def test_a_title_is_a_line_of_text(shown):
    assert re.match("How many relations each line of fragility touches", shown["subtitle"])


def test_an_alias_and_a_form_of_dates_are_read(shown):
    assert shown["starts"][0] == "2014-01-01" and len(shown["starts"]) == 2


def test_a_column_is_a_row_of_the_dictionary(shown):
    assert shown["officers"] == ["Ana"]


def test_another_audience_sees_no_more_than_it_may(shown):
    seen = shown["auditors"]
    assert seen["auditors"] == seen["directors"] != seen["team"]


def test_another_format_is_read(shown):
    assert len(shown["partners"]) == 60


def test_another_rule_of_renewal_moves_what_is_renewed(shown):
    assert shown["early"] == ["True"]


def test_a_figure_is_its_function_its_sentences_and_a_cell_of_a_notebook(shown):
    """And a notebook is its file: its page stands in the report."""
    assert not shown["failures"]
    page = shown["pages"]["index.html"]  # the only notebook is the first page
    assert "3 levels" in page and 'id="F99"' in page and "<svg" in page


def test_another_language_is_its_folder_of_text(shown):
    assert "Cuántas relaciones cada línea" in shown["spanish"]["subtitle"]
