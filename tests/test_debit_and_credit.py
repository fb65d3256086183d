"""Ledgers that write what was paid and what came back in two columns."""

import pytest

from analysis import clean
from analysis.layout.amounts.debit_and_credit import take_debit_and_credit
from analysis.layout.headers.header_matching import match
from analysis.layout.mapping import LESS
from analysis.prepare.choices import Choices
from analysis.prepare.columns_part import ColumnsPart
from analysis.run.check_data import check
from raw_lists import accepted, block_of_lines, only_question

PAID = {"Amicale": 10_000, "Bouée": 4_000, "Cabane": 2_500, "Dauphins": 3_250}
CAME_BACK = 1_500

LEDGERS = {
    "blank on the other side": ("Tiers;Date;Débit;Crédit", ""),
    "zero on the other side": ("Lieferant;Buchungsdatum;Soll;Haben", "0,00"),
    "in longer headers": ("Tiers;Date;Montant débit (€);Montant crédit (€)", ""),
}


def ledger(header: str, nothing: str) -> list[str]:
    """The lines of a ledger: four payments, and the refund of a part of one."""
    payments = [
        f"{name};{month:02}/03/2019;{amount},00;{nothing}"
        for month, (name, amount) in enumerate(PAID.items(), start=1)
    ]
    return [header, *payments, f"Bouée;02/06/2019;{nothing};{CAME_BACK},00"]


def write(folder, lines: list[str]):
    (folder / "compte.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


def total(result) -> float:
    return result.tables["contributions"]["value_eur"].sum()


@pytest.mark.parametrize(("header", "nothing"), LEDGERS.values(), ids=LEDGERS)
def test_a_draft_takes_off_what_came_back(tmp_path, header, nothing):
    folder = write(tmp_path, ledger(header, nothing))
    draft = check(folder).draft
    assert total(accepted(folder, draft)) == sum(PAID.values()) - CAME_BACK


def test_the_answer_may_be_the_other_way_round_or_the_debit_alone(tmp_path):
    folder = write(tmp_path, ledger(*LEDGERS["blank on the other side"]))
    checked = check(folder)
    assert '"~less" = "Crédit" | amount = "Crédit"' in only_question(checked)
    debit, less = 'amount = "Débit"', '"~less" = "Crédit"'
    turned = accepted(
        folder, checked.draft, (debit, 'amount = "Crédit"'), (less, '"~less" = "Débit"')
    )
    assert total(turned) == CAME_BACK - sum(PAID.values())
    alone = accepted(folder, checked.draft, (less, "#"))
    assert total(alone) == sum(PAID.values())


def test_a_debit_that_cannot_be_read_stays_unknown_beside_a_blank_credit(tmp_path):
    lines = ledger(*LEDGERS["blank on the other side"])
    folder = write(tmp_path, [*lines, "Écluse;02/07/2019;NC;"])
    agreements = accepted(folder, check(folder).draft).tables["agreements"]
    assert agreements["planned_amount_eur"].isna().sum() == 1


def fields_of(choices) -> dict:
    """The fields of the page of columns, by header."""
    rows = ColumnsPart(choices, lambda: None).rows.children
    return {row.children[0].description: row.children[0] for row in rows}


def test_the_page_takes_off_what_came_back_until_somebody_says_otherwise(tmp_path):
    folder = write(tmp_path, ledger(*LEDGERS["blank on the other side"]))
    choices = Choices(folder)
    fields = fields_of(choices)
    assert fields["Débit"].value == "?" and fields["Crédit"].value == LESS
    fields["Débit"].value = "amount"
    choices.save()
    assert total(clean.clean(folder)) == sum(PAID.values()) - CAME_BACK
    choices = Choices(folder)
    fields_of(choices)["Crédit"].value = ""
    choices.save()
    assert total(clean.clean(folder)) == sum(PAID.values())


OTHERS = {
    "rows that fill both": ["Tiers;Date;Débit;Crédit", "A;01/02/2019;10;4", "B;02/02/2019;7;"],
    "nothing that came back": ["Tiers;Date;Débit;Crédit", "A;01/02/2019;10;", "B;02/02/2019;7;"],
    "an amount beside": [
        "Tiers;Date;Montant;Débit;Crédit",
        "A;01/02/2019;3;10;",
        "B;02/02/2019;4;;7",
    ],
}


@pytest.mark.parametrize("lines", OTHERS.values(), ids=OTHERS)
def test_other_pairs_of_columns_are_no_debit_and_credit(lines):
    found = match(block_of_lines(lines), "grants")
    before = found.columns.copy()
    take_debit_and_credit(found)
    assert found.columns == before


def test_a_debit_is_no_debt(tmp_path):
    """Beside a column of debits alone nothing is taken for the accounts of partners."""
    lines = ["Tiers;Date;Libellé;Débit", "Amicale;01/02/2019;Aide;10", "Bouée;02/02/2019;Aide;7"]
    assert 'debts = "Débit"' not in check(write(tmp_path, lines)).draft


FRENCH_STANDARD = (  # the file of entries that every French company hands to the tax office
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib"
    "|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)


def test_the_file_of_entries_is_asked_of_its_two_sides_alone(tmp_path):
    """Whom an entry names is the account of a supplier, not its label or its journal; when, its own
    day, not the blank one on which it was matched.
    """
    entries = [(name, n, amount, 0) for n, (name, amount) in enumerate(PAID.items(), start=1)]
    entries += [("Bouée", 6, 0, CAME_BACK), ("Amicale", 7, 900, 0)]
    lines = [
        f"ACH|Achats|{n}|20190{n}02|623800|Mécénat|F{name[0]}|{name.upper()}|FA{n}|20190{n}01"
        f"|SUBV {name.upper()} {n}|{debit},00|{credit},00|||20190{n}02||"
        for name, n, debit, credit in entries
    ]
    (tmp_path / "FEC.txt").write_text("\n".join([FRENCH_STANDARD, *lines, ""]), encoding="utf-8")
    checked = check(tmp_path)
    assert 'amount = "Debit" ; "~less" = "Credit"' in only_question(checked)
    cleaned = accepted(tmp_path, checked.draft)
    assert total(cleaned) == sum(PAID.values()) - CAME_BACK + 900
    assert len(cleaned.tables["partners"]) == len(PAID)
    assert set(cleaned.tables["agreements"]["start"].dt.day) == {2}


def test_a_column_that_is_blank_is_proposed_as_no_date(tmp_path):
    lines = [f"Choir {n};;20190{n}02;{1000 + n},50" for n in range(1, 7)]
    write(tmp_path, ["Association;DateLet;Ecriture du;Montant", *lines])
    draft = check(tmp_path).draft
    assert 'date = "Ecriture du"' in draft
