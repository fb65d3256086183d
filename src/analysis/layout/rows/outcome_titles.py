"""Titles above rows, and names of sheets, that say what became of the requests below them."""

import re

import pandas as pd

from analysis import parse
from analysis.layout.headers.outcome_columns import REFUSALS

# What such a title may begin with: "Demandes refusées", "Dossiers non retenus en 2021".
REQUESTS = re.compile(
    r"^(?:(?:liste|list) )?(?:des |of )?(?:demandes?|associations?|organismes?|structures?|vereine|dossiers?|projets?|candidatures?|subventions?|aides?|requests?"
    r"|applications?|proposals?|grants?|projects?|antrage|domande|solicitudes?|aanvragen) (?:de subventions? )?"
)
MONEY_GIVEN = re.compile(
    r"^(?:subventions?|aides?)\b|\b(?:verse|versement|paiement|payment|paid|solde)"
)
# Of titles alone: a cell may say so of a grant.
PLANNED = re.compile(
    r"^(?:pipeline|previsionnel(?:le)?s?|previsions?|forecasts?|planned|prognosen?|vorschau|geplante?"
    r"|ramingen|raming|gepland|previsiones|prevision|previsto|previsti|previste|previstas?)\b"
)
NOT_DECIDED = re.compile(
    # who is granted only if others withdraw
    r"^(?:(?:projets?|dossiers?|associations?|candidats?) )?(?:en |sur )?(?:la )?listes? (?:complementaires?|supplementaires?|d attente|de reserve)\b"
    r"|^(?:candidats? |projets? |dossiers? )?suppleants?$|^en attente de financement|^en reserve$|^reserves?$"
    r"|^reserve (?:list|projects?|applications?|applicants?)|^(?:on the )?waiting ?list|^wait ?list"
    r"|^\w*warteliste|^reserveliste|^nachrucker|^(?:lista (?:de |di |d )?)?(?:reserva|riserva|attesa|espera)$"
    r"|^(?:progetti|proyectos|domande|solicitudes) (?:di|de|en|in) (?:riserva|reserva|espera|attesa)|^suplentes$"
    r"|^(?:reserve|wacht)lijst|^lista rezerwowa"
    r"|^(?:sous reserve|subject to|vorbehaltlich|unter vorbehalt|onder voorbehoud|condicionad[oa]s? a)\b"
)


# Words that begin as those of a refusal do, and name a theme: "Exclusion", "Déclinaisons".
WORDS_OF_THEMES = re.compile(
    r"exclusi|exclusion|esclusion|declin(?:ais|ing)|retire(?:ment|d)|denegacion|renoncul"
)
RETIREES = re.compile(r"(?i)retirees?")  # without the accents of "Retirées"
# What is refused or called off stands behind such a noun: "Refus de soins", "Refus de subvention".
NOUN = re.compile(r"refus|rejets?|annulations?|abandons?|retraits?|renonciations?|desistements?")
OF = ("de", "des", "du", "d")
BEFORE_A_STATUS = (  # of two words that say one together: "non retenus", "sans suite"
    *("non", "not", "ne", "pas", "nicht", "niet", "no", "nao", "sans", "avis", "turned", "classes"),
    *("classe", "classee", "classees", "kein", "keine", "without", "sin", "senza"),
)
BEHIND_A_STATUS = (
    *(
        "en",
        "in",
        "de",
        "des",
        "du",
        "d",
        "par",
        "by",
        "pour",
        "for",
        "au",
        "aux",
        "le",
        "la",
        "les",
    ),
    *("of", "the", "a", "to", "since", "depuis", "from", "im", "am", "von", "vom", "der", "die"),
    *("wegen", "van", "het", "op", "door", "del", "della", "por", "el", "nel", "year", "annee"),
    *("apres", "after", "sur", "on", "due", "car", "faute", "cause", "motif", "ou", "antrage"),
)


def outcome_said(title: str) -> str:
    """What a title begins by saying of the requests below it: refused, withdrawn or undecided;
    blank where it says nothing of the kind.

    >>> [outcome_said(title) for title in ("Demandes refusées", "Dossiers annulés 2021", "Subventions 2021")]
    ['refused', 'withdrawn', '']
    >>> [outcome_said(title) for title in ("Demandes en cours d'instruction", "Pipeline", "Subventions en attente de versement")]
    ['undecided', 'undecided', '']
    >>> [outcome_said(title) for title in ("Liste complémentaire", "Reserve list", "Réserve parlementaire")]
    ['undecided', 'undecided', '']
    >>> outcome_said("Subventions accordées, hors demandes refusées")
    ''
    """
    (plain,) = parse.fold(pd.Series([title.replace("_", " ").replace("-", " ")], dtype="str"))
    if not isinstance(plain, str):
        return ""
    words = REQUESTS.sub("", plain).split()
    beginnings = [" ".join(words[:number]) for number in (1, 2, 4)]
    by_one, by_two, by_four = parse.outcomes(pd.Series(beginnings, dtype="str"))[0]
    is_of_requests = " ".join(words) != plain  # "Demandes refusées définitivement"
    is_status = by_one in REFUSALS and not _names_a_theme(title, words)
    if is_status and (is_of_requests or _says_no_more(words[1:])):
        return str(by_one)
    if by_two in REFUSALS and words[0] in BEFORE_A_STATUS and _says_no_more(words[2:]):
        return str(by_two)
    is_open = "undecided" in (by_two, by_four) and "granted" not in (by_two, by_four)
    planned = PLANNED.match(plain)
    is_open |= bool(planned) and _says_no_more(plain[planned.end() :].split())
    is_open = is_open or bool(NOT_DECIDED.search(plain))
    if is_open and not MONEY_GIVEN.search(plain):
        return "undecided"
    return ""


def may_say_refused(title: str) -> bool:
    """Whether a title begins as a refusal does, and what follows leaves it open.

    >>> [may_say_refused(title) for title in ("Refusés définitivement", "Refusés", "Exclusion sociale")]
    [True, False, False]
    """
    plain = parse.fold(pd.Series([title], dtype="str")).fillna("").iloc[0]
    words = REQUESTS.sub("", plain).split()
    if not words or outcome_said(title) or _names_a_theme(title, words):
        return False
    (outcome,) = parse.outcomes(pd.Series(words[:1], dtype="str"))[0]
    return outcome in REFUSALS


def _names_a_theme(title: str, words: list[str]) -> bool:
    """Whether a title begins with the word of a refusal and speaks of something else: "Exclusion",
    "Retirees", "Refus de soins".
    """
    if WORDS_OF_THEMES.match(words[0]) or RETIREES.fullmatch(title.strip()):
        return True
    of_something = len(words) > 2 and NOUN.fullmatch(words[0]) and words[1] in OF
    return bool(of_something) and not REQUESTS.match(f"{' '.join(words[2:])} ")


def _says_no_more(words: list[str]) -> bool:
    """Whether words behind a status tell when, by whom or of which requests, not of a theme
    ("Abandon scolaire", "Planned Parenthood").

    >>> _says_no_more(["en", "2021"]), _says_no_more(["scolaire"]), _says_no_more([])
    (True, False, True)
    """
    if not words:
        return True
    if words[0] in ("et", "ou", "and", "or", "und", "en", "y", "e") and len(words) > 1:
        (also,) = parse.outcomes(pd.Series([words[1]], dtype="str"))[0]
        return also in (*REFUSALS, "undecided") or words[1][0].isdigit()
    is_of_requests = bool(REQUESTS.match(f"{' '.join(words)} "))
    return words[0][0].isdigit() or words[0] in BEHIND_A_STATUS or is_of_requests
