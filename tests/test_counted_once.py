"""Lists that tell of one grant twice, or of what is no grant: read to the exact total, or asked."""

from dataclasses import replace

import pytest

from analysis import clean
from analysis.clean.records.outcomes_of_rows import title_of_each_row
from analysis.layout.headers.header_matching import matched
from analysis.layout.payments.payments_of_grants import payments_of_grants
from analysis.layout.payments.sides_of_transfers import other_sides
from analysis.layout.rows.explained_marks import rows_of_notes
from analysis.layout.rows.outcome_titles import outcome_said
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.read import Aside
from analysis.run import check_data
from analysis.text import formatting
from raw_lists import block, block_of, block_of_lines, counted, grants_kept, rows_read, workbook
from test_false_totals import (
    AMOUNTS,
    GRANTED,
    NAMES,
    answered,
    confirmed,
    money,
    question,
    rows,
    write,
)
from test_sheets_apart import workbook as grants_and


def count(result: clean.Cleaned) -> int:
    return len(result.tables["agreements"])


# ---- payments beside the grants that they pay
PAYMENTS = [
    *(("Entry type", "Commitment", "Payment"), ("Type", "Award", "Instalment 1")),
    *(("Type", "Engagement", "Versement"), ("Buchungsart", "Bewilligung", "Auszahlung")),
    ("Soort", "Verlening", "Voorschot"),
]


def beside_payments(header: str, grant: str, payment: str) -> list[str]:
    """Six grants, and payments of half of each."""
    grants, halves = (
        rows(lambda each: f"{each};{grant}"),
        rows(lambda each: f"{each / 2};{payment}"),
    )
    return [f"Association;Date;Montant;{header}", *grants, *halves]


@pytest.mark.parametrize(("header", "grant", "payment"), PAYMENTS)
def test_words_tell_payments_beside_their_grants(header, grant, payment):
    lines = block_of_lines(beside_payments(header, grant, payment))
    assert rows_in_doubt(lines, matched(lines, "grants")) == {header: [payment]}


def test_payments_beside_their_grants_are_asked(tmp_path):
    head, *lines = beside_payments(*PAYMENTS[0])
    write(tmp_path, head, lines)
    asked, amount = confirmed(tmp_path)
    assert '"Entry type" = ["Payment"]' in asked and amount == GRANTED


def test_the_payment_of_the_first_grant_alone_is_asked(tmp_path):
    grants = rows(lambda each: f"{each};Engagement")
    payment = rows(lambda each: f"{each / 2};Versement")[:1]
    write(tmp_path, "Association;Date;Montant;Type", [*grants, *payment])
    asked, amount = confirmed(tmp_path)
    assert '"Type" = ["Versement"]' in asked
    assert (amount, len(grants_kept(tmp_path))) == (GRANTED, 6)


def test_grants_and_payments_to_others_are_not_asked(tmp_path):
    kinds = {each: "Engagement" if each > 1000 else "Versement" for each in AMOUNTS}
    write(tmp_path, "Association;Date;Montant;Type", rows(lambda each: f"{each};{kinds[each]}"))
    assert counted(tmp_path) == GRANTED


def test_finance_that_is_repayable_is_asked_beside_one_that_is_not(tmp_path):
    kinds = {each: "Repayable" if each == 700 else "Non-repayable" for each in AMOUNTS}
    write(tmp_path, "Association;Date;Montant;Finance", rows(lambda each: f"{each};{kinds[each]}"))
    asked, amount = confirmed(tmp_path)
    assert '"Finance" = ["Repayable"]' in asked and amount == GRANTED - 700


# ---- both sides of one transfer
@pytest.mark.parametrize(
    ("header", "other", "given"),
    [
        *(("OD", "O", "D"), ("Sens", "Crédit", "Débit")),
        *(("Richting", "Van", "Naar"), ("D/C", "C", "D"), ("Flux", "Entrée", "Sortie")),
        *(("Art", "Haben", "Soll"), ("Movimento", "Origem", "Destino")),
    ],
)
def test_words_tell_both_sides_of_a_transfer(header, other, given):
    sides = [*4 * [other], *4 * [given]]
    sides = block(**{header: sides, "Montant": [str(amount) for amount in range(1, 9)]})
    assert other_sides(sides, {"amount": ("Montant",)}) == {header: [other]}


