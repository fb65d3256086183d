"""What a programme gives where nothing but its agreements says so (F18 and F10P)."""

import pytest

from analysis import explore
from analysis.article.captions import Unsupported
from analysis.clean import data_package
from raw_lists import AGREEMENTS, PARTNERS, cleaned

PLANNED = {f"P{i:02}": 1_000 * i for i in range(1, 13)}
"""What the agreement of each of twelve partners plans, all begun in 2018: 78 000 EUR in all."""

CONTRIBUTIONS = "N° contribution;N° de convention;Année;Sens;Nature;Valeur (€);Stade\n"


def study_of(tmp_path, lang="en", agreements=(), contributions=(), **opened_as):
    """A programme of the twelve agreements and others, opened after it is cleaned."""
    texts = {
        "partenaires.csv": PARTNERS + "".join(f"{p};Structure {p};;\n" for p in (*PLANNED, "P13")),
        "conventions.csv": AGREEMENTS
        + "".join(f"C{p};{p};Groupe;01/03/2018;28/02/2021;{eur}\n" for p, eur in PLANNED.items())
        + "".join(f"{line}\n" for line in agreements),
    }
    if contributions:
        lines = "".join(f"{line}\n" for line in contributions)
        texts["contributions.csv"] = CONTRIBUTIONS + lines
    result = cleaned(tmp_path, texts, day="2019-06-30")
    data_package.write(result, tmp_path / "clean")
    return explore.open(tmp_path / "clean", lang=lang, **opened_as)


def by_year(figure, column):
    """What F18 tells of each year, without years of nothing known."""
    return figure.data.set_index(figure.data["year"].astype(int))[column].dropna().to_dict()


def test_what_agreements_plan_counts_whole_in_the_year_in_which_each_begins(tmp_path):
    others = ["D1;P13;Groupe;01/09/2017;31/08/2020;5000", "D2;P13;Groupe;01/01/2018;31/12/2018;"]
    others.append("D3;P13;Groupe;01/02/2019;31/12/2019;700")
    study = study_of(tmp_path, agreements=others)
    figure = study.exhibit("F18")
    assert by_year(figure, "quantity") == {2017: 5_000, 2018: 78_000, 2019: 700}
    assert by_year(figure, "unknown") == {2017: 0, 2018: 1, 2019: 0}
    assert set(figure.data["stage"]) == {"committed"}
    assert figure.labels["rows"] == "Agreements"
    assert figure.labels["unknown"] == "Of unknown amount"
    assert figure.title == "In 2018, agreements began that plan €78k"
    assert "No source tells what was paid" in figure.note
    assert "Agreements of unknown amount, not summed: 1." in figure.note


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "Montants que prévoient les conventions, comptés l’année où chacune commence"),
        ("en", "Amounts that agreements plan, counted in the year in which each begins"),
    ],
)
def test_their_concentration_says_that_they_are_planned(tmp_path, lang, said):
    figure = study_of(tmp_path, lang).exhibit("F10P")
    ten_largest = sum(range(3, 13)) * 1_000
    years = figure.data[figure.data["label"] == "2018"]
    assert years["value"].item() == pytest.approx(ten_largest / 78_000)
    assert said in figure.note


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("versé", "What is committed and what is paid are counted apart."),
        ("", "No source tells whether these quantities are promised or paid."),
    ],
)
def test_contributions_on_record_are_what_was_given(tmp_path, stage, said):
    """Also where no source tells their stage."""
    payments = [f"V{p};C{p};2018;vers le partenaire;Numéraire;400;{stage}" for p in PLANNED]
    study = study_of(tmp_path, contributions=payments)
    figure = study.exhibit("F18")
    assert by_year(figure, "quantity") == {2018: 4_800}
    assert said in figure.note and "plan" not in figure.title
    concentration = study.exhibit("F10P")
    assert concentration.title.startswith("Ten partners receive 83% of the money given")
    assert "romised: no payment" not in concentration.note


def test_a_programme_without_amounts_says_that_nothing_is_known(tmp_path):
    texts = {
        "partenaires.csv": PARTNERS + "P1;Structure;;\n",
        "conventions.csv": AGREEMENTS + "C1;P1;Groupe;01/03/2018;28/02/2021;\n",
    }
    data_package.write(cleaned(tmp_path, texts, day="2019-06-30"), tmp_path / "clean")
    study = explore.open(tmp_path / "clean")
    assert isinstance(study.exhibit("F18"), Unsupported)
    assert isinstance(study.exhibit("F10P"), Unsupported)


def test_resources_handed_back_are_no_frame_changed_by_hand(tmp_path):
    study = study_of(tmp_path)
    own = study.exhibit("F10P", resources=study.resources)
    assert own.title == study.exhibit("F10P").title and not own.changed
    halved = study.resources.assign(value_eur=study.resources["value_eur"] / 2)
    assert study.exhibit("F10P", resources=halved).changed


def test_partners_get_no_amount_of_fewer_than_the_threshold(tmp_path):
    others = [f"E{p};{p};Groupe;01/03/2016;28/02/2018;{3_000 + eur}" for p, eur in PLANNED.items()]
    others.append("D1;P13;Groupe;01/09/2017;31/08/2020;5000")
    study = study_of(tmp_path, agreements=others, audience="partners")
    amounts = study.exhibit("F18").data.set_index("year")["quantity"]
    assert amounts["2018"] == 78_000
    assert amounts["2017"] == "s"
