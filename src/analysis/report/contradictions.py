"""No two exhibits of a run contradict each other: every statement of one fact is equal (METHOD
9.5).

An exhibit states facts by name (`Exhibit.states`: "survival.36", "renewal", "line.LF5.share"): the
numbers that others state too. They come from one computation; a difference is a fault of the run.
"""

from collections.abc import Iterable, Mapping

_TOLERANCE = 1e-9  # of numbers that one computation gives


def contradictions(statements: Iterable[tuple[str, Mapping[str, float]]]) -> list[str]:
    """A line for each fact that two exhibits state differently: the fact, both exhibits, both
    values.

    Each fact is held against the first exhibit that states it; what is missing states nothing.

    >>> contradictions([("F3", {"survival.36": 0.61}), ("F5", {"survival.36": 0.72}), ("T8", {"renewal": 0.5})])
    ['survival.36: F3 says 0.61, F5 says 0.72']
    """
    first: dict[str, tuple[str, float]] = {}
    lines = []
    for exhibit, facts in statements:
        for fact, value in facts.items():
            first_exhibit, stated = first.setdefault(fact, (exhibit, value))
            if abs(value - stated) > _TOLERANCE * max(1.0, abs(stated)):
                lines.append(
                    f"{fact}: {first_exhibit} says {stated:.6g}, {exhibit} says {value:.6g}"
                )
    return lines
