"""The analysts' door: open a cleaned study, look, filter, ask why, change what was chosen, keep what was found.

The study's own notebooks go through the same door, so that a number found by hand is the number of the report.
"""

from html import escape

import pandas as pd

from analysis import parameters, scope, words
from analysis import tables as declared
from analysis.exhibit import Unsupported
from analysis.faults import Refused, nearest

_ = words.text


def open(data: str = "demo", **asked) -> "Study":
    """A cleaned study, by name under `data/processed` or by folder, as seen with these parameters.

    `impact-study params` lists the parameters; a blank one is as if not given.

    >>> study = open("demo", day="2018-06-27", lang="en")   # doctest: +SKIP
    >>> study.where(region="Bretagne").exhibit("F3")        # doctest: +SKIP
    """
    given = parameters.parse({"data": data, **asked})
    return Study(scope.locate(given.data), given)


class Study(scope.Study):
    """A cleaned study that shows itself, gives any exhibit and tells why a number is what it is."""

    def exhibit(self, name: str, **options):
        """A figure or table of the study with its words, by id: `study.exhibit("F3", by="level")`.

        Where the data do not support it, what comes back says so in words.
        """
        from analysis import exhibits

        words.use(self.lang)
        try:
            return exhibits.build(self, name, **options)
        except Unsupported as reason:
            return reason

    def dictionary(self, table: str) -> pd.DataFrame:
        """The meaning, kind and unit of every column of a table, and how many of its values are known.

        >>> open("demo").dictionary("votes")   # doctest: +SKIP
        """
        if table not in declared.declared():
            raise Refused([scope._unknown("table", table, nearest(table, list(declared.declared())))], 2)
        frame = self.relations if table == "relations" else self.known(table)
        rows = [
            {
                "column": column.name, "label": column.label(self.lang), "kind": column.kind, "unit": column.unit,
                "values": ", ".join(column.values), "known": int(frame[column.name].notna().sum()), "rows": len(frame),
            }
            for column in declared.columns(table).values()
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index("column")

    def opening(self) -> list[str]:
        """The sentences with which every notebook opens: the day, what is kept, how many relations, what is unknown."""
        found = self.relations
        status = found["status"].value_counts()
        told = [
            _("Situation on {day}: {scope}.").format(day=words.date(self.day), scope=self.scope_line),
            words.plural(len(found), "{n} relation is known", "{n} relations are known").format(n=words.number(len(found)))
            + _(": {running} running, {ended} ended, {confirm} to confirm.").format(
                running=words.number(status.get("running", 0)),
                ended=words.number(status.get("ended", 0)),
                confirm=words.number(status.get("to confirm", 0)),
            ),
        ]
        absent = [
            name
            for name, table in ((_("the survey"), "answers"), (_("the accounts"), "accounts"), (_("the events"), "events"))
            if not self.has(table)
        ]
        if absent:
            told.append(_("The sources do not hold {absent}: what depends on them is said to be unknown.").format(absent=words.join(absent)))
        return told

    def _repr_html_(self) -> str:
        words.use(self.lang)
        stamp = f'<p class="stamp">{escape(_("Demonstration data"))}</p>' if self.synthetic else ""
        sentences = " ".join(escape(sentence) for sentence in self.opening())
        rows = "".join(
            f"<tr><th scope='row'>{escape(name)}</th><td>{words.number(len(self.raw(name)))}</td></tr>"
            for name in declared.declared()
            if name not in ("grants", "relations") and self.has(name)
        )
        table = (
            f"<details class='tables'><summary>{escape(_('Tables and their rows'))}</summary>"
            f"<table><thead><tr><th scope='col'>{escape(_('Table'))}</th><th scope='col'>{escape(_('Rows'))}</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></details>"
        )
        return f'<div class="opening">{stamp}<p>{sentences}</p><p class="source">{escape(self.source_line)}</p>{table}</div>'

    def __repr__(self) -> str:
        return f"{self.title}\n" + "\n".join(self.opening())
