"""Weeks of a year by their ISO number, as people of six languages write them: "S12 2017", "KW
12/2017", "2017-W12".
"""

import pandas as pd

from analysis.parse.column import extracted, matching

_WEEK = r"(?:semaine|sem\.?|s|week|wk|w|kalenderwoche|kw|woche|semana|settimana|sett\.?)"
_NUMBER, _YEAR = r"(?P<week>[0-9]{1,2})", r"(?P<year>(?:19|20)[0-9]{2})"
_FORMS = (
    rf"^{_WEEK} ?(?:n[°o.]{{0,2}} ?)?{_NUMBER}[-/, ]*(?:(?:de|of|van) )?{_YEAR}$",
    rf"^{_YEAR}[-/, ]*{_WEEK} ?{_NUMBER}$",
)
_PARTS = 4  # up to which a number may be that of a half or a quarter, but beside one above


def days_of_weeks(plain: pd.Series, *, last: bool = False) -> pd.Series:
    """Small texts without accents, in which a week is its Monday, or its `last` day, the Sunday.

    Small numbers may be those of halves or quarters, in a column without a later week.

    >>> days_of_weeks(pd.Series(["s12 2017", "s1 2018", "2016-w53", "2019"])).tolist()
    ['2017-03-20', '2018-01-01', '2016-w53', '2019']
    >>> days_of_weeks(pd.Series(["s1 2018", "s2 2018"])).tolist()
    ['s1 2018', 's2 2018']
    """
    for form in _FORMS:
        is_week = matching(plain, form)
        if not is_week.any():
            continue
        parts = extracted(plain[is_week], form)
        if parts["week"].astype("int64").max() <= _PARTS:
            continue
        day_of_week = "-7" if last else "-1"
        written = parts["year"] + "-" + parts["week"].str.zfill(2) + day_of_week
        days = pd.to_datetime(written, format="%G-%V-%u", errors="coerce")
        plain = plain.copy()
        plain[is_week] = days.dt.strftime("%Y-%m-%d").fillna(plain[is_week])
    return plain
