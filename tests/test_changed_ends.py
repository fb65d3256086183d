"""Ends that came before the planned one, and later ones, in columns of their own."""

import pandas as pd
import pytest

from analysis import layout
from analysis.layout.headers.header_matching import ONE_END
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS
from analysis.layout.recognition import matched_as
from analysis.layout.terms.changed_ends import renewals_in_the_row
from analysis.run import check_data
from raw_lists import agreements_read, as_read, block_of, grants_kept, rows_read, workbook
from test_team_habits import HEAD, MORE, TWO, agreements_of, questions, with_answers


def lines_with(*columns) -> list[list]:
    """Agreements of which the second has something of its own in further columns: header, cell of
    that row, cell of all others.
    """
    head = [*HEAD, *(header for header, _own, _others in columns)]
    others = [other for _header, _own, other in columns]
    own = [cell for _header, cell, _others in columns]
    return [head, [*TWO[0], *others], [*TWO[1], *own], *([*row, *others] for row in MORE[:6])]


def with_columns(folder, *columns):
    return workbook(folder, {"Conventions": lines_with(*columns)})


def matched(lines):
    """What the headers of agreements are taken for."""
    return matched_as("agreements", block_of(*lines), "conventions")


def ends_of(agreements, column="end") -> dict[str, str]:
    days = agreements.set_index("agreement_id")[column].dt.strftime("%Y-%m-%d")
    return days.dropna().to_dict()


EXITS = ["Année de sortie", "Exit year", "Austritt", "Jaar van uittreding", "Baja", "Uscita"]
EXITS += ["Date de sortie", "Year of departure"]


@pytest.mark.parametrize("header", EXITS)
def test_a_header_that_says_when_partners_left_is_of_the_end(header):
    match = matched(lines_with(("Sortie (O/N)", "Oui", "Non"), (header, 2017, None)))
    assert (match.columns["end"], match.how["end"]) == ((header,), BY_WORDS)


def test_a_column_that_says_when_partners_left_tells_the_end(tmp_path):
    folder = with_columns(tmp_path, ("Sortie (O/N)", "Oui", "Non"), (EXITS[0], 2017, None))
    assert ends_of(agreements_of(folder)) == {"C2": "2017-12-31"}


def test_the_term_is_still_asked_beside_the_ends_that_came(tmp_path):
    head = ["N° convention", "Partenaire", "Entité", "Date de début", "Vencimiento", "Baja"]
    lines = [[*row[:5], None] for row in [*TWO, *MORE]]
    lines[0][-1] = 2017
    (question,) = questions(workbook(tmp_path, {"Conventions": [head, *lines]})).values()
    assert 'planned_end = "Vencimiento"' in question


CLOSED = ["Date de clôture", "Clos le", "Clôturée le", "Date de fermeture", "Closed on"]
CLOSED += ["Closing date", "Date closed", "Date de dissolution"]
STATUSES = [("Résilié", "En cours"), ("Rescindido", "Vigente"), ("Gekündigt", "Laufend")]
CHANGED = ("Date de changement", "30/09/2017", None)
MAY_BE_ENDS = [
    *([(header, "30/09/2017", None)] for header in CLOSED),
    *([CHANGED, ("Statut", over, running)] for over, running in STATUSES),
]


@pytest.mark.parametrize("columns", MAY_BE_ENDS)
def test_days_of_closing_and_days_where_a_status_says_that_it_is_over_may_be_ends(columns):
    match = matched(lines_with(*columns))
    assert (match.columns["end"], match.how["end"]) == ((columns[0][0],), BY_CELLS)


@pytest.mark.parametrize("columns", [MAY_BE_ENDS[0], MAY_BE_ENDS[-1]])
def test_days_that_may_be_ends_are_asked(tmp_path, columns):
    folder = with_columns(tmp_path, *columns)
    assert f'end = "{columns[0][0]}"' in str(questions(folder))
    assert ends_of(agreements_read(with_answers(folder))) == {"C2": "2017-09-30"}


def test_a_file_closed_after_a_term_and_a_year_that_closes_are_no_ends(tmp_path):
    columns = ("Date de clôture", "30/09/2018", None), ("Clôture de l'exercice", "30/09/2017", None)
    assert "end" not in agreements_read(with_columns(tmp_path, *columns))


def lines_with_two_ends(end, actual) -> list[list]:
    """Agreements of which the second ended before its planned end."""
    head = [*(end if name == "Échéance" else name for name in HEAD), actual]
    lines = [[*row, None] for row in [*TWO, *MORE[:6]]]
    lines[1][-1] = "30/09/2017"
    return [head, *lines]


