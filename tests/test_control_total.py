"""What the team's own books say that all grants add up to stops a run that reads another total."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis import clean
from analysis.clean.team import control_total
from analysis.declare.faults import Refused
from analysis.layout import Mapping
from analysis.prepare.choices import Choices
from analysis.run import check_data

HEADER = "Bénéficiaire;Date de décision;Montant attribué"
GRANTS = ["Emmaüs;01/03/2018;1000", "Judo club;02/03/2018;2500", "Foyer rural;03/03/2018;700,50"]


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "liste.csv", HEADER, *GRANTS)
    return tmp_path


def write(file, *lines: str) -> None:
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")


def state(folder, total: str, *further: str) -> None:
    study = ["[study]", 'name = "x"', 'currency = "EUR"', f"control_total = {total}", *further]
    write(folder / "study.toml", *study)


def fault(folder) -> str:
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    (only,) = refused.value.faults
    assert (only.file, only.column) == ("study.toml", "control_total")
    assert refused.value.exit_code == 3
    return only.message


@pytest.mark.parametrize("total", ["4200.5", "4201.5", "4199.5"])
def test_the_total_of_the_books_passes_up_to_one_euro(folder, total):
    state(folder, total)
    assert len(clean.clean(folder).tables["agreements"]) == 3


@pytest.mark.parametrize(
    ("total", "difference", "line"),
    [
        ("3500", "700,50 de trop", 4),
        ("4202", "1,50 de moins", None),
        ("1700.5", "2 500 de trop", 3),
    ],
)
def test_another_total_stops_and_says_where_the_difference_lies(folder, total, difference, line):
    state(folder, total)
    message = fault(folder).replace("\u202f", " ").replace("\xa0", " ")
    assert difference in message
    assert "liste.csv: gardées 4 200,50 (3)" in message
    assert ("à elle seule : liste.csv, ligne" in message) is (line is not None)
    assert f"ligne {line}" in message or line is None


def test_a_row_that_was_left_out_is_named_where_it_is_what_lacks(folder):
    write(folder / "liste.csv", f"{HEADER};Décision", *(f"{row};accordé" for row in GRANTS))
    with (folder / "liste.csv").open("a", encoding="utf-8") as file:
        file.write("Recyclerie;04/03/2018;900;refusé\n")
    state(folder, "5100.5")
    message = fault(folder)
    assert "écartées 900 (1)" in message
    assert "liste.csv, ligne 5" in message


def test_rows_of_private_persons_are_named_where_together_they_are_what_lacks(folder):
    persons = ["Particulier;04/03/2018;300", "(Particuliers);05/03/2018;600"]
    write(folder / "liste.csv", HEADER, *GRANTS, *persons)
    state(folder, "5100.5")
    assert "un ensemble de particuliers n’est pas un partenaire (2)" in fault(folder)
    state(folder, "5000.5")
    assert "un ensemble de particuliers" not in fault(folder)


@pytest.mark.parametrize("total", ["inf", "nan", "-1.0", "1e300"])
def test_a_total_that_no_books_can_have_is_refused_in_words(folder, total):
    state(folder, total)
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    (only,) = refused.value.faults
    assert (only.file, only.column) == ("study.toml", "control_total")


PROGRAMME = [
    "agreement_id,partner_id,entity,start,planned_end,end,planned_amount_eur",
    "A1,P1,Paris,2018-01-01,2018-12-31,2018-06-30,400",
    "A2,P2,Lyon,2018-02-01,2019-12-31,,600",
]


def test_books_may_say_that_more_was_taken_back_than_granted(folder):
    write(folder / "liste.csv", HEADER, *GRANTS, "Emmaüs;01/04/2018;-6000")
    state(folder, "-1799.5")
    assert clean.clean(folder).questions == []
    state(folder, "-1700")
    assert "-1\u202f799,50" in fault(folder).replace("−", "-")


def test_the_books_stop_a_programme_too(tmp_path):
    write(tmp_path / "agreements.csv", *PROGRAMME)
    state(tmp_path, "900")
    assert "agreements.csv: gardées 1 000 (2)" in fault(tmp_path).replace("\u202f", " ")
    state(tmp_path, "1000", "control_agreements = 2")
    assert len(clean.clean(tmp_path).tables["agreements"]) == 2


@pytest.mark.parametrize("number", [2, 4])
def test_another_number_of_agreements_stops(folder, number):
    state(folder, "4200.5", f"control_agreements = {number}")
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    (only,) = refused.value.faults
    assert only.column == "control_agreements" and "gardées" in only.message


TWO_LINES = ["recipient,amount,date", *2 * ["Emmaüs,900,2018-03-01"], "Konexio,400,2018-05-02"]


@pytest.mark.parametrize("number", [2, 3])
def test_books_may_count_lines_or_grants(tmp_path, number):
    write(tmp_path / "grants.csv", *TWO_LINES)
    state(tmp_path, "2200", f"control_agreements = {number}")
    assert len(clean.clean(tmp_path).tables["agreements"]) == 2


def test_lines_are_told_beside_the_grants_that_they_are(tmp_path):
    write(tmp_path / "grants.csv", *TWO_LINES)
    state(tmp_path, "2200")
    (line,) = read_in_all(tmp_path)
    assert line.startswith("read in all: 2 grants of 3 rows with 2 partners")
    state(tmp_path, "2200", "control_agreements = 4")
    with pytest.raises(Refused, match="are read, of 3 rows .those of one funder"):
        clean.clean(tmp_path)


def test_partners_alone_have_no_total(tmp_path):
    write(tmp_path / "partners.csv", "partner_id,name", "P1,Emmaüs")
    state(tmp_path, "100")
    assert "aucune convention" in fault(tmp_path)


def read_in_all(folder) -> list[str]:
    understood = check_data.check(folder, lang="en").understood
    return [line.partition(";")[0] for line in understood if line.startswith("read in all")]


def test_check_tells_what_was_read_until_the_books_are_stated(folder):
    told = "read in all: 3 grants with 3 partners, from 1 March 2018 to 3 March 2018, for 4,200.50"
    (question,) = check_data.check(folder, lang="en").to_confirm
    assert question.message.startswith(f"{told} (`Montant attribué`). Is this what")
    state(folder, "4200.5")
    assert read_in_all(folder) == [f"{told} EUR (`Montant attribué`)"]
    state(folder, "4200.5", "control_agreements = 3")
    assert read_in_all(folder) == []


@pytest.mark.parametrize(
    ("dates", "last"),
    [
        (["2018", "2019"], "31 December 2019"),
        (["2018-01", "2018-05"], "31 May 2018"),
        (["01/02/2018", "03/05/2018"], "3 May 2018"),
    ],
)
def test_the_last_day_that_is_read_is_none_of_an_assumed_term(tmp_path, dates, last):
    grants = [f"{who};{date};100" for who, date in zip(["Emmaüs", "Judo"], dates, strict=True)]
    write(tmp_path / "liste.csv", HEADER, *grants)
    state(tmp_path, "200")
    (line,) = read_in_all(tmp_path)
    assert f" to {last}, for 200 EUR" in line


def test_check_tells_what_was_read_of_a_programme(tmp_path):
    write(tmp_path / "agreements.csv", *PROGRAMME)
    told = "read in all: 2 agreements with 2 partners and 2 entities, from 1 January 2018 to 31 December"
    of_column = "for 1,000 EUR (`planned_amount_eur`)"
    assert read_in_all(tmp_path) == [f"{told} 2019, 1 of them ended early, {of_column}"]


def test_the_total_names_what_is_added_up_and_taken_off(folder):
    """Nobody can hold a sum against the books who does not know of what it is."""
    mapping = Mapping("", "grants", {"amount": ("Fonds", "État"), "~less": ("Annulé",)}, {})
    lists = [Mapping("", "grants", {"amount": (header,)}, {}) for header in ("A", "B", "C", "A")]
    result = clean.clean(folder)
    read = clean.reading_in_all(replace(result, mappings={"liste.csv": [mapping]}))
    assert "(`Fonds` + `État` - `Annulé`)" in read
    read = clean.reading_in_all(replace(result, mappings={"liste.csv": lists}))
    assert "(`A`, `B`, `C`)" in read
    further = [*lists, Mapping("", "grants", {"amount": ("D",)}, {})]
    read = clean.reading_in_all(replace(result, mappings={"liste.csv": further}))
    assert "(`A`, `B`, `C`, …)" in read


CONTRIBUTIONS = [
    "contribution_id,agreement_id,year,direction,kind,stage,value_eur",
    "K1,A1,2018,to partner,cash,committed,900",
    "K2,A1,2018,to partner,cash,paid,400",
    "K3,A2,2018,to group,skills,paid,70",
]


@pytest.mark.parametrize(
    ("agreements", "told"),
    [
        (PROGRAMME, "for 1,000 EUR (`planned_amount_eur`); given by contributions: 400 EUR"),
        ([line.rpartition(",")[0] for line in PROGRAMME], "early, for 400 EUR (`value_eur`)"),
    ],
    ids=["beside the amounts of agreements", "alone"],
)
def test_what_partners_were_given_is_told_without_what_is_committed(tmp_path, agreements, told):
    write(tmp_path / "agreements.csv", *agreements)
    write(tmp_path / "contributions.csv", *CONTRIBUTIONS)
    (line,) = (
        line
        for line in check_data.check(tmp_path, lang="en").understood
        if line.startswith("read in all")
    )
    assert line.partition("; state")[0].endswith(told)


def test_the_books_stop_where_the_agreements_tell_no_amount(tmp_path):
    """What is read is then what was paid to partners: 400."""
    write(tmp_path / "agreements.csv", *[line.rpartition(",")[0] for line in PROGRAMME])
    write(tmp_path / "contributions.csv", *CONTRIBUTIONS)
    state(tmp_path, "1000")
    assert "400" in fault(tmp_path) and "600" in fault(tmp_path)


def test_what_is_read_tells_of_no_end_that_is_unknown_and_of_a_total_of_nothing(tmp_path):
    lines = ["agreement_id,partner_id,entity,start,planned_end,planned_amount_eur"]
    lines += ["A1,P1,Paris,2018-01-01,,50", "A2,P2,Paris,2018-02-01,,-50"]
    write(tmp_path / "agreements.csv", *lines)
    told = "read in all: 2 agreements with 2 partners, from 1 January 2018, for 0 EUR"
    assert read_in_all(tmp_path) == [f"{told} (`planned_amount_eur`)"]


@pytest.mark.parametrize(
    ("amount", "answer"),
    [
        (0.004, ("control_agreements", 1)),
        (0.01, ("control_total", 0.01)),
        (-5.0, ("control_total", -5.0)),
    ],
)
def test_a_total_of_no_whole_cent_is_confirmed_by_the_number(amount, answer):
    agreements = pd.DataFrame({"planned_amount_eur": [amount]})
    assert control_total.as_control({"agreements": agreements}) == answer


def test_a_draft_keeps_the_total(folder):
    state(folder, "4200.5", "control_agreements = 3")
    draft = check_data.check(folder).draft
    assert "control_total = 4200.5" in draft and "control_agreements = 3" in draft
    state(folder, "4200.5")
    draft = check_data.check(folder).draft
    assert "control_total = 4200.5" in draft and "control_agreements" not in draft


def test_preparing_shows_the_files_beside_a_total_that_they_miss(folder):
    state(folder, "3500")
    choices = Choices(folder)
    assert [fault.column for fault in choices.faults] == ["control_total"]
    assert len(choices.result.tables["agreements"]) == 3
    assert "control_total = 3500" in choices.study_toml()
