"""What the lines of fragility and strength are read from, of the tables of a cleaned folder."""

import pandas as pd

from analysis.indicators import line_measures, measured_tables


def measured(study) -> pd.DataFrame:
    """The measures of every relation known on the day, by relation_id."""
    folder, day, conventions = study.folder, study.day, study.conventions
    numbers = tuple(conventions.values())

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
        return line_measures.of_relations(
            {}, study.all_relations, day, known=sources, conventions=conventions
        )

    return folder.shared("measures", of_relations, day, study.parameters.grace_days, *numbers)
