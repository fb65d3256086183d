"""Cells of a table are named by the place of their row, whatever the frame calls its rows."""

import pandas as pd
import pytest

from analysis.article.rules import Rules
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure import audiences
from analysis.disclosure.additive import sums_of
from analysis.disclosure.figure_table import table_of
from analysis.disclosure.told_sums import TellingSums
from analysis.text.facts import Count
from analysis.text.sentences import Sentence
from test_secrecy_of_small_studies import exhibit

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize("index", [[0, 1, 2, 3], [3, 2, 1, 0], [5, 6, 7, 8]])
def test_rows_add_up_by_their_place_whatever_they_are_called(index):
    data = pd.DataFrame({"view": ["all", "all", "part", "part"], "label": list("abab")}, index)
    data["count"] = [30, 10, 6, 7]
    rules = Rules(parts="view")
    sums = [item.parts for item in sums_of(data, data[["count"]].astype(float), 40, rules, 5)]
    assert [(0, "count"), (1, "count")] in sums and [(2, "count"), (3, "count")] not in sums


@pytest.mark.parametrize("index", [[0, 1, 2], [2, 1, 0], [7, 8, 9]])
def test_words_add_up_rows_by_their_place_whatever_they_are_called(index):
    """12 are in the last two classes, of which one is hidden and one shown."""
    data = pd.DataFrame({"label": list("abc"), "count": [40, 9, 3]}, index)
    hidden = pd.DataFrame({"label": [False] * 3, "count": [True, False, True]}, index)
    last = Sentence("12 are so.", (Count(12),))
    made = exhibit(data, 52, reading=last.text, sentences={"reading": (last,)})
    assert TellingSums(made, data, hidden, DEFAULTS).told_by(last)


def test_a_view_among_the_rows_of_others_hides_its_own_rows():
    """Rows of the view that others see need not stand first."""
    data = pd.DataFrame({"view": list("abababa"), "label": list("stuvwxy")})
    made = exhibit(
        data.assign(count=[60, 3, 3, 50, 40, 30, 20]), 123, rules=Rules(team_views="view")
    )
    told = audiences.disclosed(made, "partners")
    assert told.data["label"].tolist() == list("suwy")
    assert told.data["count"].tolist() == [60, "s", 40, "s"]
    prepared = audiences.protected_table(made, "partners")
    table = table_of(made, prepared.data, prepared.hidden, DEFAULTS)
    assert {row for row, column in table.hidden} == {"a | u", "a | y"}
