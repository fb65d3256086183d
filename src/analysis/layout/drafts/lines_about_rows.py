"""The lines of a draft that say which rows do not count, whose amounts are subtracted, and which
gave no money.
"""

import re

from analysis.layout.amounts.merged_amounts import MERGED
from analysis.layout.drafts.answers_by_total import answers_by_total
from analysis.layout.drafts.questions_about_rows import headers_with_blanks
from analysis.layout.mapping import Mapping
from analysis.layout.rows.marked_rows import HIDDEN
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.layout.rows.rows_left_out import is_proposed
from analysis.layout.shapes.side_tables import OF_HIDDEN, OF_MERGED
from analysis.read import Block
from analysis.text.messages import say


def toml_text(text: str) -> str:
    """A text as TOML writes it.

    >>> print(toml_text('Aide "2018"'))
    "Aide \\"2018\\""
    """
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def lines_about_rows(block: Block, mapping: Mapping) -> list[str]:
    """The rows in doubt that are left out, those whose amounts are subtracted, and the agreements
    that gave no money.
    """
    in_doubt = rows_in_doubt(block, mapping.columns)
    answers = answers_by_total(block, mapping)
    left_out = {
        header: texts
        for header, texts in in_doubt.items()
        if set(texts) - {*answers.subtract.get(header, []), *answers.in_kind.get(header, [])}
    }
    lines = ["[source.leave_out]"] if left_out else []
    lines += [_left_out(block, mapping, header, texts) for header, texts in left_out.items()]
    lines += _listed("[source.subtract]", answers.subtract, say("layout.subtracted"))
    return lines + _listed("[source.in_kind]", answers.in_kind, say("layout.in_kind"))


def _listed(key: str, texts_by_header: dict[str, list[str]], remark: str) -> list[str]:
    """The lines of a key that says something of rows by their texts; none where it says nothing."""
    lines = [
        f"{toml_text(header)} = [{', '.join(map(toml_text, texts))}]  # {remark} # ?"
        for header, texts in texts_by_header.items()
    ]
    return [key, *lines] if lines else []


def _left_out(block: Block, mapping: Mapping, header: str, texts: list[str]) -> str:
    """The line that leaves out rows; a choice where no draft proposes it."""
    start = "" if is_proposed(block, header, texts) else "# "
    proposed = answers_by_total(block, mapping).leave_out[header]
    listed = ", ".join(map(toml_text, proposed))
    remark = say("layout.left_out")
    if headers_with_blanks({header: texts}):
        remark = say("layout.blanks_count")
    if header == OF_HIDDEN:
        remark = say("layout.hidden_count", answer=f"[{toml_text(HIDDEN)}]")
    elif header == OF_MERGED:
        remark = say("layout.sharing_count", answer=f"[{toml_text(MERGED)}]")
    return f"{start}{toml_text(header)} = [{listed}]  # {remark} # ?"
