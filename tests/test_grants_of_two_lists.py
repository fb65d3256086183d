"""Grants that two lists hold: joined where that is sure, asked where numbers, names and amounts
contradict each other.
"""

from pathlib import Path

import pytest

from analysis import clean
from analysis.run import check_data

NAMES = ["Amicale", "Bouée", "Club nautique", "Dune", "Envol", "Foyer"]
OTHERS = ["Grain", "Halte", "Ilot", "Jardins", "Kiosque", "Lavoir"]
HEADER = "N° dossier;Association;Date de décision;Montant accordé\n"


def rows(names: list[str], numbers: list[str], amounts: list[int]) -> str:
    lines = zip(numbers, names, amounts, strict=True)
    return "".join(f"{number};{name};15/03/2018;{amount}\n" for number, name, amount in lines)


def two_lists(folder: Path, north: str, south: str) -> Path:
    (folder / "nord.csv").write_text(HEADER + north, encoding="utf-8")
    (folder / "sud.csv").write_text(HEADER + south, encoding="utf-8")
    return folder


def money(folder: Path) -> float:
    return clean.clean(folder, day="2018-12-31").tables["contributions"]["value_eur"].sum()


def answered(folder: Path, draft: str, answer: str) -> float:
    """The money where the draft says of each list whether equal rows are the same."""
    lines = [line for line in draft.splitlines() if "same_as_others" not in line]
    text = "\n".join(lines).replace('table = "grants"', f'table = "grants"\n{answer}')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return money(folder)


RUNNING = [str(number) for number in range(1, 7)]
PER_HEAD = [1000] * 6
DIFFERING = [100, 230, 310, 470, 590, 640]


@pytest.mark.parametrize(
    ("other_names", "first", "message"),
    [
        (OTHERS, 1, "6 lignes portent aussi dans sud.csv le même numéro"),
        (NAMES, 7, "6 lignes figurent aussi dans sud.csv"),
        (NAMES, 101, "6 lignes figurent aussi dans sud.csv"),
    ],
)
def test_rows_that_numbers_or_names_tell_apart_are_asked(tmp_path, other_names, first, message):
    numbers = [str(number) for number in range(first, first + 6)]
    north, south = rows(NAMES, RUNNING, PER_HEAD), rows(other_names, numbers, PER_HEAD)
    folder = two_lists(tmp_path, north, south)
    checked = check_data.check(folder)
    (question,) = checked.faults
    assert message in question.message
    assert answered(folder, checked.draft, "same_as_others = false") == 12_000
    assert answered(folder, checked.draft, "same_as_others = true") == 6_000


def test_the_question_on_numbers_names_a_recipient_of_each_list(tmp_path):
    folder = two_lists(tmp_path, rows(NAMES, RUNNING, PER_HEAD), rows(OTHERS, RUNNING, PER_HEAD))
    (question,) = check_data.check(folder).faults
    assert "« Amicale », et là « Grain »" in question.message.replace("\xa0", " ").replace(
        "\u202f", " "
    )


def test_amounts_of_their_own_prove_that_names_are_those_of_another_language(tmp_path):
    other_names = [f"{name} vzw" for name in OTHERS]
    north, south = rows(NAMES, RUNNING, DIFFERING), rows(other_names, RUNNING, DIFFERING)
    assert money(two_lists(tmp_path, north, south)) == sum(DIFFERING)


def test_one_number_of_a_recipient_with_two_amounts_is_asked(tmp_path):
    doubled = [2 * amount for amount in DIFFERING]
    folder = two_lists(tmp_path, rows(NAMES, RUNNING, DIFFERING), rows(NAMES, RUNNING, doubled))
    checked = check_data.check(folder)
    (question,) = checked.faults
    assert "6 lignes ont dans sud.csv" in question.message and "precedence" in question.message
    both = sum(DIFFERING) + sum(doubled)
    assert answered(folder, checked.draft, "same_as_others = false") == both


def test_one_corrected_amount_of_a_short_list_is_asked_too(tmp_path):
    corrected = rows(NAMES[:2], RUNNING[:2], [100, 250])
    folder = two_lists(tmp_path, rows(NAMES[:2], RUNNING[:2], DIFFERING[:2]), corrected)
    (question,) = check_data.check(folder).faults
    assert "1 ligne figure aussi dans sud.csv, et 1 autre y a" in question.message
    assert "Bouée" in question.message  # whose amount differs, not the first row


def test_one_belief_for_both_lists_tells_nothing_of_their_amounts(tmp_path):
    doubled = [2 * amount for amount in DIFFERING]
    folder = two_lists(tmp_path, rows(NAMES, RUNNING, DIFFERING), rows(NAMES, RUNNING, doubled))
    believed = check_data.check(folder).draft.replace(
        'table = "grants"', 'table = "grants"\nprecedence = 1'
    )
    (folder / "study.toml").write_text(believed, encoding="utf-8")
    (question,) = check_data.check(folder).faults
    assert "6 lignes ont dans sud.csv" in question.message


def test_a_list_believed_more_tells_nothing_of_numbers_of_other_recipients(tmp_path):
    folder = two_lists(tmp_path, rows(NAMES, RUNNING, PER_HEAD), rows(OTHERS, RUNNING, PER_HEAD))
    source = '[[source]]\nfiles = "{}"\ntable = "grants"\nprecedence = {}\n'
    sources = source.format("nord.csv", 1) + source.format("sud.csv", 0)
    study = '[study]\nname = "north"\nday = "2018-12-31"\n' + sources
    (folder / "study.toml").write_text(study, encoding="utf-8")
    (question,) = check_data.check(folder).faults
    assert "6 lignes portent aussi dans sud.csv le même numéro" in question.message


def test_a_copy_is_joined_unasked(tmp_path):
    copy = rows(NAMES, RUNNING, DIFFERING)
    assert money(two_lists(tmp_path, copy, copy)) == sum(DIFFERING)
