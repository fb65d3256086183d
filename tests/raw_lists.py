"""Small raw files as texts, cleaned, and what became of their rows."""

import re

import pandas as pd

from analysis import clean

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
