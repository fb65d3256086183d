"""Sheets of contributions with one column of amounts for each kind, as rows of one amount each."""

import pytest

from analysis.layout.headers.kinds_of_headers import kind_of_header
from analysis.layout.shapes.kind_columns import by_kind
from analysis.run.check_data import check
from raw_lists import accepted, block_of_lines, workbook

AGREEMENTS = [
    ["N° convention", "Partenaire", "Entité", "Début", "Échéance"],
    ["C1", "Emmaüs Ain", "Nord", "2017-01-01", "2018-12-31"],
    ["C2", "Judo club", "Nord", "2017-03-01", "2018-02-28"],
    ["C3", "Unis-Cité", "Sud", "2018-01-01", "2018-12-31"],
    ["C4", "Recyclerie", "Sud", "2018-01-01", "2018-12-31"],
]
BY_KIND = [  # the money of both years and what it came with, 41,400 EUR in all
    [
        "N° de contribution",
        "Convention",
        "Année",
        "Financier",
        "Compétences (valorisées en €)",
        "Jours",
        "Total",
    ],
    ["A1", "C1", 2017, 10_000, 2_500, 5, 12_500],
    ["A2", "C1", 2018, 12_000, None, None, 12_000],
    ["A3", "C2", 2017, None, 3_000, 6, 3_000],
    ["A4", "C3", 2018, 5_000, 1_000, 2, 6_000],
    ["A5", "C4", 2018, 7_500, 400, 1, 7_900],
]
BY_YEAR_AND_KIND = [
    [
        "Convention",
        "Numéraire 2017 (€)",
        "Nature 2017 (€)",
        "Numéraire 2018 (€)",
        "Nature 2018 (€)",
    ],
    ["C1", 10_000, 2_500, 12_000, None],
    ["C2", None, 3_000, None, 700],
    ["C3", None, None, 5_000, 1_000],
    ["C4", None, None, 7_500, 400],
]


OF_BOTH_YEARS = [  # what each kind came to, and the number of the first row
    (
        BY_KIND,
        {
            ("cash", 2017): 10_000,
            ("cash", 2018): 24_500,
            ("skills", 2017): 5_500,
            ("skills", 2018): 1_400,
        },
        "A1 cash",
    ),
    (
        BY_YEAR_AND_KIND,
        {
            ("cash", 2017): 10_000,
            ("cash", 2018): 24_500,
            ("goods", 2017): 5_500,
            ("goods", 2018): 2_100,
        },
        "C1 2017 to partner cash 10000.0",
    ),
]


@pytest.mark.parametrize(
    ("contributions", "sums", "first"), OF_BOTH_YEARS, ids=["kind", "year and kind"]
)
def test_what_each_kind_came_to_is_read_once_the_side_is_told(tmp_path, contributions, sums, first):
    sheets = {"Conventions": AGREEMENTS, "Contributions": contributions}
    folder = workbook(tmp_path / "raw", sheets)
    draft = check(folder).draft
    assert "# ?" in draft and '"Total"' not in draft
    side = '# direction = "…"', 'direction = "vers le partenaire"'
    rows = accepted(folder, draft, side).tables["contributions"]
    assert rows.groupby(["kind", "year"], observed=True)["value_eur"].sum().to_dict() == sums
    assert rows["contribution_id"].is_unique and rows["contribution_id"].min() == first


HEADERS = {
    "Numéraire (€)": "cash",
    "Montant financier": "cash",
    "Cash amount (EUR)": "cash",
    "In-kind value": "goods",
    "Valorisation en nature (k€)": "goods",
    "Mécénat de compétences (valorisé)": "skills",
    "Mise à disposition de locaux": "premises",
    "dont numéraire": "cash",
    "Numéraire versé": "cash",
    "Mécénat en nature": "goods",
    "Personnel mis à disposition": "skills",
    "Geldleistung (EUR)": "cash",
    "Sachleistung": "goods",
    "Valorisation": "",  # of what is not said
    "Montant": "",
    "Compétences (jours)": "",
    "Subvention de fonctionnement": "",
    "Achats de l'association": "",
    "2017": "",
    "": "",
}


