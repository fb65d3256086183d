"""The exhibits of the study as a frame: what each shows, its options, the functions that compute it."""

import ast
import inspect
import textwrap
from functools import cache
from importlib import import_module

import pandas as pd

from analysis.study import published

COMPUTING = ("analysis.indicators.", "analysis.stats.")


def exhibits() -> pd.DataFrame:
    """One row for each exhibit, by id: what it shows, its options, the functions that compute it.

    >>> exhibits().loc["F4", "options"]
    "by='level'"
    """
    rows = []
    for id in published.modules():
        function = published.function(id)
        shown = (function.__doc__ or "").strip().split("\n")[0]
        rows.append((id, shown, _options(function), ", ".join(functions_of(id)), _family(id)))
    columns = ["id", "shows", "options", "functions", "family"]
    return pd.DataFrame(rows, columns=columns).set_index("id").sort_index(key=_order)


def _order(ids: pd.Index) -> pd.Index:
    """F3 before F12, figures before tables."""
    parts = ids.str.extract(r"([A-Z])(\d+)(\w*)")
    return pd.Index(parts[0] + parts[1].str.zfill(3) + parts[2])


def _family(id: str) -> str:
    return published.modules()[id].replace("_", " ")


def _options(function) -> str:
    """The options of an exhibit with their defaults, as a call writes them."""
    options = list(inspect.signature(function).parameters.values())[1:]
    return ", ".join(f"{option.name}={option.default!r}" for option in options)


@cache
def functions_of(id: str) -> tuple[str, ...]:
    """The functions of indicators and estimators that an exhibit calls, itself or through its module.

    >>> "indicators.durability.curve" in functions_of("F3")
    True
    """
    found: dict[str, None] = {}
    _collect(published.function(id), set(), found)
    return tuple(found)


def _collect(function, seen: set, found: dict[str, None]) -> None:
    """Follow a function of exhibits to the functions of indicators and estimators that it calls."""
    function = inspect.unwrap(function)
    if function in seen or not inspect.isfunction(function):
        return
    seen.add(function)
    names = function.__globals__
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        called = _resolved(node, names)
        module = getattr(called, "__module__", "") or ""
        if inspect.isfunction(called) and module.startswith(COMPUTING):
            found[f"{module.removeprefix('analysis.')}.{called.__name__}"] = None
        elif inspect.isfunction(called) and module.startswith("analysis.exhibits"):
            _collect(called, seen, found)


def _resolved(node: ast.AST, names: dict):
    """What a name, or an attribute of a module, stands for in a function."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = names.get(node.value.id)
        return getattr(owner, node.attr, None) if inspect.ismodule(owner) else None
    return None


def module_of(id: str):
    """The module that holds an exhibit."""
    return import_module(f"analysis.exhibits.{published.modules()[id]}")
