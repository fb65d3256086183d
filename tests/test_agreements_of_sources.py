"""Agreements that several sheets or files list: asked where these differ, and counted once."""

import pandas as pd
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run.check_data import check
from raw_lists import accepted, workbook
from test_team_habits import agreements_of, questions

HEAD = ["Partenaire", "Direction", "Début", "Fin prévue", "Montant"]
NUMBERED = ["N° convention", *HEAD]


def rows(count: int, *, more: int = 0, end: str = "12/2018") -> list[list[object]]:
    """Agreements of as many partners; `more` is what each gives more."""
    return [
        [f"Foyer {n}", "Siège", f"{n:02d}/01/2016", f"{n:02d}/{end}", 100 * n + more]
        for n in range(1, count + 1)
    ]


def numbered(lines: list[list[object]]) -> list[list[object]]:
    return [[f"C{line[0].split()[1]}", *line] for line in lines]


def asked(folder, draft: str) -> str:
    """The one question of a folder whose draft is confirmed."""
    with pytest.raises(Refused) as refused:
        answered(folder, draft)
    (fault,) = refused.value.faults
    return fault.message


def answered(folder, draft: str, *answers: tuple[str, str]):
    """The agreements of a folder whose draft is confirmed but for these answers."""
    return accepted(folder, draft, *answers, day="2018-12-31").tables["agreements"]


def said_of(sheet: str, key: str) -> tuple[str, str]:
    """The line of a draft that names a sheet, and what stands there with a key below it."""
    return f'sheet = "{sheet}"\n', f'sheet = "{sheet}"\n{key}\n'


@pytest.mark.parametrize(("older", "has_numbers"), [("OLD", True), ("Copie", False), ("Zzz", True)])
def test_sheets_with_other_amounts_are_asked_which_to_believe(tmp_path, older, has_numbers):
    lines, old_lines, head = rows(8), rows(6, more=50), HEAD
    if has_numbers:
        lines, old_lines, head = numbered(lines), numbered(old_lines), NUMBERED
    sheets = {"Conventions": [head, *lines], older: [head, *old_lines]}
    folder = workbook(tmp_path, sheets, "conventions.xlsx")
    draft = check(folder).draft
    question = asked(folder, draft)
    assert f"conventions.xlsx#{older}" in question and "precedence = 1" in question
    assert "100" in question and "150" in question
    for sheet, total in (("Conventions", 3600), (older, 3900)):
        agreements = answered(folder, draft, said_of(sheet, "precedence = 1"))
        assert agreements["planned_amount_eur"].sum() == total


def test_sheets_with_other_ends_are_asked_which_to_believe(tmp_path):
    lines = [*rows(3), *rows(8, end="06/2019")[3:]]
    sheets = {"Suivi": [HEAD, *rows(8)], "Suivi (ancien)": [HEAD, *lines]}
    folder = workbook(tmp_path, sheets, "conventions.xlsx")
    draft = check(folder).draft
    assert "2018-12-04" in asked(folder, draft)
    agreements = answered(folder, draft, said_of("Suivi", "precedence = 1"))
    assert len(agreements) == 8 and agreements["planned_end"].dt.year.eq(2018).all()
    assert len(answered(folder, draft, said_of("Suivi", "same_as_others = false"))) == 16


@pytest.mark.parametrize("has_numbers", [True, False])
def test_sheets_of_years_with_the_money_of_each_are_asked(tmp_path, has_numbers):
    sheets = {}
    for year in ("2016", "2017", "2018"):
        head, lines = [*HEAD[:4], f"Montant {year}"], rows(8)
        if has_numbers:
            head, lines = ["N° convention", *head], numbered(lines)
        sheets[year] = [head, *lines]
    folder = workbook(tmp_path, sheets, "conventions.xlsx")
    draft = check(folder).draft
    question = asked(folder, draft)
    assert 'same_reference = "add"' in question and 'same_reference = "last"' in question
    for answer, total in (("add", 3 * 3600), ("last", 3600)):
        stated = 'table = "agreements"\n', f'table = "agreements"\nsame_reference = "{answer}"\n'
        agreements = answered(folder, draft, stated)
        assert len(agreements) == 8 and agreements["planned_amount_eur"].sum() == total


