"""Ends that came before the planned one, and later ones, in columns of their own."""

import pytest

from analysis import clean
from analysis.run import check_data
from test_team_habits import HEAD, MORE, TWO, agreements_of, questions, with_answers, workbook


def with_columns(folder, *columns):
    """Agreements of which the second has something of its own in further columns: header, cell of
    that row, cell of all others.
    """
    head = [*HEAD, *(header for header, _own, _others in columns)]
    others = [other for _header, _own, other in columns]
    own = [cell for _header, cell, _others in columns]
    lines = [head, [*TWO[0], *others], [*TWO[1], *own], *([*row, *others] for row in MORE[:6])]
    return workbook(folder, {"Conventions": lines})


def ends_of(agreements, column="end") -> dict[str, str]:
    days = agreements.set_index("agreement_id")[column].dt.strftime("%Y-%m-%d")
    return days.dropna().to_dict()


EXITS = ["Année de sortie", "Exit year", "Austritt", "Jaar van uittreding", "Baja", "Uscita"]


@pytest.mark.parametrize("header", [*EXITS, "Date de sortie", "Year of departure"])
def test_a_column_that_says_when_partners_left_tells_the_end(tmp_path, header):
    folder = with_columns(tmp_path, ("Sortie (O/N)", "Oui", "Non"), (header, 2017, None))
    assert ends_of(agreements_of(folder)) == {"C2": "2017-12-31"}


def test_the_term_is_still_asked_beside_the_ends_that_came(tmp_path):
    head = ["N° convention", "Partenaire", "Entité", "Date de début", "Vencimiento", "Baja"]
    lines = [[*row[:5], None] for row in [*TWO, *MORE]]
    lines[0][-1] = 2017
    (question,) = questions(workbook(tmp_path, {"Conventions": [head, *lines]})).values()
    assert 'planned_end = "Vencimiento"' in question


@pytest.mark.parametrize(
    ("over", "running"),
    [("Résilié", "En cours"), ("Rescindido", "Vigente"), ("Gekündigt", "Laufend")],
)
def test_days_where_statuses_say_that_it_is_over_are_asked_as_ends(tmp_path, over, running):
    columns = ("Statut", over, running), ("Date de changement", "30/09/2017", None)
    folder = with_columns(tmp_path, *columns)
    assert 'end = "Date de changement"' in str(questions(folder))
    assert ends_of(agreements_of(with_answers(folder))) == {"C2": "2017-09-30"}


CLOSED = ["Date de clôture", "Clos le", "Clôturée le", "Date de fermeture", "Closed on"]


@pytest.mark.parametrize("header", [*CLOSED, "Closing date", "Date closed", "Date de dissolution"])
def test_a_day_of_closing_within_a_term_is_asked_as_the_end(tmp_path, header):
    folder = with_columns(tmp_path, (header, "30/09/2017", None))
    assert f'end = "{header}"' in str(questions(folder))
    assert ends_of(agreements_of(with_answers(folder))) == {"C2": "2017-09-30"}


@pytest.mark.parametrize(
    ("header", "day"),
    [("Date de clôture", "30/09/2018"), ("Clôture de l'exercice", "30/09/2017")],
)
def test_a_file_closed_after_a_term_or_a_year_that_closes_is_no_end(tmp_path, header, day):
    assert not ends_of(agreements_of(with_columns(tmp_path, (header, day, None))))


@pytest.mark.parametrize("end", ["Date de fin", "Fin", "End date"])
@pytest.mark.parametrize("actual", ["Date de fin réelle", "Fin effective", "Date de sortie"])
def test_an_only_other_end_is_the_planned_one_beside_those_that_came(tmp_path, end, actual):
    head = [*(end if name == "Échéance" else name for name in HEAD), actual]
    lines = [[*row, None] for row in [*TWO, *MORE[:6]]]
    lines[1][-1] = "30/09/2017"
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [head, *lines]}))
    assert ends_of(agreements) == {"C2": "2017-09-30"}
    assert agreements["planned_end"].notna().all()


def test_days_beside_other_statuses_are_no_ends(tmp_path):
    columns = ("Statut", "En cours", "Terminée"), ("Date de changement", "30/09/2017", None)
    assert not ends_of(agreements_of(with_columns(tmp_path, *columns)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1er renouvellement jusqu’au", "2e renouvellement jusqu’au"),
        ("Reconduction 1 (fin)", "Reconduction 2 (fin)"),
        ("1st extension until", "2nd extension until"),
        ("1. Verlängerung bis", "2. Verlängerung bis"),
        ("1e verlenging tot", "2e verlenging tot"),
        ("1ª prórroga hasta", "2ª prórroga hasta"),
        ("1° rinnovo fino al", "2° rinnovo fino al"),
    ],
)
def test_renewals_in_the_row_are_asked_and_the_last_filled_one_counts(tmp_path, first, second):
    columns = (first, "30/06/2019", "31/12/2019"), (second, "30/06/2020", None)
    folder = with_columns(tmp_path, *columns)
    answer = f'planned_end = ["{second}", "{first}", "Échéance"]'
    assert answer in str(questions(folder))
    ends = ends_of(agreements_of(with_answers(folder)), "planned_end")
    assert ends["C2"] == "2020-06-30" and ends["C1"] == "2019-12-31"


