"""What was paid under an agreement that is none is told by no figure, and said to be left out."""

import pytest

from analysis import explore
from analysis.clean import data_package
from analysis.exhibits import trajectory
from raw_lists import AGREEMENTS, PARTNERS, cleaned

CODES = [f"P{number:02}" for number in range(1, 13)]
PAID = "{number};{agreement};2017;01/03/2017;vers le partenaire;numéraire;EUR;{euros};versé\n"
HEADER = "N° contribution;N° de convention;Année;Date;Sens;Nature;Unité;Valeur (€);Stade\n"


def study_of(tmp_path, payments: dict[str, int], lang: str, projects: str = ""):
    """Twelve partners of one agreement each, one of which has a second one that was called off."""
    signed = [f"C{code};{code};Groupe;01/01/2017;31/12/2018;900;\n" for code in CODES]
    called_off = "X1;P01;Groupe;01/01/2017;31/12/2018;5000;annulée\n"
    paid = [
        PAID.format(number=f"V{agreement}", agreement=agreement, euros=euros)
        for agreement, euros in payments.items()
    ]
    texts = {
        "partenaires.csv": PARTNERS + "".join(f"{code};Structure {code};;\n" for code in CODES),
        "conventions.csv": AGREEMENTS.replace("\n", ";Statut\n") + "".join(signed) + called_off,
        "contributions.csv": HEADER + "".join(paid),
    }
    if projects:
        texts["projets.csv"] = projects
    result = cleaned(tmp_path, texts, day="2018-06-30")
    data_package.write(result, tmp_path / "clean")
    return explore.open(tmp_path / "clean", lang=lang)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "2 contributions are not counted: their agreements were refused, or no source"),
        ("fr", "2 contributions ne sont pas comptées\xa0: leurs conventions ont été refusées, ou"),
    ],
)
def test_money_paid_under_a_refused_or_unknown_agreement_is_left_out_and_said(tmp_path, lang, said):
    """Each of the twelve was paid 100 euros in 2017: 1,200 in all, whatever else was paid."""
    payments = {f"C{code}": 100 for code in CODES} | {"X1": 5000, "Z9": 700}
    figure = study_of(tmp_path, payments, lang).exhibit("F18")
    [amount] = figure.data.itertuples(index=False)
    assert (amount.quantity, amount.rows, amount.partners) == (1200, 12, 12)
    assert figure.n == 12 and said in figure.note


def test_nothing_is_said_where_all_money_was_paid_under_agreements(tmp_path):
    figure = study_of(tmp_path, {f"C{code}": 100 for code in CODES}, "en").exhibit("F18")
    assert figure.n == 12 and "not counted" not in figure.note


PROJECTS = (
    "N° de projet;N° de convention;Code partenaire;Nom du projet;Domaine;Défi;Phase;Niveau;Début;Fin\n"
    "J1;CP01;P01;Jardin;Lieux partagés;;Développement;local;01/01/2015;\n"
    "J2;X1;P01;Atelier;Lieux partagés;;Développement;local;01/01/2015;\n"
)


def test_money_paid_under_a_refused_agreement_funds_no_project(tmp_path):
    study = study_of(tmp_path, {"CP01": 100, "X1": 5000}, "en", PROJECTS)
    states = trajectory.steps(study)
    assert {"running", "funded"} == set(states.loc["J1"]) and set(states.loc["J2"]) == {"running"}
