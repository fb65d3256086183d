"""Totals, currencies, and amounts that are lost, foreign or far from all others."""
