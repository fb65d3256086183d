"""The programme as its teams export it: a dozen files in as many habits, with the truth of what was planted beside them.

`truth/planted.csv` lists what was planted (source, line, column, rule of METHOD, as written, as it should read; no line:
the whole file), `truth/truth.json` holds what the tables were drawn from. Nothing of `truth/` is a source of the study.
"""

import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.article import workbook_export
from analysis.declare import schema
from analysis.report import result_cache
from synthetic import files, habits
from synthetic.relations import DAY, OBSERVED_FROM, random
from synthetic.sheet import Sheet
from synthetic.wording import REFERENCE

LARGE = 5_000  # relations beyond which every long table is one CSV: cell by cell, workbooks take minutes
STAMP = "Données de démonstration : aucune valeur n'est un résultat du programme"
OTHER_HEADERS = {  # where no label or alias of the declaration is written
    "region_code": "Code région",
    "notes": "Observations",
    "notes_again": "Observations",
    "partners.partner_id": " Code partenaire ",
    "partners.name": "Raison  sociale",
}
PLANTED = ["source", "line", "column", "rule", "original", "clean"]


def write(
    tables: dict[str, pd.DataFrame], truth: dict, out: Path, seed: int, *, part: int = 0
) -> None:
    """All exports of a programme under `out`; `part` > 0 adds partners and agreements to a large one that stands there."""
    large = part > 0 or truth["relations"] > LARGE
    offices = tomllib.loads((REFERENCE / "offices.toml").read_text(encoding="utf-8"))
    whole_files = offices.pop("whole")
    second_codes = partners_entered_twice(tables, random(seed, f"twins {part}"))
    region = tables["partners"].set_index("partner_id")["region"]
    given = {
        "partners": (second_codes,),
        "agreements": (second_codes, region, not large),
        "contributions": (not large,),
    }
    planted = []
    for name in list(offices)[: 2 if part else None]:
        sheet = Sheet(name, tables[name], random(seed, f"write {name} {part}"))
        if hasattr(habits, name):
            getattr(habits, name)(sheet, *given.get(name, ()))
        sheet.plant_all(offices[name].get("mess", []))
        planted += write_sheet(sheet, offices[name], out, large, append=part > 0)
    (out / "truth").mkdir(exist_ok=True)
    text = json.dumps(truth, indent=1, ensure_ascii=False) + "\n"
    (out / "truth/truth.json").write_text(text, encoding="utf-8")
    if part == 0:
        for source, rule, what in whole_files:
            if not large or source.endswith(".csv"):
                planted.append((source, "", "", rule, what, ""))
        rows = pd.DataFrame(planted, columns=PLANTED).astype("str")
        files.write_csv(out / "truth/planted.csv", rows, delimiter=",", encoding="utf-8")
        (out / "study.toml").write_text(study_toml(offices, large), encoding="utf-8")


def partners_entered_twice(tables: dict[str, pd.DataFrame], rng) -> dict[str, str]:
    """Partners that were entered twice (code -> second code): identified ones with several agreements of one entity."""
    partners = tables["partners"]
    signed = tables["agreements"].groupby("partner_id")["entity"].agg(["size", "nunique"])
    several = signed[(signed["size"] >= 2) & (signed["nunique"] == 1)].index
    identified = partners["siren"].notna() & partners["siret"].notna()
    is_local = ~partners["is_network"].fillna(False)
    codes = partners.loc[identified & is_local, "partner_id"]
    drawn = rng.permutation(several.intersection(codes).to_numpy(dtype=object))[:8]
    return {code: f"P9{number:04d}" for number, code in enumerate(sorted(drawn))}


def write_sheet(sheet: Sheet, office: dict, out: Path, large: bool, append: bool) -> list[tuple]:
    """The files of a table in the manner of its office; what was planted in them, by line."""
    if sheet.table == "answers":
        return _write_waves(sheet, office, out, large)
    if sheet.table == "agreements" and not large:
        return _write_regions(sheet, office, out)
    if sheet.table == "contributions" and not large:
        return _write_contributions(sheet, out)
    file = office["file" if large or "book" not in office else "book"]
    cells = with_headers(sheet, office.get("headers", 1), every=large)
    return _write_file(sheet, cells, office, out / file, file, append=append)


def with_headers(sheet: Sheet, habit: int, every: bool = False) -> pd.DataFrame:
    """The cells under the headers of this office: of the label and the aliases in the declaration, the one that it is used to.

    `every` column of the table is there, blank or not: what is added to a file stands under its header.
    """
    headers = {}
    for name, column in schema.columns(sheet.table).items():
        known = (column.label_fr, *column.aliases)
        header = known[habit] if habit < len(known) else known[0]
        headers[name] = header[0].upper() + header[1:]
    for name, header in OTHER_HEADERS.items():
        table, _, column = name.rpartition(".")
        if table in ("", sheet.table):
            headers[column] = header
    columns = [name for name in headers if name in sheet.cells]
    if every:
        declared = [name for name in sheet.clean if not name.endswith("_precision")]
        columns = [name for name in headers if name in sheet.cells or name in declared]
    cells = sheet.cells.reindex(columns=columns)
    return cells.set_axis([headers[name] for name in columns], axis=1)


