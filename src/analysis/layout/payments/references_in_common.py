"""Numbers of agreements that two lists of grants bear: by these it is known which grants of the one
the other tells again, with another end or amount.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from analysis.layout.headers.grant_numbers import numbers_agreements
from analysis.layout.mapping import Mapping
from analysis.read import Block


def with_references_in_common(blocks: Sequence[tuple[Block, Mapping]]) -> list[Mapping]:
    """How each block is read where lists of grants without a reference bear numbers of agreements,
    of which one at least stands in two of them: these are then their references. In one list alone
    such numbers tell no more than its rows do.

    >>> import numpy as np, pandas as pd
    >>> from analysis.read import Block, Coded
    >>> numbers = Coded(np.array([0, 1]), pd.Series(["C-1", "C-2"], dtype="str"))
    >>> block = Block("2018.csv", 1, {"N° convention": numbers}, np.array([2, 3]))
    >>> mapping = Mapping("study.toml", "grants", {}, {}, ("N° convention",))
    >>> print(*with_references_in_common([(block, mapping)]))
    grants: not used: N° convention
    >>> print(with_references_in_common([(block, mapping), (block, mapping)])[0])
    grants: reference = N° convention
    """
    headers = [_header_of_numbers(mapping) for _block, mapping in blocks]
    numbers = [
        set(block.columns[header].series().dropna()) if header else set()
        for (block, _mapping), header in zip(blocks, headers, strict=True)
    ]
    count_of_lists = Counter(number for of_list in numbers for number in of_list)
    return [
        _with_reference(mapping, header)
        if any(count_of_lists[number] > 1 for number in of_list)
        else mapping
        for (_block, mapping), header, of_list in zip(blocks, headers, numbers, strict=True)
    ]


def _header_of_numbers(mapping: Mapping) -> str:
    """The one header of a list of grants without a reference that says the number of an agreement;
    blank where there is none, or several.
    """
    if mapping.table != "grants" or "reference" in mapping.columns:
        return ""
    headers = [header for header in mapping.unread if numbers_agreements(header)]
    if len(headers) == 1:
        return headers[0]
    return ""


def _with_reference(mapping: Mapping, header: str) -> Mapping:
    unread = tuple(name for name in mapping.unread if name != header)
    return replace(mapping, columns=mapping.columns | {"reference": (header,)}, unread=unread)
