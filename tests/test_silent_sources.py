"""Sources that ceased: what is left out of what runs, and of which year money is told, is said."""

import pytest

from analysis import explore
from analysis.clean import data_package
from raw_lists import cleaned

HEADER = (
    "Funding Org:Name,Recipient Org:Name,Award Date,Amount Awarded,Currency,"
    "Planned Dates:Start Date,Planned Dates:End Date\n"
)


def study_of(tmp_path, lang: str, silent_since: int, clubs: int = 5, seen: str = ""):
    """Fourteen recipients of Nord each year until 2019, and some clubs of Sud, whose last grants were
    made in December of a year. `seen` is what study.toml says of the days that the files see.
    """
    nord = [
        f"Nord,Association {i:02},{year}-03-{1 + i:02},1000,EUR,{year}-03-{1 + i:02},{year + 1}-02-28\n"
        for year in range(2012, 2020)
        for i in range(14)
    ]
    sud = [
        f"Sud,Club {i:02},{year}-12-{1 + i:02},1000,EUR,{year}-12-{1 + i:02},{year + 1}-11-30\n"
        for year in range(silent_since - 3, silent_since + 1)
        for i in range(clubs)
    ]
    files = {"list.csv": HEADER + "".join(nord + sud), "study.toml": f"[study]\n{seen}"}
    result = cleaned(tmp_path, files, day="2019-06-30")
    data_package.write(result, tmp_path / "clean")
    return explore.open(tmp_path / "clean", lang=lang)


def test_money_is_told_of_the_last_year_in_which_most_funders_gave_by_each_figure(tmp_path):
    """Three funders give until 2016, 1 000, 2 000 and 3 000 euros to each of fourteen; one of them
    goes on until 2018.
    """
    amounts = {"Nord": 1000, "Est": 2000, "Sud": 3000}
    grants = [
        f"{funder},Association {i:02},{year}-03-{1 + i:02},{amount},EUR,,\n"
        for year in range(2012, 2019)
        for funder, amount in amounts.items()
        for i in range(14)
        if year <= 2016 or funder == "Sud"
    ]
    result = cleaned(tmp_path, HEADER + "".join(grants), day="2019-06-30")
    data_package.write(result, tmp_path / "clean")
    study = explore.open(tmp_path / "clean", lang="en")
    amounts_by_year, concentration = study.exhibit("F18"), study.exhibit("F10P")
    assert amounts_by_year.title == "In 2016, €84k was given"
    assert concentration.reading.startswith("In 2016, 14 recipients share €84k.")
    assert "the last one in which at least half of the funders gave" in amounts_by_year.scope
    assert amounts_by_year.data["year"].max() == "2018"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "sans celles dont la source se tait depuis plus de 18\xa0mois"),
        ("en", "without those whose source has been silent for more than 18 months"),
    ],
)
def test_scopes_of_what_runs_say_that_relations_of_silent_sources_are_not_there(
    tmp_path, lang, said
):
    study = study_of(tmp_path, lang, silent_since=2014)
    unended = study.relations[study.relations["status"] != "ended"]
    assert unended["entity"].value_counts().to_dict() == {"Nord": 14, "Sud": 5}
    figure = study.exhibit("F8")
    assert figure.n == 14 and said in figure.scope
    assert said in study.exhibit("F12").scope


def test_nothing_is_said_where_every_source_gives_signs_of_life(tmp_path):
    study = study_of(tmp_path, "en", silent_since=2018)
    figure = study.exhibit("F8")
    assert figure.n == 19 and "silent" not in figure.scope


def test_a_source_without_rows_up_to_the_day_is_silent_though_it_is_said_to_see(tmp_path):
    """study.toml says that the files see to the day: of Sud they hold nothing of its last years."""
    seen = "observed_from = 2011-01-01\nobserved_to = 2019-06-30\n"
    study = study_of(tmp_path, "en", silent_since=2014, clubs=14, seen=seen)
    assert study.windows.set_index("entity")["last"].dt.year.to_dict() == {
        "Nord": 2019,
        "Sud": 2019,
    }
    unended = study.relations[study.relations["status"] != "ended"]
    assert unended["entity"].value_counts().to_dict() == {"Nord": 14, "Sud": 14}
    figure = study.exhibit("F8")
    assert figure.n == 14 and "without those whose source has been silent" in figure.scope
