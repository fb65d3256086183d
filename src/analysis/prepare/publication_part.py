"""The last part of the page: what the report is called, its day and total, conventions moved."""

import tomllib
from collections.abc import Callable

import ipywidgets as widgets

from analysis import clean as cleaning
from analysis.declare import conventions
from analysis.parse.column import synonyms
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
from analysis.text import formatting
from analysis.text.messages import say


class PublicationPart(widgets.VBox):
    """What the report is called, its day, and the conventions of the method that this study moves."""

    def __init__(self, choices: Choices, changed: Callable[[], None]):
        self.choices, self.changed = choices, changed
        study = choices.study
        codes = filter(formatting.currency_is_told, synonyms("currency of an amount").values())
        currencies = sorted({*codes, study.currency, ""})
        fields: dict[str, widgets.Widget] = {
            name: widgets.Text(value=getattr(study, name), continuous_update=False)
            for name in ("title", "publisher", "recipients", "grants")
        }
        fields["currency"] = widgets.Dropdown(options=currencies, value=study.currency)
        fields["control_total"] = widgets.FloatText(value=study.control_total)
        fields["control_agreements"] = widgets.IntText(value=study.control_agreements)
        for name in ("day", "observed_from", "observed_to"):
            fields[name] = widgets.DatePicker(value=getattr(study, name))
        for name, field in fields.items():
            field.description = say(f"prepare.publication.{name}")
            field.style, field.layout = LABELLED, WIDE
            on_change(field, lambda change, name=name: self._written(name, change["new"]))
        rows = conventions.declared(lang=formatting.language())
        rows = rows[~rows["name"].isin(conventions.PARAMETERS)]
        self.convention = widgets.Dropdown(
            description=say("prepare.publication.convention"),
            options=list(zip(rows["meaning"], rows["name"], strict=True)),
            style=LABELLED,
            layout=widgets.Layout(width="48em"),
        )
        self.number = widgets.FloatText(
            description=say("prepare.publication.value"), style=LABELLED, layout=WIDE
        )
        on_change(self.convention, lambda _change: self._show_number())
        self.moved, self.day = words("", "status"), words("", "status")
        self.confirm = button(
            say("prepare.publication.this_day"), lambda: self._written("day", fields["day"].value)
        )
        self.fields = fields
        self._show_number()
        self.tell()
        super().__init__(
            [
                *fields.values(),
                widgets.HBox([self.day, self.confirm], layout=IN_A_ROW),
                self.convention,
                self.number,
                button(say("prepare.publication.set"), self._set),
                self.moved,
            ]
        )

    def _written(self, name: str, value) -> None:
        answered = self.choices.study.guessed - {name}
        self.choices.study = self.choices.study.model_copy(
            update={name: value, "guessed": answered}
        )
        self.changed()

    def confirm_total(self) -> None:
        """What is read in all is what the team's own books say, if that is asked."""
        for question in self.choices.questions_on_total:
            self.fields[question.column].value = tomllib.loads(question.answer)[question.column]

    def _show_number(self) -> None:
        name = self.convention.value
        self.number.value = self.choices.study.conventions.get(name, conventions.DEFAULTS[name])

    def _set(self) -> None:
        moved = {**self.choices.study.conventions, self.convention.value: self.number.value}
        moved = {
            name: value for name, value in moved.items() if value != conventions.DEFAULTS[name]
        }
        conventions.conventions(moved, "study.toml")
        self._written("conventions", moved)

    def tell(self) -> None:
        """Say which day is taken and which conventions moved."""
        is_asked = "day" in self.choices.study.guessed
        if self.choices.result:
            taken = cleaning.day_taken(self.choices.result.about)
        else:
            taken = ""
        if is_asked:
            taken = say("prepare.publication.day_told")
        self.day.value = read_aloud(paragraph(taken), "status")
        self.confirm.layout.display = None if is_asked else "none"
        moved = self.choices.study.conventions
        listed = ", ".join(
            f"{name} = {formatting.number(value, 2)}" for name, value in moved.items()
        )
        if moved:
            sentence = say("prepare.publication.moved", listed=listed)
        else:
            sentence = ""
        self.moved.value = read_aloud(paragraph(sentence), "status")
