"""What a notebook says before it is run: its title, its parameters, its prose in another language.

Prose is written in French; the English of a cell stands beside it, in its metadata under `en`. A
cell tagged `work` shows how a figure is computed: on the team's pages it can be unfolded, for
others it is not run.
"""

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from analysis.declare import parameters
from analysis.declare.faults import Fault, Refused, refusal
from analysis.study.python_source import syntax_tree
from analysis.text import formatting

WORK = "work"  # the tag of a cell that shows how a figure is computed
PART_TAG = "part"  # of a cell whose figure is folded under the one before it


def existing(notebooks: list[Path]) -> list[Path]:
    """The notebooks; one that is not there raises Refused."""
    expected = "no such notebook"
    missing = [str(file) for file in notebooks if not file.is_file()]
    if missing:
        raise Refused([Fault(name, None, "", "missing", "", expected) for name in missing])
    return notebooks


def notebook_title(notebook: Path) -> str:
    """The short title of a notebook in the present language: its first heading up to the colon."""
    for cell in _cells(notebook):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and source.startswith("# "):
            spoken = cell_prose(source, cell["metadata"])
            return re.split(r"\s*:\s|\n", spoken[2:])[0]
    return notebook.stem


def _cells(notebook: Path) -> list[dict]:
    try:
        return json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError):
        expected = "is no notebook; give a file that JupyterLab opens (.ipynb)"
        raise refusal(notebook.name, expected, rule="notebook") from None


def settings(notebook: Path) -> dict[str, object]:
    """The parameters that a notebook takes, with the values that it was saved with.

    They are what its cell tagged `parameters` sets, with or without a type (`region: str = ""`); a
    value that is no literal is `...`.
    """
    tagged = [
        "".join(cell["source"])
        for cell in _cells(notebook)
        if "parameters" in cell["metadata"].get("tags", [])
    ]
    if not tagged:
        expected = "no cell tagged `parameters`; tag the cell that sets them"
        raise refusal(notebook.name, expected, rule="notebook")
    try:
        return set_values(tagged[0])
    except SyntaxError as error:
        expected = f"its cell tagged `parameters` is no Python: {error.msg}"
        raise refusal(notebook.name, expected, rule="notebook") from None


def set_values(source: str) -> dict[str, object]:
    """The names that a cell sets, with their literal values.

    >>> set_values('region: str = ""  # one' + chr(10) + "cut = 2 * 3")
    {'region': '', 'cut': Ellipsis}
    """
    values: dict[str, object] = {}
    for statement in syntax_tree(source).body:
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        else:
            continue
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        values |= dict.fromkeys(names, _literal(statement.value))
    return values


def _literal(node: ast.expr | None) -> object:
    if node is None:
        return ...
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ...


def code_of(notebook: Path) -> list[str]:
    """The code of a notebook, cell by cell: all that it runs but the plain values of parameters."""
    sources = []
    for cell in _cells(notebook):
        source = "".join(cell["source"])
        is_tagged = "parameters" in cell["metadata"].get("tags", [])
        if cell["cell_type"] == "code" and not (is_tagged and _sets_plain_values(source)):
            sources.append(source)
    return sources


def _sets_plain_values(source: str) -> bool:
    try:
        values = set_values(source)
    except SyntaxError:
        return False
    return source == parameters.parameter_cell(values, list(values))


def saved(notebooks: list[Path], told: set[str]) -> dict:
    """What chosen notebooks were saved with: it stands where the command says nothing else
    (`told`).
    """
    cells_by_id: dict[str, list] = {}
    for notebook in notebooks:
        for name, value in settings(notebook).items():
            if name in parameters.FIELDS and name not in {*told, "data"} and value is not ...:
                values = cells_by_id.setdefault(name, [])
                if value not in values:
                    values.append(value)
    expected = "the notebooks chosen were saved with different values; render them one by one, or give this parameter"
    differ = [name for name, values in cells_by_id.items() if len(values) > 1]
    if differ:
        raise Refused([Fault(name, None, "", "parameter", "", expected) for name in differ], 2)
    return {name: values[0] for name, values in cells_by_id.items()}