def test_a_copy_of_all_sheets_counts_once(tmp_path):
    head = [HEAD[0], *HEAD[2:]]
    sites = {"Nord": rows(4), "Sud": rows(8)[4:]}
    sheets = {
        name: [head, *([line[0], *line[2:]] for line in lines)] for name, lines in sites.items()
    }
    in_all = [[line[0], name, *line[2:]] for name, lines in sites.items() for line in lines]
    folder = workbook(tmp_path, sheets | {"Total": [HEAD, *in_all]}, "conventions.xlsx")
    draft = check(folder).draft
    with pytest.raises(Refused) as refused:
        answered(folder, draft)
    assert "conventions.xlsx#Total" in str(refused.value.faults[-1])
    agreements = answered(folder, draft, said_of("Total", "precedence = 1"))
    assert agreements["entity"].value_counts().to_dict() == {"Nord": 4, "Sud": 4}


def test_equal_rows_and_other_agreements_of_a_partner_are_not_asked(tmp_path):
    others = numbered(rows(3, more=1000))
    for line in others:
        line[0] = f"D{line[0]}"
    sheets = {
        "2017": [NUMBERED, *numbered(rows(8))],
        "2018": [NUMBERED, *numbered(rows(8)), *others],
    }
    assert len(agreements_of(workbook(tmp_path, sheets, "conventions.xlsx"))) == 11


def test_a_month_in_the_name_of_a_file_says_which_list_counts(tmp_path):
    for name, more in (("conventions 2018-03.xlsx", 0), ("conventions 2018-09.xlsx", 50)):
        workbook(tmp_path, {"Conventions": [NUMBERED, *numbered(rows(8, more=more))]}, name)
    assert agreements_of(tmp_path)["planned_amount_eur"].sum() == 4000


def test_rows_of_one_number_with_other_amounts_are_asked(tmp_path):
    lines = numbered(rows(12))
    folder = workbook(tmp_path, {"Conventions": [NUMBERED, *lines, [*lines[7][:5], 900]]})
    checked = check(folder)
    (question,) = [fault.message for fault in checked.faults if fault.file != folder.name]
    assert "C8" in question and 'same_reference = "add"' in question
    stated = 'same_reference = "last"', 'same_reference = "add"'
    assert answered(folder, checked.draft, stated)["planned_amount_eur"].sum() == 8700


def test_numbers_of_two_regions_with_other_partners_and_one_amount_are_asked(tmp_path):
    def region(name: str, amounts: list[int]) -> list[list[object]]:
        terms = ["Siège", "01/03/2017", "28/02/2018"]
        return [[n, f"{name} {n}", *terms, amount] for n, amount in enumerate(amounts, 1)]

    flat, own = [1000] * 4, [110, 230, 350, 470]
    sheets = {"Conventions Nord": [NUMBERED, *region("Club", flat)]}
    folder = workbook(
        tmp_path / "flat", sheets | {"Conventions Sud": [NUMBERED, *region("Amis", flat)]}
    )
    draft = check(folder).draft
    question = asked(folder, draft)
    assert "CLUB 1" in question and "AMIS 1" in question
    apart = answered(folder, draft, said_of("Conventions Sud", "same_as_others = false"))
    assert apart["planned_amount_eur"].sum() == 8000
    sheets = {
        "Conventions": [NUMBERED, *region("Club", own)],
        "Copie": [NUMBERED, *region("CLUB sportif", own)],
    }
    joined = agreements_of(workbook(tmp_path / "own", sheets))
    assert joined["planned_amount_eur"].sum() == sum(own)


def test_lists_of_two_years_that_tell_another_end_of_a_grant_are_asked(tmp_path):
    for name, end in (("2017.csv", "12/2018"), ("2018.csv", "06/2017")):
        lines = [*rows(6), *rows(8, end=end)[6:]]
        grants = ["Association;Financeur;Date début;Date fin;Montant"]
        grants += [";".join(map(str, line)) for line in lines]
        (tmp_path / name).write_text("\n".join(grants), encoding="utf-8")
    (question,) = questions(tmp_path).values()
    assert "2018.csv" in question and "precedence = 1" in question


