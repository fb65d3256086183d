"""Statuses that contradict the ends of agreements, or tell an end without its day: told, since the
day is not there to be read.
"""

import pandas as pd

from analysis import layout, parse
from analysis.clean.records.rows import Tables
from analysis.clean.sheets.parts_of_files import Part
from analysis.layout.headers.words import says, which_say
from analysis.read import folded
from analysis.text.messages import say

_NAMES_SHOWN = 3
_PAIR = ["partner_id", "entity"]


def remarks_on_statuses(tables: Tables, day: str, grace_days: float) -> list[str]:
    """How many agreements are said to be over while nothing tells when they ended, and how many to
    run though their term and its grace have passed by a day, and no other of their partner is later.
    """
    agreements = tables.get("agreements", pd.DataFrame())
    if "status_as_given" not in agreements or not day:
        return []
    status = agreements["status_as_given"]
    term, has_no_end = agreements["planned_end"], agreements["end"].isna()
    has_passed = term <= pd.Timestamp(day)
    ended_early = which_say("early end", status)
    untold = has_no_end & (ended_early | (which_say("over", status) & ~has_passed))
    last_term = term.groupby([agreements[name] for name in _PAIR], dropna=False).transform("max")
    renews_itself = agreements["tacit_renewal"].fillna(False).astype(bool)
    is_outlived = has_no_end & has_passed & ~renews_itself & last_term.eq(term)
    is_outlived &= term + pd.Timedelta(days=grace_days) < pd.Timestamp(day)
    outlived = which_say("running", status) & is_outlived
    rows_by_message = {
        "clean.over_without_end": agreements[untold],
        "clean.runs_beyond_term": agreements[outlived],
    }
    return [_remark(key, rows) for key, rows in rows_by_message.items() if len(rows)]


def _remark(key: str, rows: pd.DataFrame) -> str:
    names = rows["agreement_id"].sort_values()
    more = max(0, len(names) - _NAMES_SHOWN)
    return say(key, rows=len(names), names=", ".join(names[:_NAMES_SHOWN]), more=more)


def remarks_on_parts(parts: list[Part]) -> list[str]:
    """What is told of the rows of each source: ends and renewals that are said, and not read."""
    return [*_remarks_on_ends(parts), *_remarks_on_renewals(parts)]


def _remarks_on_ends(parts: list[Part]) -> list[str]:
    """On how many rows of each source a remark seems to speak of an end with a day, and no day is
    read, though those of other remarks below the same header are; or tells by how long something
    was extended, and not until when.
    """
    remarks = []
    for part in parts:
        columns = part.mapping.columns if part.mapping else {}
        lines_by_key = {
            "clean.ends_not_read": layout.days_not_read(part.block, columns),
            "clean.extended_by_a_while": layout.extended_by_a_while(part.block, columns),
        }
        for key, lines_by_header in lines_by_key.items():
            for header, lines in lines_by_header.items():
                shown = ", ".join(map(str, lines[:_NAMES_SHOWN]))
                values = {"source": part.block.source, "header": header, "rows": len(lines)}
                more = max(0, len(lines) - _NAMES_SHOWN)
                remarks.append(say(key, lines=shown, more=more, **values))
    return remarks


def _remarks_on_renewals(parts: list[Part]) -> list[str]:
    """How many rows of each source are said to be renewed by a header that no column uses, which
    tells no day until when, while no later row of their partner may be the renewal.
    """
    headers_of_parts = [_headers_of_renewals(part) for part in parts]
    if not any(headers_of_parts):
        return []
    rows = pd.concat(
        [_partners_and_starts(part).assign(part=number) for number, part in enumerate(parts)]
    )
    last_start = rows.groupby("partner")["start"].transform("max")
    has_later_row = last_start > rows["start"]
    remarks = []
    for number, (part, headers) in enumerate(zip(parts, headers_of_parts, strict=True)):
        for header in headers:
            answers = parse.booleans(part.block.columns[header].series())[0].fillna(False)
            is_renewed = answers.astype(bool).to_numpy()
            renewed = int((is_renewed & ~has_later_row[rows["part"] == number]).sum())
            values = {"rows": renewed, "source": part.block.source, "header": header}
            remarks += [say("clean.renewed_until", **values)] if renewed else []
    return remarks


def _headers_of_renewals(part: Part) -> list[str]:
    if part.mapping is None or _tells_until_when(part):
        return []
    return [header for header in part.mapping.unread if says("whether renewed", header)]


def _tells_until_when(part: Part) -> bool:
    """Whether renewals have an end of their own: in a further column, or in rows made of columns."""
    ends = part.mapping.columns.get("planned_end", ())
    is_renewed_end = any(says("renewed end", end) or says("extended end", end) for end in ends)
    return is_renewed_end or len(set(part.block.lines)) < len(part.block.lines)


def _partners_and_starts(part: Part) -> pd.DataFrame:
    """The `partner` of each row of a block, folded, and its `start`; missing where nothing tells it."""
    columns = part.mapping.columns if part.mapping else {}
    rows = pd.DataFrame(index=range(len(part.block.lines)))
    rows = rows.assign(partner=pd.Series(dtype="str"), start=pd.Series(dtype="datetime64[us]"))
    for name in ("partner_id", "recipient"):
        for header in columns.get(name, ())[:1]:
            rows["partner"] = part.block.columns[header].series().map(folded, na_action="ignore")
    for name in ("date", "planned_start", "start"):
        for header in columns.get(name, ())[:1]:
            rows["start"] = layout.days_of_rows(part.block.columns[header])
    return rows
