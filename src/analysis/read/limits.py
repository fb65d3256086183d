"""What reading a file may take: memory, time, cells.

Loaded by `reader_process.py` too: it imports nothing.
"""

MEMORY_BYTES = 4 << 30  # that the process apart may take
SECONDS = 120  # that one file may take there, and one more for each megabyte
UNPACKED_BYTES = 64 << 20  # that any file may unpack to
UNPACKED_TIMES = (
    200  # times its packed size that a file may unpack to: no table repeats itself more
)
GZIP_LAYERS = 3  # that may lie within one another
MOST_UNPACKED_BYTES = 2 << 30  # that an archive or a parquet may hold at all
COLUMNS = 1 << 14  # as in a spreadsheet
SHEET_CELLS = 20_000_000  # of the area that a sheet, or the records of JSON, span
MERGED_LETTERS = 20_000_000  # that merged cells of a sheet may give to the rows that they cover
PAGE_CELLS = 2_000_000  # of all tables of a web page, those that spans cover included
PAGE_SPAN = 1000  # rows or columns that one cell of a web page may cover
PARQUET_CELLS = 200_000_000
HEADER_BYTES = 32 * COLUMNS  # of a line without any line end
HEADER_RECORDS = 60  # among which a header is looked for
QUOTE_EFFORT = 30  # times a text that is read again for quotes that run over lines
CELL_LINES = 60  # that one quoted cell may span
