"""Lists of agreements of a programme, as the name of their sheet or file says: what their headers
tell in other words than the known ones, and which column numbers them.
"""

from functools import partial

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import HALF
from analysis.layout.amounts.amount_scale import written_unit
from analysis.layout.amounts.given_in_kind import is_in_kind
from analysis.layout.amounts.totals_of_years import take_total_of_years
from analysis.layout.drafts.proposed_columns import add_keys, tells_rows_apart
from analysis.layout.headers.cell_evidence import dates_like, folded_values, holds, sample
from analysis.layout.headers.grant_numbers import numbers_agreements, numbers_grants
from analysis.layout.headers.header_matching import matched
from analysis.layout.headers.header_names import names_money, sense_of
from analysis.layout.headers.numbers_of_cells import Numbers, money_likeness
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.headers.table_words import names_table
from analysis.layout.headers.words import says, which_say
from analysis.layout.study_keys import StudyDescription
from analysis.read import matching, spaced

_SENSES = {  # columns of agreements, and how header_words.csv calls what they hold
    "partner_id": "recipient",
    "entity": "entity",
    "start": "planned_start",
    "planned_end": "planned_end",
    "planned_amount_eur": "amount",
}
_IDENTIFIERS = {"siret", "rna", "recipient_id"}  # of partners, in lists of grants
_ENDS = ("planned_end", "end", "term_months")
_OF_ALL_VERSIONS = ("partner_id", "entity", "start")  # equal in all versions of an agreement


def with_words_of_agreements(found: Match, name: str) -> Match:
    """The match for agreements with what the words of headers say, where the name of the sheet or
    file says that it lists agreements, with the number of the agreement that each renews, and with
    the total of all its years.
    """
    if found.table != "agreements":
        return found
    if _names_agreements(name):
        take_words_of_agreements(found)
    _take_planned_end(found)
    take_total_of_years(found, "planned_amount_eur")
    _take_previous_number(found)
    _take_tacit_renewal(found)
    return found


def take_words_of_agreements(found: Match) -> None:
    """Take what the words of headers say; the number is last, where all else is told."""
    if "partner_id" not in found.columns:
        codes = [header for header in found.free if says("code of a partner", header)]
        found.take("partner_id", tuple(codes[:1]), BY_WORDS)
    for column, sense in _SENSES.items():
        if column in found.columns or (column == "planned_end" and "term_months" in found.columns):
            continue
        declared = schema.columns("agreements")[column]
        telling = [header for header in found.free if sense_of(header, sense)]
        if column == "planned_amount_eur":
            telling = sorted([*telling, *filter(_is_worth, found.free)], key=is_in_kind)
        fitting = [header for header in telling if holds(found.block, header, declared)]
        found.take(column, tuple(fitting[:1]), BY_WORDS)
    if "entity" not in found.columns:
        _take_entity(found)
    _take_number(found)


def _take_entity(found: Match) -> None:
    """Take who signs, asked where a header may as well say a place of the partner or a theme."""
    entity = schema.columns("agreements")["entity"]
    texts = [header for header in found.free if holds(found.block, header, entity)]
    texts = [header for header in texts if not dates_like(found.block, header)]
    found.take("entity", tuple(filter(partial(says, "entity that signs"), texts))[:1], BY_WORDS)
    if "entity" in found.columns:
        return
    perhaps = [
        header
        for header in found.free
        if sense_of(header, "perhaps_entity")
        or (says("perhaps who signs", header) and header in texts)
    ]
    found.take("entity", tuple(perhaps[:1]), BY_CELLS)


def _take_planned_end(found: Match) -> None:
    """Take the end that its header says to be planned ("Date de fin prévue"), whatever the list is
    called, where no other column tells how long agreements last.
    """
    if not found.columns.keys().isdisjoint(_ENDS) or "start" not in found.columns:
        return
    declared = schema.columns("agreements")["planned_end"]
    planned = [
        header
        for header in found.free
        if sense_of(header, "planned_end")
        and says("planned end", header)
        and holds(found.block, header, declared)
    ]
    if len(planned) == 1:
        found.take("planned_end", tuple(planned), BY_WORDS)


def _take_previous_number(found: Match) -> None:
    """Take the number of the agreement that each renews ("Renouvelle la convention n°")."""
    if "previous_id" in found.columns or len(found.columns.get("agreement_id", ())) != 1:
        return
    numbers = folded_values(found.block, found.columns["agreement_id"])
    for header in found.free:
        renewed = folded_values(found.block, (header,))
        if renewed and renewed <= numbers and says("renews", header):
            found.take("previous_id", (header,), BY_WORDS)
            return


