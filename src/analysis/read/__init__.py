"""A raw file -> blocks of text: a header and the rows below it, each with its line; reads, never
repairs.

What a file lies about is settled here and nowhere else: its kind (by content, not by suffix), its
encoding (UTF-8, then Windows-1252, cell by cell, so that one bad line harms no other), its
separator, where its header stands, and which of its records are no rows (titles, section names,
repeated headers, footers). A column is held as codes into its distinct texts, so that everything
later reads each distinct text once. Workbooks, web pages and parquet are opened by a process apart,
with limits; nothing that lies beside the data is ever run.
"""

from analysis.files.links import shown
from analysis.read.block import (
    NAMELESS,
    TEXTS_REMEMBERED,
    Aside,
    Block,
    Coded,
    as_tuple,
    folded,
    matching,
    repaired,
    spaced,
)
from analysis.read.files import BOOKS, SUFFIXES, blocks, data_files
