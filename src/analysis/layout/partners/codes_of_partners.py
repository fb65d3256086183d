"""Codes by which other tables of a programme name the partners that a list of them describes: the
identifier that both share is the partner's key, under whatever header.
"""

from collections.abc import Sequence
from dataclasses import replace

from analysis.declare import schema
from analysis.declare.shares import MOST
from analysis.layout.drafts.proposed_columns import NUMBER, tells_rows_apart
from analysis.layout.headers.cell_evidence import dates_like
from analysis.layout.headers.words import says
from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.partners.codes_of_names import stand_for_names
from analysis.read import Block, folded

SHARED_CODE = "shared code"  # the reason of a doubt about codes under headers that differ

_NO_FRACTION = r"^(\d+)[.,]0$"  # "552100554.0" is a code as a spreadsheet writes it

_Mapped = tuple[Block, Mapping]


def keyed_by_codes(blocks: Sequence[_Mapped]) -> list[Mapping]:
    """How each block is read where a list of partners bears codes that another table names them by,
    and nothing said so: under one header these are sure, else they are asked.
    """
    mappings = [mapping for _block, mapping in blocks]
    for position, (directory, of_directory) in enumerate(blocks):
        if of_directory.table != "partners" or "name" not in of_directory.columns:
            continue
        for other, (block, mapping) in enumerate(blocks):
            shared = _shared_headers(directory, mappings[position], block, mapping)
            if shared:
                code, own_header = shared
                mappings[position] = _with_key(mappings[position], directory, code)
                is_asked = folded(code) != folded(own_header)
                mappings[other] = _with_key(mapping, block, own_header, is_asked=is_asked)
    return mappings


def _shared_headers(
    directory: Block, of_directory: Mapping, block: Block, mapping: Mapping
) -> tuple[str, str] | None:
    """The header of codes in a list of partners, and the one in another table that bears them; None
    where the table names them by what is their key already.
    """
    if mapping.table == "partners" or "partner_id" not in schema.columns(mapping.table):
        return None
    key = mapping.columns.get("partner_id", ())
    (name, *_more), key_of_directory = (
        of_directory.columns["name"],
        of_directory.columns.get("partner_id"),
    )
    pairs = []
    for code, codes in _codes_by_header(directory, of_directory).items():
        own_headers = [header for header in (*key, *mapping.unread) if header in block.columns]
        sharing = [header for header in own_headers if _share(_texts(block, header), codes) >= MOST]
        pairs += [(code, header) for header in sharing]
    chosen = [pair for pair in pairs if folded(pair[0]) == folded(pair[1])]
    is_named = len(key) == 1 and _share(_texts(block, key[0]), _texts(directory, name)) >= MOST
    if not chosen and not is_named:
        chosen = [pair for pair in pairs if not key or _says_code(block, pair[1])]
    is_told = chosen and (key_of_directory, key) == ((chosen[0][0],), (chosen[0][1],))
    if is_told or not chosen:
        return None
    return chosen[0]


def _codes_by_header(directory: Block, of_directory: Mapping) -> dict[str, set[str]]:
    """The codes under each header of a list of partners that may bear some: under its key, else
    under all but the names.
    """
    names, key = (of_directory.columns.get(name) for name in ("name", "partner_id"))
    headers = directory.columns if key in (names, None) else key
    return {
        header: _texts(directory, header)
        for header in headers
        if header not in names and _may_be_codes(directory, header, names)
    }


def _may_be_codes(block: Block, header: str, names: Sequence[str]) -> bool:
    """Whether a header stands above codes of rows, or of the partners that have several; numbers
    that but count rows are none.
    """
    are_codes = tells_rows_apart(block, header) or stand_for_names(block, header, names)
    if not are_codes or dates_like(block, header):
        return False
    counts_rows = folded(header) in NUMBER and all(map(str.isdigit, _texts(block, header)))
    return not counts_rows


def _says_code(block: Block, header: str) -> bool:
    """Whether a header or its cells say that they are codes: numbers may count anything else."""
    has_letters = any(not text.isdigit() for text in _texts(block, header))
    return has_letters or says("code of a partner", header)


def _texts(block: Block, header: str) -> set[str]:
    """The texts under a header, folded; whole numbers without the fraction of a spreadsheet."""
    texts = block.columns[header].values.dropna()
    return {folded(text) for text in texts.str.replace(_NO_FRACTION, r"\1", regex=True)}


def _share(texts: set[str], codes: set[str]) -> float:
    """How many of some texts are codes, 0-1."""
    if texts:
        return len(texts & codes) / len(texts)
    return 0.0


def _with_key(mapping: Mapping, block: Block, header: str, *, is_asked: bool = False) -> Mapping:
    """The mapping with a header as the partner's key, in doubt where it is asked."""
    columns = {name: headers for name, headers in mapping.columns.items() if headers != (header,)}
    columns["partner_id"] = (header,)
    used = {used_header for headers in columns.values() for used_header in headers}
    doubts = tuple(doubt for doubt in mapping.doubts if doubt.column != "partner_id")
    if is_asked:
        doubts += (Doubt("partner_id", (header,), (), SHARED_CODE),)
    unread = tuple(name for name in block.columns if name not in used)
    return replace(mapping, columns=columns, unread=unread, doubts=doubts)
