"""What was given, which years of it are told (over, or the only one so far), and amounts by name.

F10P tells shares of amounts that F18 tells. Shares of two days give by how much an amount moved:
they are hidden with it.
"""

import pandas as pd

from analysis.article.exhibit_words import ExhibitWords
from analysis.indicators import contributions
from analysis.study.once import once
from analysis.study.planned_amounts import tells_planned_amounts
from analysis.text.facts import Count, Fact


def given(study, words: ExhibitWords) -> pd.DataFrame:
    """Money given up to the day, by contribution and programme (`money_given`), or the words that
    say that no amount is known.
    """
    money = money_given(study)
    words.refuse_if(money.empty, "no_amount")
    return money


def money_given(study) -> pd.DataFrame:
    """Money given up to the day, by contribution and programme: what was paid where payments are
    known, what agreements plan where nothing else is.
    """
    rows = study.resources
    is_money = (rows["direction"] == "to partner") & (rows["kind"] == "cash")
    rows = rows[is_money & rows["value_eur"].notna()]
    is_paid = rows["stage"] == "paid"
    rows = rows[is_paid] if is_paid.any() else rows
    numbers = rows["agreement_id"]
    money = study.beside(numbers, "agreements", "partner_id", "entity", "programme")
    region = study.beside(money["partner_id"], "partners", "region")["region"]
    columns = {
        "agreement_id": numbers.array,
        "region": region.array,
        "year": rows["year"].array.astype(float),
        "amount": rows["value_eur"].array.astype(float),
        "stage": rows["stage"].array,
    }
    money = money.reset_index(drop=True).assign(**columns)
    money = contributions.by_programme_of_lines(money, study.raw("programmes"))
    return money.drop(columns="agreement_id")


def last_year_over(study) -> int:
    """The last year that is over on the day."""
    return study.day.year - (not study.day.is_year_end)


def year_told(study, funding: pd.DataFrame) -> float | None:
    """The last year that is over and in which at least half of the entities gave; where none is
    over, the year of the day as far as it has come.
    """
    over = funding[funding["year"] <= last_year_over(study)]
    giving = over.groupby("year")["entity"].nunique()
    if giving.empty:
        if (funding["year"] == study.day.year).any():
            return study.day.year
        return None
    return giving.index[giving >= giving.max() / 2].max()


def stage_drawn(every: pd.DataFrame) -> str | None:
    """What was paid where payments are known, else the most frequent stage (None: none is told)."""
    if (every["stage"] == "paid").any():
        return "paid"
    return every["stage"].mode().get(0)


def is_of_stage(every: pd.DataFrame, stage: str | None) -> pd.Series:
    """Whether each row is of a stage; of None, whether none is told of it."""
    if stage is None:
        return every["stage"].isna()
    return every["stage"].eq(stage).fillna(False)


def stage_facts(study, stage: str | None) -> dict[str, bool]:
    """What amounts of a stage are: paid, promised, or what agreements plan; none of these where no
    stage is told.
    """
    is_planned = tells_planned_amounts(study)
    return {
        "paid": stage == "paid",
        "planned": is_planned,
        "promised": stage == "committed" and not is_planned and not study.is_grants,
    }


def last_year_drawn(study, every: pd.DataFrame) -> int:
    """The last year that is over; where nothing of known quantity is of one, that of the day."""
    over = last_year_over(study)
    of_stage = every[is_of_stage(every, stage_drawn(every)) & every["quantity"].notna()]
    if (of_stage["year"] <= over).any():
        return over
    return study.day.year


def contributions_of_no_agreement(study) -> int:
    """How many contributions are under an agreement that was refused, or that no source lists."""
    if tells_planned_amounts(study):
        return 0
    return len(study.contributions) - len(study.resources)


def rows_drawn(study, every: pd.DataFrame) -> pd.DataFrame:
    """What F18 draws: known quantities of one stage, in full years, or in the only one so far."""
    is_drawn = is_of_stage(every, stage_drawn(every))
    is_drawn &= every["year"] <= last_year_drawn(study, every)
    return every[is_drawn & every["quantity"].notna()]


def year_of_sums(study, drawn: pd.DataFrame) -> int:
    """Of the rows that F18 draws, the year that F10P and the brief tell too; the last one where they
    tell none of these.
    """
    year = year_told(study, money_given(study))
    if drawn["year"].eq(year).any():
        return int(year)
    return int(drawn["year"].max())


@once
def without_amount(study) -> pd.Series:
    """How many grants of a list bear no amount that counts, by year of their start: it is not
    stated, not legible, or in another currency than most. Empty where payments are known, which
    tell what was given.

    Such grants have no contribution: no sum, and no count of contributions, sees them.
    """
    agreements, contributions = study.agreements, study.contributions
    if not study.is_grants or (contributions["stage"] == "paid").any():
        return pd.Series(dtype="int64")
    is_silent = agreements["planned_amount_eur"].isna()
    is_silent &= ~agreements["agreement_id"].isin(contributions["agreement_id"])
    return agreements.loc[is_silent, "start"].dt.year.value_counts()


def year_facts(study, year: float) -> dict[str, Fact]:
    """Whether a year is not over on the day, and how many of its grants bear no amount."""
    return {
        "open_year": bool(year > last_year_over(study)),
        "without_amount": Count(int(without_amount(study).get(year, 0))),
    }


def amounts_known(study, money_by_year: pd.DataFrame) -> pd.DataFrame:
    """Of how many grants or payments of each year the amount is `known`, of how many `unknown`, and
    the `share` known, by year; `money_by_year` as `strength.money_by_year` gives it.
    """
    years = money_by_year.set_index("year")
    silent = without_amount(study).reindex(years.index, fill_value=0)
    known = years["rows"] - years["unknown"]
    unknown = (years["unknown"] + silent).astype("int64")
    return pd.DataFrame({"known": known, "unknown": unknown, "share": known / (known + unknown)})


def amount_name(year: float | str) -> str:
    """The name under which the money given to partners in a year is stated.

    >>> amount_name(2017.0)
    'amount.2017'
    """
    return f"amount.{int(year)}"


def amount_rows(brought: pd.DataFrame) -> dict[int, str]:
    """The rows of `strength.brought` that are money of a year, by name."""
    is_money = (brought["direction"] == "to partner") & (brought["kind"] == "cash")
    money = brought[is_money & (brought["unit"] == contributions.UNIT_OF_MONEY)]
    paid = money[money["stage"] == "paid"]
    rows = money if paid.empty else paid
    return {row: amount_name(year) for row, year in rows["year"].dropna().items()}


def shares_of_amounts(years: pd.Series, own_year: float) -> dict[str, tuple[tuple[int, str], ...]]:
    """The cells of shares of each year's amount, by its name; none of the figure's own year.

    >>> shares_of_amounts(pd.Series(["2016", "2017"], index=[40, 41]), 2017.0)
    {'amount.2016': ((40, 'value'),), 'amount.2017': ()}
    """
    shares = {amount_name(year): ((row, "value"),) for row, year in years.items()}
    return shares | {amount_name(own_year): ()}
