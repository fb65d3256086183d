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
from analysis.declare import schema as declared
from analysis.report import result_cache
from synthetic import files, habits
from synthetic.process import DAY, OBSERVED_FROM, random
from synthetic.sheets import Sheet
from synthetic.wording import REFERENCE

LARGE = 5_000  # relations beyond which every long table is one CSV: cell by cell, workbooks take minutes
STAMP = "Données de démonstration : aucune valeur n'est un résultat du programme"


def write(
    tables: dict[str, pd.DataFrame], truth: dict, out: Path, seed: int, *, part: int = 0
) -> None:
    """All exports of a programme under `out`; `part` > 0 adds partners and agreements to a large programme that stands there."""
    large = part > 0 or truth["relations"] > LARGE
    offices = tomllib.loads((REFERENCE / "offices.toml").read_text(encoding="utf-8"))
    planted, whole = [], offices.pop("whole")
    subject = lambda name: random(seed, f"write {name} {part}")
    twins = _twins(tables, subject("twins"))
    region = tables["partners"].set_index("partner_id")["region"]
    asked = {
        "partners": (twins,),
        "agreements": (twins, region, not large),
        "contributions": (not large,),
    }
    for name in list(offices)[: 2 if part else None]:
        sheet = Sheet(name, tables[name], subject(name))
        if hasattr(habits, name):
            getattr(habits, name)(sheet, *asked.get(name, ()))
        pages = PAGES.get(name if name == "answers" or not large else "", _page)
        planted += pages(
            sheet.mess(offices[name].get("mess", [])), offices[name], out, large, part > 0
        )
    (out / "truth").mkdir(exist_ok=True)
    (out / "truth/truth.json").write_text(
        json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    if not part:
        planted += [
            (source, "", "", rule, what, "")
            for source, rule, what in whole
            if not large or source.endswith(".csv")
        ]
        rows = pd.DataFrame(
            planted, columns=["source", "line", "column", "rule", "original", "clean"]
        ).astype("str")
        files.write_csv(out / "truth/planted.csv", rows, delimiter=",", encoding="utf-8")
        (out / "study.toml").write_text(_study(offices, large), encoding="utf-8")


def _twins(tables: dict[str, pd.DataFrame], rng: np.random.Generator) -> dict[str, str]:
    """Partners that were entered twice (code -> second code): identified ones with a renewed agreement."""
    partners, counts = (
        tables["partners"],
        tables["agreements"].groupby("partner_id")["entity"].agg(["size", "nunique"]),
    )
    known = (
        partners["siren"].notna()
        & partners["siret"].notna()
        & ~partners["is_network"].fillna(False)
    )
    several = counts.query("size >= 2 and nunique == 1").index.intersection(
        partners.loc[known, "partner_id"]
    )
    return {
        code: f"P9{number:04d}"
        for number, code in enumerate(sorted(rng.permutation(several.to_numpy(dtype=object))[:8]))
    }


def _cells(sheet: Sheet, habit: int, every: bool = False) -> pd.DataFrame:
    """The cells under the headers of this office: of the label and the aliases in the declaration, the one that it is used to.

    `every` column of the table is there, blank or not: what is added to a file stands under its header.
    """
    names = {}
    for name, column in declared.columns(sheet.table).items():
        spelt = (column.label_fr, *column.aliases)
        header = spelt[habit] if habit < len(spelt) else spelt[0]
        names[name] = header[0].upper() + header[1:]
    names |= {"region_code": "Code région", "notes": "Observations", "notes_again": "Observations"}
    if sheet.table == "partners":
        names |= {"partner_id": " Code partenaire ", "name": "Raison  sociale"}
    blank = {name for name in sheet.truth if every and not name.endswith("_precision")}
    names = {name: header for name, header in names.items() if name in sheet.cells or name in blank}
    return sheet.cells.reindex(columns=list(names)).set_axis(list(names.values()), axis=1)


def _page(
    sheet,
    office,
    out,
    large,
    append=False,
    *,
    rows=None,
    file="",
    habit=None,
    titles=None,
    page="",
    merged=(),
) -> list[tuple]:
    """Rows of a sheet as a file in the manner of its office; what was planted in them, by line."""
    file = file or office["file" if large or "book" not in office else "book"]
    cells = _cells(sheet, office.get("headers", 1) if habit is None else habit, large)
    cells, path = cells if rows is None else cells.loc[rows], out / file
    titles = [[STAMP], []] * (path.suffix == ".xlsx") if titles is None else titles
    book = (
        {page or path.stem: [*titles, list(cells.columns), *_rows(cells)]}
        if path.suffix in (".ods", ".xlsx")
        else {}
    )
    if path.suffix == ".xlsx":
        workbook_export.write(path, book, dict.fromkeys(book, merged))
    elif book:
        files.write_ods(path, book)
    else:
        manner = {name: office[name] for name in ("delimiter", "encoding", "bom") if name in office}
        files.write_csv(path, cells, **({"encoding": "utf-8"} | manner), append=append)
    return sheet.lines(file, {row: line for line, row in enumerate(cells.index, len(titles) + 2)})


def _rows(cells: pd.DataFrame) -> list[list]:
    return cells.astype(object).where(cells.notna(), None).values.tolist()


def _waves(sheet: Sheet, office: dict, out: Path, large: bool, append: bool) -> list[tuple]:
    """One export per wave, as survey platforms write."""
    waves = sheet.cells.groupby("wave").groups.items()
    return sum(
        (
            _page(sheet, office, out, large, rows=rows, file=office["file"].replace("*", wave))
            for wave, rows in waves
        ),
        [],
    )


def _regions(sheet: Sheet, office: dict, out: Path, large: bool, append: bool) -> list[tuple]:
    """One workbook of agreements per region and a national one, each with its own spelling of headers, half of them with titles."""
    planted: list[tuple] = []
    for region, rows in sheet.cells.groupby("book").groups.items():
        habit = int(sheet.cells.at[rows[0], "habit"])
        titles = (
            [[f"Conventions de partenariat — {region or 'réseaux nationaux'}"], [STAMP], []]
            if habit in (0, 3)
            else []
        )
        planted += _page(
            sheet,
            office,
            out,
            large,
            rows=rows,
            habit=habit,
            titles=titles,
            page="Conventions",
            merged=["A1:H1"][: len(titles)],
            file=f"conventions/{result_cache.place_name(region)}.xlsx"
            if region
            else "conventions_nationales.xlsx",
        )
    return planted


def _contributions(sheet: Sheet, office: dict, out: Path, large: bool, append: bool) -> list[tuple]:
    """Two pages: contributions in euros by year with subtotals, purchases in k€ with one total; a two-line merged header."""
    cells, truth = _cells(sheet, 0), sheet.truth
    bought, amount = sheet.known["bought"].to_numpy(), truth["value_eur"].to_numpy(dtype=float)
    value, width = cells.columns.get_loc("Valeur (€)"), len(cells.columns)
    total = lambda label, given: [
        label,
        *[None] * (value - 1),
        round(float(given), 5),
        *[None] * (width - value - 1),
    ]
    source = "contributions.xlsx#{}".format
    heads = ["Identification", None, None, None, "Apport", *[None] * (width - 6), "Suivi"]
    page = [
        ["Contributions de chaque partie, par exercice"],
        [STAMP],
        [],
        heads,
        list(cells.columns),
    ]
    wrong, at = [], {}
    for year in np.unique(truth["year"]):
        rows = np.flatnonzero((truth["year"] == year) & ~bought)
        at |= {row: len(page) + place for place, row in enumerate(rows.tolist(), 1)}
        given = amount[rows].sum()
        page += [
            *_rows(cells.iloc[rows]),
            total(f"Sous-total {year}", given + 100 * (year == 2015)),
        ]
        if year == 2015:
            wrong.append(
                (
                    source("Contributions"),
                    len(page),
                    "value_eur",
                    "M18",
                    str(page[-1][value]),
                    f"{given:.2f}",
                )
            )
    page.append(total(None, amount[~bought].sum()))
    wrong.append(
        (
            source("Contributions"),
            len(page),
            "value_eur",
            "M17",
            str(page[-1][value]),
            "grand total without a label",
        )
    )
    page += [
        [],
        [
            "Les jours de compétences sont valorisés au forfait de 350 € ; les locaux au loyer de marché."
        ],
    ]

    rows = np.flatnonzero(bought)
    heads = list(cells.columns.str.replace("Valeur (€)", "Valeur en k€"))
    purchases = [
        ["Achats du Groupe auprès des partenaires (en k€)"],
        [],
        heads,
        *_rows(cells.iloc[rows]),
    ]
    purchases.append(total("TOTAL GÉNÉRAL", amount[rows].sum() / 1000))
    merged = {"Contributions": ["A1:H1", "A4:D4", "E4:I4"], "Achats": ["A1:H1"]}
    workbook_export.write(
        out / "contributions.xlsx", {"Contributions": page, "Achats": purchases}, merged
    )
    below = {row: line for line, row in enumerate(rows.tolist(), 4)}
    return wrong + sheet.lines(source("Contributions"), at) + sheet.lines(source("Achats"), below)


PAGES = {
    "answers": _waves,
    "agreements": _regions,
    "contributions": _contributions,
}  # of several files or pages


def _study(offices: dict, large: bool) -> str:
    """study.toml: which file is which."""
    blocks = ["", "", ""]  # whole tables; the survey; those of several files or pages
    for name, office in offices.items():
        file = office["file" if large or "book" not in office else "book"]
        for files_, more in [[file, ""]] if large else office.get("sources", [[file, ""]]):
            late = 1 if name == "answers" else 2 * ("sources" in office and not large)
            blocks[late] += f'\n[[source]]\nfiles = "{files_}"\ntable = "{name}"\n{more}'
    return (
        "# Drawn, not observed; written by tests/synthetic. The folder truth/ is no source.\n[study]\n"
        'name = "demo"\ntitle = "Étude d\'impact de l\'alliance (données de démonstration)"\n'
        f"day = {DAY}\nsynthetic = true\nobserved_from = {OBSERVED_FROM}\nobserved_to = {DAY}\n"
        + "".join(blocks)
    )
