"""What only the rows of the sheets leave open, and how it is answered on the page of a study."""

from collections.abc import Iterable

from analysis.declare.answers import (
    AMENDMENTS,
    DECIMAL,
    HOLD_FOR_LISTS_ALIKE,
    LIST_VERSIONS,
    PARTNER_CODES,
    Choice,
)
from analysis.declare.faults import Fault
from analysis.prepare.sheet_choice import SheetChoice


class QuestionsOfRows:
    """The questions that the rows of each source leave open now (`still_open`), and those that they
    left open before they were answered, which may be answered otherwise.
    """

    def __init__(self):
        self.still_open: list[Fault] = []
        self._choices: dict[str, dict[str, Choice]] = {}  # by source and where the sentences stand

    def take(self, faults: Iterable[Fault]) -> None:
        """Take up the questions among the faults of the present choices."""
        self.still_open = [fault for fault in faults if fault.choice is not None]
        for fault in self.still_open:
            of_source = self._choices.setdefault(fault.file, {})
            of_source[fault.choice.sentences] = fault.choice

    @property
    def keys(self) -> set[tuple[str, str]]:
        """What is open: the source of each question, and where the sentences of its answers stand."""
        return {(fault.file, fault.choice.sentences) for fault in self.still_open}

    def of_sheet(self, sheet: SheetChoice) -> list[Choice]:
        """The questions about a sheet: those taken up, and those that study.toml answers."""
        table = sheet.content["table"]
        choices = [DECIMAL, PARTNER_CODES if table == "partners" else LIST_VERSIONS]
        if table == "agreements":
            choices.append(AMENDMENTS)
        stated = {choice.sentences: choice for choice in choices if sheet.answer_of(choice)}
        return list((stated | self._choices.get(sheet.source, {})).values())

    def answer(
        self, sheets: Iterable[SheetChoice], sheet: SheetChoice, choice: Choice, answer: str
    ) -> None:
        """Answer a question about a sheet, and where one answer holds for lists alike, about the
        other sheets of which it is asked.
        """
        sources = {sheet.source}
        if choice in HOLD_FOR_LISTS_ALIKE:
            sources |= {fault.file for fault in self.still_open if fault.choice == choice}
        for other_sheet in sheets:
            if other_sheet.source in sources:
                other_sheet.answer(choice, answer)
