"""Each entity of the programme under one name, however its rows write it."""

import pandas as pd

from analysis import parse
from analysis.clean.rows import Tables
from analysis.linkage import partner_matching


def with_one_name_per_entity(by_table: Tables) -> Tables:
    """The tables, those with entities bearing the name that most rows write: another case, accent or
    mark opens no new entity.

    >>> rows = pd.DataFrame({"entity": ["Siège", "siege", "Siège", "DIRECTION EST"]})
    >>> with_one_name_per_entity({"agreements": rows})["agreements"]["entity"].tolist()
    ['Siège', 'Siège', 'Siège', 'DIRECTION EST']
    """
    with_entity = {table: rows for table, rows in by_table.items() if "entity" in rows}
    if not with_entity:
        return by_table
    written = pd.concat([rows["entity"] for rows in with_entity.values()], ignore_index=True)
    counts = written.value_counts().rename_axis("name").rename("times").reset_index()
    counts["folded"] = partner_matching.normalised(counts["name"])
    order = ["folded", "times", "name"]
    counts = counts.sort_values(order, ascending=[True, False, True]).dropna()
    usual_names = counts.drop_duplicates("folded").set_index("folded")["name"]
    named = {
        table: rows.assign(entity=_usual(rows["entity"], usual_names))
        for table, rows in with_entity.items()
    }
    return by_table | named


def _usual(entities: pd.Series, usual_names: pd.Series) -> pd.Series:
    folded = parse.once_each(partner_matching.normalised, entities)
    return folded.map(usual_names).astype("str").fillna(entities)
