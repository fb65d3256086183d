"""Grants of a list whose amount is unknown, or in another currency: no sum counts them, and what
is told of sums says so (METHOD M21, 9.1).
"""

import pytest

from analysis import explore
from analysis.clean import data_package
from raw_lists import cleaned

HEADER = "nomAttribuant,nomBeneficiaire,dateConvention,montant,dispositifAide\n"
RECIPIENTS = 40


def findings_of(folder, cells, lang: str):
    """The study of a list of forty grants a year, and its findings by kind: `cells` tells the
    amount of each recipient's.
    """
    lines = [
        f"Ville,Association {who:02},{year}-03-05,{cells(who)},{'Culture' if who % 3 else 'Sport'}"
        for year in (2015, 2016, 2017)
        for who in range(RECIPIENTS)
    ]
    result = cleaned(
        folder, HEADER + "\n".join(lines) + "\n", day="2018-06-27", accept_guesses=True
    )
    data_package.write(result, folder / "clean")
    study = explore.open(folder / "clean", lang=lang)
    return study, {finding.kind: finding for finding in study.exhibit("B1").findings}


def in_two_currencies(who: int) -> str:
    return f"£{1000 + who}" if who < 16 else f"${1000 + who}"


def blank_for_four(who: int) -> str:
    return "" if who < 4 else f"{1000 + who} €"


@pytest.mark.parametrize(
    ("cells", "silent", "verdict"),
    [
        (in_two_currencies, 16, "Caution: too much unknown."),  # 24 of 40 known
        (blank_for_four, 4, "A partial count."),
        (lambda who: f"{1000 + who} €", 0, "A complete count."),
    ],
)
def test_a_sum_that_lacks_grants_is_no_complete_count(tmp_path, cells, silent, verdict):
    study, findings = findings_of(tmp_path, cells, "en")
    known = RECIPIENTS - silent
    for kind in ("amount", "concentration"):
        finding = findings[kind]
        (mark,) = finding.marks
        assert mark.counts == (known, silent)
        assert f"{known / RECIPIENTS:.0%}" in mark.text
        assert finding.verdict == verdict
    assert ("known money" in findings["concentration"].title) == (silent > 0)
    assert ("known money" in study.exhibit("F10P").title) == (silent > 0)
    told = f"or in another currency, not summed: {3 * silent}."
    assert (told in study.exhibit("F18").note) == (silent > 0)
    told = f"or in another currency, not counted: {silent}."
    assert (told in study.exhibit("F10P").note) == (silent > 0)
    assert ("grants of known amount recorded" in study.exhibit("F18").scope) == (silent > 0)


@pytest.mark.parametrize(("silent", "is_compared"), [(12, True), (13, False)])  # 28 and 27 of 40
def test_sums_of_which_too_much_is_unknown_are_not_compared(tmp_path, silent, is_compared):
    def cells(who: int) -> str:
        return "" if who < silent else f"{1000 + who} €"

    _study, findings = findings_of(tmp_path, cells, "en")
    told = "Not compared with 2016: too many amounts are unknown in 2016 and 2017."
    for kind in ("amount", "concentration", "purpose"):
        assert (findings[kind].change == told) != is_compared
        assert (findings[kind].before is None) != is_compared or kind == "amount"
    assert findings["amount"].title.endswith(f"in {40 - silent} grants of known amount")


def test_the_same_is_told_in_french(tmp_path):
    study, findings = findings_of(tmp_path, blank_for_four, "fr")
    assert findings["amount"].verdict == "Compte partiel."
    assert "montants connus de 2017" in findings["concentration"].title
    assert "montants connus de la dernière" in study.exhibit("F10P").title
    assert "non comptées : 4." in study.exhibit("F10P").note.replace("\xa0", " ")
    assert "de montant connu" in study.exhibit("F18").scope
