"""What the team decided beside its raw files, in two plain tables that any spreadsheet opens.

`corrections.csv`: what a cell of a raw file should hold; it is taken where the cell still holds the
value that was corrected, before anything is read of it. `partners.csv` (and `aliases.csv`): which
names are one partner. The raw files stay as they are; a decision that no longer fits them is told
and not taken.
"""

import csv
import io
import re
from pathlib import Path

import pandas as pd

from analysis.clean.ledger import remark
from analysis.clean.partners.homonyms import keys_by_shared_name
from analysis.clean.records.cells import code
from analysis.declare.faults import Fault, Refused, nearest, refusal
from analysis.files import own_files
from analysis.linkage import partner_matching
from analysis.read import limits
from analysis.text import formatting
from analysis.text.messages import say

CORRECTIONS, PARTNERS, ALIASES = "corrections.csv", "partners.csv", "aliases.csv"
CORRECTION_COLUMNS = ["file", "line", "column", "value", "why", "correction"]
NO_FIT = "decision"  # the rule of what was decided and no longer fits
PARTNER_SIDES = ["partner", "same_as"]
PARTNER_COLUMNS = [
    *("partner", "partner_name", "partner_years", "partner_place"),
    *("same_as", "same_as_name", "same_as_years", "same_as_place"),
    *("evidence", "answer"),
]
_ANSWERS = {  # as people write them; any other word is asked about
    "same": ["same", "même", "meme", "oui", "yes", "1"],
    "different": ["different", "différent", "differents", "différents", "other", "non", "no", "0"],
    "later": ["later", "plus tard", "?", ""],
}
ANSWER_BY_WORD = {word: answer for answer, words in _ANSWERS.items() for word in words}
NAMING = ("partner_id", "name", "recipient", "siren", "rna", "recipient_id")


def is_decisions(file: Path) -> bool:
    """Whether a file holds decisions: the name `partners.csv` may also be that of an export."""
    if file.name in (CORRECTIONS, ALIASES):
        return True
    if file.name != PARTNERS:
        return False
    with own_files.stream_of(file, file.parent) as stream:  # an export may be large
        head = stream.readline(limits.HEADER_BYTES).decode("utf-8-sig", errors="replace")
    return set(PARTNER_SIDES) <= {
        name.strip(' "\r\n').casefold() for name in re.split("[;,\t]", head)
    }


def _read(file: Path) -> pd.DataFrame:
    """A file of decisions as text, whatever spreadsheet saved it last; blank cells are blank texts."""
    content = own_files.content_of(file, file.parent)
    separator, encoding = dialect(content)
    try:
        text = content.decode(encoding)
        names, widest = _names_and_widest(text, separator, file.name)
        how = {"sep": separator, "names": range(widest), "header": 0, "index_col": False}
        table = pd.read_csv(io.StringIO(text), dtype="str", na_filter=False, **how)
    except (ValueError, csv.Error) as error:
        message = say("clean.no_table", why=str(error))
        raise refusal(file.name, message, rule="unreadable") from None
    table = table.iloc[:, : len(names)].fillna("")  # what a short row lacks is blank
    table.columns = names
    return table.apply(lambda column: column.str.strip())


def _names_and_widest(text: str, separator: str, name: str) -> tuple[list[str], int]:
    """The names of the columns of a table, and how many cells its widest row has.

    Raises Refused where a row has text beyond the columns, or two columns one name: which of them
    holds the decision, nobody could tell.
    """
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = next((row for row in lines if any(cell.strip() for cell in row)), [])
    widest, faults = len(header), []
    for row in lines:
        widest = max(widest, len(row))
        beyond = [cell for cell in row[len(header) :] if cell.strip()]
        if beyond:
            message = say("clean.row_too_wide", n=len(row), columns=len(header))
            faults.append(Fault(name, lines.line_num, "", "unreadable", beyond[0], message))
    names = [
        cell.strip().casefold() or f"unnamed: {position}" for position, cell in enumerate(header)
    ]
    for twice in sorted({column for column in names if names.count(column) > 1}):
        faults.append(_named_twice(name, twice))
    if faults:
        raise Refused(faults)
    return names, widest


