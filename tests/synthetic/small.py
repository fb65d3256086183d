"""Twelve relations written by hand, whose truth can be checked on paper: for tests of anything that follows relations.

Known on 31 December 2018 from sources that see since 1 January 2014; with a grace of 180 days the settled day is 4 July 2018.
"""

import io

import pandas as pd

DAY = pd.Timestamp("2018-12-31")
FIRST_SEEN = pd.Timestamp("2014-01-01")
GRACE_DAYS = 180
SETTLED_DAY = pd.Timestamp("2018-07-04")

AGREEMENTS = """
agreement_id, partner_id, start,      planned_end, end,        tacit_renewal, previous_id, end_reason
A1,           P01,        2014-01-01, 2014-12-31,  ,           False,         ,
A2,           P01,        2015-01-01, 2016-12-31,  ,           False,         ,            aim reached
B1,           P02,        2014-03-15, 2016-03-14,  2016-03-14, False,         ,            not renewed by group
C1,           P03,        2015-01-01, 2015-12-31,  ,           False,         ,
C2,           P03,        2016-06-28, 2017-06-27,  ,           False,         ,
D1,           P04,        2015-01-01, 2015-12-31,  ,           False,         ,            not renewed by group
D2,           P04,        2016-06-29, 2019-06-28,  ,           False,         ,
E1,           P05,        2014-01-01, 2014-12-31,  ,           False,         ,
E2,           P05,        2016-01-01, 2016-12-31,  ,           False,         E1,          not renewed by partner
F1,           P06,        2014-01-01, 2015-12-31,  ,           False,         ,
F2,           P06,        2015-07-01, 2016-06-30,  ,           False,         ,            aim reached
G1,           P07,        2016-01-01, 2018-12-31,  2017-06-30, False,         ,            dissolved or merged
H1,           P08,        2018-01-01, 2018-09-30,  ,           False,         ,
I1,           P09,        2013-01-01, 2016-12-31,  ,           False,         ,
I2,           P09,        2017-01-01, 2020-12-31,  ,           False,         ,
J1,           P10,        2014-06-01, 2015-05-31,  ,           True,          ,
K1,           P11,        2014-06-01, 2015-05-31,  ,           True,          ,
"""
LAST_SIGNS = {"J1": "2018-11-01", "K1": "2016-06-01"}  # of the tacit ones

# Followed to the settled day: from the start, months to the end or to where following stops; I1 is seen from month 12 on.
# P03 renews on the last day of the grace, P04 a day after it; P05 after a year, but names its predecessor; P06 has two
# agreements side by side; P07 was broken off; the grace of P08 still runs; P11 was last heard of in June 2016.
RELATIONS = """
partner_id, start,      months,             ended
P01,        2014-01-01, 36,                 True
P02,        2014-03-15, 24,                 True
P03,        2015-01-01, 29.9,               True
P04,        2015-01-01, 12,                 True
P04,        2016-06-29, 24.2,               False
P05,        2014-01-01, 36,                 True
P06,        2014-01-01, 30,                 True
P07,        2016-01-01, 18,                 True
P08,        2018-01-01, 6.12903225806,      False
P09,        2013-01-01, 66.12903225806,     False
P10,        2014-06-01, 49.12903225806,     False
P11,        2014-06-01, 24.03333333333,     False
"""
# 9/10, x 9/10, x 8/9, x 5/6 (at 29.9), x 4/5 (at 30), x 2/4: at each end, those left of those followed just before it
SURVIVAL = {12: 0.9, 18: 0.81, 24: 0.72, 30: 0.48, 36: 0.24}
RENEWED = ["A1", "C1", "E1", "I1", "J1", "K1"]  # J1 and K1 tacitly
NOT_RENEWED = [
    "A2",
    "B1",
    "C2",
    "D1",
    "E2",
    "F1",
    "F2",
    "G1",
]  # the terms of D2, H1, I2 are not known yet


def read_table(text: str, **options) -> pd.DataFrame:
    """A table written with commas and spaces."""
    return pd.read_csv(io.StringIO(text.strip()), skipinitialspace=True, **options)


def agreements() -> pd.DataFrame:
    """The table `agreements`, of one entity.

    >>> len(agreements()), agreements()["partner_id"].nunique()
    (17, 11)
    """
    dates = ["start", "planned_end", "end"]
    table = read_table(AGREEMENTS, parse_dates=dates, dtype={"end_reason": "str"})
    return table.assign(entity="Direction", signed_on=table["start"], level="local")


def last_signs() -> pd.Series:
    """The last sign of life of each agreement, by row of `agreements`."""
    return pd.to_datetime(agreements()["agreement_id"].map(LAST_SIGNS))


def windows() -> pd.DataFrame:
    """From when to when the source of the entity sees."""
    return pd.DataFrame({"entity": ["Direction"], "first": [FIRST_SEEN], "last": [DAY]})


def relations() -> pd.DataFrame:
    """The true relations, followed to the settled day.

    >>> relations()["ended"].sum()
    np.int64(7)
    """
    return read_table(RELATIONS, parse_dates=["start"])
