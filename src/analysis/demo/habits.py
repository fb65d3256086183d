"""How each office writes its table, and the mess of METHOD that is planted in it with what it should read."""

import numpy as np
import pandas as pd

from analysis.demo.sheets import GAPS, Sheet, day, distinct, month, number, quarter, serial
from analysis.demo.wording import reference


def partners(sheet: Sheet, twins: dict[str, str]) -> Sheet:
    """The file of partners; `twins` gives the second code under which some were entered again."""
    table, cells = sheet.truth, sheet.cells
    has = {name: table[name].notna().to_numpy() for name in ("siren", "siret", "rna")}
    zero = table["siret"].str.startswith("0", na=False).to_numpy()
    twin = table["partner_id"].isin(list(twins)).to_numpy()
    plain = has["siret"] & has["siren"] & ~zero & ~twin
    place = table["department"]
    spaced = sheet.sometimes("siret", 0.3, has["siret"], lambda text: f"{text[:3]} {text[3:6]} {text[6:9]} {text[9:]}")
    cells["created_on"], cells["staff_fte"] = (
        day(table["created_on"], "%Y"),
        distinct(table["staff_fte"], lambda fte: number(fte, 1)),
    )
    places = reference("departments.csv").set_index("department")
    former = place.map(places["former_region"]).astype(object)
    old = (sheet.rng.random(len(table)) < 0.4) & (former != table["region"]).to_numpy()
    cells["region"], cells["region_code"] = cells["region"].where(~old, former), place.map(places["region_code"]).astype(object)
    sheet.sometimes("department", 0.3, place.notna(), lambda code: code.lstrip("0"))
    cells["notes_again"] = None
    sheet.notes(40)

    sheet.plant("region", "M13", 12, old)
    sheet.plant("name", "M01", 4, write=lambda name: name.encode().decode("cp1252", "replace"))
    sheet.plant("siret", "M05", 10, spaced)
    sheet.plant("siret", "M05", 8, zero, write=lambda text: text.lstrip("0"))
    sheet.plant("siret", "M05", 6, plain, write=lambda text: text + ".0")
    sheet.plant("siret", "M05", 6, plain, write=lambda text: f"{int(text):.5E}".replace(".", ","), clean="")
    sheet.plant("siret", "M05", 3, plain, write=lambda text: text[:10] + "0000.0", clean="")
    sheet.plant("siret", "M05", 4, plain, write=lambda text: text[:-1] + str((int(text[-1]) + 5) % 10), clean="")
    sheet.plant("siret", "M06", 1, ~has["siret"], write="35600000000048", clean="35600000000048")
    sheet.plant("siret", "M06", 1, ~has["siret"], write="35600000000049", clean="")
    rows = sheet.some(5, has["rna"])
    sheet.plant("siret", "M07", rows, write=table["rna"].loc[rows].tolist(), clean="")
    if "rna" in cells:
        sheet.plant("rna", "M07", 2, ~has["rna"] & ~has["siret"], write=["0671234567", "0131098765"], clean="")
    sheet.plant("siret", "M08", 5, ~has["siret"] & ~has["rna"])
    sheet.plant("department", "M11", 6, place.str.startswith("0"), write=lambda code: code.lstrip("0"))
    sheet.plant("department", "M11", 2, place == "69", write=["69M", "69D"])
    sheet.plant("department", "M11", 1, place == "2A", write="2a")
    sheet.plant("department", "M11", 3, place.str.startswith("97"))
    sheet.plant("region_code", "M12", 3, table["region"] == "Nouvelle-Aquitaine", write="75", clean="Nouvelle-Aquitaine")
    sheet.plant("staff_fte", "M21", 6, write=GAPS, clean="")
    sheet.plant("budget_band", "M21", 6, write=["NC", "-"], clean="")
    sheet.plant("name", "M28", 1, ~twin, write=lambda name: f'=HYPERLINK("http://exemple.invalid/?q=1";"{name}")')
    for form in ("<b>{}</b>", "{} <script>alert(1)</script>"):
        sheet.plant("name", "M28", 1, ~twin, write=form.format, clean=form.format)

    rows = np.flatnonzero(twin)
    again = {column: table[column].loc[rows].tolist() for column in ("siren", "siret")}
    again |= {"partner_id": table["partner_id"].loc[rows].map(twins).tolist(), "notes": None}
    shouted = table["name"].loc[rows].str.upper().str.replace("É", "E").str.replace("'", " ").tolist()
    sheet.extra(rows, "M09", "name", "same partner by its SIREN", name=shouted, **again)
    rows = sheet.some(3, table["is_network"])
    branch = {
        "partner_id": [f"P99{i:03d}" for i in range(len(rows))],
        "department": "69",
        "region": "Rhône-Alpes",
        "region_code": "84",
    }
    branch |= dict.fromkeys(("siren", "siret", "rna", "acronym")) | {"is_network": "non"}
    branch["name"] = (table["name"].loc[rows] + ", antenne du Rhône").tolist()
    sheet.extra(rows, "M09", "name", "another partner than its network", **branch)
    sheet.extra(sheet.some(5), "M20", "partner_id", "repeat")
    return sheet.finish()


