"""Ends and terms that teams write in words: "fin 2018", "2 ans + TR", "Résiliée en sept. 2016"."""

import pandas as pd
import pytest

from analysis import clean, parse
from test_team_habits import HEAD, MORE, TWO, agreements_of, questions, with_answers, workbook


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


def with_end(folder, header, cell):
    """Agreements of which the first has a cell of its own under a header of ends or terms."""
    others = "31/12/2018" if header == "Échéance" else "2 ans"
    lines = [[*HEAD[:4], header, HEAD[5]], [*TWO[0][:4], cell, 100]]
    lines += [[*row[:4], others, row[5]] for row in [TWO[1], *MORE]]
    return workbook(folder, {"Conventions": lines})


@pytest.mark.parametrize(
    ("header", "cell", "year"),
    [
        ("Échéance", "31/12/2017 (TR)", 2017),
        ("Durée", "2 ans + TR", 2017),
        ("Durée", "2 ans puis tacite reconduction par période d'un an", 2017),
        ("Durée", "2 Jahre, danach stillschweigende Verlängerung", 2017),
        ("Durée", "2 years, then automatically renewed", 2017),
        ("Durée", "2 jaar, daarna stilzwijgend verlengd", 2017),
        ("Durée", "2 anni con tacito rinnovo", 2017),
        ("Durée", "2 años, tácitamente prorrogable", 2017),
    ],
)
def test_a_tacit_renewal_is_told_beside_an_end_or_a_term(tmp_path, header, cell, year):
    agreements = agreements_of(with_end(tmp_path, header, cell)).set_index("agreement_id")
    assert agreements.at["C1", "planned_end"].year == year
    assert agreements["tacit_renewal"].dropna().to_dict() == {"C1": True}


@pytest.mark.parametrize("cell", ["2 ans sans tacite reconduction", "2 ans renouvelable 2 fois"])
def test_a_term_without_tacit_renewal_has_none(tmp_path, cell):
    agreements = agreements_of(with_end(tmp_path, "Durée", cell)).set_index("agreement_id")
    assert agreements.at["C1", "planned_end"].year == 2017
    assert agreements["tacit_renewal"].isna().all()


@pytest.mark.parametrize("cell", ["DI", "sans terme", "unbegrenzt"])
def test_a_term_that_is_not_limited_has_no_end(tmp_path, cell):
    agreements = agreements_of(with_end(tmp_path, "Échéance", cell)).set_index("agreement_id")
    assert agreements["planned_end"].isna().to_dict()["C1"]


def with_words(folder, header, words):
    """Agreements of which the second has words of its own under a header that tells no column."""
    lines = [[*HEAD, header], [*TWO[0], "Terminée"], [*TWO[1], words]]
    lines += [[*row, "Terminée"] for row in MORE[:6]]
    return workbook(folder, {"Conventions": lines})


STOPS = [
    ("Résiliée en sept. 2017", "2017-09-30"),
    ("Résiliée par anticipation fin 2017", "2017-12-31"),
    ("Arrêt du partenariat au 01/09/2017 (déménagement)", "2017-09-01"),
    ("Convention interrompue en sept 2017 (dissolution)", "2017-09-30"),
    ("résiliée (2017)", "2017-12-31"),
    ("terminated in Sept 2017", "2017-09-30"),
    ("stopped at the end of 2017", "2017-12-31"),
    ("beendet Ende 2017", "2017-12-31"),
    ("Kooperation eingestellt zum 30.09.2017", "2017-09-30"),
    ("stopgezet in september 2017", "2017-09-30"),
    ("interrumpido en septiembre de 2017", "2017-09-30"),
    ("cessata a settembre 2017", "2017-09-30"),
]