@pytest.mark.parametrize("end", ["Date de fin", "Fin", "End date"])
@pytest.mark.parametrize("actual", ["Date de fin réelle", "Fin effective", "Date de sortie"])
def test_an_only_other_end_is_the_planned_one_beside_those_that_came(end, actual):
    match = matched(lines_with_two_ends(end, actual))
    assert (match.columns["end"], match.columns["planned_end"]) == ((actual,), (end,))
    assert match.how["planned_end"] != ONE_END


def test_an_end_beside_those_that_came_is_not_asked(tmp_path):
    folder = workbook(tmp_path, {"Conventions": lines_with_two_ends("Fin", "Date de sortie")})
    agreements = agreements_read(folder)
    assert ends_of(agreements) == {"C2": "2017-09-30"}
    assert agreements["planned_end"].notna().all()


def test_days_beside_other_statuses_are_no_ends(tmp_path):
    folder = with_columns(tmp_path, CHANGED, ("Statut", "En cours", "Terminée"))
    assert "end" not in agreements_read(folder)


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
def test_headers_say_until_when_renewals_in_the_row_run(first, second):
    match = matched(lines_with((first, "30/06/2019", "31/12/2019"), (second, "30/06/2020", None)))
    (doubt,) = renewals_in_the_row(match)
    assert doubt.headers == match.columns["planned_end"] == (second, first, "Échéance")


def test_renewals_in_the_row_are_asked_and_the_last_filled_one_counts(tmp_path):
    first, second = "1er renouvellement jusqu’au", "2e renouvellement jusqu’au"
    columns = (first, "30/06/2019", "31/12/2019"), (second, "30/06/2020", None)
    folder = with_columns(tmp_path, *columns)
    answer = f'planned_end = ["{second}", "{first}", "Échéance"]'
    assert answer in str(questions(folder))
    ends = ends_of(agreements_read(with_answers(folder)), "planned_end")
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
        asked = [str(fault) for fault in checked.faults]
        assert any(f"`{PLANNED}`" in text and f"`{STOPPED}`" in text for text in asked)


REMARKS = {
    2: "Résiliée le 30/09/2014",
    3: "arrêt le 30/09/2014",
    4: "Association dissoute en sept. 2014",
}


def grants_with_remarks(folder, header, remarks=REMARKS, **columns):
    """Grants of 2011 to 2016 of which some bear a remark, by their number, with further columns:
    header and cells of all.
    """
    head = ["Association", "Date d'effet", *columns.values(), "Montant accordé", header]
    lines = []
    for n in range(1, 7):
        cells = [{"end": f"31/12/201{n + 2}", "term": "36 mois"}[name] for name in columns]
        lines.append([f"Club {n}", f"01/01/201{n}", *cells, 1000 * n, remarks.get(n, "")])
    return workbook(folder, {"Mécénat": [head, *lines]}, "mecenat.xlsx")


@pytest.mark.parametrize(
    ("header", "columns", "answers"),
    [
        ("Remarques", {"end": "Fin"}, 'planned_end = ["Remarques", "Fin"] | planned_end = "Fin"'),
        ("Observations", {"term": "Durée"}, 'planned_end = "Observations" | planned_end = ""'),
        (
            "Observations",
            {"end": "Échéance", "term": "Durée"},
            'planned_end = ["Observations", "Échéance"] | planned_end = "Échéance"',
        ),
    ],
)
def test_days_of_remarks_are_proposed_before_the_ends_and_terms_of_grants(
    tmp_path, header, columns, answers
):
    folder = grants_with_remarks(tmp_path, header, **columns)
    (question,) = questions(folder).values()
    assert answers in question
    proposed = as_read(folder)[0]["grants"]["planned_end"]
    with_answers(folder)
    assert rows_read(folder, "grants")["planned_end"].equals(proposed)
    agreements = agreements_of(folder).sort_values("start")
    ends = agreements["planned_end"].dt.strftime("%d/%m/%Y").tolist()
    assert ends == ["31/12/2013", *["30/09/2014"] * 3, "31/12/2017", "31/12/2018"]


def test_the_term_alone_holds_where_the_remarks_are_not_to_be_read(tmp_path):
    folder = grants_with_remarks(tmp_path, "Remarques", term="Durée")
    folder = with_answers(folder, ('planned_end = "Remarques"', 'planned_end = ""'))
    grants = rows_read(folder, "grants")
    assert grants["term_months"].eq(36).all()
    assert grants.get("planned_end", pd.Series()).isna().all()