STOPPED, PLANNED = "termination_letter_date", "agency_expected_end_date"
DRAFTS = {  # the rows that ended early, of six, and the ends that a draft proposes
    "none": (None, f'planned_end = "{PLANNED}"'),
    "one": ([0], f'planned_end = ["{STOPPED}", "{PLANNED}"]'),
    "all": (range(6), f'planned_end = "{PLANNED}"'),
}


@pytest.mark.parametrize(("stopped", "proposed"), DRAFTS.values(), ids=DRAFTS)
def test_an_end_that_was_planned_is_proposed_beside_one_that_came_early(
    tmp_path, stopped, proposed
):
    lines = []
    for row in range(6):
        day = "2018-04-25" if row in (stopped or ()) else ""
        lines.append(f"Club {row};{row}1500.50;2016-0{row + 1}-01;2019-0{row + 1}-30;{day}")
    header = f"org_name;agency_obligated;agency_startdate;{PLANNED};{STOPPED}"
    if stopped is None:
        header, lines = header.rpartition(";")[0], [line.rpartition(";")[0] for line in lines]
    (tmp_path / "grants.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    checked = check_data.check(tmp_path)
    assert proposed in checked.draft
    if stopped == range(6):
        assert any(
            f"`{PLANNED}`" in each and f"`{STOPPED}`" in each for each in map(str, checked.faults)
        )


def grants_with_remarks(folder, header, remark, **columns):
    """Grants of which the third bears a remark, with further columns: header and cells of all."""
    head = ["Association", "Date d'effet", *columns.values(), "Montant accordé", header]
    lines = []
    for n in range(1, 7):
        cells = [{"end": f"31/12/201{n + 2}", "term": "36 mois"}[name] for name in columns]
        lines.append([f"Club {n}", f"01/01/201{n}", *cells, 1000 * n, remark if n == 3 else ""])
    return workbook(folder, {"Mécénat": [head, *lines]}, "mecenat.xlsx")


REMARKS = ["Résiliée le 30/09/2014", "arrêt le 30/09/2014", "Association dissoute en sept. 2014"]
COLUMNS = [{"end": "Fin"}, {"term": "Durée"}, {"end": "Échéance", "term": "Durée"}]


@pytest.mark.parametrize("remark", REMARKS)
@pytest.mark.parametrize(
    ("header", "columns"),
    [*(("Observations", each) for each in COLUMNS), ("Remarques", COLUMNS[0])],
)
def test_days_of_remarks_are_proposed_before_the_ends_and_terms_of_grants(
    tmp_path, header, remark, columns
):
    folder = grants_with_remarks(tmp_path, header, remark, **columns)
    (question,) = questions(folder).values()
    planned = columns.get("end", "")
    answers = f'planned_end = "{header}" | planned_end = ""'
    if planned:
        answers = f'planned_end = ["{header}", "{planned}"] | planned_end = "{planned}"'
    assert answers in question
    accepted = agreements_of(folder, accept_guesses=True)
    agreements = agreements_of(with_answers(folder))
    days = sorted(agreements["planned_end"].dt.strftime("%d/%m/%Y"))
    assert "30/09/2014" in days and "31/12/2016" in days and "31/12/2015" not in days
    assert accepted["planned_end"].tolist() == agreements["planned_end"].tolist()


def test_the_term_alone_holds_where_the_remarks_are_not_to_be_read(tmp_path):
    folder = grants_with_remarks(tmp_path, "Remarques", REMARKS[0], term="Durée")
    folder = with_answers(folder, ('planned_end = "Remarques"', 'planned_end = ""'))
    days = agreements_of(folder)["planned_end"].dt.strftime("%d/%m/%Y")
    assert "31/12/2015" in days.tolist()


def test_remarks_on_rows_of_which_no_term_is_told_are_not_asked(tmp_path):
    head = ["Association", "Date d'effet", "Durée", "Montant accordé", "Remarques"]
    lines = [[f"Club {n}", f"01/01/201{n}", "36 mois", 1000 * n, ""] for n in range(1, 7)]
    lines[2][2], lines[2][4] = None, "Résiliée le 30/09/2014"
    workbook(tmp_path, {"Mécénat": [head, *lines]}, "mecenat.xlsx")
    assert len(agreements_of(tmp_path)) == 6


def test_other_days_in_remarks_of_grants_are_not_asked(tmp_path):
    folder = grants_with_remarks(tmp_path, "Remarques", "Contrôlée le 30/09/2014", term="Durée")
    assert len(agreements_of(folder)) == 6


PAID = """[study]
name = "versements"
currency = "EUR"

[[source]]
files = "versements.csv"
table = "grants"
funder = "Fondation"
same_reference = "{rule}"
[source.columns]
recipient = "Association"
date = "Signature"
amount = "{amount}"
planned_end = ["{header}", "Fin"]
reference = "N°"
"""
HOLDS = {"once": "Montant", "add": "Versé"}


def paid_in_lines(folder, rule, header, *cells):
    """The planned ends of two grants paid in three lines each, with cells of the first of them."""
    lines = [f"N°;Association;Signature;Fin;Montant;Versé;Versement;{header}"]
    for n, name in enumerate(["Alpha", "Bravo"], start=1):
        for part, cell in enumerate(cells if n == 1 else ("", "", ""), start=1):
            lines.append(f"C{n};{name};01/01/2014;31/12/2016;3000;1000;{part}/3;{cell}")
    (folder / "versements.csv").write_text("\n".join(lines), encoding="utf-8")
    stated = PAID.format(rule=rule, amount=HOLDS[rule], header=header)
    (folder / "study.toml").write_text(stated, encoding="utf-8")
    agreements = agreements_of(folder).sort_values("planned_end")
    assert agreements["planned_amount_eur"].tolist() == [3000, 3000]
    return agreements["planned_end"].dt.strftime("%d/%m/%Y").tolist()


ENDED = [("Observations", "Convention résiliée le 30/06/2015"), ("Résiliée le", "30/06/2015")]


@pytest.mark.parametrize("rule", HOLDS)
@pytest.mark.parametrize(("header", "cell"), ENDED)
@pytest.mark.parametrize("line", range(3))
def test_an_end_that_one_line_of_a_grant_tells_holds_for_the_grant(
    tmp_path, rule, header, cell, line
):
    cells = ["", "", ""]
    cells[line] = cell
    assert paid_in_lines(tmp_path, rule, header, *cells) == ["30/06/2015", "31/12/2016"]


@pytest.mark.parametrize("rule", HOLDS)
def test_a_grant_of_which_no_line_tells_another_end_ends_as_planned(tmp_path, rule):
    ends = paid_in_lines(tmp_path, rule, "Observations", "", "Bilan vu le 30/06/2015", "")
    assert ends == ["31/12/2016", "31/12/2016"]


NUMBERED = [
    *("Association", "Début", "Fin", "Montant", "Début 2", "Fin 2", "Montant 2"),
    *("Début 3", "Fin 3", "Montant 3"),
]
THREE_TERMS = [
    *("01/01/2014", "31/12/2015", 1000, "01/01/2016", "31/12/2017", 2000),
    *("01/01/2018", "31/12/2019", 3000),
]


def numbered_agreements(folder, header, cell):
    """The ends of three agreements in one row, of which one ended as a cell beside them says."""
    rows = [["Alpha", *THREE_TERMS, cell]]
    rows += [[f"Club {n}", *THREE_TERMS[:6], None, None, None, None] for n in range(6)]
    workbook(folder, {"Mécénat": [[*NUMBERED, header], *rows]}, "mecenat.xlsx")
    agreements = agreements_of(folder, accept_guesses=True)
    partners = clean.clean(folder, day="2018-12-31", accept_guesses=True).tables["partners"]
    (alpha,) = partners.loc[partners["name"].eq("Alpha"), "partner_id"]
    own = agreements[agreements["partner_id"].eq(alpha)].sort_values("start")
    return own["planned_end"].dt.strftime("%d/%m/%Y").tolist()


@pytest.mark.parametrize(
    ("header", "place"),
    [
        *(("Arrêt anticipé", place) for place in range(3)),
        *(("Remarques", place) for place in range(3)),
        *((header, 1) for header in ("Date de résiliation", "Date de sortie", "Ended early")),
    ],
)
def test_one_end_beside_numbered_agreements_is_of_the_one_that_runs(tmp_path, header, place):
    day = ["30/06/2015", "30/06/2017", "30/06/2018"][place]
    ends = ["31/12/2015", "31/12/2017", "31/12/2019"]
    ends[place] = day
    cell = f"Résiliée le {day}" if header == "Remarques" else day
    assert numbered_agreements(tmp_path, header, cell) == ends


def test_another_day_beside_numbered_agreements_is_of_all(tmp_path):
    ends = numbered_agreements(tmp_path, "Remarques", "Visite le 30/06/2017")
    assert ends == ["31/12/2015", "31/12/2017", "31/12/2019"]
