"""What analysts ask of the relations of a study: rows behind a mark, sets one by one, two studies side by side."""

import pandas as pd

from analysis.declare.faults import did_you_mean, refusal, unknown
from analysis.study import catalogue, published

COMPARED = ("start", "end", "status", "agreements", "renewals", "duration_months")


def behind(study, id: str, **mark) -> pd.DataFrame:
    """The rows that a figure counts, or those behind one of its marks.

    The module of the exhibit says which: its table BEHIND has a function for each id.
    """
    published.function(id)  # refuses what is no exhibit
    rows_of = getattr(catalogue.module_of(id), "BEHIND", {})
    if id not in rows_of:
        known = [each for each in published.modules() if has_rows(each)]
        expected = f"no rows can be shown behind it, only behind {', '.join(known)}"
        raise refusal("behind", expected, id)
    try:
        return rows_of[id](study, **mark)
    except TypeError:
        allowed = list(catalogue.inspect.signature(rows_of[id]).parameters)[1:]
        wrong = [name for name in mark if name not in allowed]
        if not wrong:
            raise
        near = did_you_mean(wrong[0], allowed, told=len(allowed))
        raise refusal("behind", f"{id} has no such mark{near}", wrong[0]) from None


def has_rows(id: str) -> bool:
    """Whether the rows behind a figure can be shown."""
    return id in getattr(catalogue.module_of(id), "BEHIND", {})


def exploded(study, column: str, table: str = "") -> pd.DataFrame:
    """A table with one row for each value of a column of sets: what is missing stays one row."""
    named = [table] if table else ["relations", "agreements", "projects", "offers"]
    held = [name for name in named if column in getattr(study, name)]
    if not held:
        sets = [
            name
            for name in study.relations
            if study.relations[name].astype("str").str.contains("|", regex=False).any()
        ]
        raise unknown("explode", column, sets, 5)
    frame = getattr(study, held[0])
    values = frame[column].astype("str").str.split("|")
    return frame.assign(**{column: values}).explode(column, ignore_index=True)


def compared(study, other) -> pd.DataFrame:
    """Relations that differ between two studies, by relation_id: what happened, and both values."""
    before, after = (
        study.relations.set_index("relation_id"),
        other.relations.set_index("relation_id"),
    )
    columns = [name for name in COMPARED if name in before and name in after]
    both = before[columns].join(after[columns], how="outer", suffixes=("_before", "_after"))
    both = both[sorted(both, key=lambda name: columns.index(name.rpartition("_")[0]))]
    moved = pd.Series(False, index=both.index)
    for name in columns:
        if name == "duration_months":  # which grows from day to day
            continue
        old, new = both[f"{name}_before"].astype("str"), both[f"{name}_after"].astype("str")
        moved |= old.fillna("") != new.fillna("")
    what = pd.Series("changed", index=both.index)
    what = what.mask(~both.index.isin(after.index), "only in the first")
    what = what.mask(~both.index.isin(before.index), "only in the second")
    both.insert(0, "what", what)
    both.insert(
        0, "partner_id", after["partner_id"].reindex(both.index).fillna(before["partner_id"])
    )
    return both[moved].sort_index()


def line_dictionary(study) -> pd.DataFrame:
    """What each line says, what it compares with what, and for how many relations it is known."""
    from analysis.article.exhibit_words import line_names
    from analysis.declare import conventions
    from analysis.indicators import lines

    labels, stated = line_names(study), study.lines
    rows = [
        (
            name,
            labels[name],
            line.measure,
            line.sign,
            line.threshold,
            conventions.unit(name),
            int(stated[name].notna().sum()),
            len(stated),
        )
        for name, line in lines.declared(study.conventions).items()
    ]
    columns = ["line", "label", "measure", "sign", "threshold", "unit", "known", "rows"]
    return pd.DataFrame(rows, columns=columns).set_index("line")


def measure_dictionary(study) -> pd.DataFrame:
    """What the lines are read from: the unit of each measure, the lines that read it, how many are known."""
    by_line, measures = line_dictionary(study).reset_index(), study.measures
    rows = []
    for name in measures:
        read = by_line[by_line["measure"] == name]
        unit = read["unit"].iloc[0] if len(read) else ""
        known = int(measures[name].notna().sum())
        rows.append(
            (name, unit, ", ".join(read["line"]), " / ".join(read["label"]), known, len(measures))
        )
    columns = ["measure", "unit", "lines", "labels", "known", "rows"]
    return pd.DataFrame(rows, columns=columns).set_index("measure")
