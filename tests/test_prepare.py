"""A team goes from its own workbook to its report without code: on the page that `impact-study prepare` opens."""

import contextlib
import contextvars
import errno
import io
import os
import re
import socket
import subprocess
import sys
import threading
from types import SimpleNamespace

import ipywidgets as widgets
import nbformat
import pytest
from nbclient import NotebookClient

import french_team
import french_workbook
from analysis import clean, prepare
from analysis.prepare.faults_in_words import in_words
from analysis.run import new_project, page_server
from analysis.text import formatting
from test_page import CHROMIUM, QUIET
from test_team_habits import workbook

TOKEN = "team"
REPORTED = ("0_brief", "4_strength")  # the pages that the report of the workbook is looked at in


@pytest.fixture
def raw(tmp_path):
    french_team.write(tmp_path / "raw")
    yield tmp_path / "raw"
    formatting.use("fr")


def field(part, description):
    """The field of a part under a label."""
    rows = part.rows.children if hasattr(part, "rows") else part.children
    fields = [row.children[0] for row in rows if getattr(row, "children", ())]
    (found,) = [each for each in fields if each.description == description]
    return found


def test_choices_on_the_page_are_the_files_beside_the_data(raw, tmp_path):
    page = prepare.open(raw, "fr", tmp_path / "reports")
    assert "0 colonne à confirmer · 1 paire à départager · 1 cellule à corriger" in page.state.value
    columns = page.parts["columns"]
    columns.sheet.value = 2
    field(columns, "Montant versé").value = ""
    assert "31 lignes gardées sur 31.</p>" in columns.outcome.value
    field(columns, "Montant versé").value = "value_eur"
    assert "Total 35\u202f960,00 euros." in columns.outcome.value
    columns.sheet.value = 1
    assert "31\u00a0décembre\u00a02018" in columns.outcome.value
    page.parts["partners"].answer("same")
    field(page.parts["cells"], "Début, ligne 8").value = "28/02/2015"
    page.save()
    assert "0 paire à départager · 0 cellule à corriger" in page.state.value
    result = clean.clean(raw)
    assert len(result.tables["partners"]) == 12  # Clison is Clisson
    assert len(result.tables["agreements"]) == 31  # none is left out
    assert result.tables["contributions"]["value_eur"].sum() == 35_960
    assert result.ledger["action"].eq("corrected").sum() == 1
    again = prepare.open(raw, "en", tmp_path / "reports")
    assert "0 columns to answer · 0 pairs to decide · 0 cells to mend" in again.state.value
    saved = {file.name: file.read_bytes() for file in raw.iterdir() if file.suffix != ".xlsx"}
    assert again.parts["partners"].pairs["answer"].tolist() == ["same"]
    again.choices.save()  # nothing was changed
    assert (raw / "study.toml").read_bytes() == saved["study.toml"]


