"""Written forms and what they mean: METHOD's messy cells, one fact each, and properties over all ways to write a value."""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from babel.dates import format_date
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import luhn

from analysis import parse
from analysis.clean import unclear_rows
from analysis.declare import schema
from analysis.declare.schema import reference
from analysis.text import formatting

by_column = settings(deadline=None, max_examples=4)  # a column of many cells each


def several(cells):
    """Columns of up to 40 of these cells."""
    return st.lists(cells, min_size=20, max_size=40)


SPACES = " \u00a0\u202f\u2009"
pytestmark = pytest.mark.usefixtures("english")


def read(reader, *texts, **options):
    """What a reader reads in a column of these texts, missing as None, and the rules of its faults by place."""
    values, faults = reader(pd.Series(list(texts), dtype="str"), **options)
    return [None if pd.isna(value) else value for value in values], faults["rule"].to_dict()


def read_dates(*texts, **options):
    found, faults = parse.dates(pd.Series(list(texts), dtype="str"), **options)
    return [
        None if pd.isna(day) else f"{day:%Y-%m-%d} {grain}"
        for day, grain in found.itertuples(index=False)
    ], faults["rule"].to_dict()


# Text


@pytest.mark.parametrize(
    "raw, clean",
    [
        ("  L'École\u00a0\u202f du  Val ", "L'École du Val"),
        ("AssociÃ©", "Associé"),
        ("Ã‰cole", "École"),
        ("PÃƒÂ©rigord", "Périgord"),  # twice
        ("Ã\x89cole", "École"),  # by way of latin-1, where cp1252 has no such letter
        ("Â© et â", "Â© et â"),  # no exact way back
        ("a\x00b\u200bc\r\nd", "abc d"),
        ("e\u0301te\u0301", "été"),
        ('=HYPERLINK("http://x";"y")', '=HYPERLINK("http://x";"y")'),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Animal &amp; Vegan Summit", "Animal & Vegan Summit"),
        (
            "California State University&#044; San Jos&eacute;",
            "California State University, San José",
        ),
        ("l&#8217;Ain&nbsp;: R&amp;amp;D", "l’Ain : R&D"),  # written so twice
        ("Bill &Ham; & R&D; &copy 2018", "Bill &Ham; & R&D; &copy 2018"),  # no such letter
    ],
)
def test_text_is_trimmed_and_repaired_and_nothing_else(raw, clean):
    assert parse.text(pd.Series([raw])).tolist() == [clean]


@pytest.mark.parametrize(
    "code",
    ["NC", "n/a", "-", "sans objet", "N.R.", "néant", "", " ", "…", "\u00a0", "nspp"],
)
def test_missing_codes_are_missing_and_say_why(code):
    column = pd.Series([code, "x"])
    assert parse.text(column).isna().tolist() == [True, False]
    assert parse.missing(column).notna().tolist() == [True, False]
    assert read(parse.amounts, code) == ([None], {})  # missing is never zero, and no fault


@settings(deadline=None, max_examples=8)
@example([])
@given(st.lists(st.text(max_size=30), max_size=60))
def test_no_text_crashes_a_reader_and_the_index_is_kept(texts):
    column = pd.Series(texts, index=range(10, 10 + len(texts)), dtype="str")
    stage = schema.columns("contributions")["stage"]
    kinds = schema.columns("agreements")["kinds"]
    readers = [
        parse.amounts,
        parse.dates,
        parse.periods,
        parse.integers,
        parse.booleans,
        parse.siren,
        parse.siret,
        parse.rna,
        parse.departments,
        parse.regions,
        lambda column: parse.categories(column, stage),
        lambda column: parse.sets(column, kinds),
    ]
    for reader in readers:
        values, faults = reader(column)
        assert values.index.equals(column.index)
        assert (
            set(faults.columns) == {"rule", "value", "message"}
            and faults.index.isin(column.index).all()
        )
    assert parse.text(parse.text(column)).equals(parse.text(column))


@by_column
@example(["0a$", "12 a", "1ab$"])
@given(several(st.text(alphabet="0123456789.,-() €$£kKM'eE+%=/:\u00a0\u202fabW", max_size=14)))
def test_what_is_no_amount_is_no_number(texts):
    values, _faults = read(parse.amounts, *texts)
    for text, value in zip(texts, values, strict=True):
        if value is not None:
            assert np.isfinite(value) and any(digit.isdigit() for digit in text)
            assert not set(text.replace("a$", "$")) & set("%=/:abW")  # A$ is a currency


# Amounts


@by_column
@given(
    cents=several(st.integers(-(10**13), 10**13)),
    space=st.sampled_from([*SPACES, ""]),
    mark=st.sampled_from(",."),
    sign=st.sampled_from(["-{}", "−{}", "({})", "{}-", "- {}"]),
    currency=st.sampled_from(["{}", "{} €", "{}€", "{} euros", "€ {}", "{} EUR", "{}\u00a0€"]),
)
def test_an_amount_is_read_back_from_all_its_written_forms(cents, space, mark, sign, currency):
    written = [
        currency.format(f"{abs(amount) / 100:,.2f}".replace(",", space).replace(".", mark))
        for amount in cents
    ]
    signed = [
        sign.format(text) if amount < 0 else text
        for amount, text in zip(cents, written, strict=True)
    ]
    assert read(parse.amounts, *signed) == ([amount / 100 for amount in cents], {})


