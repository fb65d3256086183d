"""Words, numbers and dates in French and English."""

import ast
import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.text import formatting as words
from analysis.text.facts import Number, Points
from analysis.text.language import count_in
from conftest import ROOT

SOURCES = sorted((ROOT / "src/analysis").rglob("*.py"))


@pytest.fixture(autouse=True)
def french():
    words.use("fr")
    yield
    words.use("fr")
    count_in("EUR")


@given(st.text(alphabet="ab1 «»;:!?%'’\u00a0\u202f€.,()", max_size=40))
def test_french_typography_is_done_once_and_keeps_every_letter(text):
    once = words.typeset(text, "fr")
    assert words.typeset(once, "fr") == once
    bare = lambda words: re.sub(r"[\s\u00a0\u202f]", "", words).replace("'", "’")
    assert bare(once) == bare(text)


@pytest.mark.parametrize(
    "low, high, share, text",
    [
        (0.0091, 0.0128, True, "0,9–1,3\u202f%"),
        (0.53, 0.53, True, "53\u202f%"),
        (30.2, 30.4, False, "30,2–30,4"),
        (-0.001, 0.001, True, "−0,1\u202f% à 0,1\u202f%"),
    ],
)
def test_an_interval_is_never_two_numbers_written_alike(low, high, share, text):
    assert words.interval(low, high, share=share) == text


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
        ("500 k€ à 2 M€", "500\u00a0k€ à 2\u00a0M€"),
        ("n = 12, p = 0,145", "n\u00a0=\u00a012, p\u00a0=\u00a00,145"),
    ],
)
def test_french_spaces(written, read):
    assert words.typeset(written, "fr") == read


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        (0.0004, "0 points"),
        (-0.0006, "−0.1 points"),
        (0.006, "+0.6 points"),
        (0.0094, "+0.9 points"),
        (0.0096, "+1 point"),
    ],
)
def test_less_than_a_point_is_told_in_tenths(english, difference, told):
    assert Points(difference).written() == told


@pytest.mark.parametrize(
    ("lang", "value", "digits", "is_one"),
    [("fr", 1.98, 1, False), ("fr", 1.94, 1, True), ("en", 1.02, 0, True), ("en", 1.02, 1, False)],
)
def test_words_agree_with_a_number_as_it_is_written(lang, value, digits, is_one):
    """1.98 is told as "2,0 points", 1.02 as "1 point"."""
    words.use(lang)
    assert Number(value, digits=digits).one() is is_one


def test_numbers_dates_and_shares():
    assert words.number(1234567.891, 2) == "1\u202f234\u202f567,89"
    assert words.percent(0.285) == "28\u202f%"  # half to even, on what is written
    assert words.percent(0.575) == "58\u202f%"  # which is below 57.5 % in binary
    assert words.date(date(2018, 6, 1)) == "1er juin 2018"
    assert words.interval(0.53, 0.59, share=True) == "53–59\u202f%"
    assert words.number(float("nan")) == "nd"


@pytest.mark.parametrize(
    ("amount", "told"),
    [(38_500, "€39k"), (1_150_000, "€1.2M"), (-12_500, "−€13k"), (2.5, "€3"), (37_499, "€37k")],
)
def test_half_of_what_is_written_of_an_amount_is_rounded_up(amount, told):
    words.use("en")
    assert words.money(amount) == told


@pytest.mark.parametrize(("lang", "told"), [("fr", "400\u00a0MCHF"), ("en", "CHF\u00a0400M")])
def test_the_code_of_a_currency_touches_the_unit_in_french_alone(lang, told):
    words.use(lang)
    count_in("CHF")
    assert words.money(400e6).replace("\u202f", "\u00a0") == told


@pytest.mark.parametrize(
    ("lang", "value", "digits", "told"),
    [
        ("fr", 0, 0, "0 relation arrive"),
        ("fr", 1, 0, "1 relation arrive"),
        ("fr", 1.5, 1, "1,5 relation arrive"),
        ("fr", 1.97, 1, "2,0 relations arrivent"),
        ("fr", 2, 0, "2 relations arrivent"),
        ("fr", None, 0, "nd relations arrivent"),
        ("en", 0, 0, "0 relations come"),
        ("en", 1, 0, "1 relation comes"),
        ("en", 1, 1, "1.0 relations come"),
    ],
)
def test_words_agree_with_the_number_as_it_is_written(lang, value, digits, told):
    words.use(lang)
    forms = {
        "fr": "{n} {n:relation arrive|relations arrivent}",
        "en": "{n} {n:relation comes|relations come}",
    }
    assert forms[lang].format(n=words.number(value, digits)) == told


@example(0.005, 0)
@example(0.995, 0)
@given(st.floats(0, 1), st.sampled_from([0, 1]))
def test_only_none_is_written_0_and_only_all_100(share, digits):
    words.use("en")
    written = words.percent(share, digits)
    if 1e-6 < share < 1 - 1e-6:
        assert float(written.rstrip("%")) not in (0, 100)
    assert abs(float(written.rstrip("%")) / 100 - share) <= 0.005 + 1e-12


def messages() -> dict[str, str]:
    """Every English source string handed to the translation, with the module that says it."""
    found = {}
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = (
                    node.func.id
                    if isinstance(node.func, ast.Name)
                    else getattr(node.func, "attr", "")
                )
                for argument in node.args if called in ("_", "N_", "mark") else []:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found[argument.value] = file.name
    return found


def test_no_string_is_untranslated():
    french, said = words.catalogue("fr"), messages()
    missing = {message: module for message, module in said.items() if message not in french}
    assert not missing


def test_each_message_is_translated_in_one_catalogue():
    from babel.messages.pofile import read_po

    catalogues = [
        read_po(file.open("rb")) for file in sorted((ROOT / "src/analysis/locale/fr").glob("*.po"))
    ]
    messages = [message.id for catalogue in catalogues for message in catalogue if message.id]
    assert sorted(map(str, messages)) == sorted(map(str, set(messages)))


def test_translations_keep_their_fields():
    fields = lambda text: sorted(set(re.findall(r"{(\w*)", text)))
    wrong = {
        ours: theirs
        for ours, theirs in words.catalogue("fr").items()
        if fields(ours) != fields(theirs)
    }
    assert not wrong


def test_every_paragraph_of_a_notebook_is_told_in_both_languages():
    import nbformat

    for name in ("*.ipynb", "explore/start.ipynb", "explore/gallery.ipynb"):
        for file in sorted((ROOT / "notebooks").glob(name)):
            for cell in nbformat.read(file, as_version=4).cells:
                if cell.cell_type == "markdown":
                    assert cell.metadata.get("en"), f"{file.name}: {cell.source!r}"
                    same = [text.count("## ") for text in (cell.source, cell.metadata["en"])]
                    assert same[0] == same[1]


def test_names_that_hold_no_space_before_a_mark_are_left_as_they_are():
    said = words.typeset("Le premier : Crisis! Skylight: Hull ; et après ?", "fr")
    assert said == "Le premier\u00a0: Crisis! Skylight: Hull\u202f; et après\u202f?"


def test_every_french_sentence_is_written_with_the_space_that_its_marks_ask_for():
    """What is set at the end is the space that stands there: none is put where none was."""
    glued = re.compile(r"[\w)»}%€][:;!?](?=\s|$)")
    for file in sorted((ROOT / "src/analysis/text/fr").glob("*.toml")):
        lines = file.read_text(encoding="utf-8").splitlines()
        wrong = [line for line in lines if glued.search(line) and not line.startswith("#")]
        assert not wrong, file.name
