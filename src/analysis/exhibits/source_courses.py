"""Sources that wind down or fall silent, as facts of sentences."""

from analysis.indicators import calendar_time
from analysis.study.once import once
from analysis.text.facts import Count, Label

_NAMED = 4  # sources of each kind, the largest first


@once
def unsteady_sources(study) -> dict[str, list[dict[str, object]]]:
    """What the phrase `unsteady_sources` tells: the largest that close or fall silent."""
    courses = calendar_time.courses(study.relations, study.day)
    courses = courses.sort_values("peak", ascending=False, kind="stable")
    closing, silent = (
        courses.dropna(subset=name).head(_NAMED) for name in ("faded_on", "silent_from")
    )
    return {
        "closing": [
            {
                "entity": Label(row.Index),
                "peak": Count(int(row.peak)),
                "year": str(row.peak_on.year),
                "since": str(row.faded_on.year),
            }
            for row in closing.itertuples()
        ],
        "silent": [
            {
                "entity": Label(row.Index),
                "years": "–".join(sorted({str(row.silent_from.year), str(row.silent_to.year)})),
            }
            for row in silent.itertuples()
        ],
    }
