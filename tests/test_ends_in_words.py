"""Ends and terms that teams write in words: "fin 2018", "2 ans + TR", "Résiliée en sept. 2016"."""

import pandas as pd
import pytest

from analysis import clean, parse
from analysis.clean.programme.programme_rows import with_dates_told
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.table_match import BY_CELLS
from analysis.layout.headers.words import says
from analysis.layout.recognition import matched_as
from raw_lists import agreements_read, block_of, rows_of, rows_read, workbook
from test_team_habits import HEAD, MORE, TWO, agreements_of, questions, with_answers


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("fin 2018", "2018-12-31"),
        ("fin juin 2019", "2019-06-30"),
        ("fin du 1er semestre 2018", "2018-06-30"),
        ("fin de l'année 2018", "2018-12-31"),
        ("end of June 2019", "2019-06-30"),
        ("Ende März 2017", "2017-03-31"),
        ("eind 2016", "2016-12-31"),
        ("a finales de junio de 2016", "2016-06-30"),
        ("fine giugno 2017", "2017-06-30"),
        ("mi-2016", "2016-06-30"),
        ("début 2017", "2017-03-31"),
    ],
)
def test_the_end_of_a_period_is_its_last_day(cell, day):
    cells = pd.Series([cell])
    dates = parse.dates(cells, of_ends=True)[0]
    assert f"{parse.last_day(dates['date'], dates['precision'])[0]:%Y-%m-%d}" == day
    assert parse.dates(cells)[0]["date"].isna().all()  # a start is not at the end of a period


def test_what_is_no_date_stays_unread_in_a_column_of_ends():
    cells = pd.Series(["été 2017", "rentrée 2018", "fin 18", "fin de l'action 2"])
    assert parse.dates(cells, of_ends=True)[0]["date"].isna().all()


def first_rows(count) -> list[list]:
    """Agreements C1, C2, ... of as many partners, from February 2016 to the end of 2018."""
    return [
        [f"C{n}", f"Foyer {n}", "Nord", "01/02/2016", "31/12/2018", 100 * n]
        for n in range(1, count + 1)
    ]


def with_ends(header, cells, plain) -> list[list]:
    """Agreements that end, or last, as cells say, and six others of which the cells are plain."""
    cells = [*cells, *[plain] * 6]
    rows = zip(first_rows(len(cells)), cells, strict=True)
    return [[*HEAD[:4], header, HEAD[5]], *([*row[:4], cell, row[5]] for row, cell in rows)]


def with_words(folder, header, words):
    """Agreements with words under a header that tells no column, and as many others and six more
    that are over.
    """
    cells = [*words, *["Terminée"] * (len(words) + 6)]
    lines = [[*row, cell] for row, cell in zip(first_rows(len(cells)), cells, strict=True)]
    return workbook(folder, {"Conventions": [[*HEAD, header], *lines]})


def values_by_cell(agreements, column, cells) -> dict:
    """What a column tells of the first agreements, by their cells; what is missing is left out."""
    values = agreements.set_index("agreement_id")[column]
    by_cell = {cell: values[f"C{n}"] for n, cell in enumerate(cells, start=1)}
    return {cell: value for cell, value in by_cell.items() if pd.notna(value)}


def days_by_cell(agreements, column, cells) -> dict[str, str]:
    return {
        cell: f"{day:%Y-%m-%d}" for cell, day in values_by_cell(agreements, column, cells).items()
    }


@pytest.mark.parametrize(
    "cell", ["unlimited", "Auto renew", "Automatic renewal", "Reconduction automatique"]
)
def test_an_end_that_is_open_is_no_fault(cell):
    days, faults = parse.dates(pd.Series([cell, "31/12/2018"]), of_ends=True)
    assert days["date"].isna().tolist() == [True, False] and faults.empty


@pytest.mark.parametrize(
    "header", ["Valid until", "Valid Upto", "Expiry date", "valid_till", "Gültig bis", "Geldig tot"]
)
def test_until_when_an_agreement_is_valid_is_its_end(header):
    lines = [[f"Club {n}", f"2015-01-0{n}", "2018-01-01"] for n in range(1, 5)]
    matched = match(block_of(["Recipient", "Date", header], *lines), "grants")
    assert matched.columns["planned_end"] == (header,)


