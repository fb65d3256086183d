"""What has been looked at, as a parameterised notebook of the study."""

from pathlib import Path

from analysis.declare import parameters
from analysis.declare.faults import refusal
from analysis.declare.parameters import literal

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SET_UP = """from analysis import explore

study = explore.open(**explore.asked(globals()))
study"""


_WRITTEN = "impact-study"  # marks a cell that is written again; others are the analyst's own


def save_notebook(study, path: str | Path, overwrite: bool = False) -> Path:
    """Write a notebook with the present parameters and every exhibit looked at.

    A notebook that is there is written over only with `overwrite`, and keeps the cells that are
    yours. An exhibit looked at under a choice of its own
    (`study.with_(grace_days=365).exhibit("F3")`) keeps that choice. `impact-study run
    --notebook PATH` renders the notebook like the study's own, also `--by region`.

    >>> import tempfile
    >>> from analysis import explore
    >>> explore.open("demo").save_notebook(tempfile.mkdtemp() + "/question.ipynb").name
    'question.ipynb'
    """
    import nbformat
    from nbformat import v4

    path = Path(path)
    if path.suffix != ".ipynb":
        raise refusal(path.name, "a notebook's name ends in .ipynb")
    if path.exists() and not overwrite:
        expected = "is there already; overwrite=True writes it again and keeps your own cells"
        raise refusal(path.name, expected)
    cell = parameters.parameter_cell(study.parameters.model_dump(), list(parameters.FIELDS))
    calls = [f"study{_way(study, view)}.exhibit({call})" for view, call in study.shown]
    title = path.stem.replace("-", " ").replace("_", " ").capitalize()
    cells = [
        v4.new_markdown_cell(f"# {title}"),
        v4.new_code_cell(cell, metadata={"tags": ["parameters"]}),
        v4.new_code_cell(SET_UP),
        *(v4.new_code_cell(call) for call in dict.fromkeys(calls or ['study.exhibit("F3")'])),
    ]
    for cell_number, each in enumerate(cells):
        each["id"] = f"cell-{cell_number}"
        each.metadata[_WRITTEN] = "written"
    if path.exists():
        cells = _with_own_cells(cells, nbformat.read(path, as_version=4).cells)
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(v4.new_notebook(cells=cells, metadata=metadata), path)
    return path


def _with_own_cells(cells: list, before: list) -> list:
    """The cells written now, each followed by the analyst's own that followed it before.

    A written cell that the analyst changed is own too. Own cells whose neighbour is gone come last.
    """
    sources = {cell.source for cell in cells}
    after: dict[str, list] = {}
    neighbour = ""
    for cell in before:
        is_setting = cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", [])
        if cell.source in sources:
            neighbour = cell.source
        elif _WRITTEN not in cell.metadata or not (is_setting or _is_call(cell.source)):
            own_metadata = {key: value for key, value in cell.metadata.items() if key != _WRITTEN}
            cell["metadata"], cell["id"] = own_metadata, f"own-{len(sum(after.values(), []))}"
            after.setdefault(neighbour, []).append(cell)
    cells_in_order = []
    for cell in cells:
        cells_in_order += [cell, *after.pop(cell.source, [])]
    return [*cells_in_order, *sum(after.values(), [])]


def _is_call(source: str) -> bool:
    return source.startswith("study") and ".exhibit(" in source and "\n" not in source


def _way(study, seen: parameters.Parameters) -> str:
    now, default = study.parameters.model_dump(), parameters.Parameters().model_dump()
    steps = [
        f"{name}={literal(value)}"
        for name, value in seen.model_dump(exclude={"lang", "data"}).items()
        if value not in (now[name], default[name])
    ]
    if steps:
        return f".with_({', '.join(steps)})"
    return ""
