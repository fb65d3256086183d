"""The tables of a cleaned folder, by one rule of who is who: before any day or filter."""

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from pyarrow import parquet

from analysis import relations
from analysis.declare import schema as declared
from analysis.declare.faults import nearest, refusal, unknown
from analysis.read import memory

NOTES = (
    "breaks",
    "completeness",
    "conflicts",
    "currencies",
    "domains_unmapped",
    "holes",
    "identities",
    "lines",
    "merges",
    "programmes",
    "totals",
    "windows",
)
SIGNS_OF_LIFE = ("events", "contributions")  # tables whose dates show that an agreement lives
RESULTS = 8  # results of one name that are kept at once


def locate(data: str) -> Path:
    """The folder of a cleaned study: a path, or a name under the nearest `data/processed`.

    The nearest is looked for at and above this folder, then in the project.
    """
    path = Path(data)
    if (path / "datapackage.json").is_file():
        return path
    tops = (Path.cwd(), *Path.cwd().parents, Path(__file__).parents[3])
    roots = [top / "data/processed" for top in tops]
    for root in roots:
        if (root / data / "datapackage.json").is_file():
            return root / data
    names = sorted({file.parent.name for root in roots for file in root.glob("*/datapackage.json")})
    names = names if len(names) <= 5 else nearest(data, names) or names[:5]
    hint = "no cleaned study is here; make one with: impact-study clean"
    if names:
        hint = f'give one that is, data = "{names[0]}"; cleaned studies here: {", ".join(names)}'
    expected = f"no cleaned study of this name, {hint}"
    raise refusal(data, expected, rule="data")


