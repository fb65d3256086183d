"""What a report holds beside its figures' tables, and whether it is made again."""

from pathlib import Path

from analysis.report import binding, result_cache


def other_content(report: Path, made: Path, *, of_same_notebooks: bool) -> list[str]:
    """The pages, drawings and tables that hold something else than those made again, or that one of
    the two reports lacks. Executed notebooks name the folder that they ran on, and a PDF its edition:
    neither is compared. Pages beside earlier editions tell of these, and of other notebooks where a report does not say which made it. Of a
    reference that keeps figures alone, none.
    """
    if not (report / "index.html").is_file():
        return []
    present, again = (_content(folder) for folder in (report, made))
    lines = []
    if of_same_notebooks:
        lines += [f"{name}: not made again" for name in sorted(present.keys() - again.keys())]
        lines += [f"{name}: not in the report" for name in sorted(again.keys() - present.keys())]
    tells_of_others = not of_same_notebooks or (report / binding.EDITIONS).is_dir()
    for name in sorted(present.keys() & again.keys()):
        is_of_words = name.endswith((".html", ".json"))
        if name.endswith(".pdf") or (tells_of_others and is_of_words):
            continue
        if binding.unstamped(report / name) != binding.unstamped(made / name):
            lines.append(f"{name}: holds something else than made again")
    return lines


def _content(report: Path) -> dict[str, str]:
    own = (f"{binding.EDITIONS}/", "notebooks/")
    return {
        name: digest
        for name, digest in result_cache.hashes(report).items()
        if name not in binding.RECORDS and not name.startswith(own)
    }
