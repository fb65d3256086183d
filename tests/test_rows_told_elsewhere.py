"""What a list says elsewhere than in the cells of a row: titles, sums, groups, remarks, other columns."""

import numpy as np
import pandas as pd
import pytest

from analysis import clean, layout
from analysis.declare.faults import Refused
from analysis.layout.drafts.likeliest_answers import likeliest_answer
from analysis.layout.recognition import recognise
from analysis.layout.rows.kinds_of_no_grant import loans_in_purposes, texts_of_no_grant
from analysis.layout.rows.outcome_titles import outcome_said
from analysis.layout.shapes.blank_cells import REASON_BLANK
from analysis.layout.study_keys import StudyDescription
from analysis.prepare.choices import Choices
from analysis.prepare.columns_part import ColumnsPart
from analysis.run import check_data
from raw_lists import as_read, block_of_lines, counted, grants_kept, rows_read, workbook
from test_false_totals import AMOUNTS, NAMES


def written(folder, lines: list[str]):
    """The folder with a list."""
    (folder / "liste.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def cleaned(folder, lines: list[str]) -> clean.Cleaned:
    return clean.clean(written(folder, lines))


def total(result: clean.Cleaned) -> float:
    return result.tables["contributions"]["value_eur"].sum()


def question(folder, lines: list[str]) -> str:
    """The only question about a list."""
    with pytest.raises(Refused) as refused:
        cleaned(folder, lines)
    (fault,) = refused.value.faults
    assert fault.rule == "question"
    return fault.message


def stated(folder, keys: str) -> None:
    text = f'[[source]]\nfiles = "liste.csv"\ntable = "grants"\n{keys}\n'
    (folder / "study.toml").write_text(text, encoding="utf-8")


def in_year(year: int, amounts=AMOUNTS) -> list[str]:
    return [f"{name};{year};{amount}" for name, amount in zip(NAMES, amounts, strict=True)]


# ---- tables one below the other
@pytest.fixture
def stacked(tmp_path):
    """Three years one below the other, each below its title; in the second two columns change places."""
    lines = []
    headers = ["Association", "Commune", "Subvention accordée", "Subvention demandée"]
    for number, year in enumerate((2016, 2017, 2018), 1):
        rows = [[f"Subventions accordées en {year}"], headers]
        for name, amount in zip(NAMES, AMOUNTS, strict=True):
            rows.append([name, "Niort", number * amount, number * amount + 500])
        if year == 2017:
            rows[1:] = [[*row[:2], row[3], row[2]] for row in rows[1:]]
        lines += [*rows, []]
    return workbook(tmp_path, {"Feuille": lines}, "blocs.xlsx")


def by_year(folder) -> dict[int, float]:
    grants = rows_read(folder, "grants")
    return grants.groupby(grants["date"].dt.year)["amount"].sum().to_dict()


def test_each_table_of_a_sheet_has_the_title_above_it(stacked):
    once = sum(AMOUNTS)
    assert by_year(stacked) == {2016: once, 2017: 2 * once, 2018: 3 * once}
    (stacked / "study.toml").write_text(check_data.check(stacked).draft, encoding="utf-8")
    assert len(layout.study_file(stacked).source) == 3
    assert by_year(stacked) == {2016: once, 2017: 2 * once, 2018: 3 * once}


def test_a_unit_may_stand_beside_the_headers(tmp_path):
    lines = [["Association", "Année", "Montant accordé", "(montants en milliers d’euros)"]]
    lines += [[name, 2018, amount / 1000] for name, amount in zip(NAMES, AMOUNTS, strict=True)]
    workbook(tmp_path, {"Feuille": lines}, "liste.xlsx")
    assert counted(tmp_path) == pytest.approx(sum(AMOUNTS))


@pytest.mark.parametrize("ordinal", ["1er versement", "2e versement", "1st payment", "3.º pago"])
def test_an_ordinal_is_no_figure_in_a_header(tmp_path, ordinal):
    lines = [f"Structure;Décidé le;Attribution;{ordinal}"]
    lines += [
        f"{name};05/03/2018;{amount};{amount // 2}"
        for name, amount in zip(NAMES, AMOUNTS, strict=True)
    ]
    folder = written(tmp_path, lines)
    parts = clean.parts_of(folder, layout.study_file(folder))[0]
    assert [part.as_read.header_line for part in parts] == [1]


# ---- rows that are no grants of their own
ROUND = (400, 600, 200, 700)
UNROUND = (412.37, 598.12, 203.55, 701.9)


def in_programmes(grants: tuple[float, ...]) -> list[str]:
    """Two programmes, each with the sum of the two grants below it."""
    theatre, emmaus, judo, rugby = grants
    rows = [
        *(("Culture", theatre + emmaus), ("Les Tréteaux", theatre), ("Emmaüs", emmaus)),
        *(("Sport", judo + rugby), ("Judo", judo), ("Rugby", rugby)),
    ]
    lines = [f"{name};2018;{amount:.2f}" for name, amount in rows]
    return ["Bénéficiaire;Année;Montant (€)", *lines]


@pytest.mark.parametrize("are_sums_below", [False, True])
def test_programmes_with_the_sum_of_their_grants_are_nobody(tmp_path, are_sums_below):
    headers, *rows = in_programmes(UNROUND)
    lines = [headers, *(rows[::-1] if are_sums_below else rows)]
    grants = grants_kept(written(tmp_path, lines))
    assert grants["amount"].sum() == pytest.approx(sum(UNROUND))
    assert sorted(grants["recipient"]) == ["Emmaüs", "Judo", "Les Tréteaux", "Rugby"]


def test_few_round_sums_may_be_grants_which_is_asked(tmp_path):
    asked = question(tmp_path, in_programmes(ROUND))
    assert '[source.leave_out] ; "Bénéficiaire" = ["Culture", "Sport"]' in asked
    stated(tmp_path, '[source.leave_out]\n"Bénéficiaire" = []')
    assert total(cleaned(tmp_path, in_programmes(ROUND))) == 2 * sum(ROUND)
    stated(tmp_path, '[source.leave_out]\n"Bénéficiaire" = ["Culture", "Sport"]')
    assert counted(tmp_path) == sum(ROUND)


def test_a_group_that_comes_again_each_year_tells_no_more_than_once(tmp_path):
    names = NAMES[:3]
    rows = [
        f"{name};{year};{amount}"
        for year in range(2010, 2020)
        for name, amount in zip(names, [1070, 2140, 3210], strict=True)
    ]
    assert names[2] in question(tmp_path, ["Bénéficiaire;Année;Montant (€)", *rows])


def test_one_amount_that_is_the_sum_of_two_others_is_a_grant(tmp_path):
    lines = ["Bénéficiaire;Année;Montant (€)", *in_year(2018, [1000, 400, 600, 900, 200, 650])]
    assert counted(written(tmp_path, lines)) == 3750


def test_what_a_grant_is_made_of_is_not_granted_twice(tmp_path):
    words = ["dont fonctionnement", "- dont investissement", "of which core costs"]
    lines = ["Bénéficiaire;Année;Montant accordé (€)"]
    for line, word, amount in zip(in_year(2018), [*words, "davon Personal"], AMOUNTS, strict=False):
        lines += [line, f"{word};2018;{amount - 500}", f"{word} 2;2018;500"]
    lines += in_year(2018)[4:]
    result = cleaned(tmp_path, lines)
    assert total(result) == sum(AMOUNTS)
    assert result.ledger.query("rule == 'part of an amount'")["rows"].sum() == 8


def test_of_which_more_than_the_row_above_is_somebody(tmp_path):
    lines = ["Bénéficiaire;Année;Montant accordé (€)", *in_year(2018)]
    lines[3:3] = ["Dont Nod;2018;9000"]
    assert counted(written(tmp_path, lines)) == sum(AMOUNTS) + 9000


def test_requests_below_a_title_are_not_decided(tmp_path):
    titles = ["Demandes en cours d'instruction", "En attente", "Demandes reportées"]
    titles += ["Pipeline", "Dossiers ajournés"]
    assert [outcome_said(title) for title in titles] == len(titles) * ["undecided"]
    lines = ["Bénéficiaire;Année;Montant accordé (€)", *in_year(2018)[:4]]
    result = cleaned(tmp_path, [*lines, f"{titles[0]};;", *in_year(2018)[4:]])
    assert total(result) == sum(AMOUNTS[:4])
    assert result.ledger.query("rule == 'undecided request'")["rows"].sum() == 2


def test_grants_that_wait_for_their_payment_are_grants(tmp_path):
    lines = [
        "Bénéficiaire;Année;Montant accordé (€)",
        "Subventions en attente de versement;;",
        *in_year(2018),
    ]
    assert counted(written(tmp_path, lines)) == sum(AMOUNTS)


# ---- cells that stand once a group
ONCE = ["Année;Association;Montant accordé (€)"] + [
    f"{2017 + place // 3 if place % 3 == 0 else ''};{name};{amount}"
    for place, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
]


def test_whether_a_blank_cell_means_the_one_above_is_asked(tmp_path):
    assert 'blank_cells = "above" | "unknown"' in question(tmp_path, ONCE)
    stated(tmp_path, 'blank_cells = "unknown"')
    assert len(grants_kept(tmp_path)) == 2
    stated(tmp_path, 'blank_cells = "above"')
    tables = clean.clean(tmp_path).tables
    assert len(tables["agreements"]) == 6
    paid = tables["contributions"].groupby("year")["value_eur"].sum()
    assert paid.to_dict() == {2017: sum(AMOUNTS[:3]), 2018: sum(AMOUNTS[3:])}


def test_a_recipient_may_stand_once_too(tmp_path):
    lines = ["Association;Année;Montant accordé (€)", "Emmaüs;2017;400", ";2018;600"]
    lines += ["Judo club;2017;200", ";2018;700"]
    assert "blank_cells" in question(tmp_path, lines)
    stated(tmp_path, 'blank_cells = "above"')
    given = grants_kept(tmp_path).groupby("recipient")["amount"].sum()
    assert given.to_dict() == {"Emmaüs": 1000, "Judo club": 900}


def proposed_for_blanks(lines: list[str]) -> str:
    """What a draft proposes for the names that a list leaves blank."""
    block = block_of_lines(lines)
    mapping = recognise(block, "subventions", StudyDescription(name="study"))
    (doubt,) = mapping.doubts
    assert doubt.reason == REASON_BLANK
    return likeliest_answer(block, mapping, doubt)


def with_repeats(count: int) -> list[str]:
    """A hundred names with a blank one below each, some of which repeat the name before them."""
    numbers = range(100)
    names = [f"Club {number - (number % 2 and number < 2 * count)}" for number in numbers]
    return [line for name in names for line in (f"{name};2017;400", ";2018;600")]


BLANK_NAMES = {  # a list with blank names, and what a draft proposes for them
    "of several years": (
        ["Emmaüs;2017;400", ";2018;600", "Judo club;2017;200", ";2018;9"],
        "above",
    ),
    "that stand again": (
        ["Emmaüs;2017;400", ";2018;600", "Emmaüs;2017;200", "Emmaüs;2018;9", ";2018;7"],
        "unknown",
    ),
    "that stand again on another day, both told once": (
        ["Emmaüs;2016;400", ";;600", "Emmaüs;2017;200", ";;9", "Judo club;2018;7"],
        "above",
    ),
    "that stand again in a twentieth of the rows, by a slip": (with_repeats(5), "above"),
    "that stand again in more": (with_repeats(6), "unknown"),
}


@pytest.mark.parametrize(("lines", "proposed"), BLANK_NAMES.values(), ids=BLANK_NAMES)
def test_a_draft_proposes_what_blank_names_likely_mean(lines, proposed):
    assert proposed_for_blanks(["Association;Année;Montant accordé (€)", *lines]) == proposed


@pytest.mark.parametrize(
    ("header", "cells", "proposed"),
    [
        ("Ville", ["Nantes", "Brest", "Nantes", "Rezé", "Lille"], "unknown"),
        ("Ville", ["Nantes", "Nantes", "Brest", "Rezé", "Rezé"], "above"),
        (
            "Intitulé du projet",
            ["Le jardin", "Un atelier", "Des vélos", "La fresque", "Le bal"],
            "unknown",
        ),
        ("N°", ["1", "2", "3", "4", "5"], "above"),
    ],
)
def test_blank_names_beside_places_or_titles_of_their_own_are_untold(header, cells, proposed):
    names = ["Emmaüs", "", "", "Judo club", ""]
    lines = [
        f"{cell};{name};2018;{amount}"
        for cell, name, amount in zip(cells, names, AMOUNTS[:5], strict=True)
    ]
    headers = f"{header};Association;Année;Montant accordé (€)"
    assert proposed_for_blanks([headers, *lines]) == proposed


def test_the_draft_of_a_list_with_blank_names_holds_what_is_proposed(tmp_path):
    lines, proposed = BLANK_NAMES["that stand again"]
    written(tmp_path, ["Association;Année;Montant accordé (€)", *lines])
    assert f'blank_cells = "{proposed}"' in check_data.check(tmp_path).draft


# ---- what another column says
KINDS = ["Loan", "Grant", "Grant", "Equity", "Grant", "Grant"]


def with_column(header: str, cells: list[str]) -> list[str]:
    rows = zip(NAMES, cells, AMOUNTS, strict=True)
    lines = [f"{name};2018-01-05;{cell};{amount}" for name, cell, amount in rows]
    return [f"Recipient;Award date;{header};Amount (£)", *lines]


def test_whether_loans_are_grants_is_asked(tmp_path):
    message = question(tmp_path, with_column("Instrument", KINDS))
    assert '"Instrument" = ["Loan", "Equity"]' in message
    stated(tmp_path, '[source.leave_out]\n"Instrument" = []')
    assert counted(tmp_path) == sum(AMOUNTS)
    stated(tmp_path, '[source.leave_out]\n"Instrument" = ["Loan", "Equity"]')
    result = clean.clean(tmp_path)
    assert total(result) == sum(AMOUNTS) - AMOUNTS[0] - AMOUNTS[3]
    assert result.ledger.query("rule == 'left out'")["rows"].sum() == 2


@pytest.mark.parametrize(
    ("header", "cells", "asked"),
    [
        ("Observations", ["REFUSÉ", "", "", "Annulée", "", "RAS"], ["REFUSÉ", "Annulée"]),
        ("Transaction type", ["Refund", *["Payment"] * 5], ["Refund"]),
        ("Nature", ["Prêt", *["Subvention"] * 5], ["Prêt"]),
    ],
)
def test_remarks_that_speak_of_no_grant_are_asked(tmp_path, header, cells, asked):
    message = question(tmp_path, with_column(header, cells))
    assert all(f'"{text}"' in message for text in asked)


@pytest.mark.parametrize(
    ("lists", "in_doubt"),
    [(["Arts, sport", "Danse ; jeu"], []), (["Arts", "Danse ; jeu"], ["Fonds de garantie"])],
)
def test_texts_of_which_half_list_themes_say_no_kind(lists, in_doubt):
    texts = pd.Series([*lists, "Fonds de garantie", "Sport"], dtype="str")
    assert texts_of_no_grant("Objet", texts) == in_doubt


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Classifications", ["Racial Equity", "Media", "Media", "Equity", "Media, Law", "Law"]),
        ("Program area", ["Health equity", "Loans for housing", "Arts", "Arts", "Health", "Arts"]),
        ("Thème", ["Garantie jeunes", "Sport", "Sport", "Culture", "Sport", "Culture"]),
        ("Focus", ["Equity, Arts", "Arts, Law", "Law", "Loans, Arts", "Arts, Sport", "Media"]),
        ("Alerta de execução", ["Negativo"] * 6),
        ("Alerta de execução", [*["Negativo"] * 3, *["Positivo"] * 3]),
    ],
)
def test_themes_and_answers_to_other_questions_are_no_remarks(tmp_path, header, cells):
    assert counted(written(tmp_path, with_column(header, cells))) == sum(AMOUNTS)


