"""The currency of each grant of a list: what its cells say, else its headers, else study.toml, else
the country that the list names. A sign that several countries share stays that sign.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import parse
from analysis.clean.records.columns_together import joined as joined_columns
from analysis.clean.records.rows import Tables, column, contradicting_cells, spread
from analysis.declare.shares import HALF
from analysis.layout import Mapping
from analysis.layout.amounts.currencies_of_amounts import CURRENCY
from analysis.layout.headers.header_matching import MEASURE_BY_TABLE
from analysis.parse.column import faults, synonyms
from analysis.read import Block, Coded, spaced
from analysis.text.formatting import currency_is_told
from analysis.text.messages import say

if TYPE_CHECKING:
    from analysis.clean import Cleaned

SHARED_SIGNS = {  # signs of several currencies, and whose they may be
    "$": ("USD", "CAD", "AUD", "NZD", "MXN", "HKD", "SGD", "TWD", "JMD")
    + ("ARS", "CLP", "COP", "UYU"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "Rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "¥": ("JPY", "CNY"),
    "FCFA": ("XOF", "XAF"),
}
USUAL = {"Rs": "INR", "¥": "JPY"}  # what these mean where nothing says whose
OTHER_SIGNS = {  # currencies that are not written `$`: they have a word or a sign of their own
    *(code for sign, codes in SHARED_SIGNS.items() if sign != "$" for code in codes),
    *(
        code
        for word, code in synonyms("currency of an amount").items()
        if word != code.lower() and not re.search(r"\$|dollar", word)
    ),
}
COUNTRIES = {  # what a list says that is of a country whose sign others share
    "USD": r"\bUSD\b|\bUS\$|\b(?:USA|U\.S\.|EIN)(?!\w)|(?i:united.states|501\(c\))",
    "CAD": r"\bCAD\b|\bCA?\$|(?i:canad|qu[ée]bec|ontario|\.ca\b)",
    "AUD": r"\bAUD\b|\bAU?\$|(?i:australia|\.au\b|\babn\b)",
    "NZD": r"\bNZD\b|\bNZ\$|(?i:new.zealand|\.nz\b)",
    "MXN": r"\bMXN\b|\bMX\$|(?i:(?<!new)(?<!new.)m[ée]xic|\.mx\b)",
    "INR": r"\bINR\b|(?i:\bindia\b)",
    "PKR": r"\bPKR\b|(?i:pakistan)",
    "LKR": r"\bLKR\b|(?i:sri.lanka)",
    "NPR": r"\bNPR\b|(?i:nepal)",
    "CNY": r"\bCNY\b|(?i:\bchina\b)",
}
_CODE_WRITTEN = r"\d ?[A-Z]{3}\b"
_MONEY = ("currency", "amount", "~part")  # what tells the currency of a grant, the surest first
ENGLISH_LAYOUTS = (
    "360Giving",
    "grants in English",
)  # layouts that say their currency, or nothing is known of it
EURO_STANDARD = "SCDL subsidies"  # of the French State
# What the standard asks of each row beside words of everybody ("Bénéficiaire", "Montant").
_OF_STANDARD = {"funder", "funder_id", "siret", "rna"}
EURO_COUNTRY = (  # countries that count in euros, by their own names, and their registers
    r"(?i)\b(?:france|siren|siret|deutschland|berlin|hamburg|[öo]sterreich\w*|nederland|gemeente|"
    r"kvk|kbo|ondernemingsnummer|belg(?:ique|i[ëe]|ium|isch\w*)|wallonie|vlaams\w*|italia|regione|"
    r"codice fiscale|espa[ñn]a|bdns|suomi|y.tunnus|ελλάδα|portugal)\b"
)
OTHER_COUNTRY = (  # those that share a language with one of them, and count in other money
    r"(?i)suisse|schweiz|svizzer|switzerland|swiss|s[ée]n[ée]gal|\bmaroc|tunisie|alg[ée]rie|"
    r"c[ôo]te d.ivoire|cameroun|burkina|b[ée]nin\b|\bmali\b|\bniger\b|madagascar|ha[ïi]ti|"
    r"cal[ée]donie|polyn[ée]sie|argentin|\bchile\b|colombia|\bper[úu]\b|brasil|brazil|suriname"
)


def currencies_of_grants(block: Block, mapping: Mapping) -> pd.Series | None:
    """The currency of each grant: of its cell, its amount, their header, else as study.toml states
    it; euros in a list of a country that has no other.
    """
    if mapping.table != "grants":
        return None
    signs = signs_of(block, mapping)
    by_column = [_codes_beside_amounts(block, mapping.columns.get("amount", ()))]
    for name in _MONEY:
        headers = mapping.columns.get(name, ())
        parts = [_borne(block, header, name, signs) for header in headers]
        by_column += [_together(parts)] if parts else []
    stated_code = mapping.constants.get("currency") or pd.NA
    known_columns = [column for column in by_column if column.notna().any()]
    if known_columns:
        whole = known_columns[0]
        for column in known_columns[1:]:
            whole = whole.fillna(column)
        if pd.isna(stated_code):
            return whole
        return whole.fillna(stated_code)
    code = stated_code
    if pd.isna(code) and "currency" not in mapping.columns and _is_in_euros(block, mapping):
        code = "EUR"
    return pd.Series(code, index=range(len(block.lines)), dtype="str")


def _codes_beside_amounts(block: Block, headers: Sequence[str]) -> pd.Series:
    """The code of a currency that a cell writes beside its amount ("9750 CAD"), as the team does
    where it says what an amount in another is worth: it is surer than a column of currencies.
    """
    parts = []
    for header in headers:
        cells = block.columns[header].values
        codes = _codes_of_cells(block, header, "amount").where(cells.str.contains(_CODE_WRITTEN))
        parts.append(spread(codes, block.columns[header].codes))
    if len(parts) != 1:  # parts of an amount, which say together what it is in
        return pd.Series(pd.NA, index=range(len(block.lines)), dtype="str")
    return parts[0]


def signs_of(block: Block, mapping: Mapping) -> dict[str, str]:
    """What signs that several countries share mean in a list: the currency that study.toml states,
    or the only one of theirs that the list names; a sign stays out where it may mean several.
    """
    stated = mapping.constants.get("currency", "")
    text = _said(block, mapping)
    mentions = {code for code, form in COUNTRIES.items() if re.search(form, text)}
    for name in _MONEY:
        for header in mapping.columns.get(name, ()):
            mentions |= {*_codes_of_cells(block, header, name).dropna()}
    signs = {}
    for sign, codes in SHARED_SIGNS.items():
        possible = mentions.intersection(codes)
        is_other_dollar = sign == "$" and stated and stated not in OTHER_SIGNS
        if stated in codes or is_other_dollar:
            signs[sign] = stated
        elif len(possible) == 1:
            (signs[sign],) = possible
        elif not possible and sign in USUAL:
            signs[sign] = USUAL[sign]
    return signs


def _said(block: Block, mapping: Mapping, *, with_study: bool = False) -> str:
    """What a list says of itself: its name, titles and headers, and who gives; the name of the
    study, mostly that of a folder, are words of the team's own.
    """
    written = (header for header in block.columns if header not in block.written_as)
    words = [block.source, *block.titles, *written, *block.written_as.values()]
    for name, text in mapping.constants.items():
        words += [text] if with_study or name not in mapping.named_by_study else []
    for header in mapping.columns.get("funder", ()):
        words += block.columns[header].values.head(9).dropna().tolist()
    for header in mapping.columns.get("currency", ()):
        words += block.columns[header].values.head(9).dropna().str.upper().tolist()
    return "\n".join(words)


def _is_in_euros(block: Block, mapping: Mapping) -> bool:
    """Whether a list without any word for its currency is of a country that counts in euros: by the
    French standard, by numbers of French registers, by the countries that it names.
    """
    of_standard = mapping.layout.endswith(EURO_STANDARD)
    if "rna" in mapping.columns or (of_standard and not _OF_STANDARD.isdisjoint(mapping.columns)):
        return True
    if any(re.search(r"(?i)€|\b(?:eur|euros?)\b", title) for title in block.titles):
        return True
    for header in mapping.columns.get("siret", ()):
        cells = block.columns[header].values.head(200)
        if parse.siren(cells)[0].notna().mean() > HALF:
            return True
    text = _said(block, mapping, with_study=True)
    if any(re.search(form, text) for form in [OTHER_COUNTRY, *COUNTRIES.values()]):
        return False
    return bool(re.search(EURO_COUNTRY, _said(block, mapping)))


def _codes_of_cells(block: Block, header: str, name: str) -> pd.Series:
    """The currency that each distinct cell under a header bears."""
    return parse.currencies(block.columns[header].values, named=name == "currency")


def _borne(block: Block, header: str, name: str, signs: dict[str, str]) -> pd.Series:
    """The currency that each cell under a header bears, or else the header; what the header says
    tells what a sign below it means.
    """
    currencies_of_cells = _codes_of_cells(block, header, name)
    header_currency = re.search(rf"(?i){CURRENCY}", spaced(header))
    if header_currency:
        (code,) = parse.currencies(pd.Series([f"1 {header_currency[0]}"], dtype="str"))
        signs = signs | {sign: code for sign, codes in SHARED_SIGNS.items() if code in codes}
        currencies_of_cells = currencies_of_cells.fillna(code)
    return spread(currencies_of_cells.replace(signs), block.columns[header].codes)


def _together(parts: list[pd.Series]) -> pd.Series:
    """The currency of amounts that are added up: that of all, or their names ("EUR+USD")."""
    first, *others = parts
    if len({code for part in parts for code in part.dropna().unique()}) < 2:
        for column in others:
            first = first.fillna(column)
        return first
    joined = first.fillna("").str.cat([column.fillna("") for column in others], sep="+")
    names = {
        text: "+".join(sorted(set(filter(None, text.split("+"))))) or None
        for text in joined.unique()
    }
    return joined.map(names).astype("str")


def with_code(cells: Coded, name: str, block: Block, mapping: Mapping) -> Coded:
    """The cells of a column; amounts of a programme's table that bear no currency themselves with the
    one that a column beside them tells ("3000 GBP").
    """
    headers = mapping.columns.get("~currency", ())
    if name != MEASURE_BY_TABLE.get(mapping.table) or not headers:
        return cells
    code = block.columns[headers[0]]
    bears_one = np.append(parse.currencies(cells.values).notna().to_numpy(bool), False)
    beside = Coded(np.where(bears_one[cells.codes], -1, code.codes), code.values)
    return joined_columns([cells, beside])


def amounts_in_one_currency(
    texts: pd.Series, named_in: str, form: dict[str, str | None]
) -> tuple[pd.Series, pd.DataFrame]:
    """Amounts of a table that counts in one currency: cells that bear another one are faults (M19).

    It is the one that header and titles (`named_in`) name, else that of most cells, else euros.

    >>> cells = pd.Series(["1 200", "900 €", "$ 300"])
    >>> amounts_in_one_currency(cells, "Montant", {})[0].tolist()
    [1200.0, 900.0, <NA>]
    """
    amounts, wrong = parse.amounts(texts, **form)
    borne = parse.currencies(texts)
    if borne.isna().all():
        return amounts, wrong
    named = re.search(rf"(?i){CURRENCY}", named_in)
    if named:
        (usual,) = parse.currencies(pd.Series([f"1 {named[0]}"], dtype="str"))
    else:
        cells_by_code = borne.value_counts()
        is_of_most = cells_by_code.iloc[0] > texts.count() / 2
        usual = cells_by_code.index[0] if is_of_most else "EUR"
    same = {usual, *SHARED_SIGNS.get(usual, ())}
    same |= {sign for sign, codes in SHARED_SIGNS.items() if usual in codes}
    is_foreign = borne.notna() & ~borne.isin(same) & amounts.notna()
    foreign = faults(texts, (is_foreign.to_numpy(), "M19", say("clean.other_currency")))
    return amounts.mask(is_foreign), pd.concat([wrong, foreign])


def without_foreign_amounts(rows: pd.DataFrame, notes: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """No amounts in another currency than most, or in several; who says none is with most."""
    currency = column(rows, "currency")
    counts = currency.value_counts().rename("rows").rename_axis("currency").reset_index()
    counts["several"] = counts["currency"].str.contains("+", regex=False)
    counts["untold"] = ~counts["currency"].map(currency_is_told).astype(bool)
    order = ["several", "rows", "untold", "currency"]
    counts = counts.sort_values(order, ascending=[True, False, True, True], ignore_index=True)
    one_currency = len(counts) > 0 and not counts["several"].iloc[0]
    usual = counts["currency"].iloc[0] if one_currency else ""
    unsaid = currency.isna().sum() if one_currency else 0
    counts["rows"] += counts["currency"].eq(usual) * unsaid
    notes["currencies"] = counts[["currency", "rows"]]
    foreign = currency.notna() & currency.ne(usual)
    message = say("clean.other_currency")
    unused = contradicting_cells(rows, foreign, "amount", "M19", message)
    return rows.assign(amount=rows["amount"].mask(foreign)), unused


def currency_of(notes: Tables, stated: str = "") -> str:
    """The currency of most rows that say one; blank where none does, or each says several; without
    grants the stated one, or euros.
    """
    if "currencies" not in notes:
        return stated or "EUR"
    first = "".join(notes["currencies"]["currency"].astype("str").head(1))
    if "+" in first:
        return ""
    return first


def currency_untold(result: "Cleaned") -> str:
    """That a list of grants says not in which currency its amounts are, and how it is stated; else
    blank.
    """
    sign = str(result.about["currency"])
    if currency_is_told(sign) or "agreements" not in result.tables:
        return ""
    if result.tables["agreements"]["planned_amount_eur"].isna().all():
        return ""
    return say("clean.currency_untold", sign=sign, example=SHARED_SIGNS.get(sign, ("EUR",))[0])
