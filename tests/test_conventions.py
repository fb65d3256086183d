"""The numbers that METHOD sets: each stands once, may be moved by a study, and moves what it is the number of."""

import pytest

from analysis.declare import conventions
from analysis.declare.faults import Refused


def test_a_study_moves_a_convention_and_leaves_the_others():
    moved = conventions.conventions({"LF1": 0.4})
    assert moved["LF1"] == 0.4
    assert {name: value for name, value in moved.items() if name != "LF1"} == {
        name: value for name, value in conventions.DEFAULTS.items() if name != "LF1"
    }
    assert conventions.DEFAULTS["LF1"] == 0.3


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"LF1": 40}, "expected a number from 0 to 1"),
        ({"LF1": "0.4"}, "expected a number from 0 to 1"),
        ({"LF1": float("nan")}, "expected a number from 0 to 1"),
        ({"secret_below": 5.5}, "expected a whole number from 2 to 100"),
        ({"secret_below": True}, "expected a whole number from 2 to 100"),
        ({"secretbelow": 3}, "did you mean secret_below?"),
        ({"grace_days": 90}, "give it as -p grace_days"),
    ],
)
def test_what_is_no_convention_or_out_of_range_is_refused_in_words(given, expected):
    with pytest.raises(Refused, match=expected.replace("?", r"\?")) as refused:
        conventions.conventions(given)
    assert refused.value.exit_code == 3


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(Refused) as refused:
        conventions.conventions({"LF1": 2, "LF2": 3, "nothing": 1})
    assert len(refused.value.faults) == 3


def test_nobody_changes_the_defaults():
    with pytest.raises(TypeError):
        conventions.DEFAULTS["LF1"] = 0.5
    with pytest.raises(TypeError):
        conventions.conventions()["LF1"] = 0.5


def test_every_convention_lies_in_its_range_and_is_said_in_both_languages():
    english, french = (conventions.declared(lang=lang) for lang in ("en", "fr"))
    assert (english["meaning"] != french["meaning"]).all()
    assert english["meaning"].notna().all() and french["meaning"].notna().all()
    for name in english["name"]:
        if name not in conventions.PARAMETERS:
            conventions.conventions({name: conventions.DEFAULTS[name]})
