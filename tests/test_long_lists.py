"""What the last rows of a long list tell is heard as if they were the first."""

import pandas as pd
import pytest

from analysis import clean, parse
from analysis.declare.faults import Refused
from analysis.layout.headers.cell_evidence import SAMPLE, sample
from analysis.layout.headers.words import which_say
from analysis.layout.partners.several_partners import are_partners_in_cells
from analysis.layout.rows.rows_of_nobody import rows_of_nobody
from analysis.read.block import Coded
from raw_lists import block, rows_read

ORDINARY = 6000  # rows before those that tell something
HEADER = "N° acte;Association;Date;Montant;Nature;Observations"


def write(folder, last_rows: list[str], nature: str = "") -> float:
    """A list of ordinary grants, then of some others; what the ordinary ones come to."""
    amounts = [400 + 7 * (number % 300) for number in range(ORDINARY)]
    rows = [
        f"G-{number:05};Club {number % 2500} de Vaux;{number % 28 + 1:02}/03/{2012 + number // 1000};{amount};{nature};"
        for number, amount in enumerate(amounts)
    ]
    lines = [HEADER, *rows, *last_rows]
    (folder / "liste.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return float(sum(amounts))


def questions(folder) -> str:
    with pytest.raises(Refused) as refused:
        clean.clean(folder, day="2018-12-31")
    return "\n".join(str(fault) for fault in refused.value.faults)


def test_annexes_behind_thousands_of_grants_count_with_their_agreement(tmp_path):
    with_annexes = [
        line
        for number in range(4)
        for line in (
            f"H-{number};Foyer {number};01/02/2018;1000;;",
            f"H-{number}/A1;Foyer {number};01/02/2018;600;;",
            f"H-{number}/A2;Foyer {number};01/02/2018;400;;",
        )
    ]
    ordinary = write(tmp_path, with_annexes)
    grants = rows_read(tmp_path, "grants")
    assert (grants["amount"].sum(), len(grants)) == (ordinary + 4000, ORDINARY + 4)


@pytest.mark.parametrize(
    ("last_rows", "asked"),
    [
        (["Z-1;Crédits non affectés;01/02/2018;90000;;"], "Crédits non affectés"),
        (["Z-1;Judo club;01/02/2018;90000;;Subvention annulée en 2019"], "Subvention annulée"),
        (
            ["Z-1;Foyer rural;01/02/2018;9000;Engagement;", "Z-2;Foyer rural;01/05/2018;9000;Paiement;"],
            "Paiement",
        ),
    ],
)  # fmt: skip
def test_what_may_not_count_behind_thousands_of_grants_is_asked(tmp_path, last_rows, asked):
    write(tmp_path, last_rows)
    assert asked in questions(tmp_path)


def test_what_a_column_holds_is_told_by_cells_from_all_over_it():
    texts = pd.Series(
        [f"{number} F" for number in range(2000)] + [f"{number} €" for number in range(8000)]
    )
    currencies = sample(Coded.of(texts.astype("str"))).str[-1].value_counts()
    assert currencies.sum() == SAMPLE
    assert currencies["€"] == pytest.approx(0.8 * SAMPLE, abs=1)


# ---- what thousands of names and topics hold by chance is not asked
def test_somebody_whose_name_says_nobody_is_told_by_a_number_of_the_register():
    named = {"Association": ["Écart", "Judo club", "Foyer"], "Montant": ["10", "20", "40"]}
    columns = {"recipient": ("Association",), "amount": ("Montant",)}
    assert rows_of_nobody(block(**named), columns) == {"Association": ["Écart"]}
    known = block(**named, SIREN=["380952325", "", ""])
    assert rows_of_nobody(known, columns | {"siret": ("SIREN",)}) == {}
    wrong = block(**named, SIREN=["380952326", "", ""])  # its checksum fails
    assert rows_of_nobody(wrong, columns | {"siret": ("SIREN",)}) == {"Association": ["Écart"]}


@pytest.mark.parametrize(("names", "asked"), [(300, True), (1200, False)])
def test_few_cells_of_several_partners_among_many_are_not_asked(names, asked):
    alone = [f"Club {number} de Vaux" for number in range(names)]
    grants = block(Association=[*alone, "Club 1 de Vaux / Club 2 de Vaux", "Club 3 de Vaux / Ski"])
    assert are_partners_in_cells(grants, ("Association",)) is asked


def test_topics_are_no_fates_of_grants():
    topics = pd.Series(["Digital exclusion", "AI talent pipeline", "Reste à Bord Saint Valery"])
    fates = pd.Series(["excluded", "in the pipeline", "Reste à répartir"])
    assert parse.outcomes(topics)[0].isna().all()
    assert parse.outcomes(fates)[0].tolist()[0] == "refused"
    for kind, fate in (("not in force", "in the pipeline"), ("nobody yet", "Reste à répartir")):
        assert not which_say(kind, topics).any()
        assert fates[which_say(kind, fates)].tolist() == [fate]
