"""What small studies, made by hand or drawn, tell of a few: tables, curves and editions together."""

import pandas as pd
import pytest

from analysis.article.captions import Unsupported
from analysis.article.exhibit import Exhibit
from analysis.disclosure import audiences

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


# ---- courses and curves
def test_a_course_of_which_no_month_may_be_told_is_refused_in_words():
    """Two of five relations run in the last month: nothing is left of a column of dates."""
    months = pd.date_range("2018-01-01", periods=4, freq="MS")
    data = pd.DataFrame({"month": months, "running": [5, 4, 3, 2]})
    with pytest.raises(Unsupported):
        audiences.protected_table(exhibit(data, n=5), "partners")
