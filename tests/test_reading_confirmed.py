"""What is read in all is confirmed by the team before a number is published, unless the columns
are known beforehand."""

from dataclasses import replace

import pytest

from analysis import clean, layout, prepare
from analysis.declare.faults import Refused
from analysis.run import check_data
from analysis.run.clean_tables import clean_folder

LIST = ["Association;Date;Montant", "Emmaüs;01/03/2018;1000", "Judo club;02/03/2018;2500,50"]
MORE = [f"Foyer {number};0{number}/04/2018;{number}00" for number in range(1, 8)]
TOTAL = 1000 + 2500.5 + 2800


@pytest.fixture
def raw(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "liste.csv").write_text("\n".join([*LIST, *MORE, ""]), encoding="utf-8")
    return folder


def state(folder, *lines: str) -> None:
    text = "\n".join(["[study]", 'name = "exports"', *lines, ""])
    (folder / "study.toml").write_text(text, encoding="utf-8")


def study_toml(folder) -> str:
    return (folder / "study.toml").read_text(encoding="utf-8")


def test_no_table_is_written_before_the_total_is_confirmed(raw, typed):
    command = ("clean", "--data", raw, "--out", "tables", "-p", "lang=en")
    code, _said, complaints = typed(*command)
    assert code == 3 and not (raw.parent / "tables").exists()
    (question,) = [line for line in complaints if "control_total" in line]
    assert "9 grants with 9 partners, from 1 March 2018 to" in question
    assert "for 6,300.50" in question and "control_total = 6300.5" in question
    state(raw, "control_total = 6300.5")
    assert typed(*command)[0] == 0
    state(raw, "control_total = 6400.5")
    code, _said, complaints = typed(*command)
    assert code == 3 and "100 too little" in complaints[0]


def test_check_drafts_the_total_as_a_guess_that_is_no_answer(raw, typed):
    code, said, complaints = typed("check", raw, "--write", "--lang", "en")
    assert code == 3 and not said and "6,300.50" in complaints[0]
    draft = study_toml(raw)
    assert "control_total = 6300.5 # ?" in draft
    code, said, _complaints = typed("check", raw, "--lang", "en")
    assert code == 3 and any("read 9, kept 9" in line for line in said)
    (raw / "study.toml").write_text(draft.replace("6300.5 # ?", "6300.5"), encoding="utf-8")
    assert typed("check", raw, "--lang", "en")[0] == 0


def test_a_guess_that_rows_added_since_belie_is_asked_anew(raw):
    state(raw, "control_total = 99 # ?")
    (question,) = check_data.check(raw).to_confirm
    assert question.answer == "control_total = 6300.5"


def test_drawn_data_have_no_books(raw):
    state(raw, "synthetic = true")
    assert check_data.check(raw).to_confirm == []


def test_how_many_grants_the_books_hold_is_no_answer_to_how_much(raw):
    state(raw, "control_agreements = 9")
    (question,) = check_data.check(raw).to_confirm
    assert question.answer == "control_total = 6300.5"


def test_grants_without_amounts_are_confirmed_by_their_number(tmp_path):
    lines = "".join(f"C{n};Foyer {n};0{n}/02/2016;3{n % 2}/12/2018;5\n" for n in range(1, 8))
    head = "Référence interne;Organisme;Début de la convention;Fin de la convention;Étoiles\n"
    (tmp_path / "conventions.csv").write_text(head + lines, encoding="utf-8")
    checked = check_data.check(tmp_path)
    assert [question.answer for question in checked.to_confirm] == ["control_agreements = 7"]
    assert "control_agreements = 7 # ?" in checked.draft


def test_what_is_accepted_unconfirmed_is_told_on_every_page(raw):
    (question,) = clean.clean(raw).questions
    accepted = clean.clean(raw, accept_guesses=True)
    assert accepted.questions == [] and accepted.about["guesses"] == [str(question)]


def test_clean_tables_are_not_asked_about_again(raw, tmp_path):
    state(raw, "control_total = 6300.5")
    tables = clean_folder(raw, {}, tmp_path / "tables")
    assert check_data.check(tables).to_confirm == []


