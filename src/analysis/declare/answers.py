"""What a question about the rows of a source may be answered, and what `study.toml` then says."""

from collections.abc import Mapping
from typing import NamedTuple


class Choice(NamedTuple):
    """The answers that a question has: where their sentences stand, and for the name of each what
    the `[[source]]` in `study.toml` then says.

    >>> SAME_GRANTS.answers["apart"]
    {'same_as_others': False}
    """

    sentences: str
    answers: Mapping[str, Mapping[str, object]]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of study.toml that some answer writes, the first that of the first answer.

        >>> LIST_VERSIONS.keys
        ('same_as_others', 'precedence')
        """
        return tuple(dict.fromkeys(key for content in self.answers.values() for key in content))


_SAME_OR_APART = {"same": {"same_as_others": True}, "apart": {"same_as_others": False}}
_SAME_REFERENCE = ("last", "add", "apart", "shared", "once")

DECIMAL = Choice("prepare.decimal", {"comma": {"decimal": ","}, "point": {"decimal": "."}})
AMENDMENTS = Choice(
    "prepare.amendments", {name: {"same_reference": name} for name in _SAME_REFERENCE}
)
EQUAL_ROWS = Choice(
    "prepare.equal_rows", {name: {"same_reference": name} for name in ("once", "add")}
)
PARTNER_CODES = Choice("prepare.codes", _SAME_OR_APART)
SAME_GRANTS = Choice("prepare.overlap", _SAME_OR_APART)
IN_THOUSANDS = Choice("prepare.unit", {"k": {"unit": "k"}})
NUMBERS_ANEW = Choice("prepare.overlap", {"apart": {"same_as_others": False}})
LIST_VERSIONS = Choice(
    "prepare.overlap",
    _SAME_OR_APART
    | {
        "believed": {"precedence": 1},
        "other_believed": {"precedence": -1},  # less than the 0 of what nothing is said of
    },
)
# How amounts are written, and what rows of one reference are, one answer says of all lists alike.
HOLD_FOR_LISTS_ALIKE = (DECIMAL, AMENDMENTS, EQUAL_ROWS)


def rows_left_out(
    sentences: str, header: str, texts: list[str], **others: Mapping[str, object]
) -> Choice | None:
    """Whether the rows that say some texts below a header are left `out`, with `others` to choose
    from; None where no header is known.

    >>> rows_left_out("prepare.nameless", "Club", [""]).answers
    {'out': {'leave_out': {'Club': ['']}}}
    """
    if not header:
        return None
    return Choice(sentences, {"out": {"leave_out": {header: texts}}, **others})
