"""What the last edition of a report said of its headlines, set beside this one's."""

from html import escape
from pathlib import Path
from typing import NamedTuple

import nbformat
import pandas as pd

from analysis.article.captions import MIME
from analysis.report import result_cache
from analysis.text import formatting
from analysis.text.facts import Day, Money, Months, Number, Share
from analysis.text.sentences import Words


class Last(NamedTuple):
    """The day of an edition, its key numbers as they are written, by key, and what its figures
    state, by fact (see `Exhibit.states`).
    """

    day: str
    keys: dict[str, str]
    facts: dict[str, float]


def read(report: Path, day: str) -> Last | None:
    """What the edition of a day said; None where no report is there. A figure whose record says
    nothing whole said nothing.
    """
    if not (report / "manifest.json").is_file():
        return None
    keys: dict[str, str] = {}
    facts: dict[str, float] = {}
    for file in sorted((report / "figures").glob("*.json")):
        record = result_cache.read_json(file) or {}
        states, numbers = record.get("states"), record.get("numbers")
        if isinstance(states, dict):
            facts |= {fact: value for fact, value in states.items() if _is_number(value)}
        if isinstance(numbers, list):
            keys |= {number["key"]: _as_written(number) for number in numbers if _is_told(number)}
    return Last(day, keys, facts)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _is_told(number: object) -> bool:
    if not isinstance(number, dict) or number.get("value") is None:
        return False
    return all(isinstance(number.get(name), str) for name in ("key", "written", "interval"))


def _as_written(number: dict) -> str:
    return f"{number['written']} ({number['interval']})"


def set_beside(notebook: nbformat.NotebookNode, last: Last) -> None:
    """Add to the key numbers, the brief and the figures of a notebook what the last edition said of
    the same facts.
    """
    words = Words("editions", formatting.language(), {})
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            kind = data.get(MIME, {}).get("kind")
            if kind == "keys":
                _beside_key_numbers(data, last, words)
            elif kind == "brief":
                _beside_findings(data, last, words)
            elif kind == "exhibit":
                _beside_figure(data, last, words)


def _said(words: Words, last: Last, value: str) -> str:
    day = Day(pd.Timestamp(last.day))
    return words.written("last.number", day=day, value=value)


def _beside_key_numbers(data: dict, last: Last, words: Words) -> None:
    start, *cards = data["text/html"].split('<p class="n">')
    numbers = [number for number in data[MIME]["numbers"] if number["has_card"]]
    amended = []
    for card, number in zip(cards, numbers, strict=True):
        if number["key"] in last.keys:
            sentence = _said(words, last, last.keys[number["key"]])
            number["last"] = sentence
            card = card.replace("</p>", f'</p><p class="n">{escape(sentence)}</p>', 1)
        amended.append(card)
    data["text/html"] = '<p class="n">'.join([start, *amended])


def _beside_findings(data: dict, last: Last, words: Words) -> None:
    opened = '<div class="change">'
    start, *cells = data["text/html"].split(opened)
    heading = f'<p class="cell">{escape(data[MIME]["headings"]["change"])}</p>'
    amended = []
    for cell, finding in zip(cells, data[MIME]["findings"], strict=True):
        fact = finding["fact"]
        value = last.facts.get(f"{fact}.share", last.facts.get(fact))
        if value is not None:
            fact_type = {"terms": Number, "amount": Money}.get(finding["kind"], Share)
            written = fact_type(value).written()
            sentence = _said(words, last, written)
            told, rest = cell.split("</div>", 1)
            cell = f"{told or heading}<p>{escape(sentence)}</p></div>{rest}"
            finding["change"] = f"{finding['change']} {sentence}".strip()
        amended.append(cell)
    data["text/html"] = opened.join([start, *amended])


def _beside_figure(data: dict, last: Last, words: Words) -> None:
    facts: dict = dict.fromkeys(("survival", "horizon", "mean", "renewal"))
    for fact in sorted(data[MIME]["states"].keys() & last.facts.keys()):
        name, _point, horizon = fact.partition(".")
        if name in ("survival", "renewal") and horizon != "n":
            facts[name] = Share(last.facts[fact])
        if name == "mean":
            facts[name] = Months(last.facts[fact], digits=1)
        if name == "survival":
            facts["horizon"] = Months(float(horizon))
    id = data[MIME]["id"]
    if {"F3": facts["survival"], "F6": facts["renewal"]}.get(id) is None:
        return
    day = Day(pd.Timestamp(last.day))
    sentence = words.written(f"last.{id}", day=day, **facts)
    start, base, rest = data["text/html"].partition('<p class="base">')
    rest = rest.replace("</p>", f'</p><p class="base">{escape(sentence)}</p>', 1)
    data[MIME]["last"] = sentence
    data["text/html"] = f"{start}{base}{rest}"
