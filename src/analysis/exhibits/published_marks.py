"""What public sources say of the alliance and of partnerships (T9): marks of the programme only."""

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.declare import schema
from analysis.exhibits.phrases import name
from analysis.study.once import result
from analysis.text import formatting
from analysis.text.facts import Label, Number


@result
def benchmarks(study) -> pd.DataFrame:
    """What public sources say, each figure with its base, its date and its source."""
    return schema.reference("benchmarks").astype({"value": "float64"})


def T9(study) -> Exhibit:
    """What public sources say, each figure with its base and date; conflicts are shown as such."""
    words = words_of(study, "T9")
    words.refuse_if(not study.is_programme, "other_publisher")
    published = benchmarks(study)
    data = published.assign(
        indicator=published.get(f"indicator_{study.lang}", published["indicator"]),
        base=published.get(f"base_{study.lang}", published["base"]).map(formatting.typeset),
        value=[_written(row.value, row.unit, words) for row in published.itertuples()],
        as_of=published["as_of"].map(_month_or_year, na_action="ignore"),
        status=published["status"].map(words.group),
    )[["indicator", "value", "base", "as_of", "status", "source"]]
    conflicting = published.loc[published["status"] == "conflicting", "value"]
    first = data[published["unit"] == "percent"].iloc[0]
    facts = {
        "low": Number(conflicting.min()),
        "high": Number(conflicting.max()),
        "indicator": Label(name(first["indicator"])),
        "figure": Label(first["value"]),
        "year": Label(first["as_of"]),
        "base": Label(first["base"]),
        "figures": Number(len(data)),
    }
    n, rules, source = len(data), Rules(open=True), words.written("source")
    return Exhibit.of(
        words, "across", data, n=n, facts=facts, rules=rules, source=source, synthetic=False
    )


def _month_or_year(as_of: str) -> str:
    if "-" in as_of:
        return formatting.date(pd.Timestamp(as_of), "month")
    return as_of


def _written(value: float, unit: str, words: ExhibitWords) -> str:
    if unit == "percent":
        return formatting.percent(value / 100)
    if unit == "EUR":
        return words.group("euros", amount=Number(value))
    return f"{formatting.number(value)} {words.group(unit)}"
