"""Columns, in no file, that tell which rows belong to one grant: no header of theirs is shown."""

FIRST = "First reference"  # the header of the grant that each row amends
OF_PAYMENTS = "Grant paid"  # the header of the grant that each row pays a part of


def is_made(header: str) -> bool:
    """Whether a header is of a column, in no file, that tells which rows belong together.

    >>> is_made("First reference"), is_made("Référence")
    (True, False)
    """
    return header in (FIRST, OF_PAYMENTS)
