"""What every benchmark writes into RESULTS.md: one section, measured and dated, with the machine and the versions.

A benchmark times this project and its peers in one run and hands the rows over; figures are never typed.
"""

import os
import platform
import sys
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

import joblib
import pandas as pd

RESULTS = Path(__file__).parent / "RESULTS.md"
TESTS = Path(__file__).parent.parent / "tests"
sys.path.append(str(TESTS))  # benchmarks draw their data with tests/synthetic


def machine() -> str:
    """The machine in one line: cores that may be used, processor, memory, system, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    described = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    names = [
        line.split(":", 1)[1].strip()
        for line in described.splitlines()
        if line.startswith("model name")
    ]
    processor = names[0] if names else platform.machine()
    return (
        f"{joblib.cpu_count()} cores, {processor}, {memory:.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def versions(packages: Iterable[str]) -> str:
    """The installed versions of the packages, in one line.

    >>> versions(["pandas"]).startswith("pandas ")
    True
    """
    return ", ".join(f"{package} {version(package)}" for package in packages)


def markdown(rows: pd.DataFrame) -> str:
    """The rows as a Markdown table: numbers with three significant digits, missing values blank, the index left out.

    >>> print(markdown(pd.DataFrame({"what": ["ours", "peer"], "seconds": [1.2345, 1234.5], "rows": [10, 20000]})))
    | what | seconds | rows |
    |:--|--:|--:|
    | ours | 1.23 | 10 |
    | peer | 1,234 | 20,000 |
    """
    is_number = [
        pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
        for kind in rows.dtypes
    ]

    def cell(value) -> str:
        if pd.isna(value):
            return ""
        if isinstance(value, bool) or not hasattr(value, "__round__"):
            return str(value).replace("|", r"\|").replace("\n", " ")
        return f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.3g}"

    lines = [list(map(str, rows.columns)), ["--:" if number else ":--" for number in is_number]]
    lines += [[cell(value) for value in row] for row in rows.itertuples(index=False)]
    written = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([written[0], written[1].replace(" ", ""), *written[2:]])


def section(
    title: str,
    rows: pd.DataFrame,
    note: str,
    packages: Iterable[str] = ("pandas", "numpy"),
    image: str = "",
) -> None:
    """Write or replace the section of that title in RESULTS.md and print it.

    `note` says in words what was timed and what the ratios are; `packages` are those whose versions bear on the figures;
    `image` is the path of a plot beside RESULTS.md, if there is one.
    """
    body = f"\n{note}\n\n{markdown(rows)}\n\n"
    body += f"![{title}]({image})\n\n" if image else ""
    body += f"Measured on {date.today().isoformat()}: {machine()}; {versions(packages)}.\n"
    text = (
        RESULTS.read_text(encoding="utf-8")
        if RESULTS.exists()
        else "# Measured, dated, never typed\n"
    )
    head, *sections = text.split("\n## ")
    kept = {part.split("\n", 1)[0]: part.split("\n", 1)[1].rstrip("\n") + "\n" for part in sections}
    kept[title] = body
    whole = "".join(f"\n## {name}\n{kept[name]}" for name in sorted(kept))
    beside = RESULTS.with_suffix(".tmp")
    beside.write_text(head.rstrip("\n") + "\n" + whole, encoding="utf-8")
    os.replace(beside, RESULTS)
    print(f"## {title}\n{body}")
