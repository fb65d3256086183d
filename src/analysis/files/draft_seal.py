"""The last line of a draft that was written for a team: it tells whether anybody touched the draft."""

import hashlib
import re

SEAL = "# draft "


def with_seal(draft: str) -> str:
    """A draft whose last line holds the hash of those above it.

    >>> is_untouched(with_seal("[study]\\n")), is_untouched(with_seal("[study]\\n") + "day = 2018-01-01\\n")
    (True, False)
    """
    return f"{draft}{SEAL}{_hash(draft)}\n"


def is_untouched(text: str) -> bool:
    """Whether a text is a draft as it was written, but for blanks behind it.

    >>> is_untouched("[study]\\n"), is_untouched(with_seal("[study]\\n").replace("study", "etude"))
    (False, False)
    """
    draft, seal, digest = text.rpartition(SEAL)
    return bool(seal) and re.sub(r"\s", "", digest) == _hash(draft)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
