"""What others than the team may know of the rows of the files: of no source that few were merged or
set aside.
"""

import pandas as pd

from analysis.disclosure import audiences


def may_count_by_source(study) -> bool:
    """Whether rows may be counted by source and by rule, however few: for the team."""
    return study.parameters.audience == "team"


def raw_names(study, names: pd.Series, numbers: dict[str, str]) -> pd.Series:
    """Names of raw files, which stay with the study team: elsewhere their numbers stand in their
    place.
    """
    if study.parameters.audience == "team":
        return names
    return names.map(numbers).astype("str")


def few_rows(study, count: int) -> str:
    """How many rows, as the study's audience may know it."""
    return audiences.few(count, study.parameters.audience, study.conventions)


def told_alone(study, counts: pd.DataFrame) -> pd.Series:
    """Which sources may stand in a row of their own, of these `counts` by source: all of them for
    the team; for others those of which few rows are counted stand together, with as many more as it
    takes.
    """
    audience, limits = study.parameters.audience, study.conventions
    is_told = counts.apply(lambda row: audiences.together(row, audience, limits), axis=1)
    if is_told.all():
        return is_told

    def is_enough() -> bool:
        others = counts[~is_told]
        return len(others) > 1 and audiences.together(others.sum(), audience, limits)

    by_size = counts[counts.any(axis=1)].sum(axis=1).sort_values(kind="stable")
    for source in by_size.index:
        if not is_enough():
            is_told[source] = False
    return is_told & is_enough()  # where even all are few, none stands alone
