"""The text of a `study.toml`, with the remark `# ?` where something is still to be answered."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date


def toml(content: Mapping[str, object], doubts: Mapping[str, Sequence]) -> str:
    """A `study.toml`: tables and lists of tables; the keys that are in doubt, by table, bear the
    remark `# ?`.

    >>> print(toml({"study": {"name": "x"}, "source": [{"files": ["a.csv"], "columns": {"amount": ["Don"]}}]}, {"source": [{"amount"}]}))
    [study]
    name = "x"
    <BLANKLINE>
    [[source]]
    files = ["a.csv"]
    [source.columns]
    amount = ["Don"]  # ?
    <BLANKLINE>
    """
    lines: list[str] = []
    for name, value in content.items():
        tables = value if isinstance(value, list) else [value]
        for position, table in enumerate(tables):
            in_doubt = doubts[name][position] if name in doubts else ()
            if table:
                lines.append(f"[[{name}]]" if isinstance(value, list) else f"[{name}]")
                lines += _keys(table, in_doubt)
                for below, inner in table.items():
                    if isinstance(inner, Mapping):
                        lines += [f"[{name}.{below}]", *_keys(inner, in_doubt)]
                lines.append("")
    return "\n".join(lines)


def _keys(table: Mapping[str, object], in_doubt: Collection[str]) -> list[str]:
    lines = []
    for key, value in table.items():
        if key.replace("_", "a").isalnum() and key.isascii():
            name = key
        else:
            name = json.dumps(key, ensure_ascii=False)
        if not isinstance(value, Mapping):
            if isinstance(value, date):
                text = str(value)
            else:
                text = json.dumps(value, ensure_ascii=False)
            lines.append(f"{name} = {text}" + ("  # ?" if key in in_doubt else ""))
    return lines
