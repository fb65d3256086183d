"""Recipients of one name in several places, told apart where study.toml says that they are several."""

import pandas as pd

from analysis.clean.records.rows import column
from analysis.linkage import partner_matching


def with_places(rows: pd.DataFrame) -> pd.Series:
    """The names of the recipients, with their place where rows without an identifier that bear one
    name stand in several.

    >>> rows = pd.DataFrame({"recipient": ["Judo", "Judo", "Solo"], "~place": ["Rezé", "Nantes", "Rezé"]}, dtype="str")
    >>> with_places(rows.assign(identifier=pd.Series([None] * 3, dtype="str"))).tolist()
    ['Judo (Rezé)', 'Judo (Nantes)', 'Solo']
    """
    if "~place" not in rows:
        return rows["recipient"]
    place = column(rows, "~place").where(rows["identifier"].isna())
    name = partner_matching.normalised(rows["recipient"])
    count = partner_matching.normalised(place).groupby(name).transform("nunique")
    is_several = (count > 1).to_numpy(bool) & place.notna()
    return rows["recipient"].mask(is_several, rows["recipient"] + " (" + place + ")")
