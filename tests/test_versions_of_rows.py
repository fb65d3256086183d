"""Versions of one grant or agreement that a column numbers (V1, V2): asked which of them counts."""

import re

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]
AGREEMENTS = "Partenaire;Entité;Début;Fin prévue;Montant;{header}"
GRANTS = "Association;Date;Montant;{header}"


def drafted(folder, name: str, lines: list[str]) -> str:
    """The draft of a list, which is asked."""
    (folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
    with pytest.raises(Refused, match='same_reference = "last"'):
        clean.clean(folder, day="2019-12-31")
    return re.sub(r" # \?$", "", check_data.check(folder).draft, flags=re.M)


def total(folder, draft: str) -> float:
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    agreements = clean.clean(folder, day="2019-12-31").tables["agreements"]
    assert len(agreements) == len(NAMES)
    return agreements["planned_amount_eur"].sum()


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [("Version", "V1", "V2"), ("Versie", "1", "2"), ("V", "v1", "v2")],
)
def test_two_versions_of_an_agreement_are_asked(tmp_path, header, first, second):
    lines = [AGREEMENTS.format(header=header)]
    for month, name in enumerate(NAMES, start=1):
        term = f"{name};Siège;2016-0{month}-01;2018-0{month}-28"
        if month % 2:  # the newer version may stand above
            lines.append(f"{term};1500;{second}")
        lines.append(f"{term};1000;{first}")
    draft = drafted(tmp_path, "Conventions.csv", lines)
    assert total(tmp_path, draft) == 3 * 1500 + 3 * 1000


def test_two_versions_of_a_grant_without_a_number_are_asked(tmp_path):
    lines = [GRANTS.format(header="Version")]
    for month, name in enumerate(NAMES, start=1):
        lines.append(f"{name};01/0{month}/2018;1500;V1")
        lines += [f"{name};01/0{month}/2018;1000;V2"] if month % 2 else []
    draft = drafted(tmp_path, "subventions.csv", lines)
    assert total(tmp_path, draft) == 3 * 1000 + 3 * 1500


def test_a_version_of_each_row_is_not_asked(tmp_path):
    lines = [GRANTS.format(header="Version")]
    lines += [f"{name};01/02/2018;1500;V{1 + row % 2}" for row, name in enumerate(NAMES)]
    (tmp_path / "subventions.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2019-12-31").tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == 6 * 1500