@pytest.mark.parametrize(("decimal", "in_doubt"), [(",", 10_000), (".", 10)])
def test_what_is_said_of_one_amount_leaves_those_whose_mark_another_shows(decimal, in_doubt):
    texts = ["150,000 USD", "80,000 USD", "10.000 USD", "1,000,000 USD"]
    assert read(parse.amounts, *texts)[0] == [150_000, 80_000, None, 1_000_000]
    said = parse.amounts(pd.Series(texts), decimal=decimal)[0].tolist()
    assert said == [150_000, 80_000, in_doubt, 1_000_000]
    # where no amount holds the mark twice, what is said counts for all
    assert parse.amounts(pd.Series(["1,500", "2,250"]), decimal=",")[0].tolist() == [1.5, 2.25]


def test_amounts_as_tills_and_english_papers_write_them():
    assert read(parse.amounts, "10 000,- €", "1500.-", "CHF 1’200.–", "€1.5m")[0] == [
        10_000,
        1500,
        1200,
        1.5e6,
    ]


def test_a_text_of_sixty_characters_is_no_amount():
    longest = "1." + "0" * 57
    assert read(parse.amounts, longest, longest + "0")[0] == [1.0, None]


def test_a_zero_that_nobody_would_write_is_unclear():
    assert read(parse.amounts, "1 500.00", "1.500") == ([1500.0, None], {1: "M03"})
    assert read(parse.amounts, "1234.125", "1.500") == ([1234.125, 1.5], {})
    assert read(parse.amounts, "10.000", "2.375", groups=",") == (
        [None, None],
        {0: "M03", 1: "M03"},
    )  # nor what stands beside it


def test_lengths_of_time_are_months():
    assert read(parse.months, "24", "2 ans", "18 mois", "36 Months.", "1,5 year", "x") == (
        [24, 24, 18, 36, 18, None],
        {5: "M02"},
    )
    assert read(parse.months, "3", "6 mois", years=True) == ([36, 6], {})


SCALES = {"k€": 3, "K€": 3, "M€": 6, "k": 3, "M": 6, " k€": 3, "\u00a0M€": 6}
SCALES |= {"T€": 3, " Tsd. €": 3, " mille euros": 3, " mln zł": 6, " Mio. EUR": 6}


@by_column
@given(several(st.tuples(st.integers(1, 999_999), st.sampled_from(list(SCALES)))))
def test_thousands_and_millions_are_multiplied(amounts):
    written = [f"{tenths // 10},{tenths % 10}{scale}" for tenths, scale in amounts]
    expected = [float(f"{tenths}e{SCALES[scale] - 1}") for tenths, scale in amounts]
    assert read(parse.amounts, *written)[0] == expected


@by_column
@given(several(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)))
def test_a_number_as_a_computer_writes_it_is_read_back_or_flagged(numbers):
    values, faults = read(parse.amounts, *map(repr, numbers))
    for place, (number, value) in enumerate(zip(numbers, values, strict=True)):
        assert value == number or faults.get(place) == "M03" or "e" in repr(number)


def test_amounts_as_the_method_lists_them():
    forms = ["1 234 567,89 €", "1\u00a0234\u00a0567,89 €", "1\u202f234\u202f567,89 €"]
    assert read(parse.amounts, *forms)[0] == [1234567.89] * 3
    assert read(parse.amounts, "12 345 678,90")[0] == [12345678.9]
    assert read(
        parse.amounts, "12 k€", "1,5 M€", "(250)", "$10,000", "50 000 euros", "97 000euros"
    )[0] == [
        12000,
        1_500_000,
        -250,
        10000,
        50000,
        97000,
    ]
    assert parse.currencies(pd.Series(["$1", "£1", "1 €", "1"])).fillna("").tolist() == [
        "$",
        "GBP",
        "EUR",
        "",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "12 34",
        "1 2345",
        "1.2.3",
        "12%",
        "=12",
        "12/13",
        "1e400",
        "1,5 m",
        "(12",
        "12)",
        "٣",
        "abc",
        "12 à 15",
        "k€",
        "1,2,3",
    ],
)
def test_what_has_no_reading_is_a_fault(wrong):
    assert read(parse.amounts, wrong) == ([None], {0: "M02"})


def test_a_mark_before_three_digits_is_read_as_its_column_shows():
    assert read(parse.amounts, "1.234") == ([None], {0: "M03"})
    assert read(parse.amounts, "1.234", "2.5") == ([1.234, 2.5], {})
    assert read(parse.amounts, "1.234", "2,5") == ([1234, 2.5], {})
    assert read(parse.amounts, "1.234", "1.234.567") == ([1234, 1234567], {})
    assert read(parse.amounts, "1,234", "1,234.50") == ([1234, 1234.5], {})
    assert read(parse.amounts, "1.234", "2.5", "1.234.567")[1] == {0: "M03"}  # the column says both
    assert read(parse.amounts, "1.234", decimal=".") == ([1.234], {})
    assert read(parse.amounts, "1.234", decimal=",", unit="k") == ([1234000], {})
    assert read(parse.amounts, "12", "3 M€", unit="k")[0] == [12000, 3_000_000]


def test_integers_and_booleans():
    assert read(parse.integers, "1 200", "3.0", "2,5", "x") == (
        [1200, 3, None, None],
        {2: "M02", 3: "M02"},
    )
    assert read(parse.booleans, "Oui", "X", "NON", "0", "peut-être") == (
        [True, True, False, False, None],
        {4: "M21"},
    )


