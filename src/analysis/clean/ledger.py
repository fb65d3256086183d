"""What became of every record read: kept, merged into another, or set aside, by which rule; and the way back to its line."""

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.clean.coded_rows import Rows, packed
from analysis.clean.personal_data import masked
from analysis.declare.faults import Fault, Refused
from analysis.text import formatting

_ = formatting.text
FAULTS = ["source", "line", "column", "rule", "value", "message"]
ACTIONS = ("kept", "merged", "set aside")
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


class Fates:
    """The fate of each row of one table; the first decision on a row holds. Rows are named by mask or by position."""

    def __init__(self, rows: Rows, books: "Books"):
        self.rows, self.books = rows, books
        self.rules = [""]
        self.rule = np.zeros(len(rows), dtype=np.int16)
        self.action = np.zeros(len(rows), dtype=np.int8)
        self.place = np.full(len(rows), -1, dtype=np.int32)
        self.into: list[
            tuple[np.ndarray, np.ndarray]
        ] = []  # rows merged, and those that they were merged into
        self.names = pd.Series(dtype="str")

    def left(self) -> tuple[Rows, np.ndarray]:
        """The rows that are still kept, and their positions."""
        at = np.flatnonzero(self.action == 0)
        return (self.rows if len(at) == len(self.rows) else self.rows.rows(at)), at

    def note(self, which: np.ndarray, rule: str) -> None:
        """Rows kept under a rule that a reader should know of."""
        self._mark(which, rule, 0)

    def merge(self, which: np.ndarray, rule: str, into: np.ndarray | None = None) -> None:
        """Rows that another row already holds, and which ones (`into`), where no clean table says it by itself."""
        self._mark(which, rule, 1)
        self.into += [] if into is None else [(which, into)]

    def set_aside(self, which: np.ndarray, rule: str, message: str, shown: str = "") -> None:
        """Rows that no clean table can hold; each is written to the quarantine, with its value of the column `shown`."""
        at = self._mark(which, rule, 2)
        if len(at):
            met = self.rows.rows(at)
            value = masked(met.series(shown).astype("str")) if shown in met.columns else ""
            self.books.put(met, "", rule, value, message)

    def keys(self, at: np.ndarray, keys: pd.Series, number: np.ndarray) -> None:
        """The key of the clean row that each row went into: `number` says which of the keys (-1: none)."""
        self.place = np.full(len(self.rows), -1, dtype=np.int32)
        self.place[at] = number
        for merged, into in self.into[::-1] * len(
            self.into
        ):  # what a row was merged into may have been merged too
            self.place[merged] = self.place[into]
        self.names = keys

    def close(self) -> None:
        """No cell will be looked at any more: only where rows come from is kept."""
        self.rows = Rows(
            self.rows.table,
            {},
            self.rows.source,
            self.rows.line,
            np.broadcast_to(np.uint64(0), len(self.rows)),
        )

    def _mark(self, which: np.ndarray, rule: str, action: int) -> np.ndarray:
        at = np.flatnonzero(which) if which.dtype == bool else which
        at = at[self.action[at] == 0]
        if len(at):
            if rule not in self.rules:
                self.rules.append(rule)
            self.rule[at] = self.rules.index(rule)
            self.action[at] = action
        return at


