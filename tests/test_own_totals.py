"""Amounts that cannot be read, and totals that a list writes below its rows, are told or asked."""

import pandas as pd
import pytest

from analysis import clean
from analysis.clean.amounts import own_totals
from analysis.declare.faults import Refused
from analysis.run import check_data
from analysis.text import formatting

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]
AMOUNTS = ["1 000", "2 500", "700", "4 200", "1 800", "950"]
GRANTED = 11_150


@pytest.fixture(autouse=True)
def in_english():
    formatting.use("en")
    yield
    formatting.use("fr")


def write(folder, amounts: list[str], total: str = "") -> None:
    given = enumerate(zip(NAMES * 9, amounts, strict=False), 1)
    rows = [f"{name};{1 + day % 28:02}/03/2018;{amount}" for day, (name, amount) in given]
    rows += [f"TOTAL;;{total}"] if total else []
    lines = ["Association;Date;Montant attribué (€)", *rows, ""]
    (folder / "liste.csv").write_text("\n".join(lines), encoding="utf-8")


def money(folder) -> float:
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def refused(folder) -> Refused:
    with pytest.raises(Refused) as raised:
        clean.clean(folder)
    assert raised.value.exit_code == 3
    return raised.value


def correct(folder, *values: str) -> None:
    """What a team does: the list that `check --write` gives, filled in."""
    check_data.write_lists(folder, check_data.check(folder, lang="en"))
    file = folder / "corrections.csv"
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(values)
    filled = [f"{line}{value}" for line, value in zip(lines, values, strict=True)]
    file.write_text("\n".join([header, *filled, ""]), encoding="utf-8")


def test_a_total_that_misses_unread_amounts_stops(tmp_path):
    write(tmp_path, [*AMOUNTS[:2], "#REF!", *AMOUNTS[3:]], total="11 150")
    (fault,) = refused(tmp_path).faults
    assert "11,150" in fault.message and "10,450: 700 too little" in fault.message
    assert 'line 4 "#REF!"' in fault.message and "control_total" in fault.message
    correct(tmp_path, "700")
    assert money(tmp_path) == GRANTED


def test_cells_that_are_broken_or_misspelt_are_no_amounts_and_not_as_good_as_blank(tmp_path):
    cells = ["#REF!", "#N/A", "#VALEUR!", "#WERT!", "########", "7O0", "l 500"]
    write(tmp_path, [*AMOUNTS, *cells, *AMOUNTS])
    unread = refused(tmp_path).cells
    assert unread["value"].tolist() == cells


def test_the_total_of_the_books_or_nc_ends_the_question(tmp_path):
    write(tmp_path, [*AMOUNTS[:2], "#REF!", *AMOUNTS[3:]], total="11 150")
    study = tmp_path / "study.toml"
    study.write_text('[study]\nname = "x"\ncontrol_total = 10450\n', encoding="utf-8")
    assert money(tmp_path) == GRANTED - 700
    study.write_text('[study]\nname = "x"\ncontrol_total = 11150\n', encoding="utf-8")
    stopped = refused(tmp_path)
    assert [fault.column for fault in stopped.faults] == ["control_total", ""]
    assert "#REF!" in stopped.faults[1].message and len(stopped.cells)
    study.unlink()
    correct(tmp_path, "NC")
    assert money(tmp_path) == GRANTED - 700


@pytest.mark.parametrize("total", ["11 150", "12 150"])
def test_a_total_that_misses_rows_which_were_all_read_is_a_remark(tmp_path, total):
    write(tmp_path, AMOUNTS, total=total)
    remarks = check_data.check(tmp_path, lang="en").remarks
    assert len(remarks) == (total == "12 150")
    assert all("12,150" in remark and "1,000" in remark for remark in remarks)


def test_the_total_that_is_missed_by_most_stands_for_those_of_its_list():
    rows = [
        ("a.csv", "Sub-total", 500.0, 400.0),
        ("a.csv", "Total", 900.0, 1200.0),
        ("a.csv", "Sub-total", 800.0, 800.5),  # within the tolerance
        ("b.csv", "Total", 1000.0, 700.0),
    ]
    totals = pd.DataFrame(rows, columns=["source", "label", "given", "computed"])
    totals["difference"] = totals["given"] - totals["computed"]
    of_a, of_b = own_totals.remarks_on_totals(totals, 1.0)
    assert "900, its rows add up to 1,200: 300 more (1 more such total)" in of_a
    assert "1,000, its rows add up to 700: 300 less;" in of_b


