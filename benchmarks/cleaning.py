"""How fast cleaning is beside plain pandas, what it makes of the public files, and how many accidents it survives.

    python benchmarks/cleaning.py speed [rows ...]      10,000 to 10,000,000 rows by default; pandas sits out beyond a million
    python benchmarks/cleaning.py files [../shared/data]
    python benchmarks/cleaning.py accidents [10000]

The peer reads the same list with `read_csv(dtype=str)`, cleans each column with string methods, checks the same things
(checksums, dates, amounts, repeats, totals, who is who), builds the same tables and writes them with `to_parquet`. Each is
timed in a process of its own, once the modules are imported; memory is the peak of that process.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import pandas as pd

import record
from synthetic.grants import HEADERS

HERE = Path(__file__).parent
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def ours(path: Path, out: Path) -> None:
    from analysis import clean

    clean.write(clean.clean(path), out)


def plain(path: Path, out: Path) -> None:
    """The same in pandas, column by column, as one would write it for this one file."""
    raw = pd.read_csv(path, sep=";", encoding="cp1252", dtype="str", keep_default_na=False)
    raw.columns = ["funder", "reference", "date", "name", "siret", "purpose", "amount"]
    raw["line"] = range(2, len(raw) + 2)
    for column in ["funder", "reference", "date", "name", "siret", "purpose", "amount"]:
        text = raw[column].str.replace(r"[\s\u00a0\u202f]+", " ", regex=True).str.strip()
        raw[column] = text.mask(text.str.lower().isin(["", "nc", "n/a", "-", "nd", "sans objet"]))
    for column in ["name", "purpose"]:
        raw[column] = raw[column].str.replace(
            r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b0[1-9](?:[ .-]?\d{2}){4}\b", "[…]", regex=True
        )
    digits = raw["siret"].str.replace(r"\D", "", regex=True)
    digits = digits.where(digits.str.len() == 14)
    luhn = sum(
        (value := pd.to_numeric(digits.str[place])) * (2 - place % 2)
        - 9 * ((value * (2 - place % 2)) > 9)
        for place in range(14)
    )
    raw["siren"] = digits.where(luhn % 10 == 0).str[:9]
    date = pd.Series(pd.NaT, index=raw.index, dtype="datetime64[us]")
    precision = pd.Series("day", index=raw.index, dtype="str")
    for form in ["%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y"]:
        date = date.fillna(pd.to_datetime(raw["date"], format=form, errors="coerce"))
    month = raw["date"].str.lower()
    for number, name in enumerate(MONTHS, 1):
        month = month.str.replace(name, str(number), regex=False)
    by_month = pd.to_datetime(month, format="%m %Y", errors="coerce")
    precision = precision.mask(date.isna() & by_month.notna(), "month")
    raw["date"] = date.fillna(by_month)
    number = raw["amount"].str.replace("€", "").str.replace(" ", "").str.replace(",", ".")
    raw["value"] = pd.to_numeric(number, errors="coerce")
    faults = [
        raw.loc[raw["value"].isna() & raw["amount"].notna(), ["line", "amount"]],
        raw.loc[raw["date"].isna(), ["line"]],
    ]
    faults.append(raw.loc[raw["siren"].isna() & raw["siret"].notna(), ["line", "siret"]])
    repeated = raw.drop(columns="line").duplicated()
    nameless = raw["name"].isna() & raw["siren"].isna()
    sums = raw.groupby(raw["date"].dt.year)["value"].transform("sum")
    total = nameless & ((sums - 2 * raw["value"]).abs() < 1)
    kept = raw[~nameless & ~total & raw["date"].notna() & raw["funder"].notna()].copy()
    key = (
        kept["name"]
        .str.normalize("NFKD")
        .str.encode("ascii", "ignore")
        .str.decode("ascii")
        .str.lower()
    )
    kept["name_key"] = key.str.replace(r"[^a-z0-9]+", " ", regex=True).str.strip()
    bearers = (
        kept[["name_key", "siren"]]
        .dropna()
        .drop_duplicates()
        .drop_duplicates("name_key", keep=False)
    )
    kept["partner_id"] = (
        kept["siren"]
        .fillna(kept["name_key"].map(bearers.set_index("name_key")["siren"]))
        .fillna(kept["name_key"])
    )
    kept["precision"] = precision[kept.index]
    kept["end"] = kept["date"] + pd.DateOffset(months=12) - pd.Timedelta(days=1)
    terms = kept.groupby(["partner_id", "funder", "date", "end"])
    agreements = terms.agg(amount=("value", "sum"), precision=("precision", "first")).reset_index()
    agreements.insert(0, "agreement_id", "A" + (agreements.index + 1).astype("str").str.zfill(6))
    contributions = agreements[agreements["amount"].notna()].assign(
        direction="to partner", kind="cash", unit="EUR", stage="committed"
    )
    partners = (
        kept.groupby("partner_id")
        .agg(name=("name", lambda names: names.mode().iloc[0]), siren=("siren", "first"))
        .reset_index()
    )
    identities = kept[
        ["partner_id", "siren", "name_key", "funder", "date", "end"]
    ].drop_duplicates()
    lines = kept[["line"]].assign(key=terms.ngroup(), fate="kept")
    year = kept["date"].dt.year
    seen = kept.assign(year=year)[["funder", "year", "name_key"]].drop_duplicates()
    again = (
        seen.merge(seen.assign(year=seen["year"] - 1), how="left", indicator=True)
        .groupby("year")["_merge"]
        .value_counts()
    )
    out.mkdir(parents=True, exist_ok=True)
    tables = {
        "agreements": agreements,
        "contributions": contributions,
        "partners": partners,
        "identities": identities,
        "lines": lines,
    }
    for name, table in tables.items():
        table.to_parquet(out / f"{name}.parquet", index=False)
    pd.concat(faults).to_csv(out / "quarantine.csv", index=False)
    pd.DataFrame(
        {"rows": [len(raw), len(kept), int(repeated.sum()), int(total.sum()), len(again)]}
    ).to_csv(out / "ledger.csv")


def decode(path: Path, out: Path) -> None:
    """The strict measure: bytes read, and decoded as one text; no cell is told from another."""
    path.read_bytes().decode("cp1252")


def cells_as_text(path: Path, out: Path) -> None:
    """The other measure: every cell as a text of its own, by the fastest reader there is, on all cores."""
    import pyarrow as pa
    import pyarrow.csv as arrow

    arrow.read_csv(
        path,
        read_options=arrow.ReadOptions(encoding="cp1252"),
        parse_options=arrow.ParseOptions(delimiter=";"),
        convert_options=arrow.ConvertOptions(
            column_types=dict.fromkeys(HEADERS, pa.string()), strings_can_be_null=False
        ),
    )


def nothing_cleaned(path: Path, out: Path) -> None:
    """What no cleaning can do without, by the fastest libraries there are: cells told apart, distinct texts found, and the raw
    columns written once (the clean tables hold four times as many cells)."""
    import pyarrow as pa
    import pyarrow.csv as arrow
    import pyarrow.parquet as parquet

    table = arrow.read_csv(
        path,
        read_options=arrow.ReadOptions(encoding="cp1252"),
        parse_options=arrow.ParseOptions(delimiter=";"),
        convert_options=arrow.ConvertOptions(
            column_types=dict.fromkeys(HEADERS, pa.dictionary(pa.int32(), pa.string())),
            strings_can_be_null=False,
        ),
    ).unify_dictionaries()
    parquet.write_table(table, out, compression="zstd", compression_level=1, write_statistics=False)


WAYS = {
    "this study": ours,
    "plain pandas": plain,
    "decoding its bytes": decode,
    "its cells as text (pyarrow)": cells_as_text,
    "nothing cleaned (pyarrow)": nothing_cleaned,
}
LARGE = 1_000_000  # rows beyond which pandas sits out, and each is run once


def timed(way: str, path: Path) -> dict[str, float]:
    """Seconds and peak memory of one way, in a process of its own."""
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import cleaning; cleaning.child({way!r}, {str(path)!r})"
    return json.loads(
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout
    )


def child(way: str, path: str) -> None:

    import analysis.clean  # noqa: F401  (imported before the clock starts, as its peer's modules are)

    with tempfile.TemporaryDirectory() as out:
        warm = Path(out) / "warm.csv"
        warm.write_bytes(b"\n".join(Path(path).read_bytes()[:200_000].split(b"\n")[:500]))
        WAYS[way](warm, Path(out) / "warm")
        before, used = time.perf_counter(), time.process_time()
        WAYS[way](Path(path), Path(out) / "out")
        seconds, used = time.perf_counter() - before, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "CPU seconds": used, "peak MB": peak}))


def content(path: Path) -> str:
    """What this study and plain pandas make of the same list, partner by partner: names, agreements and amounts that are equal,
    of the partners that both know by their SIREN; names that no row of theirs bears."""
    with tempfile.TemporaryDirectory() as out:
        made = {}
        for way, work in (("ours", ours), ("plain", plain)):
            work(path, Path(out) / way)
            agreements, partners = (
                pd.read_parquet(Path(out) / way / f"{table}.parquet")
                for table in ("agreements", "partners")
            )
            amount = "planned_amount_eur" if way == "ours" else "amount"
            sums = agreements.groupby("partner_id")[amount].agg(["size", "sum"]).round(2)
            known = partners[partners["siren"].notna()].set_index("partner_id")[["name"]]
            made[way] = known.join(sums)
    both = made["ours"].join(made["plain"], lsuffix="_ours", rsuffix="_plain", how="inner")
    equal = {
        name: (both[f"{name}_ours"] == both[f"{name}_plain"]).mean()
        for name in ("name", "size", "sum")
    }
    only = len(made["ours"]) + len(made["plain"]) - 2 * len(both)
    assert equal["name"] > 0.99, f"names differ from those of plain pandas: {equal}"
    return (
        f"Content, on {path.name}: {len(both):,} partners known by SIREN to both ({only:,} to one only); equal to plain pandas: "
        f"name {equal['name']:.2%}, agreements {equal['size']:.2%}, amount {equal['sum']:.2%}."
    )


def speed(sizes: list[int]) -> None:
    from synthetic.grants import write_list

    sample = ""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in sizes:
            path = Path(folder) / f"{rows}.csv"
            write_list(path, rows=rows)
            for way in WAYS if rows <= LARGE else [way for way in WAYS if way != "plain pandas"]:
                runs = [timed(way, path) for _ in range(3 if rows <= LARGE else 1)]
                least = {column: min(run[column] for run in runs) for column in runs[0]}
                found.append({"way": way, "rows": rows, "MB": path.stat().st_size / 1e6, **least})
            if rows == max((size for size in sizes if size <= LARGE), default=0):
                sample = content(path)
            path.unlink()
    table = pd.DataFrame(found)
    table["rows per second"] = table["rows"] / table["seconds"]
    time_of = {way: table[table["way"] == way].set_index("rows") for way in WAYS}
    ratios = {
        f"{longer} / {shorter}, {column}": (time_of[longer][column] / time_of[shorter][column])
        .dropna()
        .map("{:.1f}".format)
        .to_dict()
        for longer, shorter in [
            ("plain pandas", "this study"),
            *(("this study", way) for way in list(WAYS)[2:]),
            ("nothing cleaned (pyarrow)", "decoding its bytes"),
        ]
        for column in ("seconds", "CPU seconds")
    }
    note = (
        "A messy grant list (`python -m synthetic FOLDER --grants ROWS`) read, cleaned, checked and written to parquet; the least of three runs "
        "(one beyond a million rows), each in a process of its own. Where other programs use the machine, the CPU seconds (of all cores) "
        "say more than the seconds. "
        + "; ".join(
            f"{name}: {', '.join(f'{rows:,} rows {ratio}' for rows, ratio in by.items())}"
            for name, by in ratios.items()
        )
        + f". {sample}"
    )
    record.section("Cleaning: speed", table, note, ["pandas", "pyarrow", "numpy"])


def files(data: Path) -> None:
    """What becomes of every row of every public file, each folder cleaned as a whole without configuration."""
    from analysis import clean

    found = []
    for folder in sorted(
        path for path in data.iterdir() if path.is_dir() and path.name != "ref-geo-fr"
    ):
        before = time.perf_counter()
        result = clean.clean(folder)
        seconds = time.perf_counter() - before
        counts = result.ledger.pivot_table(
            index="source", columns="action", values="rows", aggfunc="sum", fill_value=0
        )
        counts = counts.reindex(columns=["read", "kept", "merged", "set aside"], fill_value=0)
        assert (counts["read"] == counts[["kept", "merged", "set aside"]].sum(axis=1)).all()
        told = result.ledger[result.ledger["rule"] != ""]
        told = (
            (told["rule"] + " " + told["rows"].astype("str")).groupby(told["source"]).agg(", ".join)
        )
        cells = result.quarantine[result.quarantine["column"] != ""].groupby("source").size()
        for source, row in counts.iterrows():
            found.append(
                {
                    "folder": folder.name,
                    "file": source,
                    **row.to_dict(),
                    "found": told.get(source, ""),
                    "cells unread": cells.get(source, 0),
                }
            )
        found[-1]["seconds (folder)"] = seconds
    note = "Rows read, kept, merged into another and set aside, by file; what was found; cells that could not be read in rows that were kept."
    record.section(
        "Cleaning: the public files",
        pd.DataFrame(found),
        note,
        ["pandas", "pyarrow", "python-calamine"],
    )


def accidents(many: int) -> None:
    """Files after one accident each, by its kind, and after up to three: how many fail other than by a refusal in words, how
    many have rows that are not accounted for, and what becomes of the rows of the others."""

    sys.path.insert(0, str(HERE.parent / "tests"))
    with ProcessPoolExecutor() as processes:
        found = list(processes.map(_accident, range(many), chunksize=50))
    table = pd.DataFrame(found).groupby("accident", sort=False).sum()
    table = (
        pd.concat([table, table.sum().to_frame("all").T])
        .rename_axis("accident")
        .reset_index()
        .astype({"files": int})
    )
    table["rows kept, %"] = 100 * table["kept"] / table["rows"]
    table["rows in quarantine, %"] = 100 * table.pop("set aside") / table["rows"]
    table["rows merged, %"] = 100 * table.pop("merged") / table["rows"]
    table = table.drop(columns="kept")
    note = (
        f"{len(_bases())} files of the demonstration and of public data (texts: their first 40 lines; half of the workbooks are hit inside a "
        "sheet, and a third of the texts opened by a spreadsheet afterwards and saved as a workbook). A failure is anything but clean tables or a refusal in words; rows that are kept may be wrong where the accident "
        "left them plausible."
    )
    record.section("Cleaning: accidents", table, note)


def _accident(seed: int) -> dict[str, int | str]:
    """One file, what happens to it, and what cleaning makes of it."""
    from mutations import ACCIDENTS, hit, mutated, saved_as_workbook

    kinds, bases = [*ACCIDENTS, "one to three of these"], _bases()
    kind, name = kinds[seed % len(kinds)], sorted(bases)[seed % len(bases)]
    chance = random.Random(seed)
    data = hit(bases[name], kind, chance) if kind in ACCIDENTS else mutated(bases[name], seed)
    if name.endswith((".csv", ".tsv")) and chance.random() < 1 / 3:
        name, data = f"{name}.xlsx", saved_as_workbook(data, chance)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(data)
        return {"accident": kind, "files": 1, **_outcome(file, seed)}


@cache
def _bases() -> dict[str, bytes]:
    demo, data = HERE.parent / "data/raw/demo", HERE.parent.parent / "shared/data"
    files = [file for file in sorted(demo.iterdir()) if file.is_file()] + sorted(
        (demo / "conventions").iterdir()
    )[:2]
    files += (
        [file for file in sorted(data.rglob("*")) if "ref-geo" not in str(file)]
        if data.is_dir()
        else []
    )
    bases = {
        file.name: file.read_bytes()
        for file in files
        if file.suffix in (".csv", ".tsv", ".ods", ".xlsx", ".xls", ".json")
    }
    bases = {
        name: b"\n".join(text.split(b"\n")[:40]) if name.endswith(("csv", "tsv")) else text
        for name, text in bases.items()
    }
    return {name: text for name, text in bases.items() if len(text) < 60_000}


def _outcome(file: Path, seed: int) -> dict[str, int]:
    from analysis import clean
    from analysis.declare.faults import Refused

    outcome = dict.fromkeys(
        (
            "failures",
            "unaccounted",
            "refused in words",
            "cleaned",
            "rows",
            "kept",
            "merged",
            "set aside",
        ),
        0,
    )
    try:
        counts = clean.clean(file).ledger.pivot_table(
            index="source", columns="action", values="rows", aggfunc="sum", fill_value=0
        )
    except Refused as refusal:
        said = refusal.faults and all(fault.message for fault in refusal.faults)
        return outcome | ({"refused in words": 1} if said else {"failures": 1})
    except Exception as error:
        print(f"seed {seed}, {file.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return outcome | {"failures": 1}
    counts = counts.reindex(columns=["read", "kept", "merged", "set aside"], fill_value=0)
    uneven = (counts["read"] != counts[["kept", "merged", "set aside"]].sum(axis=1)).sum()
    if uneven:
        print(f"seed {seed}, {file.name}: rows not accounted for", file=sys.stderr)
    return outcome | {
        "cleaned": 1,
        "unaccounted": int(uneven),
        **counts.sum().rename({"read": "rows"}).astype(int).to_dict(),
    }


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or ["speed"]
    sys.path.insert(0, str(HERE))
    if what == "speed":
        speed([int(size) for size in rest] or [10_000, 100_000, LARGE, 10 * LARGE])
    elif what == "files":
        files(Path(rest[0]) if rest else HERE.parent.parent / "shared/data")
    else:
        accidents(int(rest[0]) if rest else 10_000)
