"""What was planned beside what was done of it: asked which of them counts, never added up."""

import pytest

from analysis import clean
from analysis.layout.agreements.statuses_of_agreements import is_list_of_no_agreements
from analysis.layout.amounts.planned_and_done import rows_of_another_stage
from analysis.layout.payments.commitments_and_payments import payments_by_codes
from analysis.layout.rows.provisional_rows import provisional_by_letter
from analysis.run import check_data
from raw_lists import accepted, block_of
from test_team_habits import workbook

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]


def total(cleaned: clean.Cleaned) -> float:
    return cleaned.tables["agreements"]["planned_amount_eur"].sum()


def checked(folder, text: str, name: str = "liste.csv") -> check_data.Checked:
    """What is checked of a list of which something is asked."""
    (folder / name).write_text(text, encoding="utf-8")
    result = check_data.check(folder)
    assert result.faults
    return result


def answered(folder, draft: str, *answers: tuple[str, str]) -> float:
    """What the agreements add up to once a draft is accepted, but for answers that differ."""
    return total(accepted(folder, draft, *answers, day="2019-12-31"))


STAGES = [
    ("Ligne", "Prévu", "Réalisé"),
    ("Type", "Budget", "Actual"),
    ("Art", "Plan", "Ist"),
    ("Soort", "Begroot", "Gerealiseerd"),
    ("Tipo", "Previsto", "Ejecutado"),
    ("Tipo", "Preventivo", "Consuntivo"),
]


def of_stages(planned: str, done: str, years=("2018", "2018")) -> list[list]:
    """Two rows of each partner, of what was planned and of what was done."""
    planned_and_done = [(planned, 1000, years[0]), (done, 500, years[1])]
    return [[name, *stage] for name in NAMES for stage in planned_and_done]


@pytest.mark.parametrize(("header", "planned", "done"), STAGES)
def test_rows_of_plans_are_seen_beside_those_of_what_was_done(header, planned, done):
    block = block_of(["Association", header, "Montant", "Année"], *of_stages(planned, done))
    columns = {"recipient": ("Association",), "date": ("Année",)}
    assert rows_of_another_stage(block, columns) == {header: [planned]}


def test_rows_planned_for_one_year_and_done_in_another_are_no_pairs():
    rows = of_stages("Engagé", "Réalisé", years=("2018", "2017"))
    block = block_of(["Association", "Ligne", "Montant", "Année"], *rows)
    columns = {"recipient": ("Association",), "date": ("Année",)}
    assert rows_of_another_stage(block, columns) == {}


def test_rows_of_plans_beside_those_of_what_was_done_are_asked(tmp_path):
    rows = of_stages("Prévu", "Réalisé")
    lines = [f"{name};{stage};{amount};{2 * amount}" for name, stage, amount, _year in rows]
    draft = checked(tmp_path, "\n".join(["Association;Ligne;2018;2019", *lines]) + "\n").draft
    assert '"Ligne" = ["Prévu"]' in draft
    assert answered(tmp_path, draft) == len(NAMES) * 1500


def test_what_was_committed_counts_and_not_what_was_paid_of_it(tmp_path):
    lines = [
        ";".join(map(str, row)) for row in of_stages("Engagé", "Versé", years=2 * ("2018-03-01",))
    ]
    draft = checked(tmp_path, "\n".join(["Association;Ligne;Montant;Date", *lines]) + "\n").draft
    assert answered(tmp_path, draft) == len(NAMES) * 1000


def test_the_planned_amount_beside_the_paid_one_is_asked_and_taken_of_agreements(tmp_path):
    lines = [
        f"{number};{name};Siège;2018-0{number}-01;2018-12-31;{1000 * number};{500 * number}"
        for number, name in enumerate(NAMES, 1)
    ]
    header = "N°;Partenaire;Entité;Début;Fin prévue;Total prévu;Total versé"
    text = "\n".join([header, *lines]) + "\n"
    draft = checked(tmp_path, text).draft.replace("\u202f", " ")
    assert 'amount = "Total versé"  # 500 | 1000 | 1500 ; en tout 10 500; une autre' in draft
    assert '"Total prévu": 1000 | 2000 | 3000 ; en tout 21 000' in draft
    (tmp_path / "liste.csv").unlink()
    draft = checked(tmp_path, text, name="conventions.csv").draft
    assert 'planned_amount_eur = "Total prévu"' in draft
    assert answered(tmp_path, draft) == 21000


def test_columns_planned_for_the_years_of_what_was_paid_are_asked(tmp_path):
    lines = [f"{name};400;300;600;500" for name in NAMES]
    header = "Association;2018 Prévu;2018 Versé;2019 Prévu;2019 Versé"
    draft = checked(tmp_path, "\n".join([header, *lines]) + "\n").draft
    assert answered(tmp_path, draft) == len(NAMES) * 800
    of_plans = ('amount = "Montant"', 'amount = "Prévu"')
    assert answered(tmp_path, draft, of_plans) == len(NAMES) * 1000


@pytest.mark.parametrize(
    "plan", ["Prévisionnel 2020", "Forecast 2020", "Planung 2020", "Prospects"]
)
def test_sheets_are_called_plans(plan):
    assert is_list_of_no_agreements(plan)


