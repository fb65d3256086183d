"""Titles that say what was measured and no more (METHOD 9.4): who receives no new grant may still
hold one.
"""

import pytest

from analysis import explore
from analysis.clean import data_package
from raw_lists import cleaned


@pytest.mark.parametrize(
    ("lang", "lost", "back"),
    [
        ("en", "80% of recipients receive no new grant", "20% receive a new grant in 2016"),
        (
            "fr",
            "80 % des bénéficiaires ne reçoivent pas de nouvelle subvention",
            "20 % reçoivent une nouvelle subvention en 2016",
        ),
    ],
)
def test_recipients_of_a_longer_grant_are_not_said_to_be_without_one(tmp_path, lang, lost, back):
    """Fifty new recipients a year, ten of whom are funded again the year after; twenty of the
    others hold a grant of three years all the while.
    """
    lines = ["Financeur;Bénéficiaire;Date;Montant;Date de fin"]
    for year in (2014, 2015, 2016):
        before = [f"{year - 1} {who}" for who in range(10)] if year > 2014 else []
        names = before + [f"{year} {who}" for who in range(50 - len(before))]
        for place, name in enumerate(names):
            end = f"28/02/{year + 3}" if place >= 30 else f"28/02/{year + 1}"
            lines.append(f"Ville;Association {name};01/03/{year};1000;{end}")
    files = {
        "list.csv": "\n".join(lines) + "\n",
        "study.toml": "[study]\nobserved_from = 2014-01-01\nobserved_to = 2017-12-31\n",
    }
    data_package.write(cleaned(tmp_path, files, accept_guesses=True), tmp_path / "clean")
    study = explore.open(tmp_path / "clean", lang=lang, day="2016-12-31")
    findings = {finding.kind: finding for finding in study.exhibit("B1").findings}
    plain = str.maketrans("\xa0\u202f", "  ")
    assert lost in study.exhibit("F6D").title.translate(plain)
    assert back in findings["returns"].title.translate(plain)


@pytest.mark.parametrize(
    ("lang", "absent", "begun"),
    [
        (
            "en",
            "Fewer than ten recipients in 2013: this year is not shown.",
            "Fewer than ten relations began in 2013: this year is not shown.",
        ),
        (
            "fr",
            "Moins de dix bénéficiaires en 2013 : cette année n’est pas montrée.",
            "Moins de dix relations ont commencé en 2013 : cette année n’est pas montrée.",
        ),
    ],
)
def test_a_year_of_few_that_is_not_shown_is_named(tmp_path, lang, absent, begun):
    """Twenty new recipients in each of five years, but for 2013: nine."""
    lines = ["Financeur;Bénéficiaire;Date;Montant;Date de fin"]
    for year in range(2012, 2017):
        for place in range(9 if year == 2013 else 20):
            lines.append(f"Ville;Association {year} {place};01/03/{year};1000;31/12/{year}")
    files = {
        "list.csv": "\n".join(lines) + "\n",
        "study.toml": "[study]\nobserved_from = 2011-01-01\nobserved_to = 2018-12-31\n",
    }
    data_package.write(cleaned(tmp_path, files, accept_guesses=True), tmp_path / "clean")
    study = explore.open(tmp_path / "clean", lang=lang, day="2018-12-31")
    plain = str.maketrans("\xa0\u202f", "  ")
    for id, note in (("F6D", absent), ("F7", begun)):
        figure = study.exhibit(id)
        years = figure.data["x" if id == "F6D" else "cohort"].astype(int)
        assert 2013 not in set(years) and {2012, 2014} <= set(years)
        assert note in figure.note.translate(plain)
    shown = explore.open(
        tmp_path / "clean", lang=lang, day="2018-12-31", thresholds="percent_from=2"
    )
    for id in ("F6D", "F7"):
        assert "2013" not in shown.exhibit(id).note
    partners = explore.open(tmp_path / "clean", lang=lang, day="2018-12-31", audience="partners")
    told = partners.exhibit("F7").note.translate(plain)
    assert "2013" not in told and ("moins de dix relations" in told or "fewer than ten" in told)
