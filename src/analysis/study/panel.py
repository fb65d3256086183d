"""The panel of JupyterLab: controls beside the key figures, which counts how many cuts have been looked at.

Whoever looks at twenty groups finds one that stands out by chance: intervals widen with the number of cuts (each of k
cuts at confidence 1 - alpha / k keeps the whole at 1 - alpha, as the first step of Holm), and small groups are muted.
"""

import html

import ipywidgets as widgets
import pandas as pd

from analysis.article.exhibit import stylesheet
from analysis.declare.conventions import DEFAULTS
from analysis.declare.faults import Refused, nearest
from analysis.study import filters as scope
from analysis.text import formatting

_ = formatting.text

FEW = DEFAULTS["percent_from"]  # relations: fewer is no group to look at
SHOWN = {"T8": {"tried": False}, "F3": {}, "F8": {}, "F15": {}}
BESIDE = ("F8", "F15")
FILTERS = {
    "region": formatting.mark("Region"),
    "domain": formatting.mark("Domain"),
    "level": formatting.mark("Level"),
    "kind": formatting.mark("Form of partnership"),
}
ROW = {"display": "flex", "flex_flow": "row wrap", "align_items": "flex-start"}


class Panel(widgets.Box):
    """Controls and figures of a study; `study` is the study as the controls ask for it, `cuts` those looked at so far.

    Every control is reached by Tab and moved by the keyboard; what changes is said in words above the figures.
    """

    def __init__(self, study):
        study.speak()
        self.first = self.study = study
        self.cuts = set()
        self.drawn = {}
        """The exhibits that the panel shows now, by id; none where the group is too small."""
        asked = study.parameters
        self.earliest = study.known("agreements", "start")["start"].min()
        last = max(study.day, study.windows["last"].max()) if len(study.windows) else study.day
        self.day = widgets.DatePicker(
            description=_("Day"), value=study.day.date(), min=self.earliest.date(), max=last.date()
        )
        self.grace_days = widgets.BoundedIntText(
            description=_("Grace (days)"), value=asked.grace_days, min=0, max=1100, step=30
        )
        rules = (
            ("both", "identifier", "name")
            if study.about["identity"] == "both"
            else (asked.identity,)
        )
        self.words = {"identity": {_(rule): rule for rule in rules}} | {
            name: self._values(name) for name in FILTERS
        }
        self.controls = {"day": self.day, "grace_days": self.grace_days}
        for name, label in {"identity": formatting.mark("Who is who"), **FILTERS}.items():
            # JupyterLab takes the keys from a list of choices; a field that can be written in keeps them
            known, blank = self.words[name], _("all") if name in FILTERS else ""
            value = next((said for said, word in known.items() if word == getattr(asked, name)), "")
            named = {
                "description": _(label),
                "placeholder": blank or value,
                "continuous_update": False,
            }
            self.controls[name] = widgets.Combobox(options=list(known), value=value, **named)
        self.said = widgets.HTML()
        self.figures = {name: widgets.HTML() for name in SHOWN}
        for control in self.controls.values():
            control.observe(self._moved, names="value")
        for name in BESIDE:
            self.figures[name].layout = widgets.Layout(flex="1 1 21em", min_width="0")
        beside = widgets.Box([self.figures[name] for name in BESIDE], layout=widgets.Layout(**ROW))
        shown = [
            widgets.HTML(stylesheet()),
            self.said,
            self.figures["T8"],
            self.figures["F3"],
            beside,
        ]
        moved = widgets.VBox(list(self.controls.values()), layout=widgets.Layout(flex="0 1 13em"))
        moved.add_class("study-controls")
        figures = widgets.VBox(shown, layout=widgets.Layout(flex="1 1 32em", min_width="0"))
        super().__init__([moved, figures], layout=widgets.Layout(**ROW))
        self._look()

    def _values(self, name: str) -> dict[str, str]:
        """The values of a filter by what they are called: those of too few relations say so."""
        sizes = (
            self.first.all_relations[scope.FILTERS[name].column]
            .dropna()
            .str.split("|")
            .explode()
            .value_counts()
        )
        few = lambda value: (
            _("{value} (fewer than {few})", value=_(value), few=FEW)
            if sizes[value] < FEW
            else _(value)
        )
        return dict(sorted((few(value), value) for value in sizes.index))

    def _asked(self) -> dict[str, str | int]:
        """The parameters that the controls ask for; a blank filter is all, a blank rule the first study's own."""
        chosen = {
            name: known.get(self.controls[name].value, "") for name, known in self.words.items()
        }
        chosen["identity"] = chosen["identity"] or self.first.parameters.identity
        return chosen | {"day": str(self.day.value), "grace_days": self.grace_days.value}

    def _wrong(self) -> str:
        """What a control holds that the study does not, with the nearest that it does."""
        if self.day.value is None or pd.Timestamp(self.day.value) < self.earliest:
            return _(
                "The first relation begins on {day}: choose this day or a later one.",
                day=self.earliest,
            )
        for name, known in self.words.items():
            control = self.controls[name]
            if control.value and control.value not in known:
                near = nearest(control.value, list(known)) or list(known)[:3] or [_("all")]
                said = {
                    "label": control.description,
                    "value": control.value,
                    "near": ", ".join(near),
                }
                return _("{label}: “{value}” is not in this study; the nearest: {near}.", **said)
        return ""

    def _moved(self, _change) -> None:
        self.first.speak()
        wrong = self._wrong()
        if wrong:
            self.said.value = _said("", wrong)
            return
        try:
            self.study = self.first.with_(**self._asked())
        except (
            Refused
        ) as refused:  # such as a partner whom another rule of who is who does not know
            self.said.value = _said("", str(refused))
            return
        self._look()

    @property
    def confidence(self) -> float:
        """The confidence of each interval, so that all cuts looked at keep the study's confidence together."""
        return 1 - (1 - self.first.parameters.confidence) / max(len(self.cuts), 1)

    def _look(self) -> None:
        self.first.speak()
        few = len(self.study.relations) < FEW
        if not few:
            self.cuts.add(tuple(self._asked().values()))
        self.study = self.study.with_(confidence=self.confidence)
        self.study.shown = []  # its own: what a panel shows is no question that was asked of the first study
        told = [*self.study.opening()[:2], self._cuts_said()]
        alert = _("Fewer than {few} relations: too few to look at.", few=FEW) if few else ""
        self.said.value = _said(" ".join(told), alert)
        self.drawn = (
            {}
            if few
            else {name: self.study.exhibit(name, **options) for name, options in SHOWN.items()}
        )
        drawings = {
            name: built.glance(f"panel-{name}", narrow=name in BESIDE)
            for name, built in self.drawn.items()
        }
        for name, figure in self.figures.items():
            figure.value = drawings.get(name, "")
        self.study.shown = [(self.study.parameters, f'"{name}"') for name in SHOWN]

    def _cuts_said(self) -> str:
        level, whole = (
            formatting.percent(self.confidence, int(len(self.cuts) != 1)),
            formatting.percent(self.first.parameters.confidence),
        )
        return _(
            "{n} {n:cut looked at: intervals at {level}|cuts looked at: intervals at {level}, so that together they keep {whole}}.",
            n=len(self.cuts),
            level=level,
            whole=whole,
        )


def _said(told: str, alert: str = "") -> str:
    """What changed, in words that are read aloud too."""
    warned = (
        f'<p role="alert" class="alert"><strong>{html.escape(alert)}</strong></p>' if alert else ""
    )
    return f'<div class="opening"><p role="status">{html.escape(told)}</p>{warned}</div>'
