"""Which entity agreements are of: lists of one each, and names that are spelt in several ways."""

import re

import pytest

from analysis.clean.partners.entity_names import first_of_several, short_for
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS
from analysis.layout.recognition import matched_as
from analysis.run.check_data import check
from raw_lists import block_of, rows_of, rows_read, workbook
from test_team_habits import agreements_of, questions, with_answers

HEAD = ["Partenaire", "Début", "Fin prévue", "Montant"]


def rows(first: int) -> list[list[object]]:
    return [
        [f"Foyer {n % 4}", f"0{n}/01/2016", f"0{n}/12/2018", 100] for n in range(first, first + 4)
    ]


def entities(folder):
    """The entity of each agreement of a folder, as it is read."""
    return rows_read(folder, "agreements")["entity"]


def test_sheets_named_by_entities_are_asked_which_they_are_of(tmp_path):
    sheets = {"Filiale Colis": [HEAD, *rows(1)], "Filiale Banque": [HEAD, *rows(5)]}
    folder = workbook(tmp_path, sheets, "conventions.xlsx")
    (question,) = questions(folder).values()
    assert "entity" in question and "Filiale Banque" in question
    agreements = agreements_of(with_answers(folder))
    counts = agreements["entity"].value_counts().to_dict()
    assert counts == {"Filiale Banque": 4, "Filiale Colis": 4}
    stated = (folder / "study.toml").read_text(encoding="utf-8")
    one_entity = re.sub('entity = "Filiale.*"', 'entity = "La Poste"', stated)
    (folder / "study.toml").write_text(one_entity, encoding="utf-8")
    assert set(entities(folder)) == {"La Poste"}


def test_files_named_by_entities_are_asked_which_they_are_of(tmp_path):
    workbook(tmp_path, {"Feuil1": [HEAD, *rows(1)]}, "conventions colis.xlsx")
    workbook(tmp_path, {"Feuil1": [HEAD, *rows(5)]}, "conventions banque.xlsx")
    assert "entity" in str(questions(tmp_path))
    assert set(entities(with_answers(tmp_path))) == {"conventions colis", "conventions banque"}


def test_files_named_by_parts_of_a_company_are_asked_under_whatever_headers(tmp_path):
    heads = {"Est": HEAD, "Ouest": ["Association", "Prise d'effet", "Échéance", "Montant accordé"]}
    for (name, head), first in zip(heads.items(), (1, 5), strict=True):
        workbook(tmp_path, {"Feuil1": [head, *rows(first)]}, f"conventions Direction {name}.xlsx")
    assert len([text for text in questions(tmp_path).values() if "entity" in text]) == 1
    names = {f"conventions Direction {name}" for name in heads}
    assert set(entities(with_answers(tmp_path))) == names


@pytest.mark.parametrize(
    "names", [("2017", "2018"), ("Conv 2017", "Conv 2018"), ("En cours", "Terminées")]
)
def test_sheets_of_years_or_stages_are_of_one_entity(tmp_path, names):
    sheets = dict(zip(names, ([HEAD, *rows(1)], [HEAD, *rows(5)]), strict=True))
    assert entities(workbook(tmp_path, sheets, "conventions.xlsx")).nunique() == 1


def test_spellings_of_an_entity_are_one(tmp_path):
    head = [HEAD[0], "Direction", *HEAD[1:]]
    spellings = ["Siège", "siege", "SIÈGE ", "Direction Est", "DIRECTION-EST"]
    spellings += ["Siège", "Direction Est"]
    lines = [
        [line[0], name, *line[1:]] for line, name in zip(rows(1) + rows(5), spellings, strict=False)
    ]
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [head, *lines]}))
    assert agreements["entity"].value_counts().to_dict() == {"Siège": 4, "Direction Est": 3}


SHORT = [("Dir. Est", "Direction Est"), ("DE", "Direction Est"), ("Siège social", "Siège")]


@pytest.mark.parametrize(("short", "full"), SHORT)
def test_names_may_be_short_for_an_entity(short, full):
    assert short_for([full, short, "Nord", "Nord-Est", "Direction Nord"]) == {short: full}


def test_names_that_may_be_short_for_an_entity_are_asked(tmp_path):
    short, full = SHORT[0]
    names = [full, short, full, "Nord", "Nord-Est", "Direction Nord"]
    lines = [
        [line[0], name, *line[1:]] for line, name in zip(rows(1) + rows(5), names, strict=False)
    ]
    head = [HEAD[0], "Direction", *HEAD[1:]]
    folder = workbook(tmp_path, {"Conventions": [head, *lines]}, "conventions.xlsx")
    (question,) = questions(folder).values()
    answer = f'"{short}" = "{full}"'
    assert answer in question and "Nord" not in question
    assert_entities_as_answered(folder, short, {full: 4, short: 5})