@pytest.mark.parametrize(("rows", "is_asked"), [(60, False), (55, True), (4, True), (3, False)])
def test_a_few_purposes_that_speak_of_loans_are_not_asked_nor_a_list_of_loans(rows, is_asked):
    """Three loans: more than one row in twenty, and not all."""
    purposes = pd.Series(["prêt d'honneur", "fonctionnement", "garantie d'emprunt"])
    codes = np.array([0, 0, 2] + [1] * (rows - 3))
    loans = loans_in_purposes(purposes, codes)
    assert loans == (["prêt d'honneur", "garantie d'emprunt"] if is_asked else [])


def test_loans_under_a_header_of_themes_are_asked(tmp_path):
    lines = with_column("Programme area", ["Loans", "Arts", "Arts", "Loans", "Arts", "Law"])
    assert '"Programme area" = ["Loans"]' in question(tmp_path, lines)


def test_no_draft_proposes_to_leave_nearly_all_rows_out(tmp_path):
    lines = with_column("Observations", ["Annulée"] * 6)
    checked = check_data.check(written(tmp_path, lines))
    (fault,) = checked.faults
    assert "Annulée" in fault.message
    (line,) = [
        line for line in checked.draft.splitlines() if '"Observations" = ["Annulée"]' in line
    ]
    assert line.startswith("# ")