TACIT = [
    *("2 ans + TR", "2 ans puis tacite reconduction par période d'un an"),
    *("2 Jahre, danach stillschweigende Verlängerung", "2 years, then automatically renewed"),
    *("2 jaar, daarna stilzwijgend verlengd", "2 anni con tacito rinnovo"),
    "2 años, tácitamente prorrogable",
]
NOT_TACIT = ["2 ans sans tacite reconduction", "2 ans renouvelable 2 fois"]


def read(lines):
    """The rows of a list of agreements, with what their dates and terms tell."""
    rows = rows_of("agreements", block_of(*lines), "Conventions")
    return with_dates_told(rows, "agreements")


def test_a_tacit_renewal_is_told_beside_a_term():
    cells = [*TACIT, *NOT_TACIT]
    agreements = read(with_ends("Durée", cells, "2 ans"))
    assert days_by_cell(agreements, "planned_end", cells) == dict.fromkeys(cells, "2018-01-31")
    assert values_by_cell(agreements, "tacit_renewal", cells) == dict.fromkeys(TACIT, True)
    assert agreements["tacit_renewal"].sum() == len(TACIT)


def test_a_column_of_tacit_renewals_holds_against_a_word_beside_a_term():
    head, *lines = with_ends("Durée", ["2 ans + TR"] * 3, "2 ans")
    answers = [[*line, "Non"] for line in lines[:-1]] + [[*lines[-1], "Oui"]]
    agreements = read([[*head, "Tacite reconduction"], *answers])
    assert agreements["tacit_renewal"].tolist() == [False] * 8 + [True]


TACIT_BELOW = {
    "Reconduction": ("Tacite", "Expresse"),
    "Mode de reconduction": ("Tacite, 3 ans au plus", "Sur demande"),
    "Renouvellement automatique": ("O", "N"),
    "Tacite reconduction": ("Oui (préavis 3 mois)", "Non"),
    "Auto-renewal": ("Yes", "No"),
    "Renewal type": ("Automatic", "Manual"),
    "Stillschweigende Verlängerung": ("Ja", "Nein"),
    "Rinnovo tacito": ("Sì", "No"),
}
MAY_BE_TACIT = ["Reconductible", "Renouvelable", "Type de reconduction", "Renewable"]


def with_cells(header, first, others) -> list[list]:
    """Six agreements with a column of their own, of which three hold one text, three another."""
    rows = zip(first_rows(6), (first, others) * 3, strict=True)
    return [[*HEAD, header], *([*row, cell] for row, cell in rows)]


@pytest.mark.parametrize("header", TACIT_BELOW)
def test_headers_or_cells_say_that_agreements_renew_themselves(header):
    agreements = read(with_cells(header, *TACIT_BELOW[header]))
    assert agreements["tacit_renewal"].tolist() == [True, False] * 3


@pytest.mark.parametrize("header", MAY_BE_TACIT)
def test_headers_may_say_that_agreements_renew_themselves(header):
    lines = with_cells(header, "oui", "non")
    found = matched_as("agreements", block_of(*lines), "Conventions")
    assert found.columns["tacit_renewal"] == (header,)
    assert found.how["tacit_renewal"] == BY_CELLS


def test_whether_what_may_be_renewed_renews_itself_is_asked(tmp_path):
    lines = with_cells("Renouvelable", "oui", "non")
    folder = workbook(tmp_path, {"Conventions": lines})
    (question,) = questions(folder).values()
    assert 'tacit_renewal = "Renouvelable"' in question
    assert agreements_of(with_answers(folder))["tacit_renewal"].sum() == 3
    stated = (folder / "study.toml").read_text(encoding="utf-8")
    none = stated.replace('tacit_renewal = "Renouvelable"', 'tacit_renewal = ""')
    (folder / "study.toml").write_text(none, encoding="utf-8")
    assert "tacit_renewal" not in rows_read(folder, "agreements").dropna(axis=1, how="all")