@pytest.mark.parametrize(
    ("header", "other", "given"),
    [("Movimento", "Origem", "Destino"), ("Side", "first ledger", "second ledger")],
)
def test_equal_amounts_tell_both_sides_of_a_transfer(header, other, given):
    amounts = ["1000", "2500", "700", "4200"]
    sides = block(**{header: [*4 * [other], *4 * [given]], "Montant": 2 * amounts})
    assert other_sides(sides, {"amount": ("Montant",)}) == {header: [other]}


@pytest.mark.parametrize("shift", [0.0, 0.005, 0.01])  # euros
def test_amounts_half_a_cent_apart_are_no_sides_of_a_transfer(shift):
    amounts = [0.005, 2500, 700, 4200]
    others = [amounts[0] + shift, *amounts[1:]]
    sides = block(
        Side=[*4 * ["first ledger"], *4 * ["second ledger"]],
        Montant=[f"{amount:.3f}" for amount in (*amounts, *others)],
    )
    are_sides = bool(other_sides(sides, {"amount": ("Montant",)}))
    assert are_sides == (shift == 0)


@pytest.mark.parametrize(("one", "other"), [("Lot 1", "Lot 2"), ("Acompte", "Solde")])
def test_parts_and_payments_of_equal_amounts_are_no_sides_of_a_transfer(one, other):
    amounts = ["1000", "2500", "700", "4200"]
    parts = block(Part=[*4 * [one], *4 * [other]], Montant=2 * amounts)
    assert other_sides(parts, {"amount": ("Montant",)}) == {}


def test_both_sides_of_a_transfer_are_asked(tmp_path):
    lines = [*rows(lambda each: f"{each};O"), *rows(lambda each: f"{each};D")]
    write(tmp_path, "Association;Date;Montant;OD", lines)
    asked, amount = confirmed(tmp_path)
    assert '"OD" = ["O"]' in asked and amount == GRANTED


@pytest.mark.parametrize(
    ("header", "kinds"),
    [("Semestre", ("S1", "S2")), ("Sens", ("O", "N")), ("Axe", ("Sport", "Culture"))],
)
def test_two_kinds_of_grants_are_no_sides(tmp_path, header, kinds):
    kind_by_amount = {each: kinds[each > 1500] for each in AMOUNTS}
    lines = rows(lambda each: f"{each};{kind_by_amount[each]}")
    write(tmp_path, f"Association;Date;Montant;{header}", lines)
    assert counted(tmp_path) == GRANTED


# ---- lists of those who wait
def with_tennis_club(folder, sheet: str):
    """A workbook of grants, and of one to a tennis club on a sheet of its own."""
    grants = [["Bénéficiaire", "Date", "Montant"], ["Tennis club", "2018-03-09", 40]]
    return grants_and(folder, **{sheet: grants})


WAITING = ["Liste complémentaire", "Liste d'attente", "Suppléants", "Reserve list", "Waiting list"]
WAITING += ["Warteliste", "Nachrücker", "Lista di riserva", "Reserva", "Wachtlijst"]


def test_a_list_of_those_who_wait_is_asked(tmp_path):
    assert [outcome_said(name) for name in WAITING] == len(WAITING) * ["undecided"]
    folder = with_tennis_club(tmp_path / "d", WAITING[0])
    asked, without = confirmed(folder)
    assert 'outcome = "undecided" | outcome = "granted"' in asked
    (folder / "study.toml").unlink()
    assert confirmed(folder, 'outcome = "undecided"', 'outcome = "granted"')[1] == without + 40


def test_a_fund_called_reserve_is_no_list_of_those_who_wait(tmp_path):
    funds = ["Réserve parlementaire", "Reserve fund"]
    assert [outcome_said(name) for name in funds] == ["", ""]
    folder = with_tennis_club(tmp_path / "d", funds[0])
    assert counted(folder) == counted(grants_and(tmp_path / "e")) + 40