def test_what_is_given_in_kind_is_no_cash(tmp_path):
    kinds = ["Numéraire", "En nature", "Numéraire", "Mécénat de compétences", "", "Subvention"]
    lines = ["Bénéficiaire;Date;Nature du soutien;Montant accordé (€)"]
    rows = zip(NAMES, kinds, AMOUNTS, strict=True)
    lines += [f"{name};05/03/2018;{kind};{amount}" for name, kind, amount in rows]
    asked = question(tmp_path, lines)
    assert (
        "« En nature », « Mécénat de compétences »" in asked and '"Nature du soutien" = []' in asked
    )
    result = clean.clean(tmp_path, accept_guesses=True)  # they count, as what they are
    given = result.tables["contributions"].groupby("kind")["value_eur"].sum()
    assert given.to_dict() == {"cash": 1000 + 700 + 1800 + 950, "goods": 2500, "skills": 4200}


def test_remarks_of_another_kind_are_not_asked(tmp_path):
    cells = [
        *("Bilan reçu", "", "Le refus de vente a été évoqué lors de la réunion", "", "RAS"),
        "À revoir",
    ]
    assert counted(written(tmp_path, with_column("Observations", cells))) == sum(AMOUNTS)


def test_whether_what_stands_below_a_title_of_loans_is_granted_is_asked(tmp_path):
    lines = [
        "Bénéficiaire;Année;Montant (€)",
        "Subventions;;",
        *in_year(2018)[:4],
        "Prêts;;",
        *in_year(2018)[4:],
    ]
    assert '"title" = ["Prêts"]' in question(tmp_path, lines)
    for answer, amounts in (('["Prêts"]', AMOUNTS[:4]), ("[]", AMOUNTS)):
        stated(tmp_path, f"[source.leave_out]\ntitle = {answer}")
        assert counted(tmp_path) == sum(amounts)


