"""Numbers that a list gives to its recipients: the keys of these where several spellings of a name
bear one, and never their names.
"""

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.declare.shares import HALF, NEARLY_ALL
from analysis.layout.headers.cell_evidence import dates_like, holds, sample
from analysis.layout.headers.header_names import known_headers, sense_of, spellings
from analysis.layout.headers.numbers_of_cells import Numbers, are_of_places
from analysis.layout.headers.table_match import BY_WORDS, Match
from analysis.layout.headers.words import says
from analysis.layout.partners.recipients_told import has_codes
from analysis.layout.partners.spellings_of_names import may_be_one_name
from analysis.read import Block, matching, spaced

NAMES_OF_A_NUMBER = "several names of one number"  # the reason of a doubt
_IDENTIFIERS = {"siret", "siren", "rna", "recipient_id"}
_FEW = 2  # names that must come again, each with its number
_GAPS = 2  # how many times as high as they are many numbers go that a list counts itself
_SEVERAL = 3  # numbers of several spellings that show what a header of no more than "Code" is


def are_numbers_beside_names(found: Match, header: str) -> bool:
    """Whether a header that seems to name recipients stands above their numbers, and another one
    above their names.
    """
    cells = sample(found.block.columns[header])
    if not len(cells) or matching(cells, r"\pL\pL").mean() > HALF:
        return False
    return any(_holds_names(found.block, other) for other in found.free if other != header)


def _holds_names(block: Block, header: str) -> bool:
    """Whether a header that says who received stands above texts that may be names."""
    known = known_headers()["grants"]["recipient"]
    says_so = sense_of(header, "recipient") or says("name of anybody", header)
    is_known = any((name,) in known for name in spellings(header))
    is_told = says_so or is_known or says("company", header)
    return bool(is_told and holds(block, header, schema.columns("grants")["recipient"]))


def take_numbers_of_recipients(found: Match) -> None:
    """Take as the identifier of recipients the number that each spelling of a name bears, where no
    other identifier is told; asked where the names of one number are not all alike.
    """
    names = found.columns.get("recipient", ())
    if len(names) != 1 or not _IDENTIFIERS.isdisjoint(found.columns):
        return
    for header in found.free:
        if not _may_be_number_of_recipients(found.block, header):
            continue
        rows = _numbers_and_names(found.block, header, names[0])
        how = _how_sure(rows, header, may_be_of_one_list=_run_on(found.block, header))
        if how:
            found.take("recipient_id", (header,), how)
            return


def _may_be_number_of_recipients(block: Block, header: str) -> bool:
    """Whether a header that says a number of a recipient, or of nothing else, is above codes."""
    if not says_number_of_recipient(header) and not says("number of anything", header):
        return False
    is_of_place = are_of_places(header, Numbers(block.columns[header]))
    return has_codes(block, header) and not dates_like(block, header) and not is_of_place


def says_number_of_recipient(header: str) -> bool:
    """Whether a header says that it numbers those who received.

    >>> says_number_of_recipient("N° bénéficiaire"), says_number_of_recipient("Vendor ID")
    (True, True)
    >>> says_number_of_recipient("Code"), says_number_of_recipient("N° de dossier")
    (False, False)
    """
    words = spaced(header).split()
    others = " ".join(word for word in words if not says("number of anything", word))
    is_numbered = bool(others) and len(others) < len(" ".join(words))
    if is_numbered and sense_of(others, "recipient"):
        return True
    named = spaced(header)  # "AccountId"
    return says("code of a partner", named) or says("number of a recipient", named)


def _numbers_and_names(block: Block, number: str, name: str) -> pd.DataFrame:
    """The number and the folded name of each row that has both."""
    names = block.columns[name].series().reset_index(drop=True)
    codes = block.columns[number].codes
    rows = pd.DataFrame({"number": codes, "name": parse.once_each(parse.fold, names)})
    return rows[(rows["number"] >= 0) & rows["name"].fillna("").ne("")]


def _run_on(block: Block, header: str) -> bool:
    """Whether numbers nearly count from one on, as those that each list gives anew do."""
    numbers = pd.to_numeric(block.columns[header].values, errors="coerce").dropna()
    return len(numbers) > 0 and bool(numbers.max() <= _GAPS * numbers.nunique())


def _how_sure(rows: pd.DataFrame, header: str, *, may_be_of_one_list: bool) -> str:
    """How numbers are those of recipients: as their header says where the names of one number are
    but spellings, else in doubt, as where other lists may count anew; blank where they are none, or
    tell nothing that names do not.
    """
    pairs = rows.drop_duplicates()
    names_by_number = pairs.groupby("number")["name"].agg(list)
    numbers_by_name = pairs.groupby("name")["number"].nunique()
    spelled = names_by_number[names_by_number.str.len() > 1]
    if not len(spelled):
        return ""
    share_alike = float(spelled.map(_are_spellings).mean())
    share_of_one_number = float(numbers_by_name.eq(1).mean())
    if says_number_of_recipient(header):
        is_of_kinds = len(names_by_number) < HALF * len(numbers_by_name)
        is_likely = share_of_one_number >= HALF and (share_alike >= HALF or not is_of_kinds)
        is_plain = True
    else:
        is_plain = len(spelled) >= _SEVERAL
        come_again = rows.loc[rows["name"].duplicated(), "name"].nunique() >= _FEW
        is_likely = share_of_one_number >= NEARLY_ALL and share_alike >= HALF
        is_likely &= come_again and not may_be_of_one_list
    if not is_likely:
        return ""
    agree = share_alike == 1 and share_of_one_number == 1
    is_sure = is_plain and agree and not may_be_of_one_list
    if is_sure:
        return BY_WORDS
    return NAMES_OF_A_NUMBER


def _are_spellings(names: list[str]) -> bool:
    """Whether the names that bear one number may all be spellings of the longest of them."""
    longest = max(names, key=len)
    return all(may_be_one_name(name, longest) for name in names)