# ---- payments in a list of their own
def of_grants(header: str, shares: tuple[float, ...] = (1,)) -> list[list]:
    days = range(1, len(shares) + 1)
    given = [
        [name, f"201{8 + day % 2}-0{day}-12", share * amount]
        for name, amount in zip(NAMES, AMOUNTS, strict=True)
        for day, share in zip(days, shares, strict=True)
    ]
    return [["Bénéficiaire", "Date", header], *given]


@pytest.mark.parametrize(
    ("paid", "shares"),
    [
        *(("Montant versé", (0.8, 0.2)), ("Amount paid", (0.5, 0.3))),
        *(("Ausgezahlter Betrag", (1,)), ("Montant versé", (1,))),
    ],
)
def test_payments_in_a_sheet_of_their_own_are_asked(tmp_path, paid, shares):
    sheets = {"Conventions": of_grants("Montant accordé"), "B": of_grants(paid, shares)}
    folder = workbook(tmp_path, sheets)
    asked, amount = confirmed(folder)
    assert 'outcome = "undecided" | outcome = "granted"' in asked
    assert (amount, len(grants_kept(folder))) == (GRANTED, 6)


def test_payments_beside_grants_to_others_are_not_asked(tmp_path):
    others = [["Bénéficiaire", "Date", "Montant accordé"], ["Tennis", "2018-05-05", 90]]
    others += [["Golf", "2018-05-06", 80], ["Chorale", "2018-05-07", 70]]
    folder = workbook(tmp_path, {"A": others, "Versements": of_grants("Montant versé")})
    assert counted(folder) == GRANTED + 240


# ---- which column
@pytest.mark.parametrize(
    ("asked", "granted"),
    [("Demandé", "Accordé"), ("Beantragt", "Bewilligt"), ("Requested", "Awarded")],
)
def test_the_granted_amount_is_taken_below_a_header_of_two_lines(tmp_path, asked, granted):
    lines = [["Association", "Date", "Montant (€)", None], [None, None, asked, granted]]
    lines += [[*row[:2], row[2] + 500, row[2]] for row in of_grants("")[1:]]
    assert counted(workbook(tmp_path, {"A": lines})) == GRANTED


@pytest.mark.parametrize("town", ["Ville", "Commune"])
def test_whose_money_counts_is_asked_beside_a_total_of_funders(tmp_path, town):
    lines = rows(lambda each: f"{each};{each / 2};{each / 4};{1.75 * each}")
    write(tmp_path, f"Porteur;Date;{town};Département;CAF;Total financements", lines)
    taken = 'amount = "Total financements"'
    asked, amount = confirmed(tmp_path, taken, f'amount = "{town}"')
    assert all(f"`{header}`" in asked for header in (town, "Département", "CAF"))
    assert amount == GRANTED


def test_a_town_beside_an_amount_is_a_place(tmp_path):
    write(tmp_path, "Association;Date;Montant;Ville", rows(lambda each: f"{each};Nantes"))
    assert counted(tmp_path) == GRANTED
    assert 'town = "Ville"' in check_data.check(tmp_path).draft


@pytest.mark.parametrize(
    ("header", "cell", "column"),
    [("Nombre de bénéficiaires", 228, "siret"), ("Signature", "2018-03-02", "kind")],
)
def test_cells_bear_out_what_a_column_is(tmp_path, header, cell, column):
    lines = rows(lambda each: f"{each};{cell + each if column == 'siret' else cell}")
    write(tmp_path, f"Association;Date;Montant;{header}", lines)
    grants = rows_read(tmp_path, "grants")
    assert len(grants) == 6 and column not in grants


# ---- in which unit, with which sign
@pytest.mark.parametrize("header", ["amount_pence", "montant_centimes", "Betrag (Cent)"])
def test_amounts_in_hundredths_are_asked(tmp_path, header):
    lines = [f"{name};{day};{100 * amount}" for name, day, amount in of_grants("")[1:]]
    write(tmp_path, f"Association;Date;{header}", lines)
    asked, amount = confirmed(tmp_path, 'unit = "c"', 'unit = "c"')
    assert 'unit = "c" | "1"' in asked and amount == GRANTED