def test_a_header_that_is_not_there_is_a_fault(tmp_path):
    stated(tmp_path, '[source.leave_out]\n"Instruments" = ["Loan"]')
    with pytest.raises(Refused, match="Instrument"):
        cleaned(tmp_path, with_column("Instrument", KINDS))


def test_the_page_asks_of_which_rows_are_grants(tmp_path):
    lines = with_column("Instrument", KINDS)
    choices = Choices(written(tmp_path, lines))
    part = ColumnsPart(choices, lambda: None)
    fields = [row.children[0] for row in part.rows.children]
    (field,) = [each for each in fields if "Loan" in each.description]
    field.value = "out"
    assert not choices.sheets[0].doubts
    choices.save()
    assert counted(tmp_path) == sum(AMOUNTS) - AMOUNTS[0] - AMOUNTS[3]


# ---- amounts and dates
YEARLY = [
    "Association;Date de signature;Montant annuel (€);Durée (ans)",
    "Emmaüs;05/03/2018;1000;3",
    "Judo club;06/03/2018;500;1",
]


def test_an_amount_a_year_is_asked_and_counts_for_each(tmp_path):
    assert 'amount_per = "year" | "grant"' in question(tmp_path, YEARLY)
    for answer, expected in (("year", 3500), ("grant", 1500)):
        stated(tmp_path, f'amount_per = "{answer}"')
        assert counted(tmp_path) == expected


