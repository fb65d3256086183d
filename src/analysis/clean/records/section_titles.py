"""Titles of sections among the rows of a list whose totals name them: "Arts", the grants of the
arts, "Total Arts".
"""

import pandas as pd

from analysis import parse
from analysis.clean.records.rows import column

# A total, in folded text: a word for it before or behind what it is of.
_NAMED_TOTAL = (
    r"^(?:(?:grand |sous |sub ?)?(?:tota\w*|subtota\w*|sottototale|tussentotaal|zwischensumme|summe"
    r"|somme|suma|soma|summa|ensemble)"
    r"(?: (?:de la|de l|de|du|des|di|del|della|do|da|der|fur|voor|van|of|for))? (?P<after>\S.*)"
    r"|(?P<before>\S.*) (?:tota\w*|gesamt|insgesamt|summe))$"
)


def titles_of_sections(rows: pd.DataFrame, is_total: pd.Series) -> pd.Series:
    """Which rows are titles of a section: a name and nothing else, above a total of that name.

    >>> names = ["Arts", "Foyer", "Judo Club", "Totale Arts", "Sport"]
    >>> rows = pd.DataFrame({
    ...     "source": ["a.xlsx"] * 5, "line": range(5), "recipient": names,
    ...     "amount": pd.Series([None, 40.0, 2.0, 42.0, None], dtype="Float64"),
    ... })
    >>> titles_of_sections(rows, rows["recipient"].eq("Totale Arts")).tolist()
    [True, False, False, False, False]
    """
    if not is_total.any():
        return pd.Series(False, rows.index)
    titles = rows.loc[_name_alone(rows), ["source", "line", "recipient"]].reset_index()
    totals = rows.loc[is_total, ["source", "line", "recipient"]].dropna(subset="recipient")
    titles["section"] = parse.once_each(parse.fold, titles["recipient"].astype("str"))
    names = parse.once_each(parse.fold, totals["recipient"].astype("str"))
    named = names.str.extract(_NAMED_TOTAL, expand=True)
    totals["section"] = named["after"].fillna(named["before"])
    pairs = titles.merge(
        totals.dropna(subset="section"), on=["source", "section"], suffixes=("", "_of_total")
    )
    is_above = pairs["line"] < pairs["line_of_total"]
    return pd.Series(rows.index.isin(pairs.loc[is_above, "index"]), index=rows.index)


def _name_alone(rows: pd.DataFrame) -> pd.Series:
    """Which rows hold a name and nothing that would make them a grant."""
    others = ("amount", "siret", "rna", "recipient_id", "purpose", "reference", "planned_end")
    has_more = pd.concat([column(rows, name).notna() for name in others], axis=1).any(axis=1)
    has_date = column(rows, "~own_date", "boolean").fillna(False).astype(bool)
    return rows["recipient"].notna() & ~has_more & ~has_date
