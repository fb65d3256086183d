"""A sheet as the page of a study shows it: how it is read, and what of it is still to be answered."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis import clean as cleaning
from analysis import layout
from analysis.declare.answers import Choice
from analysis.layout.mapping import LESS, Doubt
from analysis.layout.recognition import missing_columns
from analysis.layout.rows.kinds_of_rows import agreements_in_kind
from analysis.layout.rows.marked_rows import KEYS_ABOUT_ROWS, ROWS_BY_REASON, texts_said
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.layout.rows.subtracted_rows import texts_to_subtract
from analysis.layout.rows.unread_outcomes import all_told, unread_outcomes
from analysis.layout.shapes import wide_survey

_WHERE = ("files", "sheet", "header_row")  # keys that say where a sheet lies


@dataclass
class SheetChoice:
    """A sheet (or a file) and how it is read: `content` is its `[[source]]`, `doubts` what is still
    to be answered.
    """

    part: cleaning.Part
    content: dict[str, object]
    doubts: dict[str, layout.Doubt] = field(default_factory=dict)
    is_read: bool = True
    is_changed: bool = False

    @property
    def source(self) -> str:
        """The file, with its sheet."""
        return self.part.block.source

    @property
    def block(self):
        """The rows under their headers, as they lie where questions were columns."""
        is_long = self.part.block.columns and "questions" not in self.content
        if is_long:
            return self.part.block
        return self.part.as_read

    @property
    def outcomes_asked(self) -> list[str]:
        """The words of which it is still to be told whether they say that a request was granted."""
        doubt = self.doubts.get("outcome")
        if doubt is None or doubt.reason != "unread outcomes":
            return []
        return unread_outcomes(self.block, tuple(self.content["columns"]["outcome"]))

    @property
    def rows_asked(self) -> dict[str, list[str]]:
        """The headers, and the texts below them, of which it is still to be told whether their rows
        are grants.
        """
        about_rows = [self.doubts[name] for name in ROWS_BY_REASON.values() if name in self.doubts]
        if not about_rows:
            return {}
        in_doubt = rows_in_doubt(self.block, self._columns)
        told = set().union(*(self.content.get(key, ()) for key in KEYS_ABOUT_ROWS))
        headers = [header for doubt in about_rows for header in doubt.headers]
        asked = [header for header in headers if header in in_doubt and header not in told]
        return {header: in_doubt[header] for header in asked}

    @property
    def kinds_asked(self) -> dict[str, list[str]]:
        """The headers, and the texts below them, that say which agreements gave in kind."""
        return agreements_in_kind(self.block, self._columns)

    @property
    def _columns(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(headers) for name, headers in self.content["columns"].items()}

    def tell_rows(self, header: str, answer: str) -> None:
        """Whether the rows in doubt under a header "count" as grants, those whose texts say
        something are "out", or "all_out" with those of blank cells, or take money back ("back"):
        all, or those that say so, and the others are out; or gave no money ("in_kind"). With the
        last header nothing is asked any more.
        """
        texts = self.rows_asked[header]
        left_out = {"count": [], "out": texts_said(texts), "all_out": texts}.get(answer, [])
        if answer == "back":
            saying_so = texts_to_subtract(self.block, self._columns, {header: texts})
            back = saying_so.get(header, texts)
            self.content.setdefault("subtract", {})[header] = back
            left_out = [text for text in texts if text not in back]
        if answer == "in_kind":
            gave_no_money = self.kinds_asked[header]
            self.content.setdefault("in_kind", {})[header] = gave_no_money
            left_out = [text for text in texts_said(texts) if text not in gave_no_money]
        if left_out or answer not in ("back", "in_kind"):
            self.content.setdefault("leave_out", {})[header] = left_out
        self.is_changed = True
        asked = self.rows_asked
        for name in ROWS_BY_REASON.values():
            doubt = self.doubts.get(name)
            if doubt is not None and not any(header in asked for header in doubt.headers):
                del self.doubts[name]

    def tell_outcome(self, word: str, outcome: str) -> None:
        """What a word of the column of outcomes means; with the last one nothing is asked any more."""
        told = self.content.setdefault("outcomes", {})
        told[word], self.is_changed = outcome, True
        if all_told(self.outcomes_asked, told):
            self.doubts.pop("outcome", None)

    def answer_of(self, choice: Choice) -> str:
        """The answer that is chosen among those to a question; blank where none is."""
        for name, answer in choice.answers.items():
            if all(self._says(key, value) for key, value in answer.items()):
                return name
        return ""

    def _says(self, key: str, value: object) -> bool:
        stated = self.content.get(key)
        if isinstance(value, Mapping):
            return isinstance(stated, Mapping) and value.items() <= stated.items()
        return stated == value

    def answer(self, choice: Choice, name: str) -> None:
        """Say one answer to a question, and none of its others."""
        for answer in choice.answers.values():
            for key, value in answer.items():
                if self._says(key, value):
                    self._take_back(key, value)
        for key, value in choice.answers[name].items():
            is_table = isinstance(value, Mapping)
            self.content[key] = {**self.content.get(key, {}), **value} if is_table else value
        self.is_changed = True

    def _take_back(self, key: str, value: object) -> None:
        stated = self.content.pop(key)
        if isinstance(value, Mapping):
            others = {item: stated[item] for item in stated if item not in value}
            if others:
                self.content[key] = others

    def meaning_of(self, header: str) -> str:
        """The column of the table that a header is read as; blank where it is not used."""
        for name, headers in self.content["columns"].items():
            if header in headers:
                return name
        return ""

    def choose(self, header: str, name: str) -> None:
        """Read a header as this column (blank: as none); what was read as it before is used no
        more.
        """
        columns, self.is_changed = self.content["columns"], True
        before = self.meaning_of(header)
        if before:
            columns[before] = [item for item in columns[before] if item != header]
        for answered in {before, name} - {""}:
            self.doubts.pop(answered, None)
        if name:
            columns[name] = [header]

    def choose_table(self, table: str) -> None:
        """Read the sheet as rows of this table (blank: not at all)."""
        self.is_read, self.is_changed = bool(table), True
        if table and table != self.content["table"]:
            where = {name: self.content[name] for name in _WHERE if name in self.content}
            stem, study = Path(self.source).stem, layout.StudyDescription(name="study")
            block, mapping = layout.drafted(self.part.as_read, stem, study, (table,))
            (drafted,) = tomllib.loads(layout.draft([(block, mapping)], study))["source"]
            self.content = drafted | where | {"columns": columns_read(mapping)}
            doubts = [Doubt(name, (), (), "unnamed") for name in missing_columns(mapping)]
            self.doubts = {doubt.column: doubt for doubt in [*doubts, *mapping.doubts]}


def columns_read(mapping: layout.Mapping) -> dict[str, list[str]]:
    """The headers of each column, without those that a survey's questions became."""
    if mapping.survey:
        columns_of_answers = wide_survey.ANSWER_COLUMNS
    else:
        columns_of_answers = {}
    return {
        name: list(headers)
        for name, headers in mapping.columns.items()
        if (name[0] != "~" or name == LESS) and name not in columns_of_answers
    }
