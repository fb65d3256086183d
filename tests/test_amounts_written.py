"""Amounts as readers see them: the unit that the rounded amount bears, and where the minus stands."""

import pytest

from analysis.text import formatting


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        (9_999, "9 999 €", "€9,999"),
        (9_999.5, "10 k€", "€10k"),
        (999_499, "999 k€", "€999k"),
        (999_500, "1,0 M€", "€1.0M"),
        (99_940_000, "99,9 M€", "€99.9M"),
        (99_950_000, "100 M€", "€100M"),
        (999_499_999, "999 M€", "€999M"),
        (999_500_000, "1,0 Md€", "€1.0bn"),
        (-999_500, "−1,0 M€", "−€1.0M"),
        (-13_000, "−13 k€", "−€13k"),
        (-0.4, "0 €", "€0"),
    ],
)
def test_an_amount_bears_the_unit_of_what_it_is_rounded_to(amount, french, english):
    formatting.count_in("EUR")
    for lang, expected in (("fr", french), ("en", english)):
        formatting.use(lang)
        spaces = formatting.money(amount).replace("\u202f", " ").replace("\xa0", " ")
        assert spaces == expected


def test_a_code_of_three_letters_stands_after_the_minus():
    formatting.use("en")
    formatting.count_in("CHF")
    assert formatting.money(-13_000).replace("\xa0", " ") == "−CHF 13k"
    assert formatting.money(-13_000, is_named=True) == "−13k"
    formatting.count_in("EUR")
