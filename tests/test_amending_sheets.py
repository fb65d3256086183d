"""Sheets of a team's workbook that tell more of agreements which another sheet lists."""

import openpyxl
import pandas as pd
import pytest

import french_team
from analysis import clean, layout
from analysis.clean.programme.amended_agreements import with_amendments, with_what_is_amended
from analysis.declare.faults import Refused
from analysis.layout.agreements import amending_sheets
from analysis.layout.agreements.kinds_of_amendments import (
    ENDS_EARLY,
    header_of_kinds,
    tell_ends_apart,
    which_say_early_end,
)
from analysis.layout.headers.words import which_say
from analysis.run.check_data import check
from raw_lists import accepted, block_of
from test_team_habits import workbook as team_workbook

STUDY = layout.StudyDescription(name="x")
NAMES = ["N° convention", "Partenaire", "Direction", "Date de début", "Date de fin prévue"]
FIRST_LINE, EVERY, AGREEMENTS = 4, 3, 30
EXTENDED = "31/12/{next}"
# name of the sheet, its headers, what they hold of each agreement amended
EXTENSIONS = {
    "all that an agreement has": (
        "Avenants",
        ["N° convention", "Code partenaire", "Entité", "Début", "Date de fin"],
        ["{number}", "{partner}", "Direction régionale", "01/07/{year}", EXTENDED],
    ),
    "number and new term": (
        "Avenants",
        ["Convention", "Nouvelle échéance"],
        ["{number}", EXTENDED],
    ),
    "a number of their own": (
        "Avenants",
        ["N° avenant", "N° convention", "Date de signature", "Nouvelle date de fin"],
        ["AV-{number}", "{number}", "01/07/{year}", EXTENDED],
    ),
    "said by a header alone": (
        "Suivi",
        ["Convention", "Partenaire", "Prolongée jusqu'au"],
        ["{number}", "{partner}", EXTENDED],
    ),
    "another language": (
        "Verlängerungen",
        ["Vereinbarung", "Verlängert bis"],
        ["{number}", EXTENDED],
    ),
}
EARLY_ENDS = {
    "its header": ("Résiliations", ["N° convention", "Date de résiliation"]),
    "its sheet": ("Fins anticipées", ["Convention", "Date de fin"]),
}


def workbook(folder, sheet, headers, cells):
    """Every third of the first agreements on a sheet of its own: these, with the year of their term."""
    file = french_team.write(folder)
    book = openpyxl.load_workbook(file)
    lines = [line for line in book["Conventions"].iter_rows(min_row=FIRST_LINE, values_only=True)]
    changed = {line[0]: int(line[4][-4:]) for line in lines[: 4 * EVERY : EVERY]}
    added = book.create_sheet(sheet)
    added.append(headers)
    for number, partner, *_rest in lines[: 4 * EVERY : EVERY]:
        year = changed[number]
        texts = {"number": number, "partner": partner, "year": year, "next": year + 1}
        added.append([cell.format(**texts) for cell in cells])
    book.save(file)
    return changed


def agreements_of(folder, **options):
    tables = clean.clean(folder, day="2018-12-31", **options).tables
    return tables["agreements"].set_index("agreement_id")


def amending(block, sheet):
    """How a sheet of this name is read beside agreements C1 and C2."""
    return amending_sheets._amending(block, sheet, STUDY, {"c1", "c2"})


@pytest.mark.parametrize("case", EARLY_ENDS)
def test_headers_and_names_of_sheets_say_that_agreements_ended_early(case):
    sheet, headers = EARLY_ENDS[case]
    mapping = amending(block_of(headers, ["C1", "30/06/2018"], ["C2", "30/06/2017"]), sheet)
    assert mapping.amends and mapping.doubts == ()
    assert mapping.columns == {"agreement_id": (headers[0],), "end": (headers[1],)}


