"""What is wrong with what came from outside, said to a person: which file and line, what was
expected, what to edit.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, NamedTuple

from analysis.declare.answers import Choice

_SHOWN = 80  # characters of a value that are printed
# How a place and a value are named; `text.formatting.use` sets them. Faults of parameters are in
# English throughout.
ENGLISH = ("line", "met:")
words: ContextVar[tuple[str, str]] = ContextVar("words of faults", default=ENGLISH)


class Fault(NamedTuple):
    """One thing wrong: where, the rule it breaks, the value met, and what to edit; of a question
    that `study.toml` answers also the `choice` of answers, and the line of one that a draft proposes
    (after `# ` where none is likelier).
    """

    file: str
    line: int | None
    column: str
    rule: str
    value: str
    message: str
    answer: str = ""
    choice: Choice | None = None

    def __str__(self) -> str:
        """One line for a terminal.

        >>> print(Fault("a.csv", 3, "amount", "M02", "12 k$", "expected an amount such as 1 234,50"))
        a.csv, line 3, amount: expected an amount such as 1 234,50 (met: '12 k$')
        """
        line, met = ENGLISH if self.rule == "parameter" else words.get()
        where = self.file
        where += f", {line} {self.line}" if self.line else ""
        where += f", {self.column}" if self.column else ""
        value = f" ({met} {self.value[:_SHOWN]!r})" if self.value else ""
        return f"{where}: {self.message}{value}"


def question_about(
    source: str, message: str, choice: Choice | None = None, answer: str = "", *, key: str = ""
) -> Fault:
    """What is asked about a source as a whole: the answers among which study.toml says one, where
    there are such, and the line that a draft proposes. It names the `key` of study.toml that is
    likelier to answer it, if not that of the first answer.

    >>> from analysis.declare.answers import SAME_GRANTS
    >>> question_about("a.csv", "the same grants?", SAME_GRANTS).column
    'same_as_others'
    """
    first_key = choice.keys[0] if choice else ""
    return Fault(source, None, key or first_key, "question", "", message, answer, choice)


class Refused(Exception):
    """Input that cannot be used: all its faults; `exit_code` 2 for a parameter, 3 for data; `cells`
    that could not be read, where these are what is asked.
    """

    def __init__(self, faults: list[Fault], exit_code: int = 3, cells: Any = ()):
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
        self.exit_code = exit_code
        self.cells = cells

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentences, no trace."""
        return str(self).splitlines()


def refusal(where: str, message: str, value: str = "", *, rule: str = "parameter") -> Refused:
    """One thing wrong with a parameter, or by another rule with data, to be raised.

    >>> print(refusal("--by", "expected one of region, domain", "regoin"))
    --by: expected one of region, domain (met: 'regoin')
    """
    return Refused(
        [Fault(where, None, "", rule, str(value), message)], 2 if rule == "parameter" else 3
    )


class NoSuchName(Refused, AttributeError):
    """An attribute that is not there, with the nearest that are."""


def nearest(wrong: str, valid: list[str], many: int = 3) -> list[str]:
    """The valid words closest to a wrong one, best first, for "did you mean".

    >>> nearest("grace_dayz", ["day", "grace_days", "lang"], 1)
    ['grace_days']
    """
    from rapidfuzz import fuzz, process

    meant = str(wrong).casefold()
    folded = {word: word.casefold() for word in valid}
    closest = process.extract(meant, folded, scorer=fuzz.WRatio, limit=None, score_cutoff=62)
    # a word within the wrong one scores high, but whole words are meant
    closest.sort(key=lambda match: -match[1] - fuzz.ratio(meant, match[0]))
    return [match[2] for match in closest[:many]]


def did_you_mean(wrong: str, known: Iterable[str], many: int = 3, told: int = 0) -> str:
    """How a sentence about a wrong word ends: the nearest known ones, or the first `told`.

    >>> did_you_mean("locale", ["local", "national"]), did_you_mean("x", ["local", "national"])
    (', did you mean local?', '')
    """
    near = nearest(wrong, list(known), many) or list(known)[:told]
    if near:
        return f", did you mean {' or '.join(near)}?"
    return ""


def unknown(name: str, value: str, known: Iterable[str], told: int = 0) -> Refused:
    """That a study does not hold a value, with the nearest that it holds.

    >>> print(unknown("level", "locale", ["local", "national"]))
    level: not in this study, did you mean local? (met: 'locale')
    """
    return refusal(name, f"not in this study{did_you_mean(value, known, told=told)}", value)
