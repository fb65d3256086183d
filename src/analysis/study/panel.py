"""The panel of JupyterLab: controls beside the key figures, which counts how many cuts have been
looked at.

Whoever looks at twenty groups finds one that stands out by chance: intervals widen with the number
of cuts (each of k cuts at confidence 1 - alpha / k keeps the whole at 1 - alpha, as the first step
of Holm), and small groups are muted.
"""

import html

import ipywidgets as widgets
import pandas as pd

from analysis.article.captions import stylesheet
from analysis.declare import parameters
from analysis.declare.faults import Refused, nearest
from analysis.study.filters import FILTERS
from analysis.text import formatting
from analysis.text.messages import say

EXHIBITS = {"T8": {"tried": False}, "F3": {}, "F8": {}, "F15": {}}
SIDE_BY_SIDE = ("F8", "F15")
TITLES = {name: field.title for name, field in parameters.FIELDS.items() if field.title}
_WRITTEN = ("identity", *(name for name in TITLES if name in FILTERS))  # written, with suggestions
ROW = {"display": "flex", "flex_flow": "row wrap", "align_items": "flex-start"}
GRACE_STEP_DAYS = 30


class Panel(widgets.Box):
    """Controls and figures of a study; `study` is the study as the controls ask for it.

    `cuts` are those looked at so far, `drawn` the exhibits shown now by id: none where the group is
    too small. Every control is reached by Tab and moved by the keyboard; what changes is said in
    words above the figures.
    """

    def __init__(self, study):
        study.speak()
        self.first = self.study = study
        self.cuts = set()
        self.drawn = {}
        self.earliest = study.known("agreements", "start")["start"].min()
        self.values = {"identity": self._identities()}
        self.values |= {name: self._groups(name) for name in _WRITTEN if name in FILTERS}
        self.day, self.grace_days = self._day_control(), self._grace_control()
        self.controls = {"day": self.day, "grace_days": self.grace_days}
        self.controls |= {name: self._written_control(name) for name in _WRITTEN}
        for control in self.controls.values():
            control.observe(self._moved, names="value")
        self.said = widgets.HTML()
        self.figures = {id: widgets.HTML() for id in EXHIBITS}
        super().__init__(self._layout(), layout=widgets.Layout(**ROW))
        self._look()

    # ---- controls
    def _day_control(self) -> widgets.DatePicker:
        study = self.first
        if len(study.windows):
            last = max(study.day, study.windows["last"].max())
        else:
            last = study.day
        first, last = self.earliest.date(), last.date()
        label = formatting.text(TITLES["day"])
        return widgets.DatePicker(description=label, value=study.day.date(), min=first, max=last)

    def _grace_control(self) -> widgets.BoundedIntText:
        bounds = parameters.bounds_of("grace_days")
        return widgets.BoundedIntText(
            description=formatting.text(TITLES["grace_days"]),
            value=self.first.parameters.grace_days,
            min=bounds["ge"],
            max=bounds["le"],
            step=GRACE_STEP_DAYS,
        )

    def _written_control(self, name: str) -> widgets.Combobox:
        words, chosen_value = self.values[name], getattr(self.first.parameters, name)
        present = [word for word, value in words.items() if value == chosen_value]
        value = present[0] if present else ""
        return widgets.Combobox(
            description=formatting.text(TITLES[name]),
            options=list(words),
            value=value,
            placeholder=say("panel.all") if name in FILTERS else value,
            continuous_update=False,
        )

    def _identities(self) -> dict[str, str]:
        if self.first.about["identity"] != "both":
            rules = [self.first.parameters.identity]
        else:
            rules = parameters.choices_of("identity")
        return {formatting.text(rule): rule for rule in rules}

    def _groups(self, name: str) -> dict[str, str]:
        cells = self.first.all_relations[FILTERS[name].column].dropna()
        sizes = cells.str.split("|").explode().value_counts()
        few = self.first.conventions["percent_from"]
        groups = {}
        for value, size in sizes.items():
            word = formatting.text(value)
            if size < few:
                word = say("panel.few", value=word, few=few)
            groups[word] = value
        return dict(sorted(groups.items()))

    def _layout(self) -> list[widgets.Widget]:
        for id in SIDE_BY_SIDE:
            self.figures[id].layout = widgets.Layout(flex="1 1 21em", min_width="0")
        beside = [self.figures[id] for id in SIDE_BY_SIDE]
        alone = [figure for id, figure in self.figures.items() if id not in SIDE_BY_SIDE]
        children = [widgets.HTML(stylesheet()), self.said, *alone]
        children.append(widgets.Box(beside, layout=widgets.Layout(**ROW)))
        figures = widgets.VBox(children, layout=widgets.Layout(flex="1 1 32em", min_width="0"))
        fields = list(self.controls.values())
        controls = widgets.VBox(fields, layout=widgets.Layout(flex="0 1 13em"))
        controls.add_class("study-controls")
        return [controls, figures]

    # ---- what they ask
    def _asked(self) -> dict[str, str | int]:
        choices = {"day": str(self.day.value), "grace_days": self.grace_days.value}
        for name, values in self.values.items():
            choices[name] = values.get(self.controls[name].value, "")
        choices["identity"] = choices["identity"] or self.first.parameters.identity
        return choices

    def _wrong(self) -> str:
        if self.day.value is None or pd.Timestamp(self.day.value) < self.earliest:
            return say("panel.early", day=self.earliest)
        for name, values in self.values.items():
            control = self.controls[name]
            if control.value and control.value not in values:
                near = (
                    nearest(control.value, list(values)) or list(values)[:3] or [say("panel.all")]
                )
                met = {"label": control.description, "value": control.value}
                return say("panel.nearest", near=", ".join(near), **met)
        return ""

    def _moved(self, _change) -> None:
        self.first.speak()
        wrong = self._wrong()
        if wrong:
            self.said.value = _opening("", wrong)
            return
        try:
            self.study = self.first.with_(**self._asked())
        except Refused as refused:  # such as a partner whom another rule of who is who has not
            self.said.value = _opening("", str(refused))
            return
        self._look()

    # ---- what they show
    @property
    def confidence(self) -> float:
        """The confidence of each interval, so that all cuts looked at keep the study's together."""
        return 1 - (1 - self.first.parameters.confidence) / max(len(self.cuts), 1)

    def _look(self) -> None:
        self.first.speak()
        few = self.first.conventions["percent_from"]
        too_few = len(self.study.relations) < few
        if not too_few:
            self.cuts.add(tuple(self._asked().values()))
        self.study = self.study.with_(confidence=self.confidence)
        self.study.shown = []  # what a panel shows is no question that was asked of the first study
        alert = ""
        if too_few:
            alert = say("panel.too_few", few=few)
        opening = " ".join([*self.study.opening()[:2], self._cuts_said()])
        self.said.value = _opening(opening, alert)
        exhibits_shown = {} if too_few else EXHIBITS
        self.drawn = {
            id: self.study.exhibit(id, **options) for id, options in exhibits_shown.items()
        }
        for id, figure in self.figures.items():
            exhibit = self.drawn.get(id)
            figure.value = ""
            if exhibit is not None:
                figure.value = exhibit.glance(f"panel-{id}", narrow=id in SIDE_BY_SIDE)
        self.study.shown = [(self.study.parameters, f'"{id}"') for id in EXHIBITS]

    def _cuts_said(self) -> str:
        return say(
            "panel.cuts",
            n=len(self.cuts),
            level=formatting.percent(self.confidence, int(len(self.cuts) != 1)),
            whole=formatting.percent(self.first.parameters.confidence),
        )


def _opening(sentences: str, alert: str = "") -> str:
    warning = ""
    if alert:
        warning = f'<p role="alert" class="alert"><strong>{html.escape(alert)}</strong></p>'
    return f'<div class="opening"><p role="status">{html.escape(sentences)}</p>{warning}</div>'
