"""The study's figures and tables: one function per id, indicator + drawing + words + data; one
module per family.

`study.published` finds a function by its id, so that only what is asked for is imported.
"""
