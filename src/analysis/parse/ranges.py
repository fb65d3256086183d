"""Ranges of years and of days, as the texts of their ends."""

import pandas as pd

from analysis.parse.column import LETTERS, extracted, matching

LONG_DASHES = "[–—→]|-+>"  # between the ends of a range, where others write "-"
_YEAR_RANGES = (  # "2015 - 2022", "2015-22"; from one financial year to another: "2019/20 à 2021/22"
    r"^(?P<first>[12][0-9]{3}) ?(?P<mark>-|_|/|a|au|to|bis) ?(?P<last>[12][0-9]{3}|1[3-9]|[2-9][0-9])$",
    r"^(?P<first>[12][0-9]{3})/[0-9]{2,4} ?(?P<mark>-|a|au|to|bis) ?(?P<last>[12][0-9]{3})/[0-9]{2,4}$",
)
_DAY_RANGE = (  # "12 jan 2014 to 31 mar 2016", "2014-01-12/2016-03-31"
    rf"^(?:du |vom |von |del? |dal |van |from )?(?P<first>\S.*?[-/. {LETTERS}][0-9]{{4}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"
    r" ?(?:-|_|/|\ba\b|\bal\b|\bau\b|\bto\b|\bbis\b|\buntil\b|\bhasta\b|\btot\b|\bt/m\b|jusqu'au) ?"
    rf"(?P<last>\S.*[-/. {LETTERS}][0-9]{{4}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})$"
)


def year_ranges(plain: pd.Series) -> pd.DataFrame:
    """The `first` and `last` year of ranges; "2017-2018" is none unless others are longer."""
    if not matching(plain, r"^[12][0-9]{3}(?:/[0-9]+)? ?(?:[-_/]|au?|to|bis) ?[0-9]").any():
        return pd.DataFrame({"first": pd.NA, "last": pd.NA}, plain.index, dtype="str")
    parts = extracted(plain, _YEAR_RANGES[0]).fillna(extracted(plain, _YEAR_RANGES[1]))
    is_short = matching(parts["last"], "^[0-9]{2}$")
    last = parts["last"].mask(is_short, parts["first"].str.slice(0, 2) + parts["last"])
    years = (last.astype("Int64") - parts["first"].astype("Int64")).fillna(0)
    is_range = years.between(2, 50)  # further apart they are no term
    if is_range.any():
        is_range |= years.eq(1) & ~is_short & parts["mark"].ne("/")
    return pd.DataFrame({"first": parts["first"], "last": last}).where(is_range.astype(bool))


def day_ranges(plain: pd.Series) -> pd.DataFrame:
    """The `first` and the `last` day of texts that are ranges of days, as texts; else missing."""
    return extracted(plain, _DAY_RANGE)
