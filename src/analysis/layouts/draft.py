"""A draft of `study.toml` for files of no known layout."""

import re

from analysis import tables
from analysis.layouts.known import known_headers, year_of
from analysis.layouts.told import Study
from analysis.read import Block, folded


def draft(blocks: list[Block], study: Study) -> str:
    """A `study.toml` for unknown files: the best guesses, and the first three values of every column as comments."""
    lines = ["[study]", f'name = "{study.name}"', f'title = "{study.title or study.name}"', "synthetic = false"]
    for block in blocks:
        guessed = _guessed(block)
        file, _, sheet = block.source.partition("#")
        lines += ["", "[[source]]", f"files = {_quoted(file)}", 'table = "grants"']
        lines += [f"sheet = {_quoted(sheet)}"] if sheet else []
        lines += [f"header_row = {block.header_line}"] if block.header_line > 1 else []
        if "funder" not in guessed:
            lines.append(f'funder = "{study.title or study.name}"  # constant: no column seems to hold it')
        if "date" not in guessed:
            lines.append(f'date = "{year_of(block, file)}"  # constant: no column seems to hold it')
        lines.append("[source.columns]")
        lines += [f"{column} = {_quoted(header)}  # {_examples(block, header)}" for column, header in guessed.items()]
        others = [header for header in block.columns if header not in guessed.values()]
        lines += ["# not used:"] * bool(others)
        lines += [f"# {_quoted(header)}: {_examples(block, header)}" for header in others]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _examples(block: Block, header: str) -> str:
    return " | ".join(" ".join(text.split())[:40] for text in block.columns[header].values.dropna().iloc[:3])


SHAPES = {
    "siret": r"\d{9}|\d{14}|\d{3} \d{3} \d{3}(?: \d{5})?",
    "date": r"(?:19|20)\d\d|\d{4}-\d\d-\d\d.*|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}/\d{4}",
    "postcode": r"\d{5}",
    "amount": r"[-(]?[$£€]? ?\d[\d \u00a0\u202f.,]*(?: ?(?:€|euros?|k€|M€))?\)?",
}


def _guessed(block: Block) -> dict[str, str]:
    """The likeliest header of each column of a grant list: by what its cells look like and by the names that it resembles."""
    from rapidfuzz import fuzz

    names: dict[str, set[str]] = {}
    for (_, table), spelled in known_headers().items():
        if table == "grants":
            for column, headers in spelled.items():
                names.setdefault(column, set()).update(joined[0] for joined in headers)
    scores = []
    for header, column in block.columns.items():
        texts = column.values.iloc[:200].str.strip()
        filled = texts[texts != ""]
        for name, spellings in names.items():
            if name.startswith("~") or filled.empty:
                continue
            alike = max(fuzz.ratio(folded(header), spelling) for spelling in spellings) / 100
            shape = SHAPES.get(name)
            fits = filled.str.fullmatch(shape, case=False).mean() if shape else 0.3
            # Recipients are many: of two columns of text, the one with more different texts.
            fits += 0.4 * len(column.values) / max(len(block.lines), 1) if name == "recipient" else 0
            if shape and fits < 0.5:
                continue
            if name == "recipient" and (filled.str.fullmatch("|".join(SHAPES.values())).mean() > 0.3 or len(column.values) < 2):
                continue
            if alike + fits >= (1.0 if shape else 1.2) or (name in ("recipient", "amount", "date") and alike + fits > 0.95):
                scores.append((alike + fits, name, header))
    guessed: dict[str, str] = {}
    for _, name, header in sorted(scores, key=lambda score: (-score[0], score[1], score[2])):
        if name not in guessed and header not in guessed.values():
            guessed[name] = header
    return dict(sorted(guessed.items(), key=lambda item: list(tables.columns("grants")).index(item[0])))
