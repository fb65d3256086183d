"""What the last edition of a report said of its headlines, set beside this one's."""

import json
from html import escape
from pathlib import Path
from typing import NamedTuple

import nbformat
import pandas as pd

from analysis.article.captions import MIME
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


def read(report: Path) -> Last | None:
    """What an edition said; None where no report is there."""
    if not (report / "manifest.json").is_file():
        return None
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    keys: dict[str, str] = {}
    facts: dict[str, float] = {}
    for file in sorted((report / "figures").glob("*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        facts |= record.get("states", {})
        for number in record.get("numbers", []):
            if number["value"] is not None:
                keys[number["key"]] = f"{number['written']} ({number['interval']})"
    return Last(manifest["day"], keys, facts)


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
    """What a figure of durability states, at the horizon of both editions."""
    facts: dict = dict.fromkeys(("survival", "horizon", "mean", "renewal"))
    for fact in data[MIME]["states"].keys() & last.facts.keys():
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
