"""What has been looked at, as a parameterised notebook of the study."""

from pathlib import Path

from analysis.declare import parameters
from analysis.declare.parameters import literal

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SET_UP = """from analysis import explore

study = explore.open(**explore.asked(globals()))
study"""


def save(study, path: Path) -> Path:
    """Write a notebook with the present parameters and every exhibit looked at; returns its path."""
    import nbformat
    from nbformat import v4

    cell = parameters.cell(study.parameters.model_dump(), list(parameters.FIELDS))
    calls = [f"study{_way(study, seen)}.exhibit({call})" for seen, call in study.shown]
    title = path.stem.replace("-", " ").replace("_", " ").capitalize()
    cells = [
        v4.new_markdown_cell(f"# {title}"),
        v4.new_code_cell(cell, metadata={"tags": ["parameters"]}),
        v4.new_code_cell(SET_UP),
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