NO_MORE = [
    "Liquidation judiciaire le 30/09/2017",
    "Mise en liquidation judiciaire (30/09/2017)",
    "Dissolution le 30/09/2017",
    "Association dissoute le 30/09/2017",
    "Projet abandonné le 30/09/2017",
    "Abandon au 30/09/2017",
    "Stoppée le 30/09/2017",
    "Clôturée le 30/09/2017",
    "Rompue en septembre 2017",
    "Fin du partenariat : 30/09/2017",
    "Fin de convention anticipée au 30/09/17",
    "Fermeture de la structure le 30/09/2017",
    "Absorbée par SOS à compter du 30/09/2017",
    "Fusion avec une autre association le 30/09/2017",
    "Résil. 30/09/2017",
    "Caduque au 30/09/2017",
    "Annulée le 30/09/2017",
    "Défaillante au 30/09/2017",
    "En redressement judiciaire depuis le 30/09/2017",
    "Dissolved in September 2017",
    "Went into liquidation on 30 September 2017",
    "Merged with another charity in Sept 2017",
    "Insolvenz im September 2017",
    "Ontbonden op 30/09/2017",
    "Disuelta el 30/09/2017",
    "Sciolta a settembre 2017",
]


@pytest.mark.parametrize("words", NO_MORE)
def test_what_ended_after_it_began_is_no_row_to_leave_out(tmp_path, words):
    folder = with_words(tmp_path, "Commentaire", words)
    (question,) = questions(folder).values()
    assert 'end = "Commentaire"' in question and "leave_out" not in question
    agreements = agreements_of(with_answers(folder)).set_index("agreement_id")
    assert agreements["end"].dt.strftime("%Y-%m-%d").dropna().to_dict() == {"C2": "2017-09-30"}


@pytest.mark.parametrize("words", ["Annulée le 15/12/2016", "Caduque au 15/12/2016"])
def test_what_was_called_off_before_it_began_is_asked_as_no_agreement(tmp_path, words):
    (question,) = questions(with_words(tmp_path, "Commentaire", words)).values()
    assert f'"Commentaire" = ["{words}"]' in question and "end =" not in question


@pytest.mark.parametrize("words", ["Projet abandonné", "Abandonnée", "Association dissoute"])
def test_what_has_an_end_of_its_own_is_no_row_to_leave_out(tmp_path, words):
    head = [*HEAD, "Date de résiliation", "Commentaire"]
    lines = [[*row, None, None] for row in [*TWO, *MORE[:6]]]
    lines[1][-2:] = ["30/09/2017", words]
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [head, *lines]}))
    ended = agreements.dropna(subset=["end"])
    assert len(agreements) == 8 and ended["agreement_id"].tolist() == ["C2"]


def test_what_was_called_off_without_an_end_is_still_asked(tmp_path):
    head = [*HEAD, "Date de résiliation", "Commentaire"]
    lines = [[*row, None, None] for row in [*TWO, *MORE[:6]]]
    lines[0][-2], lines[1][-1] = "30/09/2017", "Projet abandonné"
    (question,) = questions(workbook(tmp_path, {"Conventions": [head, *lines]})).values()
    assert '"Commentaire" = ["Projet abandonné"]' in question


@pytest.mark.parametrize("unknown", ["À voir", "?", "En réflexion", "To discuss"])
def test_a_renewal_of_which_nothing_is_known_leaves_no_row_out(tmp_path, unknown):
    lines = [[*HEAD, "Suite donnée"], [*TWO[0], "Non renouvelée"], [*TWO[1], unknown]]
    lines += [[*row, "Renouvelée"] for row in MORE[:6]]
    assert len(agreements_of(workbook(tmp_path, {"Conventions": lines}))) == 8


@pytest.mark.parametrize(
    ("header", "words", "day"),
    [*(("Commentaire", *stop) for stop in STOPS), *(("Statut", *stop) for stop in STOPS[::3])],
)
def test_words_that_tell_when_an_agreement_stopped_are_asked_and_read(tmp_path, header, words, day):
    folder = with_words(tmp_path, header, words)
    assert f'end = "{header}"' in " ".join(questions(folder).values())
    agreements = agreements_of(with_answers(folder)).set_index("agreement_id")
    assert agreements["end"].dt.strftime("%Y-%m-%d").dropna().to_dict() == {"C2": day}


PERHAPS = [
    "Suspendue depuis le 12/03/2017",
    "a quitté le réseau en mars 2017",
    "In wind-up, ends 12/03/2017",
]