def test_amounts_that_leave_an_account_are_asked(tmp_path):
    write(tmp_path, "Association;Date;Montant", rows(lambda each: f"-{each}"))
    asked, amount = confirmed(tmp_path, 'unit = "-1"', 'unit = "-1"')
    assert 'unit = "-1" | "1"' in asked and amount == GRANTED


def test_receipts_beside_what_leaves_an_account_are_asked(tmp_path):
    received = [f"Trust;09/03/2018;{amount};DONATION RECEIVED" for amount in ("25000", "0.50")]
    lines = [*rows(lambda each: f"-{each};GRANT"), *received]
    write(tmp_path, "Association;Date;Montant;Type", lines)
    checked = check_data.check(tmp_path)
    assert any('"Type" = ["DONATION RECEIVED"]' in fault.message for fault in checked.faults)
    assert 'unit = "-1"' in checked.draft
    (tmp_path / "study.toml").write_text(checked.draft.replace(" # ?", ""), encoding="utf-8")
    assert counted(tmp_path) == GRANTED


def test_money_back_beside_grants_leaves_their_sign(tmp_path):
    write(tmp_path, "Association;Date;Montant", [*rows(str), "Emmaüs;04/05/2018;-100"])
    assert counted(tmp_path) == GRANTED - 100


# ---- an award on each of its instalments
@pytest.mark.parametrize(
    ("whole", "part", "parts"),
    [
        ("Award total", "Payment", 2),
        ("Montant total de la convention", "Tranche annuelle", 3),
    ],
)
def test_an_award_on_each_of_its_instalments_is_asked(tmp_path, whole, part, parts):
    lines = [
        f"{name};2018-0{month}-15;{amount * parts};{amount}"
        for name, amount in zip(NAMES, AMOUNTS, strict=True)
        for month in range(1, parts + 1)
    ]
    write(tmp_path, f"Association;Date;{whole};{part}", lines)
    asked, amount = confirmed(tmp_path, f'amount = "{whole}"', f'amount = "{part}"')
    assert f'amount = "{part}"' in asked and amount == parts * GRANTED


def test_equal_awards_with_advances_are_not_asked(tmp_path):
    lines = [
        f"{name};{year}-05-15;{2 * amount};{amount}"
        for name, amount in zip(NAMES, AMOUNTS, strict=True)
        for year in (2017, 2018)
    ]
    write(tmp_path, "Association;Date;Subvention;Avance", lines)
    assert counted(tmp_path) == 4 * GRANTED


# ---- marks that a note explains
MARKED = AMOUNTS[1] + AMOUNTS[4]


def marked(name: str, amount: int, mark: str) -> str:
    return f"{name}{mark if amount in (AMOUNTS[1], AMOUNTS[4]) else ''}"


def write_marked(folder, mark: str, note: str, place: str) -> None:
    """Six grants of which two bear a mark that a note below explains."""
    lines = [
        f"{marked(name, amount, mark * (place == 'name'))};0{day}/03/2018;"
        f"{marked(str(amount), amount, mark * (place == 'amount'))};"
        f"{marked('', amount, mark * (place == 'cell')).strip()}"
        for day, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1)
    ]
    write(folder, "Association;Date;Montant;Renvoi", [*lines, f"{note};;;"])


@pytest.mark.parametrize(
    ("mark", "note", "place"),
    [
        *((" *", "* subvention refusée", "name"), ("*", "(*) withdrawn", "amount")),
        *(("**", "** abandonnée", "cell"), (" (1)", "(1) abgelehnt", "name")),
    ],
)
def test_rows_whose_mark_a_note_explains_are_asked(tmp_path, mark, note, place):
    write_marked(tmp_path, mark, note, place)
    asked, amount = confirmed(tmp_path)
    assert f'"footnote" = ["{note}"]' in asked and amount == GRANTED - MARKED
    assert f"« {note} » (2 lignes, {formatting.number(MARKED)} en tout) dans une note" in asked


@pytest.mark.parametrize(
    "note", ["* montant arrondi", "** subvention refusée", "Fin *", "* don pluriannuel"]
)
def test_a_mark_that_no_note_says_to_be_no_grant_is_not_asked(tmp_path, note):
    lines = [line.replace(";", " *;", 1) for line in rows(str)]
    write(tmp_path, "Association;Date;Montant", [*lines, f"{note};;"])
    assert counted(tmp_path) == GRANTED


