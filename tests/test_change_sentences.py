"""What the brief says of a year: that nothing changed only where no relation did."""

import pandas as pd
import pytest

from analysis.exhibits.finding_words import change_facts
from analysis.stats import changes
from analysis.text import formatting
from analysis.text.sentences import Words


def said(then: list[bool], now: list[bool], lang: str) -> str:
    """The sentence on a line that so many relations, each of a partner of its own, had and have."""
    units = [f"R{number}" for number in range(len(then))]
    earlier, later = [pd.Series(year, index=units, dtype="boolean") for year in (then, now)]
    change = changes.of_shares(later, earlier, pd.Series(units, index=units))
    formatting.use(lang)
    return Words("brief", lang, {}).written("line.change", **change_facts(change))


@pytest.mark.parametrize(
    ("lang", "nothing", "all_of_them"),
    [
        ("en", "For the same 40 relations, no change on record.", "a clear rise: +100 points."),
        ("fr", "Sur les mêmes 40 relations, aucun changement enregistré.", "hausse nette : +100"),
    ],
)
def test_no_change_is_said_where_no_relation_changed_and_not_where_all_did(
    lang, nothing, all_of_them
):
    spaces = str.maketrans("\u00a0\u202f", "  ")
    assert said([True] * 14 + [False] * 26, [True] * 14 + [False] * 26, lang) == nothing
    assert all_of_them in said([False] * 40, [True] * 40, lang).translate(spaces)


def test_bounds_that_are_written_alike_are_not_written_twice():
    """Of 20,000 relations 1,000 lose the line: the interval, of ±0.3 points, is −5 to −5."""
    then, now = [True] * 10_000 + [False] * 10_000, [True] * 9_000 + [False] * 11_000
    assert said(then, now, "en") == "For the same 20,000 relations, a clear fall: −5 points."
