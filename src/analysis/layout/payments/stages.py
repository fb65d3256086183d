"""Whether contributions are paid or but promised: which column tells it, in words or by yes and no."""

import re
from collections.abc import Iterable

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import NEARLY_ALL
from analysis.parse.column import Read
from analysis.read import Block, spaced

FEW_WORDS = 12  # distinct cells of a column that tells a stage
# Words of headers under which yes means that an amount was paid ("Versé (O/N)") ...
_PAYMENT = re.compile(
    r"\b(?:vers[ée]|vers[ée]es?|versements?|pay[ée]e?s?|paiements?|r[ée]gl[ée]e?s?|r[ée]alis[ée]e?s?|"
    r"effectu[ée]e?s?|mandat[ée]e?s?|d[ée]caiss[ée]e?s?|vir[ée]e?s?|paid|payment|disbursed|"
    r"transferred|bezahlt|ausgezahlt|betaald|uitbetaald|pagad[oa]|pagat[oa]|erogat[oa])\b"
)
# ... and those under which it means that an amount is still to come ("À verser", "Non payé").
_AHEAD = re.compile(
    r"\b(?:[àa] \w+[ei]r|non|pas|reste|restant|pr[ée]vue?s?|promise?s?|engag[ée]e?s?|attendue?s?|not|unpaid|"
    r"to be|planned|pledged|promised|committed|pending|due|offen|geplant|gepland|previst[oa])\b"
)


def yes_means(header: str) -> str:
    """The stage of an amount that a header affirms, blank where it speaks of none.

    >>> [yes_means(header) for header in ("Versé (O/N)", "Payé à ce jour", "À verser", "Reçu fiscal")]
    ['paid', 'paid', 'committed', '']
    """
    bare = re.sub(
        r"\(.*?\)|\boui\b.{1,5}\bnon\b|\bo ?/ ?n\b|\byes\b.{1,5}\bno\b", "", spaced(header).lower()
    )
    if _AHEAD.search(bare):
        return "committed"
    if _PAYMENT.search(bare):
        return "paid"
    return ""


def stages(texts: pd.Series, header: str) -> Read:
    """Stages of contributions, by their words, or by yes and no under a header that names one.

    >>> stages(pd.Series(["O", "n"]), "Payé")[0].tolist()
    ['paid', 'committed']
    """
    stage, wrong = parse.categories(texts, schema.columns("contributions")["stage"])
    affirmed = yes_means(header)
    if affirmed:
        denied = {"paid": "committed", "committed": "paid"}[affirmed]
        is_so = parse.booleans(texts)[0]
        by_mark = is_so.map({True: affirmed, False: denied}).astype("str")
        stage = stage.fillna(by_mark)
    return stage, wrong[stage.reindex(wrong.index).isna()]


def say_cancelled(texts: pd.Series, header: str) -> pd.Series:
    """Whether each text under a header says that a payment was cancelled or refused, and no stage.

    >>> say_cancelled(pd.Series(["Annulé", "Storniert", "Payé", "Impayé"]), "Statut").tolist()
    [True, True, False, False]
    """
    is_off = parse.outcomes(texts)[0].isin(["withdrawn", "refused"])
    return is_off & stages(texts, header)[0].isna()


def are_told(block: Block, header: str) -> bool:
    """Whether some cells under a header tell a stage, and these are words or marks of which there
    are few.
    """
    words = _words(block, header)
    return 0 < len(words) <= FEW_WORDS and bool(stages(words, header)[0].notna().any())


def told_by_marks(block: Block, headers: Iterable[str]) -> tuple[str, ...]:
    """The header under which yes says that an amount was paid and no that it was not."""
    marked = [
        header
        for header in headers
        if yes_means(header) == "paid" and _are_marks(_words(block, header))
    ]
    return tuple(marked[:1])


def told_by_cells(block: Block, headers: Iterable[str]) -> tuple[str, ...]:
    """A header that says no stage, of cells that nearly all do, both of them; or one of what is
    still to come, of cells that say yes and no.
    """
    stage_headers = []
    for header in headers:
        words = _words(block, header)
        if not 2 <= len(words) <= FEW_WORDS:
            continue
        stage = stages(words, header)[0]
        by_words = stage.notna().mean() >= NEARLY_ALL and stage.nunique() == 2
        if by_words and (yes_means(header) or not _are_marks(words)):
            stage_headers.append(header)
    return tuple(stage_headers[:1])


def leave_doubt(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether some words under a header of stages tell none, and not that nothing is paid, or some cells of one of marks are
    blank: no mark may mean "not yet", or that nobody wrote it.
    """
    for header in headers:
        words = _words(block, header)
        is_untold = stages(words, header)[0].isna() & ~say_cancelled(words, header)
        if is_untold.any():
            return True
        column = block.columns[header]
        is_blank = parse.text(column.series()).isna().any()
        if _are_marks(words) and is_blank:
            return True
    return False


def _words(block: Block, header: str) -> pd.Series:
    """The distinct cells under a header, without what is missing."""
    return parse.text(block.columns[header].values.reset_index(drop=True)).dropna()


def _are_marks(words: pd.Series) -> bool:
    """Whether cells say yes or no, or are but ticked."""
    return bool(len(words)) and bool(parse.booleans(words)[0].notna().mean() >= NEARLY_ALL)
