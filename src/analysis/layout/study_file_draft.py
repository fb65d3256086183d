"""A draft of `study.toml` for files of no known layout."""

import itertools
import re

import pandas as pd

from analysis import parse
from analysis.declare import schema
from analysis.layout.header_matching import known_headers, matched, year_of
from analysis.layout.study_file import Study
from analysis.read import NAMELESS, Block, folded
from analysis.read.grid import YEAR


def draft(blocks: list[Block], study: Study) -> str:
    """A `study.toml` for unknown files: the best guesses, and the first three values of every column as comments."""
    lines = [
        "[study]",
        f'name = "{study.name}"',
        f'title = "{study.title or study.name}"',
        "synthetic = false",
    ]
    for block in blocks:
        guessed = _guessed(block)
        file, _, sheet = block.source.partition("#")
        lines += ["", "[[source]]", f"files = {_quoted(file)}", 'table = "grants"']
        lines += [f"sheet = {_quoted(sheet)}"] if sheet else []
        lines += (
            ["header_row = 0  # there is none"]
            if NAMELESS in block.columns and not block.header_line
            else []
        )
        lines += [f"header_row = {block.header_line}"] if block.header_line > 1 else []
        if "funder" not in guessed:
            lines.append(
                f'funder = "{study.title or study.name}"  # constant: no column seems to hold it'
            )
        if "date" not in guessed:
            year = year_of(block, file)
            lines.append(
                f'date = "{year}"  # constant: no column seems to hold it'
                if year
                else '# date = "2018"  # nothing tells it'
            )
        lines.append("[source.columns]")
        lines += [
            f"{column} = {_quoted(header)}  # {_examples(block, header)}"
            for column, header in guessed.items()
        ]
        others = [header for header in block.columns if header not in guessed.values()]
        lines += ["# not used:"] * bool(others)
        lines += [f"# {_quoted(header)}: {_examples(block, header)}" for header in others]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _examples(block: Block, header: str) -> str:
    return " | ".join(
        " ".join(text.split())[:40] for text in block.columns[header].values.dropna().iloc[:3]
    )


CODED = re.compile(
    r"(?i)^(?:n[°ºo.]|num|code|compte|cp\b|id|ref)|(?:code|id|n°|number)$"
)  # headers of numbers that are no amounts


def _guessed(block: Block) -> dict[str, str]:
    """The likeliest header of each column of a grant list: those that are understood, else by what the cells are read as and by
    the names that they resemble."""
    from rapidfuzz import fuzz

    sure = {
        name: headers[0]
        for name, headers in matched(block, "grants").items()
        if len(headers) == 1 and name[0] != "~"
    }
    if "date" not in sure and "planned_start" in sure:
        sure["date"] = sure.pop("planned_start")
    scores = [(9.0, name, header) for name, header in sure.items()]
    for place, (header, column) in enumerate(block.columns.items()):
        texts = column.values.iloc[:200].str.strip()
        texts = texts[texts.fillna("") != ""].reset_index(drop=True)
        fits = (
            _fits(texts, header, len(column.values) / max(len(block.lines), 1))
            if len(texts)
            else {}
        )
        for name, headers in known_headers()["grants"].items() if fits else ():
            if name.startswith("~") or fits.get(name, 1) < 0.5:
                continue
            alike = max(fuzz.ratio(folded(header), joined[0]) for joined in headers) / 100
            if alike >= 0.75 or (
                name in ("recipient", "amount", "date") and alike + fits[name] >= 0.95
            ):
                scores.append((alike + fits.get(name, 0) - place / 1000, name, header))
    guessed: dict[str, str] = {}
    for _, name, header in sorted(scores, key=lambda score: (-score[0], score[1], score[2])):
        if name not in guessed and header not in guessed.values():
            guessed[name] = header
    guessed |= _term(block, [header for _, name, header in scores if name == "date"])
    if guessed.get("planned_start") == guessed.get("date"):
        guessed.pop("planned_start", None)
    return dict(
        sorted(guessed.items(), key=lambda item: list(schema.columns("grants")).index(item[0]))
    )


def _fits(texts: pd.Series, header: str, variety: float) -> dict[str, float]:
    """How far cells (not blank) are what a column holds, 0-1 and a little more: columns of grants that have a shape of their own."""
    numbers, wrong = parse.amounts(texts)
    # Rows that are numbered, or one number for all, are no amounts.
    counted = len(numbers) > 1 and (numbers.nunique() == 1 or numbers.diff().iloc[1:].eq(1).all())
    year = texts.str.fullmatch(YEAR.pattern).mean()
    day = parse.dates(texts)[0]["date"].notna().mean()
    number = 1 - (wrong["rule"] == "M02").sum() / len(texts)
    identifier = parse.siren(texts)[0].notna().mean()
    postcode = texts.str.fullmatch(r"\d{5}").mean() if CODED.search(header) else 0
    padded = texts.str.fullmatch(r"0\d+").mean()
    money = max(
        number - max(year, identifier, padded) - 0.6 * bool(CODED.search(header)) - 0.6 * counted, 0
    )
    words = texts.str.contains(r"[^\W\d_]{3}").mean() - texts.str.contains(r"\d|@").mean()
    named = words + 0.4 * variety if len(texts) > 1 and number < 0.5 else 0
    dated = day if year > 0.5 or number < 0.5 or day > number else 0
    return {
        "amount": money,
        "date": dated,
        "planned_start": dated,
        "planned_end": dated,
        "siret": identifier,
        "postcode": postcode,
        "recipient": named,
        "term_months": number,
        "rna": parse.rna(texts)[0].notna().mean(),
    }


def _term(block: Block, dated: list[str]) -> dict[str, str]:
    """Of two columns of dates that follow each other in nearly every row, the first is the date and the second the planned end."""
    read = {
        header: parse.dates(block.columns[header].series())[0] for header in dict.fromkeys(dated)
    }
    precise = sorted(read, key=lambda header: (read[header]["precision"] != "day").mean())
    days = {header: read[header]["date"] for header in precise}
    for first, last in itertools.permutations(days, 2):
        both = days[first].notna() & days[last].notna()
        within = (read[first]["precision"] == "year") & (
            days[first].dt.year == days[last].dt.year
        )  # a year and a day of it
        if both.any() and ((days[first] < days[last]) & ~within)[both].mean() > 0.9:
            return {"date": first, "planned_end": last}
    return {}
