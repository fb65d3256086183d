"""What was planned beside what was done of it: asked which of them counts, never added up."""

import openpyxl
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]


def drafted(folder, text: str, name: str = "liste.csv") -> str:
    """The draft of a list of which something is asked."""
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(Refused):
        clean.clean(folder, day="2019-12-31")
    return check_data.check(folder).draft


def total(folder, draft: str) -> float:
    """What the agreements add up to once a draft is accepted."""
    (folder / "study.toml").write_text(draft.replace(" # ?", ""), encoding="utf-8")
    agreements = clean.clean(folder, day="2019-12-31").tables["agreements"]
    return agreements["planned_amount_eur"].sum()


STAGES = [
    ("Ligne", "Prévu", "Réalisé"),
    ("Type", "Budget", "Actual"),
    ("Art", "Plan", "Ist"),
    ("Soort", "Begroot", "Gerealiseerd"),
    ("Tipo", "Previsto", "Ejecutado"),
    ("Tipo", "Preventivo", "Consuntivo"),
]


@pytest.mark.parametrize(("header", "planned", "done"), STAGES)
def test_rows_of_plans_beside_those_of_what_was_done_are_asked(tmp_path, header, planned, done):
    lines = [
        f"{name};{stage};{amount};{2 * amount}"
        for name in NAMES
        for stage, amount in ((planned, 1000), (done, 500))
    ]
    draft = drafted(tmp_path, "\n".join([f"Association;{header};2018;2019", *lines]) + "\n")
    assert f'"{header}" = ["{planned}"]' in draft
    assert total(tmp_path, draft) == len(NAMES) * 1500


def test_what_was_committed_counts_and_not_what_was_paid_of_it(tmp_path):
    lines = [
        f"{name};{stage};{amount};2018-03-01"
        for name in NAMES
        for stage, amount in (("Engagé", 1000), ("Versé", 500))
    ]
    draft = drafted(tmp_path, "\n".join(["Association;Ligne;Montant;Date", *lines]) + "\n")
    assert total(tmp_path, draft) == len(NAMES) * 1000


def test_the_planned_amount_beside_the_paid_one_is_asked_and_taken_of_agreements(tmp_path):
    lines = [
        f"{number};{name};Siège;2018-0{number}-01;2018-12-31;{1000 * number};{500 * number}"
        for number, name in enumerate(NAMES, 1)
    ]
    header = "N°;Partenaire;Entité;Début;Fin prévue;Total prévu;Total versé"
    text = "\n".join([header, *lines]) + "\n"
    assert 'amount = "Total versé"  # 500 | 1000 | 1500; une autre' in drafted(tmp_path, text)
    (tmp_path / "liste.csv").unlink()
    draft = drafted(tmp_path, text, name="conventions.csv")
    assert 'planned_amount_eur = "Total prévu"' in draft
    assert total(tmp_path, draft) == 21000


def test_columns_planned_for_the_years_of_what_was_paid_are_asked(tmp_path):
    lines = [f"{name};400;300;600;500" for name in NAMES]
    header = "Association;2018 Prévu;2018 Versé;2019 Prévu;2019 Versé"
    draft = drafted(tmp_path, "\n".join([header, *lines]) + "\n")
    assert total(tmp_path, draft) == len(NAMES) * 800
    planned = draft.replace('amount = "Montant"', 'amount = "Prévu"')
    assert total(tmp_path, planned) == len(NAMES) * 1000


def test_rows_planned_for_one_year_and_done_in_another_are_no_pairs(tmp_path):
    lines = [f"{name};Réalisé;100{place};2017" for place, name in enumerate(NAMES)]
    lines += [f"{name};Engagé;200{place};2018" for place, name in enumerate(NAMES)]
    text = "\n".join(["Association;Ligne;Montant;Année", *lines]) + "\n"
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    assert "leave_out" not in check_data.check(tmp_path).draft


PLANS = ["Prévisionnel 2020", "Forecast 2020", "Planung 2020", "Prospects"]


@pytest.mark.parametrize("plan", PLANS)
def test_agreements_of_a_sheet_of_plans_are_asked(tmp_path, plan):
    book = openpyxl.Workbook()
    for title, year in (("Conventions 2018", 2018), (plan, 2020)):
        sheet = book.create_sheet(title)
        sheet.append(["N°", "Partenaire", "Entité", "Début", "Fin prévue", "Montant"])
        for number, name in enumerate(NAMES, 1):
            days = (f"{year}-0{number}-01", f"{year}-12-31")
            sheet.append([f"{year}-{number}", name, "Siège", *days, 1000 * number])
    book.remove(book.worksheets[0])
    book.save(tmp_path / "conventions.xlsx")
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path, day="2019-12-31")
    assert any(plan in fault.message for fault in refused.value.faults)
    assert total(tmp_path, check_data.check(tmp_path).draft) == 21000
