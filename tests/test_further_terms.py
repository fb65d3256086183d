"""Renewals that stand in further columns of the row of what they renew."""

import pytest

from analysis import clean, layout
from analysis.layout.terms.renewals_without_start import with_starts_of_renewals
from analysis.run import check_data
from raw_lists import block_of_lines

TERMS = [
    ("Aides et Répit", "01/01/2018;31/12/2019;10000", "01/01/2020;31/12/2022;18000"),
    ("Club Mob", "01/06/2019;31/05/2021;8000", "01/07/2021;31/05/2024;13500"),
    ("Solid’R", "15/09/2021;14/09/2024;24000", ";;"),
]


def renewed_lines(first, second, terms=TERMS) -> list[str]:
    """Three partners, of whom two are renewed in columns of the same row."""
    header = ";".join(["Organisme", "Direction", *first, *second])
    return [header, *(f"{name};Nord;{initial};{renewed}" for name, initial, renewed in terms)]


def renewed_list(folder, *terms):
    lines = renewed_lines(*terms)
    (folder / "suivi.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


def by_agreement(lines) -> list[tuple]:
    """The cells of a list once each agreement of a partner has a row of its own."""
    in_rows = layout.by_agreement(block_of_lines(lines))
    return list(zip(*(column.series() for column in in_rows.columns.values()), strict=True))


def asked(folder):
    return [str(fault) for fault in check_data.check(folder).faults]


FIRST = ("Date début", "Date fin", "Montant (€)")
NAMES = ("Début", "Fin", "Montant (€)")
RENEWED = [
    *(
        (FIRST, second)
        for second in (
            ("Date début 2", "Date fin 2", "Montant 2 (€)"),
            ("2e convention Date début", "2e convention Date fin", "2e convention Montant (€)"),
            ("Renouvelée le", "Jusqu’au", "Nouveau montant"),
            ("Reconduite du", "Nouvelle échéance", "Nouveau montant"),
            ("Renouvellement début", "Renouvellement fin", "Montant du renouvellement"),
        )
    ),
    *(
        tuple([title.format(name) for name in NAMES] for title in titles)
        for titles in (
            ("Convention initiale {}", "1er renouvellement {}"),
            ("{} initial", "{} renouvellement 1"),
            ("Initiale {}", "Reconduction {}"),
        )
    ),
]


@pytest.mark.parametrize(("first", "second"), RENEWED)
def test_second_columns_are_agreements_of_their_own(first, second):
    """Beside unnumbered ones, and below titles."""
    expected = [
        (name, "Nord", *term.split(";")) for name, *terms in TERMS for term in terms if term != ";;"
    ]
    assert by_agreement(renewed_lines(first, second)) == expected


@pytest.mark.parametrize(("first", "second"), [RENEWED[0], RENEWED[5]])
def test_agreements_of_second_columns_are_read(tmp_path, first, second):
    amounts = clean.clean(renewed_list(tmp_path, first, second)).tables["agreements"]
    amounts = amounts["planned_amount_eur"]
    assert (len(amounts), amounts.sum()) == (5, 73_500)


def test_a_total_below_each_group_of_columns_bears_out_what_remarks_say(tmp_path):
    terms = [
        (name, first, f"{second};{remark}")
        for (name, first, second), remark in zip(TERMS, ("", "", "sans suite"), strict=True)
    ]
    terms.append(("Total", ";;42000", ";;31500;"))
    first = ("Convention initiale Début", "Convention initiale Fin", "Convention initiale Montant")
    second = ("1er renouvellement Début", "1er renouvellement Fin", "1er renouvellement Montant")
    folder = renewed_list(tmp_path, first, (*second, "Remarques"), terms)
    assert '"Remarques" = []' in check_data.check(folder).draft


def test_renewals_that_begin_before_the_first_end_are_not_read_as_such(tmp_path):
    terms = [(name, first, first) for name, first, _second in TERMS]
    second = ("Renouvelée le", "Jusqu’au", "Nouveau montant")
    folder = renewed_list(tmp_path, ("Début", "Fin", "Montant (€)"), second, terms)
    assert len(clean.clean(folder, accept_guesses=True).tables["agreements"]) == 3


@pytest.mark.parametrize(
    "second",
    [
        ("Suite du", "Suite au", "Somme"),
        ("Date de renouvellement", "Date du bilan", "Bénéficiaires"),
        ("Date début 2", "Date fin 2", "Somme"),
    ],
)
def test_terms_after_the_first_end_that_nothing_reads_are_asked(tmp_path, second):
    folder = renewed_list(tmp_path, FIRST, second)
    assert any(f"`{second[0]}`" in question and "Début 2" in question for question in asked(folder))


def test_other_days_after_an_end_are_no_further_term(tmp_path):
    terms = [
        (name, first, second and f"0{n}/03/2025;1{n}/06/2025;{n}")
        for n, (name, first, second) in enumerate(TERMS, 1)
    ]
    second = ("Bilan reçu le", "Solde payé le", "Visites")
    folder = renewed_list(tmp_path, FIRST, second, terms)
    assert not any("Bilan" in question for question in asked(folder))


def renewed_twice(folder, totals=()):
    """Three partners, of whom two are renewed and one of them twice, under headers of which only
    the last say which renewal they tell.
    """
    renewals = ("Date reconduction{}", "Nouvelle échéance{}", "Montant reconduction{}")
    further = [header.format(number) for number in ("", " 2") for header in renewals]
    third = [(";;",), ("01/06/2024;31/05/2026;9000",), (";;",)]
    terms = [
        (name, first, f"{second};{last}")
        for (name, first, second), (last,) in zip(TERMS, third, strict=True)
    ]
    first = ("Date de signature", "Échéance", "Montant")
    return renewed_list(folder, first, further, [*terms, *totals])


def test_two_renewals_of_which_one_has_a_number_are_agreements(tmp_path):
    amounts = clean.clean(renewed_twice(tmp_path)).tables["agreements"]["planned_amount_eur"]
    assert (len(amounts), amounts.sum()) == (6, 82_500)


def test_totals_below_columns_of_renewals_are_compared_with_their_own(tmp_path):
    totals = [("Total", ";;42000", ";;31500;;;9000")]
    result = clean.clean(renewed_twice(tmp_path, totals))
    assert result.tables["agreements"]["planned_amount_eur"].sum() == 82_500
    assert not any("Total" in remark for remark in result.remarks)


# ---- renewals of which only the end, or the term, and the amount are told
NUMBERED = [
    ("C1", "Aides et Répit", "01/01/2018", "31/12/2019", 24, 10_000, "31/12/2021", 24, 18_000),
    ("C2", "Club Mob", "15/06/2019", "14/06/2020", 12, 8_000, "14/12/2020", 6, 13_500),
    ("C3", "Solid’R", "20/09/2021", "19/09/2024", 36, 24_000, "", "", ""),
]


def numbered_lines(end: str, amount: str, renewed_end: str, renewed_amount: str) -> list[str]:
    """Numbered agreements whose renewals have an end or a term, and an amount."""
    is_term, is_renewed_term = ("ur" in header for header in (end, renewed_end))
    header = ["N° convention", "Organisme", "Direction", "Date de début", end, amount]
    rows = [
        [number, name, "Nord", start, months if is_term else last, paid]
        + [renewed_months if is_renewed_term else renewed_last, renewed]
        for number, name, start, last, months, paid, renewed_last, renewed_months, renewed in NUMBERED
    ]
    cells = [[*header, renewed_end, renewed_amount], *rows]
    return [";".join(map(str, line)) for line in cells]


def numbered_list(folder, lines):
    (folder / "suivi.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


UNNUMBERED = [
    *(
        ("Date de fin prévue", "Montant", "Date de fin du renouvellement", renewed)
        for renewed in ("Montant du renouvellement", "Montant renouvelé")
    ),
    ("Échéance", "Montant (€)", "Fin 1er renouvellement", "Montant 1er renouvellement (€)"),
    ("Durée (mois)", "Montant", "Durée du renouvellement (mois)", "Montant du renouvellement"),
    ("Planned end date", "Amount", "Renewal end date", "Renewal amount"),
    ("Duration (months)", "Amount", "Renewal duration (months)", "Renewal amount"),
]


@pytest.mark.parametrize("headers", UNNUMBERED)
def test_a_renewal_begins_when_what_it_renews_ends(headers):
    rows = by_agreement(numbered_lines(*headers))
    renewed = [row[3:] for row in rows if row[0].endswith(" (2)")]
    ends = ["24", "6"] if "ur" in headers[0] else ["31/12/2021", "14/12/2020"]
    assert renewed == [("2020-01-01", ends[0], "18000"), ("2020-06-15", ends[1], "13500")]
    assert len(rows) == 5


@pytest.mark.parametrize("ends", ["31/12/2021", ""])
def test_renewals_without_an_end_begin_nowhere(ends):
    header = "Organisme;Date de début;Date de fin prévue;Montant;Date de fin du renouvellement"
    rows = [f"{name};01/01/2018;31/12/2019;100;{ends};200" for name in "ABC"]
    block = block_of_lines([f"{header};Montant du renouvellement", *rows])
    assert bool(with_starts_of_renewals(block, list(block.columns))[1]) == bool(ends)


@pytest.mark.parametrize(
    "headers",
    [
        UNNUMBERED[0],
        ("Date de fin prévue", "Montant", "Durée du renouvellement (mois)", "Montant reconduction"),
    ],
)
def test_renewals_without_a_start_are_read_before_a_draft_and_by_it(tmp_path, headers):
    folder = numbered_list(tmp_path, numbered_lines(*headers))
    for is_drafted in (False, True):
        if is_drafted:
            draft = check_data.check(folder).draft.replace(" # ?", "")
            (folder / "study.toml").write_text(draft, encoding="utf-8")
        agreements = clean.clean(folder).tables["agreements"].sort_values("start")
        amounts = agreements["planned_amount_eur"]
        assert (amounts.sum(), agreements["agreement_id"].is_unique) == (73_500, True)
        days = agreements[["start", "planned_end"]].astype("str").agg(" ".join, axis=1)
        assert {"2020-01-01 2021-12-31", "2020-06-15 2020-12-14"} <= set(days)


def test_a_draft_of_renewals_reads_them_again(tmp_path):
    """Its names are those of the first agreement, and no renewal was read once it was written."""
    first, second = ("Date début", "Date fin", "Montant (€)"), ("Renouvelée le", "Jusqu’au")
    folder = renewed_list(tmp_path, first, (*second, "Nouveau montant"))
    draft = check_data.check(folder).draft.replace(" # ?", "")
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    amounts = clean.clean(folder).tables["agreements"]["planned_amount_eur"]
    assert (len(amounts), amounts.sum()) == (5, 73_500)


def test_an_end_before_the_first_is_of_no_renewal(tmp_path):
    headers = ("Date de fin prévue", "Montant", "Fin du renouvellement", "Montant renouvelé")
    lines = numbered_lines(*headers)
    early = [
        line.replace("31/12/2021", "31/12/2018").replace("14/12/2020", "14/12/2019")
        for line in lines
    ]
    folder = numbered_list(tmp_path, early)
    assert any("`Montant renouvelé`" in line for line in asked(folder))
