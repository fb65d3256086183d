"""What a draft of `study.toml` proposes and asks: tables, columns, rows, and the usual answers."""
