"""One run at a time writes a folder, each file belongs to the run that made it, and nothing is replaced in silence."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import bs4
import filelock
import pandas as pd
import pytest

import tiny
from analysis.article.captions import MIME
from analysis.declare.faults import Refused
from analysis.report import binding, last_edition, result_cache
from analysis.run import clean_tables, folders, kept_editions, report_run
from analysis.run import project as projects

MAIN = "from analysis.__main__ import main; main()"
RENDER = ("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out")  # as rendered_desk


def started(desk: Path, *given: str) -> subprocess.Popen:
    """A run of its own, as another person starts it."""
    command = [sys.executable, "-c", MAIN, "run", "--data", "raw", "--notebook", "one.ipynb"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*command, *given], cwd=desk, **pipes)


@pytest.fixture
def paused(desk) -> Path:
    """A desk whose notebook waits until somebody writes into two pipes: `begun`, then `go`."""
    for name in ("begun", "go"):
        os.mkfifo(desk / name)
    last = f"[open({str(desk)!r} + '/' + name).read() for name in ('begun', 'go')]"
    tiny.notebook(desk / "one.ipynb", "The essentials", '"F8"', last=last)
    return desk


def test_a_second_run_on_one_folder_waits_and_then_refuses_another_audience(paused, typed):
    """For the team and for partners, on one --out: what comes out is one of them, whole, and never both."""
    first = started(paused, "--out", "out")
    (paused / "begun").open("w").close()  # opens once the notebook reads: the first run is at work
    code, said, wrong = typed(*RENDER, "--audience", "partners", "--wait", "0")
    assert (code, said) == (2, []) and "another run is writing it" in wrong[0]

    second = started(paused, "--out", "out", "--audience", "partners")
    assert "waiting up to 600 seconds" in second.stderr.readline()
    assert first.poll() is None and not (paused / "out").exists()
    (paused / "go").open("w").close()
    assert first.communicate(timeout=600)[0] == "out/index.html\n"
    said, wrong = second.communicate(timeout=600)
    assert (second.returncode, said) == (2, "")
    assert "audience: team, now partners" in wrong and "--replace" in wrong
    assert binding.foreign_files(paused / "out") == []
    assert json.loads((paused / "out/run.json").read_text())["audience"] == "team"


def test_clean_waits_for_who_writes_the_tables(desk, typed):
    (desk / "data/processed").mkdir(parents=True)
    with filelock.FileLock(desk / "data/processed/.tiny.lock"):
        code, _said, wrong = typed("clean", "--data", "raw", "--wait", "0")
    assert code == 2 and len(wrong) == 1 and "another run is writing it" in wrong[0]
    assert typed("clean", "--data", "raw", "--wait", "0")[0] == 0


# ---- nothing is replaced in silence
@pytest.fixture
def brief(desk) -> tuple:
    """The words of a short run at the desk."""
    tiny.notebook(desk / "one.ipynb", "The essentials", '"F8"')
    return ("run", "--notebook", "one.ipynb")


def test_a_report_for_another_audience_is_replaced_on_purpose_only(rendered_desk, typed):
    partners = (*RENDER, "--audience", "partners")
    before = tiny.files(rendered_desk / "out")
    code, said, wrong = typed(*partners)
    assert (code, said) == (2, []) and len(wrong) == 1
    assert "audience: team, now partners" in wrong[0] and "--out" in wrong[0]
    shutil.copy(rendered_desk / "raw/study.toml", rendered_desk / "mine.toml")
    code, _said, wrong = typed(*RENDER, "--study", "mine.toml")
    assert code == 2 and "study file: none, now mine.toml" in wrong[0]
    assert tiny.files(rendered_desk / "out") == before
    # the record is gone: the report itself still says for whom
    shutil.rmtree(rendered_desk / ".work")
    assert "audience: team, now partners" in typed(*partners)[2][0]
    assert tiny.files(rendered_desk / "out") == before


def test_whether_a_report_is_replaced_is_decided_by_its_origin_or_by_who_asks(tmp_path):
    manifest = {"parameters": {"audience": "team"}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    report = SimpleNamespace(out=tmp_path, origin={"audience": "partners"})
    with pytest.raises(Refused, match="audience: team, now partners"):
        report_run.Report.refuse_to_replace(report, replace=False)
    report_run.Report.refuse_to_replace(report, replace=True)


def test_two_folders_of_one_name_do_not_replace_each_other(desk, typed, brief):
    for place in ("a", "b"):
        raw = tiny.programme(desk / place / "exports")
        text = (raw / "study.toml").read_text(encoding="utf-8")
        (raw / "study.toml").write_text(text.replace('"tiny"', '"exports"'), encoding="utf-8")
    assert typed("clean", "--data", "a/exports")[0] == 0
    tables = tiny.files(desk / "data/processed/exports")
    code, _said, wrong = typed(*brief, "--data", "b/exports")
    assert code == 2 and "data: a/exports, now b/exports" in wrong[0] and "--replace" in wrong[0]
    code, _said, wrong = typed("clean", "--data", "b/exports")
    assert code == 2 and "data: a/exports, now b/exports" in wrong[0]
    code, said, _wrong = typed(*brief, "--data", "b/exports", "--out", "reports/other")
    assert (code, said) == (0, ["reports/other/index.html"])
    assert tiny.files(desk / "data/processed/exports") == tables
    assert (desk / "data/processed/other/agreements.parquet").is_file()
    assert typed(*brief, "--data", "b/exports", "--replace")[0] == 0
    manifest = json.loads((desk / "reports/exports/manifest.json").read_text(encoding="utf-8"))
    assert manifest["raw"] == "b/exports"


# ---- each file belongs to the run that made it
def test_a_report_for_partners_without_its_record_asks_for_its_data(tmp_path, typed):
    (tmp_path / "given-away").mkdir()
    (tmp_path / "given-away/manifest.json").write_text("{}", encoding="utf-8")
    code, _said, wrong = typed("verify", "given-away")
    assert code == 3 and "--data" in wrong[0]


def test_raw_files_that_change_while_they_are_read_stop_the_run(desk, typed, monkeypatch):
    from analysis import clean as cleaning

    read = cleaning.clean

    def written_meanwhile(data, **asked):
        tables = read(data, **asked)
        with (desk / "raw/partners.csv").open("a", encoding="utf-8") as file:
            file.write("P999;Partenaire 999;Bretagne;non\n")
        return tables

    monkeypatch.setattr(cleaning, "clean", written_meanwhile)
    code, _said, wrong = typed("clean", "--data", "raw")
    assert code == 3 and wrong == [
        "partners.csv: changed while it was read; run again once nobody writes it"
    ]
    assert not (desk / "data/processed/tiny").exists()


# ---- what leaves the team
@pytest.mark.usefixtures("released_of_f8")
def test_what_leaves_the_team_tells_no_file_no_folder_and_no_hash_of_its_data(rendered_desk, typed):
    desk = rendered_desk
    tiny.notebook(desk / "one.ipynb", "What it stands on", '"T1"', '"F8"', '"T7"')
    for audience in ("partners", "directors"):
        given = ("run", "--data", "raw", "--notebook", "one.ipynb", "--out", audience)
        assert typed(*given, "--audience", audience)[0] == 0
    manifest = json.loads((desk / "out/manifest.json").read_text(encoding="utf-8"))
    hashes = [manifest["inputs_key"], *manifest["inputs"].values()]
    secrets = [*(held[:12] for held in hashes), str(desk), str(Path.home()), "partners.csv"]
    secrets += ["agreements.csv", sys.prefix, str(projects.PACKAGE)]
    for audience in ("partners", "directors"):
        for name, content in tiny.files(desk / audience).items():
            held = [secret for secret in secrets if secret.encode() in content]
            assert held == [], name


# ---- data are never code
HOSTILE = "open({!r}, 'w').close()"


def test_a_received_folder_executes_nothing(desk, typed, monkeypatch):
    """Modules and notebooks that lie among raw files, where the command is typed, are data."""
    received = tiny.programme(desk / "received")
    mark = desk / "executed"
    one = tiny.notebook(desk / "notebooks/one.ipynb", "The essentials", '"F8"')
    for module in ("pandas", "python_calamine", "analysis", "typer", "ipykernel_launcher"):
        (received / f"{module}.py").write_text(HOSTILE.format(str(mark)), encoding="utf-8")
    tiny.notebook(received / "notebooks/0_brief.ipynb", "Evil", last=HOSTILE.format(str(mark)))
    (received / ".impact-study").touch()
    out = str(desk / "out")
    command = Path(sys.executable).with_name("impact-study")
    for given in (
        ("check", "."),
        ("run", "--data", ".", "--notebook", one, "--out", out),
    ):
        done = subprocess.run([command, *given], cwd=received, capture_output=True, text=True)
        assert not mark.exists(), given
        assert done.returncode == 0, done.stderr
    (received / "matplotlibrc").write_text("backend: module://python_calamine\n")
    monkeypatch.chdir(received)
    assert projects.current(received).notebooks != received / "notebooks"


def test_a_project_is_where_its_marker_is(desk, tmp_path, monkeypatch):
    (desk / "notes").mkdir()
    monkeypatch.chdir(desk / "notes")
    assert projects.current() == (desk, desk / "notebooks")
    (desk / ".impact-study").unlink()
    assert projects.current().notebooks.parent != desk


def test_a_project_whose_notebooks_are_others_than_ours_says_so(desk, typed, capsys, monkeypatch):
    own = sorted(projects.shipped().glob("*.ipynb"))
    for file in own:
        shutil.copy(file, desk / "notebooks")
    copies = [desk / "notebooks" / file.name for file in own]
    brief = copies[0].read_text(encoding="utf-8")
    filtered = brief.replace(r"region: str = \"\"", r"region: str = \"Bretagne\"")
    assert filtered != brief
    copies[0].write_text(filtered, encoding="utf-8")
    report_run.say_own_code(copies)
    assert capsys.readouterr().err == ""
    for slip in (
        brief.replace("from analysis import", "import os, analysis; from analysis import", 1),
        brief.replace(r"region: str = \"\"", r"region: print(1) = \"\""),
        brief.replace(r"region: str = \"\"", r"region: str = print(1)"),
    ):
        copies[0].write_text(slip, encoding="utf-8")
        report_run.say_own_code(copies)
        assert f"{copies[0].name}; their code runs" in capsys.readouterr().err
    shutil.rmtree(desk / "notebooks")
    tiny.desk(desk)
    monkeypatch.setattr(report_run.notebook_jobs, "execute", lambda *jobs, **ways: 1 / 0)
    _code, _said, wrong = typed("run", "--data", "raw")
    assert wrong[0].endswith("0_brief.ipynb, 1_more.ipynb; their code runs with your rights")


@pytest.mark.parametrize("marker", ["", "[]", "5", "[" * 100_000, '{"lang": 5}', "{}"])
def test_a_marker_that_names_no_language_says_french(desk, marker):
    (desk / ".impact-study").write_text(marker, encoding="utf-8")
    assert projects.current().lang == "fr"


def test_terminal_output_holds_no_control_codes(desk, typed):
    (desk / "raw/study.toml").unlink()
    evil = "amount\x1b]0;owned\x07;name\x1b[2J\n1;a\n"
    (desk / "raw/list\x1b[31m.csv").write_text(evil, encoding="utf-8")
    for given in (
        ("check", "raw"),
        ("clean", "--data", "raw"),  # the file gives no row
        ("run", "--data", "no\x1b[2Jwhere"),
    ):
        _code, said, wrong = typed(*given)
        printed = "".join(said + wrong)
        assert "\\x1b" in printed  # the file is named, its codes written out
        assert not set(printed) & {"\x1b", "\x07"}


def test_a_cluster_is_named_by_a_scheme_that_dask_speaks(desk, typed, brief):
    for address in ("http://127.0.0.1:8786", "127.0.0.1:8786", "file:///etc"):
        code, _said, wrong = typed(*brief, "--data", "raw", "--out", "out", "--cluster", address)
        assert code == 2 and len(wrong) == 1 and "tls://" in wrong[0]


# ---- editions
def test_an_edition_of_another_day_is_kept_with_its_bytes_and_listed(desk, typed, brief):
    tiny.notebook(desk / "one.ipynb", "The essentials", '"B1"', '"T8"', '"F3"')
    given = (*brief, "--data", "raw", "--out", "out", "--lang", "en", "-p", "horizon_months=12")
    assert typed(*given, "--day", "2017-06-27")[0] == 0
    before = tiny.files(desk / "out")
    assert b"Edition of" not in before["index.html"]
    code, said, wrong = typed(*given)
    assert (code, said) == (0, ["out/index.html"])
    assert wrong == ["out: the edition of 2017-06-27 is kept in out/editions/2017-06-27"]
    assert tiny.files(desk / "out/editions/2017-06-27") == before
    page = (desk / "out/index.html").read_text(encoding="utf-8")
    last = json.loads(before["figures/T8.json"])["numbers"][0]
    assert page.count("Edition of 27 June 2017") >= 4  # cards, a finding and the curve
    assert f"Edition of 27 June 2017: {last['written']} ({last['interval']})" in page
    assert f"Edition of 27 June 2017: {last['written']} went beyond 12 months" in page.replace(
        "\u00a0", " "
    )
    notebook = (desk / "out/notebooks/one.ipynb").read_text(encoding="utf-8")
    assert "Edition of 27 June 2017" in notebook
    listed = bs4.BeautifulSoup((desk / "out/editions/index.html").read_text(), "html.parser")
    links = [link["href"] for link in listed.table("a")]
    assert links == ["../index.html", "2017-06-27/index.html"]
    assert all((desk / "out/editions" / link).is_file() for link in links)
    kept = typed("verify", "out/editions/2017-06-27")
    assert kept[:2] == (0, ["the report is reproduced"])
    assert typed("compare", "out/editions/2017-06-27", "out", "--out", "compared")[0] == 0

    # the same day again is the same edition; the other stays
    (desk / "out/index.html").unlink()
    assert typed(*given)[2] == [] and (desk / "out/index.html").is_file()
    assert tiny.files(desk / "out/editions/2017-06-27") == before
    assert sorted(file.name for file in (desk / "out/editions").iterdir()) == [
        "2017-06-27",
        "index.html",
    ]


def test_a_report_with_other_parameters_is_replaced_on_purpose_and_verify_names_its_files(
    rendered_desk, typed
):
    desk = rendered_desk
    before = tiny.files(desk / "out")
    of_region = (*RENDER, "--region", "Bretagne")
    code, said, wrong = typed(*of_region)
    assert (code, said) == (2, []) and "parameters: " in wrong[0] and "--replace" in wrong[0]
    code, _said, wrong = typed(*RENDER, "--region", "Bretange")  # the misspelling first
    assert code == 2 and "did you mean Bretagne" in wrong[0] and "--replace" not in wrong[0]
    for other in (("--by", "level"), ("--lang", "en")):
        assert typed(*RENDER, *other)[0] == 2
    assert tiny.files(desk / "out") == before
    shutil.copytree(desk / "out", desk / "whole")
    assert typed(*of_region, "--replace")[0] == 0
    shutil.copy(desk / "whole/index.html", desk / "out/index.html")
    shutil.copy(desk / "whole/relations.csv", desk / "out/whole.csv")
    (desk / "out/brief.pdf").unlink()
    code, said, _wrong = typed("verify", "out")
    assert code == 1 and said == [
        "brief.pdf: gone",
        "index.html: not as it was made",
        "index.html: made by another run, for other parameters or from other data",
        "whole.csv: not of this report",
        "4 difference(s)",  # so that all else is reproduced
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"key": 1, "origin": []}'])
def test_a_record_that_is_no_record_counts_as_none(tmp_path, text):
    out, record = tmp_path / "out", folders.record_of(tmp_path / "out")
    record.parent.mkdir()
    (out / "fr").mkdir(parents=True)
    for file in (record, out / "inputs.json", out / "manifest.json"):
        file.write_text(text, encoding="utf-8")
    assert folders.report_record(out) is None and clean_tables.record_in(out) is None
    assert folders.origin_of_report(out) == {"audience": None}
    assert kept_editions.earlier(out, {}, "2018-06-27") == {}
    record.unlink()
    os.mkfifo(record)
    assert folders.report_record(out) is None
    kept_editions.say_what_is_replaced(out, "2018-06-27", "")


def test_a_record_larger_than_any_run_writes_is_none(tmp_path, monkeypatch):
    (tmp_path / "run.json").write_text('{"files": {}}', encoding="utf-8")
    assert result_cache.read_json(tmp_path / "run.json") == {"files": {}}
    monkeypatch.setattr(result_cache, "RECORD_BYTES", 5)
    assert result_cache.read_json(tmp_path / "run.json") is None


def full_disk(*_files, **_ways):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_an_edition_is_a_folder_of_a_day_with_a_page_and_no_links(tmp_path, monkeypatch):
    out, secret = tmp_path / "out", tmp_path / "secret"
    record = {"key": "", "origin": {}, "chosen": [], "day": "2018-13-01"}
    folders.record_of(out).parent.mkdir()
    result_cache.write_json(folders.record_of(out), record)
    secret.mkdir()
    (secret / "index.html").write_text("secret", encoding="utf-8")
    for name in ("2017-01-01", "2017-13-01", "notes"):
        (out / "editions" / name).mkdir(parents=True)
        (out / "editions" / name / "index.html").write_text("page", encoding="utf-8")
    (out / "editions/2016-01-01").mkdir()
    (out / "editions/2015-01-01").symlink_to(secret)
    edition = out / "editions/2017-01-01"
    assert kept_editions.earlier(out, {}, "2018-06-27") == {"2017-01-01": edition}
    (edition / "figures").mkdir()
    (edition / "figures/F1.csv").symlink_to(secret / "index.html")
    (edition / "notebooks").symlink_to(secret)
    os.mkfifo(edition / "pipe")
    (edition / "manifest.json").write_text('{"edition": "<b>"}', encoding="utf-8")
    with monkeypatch.context() as patched, pytest.raises(OSError) as full:
        patched.setattr(shutil, "copyfile", full_disk)
        kept_editions.carry({"2017-01-01": edition}, out, tmp_path / "lost", "2018-06-27", {})
    assert full.value.errno == errno.ENOSPC
    meta = dict.fromkeys(("study", "about", "inputs", "version", "source"), "")
    meta |= {"day": pd.Timestamp("2018-06-27"), "parameters": {}, "synthetic": False}
    new = tmp_path / "new"
    new.mkdir()
    (new / "index.html").write_text("page", encoding="utf-8")
    kept_editions.carry({"2017-01-01": edition}, out, new, "2018-06-27", meta)
    names = [*tiny.files(new / "editions/2017-01-01")]
    assert names == ["index.html", "manifest.json"]
    assert "&lt;b&gt;" in (new / "editions/index.html").read_text(encoding="utf-8")


def test_a_figure_of_an_earlier_edition_that_says_nothing_whole_said_nothing(tmp_path):
    assert last_edition.read(tmp_path, "2017-06-27") is None
    (tmp_path / "figures").mkdir()
    result_cache.write_json(tmp_path / "manifest.json", {})
    number = {"key": "mean", "value": 1, "written": "1", "interval": "0–2"}
    slips = [{**number, "key": "x"} | {name: None} for name in number]
    whole = {"states": {"survival": 0.5, "n": "many"}, "numbers": [number, 5, *slips]}
    for place, record in enumerate([whole, {"states": 5, "numbers": {}}, {}]):
        result_cache.write_json(tmp_path / f"figures/F{place}.json", record)
    (tmp_path / "figures/F9.json").write_text("[" * 100_000, encoding="utf-8")
    told = last_edition.read(tmp_path, "2017-06-27")
    assert told == ("2017-06-27", {"mean": "1 (0–2)"}, {"survival": 0.5})


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"renewal": 0.55, "renewal.n": 398.0}, "55%"), ({"renewal.n": 398.0}, None)],
)
def test_of_how_many_terms_an_earlier_edition_told_is_no_rate_of_renewal(english, facts, said):
    record = {"kind": "exhibit", "id": "F6", "states": {"renewal": 0.6, "renewal.n": 412.0}}
    data = {MIME: record, "text/html": '<p class="base">412 terms</p>'}
    cell = {"outputs": [{"data": data}]}
    last = last_edition.Last("2017-06-27", {}, facts)
    last_edition.set_beside(SimpleNamespace(cells=[cell]), last)
    assert ("last" in record) == (said is not None) and (said or "") in record.get("last", "")


def test_a_ledger_of_releases_that_cannot_be_read_is_no_empty_one(tmp_path):
    ledger = tmp_path / "tiny.json"
    assert folders.releases_in(ledger) == []
    for text in ('{"releases": [', "[]", "{}"):
        ledger.write_text(text, encoding="utf-8")
        with pytest.raises(Refused, match="put a whole copy there"):
            folders.releases_in(ledger)


@pytest.mark.parametrize(
    "text",
    [
        '{"raw"',
        "[]",
        '{"raw": "raw", "chosen": [1]}',
        '{"raw": 1}',
        '{"raw": "raw", "files": []}',
        '{"raw": "raw"}',
        '{"raw": "raw", "parameters": {}}',
    ],
)
def test_a_manifest_that_is_not_whole_is_refused_in_words(desk, typed, text):
    (desk / "cut").mkdir()
    (desk / "cut/manifest.json").write_text(text, encoding="utf-8")
    code, _said, wrong = typed("verify", "cut")
    assert code == 3 and len(wrong) == 1 and "give another report, or run it again" in wrong[0]
