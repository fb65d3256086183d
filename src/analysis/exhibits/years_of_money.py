"""Which years of money are told: over, or the only one so far."""

import pandas as pd


def last_year_over(study) -> int:
    """The last year that is over on the day."""
    return study.day.year - (not study.day.is_year_end)


def year_told(study, funding: pd.DataFrame) -> float | None:
    """The last year over in which half of the entities gave."""
    over = funding[funding["year"] <= last_year_over(study)]
    giving = over.groupby("year")["entity"].nunique()
    if giving.empty:
        return study.day.year if (funding["year"] == study.day.year).any() else None
    return giving.index[giving >= giving.max() / 2].max()


def stage_drawn(every: pd.DataFrame) -> str | None:
    """What was paid where payments are known, else the most frequent stage."""
    if (every["stage"] == "paid").any():
        return "paid"
    return every["stage"].mode().get(0)


def last_year_drawn(study, every: pd.DataFrame) -> int:
    """The last year over with known quantities, else that of the day."""
    over = last_year_over(study)
    known = every[(every["stage"] == stage_drawn(every)) & every["quantity"].notna()]
    return over if (known["year"] <= over).any() else study.day.year


def rows_drawn(study, every: pd.DataFrame) -> pd.DataFrame:
    """What F18 draws: known quantities of one stage in full years."""
    is_drawn = every["stage"] == stage_drawn(every)
    is_drawn &= every["year"] <= last_year_drawn(study, every)
    return every[is_drawn & every["quantity"].notna()]
