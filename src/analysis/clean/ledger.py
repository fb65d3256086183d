"""What became of every record read: kept, merged into another, or set aside, by which rule; and the
way back to its line.
"""

from pathlib import Path

import pandas as pd

from analysis.clean.partners.personal_data import masked
from analysis.clean.records.rows import FATES, FAULTS
from analysis.declare.faults import refusal
from analysis.text.messages import entries

CORRECTED = "corrected"  # the rule of cells that the team corrected


def aside_records(records: list[tuple[str, int, str, str, str]]) -> pd.DataFrame:
    """Records that are no rows (source, line, rule, value, message) as rows that are set aside."""
    frame = pd.DataFrame(records, columns=["source", "line", "rule", "value", "message"])
    usual = frame["rule"].map(entries("clean.asides"))
    message = frame["message"].mask(frame["message"].eq(""), usual)
    shown = masked(frame["value"].astype("str"))
    origin = {"fate": "set aside", "table": pd.NA, "key": pd.NA}
    return frame.assign(shown=shown, message=message, **origin)


def remark(rule: str, message: str, source: str = "") -> pd.DataFrame:
    """What is to be known of a whole source, or of all, as a line of the quarantine."""
    return pd.DataFrame([[source, pd.NA, "", rule, "", message]], columns=FAULTS)


def ledger(
    read: dict[str, int], decided: list[pd.DataFrame], quarantine: pd.DataFrame
) -> pd.DataFrame:
    """Rows by source, rule and action: for each source, read = kept + merged + set aside.

    Beside them, how many cells of each source the team corrected (action "corrected").
    """
    columns = ["source", "rule", "action"]
    fates = pd.concat([rows[["source", "rule", "fate"]].astype("str") for rows in decided])
    by_fate = fates.set_axis(columns, axis=1).groupby(columns).size().rename("rows").reset_index()
    counts = pd.Series(read, name="rows").rename_axis("source").reset_index()
    counts = pd.concat([counts.assign(rule="", action="read"), by_fate])[[*columns, "rows"]]
    counts["action"] = pd.Categorical(counts["action"], ["read", *FATES])
    counts = counts.sort_values(["source", "action", "rule"])
    cells = quarantine[quarantine["rule"] == CORRECTED].groupby("source").size()
    corrected = cells.rename("rows").reset_index()
    corrected = corrected.assign(rule="corrections.csv", action=CORRECTED)
    counts = pd.concat([counts, corrected], ignore_index=True)
    return counts.astype(dict.fromkeys(columns, "str"))


def checked(ledger: pd.DataFrame) -> pd.DataFrame:
    """The ledger, if each record of each source is accounted for; else it is a fault of ours."""
    is_decided, is_read = ledger["action"].isin(FATES), ledger["action"].eq("read")
    unaccounted = ledger["rows"].where(is_read, 0) - ledger["rows"].where(is_decided, 0)
    lost = unaccounted.groupby(ledger["source"]).sum()
    if lost.any():
        raise ValueError(f"records that are not accounted for: {lost[lost != 0].to_dict()}")
    return ledger


def quarantine(decided: list[pd.DataFrame], cells: list[pd.DataFrame]) -> pd.DataFrame:
    """All that could not be read or kept: whole records (`column` blank) and single cells."""
    rows = [rows[rows["fate"].eq("set aside")].assign(column="") for rows in decided]
    records = [part.drop(columns="value", errors="ignore") for part in rows]
    records = [part.rename(columns={"shown": "value"}) for part in records]
    parts = [part[FAULTS].astype({"source": "str"}) for part in [*records, *cells] if len(part)]
    faults = pd.concat([pd.DataFrame(columns=FAULTS), *parts], ignore_index=True)
    faults["line"] = faults["line"].astype("Int64")
    texts = [name for name in FAULTS if name != "line"]
    faults[texts] = faults[texts].astype("str").fillna("")
    return faults.sort_values(["source", "line", "column", "rule", "value"], ignore_index=True)


def lines(read: dict[str, int], decided: list[pd.DataFrame]) -> pd.DataFrame:
    """The way back: source, line, table, key of the clean row, fate ("merged: rule" ...)."""
    parts = [rows[["source", "line", "table", "key", "fate", "rule"]] for rows in decided]
    whole = pd.concat(parts, ignore_index=True)
    rule = whole["rule"].where(whole["rule"].eq(""), ": " + whole["rule"])
    whole["fate"] = (whole["fate"] + rule).astype("category")
    whole["table"] = whole["table"].astype("str").astype("category")
    whole["source"] = pd.Categorical(whole["source"].astype("str"), list(read))
    whole = whole.astype({"line": "int64", "key": "str"}).drop(columns="rule")
    return whole.sort_values(["source", "line"], kind="stable", ignore_index=True)


def trace(processed: Path, file: str, line: int) -> str:
    """What became of one line of a raw file, in words."""
    texts = {"source": "str", "table": "str", "fate": "str"}
    lines = pd.read_parquet(processed / "lines.parquet").astype(texts)
    faults, counts = (
        pd.read_csv(processed / f"{name}.csv", dtype="str", keep_default_na=False)
        for name in ("quarantine", "ledger")
    )
    sources = sorted({*counts["source"], *faults["source"]} - {""})
    name = f"/{Path(file).name}"
    meant = [
        source
        for source in sources
        if source == file or source.startswith(f"{file}#") or source.endswith(name)
    ]
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
