"""The command `impact-study`: arguments in, study out. Nothing is imported before it is needed.

Exit codes: 0 done, 1 a notebook failed (the rest is rendered), 2 a parameter, 3 data, 130
interrupted.
"""

import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=(
        "Measure, defend and share how durable, fragile and strong an alliance is: raw exports in, reports out."
    ),
)

option = typer.Option
_RAW = "raw file or folder; default: the project's"
OTHER_STUDY = "a study.toml kept elsewhere than in the data folder"
A_PARAMETER = "a parameter; `impact-study params` lists them"
REPLACE = "replace what was made from other data or for another audience"
CLUSTER = (
    "a Dask scheduler, tls://host:8786 or tcp://127.0.0.1:8786: whoever reaches it runs code as you,"
    " so trust its workers, bind it to the loopback or use TLS"
)
WRITE = "write study.toml, corrections.csv and partners.csv beside the data"
ROOT = "as the administrator, in a container say"
Data = Annotated[Path | None, option("--data", help=_RAW)]
RawFiles = Annotated[Path | None, typer.Argument(help=_RAW)]
StudyFile = Annotated[Path | None, option("--study", help=OTHER_STUDY)]
Given = Annotated[list[str] | None, option("-p", metavar="NAME=VALUE", help=A_PARAMETER)]
Langs = Annotated[
    list[str] | None, option("--lang", help="fr or en; given twice: both, one folder each")
]
Lang = Annotated[str, option("--lang", help="fr or en; default: the project's")]
Guesses = Annotated[
    bool, option("--accept-guesses", help="take the likeliest columns; every page says so")
]
Out = Annotated[Path | None, option("--out", help="folder of the result")]
Replace = Annotated[bool, option("--replace", help=REPLACE)]
Wait = Annotated[
    float, option("--wait", min=0, help="seconds to wait for another run of the same folder")
]
NoBrowser = Annotated[bool, option("--no-browser")]
AllowRoot = Annotated[bool, option("--allow-root", help=ROOT)]


def _raw(data: Path | None) -> Path:
    from analysis.run import project as projects

    return data or projects.current().raw


def _given(pairs: list[str] | None, **named) -> dict[str, object]:
    from analysis.declare.faults import Fault, Refused

    parts = [pair.partition("=") for pair in pairs or []]
    wrong = [name for name, equals, _value in parts if not equals]
    if wrong:
        expected = "expected name=value"
        raise Refused([Fault("-p", None, "", "parameter", pair, expected) for pair in wrong], 2)
    by_name = {name: value for name, _equals, value in parts}
    return by_name | {name: value for name, value in named.items() if value}


@app.command("run")
def run_command(
    data: Data = None,
    day: Annotated[
        str, option(help="observation date, YYYY-MM-DD; blank: the study's own day")
    ] = "",
    lang: Langs = None,
    region: Annotated[str, option(help="keep one region")] = "",
    audience: Annotated[str, option(help="who will read: team, directors or partners")] = "",
    p: Given = None,
    by: Annotated[str, option(help="one report per entity, region, domain, level or partner")] = "",
    notebook: Annotated[
        list[Path] | None, option(help="render these notebooks instead of the study's own")
    ] = None,
    out: Out = None,
    study: StudyFile = None,
    workers: Annotated[int, option(min=0, help="notebooks at once; 0: as many as cores")] = 0,
    cluster: Annotated[str, option(help=CLUSTER)] = "",
    force: Annotated[bool, option("--force", help="clean and compute everything again")] = False,
    resume: Annotated[
        bool, option("--resume", help="take up what an interrupted run had finished")
    ] = False,
    replace: Replace = False,
    accept_guesses: Guesses = False,
    wait: Wait = 600,
) -> None:
    """Raw exports to a rendered study; prints the path of its index."""
    from analysis.run import pipeline as work

    stated_values = _given(p, day=day, region=region, audience=audience)
    result = work.run(
        _raw(data),
        stated_values,
        langs=lang or None,
        out=out,
        by=by,
        notebooks=notebook,
        study_file=study,
        workers=workers,
        cluster=cluster,
        force=force,
        resume=resume,
        replace=replace,
        accept_guesses=accept_guesses,
        wait_seconds=wait,
    )
    for line in result.failures:
        print(line, file=sys.stderr)
    print(result.index)
    raise typer.Exit(1 if result.failures else 0)


@app.command("clean")
def clean_command(
    data: Data = None,
    p: Given = None,
    out: Out = None,
    study: StudyFile = None,
    force: bool = False,
    replace: Replace = False,
    accept_guesses: Guesses = False,
    wait: Wait = 600,
) -> None:
    """Raw exports to clean tables, with their ledger and quarantine; prints their folder."""
    from analysis.run import pipeline as work

    folder = work.clean_folder(
        _raw(data),
        _given(p),
        out=out,
        study_file=study,
        force=force,
        replace=replace,
        accept_guesses=accept_guesses,
        wait_seconds=wait,
    )
    print(folder)


