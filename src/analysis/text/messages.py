"""What is said to the team outside exhibits (questions, faults, the page that prepares a study):
sentences of `text/<language>/`, in the table that their path names.
"""

import datetime
import re
from functools import cache

from analysis.text import formatting
from analysis.text.facts import Day, Fact, Number
from analysis.text.sentences import Words, files
from analysis.text.typography import NARROW, typeset

_FIELD = re.compile(r"\\\{\\\{\\ (\w+)\\ \\\}\\\}")  # {{ name }}, as re.escape leaves it


def say(path: str, /, **fields: object) -> str:
    """The sentence of a path (`table.entry`) in the present language, filled.

    Numbers and days are written as the language writes them; texts (a header, a file, a value that
    was met) stand as they are, whatever typography would make of them.

    >>> formatting.use("en"); say("layout.did_you_mean", name="l'aide")
    ", did you mean l'aide?"
    """
    if not fields:
        return _without_fields(path, formatting.language())
    facts: dict[str, object] = {}
    verbatim = {}
    for number, (name, value) in enumerate(fields.items()):
        if isinstance(value, str) and value:
            facts[name] = f"\ue000{number}}}"  # typeset as the end of a field is
            verbatim[facts[name]] = value
        elif isinstance(value, str | Fact):
            facts[name] = value
        else:
            facts[name] = Day(value) if isinstance(value, datetime.date) else Number(value)
    table, _dot, entry = path.partition(".")
    sentence = Words(table, formatting.language(), {}).written(entry, **facts)
    for mark, value in verbatim.items():
        sentence = sentence.replace(mark, value)
    return sentence


@cache
def _without_fields(path: str, lang: str) -> str:
    """The sentence of a path in a language: each column that is read says it anew."""
    table, _dot, entry = path.partition(".")
    return Words(table, lang, {}).written(entry)


def entries(path: str) -> dict[str, str]:
    """The sentences of a table that need no fields, by name, in the present language.

    >>> formatting.use("en"); entries("layout.reasons")["years"]
    'the numbers are years'
    """
    table, _dot, entry = path.partition(".")
    return Words(table, formatting.language(), {}).names(entry)


@cache
def _forms(table: str, lang: str) -> dict[str, re.Pattern]:
    """What each sentence of a table may look like in a language, its fields by name."""
    written = {
        entry: re.escape(typeset(source, lang))
        for entry, source in files(lang)[table][table].items()
        if isinstance(source, str)
    }
    return {
        entry: re.compile(_FIELD.sub(r"(?P<\1>.+)", source)) for entry, source in written.items()
    }


def retold(sentence: str, *tables: str) -> str:
    """A sentence kept in another language, told in the present one; as it is where no entry of the
    tables has its form.

    >>> formatting.use("en"); retold("un numéro RNA tient la place d’un SIRET", "parse")
    'an RNA number stands in the place of a SIRET'
    """
    others = [lang for lang in formatting.LANGUAGES if lang != formatting.language()]
    for table in tables:
        for lang in others:
            for entry, form in _forms(table, lang).items():
                match = form.fullmatch(sentence)
                if match:
                    fields = {
                        name: typeset(value.replace(f"{NARROW}%", "%"))
                        for name, value in match.groupdict().items()
                    }
                    return say(f"{table}.{entry}", **fields)
    return sentence


def unit_of_count(count, unit: str) -> str:
    """A unit as one says it of a count: the first word loses its plural mark for one (in French for
    zero too).

    >>> formatting.use("fr"); unit_of_count(1, "réponses d’un côté"), unit_of_count(2, "relations")
    ('réponse d’un côté', 'relations')
    """
    first, space, complement = unit.partition(" ")
    is_one = not isinstance(count, str) and formatting.written("", count).one
    if is_one and first[-1:] in "sx":
        first = first[:-1]
    return first + space + complement
