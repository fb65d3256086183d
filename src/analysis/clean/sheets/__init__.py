"""Which file and which sheet holds what: read, repaired, set apart."""
