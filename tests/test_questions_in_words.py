"""Questions speak of what stands in the file, and draw on the words of its headers."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data


def questions(folder, name: str, lines: list[str]) -> list[str]:
    """The questions that a list raises."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        clean.clean(folder, day="2026-11-01")
    return [fault.message for fault in refused.value.faults]


def test_amendments_are_told_by_their_lines(tmp_path):
    lines = ["Association;Type;Date;Montant"]
    lines += [f"Club {n};Convention;0{n}/03/2022;{n}000" for n in range(1, 7)]
    lines.append("Club 2;Avenant n° 1;05/09/2022;600")
    (question,) = questions(tmp_path, "liste.csv", lines)
    assert "(ligne 8 avec la 3)" in question and "First reference" not in question
    # what is answered needs no column that no file has
    draft = check_data.check(tmp_path, lang="fr").draft
    assert 'same_reference = "last"  # ligne 8 avec la 3; ' in draft and "First ref" not in draft
    answered = draft.replace('"last"', '"add"').replace(" # ?", "")
    (tmp_path / "study.toml").write_text(answered, encoding="utf-8")
    assert clean.clean(tmp_path, day="2026-11-01").tables["agreements"].shape[0] == 6
    assert "First reference" not in "".join(check_data.check(tmp_path, lang="fr").understood)


AGREEMENTS = [
    "Convention;Code partenaire;Direction;{start};{end};Montant €",
    *[f"C{n};P{n};Ouest;01/02/201{n};31/01/202{n};{n}0000" for n in range(1, 6)],
]


def test_an_end_that_its_header_says_to_be_planned_is_not_asked(tmp_path):
    start, end = "Date de début", "Date de fin prévue"
    lines = [line.format(start=start, end=end) for line in AGREEMENTS]
    (tmp_path / "c.csv").write_text("\n".join(lines), encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2026-11-01").tables["agreements"]
    assert agreements["planned_end"].dt.year.tolist() == [2021, 2022, 2023, 2024, 2025]


def test_a_header_that_says_something_is_not_said_to_say_nothing(tmp_path):
    start, end = "Date de début", "Date de fin de projet"
    lines = [line.format(start=start, end=end) for line in AGREEMENTS]
    (question,) = questions(tmp_path, "c.csv", lines)
    assert "d’après les mots de son en-tête" in question and "aucun en-tête" not in question


def test_of_remarks_that_tell_an_end_the_day_alone_is_shown(tmp_path):
    lines = ["Association;Début;Fin prévue;Montant;Commentaire"]
    lines += [f"Club {n};0{n}/03/2022;28/02/2023;{n}000;" for n in range(1, 6)]
    lines[3] += "Résiliée le 30/09/2022 après le départ de Mme Martin"
    lines[4] += "Mme Petit, trésorière"
    (question,) = questions(tmp_path, "liste.csv", lines)
    assert "fins qui s’y lisent" in question and "30/09/2022" in question
    assert "Martin" not in question and "Petit" not in question


def test_a_question_says_what_to_write_where_no_column_is_the_entity(tmp_path):
    """The header of regions is no entity's; to blank the column alone would ask again."""
    lines = ["N° convention;Organisme;Région;Début;Échéance;Montant (€)"]
    lines += [
        f"C{n};Amis {n};{'Ouest' if n % 2 else 'Est'};01/02/201{n};31/01/202{n};{n}000"
        for n in range(1, 7)
    ]
    (question,) = questions(tmp_path, "conventions.csv", lines)
    assert question.endswith('au-dessus de [source.columns] : entity = "…"')
    draft = check_data.check(tmp_path, lang="fr").draft
    above = draft.replace("\n[source.columns]", '\nentity = "Groupe"\n[source.columns]')
    kept = "\n".join(line for line in above.splitlines() if "Région" not in line)
    (tmp_path / "study.toml").write_text(f"{kept}\n", encoding="utf-8")
    entities = clean.clean(tmp_path, day="2026-11-01").tables["agreements"]["entity"]
    assert entities.eq("Groupe").all()
