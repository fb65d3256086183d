"""What a team chooses of its raw files, as the files beside them hold it: read, changed, looked at,
written again.

The choices about columns and about what is published stand in `study.toml`; who is who in
`partners.csv`; cells to mend in `corrections.csv`. Nothing here knows of a page.
"""

import tempfile
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import clean as cleaning
from analysis import layout
from analysis.clean.records.rows import FAULTS
from analysis.clean.team import decisions
from analysis.clean.team.control_total import CONTROL_TOTAL
from analysis.declare import schema
from analysis.declare.faults import Fault, Refused
from analysis.layout.rows.marked_rows import KEYS_ABOUT_ROWS, ROWS_BY_REASON
from analysis.layout.shapes.titles import day_in_titles
from analysis.layout.stated_mapping import KEY_OF_REASON
from analysis.prepare.files_beside import STUDY_FILE, FilesBeside, without_controls_guessed
from analysis.prepare.questions_of_rows import QuestionsOfRows
from analysis.prepare.sheet_choice import SheetChoice, columns_read
from analysis.prepare.sources import sources_of
from analysis.prepare.toml_text import toml

_AMOUNTS = ("value_eur", "planned_amount_eur", "revenue_total")
DAYS = ("start", "date", "signed_on", "year_end", "opened", "end", "planned_end", "closed")


