"""Rows that are the sum of others, however they are called, and columns that each hold one year."""

import re

import openpyxl
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data
from raw_lists import cleaned

SPORT = [("Club alpin", 2500, 40), ("Judo club", 1000, 60), ("Vélo sport", 300, 70)]
CULTURE = [("Cinéma", 1800, 10), ("Harmonie", 700, 90)]
WHOLE = (6300, 270)


def given(folder, lines: list[str]) -> clean.Cleaned:
    return cleaned(folder, "\n".join(lines) + "\n")


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


@pytest.mark.parametrize(
    "word",
    ["S/Total", "S/T", "Ss-total", "s/s total", "Sous/total", "S.Total", "TOT.", "Subtotaal"]
    + ["Suma parcial", "Totaux", "Montant total", "Total page", "À reporter"],
)
def test_a_sum_of_a_group_is_nobody_whatever_its_word(tmp_path, word):
    lines = in_groups(word)
    result = given(tmp_path, [*lines, f"TOTAL;{WHOLE[0]};{WHOLE[1]}"])
    assert total(result) == sum(WHOLE) and len(result.tables["partners"]) == 5


@pytest.mark.parametrize("word", ["", "Ensemble", "ST", "Cumul", "Somme", "Secteur"])
def test_a_list_made_of_groups_and_their_sums_tells_them_without_a_word(tmp_path, word):
    assert total(given(tmp_path, in_groups(word))) == sum(WHOLE)


def test_one_row_that_is_the_sum_of_those_above_is_a_recipient(tmp_path):
    lines = ["Association;Montant 2018", "A;500", "B;500", "Ensemble vocal;1000", "C;70", "D;20"]
    assert total(given(tmp_path, lines)) == 2090


def test_a_sum_carried_forward_is_that_of_all_rows_so_far(tmp_path):
    lines = ["Association;Montant 2018", "A;500", "B;400", "À reporter;900", "C;70", "D;20"]
    assert total(given(tmp_path, [*lines, "À reporter;990", "E;5"])) == 995


@pytest.mark.parametrize("word", ["Total général", "TOTAL GENERAL", "TOTAL GÉNÉRAL", "GRAND TOTAL"])
def test_a_total_of_all_is_held_against_all_rows_though_it_is_the_sum_of_the_last_group(
    tmp_path, word
):
    lines = ["Association;Montant 2018", "A;60", "B;40", "Sous-total;100", "C;300", "D;100"]
    totals = given(tmp_path, [*lines, f"{word};400"]).notes["totals"].set_index("label")
    assert totals.loc[word, ["computed", "difference"]].tolist() == [500, -100]


TOTALS = (
    *(
        "TOTALT",
        "I alt",
        "Sum",
        "Summa",
        "Celkem",
        "Razem",
        "Ogółem",
        "Összesen",
        "Yhteensä",
        "Итого",
    ),
    *("Всего", "Общий итог", "Ukupno", "Σύνολο", "ΣΥΝΟΛΟ", "Kokku", "Kopā", "Iš viso", "Spolu"),
    *("Skupaj", "Toplam", "Samtals", "Общо", "合計", "Total général", "Sum totalt", "Razem ogółem"),
    *(
        "Totalt {year}",
        "Итого за {year} год",
        "Celkem za rok {year}",
        "合計 {year}年",
        "Summe {year}",
    ),
)
GRANTS_OF_YEARS = {2017: [("A", 5), ("B", 7), ("C", 11)], 2018: [("A", 6), ("B", 8)]}


def with_totals_of_years(word: str, *, more: int = 0) -> list[str]:
    """Grants of two years, each below its total; that of the last year is `more` than their sum."""
    lines = ["Jahr;Empfänger;Betrag"]
    for year, grants in GRANTS_OF_YEARS.items():
        sum_of_year = sum(amount for _name, amount in grants) + more * (year == 2018)
        lines.append(f"{year};{word.format(year=year)};{sum_of_year}")
        lines += [f"{year};{name};{amount}" for name, amount in grants]
    return lines


@pytest.mark.parametrize("word", TOTALS)
def test_the_total_of_each_year_is_nobody_in_any_language(tmp_path, word):
    assert total(given(tmp_path, with_totals_of_years(word))) == 37


@pytest.mark.parametrize("word", ["Totalt", "Итого", "Toplam"])
def test_a_total_that_is_no_sum_is_told_where_its_label_says_nothing_else(tmp_path, word):
    result = given(tmp_path, with_totals_of_years(word, more=3))
    assert total(result) == 37
    assert sorted(result.notes["totals"]["difference"]) == [0, 3]


@pytest.mark.parametrize("word", ["Razem", "Spolu", "Skupaj"])
def test_who_may_be_called_as_a_total_is_asked_where_the_amount_is_no_sum(tmp_path, word):
    assert word in question(tmp_path, with_totals_of_years(word, more=3))