def _write_file(
    sheet, cells, office, path, source, *, titles=None, page="", merged=(), append=False
) -> list[tuple]:
    """Cells as one file, CSV or workbook by its name; what was planted in them, by line."""
    if path.suffix == ".xlsx" and titles is None:
        titles = [[STAMP], []]
    titles = titles or []
    if path.suffix in (".ods", ".xlsx"):
        book = {page or path.stem: [*titles, list(cells.columns), *row_lists(cells)]}
        if path.suffix == ".ods":
            files.write_ods(path, book)
        else:
            workbook_export.write_workbook(path, book, dict.fromkeys(book, merged))
    else:
        manner = {name: office[name] for name in ("delimiter", "encoding", "bom") if name in office}
        files.write_csv(path, cells, **({"encoding": "utf-8"} | manner), append=append)
    line_of = {row: line for line, row in enumerate(cells.index, len(titles) + 2)}
    return sheet.planted_lines(source, line_of)


def row_lists(cells: pd.DataFrame) -> list[list]:
    """Rows as lists, blanks as None."""
    return cells.astype(object).where(cells.notna(), None).values.tolist()


def _write_waves(sheet: Sheet, office: dict, out: Path, large: bool) -> list[tuple]:
    """One export per wave, as survey platforms write."""
    planted, cells = [], with_headers(sheet, office["headers"], every=large)
    for wave, rows in sheet.cells.groupby("wave").groups.items():
        file = office["file"].replace("*", wave)
        planted += _write_file(sheet, cells.loc[rows], office, out / file, file)
    return planted


def _write_regions(sheet: Sheet, office: dict, out: Path) -> list[tuple]:
    """One workbook of agreements per region and a national one, each with its own headers, half of them with titles."""
    planted = []
    for region, rows in sheet.cells.groupby("book").groups.items():
        habit = int(sheet.cells.at[rows[0], "habit"])
        title = f"Conventions de partenariat — {region or 'réseaux nationaux'}"
        titles = [[title], [STAMP], []] if habit in (0, 3) else []
        file = f"conventions/{result_cache.place_name(region)}.xlsx"
        planted += _write_file(
            sheet,
            with_headers(sheet, habit).loc[rows],
            office,
            out / (file := file if region else "conventions_nationales.xlsx"),
            file,
            titles=titles,
            page="Conventions",
            merged=["A1:H1"] if titles else [],
        )
    return planted


def _write_contributions(sheet: Sheet, out: Path) -> list[tuple]:
    """Two pages: contributions in euros by year with subtotals under a two-line merged header, purchases in k€ with a total."""
    cells, years = with_headers(sheet, 0), sheet.clean["year"].to_numpy()
    is_bought = sheet.known["bought"].to_numpy()
    amount = sheet.clean["value_eur"].to_numpy(dtype=float)
    width, value_at = len(cells.columns), cells.columns.get_loc("Valeur (€)")

    def total_row(label: str | None, total: float) -> list:
        row = [label, *[None] * (width - 1)]
        row[value_at] = round(float(total), 5)
        return row

    blocks = ["Identification", None, None, None, "Apport", *[None] * (width - 6), "Suivi"]
    page = [["Contributions de chaque partie, par exercice"], [STAMP], [], blocks]
    page.append(list(cells.columns))
    source, planted, line_of = "contributions.xlsx#Contributions", [], {}
    for year in np.unique(years):
        rows = np.flatnonzero((years == year) & ~is_bought)
        line_of |= {row: len(page) + place for place, row in enumerate(rows.tolist(), 1)}
        right = amount[rows].sum()
        written = right + 100 * (year == 2015)  # one subtotal is wrong
        page += [*row_lists(cells.iloc[rows]), total_row(f"Sous-total {year}", written)]
        if year == 2015:
            cell = str(page[-1][value_at])
            planted.append((source, len(page), "value_eur", "M18", cell, f"{right:.2f}"))
    page.append(total_row(None, amount[~is_bought].sum()))
    about = "grand total without a label"
    planted.append((source, len(page), "value_eur", "M17", str(page[-1][value_at]), about))
    note = "Les jours de compétences sont valorisés au forfait de 350 € ; les locaux au loyer de marché."
    page += [[], [note]]
    bought = cells.loc[sheet.clean.index[is_bought]]
    headers = list(cells.columns.str.replace("Valeur (€)", "Valeur en k€"))
    purchases = [
        ["Achats du Groupe auprès des partenaires (en k€)"],
        [],
        headers,
        *row_lists(bought),
    ]
    purchases.append(total_row("TOTAL GÉNÉRAL", amount[is_bought].sum() / 1000))
    book = {"Contributions": page, "Achats": purchases}
    merged = {"Contributions": ["A1:H1", "A4:D4", "E4:I4"], "Achats": ["A1:H1"]}
    workbook_export.write_workbook(out / "contributions.xlsx", book, merged)
    planted += sheet.planted_lines(source, line_of)
    line_of = {row: line for line, row in enumerate(bought.index, 4)}
    return planted + sheet.planted_lines("contributions.xlsx#Achats", line_of)


def study_toml(offices: dict, large: bool) -> str:
    """study.toml: which file is which; whole tables first, then the survey, then tables of several files or pages."""
    whole, survey, several = [], [], []
    for name, office in offices.items():
        file = office["file" if large or "book" not in office else "book"]
        if "sources" in office and not large:
            several += [(files_, name, more) for files_, more in office["sources"]]
        else:
            (survey if name == "answers" else whole).append((file, name, ""))
    sources = [
        f'\n[[source]]\nfiles = "{file}"\ntable = "{name}"\n{more}'
        for file, name, more in (*whole, *survey, *several)
    ]
    return (
        "# Drawn, not observed; written by tests/synthetic. The folder truth/ is no source.\n[study]\n"
        'name = "demo"\ntitle = "Étude d\'impact de l\'alliance (données de démonstration)"\n'
        f"day = {DAY}\nsynthetic = true\nobserved_from = {OBSERVED_FROM}\nobserved_to = {DAY}\n"
    ) + "".join(sources)