def test_headers_say_a_kind_beside_words_for_how_much_alone():
    assert {header: kind_of_header(header) for header in HEADERS} == HEADERS


LINES = ["Convention;Numéraire;Locaux", "C1;10 000;2 500", "C2;;1 200", "C3;;"]


def test_a_row_stands_for_each_kind_that_it_has_and_stays_where_it_has_none():
    by_row = by_kind(block_of_lines(LINES))
    assert by_row.columns["Nature"].series().fillna("").tolist() == [
        "cash",
        "premises",
        "premises",
        "",
    ]
    amounts = by_row.columns["Montant"].series().fillna("").tolist()
    assert amounts == ["10 000", "2 500", "1 200", ""]
    assert by_row.lines.tolist() == [2, 2, 3, 4]


OTHERWISE = {
    "one kind alone": (["Convention;Numéraire;Espèces", "C1;10 000;2 500", "C2;1 200;300"], {}),
    "an amount beside": (
        [
            f"{line};{amount}"
            for line, amount in zip(LINES, ["Montant", "9 999", "1 111", ""], strict=True)
        ],
        {},
    ),
    "a column of kinds": (
        [f"{line};{kind}" for line, kind in zip(LINES, ["Nature", "don", "prêt", ""], strict=True)],
        {},
    ),
    "kinds that study.toml states": (LINES, {"kind": ("Convention",)}),
    "an amount that study.toml states": (LINES, {"value_eur": ("Numéraire",)}),
    "a total that study.toml states": (
        [
            f"{line};{total}"
            for line, total in zip(LINES, ["Total", "12 500", "1 200", ""], strict=True)
        ],
        {"value_eur": ("Total",)},
    ),
}


@pytest.mark.parametrize(("lines", "stated"), OTHERWISE.values(), ids=OTHERWISE)
def test_a_sheet_whose_amounts_are_told_otherwise_stays_as_it_is(lines, stated):
    block = block_of_lines(lines)
    assert by_kind(block, stated) is block


def test_payments_in_money_and_in_kind_are_no_payments_of_money_alone(tmp_path):
    headers = ["Convention", "Date", "Montant versé (numéraire)", "Montant valorisé (nature)"]
    rows = [["C1", "2017-03-01", 10_000, 2_500], ["C3", "2018-03-01", 5_000, 1_000]]
    sheets = {"Conventions": AGREEMENTS, "Suivi": [headers, *rows]}
    folder = workbook(tmp_path / "raw", sheets)
    side = '# direction = "…"', 'direction = "vers le partenaire"'
    contributions = accepted(folder, check(folder).draft, side).tables["contributions"]
    sums = contributions.groupby("kind", observed=True)["value_eur"].sum().to_dict()
    assert sums == {"cash": 15_000, "goods": 3_500}


@pytest.mark.parametrize("money", ["Montant (€)", "Numéraire"])
def test_what_is_worth_something_of_no_told_kind_is_asked_and_added(tmp_path, money):
    """Of a sheet of payments the valuation was taken alone, unasked."""
    rows = [["C1", 2017, 10_000, 2_500], ["C2", 2017, None, 3_000], ["C3", 2018, 5_000, 1_000]]
    sheets = {
        "Conventions": AGREEMENTS,
        "Versements": [["Convention", "Année", money, "Valorisation (€)"], *rows],
    }
    folder = workbook(tmp_path / "raw", sheets)
    checked = check(folder)
    together = f'value_eur = ["{money}", "Valorisation (€)"]'
    assert together in checked.faults[0].message and f"{together}  #" in checked.draft
    for answer, total_eur in ((together, 21_500), (f'value_eur = "{money}"', 15_000)):
        kind = '# kind = "…"', 'kind = "numéraire"'
        result = accepted(folder, checked.draft, kind, (together, answer))
        assert result.tables["contributions"]["value_eur"].sum() == total_eur
