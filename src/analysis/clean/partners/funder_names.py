"""Each funder under one name, however its rows write it."""

import pandas as pd

from analysis import parse
from analysis.clean.records.rows import column
from analysis.linkage import partner_matching


def with_one_name_per_funder(rows: pd.DataFrame) -> pd.DataFrame:
    """The funder's name as most write it: a slip or a changed capital opens no new entity."""
    if rows["funder"].nunique() < 2:
        return rows
    written = rows["funder"].astype("category")
    names = pd.DataFrame({"name": written.cat.categories})
    names["folded"] = partner_matching.normalised(names["name"])
    folded = written.cat.codes.map(names["folded"])
    siren = parse.once_each(lambda ids: parse.siren(ids)[0], column(rows, "funder_id"))
    # One name may stand with and without its identifier: what bears the name bears the identifier,
    # if it is but one.
    siren_of_name = folded.map(partner_matching.alone(folded, siren)).astype("str")
    siren = siren.fillna(siren_of_name).astype("str")
    same = siren.fillna(folded)
    counts = pd.DataFrame({"same": same, "name": rows["funder"]}).value_counts().rename("times")
    counts = counts.reset_index().sort_values(
        ["same", "times", "name"], ascending=[True, False, True]
    )
    usual = counts.drop_duplicates("same").set_index("same")["name"]
    rows["funder"] = same.map(usual).astype("str").where(rows["funder"].notna())
    return rows
