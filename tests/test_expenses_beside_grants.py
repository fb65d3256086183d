"""A list of all that a body spends: what is no grant is asked, though its total would add up."""

import pytest

from analysis.layout.rows.expenses_beside_grants import expenses_beside_grants
from raw_lists import block
from test_false_totals import confirmed

KINDS = ["Subvention de fonctionnement", "Honoraires", "Subvention de fonctionnement", "Dons"]


def test_fees_beside_grants_are_asked_and_left_out(tmp_path):
    lines = ["Association;Date;Nature de la dépense;Montant"]
    lines += [f"Club {n};0{n}/03/2019;{kind};{n}000" for n, kind in enumerate(KINDS, 1)]
    (tmp_path / "depenses.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    asked, amount = confirmed(tmp_path)
    assert "« Honoraires »" in asked and amount == 1000 + 3000 + 4000


@pytest.mark.parametrize(
    ("header", "kinds"),
    [
        ("Expense Type", ["Agency staff", "Repairs"]),  # no grant that the others are told from
        ("Expense Type", ["Grants", "Grants to charities"]),
        ("Objet", ["Subvention", "Honoraires"]),  # what a grant is for
    ],
)
def test_other_lists_are_not_asked(header, kinds):
    rows = block(**{"Nom": ["A", "B"], header: kinds, "Montant": ["1", "2"]})
    assert not expenses_beside_grants(rows, {"amount": ("Montant",)})
