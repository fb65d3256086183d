"""Which partner codes are one partner: by identifier, by exact name where the study says so, and by
the team's decisions.
"""

import re

import pandas as pd

from analysis import parse
from analysis.clean.records.cells import code
from analysis.clean.records.rows import column
from analysis.declare import schema
from analysis.linkage import partner_matching


def same_partners(
    by_table: dict[str, pd.DataFrame], identity: str, aliases: pd.DataFrame | None
) -> dict[str, str]:
    """Partner codes -> the code of the partner that they are, where it is another one: several
    codes of one identifier are one partner (the first).

    By "name", partners of one exact name are one; so are those that tables name without a code, by
    their most frequent spelling. `aliases` may name partners by their code or name. Codes that the
    table of partners does not hold but others do stay as they are, unless `aliases` say who they
    are.
    """
    rows = by_table.get("partners")
    names = ["partner_id", "name", "siren", "rna"]
    columns = {name: pd.Series(dtype="str") for name in names}
    if rows is not None:
        usable = rows[column(rows, "partner_id").notna() & column(rows, "name").notna()]
        usable = usable.sort_values(["source", "line"], kind="stable")
        columns = {name: column(usable, name) for name in names}
    partners = pd.DataFrame(columns).sort_values("partner_id", kind="stable")
    once = partners.groupby("partner_id").first().reset_index()  # what any of its rows tells
    once["identifier"] = once["siren"].fillna(once["rna"]).fillna(once["partner_id"])
    identified = _identified_elsewhere(once, by_table)
    once = _with_names_elsewhere(once, by_table)
    once = pd.concat([once[~once["partner_id"].isin(identified["partner_id"])], identified])
    if aliases is not None:
        once, aliases = _with_aliased_codes(once, aliases, by_table)
    if not len(once):
        return {}
    who = partner_matching.identify(once, aliases, identity).fillna(once["partner_id"])
    first = once["partner_id"].groupby(who).transform("first")  # of the table of partners
    is_another_code = once["partner_id"] != first
    return dict(zip(once["partner_id"][is_another_code], first[is_another_code], strict=True))


