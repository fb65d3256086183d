"""Surveys as tools of forms export them, beside a list of agreements."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data

NAMES = ["Amicale", "Bouée", "Cercle", "Dojo", "Éole", "Fanfare"]
ASKED = {
    "Do you trust each other? (1 to 5)": "relationship",
    "Are decisions taken jointly? (1 to 5)": "co-construction",
    "Do we understand your needs? (1 to 5)": "understanding",
    "Would you renew? (1 to 5)": "renewal",
}
SIDES = {"partner": "Association partenaire", "group": "L'entreprise"}


def survey(folder, sides: dict[str, str]) -> float:
    """Twelve answers of both sides to each of four questions; their sum."""
    agreements = ["N°;Partenaire;Entité;Début;Fin prévue;Montant"]
    agreements += [f"C{n};{name};RH;2017-01-01;2019-12-31;1000" for n, name in enumerate(NAMES)]
    (folder / "conventions.csv").write_text("\n".join(agreements) + "\n", encoding="utf-8")
    rows, total = [";".join(["ID", "Last page", "Code partenaire", "Entité", "Side", *ASKED])], 0
    for number, (name, side) in enumerate((name, side) for name in NAMES for side in sides):
        values = [1 + (number + k) % 5 for k in range(len(ASKED))]
        total += sum(values)
        rows.append(";".join([str(number), "3", name, "RH", sides[side], *map(str, values)]))
    (folder / "survey_2018.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return total


def test_what_questions_are_about_is_proposed_by_their_words_and_asked(tmp_path):
    total = survey(tmp_path, SIDES)
    draft = check_data.check(tmp_path).draft
    lines = [line for line in draft.splitlines() if line.startswith('"')]
    proposed = [f'"{question}" = "{about}"' for question, about in ASKED.items()]
    assert [line.partition("  #")[0] for line in lines] == proposed
    assert all(line.endswith("# ?") for line in lines)
    assert '"Last page" =' not in draft
    # what is but guessed is asked though all else is confirmed
    others = [line if line in lines else line.replace(" # ?", "") for line in draft.splitlines()]
    (tmp_path / "study.toml").write_text("\n".join(others), encoding="utf-8")
    with pytest.raises(Refused, match="Do you trust"):
        clean.clean(tmp_path)
    (tmp_path / "study.toml").write_text(draft.replace(" # ?", ""), encoding="utf-8")
    answers = clean.clean(tmp_path).tables["answers"]
    assert answers["value"].sum() == total and len(answers) == 48
    assert answers.groupby("side").size().to_dict() == {"group": 24, "partner": 24}


def test_answers_of_a_side_that_nobody_can_read_are_asked(tmp_path):
    """Half of the answers would be set aside, and the other half be all that a report shows."""
    survey(tmp_path, {"partner": "Association", "group": "Chez nous"})
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    with pytest.raises(Refused, match=r"24 .*48.*« Chez nous ».*partenaire.*groupe"):
        clean.clean(tmp_path)