def test_what_is_asked_stays_asked_until_it_is_answered(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    rows = "".join(f"Asso {n};{1000 + 37 * n};{200 + 91 * n}\n" for n in range(12))
    (raw / "liste.csv").write_text("Machin;Somme A;Somme B\n" + rows, encoding="utf-8")
    page = prepare.open(raw, "en", tmp_path / "reports")
    asked = page.choices.questions
    assert asked
    page.save()
    assert prepare.Choices(raw).questions == asked
    page.run()
    assert "no number is guessed" in page.report.value
    columns = page.parts["columns"]
    for row in list(columns.rows.children):
        row.children[0].value = {"Machin": "recipient", "Somme B": "amount"}.get(
            row.children[0].description, row.children[0].value
        )
    columns.show()
    written = (raw / "study.toml").read_text(encoding="utf-8")
    field(columns, "Date").value = "nobody knows"
    assert not page.save() and "2018-06-27" in page.state.value
    assert (raw / "study.toml").read_text(encoding="utf-8") == written
    field(columns, "Date").value = "2018"
    page.save()
    assert page.choices.questions == 0
    assert clean.clean(raw).tables["contributions"]["value_eur"].sum() == sum(
        200 + 91 * n for n in range(12)
    )


def test_the_first_eight_faults_are_listed_and_the_others_counted():
    formatting.use("en")
    listed = prepare._listed(["no date"] * 10)
    assert listed.count("no date") == 8 and "and 2 more" in listed


def test_the_page_asks_what_only_the_rows_leave_open(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    rows = "".join(f"Chor {n};{n + 2}.{n}40;1{n}.03.2018\n" for n in range(9))
    (raw / "liste.csv").write_text("Wer;Wie viel;Wann\n" + rows, encoding="utf-8")
    page = prepare.open(raw, "en", tmp_path / "reports")
    columns = page.parts["columns"]
    for header, meaning in (("Wer", "recipient"), ("Wie viel", "amount"), ("Wann", "date")):
        field(columns, header).value = meaning
    assert page.choices.questions == 0 and "such as 2.040 thousands" in page.state.value
    field(columns, "Decimal mark").value = "comma"
    assert "thousands" not in page.state.value
    page.save()
    given = sum(1000 * (n + 2) + 100 * n + 40 for n in range(9))
    assert clean.clean(raw).tables["contributions"]["value_eur"].sum() == given


def test_a_blank_cell_is_asked_once_whatever_columns_it_stands_in(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    rows = "".join(f"12/0{n}/2018;Judo {n};1{n}00\n;;2{n}00\n" for n in range(1, 6))
    (raw / "liste.csv").write_text("Date;Association;Montant\n" + rows, encoding="utf-8")
    page = prepare.open(raw, "en", tmp_path / "reports")
    assert page.choices.questions == 1
    field(page.parts["columns"], "Blank cells").value = "above"
    page.save()
    assert page.choices.questions == 0
    assert len(clean.clean(raw).tables["contributions"]) == 5


@pytest.fixture
def gifts_and_a_loan(tmp_path):
    kinds = ["Don", "Prêt", "", *7 * ["Don"]]
    rows = "".join(f"Club {n};1{n}/03/2018;{kind};100\n" for n, kind in enumerate(kinds))
    (tmp_path / "liste.csv").write_text("Association;Date;Nature;Montant\n" + rows, "utf-8")
    return tmp_path


def test_rows_of_no_kind_are_told_apart_from_loans_on_the_page(gifts_and_a_loan):
    page = prepare.open(gifts_and_a_loan, "en", gifts_and_a_loan / "reports")
    answers = field(page.parts["columns"], "Rows “Prêt”")
    assert {"out", "all_out", "count"} <= {value for _text, value in answers.options}
    answers.value = "out"
    page.save()
    given = clean.clean(gifts_and_a_loan).tables["contributions"]
    assert given["value_eur"].sum() == 900


@pytest.mark.parametrize(("answer", "given"), [("all_out", 800), ("count", 1000)])
def test_rows_of_no_kind_are_left_out_or_counted_with_loans(gifts_and_a_loan, answer, given):
    choices = prepare.Choices(gifts_and_a_loan)
    choices.sheets[0].tell_rows("Nature", answer)
    choices.save()
    contributions = clean.clean(gifts_and_a_loan).tables["contributions"]
    assert contributions["value_eur"].sum() == given


def test_money_of_nobody_is_left_out_on_the_page(tmp_path):
    grants = [
        ("Judo club", 1200),
        ("", 777),
        ("Foyer rural", 1900),
        ("Emmaüs", 3100),
        ("Apollo", 50),
    ]
    lines = [f"{name};{amount};1{month}/03/2018" for month, (name, amount) in enumerate(grants)]
    text = "\n".join(["Association;Montant (€);Date", *lines]) + "\n"
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    assert "names nobody" in page.state.value
    answer = field(page.parts["columns"], "Rows that name nobody")
    answer.value = "out"
    assert "names nobody" not in page.state.value
    page.save()
    assert field(page.parts["columns"], "Rows that name nobody").value == "out"
    given = clean.clean(tmp_path).tables["contributions"]["value_eur"].sum()
    assert given == sum(amount for name, amount in grants if name)


def test_each_of_several_lists_shows_the_total_of_its_own_rows(tmp_path):
    for year, last in ((2017, 200), (2018, 110)):
        lines = ["Association;Date;Montant (€)", f"A;01/03/{year};100", f"B;02/03/{year};{last}"]
        (tmp_path / f"subventions {year}.csv").write_text("\n".join(lines), encoding="utf-8")
    choices = prepare.Choices(tmp_path)
    assert [choices.outcome(sheet)["total"] for sheet in choices.sheets] == [300, 210]


def test_next_years_export_is_read_as_this_years(raw):
    choices = prepare.Choices(raw)
    for meaning in ("", "value_eur"):
        choices.sheets[2].choose("Montant versé", meaning)
    choices.save()
    (raw / "suivi.xlsx").rename(raw / "suivi-2019.xlsx")
    again = prepare.Choices(raw)
    assert len(again.sheets) == 4 and len(again.faults) == 4  # the file of before is missed aloud
    assert again.sheets[2].meaning_of("Montant versé") == "value_eur"


def test_pairs_are_answered_by_letters_and_taken_back(tmp_path):
    """One letter a pair, Backspace takes back; what was decided stays when next year's list comes."""
    head = "Bénéficiaire;Montant;Date"
    names = ["Judo Club de Nantes", "Chorale de Rezé", "Foyer des jeunes de Pornic"]
    before = [f"{name};1000;2016-03-01" for name in names]
    after = [f"{name.replace(' de ', ' ')}s;1000;2017-03-01" for name in names]
    raw = tmp_path / "dons"
    raw.mkdir()
    (raw / "dons.csv").write_text("\n".join([head, *before, *after]), encoding="utf-8")
    page = prepare.open(raw, "fr", tmp_path / "reports")
    part = page.parts["partners"]
    answers = lambda: part.pairs["answer"].tolist()
    assert len(part.pairs) == 3 and part.list.value == 0
    part.letter_field.value = "m"
    part.letter_field.value = "mxd"  # x is no answer; letters may come together
    assert answers() == ["same", "different", ""] and part.list.value == 2
    part.letter_field.value = "mx"
    assert answers() == ["same", "", ""] and part.list.value == 1
    part.letter_field.value = "mxpmm"  # the last one finds no pair: it changes none
    assert answers() == ["same", "later", "same"] and part.list.value is None
    assert "Toutes les paires ont une réponse" in part.sides.value
    page.save()
    next_year = [row.upper().replace("2017", "2018") for row in reversed(after)]
    (raw / "dons-2018.csv").write_text("\n".join([head, *next_year]), encoding="utf-8")
    again = prepare.open(raw, "fr", tmp_path / "reports").parts["partners"]
    assert sorted(again.pairs["answer"]) == ["later", "same", "same"]


def test_the_page_lives_in_a_kernel(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    rows = "Judo Club de Nantes;1000;2016-03-01\nJudo Club Nantes;1000;2017-03-01\n"
    (raw / "dons.csv").write_text(f"Bénéficiaire;Montant;Date\n{rows}", encoding="utf-8")
    asked = f"""
from analysis import prepare
page = prepare.open({str(raw)!r}, "fr", {str(tmp_path / "reports")!r})
page"""
    answered = """
page.parts["partners"].answer("different")
page.save()
print(page.state.value)"""
    cells = [nbformat.v4.new_code_cell(source) for source in (asked, answered)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", timeout=300).execute()
    assert "application/vnd.jupyter.widget-view+json" in notebook.cells[0].outputs[0]["data"]
    assert "0 paire à départager" in notebook.cells[1].outputs[-1]["text"]
    assert ";different" in (raw / "partners.csv").read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on the page of a French team's own project: its address and the project."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium (set CHROMIUM to its path), which is not here")
    home = tmp_path_factory.mktemp("team")
    folder = new_project.new(home / "nos-partenariats", "fr")
    french_workbook.write(folder / "data/raw")
    for notebook in (folder / "notebooks").glob("*.ipynb"):
        if notebook.stem not in REPORTED:
            notebook.unlink()
    with contextlib.closing(socket.create_server(("localhost", 0))) as free:
        port = free.getsockname()[1]
    own = {"CONFIG_DIR": "settings", "DATA_DIR": "data", "RUNTIME_DIR": "runtime"}
    env = os.environ | {f"JUPYTER_{name}": str(home / place) for name, place in own.items()}
    env |= {"JUPYTER_PORT": str(port), "JUPYTER_TOKEN": TOKEN, "HOME": str(home)}
    main = "from analysis.run.cli import main; main()"
    command = [sys.executable, "-c", main, "prepare", "--no-browser", "--allow-root"]
    server = subprocess.Popen(
        command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    lines = []
    for line in server.stderr:
        lines.append(line)
        if "The page is ready" in line:
            break
    assert server.poll() is None, "".join(lines)
    rest = threading.Thread(target=server.stderr.read, daemon=True)
    rest.start()
    address = f"http://localhost:{port}/lab/tree/notebooks/explore/prepare.ipynb?token={TOKEN}"
    yield address, folder
    server.terminate()
    server.wait(60)


def test_a_page_whose_kernel_ends_is_opened_and_told(tmp_path):
    """Its browser would wait for ever for a page that no kernel makes, for want of memory say."""
    cell = nbformat.v4.new_code_cell("import os\nos._exit(1)", id="page")
    (tmp_path / page_server.NOTEBOOK).parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / page_server.NOTEBOOK)
    places = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    settings = [
        f"--ServerApp.root_dir={tmp_path}",
        f"--ServerApp.jpserver_extensions={page_server.__name__}=True",
    ]
    command = [sys.executable, "-P", "-m", "jupyter_server", *settings]
    server = subprocess.Popen(
        [*command, "--no-browser", "--allow-root", "--port=0"],
        env=os.environ | places,
        stderr=subprocess.PIPE,
        text=True,
    )
    told = next((line for line in server.stderr if "he page could not be run" in line), "")
    server.kill()  # it starts another kernel just now, and would not hear that it is to stop
    server.wait()
    server.stderr.close()
    assert "its process ended" in told and "localhost" in told


@pytest.mark.browser
def test_from_workbook_to_report_by_the_keyboard(lab):
    api = pytest.importorskip("playwright.sync_api")
    address, folder = lab
    pictures = os.environ.get("PICTURES")

    def picture(page, name):
        if pictures:
            page.screenshot(path=f"{pictures}/{name}.png")

    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(60_000)
        page.goto(address)
        prepared = page.locator(".prepare")
        prepared.get_by_text("1 colonne à confirmer").wait_for()
        picture(page, "columns")
        sheet = prepared.get_by_label("Feuille")
        sheet.focus()
        prepared.get_by_label("Q1 Confiance").wait_for()  # the sheet that has a question
        page.keyboard.press("ArrowUp")
        prepared.get_by_label("Q1 Confiance").wait_for(state="detached")
        page.keyboard.press("ArrowDown")
        prepared.get_by_label("Q1 Confiance").wait_for()
        prepared.get_by_label("Organisme").select_option(label="Code partenaire")
        prepared.get_by_text("0 colonne à").wait_for()
        picture(page, "columns-2")
        prepared.get_by_role("button", name="2. Qui est qui").press("Enter")
        prepared.get_by_role("button", name="Même partenaire").press("Enter")
        prepared.get_by_text(f"· {french_workbook.PAIRS - 1} paire").wait_for()
        letters = prepared.get_by_label("Répondre par lettres")
        letters.press_sequentially("m" * (french_workbook.PAIRS - 1))
        prepared.get_by_text("· 0 paire").wait_for()
        picture(page, "partners")
        prepared.get_by_role("button", name="4. Ce qui sera publié").press("Enter")
        prepared.get_by_label("Titre du rapport").fill("Nos partenariats")
        page.keyboard.press("Tab")
        prepared.get_by_role("button", name="C’est ce jour").press("Enter")
        prepared.get_by_text("le jour à confirmer").wait_for(state="detached")
        picture(page, "publication")
        prepared.get_by_role("button", name="Enregistrer et faire le rapport").press("Enter")
        link = prepared.get_by_role("link", name="Ouvrir le rapport")
        link.wait_for(timeout=400_000)
        picture(page, "report")
        with page.expect_popup() as opened:
            link.press("Enter")
        opened.value.get_by_role("heading", level=1).wait_for()
        picture(opened.value, "brief")
        words = opened.value.locator("body").inner_text()
        brief = re.sub(r"\s", " ", words)  # whatever does not break
        assert "30 %" in brief and "n = 10" in brief  # three of ten whose start is seen
        assert "61 %" in brief and "n = 31" in brief  # nineteen terms of 31 were renewed
        browser.close()
    assert (folder / "reports/nos-partenariats/brief.pdf").is_file()
    reports = folder / "reports/nos-partenariats"
    assert (reports / "figures/T3.csv").is_file()  # who answered; F13 wants ten pairs


@pytest.mark.parametrize(("code", "is_linked"), [(0, True), (1, True), (3, False)])
def test_a_report_is_linked_where_it_was_made(tmp_path, monkeypatch, code, is_linked):
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    made = io.StringIO(f"{tmp_path}/reports/x/index.html\n")
    process = SimpleNamespace(stdout=made, stderr=["2 figures lack data\n"], wait=lambda: code)
    monkeypatch.setattr(prepare.subprocess, "Popen", lambda *_command, **_options: process)
    page._run()
    assert ('href="/files/reports/x/index.html"' in page.report.value) == is_linked
    assert "2 figures lack data" in page.report.value


def test_what_was_written_meanwhile_is_not_written_over(tmp_path):
    lines = "Association;Montant (€);Date\nJudo club;1200;12/03/2018\nJudo-club;900;13/03/2018\n"
    (tmp_path / "liste.csv").write_text(lines, encoding="utf-8")
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    assert page.save()
    by_hand = "file,line,column,value,why,correction\nliste.csv,2,Montant (€),1200,,1300\n"
    corrections = tmp_path / "corrections.csv"
    corrections.write_text(by_hand, encoding="utf-8")
    assert not page.save()
    assert corrections.read_text(encoding="utf-8") == by_hand
    assert "corrections.csv" in page.report.value


def test_a_study_file_of_the_page_takes_the_place_of_none_written_by_hand(tmp_path):
    lines = "Association;Montant (€);Date\nJudo club;1200;12/03/2018\nEmmaüs;900;13/03/2018\n"
    (tmp_path / "liste.csv").write_text(lines, encoding="utf-8")
    study = '# decided on 3 May\n[study]\nname = "clubs"\n'
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    for title in ("Clubs", "Clubs of the town"):
        page = prepare.open(tmp_path, "en", tmp_path / "reports")
        page.choices.study = page.choices.study.model_copy(update={"title": title})
        assert page.save()
    assert (tmp_path / "study.before.toml").read_text(encoding="utf-8") == study


SIDES = ("Structure", "Direction")
DIRECTORY = "Code;Structure;Département\nS1;Les Amis du Bois;33\nS2;Les Amis du Bois;40\nS3;Judo de Dax;40\n"
AGREEMENTS = [
    "N° dossier;Structure;Antenne;Prise d’effet;Échéance;Montant (€)",
    "1;Les Amis du Bois;Nord;01/01/2016;31/12/2016;1000",
    "2;S3;Nord;01/01/2016;31/12/2016;2000",
    "3;Judo de Dax (asso);Nord;01/01/2017;31/12/2018;3000",
    "4;S3;Nord;01/01/2019;31/12/2019;4000",
]


@pytest.fixture
def network(tmp_path):
    """The page of a directory that no header names as one, beside agreements: every column answered."""
    (tmp_path / "repertoire.csv").write_text(DIRECTORY, encoding="utf-8")
    (tmp_path / "conventions.csv").write_text("\n".join(AGREEMENTS), encoding="utf-8")
    page = prepare.open(tmp_path, "fr", tmp_path / "reports")
    by_file = {sheet.source: sheet for sheet in page.choices.sheets}
    by_file["repertoire.csv"].choose_table("partners")
    for name, doubt in list(by_file["conventions.csv"].doubts.items()):
        by_file["conventions.csv"].choose(doubt.headers[0], name)
    page.changed()
    return page


def test_a_sheet_told_to_hold_another_table_is_drafted_as_that_table(network):
    directory = next(sheet for sheet in network.choices.sheets if "repertoire" in sheet.source)
    assert (
        directory.meaning_of("Code") == "partner_id" and directory.meaning_of("Structure") == "name"
    )
    directory.choose_table("events")
    network.changed()
    assert {"agreement_id", "kind"} <= set(directory.doubts)  # what events need is asked
    assert "0 colonne" not in network.state.value


def test_pairs_are_shown_as_soon_as_the_columns_give_them(network):
    pairs = network.parts["partners"].pairs
    assert pairs["partner"].tolist() == ["S3"] or pairs["same_as"].tolist() == ["S3"]
    assert "1 paire à départager" in network.state.value


def test_a_name_borne_by_two_is_asked_of_each_cell_that_bears_it(network):
    cells = network.parts["cells"]
    assert (
        cells.cells["line"].tolist() == ["2"] and "S1 – 33, S2 – 40" in cells.cells["why"].iloc[0]
    )
    assert "S1 – 33" in network.state.value and "corrections.csv" not in network.state.value
    network.run()
    assert "n’est pas lancé" in network.report.value.replace("\u00a0", " ")
    field(cells, "Structure, ligne 2").value = "S2"
    network.parts["partners"].answer("same")
    assert network.save() and not network.choices.faults
    agreements = clean.clean(network.choices.folder).tables["agreements"]
    assert agreements["partner_id"].tolist() == ["S2", "S3", "S3", "S3"]


def test_no_run_begins_before_what_is_read_in_all_was_shown(network, monkeypatch):
    begun = []
    thread = SimpleNamespace(start=lambda: begun.append(True))
    monkeypatch.setattr(prepare.threading, "Thread", lambda **_options: thread)
    field(network.parts["cells"], "Structure, ligne 2").value = "S2"
    network.run()
    assert "pour 10" in network.state.value and not begun
    assert "vérifiez d’abord le total" in network.report.value.replace("\u00a0", " ")
    network.run()
    assert begun == [True]
    assert network.choices.study.control_total == 10_000


def test_a_column_renamed_since_last_year_is_named(network):
    assert network.save()
    renamed = "\n".join(AGREEMENTS).replace("Prise", "Date").replace("4000", "5000")
    folder = network.choices.folder
    (folder / "conventions.csv").write_text(renamed, encoding="utf-8")
    study = folder / "study.toml"
    stated = study.read_text(encoding="utf-8").replace(
        "[study]", "[study]\ncontrol_total = 10000", 1
    )
    study.write_text(stated, encoding="utf-8")
    said = prepare.open(folder, "fr", network.reports).state.value
    assert "lu : &#x27;Prise d" in said.replace(
        "\u00a0", " "
    ) and "écrivez leur nouveau total sous 4" in said.replace("\u00a0", " ")


def test_a_decision_that_contradicts_the_rows_is_told_on_the_page(network):
    assert network.save()
    decided = "partner;same_as;answer\nS1;Les Amis du Bois;même\n"
    (network.choices.folder / "partners.csv").write_text(decided, encoding="utf-8")
    again = prepare.open(network.choices.folder, "fr", network.reports)
    assert "plusieurs partenaires portent ce nom (S1, S2)" in again.state.value


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("qui ? À indiquer dans study.toml : funder = …", "qui ?"),
        ("rien ne le dit ; l’indiquer sous [source.columns]", "rien ne le dit"),
        ("study.toml prend « A » pour le montant", "study.toml prend « A » pour le montant"),
        (
            "des dates. Justes ? À écrire dans corrections.csv",
            "des dates. Justes ? À écrire sous 3.",
        ),
    ],
)
def test_the_page_says_what_is_asked_without_the_file_that_it_writes(message, words):
    formatting.use("fr")
    said = in_words(message).replace("\u202f", " ").replace("\u00a0", " ")
    assert said == words


def test_questions_without_numbers_are_a_survey_where_the_sheet_is_named_as_one(tmp_path):
    book = {
        "Enquête 2022": [
            ["Printemps 2022, de 1 (pas du tout) à 5 (tout à fait)"],
            ["(*) question posée à l’envers"],
            ["Structure", "Antenne", "Qui répond", "Confiance", "Écoute", "Lourdeur (*)"],
            *[
                [f"Club {n}", "Nord", side, n % 5 + 1, 3, n or "NSP"]
                for n in range(6)
                for side in SIDES
            ],
        ]
    }
    workbook(tmp_path, book, "suivi.xlsx")
    page = prepare.open(tmp_path, "fr", tmp_path / "reports")
    (survey,) = page.choices.sheets
    assert survey.content["scale"] == [1, 5] and survey.content["reversed"] == ["Lourdeur (*)"]
    columns = page.parts["columns"]
    for header, meaning in (
        ("Structure", "partner_id"),
        ("Antenne", "entity"),
        ("Qui répond", "side"),
    ):
        survey.choose(header, meaning)
    for question in ("Confiance", "Écoute", "Lourdeur (*)"):
        field(columns, question).value = "relationship"
    assert page.choices.questions == 0
    page.save()
    tables = clean.clean(tmp_path).tables
    assert len(tables["answers"]) == 36 and tables["answers"]["side"].nunique() == 2
    items = tables["items"]
    assert items.loc[items["reversed"], "item"].tolist() == ["Lourdeur (*)"]


def test_what_an_event_of_the_page_shows_is_in_the_language_of_the_page(tmp_path):
    for year in (2017, 2018):
        rows = "".join(f"Club {n};{1000 + 37 * n};{200 + 91 * n + year}\n" for n in range(12))
        (tmp_path / f"list-{year}.csv").write_text("Club;Sum A;Sum B\n" + rows, encoding="utf-8")
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    columns = page.parts["columns"]
    event = lambda call: contextvars.Context().run(call)  # as a kernel answers the page
    event(lambda: setattr(columns.sheet, "value", 1))
    assert field(columns, "Sum B").options[0] == ("(not used)", "")
    assert "still to be answered" in columns.outcome.value


def test_buttons_of_the_page_keep_their_words_where_it_is_narrow(tmp_path):
    (tmp_path / "list.csv").write_text("Club;Date;Amount\nChoir;2018;10\n", encoding="utf-8")
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    for row in [each for each in page.children if isinstance(each, widgets.HBox)]:
        assert row.layout.flex_flow == "row wrap"
        buttons = [each for each in row.children if isinstance(each, widgets.Button)]
        assert buttons and all(each.layout.flex == "0 0 auto" for each in buttons)
    assert page.parts["columns"].sheet.layout.max_width == "100%"


def test_a_folder_that_may_not_be_written_is_said_and_nothing_is_left(tmp_path, monkeypatch):
    (tmp_path / "list.csv").write_text("Club;Date;Amount\nChoir;2018;10\n", encoding="utf-8")
    page = prepare.open(tmp_path, "en", tmp_path / "reports")

    def refuse(*_files):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    assert not page.save()
    assert "study.toml: cannot be written (Permission denied)" in page.report.value
    assert [file.name for file in tmp_path.iterdir()] == ["list.csv"]
