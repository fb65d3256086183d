"""Words, numbers and dates as a reader of French or English expects them.

Source strings are English; French comes from the gettext catalogues `locale/fr/*.po`, read by
Babel: the values of tables in `values.po`, what is no content of `text/` yet in the others.
"""

import datetime
from collections.abc import Iterable
from functools import cache
from importlib import resources

from analysis.text.language import LANGUAGES as LANGUAGES
from analysis.text.language import absent as absent
from analysis.text.language import absent_mark, currency_code, language
from analysis.text.language import count_in as count_in
from analysis.text.language import use as use
from analysis.text.rounding import exact_decimal, half_up, unit_of_amount
from analysis.text.typography import BROAD, NARROW, typeset, written_range


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All translations into a language: English source string -> string, of every catalogue of that
    language.
    """
    from babel.messages.pofile import read_po

    folder = resources.files("analysis") / "locale" / lang
    if not folder.is_dir():
        return {}
    messages = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".po"):
            with file.open("rb") as opened:
                for message in read_po(opened, locale=lang):
                    messages[message.id] = message.string
    return {source: translated for source, translated in messages.items() if source and translated}


@cache
def _text(message: str, lang: str) -> str:
    return typeset(catalogue(lang).get(message, message), lang)


def text(message: str, /, **fields) -> str:
    """The message in the present language, typeset, its `{fields}` filled: whole numbers and days
    as the language writes them. `¤` is the sign of the study's currency.

    What agrees with a number stands in its two forms: `{n:one|many}`. Without fields it is left as
    it is, for whoever fills it later.

    >>> use("en"); text("Of {n} {n:relation|relations}, {share}", n=1347, share=percent(0.5))
    'Of 1,347 relations, 50%'
    """
    translated = _text(message, language()).replace("¤", _sign())
    if not fields:
        return translated
    return translated.format(**{name: _written(value) for name, value in fields.items()})


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, datetime.date):
        return date(value)
    return number(value)


class Written(str):
    """A number as a reader sees it, with which words agree: French says "0 relation" and "1,5
    relation", English "0 relations".

    >>> use("fr"); "{0} {0:relation arrive|relations arrivent}".format(number(0))
    '0 relation arrive'
    """

    one = False

    def __format__(self, forms: str) -> str:
        singular, plural_forms, many = forms.partition("|")
        return (singular if self.one else many) if plural_forms else str.__format__(self, forms)


def written(text: str, value: float) -> Written:
    """The written form of a value, for words to agree with; that of a number already agrees.

    >>> use("en"); "{n} {n:year|years}".format(n=written("one", 1))
    'one year'
    """
    if isinstance(text, Written):
        return text
    written_text = Written(text)
    written_text.one = abs(value) < 2 if language() == "fr" else abs(value) == 1 and "." not in text
    return written_text


@cache
def _locale(lang: str):
    from babel import Locale

    return Locale(lang, {"fr": "FR", "en": "GB"}.get(lang))


def _pattern(digits: int) -> str:
    return "#,##0" + "." * bool(digits) + "0" * digits


def number(value: float | None, digits: int = 0) -> Written:
    """A number with the separators of the language; "nd" / "n/a" where it is missing.

    >>> use("en"); number(1347.26, 1), number(None)
    ('1,347.3', 'n/a')
    """
    from babel.numbers import format_decimal

    if is_missing(value):
        return Written(absent_mark.get() or ("nd" if language() == "fr" else "n/a"))
    exact = exact_decimal(value, digits)
    decimal = format_decimal(exact, format=_pattern(digits), locale=_locale(language()))
    return written(decimal.replace("-", "−"), round(value, digits))


def short_number(value: float | None) -> Written:
    """A number with one decimal, where that says something.

    >>> use("en"); short_number(2.04), short_number(0.94)
    ('2', '0.9')
    """
    return number(value, 0 if is_missing(value) or round(value, 1) % 1 == 0 else 1)


_LETTERS = {
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
    "en": "zero one two three four five six seven eight nine ten eleven twelve",
}


def spelled(count: float) -> Written:
    """A small whole number in letters, as a sentence has it; any other in figures.

    >>> use("fr"); spelled(3), spelled(13)
    ('trois', '13')
    """
    letters = dict(enumerate(_LETTERS.get(language(), "").split()))
    if count in letters:
        return written(letters[count], count)
    return number(count)


def is_missing(value) -> bool:
    """Whether a scalar is missing: None, NaN, NA or NaT."""
    return str(value) in ("None", "nan", "<NA>", "NaT")


def percent(share: float | None, digits: int = 0) -> str:
    """A share in [0, 1] as a percentage; one that is not none of the whole is not written 0, nor
    one that is not all of it 100.

    >>> use("en"); percent(0.5261, 1), percent(0.997), percent(0.0004), percent(1)
    ('52.6%', '99.7%', '0.04%', '100%')
    """
    if not is_missing(share) and 0 < share < 1:
        # as it will be written: half to even
        while digits < 4 and round(exact_decimal(share, 9), digits + 2) in (0, 1):
            digits += 1
    return _percent(share, digits)


def _percent(share: float | None, digits: int) -> str:
    if is_missing(share):
        return number(None)
    from babel.numbers import format_percent

    pattern = _pattern(digits) + {"fr": NARROW}.get(language(), "") + "%"
    exact = exact_decimal(share, digits + 2)
    percentage = format_percent(exact, format=pattern, locale=_locale(language()))
    return percentage.replace("-", "−")


_FINEST = 4  # decimals of a bound at most


def interval(low: float | None, high: float | None, digits: int = 0, share: bool = False) -> str:
    """Two bounds joined by an en dash, the unit said once; with more decimals where fewer would
    write both alike, and as one number where they are the same.

    >>> use("en"); interval(0.53, 0.59, share=True)
    '53–59%'
    >>> interval(-0.03, 0.05, share=True)
    '−3% to 5%'
    >>> interval(0.0091, 0.0128, share=True), interval(2.0, 2.0)
    ('0.9–1.3%', '2')
    """
    write = _percent if share else number
    if is_missing(low) or is_missing(high):
        return number(None)
    while digits < _FINEST and low != high and write(low, digits) == write(high, digits):
        digits += 1
    first, last = write(low, digits), write(high, digits)
    if first == last:
        return first
    if share and low >= 0:
        first = first.rstrip("%" + NARROW)
    return written_range(first, last)


def date(day: datetime.date | None, precision: str = "day") -> str:
    """A date in words, as precise as it is known (day, month, quarter, half-year or year).

    >>> use("fr"); date(datetime.date(2018, 6, 27)), date(datetime.date(2018, 4, 1), "month")
    ('27 juin 2018', 'avril 2018')
    """
    from babel.dates import format_date

    if is_missing(day):
        return number(None)
    if language() == "fr" and precision == "day" and day.day == 1:
        return "1er " + format_date(day, "MMMM y", locale=_locale("fr"))
    half = f"'{'S' if language() == 'fr' else 'H'}{1 + (day.month > 6)}' y"
    pattern = {
        "day": "d MMMM y",
        "month": "MMMM y",
        "quarter": "QQQ y",
        "half-year": half,
        "year": "y",
    }[precision]
    return format_date(day, pattern, locale=_locale(language()))


def currency_is_told(code: str) -> bool:
    """Whether a code names one currency; "$" and "kr" are signs of several.

    >>> currency_is_told("CAD"), currency_is_told("$")
    (True, False)
    """
    return len(code) == 3


def currency() -> str:
    """The name of the currency that amounts are in; the sign, where several bear it.

    >>> use("fr"); count_in("GBP"); currency(), count_in("$"), currency(), count_in("EUR")
    ('livres sterling', None, '$', None)
    """
    from babel.numbers import get_currency_name

    code = currency_code.get()
    if currency_is_told(code):
        return get_currency_name(code, 2, _locale(language()))
    return code or text("currency not told")


def _sign() -> str:
    return {"EUR": "€", "GBP": "£", "USD": "$"}.get(currency_code.get(), currency_code.get())


def money(value: float | None, *, is_named: bool = False, from_thousand: bool = False) -> str:
    """An amount in the study's currency, rounded to what a reader keeps: millions and tens of
    thousands are said so, and a half is rounded up, as readers of amounts do. Where a heading names
    the currency (`is_named`), a code of three letters is left out. `from_thousand` as in
    `unit_of_amount`.

    >>> use("en"); money(1_234_567), money(12_400), money(38_500), money(1_500)
    ('€1.2M', '€12k', '€39k', '€1,500')
    >>> money(999_600), money(-13_000)
    ('€1.0M', '−€13k')
    >>> money(8_400), money(8_400, from_thousand=True)
    ('€8,400', '€8k')
    """
    if is_missing(value):
        return number(None)
    unit = unit_of_amount(value, from_thousand=from_thousand)
    in_units = half_up(value / unit.size, 1)
    digits = int(unit.size > 1e3 and abs(in_units) < 100)
    amount = number(half_up(value / unit.size, digits), digits)
    sign = _sign()
    if len(sign) > 1 and is_named:
        sign = ""
    if language() == "fr":
        return (amount + BROAD + unit.french + sign).rstrip(BROAD)
    if len(sign) > 1:
        sign += BROAD
    unsigned = amount.removeprefix("−")
    minus = amount.removesuffix(unsigned)
    return minus + sign + unsigned + unit.english


def join(items: Iterable[str]) -> str:
    """Items in a sentence.

    >>> use("en"); join(["a", "b", "c"])
    'a, b and c'
    """
    from babel.lists import format_list

    return format_list(list(items), locale=_locale(language()))
