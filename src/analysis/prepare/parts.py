"""The four parts of the page: columns, who is who, cells to mend, what will be published.

Each shows the choices that a plain file beside the data holds, and changes them; nothing is written
before it is saved.
"""

import html
from collections.abc import Callable

import ipywidgets as widgets

from analysis.clean import decisions
from analysis.declare import conventions, schema
from analysis.layout.doubts import REASONS, examples
from analysis.prepare.choices import Choices, SheetChoice
from analysis.text import formatting

_ = formatting.text
CELLS_SHOWN = 40  # cells to mend that are shown at a time
LABELLED = {"description_width": "15em"}
WIDE = widgets.Layout(width="36em")
BESIDE = widgets.Layout(flex_flow="row wrap", align_items="center")


def words(markup: str, role: str = "") -> widgets.HTML:
    """A piece of the page in words; with a role, it is read aloud when it changes."""
    return widgets.HTML(spoken(markup, role))


def spoken(markup: str, role: str = "") -> str:
    """Markup that is read aloud when it changes, if it has a role."""
    return f'<div role="{role}">{markup}</div>' if role else f"<div>{markup}</div>"


def paragraph(text: str) -> str:
    """A sentence as a paragraph."""
    return f"<p>{html.escape(text)}</p>"


def grid(rows: list[tuple[str, ...]]) -> str:
    """A table, its first row a header."""
    head, *body = rows
    lines = [
        "<tr>" + "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in head) + "</tr>"
    ]
    for row in body:
        cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
        lines.append(f'<tr><th scope="row">{html.escape(row[0])}</th>{cells}</tr>')
    return f"<table>{''.join(lines)}</table>"


def button(label: str, press: Callable[[], None], style: str = "") -> widgets.Button:
    """A button that does something when it is pressed."""
    widget = widgets.Button(
        description=label,
        button_style=style,
        layout=widgets.Layout(width="auto", align_self="flex-start"),
    )
    widget.on_click(lambda _button: press())
    return widget


class ColumnsPart(widgets.VBox):
    """Of every sheet: which table it holds, what each header means, and what that gives."""

    def __init__(self, choices: Choices, changed: Callable[[], None]):
        self.choices, self.changed = choices, changed
        self.outcome = words("", "status")
        self.rows = widgets.VBox()
        self.sheet = widgets.Dropdown(description=_("Sheet"), style=LABELLED, layout=WIDE)
        self.table = widgets.Dropdown(description=_("It holds"), style=LABELLED, layout=WIDE)
        self.table.options = [(_("(leave it out)"), ""), *table_labels()]
        self.sheet.observe(lambda _change: self.show(), "value")
        self.table.observe(self._table_chosen, "value")
        super().__init__([self.sheet, self.table, self.outcome, self.rows])
        self.fill()

    def fill(self) -> None:
        """List the sheets, with how many meanings of each are still to be answered."""
        position = self.sheet.index or 0
        self.sheet.options = [
            (f"{sheet.source}{_mark_of(sheet)}", number)
            for number, sheet in enumerate(self.choices.sheets)
        ]
        if self.choices.sheets:
            self.sheet.index = min(position, len(self.choices.sheets) - 1)
            self.show()

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
        self.table.value = str(sheet.content["table"]) if sheet.is_read else ""
        self.showing = False
        meanings = [(_("(not used)"), "")]
        declared = schema.columns(str(sheet.content["table"]))
        meanings += [
            (column.label(formatting.language()), name) for name, column in declared.items()
        ]
        rows = []
        if sheet.is_read:
            rows = [self._row(sheet, header, meanings) for header in sheet.block.columns]
            rows += [
                self._missing_row(sheet, name)
                for name, doubt in sheet.doubts.items()
                if not sheet.content["columns"].get(name)
            ]
        self.rows.children = rows
        self.tell()

    def _row(self, sheet: SheetChoice, header: str, meanings: list) -> widgets.Widget:
        name = sheet.meaning_of(header)
        doubt = sheet.doubts.get(name)
        options = meanings
        if doubt:
            proposed = dict((value, label) for label, value in meanings)[name]
            options = [(_("to be answered: {meaning}?", meaning=proposed), "?"), *meanings]
        option_values = {value for _label, value in options}
        field = widgets.Dropdown(
            description=header,
            options=options,
            value="?" if doubt else (name if name in option_values else ""),
            style=LABELLED,
            layout=WIDE,
        )

        def chosen(change) -> None:
            if change["new"] != "?":
                sheet.choose(header, change["new"])
                self.changed()

        field.observe(chosen, "value")
        sample_text = html.escape(examples(sheet.block, header))
        why = f" <strong>{html.escape(_(REASONS[doubt.reason]))}</strong>" if doubt else ""
        return widgets.HBox([field, words(f"{sample_text}{why}")], layout=BESIDE)

    def _missing_row(self, sheet: SheetChoice, name: str) -> widgets.Widget:
        """What no header tells: one value for all rows, or none."""
        label = schema.columns(str(sheet.content["table"]))[name].label(formatting.language())
        field = widgets.Text(
            description=label,
            placeholder=_("the same for all rows"),
            continuous_update=False,
            style=LABELLED,
            layout=WIDE,
        )

        def written(change) -> None:
            sheet.content["columns"].pop(name, None)
            sheet.content[name], sheet.is_changed = change["new"], True
            sheet.doubts.pop(name, None)
            self.changed()

        def none() -> None:
            sheet.content["columns"][name], sheet.is_changed = [], True
            sheet.doubts.pop(name, None)
            self.changed()
            self.show()

        field.observe(written, "value")
        why = words(f"<strong>{html.escape(_(REASONS[sheet.doubts[name].reason]))}</strong>")
        absent = button(_("The file does not say it"), none)
        return widgets.HBox([field, absent, why], layout=BESIDE)

    def _table_chosen(self, change) -> None:
        if not self.showing:
            self.chosen.choose_table(change["new"])
            self.changed()
            self.show()

    def tell(self) -> None:
        """Say what the present choices give of the sheet."""
        outcome = self.choices.outcome(self.chosen)
        sentences = [_("{n} still to be answered.", n=len(self.chosen.doubts))]
        if outcome:
            sentences = [_("{kept} of {read} rows kept.", **outcome)]
            if outcome["merged"]:
                sentences.append(_("{merged} merged.", merged=outcome["merged"]))
        if "total" in outcome:
            sentences.append(
                _(
                    "Total {total}.",
                    total=f"{formatting.number(outcome['total'], 2)} {formatting.currency()}",
                )
            )
        if "first" in outcome:
            sentences.append(
                _("From {first} to {last}.", first=outcome["first"], last=outcome["last"])
            )
        if outcome and self.chosen.doubts:
            sentences.append(_("{n} still to be answered.", n=len(self.chosen.doubts)))
        self.outcome.value = spoken(paragraph(" ".join(sentences)), "status")