def test_remarks_on_rows_of_which_no_term_is_told_are_not_asked(tmp_path):
    head = ["Association", "Date d'effet", "Durée", "Montant accordé", "Remarques"]
    lines = [[f"Club {n}", f"01/01/201{n}", "36 mois", 1000 * n, ""] for n in range(1, 7)]
    lines[2][2], lines[2][4] = None, "Résiliée le 30/09/2014"
    workbook(tmp_path, {"Mécénat": [head, *lines]}, "mecenat.xlsx")
    assert len(grants_kept(tmp_path)) == 6


def test_other_days_in_remarks_of_grants_are_not_asked(tmp_path):
    remark = {3: "Contrôlée le 30/09/2014"}
    folder = grants_with_remarks(tmp_path, "Remarques", remark, term="Durée")
    assert len(grants_kept(folder)) == 6


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


@pytest.mark.parametrize("rule", HOLDS)
@pytest.mark.parametrize(
    ("header", "cell", "another"),
    [
        ("Observations", "Convention résiliée le 30/06/2015", "Bilan vu le 30/06/2015"),
        ("Résiliée le", "30/06/2015", ""),
    ],
)
def test_an_end_that_one_line_of_a_grant_tells_holds_for_the_grant(
    tmp_path, rule, header, cell, another
):
    """Whichever of the three lines of a grant tells it; a grant of which none does ends as planned."""
    lines = [f"N°;Association;Signature;Fin;Montant;Versé;Versement;{header}"]
    for n, name in enumerate(["Alpha", "Bravo", "Charlie", "Delta"], start=1):
        for part in (1, 2, 3):
            last = cell if part == n else another if n == 4 else ""
            lines.append(f"C{n};{name};01/01/2014;31/12/2016;3000;1000;{part}/3;{last}")
    (tmp_path / "versements.csv").write_text("\n".join(lines), encoding="utf-8")
    stated = PAID.format(rule=rule, amount=HOLDS[rule], header=header)
    (tmp_path / "study.toml").write_text(stated, encoding="utf-8")
    agreements = agreements_of(tmp_path).set_index("partner_id")
    assert agreements["planned_amount_eur"].tolist() == [3000] * 4
    ends = agreements["planned_end"].dt.strftime("%d/%m/%Y")
    assert ends.pop("delta") == "31/12/2016" and ends.tolist() == ["30/06/2015"] * 3


NUMBERED = [
    *("Association", "Début", "Fin", "Montant", "Début 2", "Fin 2", "Montant 2"),
    *("Début 3", "Fin 3", "Montant 3"),
]
THREE_TERMS = [
    *("01/01/2014", "31/12/2015", 1000, "01/01/2016", "31/12/2017", 2000),
    *("01/01/2018", "31/12/2019", 3000),
]


def lines_of_three(header, cells) -> list[list]:
    """Partners of three agreements in one row each, with a cell beside them, and others of two."""
    rows = [[f"Alpha {n}", *THREE_TERMS, cell] for n, cell in enumerate(cells)]
    rows += [[f"Club {n}", *THREE_TERMS[:6], None, None, None, None] for n in range(6)]
    return [[*NUMBERED, header], *rows]


@pytest.mark.parametrize("header", ["Arrêt anticipé", "Remarques"])
def test_one_end_beside_numbered_agreements_is_of_the_one_that_runs(tmp_path, header):
    """Another day is of none of them."""
    days = ["30/06/2015", "30/06/2017", "30/06/2018"]
    cells = [f"Résiliée le {day}" for day in days] if header == "Remarques" else days
    cells = [*cells, "Visite le 30/06/2017" if header == "Remarques" else None]
    workbook(tmp_path, {"Mécénat": lines_of_three(header, cells)}, "mecenat.xlsx")
    grants = as_read(tmp_path)[0]["grants"].sort_values("planned_start")
    ends = grants["planned_end"].dt.strftime("%d/%m/%Y").groupby(grants["recipient"]).agg(list)
    for number in range(4):
        expected = ["31/12/2015", "31/12/2017", "31/12/2019"]
        expected[number : number + 1] = days[number : number + 1]
        assert ends[f"Alpha {number}"] == expected


@pytest.mark.parametrize("header", ["Date de résiliation", "Date de sortie", "Ended early"])
def test_headers_of_ends_beside_numbered_agreements_are_of_the_one_that_runs(header):
    in_rows = layout.by_agreement(block_of(*lines_of_three(header, ["30/06/2017"])), set())
    starts = in_rows.columns["Début"].series()
    assert starts[in_rows.columns[header].series().notna()].tolist() == ["01/01/2016"]