KNOWN = {
    "of 360Giving": ("grants", {"recipient": "Recipient Org:Name", "amount": "Amount Awarded"}, ()),
    "of SCDL": ("grants", {"recipient": "nomBeneficiaire", "amount": "montant"}, ()),
    "named as the table": ("grants", {"recipient": "recipient", "amount": "amount"}, ()),
    "of a programme": ("agreements", {"agreement_id": "N° de convention", "start": "Début"}, ()),
    "of a publisher": (
        "grants",
        {"recipient": "Organization", "amount": "Amount", "date": "Date of Award"},
        ("Grant", "Main Topic", "Topics"),
    ),
    "named as the table, with more": (
        "agreements",
        {"agreement_id": "agreement_id", "start": "start"},
        ("how_strong",),
    ),
    "of no money": ("partners", {"name": "Whoever"}, ()),
}
UNKNOWN = {
    "words of grants": ("grants", {"recipient": "Association", "amount": "Montant"}, ()),
    "words of a programme, of a list": (
        "grants",
        {"recipient": "Bénéficiaire", "amount": "Montant"},
        (),
    ),
    "one word too many": ("grants", {"recipient": "nomBeneficiaire", "amount": "Somme nette"}, ()),
    "half of a publisher's": (
        "grants",
        {"recipient": "Organization", "amount": "Amount"},
        ("Grant",),
    ),
    "an own word": ("agreements", {"agreement_id": "Dossier", "start": "Début"}, ()),
    "an alias": ("agreements", {"agreement_id": "Convention", "start": "Début"}, ()),
    "named as the table, with more money": (
        "agreements",
        {"agreement_id": "agreement_id", "planned_amount_eur": "planned_amount_eur"},
        ("amount_paid",),
    ),
    "a publisher's, with more money": (
        "grants",
        {"recipient": "Organization", "amount": "Amount", "date": "Date of Award"},
        ("Grant", "Main Topic", "Amount returned"),
    ),
    "a unit": ("grants", {"recipient": "nomBeneficiaire", "amount": "montant (k€)"}, ()),
    "more money": (
        "grants",
        {"recipient": "nomBeneficiaire", "amount": "montant"},
        ("Montant restitué",),
    ),
}


@pytest.mark.parametrize(
    ("table", "columns", "unread", "is_known"),
    [
        *((*case, True) for case in KNOWN.values()),
        *((*case, False) for case in UNKNOWN.values()),
    ],
    ids=[*KNOWN, *UNKNOWN],
)
def test_headers_that_are_known_beforehand(table, columns, unread, is_known):
    headers = {name: (header,) for name, header in columns.items()}
    assert layout.is_known_list(layout.Mapping("", table, headers, {}, unread)) == is_known


@pytest.mark.parametrize(
    ("changes", "has_titles", "is_known"),
    [
        ({}, False, True),
        ({"constants": {"currency": "EUR"}}, False, True),
        ({"constants": {"date": "2018"}}, False, False),
        ({"split": "funder"}, False, False),
        ({}, True, False),
    ],
    ids=["headers", "currency", "date of its name", "funder of titles", "title or note"],
)
def test_what_headers_do_not_tell_leaves_doubt(changes, has_titles, is_known):
    headers = {"recipient": ("nomBeneficiaire",), "amount": ("montant",)}
    mapping = replace(layout.Mapping("", "grants", headers, {}), **changes)
    assert layout.is_known_list(mapping, has_titles=has_titles) == is_known


def test_a_title_of_a_list_that_follows_a_standard_is_asked_about(tmp_path):
    lines = ["nomAttribuant;dateConvention;nomBeneficiaire;montant", "Ville;2018-03-01;Emmaüs;1000"]
    (tmp_path / "liste.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert check_data.check(tmp_path).to_confirm == []
    (tmp_path / "liste.csv").write_text("\n".join(["Montants annuels", *lines, ""]))
    assert len(check_data.check(tmp_path).to_confirm) == 1


def test_who_makes_the_report_on_the_page_confirms_the_total_above_the_button(
    raw, tmp_path, monkeypatch
):
    page = prepare.open(raw, "en", tmp_path / "reports")
    monkeypatch.setattr(page, "_run", lambda: None)  # the report itself is another test's
    said = "for 6,300.50 (`Montant`). By making the report you confirm that this is what your own"
    assert said in page.state.value and "Read in all: 9 grants" in page.state.value
    page.save()
    assert said in page.state.value and "control_total" not in study_toml(raw)
    page.run()
    assert "confirm" not in page.state.value and "control_total = 6300.5\n" in study_toml(raw)
    assert page.parts["publication"].fields["control_total"].value == 6300.5


def test_a_total_of_the_books_written_on_the_page_stops_what_reads_another(raw, tmp_path):
    page = prepare.open(raw, "en", tmp_path / "reports")
    page.parts["publication"].fields["control_total"].value = 6400.5
    assert "100 too little" in page.state.value and "By making" not in page.state.value


def test_the_page_asks_about_what_a_draft_proposes(raw, tmp_path):
    check = check_data.check(raw)
    check_data.write_draft(raw, check.draft)
    page = prepare.open(raw, "en", tmp_path / "reports")
    assert page.choices.questions == 0 and page.choices.study.control_total == 0
    assert [question.column for question in page.choices.result.questions] == ["control_total"]


def test_a_run_refuses_with_the_question(raw, tmp_path):
    with pytest.raises(Refused) as refused:
        clean_folder(raw, {}, tmp_path / "tables")
    assert [fault.column for fault in refused.value.faults] == ["control_total"]
    assert refused.value.exit_code == 3
