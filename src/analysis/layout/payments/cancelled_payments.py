"""Payments of which a status says that they were cancelled or refused: whether they count is asked."""

from collections.abc import Mapping

from analysis.layout.headers.header_names import sense_of
from analysis.layout.payments.stages import FEW_WORDS, say_cancelled
from analysis.read import Block


def cancelled_payments(
    block: Block, columns: Mapping[str, tuple[str, ...]]
) -> dict[str, list[str]]:
    """The words below each status of contributions which say that one was cancelled or refused; none
    where all rows bear them, or where too many words stand there for a status.
    """
    if "value_eur" not in columns or "start" in columns:
        return {}
    served = {header for headers in columns.values() for header in headers}
    statuses = [
        header
        for header in block.columns
        if header in columns.get("stage", ()) or (header not in served and _is_status(header))
    ]
    texts_by_header = {}
    for header in statuses:
        column = block.columns[header]
        codes = column.codes
        texts = column.used()
        is_cancelled = say_cancelled(texts, header)
        is_of_all = bool(is_cancelled.all()) and not (codes < 0).any()
        if len(texts) <= FEW_WORDS and not is_of_all:
            texts_by_header[header] = list(texts[is_cancelled])
    return texts_by_header


def _is_status(header: str) -> bool:
    return bool(sense_of(header, "outcome") or sense_of(header, "stage"))