def _named_twice(name: str, column: str) -> Fault:
    return Fault(name, 1, column, "unreadable", "", say("clean.column_twice"))


def dialect(content: bytes) -> tuple[str, str]:
    r"""The separator and the encoding of a table.

    >>> dialect("file;line\né".encode("cp1252"))
    (';', 'cp1252')
    """
    head = content.split(b"\n", 1)[0]
    separator = max((";", "\t", ","), key=lambda each: head.count(each.encode()))
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return separator, "cp1252"
    return separator, "utf-8-sig"


def decisions_in(file: Path, columns: list[str]) -> pd.DataFrame:
    """A table of decisions that has some columns; raises Refused where it lacks one."""
    table = _read(file)
    lacking = [name for name in columns if name not in table]
    if lacking:
        expected = f"expected columns {', '.join(columns)}; add {', '.join(lacking)}"
        raise refusal(file.name, expected, rule="required")
    return table


# ---- cells to correct


# ---- who is who
def pairs_of(folder: Path) -> pd.DataFrame | None:
    """The team's decisions on who is who (partner, same_as, answer: "same" or "different"); None
    where no file holds any.

    What is left for later is no decision. Raises Refused where a column is missing, an answer is
    another word, or answers contradict one another.
    """
    tables = []
    for name in (PARTNERS, ALIASES):
        file = folder / name
        if file.exists() and is_decisions(file):
            table = _read(file)
            if {"answer", "decision"} <= set(table):
                raise Refused([_named_twice(name, "decision")])
            renamed = table.rename(columns={"decision": "answer"})
            if not {*PARTNER_SIDES, "answer"} <= set(renamed):
                decisions_in(file, [*PARTNER_SIDES, "answer"])
            tables.append(_answered(renamed, name))
    if not tables:
        return None
    pairs = pd.concat(tables, ignore_index=True)
    _refuse_contradictions(pairs)
    pairs = pairs[[*PARTNER_SIDES, "answer"]]
    return pairs[pairs["answer"] != "later"].drop_duplicates(ignore_index=True)


def _answered(table: pd.DataFrame, name: str) -> pd.DataFrame:
    words = table["answer"].str.casefold()
    faults = []
    for row in table[~words.isin(ANSWER_BY_WORD)].itertuples():
        near = nearest(row.answer, [*_ANSWERS, *ANSWER_BY_WORD], 1) or list(_ANSWERS)
        expected = say("clean.expected_answer", near=near[0])
        faults.append(Fault(name, int(row.Index) + 2, "answer", name, row.answer, expected))
    if faults:
        raise Refused(faults)
    pairs = table[PARTNER_SIDES].assign(answer=words.map(ANSWER_BY_WORD))
    return pairs.assign(file=name, line=table.index + 2)


def _refuse_contradictions(pairs: pd.DataFrame) -> None:
    """Refuse two sides kept apart that other answers make one partner, directly or in a chain."""
    sides = pairs[PARTNER_SIDES].apply(partner_matching.normalised)
    pairs = pairs.assign(left=sides["partner"], right=sides["same_as"]).dropna()
    group = {name: name for name in pd.unique(pairs[["left", "right"]].to_numpy().ravel())}
    members = {name: [name] for name in group}
    for pair in pairs[pairs["answer"] == "same"].itertuples():
        first, second = group[pair.left], group[pair.right]
        if first != second:
            members[first] += members[second]
            group.update(dict.fromkeys(members[second], first))
    faults = []
    for pair in pairs[pairs["answer"] == "different"].itertuples():
        # names that are alike but for accents may well be two partners
        if pair.left != pair.right and group[pair.left] == group[pair.right]:
            where, message = f"{pair.partner} / {pair.same_as}", say("clean.decided_twice")
            faults.append(Fault(pair.file, int(pair.line), "answer", pair.file, where, message))
    if faults:
        raise Refused(faults)


