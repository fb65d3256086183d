"""Partners of one name: recipients in several places, told apart where study.toml says that they are
several; and cells that name a partner by what several are called, which are asked.
"""

from collections.abc import Mapping

import pandas as pd

from analysis.clean.records.rows import FAULTS, Tables, column, contradicting_cells
from analysis.clean.unclear_rows import cells_shown
from analysis.declare.faults import Fault, question_about
from analysis.linkage import partner_matching
from analysis.text.messages import say

NAMESAKES = "namesakes"  # the rule of cells that name several partners


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


def keys_by_shared_name(rows: pd.DataFrame) -> dict[str, list[str]]:
    """The SIREN, RNA or code of each partner of a name that several bear, by the name as names are
    compared; not of one that is all that a partner is known by.

    >>> keys_by_shared_name(pd.DataFrame({"partner_id": ["P1", "P2"], "name": ["Judo", "JUDO"]}))
    {'judo': ['P1', 'P2']}
    """
    name = rows["name"] if "name" in rows else rows["recipient"]
    keys = [rows[key].astype("str") for key in ("siren", "rna", "partner_id") if key in rows]
    if not keys:
        return {}
    key = keys[0]
    for other in keys[1:]:
        key = key.fillna(other)
    bearers = pd.DataFrame({"name": partner_matching.normalised(name), "key": key})
    alone = bearers.loc[bearers["key"].isna(), "name"]  # the name itself is the partner
    several = bearers.dropna().drop_duplicates().groupby("name")["key"].agg(sorted)
    return several[several.str.len().gt(1) & ~several.index.isin(alone)].to_dict()


def namesakes(by_table: Tables, same_partner: Mapping[str, str]) -> pd.DataFrame:
    """The cells (`FAULTS`) that name a partner, instead of its code, by what several of the list of
    partners are called, so that nobody could tell which is meant; with the department of each.

    >>> partners = pd.DataFrame({"partner_id": ["P1", "P2"], "name": ["Amicale", "AMICALE"]})
    >>> agreements = pd.DataFrame({"partner_id": ["P1", "Amicale"], "source": "a.csv", "line": [2, 3]})
    >>> namesakes({"partners": partners, "agreements": agreements}, {})[["line", "value"]].values.tolist()
    [[3, 'Amicale']]
    """
    cells = [pd.DataFrame(columns=FAULTS)]
    listed = by_table.get("partners", pd.DataFrame())
    if not {"partner_id", "name"} <= set(listed):
        return cells[0]
    by_code = listed.set_index("partner_id").reindex(columns=["department"])
    places = by_code["department"].dropna().to_dict()
    listed = listed[["partner_id", "name"]]
    listed = listed.assign(partner_id=listed["partner_id"].replace(dict(same_partner)))
    messages = {}
    for name, codes in keys_by_shared_name(listed).items():
        keys = [f"{code} – {places[code]}" if code in places else code for code in codes]
        messages[name] = say("clean.several_bear_it", keys=", ".join(keys))
    for table, rows in by_table.items() if messages else ():
        if table != "partners" and "partner_id" in rows:
            is_code = rows["partner_id"].isin(listed["partner_id"])
            names = partner_matching.normalised(rows["partner_id"]).mask(is_code)
            for name in sorted(messages.keys() & names):
                cells.append(
                    contradicting_cells(
                        rows, names.eq(name), "partner_id", NAMESAKES, messages[name]
                    )
                )
    return pd.concat(cells, ignore_index=True)


def questions_on_namesakes(cells: pd.DataFrame) -> list[Fault]:
    """The question which partner is meant, for each source and name that several bear."""
    return [
        question_about(source, say("layout.namesakes", cells=cells_shown(of_name), asked=message))
        for (source, message), of_name in cells.groupby(["source", "message"])
    ]
