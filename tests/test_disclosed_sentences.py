"""Sentences leave or stay by the facts that they tell, whatever their words look like."""

import pandas as pd
import pytest

import gallery
from analysis.article.rules import Rules
from analysis.disclosure import audiences
from analysis.text import formatting
from analysis.text.convention_facts import of_unit
from analysis.text.facts import Count, Interval, Label, Number, Pooled, Rank, Share
from analysis.text.sentences import Sentence


def noted(*told: tuple[str, tuple], data=None, rules=Rules(), n=66) -> str:
    """What is left of a note of these sentences once the exhibit has left the team."""
    formatting.use("en")
    data = pd.DataFrame({"region": list("abcd"), "count": [3, 4, 20, 39]}) if data is None else data
    formats = {"region": "text", "count": "integer", "share": "percent", "mean": "number"}
    sentences = {field: () for field in ("title", "subtitle", "reading", "scope", "alt")}
    sentences["note"] = tuple(Sentence(text, facts) for text, facts in told)
    exhibit = gallery.exhibit(
        data=data,
        labels={name: name for name in data},
        formats={name: formats[name] for name in data},
        n=n,
        rules=rules,
        note=" ".join(text for text, _facts in told),
        draw=None,
        sentences=sentences,
    )
    return audiences.disclosed(exhibit, "partners").note


@pytest.mark.parametrize(
    ("facts", "stays"),
    [
        ((Count(3),), False),
        ((Count(20),), True),
        ((Count(63, of=66),), False),  # three are not
        ((Count(39, of=66),), True),
        ((Share(3 / 66, of=66),), False),
        ((Share(63 / 66),), False),  # of the base of the exhibit
        ((Share(0.61, of=1000),), True),
        ((Share(1.0, of=66),), True),
        ((Number(3),), True),  # a measure counts nobody
        ((Pooled(1.4),), False),  # which rests on hidden rows too
        ((Rank(2),), True),
        ((of_unit(3, "relations"),), True),  # the method's own number
        ((Label("a"), Share(0.5, of=40)), False),  # a number of a hidden row
        ((Label("d"), Share(0.5, of=40)), True),
        ((Label("a"),), True),  # named without a number
        ((Label("a"), of_unit(30, "relations")), True),
        ((), True),
    ],
)
def test_a_sentence_is_kept_by_its_facts(facts, stays):
    data = pd.DataFrame({"region": ["aaaa", "bbbb", "cccc", "dddd"], "count": [3, 4, 20, 39]})
    facts = tuple(Label(fact.value * 4) if isinstance(fact, Label) else fact for fact in facts)
    assert ("It tells." in noted(("It tells.", facts), data=data)) == stays


@pytest.mark.parametrize(
    ("facts", "stays"),
    [
        ((Number(3.41, digits=1),), False),  # written 3.4, and the cell 3,41
        ((Number(3.4, digits=1),), True),  # another number, written alike
        ((Interval(3.41, 5.2, share=False),), True),  # one bound is told nowhere else
        ((Share(0.66, of=5000),), True),
        ((Share(0.6583, of=5000),), False),
        ((Interval(0.5, 0.7),), True),
    ],
)
def test_a_hidden_cell_is_told_however_it_is_rounded_and_no_other_number_is(facts, stays):
    data = pd.DataFrame(
        {
            "region": list("abc"),
            "count": [3, 4, 40],
            "share": [0.6583, 0.5, 0.4],
            "mean": [3.41, 2.5, 6.0],
        }
    )
    assert ("It tells." in noted(("It tells.", facts), data=data, n=47)) == stays


def test_words_that_add_up_cells_go_with_any_of_them_but_words_without_numbers_stay():
    told = ("Twenty.", (Count(20),)), ("How to read it.", ())
    note = noted(*told, rules=Rules(total=True))
    assert "Twenty." not in note and note.startswith("How to read it.")


def test_what_was_left_out_is_said():
    assert "marked s" in noted(("Three.", (Count(3),)))
