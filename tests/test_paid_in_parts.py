"""Lists of payments that repeat the granted amount on each line: it counts once, or is asked."""

import pytest

from analysis import clean, prepare
from analysis.declare.faults import Refused
from analysis.layout.amounts.paid_by_year import is_paid_by_year
from analysis.layout.amounts.whole_agreements import repeats_a_whole
from analysis.layout.doubts import doubts_of
from analysis.layout.payments.paid_in_parts import REASON
from analysis.layout.recognition import matched_as
from analysis.run import check_data
from raw_lists import block, block_of, block_of_lines, counted, rows_read
from test_prepare import field

HEADER = "Bénéficiaire;Objet;Date de la délibération;Montant voté;Date versement;Montant versé"
IN_PARTS = [
    "Club A;Action 1;01/03/2019;10000;01/05/2019;7000",
    "Club A;Action 1;01/03/2019;10000;01/11/2019;3000",
    "Club B;Action 2;02/03/2019;5000;02/05/2019;5000",
]
GRANTED = 15000
COLUMNS = {
    "recipient": '"Bénéficiaire"',
    "date": '"Date de la délibération"',
    "amount": '"Montant voté"',
    "purpose": '"Objet"',
}


def write(folder, lines: list[str], header: str = HEADER) -> None:
    (folder / "versements.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def state(folder, keys: str = "", **columns: str) -> None:
    """A study.toml that states all columns, and some as given here."""
    told = "\n".join(f"{name} = {header}" for name, header in (COLUMNS | columns).items())
    source = '[[source]]\nfiles = "versements.csv"\ntable = "grants"\nfunder = "Ville"\n'
    text = f"{source}{keys}\n[source.columns]\n{told}\n"
    (folder / "study.toml").write_text(text, encoding="utf-8")


def total(folder) -> float:
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def question(folder) -> str:
    with pytest.raises(Refused) as refused:
        total(folder)
    (fault,) = refused.value.faults
    assert fault.rule == "question"
    return fault.message


@pytest.fixture
def in_parts(tmp_path):
    """Two grants, of which one is paid on two lines that both bear its whole amount."""
    write(tmp_path, IN_PARTS)
    return tmp_path


def test_an_amount_that_payments_repeat_is_asked_though_it_is_stated(in_parts):
    assert question(in_parts)
    state(in_parts)
    message = question(in_parts)
    assert "`Montant voté`" in message and "`Montant versé`" in message
    assert 'amount = "Montant versé"' in message


def test_only_the_amount_is_asked_as_paid_in_parts():
    block = block_of_lines([HEADER, *IN_PARTS])
    asked = doubts_of(block, matched_as("grants", block, "versements"), set())
    assert [doubt.reason for doubt in asked].count(REASON) == 1


def test_the_payments_add_up_to_what_was_granted(in_parts):
    state(in_parts, amount='"Montant versé"')
    assert counted(in_parts) == GRANTED


def test_the_amount_counts_once_a_grant_by_the_reference_that_the_question_tells(in_parts):
    state(in_parts)
    reference = '["Date de la délibération", "Objet", "Montant voté"]'
    assert f"reference = {reference}" in question(in_parts)
    state(in_parts, 'same_reference = "once"', reference=reference)
    agreements = clean.clean(in_parts).tables["agreements"]
    assert sorted(agreements["planned_amount_eur"]) == [5000, 10000]
    state(in_parts, 'same_reference = "once"')  # of nothing
    assert question(in_parts)
    state(in_parts, 'same_reference = "add"', reference=reference)
    assert question(in_parts)


@pytest.mark.parametrize("amounts", [(10000, 9000), (9000, 10000)])
def test_of_one_grant_whose_lines_differ_the_largest_amount_counts(tmp_path, amounts):
    lines = [f"Club A;Action 1;01/03/2019;{amount};01/05/2019;100" for amount in amounts]
    write(tmp_path, [*lines, IN_PARTS[-1]])
    state(tmp_path, 'same_reference = "once"', reference='["Date de la délibération", "Objet"]')
    assert total(tmp_path) == GRANTED


def test_a_draft_without_its_marks_is_asked_again(in_parts):
    draft = check_data.check(in_parts).draft
    (in_parts / "study.toml").write_text(draft.replace("# ?", ""), encoding="utf-8")
    assert 'amount = "Montant versé"' in question(in_parts)


def test_payments_may_be_the_dates_of_the_list(in_parts):
    state(in_parts, date='"Date versement"')
    assert 'reference = ["Objet", "Montant voté"]' in question(in_parts)
    reference = '["Objet", "Montant voté"]'
    state(in_parts, 'same_reference = "once"', date='"Date versement"', reference=reference)
    assert total(in_parts) == GRANTED


def test_grants_that_are_not_yet_paid_whole_are_asked_beside_others(tmp_path):
    lines = [*IN_PARTS, "Club C;Action 3;03/03/2019;8000;01/05/2019;2000"]
    lines += ["Club C;Action 3;03/03/2019;8000;01/11/2019;1000"]
    write(tmp_path, lines)
    state(tmp_path)
    assert question(tmp_path)


# ---- amounts that are repeated because there are several grants
def test_two_equal_grants_that_are_paid_count_twice(tmp_path):
    lines = [
        "Club A;Action 1;01/03/2019;10000;01/05/2019;10000",
        "Club A;Action 1;01/03/2019;10000;01/11/2019;10000",
        "Club B;Action 2;02/03/2019;5000;02/05/2019;5000",
        "Club B;Action 3;02/03/2019;5000;02/05/2019;4000",
    ]
    write(tmp_path, lines)
    state(tmp_path)
    assert counted(tmp_path) == 30000


def test_advances_of_a_half_on_grants_of_two_years_are_not_asked(tmp_path):
    lines = [
        f"Club {who};Fonctionnement;01/03/{year};{amount};01/05/{year};{amount // 2}"
        for who, amount in (("A", 10000), ("B", 5000), ("C", 800))
        for year in (2018, 2019)
    ]
    lines.append("Club D;Fonctionnement;01/03/2019;600;01/05/2019;300")
    write(tmp_path, lines)
    state(tmp_path)
    assert counted(tmp_path) == 2 * 15800 + 600


def test_what_was_asked_for_is_no_payment(tmp_path):
    header = "Bénéficiaire;Objet;Date de la délibération;Montant voté;Montant demandé"
    lines = [
        *("Club A;Action 1;01/03/2019;4000;7000", "Club A;Action 1;01/03/2019;4000;5000"),
        *("Club B;Action 2;02/03/2019;5000;9000", "Club B;Action 4;02/03/2019;5000;6000"),
    ]
    write(tmp_path, lines, header)
    state(tmp_path)
    assert counted(tmp_path) == 18000


# ---- one column of payments for each year
BY_YEAR = "Bénéficiaire;Date de la délibération;{granted};Versé 2019;Versé 2020"


def by_year(folder, granted: str, share: float, keys: str = "", header: str = BY_YEAR):
    """The folder with a list of four grants, of which a share was paid over two years."""
    lines = [
        f"Club {letter};0{number}/03/2019;{number * 1000};{number * 600 * share:.0f};{number * 400 * share:.0f}"
        for number, letter in enumerate("ABCD", 1)
    ]
    write(folder, lines, header.format(granted=granted))
    if keys:
        (folder / "study.toml").write_text(
            f'[[source]]\nfiles = "*.csv"\ntable = "grants"\nfunder = "V"\n{keys}\n'
        )
    return folder


@pytest.mark.parametrize("granted", ["Montant engagé", "Montant", "Bewilligte Mittel"])
def test_what_was_paid_by_year_of_a_grant_counts_for_nothing_of_its_own(tmp_path, granted):
    assert counted(by_year(tmp_path, granted, 0.8)) == 10_000


@pytest.mark.parametrize("other", ["Montant demandé", "Total versé", "Coût total"])
def test_payments_by_year_count_where_no_column_holds_the_grant(tmp_path, other):
    assert counted(by_year(tmp_path, other, 0.8)) == 8000


BARE_YEARS = "Bénéficiaire;Date de la délibération;{granted};2019;2020"


@pytest.mark.parametrize(
    "granted", ["Engagement total", "Montant conventionné", "Toegekend bedrag"]
)
def test_what_was_committed_counts_beside_years_that_pay_less_of_it(tmp_path, granted):
    columns = '[source.columns]\nrecipient = "Bénéficiaire"\ndate = "Date de la délibération"\n'
    if granted.endswith("total"):
        with pytest.raises(Refused, match=f"`{granted}`"):
            total(by_year(tmp_path, granted, 0.8, header=BARE_YEARS))
        keys = f'{columns}amount = "{granted}"'
        assert counted(by_year(tmp_path, granted, 0.8, keys, BARE_YEARS)) == 10_000
    else:
        assert counted(by_year(tmp_path, granted, 0.8, header=BARE_YEARS)) == 10_000


@pytest.mark.parametrize(("rows_paid", "is_paid"), [(4, True), (2, True), (1, False)])
def test_bare_years_tell_what_was_paid_where_most_rows_bear_a_payment(rows_paid, is_paid):
    amounts = [1000, 2000, 3000, 4000]
    paid = [amount // 2 if row < rows_paid else "" for row, amount in enumerate(amounts)]
    table = block(**{"Engagement total": amounts, "2019": paid, "2020": [""] * 4})
    assert is_paid_by_year(table, ["2019", "2020"], ["Engagement total"]) == is_paid


@pytest.mark.parametrize("granted", ["Total", "Importo totale"])
def test_a_total_of_more_than_the_years_beside_it_is_asked(tmp_path, granted):
    with pytest.raises(Refused, match=f"`{granted}`"):
        total(by_year(tmp_path, granted, 0.8, header=BARE_YEARS))
    assert counted(by_year(tmp_path, granted, 1, header=BARE_YEARS)) == 10_000


@pytest.mark.parametrize("other", ["Montant demandé", "Coût total"])
def test_years_count_beside_what_was_asked_for(tmp_path, other):
    assert counted(by_year(tmp_path, other, 0.8, header=BARE_YEARS)) == 8000


def test_an_agreement_lasts_the_years_that_its_name_bears(tmp_path):
    lines = [f"Club {name};Convention 2016-2019;{1000 * name}" for name in range(1, 5)]
    write(tmp_path, lines, "Bénéficiaire;Date;Montant")
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert agreements["planned_end"].dt.year.eq(2019).all()


def test_a_whole_column_that_study_toml_takes_counts_once_each_row(tmp_path):
    columns = '[source.columns]\nrecipient = "Bénéficiaire"\ndate = "Date de la délibération"\n'
    assert counted(by_year(tmp_path, "Enveloppe", 1, f'{columns}amount = "Enveloppe"')) == 10_000


# ---- an agreement of several years on the line of each of them
YEARLY = [
    f"Club {name};{year};{amount}"
    for name, amount in (("A", 9000), ("B", 6000), ("C", 7500), ("D", 1200))
    for year in (2019, 2020, 2021)
]
WHOLES = 9000 + 6000 + 7500 + 1200


@pytest.mark.parametrize(
    "amount",
    [
        *("Montant de la convention 2019-2021", "Montant total", "Montant pluriannuel"),
        *("Grant amount (3 years)", "Zuwendungsbetrag gesamt"),
    ],
)
def test_an_amount_that_each_year_of_an_agreement_repeats_is_asked(tmp_path, amount):
    write(tmp_path, YEARLY, f"Association;Année;{amount}")
    told = {"recipient": '"Association"', "date": '"Année"', "amount": f'"{amount}"'}
    state(tmp_path, purpose="[]", **told)
    message = question(tmp_path)
    assert "`Association`" in message and 'same_reference = "apart" | "once"' in message
    state(tmp_path, 'same_reference = "apart"', purpose="[]", **told)
    assert counted(tmp_path) == 3 * WHOLES
    if amount == "Montant total":
        state(tmp_path, 'same_reference = "once"', purpose="[]", **told)
        assert total(tmp_path) == WHOLES


@pytest.mark.parametrize(("recipients", "is_whole"), [("AB", False), ("ABC", True)])
def test_three_recipients_whose_amount_comes_again_each_year_show_a_whole_one(recipients, is_whole):
    rows = [
        (f"Club {name}", year, 1000 + 100 * place)
        for place, name in enumerate(recipients)
        for year in (2019, 2020)
    ]
    table = block_of(["Association", "Année", "Montant total"], *rows)
    headers = {"recipient": ("Association",), "date": ("Année",), "amount": ("Montant total",)}
    assert repeats_a_whole(table, headers) == is_whole


def test_the_page_asks_whether_such_an_amount_counts_once(tmp_path):
    write(tmp_path, YEARLY, "Association;Année;Montant total de la convention")
    page = prepare.open(tmp_path, "en", tmp_path / "reports")
    asked = field(page.parts["columns"], "Rows of one reference")
    assert {answer for _label, answer in asked.options} >= {"apart", "once"}
    asked.value = "once"
    page.save()
    assert page.choices.questions == 0 and total(tmp_path) == WHOLES


def test_grants_that_come_again_every_year_are_not_asked(tmp_path):
    write(tmp_path, YEARLY, "Association;Année;Montant voté")
    assert counted(tmp_path) == 3 * WHOLES
    changed = [*YEARLY[:2], "Club A;2021;9500", "Club B;2019;6500", *YEARLY[4:]]
    write(tmp_path, changed, "Association;Année;Montant total")
    assert counted(tmp_path) == 3 * WHOLES + 1000


@pytest.mark.parametrize(
    ("header", "whole", "part"),
    [
        ("Reference;Organisation;Award date;Payment date", "Total award (£)", "Amount paid (£)"),
        (
            "N° convention;Association;Signature;Versement",
            "Montant total convention",
            "Montant versé",
        ),
        ("Aktenzeichen;Verein;Bescheid vom;Datum", "Gesamtbetrag", "Ausgezahlter Betrag (Rate)"),
    ],
)
def test_the_whole_amount_beside_payments_is_offered_and_the_question_names_it(
    tmp_path, header, whole, part
):
    """The draft took what was paid, counted once a grant: less than half of what was granted."""
    lines = [
        f"G{n};Club {n};0{n}/03/2018;0{n}/0{month}/2019;{900 * n};{300 * n}"
        for n in range(1, 9)
        for month in (1, 5, 9)
    ]
    write(tmp_path, lines, f"{header};{whole};{part}")
    checked = check_data.check(tmp_path)
    about = [fault.message for fault in checked.faults]
    (about_lines,) = [message for message in about if 'same_reference = "once" |' in message]
    assert f"`{whole}`" in about_lines
    assert any(f'amount = "{part}"' in message for message in about)
    assert f'amount = "{whole}"' in checked.draft
    answers = checked.draft.replace('# same_reference = "once"', 'same_reference = "once"')
    (tmp_path / "study.toml").write_text(answers.replace(" # ?", ""), encoding="utf-8")
    grants = rows_read(tmp_path, "grants").drop_duplicates(["recipient", "reference"])
    assert grants["amount"].sum() == 900 * sum(range(1, 9))
    assert grants["~same_reference"].eq("once").all()


@pytest.mark.parametrize(
    ("reference", "whole", "paid"),
    [
        ("N° convention", "Montant de la convention", "Montant versé"),
        ("Agreement number", "Total award", "Amount paid"),
    ],
)
def test_the_reference_counts_a_grant_once_and_its_payments_add_up(
    tmp_path, reference, whole, paid
):
    """The draft counted but the first payment of each grant once payments were chosen."""
    lines = [
        f"G{n};Club {n};1{n}/03/2018;{900 * n};1{n}/0{month}/2019;{300 * n}"
        for n in range(1, 9)
        for month in (1, 5, 9)
    ]
    write(tmp_path, lines, f"{reference};Bénéficiaire;Signature;{whole};Date;{paid}")
    told = " ".join(fault.message for fault in check_data.check(tmp_path).faults)
    assert f'reference = "{reference}"' in told and "reference = [" not in told
    columns = {"recipient": "Bénéficiaire", "date": "Signature", "reference": reference}
    stated = {name: f'"{header}"' for name, header in columns.items()}
    state(tmp_path, purpose="[]", amount=f'"{paid}"', **stated)
    assert 'same_reference = "add"' in check_data.check(tmp_path).draft


def test_equal_grants_of_which_one_was_never_paid_are_not_paid_in_parts(tmp_path):
    lines = [
        "Club A;Action 1;01/03/2018;25000;02/05/2018;25000",
        "Club B;Action 2;01/03/2018;8500;02/05/2018;8500",
        "Club C;Festival;21/06/2018;12000;;0",
        "Club C;Festival;21/06/2018;12000;05/09/2019;12000",
    ]
    write(tmp_path, lines)
    state(tmp_path)
    assert total(tmp_path) == 57500


def test_a_line_on_which_nothing_was_paid_yet_is_one_of_its_grant(in_parts):
    write(in_parts, [*IN_PARTS, "Club A;Action 1;01/03/2019;10000;;0"])
    state(in_parts)
    assert "Montant voté" in question(in_parts)
