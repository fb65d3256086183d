"""The rows of which study.toml says something by the texts that they bear under a header."""

from collections.abc import Mapping

import numpy as np

from analysis.read import Block, folded


def rows_that_say(block: Block, texts_by_header: Mapping[str, list[str]]) -> np.ndarray:
    """Which rows bear one of some texts under a header."""
    texts_by_name = {
        folded(header): list(map(_plain, texts)) for header, texts in texts_by_header.items()
    }
    are_said = np.zeros(len(block.lines), dtype=bool)
    for header, column in block.columns.items():
        texts = texts_by_name.get(folded(header), [])
        if texts:
            is_said = column.values.map(_plain, na_action="ignore").isin(texts).to_numpy(bool)
            are_said |= np.append(is_said, False)[column.codes]
    return are_said


def _plain(text: str) -> str:
    """A text as it is compared; a sign alone ("-") stays what it is."""
    return folded(text) or text.strip()
