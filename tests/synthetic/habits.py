"""How the offices whose writing follows from their table write it; the mess is planted by reference/offices.toml."""

import numpy as np
import pandas as pd

from analysis.declare.schema import reference
from synthetic.relations import DAY
from synthetic.sheet import Sheet, day_texts, distinct, number
from synthetic.wording import texts


def month_text(date: pd.Timestamp) -> str:
    """A month in words.

    >>> month_text(pd.Timestamp("2016-04-01"))
    'avril 2016'
    """
    return f"{texts('month')[date.month - 1]} {date.year}"


def partners(sheet: Sheet, second_codes: dict[str, str]) -> None:
    """The file of partners; `second_codes` gives the code under which some were entered again."""
    clean, cells, known = sheet.clean, sheet.cells, sheet.known
    known["twin"] = clean["partner_id"].map(second_codes)
    known["zero"] = clean["siret"].str.startswith("0", na=False)
    identified = clean["siret"].notna() & clean["siren"].notna()
    known["plain"] = identified & ~known["zero"] & known["twin"].isna()
    known["spaced"] = sheet.sometimes(
        "siret",
        0.3,
        clean["siret"].notna(),
        lambda siret: f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}",
    )
    cells["created_on"] = day_texts(clean["created_on"], "%Y")
    cells["staff_fte"] = distinct(clean["staff_fte"], lambda fte: number(fte, 1))
    places = reference("departments").set_index("department")
    cells["region_code"] = clean["department"].map(places["region_code"]).astype(object)
    former = clean["department"].map(places["former_region"]).astype(object)
    known["old"] = (sheet.rng.random(len(clean)) < 0.4) & (former != clean["region"]).to_numpy()
    cells["region"] = cells["region"].where(~known["old"], former)
    has_department = clean["department"].notna()
    sheet.sometimes("department", 0.3, has_department, lambda code: code.lstrip("0"))
    cells["notes_again"] = None


def agreements(
    sheet: Sheet, second_codes: dict[str, str], region: pd.Series, as_dates: bool
) -> None:
    """The agreements in four habits of writing; `region` (by partner) says in which workbook each stands."""
    clean, cells, known = sheet.clean, sheet.cells, sheet.known
    national = (clean["level"] == "national").to_numpy()
    cells["book"] = clean["partner_id"].map(region).astype(object).where(~national, "")
    habit = np.where(national, 0, (pd.factorize(cells["book"], sort=True)[0] - 1) % 4)
    known["habit"] = cells["habit"] = habit
    first_start = clean.groupby("partner_id")["start"].transform("min")
    is_later = clean["partner_id"].isin(list(second_codes)) & (clean["start"] > first_start)
    second_code = clean["partner_id"].map(second_codes).astype(object)
    cells["partner_id"] = cells["partner_id"].where(~is_later, second_code)
    for name in ("signed_on", "start", "planned_end", "end"):
        cells[name] = date_cells(clean[name], habit, as_dates)
    cells["planned_amount_eur"] = amount_cells(clean["planned_amount_eur"], habit)
    _partial_dates(sheet, habit)
    _open_ends(sheet)
    known["late"] = clean["start"] > pd.Timestamp(DAY)
    known["long"] = (clean["planned_end"] - clean["start"]).dt.days > 700
    known["over"] = clean["status_as_given"] == "échue"
    for days in (-40, 60, 240):
        known[f"start{days:+}"] = day_texts(clean["start"] + pd.Timedelta(days=days))
    last_day = clean["end"].fillna(clean["planned_end"])
    for days in (20, 385):
        known[f"last{days:+}"] = day_texts(last_day + pd.Timedelta(days=days))


def date_cells(dates: pd.Series, habit: np.ndarray, as_dates: bool) -> pd.Series:
    """Dates as cells of a workbook (or ISO texts), as texts, as serial numbers of a spreadsheet, with two-digit years."""
    cells = dates.astype(object).where(dates.notna(), None)
    first = cells if as_dates else day_texts(dates, "%Y-%m-%d")
    serials = distinct(dates, lambda date: (date - pd.Timestamp("1899-12-30")).days)
    return by_habit(habit, first, day_texts(dates), serials, day_texts(dates, "%d/%m/%y"))


def amount_cells(amounts: pd.Series, habit: np.ndarray) -> pd.Series:
    """Amounts as numbers, in euros with spaces, in thousands, with spaces alone."""
    euros = distinct(amounts, lambda amount: number(amount, 2, " ") + " €")
    thousands = distinct(amounts, lambda amount: number(amount / 1000, 1) + " k€")
    plain = distinct(amounts, lambda amount: number(amount, 2, " "))
    return by_habit(habit, amounts, euros, thousands, plain)


def by_habit(habit: np.ndarray, *forms: pd.Series) -> pd.Series:
    """Each cell in the form of its row's habit."""
    return pd.Series(np.choose(habit, [form.to_numpy(dtype=object) for form in forms]))


def _partial_dates(sheet: Sheet, habit: np.ndarray) -> None:
    """Some first days of months known as the month or the quarter."""
    start = sheet.clean["start"]
    is_first = (start.dt.day == 1).to_numpy() & (habit == 3)
    by_month = sheet.sometimes("start", 0.6, is_first, month_text)
    opens_quarter = is_first & ~by_month & start.dt.month.isin([1, 4, 7, 10]).to_numpy()
    by_quarter = sheet.sometimes(
        "start", 0.5, opens_quarter, lambda date: f"T{date.quarter} {date.year}"
    )
    sheet.known["by_month"], sheet.known["by_quarter"] = by_month, by_quarter


def _open_ends(sheet: Sheet) -> None:
    """Blank ends of what is running, in other words."""
    clean = sheet.clean
    running = clean["end"].isna() & (clean["status_as_given"] == "en cours")
    is_open = running.to_numpy() & (sheet.rng.random(len(clean)) < 0.4)
    words = sheet.rng.choice(np.array(["en cours", "31/12/9999", "-"], dtype=object), len(clean))
    sheet.cells["end"] = sheet.cells["end"].where(~is_open, pd.Series(words))
    sheet.known["open_end"] = is_open


def contributions(sheet: Sheet, has_own_page: bool) -> None:
    """Contributions; purchases are in k€ where they have a page of their own."""
    value = sheet.clean["value_eur"]
    is_bought = (sheet.clean["kind"] == "purchases") & has_own_page
    sheet.known["bought"] = is_bought
    sheet.cells["value_eur"] = value.where(~is_bought, (value / 1000).round(5)).astype(object)


def events(sheet: Sheet) -> None:
    """The diary of events, with dates as precise as people remember them."""
    precision = sheet.clean["date_precision"]
    sheet.sometimes("date", 1, precision == "month", month_text)
    sheet.sometimes("date", 1, precision == "year", lambda date: str(date.year))


def projects(sheet: Sheet) -> None:
    """Project sheets; thousands of beneficiaries are written with a point."""
    beneficiaries = sheet.clean["beneficiaries"]
    sheet.cells["beneficiaries"] = distinct(beneficiaries, lambda count: number(count, 0, "."))