def strangers(pairs: pd.DataFrame, by_table: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """Decided pairs of which the data name one side no longer, as remarks of the quarantine."""
    named: set[str] = set()
    for rows in by_table.values():
        for name in NAMING:
            if name in rows:
                named |= {*partner_matching.normalised(pd.Series(rows[name].dropna().unique()))}
    remarks = []
    for pair in pairs.itertuples():
        for side in (pair.partner, pair.same_as):
            keys = pd.Series([side, *code(pd.Series([side]))], dtype="str")
            if named.isdisjoint(partner_matching.normalised(keys)):
                message = say(
                    "clean.partner_gone",
                    side=repr(side),
                    left=pair.partner,
                    right=pair.same_as,
                )
                remarks.append(remark(NO_FIT, message))
    return remarks


def borne_by_several(pairs: pd.DataFrame, by_table: dict[str, pd.DataFrame]) -> list[Fault]:
    """Questions about sides of decided pairs that are names of several partners: nobody could tell
    which is meant.
    """
    rows = by_table.get("partners", by_table.get("grants"))
    if rows is None:
        return []
    several = keys_by_shared_name(rows)
    codes = {*rows["partner_id"].dropna()} if "partner_id" in rows else set()
    faults = []
    for side in pd.unique(pairs[PARTNER_SIDES].to_numpy().ravel()):
        folded = partner_matching.normalised(pd.Series([side], dtype="str")).iloc[0]
        if side not in codes and folded in several:
            message = say(
                "clean.several_bear_it",
                keys=", ".join(several[folded]),
            )
            faults.append(Fault(PARTNERS, None, "", "question", side, message))
    return faults


# ---- files for the team to fill in
def add_rows(file: Path, rows: pd.DataFrame, key: list[str]) -> int:
    """Adds to a file of decisions the rows whose key it does not hold yet; returns how many.

    What stands there is never changed: new rows follow it, as the file is written. A new file has
    the separator that spreadsheets of the language in use expect.
    """
    rows = rows.astype("str")
    if not file.exists():
        write_rows(file, rows)
        return len(rows)
    existing_rows = decisions_in(file, key)
    present = set(existing_rows[key].itertuples(index=False, name=None))
    missing = [
        key_values not in present for key_values in rows[key].itertuples(index=False, name=None)
    ]
    content = own_files.content_of(file, file.parent)
    separator, encoding = dialect(content)
    more = rows[missing].reindex(columns=list(existing_rows.columns)).fillna("")
    text = more.to_csv(index=False, header=False, sep=separator, lineterminator="\n")
    if len(more):
        start = "" if content.endswith(b"\n") else "\n"
        written = (start + text).encode(encoding.removesuffix("-sig"), errors="replace")
        own_files.save(file, content + written)
    return len(more)


def write_rows(file: Path, rows: pd.DataFrame) -> None:
    """Write a whole file of decisions, for the spreadsheets of the language in use."""
    separator = ";" if formatting.language() == "fr" else ","
    text = rows.to_csv(index=False, sep=separator, lineterminator="\n")
    own_files.save(file, text.encode("utf-8-sig"))


def pairs_to_decide(candidates: pd.DataFrame, partners: pd.DataFrame) -> pd.DataFrame:
    """Candidates side by side, with the place of each partner, still without an answer
    (`PARTNER_COLUMNS`).
    """
    places = partners.set_index("partner_id")[["commune_code", "department"]]
    places = places["department"].fillna(places["commune_code"]).fillna("")
    pairs = pd.DataFrame({"evidence": candidates["evidence"], "answer": ""})
    for side, column in (("left", "partner"), ("right", "same_as")):
        pairs[column] = candidates[side]
        pairs[f"{column}_name"] = candidates[f"{side}_name"]
        pairs[f"{column}_years"] = candidates[f"{side}_years"].str.replace("|", " ")
        pairs[f"{column}_place"] = candidates[side].map(places).fillna("")
    return pairs[PARTNER_COLUMNS]