def refuse_untaken(notebooks: list[Path], names: Iterable[str]) -> None:
    """Refuse to run a notebook with parameters that it does not take: it would not heed them."""
    faults = []
    for notebook in notebooks:
        taken_names = settings(notebook)
        for name in dict.fromkeys(names):
            if name not in taken_names:
                line = parameters.parameter_cell(names=[name])
                expected = f"does not take the parameter {name}; add to its cell: {line}"
                faults.append(Fault(notebook.name, None, "", "parameter", "", expected))
    if faults:
        raise Refused(faults, 2)


def own_values(notebooks: list[Path], given: dict) -> dict[str, object]:
    """The values given for parameters of the notebooks' own, each read as the notebook's value is."""
    values, faults = {}, []
    for notebook in notebooks:
        for name, default in settings(notebook).items():
            if name in parameters.FIELDS or name not in given:
                continue
            kind = str if default is ... or default is None else type(default)
            try:
                values[name] = TypeAdapter(kind).validate_python(given[name])
            except ValidationError:
                expected = f"expected a value like the notebook's own, {default!r}"
                faults.append(Fault(name, None, "", "parameter", str(given[name]), expected))
    if faults:
        raise Refused(faults, 2)
    return values


def cell_prose(source: str, metadata: dict) -> str:
    """The prose of a cell in the present language, from its metadata; as it is written where these
    have none.

    >>> formatting.use("en"); cell_prose("# La durée", {"en": "# How long"}), cell_prose("# La durée", {})
    ('# How long', '# La durée')
    """
    lang = formatting.language()
    text = metadata.get(lang, source)
    is_spoken = "en" in metadata or "fr" in metadata
    if lang == "fr" and is_spoken:
        return formatting.typeset(text, "fr")
    return text


def translate(notebook) -> None:
    """Put a notebook's prose into the present language."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell_prose(cell.source, cell.metadata)


def opens_section(cell) -> bool:
    """Whether a cell is the heading of a section."""
    return cell.cell_type == "markdown" and cell.source.startswith("## ")


def sections(cells: list) -> list[list]:
    """The cells by section, each opened by its heading; the first is what stands before any."""
    parts: list[list] = [[]]
    for cell in cells:
        if opens_section(cell):
            parts.append([])
        parts[-1].append(cell)
    return parts


def without_work(notebook) -> None:
    """Leave out the cells that only show how figures are computed: they are the study team's; so is
    a section that asks a question which nothing but such a cell answers.

    The exhibits then compute what those cells would have handed them.
    """
    kept, work = [], []
    for section in sections(notebook.cells):
        code = [cell for cell in section if cell.cell_type == "code"]
        of_team = [cell for cell in code if WORK in cell.metadata.get("tags", [])]
        work += of_team
        if not of_team or len(of_team) < len(code):
            kept += [cell for cell in section if cell not in of_team]
    notebook.cells = kept
    code = [cell for cell in kept if cell.cell_type == "code"]
    computed = set().union(*(_set_names(cell.source) for cell in work))
    for cell in code:
        cell.source = _without_arguments(cell.source, computed)


def _set_names(source: str) -> set[str]:
    names = [node for node in ast.walk(syntax_tree(source)) if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}


def _without_arguments(source: str, names: set[str]) -> str:
    """A cell whose calls do without the keywords that hand over some variables.

    >>> _without_arguments('study.exhibit("F3", curve=curve)', {"curve"})
    "study.exhibit('F3')"
    """
    tree, is_changed = syntax_tree(source), False
    for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
        is_computed = [getattr(item.value, "id", "") in names for item in call.keywords]
        is_changed |= any(is_computed)
        pairs = zip(call.keywords, is_computed, strict=True)
        call.keywords = [keyword for keyword, computed in pairs if not computed]
    if is_changed:
        return ast.unparse(tree)
    return source
