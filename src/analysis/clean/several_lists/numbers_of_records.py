"""A number for each record of a block, by which those written twice are found."""

import numpy as np
import pandas as pd

from analysis.layout.shapes.titles import titles_by_line
from analysis.read import Block


def numbers_of_records(block: Block) -> np.ndarray:
    """A number for each record, equal for those equal in every cell of the block that stand below
    one title: below two titles, as of two meetings, stand two things.
    """
    codes = {number: column.codes for number, column in enumerate(block.columns.values())}
    codes["header"] = np.full(len(block.lines), block.header_line)
    titles = [(line, title) for line, title in titles_by_line(block) if line > block.header_line]
    if titles:
        lines = [line for line, _text in titles]
        # a title that is repeated, as on each page, is the same one
        number_of_title, _texts = pd.factorize(np.array(["", *(text for _line, text in titles)]))
        codes["title"] = number_of_title[np.searchsorted(lines, block.lines)]
    return pd.util.hash_pandas_object(pd.DataFrame(codes), index=False).to_numpy()
