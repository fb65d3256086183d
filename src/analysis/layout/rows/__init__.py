"""Rows that are no grants, or may be none: sums, refusals, refunds, notes, marks."""