def test_each_row_bears_the_note_that_explains_its_own_mark():
    notes = ["* subvention refusée", "** montant arrondi"]
    names = block(Association=["Alpha", "Bravo *", "Chor **"])
    marked_rows = replace(names, aside=[Aside(5, "title", note) for note in notes])
    assert rows_of_notes(marked_rows).series().fillna("").tolist() == ["", *notes]


def test_rows_whose_mark_a_note_explains_count_where_the_answer_says_so(tmp_path):
    write_marked(tmp_path, "*", "(*) withdrawn", "amount")
    assert confirmed(tmp_path, '["(*) withdrawn"]', "[]")[1] == GRANTED


def test_a_note_above_the_rows_speaks_of_those_that_bear_its_mark(tmp_path):
    lines = [line.replace(";", " *;", 1) if "Judo" in line else line for line in rows(str)]
    write(tmp_path, "* : subvention refusée", ["Association;Date;Montant", *lines])
    asked, amount = confirmed(tmp_path)
    assert "* : subvention refusée" in asked
    assert (amount, len(grants_kept(tmp_path))) == (GRANTED - 1800, 5)


# ---- payments of one grant
@pytest.mark.parametrize(
    ("header", "reference", "parts"),
    [
        ("Type", "N° de dossier", ("Acompte 70 %", "Solde")),
        ("Observations", "N° convention", ("1er versement", "2e versement")),
        ("Art", "Aktenzeichen", ("Abschlag", "Schlusszahlung")),
        ("Concepto", "Expediente", ("Anticipo", "Liquidación")),
        ("Payment type", "Grant ref", ("Advance", "Balance")),
    ],
)
def test_payments_of_one_reference_are_one_grant(tmp_path, header, reference, parts):
    lines = [
        f"{name};{15 + day}/{3 + 6 * later:02}/2018;{amount * share};{part};D{day}"
        for day, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
        for later, (part, share) in enumerate(zip(parts, (0.6, 0.4), strict=True))
        if not (later and day == 5)
    ]
    write(tmp_path, f"Association;Date;Montant;{header};{reference}", lines)
    grants = rows_read(tmp_path, "grants")
    assert (grants["amount"].sum(), grants["reference"].nunique()) == (GRANTED - 380, 6)
    assert grants["~same_reference"].eq("add").sum() == 10


def test_a_title_between_rows_says_that_those_below_were_not_granted(tmp_path):
    titles = ["II - Liste complémentaire", "B. Demandes refusées", "Sous réserve de crédits"]
    titles += ["Pour mémoire : demandes refusées", "Associations non subventionnées"]
    titles += ["Vereine: abgelehnte Anträge"]
    for title in titles:
        grants = block(Association=NAMES[:2])
        grants.aside = [Aside(grants.lines[0], "title", title)]
        assert title_of_each_row(grants).notna().tolist() == [False, True], title
    first, second = rows(str)[:4], rows(str)[4:]
    write(tmp_path, "Association;Date;Montant", [*first, f"{titles[0]};;", *second])
    assert money(clean.clean(tmp_path)) == sum(AMOUNTS[:4])


def test_a_title_between_rows_that_names_requests_is_asked(tmp_path):
    first, second = rows(str)[:4], rows(str)[4:]
    write(tmp_path, "Association;Date;Montant", [*first, "Demandes 2019;;", *second])
    asked, amount = confirmed(tmp_path)
    assert '"title" = ["Demandes 2019"]' in asked and amount == sum(AMOUNTS[:4])


def test_a_title_above_all_rows_that_names_several_outcomes_refuses_none(tmp_path):
    lines = ["Association;Date;Montant", *rows(str)]
    write(tmp_path, "Séance du 3 mars : demandes refusées", lines)
    assert counted(tmp_path) == GRANTED