@pytest.mark.parametrize("case", EXTENSIONS)
def test_headers_and_names_of_sheets_say_that_agreements_are_extended(case):
    sheet, headers, cells = EXTENSIONS[case]
    texts = {"partner": "P1", "year": 2018, "next": 2019}
    lines = [[cell.format(number=number, **texts) for cell in cells] for number in ("C1", "C2")]
    mapping = amending(block_of(headers, *lines), sheet)
    number, end = (headers[cells.index(cell)] for cell in ("{number}", EXTENDED))
    assert mapping.amends and mapping.doubts == ()
    assert mapping.columns["agreement_id"] == (number,)
    assert mapping.columns["planned_end"] == (end,) and "end" not in mapping.columns


@pytest.mark.parametrize("case", ["all that an agreement has", "said by a header alone"])
def test_a_sheet_apart_extends_the_agreements_that_it_numbers(tmp_path, case):
    changed = workbook(tmp_path, *EXTENSIONS[case])
    agreements = agreements_of(tmp_path)
    assert len(agreements) == AGREEMENTS
    extended = agreements.loc[list(changed)]
    assert extended["planned_end"].dt.year.tolist() == [year + 1 for year in changed.values()]
    assert extended["start"].dt.year.tolist() == list(changed.values())
    assert (agreements.drop(list(changed))["planned_end"].dt.year <= 2018).all()


def test_a_sheet_apart_ends_agreements_early(tmp_path):
    sheet, headers = EARLY_ENDS["its sheet"]
    changed = workbook(tmp_path, sheet, headers, ["{number}", "30/06/{year}"])
    agreements = agreements_of(tmp_path)
    ended = agreements.loc[list(changed)]
    days = [f"30/06/{year}" for year in changed.values()]
    assert ended["end"].dt.strftime("%d/%m/%Y").tolist() == days
    assert ended["planned_end"].dt.year.tolist() == list(changed.values())
    assert len(agreements) == AGREEMENTS and agreements["end"].notna().sum() == len(changed)


def test_what_amounts_of_a_sheet_apart_are_is_asked(tmp_path):
    lines = [
        [*NAMES, "Montant (€)"],
        ["C1", "Alpha", "DR Nord", "01/01/2014", "31/12/2016", 30000],
        ["C2", "Beta", "DR Nord", "01/05/2014", "30/04/2016", 20000],
    ]
    amounts = [["N° convention", "Date", "Montant de l'avenant"], ["C2", "01/07/2015", "1 k€"]]
    folder = team_workbook(tmp_path, {"Conventions": lines, "Avenants": amounts})
    checked = check(folder)
    (question,) = [fault for fault in checked.faults if fault.file != folder.name]
    assert question.file == "suivi.xlsx#Avenants" and "same_reference" in question.message
    added = ('same_reference = "last"', 'same_reference = "add"')
    agreements = accepted(folder, checked.draft, added, day="2018-12-31").tables["agreements"]
    amount = agreements.set_index("agreement_id")["planned_amount_eur"]
    assert amount.to_dict() == {"C1": 30000, "C2": 21000}


def test_a_day_that_nothing_explains_is_asked(tmp_path):
    workbook(tmp_path, "Résiliations", ["Convention", "Date"], ["{number}", "30/06/{year}"])
    with pytest.raises(Refused) as refused:
        agreements_of(tmp_path)
    assert 'end = "Date"' in refused.value.faults[0].message


def test_a_sheet_that_changes_nothing_is_named_in_the_draft(tmp_path):
    headers = ["N° convention", "Date du bilan", "Note"]
    workbook(tmp_path, "Bilans", headers, ["{number}", "30/06/{year}", "4"])
    assert len(agreements_of(tmp_path)) == AGREEMENTS
    last_line = check(tmp_path).draft.splitlines()[-1]
    assert last_line.startswith("# ") and last_line.endswith("suivi.xlsx#Bilans")


def test_what_amends_nothing_that_is_listed_is_set_aside(tmp_path):
    lines = "Convention;Nouvelle échéance\nC1;31/12/2018\nC2;31/12/2019\n"
    (tmp_path / "avenants.csv").write_text(lines, encoding="utf-8")
    stated = '[[source]]\nfiles = "avenants.csv"\ntable = "agreements"\namends = true\n'
    columns = '[source.columns]\nagreement_id = "Convention"\nplanned_end = "Nouvelle échéance"\n'
    study = f'[study]\nname = "x"\nday = 2018-12-31\n{stated}{columns}'
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    (fault,) = check(tmp_path).faults
    assert fault.rule == "empty"


