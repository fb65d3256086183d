"""The grammar of a cell: text as people write it, read as amounts, dates with their precision,
identifiers, categories, places.

A reader takes a Series of text, best each distinct text once (`once_each`), and returns what it
read, on the same index, and its faults: a frame with the columns `rule, value, message`, one row
per cell that could not be read, indexed as that cell. A cell that says that nothing is known is
missing, and no fault. A form that could be two things is decided by what the rest of its column
shows, or is a fault.
"""

from analysis.parse.categories import (
    are_deals,
    await_signature,
    booleans,
    categories,
    outcomes,
    sets,
    words_for_values,
    yes_or_no,
)
from analysis.parse.column import declined, fold, missing, once_each, text
from analysis.parse.identifiers import company_numbers, persons, rna, siren, siret
from analysis.parse.moments import dates, open_ends, periods, range_ends
from analysis.parse.month_arithmetic import PRECISIONS, last_day, later
from analysis.parse.outcome_headers import answers, may_tell, outcome_of_header, outcomes_under
from analysis.parse.places import department_names, departments, region_of, regions
from analysis.parse.quantities import amounts, currencies, integers, upper_bounds
from analysis.parse.terms import months