PAID = [
    ("Acompte convention 2018", "Solde convention 2018"),
    ("1er versement 70 % - projet", "2e versement 30 % - projet"),
    ("Abschlag Förderung 2018", "Schlusszahlung Förderung 2018"),
    ("First instalment, core costs", "Final payment, core costs"),
    ("Acconto progetto", "Saldo progetto"),
]


def write_payments(folder, first: str, last: str, *, turned: bool = False) -> None:
    """Six grants of which the first three are paid in two parts, as their purposes say."""
    lines = [f"{name};{day + 1:02}/03/2018;{a};{first}" for day, (name, a) in enumerate(GIVEN)]
    lines += [f"{name};10/0{2 if turned else 9}/2018;100;{last}" for name, _amount in GIVEN[:3]]
    write(folder, "Association;Date;Montant;Objet", lines)


GIVEN = list(zip(NAMES, AMOUNTS, strict=True))


@pytest.mark.parametrize(("first", "last"), PAID)
def test_an_advance_and_its_balance_that_only_a_text_tells_are_asked(tmp_path, first, last):
    write_payments(tmp_path, first, last)
    assert 'same_reference = "add" | "apart"' in question(tmp_path)


def test_the_team_says_whether_an_advance_and_its_balance_are_one_grant(tmp_path):
    write_payments(tmp_path, *PAID[0])
    for answer, grants in (("add", 6), ("apart", 9)):
        result = answered(tmp_path, 'same_reference = "add"', f'same_reference = "{answer}"')
        assert (money(result), count(result)) == (GRANTED + 300, grants)


def test_a_balance_before_an_advance_or_of_something_else_is_of_another_grant(tmp_path):
    write_payments(tmp_path, *PAID[0], turned=True)
    assert count(clean.clean(tmp_path)) == 9
    write_payments(tmp_path, "Acompte convention 2018", "Solde convention 2017")
    assert count(clean.clean(tmp_path)) == 9


# ---- annexes that break down the amount of an agreement
def with_annexes(ending: str, first: float = 0.6) -> list[str]:
    """Six grants of which three have two annexes below them, that add up to them."""
    lines = []
    for number, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1):
        lines.append(f"2018-{number:03};{name};0{number}/03/2018;{amount}")
        parts = (first * amount, 0.4 * amount) if number % 2 else ()
        for place, part in enumerate(parts, 1):
            lines.append(f"2018-{number:03}{ending}{place};{name};0{number}/03/2018;{part}")
    return lines


@pytest.mark.parametrize("ending", ["/A", "-", " annexe ", "-ANX", "/Anl. ", " lot "])
def test_annexes_that_add_up_to_their_agreement_tell_what_it_is_for(tmp_path, ending):
    is_german = ending == "/Anl. "
    head = "Aktenzeichen;Verein;Datum;Betrag" if is_german else "N° acte;Association;Date;Montant"
    write(tmp_path, head, with_annexes(ending))
    grants = rows_read(tmp_path, "grants")
    assert (grants["amount"].sum(), len(grants)) == (GRANTED, 6)


def test_annexes_of_agreements_are_told_as_parts_of_an_amount(tmp_path):
    write(tmp_path, "N° acte;Association;Date;Montant", with_annexes("/A"))
    result = clean.clean(tmp_path)
    assert (money(result), count(result)) == (GRANTED, 6)
    assert (result.quarantine["rule"] == "part of an amount").sum() == 6


def test_annexes_that_do_not_add_up_are_asked(tmp_path):
    write(tmp_path, "N° acte;Association;Date;Montant", with_annexes("/A", first=0.7))
    assert "same_reference" in question(tmp_path)


@pytest.mark.parametrize(("without_grant", "are_of_grants"), [(2, True), (3, False)])
def test_payments_are_of_grants_where_eight_in_ten_of_those_paid_have_one(
    without_grant, are_of_grants
):
    names = [f"Club {place}" for place in range(10)]
    rows = [[name, "Commitment", 1000] for name in names[without_grant:]]
    rows += [[name, "Payment", 500] for name in names]
    listed = block_of(["Recipient", "Kind", "Amount"], *rows)
    kinds = payments_of_grants(listed, {"recipient": ("Recipient",)})
    assert kinds == ({"Kind": ["Payment"]} if are_of_grants else {})
