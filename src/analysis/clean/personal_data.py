"""What identifies a person, and must not leave the raw files."""

import pandas as pd

from analysis.parse.column import LETTERS, sub
from analysis.read import matching

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