def test_agreements_of_a_sheet_of_plans_are_asked(tmp_path):
    head = ["N°", "Partenaire", "Entité", "Début", "Fin prévue", "Montant"]
    sheets = {
        title: [head]
        + [
            [f"{year}-{n}", name, "Siège", f"{year}-0{n}-01", f"{year}-12-31", 1000 * n]
            for n, name in enumerate(NAMES, 1)
        ]
        for title, year in (("Conventions 2018", 2018), ("Prospects", 2020))
    }
    result = check_data.check(workbook(tmp_path, sheets, "conventions.xlsx"))
    assert any("Prospects" in fault.message for fault in result.faults)
    assert answered(tmp_path, result.draft) == 21000


AMOUNTS = [1300, 2750, 1300, 5900, 8200, 4600]


def of_two_codes(codes: tuple[str, str], share_paid: float = 1.0) -> list[list]:
    """A list in which each commitment is followed by what was paid of it."""
    rows = []
    for month, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), start=1):
        rows.append([name, codes[0], f"01/0{month}/2018", amount])
        rows.append([name, codes[1], f"01/0{month + 2}/2018", f"{amount * share_paid:g}"])
    return rows


def payments_told(rows: list[list], header: str) -> dict[str, list[str]]:
    """The code of payments under a header."""
    block = block_of(["Association", header, "Date", "Montant"], *rows)
    names = {"recipient": "Association", "date": "Date", "amount": "Montant"}
    return payments_by_codes(block, {column: (name,) for column, name in names.items()})


@pytest.mark.parametrize("share_paid", [1.0, 0.5])
@pytest.mark.parametrize("codes", [("EJ", "DP"), ("ENG", "PAY"), ("C", "P"), ("ENG.", "MAND.")])
def test_a_code_of_accounts_tells_payments(codes, share_paid):
    rows = of_two_codes(codes, share_paid)
    assert payments_told(rows, "Nature") == {"Nature": [codes[1]]}


def test_payments_that_a_code_of_accounts_tells_are_asked(tmp_path):
    lines = [";".join(map(str, row)) for row in of_two_codes(("EJ", "DP"), 0.5)]
    draft = checked(tmp_path, "\n".join(["Association;Nature;Date;Montant", *lines]) + "\n").draft
    assert '"Nature" = ["DP"]' in draft
    assert answered(tmp_path, draft) == sum(AMOUNTS)


def test_unknown_codes_tell_payments_where_both_add_up_to_the_same():
    rows = of_two_codes(("XX", "YY"))
    rows[-1][-1] = 4000  # of 4600
    assert payments_told(rows, "Code") == {"Code": ["YY"]}


def test_unknown_codes_of_other_amounts_tell_no_payments():
    assert payments_told(of_two_codes(("N", "R"), 1.2), "Code") == {}


@pytest.mark.parametrize("nameless", ["EJ", "DP"])
def test_rows_that_name_no_recipient_pay_nothing(nameless):
    rows = [["", *row[1:]] if row[1] == nameless else row for row in of_two_codes(("EJ", "DP"))]
    assert payments_told(rows, "Nature") == {}


LETTERS = [
    ("E/P", "E", "P"),
    ("P/F", "F", "P"),
    ("Type (D/P)", "D", "P"),
    ("A/F", "A", "F"),
    ("D/V", "D", "V"),
    ("Engagé / Prévisionnel", "Eng.", "Prév."),
]


def of_letters(firm: str, provisional: str) -> list[list]:
    """A list in which every third row is provisional."""
    letters = [firm, firm, provisional] * 2
    days = [f"01/0{month}/2018" for month in range(1, 7)]
    return [list(row) for row in zip(NAMES, days, letters, AMOUNTS, strict=True)]


@pytest.mark.parametrize(("header", "firm", "provisional"), LETTERS)
def test_a_letter_may_call_rows_provisional(header, firm, provisional):
    block = block_of(["Association", "Date", header, "Montant"], *of_letters(firm, provisional))
    assert provisional_by_letter(block, {}) == {header: [provisional]}


def test_letters_of_another_pair_call_none_provisional():
    block = block_of(["Association", "Date", "F/I", "Montant"], *of_letters("F", "I"))
    assert provisional_by_letter(block, {}) == {}


def test_rows_that_a_letter_may_call_provisional_are_asked(tmp_path):
    lines = [";".join(map(str, row)) for row in of_letters("E", "P")]
    draft = checked(tmp_path, "\n".join(["Association;Date;E/P;Montant", *lines]) + "\n").draft
    assert '"E/P" = ["P"]' in draft
    assert answered(tmp_path, draft) == sum(AMOUNTS) - AMOUNTS[2] - AMOUNTS[5]


BUDGETS = [("Budget", "Réalisé"), ("Budget", "Réel"), ("Budget", "Actual")]


@pytest.mark.parametrize(("planned", "done"), BUDGETS)
def test_what_was_done_in_all_years_is_offered_as_one_answer(tmp_path, planned, done):
    """Of a single year, or of the plan alone, nothing else would be left to choose."""
    years = range(2015, 2018)
    header = ";".join(f"{year} {stage}" for year in years for stage in (planned, done))
    lines = [
        f"{name};" + ";".join([f"{1500 * n};{1250 * n}"] * 3) for n, name in enumerate(NAMES, 1)
    ]
    draft_of = checked(tmp_path, "\n".join([f"Partenaire;{header}", *lines, ""]))
    assert f'amount = "{planned}" | amount = "{done}"' in str(draft_of.faults[0])
    answer = (f'amount = "{planned}"', f'amount = "{done}"')
    assert answered(tmp_path, draft_of.draft, answer) == 3 * 1250 * sum(range(1, 7))
