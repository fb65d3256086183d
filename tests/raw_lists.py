"""Small raw files as texts, cleaned, and what became of their rows."""

import re

import numpy as np
import openpyxl
import pandas as pd

from analysis import clean, layout
from analysis.clean.grants.rows_of_no_grant import set_aside_totals, set_aside_unusable
from analysis.clean.programme.programme_rows import with_dates_told
from analysis.clean.records.cells import read_rows
from analysis.clean.records.rows import is_kept
from analysis.declare.conventions import DEFAULTS
from analysis.layout.recognition import completed_mapping, matched_as
from analysis.layout.study_keys import StudyDescription
from analysis.read.block import Block, coded
from analysis.run.check_data import Checked

HEADER = "nomAttribuant;nomBeneficiaire;idBeneficiaire;dateConvention;montant;objet\n"
PARTNERS = "Code partenaire;Raison sociale;N° siren;Région\n"
AGREEMENTS = "N° de convention;Code partenaire;Entité du Groupe;Début;Échéance;Montant prévu\n"
WRITTEN = HEADER + (
    "V;Judo Club;732829320;2016;1;\nV;JUDO-CLUB;;2017;1;\nV;Arts Martiaux;732829320;2018;1;\nV;Solo;304865000;2016;1;\n"
)  # the last identifier fails its checksum


def cleaned(tmp_path, text, name="list.csv", **asked):
    raw = tmp_path / "raw"
    raw.mkdir(exist_ok=True)
    for file, content in (text if isinstance(text, dict) else {name: text}).items():
        (raw / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return clean.clean(raw, **asked)


def as_read(folder) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """The rows that the files of a folder hold, by table, before any is joined or set aside, and
    what the files leave to ask, for which what is proposed is taken.
    """
    study = layout.study_file(folder)
    parts, _aliases, asked, _cells = clean.understood(folder, study, None, True, False)
    rows_by_table, _asides, _cells_not_read = clean.read_all(parts, folder.name)
    return rows_by_table, asked


def rows_read(folder, table: str) -> pd.DataFrame:
    """The rows of a table as the files of a folder hold them, which leave nothing to ask."""
    rows_by_table, asked = as_read(folder)
    assert asked == []
    return rows_by_table[table]


def rows_of(table: str, block: Block, stem: str = "liste") -> pd.DataFrame:
    """The rows that a block holds as those of a table, in a file of this name."""
    study = StudyDescription(name="study")
    mapping = completed_mapping(block, matched_as(table, block, stem), {}, stem, study)
    return read_rows(block, mapping)[0]


def agreements_read(folder) -> pd.DataFrame:
    """The agreements of a folder as they are read, with what their dates tell."""
    return with_dates_told(rows_read(folder, "agreements"), "agreements")


def kept_of(grants: pd.DataFrame) -> pd.DataFrame:
    """The rows of grants that are no titles, no sums or parts of others, and that give something;
    rows of one grant are not joined.
    """
    tolerance_eur = DEFAULTS["totals_tolerance_eur"]
    grants = set_aside_unusable(set_aside_totals(grants, {}, tolerance_eur))
    return grants[is_kept(grants)]


def grants_kept(folder) -> pd.DataFrame:
    """The grants of a folder that count, as they are read."""
    return kept_of(rows_read(folder, "grants"))


def counted(folder) -> float:
    """What a folder comes to as it is read: its payments, else its grants without sums and parts of
    others.
    """
    rows_by_table, asked = as_read(folder)
    assert asked == []
    if "contributions" in rows_by_table:
        return rows_by_table["contributions"]["value_eur"].sum()
    return kept_of(rows_by_table["grants"])["amount"].sum()


def workbook(folder, sheets: dict[str, list[list]], name: str = "suivi.xlsx"):
    """The folder with a workbook of these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    folder.mkdir(exist_ok=True)
    book.save(folder / name)
    return folder


def balance(ledger: pd.DataFrame) -> pd.DataFrame:
    """Rows read, and rows accounted for, by source."""
    counts = ledger.pivot_table(
        index="source", columns="action", values="rows", aggfunc="sum", fill_value=0
    )
    counts = counts.reindex(columns=["read", "kept", "merged", "set aside"], fill_value=0)
    return counts.assign(told=counts[["kept", "merged", "set aside"]].sum(axis=1))


def fate(result, rule: str) -> int:
    return int(result.ledger.loc[result.ledger["rule"] == rule, "rows"].sum())


def cleaned_together(tmp_path, texts: dict[str, str]):
    """Lists of one publisher cleaned in one run: their recipients, capital letters, are made each
    list's own by the two small letters that are its code, so that no record is one of another list.
    """
    codes = (first + second for first in "klmn" for second in "abcdefghijklmnopqrst")
    lists = {
        f"subventions {code}.csv": re.sub(r"\b([A-D])(?=[;,\t])", rf"\1{code}", text)
        for code, text in zip(codes, texts.values(), strict=False)
    }
    return cleaned(tmp_path, lists)


def by_list(result, texts: dict, table: str, column: str) -> dict[str, list]:
    """The values of a column of the clean agreements or contributions, by list, smallest first."""
    rows = result.tables[table]
    if table == "contributions":
        agreements = result.tables["agreements"][["agreement_id", "partner_id"]]
        rows = rows.merge(agreements, on="agreement_id")
    code = rows["partner_id"].str[-2:]
    values = {code: sorted(values) for code, values in rows.groupby(code)[column]}
    return dict(zip(texts, values.values(), strict=True))


def block_of(headers, *rows, source="liste.csv") -> Block:
    """The block of a list, as it is read from a file; a cell that is None or "" is blank."""
    columns = {}
    for header, cells in zip(headers, zip(*rows, strict=True), strict=True):
        texts = ["" if cell is None else str(cell) for cell in cells]
        codes, distinct = pd.Series(texts, dtype="str").factorize()
        columns[header] = coded(codes, pd.Series(distinct, dtype="str"))
    return Block(source, 1, columns, np.arange(2, 2 + len(rows)))


def block_of_lines(lines) -> Block:
    """The same of lines with semicolons, as they stand in a file."""
    return block_of(*(line.split(";") for line in lines))


def block(**columns: list[str]) -> Block:
    """A block of columns under their headers."""
    return block_of([*columns], *zip(*columns.values(), strict=True))


def accepted(folder, draft: str, *answers: tuple[str, str], **asked) -> clean.Cleaned:
    """What a folder gives once a draft is its study.toml, confirmed but for answers that differ."""
    draft = re.sub(r" # \?$", "", draft, flags=re.MULTILINE)
    for guess, answer in answers:
        assert guess in draft
        draft = draft.replace(guess, answer)
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return clean.clean(folder, **asked)


def only_question(checked: Checked) -> str:
    """The only question about a list, whose day is not asked."""
    (fault,) = checked.faults
    assert fault.rule == "question"
    return fault.message