class Books:
    """The accounts of one cleaning: sources and which to believe, the fate of each record, the quarantine."""

    def __init__(self, read: dict[str, int], rank: dict[str, tuple]):
        """`read` counts the records of each source before anything is decided, `rank` says which to believe (greatest first)."""
        self.read, self.sources = read, list(read)
        sources = self.sources
        self.number = {source: place for place, source in enumerate(sources)}
        order = sorted(sources, key=lambda source: rank[source], reverse=True)
        self.rank = np.array([order.index(source) for source in sources])
        self.quarantine: list[pd.DataFrame] = []
        self.fates: list[Fates] = []
        self.asides: list[pd.DataFrame] = []

    def open(self, rows: Rows) -> Fates:
        """Accounts for the rows of one table."""
        self.fates.append(Fates(rows, self))
        return self.fates[-1]

    def set_aside(self, source: str, records: list[tuple[int, str, str, str]]) -> None:
        """Records that are no rows: line, rule, value, message (that of the rule where blank)."""
        if records:
            frame = pd.DataFrame(records, columns=["line", "rule", "value", "message"])
            frame["value"] = masked(frame["value"].astype("str"))
            frame["message"] = [
                message or _(MESSAGES[rule])
                for rule, message in zip(frame["rule"], frame["message"], strict=True)
            ]
            self.asides.append(frame.assign(source=source, column="")[FAULTS])

    def put(self, rows: Rows, column: str, rule: str, value, message: str) -> None:
        """Rows, or their cells of a column, into the quarantine."""
        frame = pd.DataFrame(
            {"source": np.array(self.sources, dtype=object)[rows.source], "line": rows.line}
        )
        value = value.array if isinstance(value, pd.Series) else value
        self.quarantine.append(
            frame.assign(column=column, rule=rule, value=value, message=message)[FAULTS]
        )

    def remark(self, rule: str, message: str, source: str = "") -> None:
        """What is to be known of a whole source, or of all."""
        self.quarantine.append(
            pd.DataFrame(
                [
                    {
                        "source": source,
                        "line": pd.NA,
                        "column": "",
                        "rule": rule,
                        "value": "",
                        "message": message,
                    }
                ]
            )
        )

    def cells(self, rows: Rows, which: np.ndarray, column: str, rule: str, message: str) -> None:
        """Cells that contradict others of their row; the rows are kept."""
        if which.any():
            met = rows.rows(which)
            self.put(met, column, rule, met.series(column).astype("str"), message)

    def quarantined(self) -> pd.DataFrame:
        """All that could not be read or kept: whole records (`column` blank) and single cells."""
        found = pd.concat(
            [pd.DataFrame(columns=FAULTS), *self.quarantine, *self.asides], ignore_index=True
        )[FAULTS]
        found["line"] = found["line"].astype("Int64")
        texts = [name for name in FAULTS if name != "line"]
        found[texts] = found[texts].astype("str").fillna("")
        return found.sort_values(["source", "line", "column", "rule", "value"], ignore_index=True)

    def lines(self) -> pd.DataFrame:
        """The way back: source, line, table, key of the clean row, fate ("kept", "merged: rule", "set aside: rule")."""
        names = sorted(
            {
                _fate(action, rule)
                for fates in self.fates
                for action in range(3)
                for rule in fates.rules
            }
            | {_fate(2, rule) for aside in self.asides for rule in aside["rule"].unique()}
        )
        tables = sorted({fates.rows.table for fates in self.fates})
        parts = []
        for fates in self.fates:
            place = np.array(
                [[names.index(_fate(action, rule)) for rule in fates.rules] for action in range(3)],
                dtype=np.int16,
            )
            parts.append(
                pd.DataFrame(
                    {
                        "source": fates.rows.source,
                        "line": fates.rows.line.astype("int64"),
                        "table": np.full(
                            len(fates.rows), tables.index(fates.rows.table), dtype=np.int8
                        ),
                        "key": pd.Series(
                            fates.names.array.take(fates.place, allow_fill=True), dtype="str"
                        ),
                        "fate": place[fates.action, fates.rule],
                    }
                )
            )
        for aside in self.asides:
            fate = (
                aside["rule"]
                .map({rule: names.index(_fate(2, rule)) for rule in aside["rule"].unique()})
                .astype(np.int16)
            )
            source = aside["source"].map(self.number).astype(np.int32)
            none = np.full(len(aside), -1, dtype=np.int8)
            parts.append(
                pd.DataFrame(
                    {
                        "source": source,
                        "line": aside["line"].astype("int64"),
                        "table": none,
                        "key": None,
                        "fate": fate,
                    }
                )
            )
        blank = (
            pd.DataFrame({"source": [], "line": [], "table": [], "key": [], "fate": []})
            .astype("int64")
            .astype({"key": "str"})
        )
        whole = pd.concat(parts, ignore_index=True).astype({"key": "str"}) if parts else blank
        del parts
        for name, values in (("source", self.sources), ("table", tables), ("fate", names)):
            whole[name] = pd.Categorical.from_codes(whole[name], values)
        key = packed([whole["source"].cat.codes.to_numpy(), whole["line"].to_numpy()])
        return (
            whole
            if (key[1:] >= key[:-1]).all()
            else whole.iloc[np.argsort(key, kind="stable")].reset_index(drop=True)
        )

    def ledger(self) -> pd.DataFrame:
        """Rows by source, rule and action; for each source, read = kept + merged + set aside."""
        found = [(source, "", "read", rows) for source, rows in self.read.items()]
        for fates in self.fates:
            counts = pd.DataFrame(
                {"source": fates.rows.source, "rule": fates.rule, "action": fates.action}
            ).value_counts()
            found += [
                (self.sources[s], fates.rules[r], ACTIONS[a], int(n))
                for (s, r, a), n in counts.items()
            ]
        for aside in self.asides:
            found += [
                (source, rule, "set aside", int(n))
                for (source, rule), n in aside[["source", "rule"]].value_counts().items()
            ]
        frame = pd.DataFrame(found, columns=["source", "rule", "action", "rows"])
        frame["action"] = pd.Categorical(frame["action"], ["read", *ACTIONS], ordered=True)
        frame = (
            frame.groupby(["source", "action", "rule"], observed=True)["rows"].sum().reset_index()
        )
        return frame.astype({"source": "str", "action": "str", "rule": "str"})[
            ["source", "rule", "action", "rows"]
        ]


def _fate(action: int, rule: str) -> str:
    return f"{ACTIONS[action]}: {rule}" if rule else ACTIONS[action]


def trace(processed: Path, file: str, line: int) -> str:
    """What became of one line of a raw file, in words."""
    lines = pd.read_parquet(processed / "lines.parquet").astype(
        {"source": "str", "table": "str", "fate": "str"}
    )
    faults, ledger = (
        pd.read_csv(processed / f"{name}.csv", dtype="str", keep_default_na=False)
        for name in ("quarantine", "ledger")
    )
    known = sorted({*ledger["source"], *faults["source"]} - {""})
    mine = [
        name
        for name in known
        if name == file or name.startswith(f"{file}#") or name.endswith(f"/{Path(file).name}")
    ]
    if not mine:
        raise Refused(
            [
                Fault(
                    file,
                    line,
                    "",
                    "trace",
                    "",
                    f"no such source in this study; sources: {', '.join(known[:10])}",
                )
            ]
        )
    rows = lines[lines["source"].isin(mine) & (lines["line"] == line)]
    faults = faults[faults["source"].isin(mine) & faults["line"].isin([str(line), ""])]
    said = []
    for row in rows.itertuples():
        where = (f", in {row.table}" if pd.notna(row.table) else "") + (
            f" as {row.key}" if pd.notna(row.key) else ""
        )
        said.append(f"{row.source}, line {line}: {row.fate}{where}")
    said += [
        f"  {fault.column or 'record'}: {fault.message or fault.rule} (met: {fault.value!r})"
        for fault in faults.itertuples()
    ]
    return (
        "\n".join(said)
        or f"{file}, line {line}: no record begins there (a header, a blank line, or inside a longer record)"
    )
