"""Lists of donations that name who gave: who received is proposed, or asked."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.table_match import BY_CELLS
from analysis.run import check_data
from raw_lists import accepted, block_of, only_question

GIVERS = ["Angl Korp", "ANZ Group", "ASX Limited", "Meriton", "Cathay Express", "ETU Victoria"]
RECEIVERS = ["Liberals", "Labor", "Greens"]


def proposed(folder, giver: str, receiver: str, receivers=tuple(RECEIVERS)) -> str:
    """The line of the draft that says who received; the list is asked of it."""
    lines = [f"{giver},{receiver},Date,Amount"]
    for row, name in enumerate(GIVERS):
        lines.append(f"{name},{receivers[row % 3]},2018-03-1{row},{1000 + 150 * row}")
    (folder / "donations.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    with pytest.raises(Refused):
        clean.clean(folder)
    draft = check_data.check(folder).draft.splitlines()
    return next(line for line in draft if line.startswith("recipient = "))


@pytest.mark.parametrize("receiver", ["Party", "Politieke partij", "Candidate", "#Partei"])
@pytest.mark.parametrize("giver", ["Donor", "Naam donateur", "Sponsor", "Contributor", "Name"])
def test_who_received_is_proposed_before_who_gave(tmp_path, giver, receiver):
    line = proposed(tmp_path, giver, receiver)
    assert line.startswith(f'recipient = "{receiver}"') and f'"{giver}"' in line


def test_a_name_beside_no_receiver_is_who_received(tmp_path):
    lines = ["Name,Town,Date,Amount"]
    lines += [f"{name},Paris,2018-03-1{row},1000" for row, name in enumerate(GIVERS)]
    (tmp_path / "grants.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert len(clean.clean(tmp_path).tables["partners"]) == len(GIVERS)


@pytest.mark.parametrize(
    ("name", "receiver"),
    [("Nom", "Association"), ("Désignation", "Organisme"), ("Name", "Organization")],
)
def test_names_of_anything_beside_organisations_are_asked(tmp_path, name, receiver):
    """They may be those of projects, or of whom one speaks to."""
    line = proposed(tmp_path, name, receiver, receivers=["Judo Club", "Choir", "Farm"])
    assert line.startswith(f'recipient = "{receiver}"') and f'"{name}"' in line


@pytest.mark.parametrize(("titles", "recipient"), [(30, "Organization"), (15, "Name")])
def test_titles_of_which_no_two_are_alike_are_no_names_of_partners(titles, recipient):
    """Five organisations of thirty rows may give as well; but who received comes again somewhere."""
    rows = [
        [f"Youth project {row % titles}", GIVERS[row % 5], f"2018-03-{row % 28 + 1:02}", 900 + row]
        for row in range(30)
    ]
    found = match(block_of(["Name", "Organization", "Start date", "Amount"], *rows), "grants")
    assert found.columns["recipient"] == (recipient,)


@pytest.mark.parametrize("header", ["Partner", "Linked record", "Relation"])
def test_names_that_others_repeat_with_more_are_asked_first(header):
    """A record is called by its partner and its year: no two would be of one partner."""
    names = [GIVERS[row % 3] for row in range(6)]
    rows = [[f"{name} {2016 + n}", name, "2018-03-11", 900 + n] for n, name in enumerate(names)]
    found = match(block_of(["Name", header, "Start date", "Amount"], *rows), "grants")
    assert (found.columns["recipient"], found.how["recipient"]) == ((header,), BY_CELLS)


@pytest.mark.parametrize("header", ["Seat", "District", "Ville"])
def test_places_that_names_repeat_did_not_receive(header):
    """A seat in one name of two is a part of too few; all of them may tell a place."""
    places = ["Lyon", "Brest", "Nantes"]
    within = [place if row % 2 or header != "Seat" else "" for row, place in enumerate(places * 2)]
    rows = [[f"Choir {n} {within[n]}", places[n % 3], "2018-03-11", 900] for n in range(6)]
    found = match(block_of(["Name", header, "Start date", "Amount"], *rows), "grants")
    assert found.columns["recipient"] == ("Name",)


@pytest.mark.parametrize("beside", ["Type", "Organisme"])
def test_names_beside_kinds_of_organisations_received(beside):
    kinds = ["association", "coopérative"]
    rows = [[name, kinds[row % 2], "2018-03-11", 1000] for row, name in enumerate(GIVERS)]
    matched = match(block_of(["Nom", beside, "Date", "Montant"], *rows), "grants")
    assert matched.columns["recipient"] == ("Nom",)


def test_a_german_list_of_gifts_to_parties_is_asked_who_received_alone(tmp_path):
    """The country of the giver is none of those offered first, and "Spender" gave."""
    lines = ["#Partei\tSpende in EUR\tSpender\tLand\tEingang der Spende\tEingang der Anzeige"]
    for row, name in enumerate(GIVERS):
        cells = [RECEIVERS[row % 3], 50001 + row, name, "Zypern" if row else "Deutschland"]
        lines.append("\t".join(map(str, [*cells, f"0{row + 1}.07.11", f"0{row + 2}.07.2011"])))
    (tmp_path / "spenden.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    checked = check_data.check(tmp_path)
    assert 'recipient = "#Partei"' in only_question(checked)
    result = accepted(tmp_path, checked.draft)
    assert sorted(result.tables["agreements"]["entity"].unique()) == sorted(GIVERS)
    assert sorted(result.tables["agreements"]["start"].dt.day) == [1, 2, 3, 4, 5, 6]
    assert result.tables["contributions"]["value_eur"].sum() == 6 * 50001 + 15


# ---- who gave, once it is said who received
def with_recipients_under(folder, header: str) -> list[str]:
    """Who gave, as the draft says it that follows once the first is confirmed but for who received,
    of a list of thirty names of their own beside five organisations that come again.
    """
    lines = ["Name,Organization,Start date,Amount"]
    for row in range(30):
        lines.append(f"Youth club {row},{GIVERS[row % 5]},2018-03-{row % 28 + 1:02},{900 + row}")
    (folder / "list.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    draft = check_data.check(folder).draft
    assert 'recipient = "Organization"' in draft and "\nfunder = " not in draft
    draft = draft.replace('recipient = "Organization"', f'recipient = "{header}"')
    (folder / "study.toml").write_text(draft.replace(" # ?", ""), encoding="utf-8")
    draft = check_data.check(folder).draft
    return [line for line in draft.splitlines() if line.startswith("funder = ")]


def test_organisations_beside_names_that_received_are_asked_as_givers(tmp_path):
    """They counted for nothing: the study itself had given all."""
    (line,) = with_recipients_under(tmp_path, "Name")
    assert line.startswith('funder = "Organization"') and line.endswith("# ?")


def test_a_study_gives_where_organisations_received_beside_names(tmp_path):
    (line,) = with_recipients_under(tmp_path, "Organization")
    assert line == f'funder = "{tmp_path.name.replace("_", " ")}"'