def agreements(sheet: Sheet, twins: dict[str, str], region: pd.Series, typed: bool) -> Sheet:
    """The agreements in four habits of writing; `region` (by partner) says in which workbook each stands."""
    table, cells = sheet.truth, sheet.cells
    national = (table["level"] == "national").to_numpy()
    cells["book"] = table["partner_id"].map(region).astype(object).where(~national, "")
    habit = (pd.factorize(cells["book"], sort=True)[0] - 1) % 4
    habit[national] = 0
    cells["habit"] = habit
    any_of = lambda *forms: pd.Series(np.choose(habit, [form.to_numpy(dtype=object) for form in forms]), index=table.index)
    renewed = table["partner_id"].isin(list(twins)) & (table["start"] > table.groupby("partner_id")["start"].transform("min"))
    cells["partner_id"] = cells["partner_id"].where(~renewed, table["partner_id"].map(twins).astype(object))
    for name in ("signed_on", "start", "planned_end", "end"):
        date = table[name]
        first = date.astype(object).where(date.notna(), None) if typed else day(date, "%Y-%m-%d")
        cells[name] = any_of(first, day(date), serial(date), day(date, "%d/%m/%y"))
    amount = table["planned_amount_eur"]
    cells["planned_amount_eur"] = any_of(
        amount,
        distinct(amount, lambda euros: number(euros, 2, " ") + " €"),
        distinct(amount, lambda euros: number(euros / 1000, 1) + " k€"),
        distinct(amount, lambda euros: number(euros, 2, " ")),
    )
    whole_month = (table["start"].dt.day == 1).to_numpy() & (habit == 3)
    months = sheet.sometimes("start", 0.6, whole_month, month)
    quarters = sheet.sometimes("start", 0.4, whole_month & table["start"].dt.month.isin([7, 10]).to_numpy() & ~months, quarter)
    open_end = (
        table["end"].isna().to_numpy()
        & (sheet.rng.random(len(table)) < 0.4)
        & (table["status_as_given"] == "en cours").to_numpy()
    )
    ways = np.array(["en cours", "31/12/9999", "-"], dtype=object)[sheet.rng.integers(0, 3, len(table))]
    cells["end"] = cells["end"].where(~open_end, pd.Series(ways, index=table.index))
    sheet.notes(60)

    sheet.plant("start", "M04", 8, months)
    sheet.plant("start", "M04", 6, quarters)
    sheet.plant("planned_end", "M04", 6, habit == 2)
    sheet.plant("planned_end", "M04", 6, habit == 3)
    sheet.plant("signed_on", "M04", 6, habit == 1, write="30/02/2016", clean="")
    sheet.plant("end", "M22", 15, open_end, clean="")
    sheet.plant("planned_amount_eur", "M02", 6, habit == 1)
    sheet.plant("planned_amount_eur", "M19", 6, habit == 2)
    sheet.plant("planned_amount_eur", "M21", 12, write=GAPS[:3], clean="")
    sheet.plant("kinds", "M15", 8, table["kinds"].str.contains("|", regex=False))
    rows = sheet.some(10)
    strays = ["projet phare", "à définir", "divers", "action transversale"]
    sheet.plant("domains", "M16", rows, write=[f"{cells.at[row, 'domains']} ; {strays[i % 4]}" for i, row in enumerate(rows)])
    late = (table["start"] > pd.Timestamp("2018-06-27")).to_numpy()
    sheet.plant("start", "R02", 10, late)
    rows = sheet.some(15, ~national & ~late & table["contacts_group"].notna().to_numpy())
    told = {"book": "", "planned_amount_eur": amount.loc[rows].tolist()}
    sheet.extra(rows, "M20", "planned_amount_eur", "kept: the national file has precedence", **told)
    sheet.plant("planned_amount_eur", "M20", rows, write=lambda euros: number(euros + 1500))
    sheet.plant("contacts_group", "M20", rows, write=5)

    long = ((table["planned_end"] - table["start"]).dt.days > 700).to_numpy()
    rows = sheet.some(14, long & (habit == 1) & ~late)
    rider = dict.fromkeys(("previous_id", "notes", "end_reason", "signed_on")) | {
        "status_as_given": "avenant",
        "tacit_renewal": "non",
    }
    for rule, column, clean, mine, changed in (
        ("R06", "start", "overlaps its relation", rows[:6], {}),
        ("R01", "end", "end before start", rows[6:10], {"end": -40}),
        ("M04", "start", "quarantine", rows[10:], {"start": "31/06/2015"}),
    ):
        shifted = lambda days, mine=mine: day(table["start"].loc[mine] + pd.Timedelta(days=days)).tolist()
        rider |= {
            "start": shifted(60),
            "planned_end": shifted(240),
            "end": None,
            "agreement_id": [f"C9{row:05d}" for row in mine],
        }
        told = {name: shifted(value) if isinstance(value, int) else value for name, value in changed.items()}
        sheet.extra(mine, rule, column, clean, **(rider | told))
    sheet.extra(sheet.some(6, ~national), "M20", "agreement_id", "repeat")
    return sheet.finish()


