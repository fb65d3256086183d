"""The relations of a study, the tables that belong to them, and the lines of fragility and
strength.
"""

from collections.abc import Iterable

import pandas as pd

from analysis import relations as clock
from analysis.declare import schema as declared
from analysis.declare.faults import NoSuchName, unknown
from analysis.indicators import line_measures, lines
from analysis.study import filters, relations_on_day
from analysis.study.cleaned_folder import distinct
from analysis.study.line_sources import line_sources
from analysis.study.tables import KnownTables


class ScopedTables(KnownTables):
    """The tables of a study kept to its filters: `study.relations`, `study.partners`..."""

    def values(self, by: str) -> list[str]:
        """The values of a filter that this study holds, for one report each.

        Partners are named only where they consent to a portrait.

        >>> from analysis import explore
        >>> explore.open("demo").values("level")
        ['local', 'national', 'regional']
        """
        if by == "partner":
            projects = self.known("projects")
            consents = projects["portrait_consent"].fillna(False).astype(bool)
            return sorted(set(projects.loc[consents, "partner_id"].dropna()))
        if by not in filters.FILTERS:
            raise unknown("filter", by, filters.FILTERS, 5)
        return sorted(distinct(self.relations[filters.FILTERS[by].column]))

    # ---- relations
    @property
    def all_relations(self) -> pd.DataFrame:
        """Every relation known on the day, before the filters."""
        choices = (self.day, self.parameters.grace_days, self.conventions["silence_months"])
        chained = self.folder.shared(
            "relations as known",
            lambda: relations_on_day.relations_known(self.folder, *choices),
            *choices,
        )
        return chained.copy(deep=False)

    @property
    def relations(self) -> pd.DataFrame:
        """The relations in scope, as known on the day (table `relations`).

        Columns of few values are categories, those that occur here: `astype("str")` before another
        value is put in.
        """
        return self._frame("relations", lambda: self._kept(self.all_relations))

    def _kept(self, all_relations: pd.DataFrame) -> pd.DataFrame:
        relations_in_scope = filters.kept_relations(all_relations, self.filters, self.folder)
        return self.own.applied(relations_in_scope)

    @property
    def followed(self) -> pd.DataFrame:
        """The relations that durations are read from: their start is seen, every end is known.

        They are followed up to the settled day of their source (see `relations.settled`).
        """
        return self._frame("followed", self._followed)

    def _followed(self) -> pd.DataFrame:
        relations = self.relations
        grace_days = self.parameters.grace_days
        last_seen, holes = self.seen_until(relations), self.raw("holes")
        settled = clock.settled(relations, last_seen, grace_days, holes)
        return settled[settled["start_seen"].astype("bool")]

    def relations_on(self, day: pd.Timestamp) -> pd.DataFrame:
        """The relations in scope as they were known on another day, perhaps before the first.

        >>> from analysis import explore
        >>> len(explore.open("demo").relations_on(pd.Timestamp("1990-01-01")))
        0
        """
        choices = (self.parameters.grace_days, self.conventions["silence_months"])
        return self._kept(relations_on_day.relations_known(self.folder, day, *choices))

    def rechained(
        self, *, grace_days: int | None = None, whole_group: bool = False, identity: str = ""
    ) -> pd.DataFrame:
        """The relations in scope had another choice been made.

        Another grace, one relation per partner with the whole group, or another rule of who is who
        (known for all relations together, so without filters).

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> len(study.rechained(grace_days=720)) < len(study.relations)
        True
        """
        if grace_days is None:
            grace_days = self.parameters.grace_days
        chained = relations_on_day.relations_otherwise(
            self.folder,
            self.day,
            grace_days,
            self.conventions["silence_months"],
            whole_group=whole_group,
            identity=identity,
        )
        return self._kept(chained)

    # ---- tables in scope
    def _frame(self, name: str, compute) -> pd.DataFrame:
        """A frame of the study, computed once and handed out as a copy."""
        if name not in self._frames:
            self._frames[name] = compute()
        return self._frames[name].copy(deep=False)

    def _table(self, name: str) -> pd.DataFrame:
        if not self.has(name):
            return declared.empty(name)
        return filters.belonging(name, self.known(name), self)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table that the sources gave, as known and in scope, by name; relations among them."""
        names = [name for name in declared.declared() if name not in ("grants", "relations")]
        tables_present = [name for name in names if self.has(name)]
        return {name: getattr(self, name) for name in [*tables_present, "relations"]}

    def __getattr__(self, name: str) -> pd.DataFrame:
        """A declared table as an attribute: `study.partners`..., empty where the sources have none."""
        if name.startswith("_"):
            raise AttributeError(name)
        if hasattr(type(self), name):  # its own attribute, which met an AttributeError: show that
            return object.__getattribute__(self, name)
        if name not in declared.declared():
            names = {*dir(self), *declared.declared()}
            public = sorted(known_names for known_names in names if not known_names.startswith("_"))
            raise NoSuchName(unknown("study", name, public).faults, 2)
        return self._frame(name, lambda: self._table(name))

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *declared.declared()]

    # ---- lines
    @property
    def measures(self) -> pd.DataFrame:
        """What the lines of fragility and strength are read from, by relation_id.

        Everything that is known counts, whatever the filters: a network's national agreement lies
        outside every region.
        """
        if "measures" in self.own.frames:
            return self.own.frames["measures"].copy(deep=False)
        numbers = self.conventions
        measured = self.folder.shared(
            "measures",
            lambda: line_measures.of_relations(
                {},
                self.all_relations,
                self.day,
                known=line_sources(self.folder, self.day, numbers),
                conventions=numbers,
            ),
            self.day,
            self.parameters.grace_days,
            *numbers.values(),
        )
        if self.filters:
            return measured.loc[self.relations["relation_id"]]
        return measured.copy(deep=False)

    @property
    def lines(self) -> pd.DataFrame:
        """The lines LF1-LF10 and LS1-LS10 of each relation in scope, by relation_id.

        Boolean, missing = unknown.
        """
        declared_lines = lines.declared(self.conventions)
        return self._frame("lines", lambda: lines.statements(self.measures, declared_lines))
