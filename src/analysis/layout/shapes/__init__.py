"""Sheets that are no plain list (years in columns, forms, titles between rows, one cell for several rows) as one."""
