"""How concentrated the programme is (F10P), in both languages, on the money that a hand-made study gives."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import gallery
import tiny
from analysis import explore
from analysis.article.captions import Unsupported
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.clean import clean, data_package
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure import audiences
from analysis.disclosure.concentration import is_of_one
from analysis.disclosure.figure_table import table_of
from analysis.disclosure.withheld import Withheld, withheld_of
from analysis.exhibits import programme, years_of_money
from analysis.exhibits.shares_of_amounts import (
    AmountRules,
    curve_of_amounts,
    shares_by_year,
    shares_of_largest,
)
from analysis.indicators import fragility
from analysis.study import published
from analysis.text import formatting
from raw_lists import cleaned
from synthetic import programme as demonstration

WORDS = SimpleNamespace(group=str)
NO_PORTRAITS = AmountRules(DEFAULTS, ())


@pytest.fixture(scope="module")
def drawn():
    return demonstration.draw(1, 150)[0]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_title_tells_the_share_of_ten_partners_in_the_last_full_year(drawn, tmp_path, lang):
    study = explore.open(tiny.cleaned(tmp_path, **drawn), lang=lang)
    built = programme.F10P(study)
    money = study.contributions
    is_paid = (money["kind"] == "cash") & (money["direction"] == "to partner")
    is_paid &= (money["stage"] == "paid") & (money["year"] == 2017)
    agreement = study.beside(money.loc[is_paid, "agreement_id"], "agreements", "partner_id")
    amounts = money.loc[is_paid, "value_eur"].astype(float)
    sums = amounts.groupby(agreement["partner_id"].to_numpy()).sum().sort_values()
    share = sums.tail(10).sum() / sums[sums > 0].sum()
    assert f"{share:.0%}".rstrip("%") in built.title and "2017" in built.subtitle
    assert built.n == (sums > 0).sum()
    assert all("<svg" in drawing for drawing in built.drawings)
    names = study.partners.set_index("partner_id")["name"]
    largest = names[sums.tail(10).index[::-1]]
    places = [built.reading.find(formatting.typeset(name, lang)) for name in largest]
    assert -1 not in places and places == sorted(places)
    directors = explore.open(tmp_path, lang=lang, audience="directors")
    assert not any(name in programme.F10P(directors).reading for name in largest)


def test_money_of_a_single_entity_names_no_withdrawal(drawn, tmp_path):
    alone = drawn["agreements"].assign(entity="Siège")
    tables = drawn | {"agreements": alone}
    built = programme.F10P(explore.open(tiny.cleaned(tmp_path, **tables), lang="en"))
    assert "come from one entity" in built.reading and "withdrew" not in built.reading


def test_without_money_the_exhibit_says_why(drawn, tmp_path):
    none = drawn["contributions"].assign(value_eur=pd.NA)
    tables = drawn | {"contributions": none}
    with pytest.raises(Unsupported, match="No amount given"):
        programme.F10P(explore.open(tiny.cleaned(tmp_path, **tables), lang="en"))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_team_reads_what_a_list_of_grants_is_for_and_nobody_else(tmp_path, lang):
    purposes = ["Culture"] * 12 + ["Sport"] * 6 + [""] * 2
    lines = [
        f"Ville;Association {place:02};05/03/2017;{1000 * (1 + place % 3)};;{purpose}"
        for place, purpose in enumerate(purposes)
    ]
    text = "nomAttribuant;nomBeneficiaire;dateConvention;montant;objet;dispositifAide\n"
    result = cleaned(tmp_path, text + "\n".join(lines) + "\n", day="2018-06-27")
    data_package.write(result, tmp_path / "clean")
    team = programme.F10P(explore.open(tmp_path / "clean", lang=lang))
    amounts = pd.Series([1000 * (1 + place % 3) for place in range(20)])
    of_culture = amounts[:12].sum() / amounts[:18].sum()
    unsaid = amounts[18:].sum() / amounts.sum()
    ten_largest = amounts.nlargest(10).sum() / amounts.sum()
    for share in (of_culture, 1 - of_culture, unsaid):
        assert f"{share:.0%}".rstrip("%") in team.reading
    assert team.reading.index("Culture") < team.reading.index("Sport")
    rows = team.data.dropna(subset="value").set_index("label")
    assert rows.loc["Culture", "n"] == 12 and rows.loc["Sport", "n"] == 6
    assert rows.loc["Sport", "value"] == pytest.approx(1 - of_culture)
    for audience in ("directors", "partners"):
        others = explore.open(tmp_path / "clean", lang=lang, audience=audience).exhibit("F10P")
        assert "Culture" not in others.reading + others.data.to_csv() + "".join(others.drawings)
        # the year hides an index in its row, not the share that the title tells
        assert f"{ten_largest:.0%}".rstrip("%") in others.title and "2017" not in others.title


def test_lines_of_one_grant_count_each_in_its_own_programme(tmp_path):
    """Twelve recipients, each with two lines of one day: 1,000 for culture and 3,000 for sport.
    Of two others, one has all its 4,000 for sport, the other a second line without a programme.
    """
    lines = []
    for place in range(12):
        lines.append(f"Ville;Association {place:02};05/03/2017;1000;;Culture")
        lines.append(f"Ville;Association {place:02};05/03/2017;3000;;Sport")
    lines.append("Ville;Association 12;05/03/2017;4000;;Sport")
    lines.append("Ville;Association 13;05/03/2017;1000;;Culture")
    lines.append("Ville;Association 13;05/03/2017;7000;;")
    text = "nomAttribuant;nomBeneficiaire;dateConvention;montant;objet;dispositifAide\n"
    result = cleaned(tmp_path, text + "\n".join(lines) + "\n", day="2018-06-27")
    data_package.write(result, tmp_path / "clean")
    study = explore.open(tmp_path / "clean", lang="en")
    assert len(study.agreements) == 14
    culture, sport, untold = 13_000, 40_000, 7_000
    figure = programme.F10P(study)
    rows = figure.data[figure.data["view"] == "programme"].set_index("label")
    assert rows["value"].to_dict() == pytest.approx(
        {"Sport": sport / (culture + sport), "Culture": culture / (culture + sport)}
    )
    assert rows["n"].to_dict() == {"Sport": 13, "Culture": 13}
    assert f"{untold / (culture + sport + untold):.0%}" in figure.reading
    money = years_of_money.given(study, words_of(study, "F10P"))
    assert money["amount"].sum() == culture + sport + untold
    # cleaned again, its own tables tell the same
    again = clean(tmp_path / "clean")
    data_package.write(again, tmp_path / "again")
    figure_again = programme.F10P(explore.open(tmp_path / "again", lang="en"))
    assert figure_again.reading == figure.reading


@pytest.mark.parametrize(
    ("lang", "lost", "entity"),
    [
        (
            "fr",
            "parmi tous les bénéficiaires dont une relation est en cours ou à confirmer, 50 %"
            " n’en ont qu’avec lui",
            "entité",
        ),
        (
            "en",
            "of all recipients with a relation running or to confirm, 50% have none with another",
            "entit",
        ),
    ],
)
def test_whom_one_funder_alone_holds_is_counted_among_all_recipients(tmp_path, lang, lost, entity):
    """The North gives to twelve recipients of twenty, ten of whom the South gives nothing."""
    lines = [f"Nord;Association {place:02};05/03/2018;1000;;" for place in range(12)]
    lines += [f"Sud;Association {place:02};05/03/2018;100;;" for place in range(10, 20)]
    text = "nomAttribuant;nomBeneficiaire;dateConvention;montant;objet;dispositifAide\n"
    result = cleaned(tmp_path, text + "\n".join(lines) + "\n", day="2018-12-31")
    data_package.write(result, tmp_path / "clean")
    study = explore.open(tmp_path / "clean", lang=lang)
    figure = programme.F10P(study)
    plain = str.maketrans("\xa0\u202f", "  ")
    assert lost in figure.reading.translate(plain)
    # a list of grants has funders, and not entities
    words = [figure.subtitle, figure.reading, figure.scope, figure.alt, *figure.data["label"]]
    assert entity not in " ".join(words).lower()


@pytest.mark.parametrize(
    ("lang", "one", "several"),
    [("fr", "du financeur", "des financeurs"), ("en", "the funder ", "the funders")],
)
def test_funders_are_several_only_where_a_list_names_several(tmp_path, lang, one, several):
    text = "nomAttribuant;nomBeneficiaire;dateConvention;montant;objet;dispositifAide\n"
    for names in (["Nord"], ["Nord", "Sud"]):
        lines = [
            f"{funder};Association {place:02};05/03/2017;1000;;"
            for funder in names
            for place in range(12)
        ]
        folder = tmp_path / str(len(names))
        folder.mkdir()
        result = cleaned(folder, text + "\n".join(lines) + "\n", day="2018-06-27")
        data_package.write(result, folder / "clean")
        reading = explore.open(folder / "clean", lang=lang).exhibit("F18").reading
        assert (one in reading, several in reading) == (len(names) == 1, len(names) == 2)


def test_no_measure_of_concentration_tells_the_amount_of_one_partner():
    """In 2016 the first partner has 72 of 100 and the ten 91; of region A it has nearly all."""
    amounts = [71.5, *[2.14] * 9, *[0.62] * 15]
    in_2016 = pd.DataFrame({"amount": amounts, "region": ["A"] * 6 + ["B"] * 19, "entity": "E"})
    in_2016 = in_2016.assign(partner_id=in_2016.index, year=2016.0)
    even = in_2016.assign(amount=[12.0, 9, 8, 7, 6, *[3] * 20], year=2017.0)
    years = shares_by_year(pd.concat([in_2016, even]), 25, NO_PORTRAITS).set_index("label")
    assert years["hhi_tells"].tolist() == [True, False] and not years["value_tells"].any()
    for funding, tells in ((in_2016, True), (even, False)):
        units = {"partners": "partner_id", "regions": "region"}
        spread = {
            unit: fragility.programme(funding["amount"], funding[name])
            for unit, name in units.items()
        }
        rows = shares_of_largest(spread, funding, WORDS, NO_PORTRAITS)
        of_region = rows[rows["label"] == "regions"]
        assert of_region["value_tells"].tolist() == of_region["hhi_tells"].tolist() == [tells]
    formats = {"value": "percent", "hhi": "number"}
    exhibit = gallery.exhibit(
        data=pd.DataFrame({"value": [0.91, 0.5], "hhi": [0.52, 0.1]}),
        **{"rules": Rules(telling=((0, "hhi"),)), "formats": formats, "labels": formats},
        **{"n": 25, "draw": None},
    )
    shown = audiences.disclosed(exhibit, "directors").data
    assert shown.to_dict("list") == {"value": [0.91, 0.5], "hhi": ["s", 0.1]}


@pytest.mark.parametrize(("second", "tells"), [([90.0], True), ([15.0] * 6, False), ([0.6], False)])
def test_squares_of_regions_tell_the_amount_of_one_partner_of_a_large_one(second, tells):
    """Beside A with twelve partners B has one; ten others are small. All but B and C tell theirs by
    reports of their own: B and C then are 96 of 270 together, and .112 in squares.
    """
    others = [f"R{place}" for place in range(10) for _partner in range(6)]
    funding = pd.DataFrame({"region": ["A"] * 12 + ["B"] * len(second) + others, "entity": "E"})
    funding["amount"] = [10.0] * 12 + second + [1.0] * 60
    funding["partner_id"] = funding.index
    spread = {"regions": fragility.programme(funding["amount"], funding["region"])}
    rows = shares_of_largest(spread, funding, WORDS, NO_PORTRAITS)
    first = rows[rows["series"] == "first"].iloc[0]
    assert not first["value_tells"] and first["hhi_tells"] == tells


def test_whole_days_and_amounts_of_one_figure_are_written_alike(opened):
    study = opened(lang="en")
    consenting = study.projects.loc[study.projects["portrait_consent"].fillna(False), "partner_id"]
    code = consenting.iloc[0]
    name = study.partners.set_index("partner_id")["name"]
    portrait = opened(lang="fr", partner=name[code]).exhibit("P2")
    assert portrait.formats["quantity"] == "number" and ",00" not in portrait.html()
    formatting.use("en")
    last = pd.DataFrame({"partner_id": name.index[:3], "amount": [12_000.0, 8_000.0, 900.0]})
    written = [amount.written() for _name, amount in programme.largest_recipients(study, last)]
    assert written == ["€12k", "€8k", "€900"]
    of_few = [amount for _name, amount in programme.largest_recipients(study, last.tail(2))]
    assert [amount.written() for amount in of_few] == ["€8,000", "€900"]


def test_no_report_on_a_part_tells_the_share_of_a_region_in_it(opened):
    """Were a region the first of all with .31 of 688, and of the local level with .38 of 490, its other
    levels had 26 and no report: perhaps of one partner.
    """

    def groups(**asked) -> pd.DataFrame:
        rows = opened(lang="en", **asked).exhibit("F10P").data
        return rows[rows["view"].eq("share") & rows["label"].ne("Partners")]

    assert len(groups()) == len(groups(level="local")) == 4
    for audience in ("directors", "partners"):
        assert len(groups(audience=audience)) == 4
        assert groups(audience=audience, level="local").empty


@pytest.mark.parametrize(("of_the_last", "tells"), [([40.0], True), ([8.0] * 5, False)])
def test_the_share_of_ten_of_eleven_tells_of_the_eleventh(of_the_last, tells):
    """Ten entities with six partners each; the eleventh, the smallest, with one or with five."""
    entities = [f"E{place:02}" for place in range(10) for _partner in range(6)]
    funding = pd.DataFrame({"entity": entities + ["Z"] * len(of_the_last), "region": "A"})
    funding["amount"] = [10.0] * 60 + of_the_last
    funding["partner_id"] = funding.index
    spread = {"entities": fragility.programme(funding["amount"], funding["entity"])}
    rows = shares_of_largest(spread, funding, WORDS, NO_PORTRAITS)
    assert rows.loc[rows["series"] == "first_ten", "value_tells"].tolist() == [tells]


@given(st.lists(st.integers(0, 10**6), min_size=10, max_size=60))
def test_no_step_of_a_curve_is_an_amount_of_one_partner(given_to):
    """Who reads two points of the curve reads what those between them have."""
    funding = pd.DataFrame({"amount": map(float, given_to), "partner_id": range(len(given_to))})
    amounts = sorted(amount for amount in given_to if amount > 0)
    n = len(amounts)
    assume(n >= 10 and not is_of_one(pd.Series(amounts), DEFAULTS))
    curve = curve_of_amounts(funding, n, NO_PORTRAITS)
    told = curve[~curve["value_tells"]]
    places = [round(x * n * (len(curve) - 1)) // (len(curve) - 1) for x in told["x"]]
    assert places[0] == 0 and places[-1] == n
    for low, high in pairwise(places):
        assert not is_of_one(pd.Series(amounts[low:high]), DEFAULTS)
    assert told["value"].tolist() == pytest.approx(
        [sum(amounts[:k]) / sum(amounts) for k in places]
    )


@given(st.lists(st.integers(1, 10**6), min_size=12, max_size=60, unique=True), st.data())
def test_no_step_of_a_curve_less_portraits_is_of_few(given_to, data):
    """A portrait tells what its partner received in the year: what it leaves of a step is of others."""
    names = [f"P{place:02}" for place in range(len(given_to))]
    with_portraits = data.draw(st.sets(st.sampled_from(names)))
    funding = pd.DataFrame({"amount": map(float, given_to), "partner_id": names})
    curve = curve_of_amounts(funding, len(names), AmountRules(DEFAULTS, with_portraits))
    told = curve[~curve["value_tells"]]
    steps = len(curve) - 1
    places = [round(x * steps) * len(names) // steps for x in told["x"]]
    smallest_first = funding.sort_values("amount")["partner_id"].tolist()
    for low, high in pairwise(places):
        others = {*smallest_first[low:high]} - with_portraits
        is_whole = (low, high) == (0, len(names))
        assert is_whole or not others or len(others) >= 5 or len(others) == high - low


@pytest.mark.parametrize(("portraits", "tells"), [("", False), ("uv", True), ("abcdefghij", False)])
def test_the_share_of_ten_less_portraits_is_of_enough_partners(portraits, tells):
    """Of the six that are not the ten largest, two portraits leave four."""
    others = [*"uvwxyz"]
    funding = pd.DataFrame({"partner_id": [*"abcdefghij", *others], "year": 2017.0})
    funding["amount"] = [20.0] * 10 + [10.0] * 6
    known = AmountRules(DEFAULTS, portraits)
    assert shares_by_year(funding, 16, known)["value_tells"].tolist() == [tells]
    spread = {"partners": fragility.programme(funding["amount"], funding["partner_id"])}
    rows = shares_of_largest(spread, funding, WORDS, known)
    assert rows.loc[rows["series"] == "first_ten", "value_tells"].tolist() == [tells]


@pytest.mark.parametrize(
    ("portraits", "tells"), [((), False), (range(5), True), (range(20), False)]
)
def test_an_index_less_portraits_tells_no_first_of_the_others(portraits, tells):
    """Portraits of five of ten leave 40, 14, 13, 12, 11: 2,230 in squares, 90 in all. Were the first
    44, the squares were 2,465 at least: 235 of 565 squared is more than half a thousandth.
    """
    funding = pd.DataFrame({"amount": [90.0, 80, 60, 50, 45, 40, 14, 13, 12, 11] + [5.0] * 30})
    funding = funding.assign(partner_id=funding.index, year=2017.0)
    years = shares_by_year(funding, 344, AmountRules(DEFAULTS, portraits))
    assert years["hhi_tells"].tolist() == [tells]
    assert years["value_tells"].tolist() == [False]


def test_no_share_of_a_region_less_portraits_is_of_few(opened):
    """Of Île-de-France three portraits of seven partners beside each other on the curve would leave
    the 43,200 euros of four.
    """
    given_to = {"lang": "en", "region": "Île-de-France"}
    team = opened(**given_to)
    funding = years_of_money.given(team, words_of(team, "F10P"))
    amounts = funding[funding["year"] == 2017].groupby("partner_id")["amount"].sum().sort_values()
    curve = opened(**given_to, audience="directors").exhibit("F10P").data
    curve = curve[curve["view"].eq("curve") & curve["value"].ne("s")]
    n = len(amounts)
    points = [n * step // 20 for step in range(21)]
    places = [min(points, key=lambda point: abs(point - float(x) * n)) for x in curve["x"]]
    assert len(places) > 5
    for low, high in pairwise(places):
        has_portrait = amounts.index[low:high].isin(team.values("partner"))
        assert not has_portrait.any() or (~has_portrait).sum() >= 5


def test_shares_of_an_amount_that_is_hidden_are_hidden_with_it(demo):
    """Told on two days, they tell what F18 hides: by how much the amount has moved."""
    study = explore.open(str(demo), lang="en", audience="partners").with_rows
    brought, shares = (published.build(study, id) for id in ("F18", "F10P"))
    prepared = audiences.protected_table(brought, "partners", limits=study.conventions)
    table = table_of(brought, prepared.data, prepared.hidden, study.conventions)
    row_of = {amount: row for row, amounts in table.facts.items() for amount in amounts}

    def held_back(year: int) -> Withheld:
        hidden = replace(table, hidden={(row_of[f"amount.{year}"], "quantity")})
        return withheld_of({"F18": hidden.hidden}, {"F18": hidden})

    shown = audiences.disclosed(shares, "partners", withheld=held_back(2016)).data
    of_years = shown[shown["view"] == "year"].set_index("label")[["value", "hhi"]]
    is_hidden = (of_years == "s").all(axis="columns")
    assert is_hidden["2016"] and is_hidden.sum() == 1
    with pytest.raises(Unsupported):  # all of it is of this year
        audiences.disclosed(shares, "partners", withheld=held_back(2017))
    assert not withheld_of({"F18": set(), "F10P": set()}, {"F18": table, "F10P": table}).figures
    tables = {"F18": None, "F10P": table}
    assert withheld_of({"F18": None, "F10P": set()}, tables).figures == {"F18", "F10P"}


def test_what_each_side_brings_is_told_of_that_side_alone(opened):
    exhibit = opened(lang="en").exhibit("F18")
    rows = exhibit.data[(exhibit.data["year"] == "2017") & (exhibit.data["stage"] == "paid")]
    told = exhibit.reading.removeprefix("In 2017, ").split("; ")
    kinds = {side: list(of_side["kind"]) for side, of_side in rows.groupby("direction")}
    assert kinds.keys() == {side.partition(":")[0] for side in told} and len(told) == 2
    for side in told:
        named = [kind for kind in rows["kind"].unique() if f" {kind} " in side]
        assert sorted(named) == sorted(kinds[side.partition(":")[0]])
