"""What an analyst put into a study by hand: relations chosen one by one, own columns, frames
changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.declare.faults import refusal
from analysis.declare.schema import declared_tables

FRAMES = (
    "relations",
    "followed",
    "lines",
    "measures",
    "resources",
    "ledger",
    "quarantine",
    *declared_tables(),
)
"""The frames of a study that exhibits read."""


@dataclass(frozen=True, eq=False)
class Own:
    """Chosen relations by id (None: all), columns joined to relations, frames in place of the
    study's.
    """

    chosen: frozenset[str] | None = None
    columns: tuple[pd.DataFrame, ...] = ()
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def choose(self, relation_ids: frozenset[str]) -> "Own":
        """The same, kept to these relations too."""
        if self.chosen is None:
            chosen = relation_ids
        else:
            chosen = self.chosen & relation_ids
        return replace(self, chosen=chosen)

    def join(self, columns: pd.DataFrame) -> "Own":
        """The same, with more columns beside relations."""
        return replace(self, columns=(*self.columns, columns))

    def with_frames(self, frames: Mapping[str, pd.DataFrame]) -> "Own":
        """The same, with frames changed by hand; relations, and those followed, decide which count."""
        changed_study = replace(self, frames={**self.frames, **frames})
        for name in ("relations", "followed"):
            if name in frames:
                changed_study = changed_study.choose(frozenset(frames[name]["relation_id"]))
        return changed_study

    def applied(self, relations: pd.DataFrame) -> pd.DataFrame:
        """Relations with the own columns, kept to those chosen."""
        for columns in self.columns:
            key = columns.index.name
            relations = relations.join(columns, on=key)
        if self.chosen is not None:
            relations = relations[relations["relation_id"].isin(self.chosen)]
            relations = relations.reset_index(drop=True)
        return relations


def refuse_wrong_frame(name: str, frame: object, own: object) -> None:
    """Raise Refused where what is given in place of a frame is none, or lacks columns of it.

    >>> refuse_wrong_frame("curve", pd.DataFrame({"time": [1]}), pd.DataFrame({"time": [], "at_risk": []}))
    Traceback (most recent call last):
    analysis.declare.faults.Refused: curve: expected a frame with the columns time, at_risk, lacks at_risk
    """
    if not isinstance(own, pd.DataFrame):
        return
    expected = f"expected a frame with the columns {', '.join(map(str, own))}"
    if not isinstance(frame, pd.DataFrame):
        raise refusal(name, expected, type(frame).__name__)
    lacking = [str(column) for column in own if column not in frame]
    if lacking:
        raise refusal(name, f"{expected}, lacks {', '.join(lacking)}")


def differ(frame: pd.DataFrame, own: pd.DataFrame) -> bool:
    """Whether a frame is not the study's own; further columns beside its own do not count."""
    if isinstance(own, pd.DataFrame) and isinstance(frame, pd.DataFrame):
        return not set(own) <= set(frame) or not frame[list(own)].equals(own)
    if isinstance(own, pd.DataFrame | pd.Series):
        return not own.equals(frame)
    return frame is not own


def chosen_ids(relations: pd.DataFrame, mask) -> frozenset[str]:
    """The relations that a mask chooses: yes or no for each, by row or by relation_id.

    >>> relations = pd.DataFrame({"relation_id": ["R1", "R2"], "duration_months": [12, 40]})
    >>> sorted(chosen_ids(relations, relations["duration_months"] > 24))
    ['R2']
    """
    ids = relations["relation_id"]
    if callable(mask):
        mask = mask(relations)
    if isinstance(mask, pd.Series):
        by_id = not mask.index.equals(relations.index) and mask.index.isin(ids).any()
        mask = mask.reindex(ids) if by_id else mask.reindex(relations.index)
        mask = mask.astype("boolean").fillna(False)
    values = np.asarray(mask, dtype=object)
    if values.shape != (len(relations),) or not set(values) <= {True, False}:
        expected = f"expected yes or no for each of {len(relations)} relations"
        raise refusal("where", f"{expected}, such as study.relations['renewals'] > 0")
    return frozenset(ids[values.astype(bool)])


def keyed(columns: pd.DataFrame, relations: pd.DataFrame) -> pd.DataFrame:
    """Own columns by what they are joined on: one row for each key, new names."""
    keys = ("relation_id", "partner_id", "entity", "department", "region")
    if columns.index.name not in keys:
        on = next((key for key in keys if key in columns), None)
        if on is None:
            raise refusal("join", f"expected one of the columns {', '.join(keys)} to join on")
        columns = columns.set_index(on)
    if columns.index.has_duplicates:
        several = columns.index[columns.index.duplicated()][0]
        expected = f"several rows for one {columns.index.name}; keep one, or group them first"
        raise refusal("join", expected, several)
    names_in_use = sorted(set(columns) & set(relations))
    if names_in_use:
        raise refusal("join", "relations have this column already; rename it", names_in_use[0])
    return columns
