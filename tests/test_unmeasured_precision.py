"""A key number whose interval is not known says so, and breaks no message of a notebook."""

import json

import pytest

from analysis import explore
from analysis.clean import data_package
from raw_lists import cleaned

HEADER = "nomAttribuant;nomBeneficiaire;dateConvention;montant\n"


@pytest.fixture(scope="module")
def alike(tmp_path_factory):
    """Forty-two relations of one grant each, all of twelve months: nothing spreads."""
    folder = tmp_path_factory.mktemp("alike")
    rows = [f"Ville;Association {who:02};01/02/{2012 + who % 7};1000" for who in range(42)]
    result = cleaned(folder, HEADER + "\n".join(rows) + "\n", day="2020-06-30")
    data_package.write(result, folder / "clean")
    return folder / "clean"


@pytest.mark.parametrize(
    ("lang", "untold", "verdict"),
    [
        ("fr", "non mesurée", "Précision non mesurée."),
        ("en", "not measured", "Precision not measured."),
    ],
)
def test_a_mean_without_interval_has_an_unmeasured_precision(alike, lang, untold, verdict):
    shown = explore.open(alike, lang=lang).exhibit("T8")
    mean = next(number for number in shown.numbers if number.key == "mean")
    precision = next(mark for mark in mean.marks if mark.name == "precision")
    assert mean.value == 12 and mean.low is None
    assert precision.text == untold and mean.holds == verdict
    assert "<path" not in precision.html()
    assert json.dumps(shown._repr_mimebundle_(), allow_nan=False)
