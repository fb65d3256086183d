"""How a row of a table says that it is a total, as regular expressions of its label."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.read.block import TEXTS_REMEMBERED, Block, Coded, matching

BEYOND_FIGURES = r"[^0-9\s.,:;/€$£%()+-]"  # a mark that dates, amounts and numbers do without

_SUBTOTAL = (  # "Sous-total", "S/Total Sport", "Ss-total", "Zwischensumme": nobody is called so
    r"(?:sous|sub|ss?|s/s)\s?[-./]?\s?tot(?:a?al\w*|aux|\.)"
    r"|zwischensumme|teilsumme|sotto\W?totale|tussentotaal|del(?:summa?|sum)(?:\W|$)|suma parcial"
    r"|v[äa]lisumma|mezisou[čc]et|medzis[úu][čc]et|r[ée]sz[öo]sszeg|suma cz[ęe][śs]ciowa"
    r"|me[đd]uzbroj|ara toplam|промежуточный итог|подытог|μερικό σύνολο|小[計计]|소계"
)
# Words for a total that are no names, be there others behind them ("Итого по району") ...
_WORDS = (
    r"tot[aà]lt|i alt|celkem|celkom|og[óo][łl]em|[łl][ąa]cznie|(?:mind)?[öo]sszesen|v[ée]g[öo]sszeg"
    r"|yhteens[äa]|loppusumma|(?:sve)?ukupno|i[šs] viso|kopsumma|samtals|toplam|genel toplam"
    r"|celkov[ýáy] (?:sou[čc]et|suma|s[úu][čc]et|[čc][áa]stka)|eindtotaal|algemeen totaal"
    r"|gesamtergebnis|endsumme|(?:total|slut)summa|totalsum|sluttsum|suma ko[ńn]cowa"
    r"|итого|всего|общий итог|общая сумма|всього|усього|всичко|общо|σ[ύυ]νολο|γενικ[όο] σ[ύυ]νολο"
    r"|合[計计]|[総總总]計|总计|합계|총계|المجموع|الإجمالي"
)
# ... those that are none where they stand alone, and those that may be one even then.
_ALONE = r"sum|summa|s[uú]ma|kokku|sou[čc]et|s[úu][čc]et|итог|разом|skupno"
_MAY_BE_NAMES = r"razem|spolu|skupaj|kop[āa]"
_END = r"(?:[\s:：.,;(/–-]|$)"  # of such a word, whatever its script
_QUALIFIED = (  # "Total général", "Totale complessivo", "Total for året"
    r"g[ée]n[ée]rale?|generaal|geral|global|r[ée]gional|annuel|anual|complessivo|finale?|ko[ńn]cow[ay]"
)
_OF_A_YEAR = (
    r"(?:\s+(?:de\s+l'ann[ée]e|ann[ée]e|exercice|year|jahr|jaar|[åa]r|rok|za rok|w roku|vuo[ns]\w*|aasta"
    r"|for|for [åa]ret|за|год|г\.))?\s*(?:19|20)\d\d(?:\s*(?:г\.?|год|года|r\.?|roku|年))?"
)
SUBTOTAL = rf"(?i)^\s*(?:{_SUBTOTAL})"
BARE = (  # a label that says nothing else
    rf"(?i)^\s*(?:(?:grand[\s-]*)?(?:total|totaux|totale|totaal|suma)(?:\s+(?:{_QUALIFIED}))?"
    rf"|(?:ins)?gesamt(?:summe|betrag)?|summe|{_WORDS}|{_ALONE}"
    rf"|(?:{_WORDS}|{_ALONE}|{_MAY_BE_NAMES})\s+(?:{_WORDS}|{_ALONE}|total)"
    r")\s*[:：]?\s*$"
)
ALONE_OR_NAME = rf"(?i)^\s*(?:{_MAY_BE_NAMES})\s*:?\s*$"  # "Razem": a total, or who is called so
TOTAL_OF_A_YEAR = (  # "Total 2020": no recipient is called so, even on a day of its own
    r"(?i)^\s*(?:grand[\s-]*)?(?:total|totaux|totale|totaal|gesamt|summe|suma"
    rf"|{_WORDS}|{_ALONE}|{_MAY_BE_NAMES})(?:\s+g[ée]n[ée]ral)?{_OF_A_YEAR}\s*[:：]?\s*$"
)
BEGINS_WITH_TOTAL = rf"(?i)^\s*(?:total|{_SUBTOTAL}|(?:{_WORDS}){_END})"
_CARRIED = (  # over a page
    r"(?:a )?riport(?:are|o)|(?:carried|brought) (?:forward|down)|[cb]/[fd]|[üu]bertrag"
    r"|te transporteren|transporte|a transportar|suma (?:y sigue|anterior)"
)
# What a total may be called, where its amount is the sum of other rows: a recipient may be, too.
POSSIBLE_LABEL = (
    rf"(?i)^\s*(?:{_SUBTOTAL}|(?:grand[\s-]*)?(?:total|totaux)\b|(?:montant|somme)\s+(?:total|globale)"
    rf"|s\s?[/.]\s?t\b|tot\.|[àa] reporter\b|(?:{_WORDS}){_END}"
    rf"|(?:(?:{_CARRIED}|gesamt\w*|summe|insgesamt|tota(?:le|li|al)|somme|suma|ensemble|cumul|report|st"
    rf"|overall total|t\s?o\s?t\s?a\s?l|{_ALONE}|{_MAY_BE_NAMES})"
    rf"(?:\s+(?:{_QUALIFIED}|{_WORDS}|{_ALONE})|{_OF_A_YEAR})?)\s*[:：]?\s*$)"
)
OF_ALL = r"(?i)g[ée]n[ée]ral|grand"


def matching_labels(texts: pd.Series, labels: str) -> np.ndarray:
    """Which texts one of the patterns of this module is found in; missing ones are not.

    These long patterns are built anew for each column: where only figures stand, none is.

    >>> matching_labels(pd.Series(["Sous-total Sport", "2018", None]), SUBTOTAL).tolist()
    [True, False, False]
    """
    is_label = matching(texts, BEYOND_FIGURES)
    if is_label.any():
        return is_label & matching(texts, labels)
    return is_label


def labels_by_column(columns: Mapping[str, Coded], labels: str) -> dict[str, np.ndarray]:
    """Which distinct texts of each column `matching_labels` finds. Columns of few texts are searched
    together: building the pattern takes longer than searching them.

    >>> sport = Coded.of(pd.Series(["Judo", "Total"], dtype="str"))
    >>> labels_by_column({"Sport": sport, "Amount": sport}, BARE)["Amount"].tolist()
    [False, True]
    """
    short = {
        header: column
        for header, column in columns.items()
        if len(column.values) <= TEXTS_REMEMBERED
    }
    is_label = {
        header: matching_labels(column.values, labels)
        for header, column in columns.items()
        if header not in short
    }
    if short:
        texts = [column.values for column in short.values()]
        last_of_columns = np.cumsum([len(of_column) for of_column in texts])[:-1]
        parts = np.split(matching_labels(pd.concat(texts), labels), last_of_columns)
        is_label |= dict(zip(short, parts, strict=True))
    return is_label


def rows_with_label(block: Block, labels: str) -> np.ndarray:
    """Which rows bear, in any cell, a text that `matching_labels` finds."""
    bears_label = np.zeros(len(block.lines), dtype=bool)
    for header, is_label in labels_by_column(block.columns, labels).items():
        bears_label |= np.append(is_label, False)[block.columns[header].codes]
    return bears_label
