"""Portfolios of partners since some day, of which no column tells the end."""

import pytest

from analysis.declare.faults import Refused
from analysis.layout import drafted, explains
from analysis.layout.study_keys import StudyDescription
from raw_lists import block_of_lines
from test_changed_ends import ends_of
from test_false_totals import write
from test_team_habits import agreements_of, with_answers, workbook

NAMES = ["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot"]


def portfolio(folder, since, *further, dates=tuple(f"01/0{n}/2012" for n in range(1, 7))):
    """Partners since some day, with further columns: their header, the cell of the first row, that
    of the others.
    """
    head = ["Partenaire", "Direction", since, *(each[0] for each in further), "Montant (€)"]
    lines = [
        [name, "Nord", day, *(each[1 if name == "Alpha" else 2] for each in further), 100 * n]
        for n, (name, day) in enumerate(zip(NAMES, dates, strict=True), 1)
    ]
    return workbook(folder, {"Liste": [head, *lines]}, "portefeuille.xlsx")


def asked(folder) -> str:
    """All that is asked of the files of a folder."""
    with pytest.raises(Refused) as refused:
        agreements_of(folder)
    return " ".join(fault.message for fault in refused.value.faults)


@pytest.mark.parametrize(
    "since",
    ["Début du partenariat", "Partenaire depuis", "Start of the partnership", "Partner seit"],
)
def test_partners_since_a_day_are_asked_when_they_end(tmp_path, since):
    folder = portfolio(tmp_path, since, ("Statut", "Ancien", "Actif"))
    assert "planned_end" in asked(folder)
    agreements = agreements_of(with_answers(folder))
    assert len(agreements) == 6 and agreements["planned_end"].isna().all()


def test_grants_that_are_said_to_run_are_asked_when_they_end(tmp_path):
    dates = [f"01/01/201{n}" for n in range(2, 8)]
    folder = portfolio(tmp_path, "Date", ("Statut", "Terminé", "En cours"), dates=dates)
    assert 'planned_end = "en cours"' in asked(folder)
    with_answers(folder)  # confirmed as it stands it answers nothing
    assert 'planned_end = "en cours"' in asked(folder)
    study = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(
        study.replace("\n[source.columns]", '\nplanned_end = "en cours"\n[source.columns]')
    )
    assert agreements_of(folder)["planned_end"].isna().all()


@pytest.mark.parametrize("mark", ["→", "->", "–", "au"])
def test_grants_whose_dates_are_ranges_end_with_these(tmp_path, mark):
    dates = [f"March 1, 201{n} {mark} February 28, 201{n + 2}" for n in range(2, 8)]
    folder = portfolio(tmp_path, "Période", ("Statut", "Terminé", "En cours"), dates=dates)
    assert sorted(agreements_of(folder)["planned_end"].dt.year) == list(range(2014, 2020))


def test_the_first_year_over_of_statuses_by_year_is_asked_as_the_end(tmp_path):
    statuses = [
        ("Statut 2016", "Actif", "Actif"),
        ("Statut 2017", "Arrêté", "Actif"),
        ("Statut 2018", None, "Actif"),
    ]
    folder = portfolio(tmp_path, "Début du partenariat", *statuses)
    assert 'end = "Statut (end)"' in asked(folder)
    agreements = agreements_of(with_answers(folder))
    assert list(ends_of(agreements).values()) == ["2017-12-31"]
    assert agreements.set_index("partner_id").at["Alpha", "end"].year == 2017


def test_starts_that_cannot_be_read_are_asked(tmp_path):
    dates = ["2012", "avant 2010", "~2014", "2015", "2013", "2016"]
    folder = with_answers(portfolio(tmp_path, "Partenaire depuis", dates=dates))
    assert "avant 2010" in asked(folder)


STUDY = StudyDescription(name="x")
SINCE = ["2014-01;;Alpha Trust", "2014-03;;Bravo Aid", "2015-05;;Charlie Society"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Date start;Date end;Sponsor", *SINCE],
        ["Début;Échéance;Association", *SINCE],
        ["Date de signature;Objet;Partenaire", *SINCE],
        ["Year;Topic;Partner", *(line[:4] + line[7:] for line in SINCE)],
    ],
)
def test_partners_since_when_without_amounts_and_ends_are_drafted_as_agreements(lines):
    block = block_of_lines(lines)
    long, draft = drafted(block, "liste", STUDY)
    start, end, partner = lines[0].split(";")
    assert draft.table == "agreements" and explains(draft, long)
    assert draft.columns["partner_id"] == (partner,)
    assert (start,) in (draft.columns.get("start"), draft.columns.get("signed_on"))
    assert draft.columns.get("planned_end", (end,)) == (end,)
    _block, beside_a_known_list = drafted(block, "liste", STUDY, is_alone=False)
    assert beside_a_known_list.table != "agreements"


@pytest.mark.parametrize(
    "lines",
    [
        ["Event;Date;Place", "Spring fair;2019-04-01;Leeds", "Summer fair;2019-07-01;York"],
        ["Partner;Notes;Since", "Alpha;good;long ago", "Bravo;fair;for ever"],
    ],
)
def test_what_tells_of_no_partner_or_no_day_is_not_drafted(lines):
    long, draft = drafted(block_of_lines(lines), "liste", STUDY)
    assert not explains(draft, long, may_lack_amounts=True)


def test_a_draft_of_partners_since_when_gives_agreements_that_run_on(tmp_path):
    write(tmp_path, "Date start;Date end;Sponsor", SINCE)
    agreements = agreements_of(with_answers(tmp_path))
    assert agreements["start"].dt.year.tolist() == [2014, 2014, 2015]
    assert agreements["planned_end"].isna().all() and agreements["entity"].nunique() == 1
