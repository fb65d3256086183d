"""Who received, where a header says it in words of its own: a company; and whether a column of
numbers tells recipients apart, and not the rows of their grants.
"""

import numpy as np
import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import MOST, NEARLY_ALL
from analysis.layout.headers.cell_evidence import holds, sample
from analysis.layout.headers.contacts import tells_of_a_person
from analysis.layout.headers.header_names import sense_of
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.partners.entities_of_grants import take_entities
from analysis.layout.rows.rows_of_funders import rows_of_other_funders
from analysis.layout.rows.sales_stages import lists_deals
from analysis.read import Block, spaced

_LETTERS = 3  # that a name has at least

_MOST_GIVERS = 2  # of a short list
_SHORTEST_CODE = 5  # signs of a register's number


def take_recipients(found: Match) -> None:
    """Who received, where no header says it in the usual words, or but "Name" beside a receiver."""
    _leave_persons(found)
    _take_known_givers(found)
    _take_companies(found)
    _take_receivers(found)


def _leave_persons(found: Match) -> None:
    """Frees the names and first names that are known as who gave, as members of a parliament do,
    where no header says an office: they are of contacts, or of persons who received.
    """
    headers = found.columns.get("funder", ())
    are_persons = len(headers) > 1 and any(map(tells_of_a_person, headers))
    if are_persons and not any(says("elected office", header) for header in found.block.columns):
        del found.columns["funder"], found.how["funder"]


def _take_known_givers(found: Match) -> None:
    """Who received, under the only name of a list, which some publishers give to who gave and most
    to who received ("Nom de l'attributaire").
    """
    headers = found.columns.get("funder", ())
    names = [header for header in headers if sense_of(header, "recipient")]
    if "recipient" not in found.columns and len(names) == 1:
        del found.columns["funder"], found.how["funder"]
        found.take("recipient", headers, BY_WORDS)


def _take_companies(found: Match) -> None:
    """The names of many under a header that says a company ("Entreprise", "Firm"; of the deals of a
    tool of sales "Account Name" too), where no other header names who received: a few may be those
    of a group that gives.
    """
    if "recipient" in found.columns:
        return
    declared = schema.columns("grants")["recipient"]
    for header in found.free:
        says_so = says("company", header) or _makes_deals(found.block, header)
        are_named = says_so and holds(found.block, header, declared)
        if are_named and are_many(found.block, header):
            found.take("recipient", (header,), BY_WORDS)
            return


def _makes_deals(block: Block, header: str) -> bool:
    """Whether a header says with whom the deals of a tool of sales are made."""
    return says("company of a deal", spaced(header)) and lists_deals(block)


def _take_receivers(found: Match) -> None:
    """Who received, under a header that speaks of one who is given to ("Party", "Candidate") or of
    many organisations ("Association"), or above names that the others repeat, beside names of which
    no header says whose they are ("Name"): these may be the givers, projects or contacts, and it is
    asked.
    """
    names = found.columns.get("recipient", ())
    if len(names) != 1 or not says("name of anybody", names[0]):
        return
    declared = schema.columns("grants")["recipient"]
    are_titles = _differs_by_row(found.block, names[0])
    for header in found.free:
        of_many = are_many(found.block, header)
        of_some = found.block.columns[header].values.nunique() > _MOST_GIVERS
        says_so = (of_many or (are_titles and of_some)) and bool(sense_of(header, "recipient"))
        says_so |= of_many and _stands_within(found.block, header, names[0])
        says_so |= says("who is given to", header)
        if says_so and holds(found.block, header, declared):
            found.take("recipient", (header,), BY_CELLS)
            return


def _differs_by_row(block: Block, header: str) -> bool:
    """Whether nearly each row has a text of its own under a header, as the titles of grants are."""
    codes = block.columns[header].codes
    is_filled = codes >= 0
    return (
        bool(is_filled.any()) and len(np.unique(codes[is_filled])) >= NEARLY_ALL * is_filled.sum()
    )