def _take_tacit_renewal(found: Match) -> None:
    """Take whether agreements renew themselves: of a header that says so ("Auto-renewal"), or of
    cells ("Reconduction": tacite, expresse); asked where both say but that they may be renewed.
    """
    if "tacit_renewal" in found.columns:
        return
    for header in found.free:
        says_how = says("how it may be renewed", header)
        if not (says_how or says("tacit renewal", header)):
            continue
        cells = sample(found.block.columns[header])
        if says_how:  # numbers count renewals
            cells = cells[~matching(cells, r"^[\d.]+$")]
        if not len(cells) or parse.yes_or_no(cells)[0].notna().mean() <= HALF:
            continue
        are_sure = not says_how or which_say("tacit renewal", cells).any()
        if are_sure or not says("whether renewed", header):  # which is told
            found.take("tacit_renewal", (header,), BY_WORDS if are_sure else BY_CELLS)
            return


def entity_of_all(found: Match, name: str, study: StudyDescription) -> dict[str, str]:
    """The entity of agreements that tell with whom and from when to when they are, as the name of
    their sheet or file says too, and no entity: they are those of the study; else nothing.

    Where a column identifies their partners, as only lists of grants may have one, they stay that.
    """
    columns = found.columns.keys()
    tells_all_else = {"partner_id", "start"} <= columns and not columns.isdisjoint(_ENDS)
    is_named = found.table == "agreements" and _names_agreements(name)
    if not is_named or not tells_all_else or "entity" in columns:
        return {}
    if not _IDENTIFIERS.isdisjoint(matched(found.block, "grants")):
        return {}
    return {"entity": study.title or study.name}


def _names_agreements(name: str) -> bool:
    return names_table(name, "agreements") and not says("public grants", name)


def _is_worth(header: str) -> bool:
    """Whether a header says what agreements are worth: in words, or by its unit ("Commitment (£)")."""
    return says("worth", header) or names_money(header) or bool(written_unit(header))


def _holds_money(found: Match, header: str) -> bool:
    """Whether amounts stand below a header of several words that says no number ("Budget conventionné")."""
    says_number = numbers_agreements(header) or len(spaced(header).split()) == 1
    return not says_number and money_likeness(Numbers(found.block.columns[header])) > 0


def _take_number(found: Match) -> None:
    """Take what numbers the agreements: a column that says so, or numbers files or projects; else,
    where all that they need is told, one that only counts rows, or all that tells two apart.
    """
    if "agreement_id" in found.columns:
        return
    named = [header for header in found.free if names_table(header, "agreements")]
    numbers = [
        header
        for header in [*named, *filter(numbers_grants, found.free)]
        if tells_rows_apart(found.block, header)
        and not dates_like(found.block, header)
        and not (_is_worth(header) or _holds_money(found, header))
    ]
    found.take("agreement_id", tuple(numbers[:1]), BY_WORDS)
    if numbers or not {"partner_id", "start"} <= set(found.columns):
        return
    add_keys(found)
    if "agreement_id" not in found.columns:
        found.take("agreement_id", _telling_apart(found), BY_WORDS)


def _telling_apart(found: Match) -> tuple[str, ...]:
    """The headers that tell agreements apart: with whom and from when to when they are, and the
    amount, which may be corrected, only where these do not. Versions may differ in end and amount.
    """
    of_versions = _telling_versions_apart(found)
    if of_versions:
        return of_versions
    telling = ("partner_id", "entity", "start", *_ENDS)
    headers = [found.columns[column][0] for column in telling if column in found.columns]
    codes = pd.DataFrame({header: found.block.columns[header].codes for header in headers})
    if codes.duplicated().any():
        headers += found.columns.get("planned_amount_eur", ())[:1]
    return tuple(dict.fromkeys(headers))


def _telling_versions_apart(found: Match) -> tuple[str, ...]:
    """The headers that together with that of a version tell rows apart; none where none does."""
    versions = found.columns.get("~amendment", ())
    for names in (_OF_ALL_VERSIONS, (*_OF_ALL_VERSIONS, *_ENDS)) if versions else ():
        headers = [found.columns[name][0] for name in names if name in found.columns]
        beside = {name: found.block.columns[name].codes for name in (*headers, *versions)}
        if not pd.DataFrame(beside).duplicated().any():
            return tuple(headers)
    return ()