def test_a_decision_of_a_later_year_may_be_the_amount(tmp_path):
    lines = ["Association;Montant demandé 2019;Attribué 2018;Décision CM 2019"]
    lines += [
        f"{NAMES[n % 6]} {n};{13100 + 700 * n};{25600 - 300 * n};{12600 + 690 * n}"
        for n in range(24)
    ]
    assert "Décision CM 2019" in question(tmp_path, lines)


def test_a_postcode_is_no_day_where_a_column_of_dates_stands(tmp_path):
    rows = zip(NAMES, (39579, 36035, 38420, 39579, 37104, 36179), AMOUNTS, strict=True)
    lines = ["Empfänger;PLZ;Datum der Bewilligung;Bewilligte Summe (EUR)"]
    lines += [
        f"{name};{code};{day}.03.2019;{amount}" for day, (name, code, amount) in enumerate(rows, 11)
    ]
    dates = rows_read(written(tmp_path, lines), "grants")["date"]
    assert dates.dt.strftime("%d/%m").tolist() == [f"{day}/03" for day in range(11, 17)]


def test_columns_of_quarters_make_no_list_of_partners(tmp_path):
    lines = ["Organisation;Q1 2018;Q2 2018;Q3 2018", "Emmaüs;1000;2000;3000", "Judo club;10;20;30"]
    rows_by_table, asked = as_read(written(tmp_path, lines))
    assert not asked and list(rows_by_table) == ["grants"]
    assert sorted(rows_by_table["grants"]["amount"]) == [10, 20, 30, 1000, 2000, 3000]


