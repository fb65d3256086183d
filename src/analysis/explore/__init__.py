"""The analysts' door: open a cleaned study, look, filter, ask why, change what was chosen, keep
what was found.

The study's own notebooks go through the same door, so that a number found by hand is the number of
the report.
"""

from collections.abc import Mapping
from pathlib import Path

from analysis.declare import parameters
from analysis.study.cleaned_folder import locate
from analysis.study.relation_history import Story as Story
from analysis.study.study import Study as Study


@parameters.keywords
def open(data: str | Path = "demo", **asked) -> Study:
    """A cleaned study, by name under `data/processed` or by folder, as seen with these parameters.

    `impact-study params` lists the parameters; a blank one is as if not given. Opened for partners,
    it shows exhibits only.

    >>> open("demo", day="2017-12-31", lang="en").day
    Timestamp('2017-12-31 00:00:00')
    """
    parameter_values = parameters.parse({"data": data, **asked})
    shows_rows = parameter_values.audience != "partners"
    return Study(locate(parameter_values.data), parameter_values, shows_rows=shows_rows)


def asked(variables: Mapping[str, object]) -> dict[str, object]:
    """The parameters among the variables of a notebook: what `open` is to be asked.

    >>> region, cut = "Bretagne", 3
    >>> asked({"region": region, "cut": cut})
    {'region': 'Bretagne'}
    """
    return {name: variables[name] for name in parameters.FIELDS if name in variables}