HEADER = "N°;Partenaire;Direction;Date de début;Date de fin;Budget (€);Fait marquant"


def portfolio(new: range) -> list[str]:
    """A list of four agreements that two years share, and of new ones."""
    numbers = [*range(1, 5), *new]
    rows = [f"C{n};Asso {n};DR;2014-01-{n:02};2015-12-31;{1000 * n};" for n in numbers]
    return [HEADER, *rows]


YEARS = (portfolio(range(5, 13)), portfolio(range(13, 22)))
OF_TWO_YEARS = """
same_reference = "add"
table = "agreements"
[source.columns]
agreement_id = "N°"
partner_id = "Partenaire"
entity = "Direction"
start = "Date de début"
planned_end = "Date de fin"
planned_amount_eur = "Budget (€)"
end = "Fait marquant"
"""


def portfolios(folder, names):
    for name, lines in zip(names, YEARS, strict=True):
        (folder / f"{name}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    grants = '[[source]]\nfiles = "*.csv"\ntable = "grants"\n'
    grants += '[source.columns]\namount = "Budget (€)"\n'
    (folder / "study.toml").write_text(f'[study]\nname = "x"\n{grants}', encoding="utf-8")
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    (question,) = [fault for fault in refused.value.faults if "same_as_others" in fault.message]
    return question.message


def test_lists_of_other_years_may_tell_the_part_of_each_year(tmp_path):
    message = portfolios(tmp_path, ["portefeuille 2014", "portefeuille 2015"])
    assert 'same_reference = "add"' in message and 'table = "agreements"' in message
    header, first, *others = YEARS[1]
    stopped = [header, first + "Convention arrêtée le 30/09/2015", *others]
    (tmp_path / "portefeuille 2015.csv").write_text("\n".join([*stopped, ""]), encoding="utf-8")
    study = f'[study]\nname = "x"\n[[source]]\nfiles = "*.csv"{OF_TWO_YEARS}'
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    agreements = clean.clean(tmp_path).tables["agreements"].set_index("agreement_id")
    assert len(agreements) == 21 and agreements["planned_amount_eur"].sum() == 241_000
    assert f"{agreements.loc['C1', 'end']:%Y-%m-%d}" == "2015-09-30"


def test_lists_in_two_languages_tell_no_parts_of_years(tmp_path):
    assert "agreements" not in portfolios(tmp_path, ["liste fr", "list en"])


def test_dates_in_keys_are_one_however_each_list_writes_them(tmp_path):
    """A workbook holds days, a CSV file writes them: one agreement had two numbers, and was asked."""
    headers = ["Structure", "Entité", "Date de début", "Date de fin", "Montant prévu"]
    rows = [[f"Foyer {n}", "Siège", f"0{n}/03/2016", "31/12/2018", 1000 * n] for n in range(1, 7)]
    in_days = [
        [name, entity, *(pd.to_datetime(day, dayfirst=True) for day in days), amount]
        for name, entity, *days, amount in rows
    ]
    workbook(tmp_path, {"Conventions": [headers, *in_days]})
    lines = "\n".join(";".join(map(str, row)) for row in (headers, *rows))
    (tmp_path / "conventions.csv").write_text(lines, encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        '[study]\nname = "n"\n[[source]]\nfiles = "*.*"\ntable = "agreements"\n[source.columns]\n'
        'agreement_id = ["Structure", "Date de début"]\npartner_id = "Structure"\n'
        'entity = "Entité"\nstart = "Date de début"\nplanned_end = "Date de fin"\n'
        'planned_amount_eur = "Montant prévu"\n',
        encoding="utf-8",
    )
    agreements = clean.clean(tmp_path, day="2018-12-31").tables["agreements"]
    assert len(agreements) == 6 and agreements["planned_amount_eur"].sum() == 21_000
