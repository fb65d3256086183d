"""Names of months, whole or cut short, as people of nine languages write them."""

from analysis.parse.column import synonyms

MONTHS = synonyms("month of a date")  # how a name begins -> the number of its month
NAMES_OF_MONTHS = "|".join(MONTHS)
ENDINGS_OF_MONTHS = (
    "vier|v|uary|rier|ruary|r|s|ch|il|e|let|y|ust|tembre|tember|t|obre|ober|embre|ember|"
    "uar|uari|ruar|ruari|z|i|usti|ustus|rt|"  # German, Dutch, Scandinavian
    "ro|rero|zo|o|io|sto|tiembre|ubre|iembre|naio|braio|ile|gio|gno|lio|"  # Spanish, Italian
    "eiro|ereiro|co|nho|ho|embro|ubro|"  # Portuguese
    "cznia|czen|ego|y|ca|zec|tnia|ecien|a|wca|wiec|pca|iec|rpnia|rpien|esnia|esien|"  # Polish
    "dziernika|dziernik|topada|topad|dnia|dzien"
)
