"""Agreements -> relations as known on a day: the only place where time is cut.

A relation is the chain of agreements of one partner with one entity of the group. What had not
happened by the day is not known: agreements that start later are outside, an end that lies ahead is
a forecast. A term that has passed is an end only once its grace has elapsed without a successor,
since a renewal may still be signed until then.

`build` makes relations of agreements; `renewal` says which agreement renews which; `clock` follows
relations up to the settled day; `holes` says where a source could not have seen; `dates` and
`lookup` are the small tools they share.
"""

from analysis.relations.agreements import (
    CONTACTS,
    READ,
    blocks_of,
    in_chains,
    membership,
    rows_of,
    signs_of_life,
)
from analysis.relations.build import as_known_on
from analysis.relations.clock import settled
from analysis.relations.dates import (
    BEGINS,
    ENDS,
    OPEN_END,
    known,
    month_ends,
    months_between,
    year_over,
)
from analysis.relations.holes import (
    grace_in_hole,
    last_days_before_silence,
    settled_days,
    touches_hole,
    unread_terms,
)
from analysis.relations.lookup import as_text, place
from analysis.relations.renewal import renewals
from analysis.relations.windows import first_days_seen, last_days_seen