def contributions(sheet: Sheet, apart: bool) -> Sheet:
    """Contributions; purchases are in k€ where they go on a page `apart`."""
    table, value = sheet.truth, sheet.truth["value_eur"]
    bought = (table["kind"] == "purchases") & apart
    sheet.cells["value_eur"] = value.where(~bought, (value / 1000).round(5)).astype(object)
    sheet.plant("value_eur", "M19", 10, bought)
    cash = (table["kind"] == "cash") & (value >= 1000)
    for space in " \u00a0\u202f":
        sheet.plant("value_eur", "M02", 3, cash, write=lambda euros, space=space: number(euros, 2, space) + " €")
    sheet.plant("value_eur", "M02", 2, cash, write=lambda euros: number(euros / 1000) + " k€")
    sheet.plant("quantity", "M21", 12, table["kind"] == "skills", write=GAPS[:3], clean="")
    return sheet.finish()


def accounts(sheet: Sheet) -> Sheet:
    """Yearly accounts in whole euros."""
    sheet.plant("months", "M25", 12, sheet.truth["months"] != 12)
    sheet.plant("revenue_total", "R12", 5, write=lambda euros: round(euros * 1.2))
    for column in ("administration", "in_kind_valued", "debts"):
        sheet.plant(column, "M21", 8, write=GAPS[:3], clean="")
    return sheet.finish()


def answers(sheet: Sheet) -> Sheet:
    """Answers of both waves, one line per person and question."""
    rows = sheet.plant("value", "M23", 40, sheet.truth["no_opinion"], write="ne se prononce pas", clean="")
    sheet.plant("no_opinion", "M23", rows, write=[None], clean="True")
    rows = sheet.some(10, ~sheet.truth["no_opinion"])
    sheet.extra(rows, "M24", "answer_id", "second answer of one person", answer_id=[f"S9{i:04d}" for i in range(len(rows))])
    return sheet.finish()


def events(sheet: Sheet) -> Sheet:
    """The diary of events, with dates as precise as people remember them."""
    precision = sheet.truth["date_precision"].to_numpy()
    sheet.sometimes("date", 1, precision == "month", month)
    sheet.sometimes("date", 1, precision == "year", lambda date: str(date.year))
    sheet.notes(24)
    sheet.plant("date", "M04", 10, precision == "month")
    sheet.plant("date", "M04", 10, precision == "year")
    rows = sheet.some(4)
    sheet.extra(rows, "M04", "date", "quarantine", event_id=[f"E9{i:04d}" for i in range(len(rows))], date="30/02/2016")
    return sheet.finish()


def projects(sheet: Sheet) -> Sheet:
    """Project sheets; thousands of beneficiaries are written with a point."""
    persons = sheet.truth["beneficiaries"]
    sheet.cells["beneficiaries"] = distinct(persons, lambda many: number(many, 0, "."))
    sheet.plant("beneficiaries", "M03", 8, persons >= 1000)
    sheet.plant("beneficiaries", "M21", 12, persons < 1000, write=GAPS, clean="")
    sheet.notes(12)
    return sheet.finish()
