"""What the team decided beside its raw files, in two plain tables that any spreadsheet opens.

`corrections.csv`: what a cell of a raw file should hold; it is taken where the cell still holds the
value that was corrected, before anything is read of it. `partners.csv` (and `aliases.csv`): which
names are one partner. The raw files stay as they are; a decision that no longer fits them is told
and not taken.
"""

import io
import re
from pathlib import Path

import pandas as pd

from analysis.clean.cells import code
from analysis.clean.ledger import remark
from analysis.declare.faults import Fault, Refused, nearest, refusal
from analysis.linkage import partner_matching
from analysis.read import limits, own_files
from analysis.text import formatting
from analysis.text.messages import say

CORRECTIONS, PARTNERS, ALIASES = "corrections.csv", "partners.csv", "aliases.csv"
CORRECTION_COLUMNS = ["file", "line", "column", "value", "why", "correction"]
NO_FIT = "decision"  # the rule of what was decided and no longer fits
PARTNER_SIDES = ["partner", "same_as"]
EVIDENCE = ["name", "years", "place"]
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
    with own_files.opened(file, file.parent) as own:  # an export may be large
        head = own.readline(limits.HEADER_BYTES).decode("utf-8-sig", errors="replace")
    return set(PARTNER_SIDES) <= {
        name.strip(' "\r\n').casefold() for name in re.split("[;,\t]", head)
    }


def _read(file: Path) -> pd.DataFrame:
    """A file of decisions as text, whatever spreadsheet saved it last; blank cells are blank texts."""
    content = own_files.content_of(file, file.parent)
    separator, encoding = dialect(content)
    try:
        table = pd.read_csv(
            io.BytesIO(content), sep=separator, encoding=encoding, dtype="str", na_filter=False
        )
    except ValueError as error:
        message = say("clean.no_table", why=str(error))
        raise refusal(file.name, message, rule="unreadable") from None
    table.columns = table.columns.str.strip().str.casefold()
    return table.apply(lambda column: column.str.strip())


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

    What is left for later is no decision. Raises Refused where a column is missing or an answer is
    another word.
    """
    tables = []
    for name in (PARTNERS, ALIASES):
        file = folder / name
        if file.exists() and is_decisions(file):
            renamed = _read(file).rename(columns={"decision": "answer"})
            if not {*PARTNER_SIDES, "answer"} <= set(renamed):
                decisions_in(file, [*PARTNER_SIDES, "answer"])
            tables.append(_answered(renamed, name))
    if not tables:
        return None
    pairs = pd.concat(tables, ignore_index=True)
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
    return table[PARTNER_SIDES].assign(answer=words.map(ANSWER_BY_WORD))


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
    name = rows["name"] if "name" in rows else rows["recipient"]
    keys = [rows[key].astype("str") for key in ("siren", "rna", "partner_id") if key in rows]
    if not keys:
        return []
    key = keys[0]
    for other in keys[1:]:
        key = key.fillna(other)
    bearers = pd.DataFrame({"name": partner_matching.normalised(name), "key": key})
    codes = {*rows["partner_id"].dropna()} if "partner_id" in rows else set()
    alone = bearers.loc[bearers["key"].isna(), "name"]  # the name itself is the partner
    several = bearers.dropna().drop_duplicates().groupby("name")["key"].agg(list)
    several = several[several.str.len().gt(1) & ~several.index.isin(alone)]
    faults = []
    for side in pd.unique(pairs[PARTNER_SIDES].to_numpy().ravel()):
        folded = partner_matching.normalised(pd.Series([side], dtype="str")).iloc[0]
        if side not in codes and folded in several.index:
            message = say(
                "clean.several_bear_it",
                keys=", ".join(sorted(several[folded])),
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
        own_files.write(file, content + written)
    return len(more)


def write_rows(file: Path, rows: pd.DataFrame) -> None:
    """Write a whole file of decisions, for the spreadsheets of the language in use."""
    separator = ";" if formatting.language() == "fr" else ","
    text = rows.to_csv(index=False, sep=separator, lineterminator="\n")
    own_files.write(file, text.encode("utf-8-sig"))


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