SHARES = ["Part de la direction", "Quote-part", "Anteil", "Aandeel", "Our share", "Direction"]


def assert_entities_as_answered(folder, name: str, count_by_entity: dict[str, int]):
    """How many entities are left where study.toml says which one a name stands for."""
    confirmed = check(folder).draft.replace(" # ?", "")
    for entity, count in count_by_entity.items():
        answered = f'{confirmed}\n[source.entities]\n"{name}" = "{entity}"\n'
        (folder / "study.toml").write_text(answered, encoding="utf-8")
        assert agreements_of(folder)["entity"].nunique() == count


@pytest.mark.parametrize("share", SHARES)
def test_shares_of_entities_count_and_not_the_whole_on_each_of_their_rows(share):
    head = ["Partenaire", "Entité", "Début", "Fin prévue", "Montant de la convention", share]
    lines = [
        [f"Foyer {n}", entity, f"0{n}/01/2016", f"0{n}/12/2018", 1000 * n, part * n]
        for n in range(1, 6)
        for entity, part in (("Nord", 600), ("Sud", 400))
    ]
    agreements = rows_of("agreements", block_of(head, *lines), "Conventions")
    assert agreements["planned_amount_eur"].sum() == 15_000
    assert agreements["agreement_id"].nunique() == 10


def entities_below(header: str, *names: str) -> list[list[object]]:
    """Agreements with a column of their own, and no other that may tell who signs."""
    lines = zip(rows(1) + rows(5), names * 4, strict=False)
    numbered = [[f"C{number}", *line, name] for number, (line, name) in enumerate(lines)]
    return [["N° convention", *HEAD, header], *numbered]


def with_entities_below(folder, header: str, *names: str):
    return workbook(folder, {"Conventions": entities_below(header, *names)})


def entity_of(header: str, *names: str):
    """The header and how it was found of the entity of agreements with such a column."""
    found = matched_as("agreements", block_of(*entities_below(header, *names)), "Conventions")
    return found.columns.get("entity"), found.how.get("entity")


@pytest.mark.parametrize(
    "header",
    [
        *("Entité pilote", "Entité responsable", "Direction métier", "Service référent", "BU"),
        *("Business line", "Unidad de negocio", "Tochtergesellschaft"),
    ],
)
def test_who_signs_is_told_below_its_header(header):
    assert entity_of(header, "DR Nord", "Siège") == ((header,), BY_WORDS)


@pytest.mark.parametrize("header", ["Délégation", "Métier", "Sparte"])
def test_who_signs_may_stand_below_a_header_of_places_or_themes(header):
    assert entity_of(header, "Bordeaux", "Colis") == ((header,), BY_CELLS)


def test_who_signs_is_asked_below_a_header_of_places_or_themes(tmp_path):
    folder = with_entities_below(tmp_path, "Métier", "Bordeaux", "Colis")
    assert "`Métier`" in str(questions(folder))
    assert entities(with_answers(folder)).nunique() == 2


@pytest.mark.parametrize("header", ["Entité pilote", "Métier"])
def test_numbers_and_days_are_no_entities(header):
    assert entity_of(header, "01/03/2016", "02/03/2016")[0] is None


def test_other_columns_are_no_entities(tmp_path):
    folder = with_entities_below(tmp_path, "Thématique", "Sport", "Emploi")
    assert entities(folder).nunique() == 1


@pytest.mark.parametrize("together", ["Nord / Sud", "Nord et Sud", "Nord + Siège"])
def test_names_may_be_made_of_several_entities(together):
    assert first_of_several([together, "Nord", "Sud", "Siège"]) == {together: "Nord"}


def test_of_which_entity_an_agreement_of_several_is_is_asked(tmp_path):
    folder = with_entities_below(tmp_path, "Direction", "Nord / Sud", "Nord", "Sud", "Siège")
    (question,) = questions(folder).values()
    assert '"Nord / Sud" = "Nord"' in question
    assert_entities_as_answered(folder, "Nord / Sud", {"Sud": 3, "Nord / Sud": 4})


@pytest.mark.parametrize("name", ["Colis et Courrier", "Nord / Est", "Nord-Sud"])
def test_entities_whose_names_join_others_that_stand_nowhere_are_not_asked(name):
    names = [name, "Nord", "Sud", "Courrier"]
    assert first_of_several(names) == short_for(names) == {}
