"""Two versions of one list in a folder: which one counts is asked; other lists are left alone."""

import pytest

from analysis import clean, prepare
from analysis.clean.several_lists.list_versions import day_in_name, words_but_of_versions
from analysis.declare.faults import Refused
from raw_lists import counted, workbook
from test_prepare import field

NAMES = [f"Club {letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
AMOUNTS = {name: 100 * number for number, name in enumerate(NAMES, 1)}
GRANTED = sum(AMOUNTS.values())
CORRECTED = AMOUNTS | {"Club B": 2500, "Club K": 40}
OLD, NEW = "subventions_2021.csv", "subventions_2021_v2.csv"


def write(folder, name: str, amounts: dict[str, int], year: int = 2021, purpose="Action") -> None:
    lines = ["Bénéficiaire;Date de décision;Montant accordé (€);Objet"]
    lines += [
        f"{who};{NAMES.index(who) + 1:02}/02/{year};{amount};{purpose}"
        for who, amount in amounts.items()
    ]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def source(files: str, keys: str = "") -> str:
    return f'[[source]]\nfiles = {files}\ntable = "grants"\nfunder = "Ville"\n{keys}\n'


def total(folder, *sources: str) -> float:
    text = "".join(sources) or source('"*.csv"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def question(folder, *sources: str) -> str:
    with pytest.raises(Refused) as refused:
        total(folder, *sources)
    (fault,) = refused.value.faults
    assert fault.rule == "question"
    return f"{fault}"


@pytest.fixture
def corrected(tmp_path):
    """A list of twenty grants, and its second version with two amounts corrected."""
    write(tmp_path, OLD, AMOUNTS)
    write(tmp_path, NEW, CORRECTED)
    return tmp_path


def test_which_of_two_versions_counts_is_asked(corrected):
    message = question(corrected)
    assert message.startswith(OLD) and NEW in message
    assert "18 lignes" in message and "2 autres" in message
    assert "precedence = 1" in message and "same_as_others = false" in message


def test_a_short_list_is_asked_too(tmp_path):
    first = {name: AMOUNTS[name] for name in NAMES[:4]}
    write(tmp_path, OLD, first)
    write(tmp_path, NEW, first | {"Club B": 2500})
    assert "3 lignes" in question(tmp_path)


def test_versions_of_which_no_row_is_equal_are_asked(tmp_path):
    """Two rounds of one decision; the lists of two sittings share recipients on no day."""
    write(tmp_path, "Arbitrage 1.csv", AMOUNTS)
    write(tmp_path, "Arbitrage 2.csv", {name: amount + 50 for name, amount in AMOUNTS.items()})
    message = question(tmp_path)
    assert "20 lignes ont dans Arbitrage 2.csv le même bénéficiaire" in message
    chosen = source('"Arbitrage 1.csv"'), source('"Arbitrage 2.csv"', "precedence = 1")
    assert total(tmp_path, *chosen) == GRANTED + 20 * 50
    (tmp_path / "study.toml").unlink()
    write(
        tmp_path, "Arbitrage 2.csv", {name: amount + 50 for name, amount in AMOUNTS.items()}, 2022
    )
    assert total(tmp_path) == 2 * GRANTED + 20 * 50


@pytest.mark.parametrize(
    "name", ["budget 2021 DEF.csv", "après DM1.csv", "subventions-juin-2021.csv"]
)
def test_versions_of_any_name_are_asked(tmp_path, name):
    write(tmp_path, OLD, AMOUNTS)
    write(tmp_path, name, CORRECTED)
    message = question(tmp_path)
    assert OLD in message and "2 autres" in message


def test_words_and_numbers_name_versions_of_one_list():
    assert words_but_of_versions("Subventions 2021 (corrigé).csv") == words_but_of_versions(OLD)
    corrected_names = ["subventions_2021 corrigé.csv", NEW]
    assert [day_in_name(name) for name in [OLD, *corrected_names]] == 3 * ["2021"]


def test_a_version_that_is_named_no_more_counts_for_nothing(corrected):
    for name, amount in ((NEW, sum(CORRECTED.values())), (OLD, GRANTED)):
        (corrected / "study.toml").write_text(source(f'"{name}"'), encoding="utf-8")
        assert counted(corrected) == amount


@pytest.mark.parametrize("believed", [OLD, NEW])
def test_the_version_to_believe_replaces_what_it_changed(corrected, believed):
    other = {OLD: NEW, NEW: OLD}[believed]
    amount = total(corrected, source(f'"{other}"'), source(f'"{believed}"', "precedence = 1"))
    assert amount == {OLD: GRANTED, NEW: sum(CORRECTED.values())}[believed]


def test_two_grants_of_a_day_are_replaced_by_what_the_other_tells(tmp_path):
    write(tmp_path, OLD, AMOUNTS)
    with (tmp_path / OLD).open("a", encoding="utf-8") as old:
        old.write("Club B;02/02/2021;77;Action\n")
    write(tmp_path, NEW, CORRECTED)
    assert total(tmp_path, source(f'"{OLD}"'), source(f'"{NEW}"', "precedence = 1")) == sum(
        CORRECTED.values()
    )


def test_the_page_asks_what_two_versions_of_a_list_are(corrected):
    page = prepare.open(corrected, "en", corrected / "reports")
    columns = page.parts["columns"]
    asked = "are these two versions of one list?"
    assert page.choices.questions == 0
    assert f"{OLD}: " in page.state.value and asked in page.state.value
    columns.sheet.value = [sheet.source for sheet in page.choices.sheets].index(OLD)
    for answer, amount in {
        "believed": GRANTED,
        "other_believed": sum(CORRECTED.values()),
        "same": GRANTED + 2500 + 40,
        "apart": GRANTED + sum(CORRECTED.values()),
    }.items():
        field(columns, "Rows of another list").value = answer
        assert asked not in page.state.value
        page.save()
        assert field(columns, "Rows of another list").value == answer
        assert clean.clean(corrected).tables["contributions"]["value_eur"].sum() == amount


def test_equal_rows_count_once_or_twice_as_study_toml_says(corrected):
    once = total(corrected, source('"*.csv"', "same_as_others = true"))
    assert once == GRANTED + 2500 + 40
    for one, other in ((OLD, NEW), (NEW, OLD)):
        separate = source(f'"{one}"', "same_as_others = false")
        assert total(corrected, separate, source(f'"{other}"')) == GRANTED + sum(CORRECTED.values())


def test_a_changed_purpose_is_a_changed_row(tmp_path):
    write(tmp_path, OLD, AMOUNTS)
    write(tmp_path, NEW, AMOUNTS)
    text = (tmp_path / NEW).read_text(encoding="utf-8")
    (tmp_path / NEW).write_text(
        text.replace("Club C;03/02/2021;300;Action", "Club C;03/02/2021;300;Fête")
    )
    assert "19 lignes" in question(tmp_path)


def test_a_reference_tells_a_grant_whose_date_was_corrected(tmp_path):
    for name, day, amount in ((OLD, "05/02/2021", 500), (NEW, "06/02/2021", 550)):
        lines = ["Délibération;Bénéficiaire;Date de décision;Montant accordé (€)"]
        lines += [
            f"D{number // 4};{who};{number + 1:02}/03/2021;{AMOUNTS[who]}"
            for number, who in enumerate(NAMES[5:])
        ]
        lines.append(f"D9;Club E;{day};{amount}")
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    keys = '[source.columns]\nreference = "Délibération"'
    assert "Club E" in question(tmp_path, source('"*.csv"', keys))


# ---- lists that are no versions of each other
def test_lists_of_two_years_with_the_same_recipients_are_not_asked(tmp_path):
    write(tmp_path, OLD, AMOUNTS)
    write(tmp_path, "subventions_2022.csv", CORRECTED, year=2022)
    assert total(tmp_path) == GRANTED + sum(CORRECTED.values())


def test_a_list_that_goes_on_is_not_asked(tmp_path):
    write(tmp_path, OLD, {name: AMOUNTS[name] for name in NAMES[:15]})
    write(tmp_path, NEW, AMOUNTS)
    assert total(tmp_path) == GRANTED


def test_lists_of_five_years_each_that_overlap_are_not_asked(tmp_path):
    for name, years in ((OLD, range(2016, 2021)), (NEW, range(2017, 2022))):
        lines = ["Bénéficiaire;Date de décision;Montant accordé (€)"]
        lines += [f"{who};05/03/{year};{AMOUNTS[who]}" for year in years for who in NAMES]
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert total(tmp_path) == 6 * GRANTED


def with_four_equal_rows(folder, name) -> float:
    """What two lists that share four rows add up to."""
    write(folder, OLD, AMOUNTS)
    others = {
        who: amount + 7 * (number > 3) for number, (who, amount) in enumerate(AMOUNTS.items())
    }
    write(folder, name, others)
    return GRANTED + sum(others.values())


@pytest.mark.parametrize("name", [NEW, "projets.csv"])
def test_whether_a_few_equal_rows_are_the_same_grants_is_asked(tmp_path, name):
    with_four_equal_rows(tmp_path, name)
    message = question(tmp_path)
    assert "4 lignes" in message and "same_as_others = true" in message


def test_a_few_equal_rows_count_as_answered(tmp_path):
    both = with_four_equal_rows(tmp_path, NEW)
    shared = sum(list(AMOUNTS.values())[:4])
    for answer, amount in (("true", both - shared), ("false", both)):
        said = source(f'"{NEW}"', f"same_as_others = {answer}")
        assert total(tmp_path, source(f'"{OLD}"'), said) == amount


def test_of_versions_named_alike_most_rows_may_be_changed(tmp_path):
    write(tmp_path, OLD, AMOUNTS)
    write(tmp_path, NEW, {who: amount + 5 * (amount > 400) for who, amount in AMOUNTS.items()})
    assert "16 autres" in question(tmp_path)


def test_most_rows_of_a_small_list_may_be_other_grants(tmp_path):
    write(tmp_path, OLD, AMOUNTS)
    few = {name: AMOUNTS[name] for name in NAMES[:3]}
    write(tmp_path, "projets.csv", few, purpose="Action")
    with (tmp_path / "projets.csv").open("a", encoding="utf-8") as projects:
        projects.write("Club D;28/02/2021;77;Action\n")
    assert "3 lignes" in question(tmp_path)


def test_of_two_sheets_the_one_that_counts_is_named(tmp_path):
    head = ["Bénéficiaire", "Date de décision", "Montant accordé (€)"]
    sheets = {
        title: [
            head,
            *([who, f"{NAMES.index(who) + 1:02}/02/2021", amount] for who, amount in of.items()),
        ]
        for title, of in (("Budget", AMOUNTS), ("DM1", CORRECTED))
    }
    folder = workbook(tmp_path, sheets, "liste.xlsx")
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    assert 'sheet = "Budget"' in str(refused.value.faults[0])
    stated = source('"liste.xlsx"', 'sheet = "DM1"')
    (folder / "study.toml").write_text(stated, encoding="utf-8")
    assert counted(folder) == sum(CORRECTED.values())


# ---- versions whose references are known
def numbered(folder, name: str, amounts: dict[str, int]) -> None:
    lines = ["Référence;Bénéficiaire;Date de décision;Montant accordé (€)"]
    lines += [
        f"R{NAMES.index(who)};{who};{NAMES.index(who) + 1:02}/02/2021;{amount}"
        for who, amount in amounts.items()
    ]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_the_name_of_a_file_does_not_say_which_version_counts(tmp_path):
    numbered(tmp_path, OLD, AMOUNTS)
    numbered(tmp_path, NEW, CORRECTED)
    assert "2 autres" in question(tmp_path)


def test_the_version_with_references_to_believe_counts(tmp_path):
    numbered(tmp_path, OLD, AMOUNTS)
    numbered(tmp_path, NEW, CORRECTED)
    believed = source(f'"{NEW}"', "precedence = 1")
    assert total(tmp_path, source(f'"{OLD}"'), believed) == sum(CORRECTED.values())
    for one, other in ((OLD, NEW), (NEW, OLD)):
        separate = source(f'"{one}"', "same_as_others = false")
        assert total(tmp_path, separate, source(f'"{other}"')) == GRANTED + 2500 + 40


def test_the_date_in_the_name_of_a_file_says_which_version_counts(tmp_path):
    numbered(tmp_path, "subventions_2021-06-30.csv", AMOUNTS)
    numbered(tmp_path, "subventions_2021-12-31.csv", CORRECTED)
    assert total(tmp_path) == sum(CORRECTED.values())
