"""Rows that are the sum of others, however they are called, and columns that each hold one year."""

import re

import pandas as pd
import pytest

from analysis import clean
from analysis.clean.amounts.totals import total_rows
from analysis.declare.faults import Refused
from analysis.read.total_words import (
    ALONE_OR_NAME,
    BARE,
    OF_ALL,
    POSSIBLE_LABEL,
    SUBTOTAL,
    TOTAL_OF_A_YEAR,
    matching_labels,
)
from analysis.run import check_data
from raw_lists import cleaned, counted, grants_kept, rows_read, workbook

SPORT = [("Club alpin", 2500, 40), ("Judo club", 1000, 60), ("Vélo sport", 300, 70)]
CULTURE = [("Cinéma", 1800, 10), ("Harmonie", 700, 90)]
WHOLE = (6300, 270)


def given(folder, lines: list[str]) -> clean.Cleaned:
    return cleaned(folder, "\n".join(lines) + "\n")


def written(folder, lines: list[str]):
    """The folder with a list."""
    (folder / "list.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def without_label(words: list[str], labels: str) -> list[str]:
    """The words that are none of the labels of totals."""
    return [word for word in words if not matching_labels(pd.Series([word]), labels)[0]]


def total(result: clean.Cleaned) -> float:
    return result.tables["contributions"]["value_eur"].sum()


def question(folder, lines: list[str]) -> str:
    """The questions about a list, in one text."""
    with pytest.raises(Refused) as refused:
        given(folder, lines)
    assert {fault.rule for fault in refused.value.faults} == {"question"}
    return str(refused.value)


def in_groups(word: str, of_group=lambda name: f" {name}") -> list[str]:
    """Two years of two groups, each followed by its sum."""
    lines = ["Association;Montant 2018;Montant 2019"]
    for name, group in (("Sport", SPORT), ("Culture", CULTURE)):
        lines += [f"{club};{before};{after}" for club, before, after in group]
        before, after = (sum(row[place] for row in group) for place in (1, 2))
        lines.append(f"{word}{of_group(name)};{before};{after}")
    return lines


def test_a_sum_of_a_group_is_nobody_whatever_its_word(tmp_path):
    words = ["S/Total", "S/T", "Ss-total", "s/s total", "Sous/total", "S.Total", "TOT."]
    words += ["Subtotaal", "Suma parcial", "Totaux", "Montant total", "Total page", "À reporter"]
    assert without_label([f"{word} Sport" for word in words], POSSIBLE_LABEL) == []
    result = given(tmp_path, [*in_groups("S/Total"), f"TOTAL;{WHOLE[0]};{WHOLE[1]}"])
    assert total(result) == sum(WHOLE) and len(result.tables["partners"]) == 5


def test_a_list_made_of_groups_and_their_sums_tells_them_without_a_word(tmp_path):
    words = ["", "Ensemble", "ST", "Cumul", "Somme", "Secteur"]
    labels = [f"{word} Sport" for word in words]
    assert without_label(labels, POSSIBLE_LABEL) == labels
    assert total(given(tmp_path, in_groups("Ensemble"))) == sum(WHOLE)


def test_one_row_that_is_the_sum_of_those_above_is_a_recipient(tmp_path):
    lines = ["Association;Montant 2018", "A;500", "B;500", "Ensemble vocal;1000", "C;70", "D;20"]
    assert total(given(tmp_path, lines)) == 2090


def test_a_sum_carried_forward_is_that_of_all_rows_so_far(tmp_path):
    lines = ["Association;Montant 2018", "A;500", "B;400", "À reporter;900", "C;70", "D;20"]
    assert total(given(tmp_path, [*lines, "À reporter;990", "E;5"])) == 995


def test_a_total_of_all_is_held_against_all_rows_though_it_is_the_sum_of_the_last_group(tmp_path):
    words = ["Total général", "TOTAL GENERAL", "TOTAL GÉNÉRAL", "GRAND TOTAL"]
    assert without_label(words, BARE) == without_label(words, OF_ALL) == []
    lines = ["Association;Montant 2018", "A;60", "B;40", "Sous-total;100", "C;300", "D;100"]
    totals = given(tmp_path, [*lines, f"{words[0]};400"]).notes["totals"].set_index("label")
    assert totals.loc[words[0], ["computed", "difference"]].tolist() == [500, -100]


TOTALS = (
    *("TOTALT", "I alt", "Sum", "Summa", "Celkem", "Razem", "Ogółem", "Összesen", "Yhteensä"),
    *("Итого", "Всего", "Общий итог", "Ukupno", "Σύνολο", "ΣΥΝΟΛΟ", "Kokku", "Kopā", "Iš viso"),
    *("Spolu", "Skupaj", "Toplam", "Samtals", "Общо", "合計", "Total général", "Sum totalt"),
    *("Razem ogółem", "Totalt {year}", "Итого за {year} год", "Celkem za rok {year}"),
    *("合計 {year}年", "Summe {year}"),
)
GRANTS_OF_YEARS = {2017: [("A", 5), ("B", 7), ("C", 11)], 2018: [("A", 6), ("B", 8)]}


def with_totals_of_years(word: str, *, more: int = 0) -> list[str]:
    """Grants of two years, each below its total; that of the last year is `more` than their sum."""
    lines = ["Jahr;Empfänger;Betrag (€)"]
    for year, grants in GRANTS_OF_YEARS.items():
        sum_of_year = sum(amount for _name, amount in grants) + more * (year == 2018)
        lines.append(f"{year};{word.format(year=year)};{sum_of_year}")
        lines += [f"{year};{name};{amount}" for name, amount in grants]
    return lines


def test_the_total_of_each_year_is_nobody_in_any_language(tmp_path):
    assert without_label([word.format(year=2018) for word in TOTALS], POSSIBLE_LABEL) == []
    assert total(given(tmp_path, with_totals_of_years("Итого за {year} год"))) == 37


def test_a_total_that_is_no_sum_is_told_where_its_label_says_nothing_else(tmp_path):
    assert without_label(["Totalt", "Итого", "Toplam"], BARE) == []
    result = given(tmp_path, with_totals_of_years("Totalt", more=3))
    assert total(result) == 37
    assert sorted(result.notes["totals"]["difference"]) == [0, 3]


def test_who_may_be_called_as_a_total_is_asked_where_the_amount_is_no_sum(tmp_path):
    assert without_label(["Razem", "Spolu", "Skupaj"], ALONE_OR_NAME) == []
    assert "Razem" in question(tmp_path, with_totals_of_years("Razem", more=3))


def test_who_is_called_partly_as_a_total_stays(tmp_path):
    names = ["Summa Kultur", "Yhteensä ry", "Razem dla Polski", "Sum of Us"]
    for labels in (BARE, SUBTOTAL, TOTAL_OF_A_YEAR, ALONE_OR_NAME):
        assert without_label(names, labels) == names
    lines = ["Jahr;Empfänger;Betrag (€)", "2018;A;5", "2018;B;11"]
    lines += [f"2018;{name};{amount}" for name, amount in zip(names, (7, 9, 13, 17), strict=True)]
    assert total(given(tmp_path, lines)) == 62


# ---- columns of one year each
@pytest.mark.parametrize(
    "headers",
    [
        "Association;Numéraire 2016 (€);Numéraire 2017 (€)",
        "Begunstigde;2016 vastgelegd;2017 vastgelegd",
        "Begunstigde;2016 vastgelegd;2016 uitbetaald;2017 vastgelegd;2017 uitbetaald",
    ],
)
def test_amounts_of_each_year_count_in_their_year(tmp_path, headers):
    paid = headers.count(";") == 4
    rows = {"A": (100, 200), "B": (0, 400), "C": (50, 60)}
    lines = [headers]
    for name, amounts in rows.items():
        cells = [str(amount or "") for amount in amounts for _column in range(1 + paid)]
        lines.append(";".join([name, *cells]))
    grants = rows_read(written(tmp_path, lines), "grants")
    by_year = grants.groupby(grants["date"].dt.year)["amount"].sum()
    assert by_year.to_dict() == {2016: 150, 2017: 660}


MONTHS = [
    *("janv.;févr.;mars;avr.", "January;February;March;April", "Jan;Feb;März;Apr"),
    *("enero;febrero;marzo;abril", "gennaio;febbraio;marzo;aprile"),
    *("januari;februari;maart;april", "janv-18;févr-18;mars-18;avr-18", "T1;T2;T3;T4"),
]


@pytest.mark.parametrize("months", MONTHS)
def test_amounts_of_each_month_of_a_year_count_in_their_month(tmp_path, months):
    whole = "Cumul" if months.startswith("janv") else "Montant total"
    lines = ["Dons 2018", f"Association;{months};{whole}", "Judo club;100;;250;;350"]
    lines += ["Club alpin;;300;;;300", "Harmonie;;;;4000;4000"]
    grants = rows_read(written(tmp_path, lines), "grants")
    assert grants["amount"].sum() == 4650 and len(grants) == 4
    firsts = [1, 4, 7, 10] if months.startswith("T1") else [1, 2, 3, 4]
    assert sorted(grants["date"].dt.month) == firsts


def test_another_column_of_the_same_year_is_asked_where_parts_add_up(tmp_path):
    lines = ["Association;Fonctionnement 2019;Exceptionnel 2019;Projet 2019"]
    lines += ["A;1000;500;700", "B;3000;;", "C;2500;;4000"]
    asked = question(tmp_path, lines)
    assert '["Fonctionnement 2019", "Exceptionnel 2019", "Projet 2019"]' in asked


def test_counts_of_the_same_year_are_not_asked(tmp_path):
    lines = ["Association;Montant 2018;Montant 2019;Bénévoles 2019;Adhérents 2019"]
    lines += ["A;1000;2000;20;300", "B;1500;200;20;250", "C;100;2000;2;120"]
    assert total(given(tmp_path, lines)) == 6800


def test_from_when_to_when_is_asked_of_both_ends(tmp_path):
    lines = ["Partenaire;Convention du;au;Montant 2016;Montant 2017;Montant 2018"]
    lines += [f"{name};01/09/2015;31/08/2018;500;700;900" for name in "ABCDEF"]
    asked = question(tmp_path, lines)
    assert 'planned_start = "Convention du"' in asked and 'planned_end = "au"' in asked


# ---- what is no grant
@pytest.mark.parametrize(
    ("header", "grant", "other"),
    [
        ("Nature", "aide en numéraire", "aide remboursable"),
        *(("Instrumento", "SUBVENCIÓN", "GARANTÍA"), ("Art", "Beitrag", "Defizitgarantie")),
        ("Type", "Subvention", "Avance récupérable"),
        *(("Virkemiddel", "Tilskudd", word) for word in ("Lavrisikolån", "Vekstgaranti")),
        *(("Tukimuoto", "Avustus", "Laina"), ("Forma wsparcia", "Dotacja", "Pożyczka")),
    ],
)
def test_loans_and_guarantees_are_asked(tmp_path, header, grant, other):
    lines = [f"Association;Date;Montant;{header}"]
    lines += [f"{name};0{day}/02/2021;{day}000;{grant}" for day, name in enumerate("ABCDE", 1)]
    asked = question(tmp_path, [*lines, f"F;09/02/2021;90000;{other}"])
    assert other in asked and "leave_out" in asked


@pytest.mark.parametrize("word", ["Recevable", "Éligible"])
def test_a_request_that_may_be_heard_is_not_yet_granted(tmp_path, word):
    lines = ["Association;Exercice;Montant;Statut de la demande", "A;2021;1000;Accordé"]
    lines += ["B;2021;2000;Refusé", f"C;2021;3000;{word}", "D;2021;500;Accordé"]
    assert word in question(tmp_path, lines)


def test_a_pivot_table_is_asked_for_its_list(tmp_path, english):
    lines = ["Étiquettes de lignes;Année;Montant", "A;2018;30", "Projet 1;2018;10"]
    lines += ["Projet 2;2018;20", "B;2018;70", "Projet 3;2018;70"]
    assert "a pivot table" in question(tmp_path, lines)


# ---- sums that somebody may have received, money that nobody did
DATED = ["Association;Date;Montant", "A;03/01/2018;500", "B;04/02/2018;700", "C;05/03/2018;1200"]
DATED += ["D;06/04/2018;2400", "E;07/05/2018;300"]


def left_out(folder, names: str):
    """The folder with a study.toml that says which recipients are left out."""
    stated = '[study]\nname = "x"\n[[source]]\nfiles = "list.csv"\ntable = "grants"\n'
    stated += f'[source.leave_out]\n"Association" = {names}\n'
    (folder / "study.toml").write_text(stated)
    return folder


def test_a_dated_row_of_somebody_that_is_the_sum_of_all_others_is_asked(tmp_path):
    lines = [*DATED, "Croix-Rouge;07/06/2018;5100"]
    assert "Croix-Rouge" in question(tmp_path, lines)
    left_out(tmp_path / "raw", "[]")
    assert total(given(tmp_path, lines)) == 10_200
    assert counted(left_out(tmp_path / "raw", '["Croix-Rouge"]')) == 5100


def test_a_dated_recipient_called_total_is_asked_unless_it_is_the_sum(tmp_path):
    lines = [*DATED, "Total;07/06/2018;800"]
    assert "Total" in question(tmp_path, lines)
    left_out(tmp_path / "raw", "[]")
    assert total(given(tmp_path, lines)) == 5900
    assert counted(left_out(tmp_path / "raw", '["Total"]')) == 5100
    (tmp_path / "raw" / "study.toml").unlink()
    assert total(given(tmp_path, [*DATED, "Total;07/06/2018;5100"])) == 5100


def test_money_of_nobody_is_asked_even_where_it_is_a_sum_of_others(tmp_path):
    lines = [line.replace("C;", ";") for line in DATED]
    assert "leave_out" in question(tmp_path, lines)
    left_out(tmp_path / "raw", '[""]')
    assert total(given(tmp_path, lines)) == 3900
    (tmp_path / "raw" / "study.toml").unlink()
    corrections = "file,line,column,value,why,correction\nlist.csv,4,Association,,,C\n"
    (tmp_path / "raw" / "corrections.csv").write_text(corrections)
    assert total(given(tmp_path, lines)) == 5100


def test_round_amounts_of_named_and_dated_rows_are_no_sums_of_each_other(tmp_path):
    amounts = [5000, 5000, 2500, 2500, 5000, 3000, 2000, 5000]
    lines = ["Association;Date de début;Montant accordé (€)"]
    lines += [f"Foyer {n};0{n + 1}/03/2018;{amount}" for n, amount in enumerate(amounts)]
    assert total(given(tmp_path, lines)) == sum(amounts)


def test_thousands_that_leave_it_open_add_up_to_no_error(tmp_path):
    lines = ["Partner,Date,Cash (GBP),In kind (GBP),Total value (GBP)"]
    lines += [f'Trust {n},0{n}/03/2018,"{n},000","{n},000","{2 * n},000"' for n in range(1, 6)]
    assert "Trust 1" in question(tmp_path, lines)


@pytest.mark.parametrize("total_of", ["Total {}", "Sous-total {}", "TOTAL {} :"])
def test_a_title_above_grants_that_a_total_names_is_nobody(tmp_path, total_of):
    lines = ["Association;Montant versé 2018"]
    for title, grants in (("Sport", SPORT), ("Culture", CULTURE)):
        lines += [f"{title};", *(f"{name};{amount}" for name, amount, _number in grants)]
        lines.append(f"{total_of.format(title)};{sum(amount for _name, amount, _n in grants)}")
    kept = grants_kept(written(tmp_path, lines))
    assert kept["amount"].sum() == WHOLE[0]
    assert set(kept["recipient"]).isdisjoint(["Sport", "Culture"])


def test_a_recipient_without_an_amount_stays_where_no_total_names_it(tmp_path):
    lines = ["Association;Montant versé 2018", "Sport;", "Foyer;300", "Abri;200", "Total;500"]
    assert "Sport" in set(given(tmp_path, lines).tables["partners"]["name"])


def test_sums_since_the_beginning_are_asked_and_no_draft_takes_them(tmp_path):
    sheets = {
        str(year): [
            *([f"Situation au 31/12/{year}"], ["Association", "Cumul versé (€)"]),
            *([f"Foyer {n}", 1300 * n * (year - 2015)] for n in range(1, 9)),
        ]
        for year in (2016, 2017, 2018)
    }
    workbook(tmp_path, sheets, "aides.xlsx")
    checked = check_data.check(tmp_path)
    draft = re.sub(r" # \?$", "", checked.draft, flags=re.MULTILINE)
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        clean.clean(tmp_path)
    for faults in (checked.faults, refused.value.faults):
        assert any("depuis le début" in fault.message for fault in faults)
    head, *_earlier, last = draft.split("[[source]]")
    answer = f"{head}[[source]]{last}".replace("# amount", "amount")
    (tmp_path / "study.toml").write_text(answer, encoding="utf-8")
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 1300 * 36 * 3


@pytest.mark.parametrize(("last", "is_total"), [(1000.0, True), (1900.0, True), (1500.0, False)])
def test_a_named_row_may_sum_up_all_others_or_those_that_were_granted(last, is_total):
    amounts = [100.0, 200.0, 900.0, 300.0, 350.0, 50.0, last]
    rows = pd.DataFrame({"source": "s.csv", "amount": amounts})
    rows = rows.astype({"amount": "Float64", "source": "category"})
    rows = rows.assign(line=range(2, 9), **{"~label": None})
    named = pd.Series(False, index=rows.index)
    refused = rows["amount"].eq(900)
    marked, _compared = total_rows(rows, "amount", named, refused)
    assert marked.tolist() == [False] * 6 + [is_total]
