"""What became of every record read: kept, merged into another, or set aside, by which rule; and the
way back to its line.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.clean.personal_data import masked
from analysis.clean.rows import FATES, FAULTS
from analysis.declare.faults import refusal
from analysis.text import formatting

_ = formatting.text
CORRECTED = "corrected"  # the rule of cells that the team corrected
MESSAGES = {
    "title": formatting.mark("a title, section name or footer: one cell filled"),
    "header": formatting.mark("a further header"),
    "repeated header": formatting.mark("the header once more"),
    "hidden sheet": formatting.mark("the sheet is hidden; unhide it if its rows count"),
    "sheet without header": formatting.mark("no header found on this sheet"),
    "not read": formatting.mark("not a data file"),
    "no record": formatting.mark("no record: a bare value in a list of records"),
    "no known layout": formatting.mark("a table of no known layout beside a known one"),
}


def aside_records(source: str, records: list[tuple[int, str, str, str]]) -> pd.DataFrame:
    """Records that are no rows (line, rule, value, message: that of the rule where blank) as rows
    that are set aside.
    """
    frame = pd.DataFrame(records, columns=["line", "rule", "value", "message"])
    messages = [
        message or _(MESSAGES[rule])
        for rule, message in zip(frame["rule"], frame["message"], strict=True)
    ]
    value = masked(frame["value"].astype("str"))
    none = {"table": pd.NA, "key": pd.NA}
    return frame.assign(source=source, shown=value, message=messages, fate="set aside", **none)


def remark(rule: str, message: str, source: str = "") -> pd.DataFrame:
    """What is to be known of a whole source, or of all, as a line of the quarantine."""
    line = {
        "source": source,
        "line": pd.NA,
        "column": "",
        "rule": rule,
        "value": "",
        "message": message,
    }
    return pd.DataFrame([line])


def ledger(read: dict[str, int], decided: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows by source, rule and action; for each source, read = kept + merged + set aside."""
    counts = pd.Series(read, name="rows").rename_axis("source").reset_index()
    counts = counts.assign(rule="", action="read")
    fates = pd.concat([rows[["source", "rule", "fate"]].astype("str") for rows in decided])
    by_fate = fates.groupby(["source", "rule", "fate"]).size().rename("rows").reset_index()
    counts = pd.concat([counts, by_fate.rename(columns={"fate": "action"})], ignore_index=True)
    counts["action"] = pd.Categorical(counts["action"], ["read", *FATES], ordered=True)
    counts = counts.sort_values(["source", "action", "rule"], ignore_index=True)
    types = {"source": "str", "action": "str", "rule": "str"}
    return counts.astype(types)[["source", "rule", "action", "rows"]]


def with_corrections(ledger: pd.DataFrame, quarantine: pd.DataFrame) -> pd.DataFrame:
    """The ledger with how many cells of each source the team corrected (action "corrected"), beside
    what became of rows.
    """
    cells = quarantine[quarantine["rule"] == CORRECTED].groupby("source").size()
    corrected = cells.rename("rows").reset_index()
    corrected = corrected.assign(rule="corrections.csv", action=CORRECTED)
    if not len(corrected):
        return ledger
    return pd.concat([ledger, corrected], ignore_index=True)[["source", "rule", "action", "rows"]]


def quarantine(decided: list[pd.DataFrame], cells: list[pd.DataFrame]) -> pd.DataFrame:
    """All that could not be read or kept: whole records (`column` blank) and single cells."""
    records = [_set_aside(rows) for rows in decided]
    parts = [pd.DataFrame(columns=FAULTS), *(part[FAULTS] for part in [*records, *cells])]
    faults = pd.concat([part.astype({"source": "str"}) for part in parts], ignore_index=True)
    faults["line"] = faults["line"].astype("Int64")
    texts = [name for name in FAULTS if name != "line"]
    faults[texts] = faults[texts].astype("str").fillna("")
    return faults.sort_values(["source", "line", "column", "rule", "value"], ignore_index=True)


def _set_aside(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that were set aside, as lines of the quarantine."""
    aside = rows.loc[rows["fate"].eq("set aside"), ["source", "line", "rule", "shown", "message"]]
    return aside.rename(columns={"shown": "value"}).assign(column="")


def lines(read: dict[str, int], decided: list[pd.DataFrame]) -> pd.DataFrame:
    """The way back: source, line, table, key of the clean row, fate ("kept", "merged: rule", "set
    aside: rule").
    """
    parts = [rows[["source", "line", "table", "key", "fate", "rule"]] for rows in decided]
    whole = pd.concat(parts, ignore_index=True)
    if not len(whole):
        return whole.drop(columns="rule")
    rule = whole["rule"].where(whole["rule"].eq(""), ": " + whole["rule"])
    whole["fate"] = (whole["fate"] + rule).astype("category")
    whole["table"] = whole["table"].astype("str").astype("category")
    whole["source"] = pd.Categorical(whole["source"].astype("str"), list(read))
    whole = whole.astype({"line": "int64", "key": "str"}).drop(columns="rule")
    order = whole["source"].cat.codes.astype("int64") * (whole["line"].max() + 1) + whole["line"]
    if order.is_monotonic_increasing:
        return whole
    return whole.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def trace(processed: Path, file: str, line: int) -> str:
    """What became of one line of a raw file, in words."""
    texts = {"source": "str", "table": "str", "fate": "str"}
    lines = pd.read_parquet(processed / "lines.parquet").astype(texts)
    faults, counts = (
        pd.read_csv(processed / f"{name}.csv", dtype="str", keep_default_na=False)
        for name in ("quarantine", "ledger")
    )
    sources = sorted({*counts["source"], *faults["source"]} - {""})
    meant = [source for source in sources if _is_of_file(source, file)]
    if not meant:
        expected = f"no such source in this study; sources: {', '.join(sources[:10])}"
        raise refusal(file, expected, rule="trace")
    rows = lines[lines["source"].isin(meant) & (lines["line"] == line)]
    faults = faults[faults["source"].isin(meant) & faults["line"].isin([str(line), ""])]
    sentences = []
    for row in rows.itertuples():
        table = f", in {row.table}" if pd.notna(row.table) else ""
        key = f" as {row.key}" if pd.notna(row.key) else ""
        sentences.append(f"{row.source}, line {line}: {row.fate}{table}{key}")
    for fault in faults.itertuples():
        description = f"{fault.column or 'record'}: {fault.message or fault.rule}"
        sentences.append(f"  {description} (met: {fault.value!r})")
    nothing = "no record begins there (a header, a blank line, or inside a longer record)"
    return "\n".join(sentences) or f"{file}, line {line}: {nothing}"


def _is_of_file(source: str, file: str) -> bool:
    return source == file or source.startswith(f"{file}#") or source.endswith(f"/{Path(file).name}")
