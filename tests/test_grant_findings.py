"""The brief of a list of grants finds what such a list tells: how much, to how few, for what, how often again."""

import io
import json
from types import SimpleNamespace

import bs4
import pandas as pd
import pytest
from pypdf import PdfReader

import gallery
from analysis import explore
from analysis.article.exhibit_words import table_name, words_of
from analysis.charts import look
from analysis.clean import data_package
from analysis.disclosure.findings import public_brief
from analysis.disclosure.withheld import Withheld
from analysis.exhibits import brief, discontinuity, finding_words, grant_findings
from analysis.report import pdf_brief
from analysis.study import opening, published
from analysis.text import formatting
from raw_lists import cleaned

HEADER = "nomAttribuant;nomBeneficiaire;dateConvention;montant;objet;dispositifAide\n"


def amount(place: int, year: int) -> int:
    return 1000 * (1 + place % 7) + (2000 if year == 2017 and place < 5 else 0)


GRANTS = [
    (place, year, amount(place, year))
    for year in (2014, 2015, 2016, 2017)
    for place in range(40)
    if (place + year) % 4  # three years of four each
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("list")
    lines = [
        f"Ville;Association {who:02};05/03/{year};{euros};;{'Culture' if who % 3 else 'Sport'}"
        for who, year, euros in GRANTS
    ]
    result = cleaned(place, HEADER + "\n".join(lines) + "\n", day="2018-06-27")
    data_package.write(result, place / "clean")
    return place / "clean"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_list_of_grants_finds_its_money_first(folder, lang):
    brief = explore.open(folder, lang=lang).exhibit("B1")
    findings = {finding.kind: finding for finding in brief.findings}
    order = ["amount", "concentration", "purpose", "returns", "renewal"]
    assert [kind for kind in findings if kind in order] == order
    assert 4 <= len(brief.findings) <= 6
    table = pd.DataFrame(GRANTS, columns=["who", "year", "euros"])
    by_year = table.groupby("year")["euros"].sum()
    last = table[table["year"] == 2017]
    money = findings["amount"]
    assert money.states == {"amount.2017": by_year[2017]}
    assert money.columns["now"].tolist() == by_year.tolist()
    assert "2014" in money.detail and "2017" in money.detail  # the sum ends before 2018, of the day
    assert f"{abs(by_year[2017] / by_year[2016] - 1):.0%}"[:-1] in money.change
    ten = last["euros"].nlargest(10).sum() / last["euros"].sum()
    assert findings["concentration"].now == pytest.approx(ten)
    assert str(last["who"].nunique()) in findings["concentration"].title
    culture = last.loc[last["who"] % 3 > 0, "euros"].sum() / last["euros"].sum()
    assert findings["purpose"].now == pytest.approx(culture)
    assert "Culture" in findings["purpose"].title and "Sport" in findings["purpose"].detail
    back = set(table.loc[table["year"] == 2016, "who"]) & set(last["who"])
    assert findings["returns"].now == pytest.approx(len(back) / 30)
    assert json.dumps(brief._repr_mimebundle_())
    assert all(finding.change and finding.marks for finding in brief.findings)


def test_the_renewal_of_a_year_before_stands_beside_that_of_today(folder):
    today, before = (explore.open(folder, day=day) for day in ("2018-06-28", "2017-06-28"))
    renewal, earlier = (
        next(finding for finding in study.exhibit("B1").findings if finding.kind == "renewal")
        for study in (today, before)
    )
    assert renewal.before == pytest.approx(earlier.now)


@pytest.mark.parametrize(
    ("starts", "day", "is_open"),
    [
        (["2018-01-05", "2018-03-05"], "2018-06-28", True),
        (["2017-03-05", "2018-03-05"], "2018-06-28", False),
        (["2018-01-05", "2018-03-05"], "2018-12-31", False),
    ],
)
def test_a_list_is_of_one_open_year_where_all_begins_in_it_and_it_is_not_over(starts, day, is_open):
    relations = pd.DataFrame({"start": pd.to_datetime(starts)})
    study = SimpleNamespace(day=pd.Timestamp(day), relations=relations, is_grants=True)
    assert (brief._open_year(study) is not None) == is_open


def test_who_came_back_is_told_by_the_partners_studied_whatever_other_rules_say(
    folder, monkeypatch
):
    def with_others_lost(study):
        figure = discontinuity.F6D(study)
        rows = figure.data.copy()
        rows.loc[rows["group"] != studied, ["value", "low", "high"]] = 1.0
        assert rows["group"].nunique() > 1
        return SimpleNamespace(data=rows)

    study = explore.open(folder, lang="en")
    studied = words_of(study, "F6D").group(discontinuity.RULES["partner_id"])
    told = []
    monkeypatch.setattr(
        grant_findings, "finding_in_words", lambda *given, **look: told.append(look)
    )
    grant_findings.return_finding(study, None)
    monkeypatch.setattr(grant_findings, "F6D", with_others_lost)
    grant_findings.return_finding(study, None)
    usual, others_lost = told
    assert usual["estimate"].value == others_lost["estimate"].value == pytest.approx(20 / 30)
    assert set(others_lost["estimate"].others) == {0.0}


def test_who_came_back_stands_beside_the_share_of_the_year_before(folder, monkeypatch):
    def with_a_year_before(study):
        """The year before too, after which a quarter was lost."""
        rows = discontinuity.F6D(study).data
        earlier = rows.assign(x=rows["x"].astype(int) - 1, value=0.25)
        return SimpleNamespace(data=pd.concat([earlier, rows], ignore_index=True))

    monkeypatch.setattr(grant_findings, "F6D", with_a_year_before)
    findings = explore.open(folder, lang="en").exhibit("B1").findings
    (returns,) = (finding for finding in findings if finding.kind == "returns")
    assert (returns.now, returns.before) == (pytest.approx(20 / 30), 0.75)
    assert "75%" in returns.change and "−8" in returns.change


def test_the_share_not_seen_again_is_drawn_from_none_to_all(folder):
    built = discontinuity.F6D(explore.open(folder, lang="en"))
    with look.style(False):
        figure, _points = built.draw(built.data, False)
    assert [axes.get_ylim() for axes in figure.axes] == [(0, 1)]


def test_others_are_told_what_the_figures_tell_them(folder):
    for audience in ("directors", "partners"):
        brief = explore.open(folder, lang="en", audience=audience).exhibit("B1")
        kinds = [finding.kind for finding in brief.findings]
        assert kinds[:2] == ["amount", "concentration"] and {"purpose", "returns"}.isdisjoint(kinds)
        told = json.dumps(brief._repr_mimebundle_())
        assert "Association" not in told and "Culture" not in told
        assert not any(finding.change for finding in brief.findings)


@pytest.mark.parametrize("column", ["quantity", "rows"])
def test_a_finding_goes_where_its_figure_hides_what_it_tells(folder, column):
    study = explore.open(folder, lang="en", audience="directors")
    brief = published.build(study, "B1")
    money = brief.findings[0]
    row = money.cells[0][0]

    def told(**held) -> dict:
        withheld = Withheld(**held)
        findings = public_brief(brief, "directors", study.conventions, withheld).findings
        return {finding.kind: finding for finding in findings}

    assert "amount" not in told(cells={"F18": ((row, column),)})
    assert {"amount", "concentration"}.isdisjoint(told(figures=frozenset({"F18", "F10P"})))
    assert "renewal" not in told(facts=frozenset({"renewal"}))
    before = told(cells={"F18": ((row - 1, column),)})["amount"]
    assert money.columns is not None and before.columns is None


@pytest.mark.parametrize(
    "lang, grants, agreements",
    [("fr", "subventions", "conventions"), ("en", "grants", "agreements")],
)
def test_what_a_list_holds_is_called_by_its_name(folder, lang, grants, agreements):
    study = explore.open(folder, lang=lang)
    table = bs4.BeautifulSoup(opening.html(study), "html.parser").table.get_text()
    assert grants in table and agreements not in table
    assert table_name(study, "agreements") == grants


@pytest.fixture(scope="module", params=[False, True], ids=["not over", "over"])
def of_one_year(request, tmp_path_factory):
    """A list of 2018 alone on a day on which that year is over, or not."""
    folder = tmp_path_factory.mktemp("year")
    lines = [
        f"Ville;Association {who:02};05/03/2018;{amount(who, 2018)};;"
        f"{'Culture' if who % 3 else 'Sport'}"
        for who in range(20)
    ]
    day = "2018-12-31" if request.param else "2018-12-14"
    result = cleaned(folder, HEADER + "\n".join(lines) + "\n", day=day)
    data_package.write(result, folder / "clean")
    return folder / "clean", request.param


@pytest.mark.parametrize("lang, unfinished", [("fr", "pas achevée"), ("en", "not over")])
def test_the_only_year_of_a_list_is_told_as_far_as_it_has_come(of_one_year, lang, unfinished):
    folder, is_over = of_one_year
    amounts = [amount(who, 2018) for who in range(20)]
    study = explore.open(folder, lang=lang)
    findings = study.exhibit("B1").findings
    assert [finding.kind for finding in findings[:3]] == ["amount", "concentration", "purpose"]
    assert findings[0].now == sum(amounts)
    assert "2017 (" not in findings[0].change  # the list begins later, and misses no row of it
    ten = sum(sorted(amounts)[-10:]) / sum(amounts)
    assert findings[1].now == pytest.approx(ten)
    by_year, concentration = study.exhibit("F18"), study.exhibit("F10P")
    for sentence in (findings[0].detail, by_year.scope, concentration.scope):
        assert (unfinished in sentence) is not is_over
    numbers = study.exhibit("T8")
    shown = gallery.notebook("# L", gallery.cell(study.exhibit("B1")), gallery.cell(numbers))
    assert len(PdfReader(io.BytesIO(pdf_brief.brief(shown, gallery.meta()))).pages) == 1
    assert [number.key for number in numbers.numbers if number.has_card] == []
    assert "<li" not in numbers.html() and len(numbers.absent()) == 3


def test_a_year_that_is_not_over_needs_amounts_to_be_told(tmp_path):
    lines = [f"Ville;Association {who:02};05/03/2018;;;" for who in range(20)]
    result = cleaned(tmp_path, HEADER + "\n".join(lines) + "\n", day="2018-12-14")
    data_package.write(result, tmp_path / "clean")
    brief = explore.open(tmp_path / "clean", lang="fr").exhibit("B1")
    assert "2018, la seule de cette liste" in brief.reason


@pytest.mark.parametrize(
    ("kept_of_2017", "verdict", "change"),
    [
        (30, "A complete count.", "more than in 2016"),
        (
            12,
            "Rows may be missing.",
            "Not compared with 2016: rows may be missing in 2017 (Ville).",
        ),
    ],
)
def test_a_year_with_far_fewer_rows_is_no_complete_count(tmp_path, kept_of_2017, verdict, change):
    """Three years of 30 grants before it, and a last one seen to its end (METHOD 9.7)."""
    grants = [(who, year) for year in (2014, 2015, 2016) for who in range(30)]
    grants += [(who, 2017) for who in range(kept_of_2017)]
    lines = [
        f"Ville;Association {who:02};{'31/12' if who == 0 else '05/03'}/{year};{1000 + 500 * (year == 2017)};;Culture"
        for who, year in grants
    ]
    result = cleaned(tmp_path, HEADER + "\n".join(lines) + "\n", day="2018-06-27")
    data_package.write(result, tmp_path / "clean")
    study = explore.open(tmp_path / "clean", lang="en")
    findings = {finding.kind: finding for finding in study.exhibit("B1").findings}
    money = findings["amount"]
    assert money.verdict == verdict and change in money.change
    is_thin = kept_of_2017 < 30
    notes = [study.exhibit(figure).note for figure in ("F18", "F10P")]
    assert [("2017 (Ville)" in note) for note in notes] == [is_thin, is_thin]
    ten = findings["concentration"]
    assert ("rows may be missing in 2017" in ten.change) == is_thin
    assert pd.isna(ten.before) == is_thin


@pytest.mark.parametrize(("months", "is_back"), [(12, 0.5), (30, 1.0)])
def test_a_grant_of_a_year_keeps_no_one_there_in_the_next(tmp_path, months, is_back):
    """Forty recipients of July each year, half of whom are funded again the year after; the terms
    that the list states run into it.
    """
    grants = [(who, 2014) for who in range(40)] + [(who, 2015) for who in range(20)]
    grants += [(who, 2015) for who in range(40, 60)] + [(who, 2016) for who in range(10, 50)]
    header = "Financeur;Bénéficiaire;Date;Montant;Date de fin\n"
    last_month = pd.DateOffset(months=months, days=-1)
    lines = []
    for who, year in grants:
        start = pd.Timestamp(year, 7, 1)
        end = start + last_month
        lines.append(f"Ville;Association {who:02};{start:%d/%m/%Y};1000;{end:%d/%m/%Y}")
    files = {
        "list.csv": header + "\n".join(lines) + "\n",
        "study.toml": "[study]\nobserved_from = 2014-01-01\nobserved_to = 2017-12-31\n",
    }
    data_package.write(cleaned(tmp_path, files, accept_guesses=True), tmp_path / "clean")
    study = explore.open(tmp_path / "clean")
    rows = study.exhibit("F6D").data.set_index(["group", "x"])["value"]
    group = words_of(study, "F6D").group(discontinuity.RULES["partner_id"])
    assert 1 - rows[(group, 2014)] == is_back


@pytest.mark.parametrize(
    ("grants_of_b", "change", "verdict"),
    [
        (30, "Not compared with 2016: rows may be missing in 2017 (B).", "Rows may be missing."),
        (1, "3% less than in 2016 (€31k).", "A complete count."),  # 1 of 31: no twentieth
    ],
)
def test_a_fall_that_a_source_which_ends_explains_is_no_fall(
    tmp_path, grants_of_b, change, verdict
):
    """Town A gives thirty grants a year from 2014 to 2017, town B is seen in 2015 and 2016 alone."""
    grants = [("A", year, who) for year in (2014, 2015, 2016, 2017) for who in range(30)]
    grants += [("B", year, who) for year in (2015, 2016) for who in range(grants_of_b)]
    lines = [
        f"{town};Association {town}{who:02};05/0{1 + who % 9}/{year};1000;;Culture"
        for town, year, who in grants
    ]
    result = cleaned(tmp_path, HEADER + "\n".join(lines) + "\n", day="2018-01-31")
    data_package.write(result, tmp_path / "clean")
    study = explore.open(tmp_path / "clean", lang="en")
    money = next(finding for finding in study.exhibit("B1").findings if finding.kind == "amount")
    assert money.change == change and money.verdict == verdict
    assert "Not all sources see the same years" in study.exhibit("F18").note


@pytest.mark.parametrize(
    ("months_of_2018", "change"),
    [
        (range(1, 13), "Not compared with 2017: rows may be missing in 2017 (B)."),
        (range(9, 13), "50% more than in 2017 (€40k)."),  # it gives in autumn, each year
    ],
)
def test_a_source_that_begins_in_autumn_makes_no_rise(tmp_path, months_of_2018, change):
    """Town A gives 36 grants a year, town B four of 1,000 from September 2017 on, then 24."""
    grants = [("A", year, who, 1 + who % 12) for year in (2016, 2017, 2018) for who in range(36)]
    grants += [("B", 2017, who, 9 + who) for who in range(4)]
    several = len(months_of_2018)
    grants += [("B", 2018, who, months_of_2018[who % several]) for who in range(24)]
    lines = [
        f"{town};Association {town}{who:02};05/{month:02}/{year};1000;;Culture"
        for town, year, who, month in grants
    ]
    result = cleaned(tmp_path, HEADER + "\n".join(lines) + "\n", day="2018-12-31")
    data_package.write(result, tmp_path / "clean")
    study = explore.open(tmp_path / "clean", lang="en")
    findings = {finding.kind: finding for finding in study.exhibit("B1").findings}
    assert findings["amount"].change == change
    compared = findings["concentration"].change.startswith("In 2017")
    assert compared == ("more" in change)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (0.414, 0.386, "−2,8 points"),  # told as 41 % and 39 %
        (0.31, 0.35, "+4 points"),
        (0.304, 0.316, "+1,2 point"),  # 30 % and 32 %
        (0.5, 0.5, "0 point"),
        (float("nan"), 0.5, "nd"),
    ],
)
def test_a_change_is_that_of_the_percents_told_beside_it_or_told_in_tenths(before, now, change):
    formatting.use("fr")
    assert finding_words.change_between(before, now).written().replace("\u00a0", " ") == change


@pytest.mark.parametrize(
    ("amount", "told"),
    [("$1,000", "“$” is the sign of several currencies"), ("1000", None)],
)
def test_a_sign_of_several_currencies_is_stated_and_told_as_such(tmp_path, amount, told):
    lines = [f"A;Association {who:02};05/06/2016;{amount};;Culture" for who in range(30)]
    result = cleaned(tmp_path, HEADER + "\n".join(lines) + "\n", day="2018-01-31")
    data_package.write(result, tmp_path / "clean")
    points = explore.open(tmp_path / "clean", lang="en").exhibit("T7").data["what"].tolist()
    assert (told in points) == (told is not None)
    assert ("$" in points) == (told is not None)
    assert not (told and "stated by no source" in points)