# Dates

DAYS = st.dates(date(1901, 1, 1), date(2100, 12, 31))
FRENCH, ENGLISH = (
    [format_date(date(2000, month, 1), "MMMM", locale=lang) for month in range(1, 13)]
    for lang in ("fr", "en")
)


def written_forms(day: date) -> list[str]:
    first = "1er" if day.day == 1 else day.day
    serial = (day - date(1899, 12, 30)).days
    forms = [
        f"{day:%d/%m/%Y}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%d-%m-%Y}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y-%m-%d} 00:00:00",
        f"{day:%Y-%m-%dT%H:%M:%SZ}",
        f"{day:%Y%m%d}",
        f"{first} {FRENCH[day.month - 1]} {day.year}",
        f"{first} {FRENCH[day.month - 1].upper()} {day.year}",
        f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
        f"{ENGLISH[day.month - 1][:3]} {day.day}, {day.year}",
    ]
    return [*forms, str(serial), f"{serial}.0"] if serial >= 20000 else forms


@by_column
@given(several(DAYS))
def test_a_day_is_read_back_from_all_its_written_forms(days):
    forms = [(form, f"{day} day") for day in days for form in written_forms(day)]
    texts, expected = zip(*forms, strict=True)
    assert read_dates(*texts, order="day") == (list(expected), {})


def test_words_beside_days_of_a_workbook_are_faults_unless_they_say_an_open_end():
    days, faults = parse.dates(pd.Series(["2018-06-27", "bientôt", "EN COURS", "9999-12-31"]))
    assert days["precision"].fillna("").tolist() == ["day", "", "", ""]
    assert faults["value"].tolist() == ["bientôt"]


@settings(deadline=None, max_examples=10)
@given(st.integers(1930, 2029), st.integers(1, 12))
def test_partial_dates_keep_their_precision(year, month):
    forms = [
        f"{FRENCH[month - 1]} {year}",
        f"{month:02}/{year}",
        f"{year}-{month:02}",
        f"{ENGLISH[month - 1]} {year}",
    ]
    assert read_dates(*forms)[0] == [f"{year}-{month:02}-01 month"] * 4
    quarter = (month - 1) // 3 + 1
    forms = [
        f"T{quarter} {year}",
        f"{year}-T{quarter}",
        f"Q{quarter} {year}",
        f"{quarter}e trimestre {year}",
    ]
    assert read_dates(*forms)[0] == [f"{year}-{3 * quarter - 2:02}-01 quarter"] * 4
    forms = [f"{year}", f"{year}.0", f"exercice {year}", f"{year}-{year + 1}"]
    assert read_dates(*forms)[0] == [f"{year}-01-01 year"] * 4
    assert read_dates(f"3/{month}/{year % 100:02}", order="day")[0] == [f"{year}-{month:02}-03 day"]


@settings(deadline=None, max_examples=10)
@given(st.integers(1930, 2029), st.integers(1, 2))
def test_half_years_in_all_their_forms(year, half):
    forms = [
        f"S{half} {year}",
        f"{year}-S{half}",
        f"{half}e semestre {year}",
        f"Semestre {half} {year}",
        f"H{half} {year}",
    ]
    assert read_dates(*forms) == ([f"{year}-{6 * half - 5:02}-01 half-year"] * 5, {})
    span = f"{half + 1}er semestre {year}" if half == 2 else f"S3 {year}"
    assert read_dates(span)[1] == {0: "M04"}


def test_years_of_schools_sports_and_budgets_are_years():
    told = [
        "Année scolaire 2019-2020",
        "Saison 2019/2020",
        "Exercice budgétaire 2019",
        "FY2019",
        "FY 2019/20",
        "campagne 2019",
    ]
    assert read_dates(*told) == (["2019-01-01 year"] * 6, {})


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("1. Quartal 2016", "2016-01-01", "quarter"),
        ("4.Quartal 2016", "2016-10-01", "quarter"),
        ("Quartal 2/2016", "2016-04-01", "quarter"),
        ("2016, 3. Quartal", "2016-07-01", "quarter"),
        ("IV. Quartal 2016", "2016-10-01", "quarter"),
        ("Kwartaal 1 2016", "2016-01-01", "quarter"),
        ("2e kwartaal 2016", "2016-04-01", "quarter"),
        ("tweede kwartaal van 2016", "2016-04-01", "quarter"),
        ("1º trimestre 2016", "2016-01-01", "quarter"),
        ("tercer trimestre de 2016", "2016-07-01", "quarter"),
        ("III trimestre 2016", "2016-07-01", "quarter"),
        ("2° trim. 2016", "2016-04-01", "quarter"),
        ("1er trimestre 2016", "2016-01-01", "quarter"),
        ("1ère trimestre 2016", "2016-01-01", "quarter"),
        ("premier trimestre 2016", "2016-01-01", "quarter"),
        ("Third quarter of 2016", "2016-07-01", "quarter"),
        ("Quarter 4, 2016", "2016-10-01", "quarter"),
        ("2. Halbjahr 2016", "2016-07-01", "half-year"),
        ("1e halfjaar 2016", "2016-01-01", "half-year"),
        ("II semestre 2016", "2016-07-01", "half-year"),
        ("2. Quartal FY16", "2016-01-01", "year"),
        ("4. Quartal 2018/19", "2018-01-01", "year"),
    ],
)
def test_quarters_and_halves_of_a_year_as_five_languages_write_them(text, date, precision):
    read, faults = parse.dates(pd.Series([text]))
    assert (str(read["date"][0].date()), read["precision"][0]) == (date, precision) and faults.empty


