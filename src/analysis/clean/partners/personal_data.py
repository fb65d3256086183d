"""What identifies a person, and must not leave the raw files."""

import re
from hashlib import blake2b

import pandas as pd

from analysis.clean.several_lists.content_ids import DIGITS
from analysis.parse.column import LETTERS, fold, sub
from analysis.parse.identifiers import is_company_number
from analysis.read import matching

# Columns of text by which no row is told from another: masks in others must not make two names one.
FREE_TEXTS = ("purpose", "status_as_given", "reason", "text", "label")
# Columns of names, beside which a telephone number may but be noted.
_NAMES = ("recipient", "name", "funder", "entity", "programme", "operator")
# E-mail addresses, telephone numbers, French social-security numbers, bank accounts.
_GAP = r"[\s\x{a0}\x{202f}./·-]?"
_AT, _DOT = (
    r" ?(?:@|[\[({] ?(?:@|at|arobase?|à) ?[\])}]| arobase? ) ?",
    r" ?(?:\.|[\[({] ?(?:dot|point|\.) ?[\])}]) ?",
)
PERSONAL = {
    "e-mail": rf"[{LETTERS}\d._+-]+{_AT}[{LETTERS}\d-]+(?:{_DOT}[{LETTERS}\d-]+)+",
    "account": rf"\b(?:FR|MC|BE|LU|CH|DE|ES|IT|GB|NL|PT)\d{{2}}(?:{_GAP}[A-Z\d]{{4}}){{3,7}}(?:{_GAP}[A-Z\d]{{1,3}})?\b",
    "NIR": rf"\b[12]{_GAP}\d{{2}}{_GAP}(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}(?:\d{{2}}|2[AB]){_GAP}\d{{3}}{_GAP}\d{{3}}(?:{_GAP}\d{{2}})?\b",
    "telephone": rf"(?:(?:\+|\b00)(?:33|262|508|59\d|68\d|32|41|352|377){_GAP}(?:\(0\){_GAP})?0?|\(0\){_GAP}|\b0)[1-9](?:{_GAP}\d{{2}}){{4}}\b",
}
_ANY_PERSONAL = "(?i)" + "|".join(PERSONAL.values())
# The same for the expressions of Python, which write a letter's number in another way.
_IN_PYTHON = re.sub(
    r"\\x\{([0-9a-f]+)\}", lambda number: f"\\u{int(number[1], 16):04x}", _ANY_PERSONAL
)
_NUMBERED_MASK = rf"\[…[0-9a-f]{{{DIGITS}}}\]"
_PERSONAL_PART = re.compile(_IN_PYTHON, re.ASCII)


def masked(texts: pd.Series) -> pd.Series:
    """Texts in which what identifies a person (e-mail, telephone, NIR, account) is "[…]".

    >>> masked(pd.Series(["appeler 06 12 34 56 78 ou a.b@c.fr"])).tolist()
    ['appeler […] ou […]']
    """
    hit = matching(texts, _ANY_PERSONAL)
    if not hit.any():
        return texts
    masked_texts = sub(texts[hit].astype("str"), _ANY_PERSONAL, "[…]")
    return texts.mask(hit, masked_texts.reindex(texts.index))


def masked_apart(names: pd.Series) -> pd.Series:
    """Names and identifiers masked as `masked` does, each "[…]" with a number made of what it hides:
    two that differ stay two, and one written with other gaps stays one. A sound number of a
    register of companies is nobody's telephone, and stays.

    >>> clubs = pd.Series(["Club 06 12 34 56 78", "Club 0612345678", "Club 06 98 76 54 32"])
    >>> masked_apart(clubs).tolist()
    ['Club […9ef6df4b54c4]', 'Club […9ef6df4b54c4]', 'Club […df45a9783e84]']
    """
    hit = matching(names, _ANY_PERSONAL)
    if hit.any():
        hit &= ~is_company_number(names.where(hit)).to_numpy(bool)
    if not hit.any():
        return names
    numbered = names[hit].map(lambda name: _PERSONAL_PART.sub(_numbered_mask, name))
    return names.mask(hit, masked(numbered.astype("str")).reindex(names.index))


def without_addresses(codes: pd.Series) -> pd.Series:
    """Codes, their e-mail addresses masked so that two stay two; other numbers are left as they
    are: a code of ten digits is seldom a telephone.

    >>> without_addresses(pd.Series(["P12", "0612345678", "a.b@c.fr"])).tolist()
    ['P12', '0612345678', '[…2fd9ba1e2d10]']
    """
    is_address = matching(codes, "(?i)" + PERSONAL["e-mail"])
    return codes.mask(is_address, masked_apart(codes))


def without_needless_numbers(by_table: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables, those masks in names without their number that no other mask stands for beside
    the same words: one telephone number noted beside a name makes it no other partner's.

    >>> names = [f"{club} […{12 * digit}]" for club, digit in (("Ain", "1"), ("Var", "2"), ("Var", "3"))]
    >>> without_needless_numbers({"grants": pd.DataFrame({"recipient": names})})["grants"]["recipient"].tolist()
    ['Ain […]', 'Var […222222222222]', 'Var […333333333333]']
    """
    names = [
        rows[name].drop_duplicates()
        for rows in by_table.values()
        for name in rows.columns.intersection(_NAMES)
    ]
    numbered = pd.concat([pd.Series(dtype="str"), *names], ignore_index=True).drop_duplicates()
    numbered = numbered[matching(numbered, _NUMBERED_MASK)].astype("str")
    if numbered.empty:
        return by_table
    unnumbered = sub(numbered, _NUMBERED_MASK, "[…]")
    words = fold(unnumbered)
    n_hidden = fold(numbered).groupby(words).transform("nunique")
    is_needless = words.ne("") & n_hidden.eq(1)
    names_shown = dict(zip(numbered[is_needless], unnumbered[is_needless], strict=True))
    return {
        table: rows.assign(
            **{name: rows[name].replace(names_shown) for name in rows.columns.intersection(_NAMES)}
        )
        for table, rows in by_table.items()
    }


def _numbered_mask(part: re.Match[str]) -> str:
    hidden = part[0].lower()
    if "@" not in hidden:
        hidden = re.sub(r"[^\w+]", "", hidden)  # gaps of a number, not the dots of an address
    return f"[…{blake2b(hidden.encode(), digest_size=DIGITS // 2).hexdigest()}]"
