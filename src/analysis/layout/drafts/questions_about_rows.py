"""What is asked of rows that may be no grants: the texts that say so, what they would take away, and
the lines of study.toml that leave them out.
"""

import json
from collections.abc import Callable
from itertools import chain

from analysis.layout.amounts.merged_amounts import names_sharing_amounts
from analysis.layout.drafts.answers_by_total import (
    COUNTED_OF_REFERENCE,
    answers_by_total,
    totals_of_references,
)
from analysis.layout.mapping import Doubt, Mapping
from analysis.layout.payments.sides_of_transfers import other_sides
from analysis.layout.rows.coloured_rows import is_of_colours, weight_of_colour
from analysis.layout.rows.explained_marks import weight_of_notes
from analysis.layout.rows.kinds_of_rows import agreements_in_kind
from analysis.layout.rows.marked_rows import OTHER_ROWS, ROWS_BY_REASON, texts_said
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.layout.shapes.side_tables import OF_HIDDEN, OF_MERGED, OF_NOTES
from analysis.read import Block
from analysis.text import formatting
from analysis.text.messages import entries, say


def rows_asked(alike: list[tuple[Block, Mapping]], doubt: Doubt) -> dict[str, list[str]]:
    """The texts under each header of a doubt that speak of no grant."""
    if doubt.reason not in ROWS_BY_REASON:
        return {}
    in_doubt = [rows_in_doubt(block, mapping.columns) for block, mapping in alike]
    return {
        header: list(dict.fromkeys(text for texts in in_doubt for text in texts.get(header, [])))
        for header in doubt.headers
    }


def texts_shown(
    alike: list[tuple[Block, Mapping]], texts_by_header: dict[str, list[str]]
) -> list[str]:
    """The texts of rows in doubt as a question shows them: notes, and what is said of colours, with
    what they would take away.
    """
    shown = []
    for header, texts in texts_by_header.items():
        if header == OF_NOTES:
            weights = [weight_of_notes(block, mapping.columns) for block, mapping in alike]
            shown += _with_weights(weights, texts)
        elif is_of_colours(header):
            weights = [
                weight_of_colour(block, mapping.columns, header, texts) for block, mapping in alike
            ]
            shown += _with_weights(weights, texts)
        else:
            shown += map(quoted, texts_said(texts))
    return shown


def headers_with_blanks(texts_by_header: dict[str, list[str]]) -> str:
    """The headers below which blank cells are asked about beside texts, as a question of their own."""
    return ", ".join(
        f"`{header}`"
        for header, texts in texts_by_header.items()
        if len(texts_said(texts)) < len(texts)
    )


def names_with_merged_amounts(
    alike: list[tuple[Block, Mapping]], texts_by_header: dict[str, list[str]]
) -> list[str]:
    """The names of partners that share the amount of another, where these are asked about."""
    if OF_MERGED not in texts_by_header:
        return []
    names = [names_sharing_amounts(block, mapping.columns) for block, mapping in alike]
    return list(dict.fromkeys(chain(*names)))


def quoted(word: str) -> str:
    """A word in quotation marks; a blank one named as such."""
    return f"« {word or say('layout.blank_word')} »"


def place_of_rows(header: str) -> str:
    """Where what a question says of rows stands, in words, where that is no column; else blank."""
    if is_of_colours(header):
        colour = entries("layout.colours").get(header.rpartition(" ")[2], header.split()[1])
        return say(f"layout.places_by_colour.{header.split()[0]}", colour=colour)
    return entries("layout.places").get(header, "")


def _with_weights(weights: list[dict[str, tuple[int, float]]], texts: list[str]) -> list[str]:
    """Each text, how many rows it is said of, and how much these give."""
    shown = []
    for text in texts:
        of_text = [weight[text] for weight in weights if text in weight]
        row_count = sum(count for count, _amount in of_text)
        amount = formatting.number(sum(amount for _count, amount in of_text))
        shown.append(say("layout.weight_of_note", note=quoted(text), rows=row_count, amount=amount))
    return shown


