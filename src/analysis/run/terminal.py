"""What is printed holds no control code: a received cell could else command the terminal."""

import io
import re
from typing import TextIO

# Control characters but tab and line feed, and those that turn the direction of what follows them.
COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    r"""A text with its control characters written out.

    >>> visible("\x1b[31mred")
    '\\x1b[31mred'
    """
    return COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class PlainStream(io.TextIOBase):
    """A stream to a terminal or a file that writes control characters out."""

    def __init__(self, stream: TextIO):
        self.stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of what lies below."""
        return self.stream.encoding

    def write(self, text: str) -> int:
        """Write a text; returns how many characters it had."""
        self.stream.write(visible(text))
        return len(text)

    def flush(self) -> None:
        """Write what is still held back."""
        self.stream.flush()

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """The number of the file below."""
        return self.stream.fileno()
