"""Rows of a block as typed rows of a table: cells, columns put together, what titles say of rows."""
