"""Executed notebooks -> HTML pages and the PDF brief."""
