"""The programme as its teams export it: a dozen files in as many habits, with the truth of what was planted beside them.

`truth/planted.csv` lists what was planted (source, line, column, rule of METHOD, as written, as it should read; no line:
the whole file), `truth/truth.json` holds what the tables were drawn from. Nothing of `truth/` is a source of the study.
"""

import json
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import tables as declared
from analysis import workbook
from analysis.demo import files, habits, sheets
from analysis.demo.process import DAY, OBSERVED_FROM, random

LARGE = 20_000  # relations beyond which every long table is one CSV
STAMP = "Données de démonstration : aucune valeur n'est un résultat du programme"
CSV = {  # file, delimiter, encoding, byte order mark
    "partners": ("partenaires.csv", ";", "cp1252", False),
    "agreements": ("conventions.csv", ";", "cp1252", False),
    "contributions": ("contributions.csv", ";", "utf-8", False),
    "accounts": ("comptes.csv", ";", "utf-8", False),
    "events": ("evenements.csv", ";", "cp1252", True),
    "projects": ("projets.csv", ";", "utf-8", False),
    "sites": ("sites.csv", ";", "utf-8", False),
    "support": ("accompagnement.tsv", "\t", "utf-8", False),
    "proposals": ("propositions.csv", ",", "utf-8", False),
    "votes": ("votes.csv", ",", "utf-8", False),
}
BOOKS = {"accounts": "comptes.xlsx", "sites": "sites.ods"}  # workbooks, unless the programme is large
SHORT = {"offers": "offres.ods", "items": "questionnaire.ods"}  # always workbooks
MAKERS = {"accounts": habits.accounts, "events": habits.events, "projects": habits.projects}  # others have nothing planted
APART = ("agreements", "contributions")  # tables of several files or pages
LABELS = ("answers", "contributions", "projects")  # exports whose headers are the labels of the declaration, not its aliases
WHOLE = [  # what is so throughout a file: source, rule, what
    ("partenaires.csv", "M01", "Windows-1252"),
    ("evenements.csv", "M01", "UTF-8 byte order mark before Windows-1252 bytes"),
    ("enquete_2018.csv", "M01", "UTF-8 with byte order mark"),
    ("partenaires.csv", "M02", "semicolons and decimal commas"),
    ("partenaires.csv", "M12", "region codes beside departments"),
    ("partenaires.csv", "M29", "padded header, header with two spaces, header twice"),
    ("partenaires.csv", "M30", "rows in no order"),
    ("enquete_2016.csv", "M23", "scale 1-5, then 0-10; reversed items"),
    ("contributions.xlsx#Contributions", "M17", "titles, two-line merged header, subtotals, unlabelled total, note below"),
    ("contributions.xlsx#Achats", "M19", "values in k€"),
]


