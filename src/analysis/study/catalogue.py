"""The exhibits of the study as a frame: what each shows, its options, the functions that compute
it.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache

import pandas as pd

from analysis.study import published
from analysis.study.python_source import syntax_tree

COMPUTING = ("analysis.indicators.", "analysis.stats.")


def exhibits() -> pd.DataFrame:
    """One row for each exhibit, by id: what it shows, its options, the functions that compute it.

    >>> exhibits().loc["F4", "options"]
    "by='level'"
    """
    rows = []
    for id in published.modules():
        function = published.function(id)
        first_line = (function.__doc__ or "").strip().split("\n")[0]
        computed_by, takes = ", ".join(functions_of(id)), ", ".join(results_of(id))
        rows.append((id, first_line, _options(function), computed_by, takes, _family(id)))
    columns = ["id", "shows", "options", "functions", "takes", "family"]
    return pd.DataFrame(rows, columns=columns).set_index("id").sort_index(key=_order)


def _order(ids: pd.Index) -> pd.Index:
    parts = ids.str.extract(r"([A-Z])(\d+)(\w*)")
    return pd.Index(parts[0] + parts[1].str.zfill(3) + parts[2])


def _family(id: str) -> str:
    return published.modules()[id].replace("_", " ")


def options(function: Callable) -> list[str]:
    """The names of the options of a function of a study."""
    return list(inspect.signature(function).parameters)[1:]


def _options(function: Callable) -> str:
    signature = list(inspect.signature(function).parameters.values())[1:]
    return ", ".join(f"{option.name}={option.default!r}" for option in signature)


@cache
def functions_of(id: str) -> tuple[str, ...]:
    """The functions of indicators and estimators that an exhibit calls, itself or through its
    module.

    >>> "indicators.durability.curve" in functions_of("F3")
    True
    """
    called = _called(published.function(id), set())
    names = {f"{function.__module__}.{function.__name__}" for function in called}
    computing = [name for name in names if name.startswith(COMPUTING)]
    return tuple(sorted(name.removeprefix("analysis.") for name in computing))


@cache
def results_of(id: str) -> dict[str, Callable]:
    """The results that an exhibit reads, by the name under which an analyst may give another.

    >>> list(results_of("F1"))
    ['running']
    """
    called = _called(published.function(id), set())
    results = {function.__name__: function for function in called if hasattr(function, "is_result")}
    return dict(sorted(results.items()))


def _called(function: Callable, seen: set) -> set[Callable]:
    inner = inspect.unwrap(function)
    if inner in seen:
        return set()
    seen.add(inner)
    names, functions = inner.__globals__, set()
    tree = syntax_tree(textwrap.dedent(inspect.getsource(inner)))
    for node in ast.walk(tree):
        called = _resolved(node, names)
        if isinstance(node, ast.Name) and node.id in inner.__code__.co_varnames:
            continue  # a variable of its own
        module = getattr(called, "__module__", "") or ""
        if inspect.isfunction(called) and module.startswith(COMPUTING):
            functions.add(called)
        elif inspect.isfunction(called) and module.startswith("analysis.exhibits"):
            functions |= {called, *_called(called, seen)}
    return functions


def _resolved(node: ast.AST, names: dict):
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = names.get(node.value.id)
        if inspect.ismodule(owner):
            return getattr(owner, node.attr, None)
        return None
    return None
