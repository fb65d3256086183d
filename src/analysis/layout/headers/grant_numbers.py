"""Headers that say the number of a grant or of its project, in six languages."""

import re

from analysis.layout.headers.cell_evidence import dates_like
from analysis.read import Block, spaced

_OF_WHAT = (
    r"grant|award|proje[ck]?t|progetto|proyecto|dossier|subvention|subsidie|zuwendung|f[öo]rder|"
    r"bescheid|vorgang|antrag|zaak|expediente|pratica"
)
_NUMBER = (
    r"\bn[°º]|\bn\.|\bn(?:o|r|um)?\b|\bnum[ée]ro|\bn[úu]mero|number|num{1,2}er|\bref|\br[ée]f\b|\br[ée]f[ée]rence|"
    r"\breferentie|\breferen[cz]|\briferimento|\bid\b|identifi|kenn?zeichen|kennung|\bcode\b|\bcodice|\bc[óo]digo"
)
_GRANT_AND_NUMBER = re.compile(rf"(?i)(?=.*(?:{_OF_WHAT}))(?=.*(?:{_NUMBER}))")
_AGREEMENT_AND_NUMBER = re.compile(
    rf"(?i)(?=.*(?:convention|contra[tc]|agreement|vertrag|convenio|convenzion|overeenkomst))(?=.*(?:{_NUMBER}))"
)
_BY_ONE_WORD = re.compile(r"(?i)^\W*(?:aktenzeichen|expediente|zaakkenmerk)\W*$")
# How many there are, and numbers of something else: of those who receive, of what decides.
_OF_SOMETHING_ELSE = re.compile(
    r"(?i)number of|nombre|anzahl|aantal|how many|\b(?:grants|awards|projects|projets|projekte|projecten|"
    r"progetti|proyectos|subventions|dossiers)\b|tiers|fourniss|b[ée]n[ée]f|associ|recipient|grantee|vendor|"
    r"partner|charit|compan|d[ée]cision|d[ée]lib|\burl|program|montant|amount|betrag|summe|bedrag|importe|"
    r"importo|siret|siren|\brna\b|[€£$]"
)
_FEWEST_DIFFER = 0.2  # share of the rows that such numbers tell apart, else they are of a theme


def numbers_grants(header: str) -> bool:
    """Whether a header says the number of a grant or of its project.

    >>> numbers_grants("Grant ref"), numbers_grants("Projektnummer"), numbers_grants("Number of grants")
    (True, True, False)
    """
    words = spaced(header)
    says_so = _GRANT_AND_NUMBER.match(words) or _BY_ONE_WORD.match(words)
    return bool(says_so) and not numbers_something_else(header)


def numbers_agreements(header: str) -> bool:
    """Whether a header says the number of an agreement.

    >>> numbers_agreements("N° convention"), numbers_agreements("Nombre de conventions")
    (True, False)
    """
    words = spaced(header)
    return bool(_AGREEMENT_AND_NUMBER.match(words)) and not numbers_something_else(header)


def numbers_something_else(header: str) -> bool:
    """Whether a header speaks of what is no grant, such as the decision on several.

    >>> numbers_something_else("Référence de la décision"), numbers_something_else("Reference")
    (True, False)
    """
    return bool(_OF_SOMETHING_ELSE.search(spaced(header)))


def numbers_of_grants(block: Block, headers: list[str]) -> tuple[str, ...]:
    """Of some headers the first that says the number of a grant, whose cells tell rows apart."""
    return tuple([header for header in headers if _tells_apart(block, header)][:1])


def _tells_apart(block: Block, header: str) -> bool:
    codes = block.columns[header].codes
    filled = codes[codes >= 0].tolist()
    distinct = len(set(filled))
    # numbers of agreements that never repeat are those of a list of agreements
    is_of_agreement = _AGREEMENT_AND_NUMBER.match(spaced(header)) and distinct < len(filled)
    is_number = numbers_grants(header) or is_of_agreement
    tells_apart = bool(is_number) and distinct > _FEWEST_DIFFER * len(codes)
    return tells_apart and not dates_like(block, header)