def _identified_elsewhere(
    partners: pd.DataFrame, by_table: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """The partners that other tables name by their SIRET, SIREN or RNA instead of their code."""
    named = [rows["partner_id"].dropna() for rows in by_table.values() if "partner_id" in rows]
    codes = pd.concat([pd.Series(dtype="str"), *named]).drop_duplicates().reset_index(drop=True)
    codes = codes[~codes.isin(partners["partner_id"])]
    listed = [partners.dropna(subset=name).drop_duplicates(name) for name in ("siren", "rna")]
    found_by = [parse.siren(codes)[0], parse.rna(codes)[0]]
    rows = pd.DataFrame({"partner_id": codes})
    for name in ("name", "identifier"):
        by_siren, by_rna = (
            numbers.map(of_number.set_index(key)[name]).astype("str")
            for key, of_number, numbers in zip(("siren", "rna"), listed, found_by, strict=True)
        )
        rows[name] = by_siren.fillna(by_rna)
    return rows.dropna(subset="identifier")


def _with_names_elsewhere(
    partners: pd.DataFrame, by_table: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """The partners with those that other tables name instead of bearing their code."""
    names = _named_elsewhere(partners, by_table)
    elsewhere = pd.DataFrame(dict.fromkeys(("partner_id", "name"), names), dtype="str")
    return pd.concat([partners, elsewhere], ignore_index=True)


def _named_elsewhere(partners: pd.DataFrame, by_table: dict[str, pd.DataFrame]) -> list[str]:
    """The names that other tables bear for a partner's code, the most frequent spellings first: all
    that is no code, where names are the codes of partners; of tables that do not bear codes alone,
    where nobody lists partners; else what has a space or no digit, where all codes have digits and
    none a space.
    """
    codes = partners["partner_id"]
    named = [rows["partner_id"].dropna() for rows in by_table.values() if "partner_id" in rows]
    if codes.empty:
        named = [texts for texts in named if not texts.map(_is_like_a_code).all()]
    spellings = pd.concat([pd.Series(dtype="str"), *named]).sort_values().value_counts(sort=False)
    by_frequency = spellings.sort_values(ascending=False, kind="stable").index
    unknown = [*by_frequency[~by_frequency.isin(codes)]]
    if codes.eq(partners["name"]).all():  # as where nobody lists any
        return unknown
    if not codes.map(_is_like_a_code).all():
        return []
    return [text for text in unknown if not _is_like_a_code(text)]


def _is_like_a_code(text: str) -> bool:
    """Whether a text has a digit and no space, as codes do and names seldom."""
    return bool(re.search(r"\d", text)) and not re.search(r"\s", text)


def partners_not_listed(tables: dict[str, pd.DataFrame]) -> list[str]:
    """The codes, or what else stands for them, that agreements bear and no list of partners does,
    where one tells the names of codes.

    >>> partners = pd.DataFrame({"partner_id": ["P1", "P2"], "name": ["Amicale", "Bouée"]})
    >>> agreements = pd.DataFrame({"partner_id": ["P1", "P9", "P1 / P2"]})
    >>> partners_not_listed({"partners": partners, "agreements": agreements})
    ['P1 / P2', 'P9']
    """
    partners, agreements = tables.get("partners"), tables.get("agreements")
    if partners is None or agreements is None:
        return []
    return sorted({*agreements["partner_id"].dropna()} - {*partners["partner_id"]})


def with_partners_named_elsewhere(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The clean partners with those that other tables name and no row of theirs does: nobody who
    has an agreement is lost. Empty where tables bear but codes, and no table tells their names.
    """
    nobody = schema.conform(pd.DataFrame({"partner_id": [], "name": []}, dtype="str"), "partners")
    partners = tables.get("partners", nobody)
    names = [*dict.fromkeys([*_named_elsewhere(partners, tables), *partners_not_listed(tables)])]
    if not names:
        return partners
    elsewhere = pd.DataFrame({"partner_id": names, "name": names}, dtype="str")
    whole = pd.concat([partners, schema.conform(elsewhere, "partners")], ignore_index=True)
    return schema.conform(whole, "partners")


def _with_aliased_codes(
    partners: pd.DataFrame, aliases: pd.DataFrame, by_table: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The partners with codes of other tables and aliases; aliases by identifier, not by code."""
    sides = ["partner", "same_as"]
    aliases = aliases.assign(**{side: code(aliases[side]) for side in sides})
    named = [rows["partner_id"].dropna() for rows in by_table.values() if "partner_id" in rows]
    elsewhere = {each for codes in named for each in codes.unique()} - {*partners["partner_id"]}
    lone = sorted(elsewhere & {*aliases["partner"], *aliases["same_as"]})
    lone = pd.DataFrame(dict.fromkeys(("partner_id", "name", "identifier"), lone), dtype="str")
    partners = pd.concat([partners, lone], ignore_index=True)
    identified = partners.dropna(subset="identifier")
    identifier_of = dict(zip(identified["partner_id"], identified["identifier"], strict=True))
    aliases = aliases.assign(**{side: aliases[side].replace(identifier_of) for side in sides})
    return partners, aliases


def with_partner_codes(rows: pd.DataFrame, same_partner: dict[str, str]) -> pd.DataFrame:
    """The rows with the code of the partner that each partner is, where that is another one."""
    for name in ("partner_id", "network_id"):
        if name in rows:
            rows = rows.assign(**{name: rows[name].replace(same_partner)})
    return rows


def merges(undecided: pd.Series, decided: pd.Series) -> pd.DataFrame:
    """Who was merged into whom by a decision of the team: partner_id and merged_into.

    >>> merges(pd.Series(["P1", "P2"]), pd.Series(["P1", "P1"])).values.tolist()
    [['P2', 'P1']]
    """
    pairs = pd.DataFrame({"partner_id": undecided, "merged_into": decided}).dropna()
    pairs = pairs[pairs["partner_id"] != pairs["merged_into"]].drop_duplicates()
    return pairs.sort_values(["partner_id", "merged_into"]).reset_index(drop=True)
