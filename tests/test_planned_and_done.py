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


AMOUNTS = [1300, 2750, 1300, 5900, 8200, 4600]


def of_two_codes(header: str, codes: tuple[str, str], share_paid: float = 1.0) -> str:
    """A list in which each commitment is followed by what was paid of it."""
    lines = [f"Association;{header};Date;Montant"]
    for month, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), start=1):
        lines.append(f"{name};{codes[0]};01/0{month}/2018;{amount}")
        lines.append(f"{name};{codes[1]};01/0{month + 2}/2018;{amount * share_paid:g}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("share_paid", [1.0, 0.5])
@pytest.mark.parametrize("codes", [("EJ", "DP"), ("ENG", "PAY"), ("C", "P"), ("ENG.", "MAND.")])
def test_payments_that_a_code_of_accounts_tells_are_asked(tmp_path, codes, share_paid):
    draft = drafted(tmp_path, of_two_codes("Nature", codes, share_paid))
    assert f'"Nature" = ["{codes[1]}"]' in draft
    assert total(tmp_path, draft) == sum(AMOUNTS)


def test_unknown_codes_tell_payments_where_both_add_up_to_the_same(tmp_path):
    text = of_two_codes("Code", ("XX", "YY")).replace("YY;01/08/2018;4600", "YY;01/08/2018;4000")
    assert '"Code" = ["YY"]' in drafted(tmp_path, text)


def test_unknown_codes_of_other_amounts_tell_no_payments(tmp_path):
    (tmp_path / "liste.csv").write_text(of_two_codes("Code", ("N", "R"), 1.2), encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2019-12-31").tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == pytest.approx(2.2 * sum(AMOUNTS))


LETTERS = [
    ("E/P", "E", "P"),
    ("P/F", "F", "P"),
    ("Type (D/P)", "D", "P"),
    ("A/F", "A", "F"),
    ("D/V", "D", "V"),
    ("Engagé / Prévisionnel", "Eng.", "Prév."),
]


@pytest.mark.parametrize(("header", "firm", "provisional"), LETTERS)
def test_rows_that_a_letter_may_call_provisional_are_asked(tmp_path, header, firm, provisional):
    lines = [f"Association;Date;{header};Montant"]
    for row, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True)):
        code = provisional if row % 3 == 2 else firm
        lines.append(f"{name};01/0{row + 1}/2018;{code};{amount}")
    draft = drafted(tmp_path, "\n".join(lines) + "\n")
    assert f'"{header}" = ["{provisional}"]' in draft
    assert total(tmp_path, draft) == sum(AMOUNTS) - AMOUNTS[2] - AMOUNTS[5]


def test_letters_of_another_pair_are_not_asked(tmp_path):
    lines = [f"{name};01/02/2018;{'FI'[row % 2]};500" for row, name in enumerate(NAMES)]
    text = "\n".join(["Association;Date;F/I;Montant", *lines, ""])
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    assert len(clean.clean(tmp_path, day="2019-12-31").tables["agreements"]) == len(NAMES)
