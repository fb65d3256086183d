"""A sheet as the page of a study shows it: how it is read, and what of it is still to be answered."""

from dataclasses import dataclass, field
from pathlib import Path

from analysis import clean as cleaning
from analysis import layout
from analysis.layout import wide_survey


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
        return self.part.block if is_long else self.part.as_read

    @property
    def asks_unit(self) -> bool:
        """Whether it is still to be told in which unit the amounts are."""
        doubt = self.doubts.get("amount")
        return doubt is not None and doubt.reason == "units"

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
            columns = {
                name: self.content[name]
                for name in ("files", "sheet", "header_row")
                if name in self.content
            }
            source = layout.Source(**columns, table=table)
            mapping = layout.as_told(
                self.block, source, Path(self.source).stem, layout.StudyDescription(name="study")
            )[0]
            self.content = columns | {"table": table, "columns": columns_read(mapping)}
            self.doubts = {doubt.column: doubt for doubt in mapping.doubts}


def columns_read(mapping: layout.Mapping) -> dict[str, list[str]]:
    """The headers of each column, without those that a survey's questions became."""
    made = wide_survey.ANSWER_COLUMNS if mapping.survey else {}
    return {
        name: list(headers)
        for name, headers in mapping.columns.items()
        if name[0] != "~" and name not in made
    }
