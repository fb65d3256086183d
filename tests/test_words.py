"""Words, numbers and dates in French and English."""

import ast
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import words
from conftest import ROOT

SOURCES = sorted((ROOT / "src/analysis").rglob("*.py"))


@pytest.fixture(autouse=True)
def french():
    words.use("fr")
    yield
    words.use("fr")


@given(st.text(alphabet="ab1 «»;:!?%'’\u00a0\u202f€.,()", max_size=40))
def test_french_typography_is_done_once_and_keeps_every_letter(text):
    once = words.typeset(text, "fr")
    assert words.typeset(once, "fr") == once
    bare = lambda words: re.sub(r"[\s\u00a0\u202f]", "", words).replace("'", "’")
    assert bare(once) == bare(text)


@given(st.text(alphabet="ab1", min_size=1, max_size=5), st.sampled_from(";!?"))
def test_high_punctuation_never_starts_a_line(word, mark):
    assert words.typeset(f"{word} {mark}", "fr") == f"{word}\u202f{mark}"


@pytest.mark.parametrize(
    "written, read",
    [
        ("Lecture : 56 %", "Lecture\u00a0: 56\u202f%"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("l'alliance", "l’alliance"),
        ("https://exemple.fr/a?b", "https://exemple.fr/a?b"),
        ("à 14:00", "à 14:00"),
        ("{share} % ; {n}", "{share}\u202f%\u202f; {n}"),
    ],
)
def test_french_spaces(written, read):
    assert words.typeset(written, "fr") == read


def test_numbers_dates_and_shares():
    assert words.number(1234567.891, 2) == "1\u202f234\u202f567,89"
    assert words.percent(0.285) == "28\u202f%"  # half to even, on what is written
    assert words.date(date(2018, 6, 1)) == "1er juin 2018"
    assert words.interval(0.53, 0.59, share=True) == "53–59\u202f%"
    assert words.number(float("nan")) == "nd"


def messages() -> dict[str, str]:
    """Every English source string handed to the translation, with the module that says it."""
    found = {}
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                spoken = node.args if called in ("_", "N_", "mark") else node.args[1:3] if called == "plural" else []
                for argument in spoken:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found[argument.value] = file.name
    return found


def test_no_string_is_untranslated():
    french = words.catalogue("fr")
    missing = {message: module for message, module in messages().items() if message not in french}
    assert not missing


def test_each_message_is_translated_in_one_catalogue():
    from babel.messages.pofile import read_po

    catalogues = [read_po(file.open("rb")) for file in sorted((ROOT / "src/analysis/locale/fr").glob("*.po"))]
    messages = [message.id for catalogue in catalogues for message in catalogue if message.id]
    assert sorted(map(str, messages)) == sorted(map(str, set(messages)))


def test_translations_keep_their_fields():
    fields = lambda text: sorted(set(re.findall(r"{(\w*)", text)))
    wrong = {ours: theirs for ours, theirs in words.catalogue("fr").items() if fields(ours) != fields(theirs)}
    assert not wrong


def test_every_paragraph_of_a_notebook_is_translated():
    import nbformat

    french = words.catalogue("fr")
    for file in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        for cell in nbformat.read(file, as_version=4).cells:
            if cell.cell_type == "markdown":
                assert cell.source in french, f"{file.name}: {cell.source!r}"
