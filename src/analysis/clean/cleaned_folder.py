"""A cleaned folder, read by parts: its tables as they lie there, before any day or filter, by one rule of who is who."""

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
from analysis.read import parallel

NOTES = (
    "breaks",
    "completeness",
    "conflicts",
    "currencies",
    "domains_unmapped",
    "identities",
    "lines",
    "totals",
    "windows",
)
TRACES = ("events", "contributions")  # signs of life of an agreement
MADE = 8  # frames of one name kept at once


def locate(data: str) -> Path:
    """The folder of a cleaned study: a path, or a name under the nearest `data/processed`: at or above this folder, or the project's."""
    path = Path(data)
    if (path / "datapackage.json").is_file():
        return path
    roots = [
        root / "data/processed"
        for root in (Path.cwd(), *Path.cwd().parents, Path(__file__).parents[3])
    ]
    for root in roots:
        if (root / data / "datapackage.json").is_file():
            return root / data
    names = sorted({file.parent.name for root in roots for file in root.glob("*/datapackage.json")})
    names = names if len(names) <= 5 else nearest(data, names) or names[:5]
    hint = f", cleaned studies here: {', '.join(names)}" if names else ", no cleaned study is here"
    raise refusal(
        data, f"no cleaned study of this name{hint}; make one with: impact-study clean", rule="data"
    )


