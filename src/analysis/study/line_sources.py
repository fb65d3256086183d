"""What the lines of fragility and strength are read from, of the tables of a cleaned folder."""

import pandas as pd

from analysis.indicators import line_measures, measured_tables
from analysis.relations import unread_terms


def measured(study) -> pd.DataFrame:
    """The measures of every relation known on the day, by relation_id."""
    folder, day, conventions = study.folder, study.day, study.conventions
    numbers, grace_days = tuple(conventions.values()), study.parameters.grace_days

    def numbered() -> dict:
        tables = {
            name: folder.columns(name, columns)
            for name, columns in measured_tables.READ_COLUMNS.items()
        }
        return measured_tables.keyed_by_numbers(tables | {"agreements": folder.chains}, conventions)

    def known() -> dict:
        tables = folder.shared("numbered", numbered, *numbers)
        return measured_tables.known_on(tables, day, conventions)

    def of_relations() -> pd.DataFrame:
        # as large as the tables are: kept for one day only
        sources = folder.shared("line sources", known, day, *numbers, most=1)
        relations_known = study.all_relations
        measures = line_measures.of_relations(
            {}, relations_known, day, known=sources, conventions=conventions
        )
        # an infinite number of days is that of what renews itself
        days = measures["days_to_term"].where(measures["days_to_term"] < 0)
        term = (day + pd.to_timedelta(days, unit="D")).reset_index(drop=True)
        entity = relations_known["entity"].reset_index(drop=True)
        unread = unread_terms(entity, term, day, grace_days, folder.raw("holes"))
        return measures.assign(days_to_term=measures["days_to_term"].mask(unread))

    return folder.shared("measures", of_relations, day, grace_days, *numbers)
