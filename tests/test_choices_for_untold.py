"""What no header tells is asked with the columns that may hold it among its choices."""

import re

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.drafts.choices_for_untold import choices_for
from analysis.layout.headers.table_match import Match
from analysis.layout.recognition import matched_as
from analysis.run import check_data
from raw_lists import block, block_of

AGREEMENTS = ["N° de convention;Partenaire;Entité;Début;Échéance;Montant prévu"]
AGREEMENTS += [f"C{n};Foyer {n};Siège;01/0{n}/2016;31/12/2018;{n}000" for n in range(1, 7)]


def write(folder, name: str, lines: list[str]) -> None:
    (folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8")


def questions(folder) -> list[str]:
    with pytest.raises(Refused) as refused:
        clean.clean(folder, day="2018-12-31")
    return [fault.message for fault in refused.value.faults]


def contributions(folder, kinds: list[str]) -> None:
    """A list of contributions of two kinds, beside the agreements."""
    write(folder, "Conventions.csv", AGREEMENTS)
    lines = ["N° de convention;Année;Nature;Ville;Valorisation"]
    lines += [f"C{n};2016;{kinds[n % 2]};{('Lyon', 'Metz')[n % 2]};{n}00" for n in range(1, 7)]
    write(folder, "Contributions.csv", lines)


def test_the_kind_of_contributions_is_offered_and_no_other_words(tmp_path):
    contributions(tmp_path, ["Formation", "Mécénat de compétences"])
    (asked,) = questions(tmp_path)
    assert 'kind = "Nature" | kind = "numéraire"' in asked and "`Ville`" not in asked
    assert 'direction = "vers le partenaire"' in asked and "[[source]]" in asked


def test_contributions_of_no_known_kind_are_asked(tmp_path):
    contributions(tmp_path, ["Formation", "Mécénat de compétences"])
    draft = re.sub(r" # \?$", "", check_data.check(tmp_path).draft, flags=re.M)
    stated = draft.replace('# kind = "Nature"', 'kind = "Nature"')
    stated = stated.replace('# direction = "…"', 'direction = "vers le partenaire"')
    write(tmp_path, "study.toml", [stated])
    (question,) = questions(tmp_path)
    assert "3 lignes sur 6" in question and "`Nature`" in question
    cells = check_data.check(tmp_path).to_mend
    assert cells["why"].str.contains("mécénat de compétences").all()
    cells["correction"] = "mécénat de compétences"
    cells.to_csv(tmp_path / "corrections.csv", sep=";", index=False)
    result = clean.clean(tmp_path, day="2018-12-31").tables["contributions"]
    assert result["value_eur"].sum() == 2100


def test_who_was_paid_is_offered_where_payments_name_no_agreement(tmp_path):
    write(tmp_path, "Conventions.csv", AGREEMENTS)
    lines = ["Bénéficiaire;Date de paiement;Montant payé"]
    lines += [f"Association LE FOYER {n};01/0{n}/2017;{n}00" for n in range(1, 7)]
    write(tmp_path, "Paiements.csv", lines)
    (question,) = questions(tmp_path)
    assert 'agreement_id = "Bénéficiaire"' in question


def test_ends_as_databases_write_them_are_offered(tmp_path):
    ends = ["99991231", "20171031", "00000000", "20190930", "20181231", "20181231"]
    lines = ["Contrat;Partenaire;Division;Début de validité;Fin de validité;Valeur"]
    lines += [
        f"46{n};Foyer {n};{('Nord', 'Sud')[n % 2]};2016010{n + 1};{end};{n + 1}000"
        for n, end in enumerate(ends)
    ]
    write(tmp_path, "ZPART.csv", lines)
    asked = " ".join(questions(tmp_path))
    assert 'planned_end = "Fin de validité"' in asked and 'entity = "Division"' in asked
    draft = re.sub(r" # \?$", "", check_data.check(tmp_path).draft, flags=re.M)
    stated = draft.replace('# entity = "Division"', 'entity = "Division"')
    (tmp_path / "study.toml").write_text(stated, encoding="utf-8")
    agreements = clean.clean(tmp_path, day="2018-12-31").tables["agreements"]
    assert agreements["planned_end"].isna().sum() == 2 and agreements["entity"].nunique() == 2


def test_numbers_of_registers_may_tell_partners_and_scores_days_and_amounts_may_not():
    cells = {
        "Identifiant": ["732 829 320 00074", "W691000001"],
        "Clarté": ["4", "3"],
        "Montant": ["1200", "15 000"],
        "Le": ["20180101", "20190301"],
    }
    answers = Match(block(**cells), "answers", [*cells])
    assert choices_for(answers, "partner_id") == ("Identifiant",)


@pytest.mark.parametrize(
    ("years", "is_offered"),
    [
        (["2014", "2015", "2012", "2013"], False),  # some before the start, some in its year
        (["2015", "2015", "2013", "2013"], True),
        (["2018", "", "2016", ""], True),
        (["", "", "", "2012"], False),
    ],
)
def test_no_end_is_offered_that_lies_before_the_start(years, is_offered):
    cells = {"Since": ["2015", "2015", "2013", "2013"], "Fellow": years}
    start = {"start": ("Since",)}
    agreements = Match(block(**cells), "agreements", [*cells], start)
    assert choices_for(agreements, "planned_end") == (("Fellow",) if is_offered else ())


@pytest.mark.parametrize(
    ("header", "cells", "numbers"),
    [
        ("Budget conventionné", ["16000", "8250", "6400", "12000"], False),
        ("Enveloppe de la convention", ["1600,50", "2000", "3000", "5000"], False),
        ("Convention", ["100", "200", "300", "400"], True),
        ("Référence de convention", ["100", "250", "300", "400"], True),
        ("Convention Groupe", ["16001", "16002", "16003", "16004"], True),
    ],
)
def test_amounts_under_a_word_for_agreements_are_no_numbers_of_these(header, cells, numbers):
    rows = [[f"P{n}", "Siège", "01/06/2017", "31/05/2019", cell] for n, cell in enumerate(cells)]
    heads = ["ID partenaire", "Direction", "Date de début", "Au", header]
    found = matched_as(
        "agreements", block_of(heads, *rows, source="conventions.csv"), "conventions"
    )
    assert (found.columns["agreement_id"] == (header,)) == numbers
