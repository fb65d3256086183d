"""What the brief says of a year: that nothing changed only where no relation did."""

import pandas as pd
import pytest

from analysis.exhibits import brief
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
    is_clear = bool(changes.clear_ones({"line": change}))
    return Words("brief", lang, {}).written(
        "line.change", **change_facts(change, is_clear=is_clear)
    )


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


@pytest.mark.parametrize(("p_value", "says"), [(0.03, "no clear change"), (0.002, "a clear rise")])
def test_changes_told_in_one_brief_are_held_together(opened, monkeypatch, p_value, says):
    """Four changes are told, of survival and three lines: one in thirty by chance is none of them."""
    change = changes.PairedChange(0.03, 0.01, 0.05, 100, p_value)
    for name in ("_line_change", "_survival_change"):
        monkeypatch.setattr(brief, name, lambda *given: (change, 0.3))
    findings = brief.B1(opened(lang="en")).findings
    told = [finding.change for finding in findings if finding.kind in ("line", "survival")]
    assert len(told) == 4 and all(says in sentence for sentence in told)


def test_bounds_that_are_written_alike_are_not_written_twice():
    """Of 20,000 relations 1,000 lose the line: the interval, of ±0.3 points, is −5 to −5."""
    then, now = [True] * 10_000 + [False] * 10_000, [True] * 9_000 + [False] * 11_000
    assert said(then, now, "en") == "For the same 20,000 relations, a clear fall: −5 points."
