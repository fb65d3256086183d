"""What small studies, made by hand or drawn, tell of a few: tables, curves and editions together."""

import pandas as pd
import pytest

from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.declare.conventions import DEFAULTS
from analysis.disclosure import audiences, release
from analysis.disclosure.figure_table import BASE, Edition, Table
from analysis.disclosure.solver import Sum

pytestmark = pytest.mark.usefixtures("english")


def exhibit(data: pd.DataFrame, n: int, **changed) -> Exhibit:
    """A figure of these data that rests on `n`."""
    formats = {
        name: "date"
        if pd.api.types.is_datetime64_any_dtype(values)
        else "text"
        if values.dtype == "str"
        else "percent"
        if name in ("share", "survival", "low", "high")
        else "integer"
        for name, values in data.items()
    }
    fields = dict(
        id="F1",
        family="across",
        title="A finding",
        subtitle="Relations",
        reading="It reads so.",
        scope="All.",
        source="Files.",
        note="A note.",
        n=n,
        n_unit="relations",
        day=pd.Timestamp("2018-06-27"),
        alt="A table.",
        data=data,
        labels={name: name for name in data},
        formats=formats,
        draw=None,
        synthetic=False,
    )
    return Exhibit(**fields | changed)


DAY = "2018-06-27"
WHOLE = Edition(DAY)


def of_level(name: str) -> Edition:
    return Edition(DAY, (("level", name),))


def counts(hidden: str = "", **values: float) -> Table:
    """A table with one count per letter that add up to its base."""
    value = {BASE: sum(values.values())} | {(name, "count"): v for name, v in values.items()}
    own = Sum([(name, "count") for name in values], None, value[BASE], False)
    return Table(value, {(name, "count") for name in hidden}, sums=[own])


def as_released(table: Table) -> Table:
    """A table as the ledger of releases gives it back."""
    return Table.of_record(table.record())


# ---- partners in several parts
def test_partners_of_two_levels_and_their_whole_tell_no_hidden_count_of_a_level():
    """Local a and b come to 10. The whole has 6 of a, none of them regional: 4 local ones of b."""
    levels = {
        of_level("local"): as_released(counts("ab", a=6, b=4, c=40, d=10)),
        of_level("regional"): as_released(counts("bc", b=1, c=6, d=20)),
    }
    whole = counts(a=6, b=5, c=41, d=25)  # five of c and of d are in both
    together, refused = release.hidden_together({WHOLE: whole}, levels, DEFAULTS)
    assert {("a", "count"), ("b", "count")} & together[WHOLE] and not refused


def test_a_level_tells_no_few_partners_that_are_of_other_levels_alone():
    """Seven of eight partners of b are local, whoever is regional beside: one is not."""
    levels = {
        of_level("local"): as_released(counts(a=40, b=7, c=40)),
        of_level("regional"): as_released(counts(a=20, b=6, c=20)),
    }
    whole = counts(a=50, b=8, c=50)
    together, refused = release.hidden_together({WHOLE: whole}, levels, DEFAULTS)
    assert ("b", "count") in together[WHOLE] and not refused


# ---- courses and curves
def test_a_course_of_which_no_month_may_be_told_is_refused_in_words():
    """Two of five relations run in the last month: nothing is left of a column of dates."""
    months = pd.date_range("2018-01-01", periods=4, freq="MS")
    data = pd.DataFrame({"month": months, "running": [5, 4, 3, 2]})
    with pytest.raises(Unsupported):
        audiences.protected_table(exhibit(data, n=5), "partners")