class CleanedFolder:
    """A cleaned folder by a rule of who is who ("both", "identifier" or "name").

    `read` holds what was read from the folder and what was computed from it. It is shared, not
    copied, by the folders that are made from this one with another rule.
    """

    def __init__(self, folder: Path, identity: str, read: dict[str, dict] | None = None):
        self.path, self.identity = folder, identity
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        self.about = package["study"]
        self.read = {} if read is None else read
        identity_rule = self.about["identity"]
        if identity_rule not in (identity, "both"):
            again = f"clean again with: impact-study clean -p identity={identity}"
            raise refusal("identity", f"cleaned with identity={identity_rule}; {again}", identity)

    def identified(self, identity: str) -> "CleanedFolder":
        """The same folder by another rule of who is who."""
        return CleanedFolder(self.path, identity, self.read)

    # ---- whole tables
    def raw(self, name: str) -> pd.DataFrame:
        """A clean table, or one of the notes of the cleaning, as the folder holds it."""
        identity_rule = self.about["identity"]

        def identified_table() -> pd.DataFrame:
            table = self.read[name].get((identity_rule,))
            if table is None:
                table = self._whole(name)
            if self.identity == identity_rule:
                return table
            return self._identified(table, name)

        table = self.shared(name, identified_table)
        return table.copy(deep=False)  # what is set in a copy stays in it

    def _whole(self, name: str) -> pd.DataFrame:
        file = self.path / f"{name}.parquet"
        table_names = [*declared.declared_tables(), *NOTES]
        if not file.is_file() and name not in table_names:
            raise unknown("table", name, table_names, len(table_names))
        table = pd.read_parquet(file) if file.is_file() else pd.DataFrame()
        if name in declared.declared_tables() and not set(declared.columns(name)) <= set(table):
            return declared.conform(table, name)
        return table

    def _identified(self, table: pd.DataFrame, name: str) -> pd.DataFrame:
        if name == "identities" or "partner_id" not in table:
            return table
        if name == "agreements":
            return self._identified_agreements(table)
        key = f"{self.identity}_key"
        who = self.shared("named partners", lambda: self._keys("partner_id", ["partner_id"]))
        position = relations.place(table["partner_id"], who["partner_id"])
        partner = who[key].array.take(position, allow_fill=True)
        table = table.assign(partner_id=partner).dropna(subset="partner_id")
        keys = []
        if name in declared.declared_tables():
            keys = declared.key(name)
        if "partner_id" in keys:
            return table.drop_duplicates(keys)
        return table

    def _identified_agreements(self, table: pd.DataFrame) -> pd.DataFrame:
        key = f"{self.identity}_key"
        who = self.shared(
            "named agreements", lambda: self._keys("agreement_id", ["agreement_id", key])
        )
        position = self.shared(
            "agreements named",
            lambda: relations.place(who["agreement_id"], table["agreement_id"]),
        )
        order = np.argsort(position, kind="stable")[np.count_nonzero(position < 0) :]
        if not np.array_equal(position[order], range(len(table))):
            table = table.iloc[position[order]].reset_index(drop=True)
        return table.assign(partner_id=who[key].array.take(order))

    def _keys(self, by: str, apart: list[str]) -> pd.DataFrame:
        rows = self.raw("identities").dropna(subset=[by, f"{self.identity}_key"])
        return rows.drop_duplicates(apart)

    def has(self, name: str) -> bool:
        """Whether the sources gave any row of this table."""
        file = self._unread_file(name)
        if file:
            rows = parquet.read_metadata(file).num_rows
        else:
            rows = len(self.raw(name))
        return rows > 0

    # ---- what the cleaning says of itself
    @cached_property
    def ledger(self) -> pd.DataFrame:
        """What became of every raw row: columns source, rule, action, rows."""
        return pd.read_csv(self.path / "ledger.csv", keep_default_na=False)

    @cached_property
    def quarantine(self) -> pd.DataFrame:
        """What could not be used, and remarks on sources: source, line, column, rule, value,
        message.
        """
        return pd.read_csv(self.path / "quarantine.csv", keep_default_na=False, dtype="str")

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """Pairs of partners that may be one, for the team to decide."""
        file = self.path / "candidates.csv"
        if file.is_file() and file.stat().st_size > 1:
            return pd.read_csv(file)
        return pd.DataFrame()

    # ---- parts of tables
    def shared(
        self,
        name: str,
        compute: Callable[[], object],
        *choices,
        identity: str | None = None,
        most: int = RESULTS,
    ):
        """What folder, who is who and other choices decide: computed once, the last `most` kept."""
        results = self.read.setdefault(name, {})
        key = (self.identity if identity is None else identity, *choices)
        if key not in results:
            while len(results) >= most:
                results.pop(next(iter(results)))
            results[key] = compute()
            memory.release()
        return results[key]

    def _unread_file(self, name: str) -> Path | None:
        file = self.path / f"{name}.parquet"
        is_read = (self.identity,) in self.read.get(name, {})
        if file.is_file() and not is_read:
            return file
        return None

    def columns(self, name: str, columns: Iterable[str], any_identity: bool = False):
        """Some columns of a raw table, its classes and sets as categories; the rest is not read.

        With `any_identity`, where it does not matter who is who: all rows.
        """
        file = self._unread_file(name)
        if file is None:
            return self.raw(name)[list(columns)]
        kinds = declared.columns(name)
        as_it_is = any_identity or self.identity == self.about["identity"]
        as_it_is = as_it_is or "partner_id" not in kinds
        needed = set(columns)
        if not as_it_is:
            needed |= {"partner_id", *declared.key(name)}
        needed = [column for column in kinds if column in needed]
        if set(needed) <= set(parquet.read_schema(file).names):
            few = [
                column
                for column, kind in kinds.items()
                if kind.kind in ("category", "set") or column == "entity"
            ]
            table = parquet.read_table(file, columns=needed, read_dictionary=few)
            table = table.to_pandas(split_blocks=True, self_destruct=True)  # no column twice
        else:
            table = declared.conform(parquet.read_table(file).to_pandas(), name, only=needed)
        return (table if as_it_is else self._identified(table, name))[list(columns)]

    def values(self, name: str, column: str) -> list[str]:
        """The different values that a raw column of sets holds, sorted."""
        return self.shared(
            f"{name}.{column}",
            lambda: sorted(distinct(self.columns(name, [column], True)[column])),
            identity="",
        )

    def first_start(self) -> pd.Timestamp:
        """The start of the earliest agreement."""
        return self.shared(
            "first start",
            lambda: self.columns("agreements", ["start"], True)["start"].min(),
            identity="",
        )

    @property
    def chains(self) -> pd.DataFrame:
        """The agreements in their chains."""
        position = ("partner_id", "department", "region")
        return self.shared(
            "chains",
            lambda: relations.in_chains(
                self.columns("agreements", relations.READ), self.columns("partners", position)
            ),
        )

    def signs_of_life(self) -> pd.DataFrame:
        """The dates at which agreements were seen to live: columns agreement_id, date."""
        return pd.concat([self.columns(name, ("agreement_id", "date")) for name in SIGNS_OF_LIFE])

    def numbered_signs_of_life(self) -> tuple[pd.Series, pd.DataFrame]:
        """A number for each agreement of the chains, and the signs of life by that number."""
        ids, signs_of_life = self.chains["agreement_id"], self.signs_of_life()
        signs_of_life = signs_of_life.assign(
            agreement_id=relations.place(signs_of_life["agreement_id"], ids)
        )
        return pd.Series(relations.place(ids, ids), ids.index), signs_of_life


def distinct(values: pd.Series) -> set[str]:
    """The different values that a column of sets holds.

    >>> sorted(distinct(pd.Series(["skills|places", "places", None])))
    ['places', 'skills']
    """
    return {value for cell in values.dropna().unique() for value in cell.split("|")}