def test_what_is_no_quarter_of_a_year_is_no_date():
    texts = ["5. Quartal 2016", "Quartal 2016", "Q1-Q2 2016", "KW 1 2016", "V trimestre 2016"]
    read, faults = parse.dates(pd.Series(texts))
    assert read["date"].isna().all() and len(faults) == len(texts)


def test_a_quarter_ends_with_its_last_day():
    texts = pd.Series(["1. Quartal 2016", "2e kwartaal 2016", "4º trimestre 2016"])
    ends = parse.periods(texts)[0]["end"]
    assert ends.dt.strftime("%Y-%m-%d").tolist() == ["2016-03-31", "2016-06-30", "2016-12-31"]


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("FY15", "2015-01-01", "year"),
        ("FY15/16", "2015-01-01", "year"),
        ("AY 2016", "2016-01-01", "year"),
        ("FY2011/12", "2011-01-01", "year"),
        ("exercice 2011-12", "2011-01-01", "year"),
        ("Q1 FY16", "2016-01-01", "year"),  # in which month that year begins is not said
        ("2015/16 Q1", "2015-01-01", "year"),
        ("Q3 2011-12", "2011-01-01", "year"),
        ("2015–2016", "2015-01-01", "year"),
        ("T1 de l'exercice 2016", "2016-01-01", "quarter"),
        ("BP 2016", "2016-01-01", "year"),
        ("１２/０３/２０１８", "2018-03-12", "day"),
        ("CP du 12/03/2018", "2018-03-12", "day"),
        ("Délibération n° 2018-12 du 12/03/2018", "2018-03-12", "day"),
        ("12/03/2018 (conseil)", "2018-03-12", "day"),
        ("(November 2018", "2018-11-01", "month"),
        ("[12/03/2018", "2018-03-12", "day"),
        ("mars 2018)", "2018-03-01", "month"),
        ("« 2018 »", "2018-01-01", "year"),
        ("12.03.2018,", "2018-03-12", "day"),
        ("2018-03-12+01:00", "2018-03-12", "day"),
    ],
)
def test_dates_as_minutes_and_foundations_write_them(text, date, precision):
    read, faults = parse.dates(pd.Series([text]))
    assert (str(read["date"][0].date()), read["precision"][0]) == (date, precision) and faults.empty


@pytest.mark.parametrize(
    "text", ["00/00/2016", "00/03/2016", "2016-03-00", "30/02/2016", "2016-13-01"]
)
def test_a_day_that_is_none_is_a_fault(text):
    read, faults = parse.dates(pd.Series([text]))
    assert read["date"].isna().all() and faults["rule"].tolist() == ["M04"]


def test_a_day_reads_the_same_whatever_else_its_column_holds():
    days = ["1799-12-31", "1800-01-01", "2199-12-31", "2200-01-01", "2899-12-31", "2900-13-01"]
    days += ["1900-01-01", "2016-02-29", "2015-02-29", "9999-12-31", "n.c."]
    alone, unread = parse.dates(pd.Series(days, dtype="str"))
    beside, unread_beside = parse.dates(pd.Series([*days, "avril 2016"], dtype="str"))
    pd.testing.assert_frame_equal(alone, beside.iloc[:-1])
    pd.testing.assert_frame_equal(unread, unread_beside)
    assert unread.index.tolist() == [0, 3, 4, 6, 8]  # 2900 and later are open ends, no faults


def test_the_day_that_an_office_makes_of_a_blank_is_none():
    assert read(parse.dates, "01/01/1900", "1900", "02/01/1900")[1] == {0: "M04"}


def test_what_a_spreadsheet_marks_as_text_is_read_without_the_mark():
    assert parse.text(pd.Series(["'12", "'A'", '="012"', "'s-Hertogenbosch"])).tolist() == [
        "12",
        "A",
        "012",
        "'s-Hertogenbosch",
    ]


@pytest.mark.parametrize(
    ("outcome", "written"),
    [
        (
            "granted",
            [
                "Accordé",
                "Awarded a grant",
                "Accordé à l'unanimité",
                "En attente de versement",
                "Final report received",
                "Mandat annulé partiellement",
                "Mandat rejeté",  # of an order that the accountant sends back the grant stands: it is written out again
                "Not cancelled",
                "Accordé, non annulé",
                "n'est pas refusé",
                "Vote : Pour",
                "Avis: TF",
                "bewilligt",
            ],
        ),
        (
            "refused",
            [
                "Refusée",
                "Refus : besoin financement non justifié",
                "Avis défavorable",
                "non retenu",
                "Declined",
                "not funded",
                "abgelehnt",
                "Denegada",
                "Vote: Contre",
                "Non : dossier annulé",
                "Refusé, non retiré",
                "Avis: D",
            ],
        ),
        ("running", ["Underway, in progress", "Closed"]),
        (
            "withdrawn",
            [
                "Abandonné",
                "Annulée",
                "Withdrawn",
                "Accordé puis annulé",
                "Mandat annulé",
                "Payment cancelled",
            ],
        ),
        (
            "undecided",
            [
                "En instruction",
                "À voter",
                "In Bearbeitung",
                "En attente de validation",
                "Not yet approved",
                "En attente",
                "Reporté",
                "Under review",
                "En trámite",
            ],
        ),
    ],
)
def test_what_became_of_a_request_in_several_languages(outcome, written):
    assert parse.outcomes(pd.Series(written))[0].tolist() == [outcome] * len(written)


