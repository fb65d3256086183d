"""What has been looked at, as a parameterised notebook of the study."""

import json
from pathlib import Path

from analysis.declare import parameters

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def save(study, path: Path) -> Path:
    """Write a notebook with the present parameters and every exhibit looked at; returns its path."""
    import nbformat
    from nbformat import v4

    values = study.parameters.model_dump()
    cell = "\n".join(f"{name} = {literal(value)}" for name, value in values.items())
    given = ", ".join("data" if name == "data" else f"{name}={name}" for name in values)
    opened = f"from analysis import explore\n\nstudy = explore.open({given})\nstudy"
    calls = [f"study{_way(study, seen)}.exhibit({call})" for seen, call in study.shown]
    title = path.stem.replace("-", " ").replace("_", " ").capitalize()
    cells = [
        v4.new_markdown_cell(f"# {title}"),
        v4.new_code_cell(cell, metadata={"tags": ["parameters"]}),
        v4.new_code_cell(opened),
        *(v4.new_code_cell(call) for call in dict.fromkeys(calls or ['study.exhibit("F3")'])),
    ]
    for place, each in enumerate(cells):
        each["id"] = f"cell-{place}"
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


def _way(study, seen: parameters.Parameters) -> str:
    """The call that leads from a study to the one through which something was seen.

    What was left at its default there follows the study's own choice.
    """
    now, default = study.parameters.model_dump(), parameters.Parameters().model_dump()
    own = [
        f"{name}={literal(value)}"
        for name, value in seen.model_dump(exclude={"lang", "data"}).items()
        if value not in (now[name], default[name])
    ]
    return f".with_({', '.join(own)})" if own else ""


def literal(value) -> str:
    """A value as it is written in a notebook: text in double quotes, whatever it holds.

    >>> literal('Les "Amis"'), literal(180)
    ('"Les \\\\"Amis\\\\""', '180')
    """
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
