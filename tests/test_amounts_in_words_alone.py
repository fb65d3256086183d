"""Amounts of which a list says but a word: asked of a short list, told of a long one."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from test_false_totals import write


def grants(word: str, count: int, words: int = 2) -> list[str]:
    """Lines of grants, the first of which have a word for their amount."""
    lines = [f"Club {n};{2010 + n % 8}-03-0{1 + n % 9};{1000 + 25 * n}" for n in range(count)]
    for n in range(words):
        lines[n] = f"Club {n};2016-02-01;{word}"
    return lines


@pytest.mark.parametrize(
    "word", ["à définir", "voir convention", "selon barème", "TBD", "à préciser", "nog te bepalen"]
)
def test_words_for_amounts_are_asked_of_a_short_list(tmp_path, word):
    write(tmp_path, "Association;Date;Montant", grants(word, 18))
    with pytest.raises(Refused, match=word):
        clean.clean(tmp_path, day="2019-12-31")


def test_words_for_amounts_are_asked_of_a_short_list_of_agreements(tmp_path):
    lines = [f"C{n};Club {n};Siège;2016-01-01;2018-12-31;{1000 + 25 * n}" for n in range(1, 9)]
    lines[3] = lines[3].rpartition(";")[0] + ";tbd"
    write(tmp_path, "N° convention;Partenaire;Direction;Début;Échéance;Montant", lines)
    with pytest.raises(Refused, match='ligne 5 "tbd"'):
        clean.clean(tmp_path, day="2019-12-31")


@pytest.mark.parametrize("word", ["gratuit", "néant", "NC", "-", ""])
def test_words_that_say_that_nothing_is_given_are_not_asked(tmp_path, word):
    write(tmp_path, "Association;Date;Montant", grants(word, 18))
    assert not clean.clean(tmp_path, day="2019-12-31").remarks


def test_words_for_amounts_are_told_of_a_long_list(tmp_path):
    write(tmp_path, "Association;Date;Montant", grants("voir PJ", 60))
    (remark,) = clean.clean(tmp_path, day="2019-12-31").remarks
    assert "2 montants" in remark and "voir PJ" in remark