def test_letters_are_opinions_in_a_column_that_says_very_favourable():
    assert parse.outcomes(pd.Series(["TF", "F", "D"]))[0].tolist() == [
        "granted",
        "granted",
        "refused",
    ]
    assert parse.outcomes(pd.Series(["F", "D"]))[0].isna().all()


def test_commas_of_an_english_list_stand_between_thousands():
    told = pd.Series(["10,000", "5,500"])
    assert (
        parse.amounts(told, groups=",")[0].tolist() == [10000, 5500]
        and parse.amounts(told)[0].isna().all()
    )


def test_wide_digits_are_digits():
    assert parse.amounts(pd.Series(["１ ２３４，５０ €"]))[0].tolist() == [1234.5]


def test_the_point_of_a_currency_is_no_other_character():
    cells = pd.Series(["100 kr.", "100 frs", "100 kr,", "100 kr5"])
    assert parse.amounts(cells)[0].fillna(-1).tolist() == [100, 100, -1, -1]


def test_no_amount_is_as_large_as_an_identifier_read_with_an_exponent():
    read, faults = parse.amounts(pd.Series(["4e65", "1e14", "9" * 40]))
    assert read.tolist() == [pd.NA, 1e14, pd.NA] and len(faults) == 2


def test_a_day_or_month_padded_with_a_blank_is_read():
    texts = ["12/ 5/2017", "3/22/2018", " 1/ 8/2018"]
    assert read_dates(*texts)[0] == ["2017-12-05 day", "2018-03-22 day", "2018-01-08 day"]
    assert read_dates("2018- 1- 8", " 8. 1.2018")[0] == ["2018-01-08 day"] * 2


def test_dates_as_the_method_lists_them():
    assert read_dates("03/04/2016", "avril 2016", "2016", "T2 2016", "2017/18", "30/02/2016") == (
        [
            "2016-04-03 day",
            "2016-04-01 month",
            "2016-01-01 year",
            "2016-04-01 quarter",
            "2017-01-01 year",
            None,
        ],
        {5: "M04"},
    )
    assert read_dates("en cours", "31/12/9999", "9999-12-31", "n.c.", "") == ([None] * 5, {})
    assert read_dates(
        "0218-02-03", "13/2016", "32/01/2016", "hier", "2016-13-01", "12", "29/02/2017"
    )[1] == dict.fromkeys(range(7), "M04")


def test_the_order_of_day_and_month_is_what_the_column_shows():
    assert read_dates("04/05/2016", "04/23/2016")[0] == ["2016-04-05 day", "2016-04-23 day"]
    assert read_dates("04/05/2016", "04/23/2016", "23/04/2016") == (
        ["2016-05-04 day", None, "2016-04-23 day"],
        {1: "M04"},
    )
    assert read_dates("04/05/2016", order="month")[0] == ["2016-04-05 day"]
    assert read_dates("04/05/2016", usual="month")[0] == ["2016-04-05 day"]
    assert read_dates("04/05/2016", "23/04/2016", usual="month")[0] == [
        "2016-05-04 day",
        "2016-04-23 day",
    ]


def test_a_year_and_the_next_is_a_financial_year_where_the_column_holds_others():
    assert read_dates("2011/12", "2017/18")[0] == ["2011-01-01 year", "2017-01-01 year"]
    assert read_dates("2011/12", "2017/05")[0] == ["2011-12-01 month", "2017-05-01 month"]
    # neither a year alone, of whatever century, nor a longer period tells of financial years
    assert read_dates("2011/12", "1999")[0] == ["2011-12-01 month", "1999-01-01 year"]
    assert read_dates("2011/12", "2017-2019")[0] == ["2011-12-01 month", "2017-01-01 year"]


def test_a_year_and_the_next_is_a_range_where_the_column_holds_longer_ones():
    beside_longer = parse.range_ends(pd.Series(["2015-2018", "2017-2018", "2019"]))
    assert beside_longer.dt.year.tolist()[:2] == [2018, 2018] and pd.isna(beside_longer[2])
    assert parse.range_ends(pd.Series(["2017-2018", "2019"])).isna().all()


@by_column
@given(several(st.tuples(DAYS, st.integers(0, 4000))))
def test_a_period_is_read_back_from_all_its_written_forms(periods):
    forms, expected = [], []
    for start, length in periods:
        end = start + timedelta(days=length)
        written = [
            f"{start}_{end}",
            f"{start:%Y/%m/%d}_{end:%Y/%m/%d}",
            f"du {start:%d/%m/%Y} au {end:%d/%m/%Y}",
            f"{start}/{end}",
            f"{start:%d/%m/%Y} - {end:%d/%m/%Y}",
            f"{start:%d/%m/%Y}-{end:%d/%m/%Y}",
        ]
        forms += written
        expected += [[pd.Timestamp(start), pd.Timestamp(end), "day"]] * len(written)
    found, faults = parse.periods(pd.Series(forms), order="day")
    assert found.to_numpy().tolist() == expected and faults.empty


def test_a_period_is_as_precise_as_its_coarser_end():
    forms = ["01/09/2017 au 2018", "2017 au 31/08/2018", "mars 2017 au 31/08/2018"]
    found, faults = parse.periods(pd.Series(forms))
    assert found["precision"].tolist() == ["year", "year", "month"] and faults.empty


