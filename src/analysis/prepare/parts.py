"""The other parts of the page: who is who, cells to mend.

Each shows the choices that a plain file beside the data holds, and changes them once it is saved.
"""

import html
from collections.abc import Callable
from os.path import commonprefix

import ipywidgets as widgets

from analysis.prepare.choices import Choices
from analysis.prepare.columns_part import ColumnsPart
from analysis.prepare.fields import (
    IN_A_ROW,
    LABELLED,
    WIDE,
    button,
    on_change,
    paragraph,
    read_aloud,
    table_markup,
    words,
)
from analysis.prepare.publication_part import PublicationPart
from analysis.text.messages import entries, say

CELLS_SHOWN = 40  # cells to mend that are shown at a time


class PartnersPart(widgets.VBox):
    """Pairs of partners that may be one, side by side; an answer leads to the next pair.

    Answers are given by buttons or, for hundreds, as letters typed one after the other into a
    field, each the answer of one pair; there, Backspace takes the last one back.
    """

    def __init__(self, choices: Choices, changed: Callable[[], None]):
        self.choices, self.changed = choices, changed
        self.answers = entries("prepare.answers")
        self.letters = {letter: answer for answer, letter in entries("prepare.letters").items()}
        self.list = widgets.Select(
            description=say("prepare.partners.pairs"),
            rows=7,
            style=LABELLED,
            layout=widgets.Layout(width="48em"),
        )
        self.sides = words("", "status")
        buttons = [
            button(label, lambda answer=answer: self.answer(answer), "primary" * (answer == "same"))
            for answer, label in self.answers.items()
        ]
        self.letter_field = widgets.Text(
            description=say("prepare.partners.keys"),
            placeholder=say("prepare.partners.letters"),
            style=LABELLED,
            layout=WIDE,
        )
        self.is_listing = False
        on_change(self.list, lambda _change: self.show())
        on_change(self.letter_field, lambda change: self._typed(change["old"], change["new"]))
        super().__init__([self.list, self.sides, widgets.HBox(buttons), self.letter_field])
        self.fill()

    def fill(self) -> None:
        """List the pairs, those without an answer first shown."""
        self.pairs = self.choices.pairs_to_look_at()
        self.before_letters: list[tuple[int, str] | None] = []  # the pair and answer of each letter
        self.letter_field.value = ""
        open_pairs = self.pairs.index[self.pairs["answer"].isin(["", "later"])]
        first = int(open_pairs[0]) if len(open_pairs) else 0
        self._list_pairs(first if len(self.pairs) else None)

    def _list_pairs(self, position: int | None) -> None:
        pairs = self.pairs
        first = pairs["partner_name"].mask(pairs["partner_name"] == "", pairs["partner"])
        second = pairs["same_as_name"].mask(pairs["same_as_name"] == "", pairs["same_as"])
        answers = pairs["answer"].map(self.answers).fillna("…")
        labels = answers + " · " + first + " / " + second
        self.is_listing = True
        self.list.options = list(zip(labels, range(len(labels)), strict=True))
        self.list.index = position
        self.is_listing = False
        self.show()

    def answer(self, answer: str) -> None:
        """Answer the pair shown, and show the next one without an answer."""
        position = self.list.value
        if position is None:
            return
        self._set(position, answer)
        open_pairs = self.pairs.index[self.pairs["answer"] == ""]
        later = open_pairs[open_pairs > position]
        following = next(iter([*later[:1], *open_pairs[:1]]), None)
        self._list_pairs(None if following is None else int(following))
        self.changed()

    def _set(self, position: int, answer: str) -> None:
        self.pairs.loc[position, "answer"] = answer
        self.choices.pairs = self.pairs

    def _typed(self, before: str, after: str) -> None:
        shared = len(commonprefix([before, after]))
        while len(self.before_letters) > shared:
            answered = self.before_letters.pop()
            if answered is not None:
                self._set(*answered)
                self._list_pairs(answered[0])
                self.changed()
        for letter in after[shared:]:
            answer, position = self.letters.get(letter.casefold()), self.list.value
            if answer is None or position is None:
                self.before_letters.append(None)
                continue
            self.before_letters.append((position, self.pairs.loc[position, "answer"]))
            self.answer(answer)

    def show(self) -> None:
        """Show a pair side by side, with what speaks for it and who would be one."""
        if self.is_listing:
            return
        if self.list.value is None:
            if len(self.pairs):
                sentence = "prepare.partners.all_answered"
            else:
                sentence = "prepare.partners.no_pair"
            self.sides.value = read_aloud(paragraph(say(sentence)), "status")
            return
        pair = self.pairs.loc[self.list.value]
        sides = entries("prepare.sides")
        rows = [("", sides["one"], sides["other"])]
        for name in ("name", "years", "place"):
            rows.append((sides[name], pair[f"partner_{name}"], pair[f"same_as_{name}"]))
        rows.append((sides["code"], pair["partner"], pair["same_as"]))
        if pair["evidence"]:
            sentences = paragraph(pair["evidence"].replace("; ", " · "))
        else:
            sentences = ""
        group = self.choices.group_of(self.pairs, self.list.value)
        if len(group) > 2:
            sentences += paragraph(say("prepare.partners.group", names=", ".join(group)))
        n_to_answer = int(self.pairs["answer"].isin(["", "later"]).sum())
        sentences += paragraph(say("prepare.partners.left", left=n_to_answer, all=len(self.pairs)))
        self.sides.value = read_aloud(table_markup(rows) + sentences, "status")


class CellsPart(widgets.VBox):
    """Cells that could not be read, each with a field for what it should hold."""

    def __init__(self, choices: Choices, changed: Callable[[], None]):
        self.choices, self.changed = choices, changed
        super().__init__()
        self.fill()

    def fill(self) -> None:
        """List the cells, and the decisions that no longer fit."""
        self.cells = self.choices.cells_to_mend()
        children: list[widgets.Widget] = [
            words(f"<strong>{html.escape(line)}</strong>")
            for line in self.choices.no_longer_fitting()
        ]
        count = paragraph(
            say(
                "prepare.cells.unread",
                n=len(self.cells),
            )
        )
        children.append(words(count if len(self.cells) else paragraph(say("prepare.cells.none"))))
        for position, cell in enumerate(self.cells.head(CELLS_SHOWN).itertuples()):
            children.append(self._field(position, cell))
        if len(self.cells) > CELLS_SHOWN:
            children.append(words(paragraph(say("prepare.cells.others"))))
        self.children = children

    def _field(self, place: int, cell) -> widgets.Widget:
        field = widgets.Text(
            description=say("prepare.cells.cell", column=cell.column, line=cell.line),
            value=cell.correction,
            placeholder=cell.value,
            continuous_update=False,
            style=LABELLED,
            layout=WIDE,
        )

        def written(change) -> None:
            self.cells.loc[place, "correction"] = change["new"].strip()
            self.choices.corrections = self.cells
            self.changed()

        on_change(field, written)
        why = say("prepare.cells.why", file=cell.file, value=cell.value, why=cell.why)
        return widgets.HBox([field, words(html.escape(why))], layout=IN_A_ROW)


PAGE_PARTS = {
    "columns": ColumnsPart,
    "partners": PartnersPart,
    "cells": CellsPart,
    "publication": PublicationPart,
}
