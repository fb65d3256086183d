"""Which entity agreements are of: lists of one each, and names that are spelt in several ways."""

import pytest

from analysis.run.check_data import check
from test_team_habits import agreements_of, questions, with_answers, workbook

HEAD = ["Partenaire", "Début", "Fin prévue", "Montant"]


def rows(first: int) -> list[list[object]]:
    return [
        [f"Foyer {n % 4}", f"0{n}/01/2016", f"0{n}/12/2018", 100] for n in range(first, first + 4)
    ]


def test_sheets_named_by_entities_are_asked_which_they_are_of(tmp_path):
    sheets = {"Filiale Colis": [HEAD, *rows(1)], "Filiale Banque": [HEAD, *rows(5)]}
    folder = workbook(tmp_path, sheets, "conventions.xlsx")
    (question,) = questions(folder).values()
    assert "entity" in question and "Filiale Banque" in question
    agreements = agreements_of(with_answers(folder))
    assert agreements["entity"].value_counts().to_dict() == {
        "Filiale Banque": 4,
        "Filiale Colis": 4,
    }
    one_entity = [(f'entity = "{name}"', 'entity = "La Poste"') for name in sheets]
    (folder / "study.toml").unlink()
    assert set(agreements_of(with_answers(folder, *one_entity))["entity"]) == {"La Poste"}


def test_files_named_by_entities_are_asked_which_they_are_of(tmp_path):
    workbook(tmp_path, {"Feuil1": [HEAD, *rows(1)]}, "conventions colis.xlsx")
    workbook(tmp_path, {"Feuil1": [HEAD, *rows(5)]}, "conventions banque.xlsx")
    assert "entity" in str(questions(tmp_path))
    agreements = agreements_of(with_answers(tmp_path))
    assert set(agreements["entity"]) == {"conventions colis", "conventions banque"}


@pytest.mark.parametrize(
    "names", [("2017", "2018"), ("Conv 2017", "Conv 2018"), ("En cours", "Terminées")]
)
def test_sheets_of_years_or_stages_are_of_one_entity(tmp_path, names):
    sheets = dict(zip(names, ([HEAD, *rows(1)], [HEAD, *rows(5)]), strict=True))
    agreements = agreements_of(workbook(tmp_path, sheets, "conventions.xlsx"))
    assert agreements["entity"].nunique() == 1


def test_spellings_of_an_entity_are_one(tmp_path):
    head = [HEAD[0], "Direction", *HEAD[1:]]
    spellings = [
        "Siège",
        "siege",
        "SIÈGE ",
        "Direction Est",
        "DIRECTION-EST",
        "Siège",
        "Direction Est",
    ]
    lines = [
        [line[0], name, *line[1:]] for line, name in zip(rows(1) + rows(5), spellings, strict=False)
    ]
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [head, *lines]}))
    assert agreements["entity"].value_counts().to_dict() == {"Siège": 4, "Direction Est": 3}


@pytest.mark.parametrize(
    ("short", "full"),
    [("Dir. Est", "Direction Est"), ("DE", "Direction Est"), ("Siège social", "Siège")],
)
def test_names_that_may_be_short_for_an_entity_are_asked(tmp_path, short, full):
    head = [HEAD[0], "Direction", *HEAD[1:]]
    names = [full, short, full, "Nord", "Nord-Est", "Direction Nord"]
    lines = [
        [line[0], name, *line[1:]] for line, name in zip(rows(1) + rows(5), names, strict=False)
    ]
    folder = workbook(tmp_path, {"Conventions": [head, *lines]}, "conventions.xlsx")
    (question,) = questions(folder).values()
    answer = f'"{short}" = "{full}"'
    assert answer in question and "Nord" not in question
    with_answers(folder)
    confirmed = (folder / "study.toml").read_text(encoding="utf-8")
    for entity, count in ((full, 4), (short, 5)):
        answered = f'{confirmed}\n[source.entities]\n"{short}" = "{entity}"\n'
        (folder / "study.toml").write_text(answered, encoding="utf-8")
        assert agreements_of(folder)["entity"].nunique() == count