def _stands_within(block: Block, header: str, longer: str) -> bool:
    """Whether most texts under a header are a part of that under another in their row, which says
    more and is less often the same, as the title of a record is ("Radio Bocage" in "Radio Bocage
    2018").
    """
    pair = [header, longer]
    rows = pd.concat([block.columns[name].series().reset_index(drop=True) for name in pair], axis=1)
    rows = rows.dropna().apply(parse.fold)
    rows.columns = ["part", "whole"]
    if not len(rows) or rows["part"].nunique() >= rows["whole"].nunique():
        return False
    if says("header of places", header):  # "Mairie de Lyon" is of "Lyon"
        return False
    is_part = [
        len(part) >= _LETTERS and part in whole and part != whole
        for part, whole in zip(rows["part"], rows["whole"], strict=True)
    ]
    return sum(is_part) / len(is_part) >= MOST


def take_givers(found: Match) -> None:
    """Who gave, where no header says it in the usual words: an organisation, or an entity of the
    company that signs.
    """
    _take_organisations_that_give(found)
    take_entities(found)


def _take_organisations_that_give(found: Match) -> None:
    """The names of a few organisations beside those who received, under a header that no column
    explains, or of many under one that says a giver, as who gave, where none tells it: it is asked.
    Which rows of a plan with several funders for each recipient are ours is asked apart.
    """
    names = found.columns.get("recipient", ())
    if "funder" in found.columns or len(names) != 1:
        return
    recipients = found.block.columns[names[0]].values
    for header in found.free:
        givers = found.block.columns[header].values
        says_giver = says("giver", header)
        says_so = says_giver or sense_of(header, "recipient")
        is_named = says_so and holds(found.block, header, schema.columns("grants")["funder"])
        are_few = len(givers) < len(recipients) and not are_many(found.block, header)
        are_of_one_plan = bool(rows_of_other_funders(found.block, found.columns))
        may_give = len(givers) > 1 and (says_giver or are_few)
        if is_named and may_give and not givers.isin(recipients).any() and not are_of_one_plan:
            found.take("funder", (header,), BY_CELLS)
            return


def are_many(block: Block, header: str) -> bool:
    """Whether the values under a header are as many as recipients are, and not as funders."""
    return block.columns[header].values.nunique() > max(_MOST_GIVERS, 0.2 * len(block.lines))


def has_codes(block: Block, header: str) -> bool:
    """Whether nearly all cells under a header bear a digit, as numbers and codes do and names of
    companies do not.
    """
    cells = sample(block.columns[header])
    return len(cells) > 0 and bool(cells.str.contains(r"\d").mean() >= NEARLY_ALL)


def without_numbers_of_rows(found: Match) -> None:
    """Frees a column that only resembles identifiers of recipients where it numbers something else:
    the same name must bear the same number, and other names others.
    """
    names = found.columns.get("recipient", ())
    if found.how.get("recipient_id") != BY_WORDS or not names:
        return
    if not _number_recipients(found.block, found.columns["recipient_id"][0], names[0]):
        del found.columns["recipient_id"], found.how["recipient_id"]


def _number_recipients(block: Block, number: str, name: str) -> bool:
    """Whether nearly each name has one number, and nearly each number one name; where no name comes
    again, whether the header says more than that it is a number, and its cells are no counts.
    """
    names = block.columns[name].series().reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "number": block.columns[number].codes,
            "name": parse.once_each(parse.fold, names),
        }
    )
    rows = rows[(rows["number"] >= 0) & rows["name"].notna()]
    names_again = rows.loc[rows["name"].duplicated(), "name"].unique()
    if not len(names_again):
        return not says("number of anything", number) and _are_long_codes(block, number)
    pairs = rows.drop_duplicates()
    numbers_by_name = pairs.groupby("name")["number"].nunique()[names_again]
    names_by_number = pairs.groupby("number")["name"].nunique()
    has_one_number = numbers_by_name.eq(1).mean() >= NEARLY_ALL
    return bool(has_one_number and names_by_number.eq(1).mean() >= NEARLY_ALL)


def _are_long_codes(block: Block, header: str) -> bool:
    """Whether nearly all cells are as long as registers' numbers are, and counts of few are not."""
    cells = sample(block.columns[header])
    return bool(cells.str.len().ge(_SHORTEST_CODE).mean() >= NEARLY_ALL)
