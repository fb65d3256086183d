"""The release of editions to directors and partners: what each withholds because of all the others,
and the ledger of what was released before.

The ledger stands beside the reports (`.releases/<study>.json`, see `ledgers`): for each edition its day, to whom
it went and what its figures told, never what they hid. An edition that is released again from the
same data withholds what it withheld before.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from analysis.disclosure import release
from analysis.disclosure.edition import Edition
from analysis.disclosure.figure_table import BASE, KEY_FACTS, OPENING, WORDS, Table
from analysis.disclosure.other_days import is_unmoved
from analysis.disclosure.withheld import Withheld, withheld_of
from analysis.report import result_cache
from analysis.run import folders
from analysis.run.amounts_of_days import OF_AMOUNTS, untold_since
from analysis.run.edition_names import edition_of, with_relations
from analysis.run.ledgers import whole_record
from analysis.run.other_choices import untold_by_other_choices
from analysis.run.overlapping_editions import refuse_overlaps
from analysis.run.possible_openings import possible_of_openings
from analysis.run.release_tables import release_exhibits, release_tables
from analysis.run.rows_of_parts import (
    hide_months_of_parts,
    hide_months_of_wholes,
    untold_rows_of_wholes,
)
from analysis.run.running_by_place import OF_PLACES, hide_told_by_parts, untold_by_wholes
from analysis.run.year_before import untold_a_year_before
from analysis.study import withholding

# The tables of an edition, and what it withheld besides its own numbers where they were made.
_TablesMade = dict[Edition, tuple[Withheld, dict[str, Table]]]


class Published(NamedTuple):
    """An edition as it was released: its figures by id (None: refused), and the data behind it."""

    edition: Edition
    audiences: list[str]
    inputs: str
    figures: dict[str, Table | None]
    facts: frozenset[str]  # that it stated nowhere, by name
    possible: frozenset[int] | None  # what its hidden numbers could be taken for, where it says so


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
            key = withholding.study_key(self.studies[name].parameters)
            records[key] = held_back.record() if held_back != Withheld() else {}
        result_cache.write_json(folder / withholding.FILE, records)

    def record(self, audience: str) -> None:
        """Write into the ledger what was released, and to whom."""
        releases = folders.releases_in(self.ledger)
        entries = {(item["day"], str(item["filters"]), item["inputs"]): item for item in releases}
        for edition, figures in self.editions.items():
            filters = [list(item) for item in edition.filters]
            entry = entries.get((edition.day, str(filters), self.inputs))
            if entry is None:
                entry = {"day": edition.day, "filters": filters, "inputs": self.inputs}
                entry |= {"audiences": [], "figures": {}, "facts": []}
                releases.append(entry)
            entry["audiences"] = sorted({*entry["audiences"], audience})
            entry["facts"] = sorted({*entry.get("facts", []), *self.withheld[edition].facts})
            entry["possible"] = sorted(self.withheld[edition].possible_statuses)
            for id, table in figures.items():
                entry["figures"][id] = None if table is None else table.record()
        self.ledger.parent.mkdir(parents=True, exist_ok=True)
        result_cache.write_json(self.ledger, whole_record(self.ledger, releases))


def planned(
    studies: Iterable,
    ledger: Path,
    inputs: str,
    ids: Collection[str] | None = None,
    read: Collection[Path] = (),
) -> Release:
    """What each of the studies withholds, given what the others tell and what was released by the
    ledger, and by those that are `read` with it; of the figures `ids`, by default all.

    A number that one figure withholds is withheld in all that state it, so that these are planned
    again until nothing more is to be withheld.
    """
    of_editions = {edition_of(study): study for study in studies}
    any_study = next(iter(of_editions.values()))
    studies = {with_relations(name, any_study): study for name, study in of_editions.items()}
    before = _before({ledger, *read}, inputs, any_study)
    refuse_overlaps(studies, [item.edition for item in before])
    built = {name: release_exhibits(study, ids) for name, study in studies.items()}
    by_own_rules = _every_table(studies, built, {}, {})
    by_rules = _hidden_in(by_own_rules)
    of_others = {item.edition: item.figures for item in before}
    amounts = {item.edition: item.figures.get(OF_AMOUNTS) for item in before}
    withheld = {
        name: _withheld_before(name, study, before, ids)
        .joined(untold_since(study, name, by_own_rules[name].get(OF_AMOUNTS), amounts))
        .joined(untold_by_other_choices(name, by_own_rules[name], of_others, study.conventions))
        .joined(untold_rows_of_wholes(name, by_own_rules[name], of_others, study.conventions))
        for name, study in studies.items()
    }
    tables_made = {name: (Withheld(), figures) for name, figures in by_own_rules.items()}
    while True:
        every = _every_table(studies, built, withheld, tables_made)
        told, more = _planned_once(studies, every, before, withheld, by_rules)
        joined = {name: withheld[name].joined(more[name]) for name in studies}
        if joined == withheld:
            break
        withheld = joined
    for name, figures in by_rules.items():
        # with what is withheld from it, a figure may have nothing left to show
        refused = {id for id in figures if told[name].get(id) is None}
        told[name] |= dict.fromkeys(refused)
        withheld[name] = withheld[name].without(refused)
    return Release(studies, told, withheld, ledger, inputs)


def _every_table(
    studies: Mapping[Edition, Any],
    built: Mapping[Edition, list],
    withheld: Mapping[Edition, Withheld],
    tables_made: _TablesMade,
) -> dict[Edition, dict[str, Table]]:
    """The tables of each edition, to be amended; those of `tables_made` where it withholds the same."""
    for name, study in studies.items():
        hold_back = withheld.get(name, Withheld())
        if name not in tables_made or tables_made[name][0] != hold_back:
            all_withheld = withholding.of_own_numbers(study).joined(hold_back)
            tables_made[name] = hold_back, release_tables(study, built[name], all_withheld)
    return {
        name: {id: table.copy() for id, table in tables_made[name][1].items()} for name in studies
    }


def _withheld_before(
    name: Edition, study, before: list[Published], ids: Collection[str] | None
) -> Withheld:
    of_same = [
        item for item in before if item.edition.day == name.day and item.edition.is_of_same(name)
    ]
    facts = [item.facts for item in of_same]
    possible = [item.possible or frozenset() for item in of_same]
    if ids is None or KEY_FACTS in ids:
        released = [(item.edition, item.figures) for item in before]
        facts.append(untold_a_year_before(study, name, released))
    return Withheld(facts=frozenset().union(*facts), possible_statuses=frozenset().union(*possible))


def _planned_once(
    studies: Mapping[Edition, Any],
    every: Mapping[Edition, Mapping[str, Table]],
    before: list[Published],
    withheld: Mapping[Edition, Withheld],
    by_rules: Mapping[Edition, Mapping[str, set]],
) -> tuple[dict[Edition, dict[str, Table | None]], dict[Edition, Withheld]]:
    plan: dict[Edition, dict[str, set | None]] = {name: {} for name in every}
    told: dict[Edition, dict[str, Table | None]] = {
        name: dict.fromkeys(withheld[name].figures) | dict(figures)
        for name, figures in every.items()
    }
    maps = {item.edition: item.figures.get(OF_PLACES) for item in before}
    sizes = {name: untold_by_wholes(name, study, maps) for name, study in studies.items()}
    for id in sorted({id for figures in every.values() for id in figures}):
        now = {name: figures[id] for name, figures in every.items() if id in figures}
        cells, refused = _hidden_of_figure(id, now, studies, before)
        for name, table in now.items():
            rests_on_untold = not table.of_other_units and table.value.get(BASE) in sizes[name]
            # with more withheld, own rules may let pass what they refuse alone
            is_refused = id in withheld[name].figures or id not in by_rules[name]
            if name in refused or rests_on_untold or is_refused:
                plan[name][id] = told[name][id] = None
                continue
            # all of them: with more to hide, its own rules would choose others
            plan[name][id] = cells[name] if cells[name] - by_rules[name][id] else set()
            table.hidden |= {cell for cell in cells[name] if cell in table.value}
            told[name][id] = table
    more = {name: withheld_of(figures, told[name], sizes[name]) for name, figures in plan.items()}
    possible = possible_of_openings(
        {name: figures.get(OPENING) for name, figures in told.items()},
        {item.edition: item.figures.get(OPENING) for item in before},
        studies,
        settled=[item.edition for item in before if item.possible is not None],
    )
    for name, numbers in possible.items():
        more[name] = more[name].joined(Withheld(possible_statuses=frozenset(numbers)))
    return told, more


def _hidden_of_figure(
    id: str,
    now: Mapping[Edition, Table],
    studies: Mapping[Edition, Any],
    before: list[Published],
) -> tuple[dict[Edition, set], set[Edition]]:
    limits = next(iter(studies.values())).conventions
    before_by_edition = {item.edition: item.figures for item in before}
    for name, table in now.items():
        hide_months_of_wholes(name, table, before_by_edition)
        hide_months_of_parts(name, table, before_by_edition)
        if id == OF_PLACES:
            hide_told_by_parts(name, table, studies[name], [item.edition for item in before])
    earlier = {item.edition: item.figures[id] for item in before if id in item.figures}
    alike = {name: _alike(id, name, table, earlier) for name, table in now.items()}
    again = {name: tables for name, tables in alike.items() if tables}
    released = {name: table for name, table in earlier.items() if table is not None}
    for name, tables in again.items():
        unmoved = {other: table.as_known(now[name]) for other, table in tables.items() if table}
        released |= unmoved
        if unmoved:
            released[name] = next(iter(unmoved.values()))
    new = {name: table for name, table in now.items() if name not in again}
    of_words = id.endswith(WORDS)
    cells, refused = release.hidden_together(new, released, limits, of_words)
    if of_words or id == KEY_FACTS:  # all that they count is left out, and the figure stays
        cells |= {name: set(now[name].value) for name in refused}
        refused = set()
    for name, tables in again.items():
        if None in tables.values():
            refused.add(name)
        repeated = [table for table in tables.values() if table is not None]
        cells[name] = set().union(*(_untold_before(id, now[name], table) for table in repeated))
    return cells, refused


def _alike(
    id: str, name: Edition, table: Table, earlier: Mapping[Edition, Table | None]
) -> dict[Edition, Table | None]:
    """The releases of a figure that this edition repeats: its own, of the same relations, or of
    other days or choices of method that moved nothing in it.
    """
    if name in earlier:
        return {name: earlier[name]}
    of_same = {other: before for other, before in earlier.items() if other.is_of_same(name)}
    of_day = {other: before for other, before in of_same.items() if other.day == name.day}
    if of_day or id.endswith(WORDS):
        return of_day
    return {
        other: before
        for other, before in of_same.items()
        if before is not None and is_unmoved(table, before)
    }


def _untold_before(id: str, table: Table, released: Table) -> set[tuple[str, str]]:
    told = released.value.keys() - released.hidden
    if id.endswith(WORDS):
        numbers = {released.value[cell] for cell in told}
        return {cell for cell, number in table.value.items() if number not in numbers}
    told = {cell for cell in told if table.value.get(cell) == released.value[cell]}
    return table.value.keys() - told


def _hidden_in(every: Mapping[Edition, Mapping[str, Table]]) -> dict[Edition, dict[str, set]]:
    return {
        name: {id: set(table.hidden) for id, table in figures.items()}
        for name, figures in every.items()
    }


def _before(ledgers: Collection[Path], inputs: str, study) -> list[Published]:
    editions = []
    relations: dict[tuple, Edition] = {}
    for item in [item for file in sorted(ledgers) for item in folders.releases_in(file)]:
        if item["inputs"] == inputs:
            day = item["day"]
        else:
            day = f"{item['day']} {item['inputs'][:12]}"
        figures = {
            id: None if table is None else Table.of_record(table)
            for id, table in item["figures"].items()
        }
        filters = tuple((name, value) for name, value in item["filters"])
        if filters not in relations:
            relations[filters] = with_relations(Edition(day, filters), study)
        known = relations[filters]
        edition = Edition(day, filters).looking_at(known.relations, known.lies_in)
        facts = frozenset(item.get("facts", []))
        possible = frozenset(item["possible"]) if "possible" in item else None
        editions.append(
            Published(edition, item["audiences"], item["inputs"], figures, facts, possible)
        )
    return editions