@pytest.mark.parametrize(
    "share", ["Part de la direction", "Quote-part", "Anteil", "Aandeel", "Our share", "Direction"]
)
def test_shares_of_entities_count_and_not_the_whole_on_each_of_their_rows(tmp_path, share):
    head = ["Partenaire", "Entité", "Début", "Fin prévue", "Montant de la convention", share]
    lines = [
        [f"Foyer {n}", entity, f"0{n}/01/2016", f"0{n}/12/2018", 1000 * n, part * n]
        for n in range(1, 6)
        for entity, part in (("Nord", 600), ("Sud", 400))
    ]
    agreements = agreements_of(workbook(tmp_path, {"Conventions": [head, *lines]}))
    assert len(agreements) == 10 and agreements["planned_amount_eur"].sum() == 15_000
    assert set(agreements["planned_amount_eur"]) >= {600, 400}


def with_entities_below(folder, header: str, *names: str):
    """Agreements with a column of their own, and no other that may tell who signs."""
    lines = zip(rows(1) + rows(5), names * 4, strict=False)
    numbered = [[f"C{number}", *line, name] for number, (line, name) in enumerate(lines)]
    return workbook(folder, {"Conventions": [["N° convention", *HEAD, header], *numbered]})


@pytest.mark.parametrize(
    "header",
    [
        *("Entité pilote", "Entité responsable", "Direction métier", "Service référent", "BU"),
        *("Business line", "Unidad de negocio", "Tochtergesellschaft"),
    ],
)
def test_who_signs_is_told_below_its_header(tmp_path, header):
    agreements = agreements_of(with_entities_below(tmp_path, header, "DR Nord", "Siège"))
    assert agreements["entity"].value_counts().to_dict() == {"DR Nord": 4, "Siège": 4}


@pytest.mark.parametrize("header", ["Délégation", "Métier", "Sparte"])
def test_who_signs_is_asked_below_a_header_of_places_or_themes(tmp_path, header):
    folder = with_entities_below(tmp_path, header, "Bordeaux", "Colis")
    assert f"`{header}`" in str(questions(folder))
    assert agreements_of(with_answers(folder))["entity"].nunique() == 2


@pytest.mark.parametrize("header", ["Entité pilote", "Métier"])
def test_numbers_and_days_are_no_entities(tmp_path, header):
    agreements = agreements_of(with_entities_below(tmp_path, header, "01/03/2016", "02/03/2016"))
    assert agreements["entity"].nunique() == 1


def test_other_columns_are_no_entities(tmp_path):
    agreements = agreements_of(with_entities_below(tmp_path, "Thématique", "Sport", "Emploi"))
    assert agreements["entity"].nunique() == 1


@pytest.mark.parametrize("together", ["Nord / Sud", "Nord et Sud", "Nord + Siège"])
def test_of_which_entity_an_agreement_of_several_is_is_asked(tmp_path, together):
    names = [together, "Nord", "Sud", "Siège"]
    folder = with_entities_below(tmp_path, "Direction", *names)
    (question,) = questions(folder).values()
    assert f'"{together}" = "Nord"' in question
    confirmed = check(folder).draft.replace(" # ?", "")
    for entity, count in (("Nord", 3), ("Sud", 3), (together, 4)):
        answered = f'{confirmed}\n[source.entities]\n"{together}" = "{entity}"\n'
        (folder / "study.toml").write_text(answered, encoding="utf-8")
        assert agreements_of(folder)["entity"].nunique() == count


@pytest.mark.parametrize("name", ["Colis et Courrier", "Nord / Est", "Nord-Sud"])
def test_entities_whose_names_join_others_that_stand_nowhere_are_not_asked(tmp_path, name):
    folder = with_entities_below(tmp_path, "Direction", name, "Nord", "Sud", "Courrier")
    assert set(agreements_of(folder)["entity"]) == {name, "Nord", "Sud", "Courrier"}
