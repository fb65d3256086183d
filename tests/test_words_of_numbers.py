"""Words beside numbers as French writes them: elisions, one and none, on data made by hand."""

import re

import pytest

from analysis.article.table_export import FORMATS, column_texts
from analysis.exhibits import survey_response, two_sides
from analysis.study import opening

PLAIN = str.maketrans("\xa0\u202f’", "  '")


def test_a_horizon_of_one_year_elides(opened):
    study = opened(horizon_months=12)
    for figure in map(study.exhibit, ("F3", "F5")):
        words = " ".join([figure.title, figure.reading, figure.alt]).translate(PLAIN)
        assert "u bout d'un an" in words and "de un an" not in words
    assert "u bout de deux ans" in opened(horizon_months=24).exhibit("F3").title


@pytest.mark.parametrize(
    ("lang", "title", "reading"),
    [
        (
            "fr",
            "Dans aucune des 18 paires qui ont répondu, les deux regards sur la relation ne"
            " s'écartent de 1,5 point ou plus",
            "Sur l'ensemble de la relation, aucune paire sur 18 (0–18 %) ne s'écarte. Selon la question",
        ),
        (
            "en",
            "In none of the 18 pairs that answered do the two sides see the relation 1.5 points"
            " apart or more",
            "On the relation as a whole, no pair of 18 (0–18%) is apart. Depending on the question",
        ),
    ],
)
def test_no_pair_is_none_and_not_zero_percent(opened, lang, title, reading):
    study = opened(lang=lang, region="Grand Est")
    gaps = two_sides.pairs(study).loc["2018"].xs("relationship", level="dimension")["gap"].dropna()
    assert len(gaps) == 18 and gaps.abs().max() < 1.5
    figure = study.exhibit("F13")
    assert title in figure.title.translate(PLAIN)
    assert reading in figure.reading.translate(PLAIN)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_side_that_is_higher_in_no_pair_is_higher_in_none(opened, lang):
    for region in sorted(opened().relations["region"].dropna().unique()):
        part = opened(lang=lang, region=region)
        shown = part.exhibit("F13")
        if hasattr(shown, "reading"):
            words = shown.reading.translate(PLAIN)
            assert " 0 paire" not in words and "pour 0" not in words and "in 0" not in words


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        (
            "fr",
            "Selon la vague et le côté, de {low} % à {high} % des relations vivantes ont répondu",
        ),
        ("en", "By wave and side, from {low}% to {high}% of the relations alive answered"),
    ],
)
def test_rates_of_response_are_told_as_they_range_and_none_as_the_lowest(opened, lang, title):
    """18.7 % of one side against 19.5 % of the other: nobody tested which is lower."""
    study = opened(lang=lang)
    rates = survey_response.response(study)["share"]
    title = title.format(low=round(100 * rates.min()), high=round(100 * rates.max()))
    assert study.exhibit("T3").title.translate(PLAIN) == title


@pytest.mark.parametrize("audience", ["team", "directors", "partners"])
def test_the_mean_of_f3_is_that_of_t4(opened, audience):
    """30.149 months are 30.1: not 30.15 first, and 30.2 then."""
    study = opened(lang="en", audience=audience)
    headline = study.exhibit("T4").data.iloc[0]
    assert headline["n"] == 1590
    told = column_texts(headline[["mean", "mean_low", "mean_high"]], "months")
    mean = "lasts {} months on average ({}–{})".format(*told)
    assert mean in study.exhibit("F3").reading


@pytest.mark.parametrize("region", ["", "Occitanie", "Grand Est"])
def test_means_and_their_difference_add_up_as_they_are_told(opened, region):
    reading = opened(lang="en", region=region).exhibit("F4").reading
    longer, shorter = map(float, re.findall(r"(\d+\.\d)(?: months|:)", reading)[:2])
    difference = float(re.search(r": (\d+\.\d) more", reading)[1])
    assert difference == pytest.approx(longer - shorter)