NATURES = {  # header, of an early end, of a prolongation, of neither
    "in French": ("Nature", "Résiliation anticipée", "Prolongation", "Complément financier"),
    "type": ("Type d'avenant", "Rupture", "Prorogation d'un an", "Changement de RIB"),
    "a motive": ("Motif", "Arrêt du projet", "Extension de durée", "Nouvelle action"),
    "short": ("Objet", "Fin de convention", "Renouvellement", "Revalorisation"),
    "in English": ("Type", "Early termination", "Extension", "More money"),
    "in English, withdrawn": ("Nature", "Withdrawal of partner", "Renewal", "Other logo"),
}


DATES = "Nouvelle date de fin"


def amendments(header, words) -> list[list]:
    """Amendments of which one ends an agreement early, one prolongs another, one changes a third."""
    days = ("30/09/2015", "31/10/2016", "")
    rows = zip(("C1", "C2", "C3"), words, days, strict=True)
    return [["N° convention", header, DATES], *map(list, rows)]


def natures(folder, header, words):
    """A workbook of three agreements and of their amendments."""
    lines = [
        NAMES,
        ["C1", "Alpha", "DR Nord", "01/01/2014", "31/12/2016"],
        ["C2", "Beta", "DR Nord", "01/05/2014", "30/04/2016"],
        ["C3", "Gamma", "DR Sud", "01/01/2015", "31/12/2017"],
    ]
    sheets = {"Conventions": lines, "Avenants": amendments(header, words)}
    team_workbook(folder, sheets)


def ends(folder):
    agreements = agreements_of(folder)[["end", "planned_end"]]
    return agreements.astype("str").fillna("").to_numpy().tolist()


SPLIT = [["2015-09-30", "2016-12-31"], ["", "2016-10-31"], ["", "2017-12-31"]]


@pytest.mark.parametrize("case", NATURES)
def test_the_nature_of_an_amendment_says_that_it_ends_an_agreement(case):
    header, *words = NATURES[case]
    block = block_of(*amendments(header, words))
    assert header_of_kinds(block, DATES) == header
    assert tell_ends_apart(block, header, DATES)
    assert which_say_early_end(block.columns[header].series()).tolist() == [True, False, False]


def test_amendments_of_one_sheet_end_or_prolong_by_their_nature(tmp_path):
    header, *words = NATURES["short"]
    natures(tmp_path, header, words)
    assert ends(tmp_path) == SPLIT
    (tmp_path / "study.toml").write_text(check(tmp_path).draft, encoding="utf-8")
    assert ends(tmp_path) == SPLIT


def test_amendments_of_which_none_ends_prolong(tmp_path):
    natures(tmp_path, "Nature", ["Raccourcissement du bail", "Prolongation", "Autre"])
    assert [end for end, _planned in ends(tmp_path)] == [""] * 3


def test_a_nature_that_says_both_is_asked(tmp_path):
    natures(tmp_path, "Nature", ["Prolongation après résiliation du bail", "Prolongation", ""])
    with pytest.raises(Refused) as refused:
        agreements_of(tmp_path)
    assert 'end = "Nouvelle date de fin"' in refused.value.faults[0].message


RENEWALS = {  # name of the sheet, header of the day of the renewal
    "in French": ("Renouvellements", "Date de renouvellement"),
    "of its effect": ("Reconductions", "Date d'effet de la reconduction"),
    "a participle": ("Renouvellements", "Renouvelée le"),
    "in English": ("Renewals", "Renewal date"),
    "in English, since": ("Extensions", "Renewed from"),
}


def renewed(sheet, header) -> list[list]:
    again = ["N° convention d'origine", header, "Nouvelle date de fin", "Montant (€)"]
    return [again, ["C1", "01/01/2017", "31/12/2019", 30000]]