# ---- across sheets
def test_agreements_may_name_partners_by_name(tmp_path):
    (tmp_path / "partenaires.csv").write_text(
        "Code partenaire;Raison sociale\nP1;Union du livre\nP2;Club du vélo\n", encoding="utf-8"
    )
    agreements = ["N° de convention;Code partenaire;Entité du Groupe;Début;Fin prévue"]
    names = ["Union du livre", "UNION DU LIVRE", "Union du livre ", "club du velo", "Foyer rural"]
    agreements += [f"C{n};{name};DR Nord;01/02/2016;31/01/2018" for n, name in enumerate(names)]
    (tmp_path / "conventions.csv").write_text("\n".join(agreements) + "\n", encoding="utf-8")
    tables = clean.clean(tmp_path, day="2018-06-27").tables
    partners = tables["agreements"].set_index("agreement_id")["partner_id"]
    assert partners.tolist() == ["P1", "P1", "P1", "P2", "Foyer rural"]
    assert set(tables["partners"]["partner_id"]) == {"P1", "P2", "Foyer rural"}


def test_what_is_amended_began_with_its_first_row(tmp_path):
    lines = [
        "N° de convention;Avenant;Code partenaire;Entité du Groupe;Date de signature;Fin prévue;Montant prévu (€)",
        "C1;;P1;DR Nord;12/11/2016;01/11/2018;43000",
        "C1;1;P1;DR Nord;01/11/2017;01/11/2019;49000",
    ]
    (tmp_path / "conventions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    accepted = clean.clean(tmp_path, day="2018-06-27", accept_guesses=True)
    (agreement,) = accepted.tables["agreements"].to_dict("records")
    assert agreement["signed_on"] == pd.Timestamp("2016-11-12")
    assert agreement["planned_end"] == pd.Timestamp("2019-11-01")
    assert agreement["planned_amount_eur"] == 49000


@pytest.mark.parametrize(
    ("header", "signed", "unsigned"),
    [
        ("Situation", "Active", "En discussion"),
        ("Avancement", "Signé", "Projet"),
        ("Phase", "3-Contractualisé", "1-Prospect"),
        ("Signature", "12/01/2016", "non signée"),
        ("Commentaire interne", "", "projet, non signé à ce jour"),
        ("Signée", "x", ""),  # what bears no mark
    ],
)
def test_what_some_column_says_to_be_unsigned_is_asked(tmp_path, header, signed, unsigned):
    lines = [f"Partenaire;Début;Fin;Montant (€);{header}"]
    for row, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True)):
        state = unsigned if row == 4 else signed
        lines.append(f"{name};01/0{row + 1}/2016;31/12/2018;{amount};{state}")
    said = unsigned or 'cellule vide ("")'
    assert f"« {said} »" in question(tmp_path, lines)
