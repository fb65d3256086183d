"""A directory of partners with what each received in all, beside a sheet that lists it one by one: counted once or asked."""

import openpyxl
import pytest
from stdnum import luhn

from analysis import clean, prepare
from analysis.declare.faults import Refused
from analysis.run import check_data
from analysis.text import formatting

NAMES = ["Alpha", "Bêta", "Gamma", "Delta", "Epsilon", "Zêta"]
GIVEN = [
    (name, 2018 + shift, 700 + 90 * position)
    for shift in range(4)
    for position, name in enumerate(NAMES)
]
TOTAL = sum(amount for *_, amount in GIVEN)


def workbook(folder, title: str, total: str, dated: tuple[str, ...], name: str = "Annuaire"):
    """A workbook of a directory and of a dated sheet; paid is four fifths of what was granted."""
    book = openpyxl.Workbook()
    directory = book.active
    directory.title = name
    for row in ([title], [], ["N°", "Nom", "SIREN", "Commune", total]):
        directory.append(row)
    for position, name in enumerate(NAMES):
        paid = 0.8 * sum(amount for given, _year, amount in GIVEN if given == name)
        siren = f"3000000{position}"
        siren += luhn.calc_check_digit(siren)
        directory.append([position + 1, name, siren, ["Nantes", "Lyon"][position % 2], paid])
    sheet = book.create_sheet("Conventions" if len(dated) > 3 else "Aides")
    sheet.append(dated)
    for number, (name, year, amount) in enumerate(GIVEN, 1):
        row = [name, f"{year}-03-01", amount]
        sheet.append(
            [f"C{number:03}", *row[:2], f"{year + 1}-02-28", amount] if len(dated) > 3 else row
        )
    book.save(folder / "suivi.xlsx")
    return folder


PROGRAMME = ("N° conv.", "Partenaire", "Date de signature", "Date de fin", "Montant (€)")
LIST = ("Bénéficiaire", "Date", "Montant (€)")


@pytest.mark.parametrize(
    "total", ["Total versé (€)", "Montant total versé", "Subventions reçues (€)"]
)
def test_a_directory_beside_agreements_is_one_of_partners(tmp_path, total):
    checked = check_data.check(workbook(tmp_path, "Annuaire au 30/06/2023", total, PROGRAMME))
    assert {fault.rule for fault in checked.faults} == {"question"} and len(checked.faults) == 3
    assert '\nentity = "' in checked.draft  # a guess: the study's own
    answers = checked.draft.replace("# ?", "#")
    (tmp_path / "study.toml").write_text(answers, encoding="utf-8")
    tables = clean.clean(tmp_path).tables
    assert len(tables["partners"]) == len(NAMES)
    assert tables["agreements"]["planned_amount_eur"].sum() == TOTAL
    assert tables["agreements"]["planned_end"].notna().all()


@pytest.mark.parametrize("title", ["Annuaire au 30/06/2023", "Partenaires 2020"])
def test_a_directory_beside_a_list_is_asked_and_left_out(tmp_path, title):
    folder = workbook(tmp_path, title, "Montant versé", LIST)
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    (fault,) = refused.value.faults
    assert fault.rule == "question" and fault.file == "suivi.xlsx#Annuaire"
    page = prepare.open(folder, "fr", tmp_path / "reports")
    columns = page.parts["columns"]
    date_row = columns.rows.children[-1]
    assert date_row.children[0].value in title
    columns.table.value = ""  # not read: they are totals
    page.save()
    formatting.use("fr")
    description = folder / "study.toml"  # the day of a title is confirmed in another part
    description.write_text(description.read_text("utf-8").replace("# ?", "#"), encoding="utf-8")
    assert clean.clean(folder).tables["contributions"]["value_eur"].sum() == TOTAL


def test_a_list_of_another_year_beside_a_dated_one_is_no_directory(tmp_path):
    folder = workbook(tmp_path, "Subventions 2012", "Montant versé", LIST, "Feuil1")
    assert clean.clean(folder).tables["contributions"]["value_eur"].sum() == pytest.approx(
        1.8 * TOTAL
    )


def test_what_a_title_tells_can_be_confirmed_on_the_page(tmp_path):
    folder = workbook(tmp_path, "Partenaires 2020", "Montant versé", LIST)
    page = prepare.open(folder, "fr", tmp_path / "reports")
    page.parts["columns"].rows.children[-1].children[1].click()
    page.save()
    formatting.use("fr")
    assert clean.clean(folder).tables["contributions"]["value_eur"].sum() == pytest.approx(
        1.8 * TOTAL
    )