@app.command("check")
def check_command(
    path: RawFiles = None,
    study: StudyFile = None,
    write: Annotated[bool, option("--write", help=WRITE)] = False,
    lang: Lang = "",
) -> None:
    """What is understood of raw files, what stops a run (exit code 3), and a draft study.toml."""
    from analysis.run import check_data
    from analysis.run import project as projects
    from analysis.run.explained import told

    path = _raw(path)
    lang = lang or projects.current(path).lang
    checked = check_data.check(path, study_file=study, lang=lang)
    asked = [*checked.faults, *checked.to_confirm]
    for line in told(asked, checked.remarks):
        print(line, file=sys.stderr)
    if write:
        for line in check_data.write_beside(path, checked):
            print(line, file=sys.stderr)
    else:
        print(checked.draft if checked.faults else "\n".join(checked.understood))
    raise typer.Exit(3 if asked else 0)


@app.command("trace")
def trace_command(
    file: Annotated[str, typer.Argument(help="raw file")],
    line: Annotated[int, typer.Argument(help="line in it")],
    data: Annotated[str, option("--data", help="cleaned study: name or folder")] = "demo",
) -> None:
    """What became of one raw line."""
    from analysis import clean as cleaning
    from analysis.study import cleaned_folder

    print(cleaning.trace(cleaned_folder.locate(data), file, line))


@app.command()
def params() -> None:
    """Every parameter: default, what it may be, what it means."""
    from analysis.declare import parameters

    for name, default, allowed, meaning in parameters.described():
        print(f"{name}\n    default: {default or 'blank'}\n    allowed: {allowed}\n    {meaning}")


@app.command()
def keys(
    write: Annotated[Path | None, option(help="a file whose tables to write again")] = None,
) -> None:
    """Every key of study.toml, and every column of each table."""
    from analysis.run import declared_tables

    if write:
        declared_tables.write_tables(write)
    else:
        print(declared_tables.markdown())


@app.command("compare")
def compare_command(before: Path, after: Path, out: Out = None, lang: Lang = "") -> None:
    """What changed between two editions of a report: data, parameters, numbers, relations."""
    from analysis.run import comparison

    print(comparison.compare_reports(before, after, out=out, lang=lang))


@app.command("verify")
def verify_command(
    report: Annotated[
        Path | None, typer.Argument(help="a report folder; default: the demonstration's reference")
    ] = None,
    keep: Annotated[
        Path | None,
        option(help="if it is reproduced, keep its numbers in this folder as a reference"),
    ] = None,
    data: Annotated[
        Path | None, option(help="the raw files, where the report does not say which they were")
    ] = None,
    study: StudyFile = None,
    notebook: Annotated[
        list[Path] | None,
        option(help="the notebooks that made it, where they are not the project's"),
    ] = None,
) -> None:
    """Re-run a report and name each number that differs."""
    from analysis.run import editions
    from analysis.run import project as projects

    if report is None and keep:
        report = projects.current().reports / "demo"
    differences = editions.verify(report, data, study, notebook)
    for line in differences:
        print(line)
    print(f"{len(differences)} difference(s)" if differences else "the report is reproduced")
    if keep and report and not differences:
        editions.keep(report, keep)
    raise typer.Exit(1 if differences else 0)


@app.command("new")
def new_command(
    folder: Annotated[Path, typer.Argument(help="the folder to lay out")],
    lang: Annotated[str, option(help="fr or en")] = "fr",
) -> None:
    """A project of your own: notebooks, a place for exports, decisions, README; prints its folder."""
    from analysis.run import new_project

    print(new_project.new(folder, lang))


@app.command("prepare")
def prepare_command(
    data: Annotated[Path | None, typer.Argument(help=_RAW.replace("file or ", ""))] = None,
    lang: Lang = "",
    no_browser: NoBrowser = False,
    allow_root: AllowRoot = False,
) -> None:
    """Open a page in JupyterLab: columns, who is who, cells to mend, what is published; the report."""
    from analysis.run import lab_launcher

    raise typer.Exit(lab_launcher.prepare(_raw(data), lang, not no_browser, allow_root))


@app.command()
def lab(lang: Lang = "", no_browser: NoBrowser = False, allow_root: AllowRoot = False) -> None:
    """Open JupyterLab at the guided tour."""
    from analysis.run import lab_launcher

    raise typer.Exit(lab_launcher.open_lab(lang, not no_browser, allow_root))


def main() -> None:
    """Run a command; what is wrong is said in lines, never as a trace."""
    from analysis.run.terminal import PlainStream

    with redirect_stdout(PlainStream(sys.stdout)), redirect_stderr(PlainStream(sys.stderr)):
        try:
            code = app(standalone_mode=False) or 0
        except Exception as failure:
            from analysis.run.explained import explained

            lines, code = explained(failure)
            print("\n".join(lines), file=sys.stderr)
    sys.exit(code)