@pytest.mark.parametrize(
    ("header", "first", "others"),
    [
        ("Renouvellement", "oui", "non"),  # that it was renewed, which is told
        ("Reconduction", "1", "0"),
        ("Préavis", "3 mois", "aucun"),
        ("Reconduction", "2 fois", "1 fois"),
    ],
)
def test_what_else_stands_below_renewals_is_no_tacit_one(header, first, others):
    lines = with_cells(header, first, others)
    columns = matched_as("agreements", block_of(*lines), "Conventions").columns
    assert "tacit_renewal" not in columns


def test_a_tacit_renewal_is_told_beside_an_end_and_what_is_not_limited_has_none():
    cells = ["31/12/2017 (TR)", "DI", "sans terme", "unbegrenzt"]
    agreements = read(with_ends("Échéance", cells, "31/12/2018"))
    assert days_by_cell(agreements, "planned_end", cells) == {cells[0]: "2017-12-31"}
    assert agreements["planned_end"].notna().sum() == 7
    assert agreements["tacit_renewal"].sum() == 1
    assert values_by_cell(agreements, "tacit_renewal", cells) == {cells[0]: True}


ON_ANOTHER_DAY = {
    "Résiliée par anticipation fin 2017": "2017-12-31",
    "Arrêt du partenariat au 01/09/2017 (déménagement)": "2017-09-01",
    "résiliée (2017)": "2017-12-31",
    "stopped at the end of 2017": "2017-12-31",
    "beendet Ende 2017": "2017-12-31",
}
IN_SEPTEMBER = [
    *("Résiliée en sept. 2017", "Convention interrompue en sept 2017 (dissolution)"),
    *("terminated in Sept 2017", "Kooperation eingestellt zum 30.09.2017"),
    *("stopgezet in september 2017", "interrumpido en septiembre de 2017"),
    *("cessata a settembre 2017", "Liquidation judiciaire le 30/09/2017"),
    *("Mise en liquidation judiciaire (30/09/2017)", "Dissolution le 30/09/2017"),
    *("Association dissoute le 30/09/2017", "Projet abandonné le 30/09/2017"),
    *("Abandon au 30/09/2017", "Stoppée le 30/09/2017", "Clôturée le 30/09/2017"),
    *("Rompue en septembre 2017", "Fin du partenariat : 30/09/2017"),
    *("Fin de convention anticipée au 30/09/17", "Fermeture de la structure le 30/09/2017"),
    *("Absorbée par SOS à compter du 30/09/2017", "Résil. 30/09/2017", "Caduque au 30/09/2017"),
    *("Fusion avec une autre association le 30/09/2017", "Annulée le 30/09/2017"),
    *("Défaillante au 30/09/2017", "En redressement judiciaire depuis le 30/09/2017"),
    *("Dissolved in September 2017", "Went into liquidation on 30 September 2017"),
    *("Merged with another charity in Sept 2017", "Insolvenz im September 2017"),
    *("Ontbonden op 30/09/2017", "Disuelta el 30/09/2017", "Sciolta a settembre 2017"),
]
STOPS = dict.fromkeys(IN_SEPTEMBER, "2017-09-30") | ON_ANOTHER_DAY


def test_words_that_tell_when_an_agreement_stopped_are_asked_and_read(tmp_path):
    folder = with_words(tmp_path, "Commentaire", STOPS)
    (question,) = questions(folder).values()
    assert 'end = "Commentaire"' in question and "leave_out" not in question
    assert days_by_cell(agreements_read(with_answers(folder)), "end", STOPS) == STOPS


def test_statuses_that_tell_when_an_agreement_stopped_are_asked_and_read(tmp_path):
    words = {words: STOPS[words] for words in [*IN_SEPTEMBER[:2], *ON_ANOTHER_DAY]}
    folder = with_words(tmp_path, "Statut", words)
    assert 'end = "Statut"' in " ".join(questions(folder).values())
    assert days_by_cell(agreements_of(with_answers(folder)), "end", words) == words


