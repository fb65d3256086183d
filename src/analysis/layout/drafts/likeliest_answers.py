"""The likeliest answers to questions that a key of study.toml answers for all rows."""

from dataclasses import replace

from analysis.layout.agreements.amended_references import share_of_additions
from analysis.layout.amounts.converted_amounts import CONVERTED
from analysis.layout.amounts.currencies_of_amounts import OF_ANOTHER
from analysis.layout.amounts.given_in_kind import WITHIN, WORTH_ALONE
from analysis.layout.amounts.periods_of_amounts import OF_PERIODS, likeliest_period
from analysis.layout.amounts.shared_amounts import SHARED
from analysis.layout.amounts.whole_agreements import WHOLE_AGREEMENT
from analysis.layout.headers.words import says
from analysis.layout.mapping import FRAMEWORK, LESS, Doubt, Mapping
from analysis.layout.payments.payments_by_reference import PAYMENTS_LIKELY
from analysis.layout.payments.repeated_references import amendments
from analysis.layout.shapes.blank_cells import REASON_BLANK
from analysis.layout.shapes.blanks_below_names import likeliest_of_blanks
from analysis.layout.study_keys import StudyDescription
from analysis.layout.terms.changed_ends import IN_REMARKS
from analysis.layout.terms.dates_in_doubt import LASTS_DAYS
from analysis.layout.terms.starts_of_relations import OF_RELATION
from analysis.read import Block, folded

OF_ROWS = "rows"  # reason of a doubt that only the rows show, with the line that answers it
# Reasons of doubts about a column that a draft proposes not to take.
NOT_TAKEN = (LASTS_DAYS, OF_ANOTHER, OF_RELATION, WORTH_ALONE)
KEYS_ASKED = {  # reason of a doubt -> the key that answers it, with the likeliest answer
    "repeated reference": ("same_reference", "once"),
    "amended reference": ("same_reference", "last"),
    "payments told": ("same_reference", "add"),
    PAYMENTS_LIKELY: ("same_reference", "add"),
    SHARED: ("same_reference", "shared"),
    WHOLE_AGREEMENT: ("same_reference", "once"),
    "per year": ("amount_per", "year"),
    OF_PERIODS: ("amount_per", "year"),
    "unit of terms": ("term_unit", "year"),
    REASON_BLANK: ("blank_cells", "above"),
    "several places": ("homonyms", "apart"),
    FRAMEWORK: ("framework", "within"),
    "date order": ("date_order", "day"),
    "units": ("unit", "k"),
    "decimals": ("unit", "M"),
    "small": ("unit", "k"),
    "hundredths": ("unit", "c"),
    "turned": ("unit", "-1"),
}


def with_answers_about_rows(mapping: Mapping, answers: dict[str, str]) -> Mapping:
    """The mapping with what only its rows leave open: the key of `study.toml` and the line that
    answers it.

    >>> mapping = with_answers_about_rows(Mapping("", "grants", {}, {}, ()), {"decimal": '# decimal = ","'})
    >>> [(doubt.column, doubt.others) for doubt in mapping.doubts]
    [('~decimal', ('# decimal = ","',))]
    """
    doubts = [Doubt(f"~{key}", (), (line,), OF_ROWS) for key, line in answers.items()]
    return replace(mapping, doubts=(*mapping.doubts, *doubts))


def with_columns_proposed(mapping: Mapping) -> Mapping:
    """The mapping in which, as a draft proposes, planned ends are the days of remarks where these
    tell one, and amounts of several currencies those that a list writes in one, which the column
    of currencies says nothing of; what was given in kind is taken off an amount that holds it.
    """
    doubts = [
        replace(doubt, headers=doubt.others[:1], others=doubt.headers)
        if doubt.reason == CONVERTED and not doubt.is_stated
        else doubt
        for doubt in mapping.doubts
    ]
    proposed = {
        doubt.column: doubt.headers for doubt in doubts if doubt.reason in (IN_REMARKS, CONVERTED)
    }
    for doubt in doubts:
        if doubt.reason == WITHIN:
            proposed[LESS] = doubt.others
    columns = mapping.columns | proposed
    if any(doubt.reason == CONVERTED for doubt in doubts):
        columns.pop("currency", None)
    return replace(mapping, columns=columns, doubts=tuple(doubts))


def with_entity_of_study(mapping: Mapping, study: StudyDescription) -> Mapping:
    """The mapping of agreements of which no column may tell the entity: as a guess, the study's.

    >>> untold = Doubt("entity", (), (), "unnamed")
    >>> mapping = Mapping("", "agreements", {}, {}, (), doubts=(untold,))
    >>> with_entity_of_study(mapping, StudyDescription(name="x", title="Fondation X")).constants
    {'entity': 'Fondation X'}
    """
    is_untold = Doubt("entity", (), (), "unnamed") in mapping.doubts
    if mapping.table != "agreements" or not is_untold:
        return mapping
    return replace(mapping, constants=mapping.constants | {"entity": study.title or study.name})


def without_funder_of_study(mapping: Mapping, study: StudyDescription) -> Mapping:
    """The mapping without the study as who gave, where it is asked which of several names received:
    another of them may be who gave, and is asked once this is answered.

    >>> asked = Doubt("recipient", ("Party",), ("Donor",), "unnamed")
    >>> mapping = Mapping("", "grants", {}, {"funder": "Gifts"}, (), doubts=(asked,))
    >>> without_funder_of_study(mapping, StudyDescription(name="gifts")).constants
    {}
    """
    of_study = {folded(study.title), folded(study.name)}
    is_open = any(doubt.column == "recipient" and doubt.others for doubt in mapping.doubts)
    if not is_open or folded(mapping.constants.get("funder", "")) not in of_study:
        return mapping
    constants = {name: text for name, text in mapping.constants.items() if name != "funder"}
    return replace(mapping, constants=constants)


def likeliest_answer(block: Block, mapping: Mapping, doubt: Doubt) -> str:
    """The answer that a draft proposes to a doubt that one key answers: by what the rows show, else
    the usual one.
    """
    if doubt.reason == OF_PERIODS:
        (header,) = doubt.others
        return header
    if doubt.reason == "per year":
        return likeliest_period(block, mapping.columns)
    if doubt.reason == REASON_BLANK:
        return likeliest_of_blanks(block, mapping, doubt)
    amounts = mapping.columns.get("amount", ())
    if doubt.reason == "repeated reference" and any(map(_is_payment, amounts)):
        return "add"
    if doubt.reason == "repeated reference" and amendments(block, list(block.columns)):
        return "last"
    if doubt.reason == "amended reference" and share_of_additions(block) == 1:
        return "add"
    return KEYS_ASKED[doubt.reason][1]


def _is_payment(header: str) -> bool:
    """Whether a header says that its amounts are paid, one by one.

    >>> _is_payment("Montant versé"), _is_payment("Total versé"), _is_payment("Montant")
    (True, False, False)
    """
    return says("payments", header) and not says("whole amount", header)
