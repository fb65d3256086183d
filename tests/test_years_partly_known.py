"""What F6 says of a year of which few terms are known, and of agreements that end early."""

import pytest

from analysis import explore
from analysis.clean import data_package
from raw_lists import PARTNERS, cleaned

AGREEMENTS = "N° de convention;Code partenaire;Entité du Groupe;Début;Échéance;Fin effective\n"
SEEN = "[study]\nday = 2020-06-15\nobserved_from = 2015-01-01\nobserved_to = 2020-06-15\n"
CODES = [f"P{number:02}" for number in range(1, 31)]


def study_of(tmp_path, ended_on: str, lang: str):
    """Thirty partners whose agreements of 2018 are all renewed for 2019, which all end on
    31 December, but for twelve that are broken off on a day of 2019; known up to 15 June 2020.
    """
    first = [f"A{code};{code};Groupe;01/01/2018;31/12/2018;\n" for code in CODES]
    second = [f"B{code};{code};Groupe;01/01/2019;31/12/2019;\n" for code in CODES[12:]]
    broken_off = [
        f"B{code};{code};Groupe;01/01/2019;31/12/2019;{ended_on}\n" for code in CODES[:12]
    ]
    texts = {
        "study.toml": SEEN,
        "partenaires.csv": PARTNERS + "".join(f"{code};Structure {code};;\n" for code in CODES),
        "conventions.csv": AGREEMENTS + "".join(first + second + broken_off),
    }
    result = cleaned(tmp_path, texts)
    data_package.write(result, tmp_path / "clean")
    return explore.open(tmp_path / "clean", lang=lang)


@pytest.mark.parametrize(
    ("lang", "of_year", "of_early_ends"),
    [
        ("en", "Less than 70% of the terms of 2019 are known", "ended before its planned term"),
        ("fr", "Moins de 70\u202f% des échéances de 2019 sont connues", "fin avant son échéance"),
    ],
)
def test_a_year_of_which_few_terms_are_known_is_named(tmp_path, lang, of_year, of_early_ends):
    """Of the thirty terms of 2019 the twelve broken off are known, none renewed; the grace of the
    eighteen of 31 December still runs.
    """
    figure = study_of(tmp_path, "31/03/2019", lang).exhibit("F6")
    assert figure.data[["year", "n", "renewed"]].to_numpy().tolist() == [
        ["2018", 30, 30],
        ["2019", 12, 0],
    ]
    assert of_year in figure.note and of_early_ends in figure.note


def test_a_year_not_drawn_and_planned_terms_are_not_spoken_of(tmp_path):
    figure = study_of(tmp_path, "", "en").exhibit("F6")
    assert figure.data["year"].tolist() == ["2018"]
    assert "Less than 70%" not in figure.note and "planned term" not in figure.note