class CleanedFolder:
    """A cleaned folder by a rule of who is who ("both", "identifier" or "name").

    `read` holds what the folder held and what was made of it; it is shared, not copied, by those made from this one.
    """

    def __init__(self, folder: Path, identity: str, read: dict[str, dict] | None = None):
        self.folder, self.identity = folder, identity
        self.package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        self.about = self.package["study"]
        self._read = {} if read is None else read
        if (own := self.about["identity"]) not in (identity, "both"):
            expected = f"cleaned with identity={own}; clean again with: impact-study clean -p identity={identity}"
            raise refusal("identity", expected, identity)

    def raw(self, name: str) -> pd.DataFrame:
        """A clean table, or one of the notes of the cleaning, as the folder holds it: before the day and the filters.

        >>> from analysis import explore
        >>> explore.open("demo").raw("windows").columns.tolist()
        ['entity', 'first', 'last']
        """
        own = self.about["identity"]

        def made() -> pd.DataFrame:
            held = self._read[name].get((own,))
            table = self._whole(name) if held is None else held
            return table if self.identity == own else self._identified(table, name)

        return self._shared(name, made).copy(deep=False)  # what is set in a frame stays in it

    def _whole(self, name: str) -> pd.DataFrame:
        """A table of the folder; empty where it has none, and with columns that were declared since it was cleaned."""
        file = self.folder / f"{name}.parquet"
        if not file.is_file() and name not in (known := [*declared.declared(), *NOTES]):
            raise unknown("table", name, known, len(known))
        table = pd.read_parquet(file) if file.is_file() else pd.DataFrame()
        whole = name not in declared.declared() or set(declared.columns(name)) <= set(table)
        return table if whole else declared.conform(table, name)

    def _identified(self, table: pd.DataFrame, name: str) -> pd.DataFrame:
        """A table cleaned under the rule "both" as the rule asked for would have it."""
        if name == "identities" or "partner_id" not in table:
            return table
        key = f"{self.identity}_key"
        of = lambda by, apart: (
            self.raw("identities").dropna(subset=[by, key]).drop_duplicates(apart)
        )
        if (
            name == "agreements"
        ):  # one agreement may be known under several names: it is then one of each
            who = self._shared(
                "named agreements", lambda: of("agreement_id", ["agreement_id", key])
            )
            row = self._shared(
                "agreements named",
                lambda: relations.place(who["agreement_id"], table["agreement_id"]),
            )
            order = np.argsort(row, kind="stable")[np.count_nonzero(row < 0) :]
            named = (
                table
                if np.array_equal(row[order], range(len(table)))
                else table.iloc[row[order]].reset_index(drop=True)
            )
            return named.assign(partner_id=who[key].array.take(order))
        who = self._shared("named partners", lambda: of("partner_id", "partner_id"))
        known = who[key].array.take(
            relations.place(table["partner_id"], who["partner_id"]), allow_fill=True
        )
        table = table.assign(partner_id=known).dropna(subset="partner_id")
        keys = declared.key(name) if name in declared.declared() else []
        return table.drop_duplicates(keys) if "partner_id" in keys else table

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """What became of every raw row: columns source, rule, action, rows."""
        return pd.read_csv(self.folder / "ledger.csv", keep_default_na=False)

    @cached_property
    def quarantine(self) -> pd.DataFrame:
        """What could not be read or used, and remarks on sources: source, line, column, rule, value, message."""
        return pd.read_csv(self.folder / "quarantine.csv", keep_default_na=False, dtype="str")

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """Pairs of partners that may be one, for the team to decide."""
        file = self.folder / "candidates.csv"
        return pd.read_csv(file) if file.is_file() and file.stat().st_size > 1 else pd.DataFrame()

    @cached_property
    def windows(self) -> pd.DataFrame:
        """From when to when the source sees each entity of the group: columns entity, first, last."""
        return self.raw("windows")

    def has(self, name: str) -> bool:
        """Whether the study's sources gave any row of this table.

        >>> from analysis import explore
        >>> explore.open("demo").has("answers")
        True
        """
        file = self._alone(name)
        return (parquet.read_metadata(file).num_rows if file else len(self.raw(name))) > 0

    # ---- by parts
    def _shared(
        self,
        name: str,
        make: Callable[[], object],
        *choices,
        identity: str | None = None,
        most: int = MADE,
    ):
        """What the folder, who is who and other choices decide: made once for all made from one another, which keep the last few."""
        made, key = (
            self._read.setdefault(name, {}),
            (self.identity if identity is None else identity, *choices),
        )
        if key not in made:
            while len(made) >= most:
                made.pop(next(iter(made)))
            made[key] = make()
            parallel.release()
        return made[key]

    def _alone(self, name: str) -> Path | None:
        """The file of a table that can be read by parts: there, and not read already by the rule asked for."""
        file, whole = self.folder / f"{name}.parquet", (self.identity,) in self._read.get(name, {})
        return file if file.is_file() and not whole else None

    def _columns(self, name: str, columns: Iterable[str], whoever: bool = False) -> pd.DataFrame:
        """Some columns of a raw table, its classes and sets as categories, without reading or keeping the rest; where it does not
        matter who is who, all rows."""
        if (file := self._alone(name)) is None:
            return self.raw(name)[list(columns)]
        own = (
            whoever
            or self.identity == self.about["identity"]
            or "partner_id" not in declared.columns(name)
        )
        read = [
            one
            for one in declared.columns(name)
            if one in columns or (not own and one in ("partner_id", *declared.key(name)))
        ]
        if not set(read) <= set(parquet.read_schema(file).names):
            table = declared.conform(parquet.read_table(file).to_pandas(), name, only=read)
        else:
            few = [
                one.name
                for one in declared.columns(name).values()
                if one.kind in ("category", "set") or one.name == "entity"
            ]
            table = parquet.read_table(file, columns=read, read_dictionary=few)
            table = table.to_pandas(
                split_blocks=True, self_destruct=True
            )  # no column is held twice
        return (table if own else self._identified(table, name))[list(columns)]

    def _values(self, name: str, column: str) -> list[str]:
        """The different values that a raw column of sets holds, sorted."""
        made = lambda: sorted(single(self._columns(name, [column], True)[column]))
        return self._shared(f"{name}.{column}", made, identity="")

    @property
    def _chains(self) -> pd.DataFrame:
        """The agreements in their chains."""
        place = ("partner_id", "department", "region")
        made = lambda: relations.in_chains(
            self._columns("agreements", relations.READ), self._columns("partners", place)
        )
        return self._shared("chains", made)

    def _signs(self) -> pd.DataFrame:
        """The dated traces of agreements."""
        return pd.concat([self._columns(name, ("agreement_id", "date")) for name in TRACES])

    def _traces(self) -> tuple[pd.Series, pd.DataFrame]:
        """A number for the name of each agreement of the chains, and the dated traces by that number."""
        ids, seen = self._chains["agreement_id"], self._signs()
        seen = seen.assign(agreement_id=relations.place(seen["agreement_id"], ids))
        return pd.Series(relations.place(ids, ids), ids.index), seen


def single(values: pd.Series) -> set[str]:
    """The different values that a column of sets holds.

    >>> sorted(single(pd.Series(["skills|places", "places", None])))
    ['places', 'skills']
    """
    return {one for some in values.dropna().unique() for one in some.split("|")}
