"""What is wrong or asked, as the page says it: it has fields for what else study.toml would be told."""

import re

from analysis import clean, layout
from analysis.declare import schema
from analysis.declare.faults import Fault
from analysis.prepare.choices import Choices
from analysis.prepare.files_beside import STUDY_FILE
from analysis.text import formatting
from analysis.text.messages import say

_FILES = re.compile(r"study\.toml|\[source|corrections\.csv")  # in which a terminal has it written
_END = re.compile(r"[?.;](?=\s)")  # of a sentence, or of a part of one


def faults_in_words(choices: Choices) -> list[str]:
    """What is wrong with the raw files or asked of them, one line each: not the day, nor columns
    that are missing and have a field that asks for them.
    """
    labels = {
        (sheet.source, name): column.label(formatting.language())
        for sheet in choices.sheets
        for name, column in schema.columns(str(sheet.content["table"])).items()
    }
    asked = {
        (sheet.source, labels.get((sheet.source, name), name))
        for sheet in choices.sheets
        for name in sheet.doubts
    }
    told = []
    for fault in [*choices.headers_gone, *choices.faults]:
        column, message = fault.column, fault.message
        if fault.rule in ("required", "header"):
            column = labels.get((fault.file, column), "")
        elif fault.rule == "question":
            column = ""  # a key of study.toml
        if fault.rule == "required":
            column, message = column or fault.column, say("layout.nothing_holds_it")
        if fault.file == STUDY_FILE and column in layout.CONTROLS:
            message = f"{in_words(message)} {say('prepare.other_books')}"
        is_of_field = fault.rule == "required" and (fault.file, column) in asked
        is_day = fault.rule == "question" and fault.file == choices.folder.name
        if not is_of_field and not is_day:
            said = in_words(message)
            told.append(str(Fault(fault.file, fault.line, column, fault.rule, fault.value, said)))
    return list(dict.fromkeys(told))


def total_in_words(choices: Choices) -> str:
    """What is read in all, for the team to confirm; blank where that is not asked."""
    if not choices.questions_on_total:
        return ""
    result = choices.result
    read = clean.reading_in_all(result)
    return say("prepare.total_to_confirm", read=read[:1].upper() + read[1:])


def in_words(message: str) -> str:
    """A message up to where it says what to write in which file; of cells, to write it on the page.

    >>> in_words("rien ne le dit ; l'indiquer dans study.toml")
    'rien ne le dit'
    """
    named = _FILES.search(message)
    ends = [end.end() for end in _END.finditer(message[: named.start()])] if named else []
    if not ends:
        return message
    words = message[: ends[-1]].rstrip(" ;\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
    if named[0] == "corrections.csv":
        return f"{words} {say('prepare.written_in_cells')}"
    return words