class Choices:
    """The choices about a folder of raw files."""

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        self.study = without_controls_guessed(layout.study_file(self.folder))
        self.has_sources = bool(self.study.source)
        self.questions_of_rows = QuestionsOfRows()
        self.read()

    def read(self) -> None:
        """Read the raw files and the decisions beside them again: what makes them unusable are
        `faults`, what study.toml names and they lack `headers_gone`.
        """
        self.beside = FilesBeside(self.folder)
        self.faults: list[Fault] = []
        self.sheets: list[SheetChoice] = []
        try:
            parts, strays, self.faults = cleaning.parts_of(self.folder, self.study)
            for part in parts:
                if part.as_read is not None and part.as_read.columns:  # not made of others
                    self.sheets.append(self._sheet(part))
            if strays and self.has_sources:
                self.sheets += self._new_sheets()
        except Refused as refused:
            self.faults = refused.faults
        self.headers_gone = [fault for fault in self.faults if fault.rule == "header"]
        day = day_in_titles(sheet.part.as_read for sheet in self.sheets)
        if self.study.day is None and day:
            guess = {"day": date.fromisoformat(day), "guessed": {"day"}}
            self.study = self.study.model_copy(update=guess)
        self.pairs = self._pairs_decided()
        self.corrections = self._corrections()
        self.as_read = self.study_toml()
        self.result = self._cleaned()

    def _sheet(self, part: cleaning.Part) -> SheetChoice:
        mapping, block, stem = part.mapping, part.block, part.stem
        if mapping is None:
            block, mapping = layout.drafted(part.as_read, stem, self.study)
        text = layout.draft([(block, mapping)], self.study)
        (content,) = tomllib.loads(text)["source"]
        content |= {"files": [content["files"]], "columns": columns_read(mapping)}
        if part.stated is not None:
            stated = part.stated.model_dump(exclude={"guessed", "columns"}, exclude_defaults=True)
            content |= stated | {"files": list(part.stated.files)}
            content["columns"] |= {
                name: [] for name, headers in part.stated.columns.items() if not headers
            }
        doubts = {doubt.column: doubt for doubt in mapping.doubts}
        for doubt in doubts.values():  # what the draft guesses of texts is no answer
            content.pop(KEY_OF_REASON.get(doubt.reason, ""), None)
            if doubt.reason in ROWS_BY_REASON:
                for key in KEYS_ABOUT_ROWS:
                    content.pop(key, None)
        for name, doubt in doubts.items():  # what nothing tells is asked again until it is answered
            if name not in content and name[0] != "~" and doubt.reason not in layout.NO_COLUMN:
                content["columns"].setdefault(name, [])
        return SheetChoice(part, content, doubts, is_read=part.mapping is not None)

    def asked_alike(self, sheet: SheetChoice, name: str) -> list[SheetChoice]:
        """The other sheets of which the same is asked: lists of other years, with the same headers
        and the same table. One answer holds for all.
        """
        headers, table = list(sheet.block.columns), sheet.content["table"]
        return [
            other
            for other in self.sheets
            if other is not sheet
            and other.is_read
            and name in other.doubts
            and other.content["table"] == table
            and list(other.block.columns) == headers
        ]

    def _new_sheets(self) -> list[SheetChoice]:
        known = {sheet.source.partition("#")[0] for sheet in self.sheets}
        parts = cleaning.parts_of(self.folder, self.study.model_copy(update={"source": []}))[0]
        sheets = []
        for part in parts:
            file, _mark, name = part.block.source.partition("#")
            if file in known or part.as_read is None or not part.as_read.columns:
                continue
            sheet = self._sheet(part)
            for stated in self.study.source:
                headers = {item for headers in stated.columns.values() for item in headers}
                if stated.sheet in (None, name) and headers and headers <= set(sheet.block.columns):
                    content = stated.model_dump(exclude={"guessed"}, exclude_defaults=True)
                    sheet.content = content | {"files": [file], "columns": stated.columns}
                    sheet.doubts = {}
            sheets.append(sheet)
        return sheets

    def _unmatched(self) -> list[dict[str, object]]:
        met = [id(sheet.part.stated) for sheet in self.sheets]
        lost = [source for source in self.study.source if id(source) not in met]
        return [source.model_dump(exclude={"guessed"}, exclude_defaults=True) for source in lost]

    def _cleaned(self) -> cleaning.Cleaned | None:
        """The raw files as they would be cleaned now, guesses taken; None where they cannot be."""
        faults: list[Fault] = []
        self.cells_asked = pd.DataFrame(columns=FAULTS)  # what questions are about
        try:
            # what the sheets ask has fields of its own; a question left is one of a run
            result = self._cleaned_as(self.study_toml(), accept_guesses=self.questions > 0)
        except Refused as refused:
            faults = refused.faults
            if len(refused.cells):
                self.cells_asked = refused.cells
            without = {CONTROL_TOTAL: layout.CONTROLS, "question": ()}
            rule, *others = {fault.rule for fault in faults}
            if others or rule not in without:
                self.faults = faults
                return None
            try:
                result = self._cleaned_as(self.study_toml(without[rule]))
            except Refused as again:  # no guess stands for a decision that contradicts the rows
                self.faults = faults + [fault for fault in again.faults if fault not in faults]
                return None
        self.faults = faults + cleaning.nothing_left(result)
        self.questions_of_rows.take(self.faults)
        return result

    def _cleaned_as(self, study_toml: str, *, accept_guesses: bool = True) -> cleaning.Cleaned:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / STUDY_FILE
            file.write_text(study_toml, encoding="utf-8")
            return cleaning.clean(self.folder, study_file=file, accept_guesses=accept_guesses)

    # ---- what the choices give
    def look(self) -> None:
        """See what the present choices give, before they are saved."""
        self.result = self._cleaned()

    def outcome(self, sheet: SheetChoice) -> dict[str, object]:
        """What the choices give of a sheet: rows read and kept, the total of amounts, the first and
        the last day.
        """
        if self.result is None or not sheet.is_read:
            return {}
        ledger = self.result.ledger
        counts = ledger[ledger["source"] == sheet.source].groupby("action")["rows"].sum()
        row_counts = {name: int(counts.get(name, 0)) for name in ("read", "kept", "merged")}
        for table in self._tables_of(sheet):
            for name in [item for item in _AMOUNTS if item in table][:1]:
                if table[name].notna().any():
                    row_counts.setdefault("total", float(table[name].sum()))
            days = [table[name].dropna() for name in DAYS if name in table]
            days = [item for item in days if len(item)]
            if days:
                row_counts.setdefault("first", min(item.min() for item in days))
                row_counts.setdefault("last", max(item.max() for item in days))
        return row_counts

    def _tables_of(self, sheet: SheetChoice) -> list[pd.DataFrame]:
        tables, lines = self.result.tables, self.result.notes["lines"]
        keys = lines.loc[lines["source"].astype("str") == sheet.source, "key"].dropna()
        if sheet.content["table"] == "grants":
            rows = tables["contributions"]
            lists = [item.content["table"] == "grants" and item.is_read for item in self.sheets]
            mine = rows[rows["contribution_id"].isin(keys) | rows["agreement_id"].isin(keys)]
            return [mine if sum(lists) > 1 and len(mine) else rows, tables["agreements"]]
        table = tables.get(str(sheet.content["table"]))
        if table is None:
            return []
        key = cleaning.joined_key(table, schema.key(str(sheet.content["table"])))
        return [table[key.isin(keys)]]

    @property
    def questions(self) -> int:
        """How many meanings are still to be answered, that of the day among them."""
        in_sheets = sum(len(sheet.doubts) for sheet in self.sheets if sheet.is_read)
        return in_sheets + len(self.study.guessed)

    @property
    def questions_on_total(self) -> list[Fault]:
        """Whether what is read in all is right, if that is asked and nothing else."""
        return self.result.questions if self.result and not self.faults else []

    # ---- who is who
    def _pairs_decided(self) -> pd.DataFrame:
        file = self.folder / decisions.PARTNERS
        if file.is_file() and decisions.is_decisions(file):
            pairs = decisions.decisions_in(file, decisions.PARTNER_SIDES)
            pairs = pairs.rename(columns={"decision": "answer"})
            meant = pairs["answer"].str.casefold().map(decisions.ANSWER_BY_WORD)
            return pairs.assign(answer=meant.fillna(pairs["answer"]))
        return pd.DataFrame(columns=decisions.PARTNER_COLUMNS, dtype="str")

    def pairs_to_look_at(self) -> pd.DataFrame:
        """All pairs: those decided, and those that may be one partner and are not decided yet."""
        decided = self.pairs.reindex(columns=decisions.PARTNER_COLUMNS, fill_value="")
        if self.result is None or "candidates" not in self.result.notes:
            return decided
        candidates = self.result.notes["candidates"]
        if not len(candidates):
            return decided
        proposed = decisions.pairs_to_decide(candidates, self.result.tables["partners"])
        whole = pd.concat([decided, proposed], ignore_index=True)
        return whole.drop_duplicates(decisions.PARTNER_SIDES, ignore_index=True)

    def group_of(self, pairs: pd.DataFrame, place: int) -> list[str]:
        """The names that would be one partner with those of a pair, if it is the same: answers
        "same" chain them.
        """
        sides = list(zip(pairs["partner"], pairs["same_as"], strict=True))
        same = [set(sides[number]) for number in np.flatnonzero(pairs["answer"] == "same")]
        group = set(sides[place])
        while reached := [pair for pair in same if pair & group and not pair <= group]:
            group = group.union(*reached)
        names: dict[str, str] = {}
        for side in decisions.PARTNER_SIDES:
            names |= dict(zip(pairs[side], pairs[f"{side}_name"], strict=True))
        return sorted(names.get(item) or item for item in group)

    # ---- cells to mend
    def _corrections(self) -> pd.DataFrame:
        file = self.folder / decisions.CORRECTIONS
        if file.is_file():
            return decisions.decisions_in(file, decisions.CORRECTION_COLUMNS)
        return pd.DataFrame(columns=decisions.CORRECTION_COLUMNS, dtype="str")

    def cells_to_mend(self) -> pd.DataFrame:
        """All cells that are corrected, and those that cannot be read or are likely slips."""
        decided = self.corrections[self.corrections["correction"] != ""]
        if self.result is None:
            return decided
        parts = [sheet.part for sheet in self.sheets if sheet.is_read]
        unread = cleaning.rows_to_mend(parts, self.result.quarantine)
        doubtful = cleaning.rows_to_mend(parts, self.cells_asked)
        whole = pd.concat([decided, unread, doubtful], ignore_index=True)
        whole = whole[decisions.CORRECTION_COLUMNS]
        return whole.drop_duplicates(["file", "line", "column"], ignore_index=True)

    def no_longer_fitting(self) -> list[str]:
        """The decisions that the raw files no longer bear out."""
        if self.result is None:
            return []
        quarantine = self.result.quarantine
        return quarantine.loc[quarantine["rule"] == decisions.NO_FIT, "message"].tolist()

    # ---- written again
    def study_toml(self, without: Iterable[str] = ()) -> str:
        """The text of `study.toml` for the present choices, but for the keys `without`; what is
        still to be answered bears the remark `# ?`.
        """
        elsewhere = {"source", "guessed", "conventions", "target", "action", *without}
        about = self.study.model_dump(exclude=elsewhere, exclude_defaults=True)
        content: dict[str, object] = {"study": about}
        sources = sources_of([sheet for sheet in self.sheets if sheet.is_read])
        if self.has_sources or any(sheet.doubts or sheet.is_changed for sheet in self.sheets):
            content["source"] = [source for source, _doubts in sources] + self._unmatched()
        for name in ("conventions", "target"):
            content[name] = getattr(self.study, name)
        content["action"] = [action.model_dump() for action in self.study.action]
        in_doubt = [doubts for _source, doubts in sources] + [{}] * len(self._unmatched())
        return toml(content, {"study": [self.study.guessed], "source": in_doubt})

    def save(self) -> None:
        """Write the three files, unless somebody has changed one since it was read (Refused)."""
        self.beside.save(self.study_toml(), self.as_read, self.pairs, self.corrections)