def renewals(folder, sheet, header, guess, answer):
    """Two agreements of which one is renewed by a row of a sheet of renewals."""
    rows = [
        [*NAMES, "Montant (€)"],
        ["C1", "Alpha", "DR Nord", "01/01/2014", "31/12/2016", 30000],
        ["C2", "Beta", "DR Nord", "01/05/2014", "30/04/2016", 20000],
    ]
    team_workbook(folder, {"Conventions": rows, sheet: renewed(sheet, header)})
    result = accepted(folder, check(folder).draft, (guess, answer), day="2018-12-31")
    return result.tables["agreements"]


@pytest.mark.parametrize("case", RENEWALS)
def test_headers_say_from_when_agreements_are_renewed(case):
    sheet, header = RENEWALS[case]
    mapping = amending(block_of(*renewed(sheet, header)), sheet)
    assert mapping.columns["start"] == (header,)


def test_of_two_headers_that_say_from_when_the_first_is_taken():
    sheet, header = RENEWALS["in French"]
    headers, cells = renewed(sheet, header)
    other = RENEWALS["in English"][1]
    mapping = amending(block_of([*headers, other], [*cells, "01/02/2017"]), sheet)
    assert mapping.columns["start"] == (header,)


def test_renewals_of_a_sheet_of_their_own_begin_on_their_own_day(tmp_path):
    guess, answer = 'same_reference = "last"', 'same_reference = "apart"'
    agreements = renewals(tmp_path, *RENEWALS["in French"], guess, answer)
    starts = sorted(agreements["start"].astype("str"))
    assert starts == ["2014-01-01", "2014-05-01", "2017-01-01"]
    assert agreements["planned_amount_eur"].sum() == 80000


def test_the_day_of_the_next_renewal_begins_nothing(tmp_path):
    header, answer = "Date du prochain renouvellement", 'amends = true\nsame_reference = "last"'
    agreements = renewals(tmp_path, "Renouvellements", header, "amends = true", answer)
    assert sorted(agreements["start"].dt.year) == [2014, 2014]


@pytest.mark.parametrize("tells", ENDS_EARLY)
def test_words_are_sought_in_many_texts_as_in_few(tells):
    """Some say what must not follow, which the faster search of long columns does not know."""
    texts = pd.Series(["Résiliation", "Prolongation", "Fin"], dtype="str")
    many = pd.concat([texts] * 30, ignore_index=True)
    assert which_say(tells, many).tolist() == which_say(tells, texts).tolist() * 30


def amended_rows(**further) -> pd.DataFrame:
    """An agreement of two years, its copy on another sheet, and half a year more."""
    days = {
        "start": ["2019-01-01", "2019-01-01", "2019-06-30"],
        "planned_end": ["2020-12-31", "2020-12-31", "2021-06-30"],
    }
    rows = pd.DataFrame(
        {
            "source": ["Conventions", "Copie", "Avenants"],
            "line": [2, 2, 2],
            "rank": [1, 2, 3],
            "agreement_id": "C1",
            "partner_id": ["P1", "P1", None],
            "entity": ["RH", "RH", None],
            "~amends": pd.array([None, None, True], dtype="boolean"),
            "planned_amount_eur": pd.array([24000, 24000, None], dtype="Float64"),
            **{name: pd.to_datetime(texts) for name, texts in days.items()},
            **further,
        }
    )
    return with_what_is_amended(rows.astype({"partner_id": "str", "entity": "str"}))


def test_a_copy_of_an_agreement_does_not_stand_before_its_first_amendment():
    numbers = pd.array([None, None, 1], dtype="Float64")
    amended, _numbers = with_amendments(amended_rows(**{"~amendment": numbers}), {})
    assert amended["~amendment"].tolist() == [0, 0, 1]


def test_an_amount_of_each_year_is_given_over_the_term_that_an_amendment_tells():
    a_month = pd.array([1000, 1000, None], dtype="Float64")
    assert amended_rows(**{"~amount_a_month": a_month})["planned_amount_eur"].tolist() == [
        24000,
        24000,
        30000,
    ]
    assert amended_rows()["planned_amount_eur"].isna().tolist() == [False, False, True]
