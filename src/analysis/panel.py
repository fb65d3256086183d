"""The panel of JupyterLab: controls beside the key figures, which counts how many cuts have been looked at.

Whoever looks at twenty groups finds one that stands out by chance: intervals widen with the number of cuts (each of k
cuts at confidence 1 - alpha / k keeps the whole at 1 - alpha, as the first step of Holm), and small groups are muted.
"""

import html

import ipywidgets as widgets
import pandas as pd

from analysis import words
from analysis.faults import Refused

_ = words.text

FEW = 10  # relations: fewer is no group to look at
SHOWN = ("T8", "F3", "F8", "F15")


class Panel(widgets.VBox):
    """Controls and figures of a study; `study` is the study as the controls ask for it, `cuts` those looked at so far.

    Every control is reached by Tab and moved by the keyboard; what changes is said in words above the figures.
    """

    def __init__(self, study):
        words.use(study.lang)
        self.first = self.study = study
        self.cuts = {_cut(study)}
        asked = study.parameters
        every = (_("all"), "")
        choose = lambda label, options, value: widgets.Dropdown(description=label, options=options, value=value, style={"description_width": "9em"})
        some = lambda by: [every, *((_(value), value) for value in study.where(region="", domain="", level="", kind="").values(by))]
        self.day = widgets.DatePicker(description=_("Day"), value=study.day.date(), style={"description_width": "9em"})
        self.grace = widgets.IntSlider(
            description=_("Grace (days)"), value=asked.grace_days, min=0, max=720, step=30, continuous_update=False, style={"description_width": "9em"}
        )
        self.identity = choose(_("Who is who"), [(_(rule), rule) for rule in ("both", "identifier", "name")], asked.identity)
        self.region = choose(_("Region"), some("region"), asked.region)
        self.domain = choose(_("Domain"), some("domain"), asked.domain)
        self.level = choose(_("Level"), some("level"), asked.level)
        self.kind = choose(_("Form of partnership"), some("kind"), asked.kind)
        self.said = widgets.HTML()
        self.figures = {name: widgets.HTML() for name in SHOWN}
        controls = [self.day, self.grace, self.identity, self.region, self.domain, self.level, self.kind]
        for control in controls:
            control.observe(self._moved, names="value")
        grid = widgets.GridBox(controls, layout=widgets.Layout(grid_template_columns="repeat(auto-fill, minmax(22em, 1fr))"))
        super().__init__([grid, self.said, *self.figures.values()])
        self._draw()

    def _moved(self, _change) -> None:
        asked = {
            "day": str(self.day.value or ""), "grace_days": self.grace.value, "identity": self.identity.value, "region": self.region.value,
            "domain": self.domain.value, "level": self.level.value, "kind": self.kind.value,
        }  # fmt: skip
        words.use(self.first.lang)
        try:
            study = self.first.with_(**asked)
        except Refused as refusal:
            self.said.value = _alert(" ".join(fault.message for fault in refusal.faults))
            return
        self.cuts.add(_cut(study))
        self.study = study.with_(confidence=self.confidence)
        self._draw()

    @property
    def confidence(self) -> float:
        """The confidence of each interval, so that all cuts looked at keep the study's confidence together."""
        return 1 - (1 - self.first.parameters.confidence) / len(self.cuts)

    def _draw(self) -> None:
        words.use(self.first.lang)
        found = self.study.relations
        told = [*self.study.opening()[:2]]
        told.append(
            words.plural(len(self.cuts), "{n} cut looked at: intervals at {level}.", "{n} cuts looked at: intervals at {level}, so that together they keep {whole}.").format(
                n=len(self.cuts), level=words.percent(self.confidence, 1), whole=words.percent(self.first.parameters.confidence)
            )
        )
        self.said.value = f'<p role="status" aria-live="polite">{html.escape(" ".join(told))}</p>'
        if len(found) < FEW:
            few = _("Fewer than {few} relations: too few to look at.").format(few=FEW)
            self.said.value += _alert(few)
            for figure in self.figures.values():
                figure.value = ""
            return
        for name, figure in self.figures.items():
            figure.value = self.study.exhibit(name)._repr_mimebundle_()["text/html"]


def _cut(study) -> tuple:
    """What makes a cut another one: the filters and choices, not the confidence."""
    return tuple(value for name, value in study.parameters.model_dump().items() if name not in ("confidence", "lang", "data"))


def _alert(text: str) -> str:
    return f'<p role="alert"><strong>{html.escape(text)}</strong></p>'


def shown(panel: Panel) -> pd.DataFrame:
    """The key numbers that the panel shows, as the notebooks have them."""
    return panel.study.exhibit("T8").frame()
