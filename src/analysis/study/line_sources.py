"""What the lines of fragility and strength are read from, of the tables of a cleaned folder."""

from collections.abc import Mapping

import pandas as pd

from analysis.indicators import line_measures
from analysis.study.cleaned_folder import CleanedFolder


def line_sources(
    folder: CleanedFolder, day: pd.Timestamp, conventions: Mapping[str, float]
) -> dict:
    """What the tables tell on the day; kept for one day only, being as large as they are."""
    numbers = tuple(conventions.values())

    def numbered() -> dict:
        tables = {
            name: folder.columns(name, columns) for name, columns in line_measures.READ.items()
        }
        return line_measures.numbered(tables | {"agreements": folder.chains}, conventions)

    def known() -> dict:
        tables = folder.shared("numbered", numbered, *numbers)
        return line_measures.known_on(tables, day, conventions)

    return folder.shared("line sources", known, day, *numbers, most=1)
