"""What the page asks of a survey with one column for each question."""

import html
import re
from collections.abc import Callable

import ipywidgets as widgets

from analysis.declare import schema
from analysis.layout.drafts.columns_shown import examples
from analysis.prepare.answer_rows import strong
from analysis.prepare.fields import IN_A_ROW, LABELLED, WIDE, on_change, words
from analysis.prepare.sheet_choice import SheetChoice
from analysis.text import formatting
from analysis.text.messages import say


def question_row(changed: Callable[[], None], sheet: SheetChoice, header: str) -> widgets.Widget:
    """What a question of a survey is about, and whether its low answers are the good ones."""
    questions = sheet.content["questions"]
    dimensions = [
        (formatting.text(name), name) for name in schema.columns("items")["dimension"].values
    ]
    field = widgets.Dropdown(
        description=header,
        options=[(say("prepare.columns.no_dimension"), ""), *dimensions],
        value=questions[header],
        style=LABELLED,
        layout=WIDE,
    )

    def chosen(change) -> None:
        questions[header], sheet.is_changed = change["new"], True
        if all(questions.values()):
            sheet.doubts.pop("item", None)
        changed()

    on_change(field, chosen)
    is_reversed = widgets.Checkbox(
        description=say("prepare.columns.reversed"),
        value=header in sheet.content.get("reversed", ()),
        indent=False,
    )

    def turned(change) -> None:
        others = [name for name in sheet.content.get("reversed", ()) if name != header]
        sheet.content["reversed"] = others + [header] * change["new"]
        sheet.is_changed = True
        changed()

    on_change(is_reversed, turned)
    about = words(html.escape(examples(sheet.block, header)))
    return widgets.HBox([field, about, is_reversed], layout=IN_A_ROW)


def scale_row(changed: Callable[[], None], sheet: SheetChoice) -> widgets.Widget:
    """From what to what the answers of a survey go."""
    field = widgets.Text(
        description=say("prepare.columns.scale"),
        value=" – ".join(f"{end:g}" for end in sheet.content.get("scale", ())),
        placeholder="0 – 10",
        continuous_update=False,
        style=LABELLED,
        layout=WIDE,
    )

    def written(change) -> None:
        ends = [float(number) for number in re.findall(r"\d+", change["new"])]
        if len(ends) == 2 and ends[0] < ends[1]:
            sheet.content["scale"], sheet.is_changed = ends, True
            sheet.doubts.pop("value", None)
            changed()

    on_change(field, written)
    remark = words(strong(sheet.doubts.get("value")))
    return widgets.HBox([field, remark], layout=IN_A_ROW)
