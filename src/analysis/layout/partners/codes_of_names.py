"""Codes that stand for names: each has one name, in as many rows as are told of it."""

from collections.abc import Sequence

import pandas as pd

from analysis.declare.shares import NEARLY_ALL
from analysis.read import Block, folded


def stand_for_names(block: Block, header: str, names: Sequence[str]) -> bool:
    """Whether nearly all rows have something under a header that stands for one name each, and no
    name has two, as in a list of partners with a row for each contact of theirs. Not where names
    stand under no header, or under several.

    >>> from analysis.read import Coded
    >>> import numpy as np
    >>> def column(*texts):
    ...     codes, values = pd.factorize(np.array(texts, dtype=object))
    ...     return Coded(codes, pd.Series(values, dtype="str"))
    >>> columns = {"Code": column("P1", "P1", "P2"), "Nom": column("Emmaüs", "EMMAÜS", "Bouée")}
    >>> columns["Région"] = column("R1", "R1", "R1")
    >>> block = Block("partenaires.csv", 1, columns, np.arange(2, 5))
    >>> stand_for_names(block, "Code", ["Nom"]), stand_for_names(block, "Région", ["Nom"])
    (True, False)
    """
    if len(names) != 1 or names[0] == header or not len(block.lines):
        return False
    rows = pd.DataFrame({"code": block.columns[header].series()})
    rows["name"] = block.columns[names[0]].series().map(folded, na_action="ignore")
    pairs = rows.dropna().drop_duplicates()
    is_full = rows["code"].notna().mean() > NEARLY_ALL
    return bool(is_full and pairs["code"].is_unique and pairs["name"].is_unique)
