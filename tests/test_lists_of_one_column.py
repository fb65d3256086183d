"""A list of one column alone is read where study.toml names its header, wherever that stands."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from raw_lists import AGREEMENTS

STUDY = """
[study]
name = "one"
title = "one"
[[source]]
files = "partenaires.csv"
table = "partners"
[source.columns]
partner_id = "{header}"
name = "{header}"
[[source]]
files = "conventions.csv"
table = "agreements"
"""
NAMES = ["Association Alpha", "Les Amis de Bêta", "Gamma"]
PERIODS = "Poste;01/02/2016;31/01/2018;1000"


def folder_of(folder, lines: list[str], header: str) -> None:
    (folder / "partenaires.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = AGREEMENTS + "".join(f"C{n};{name};{PERIODS}\n" for n, name in enumerate(NAMES[:2]))
    (folder / "conventions.csv").write_text(text, encoding="utf-8")
    (folder / "study.toml").write_text(STUDY.format(header=header), encoding="utf-8")


@pytest.mark.parametrize("titles", [[], ["Réseau 2016", ""]], ids=["first line", "below a title"])
def test_a_stated_header_of_one_column_is_found(tmp_path, titles):
    folder_of(tmp_path, [*titles, "Qui nous aide", *NAMES], "Qui nous aide")
    partners = clean.clean(tmp_path).tables["partners"]
    assert sorted(partners["name"]) == sorted(NAMES)


def test_without_its_header_a_list_of_one_column_is_refused(tmp_path):
    folder_of(tmp_path, NAMES, "Qui nous aide")
    with pytest.raises(Refused, match="partenaires.csv"):
        clean.clean(tmp_path)
