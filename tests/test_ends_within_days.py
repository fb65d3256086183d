"""Ends that come but days after the start are asked, and the date beside a start is offered it."""

import re

import pytest

from analysis import clean
from analysis.run import check_data

END = "la fin de la subvention"


def write(folder, lines: list[str]) -> None:
    (folder / "liste.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")


def confirmed(folder) -> dict:
    """The clean tables of a folder whose draft is confirmed as it is."""
    draft = check_data.check(folder).draft
    (folder / "study.toml").write_text(re.sub(r" # \?$", "", draft, flags=re.M), encoding="utf-8")
    return clean.clean(folder).tables


@pytest.mark.parametrize(
    "header",
    [
        "Beneficiary;Start date;Ended;Amount granted",
        "Bénéficiaire;Date de début;Date de fin;Montant accordé",
        "Begünstigter;Beginn;Ende;Betrag",
    ],
)
def test_ends_within_days_are_asked_and_none_is_proposed(tmp_path, header):
    write(tmp_path, [header, *(f"Foyer {n};2018-0{n}-01;2018-0{n}-15;{n}500" for n in range(1, 9))])
    with pytest.raises(clean.Refused) as refused:
        clean.clean(tmp_path)
    assert END in str(refused.value)
    guessed = clean.clean(tmp_path, accept_guesses=True).tables["agreements"]
    agreements = confirmed(tmp_path)["agreements"]
    for terms in (agreements, guessed):
        assert ((terms["planned_end"] - terms["start"]).dt.days > 300).all()


def test_ends_within_days_that_are_stated_are_not_asked_again(tmp_path):
    header = "Beneficiary;Start date;Ended;Amount granted"
    write(tmp_path, [header, *(f"Foyer {n};2018-0{n}-01;2018-0{n}-15;{n}500" for n in range(1, 9))])
    draft = check_data.check(tmp_path).draft
    stated = re.sub('planned_end = ""', 'planned_end = "Ended"', draft)
    (tmp_path / "study.toml").write_text(re.sub(r" # \?$", "", stated, flags=re.M), "utf-8")
    agreements = clean.clean(tmp_path).tables["agreements"]
    assert (agreements["planned_end"] - agreements["start"]).dt.days.eq(14).all()


def test_a_year_or_month_that_ends_grants_lasts_to_its_end(tmp_path):
    header = "Bénéficiaire;Date de début;Date de fin;Montant accordé"
    write(tmp_path, [header, *(f"Foyer {n};2017-12-2{n};2018;{n}500" for n in range(1, 9))])
    assert END not in " ".join(map(str, check_data.check(tmp_path).faults))


def test_a_start_serves_as_the_date_beside_an_end_that_no_header_tells(tmp_path):
    lines = [
        f"Foyer {n};{n}500;Fri, 01 Jan 2010 00:00:00 -0500;Sun, 0{n} Jan 2012 00:00:00 -0500"
        for n in range(1, 9)
    ]
    write(tmp_path, ["to;amount;start;complete", *lines])
    draft = check_data.check(tmp_path).draft
    assert 'date = "start"' in draft and 'planned_end = "complete"' in draft
    assert confirmed(tmp_path)["agreements"]["planned_end"].dt.year.eq(2012).all()


def test_the_question_of_the_date_offers_the_start_too(tmp_path):
    lines = [f"Foyer {n};{n}500;2018-0{n}-15;2017-12-0{n}" for n in range(1, 9)]
    write(tmp_path, ["to;amount;start;moment", *lines])
    (question,) = [
        fault.message for fault in check_data.check(tmp_path).faults if "date = " in fault.message
    ]
    assert "`moment` (" in question and "`start` (" in question
