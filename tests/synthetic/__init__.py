"""The demonstration programme: synthetic relations, partners and voices whose truth is known, written as messy exports."""

from pathlib import Path

PART = 250_000  # local partnerships drawn and written at once


def write_demo(out: Path, seed: int = 1, relations: int = 1500) -> None:
    """Draw a programme of 53 national networks and `relations` local partnerships, and write its raw exports under `out`.

    The same seed gives the same bytes. A large programme is drawn and written in parts, so that memory stays bounded.
    """
    from synthetic import exports, programme

    known: dict = {}
    for part, begun in enumerate(range(0, max(relations, 1), PART)):
        tables, truth = programme.draw(seed, min(PART, relations - begun), part=part)
        known = truth | {
            name: truth[name] + known.get(name, 0)
            for name in ("networks", "relations", "ended_by_settled_day", "silent")
        }
        exports.write(tables, known, out, seed, part=part)