def test_two_years_are_a_period_though_they_may_be_one_financial_year():
    (start, end, precision), *_others = parse.periods(pd.Series(["2017-2018"]))[0].to_numpy()
    assert (start, end) == (pd.Timestamp("2017-01-01"), pd.Timestamp("2018-12-31"))
    assert precision == "year"


def test_a_part_of_a_year_with_a_dash_before_its_year_is_no_period():
    found, faults = parse.periods(pd.Series(["janvier - 2016", "T2 - 2016"]))
    assert found["end"].dt.strftime("%Y-%m-%d").tolist() == ["2016-01-31", "2016-06-30"]
    assert found["precision"].tolist() == ["month", "quarter"] and faults.empty


def test_periods_end_on_their_last_day():
    forms = [
        "2016",
        "T2 2016",
        "février 2016",
        "2016-2018",
        "avril 2016 à juin 2016",
        "2017-01-04_",
        "2017-01-04_en cours",
        "05/06/2017",
    ]
    found, faults = parse.periods(pd.Series(forms))
    ends = [
        "2016-12-31",
        "2016-06-30",
        "2016-02-29",
        "2018-12-31",
        "2016-06-30",
        None,
        None,
        "2017-06-05",
    ]
    assert [
        None if pd.isna(end) else f"{end:%Y-%m-%d}" for end in found["end"]
    ] == ends and faults.empty
    found, faults = parse.periods(pd.Series(["2021-06-21_2017-01-04", "22/11/2017\nSolde en 2018"]))
    assert found["start"].isna().all() and faults["rule"].tolist() == ["R01", "M04"]


# Identifiers

DIGITS = st.text(alphabet="0123456789", min_size=13, max_size=13)


@settings(deadline=None, max_examples=15)
@given(st.text(alphabet="0123456789", min_size=8, max_size=8), st.integers(1, 9999))
def test_siren_and_siret_are_read_back_from_all_their_written_forms(body, office):
    siren = body + luhn.calc_check_digit(body)
    start = siren + f"{office:04}"
    siret = start + luhn.calc_check_digit(start)
    if siren == "000000000" or siren == "356000000":
        return
    forms = [
        siret,
        f" {siret} ",
        f"{siret}.0",
        f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}",
        f"{siret[:9]}\u00a0{siret[9:]}'",
    ]
    if not siret.startswith("000"):
        forms.append(str(int(siret)))
    assert read(parse.siret, *forms) == ([siret] * len(forms), {})
    assert read(parse.siren, *forms)[0] == [siren] * len(forms)
    assert (
        read(parse.siren, siren, f"{siren[:3]}.{siren[3:6]}.{siren[6:]}", f"{siren},00")[0]
        == [siren] * 3
    )
    assert read(parse.siret, siren) == ([None], {})  # a SIREN says who it is: no fault
    wrong = siren[:-1] + str((int(siren[-1]) + 1) % 10)
    assert read(parse.siren, wrong) == ([None], {0: "M05"})


def test_offices_of_the_postal_group_follow_their_own_rule():
    assert read(parse.siret, "35600000049837", "35600000000048") == (
        ["35600000049837", "35600000000048"],
        {},
    )
    assert not luhn.is_valid("35600000049837")
    assert read(parse.siret, "35600000049838") == ([None], {0: "M05"})
    assert read(parse.siren, "35600000049837", "356000000")[0] == ["356000000"] * 2


@pytest.mark.parametrize(
    "destroyed",
    ["3,80476E+13", "7,17E+13", "7.17e+13", "78600000000000", "34982600000000.0", "24480000000000"],
)
def test_an_identifier_that_a_spreadsheet_destroyed_is_no_key(destroyed):
    for reader in (parse.siren, parse.siret):
        values, faults = read(reader, destroyed)
        assert values == [None] and faults == {0: "M05"}


@settings(deadline=None, max_examples=15)
@given(st.sampled_from("0123456789"), st.sampled_from("0123456789AB"), st.integers(0, 9_999_999))
def test_rna_is_read_back(first, second, number):
    rna = f"W{first}{second}{number:07}"
    forms = [rna, rna.lower(), f"{rna[:4]} {rna[4:7]} {rna[7:]}", f" {rna}"]
    assert read(parse.rna, *forms) == ([rna] * 4, {})
    assert read(parse.siret, rna) == ([None], {0: "M07"})
    assert read(parse.siren, rna) == ([None], {0: "M07"})


def test_old_prefecture_numbers_are_no_key():
    assert read(parse.rna, "0442001234", "2/06789", "732829320") == (
        [None] * 3,
        {0: "M07", 1: "M07"},
    )


# Places


def test_departments_as_the_method_lists_them():
    assert read(parse.departments, "1", "01", "2A", "971", "69M", "69D", "2b", "1.0", "75") == (
        ["01", "01", "2A", "971", "69", "69", "2B", "01", "75"],
        {},
    )
    assert read(parse.departments, "20", "99", "Corse", "75 - Nouvelle-Aquitaine") == (
        [None] * 4,
        dict.fromkeys(range(4), "M11"),
    )
    assert read(parse.departments, "44000", "1000", "20137", "20200", "97110", "2A004")[0] == [
        "44",
        "01",
        "2A",
        "2B",
        "971",
        "2A",
    ]


