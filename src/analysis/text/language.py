"""The language spoken now, the currency of amounts, and the mark of what is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from analysis.declare import faults

LANGUAGES = ("fr", "en")
FAULT_WORDS = {"fr": ("ligne", "lu :"), "en": faults.ENGLISH}
_language: ContextVar[str] = ContextVar("language", default="fr")
currency_code: ContextVar[str] = ContextVar("currency", default="EUR")
absent_mark: ContextVar[str | None] = ContextVar("absent", default=None)


def use(lang: str) -> None:
    """Speak this language from now on ("fr" or "en").

    >>> use("en"); language()
    'en'
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r}: expected one of {', '.join(LANGUAGES)}")
    _language.set(lang)
    faults.words.set(FAULT_WORDS.get(lang, faults.ENGLISH))


def language() -> str:
    """The language spoken now."""
    return _language.get()


def count_in(code: str) -> None:
    """Write amounts in this currency (its ISO code) from now on; blank: their currency is not
    known, and none is written.
    """
    currency_code.set(code)


@contextmanager
def absent(mark: str | None) -> Iterator[None]:
    """Within this, a missing number is written so: in the picture of a table that hides some, what
    is not there is secret.

    >>> from analysis.text import formatting
    >>> with absent("s"):
    ...     formatting.number(None)
    's'
    """
    before = absent_mark.set(mark)
    try:
        yield
    finally:
        absent_mark.reset(before)
