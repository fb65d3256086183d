"""The release of editions to directors and partners: what each withholds because of all the others,
and the ledger of what was released before.

The ledger stands beside the reports (`.releases/<study>.json`): for each edition its day, to whom
it went and what its figures told, never what they hid. An edition that is released again from the
same data withholds what it withheld before.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from analysis.article.brief import Brief
from analysis.article.captions import Unsupported
from analysis.article.key_number_cards import KeyNumbers
from analysis.declare import parameters
from analysis.disclosure import audiences, release
from analysis.disclosure.release import BASE, WORDS, Edition, Table, counted, table_of
from analysis.disclosure.withheld import Withheld
from analysis.report import result_cache
from analysis.run import folders
from analysis.study import opening, published, withholding
from analysis.text.facts import Count
from analysis.text.formatting import missing

NO_CHOICE = ("data", "lang", "audience", "day")  # of parameters: do not make another study
PORTRAITS = ("P1", "P2", "P3")


class Published(NamedTuple):
    """An edition as it was released: its figures by id (None: refused), and the data behind it."""

    edition: Edition
    audiences: list[str]
    inputs: str
    figures: dict[str, Table | None]


class Release(NamedTuple):
    """What is to be released in one run from data (`inputs`): each edition's study, its tables, and
    what it withholds.
    """

    studies: dict[Edition, Any]
    editions: Mapping[Edition, Mapping[str, Table | None]]
    withheld: dict[Edition, Withheld]
    ledger: Path
    inputs: str

    def hand_down(self, folder: Path) -> None:
        """Write what each edition withholds into the cleaned folder, where its notebooks read it."""
        records = withholding.records(folder)
        for name, held_back in self.withheld.items():
            key = withholding.key(self.studies[name].parameters)
            records.pop(key, None)
            if held_back != Withheld():
                records[key] = held_back.record()
        result_cache.write_json(folder / withholding.FILE, records)

    def record(self, audience: str) -> None:
        """Write into the ledger what was released, and to whom."""
        releases = (folders.read_json(self.ledger) or {"releases": []})["releases"]
        entries = {(item["day"], str(item["filters"]), item["inputs"]): item for item in releases}
        for edition, figures in self.editions.items():
            filters = [list(item) for item in edition.filters]
            entry = entries.get((edition.day, str(filters), self.inputs))
            if entry is None:
                entry = {"day": edition.day, "filters": filters, "inputs": self.inputs}
                entry |= {"audiences": [], "figures": {}}
                releases.append(entry)
            entry["audiences"] = sorted({*entry["audiences"], audience})
            for id, table in figures.items():
                entry["figures"][id] = None if table is None else table.record()
        self.ledger.parent.mkdir(parents=True, exist_ok=True)
        result_cache.write_json(self.ledger, {"releases": releases})


def ledger_of(out: Path, title: str) -> Path:
    """The file that says what was released of the study of this title, beside its reports."""
    return out.parent / folders.RELEASES / f"{result_cache.place_name(title)}.json"


def edition_of(study) -> Edition:
    """The edition that a study makes: another choice of method counts as another day."""
    values = study.parameters.model_dump()
    choices = {
        name: parameters.written(values[name])
        for name in parameters.moved(study.parameters)
        if name not in (*NO_CHOICE, *study.filters)
    }
    day = " ".join([str(study.day.date()), *(f"{name}={text}" for name, text in choices.items())])
    filters = [(name, str(value)) for name, value in study.filters.items()]
    return Edition(day, tuple(sorted(filters)))


def planned(
    studies: Iterable, ledger: Path, inputs: str, ids: Collection[str] | None = None
) -> Release:
    """What each of the studies withholds, given what the others tell and what was released; of the
    figures `ids`, by default all.
    """
    studies = {edition_of(study): study for study in studies}
    limits = next(iter(studies.values())).conventions
    every = {name: tables(study, ids) for name, study in studies.items()}
    before = _before(ledger, inputs)
    plan: dict[Edition, dict[str, set | None]] = {name: {} for name in every}
    told: dict[Edition, dict[str, Table | None]] = {
        name: dict(figures) for name, figures in every.items()
    }
    sizes = {name: _untold_by_wholes(name, study, before) for name, study in studies.items()}
    for id in sorted({id for figures in every.values() for id in figures}):
        now = {name: figures[id] for name, figures in every.items() if id in figures}
        own = {name: set(table.hidden) for name, table in now.items()}
        if id == "F22":
            for name, table in now.items():
                table.hidden |= _told_by_parts(name, table, studies[name], before)
        earlier = {item.edition: item.figures.get(id) for item in before if id in item.figures}
        again = {name: earlier.pop(name) for name in now.keys() & earlier.keys()}
        released = {name: table for name, table in (earlier | again).items() if table is not None}
        new = {name: table for name, table in now.items() if name not in again}
        cells, refused = release.hidden_together(
            new, released, limits, add_up=not id.endswith(WORDS)
        )
        refused |= {name for name, table in again.items() if table is None}
        refused |= {name for name, table in now.items() if table.value.get(BASE) in sizes[name]}
        cells |= {name: table.hidden for name, table in again.items() if table is not None}
        for name, table in now.items():
            if name in refused:
                plan[name][id] = told[name][id] = None
                continue
            # all of them: with more to hide, its own rules would choose others
            plan[name][id] = cells[name] if cells[name] - own[name] else set()
            table.hidden |= {cell for cell in cells[name] if cell in table.value}
            told[name][id] = table
    withheld = {
        name: withheld_of(figures, told[name], sizes[name]) for name, figures in plan.items()
    }
    return Release(studies, told, withheld, ledger, inputs)


def _few_to_confirm(study) -> bool:
    """Whether few relations are to confirm: those that run, and those not ended, would tell them."""
    status = study.relations["status"]
    return release.is_small((status == "to confirm").sum(), study.conventions["secret_below"])


def _place_cells(table: Table | None, place: str) -> set[tuple[str, str]]:
    """The cells of the map of a whole that tell how many relations run in a place, not hidden."""
    shown = set() if table is None else table.value.keys() - table.hidden
    return {(row, column) for row, column in shown if place in row.split(" | ")}


def _untold_by_wholes(name: Edition, study, before: list[Published]) -> set[int]:
    """Where the map of a whole told how many relations of this part run, and few of it are to
    confirm: those not ended are not told.
    """
    for item in before:
        if by := item.edition.parts_by(name):
            told = _place_cells(item.figures.get("F22"), dict(name.filters)[by])
            if told and _few_to_confirm(study):
                return {int((study.relations["status"] != "ended").sum())}
    return set()


def _told_by_parts(
    name: Edition, table: Table, study, before: list[Published]
) -> set[tuple[str, str]]:
    """The places of the map of a whole whose own reports were released, where few are to confirm."""
    cells = set()
    for item in before:
        if by := name.parts_by(item.edition):
            place = dict(item.edition.filters)[by]
            if _few_to_confirm(study.where(**{by: place})):
                cells |= _place_cells(table, place)
    return cells


def _before(ledger: Path, inputs: str) -> list[Published]:
    """The editions that were released, those of the same day from other data as of another day."""
    record = folders.read_json(ledger) or {"releases": []}
    editions = []
    for item in record["releases"]:
        day = item["day"] if item["inputs"] == inputs else f"{item['day']} {item['inputs'][:12]}"
        figures = {
            id: None if table is None else Table.of_record(table)
            for id, table in item["figures"].items()
        }
        edition = Edition(day, tuple((name, value) for name, value in item["filters"]))
        editions.append(Published(edition, item["audiences"], item["inputs"], figures))
    return editions


# ---- the tables of an edition
def tables(study, ids: Collection[str] | None = None) -> dict[str, Table]:
    """The counts of each exhibit that the study's audience may see, by id; those of its words and
    of the opening by a name of their own.
    """
    hold_back = withholding.of_own_numbers(study)
    counts = {("", name): float(value) for name, value in opening.states(study, hold_back).items()}
    found = {"opening": counted(counts)}
    for id in ids or published.modules().keys() - set(PORTRAITS):
        try:
            built = published.build(study, id)
        except Unsupported:
            continue
        found |= _tables_of(study, built, hold_back)
    return found


def _tables_of(study, built, hold_back: Withheld) -> dict[str, Table]:
    audience, limits = study.parameters.audience, study.conventions
    if isinstance(built, Brief):
        parts = {item.fact: item.parts for item in built.findings if item.kind == "line"}
        counts = {
            (f"{fact}.share", part): float(count)
            for fact, of_line in parts.items()
            for part, count in of_line.items()
        }
        return {built.id: counted(counts)}
    if isinstance(built, KeyNumbers):
        bases = {
            (str(position), "n"): float(number.n)
            for position, number in enumerate(built.numbers)
            if not missing(number.n)
        }
        return {built.id: counted(bases)}
    horizon = study.parameters.horizon_months
    try:
        prepared = audiences.protected_table(
            built, audience, horizon=horizon, withheld=hold_back, limits=limits
        )
    except Unsupported:
        return {}
    if prepared is None:
        return {}
    table = table_of(built, prepared.data, prepared.hidden, limits)
    return {built.id: table, f"{built.id} {WORDS}": counted(_told_in_words(built))}


def _told_in_words(exhibit) -> dict[tuple[str, str], float]:
    """The counts that the sentences of an exhibit tell, by field and place."""
    return {
        (f"{field} {place} {position}", "count"): float(fact.value)
        for field, sentences in exhibit.sentences.items()
        for place, sentence in enumerate(sentences)
        for position, fact in enumerate(sentence.facts or ())
        if isinstance(fact, Count) and not missing(fact.value)
    }


def withheld_of(
    hidden: Mapping[str, set | None], tables: Mapping[str, Table | None], untold: set[int]
) -> Withheld:
    """What a release hides beyond the rules of each figure, as the study is told of it; None where
    a figure is refused.
    """
    cells, counts, facts, sizes = {}, {}, set(), set(untold)
    for id, more in hidden.items():
        table = tables[id]
        if more is None or table is None or not more:
            continue
        if id == "opening":
            sizes |= {int(table.value[cell]) for cell in more}
        elif id.endswith(WORDS):
            counts[id.removesuffix(f" {WORDS}")] = tuple(table.value[cell] for cell in more)
        elif table.places:
            cells[id] = tuple(table.places[cell] for cell in more if cell in table.places)
        elif id == "B1":
            facts |= {row for row, _column in more}
        else:
            cells[id] = tuple((int(row), column) for row, column in more)
        if id in ("F8", "F15", "T5"):
            lines = {row.split(" | ")[0] for row, _column in more}
            facts |= {f"line.{line}.{name}" for line in lines for name in ("share", "known")}
    refused = frozenset(id for id, more in hidden.items() if more is None)
    return Withheld(
        sizes=frozenset(sizes),
        facts=frozenset(facts),
        figures=refused,
        cells=cells,
        counts=counts,
    )