@pytest.mark.parametrize("words", ["Annulée le 30/09/2017", "Résiliée en sept. 2017"])
def test_one_end_that_words_tell_is_asked(tmp_path, words):
    (question,) = questions(with_words(tmp_path, "Commentaire", [words])).values()
    assert 'end = "Commentaire"' in question and "leave_out" not in question


def test_what_was_called_off_before_it_began_is_asked_as_no_agreement(tmp_path):
    words = ["Annulée le 15/01/2016", "Caduque au 15/01/2016"]
    (question,) = questions(with_words(tmp_path, "Commentaire", words)).values()
    assert f'"Commentaire" = ["{words[0]}", "{words[1]}"]' in question
    assert "end =" not in question


def test_what_was_called_off_on_the_day_on_which_it_was_to_begin_never_began(tmp_path):
    (first_row,) = first_rows(1)
    first_day = first_row[HEAD.index("Date de début")]
    folder = with_words(tmp_path, "Commentaire", [f"Annulée le {first_day}"])
    (question,) = questions(folder).values()
    assert f'"Commentaire" = ["Annulée le {first_day}"]' in question and "end =" not in question


def with_ends_and_remarks(folder, *cells):
    """Agreements of which the first have an end that came and a remark."""
    rows = [*TWO, *MORE[:6]]
    blank = [(None, None)] * (len(rows) - len(cells))
    lines = [[*row, *cells] for row, cells in zip(rows, [*cells, *blank], strict=True)]
    head = [*HEAD, "Date de résiliation", "Commentaire"]
    return workbook(folder, {"Conventions": [head, *lines]})


def test_what_has_an_end_of_its_own_is_no_row_to_leave_out(tmp_path):
    words = ["Projet abandonné", "Abandonnée", "Association dissoute"]
    cells = [("30/09/2017", word) for word in words]
    agreements = agreements_of(with_ends_and_remarks(tmp_path, *cells))
    ended = agreements.dropna(subset=["end"])
    assert len(agreements) == 8 and sorted(ended["agreement_id"]) == ["C1", "C10", "C2"]


def test_what_was_called_off_without_an_end_is_still_asked(tmp_path):
    folder = with_ends_and_remarks(tmp_path, ("30/09/2017", None), (None, "Projet abandonné"))
    (question,) = questions(folder).values()
    assert '"Commentaire" = ["Projet abandonné"]' in question


def test_a_renewal_of_which_nothing_is_known_leaves_no_row_out(tmp_path):
    words = ["Non renouvelée", "À voir", "?", "En réflexion", "To discuss", *["Renouvelée"] * 6]
    lines = [[*row, word] for row, word in zip(first_rows(len(words)), words, strict=True)]
    folder = workbook(tmp_path, {"Conventions": [[*HEAD, "Suite donnée"], *lines]})
    assert len(agreements_of(folder)) == len(words)


def test_what_may_be_an_end_and_is_not_read_is_told_beside_ends_that_are(tmp_path):
    reports = [f"Bilan {n} vu le 12/03/2017" for n in range(6)]
    perhaps = ["Suspendue depuis le 12/03/2017", "a quitté le réseau en mars 2017"]
    perhaps.append("In wind-up, ends 12/03/2017")
    words = ["Résiliée le 30/09/2017", *perhaps, *reports]
    folder = with_answers(with_words(tmp_path, "Commentaire", words))
    (remark,) = clean.clean(folder, day="2018-12-31").remarks
    assert "3 remarques de `Commentaire`" in remark and "lignes 3, 4, 5" in remark


OTHERS = [
    *("Arrêté du 12/03/2017", "suite en 2018", "bilan fin 2017"),
    *("Liquidation du solde le 12/03/2017", "Bilan de fin de convention reçu le 12/03/2017"),
    *("Dossier clos le 12/03/2019", "Atelier résilience le 12/03/2017"),
    "Suspendue depuis le 12/03/2017",
]


def test_other_words_beside_a_day_tell_no_end(tmp_path):
    assert "end" not in rows_read(with_words(tmp_path, "Commentaire", OTHERS), "agreements")


PLANNED = [
    *("End (planned)", "Fin contractuelle", "Ende (geplant)", "Einddatum (verwacht)"),
    "Fin (prevista)",
]


