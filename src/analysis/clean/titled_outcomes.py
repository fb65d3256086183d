"""Requests that were not granted as a title above them, or the name of their sheet, says."""

import re
from pathlib import PurePath

import numpy as np
import pandas as pd

from analysis import parse
from analysis.read import Block

# What such a title may begin with: "Demandes refusées", "Dossiers non retenus en 2021".
REQUESTS = re.compile(
    r"^(?:(?:liste|list) )?(?:des |of )?(?:demandes?|dossiers?|projets?|candidatures?|subventions?|aides?|requests?"
    r"|applications?|proposals?|antrage|domande|solicitudes?|aanvragen) (?:de subventions? )?"
)
REFUSALS = ("refused", "withdrawn")


def title_of_each_row(block: Block) -> pd.Series:
    """The title above each row that says its requests were refused or withdrawn; else missing.

    The last title above a row counts, else the name of its sheet, or of a file without sheets.
    """
    titles = sorted((aside.line, aside.value) for aside in block.aside if aside.rule == "title")
    file, _mark, sheet = block.source.partition("#")
    texts = [sheet or PurePath(file).stem, *(text for _line, text in titles)]
    said = np.array(list(map(says_not_granted, texts)))
    # A title that speaks of nothing of the kind ends what one before it said, but not what a sheet says.
    said[1:] |= said[0]
    above = np.searchsorted([line for line, _text in titles], block.lines)
    values = pd.Series(texts, dtype="str").where(said)
    return values.iloc[above].reset_index(drop=True)


def says_not_granted(title: str) -> bool:
    """Whether a title begins by saying that what stands below was refused or withdrawn.

    >>> [says_not_granted(title) for title in ("Demandes refusées", "Dossiers non retenus 2021", "Subventions 2021")]
    [True, True, False]
    >>> says_not_granted("Subventions accordées, hors demandes refusées")
    False
    """
    (plain,) = parse.fold(pd.Series([title.replace("_", " ").replace("-", " ")], dtype="str"))
    if not isinstance(plain, str):
        return False
    first_words = " ".join(REQUESTS.sub("", plain).split()[:2])
    (outcome,) = parse.outcomes(pd.Series([first_words], dtype="str"))[0]
    return outcome in REFUSALS