def _mark_of(sheet: SheetChoice) -> str:
    if not sheet.is_read:
        return " – " + _("left out")
    return " – " + _("{n} to answer", n=len(sheet.doubts)) if sheet.doubts else ""


def table_labels() -> list[tuple[str, str]]:
    """The tables that raw files may hold, each with its label in the present language."""
    rows = schema.reference("tables")
    labels_of_tables = rows[rows["table"].isin(list(schema.declared()))]
    return list(
        zip(
            labels_of_tables[f"label_{formatting.language()}"],
            labels_of_tables["table"],
            strict=True,
        )
    )


class PartnersPart(widgets.VBox):
    """Pairs of partners that may be one, side by side; an answer leads to the next pair."""

    def __init__(self, choices: Choices, changed: Callable[[], None]):
        self.choices, self.changed = choices, changed
        self.answers = {"same": _("Same"), "different": _("Different"), "later": _("Later")}
        self.list = widgets.Select(
            description=_("Pairs"), rows=7, style=LABELLED, layout=widgets.Layout(width="48em")
        )
        self.sides = words("", "status")
        buttons = [
            button(label, lambda answer=answer: self.answer(answer), "primary" * (answer == "same"))
            for answer, label in self.answers.items()
        ]
        self.list.observe(lambda _change: self.show(), "value")
        super().__init__([self.list, self.sides, widgets.HBox(buttons)])
        self.fill()

    def fill(self) -> None:
        """List the pairs, those without an answer first shown."""
        self.pairs = self.choices.pairs_to_look_at()
        self._relabel(0)
        open_pairs = self.pairs.index[self.pairs["answer"].isin(["", "later"])]
        self.list.index = (
            int(open_pairs[0]) if len(open_pairs) else (0 if len(self.pairs) else None)
        )
        self.show()

    def _relabel(self, place: int | None) -> None:
        options = []
        for number, pair in enumerate(self.pairs.itertuples()):
            mark = self.answers.get(pair.answer, "…")
            first, second = (pair.partner_name or pair.partner), (pair.same_as_name or pair.same_as)
            options.append((f"{mark} · {first} / {second}", number))
        self.list.options = options
        self.list.index = place if options else None

    def answer(self, answer: str) -> None:
        """Answer the pair shown, and show the next one without an answer."""
        position = self.list.value
        if position is None:
            return
        self.pairs.loc[position, "answer"] = answer
        self.choices.pairs = self.pairs
        open_pairs = [number for number in self.pairs.index if not self.pairs["answer"][number]]
        later = [number for number in open_pairs if number > position]
        self._relabel((later or open_pairs or [position])[0])
        self.show()
        self.changed()

    def show(self) -> None:
        """Show a pair side by side, with what speaks for it and who would be one."""
        if self.list.value is None:
            self.sides.value = spoken(paragraph(_("No pair to decide.")), "status")
            return
        pair = self.pairs.loc[self.list.value]
        rows = [("", _("One"), _("Other"))]
        for label, name in ((_("Name"), "name"), (_("Years"), "years"), (_("Department"), "place")):
            rows.append((label, pair[f"partner_{name}"], pair[f"same_as_{name}"]))
        rows.append((_("Code"), pair["partner"], pair["same_as"]))
        sentences = paragraph(pair["evidence"].replace("; ", " · ")) if pair["evidence"] else ""
        group = self.choices.group_of(self.pairs, self.list.value)
        if len(group) > 2:
            sentences += paragraph(_("If same, these are one: {names}.", names=", ".join(group)))
        n_to_answer = int(self.pairs["answer"].isin(["", "later"]).sum())
        sentences += paragraph(
            _("{left} of {all} without an answer.", left=n_to_answer, all=len(self.pairs))
        )
        self.sides.value = spoken(grid(rows) + sentences, "status")


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
            _(
                "{n} cells could not be read; an empty field leaves a cell as it is.",
                n=len(self.cells),
            )
        )
        children.append(words(count if len(self.cells) else paragraph(_("Nothing to mend."))))
        for position, cell in enumerate(self.cells.head(CELLS_SHOWN).itertuples()):
            children.append(self._field(position, cell))
        if len(self.cells) > CELLS_SHOWN:
            children.append(words(paragraph(_("The others stand in corrections.csv."))))
        self.children = children

    def _field(self, place: int, cell) -> widgets.Widget:
        field = widgets.Text(
            description=_("{column}, line {line}", column=cell.column, line=cell.line),
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

        field.observe(written, "value")
        why = _("{file}: “{value}”: {why}", file=cell.file, value=cell.value, why=cell.why)
        return widgets.HBox([field, words(html.escape(why))], layout=BESIDE)


class PublicationPart(widgets.VBox):
    """What the report is called, its day, and the conventions of the method that this study moves."""

    def __init__(self, choices: Choices, changed: Callable[[], None]):
        self.choices, self.changed = choices, changed
        study = choices.study
        fields = {
            "title": widgets.Text(
                description=_("Title of the report"), value=study.title, continuous_update=False
            ),
            "day": widgets.DatePicker(description=_("Observation day"), value=study.day),
            "observed_from": widgets.DatePicker(
                description=_("Exports begin on"), value=study.observed_from
            ),
            "observed_to": widgets.DatePicker(
                description=_("Exports end on"), value=study.observed_to
            ),
        }
        for name, field in fields.items():
            field.style, field.layout = LABELLED, WIDE
            field.observe(lambda change, name=name: self._written(name, change["new"]), "value")
        rows = conventions.declared(lang=formatting.language())
        rows = rows[~rows["name"].isin(conventions.PARAMETERS)]
        self.convention = widgets.Dropdown(
            description=_("Convention"),
            options=list(zip(rows["meaning"], rows["name"], strict=True)),
            style=LABELLED,
            layout=widgets.Layout(width="48em"),
        )
        self.number = widgets.FloatText(
            description=_("Its value here"), style=LABELLED, layout=WIDE
        )
        self.convention.observe(lambda _change: self._show_number(), "value")
        self.moved = words("", "status")
        self._show_number()
        self._tell()
        super().__init__(
            [
                *fields.values(),
                self.convention,
                self.number,
                button(_("Set"), self._set),
                self.moved,
            ]
        )

    def _written(self, name: str, value) -> None:
        self.choices.study = self.choices.study.model_copy(update={name: value})
        self.changed()

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
        self._tell()

    def _tell(self) -> None:
        moved = self.choices.study.conventions
        listed = ", ".join(
            f"{name} = {formatting.number(value, 2)}" for name, value in moved.items()
        )
        sentence = _("Moved in this study: {listed}.", listed=listed) if moved else ""
        self.moved.value = spoken(paragraph(sentence), "status")


PARTS = {
    "columns": ColumnsPart,
    "partners": PartnersPart,
    "cells": CellsPart,
    "publication": PublicationPart,
}
FILES = {"partners": decisions.PARTNERS, "cells": decisions.CORRECTIONS}