def names_asked(
    alike: list[tuple[Block, Mapping]], doubt: Doubt, asks: Callable[..., dict[str, list[str]]]
) -> str:
    """The names in doubt for one reason: that their amount is the sum of others."""
    if doubt.reason != OTHER_ROWS:
        return ""
    names_by_header = [asks(block, mapping.columns) for block, mapping in alike]
    names = dict.fromkeys(
        name.strip() for by_header in names_by_header for name in chain(*by_header.values())
    )
    return ", ".join(f"« {name} »" for name in names)


def texts_left_out(
    alike: list[tuple[Block, Mapping]], rows: dict[str, list[str]]
) -> dict[str, list[str]]:
    """Of the texts of rows in doubt, by header, those that a draft leaves out."""
    answers = [answers_by_total(block, mapping).leave_out for block, mapping in alike]
    texts_by_header = {}
    for header, texts in rows.items():
        left_out = {text for by_header in answers for text in by_header.get(header, [])}
        texts_by_header[header] = [text for text in texts if text in left_out]
    return texts_by_header


def answer_about_rows(alike: list[tuple[Block, Mapping]], rows: dict[str, list[str]]) -> str:
    """The lines of study.toml about rows in doubt as a draft writes them; where it takes no side, as
    of rows that a workbook hides, those that leave them out.
    """
    lines = []
    for header, texts in texts_left_out(alike, rows).items():
        listed = rows[header] if header in (OF_HIDDEN, OF_MERGED) else texts
        lines.append(f'"{header}" = {json.dumps(listed, ensure_ascii=False)}')
    return " ; ".join(["[source.leave_out]", *lines])


def totals_by_answer(alike: list[tuple[Block, Mapping]], doubt: Doubt) -> dict[str, str]:
    """What the rows add up to by each answer about those of one reference, as a question tells it;
    blank where it is about something else.
    """
    answers = COUNTED_OF_REFERENCE.get(doubt.reason, {})
    totals = [totals_of_references(*each) for each in alike] if answers else []
    told = {f"{answer}_total": "" for answer in ("once", "last", "add")}
    if all(totals):
        for answer in answers:
            total = sum(by_answer[answer] for by_answer in totals)
            told[f"{answer}_total"] = formatting.number(total)
    return told


def other_answers_about_rows(
    alike: list[tuple[Block, Mapping]], rows: dict[str, list[str]]
) -> dict[str, str]:
    """The lines of study.toml that say something else of rows in doubt than whether they count:
    that their amounts are subtracted, or no money.
    """
    return {
        "subtracted": _answer_about_subtraction(alike, rows),
        "in_kind": _answer_about_kinds(alike, rows),
    }


def _answer_about_kinds(alike: list[tuple[Block, Mapping]], rows: dict[str, list[str]]) -> str:
    """The lines of study.toml that take what agreements in doubt gave for no money; blank where none
    of them says that it gave in kind.
    """
    named = [agreements_in_kind(block, mapping.columns) for block, mapping in alike]
    lines = []
    for header, texts in rows.items():
        said = {text for by_header in named for text in by_header.get(header, [])}
        if not said.isdisjoint(texts):
            shown = json.dumps([text for text in texts if text in said], ensure_ascii=False)
            lines.append(f'"{header}" = {shown}')
    return " ; ".join(["[source.in_kind]", *lines]) if lines else ""


def _answer_about_subtraction(
    alike: list[tuple[Block, Mapping]], rows: dict[str, list[str]]
) -> str:
    """The lines of study.toml that subtract the amounts of rows in doubt: of those that a draft
    subtracts, and of the other side of transfers and accounts, which it leaves out; blank where
    there are none.
    """
    answers = [answers_by_total(block, mapping).subtract for block, mapping in alike]
    sides = [other_sides(block, mapping.columns) for block, mapping in alike]
    lines = []
    for header, texts in rows.items():
        back = {text for by_header in (*answers, *sides) for text in by_header.get(header, [])}
        if not back.isdisjoint(texts):
            shown = json.dumps([text for text in texts if text in back], ensure_ascii=False)
            lines.append(f'"{header}" = {shown}')
    if lines:
        return " ; ".join(["[source.subtract]", *lines])
    return ""