@pytest.mark.parametrize(
    ("rows", "unread", "is_asked"), [(19, 1, True), (39, 1, True), (50, 2, False), (50, 3, True)]
)
def test_amounts_that_cannot_be_read_are_asked_in_a_short_list_or_beyond_a_few(
    tmp_path, rows, unread, is_asked
):
    amounts = [str(500 + 37 * number) for number in range(rows - unread)]
    write(tmp_path, ["#N/A"] * unread + amounts)
    if is_asked:
        (fault,) = refused(tmp_path).faults
        assert "#N/A" in fault.message and "line 2" in fault.message
        return
    cells = clean.clean(tmp_path).quarantine
    assert cells[cells["column"] == "amount"]["value"].tolist() == ["#N/A"] * unread


def test_words_for_nothing_known_are_not_asked(tmp_path):
    write(tmp_path, [*AMOUNTS, "NC", "n.d.", "-", ""])
    assert money(tmp_path) == GRANTED


def test_the_call_of_a_note_is_no_part_of_an_amount(tmp_path):
    write(tmp_path, ["700¹ €", "700 ² €", "700³", "700 €¹", "700 (1)"], total="3 500 €")
    assert money(tmp_path) == 3500


# ---- rows without a date
def write_undated(folder, amount: int, above: str = "", below: str = "") -> None:
    """Forty grants of 100 and one without a date, with a total above or below them."""
    rows = [f"Club {n};{1 + n % 28:02}/03/2018;100" for n in range(40)]
    rows += [f"Ohne Datum;;{amount}", *filter(None, [below])]
    head = [above, "", "Verein;Datum;Betrag (€)"] if above else ["Verein;Datum;Betrag (€)"]
    (folder / "liste.csv").write_text("\n".join([*head, *rows, ""]), encoding="utf-8")


@pytest.mark.parametrize(
    ("amount", "above", "below"),
    [
        (50, "Totaal;;4050", ""),
        (50, "", "TOTAL;;4050"),
        (50, "Gesamt: 4.050 €;;", ""),
    ],
)
def test_rows_without_a_date_that_a_total_counts_are_asked(tmp_path, amount, above, below):
    write_undated(tmp_path, amount, above, below)
    (fault,) = refused(tmp_path).faults
    assert f"1 row, {amount} in all, bears no date" in fault.message
    assert "though the list counts them" in fault.message
    assert '"Datum" = [""]' in fault.message


@pytest.mark.parametrize("below", ["", "TOTAL;;4000"])
def test_a_row_without_a_date_that_no_total_counts_is_told(tmp_path, below):
    write_undated(tmp_path, 50, below=below)
    assert money(tmp_path) == 4000


@pytest.mark.parametrize(("undated", "amount"), [(2, 9000), (4, 20)])
def test_rows_of_a_short_list_without_a_date_that_are_several_are_asked(tmp_path, undated, amount):
    rows = [f"Club {n};{1 + n % 28:02}/03/2018;100" for n in range(30)]
    rows += [f"Ohne Datum {n};;{amount}" for n in range(undated)]
    (tmp_path / "liste.csv").write_text("\n".join(["Verein;Datum;Betrag (€)", *rows, ""]))
    checked = check_data.check(tmp_path, lang="en")
    (fault,) = checked.faults
    assert "no date and" in fault.message and "though the list" not in fault.message
    assert 'blank_cells = "unknown"' in fault.message  # the answer where nobody knows
    assert '(line 32 "Ohne Datum 0", line 33 "Ohne Datum 1"' in fault.message
    lacking = [str(32 + n) for n in range(undated)]
    assert checked.to_mend["line"].tolist() == lacking
    assert set(checked.to_mend["column"]) == {"Datum"}
    draft = checked.draft
    (tmp_path / "study.toml").write_text(draft + '\n[source.leave_out]\n"Datum" = [""]\n')
    assert money(tmp_path) == 3000


