"""The names that headers are known by: of public layouts, of the programme's own exports, and their
spellings.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from analysis.declare import schema
from analysis.layout.amounts.amount_scale import scale_of, written_unit
from analysis.layout.headers.contacts import names_a_contact
from analysis.layout.headers.header_words import ALONE, Sense, senses
from analysis.layout.headers.numbers_of_cells import tells_of_something_else
from analysis.layout.headers.words import says
from analysis.layout.study_keys import DERIVED, Source, StudyDescription
from analysis.parse.column import reference_rows
from analysis.read import folded, spaced

PROGRAMME = "programme export"
YEAR_IN_WORDS = r"(?:19[5-9]\d|20\d\d)"
LONG = 8  # letters that a header needs for a slip in it to be sure


@cache
def known_headers() -> dict[str, dict[str, dict[tuple[str, ...], str]]]:
    """table -> column -> its headers in order of preference -> the layout that has it.

    A header is a tuple of folded headers to join. The headers of all public layouts count for a
    grant list, since publishers mix them.
    """
    known_items: dict[str, dict[str, dict[tuple[str, ...], str]]] = {}
    for row in reference_rows("headers"):
        joined = tuple(folded(part) for part in row["header"].split(" + "))
        headers = known_items.setdefault(row["table"], {}).setdefault(row["column"], {})
        headers.setdefault(joined, row["layout"])
    for table, columns in schema.declared_tables().items():
        if table in DERIVED:
            continue
        for column in columns.values():
            headers = known_items.setdefault(table, {}).setdefault(column.name, {})
            for name in (column.name, column.label_fr, column.label_en, *column.aliases):
                headers.setdefault((folded(name),), PROGRAMME)
    return known_items


@cache
def known_names() -> frozenset[str]:
    """All folded names of headers."""
    return frozenset(
        name
        for columns in known_headers().values()
        for headers in columns.values()
        for joined in headers
        for name in joined
    )


class Vocabulary(frozenset):
    """Folded names of headers, and whatever is understood by its words."""

    def __contains__(self, name: str) -> bool:
        return super().__contains__(name) or bool(senses(name))


def vocabulary(study: StudyDescription) -> Vocabulary:
    """What makes a record a header: known names, those of `study.toml`, and the words of grant
    lists.
    """
    return Vocabulary(known_names() | stated_headers(study.source))


def stated_headers(sources: Iterable[Source]) -> frozenset[str]:
    """The folded headers of the columns that some sources of `study.toml` state.

    >>> source = Source(files="a.csv", table="partners", columns={"name": "Nom du partenaire"})
    >>> sorted(stated_headers([source])), sorted(stated_headers([]))
    (['nomdupartenaire'], [])
    """
    return frozenset(
        folded(header)
        for source in sources
        for headers in source.columns.values()
        for header in headers
    )


@lru_cache(1 << 12)  # the same headers are asked about again and again
def spellings(header: str) -> tuple[str, ...]:
    """The folded ways in which a header may be known.

    As written; without its remarks in brackets, footnote mark, year or unit; a path of names from
    its end; each half of a header in two languages.

    >>> spellings("Montant (€) 2018")
    ('montant2018', 'montant')
    >>> "nombeneficiaire" in spellings("beneficiaire:nom"), "amount" in spellings("amount_mln")
    (True, True)
    """
    bare = re.sub(r"\s*\(.*?\)|__c$", "", header)  # "Start_Date__c" of a tool of sales
    behind = header.partition(")")[2]
    texts = [
        header,
        bare,
        # "Montant (€) Demandé" is no "Montant"
        bare if tells_of_something_else(behind) else re.sub(r"\s*\(.*", "", header),
        re.sub(rf"\b{YEAR_IN_WORDS}(?: ?[-/] ?(?:\d\d){{1,2}})?\b", "", bare),
        " ".join(reversed(header.split(":"))),
        re.sub(r"(?i)[ _]+(?:in |en )?(?:pence|centimes?|cents?)$", "", bare),
        re.sub(r"(?i)(?<!\w)[kmt]?\s*(?:€|eur(?:os?)?)(?!\w)", "", bare),
        re.sub(rf"{re.escape(written_unit(bare))}\w*", "", bare) if scale_of(bare) else bare,
    ]
    halves = re.split(r"\s/|/\s", bare)  # "ΗΜ/ΝΙΑ ΕΝΑΡΞΗΣ / START DATE" has a third slash
    if len(halves) == 2:
        texts += halves
    elif bare.count("/") == 1 and " " in header:  # not that of "(O/N)"
        texts += bare.split("/")
    return tuple(dict.fromkeys(folded(text) for text in texts))


def headers_by_name(headers: list[str]) -> dict[str, str]:
    """Folded name -> the header that bears it; the header as written wins over its other spellings."""
    by_name: dict[str, str] = {}
    for header in reversed(headers):
        for name in spellings(header):
            if name:
                by_name[name] = header
    for header in headers:
        by_name[folded(header)] = header
    return by_name


def slips(by_name: dict[str, str]) -> dict[str, str]:
    """Long known name -> a header that means nothing and differs from it by a letter or two.

    >>> slips({"nombeneficiere": "nomBeneficiere"})
    {'nombeneficiaire': 'nomBeneficiere'}
    """
    meant: dict[str, str] = {}
    for name, header in reversed(by_name.items()):  # the first of "Partenaire 1", "Partenaire 2"
        if names_a_contact(header) or numbers_a_foreign_taxpayer(header):
            continue
        if name in known_names() or senses(name):
            nearest_name = None
        else:
            nearest_name = _nearest_long(name)
        if nearest_name:
            meant.setdefault(nearest_name, header)
    return meant


def numbers_a_foreign_taxpayer(header: str) -> bool:
    """Whether a header says by a word of another country which number stands below it.

    >>> numbers_a_foreign_taxpayer("CIF beneficiari"), numbers_a_foreign_taxpayer("SIRET benef.")
    (True, False)
    """
    is_french = "siren" in folded(header) or "siret" in folded(header)
    return not is_french and says("number of a taxpayer", spaced(header))


@cache
def _long_names() -> list[str]:
    return sorted(name for name in known_names() if len(name) >= LONG)


@lru_cache(1 << 12)
def _nearest_long(name: str) -> str | None:
    cutoff = 2 if len(name) > LONG + 4 else 1
    nearest = process.extractOne(name, _long_names(), scorer=OSA.distance, score_cutoff=cutoff)
    if nearest:
        return nearest[0]
    return None


def sense_of(header: str, column: str) -> Sense | None:
    """How a header of a grant list, in one of its spellings, names a column by its words; None
    where it does not. An end is never the date of a grant ("Datum des Endes", "Date d'arrêt"), and
    who gave never its recipient ("Förderinstitution").
    """
    names = spellings(header)
    if column == "recipient" and says("giver", header):
        return None
    if column == "date" and (says_an_end(header) or says("exit of a partner", header)):
        return None
    if column in ("date", "outcome") and not header.isupper():
        # of a body ("Décision CASD") or of a day ("Décision du CA du 12/03/2018")
        bare = re.sub(r"\b[A-Z]{2,}\b|\b(?:du )?\d[\d/.]*\d\b", "", header)
        names = names + spellings(bare)
    meant = [senses(name)[column] for name in names if column in senses(name)]
    return min(meant, default=None)


def says_an_end(header: str) -> bool:
    """Whether the words of a header name the end of what is listed, be others beside them.

    >>> says_an_end("Datum des Endes"), says_an_end("nsf_expected_end_date")
    (True, True)
    >>> says_an_end("Datum des Bescheids")
    False
    """
    is_understood = any("planned_end" in senses(name) for name in spellings(header))
    return is_understood or says("end in a header", spaced(header))


def names_money(header: str) -> bool:
    """Whether a word of a header is a first word for an amount, whatever the others say.

    >>> names_money("Amount earmarked"), names_money("Rent of the year")
    (True, False)
    """
    senses_of_words = [sense_of(word, "amount") for word in re.split(r"[\W_]+", header)]
    return any(sense.head <= 1 for sense in senses_of_words if sense)


def says_money(header: str) -> bool:
    """Whether the words of a header say that it is an amount: the first words for it, or one with a
    companion.
    """
    sense = sense_of(header, "amount")
    return sense is not None and (sense.head <= 1 or sense.beside != ALONE)