def test_each_department_is_read_back_from_all_its_written_forms():
    forms, expected = [], []
    for place in reference("departments").query("department != '989'").itertuples():
        code, name = place.department, place.name
        written = [
            code,
            code.lstrip("0"),
            name,
            name.upper(),
            name.replace("-", " "),
            f"{code} - {name}",
            f"{code} {name}",
            f"{name} ({code})",
            f"D{code}",
        ]
        forms += written
        expected += [code] * len(written)
    assert read(parse.departments, *forms) == (expected, {})


def test_each_region_is_read_back_from_each_vintage():
    forms, expected = [], []
    places = reference("departments").dropna(subset="region")
    for row in places.to_dict("records"):
        written = [
            row["region"],
            row["former_region"],
            row["region"].upper(),
            row["former_region"].replace("-", " "),
            f"Région {row['region']}",
            row["region_code"],
            row["former_region_code"],
            f"{row['region_code']} - {row['region']}",
        ]
        forms += written
        expected += [row["region"]] * len(written)
    assert read(parse.regions, *forms) == (expected, {})
    assert parse.region_of(places["department"]).tolist() == places["region"].tolist()


def test_former_regions_land_in_present_ones_and_paris_stays_paris():
    assert read(parse.regions, "Poitou-Charentes")[0] == ["Nouvelle-Aquitaine"]
    assert parse.region_of(pd.Series(["75", "86", "975"])).fillna("").tolist() == [
        "Île-de-France",
        "Nouvelle-Aquitaine",
        "",
    ]
    assert read(parse.regions, "75")[0] == ["Nouvelle-Aquitaine"] and read(parse.departments, "75")[
        0
    ] == ["75"]


def test_a_column_of_departments_is_no_column_of_regions():
    assert read(parse.regions, "59", "75", "13", "44") == (
        [None] * 4,
        dict.fromkeys(range(4), "M12"),
    )
    assert read(parse.regions, "Paris", "Outre-mer")[1] == {0: "M13", 1: "M13"}


def test_reference_places_are_those_of_the_official_code(shared):
    official = json.loads(
        (
            shared / "data/ref-geo-fr/etalab-decoupage-administratif-6.0.0-departements.json"
        ).read_text("utf-8")
    )
    ours = reference("departments").set_index("department")
    assert set(ours.index) == {row["code"] for row in official}
    for row in official:
        held = ours.loc[row["code"], "region_code"]
        assert pd.isna(held) if row["zone"] == "com" else held == row["region"]
    regions = json.loads(
        (shared / "data/ref-geo-fr/etalab-decoupage-administratif-6.0.0-regions.json").read_text(
            "utf-8"
        )
    )
    known = {row["code"]: row["nom"].replace("’", "'") for row in regions if row["zone"] != "com"}
    assert reference("regions").set_index("region_code")["region"].to_dict() == known
    former = pd.read_csv(shared / "data/ref-geo-fr/geohisto-regions.csv", dtype="str")
    former = former[former["start_datetime"].lt("1990")].set_index("insee_code")["name"]
    held = (
        ours.dropna(subset="region")
        .drop_duplicates("former_region_code")
        .set_index("former_region_code")["former_region"]
    )
    assert held.to_dict() == former.to_dict()


def test_each_place_has_a_tile_of_its_own():
    departments, regions = reference("departments"), reference("regions")
    assert len(departments.dropna(subset="region")) == 101 and len(regions) == 18
    for places in (departments.dropna(subset="tile_column"), regions):
        assert not places.duplicated(["tile_column", "tile_row"]).any()


# Categories and sets


def test_every_synonym_leads_to_a_declared_value():
    declared = [
        column for columns in schema.declared_tables().values() for column in columns.values()
    ]
    for column, _raw, value in reference("synonyms").itertuples(index=False):
        named = [
            each
            for each in declared
            if column in (each.name, f"{each.table}.{each.name}") and each.values
        ]
        assert not named or any(value in each.values for each in named), (column, value)


def test_each_declared_value_reads_itself_in_english_and_french():
    for columns in schema.declared_tables().values():
        for column in columns.values():
            if column.values:
                reader = parse.sets if column.kind == "set" else parse.categories
                assert reader(pd.Series(column.values), column)[0].tolist() == list(column.values)
    stage = schema.columns("contributions")["stage"]
    assert read(parse.categories, "Versé", "ENGAGÉE", "promis", "autre", column=stage) == (
        ["paid", "committed", "committed", None],
        {3: "M16"},
    )


@pytest.mark.parametrize(
    "words, stage",
    [
        ("engagé voté notifiée prévu prévisionnel attendu budgété impayé", "committed"),
        ("planned pledged promised expected pending unpaid", "committed"),
        ("zugesagt geplant ausstehend toegezegd gepland vastgelegd", "committed"),
        ("comprometido pendiente previsto impegnato", "committed"),
        ("payé versée réglé mandaté décaissé viré soldé", "paid"),
        ("disbursed transferred done bezahlt überwiesen betaald uitbetaald", "paid"),
        ("pagado abonado pagato erogato liquidato", "paid"),
    ],
)
def test_what_was_promised_and_what_was_paid_are_told_apart_in_each_language(words, stage):
    column = schema.columns("contributions")["stage"]
    assert read(parse.categories, *words.split(), column=column)[0] == [stage] * len(words.split())


