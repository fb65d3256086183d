"""The study's figures and tables: one function per id, one module per family.

`study.published` finds a function by its id, so that only what is asked for is imported.
"""
