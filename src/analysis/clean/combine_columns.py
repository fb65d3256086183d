"""Several raw columns as one column of a table."""

import numpy as np
import pandas as pd

from analysis.read import Coded


def first_known(parts: list[Coded]) -> Coded:
    """For each row the first value that one of several columns holds."""
    whole = parts[0]
    for part in parts[1:]:
        known = np.append(whole.values.notna().to_numpy(bool), False)[whole.codes]
        codes = np.where(
            known, whole.codes, np.where(part.codes < 0, -1, part.codes + len(whole.values))
        )
        whole = Coded(
            codes.astype(np.int32), pd.concat([whole.values, part.values], ignore_index=True)
        )
    return whole


def summed(parts: list[Coded]) -> Coded:
    """Numbers added up row by row; missing where all are."""
    total = pd.concat([part.series() for part in parts], axis=1).sum(axis=1, min_count=1)
    codes, values = pd.factorize(total)
    return Coded(codes.astype(np.int32), pd.Series(values, dtype="Float64"))


def decided(parts: list[Coded]) -> Coded:
    """What became of each request: withdrawn where any column says so, else what the first says that says more than "running"."""
    said = pd.concat([part.series() for part in parts], axis=1)
    first = (
        said.where(said.ne("running"))
        .bfill(axis=1)
        .iloc[:, 0]
        .mask(said.eq("withdrawn").any(axis=1), "withdrawn")
    )
    codes, values = pd.factorize(first)
    return Coded(codes.astype(np.int32), pd.Series(values, dtype="str"))


def joined(parts: list[Coded]) -> Coded:
    """Texts joined by a space, each distinct combination once."""
    frame = pd.DataFrame({i: part.codes for i, part in enumerate(parts)})
    groups = frame.groupby(list(frame), sort=False)
    first = groups.head(1)
    texts = [part.rows(first.index.to_numpy()).series().fillna("").str.strip() for part in parts]
    joined = texts[0].str.cat(texts[1:], sep=" ").str.strip()
    codes = groups.ngroup().to_numpy().astype(np.int32)
    blank = (joined == "").to_numpy(dtype=bool)
    return Coded(np.where(blank[codes], -1, codes).astype(np.int32), joined)
