"""The first part of the page: of every sheet, which table it holds and what each header means."""

import html
from collections.abc import Callable

import ipywidgets as widgets

from analysis import layout
from analysis.declare import schema
from analysis.layout.drafts.columns_shown import examples
from analysis.layout.mapping import LESS
from analysis.layout.rows.marked_rows import ROWS_BY_REASON
from analysis.prepare.answer_rows import (
    ANSWER_KEYS,
    choice_row,
    key_row,
    outcome_row,
    rows_row,
    strong,
)
from analysis.prepare.choices import Choices
from analysis.prepare.fields import (
    IN_A_ROW,
    LABELLED,
    WIDE,
    button,
    on_change,
    paragraph,
    read_aloud,
    words,
)
from analysis.prepare.sheet_choice import SheetChoice
from analysis.prepare.survey_rows import question_row, scale_row
from analysis.text import formatting
from analysis.text.messages import say

_ = formatting.text


class ColumnsPart(widgets.VBox):
    """Of every sheet: which table it holds, what each header means, and what that gives."""

    def __init__(self, choices: Choices, changed: Callable[[], None]):
        self.choices, self.changed = choices, changed
        self.outcome = words("", "status")
        self.rows = widgets.VBox()
        self.sheet = widgets.Dropdown(
            description=say("prepare.columns.sheet"), style=LABELLED, layout=WIDE
        )
        self.table = widgets.Dropdown(
            description=say("prepare.columns.holds"), style=LABELLED, layout=WIDE
        )
        self.table.options = [(say("prepare.columns.leave_out"), ""), *table_labels()]
        self.showing = False
        on_change(self.sheet, lambda _change: self.showing or self.show())
        on_change(self.table, self._table_chosen)
        super().__init__([self.sheet, self.table, self.outcome, self.rows])
        self.fill()

    def fill(self) -> None:
        """List the sheets, and show the one that was shown before."""
        self._list_sheets()
        self.show()

    def _list_sheets(self) -> None:
        """The sheets, with how many meanings of each are still to be answered; the first that has
        any is shown first.
        """
        labels = [f"{_name_of(sheet)}{_mark_of(sheet)}" for sheet in self.choices.sheets]
        options = [(label, number) for number, label in enumerate(labels)]
        if options != list(self.sheet.options):
            position = self.sheet.index
            if position is None:
                has_doubts = [sheet.is_read and bool(sheet.doubts) for sheet in self.choices.sheets]
                position = has_doubts.index(True) if any(has_doubts) else 0
            position = min(position, len(options) - 1)
            self.showing = True
            self.sheet.options = options
            self.sheet.index = position if options else None
            self.showing = False

    @property
    def chosen(self) -> SheetChoice:
        """The sheet that is shown."""
        return self.choices.sheets[self.sheet.value]

    def show(self) -> None:
        """Show a sheet: a field for each header, and for what no header tells."""
        if self.sheet.value is None:
            return
        sheet = self.chosen
        self.showing = True
        if sheet.is_read:
            self.table.value = str(sheet.content["table"])
        else:
            self.table.value = ""
        self.showing = False
        meanings = [(say("prepare.columns.not_used"), "")]
        declared = schema.columns(str(sheet.content["table"]))
        meanings += [
            (column.label(formatting.language()), name) for name, column in declared.items()
        ]
        rows = []
        questions = sheet.content.get("questions", {})
        if sheet.is_read:
            rows = [
                question_row(self.changed, sheet, header)
                if header in questions
                else self._row(sheet, header, meanings)
                for header in sheet.block.columns
            ]
            rows += [scale_row(self.changed, sheet)] if questions else []
            whole = [doubt for doubt in sheet.doubts.values() if doubt.reason in ANSWER_KEYS]
            rows += [key_row(self.choices, self.changed, sheet, doubt) for doubt in whole]
            rows += [
                choice_row(self.choices, self.changed, sheet, choice)
                for choice in self.choices.questions_of_rows.of_sheet(sheet)
            ]
            rows += [
                outcome_row(self.choices, self.changed, sheet, word)
                for word in sheet.outcomes_asked
            ]
            rows += [
                rows_row(self.choices, self.changed, sheet, *item)
                for item in sheet.rows_asked.items()
            ]
            rows += [
                self._missing_row(sheet, name)
                for name, doubt in sheet.doubts.items()
                if not sheet.content["columns"].get(name) and doubt.reason not in layout.NO_COLUMN
            ]
        self.rows.children = rows
        self.tell()

    def _row(self, sheet: SheetChoice, header: str, meanings: list) -> widgets.Widget:
        name = sheet.meaning_of(header)
        doubt = sheet.doubts.get(name)
        if doubt and doubt.reason in ("unread outcomes", *ROWS_BY_REASON, *ANSWER_KEYS):
            doubt = None  # asked in a row of its own
        if name == LESS:
            meanings = [*meanings, (say("prepare.columns.taken_off"), LESS)]
        options = meanings
        if doubt:
            proposed = dict((value, label) for label, value in meanings)[name]
            options = [(say("prepare.columns.meaning_asked", meaning=proposed), "?"), *meanings]
        option_values = {value for _label, value in options}
        value = name if name in option_values else ""
        field = widgets.Dropdown(
            description=header,
            options=options,
            value="?" if doubt else value,
            style=LABELLED,
            layout=WIDE,
        )

        def chosen(change) -> None:
            if change["new"] != "?":
                asked = self.choices.asked_alike(sheet, name)
                for each in [
                    sheet,
                    *(other for other in asked if other.meaning_of(header) == name),
                ]:
                    each.choose(header, change["new"])
                remark.value = read_aloud(sample_text)  # no doubt is left
                self.changed()

        on_change(field, chosen)
        sample_text = html.escape(examples(sheet.block, header))
        remark = words(f"{sample_text} {strong(doubt)}".rstrip())
        return widgets.HBox([field, remark], layout=IN_A_ROW)

    def _missing_row(self, sheet: SheetChoice, name: str) -> widgets.Widget:
        label = schema.columns(str(sheet.content["table"]))[name].label(formatting.language())
        proposed = str(sheet.content.get(name, ""))
        field = widgets.Text(
            description=label,
            value=proposed,
            placeholder=say("prepare.columns.same_for_all"),
            continuous_update=False,
            style=LABELLED,
            layout=WIDE,
        )

        def written(change) -> None:
            for each in [sheet, *self.choices.asked_alike(sheet, name)]:
                each.content["columns"].pop(name, None)
                each.content[name], each.is_changed = change["new"], True
                each.doubts.pop(name, None)
            self.changed()

        def none() -> None:
            for each in [sheet, *self.choices.asked_alike(sheet, name)]:
                each.content["columns"][name], each.is_changed = [], True
                each.doubts.pop(name, None)
            self.changed()
            self.show()

        def keep() -> None:
            sheet.is_changed = True
            sheet.doubts.pop(name, None)
            self.changed()
            self.show()

        on_change(field, written)
        remark = words(strong(sheet.doubts[name]))
        if proposed:
            answer = button(say("prepare.columns.as_proposed"), keep)
        else:
            answer = button(say("prepare.columns.not_said"), none)
        return widgets.HBox([field, answer, remark], layout=IN_A_ROW)

    def _table_chosen(self, change) -> None:
        if not self.showing:
            self.chosen.choose_table(change["new"])
            self.changed()
            self.show()

    def tell(self) -> None:
        """Say what the present choices give of the sheet."""
        self._list_sheets()
        outcome, sentences = self.choices.outcome(self.chosen), []
        if outcome:
            sentences = [say("prepare.columns.rows_kept", **outcome)]
            if outcome["merged"]:
                sentences.append(say("prepare.columns.merged", merged=outcome["merged"]))
        if "total" in outcome:
            formatting.count_in(self.choices.result.about["currency"])
            sentences.append(
                say(
                    "prepare.columns.total",
                    total=f"{formatting.number(outcome['total'], 2)} {formatting.currency()}",
                )
            )
        if "first" in outcome:
            sentences.append(
                say("prepare.columns.first_last", first=outcome["first"], last=outcome["last"])
            )
        if self.chosen.is_read and self.chosen.doubts:
            sentences.append(say("prepare.columns.still_asked", n=len(self.chosen.doubts)))
        self.outcome.value = read_aloud(paragraph(" ".join(sentences)), "status")


def _name_of(sheet: SheetChoice) -> str:
    """The sheet before its file, whose name is often long and the same for all."""
    file, _mark, name = sheet.source.partition("#")
    return f"{name} ({file})" if name else file


def _mark_of(sheet: SheetChoice) -> str:
    if not sheet.is_read:
        return " – " + say("prepare.columns.left_out")
    if sheet.doubts:
        return " – " + say("prepare.columns.to_answer", n=len(sheet.doubts))
    return ""


def table_labels() -> list[tuple[str, str]]:
    """The tables that raw files may hold, each with its label in the present language."""
    rows = schema.reference("tables")
    rows = rows[rows["table"].isin(list(schema.declared_tables()))]
    labels = schema.in_language(rows, "label", formatting.language())
    return list(zip(labels, rows["table"], strict=True))