def test_several_values_in_a_cell_become_a_set():
    kinds, domains, regions = (
        schema.columns("agreements")["kinds"],
        schema.columns("agreements")["domains"],
        schema.columns("offers")["regions"],
    )
    assert read(
        parse.sets,
        "RSE ; mécénat",
        "Mécénat\nRSE",
        "mécénat, coopération économique et innovation sociale",
        "n/a",
        column=kinds,
    ) == (
        ["philanthropy|responsible practice"] * 2
        + ["economic cooperation|philanthropy|societal innovation", None],
        {},
    )
    assert read(parse.sets, "mécénat / autre chose", column=kinds) == (["philanthropy"], {0: "M15"})
    assert read(parse.sets, "Lieux partagés; Énergie", "a, b", column=domains)[0] == [
        "Lieux partagés|Énergie",
        "a, b",
    ]
    assert read(parse.sets, "Lieux, Énergie, Lieux", column=domains)[0] == ["Lieux|Énergie"]
    assert read(parse.sets, "Alsace, PACA", column=regions)[0] == [
        "Grand Est|Provence-Alpes-Côte d'Azur"
    ]


def test_a_column_is_worked_on_once_per_distinct_value():
    seen = []

    def reader(texts):
        seen.extend(texts.tolist())
        return parse.fold(texts)

    cells = pd.Series(["Été", None] * 500, index=range(7, 1007))
    folded = parse.once_each(reader, cells)
    assert seen == ["Été"] and folded.index.equals(cells.index)
    assert folded.tolist()[:1] == ["ete"] and folded.notna().sum() == 500


@pytest.mark.parametrize(
    ("reader", "cell", "rule"),
    [
        (parse.siret, "73282925400000", "M05"),  # sound, yet rounded to thousands
        (parse.siren, "000000000", "M05"),
        (parse.departments, "44 - Ain", "M11"),
        (lambda cells: (parse.dates(cells)[0]["date"], parse.dates(cells)[1]), "2500", "M04"),
    ],
)
def test_what_looks_sound_and_is_not_is_a_fault(reader, cell, rule):
    assert read(reader, cell) == ([None], {0: rule})


@pytest.mark.parametrize(
    "months",
    [
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "januari februari maart april mei juni juli augustus september oktober november december",
    ],
)
def test_months_are_read_in_the_languages_of_lists(months):
    cells = pd.Series([f"{name} 2018" for name in months.split()])
    assert parse.dates(cells)[0]["date"].dt.month.tolist() == list(range(1, 13))


def test_a_reading_is_kept_but_neither_its_language_nor_what_was_done_with_it():
    cells = pd.Series(["12", "douze"])
    messages = []
    for lang in ("fr", "en"):
        formatting.use(lang)
        value, wrong = parse.amounts(cells.set_axis([5, 6]))
        assert (list(value.index), list(wrong.index)) == ([5, 6], [6])
        value[5] = 0  # of this caller alone
        messages.append(wrong["message"].iloc[0])
    assert len(set(messages)) == 2
    assert parse.amounts(cells)[0].iloc[0] == 12


@pytest.mark.parametrize("form", ["S{} 2018", "KW {}/2018", "semaine {} 2018", "2018-W{:02}"])
def test_a_week_is_its_monday_beside_later_ones(form):
    cells = pd.Series([form.format(week) for week in (1, 12, 52)])
    days = parse.dates(cells)[0]["date"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2018-01-01", "2018-03-19", "2018-12-24"]


def test_halves_of_a_year_are_no_weeks():
    read = parse.dates(pd.Series(["S1 2018", "S2 2018", "S3 2018"]))[0]
    assert read["precision"].tolist()[:2] == ["half-year", "half-year"]
    assert read["date"].isna().tolist() == [False, False, True]


def test_reasons_of_an_end_are_read_in_both_genders_and_languages():
    """F5 itself prints « non renouvelée par le Groupe », of which only the masculine was read."""
    written = {
        "non renouvelé par le Groupe": "not renewed by group",
        "Non renouvelée par le groupe": "not renewed by group",
        "non reconduite par le partenaire": "not renewed by partner",
        "Not renewed by the partner": "not renewed by partner",
        "dissoute ou fusionnée": "dissolved or merged",
    }
    reason = schema.columns("agreements")["end_reason"]
    values, faults = parse.categories(pd.Series(list(written), dtype="str"), reason)
    assert values.tolist() == list(written.values())
    assert faults.empty


@pytest.mark.parametrize(
    ("written", "amount"),
    [("1.000,--", 1000), ("12'500.--", 12500), ("1,250.-", 1250), ("2 500.–", 2500), ("5,-", 5)],
)
def test_a_dash_for_cents_tells_which_mark_parts_them(written, amount):
    for decimal in (None, ",", "."):
        values, wrong = parse.amounts(pd.Series([written]), decimal=decimal)
        assert values.tolist() == [amount] and not len(wrong)


@pytest.mark.parametrize(
    ("written", "thousands"), [("1.250", ","), ("5,000", "."), ("1.250,", ",")]
)
def test_the_question_about_thousands_names_the_mark_that_makes_them_so(written, thousands):
    cells = pd.DataFrame({"rule": "M03", "column": "amount", "source": "s", "value": [written]})
    rows = pd.DataFrame({"source": ["s"], "amount": [pd.NA]})
    (question,) = unclear_rows.unclear_amounts({"grants": rows}, [cells])
    assert question.answer == f'# decimal = "{thousands}"'
    assert f'= "{thousands}"' in question.message.split("decimal", 2)[1]
