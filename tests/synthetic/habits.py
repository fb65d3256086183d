"""How the offices whose writing follows from their table write it; the mess that is planted is told in reference/offices.toml."""

import numpy as np
import pandas as pd

from analysis.declare.schema import reference
from synthetic.process import DAY
from synthetic.sheets import Sheet, day, distinct, number
from synthetic.wording import texts


def _month(date: pd.Timestamp) -> str:
    return f"{texts('month')[date.month - 1]} {date.year}"


def partners(sheet: Sheet, twins: dict[str, str]) -> None:
    """The file of partners; `twins` gives the second code under which some were entered again."""
    table, cells, known = sheet.truth, sheet.cells, sheet.known
    known["twin"], known["zero"] = (
        table["partner_id"].map(twins),
        table["siret"].str.startswith("0", na=False),
    )
    known["plain"] = (
        table["siret"].notna() & table["siren"].notna() & ~known["zero"] & known["twin"].isna()
    )
    spaces = lambda text: f"{text[:3]} {text[3:6]} {text[6:9]} {text[9:]}"
    known["spaced"] = sheet.sometimes("siret", 0.3, table["siret"].notna(), spaces)
    cells["created_on"] = day(table["created_on"], "%Y")
    cells["staff_fte"] = distinct(table["staff_fte"], lambda fte: number(fte, 1))
    places = reference("departments").set_index("department")
    former, cells["region_code"] = (
        table["department"].map(places[name]).astype(object)
        for name in ("former_region", "region_code")
    )
    known["old"] = (sheet.rng.random(len(table)) < 0.4) & (former != table["region"]).to_numpy()
    cells["region"] = cells["region"].where(~known["old"], former)
    sheet.sometimes("department", 0.3, table["department"].notna(), lambda code: code.lstrip("0"))
    cells["notes_again"] = None


def agreements(sheet: Sheet, twins: dict[str, str], region: pd.Series, typed: bool) -> None:
    """The agreements in four habits of writing; `region` (by partner) says in which workbook each stands."""
    table, cells, known = sheet.truth, sheet.cells, sheet.known
    national = (table["level"] == "national").to_numpy()
    cells["book"] = table["partner_id"].map(region).astype(object).where(~national, "")
    habit = np.where(national, 0, (pd.factorize(cells["book"], sort=True)[0] - 1) % 4)
    known["habit"] = cells["habit"] = habit
    any_of = lambda *forms: pd.Series(
        np.choose(habit, [form.to_numpy(dtype=object) for form in forms]), index=table.index
    )
    renewed = table["partner_id"].isin(list(twins)) & (
        table["start"] > table.groupby("partner_id")["start"].transform("min")
    )
    cells["partner_id"] = cells["partner_id"].where(
        ~renewed, table["partner_id"].map(twins).astype(object)
    )
    serial = lambda date: (date - pd.Timestamp("1899-12-30")).days  # as a spreadsheet holds it
    for name in ("signed_on", "start", "planned_end", "end"):
        date = table[name]
        first = date.astype(object).where(date.notna(), None) if typed else day(date, "%Y-%m-%d")
        cells[name] = any_of(first, day(date), distinct(date, serial), day(date, "%d/%m/%y"))
    amount, long = table["planned_amount_eur"], lambda euros: number(euros, 2, " ")
    forms = (lambda euros: long(euros) + " €", lambda euros: number(euros / 1000, 1) + " k€", long)
    cells["planned_amount_eur"] = any_of(amount, *(distinct(amount, form) for form in forms))
    first = (table["start"].dt.day == 1).to_numpy() & (habit == 3)
    known["by_month"] = months = sheet.sometimes("start", 0.6, first, _month)
    first &= table["start"].dt.month.isin([7, 10]).to_numpy() & ~months
    known["by_quarter"] = sheet.sometimes(
        "start", 0.4, first, lambda date: f"T{date.quarter} {date.year}"
    )
    going = table["end"].isna() & (table["status_as_given"] == "en cours")
    known["open_end"] = going.to_numpy() & (sheet.rng.random(len(table)) < 0.4)
    ways = np.array(["en cours", "31/12/9999", "-"], dtype=object)[
        sheet.rng.integers(0, 3, len(table))
    ]
    cells["end"] = cells["end"].where(~known["open_end"], pd.Series(ways, index=table.index))
    known["late"], known["long"] = (
        table["start"] > pd.Timestamp(DAY),
        (table["planned_end"] - table["start"]).dt.days > 700,
    )
    for days in (-40, 60, 240):
        known[f"start{days:+}"] = day(table["start"] + pd.Timedelta(days=days))


def contributions(sheet: Sheet, apart: bool) -> None:
    """Contributions; purchases are in k€ where they go on a page `apart`."""
    value = sheet.truth["value_eur"]
    sheet.known["bought"] = (sheet.truth["kind"] == "purchases") & apart
    sheet.cells["value_eur"] = value.where(~sheet.known["bought"], (value / 1000).round(5)).astype(
        object
    )


def events(sheet: Sheet) -> None:
    """The diary of events, with dates as precise as people remember them."""
    for precision, write in (("month", _month), ("year", lambda date: str(date.year))):
        sheet.sometimes("date", 1, sheet.truth["date_precision"] == precision, write)


def projects(sheet: Sheet) -> None:
    """Project sheets; thousands of beneficiaries are written with a point."""
    sheet.cells["beneficiaries"] = distinct(
        sheet.truth["beneficiaries"], lambda many: number(many, 0, ".")
    )
