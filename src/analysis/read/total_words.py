"""How a row of a table says that it is a total, as regular expressions of its label."""

_SUBTOTAL = (  # "Sous-total", "S/Total Sport", "Ss-total", "Zwischensumme": nobody is called so
    r"(?:sous|sub|ss?|s/s)\s?[-./]?\s?tot(?:al\w*|aux|\.)"
    r"|zwischensumme|teilsumme|sotto\W?totale|tussentotaal|delsumma?\b|suma parcial"
)
SUBTOTAL = rf"(?i)^\s*(?:{_SUBTOTAL})"
BARE = (  # a label that says nothing else
    r"(?i)^\s*(?:(?:grand[\s-]*)?(?:total|totaux)"
    r"(?:\s+(?:g[ée]n[ée]ral|global|r[ée]gional|annuel))?"
    r"|(?:ins)?gesamt(?:summe|betrag)?|summe|totale|totaal|suma)\s*:?\s*$"
)
TOTAL_OF_A_YEAR = (  # "Total 2020": no recipient is called so, even on a day of its own
    r"(?i)^\s*(?:grand[\s-]*)?(?:total|totaux|totale|totaal|gesamt|summe|suma)"
    r"(?:\s+g[ée]n[ée]ral)?(?:\s+(?:de\s+l'ann[ée]e|ann[ée]e|exercice|year|jahr))?"
    r"\s+(?:19|20)\d\d\s*:?\s*$"
)
BEGINS_WITH_TOTAL = rf"(?i)^\s*(?:total|{_SUBTOTAL})"
_CARRIED = (  # over a page
    r"(?:a )?riport(?:are|o)|(?:carried|brought) (?:forward|down)|[cb]/[fd]|[üu]bertrag"
    r"|te transporteren|transporte|a transportar|suma (?:y sigue|anterior)"
)
# What a total may be called, where its amount is the sum of other rows: a recipient may be, too.
POSSIBLE_LABEL = (
    rf"(?i)^\s*(?:{_SUBTOTAL}|(?:grand[\s-]*)?(?:total|totaux)\b|(?:montant|somme)\s+(?:total|globale)"
    r"|s\s?[/.]\s?t\b|tot\.|[àa] reporter\b"
    rf"|(?:{_CARRIED}|gesamt\w*|summe|insgesamt|tota(?:le|li|al)|somme|suma|ensemble|cumul|report|st"
    r"|overall total|t\s?o\s?t\s?a\s?l)\s*:?\s*$)"
)
OF_ALL = r"(?i)g[ée]n[ée]ral|grand"