def write(tables: dict[str, pd.DataFrame], truth: dict, out: Path, seed: int, *, part: int = 0) -> None:
    """All exports of a programme under `out`; `part` > 0 adds partners and agreements to a large programme that stands there."""
    large = part > 0 or truth["relations"] > LARGE
    subject = lambda name: random(seed, f"write {name} {part}")
    sheet = lambda name: sheets.Sheet(name, tables[name], subject(name))
    twins = _twins(tables, subject("twins"))
    region = tables["partners"].set_index("partner_id")["region"]
    agreements = habits.agreements(sheet("agreements"), twins, region, typed=not large)
    planted = _text(habits.partners(sheet("partners"), twins), out, part)
    planted += _text(agreements, out, part) if large else _regions(agreements, out)
    (out / "truth").mkdir(exist_ok=True)
    (out / "truth/truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if part:
        return
    contributions = habits.contributions(sheet("contributions"), apart=not large)
    planted += _text(contributions, out) if large else _contributions(contributions, out)
    planted += _survey(habits.answers(sheet("answers")), out)
    books = SHORT if large else SHORT | BOOKS
    for name in (*CSV, *SHORT):
        if name != "partners" and name not in APART:
            made = MAKERS.get(name, sheets.Sheet.finish)(sheet(name))
            planted += _book(made, out / books[name]) if name in books else _text(made, out)
    planted += [(source, "", "", rule, what, "") for source, rule, what in WHOLE if not large or source.endswith(".csv")]
    (out / "study.toml").write_text(_study(large, books), encoding="utf-8")
    columns = ["source", "line", "column", "rule", "original", "clean"]
    rows = pd.DataFrame(planted, columns=columns).astype("str")
    files.write_csv(out / "truth/planted.csv", rows, delimiter=",", encoding="utf-8")


def _twins(tables: dict[str, pd.DataFrame], rng: np.random.Generator) -> dict[str, str]:
    """Partners that were entered twice (code -> second code): identified ones with a renewed agreement."""
    partners, counts = tables["partners"], tables["agreements"].groupby("partner_id")["entity"].agg(["size", "nunique"])
    known = partners["siren"].notna() & partners["siret"].notna() & ~partners["is_network"].fillna(False)
    several = counts.index[
        (counts["size"] >= 2) & (counts["nunique"] == 1) & counts.index.isin(partners.loc[known, "partner_id"])
    ]
    chosen = sorted(rng.permutation(several.to_numpy(dtype=object))[:8])
    return {code: f"P9{number:04d}" for number, code in enumerate(chosen)}


def _cells(sheet: sheets.Sheet, habit: int | None = None) -> pd.DataFrame:
    """The cells under the headers of this office: of the label and the aliases in the declaration, the one that it is used to."""
    habit = int(sheet.table not in LABELS) if habit is None else habit
    names = {}
    for name, column in declared.columns(sheet.table).items():
        spelt = (column.label_fr, *column.aliases)
        header = spelt[habit] if habit < len(spelt) else spelt[0]
        names[name] = header[0].upper() + header[1:]
    names |= {"region_code": "Code région", "notes": "Observations", "notes_again": "Observations"}
    if sheet.table == "partners":
        names |= {"partner_id": " Code partenaire ", "name": "Raison  sociale"}
    names = {name: header for name, header in names.items() if name in sheet.cells}
    return sheet.cells[list(names)].set_axis(list(names.values()), axis=1)


def _text(sheet: sheets.Sheet, out: Path, part: int = 0) -> list[tuple]:
    """A sheet as CSV in the manner of its office."""
    file, delimiter, encoding, bom = CSV[sheet.table]
    cells = _cells(sheet)
    files.write_csv(out / file, cells, delimiter=delimiter, encoding=encoding, bom=bom, append=part > 0)
    return sheet.lines(file, {row: line for line, row in enumerate(cells.index, 2)})


def _survey(sheet: sheets.Sheet, out: Path) -> list[tuple]:
    """One export per wave: commas and a byte order mark, as survey platforms write."""
    cells, planted = _cells(sheet), []
    for wave, rows in sheet.cells.groupby("wave").groups.items():
        file = f"enquete_{wave}.csv"
        files.write_csv(out / file, cells.loc[rows], delimiter=",", encoding="utf-8", bom=True)
        planted += sheet.lines(file, {row: line for line, row in enumerate(rows, 2)})
    return planted


def _rows(cells: pd.DataFrame) -> list[list]:
    return cells.astype(object).where(cells.notna(), None).values.tolist()


def _book(sheet: sheets.Sheet, path: Path) -> list[tuple]:
    """A sheet as the single page of a workbook, below a title where it is an xlsx."""
    cells = _cells(sheet)
    titles = [[STAMP], []] if path.suffix == ".xlsx" else []
    write = workbook.write if titles else files.write_ods
    write(path, {path.stem: [*titles, list(cells.columns), *_rows(cells)]})
    return sheet.lines(path.name, {row: line for line, row in enumerate(cells.index, len(titles) + 2)})


def _regions(sheet: sheets.Sheet, out: Path) -> list[tuple]:
    """One workbook of agreements per region and a national one, each with its own spelling of headers, half of them with titles."""
    planted: list[tuple] = []
    for region, rows in sheet.cells.groupby("book").groups.items():
        habit = int(sheet.cells.at[rows[0], "habit"])
        cells = _cells(sheet, habit).loc[rows]
        titles = [[f"Conventions de partenariat — {region or 'réseaux nationaux'}"], [STAMP], []] if habit in (0, 3) else []
        slug = (
            unicodedata.normalize("NFKD", region).encode("ascii", "ignore").decode().lower().replace(" ", "-").replace("'", "-")
        )
        file = f"conventions/{slug}.xlsx" if region else "conventions_nationales.xlsx"
        workbook.write(
            out / file,
            {"Conventions": [*titles, list(cells.columns), *_rows(cells)]},
            {"Conventions": ["A1:H1"] if titles else []},
        )
        planted += sheet.lines(file, {row: line for line, row in enumerate(rows, len(titles) + 2)})
    return planted


def _contributions(sheet: sheets.Sheet, out: Path) -> list[tuple]:
    """Two pages: contributions in euros by year with subtotals, purchases in k€ with one total; a two-line merged header."""
    cells, truth = _cells(sheet), sheet.truth
    bought = (truth["kind"] == "purchases").to_numpy()
    amount, year = truth["value_eur"].to_numpy(dtype=float), truth["year"].to_numpy(dtype=int)
    value, width = cells.columns.get_loc("Valeur (€)"), len(cells.columns)
    total = lambda label, given: [label, *[None] * (value - 1), round(float(given), 5), *[None] * (width - value - 1)]
    source = "contributions.xlsx#{}".format
    heads = ["Identification", None, None, None, "Apport", *[None] * (width - 6), "Suivi"]
    page = [["Contributions de chaque partie, par exercice"], [STAMP], [], heads, list(cells.columns)]
    planted, at = [], {}
    for each in np.unique(year):
        rows = np.flatnonzero((year == each) & ~bought)
        at |= {row: len(page) + place for place, row in enumerate(rows.tolist(), 1)}
        page += _rows(cells.iloc[rows])
        wrong = 100 if each == 2015 else 0
        page.append(total(f"Sous-total {each}", amount[rows].sum() + wrong))
        if wrong:
            planted.append(
                (source("Contributions"), len(page), "value_eur", "M18", str(page[-1][value]), f"{amount[rows].sum():.2f}")
            )
    page.append(total(None, amount[~bought].sum()))
    planted.append((source("Contributions"), len(page), "value_eur", "M17", str(page[-1][value]), "grand total without a label"))
    page += [[], ["Les jours de compétences sont valorisés au forfait de 350 € ; les locaux au loyer de marché."]]

    rows = np.flatnonzero(bought)
    in_thousands = cells.rename(columns={"Valeur (€)": "Valeur en k€"})
    purchases = [["Achats du Groupe auprès des partenaires (en k€)"], [], list(in_thousands.columns), *_rows(cells.iloc[rows])]
    purchases.append(total("TOTAL GÉNÉRAL", amount[rows].sum() / 1000))
    merged = {"Contributions": ["A1:H1", "A4:D4", "E4:I4"], "Achats": ["A1:H1"]}
    workbook.write(out / "contributions.xlsx", {"Contributions": page, "Achats": purchases}, merged)
    below = {row: line for line, row in enumerate(rows.tolist(), 4)}
    return planted + sheet.lines(source("Contributions"), at) + sheet.lines(source("Achats"), below)


def _study(large: bool, books: dict[str, str]) -> str:
    """study.toml: which file is which."""
    told = {name: f'"{books[name] if name in books else CSV[name][0]}"' for name in (*CSV, *SHORT)}
    told["answers"] = '"enquete_*.csv"'
    blocks = [f'files = {file}\ntable = "{name}"\n' for name, file in told.items() if large or name not in APART]
    if not large:
        blocks += [
            'files = "conventions/*.xlsx"\ntable = "agreements"\n',
            'files = "conventions_nationales.xlsx"\ntable = "agreements"\nprecedence = 1  # wins where both tell of one agreement\n',
            'files = "contributions.xlsx"\ntable = "contributions"\nsheet = "Contributions"\n',
            'files = "contributions.xlsx"\ntable = "contributions"\nsheet = "Achats"\n',
        ]
    head = (
        "# Drawn, not observed; written by `impact-study demo`. The folder truth/ is no source.\n[study]\n"
        'name = "demo"\ntitle = "Étude d\'impact de l\'alliance (données de démonstration)"\n'
        f"day = {DAY}\nsynthetic = true\nobserved_from = {OBSERVED_FROM}\nobserved_to = {DAY}\n"
    )
    return head + "".join(f"\n[[source]]\n{block}" for block in blocks)
