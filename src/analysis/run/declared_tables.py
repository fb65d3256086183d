"""The keys of `study.toml` and the columns of each table, as README prints them."""

from pathlib import Path

from analysis.declare import schema
from analysis.declare.faults import refusal
from analysis.layout import DERIVED

BEGIN, END = "<!-- declared: `impact-study keys --write README.md` -->", "<!-- end -->"


def markdown() -> str:
    """Two tables in Markdown: each key of `study.toml` with an example; each table with its
    columns.

    >>> "| `[[source]]` | `sheet` |" in markdown()
    True
    """
    headings = {"source": "[[source]]", "action": "[[action]]"}
    lines = ["| where | key | example | meaning |", "|---|---|---|---|"]
    for row in schema.reference("study_keys").itertuples():
        section = str(row.place)
        heading = headings.get(section, f"[{section}]")
        lines.append(f"| `{heading}` | `{row.key}` | `{row.example}` | {row.meaning} |")
    lines += ["", "| table | columns (`*` needed) |", "|---|---|"]
    for table, columns in schema.declared_tables().items():
        if table not in DERIVED:
            names = [f"`{name}`{'*' * column.required}" for name, column in columns.items()]
            lines.append(f"| **{table}** | {', '.join(names)} |")
    return "\n".join(lines)


def with_tables(text: str) -> str:
    """A text with the tables between its two marks as they are declared now."""
    before, begin, remainder = text.partition(BEGIN)
    _tables, end, after = remainder.partition(END)
    if not begin or not end:
        raise refusal("--write", f"no marks {BEGIN} and {END} in it")
    return f"{before}{BEGIN}\n{markdown()}\n{END}{after}"


def write_tables(file: Path) -> None:
    """Write the tables into a file that holds the marks."""
    file.write_text(with_tables(file.read_text(encoding="utf-8")), encoding="utf-8")
