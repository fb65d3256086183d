"""The next smallest part of a whole, whose size is withheld where another part alone is too small."""

from collections.abc import Iterator

import pandas as pd

from analysis.declare.conventions import DEFAULTS


def companions(
    relations: pd.DataFrame, by: str, value: str, few: float = DEFAULTS["secret_below"]
) -> set[int]:
    """The sizes that the report of one part (a region, a level) withholds so that another part's
    cannot be worked out.

    Where one part alone has fewer than `few`, the whole less all other parts would tell it: the
    next smallest part keeps its own size too. Parts are compared by all relations, by those not
    ended and by those that run.

    >>> held = pd.DataFrame({"region": ["a"] * 9 + ["b"] * 6 + ["c"] * 2, "status": "running"})
    >>> companions(held, "region", "b"), companions(held, "region", "a")
    ({6}, set())
    """
    return {size for size, _smallest in _sizes_beside_smallest(relations, by, value, few)}


def possible_companions(
    relations: pd.DataFrame, by: str, value: str, few: float = DEFAULTS["secret_below"]
) -> set[int]:
    """What a reader who knows the whole and all other parts could take for the sizes that are
    withheld as `companions`: what the two parts have together less any number below `few`.

    >>> held = pd.DataFrame({"region": ["a"] * 9 + ["b"] * 6 + ["c"] * 2, "status": "running"})
    >>> sorted(possible_companions(held, "region", "b"))
    [4, 5, 6, 7]
    """
    return {
        size + smallest - number
        for size, smallest in _sizes_beside_smallest(relations, by, value, few)
        for number in range(1, int(few))
    }


def _sizes_beside_smallest(
    relations: pd.DataFrame, by: str, value: str, few: float
) -> Iterator[tuple[int, int]]:
    for published in (
        relations,
        relations[relations["status"] != "ended"],
        relations[relations["status"] == "running"],
    ):
        sizes = published.groupby(by).size().sort_index().sort_values(kind="stable")
        if (sizes < few).sum() == 1 and len(sizes) > 1 and sizes.index[1] == value:
            yield int(sizes.iloc[1]), int(sizes.iloc[0])