def test_rows_of_a_long_list_without_a_date_are_told(tmp_path):
    rows = [f"Club {n};{1 + n % 28:02}/03/2018;100" for n in range(50)]
    rows += [f"Ohne Datum {n};;100" for n in range(4)]
    (tmp_path / "liste.csv").write_text("\n".join(["Verein;Datum;Betrag (€)", *rows, ""]))
    assert any(
        "4 rows without a date that can be read (400" in text
        for text in clean.clean(tmp_path).remarks
    )


@pytest.mark.parametrize("other", ["base_date", "Erfasst (Datum)"])
def test_another_column_of_dates_may_date_rows_without_one(tmp_path, other):
    rows = [f"Club {n};{'' if n % 4 else '02/03/2018'};05/02/2018;100" for n in range(40)]
    header = f"Verein;Beginn;{other};Betrag (€)"
    (tmp_path / "liste.csv").write_text("\n".join([header, *rows, ""]))
    (fault,) = refused(tmp_path).faults
    assert f'date = ["Beginn", "{other}"]' in fault.message


def test_the_day_on_which_a_record_was_changed_dates_no_row(tmp_path):
    rows = [
        f"Club {n};{f'{1 + n % 28:02}/03/2018' if n % 4 else ''};05/02/2018;100" for n in range(36)
    ]
    header = "Verein;Datum;Geändert am (Datum);Betrag (€)"
    (tmp_path / "liste.csv").write_text("\n".join([header, *rows, ""]))
    (fault,) = refused(tmp_path).faults
    assert "bear no date" in fault.message


@pytest.mark.parametrize(
    ("label", "days"),
    [
        *(("TOTAL", ";Signature;Début"), ("TOTAL", "")),
        *(("Total général", ";Signature;Début"), ("Sous-total", "")),
    ],
)
def test_a_total_of_each_column_of_a_year_is_that_of_its_column(tmp_path, label, days):
    signed = {  # what each is dated by is not the year of its column
        "Club nautique": ";12/10/2020;01/01/2021" if days else "",
        "Foyer rural": ";02/09/2022;01/10/2022" if days else "",
        "Recyclerie": ";12/06/2023;01/07/2023" if days else "",
    }
    amounts = ["12000;12000;12000;", ";1500;6000;4500", ";;5000;10000"]
    lines = [f"Partenaire{days.replace('Signature', 'Date de signature')};2021;2022;2023;2024"]
    lines += [f"{name}{signed[name]};{own}" for name, own in zip(signed, amounts, strict=True)]
    lines.append(f"{label}{';;' if days else ''};12000;13500;23000;15500")
    (tmp_path / "liste.csv").write_text("\n".join(lines), encoding="utf-8")
    study = clean.clean(tmp_path)
    assert study.tables["contributions"]["value_eur"].sum() == 63_000
    (told,) = [remark for remark in study.remarks if label in remark]
    assert "15,500" in told and "14,500" in told and "more such" not in told


def agreements_with(folder, last: list[object]):
    lines = ["N° convention;Partenaire;Direction;Date de début;Date de fin prévue;Montant (€)"]
    for number, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1):
        lines.append(f"C{number};{name};DR;{number:02}/01/2016;31/12/2017;{amount}")
    lines.append(";".join(map(str, last)))
    (folder / "conventions.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return clean.clean(folder, accept_guesses=True).ledger


@pytest.mark.parametrize("last", [["", "", "", "", "", GRANTED], ["", "", "", "", "", "11 150 €"]])
def test_a_total_without_a_label_below_agreements_lacks_no_number(tmp_path, last):
    ledger = agreements_with(tmp_path, last)
    assert ledger.loc[ledger["action"].eq("set aside"), "rule"].tolist() == ["total"]


@pytest.mark.parametrize("last", [["", "", "", "", "", 999], ["", "Alpha", "", "", "", GRANTED]])
def test_a_row_of_another_amount_or_of_somebody_is_no_total(tmp_path, last):
    ledger = agreements_with(tmp_path, last)
    assert "total" not in ledger["rule"].tolist()
