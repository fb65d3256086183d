"""What a study looks at: clean tables as known on its day, kept to a region, domain, level or partner.

A `Study` never changes: `where`, `on` and `with_` return another one. Notebooks, reports and the explorer's door all
look through it, so that the same parameters give the same numbers everywhere.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import relations
from analysis.clean.cleaned_folder import CleanedFolder, single
from analysis.declare import conventions, parameters
from analysis.declare import schema as declared
from analysis.declare.faults import NoSuchName, Refused, refusal, unknown
from analysis.disclosure import audiences
from analysis.indicators import line_measures as measures
from analysis.indicators import lines
from analysis.text import formatting

_ = formatting.text


class Filter(NamedTuple):
    """A parameter that a study may be kept by: the column of relations that it looks at, the raw table of this column whose
    values it may take (blank: they are told otherwise), and how it is said."""

    column: str
    table: str
    said: str


FILTERS = {
    "region": Filter("region", "partners", formatting.mark("region {value}")),
    "domain": Filter("domains", "agreements", formatting.mark("domain {value}")),
    "level": Filter("level", "", formatting.mark("level {value}")),
    "kind": Filter("kinds", "agreements", formatting.mark("form {value}")),
    "partner": Filter("partner_id", "", formatting.mark("partner {value}")),
}


def once(function: Callable) -> Callable:
    """A function of a study, and of plain choices, that works out its result for each study once: exhibits share it.

    >>> from analysis import explore
    >>> shared, study = once(lambda study, months: [months]), explore.open("demo")
    >>> shared(study, 12) is shared(study, 12), shared(study, 12) is shared(study, 24)
    (True, False)
    """

    @wraps(function)
    def kept(study, *asked):
        made = study.__dict__.setdefault("_made", {})
        if (key := (function, *asked)) not in made:
            made[key] = function(study, *asked)
        return made[key]

    return kept


class Study(CleanedFolder):
    """A cleaned study as seen with some parameters. Its tables are plain frames: `study.relations`, `study.partners`…"""

    def __init__(
        self, folder: Path, asked: parameters.Parameters, read: dict[str, dict] | None = None
    ):
        super().__init__(folder, asked.identity, read)
        self.parameters = asked
        self.speak()
        self._refuse_what_it_does_not_hold()

    def speak(self) -> None:
        """Let words be in the study's language and money in its currency: studies that are open side by side may differ.

        >>> from analysis import explore
        >>> first, second = explore.open("demo", lang="en"), explore.open("demo", lang="fr")
        >>> first.speak(), formatting.language()
        (None, 'en')
        """
        formatting.use(self.lang)
        formatting.count_in(self.about.get("currency", "EUR"))

    # ---- what it is
    @property
    def lang(self) -> str:
        """The language that the study speaks, "fr" or "en"."""
        return self.parameters.lang

    @property
    def title(self) -> str:
        """The name of the study, as its sources or their study.toml give it."""
        return self.about["title"]

    @property
    def synthetic(self) -> bool:
        """Whether the data are drawn, not observed: every page is then stamped."""
        return bool(self.about["synthetic"])

    @property
    def is_grants(self) -> bool:
        """Whether the sources are grant lists: no survey, no accounts, and a funder's choice rather than a partnership."""
        return bool(self.about["grants"])

    @cached_property
    def day(self) -> pd.Timestamp:
        """The observation date: what happens later is not known."""
        return pd.Timestamp(self.parameters.day or self.about["day"])

    @cached_property
    def conventions(self) -> Mapping[str, float]:
        """The numbers that the method sets, by name: the defaults, and those that the study gives in their place.

        >>> from analysis import explore
        >>> explore.open("demo").conventions["secret_below"]
        5
        """
        return conventions.conventions(self.about.get("conventions"))

    @property
    def filters(self) -> dict[str, str]:
        """What the study is kept to, by parameter: nothing where all relations are looked at."""
        return {name: value for name in FILTERS if (value := getattr(self.parameters, name))}

    @property
    def source_line(self) -> str:
        """The words under every figure that say where its data come from."""
        self.speak()
        if self.synthetic:
            return _("Synthetic demonstration data; no value is a result of the programme.")
        line = _("Files of the study “{title}”", title=self.title)
        if self.is_grants:
            line += _("; public grant data, used as a substitute for partnership agreements")
        return line + "."

    @property
    def scope_line(self) -> str:
        """The words that say which relations are looked at."""
        self.speak()
        return (
            _("relations of: {kept}", kept=self._filters_said)
            if self.filters
            else _("all relations")
        )

    @property
    def _filters_said(self) -> str:
        return formatting.join(
            [_(FILTERS[name].said, value=_(value)) for name, value in self.filters.items()]
        )

    @property
    def about_line(self) -> str:
        """As of when and on how many, in one line above a page's title."""
        self.speak()
        found, audience = self.relations, self.parameters.audience
        running = int((found["status"] == "running").sum())
        told = _("{n} {n:relation|relations}", n=audiences.few(len(found), audience))
        if audiences.together([running, len(found) - running], audience):
            told += ", " + _("{n} running", n=running)
        looked_at = [self._filters_said] if self.filters else []
        return " · ".join(
            [_("Impact study"), *looked_at, _("situation on {day}", day=self.day), told]
        )

    def values(self, by: str) -> list[str]:
        """The values of a filter that this study holds, for one report each: partners only where they consent to a portrait.

        >>> from analysis import explore
        >>> explore.open("demo").values("level")
        ['local', 'national', 'regional']
        """
        if by == "partner":
            consenting = self.known("projects")
            consenting = consenting[consenting["portrait_consent"].fillna(False).astype(bool)]
            return sorted(set(consenting["partner_id"].dropna()))
        if by not in FILTERS:
            raise unknown("filter", by, FILTERS, 5)
        return sorted(single(self.relations[FILTERS[by].column]))

    # ---- tables
    def known(self, name: str, *columns: str) -> pd.DataFrame:
        """A table as known on the day, before the filters: later rows are not there yet, later ends are not known.

        With `columns`, these alone are read, classes and sets as categories: of a large table a tenth.

        >>> from analysis import explore
        >>> explore.open("demo", day="2017-12-31").known("events")["date"].max() <= pd.Timestamp("2017-12-31")
        True
        """
        if not columns:
            return relations.known(self.raw(name), name, self.day)
        return relations.known(self._columns(name, self._dated(name, columns)), name, self.day)[
            list(columns)
        ]

    def only(self, name: str, *columns: str) -> pd.DataFrame:
        """Some columns of a table as known on the day and in scope, read as `known` reads them.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> study.only("agreements", "start")["start"].equals(study.agreements["start"])
        True
        """
        whole = self.filters or name in self.__dict__
        return getattr(self, name)[list(columns)] if whole else self.known(name, *columns)

    def beside(self, keys: pd.Series, name: str, *columns: str) -> pd.DataFrame:
        """Columns of a table, as known on the day, beside each of its keys; missing where it has no such row.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> study.beside(study.relations["partner_id"], "partners", "region")["region"].equals(study.relations["region"].astype("str"))
        True
        """
        key, read = declared.key(name)[0], self._dated(name, columns)
        chained = name == "agreements" and set(read) <= set(relations.READ)
        held = self._chains if chained else self._columns(name, [key, *read])
        at = relations.place(keys, held[key])
        met = pd.DataFrame(
            {column: relations.as_text(held[column].take(at[at >= 0])).array for column in read},
            np.flatnonzero(at >= 0),
        )
        return (
            relations.known(met, name, self.day)[list(columns)]
            .reindex(range(len(keys)))
            .set_axis(keys.index)
        )

    def _dated(self, name: str, columns: Iterable[str]) -> list[str]:
        """Some columns of a table, and those that tell since when and until when its rows are there."""
        dated = {relations.BEGINS.get(name), relations.ENDS.get(name), "year"} & set(
            declared.columns(name)
        )
        return list(dict.fromkeys([*columns, *sorted(dated)]))

    def seen_until(self, rows: pd.DataFrame) -> pd.Series:
        """The last day that the source of each row (by its ``entity``) sees, at most the day of the study.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> (study.seen_until(study.relations) <= study.day).all()
        np.True_
        """
        return self._seen(rows, "last").fillna(self.day).clip(upper=self.day)

    def seen_from(self, rows: pd.DataFrame) -> pd.Series:
        """The first day that the source of each row (by its ``entity``) sees, missing where that is not known.

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> (study.seen_from(study.relations) <= study.relations["entry"]).all()
        np.True_
        """
        return self._seen(rows, "first")

    def _seen(self, rows: pd.DataFrame, side: str) -> pd.Series:
        edges = self.windows if len(self.windows) else pd.DataFrame(columns=["entity", side])
        at = relations.place(rows["entity"], edges["entity"])
        return pd.Series(
            edges[side].astype("datetime64[us]").array.take(at, allow_fill=True), rows.index
        )

    @cached_property
    def all_relations(self) -> pd.DataFrame:
        """Every relation known on the day, before the filters."""
        grace_days = self.parameters.grace_days
        made = lambda: self._chained(self.windows, grace_days)
        return self._shared("relations as known", made, self.day, grace_days).copy(deep=False)

    def _told(self) -> dict:
        """What the tables tell on the day, for the relations of any grace; kept for one day only, since it is as large as they are."""
        held = lambda: {
            name: self._columns(name, columns) for name, columns in measures.READ.items()
        }
        numbers = self.conventions
        numbered = lambda: self._shared(
            "numbered",
            lambda: measures.numbered(held() | {"agreements": self._chains}, numbers),
            *numbers.values(),
        )
        return self._shared(
            "told",
            lambda: measures.known_on(numbered(), self.day, numbers),
            self.day,
            *numbers.values(),
            most=1,
        )

    def _chained(
        self,
        windows: pd.DataFrame,
        grace_days: int,
        day: pd.Timestamp | None = None,
        agreements: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """The relations of all agreements, or of others in their place, before the filters."""
        day = self.day if day is None else day
        chained, (ids, told) = self._chains, self._shared("traces", self._traces)
        if agreements is not None:
            chained = relations.in_chains(agreements, self.raw("partners"))
            ids = chained["agreement_id"]
            told = self._signs()
        sign = relations.signs_of_life(ids, day, told)
        return relations.as_known_on(
            chained, day, grace_days=grace_days, windows=windows, last_sign=sign
        )

    def relations_on(self, day: pd.Timestamp) -> pd.DataFrame:
        """The relations in scope as they were known on another day, which may lie before the first of them.

        >>> from analysis import explore
        >>> len(explore.open("demo").relations_on(pd.Timestamp("1990-01-01")))
        0
        """
        return self._kept(self._chained(self.windows, self.parameters.grace_days, day))

    def rechained(
        self, *, grace_days: int | None = None, whole_group: bool = False, identity: str = ""
    ) -> pd.DataFrame:
        """The relations in scope had another choice been made: another grace, one relation per partner with the whole group,
        or another rule of who is who (known for all relations together, so without filters).

        >>> from analysis import explore
        >>> study = explore.open("demo")
        >>> len(study.rechained(grace_days=720)) < len(study.relations)
        True
        """
        agreements, windows = self.raw("agreements"), self.windows
        if identity:
            keys = {"identifier": "identifier_key", "name": "name_key", "both": "partner_id"}
            if identity not in keys:
                raise unknown("identity", identity, keys, 3)
            key = keys[identity]
            held = self.raw("identities").dropna(subset=key).rename(columns={"end": "until"})
            told = agreements[["agreement_id", "planned_end", "end", "tacit_renewal", "end_reason"]]
            agreements = held[["agreement_id", "entity", "start", "until"]].assign(
                partner_id=held[key]
            )
            agreements = agreements.merge(told, on="agreement_id", how="left")
            untold = ~agreements["agreement_id"].isin(told["agreement_id"])
            agreements["planned_end"] = agreements["planned_end"].mask(untold, agreements["until"])
        if whole_group:
            agreements = agreements.assign(entity="all")
            windows = pd.DataFrame(
                {
                    "entity": ["all"],
                    "first": [windows["first"].min()],
                    "last": [windows["last"].max()],
                }
            )
        grace_days = self.parameters.grace_days if grace_days is None else grace_days
        other = agreements if identity or whole_group else None
        return self._kept(self._chained(windows, grace_days, agreements=other))

    @cached_property
    def relations(self) -> pd.DataFrame:
        """The relations in scope, as known on the day (table `relations`).

        Columns of few values are categories, those that occur here: `astype("str")` before another value is put in.
        """
        return self._kept(self.all_relations)

    def _kept(self, kept: pd.DataFrame) -> pd.DataFrame:
        for name, value in self.filters.items():
            column = FILTERS[name].column
            held = kept[column].dropna().unique()
            asked = (
                self._partner_ids(value)
                if name == "partner"
                else [some for some in held if value in some.split("|")]
            )
            kept = kept[kept[column].isin(asked)]
        few = kept.select_dtypes("category") if self.filters else kept[[]]
        seen = {name: values.cat.remove_unused_categories() for name, values in few.items()}
        return kept.assign(**seen).reset_index(drop=True)

    def _partner_ids(self, partner: str) -> pd.Series:
        everyone = self.raw("partners")
        named = everyone[(everyone["partner_id"] == partner) | (everyone["name"] == partner)]
        if named.empty:
            raise unknown("partner", partner, [*everyone["name"].dropna(), *everyone["partner_id"]])
        return named["partner_id"]

    def _table(self, name: str) -> pd.DataFrame:
        """A table as known on the day, kept to what belongs to the relations in scope."""
        table = self.known(name)
        if not self.filters or name in ("items", "proposals", "votes", "offers"):
            return table
        partners = set(self.relations["partner_id"])
        if self.parameters.partner:
            partners |= set(self._partner_ids(self.parameters.partner))
        if name == "agreements":
            part_of = relations.membership(
                table, self.all_relations
            )  # of all: a pair may have relations outside the scope
            return table[part_of.isin(self.relations["relation_id"])]
        if name == "answers":
            pairs = pd.MultiIndex.from_frame(self.relations[["partner_id", "entity"]])
            return table[pd.MultiIndex.from_frame(table[["partner_id", "entity"]]).isin(pairs)]
        if "partner_id" in table:
            return table[table["partner_id"].isin(partners)]
        if "agreement_id" in table:
            return table[table["agreement_id"].isin(self._table("agreements")["agreement_id"])]
        return table[table["project_id"].isin(self._table("projects")["project_id"])]

    # ---- what is derived
    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table that the sources gave, as known on the day and in scope, by name; the relations among them."""
        names = [
            name
            for name in declared.declared()
            if name not in ("grants", "relations") and self.has(name)
        ]
        return {name: getattr(self, name) for name in [*names, "relations"]}

    def __getattr__(self, name: str) -> pd.DataFrame:
        """A declared table as an attribute: `study.partners`, `study.agreements`…, empty where the sources have none."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in declared.declared():
            named = [
                known for known in {*dir(self), *declared.declared()} if not known.startswith("_")
            ]
            raise NoSuchName(unknown("study", name, sorted(named)).faults, 2)
        self.__dict__[name] = self._table(name) if self.has(name) else declared.empty(name)
        return self.__dict__[name]

    @cached_property
    def measures(self) -> pd.DataFrame:
        """What the lines of fragility and strength are read from, by relation_id.

        Everything that is known counts, whatever the filters: a network's national agreement lies outside every region.
        """
        numbers = self.conventions
        made = lambda: measures.of_relations(
            {}, self.all_relations, self.day, known=self._told(), conventions=numbers
        )
        asked = self.day, self.parameters.grace_days, *numbers.values()
        found = self._shared("measures", made, *asked).copy(deep=False)
        return found.loc[self.relations["relation_id"]] if self.filters else found

    @cached_property
    def lines(self) -> pd.DataFrame:
        """The lines LF1-LF10 and LS1-LS10 of each relation in scope: boolean, missing = unknown, by relation_id."""
        return lines.statements(self.measures, lines.declared(self.conventions))

    # ---- other studies
    def with_(self, **changed) -> "Study":
        """The same study with other parameters; the first one stays as it is.

        >>> from analysis import explore
        >>> explore.open("demo").with_(grace_days=365).parameters.grace_days
        365
        """
        asked = parameters.parse({**self.parameters.model_dump(), **changed})
        return type(self)(self.folder, asked, self._read)

    def where(self, **kept: str) -> "Study":
        """The same study kept to a region, domain, level, form or partner.

        >>> from analysis import explore
        >>> explore.open("demo").where(region="Bretagne").relations["region"].unique().tolist()
        ['Bretagne']
        """
        return self.with_(**kept)

    def on(self, day) -> "Study":
        """The same study as known on another day, given as a date or as text.

        >>> from analysis import explore
        >>> explore.open("demo").on("2017-12-31").day
        Timestamp('2017-12-31 00:00:00')
        """
        return self.with_(day=day.date() if isinstance(day, datetime) else day)

    def _refuse_what_it_does_not_hold(self) -> None:
        asked, faults = self.parameters, []
        for name, value in self.filters.items():
            by = FILTERS[name]
            if by.table and value not in (held := self._values(by.table, by.column)):
                faults += unknown(name, value, held, 5).faults
        starts = self._shared(
            "first start",
            lambda: self._columns("agreements", ["start"], True)["start"].min(),
            identity="",
        )
        if asked.day and pd.Timestamp(asked.day) < starts:
            expected = (
                f"the first relation begins on {starts.date()}; choose this day or a later one"
            )
            faults += refusal("day", expected, asked.day).faults
        if faults:
            raise Refused(faults, 2)
        if asked.partner:
            self._partner_ids(asked.partner)
