"""What gifts in kind are worth ("Valorisation") is no money: asked, and never counted as cash."""

import re

import pytest

from analysis.run import check_data
from raw_lists import accepted, only_question, workbook

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]
AMOUNTS = [1050, 2500, 700, 4200, 1800, 950]
WORTH = 300
HEADERS_OF_WORTH = (
    *("Valorisation", "Montant valorisé", "Valorisation du bénévolat", "Valeur du bénévolat"),
    *("Contributions volontaires en nature", "Mécénat de compétences (€)", "In-kind value (EUR)"),
    "Estimated value of volunteering (EUR)",
)
IN_KIND = [1, 3]  # places of the rows that were given in kind
MONEY = sum(amount for place, amount in enumerate(AMOUNTS) if place not in IN_KIND)


def a_list(folder, headers: str, cells):
    """A list of grants with what `cells` tells of the place and the amount of each."""
    rows = [
        f"{name};0{place + 1}/03/2018;{cells(place, amount)}"
        for place, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
    ]
    lines = [f"Association;Date;{headers}", *rows, ""]
    folder.mkdir()
    (folder / "subventions.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def agreements_sheet(folder, headers: list[str], cells):
    """A workbook of agreements with the same."""
    head = ["N° convention", "Partenaire", "Direction", "Début", "Fin prévue", *headers]
    lines = [
        [f"C{place}", name, "Est", "01/01/2016", "31/12/2018", *cells(place, amount)]
        for place, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
    ]
    return workbook(folder, {"Conventions": [head, *lines]}, "conventions.xlsx")


def money_of(cleaned) -> float:
    return cleaned.tables["agreements"]["planned_amount_eur"].sum()


@pytest.mark.parametrize("header", HEADERS_OF_WORTH)
def test_a_worth_alone_is_asked_and_no_money_is_proposed(tmp_path, header):
    folder = a_list(tmp_path / "list", header, lambda _place, amount: amount)
    checked = check_data.check(folder)
    assert f'amount = "{header}" | amount = ""' in only_question(checked)
    assert_without_money(folder, checked.draft)


@pytest.mark.parametrize("header", HEADERS_OF_WORTH)
def test_a_worth_alone_is_no_amount_of_agreements(tmp_path, header):
    folder = agreements_sheet(tmp_path / "own", [header], lambda _place, amount: [amount])
    checked = check_data.check(folder)
    assert len(checked.faults) == len(re.findall(r"planned_amount_eur = .*# \?", checked.draft))
    assert_without_money(folder, checked.draft)


def assert_without_money(folder, draft: str) -> None:
    agreements = accepted(folder, draft).tables["agreements"]
    assert len(agreements) == len(NAMES) and agreements["planned_amount_eur"].isna().all()


def test_money_of_agreements_comes_before_a_worth(tmp_path):
    headers = ["Mécénat de compétences (€)", "Mécénat financier (€)"]
    folder = agreements_sheet(tmp_path, headers, lambda _place, amount: [WORTH, amount])
    assert money_of(accepted(folder, check_data.check(folder).draft)) == sum(AMOUNTS)


def test_a_worth_within_an_amount_is_asked_with_both_totals_and_taken_off(tmp_path):
    headers, total = ["Aide totale", "dont valorisation"], sum(AMOUNTS)
    with_worth = total + len(NAMES) * WORTH
    folders = (
        a_list(tmp_path / "list", ";".join(headers), lambda _, amount: f"{amount + WORTH};{WORTH}"),
        agreements_sheet(tmp_path / "own", headers, lambda _, amount: [amount + WORTH, WORTH]),
    )
    for folder in folders:
        checked = check_data.check(folder)
        asked = only_question(checked)
        assert f"{with_worth:,}".replace(",", "\u202f") in asked
        assert '"~less" = "dont valor' in asked
        assert money_of(accepted(folder, checked.draft)) == total
        whole = '"~less" = "dont valorisation"'
        assert money_of(accepted(folder, checked.draft, (whole, f"# {whole}"))) == with_worth


ROWS_IN_KIND = {  # header of a column of rows, and what it says of money and of what is in kind
    "kinds of which one is not known": ("Type d’aide", "Subvention", "Valorisation"),
    "a known header of kinds": ("Nature", "Numéraire", "Valorisation"),
    "remarks": ("Observations", "", "montant valorisé (en nature)"),
}


@pytest.mark.parametrize("case", ROWS_IN_KIND)
def test_rows_of_a_worth_are_asked(tmp_path, case):
    header, of_money, in_kind = ROWS_IN_KIND[case]
    says = {True: in_kind, False: of_money}
    folders = (
        a_list(
            tmp_path / "list",
            f"{header};Montant",
            lambda place, amount: f"{says[place in IN_KIND]};{amount}",
        ),
        agreements_sheet(
            tmp_path / "own",
            [header, "Montant"],
            lambda place, amount: [says[place in IN_KIND], amount],
        ),
    )
    for folder in folders:
        checked = check_data.check(folder)
        assert f"« {in_kind} »" in only_question(checked)
        assert money_of(accepted(folder, checked.draft)) == MONEY


def test_rows_of_a_kind_that_is_known_are_asked_and_are_no_cash(tmp_path):
    says = {True: "Valorisation du bénévolat", False: "Subvention"}
    folder = a_list(
        tmp_path / "list",
        "Type d’aide;Montant",
        lambda place, amount: f"{says[place in IN_KIND]};{amount}",
    )
    checked = check_data.check(folder)
    assert f"« {says[True]} »" in only_question(checked)
    contributions = accepted(folder, checked.draft).tables["contributions"]
    assert contributions.groupby("kind")["value_eur"].sum().to_dict() == {
        "cash": MONEY,
        "skills": sum(AMOUNTS) - MONEY,
    }
