"""A figure with its words, as a page, a notebook and a file show it."""
