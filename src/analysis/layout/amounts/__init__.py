"""Which column holds the amounts of what: whole or in part, planned or paid, in which unit and currency."""
