"""Questions that no single column answers, each as a row of the page: the unit of amounts, the
order of dates, words of outcomes, rows that are no grants.
"""

import html
from collections.abc import Callable

import ipywidgets as widgets

from analysis import layout
from analysis.declare.answers import Choice
from analysis.layout.amounts.periods_of_amounts import OF_PERIODS
from analysis.layout.drafts.questions import reason_of
from analysis.layout.rows.marked_rows import ABOUT_HIDDEN, ABOUT_ROWS, texts_said
from analysis.layout.shapes.side_tables import OF_HIDDEN
from analysis.prepare.choices import Choices
from analysis.prepare.fields import IN_A_ROW, LABELLED, WIDE, on_change, words
from analysis.prepare.sheet_choice import SheetChoice
from analysis.text.messages import entries, say

ANSWER_KEYS = {  # reason -> the key of its answer in study.toml, and the sentences of its choices
    "units": ("unit", "prepare.unit"),
    "small": ("unit", "prepare.unit"),
    "small whole numbers": ("unit", "prepare.unit"),
    "decimals": ("unit", "prepare.decimals"),
    "hundredths": ("unit", "prepare.hundredths"),
    "turned": ("unit", "prepare.turned"),
    "repeated reference": ("same_reference", "prepare.same_reference"),
    "amended reference": ("same_reference", "prepare.same_reference"),
    "payments told": ("same_reference", "prepare.payments_told"),
    "payments likely": ("same_reference", "prepare.payments_told"),
    "shared amount": ("same_reference", "prepare.shared_amount"),
    "whole agreement": ("same_reference", "prepare.whole_agreement"),
    "date order": ("date_order", "prepare.date_order"),
    "per year": ("amount_per", "prepare.amount_per"),
    OF_PERIODS: ("amount_per", "prepare.amount_per"),
    "unit of terms": ("term_unit", "prepare.term_unit"),
    "blank cells": ("blank_cells", "prepare.blank_cells"),
    "several places": ("homonyms", "prepare.homonyms"),
    layout.FRAMEWORK: ("framework", "prepare.framework"),
}


def key_row(
    choices: Choices, changed: Callable[[], None], sheet: SheetChoice, doubt: layout.Doubt
) -> widgets.Widget:
    """What holds for the whole sheet: the unit of amounts, the order of dates, and so on."""
    key, sentences = ANSWER_KEYS[doubt.reason]
    answers = entries(sentences)
    if doubt.reason == OF_PERIODS:
        (header,) = doubt.others
        answers[header] = say("prepare.amount_per_column", column=header)
    field = _choice(say(f"prepare.columns.{key}"), answers)

    def chosen(change) -> None:
        if change["new"]:
            for each in [sheet, *choices.asked_alike(sheet, doubt.column)]:
                each.content[key], each.is_changed = change["new"], True
                each.doubts.pop(doubt.column, None)
            changed()

    on_change(field, chosen)
    return widgets.HBox([field, words(strong(doubt))], layout=IN_A_ROW)


def choice_row(
    choices: Choices, changed: Callable[[], None], sheet: SheetChoice, choice: Choice
) -> widgets.Widget:
    """A question that only the rows leave open. What holds for lists alike, how amounts are written
    and what rows of one reference are, is answered for all of which it is asked.
    """
    sentences = entries(choice.sentences)
    labels = {name: sentences[name] for name in choice.answers}
    _page, _dot, name = choice.sentences.partition(".")
    field = _choice(say(f"prepare.of_rows.{name}"), labels)
    field.value = sheet.answer_of(choice)

    def chosen(change) -> None:
        if change["new"]:
            choices.questions_of_rows.answer(choices.sheets, sheet, choice, change["new"])
            changed()

    on_change(field, chosen)
    return widgets.HBox([field], layout=IN_A_ROW)


def outcome_row(
    choices: Choices, changed: Callable[[], None], sheet: SheetChoice, word: str
) -> widgets.Widget:
    """Whether a word says that a request was granted."""
    labels = entries("prepare.outcomes")
    outcomes = {name: labels[name] for name in layout.OUTCOMES}
    field = _choice(say("prepare.columns.outcome", word=word or say("layout.blank_word")), outcomes)

    def chosen(change) -> None:
        if change["new"]:
            for each in [sheet, *choices.asked_alike(sheet, "outcome")]:
                if word in each.outcomes_asked:
                    each.tell_outcome(word, change["new"])
            changed()

    on_change(field, chosen)
    return widgets.HBox([field, words(strong(sheet.doubts["outcome"]))], layout=IN_A_ROW)


def rows_row(
    choices: Choices, changed: Callable[[], None], sheet: SheetChoice, header: str, texts: list[str]
) -> widgets.Widget:
    """Whether the rows that bear some texts under a header are grants."""
    said = texts_said(texts)
    named = [text or say("layout.blank_word") for text in said[:3]]
    words_shown = ", ".join(named) + (", …" if len(said) > 3 else "")
    description = say("prepare.columns.rows_saying", words=words_shown)
    labels = dict(entries("prepare.rows_saying"))
    if len(said) == len(texts):
        del labels["all_out"]  # no blank cells beside
    if header not in sheet.block.columns:
        del labels["back"]  # of no column, but of marks in the sheet
    if header not in sheet.kinds_asked:
        del labels["in_kind"]
    field = _choice(description, labels)

    def chosen(change) -> None:
        if change["new"]:
            about = ABOUT_HIDDEN if header == OF_HIDDEN else ABOUT_ROWS
            for each in [sheet, *choices.asked_alike(sheet, about)]:
                if header in each.rows_asked:
                    each.tell_rows(header, change["new"])
            changed()

    on_change(field, chosen)
    return widgets.HBox([field, words(html.escape(header))], layout=IN_A_ROW)


def _choice(description: str, labels: dict[str, str]) -> widgets.Dropdown:
    options = [(say("prepare.columns.to_confirm"), "")]
    options += [(label, answer) for answer, label in labels.items()]
    return widgets.Dropdown(description=description, options=options, style=LABELLED, layout=WIDE)


def strong(doubt: layout.Doubt | None) -> str:
    """Why a column is in doubt, as markup; blank where it is not."""
    if doubt:
        return f"<strong>{html.escape(reason_of(doubt))}</strong>"
    return ""