def test_the_number_of_f23n_is_of_the_need_that_most_relations_state(opened):
    """Of relations that state any need there are more."""
    for lang, said in (
        ("fr", "pour le besoin le plus exprimé"),
        ("en", "for the need stated most"),
    ):
        figure = opened(lang=lang).exhibit("F23N")
        last = figure.data[figure.data["year"] == figure.data["year"].max()]
        assert figure.n == last["base"].max() and said in figure.base()


@pytest.mark.parametrize(("lang", "small"), [("fr", "< 0,001"), ("en", "< 0.001")])
def test_a_p_value_is_never_written_zero(opened, lang, small):
    figure = opened(lang=lang).exhibit("F24")
    told = column_texts(figure.data["p_value"], figure.formats["p_value"])
    least = figure.data["p_value"].astype(float).idxmin()
    assert figure.data["p_value"].min() < 0.001 and told[figure.data.index.get_loc(least)] == small
    zero = "0,000" if lang == "fr" else "0.000"
    assert zero not in told and zero[:4] not in told


@pytest.mark.parametrize(
    ("lang", "known", "line", "reading"),
    [
        (
            "fr",
            "Aucune relation n'est connue.",
            "aucune relation",
            "Début de la production maraîchère : 2001.",
        ),
        ("en", "No relation is known.", "no relation", "Start of market gardening: 2001."),
    ],
)
def test_a_partner_of_public_pages_alone_has_no_relation_and_not_zero(
    opened, lang, known, line, reading
):
    study = opened(lang=lang, partner="Les Jardins de la Montagne Verte")
    assert study.relations.empty
    assert known in [sentence.translate(PLAIN) for sentence in opening.sentences(study)]
    assert opening.about_line(study).translate(PLAIN).endswith(f"2018 · {line}")
    assert study.exhibit("P1").reading.translate(PLAIN) == reading


def test_a_difference_of_shares_is_told_in_points_and_a_share_in_percent(opened):
    """A share of 24% less one of 20% is 4 points, and 20% of it."""
    figure = opened(lang="en").exhibit("F24")
    cells = re.findall(r"<tr>(.*?)</tr>", figure.html(), flags=re.DOTALL)
    told = [re.sub(r"<[^>]+>", " ", row) for row in cells]
    label = figure.data["label"]
    (share,) = [row for row in told if re.search(r"^\s*No support ", row)]
    (difference,) = [row for row in told if label.iloc[-1] in row]
    least, most = figure.data["low"].iloc[-1], figure.data["high"].iloc[-1]
    assert "%" in share and "point" not in share
    assert "%" not in difference
    assert f"+{100 * least:.1f} points" in difference and f"+{100 * most:.1f} points" in difference


def test_f13_ranks_no_question_whose_difference_chance_explains(opened):
    """It tells between which two numbers the differences of the two means lie."""
    figure = opened(lang="en").exhibit("F13")
    questions = figure.data[figure.data["view"] == "question"]
    apart = (questions["a"].astype(float) - questions["b"].astype(float)).abs()
    told = f"the means of the two sides are {apart.min():.1f} to {apart.max():.1f} points apart"
    assert len(questions) == 10 and told in figure.reading.translate(PLAIN)
    assert not any(label in figure.reading for label in questions["label"])


def test_a_portrait_names_the_department_of_a_site_and_counts_whole_days(opened):
    """Sites opened in department 75; 38 days were no 38.00."""
    study = opened(lang="en", partner="P00006")
    path = study.exhibit("P1").data
    assert set(path.loc[path["what"] == "Opening of a site", "label"]) == {"Paris"}
    note = study.exhibit("P2").note
    assert "A hatched cell says that none is recorded." in note
    write = FORMATS["number"]
    assert [write(38.0), write(84.5), write(7.0)] == ["38", "84.50", "7.00"]