def test_headers_of_ends_say_that_these_are_planned():
    assert [header for header in [*PLANNED, "Fin", "End"] if says("planned end", header)] == PLANNED


def test_an_only_end_that_says_it_is_planned_is_not_asked(tmp_path):
    head = [PLANNED[0] if name == "Échéance" else name for name in HEAD]
    agreements = rows_read(workbook(tmp_path, {"Conventions": [head, *TWO, *MORE]}), "agreements")
    assert agreements["planned_end"].notna().all() and len(agreements) == 14


@pytest.mark.parametrize("table", ["agreements", "grants"])
def test_an_end_that_counts_from_the_year_of_its_start_is_read(table):
    head = ["Partenaire", "Direction", "Début", "Fin prévue", "Montant"]
    ends = ["30/06/2014", "31/12/N+2", "fin N+2", "31.12.n + 2", "N+2", "31/12/année+2"]
    lines = [
        [f"Foyer {n}", "Nord", f"01/0{n}/201{n}", end, 100 * n] for n, end in enumerate(ends, 1)
    ]
    rows = rows_of(table, block_of(head, *lines), "conventions")
    last_days = parse.last_day(rows["planned_end"], rows["planned_end_precision"])
    assert last_days.dt.strftime("%d/%m/%Y").tolist() == [
        *("30/06/2014", "31/12/2014", "31/12/2015", "31/12/2016", "31/12/2017", "31/12/2018")
    ]


def test_ends_of_grants_that_cannot_be_read_are_asked(tmp_path):
    head = ["Association", "Date", "Fin", "Montant"]
    lines = [[f"Foyer {n}", f"01/0{n}/2016", f"0{n}/12/2018", 100 * n] for n in range(1, 9)]
    lines[3][2] = "3 ans après le 4"
    folder = workbook(tmp_path, {"Dons": [head, *lines]}, "Dons.xlsx")
    (question,) = questions(folder).values()
    assert "`Fin`" in question and "3 ans après le 4" in question


def test_terms_in_words_below_an_end_are_how_long_agreements_last(tmp_path):
    lines = ["Association;Début;Fin;Montant (€)"]
    lines += [f"Club {n};01/0{n}/2016;{n} ans;{n}000" for n in range(2, 8)]
    (tmp_path / "liste.csv").write_text("\n".join(lines), encoding="utf-8")
    agreements = clean.clean(tmp_path).tables["agreements"]
    lasts = agreements["planned_end"].dt.year - agreements["start"].dt.year
    assert sorted(lasts) == [*range(2, 8)] and not agreements["term_assumed"].any()


@pytest.mark.parametrize("header", ["Fin", "Échéance", "Date de fin", "Ends"])
def test_headers_of_ends_stand_above_terms_in_words(header):
    rows = [[f"Club {n}", f"01/0{n}/2016", f"{n} ans", 1000 * n] for n in range(2, 8)]
    block = block_of(["Association", "Début", header, "Montant (€)"], *rows)
    assert match(block, "grants").columns["term_months"] == (header,)


TERMS_BELOW_ENDS = [
    ["Alpha", "01/03/2016", "3 ans", 1000],
    ["Bravo", "01/05/2017", "18 mois", 2000],
]


def test_an_end_of_agreements_in_years_and_months_is_their_term():
    head = ["Partenaire", "Date de début", "Échéance", "Montant"]
    columns = match(block_of(head, *TERMS_BELOW_ENDS), "agreements").columns
    assert columns["term_months"] == ("Échéance",) and "planned_end" not in columns


def test_grants_of_a_date_last_the_terms_below_their_end(tmp_path):
    head = ["Bénéficiaire", "Date", "Fin", "Montant attribué (€)"]
    folder = workbook(tmp_path, {"Liste": [head, *TERMS_BELOW_ENDS]})
    agreements = clean.clean(folder, day="2020-12-31", accept_guesses=True).tables["agreements"]
    ends = agreements.set_index("partner_id")["planned_end"].dt.strftime("%Y-%m-%d")
    assert ends[["alpha", "bravo"]].tolist() == ["2019-02-28", "2018-10-31"]