@pytest.mark.parametrize("words", PERHAPS)
def test_what_may_be_an_end_and_is_not_read_is_told_beside_ends_that_are(tmp_path, words):
    lines = [[*HEAD, "Commentaire"], [*TWO[0], "Résiliée le 30/09/2017"], [*TWO[1], words]]
    lines += [[*row, f"Bilan {row[0]} vu le 12/03/2017"] for row in MORE[:6]]
    folder = with_answers(workbook(tmp_path, {"Conventions": lines}))
    (remark,) = clean.clean(folder, day="2018-12-31").remarks
    assert "1 remarque de `Commentaire`" in remark and "ligne 3" in remark


OTHERS = [
    *("Arrêté du 12/03/2017", "suite en 2018", "bilan fin 2017"),
    "Liquidation du solde le 12/03/2017",
    "Bilan de fin de convention reçu le 12/03/2017",
    "Dossier clos le 12/03/2019",
    "Atelier résilience le 12/03/2017",
    "Suspendue depuis le 12/03/2017",
]


@pytest.mark.parametrize("words", OTHERS)
def test_other_words_beside_a_day_tell_no_end(tmp_path, words):
    assert agreements_of(with_words(tmp_path, "Commentaire", words))["end"].isna().all()


@pytest.mark.parametrize(
    "header",
    [
        "End (planned)",
        "Fin contractuelle",
        "Ende (geplant)",
        "Einddatum (verwacht)",
        "Fin (prevista)",
    ],
)
def test_an_only_end_that_says_it_is_planned_is_not_asked(tmp_path, header):
    head = [header if name == "Échéance" else name for name in HEAD]
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [head, *TWO, *MORE]}))
    assert agreements["planned_end"].notna().all() and len(agreements) == 14


@pytest.mark.parametrize("end", ["31/12/N+2", "fin N+2", "31.12.n + 2", "N+2", "31/12/année+2"])
@pytest.mark.parametrize("name", ["conventions.xlsx", "subventions.xlsx"])
def test_an_end_that_counts_from_the_year_of_its_start_is_read(tmp_path, name, end):
    head = ["Partenaire", "Direction", "Début", "Fin prévue", "Montant"]
    lines = [[f"Foyer {n}", "Nord", f"01/0{n}/201{n}", end, 100 * n] for n in range(1, 7)]
    lines[0][3] = "30/06/2014"
    folder = workbook(tmp_path, {"Liste": [head, *lines]}, name)
    ends = clean.clean(folder).tables["agreements"].sort_values("start")["planned_end"]
    assert ends.dt.strftime("%d/%m/%Y").tolist() == [
        *("30/06/2014", "31/12/2014", "31/12/2015", "31/12/2016", "31/12/2017", "31/12/2018")
    ]


def test_ends_of_grants_that_cannot_be_read_are_asked(tmp_path):
    head = ["Association", "Date", "Fin", "Montant"]
    lines = [[f"Foyer {n}", f"01/0{n}/2016", f"0{n}/12/2018", 100 * n] for n in range(1, 9)]
    lines[3][2] = "3 ans après le 4"
    folder = workbook(tmp_path, {"Dons": [head, *lines]}, "Dons.xlsx")
    (question,) = questions(folder).values()
    assert "`Fin`" in question and "3 ans après le 4" in question


@pytest.mark.parametrize("header", ["Fin", "Échéance", "Date de fin", "Ends"])
def test_terms_in_words_below_an_end_are_how_long_agreements_last(tmp_path, header):
    lines = [f"Association;Début;{header};Montant (€)"]
    lines += [f"Club {n};01/0{n}/2016;{n} ans;{n}000" for n in range(2, 8)]
    (tmp_path / "liste.csv").write_text("\n".join(lines), encoding="utf-8")
    agreements = clean.clean(tmp_path).tables["agreements"]
    lasts = agreements["planned_end"].dt.year - agreements["start"].dt.year
    assert sorted(lasts) == [*range(2, 8)] and not agreements["term_assumed"].any()
