"""The house rules that a machine can check."""

import ast
import csv

import nbformat
import pytest

from conftest import ROOT

SOURCE = ROOT / "src/analysis"
# The flow, left to right: a module imports only from its left.
FLOW = [
    "declare",
    "text",
    "files",
    "read",
    "parse",
    "layout",
    "linkage",
    "relations",
    "clean",
    "stats",
    "indicators",
    "charts",
    "article",
    "disclosure",
    "study",
    "exhibits",
    "explore",
    "report",
    "prepare",
    "run",
    "__main__",
]


def modules():
    return sorted(SOURCE.rglob("*.py"))


def subject(file) -> str:
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(file) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.split(".")[0] == "analysis"
        ):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {name.name for name in node.names}
    return found


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(SOURCE)))
def test_imports_point_left_along_the_flow(file):
    name = subject(file)
    if name == "__init__":
        return
    assert name in FLOW, f"{name}: say where it stands in the flow"
    right = {
        other for other in imports(file) if other != name and FLOW.index(other) > FLOW.index(name)
    }
    assert not right


@pytest.mark.parametrize("file", modules(), ids=lambda file: str(file.relative_to(SOURCE)))
def test_no_module_reads_the_clock_or_swallows_a_fault(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert (
                called.split(".")[-1] not in ("today", "now", "utcnow") and called != "time.time"
            ), called
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None
            assert not all(isinstance(line, ast.Pass) for line in node.body) or ast.unparse(
                node.type
            ) not in (
                "Exception",
                "BaseException",
            )


@pytest.mark.parametrize(
    "file",
    sorted(
        [
            *(ROOT / "notebooks").glob("*.ipynb"),
            ROOT / "notebooks/explore/gallery.ipynb",
            ROOT / "notebooks/explore/start.ipynb",
        ]
    ),
    ids=lambda file: file.name,
)
def test_a_notebook_is_a_letter(file):
    cells = nbformat.read(file, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1 and tagged[0] is code[0]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    for cell in code:
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.For | ast.While | ast.ClassDef)
            if isinstance(node, ast.FunctionDef):
                assert node.name == "draw" and [each.arg for each in node.args.args] == [
                    "data",
                    "ax",
                ]


@pytest.mark.parametrize(
    "file", sorted((SOURCE / "reference").glob("*.csv")), ids=lambda file: file.name
)
def test_reference_tables_are_rectangular_and_utf8(file):
    with file.open(encoding="utf-8", newline="") as opened:
        widths = {len(row) for row in csv.reader(opened)}
    assert len(widths) == 1