@pytest.mark.parametrize("name", ["Summa Kultur", "Yhteensä ry", "Razem dla Polski", "Sum of Us"])
def test_who_is_called_partly_as_a_total_stays(tmp_path, name):
    lines = ["Jahr;Empfänger;Betrag", "2018;A;5", f"2018;{name};7", "2018;B;11"]
    assert total(given(tmp_path, lines)) == 23


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
    contributions = given(tmp_path, lines).tables["contributions"]
    by_year = contributions.groupby("year")["value_eur"].sum()
    assert by_year.to_dict() == {2016: 150, 2017: 660}


MONTHS = [
    "janv.;févr.;mars;avr.",
    "January;February;March;April",
    "Jan;Feb;März;Apr",
    "enero;febrero;marzo;abril",
    "gennaio;febbraio;marzo;aprile",
    "januari;februari;maart;april",
    "janv-18;févr-18;mars-18;avr-18",
    "T1;T2;T3;T4",
]


@pytest.mark.parametrize("whole", ["Cumul", "Montant total"])
@pytest.mark.parametrize("months", MONTHS)
def test_amounts_of_each_month_of_a_year_count_in_their_month(tmp_path, months, whole):
    lines = ["Dons 2018", f"Association;{months};{whole}", "Judo club;100;;250;;350"]
    lines += ["Club alpin;;300;;;300", "Harmonie;;;;4000;4000"]
    result = given(tmp_path, lines)
    starts = result.tables["agreements"]["start"]
    assert total(result) == 4650 and len(starts) == 4
    firsts = [1, 4, 7, 10] if months.startswith("T1") else [1, 2, 3, 4]
    assert sorted(starts.dt.month) == firsts


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
        ("Instrumento", "SUBVENCIÓN", "GARANTÍA"),
        ("Art", "Beitrag", "Defizitgarantie"),
        ("Type", "Subvention", "Avance récupérable"),
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


def test_a_dated_row_of_somebody_that_is_the_sum_of_all_others_is_asked(tmp_path):
    lines = [*DATED, "Croix-Rouge;07/06/2018;5100"]
    assert "Croix-Rouge" in question(tmp_path, lines)
    for answer, expected in (("[]", 10_200), ('["Croix-Rouge"]', 5100)):
        stated = f'[[source]]\nfiles = "list.csv"\ntable = "grants"\n[source.leave_out]\n"Association" = {answer}\n'
        (tmp_path / "raw" / "study.toml").write_text(f'[study]\nname = "x"\n{stated}')
        assert total(given(tmp_path, lines)) == expected


def test_a_dated_recipient_called_total_is_asked_unless_it_is_the_sum(tmp_path):
    lines = [*DATED, "Total;07/06/2018;800"]
    assert "Total" in question(tmp_path, lines)
    for answer, expected in (("[]", 5900), ('["Total"]', 5100)):
        stated = f'[[source]]\nfiles = "list.csv"\ntable = "grants"\n[source.leave_out]\n"Association" = {answer}\n'
        (tmp_path / "raw" / "study.toml").write_text(f'[study]\nname = "x"\n{stated}')
        assert total(given(tmp_path, lines)) == expected
    (tmp_path / "raw" / "study.toml").unlink()
    assert total(given(tmp_path, [*DATED, "Total;07/06/2018;5100"])) == 5100


def test_money_of_nobody_is_asked_even_where_it_is_a_sum_of_others(tmp_path):
    lines = [line.replace("C;", ";") for line in DATED]
    assert "leave_out" in question(tmp_path, lines)
    stated = '[[source]]\nfiles = "list.csv"\ntable = "grants"\n[source.leave_out]\n"Association" = [""]\n'
    (tmp_path / "raw" / "study.toml").write_text(f'[study]\nname = "x"\n{stated}')
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
    result = given(tmp_path, lines)
    assert total(result) == WHOLE[0]
    assert result.tables["partners"]["name"].isin(["Sport", "Culture"]).sum() == 0


def test_a_recipient_without_an_amount_stays_where_no_total_names_it(tmp_path):
    lines = ["Association;Montant versé 2018", "Sport;", "Foyer;300", "Abri;200", "Total;500"]
    assert "Sport" in set(given(tmp_path, lines).tables["partners"]["name"])


def test_sums_since_the_beginning_are_asked_and_no_draft_takes_them(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for year in (2016, 2017, 2018):
        sheet = book.create_sheet(str(year))
        sheet.append([f"Situation au 31/12/{year}"])
        sheet.append(["Association", "Cumul versé (€)"])
        for n in range(1, 9):
            sheet.append([f"Foyer {n}", 1300 * n * (year - 2015)])
    book.save(tmp_path / "aides.xlsx")
    draft = re.sub(r" # \?$", "", check_data.check(tmp_path).draft, flags=re.MULTILINE)
    for study in ("", draft):
        (tmp_path / "study.toml").write_text(study, encoding="utf-8")
        if not study:
            (tmp_path / "study.toml").unlink()
        with pytest.raises(Refused) as refused:
            clean.clean(tmp_path)
        assert any("depuis le début" in fault.message for fault in refused.value.faults)
    head, *_earlier, last = draft.split("[[source]]")
    answer = f"{head}[[source]]{last}".replace("# amount", "amount")
    (tmp_path / "study.toml").write_text(answer, encoding="utf-8")
    assert clean.clean(tmp_path).tables["contributions"]["value_eur"].sum() == 1300 * 36 * 3
