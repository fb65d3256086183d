"""The forms of dates: what numbers stand in a text, and with which precision it tells a date."""

import numpy as np
import pandas as pd

from analysis.parse.column import extracted, matching
from analysis.parse.month_names import ENDINGS_OF_MONTHS, MONTHS, NAMES_OF_MONTHS
from analysis.parse.parts_of_a_year import FORMS_OF_PARTS, parts_in_figures

_NAME = rf"(?P<name>{NAMES_OF_MONTHS})(?:{ENDINGS_OF_MONTHS})?\.?"
_Y, _YY = r"(?P<y>[1-9][0-9]{3})", r"(?P<y>[1-9][0-9]{3}|[0-9]{2})"
_M, _D, _OF = r"(?P<m>0?[1-9]|1[0-2])", r"(?P<d>[0-9]{1,2})", r"(?:(?:de|del|of) )?"
BETWEEN_NUMBERS = r"(?:[-/.] ?| )"  # numbers of a date; "12/ 5/2017" pads a day of one figure
# Form -> precision; each is tried on what the forms before it could not read.
_FORMS_IN_FIGURES = {
    rf"^{_Y}{BETWEEN_NUMBERS}(?P<m>[0-9]{{1,2}}){BETWEEN_NUMBERS}{_D}\.?$": "day",
    rf"^(?P<a>[0-9]{{1,2}}){BETWEEN_NUMBERS}(?P<b>[0-9]{{1,2}}){BETWEEN_NUMBERS}{_YY}$": "day",
    rf"^{_Y}\.?$": "year",
    r"^(?P<y>[12][0-9]{3}|9999)(?P<m>[0-9]{2})(?P<d>[0-9]{2})$": "day",
    rf"^{_M}[-/.]{_Y}$": "month",
    rf"^{_Y}[-/]{_M}$": "month",
    rf"^{_Y} ?[-/_] ?(?P<next>[1-9][0-9]{{3}}|[0-9]{{2}})$": "year",
    r"^(?P<serial>[2-7][0-9]{4})(?:[.,][0-9]+)?$": "day",
}
_FORMS_WITH_LETTERS = {
    rf"^{_D}(?:er|st|nd|rd|th|\.?[oº°])?[-/. ]*{_OF}{_NAME}[-/., ]*{_OF}{_YY}$": "day",
    rf"^{_NAME} ?{_D}(?:st|nd|rd|th)?,? {_Y}$": "day",
    rf"^{_NAME}[-/. ]*{_OF}{_YY}$": "month",
    r"^[fa]y[ '’]*(?P<y>[0-9]{2})$": "year",
    r"^[fa]y[ '’]*(?P<y>[0-9]{2}) ?[-/] ?(?P<next>[0-9]{2})$": "year",
}
_FORMS_WITH_LETTERS |= FORMS_OF_PARTS
_NO_FIELD = {"y": -1, "m": 1, "d": 1, "a": -1, "b": 0, "q": 0, "h": 0, "next": 0, "serial": 0}


def numbers_of_dates(plain: pd.Series) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The numbers that stand in dates, by their forms, and the precision of each form (blank: no
    date).
    """
    fields = {name: np.full(len(plain), number) for name, number in _NO_FIELD.items()}
    precision = np.full(len(plain), "", dtype=object)
    of_figures = matching(plain, "[0-9]")
    with_letters = of_figures & matching(plain, "[a-z]")
    for are_of_kind, forms in (
        (of_figures & ~with_letters, _FORMS_IN_FIGURES),
        (with_letters, _FORMS_WITH_LETTERS),
    ):
        places = np.flatnonzero(are_of_kind)  # of what no form has read yet
        unread = plain.iloc[places]
        for form, name in forms.items():
            if unread.empty:
                break
            is_read = matching(unread, form)
            if not is_read.any():
                continue
            parts = _figures(extracted(unread[is_read], form))
            for field, numbers in parts.items():
                fields[field][places[is_read]] = numbers
            precision[places[is_read]] = name
            unread, places = unread[~is_read], places[~is_read]
    return fields, precision


def _figures(parts: pd.DataFrame) -> dict[str, np.ndarray]:
    """The fields of dates, where names of months and numbers of parts of a year may be words."""
    if "name" in parts:
        parts = parts.assign(m=parts.pop("name").map(MONTHS))
    texts = parts_in_figures(parts)
    return {field: texts[field].to_numpy(dtype=object).astype(np.int64) for field in texts}


def order_shown(fields: dict[str, np.ndarray], usual: str) -> str:
    """Whether day or month stands first: as those dates show that can be read in one way only."""
    left, right = fields["a"], fields["b"]
    left_may_be_month, right_may_be_month = (left >= 0) & (left <= 12), right <= 12
    left_is_day, right_is_day = (left >= 13) & (left <= 31), (right >= 13) & (right <= 31)
    month_first = (left_may_be_month & right_is_day).any()
    day_first = (left_is_day & right_may_be_month).any()
    return {(True, False): "month", (False, False): usual}.get((month_first, day_first), "day")
