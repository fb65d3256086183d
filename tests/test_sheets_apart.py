"""Sheets beside a list of grants that hold nothing of their own: directories, recapitulations."""

import re

import pytest

import raw_lists
from analysis import clean, layout
from analysis.clean.sheets.sheets_apart import left_out_until_told
from analysis.declare.faults import Refused
from analysis.run import check_data

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]
HEADER = ["Bénéficiaire", "Date", "Montant"]
GRANTS = [
    [name, f"{year}-03-{day:02}", 100 * year - 200_000 + 50 * day]
    for year in (2017, 2018)
    for day, name in enumerate(NAMES, 1)
]
TOTAL = sum(amount for *_, amount in GRANTS)
PARTNERS = [["Code partenaire", "Nom", "SIREN", "Ville"]]
PARTNERS += [[f"P{n}", name, None, "Nantes"] for n, name in enumerate(NAMES)]


def workbook(folder, **sheets: list[list]):
    """A workbook of a list of grants and of other sheets."""
    return raw_lists.workbook(folder, {"Subventions": [HEADER, *GRANTS], **sheets})


def total(folder) -> float:
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def sums(times: float = 1, without: int = 0, more: float = 0) -> list[list]:
    """What each name received in all."""
    rows = [
        [name, times * sum(amount for given, _date, amount in GRANTS if given == name) + more]
        for name in NAMES[without:]
    ]
    return [["Récapitulatif"], ["Partenaire", "Total soutien"], *rows]


def test_a_directory_beside_grants_is_set_aside_and_the_draft_runs(tmp_path):
    folder = workbook(tmp_path / "d", Partenaires=PARTNERS)
    checked = check_data.check(folder)
    assert not checked.faults and "partners" not in checked.draft
    assert any("Partenaires" in line and "annuaire" in line for line in checked.understood)
    assert total(folder) == TOTAL
    (folder / "study.toml").write_text(checked.draft, encoding="utf-8")
    assert total(folder) == TOTAL


def test_two_studies_that_are_stated_are_refused_as_before(tmp_path):
    folder = workbook(tmp_path / "d", Partenaires=PARTNERS)
    source = '[[source]]\nfiles = "suivi.xlsx"\nsheet = "{}"\ntable = "{}"\n'
    stated = source.format("Partenaires", "partners") + source.format("Subventions", "grants")
    (folder / "study.toml").write_text(f'[study]\nname = "d"\n{stated}', encoding="utf-8")
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    assert [fault.rule for fault in refused.value.faults] == ["two studies"]


NO_GRANTS = [
    *("Modèle", "Exemple de saisie", "Template", "Muster", "Borrador"),
    *("Prêts", "Garanties d'emprunt", "Aides en nature", "Marchés publics", "Cotisations 2018"),
    *("Loans", "In kind", "Darlehen", "Préstamos", "Remboursements", "Trop perçus"),
]


def sheets_called(names: list[str]) -> dict[str, list[list]]:
    """A sheet of one grant for each name."""
    return {
        name: [HEADER, [f"Association {n}", f"2018-01-{n:02}", 1000 + n]]
        for n, name in enumerate(names, 1)
    }


def undecided(folder) -> list[str]:
    """The sheets of which a draft, which is confirmed, says that nothing was granted there, all of
    which are asked.
    """
    checked = check_data.check(folder)
    assert checked.faults
    assert all('outcome = "undecided"' in fault.message for fault in checked.faults)
    (folder / "study.toml").write_text(checked.draft.replace(" # ?", ""), encoding="utf-8")
    sources = checked.draft.split("[[source]]")
    return [
        re.search('sheet = "(.*)"', source)[1]
        for source in sources
        if 'outcome = "undecided"' in source
    ]


def test_a_sheet_whose_name_says_that_it_holds_no_grants_is_asked(tmp_path):
    folder = workbook(tmp_path / "d", **sheets_called(NO_GRANTS))
    assert undecided(folder) == NO_GRANTS
    assert total(folder) == TOTAL


def test_a_sheet_of_such_a_name_is_read(tmp_path):
    names = ["Modelage", "Musterstadt", "Test-Achats", "Prêt-à-porter solidaire"]
    assert total(workbook(tmp_path / "d", **sheets_called(names))) == TOTAL + 4010


def test_a_sheet_that_is_left_out_until_told_keeps_its_columns_but_what_was_decided():
    columns = {name: (name,) for name in ("amount", "outcome")}
    mapping = layout.Mapping("study.toml", "grants", columns, {})
    told = left_out_until_told(mapping, "example")
    assert (set(told.columns), told.constants) == ({"amount"}, {"outcome": "undecided"})


@pytest.mark.parametrize("times", [1, 0.001])
def test_sums_of_the_other_sheets_are_a_recapitulation(tmp_path, times):
    folder = workbook(tmp_path / "d", Récap=sums(times))
    checked = check_data.check(folder)
    assert not checked.faults and "Récap" not in checked.draft
    assert any("Récap" in line and "sommes" in line for line in checked.understood)
    assert total(folder) == TOTAL


@pytest.mark.parametrize(
    "sheet",
    [
        sums(more=10),  # other amounts
        sums(without=4),  # too few names
        [["Partenaire", "Total soutien"], *([name, n] for name, _date, n in GRANTS[:6])],
    ],
)
def test_other_amounts_without_dates_are_asked_and_may_be_left_out(tmp_path, sheet):
    """Also those of one year: they may have been given again."""
    folder = workbook(tmp_path / "d", Récap=sheet)
    checked = check_data.check(folder)
    about_date = [str(fault) for fault in checked.faults if "date" in str(fault)]
    assert len(about_date) == 1 and "ôter son [[source]]" in about_date[0]
    lines = checked.draft.split("\n[[source]]")
    kept = [lines[0], *(part for part in lines[1:] if 'sheet = "Récap"' not in part)]
    (folder / "study.toml").write_text("\n[[source]]".join(kept), encoding="utf-8")
    assert total(folder) == TOTAL


def test_a_list_alone_without_dates_is_no_recapitulation(tmp_path):
    lines = ["Bénéficiaire;Montant", *(f"{name};{100 + n}" for n, name in enumerate(NAMES))]
    (tmp_path / "liste.csv").write_text("\n".join(lines), encoding="utf-8")
    (fault,) = check_data.check(tmp_path).faults
    assert "récapituler" not in str(fault)


REQUESTED = [HEADER, *([name, f"2017-01-{day:02}", 900 + day] for day, name in enumerate(NAMES, 1))]


def test_requests_that_only_the_name_of_their_sheet_tells_are_asked(tmp_path):
    names = ["Demandes", "Applications received 2017", "Anträge"]
    requests = {
        name: [HEADER, *([recipient, day, amount + n] for recipient, day, amount in REQUESTED[1:])]
        for n, name in enumerate(names)
    }
    folder = workbook(tmp_path / "d", **requests)
    assert undecided(folder) == names
    assert total(folder) == TOTAL


def test_what_was_granted_upon_requests_is_not_asked(tmp_path):
    granted = [["Bénéficiaire", "Date", "Montant accordé"], *REQUESTED[1:]]
    folder = workbook(tmp_path / "d", Demandes=granted)
    assert total(folder) == TOTAL + sum(amount for *_, amount in REQUESTED[1:])
