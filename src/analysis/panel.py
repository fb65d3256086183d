"""The panel of JupyterLab: controls beside the key figures, which counts how many cuts have been looked at.

Whoever looks at twenty groups finds one that stands out by chance: intervals widen with the number of cuts (each of k
cuts at confidence 1 - alpha / k keeps the whole at 1 - alpha, as the first step of Holm), and small groups are muted.
"""

import html

import ipywidgets as widgets
import pandas as pd

from analysis import words
from analysis.exhibit import stylesheet

_ = words.text

FEW = 10  # relations: fewer is no group to look at
SHOWN = {"T8": {"tried": False}, "F3": {}, "F8": {}, "F15": {}}
BESIDE = ("F8", "F15")
FILTERS = {
    "region": words.mark("Region"),
    "domain": words.mark("Domain"),
    "level": words.mark("Level"),
    "kind": words.mark("Form of partnership"),
}
ROW = {"display": "flex", "flex_flow": "row wrap", "align_items": "flex-start"}


class Panel(widgets.Box):
    """Controls and figures of a study; `study` is the study as the controls ask for it, `cuts` those looked at so far.

    Every control is reached by Tab and moved by the keyboard; what changes is said in words above the figures.
    """

    def __init__(self, study):
        words.use(study.lang)
        self.first = self.study = study
        self.cuts = set()
        self.drawn = dict.fromkeys(SHOWN)
        """The exhibits that the panel shows now, by id; none where the group is too small."""
        asked = study.parameters
        self.earliest = study.raw("agreements")["start"].min()
        rules = ("both", "identifier", "name") if study.about["identity"] == "both" else (asked.identity,)
        self.day = widgets.DatePicker(
            description=_("Day"),
            value=study.day.date(),
            min=self.earliest.date(),
            max=max(study.day, study.windows["last"].max()).date(),
        )
        self.grace_days = widgets.BoundedIntText(description=_("Grace (days)"), value=asked.grace_days, min=0, max=1100, step=30)
        self.identity = widgets.Dropdown(
            description=_("Who is who"), options=[(_(rule), rule) for rule in rules], value=asked.identity
        )
        for name, label in FILTERS.items():
            options = self._options(name)
            setattr(self, name, widgets.Dropdown(description=_(label), options=options, value=getattr(asked, name)))
        self.controls = {name: getattr(self, name) for name in ("day", "grace_days", "identity", *FILTERS)}
        self.said = widgets.HTML()
        self.figures = {name: widgets.HTML() for name in SHOWN}
        for control in self.controls.values():
            control.observe(self._moved, names="value")
        for name in BESIDE:
            self.figures[name].layout = widgets.Layout(flex="1 1 21em", min_width="0")
        beside = widgets.Box([self.figures[name] for name in BESIDE], layout=widgets.Layout(**ROW))
        shown = [widgets.HTML(stylesheet()), self.said, self.figures["T8"], self.figures["F3"], beside]
        moved = widgets.VBox(list(self.controls.values()), layout=widgets.Layout(flex="0 1 13em"))
        moved.add_class("study-controls")
        super().__init__(
            [moved, widgets.VBox(shown, layout=widgets.Layout(flex="1 1 32em", min_width="0"))], layout=widgets.Layout(**ROW)
        )
        self._look()

    def _options(self, name: str) -> list[tuple[str, str]]:
        """The values of a filter by name, those with too few relations said so, after "all"."""
        column = {"domain": "domains", "kind": "kinds"}.get(name, name)
        sizes = self.first.all_relations[column].dropna().str.split("|").explode().value_counts()
        few = lambda value: _("{value} (fewer than {few})").format(value=_(value), few=FEW) if sizes[value] < FEW else _(value)
        return [(_("all"), ""), *sorted((few(value), value) for value in sizes.index)]

    def _moved(self, _change) -> None:
        words.use(self.first.lang)
        if self.day.value is None or pd.Timestamp(self.day.value) < self.earliest:
            told = _("The first relation begins on {day}: choose this day or a later one.").format(day=words.date(self.earliest))
            self.said.value = _said("", told)
            return
        asked = {name: control.value for name, control in self.controls.items()}
        self.study = self.first.with_(**asked | {"day": str(asked["day"])})
        self._look()

    @property
    def confidence(self) -> float:
        """The confidence of each interval, so that all cuts looked at keep the study's confidence together."""
        return 1 - (1 - self.first.parameters.confidence) / max(len(self.cuts), 1)

    def _look(self) -> None:
        words.use(self.first.lang)
        few = len(self.study.relations) < FEW
        if not few:
            self.cuts.add(tuple(str(control.value) for control in self.controls.values()))
        self.study = self.study.with_(confidence=self.confidence)
        self.study.shown = []  # its own: what a panel shows is no question that was asked of the first study
        told = [*self.study.opening()[:2], self._cuts_said()]
        alert = _("Fewer than {few} relations: too few to look at.").format(few=FEW) if few else ""
        self.said.value = _said(" ".join(told), alert)
        for name, options in SHOWN.items():
            self.drawn[name] = None if few else self.study.exhibit(name, **options)
            self.figures[name].value = "" if few else self.drawn[name].glance(f"panel-{name}", narrow=name in BESIDE)
        self.study.shown = [(self.study.parameters, f'"{name}"') for name in SHOWN]

    def _cuts_said(self) -> str:
        return words.plural(
            len(self.cuts),
            "{n} cut looked at: intervals at {level}.",
            "{n} cuts looked at: intervals at {level}, so that together they keep {whole}.",
        ).format(
            n=len(self.cuts),
            level=words.percent(self.confidence, 0 if len(self.cuts) == 1 else 1),
            whole=words.percent(self.first.parameters.confidence),
        )


def _said(told: str, alert: str = "") -> str:
    """What changed, in words that are read aloud too."""
    warned = f'<p role="alert" class="alert"><strong>{html.escape(alert)}</strong></p>' if alert else ""
    return f'<div class="opening"><p role="status">{html.escape(told)}</p>{warned}</div>'
