"""Which raw column is which: a file recognised by its headers, or as `study.toml` says.

Known headers are data: the labels and aliases of `reference/columns.csv` for the programme's own exports, and
`reference/headers.csv` for public layouts (SCDL subsidies, 360Giving, grant lists in French and in English). There, the
first header of a column that a file holds is taken; `A + B` takes both, joined (text) or added up (numbers); a column
that starts with `~` is no column of the table: `~total` holds totals of other rows, `~precision` says how precise the date
is, and the others only tell what such cells look like.
"""

from analysis.layout.header_matching import (
    DROPPED,
    PROGRAMME,
    Mapping,
    as_told,
    recognise,
    unknown,
    vocabulary,
    year_of,
)
from analysis.layout.study_file import DERIVED, Source, Study, dated, files_of, study_file
from analysis.layout.study_file_draft import draft
from analysis.layout.wide_to_long import OF_YEARS, YEARLY, by_item, by_side, by_year

__all__ = [
    "DERIVED",
    "DROPPED",
    "OF_YEARS",
    "PROGRAMME",
    "YEARLY",
    "Mapping",
    "Source",
    "Study",
    "as_told",
    "by_item",
    "by_side",
    "by_year",
    "dated",
    "draft",
    "files_of",
    "recognise",
    "study_file",
    "unknown",
    "vocabulary",
    "year_of",
]
