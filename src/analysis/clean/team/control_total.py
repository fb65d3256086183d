"""What the team's own books say that all agreements, or grants, are, beside what is read: how much
they add up to (`control_total`) and how many they are (`control_agreements`).
"""

import itertools

import pandas as pd

from analysis import parse
from analysis.clean.amounts.nameless_rows import money_by_source
from analysis.clean.records.rows import FATES, Tables
from analysis.declare.faults import Fault, Refused
from analysis.layout import Mapping, StudyDescription
from analysis.parse.quantities import HALF_CENT
from analysis.text import formatting
from analysis.text.messages import say

CONTROL_TOTAL = "control total"  # the rule of faults and questions about it
MOST_NAMED = 3  # rows that alone would explain a difference, beyond which none is named


def refuse_another_total(
    decided: list[pd.DataFrame],
    tables: Tables,
    study: StudyDescription,
    also: list[Fault],
    unread: list[pd.DataFrame],
) -> None:
    """Raises Refused where the agreements that are kept are not as many, or do not add up to as
    much, as `study.toml` states.

    `decided` are the rows with what became of them. A difference of amounts up to the tolerance of
    totals passes. The message says by how much, what each source gave and what was left out of it,
    and which row alone is of that amount, and asks `also` what stands in the cells that are
    `unread`. Books may count the rows of a list of grants, or the grants: lines of one funder,
    recipient, start and end are one. A study without agreements has nothing to compare.
    """
    stated = study.control
    if not stated:
        return
    if "agreements" not in tables:
        raise Refused([_fault(name, value) for name, value in stated.items()])
    rows = pd.concat(decided, ignore_index=True)
    # of agreements, where they tell one; that of a grant is its amount
    rows = rows.reindex(columns=rows.columns.union(["amount", "planned_amount_eur"], sort=False))
    rows["amount"] = rows["amount"].astype("Float64").fillna(rows["planned_amount_eur"])
    faults = []
    total, number = stated.get("control_total"), stated.get("control_agreements")
    difference = money_read(tables) - (total or 0)
    if total and abs(difference) > study.numbers["totals_tolerance_eur"]:
        message = say(
            "layout.control_differs",
            read=written_amount(money_read(tables)),
            stated=written_amount(total),
            difference=written_amount(abs(difference)),
            is_more=difference > 0,
            sources="; ".join(money_by_fate(rows)),
            row=_of_this_amount(rows, abs(difference), is_kept=difference > 0),
            reason=_reason_of_this_amount(rows, -difference),
        )
        faults.append(_fault("control_total", total, message))
    agreements, kept = len(tables["agreements"]), _grants_kept(rows)
    if number and number not in (agreements, kept):
        message = say(
            "layout.control_number",
            read=agreements,
            rows=kept,
            stated=number,
            sources="; ".join(money_by_fate(rows)),
        )
        faults.append(_fault("control_agreements", number, message))
    if faults:
        raise Refused(faults + also, cells=pd.concat(unread) if also else ())


def _grants_kept(rows: pd.DataFrame) -> int:
    """How many rows of lists of grants are kept: some may be lines of one grant. A fate may bear
    its rule ("kept: undecided repeat").
    """
    is_kept = rows["fate"].astype("str").str.startswith("kept")
    return int((is_kept & rows["table"].eq("grants")).sum())


def _fault(name: str, stated: float, message: str = "") -> Fault:
    message = message or say("layout.control_of_nothing")
    return Fault("study.toml", None, name, CONTROL_TOTAL, f"{stated:.15g}", message)


def money_read(tables: Tables) -> float:
    """What the agreements add up to, in the study's currency: of grants what was granted, less what
    was taken back; where agreements bear no amount, what was contributed to partners.
    """
    planned = tables["agreements"]["planned_amount_eur"]
    if planned.notna().any() or "contributions" not in tables:
        return float(planned.sum())
    return _money_given(tables["contributions"])


def _money_given(contributions: pd.DataFrame) -> float:
    """What partners were given in all; where payments are known, without what is only committed."""
    to_partners = contributions[contributions["direction"].eq("to partner")]
    is_paid = to_partners["stage"].eq("paid")
    if is_paid.any():
        to_partners = to_partners[is_paid.fillna(False)]
    return float(to_partners["value_eur"].sum())


def total_read(
    tables: Tables, lines: pd.DataFrame, about: dict, mappings: dict[str, list[Mapping]]
) -> str:
    """What was read of the agreements, or grants, to be held against the team's books, and which
    columns are added up; blank where there are none. `lines` are those of the sources, with what
    became of each, `mappings` say how each source was read, and `about` tells what the study is.
    """
    if "agreements" not in tables or not len(tables["agreements"]):
        return ""
    agreements = tables["agreements"]
    last_days = _last_days_told(agreements)
    is_early = agreements["end"] < agreements["planned_end"]
    code = str(about["currency"])
    currency = code if formatting.currency_is_told(code) else ""
    is_told = agreements["planned_amount_eur"].notna().any()
    total, given = money_read(tables), 0.0
    if "contributions" in tables and not about["grants"]:
        given = _money_given(tables["contributions"])
    return say(
        "layout.total_read",
        total=f"{written_amount(total)} {currency}".rstrip() if total or is_told else "",
        summed=", ".join(_columns_summed(mappings, is_planned=bool(is_told))),
        given=f"{written_amount(given)} {currency}".rstrip() if given not in (0, total) else "",
        are_grants=bool(about["grants"]),
        agreements=len(agreements),
        rows=_grants_kept(lines),
        partners=agreements["partner_id"].nunique(),
        entities=agreements["entity"].nunique(),
        first=agreements["start"].min(),
        last=last_days.max() if last_days.notna().any() else "",
        early=int(is_early.sum()),
    )


def _columns_summed(mappings: dict[str, list[Mapping]], *, is_planned: bool) -> list[str]:
    """The headers of the amounts that the total adds up, the first few of several lists; with those
    that are added to them, or taken off.
    """
    if is_planned:
        measures = {"grants": "amount", "agreements": "planned_amount_eur"}
    else:
        measures = {"contributions": "value_eur"}
    written = []
    for mapping in itertools.chain.from_iterable(mappings.values()):
        added = mapping.columns.get(measures.get(mapping.table, ""), ())
        if added:
            sum_of_headers = " + ".join(f"`{header}`" for header in added)
            taken_off = [f" - `{header}`" for header in mapping.columns.get("~less", ())]
            written.append("".join([sum_of_headers, *taken_off]))
    distinct = list(dict.fromkeys(written))
    return [*distinct[:MOST_NAMED], *(["…"] if len(distinct) > MOST_NAMED else [])]


def _last_days_told(agreements: pd.DataFrame) -> pd.Series:
    """The last day that the files tell of each agreement: its end, or where its term is but assumed
    that of its start; missing where it runs on.
    """
    ends = agreements["end"].fillna(agreements["planned_end"])
    is_assumed = agreements["term_assumed"].fillna(False).astype(bool) & agreements["end"].isna()
    starts = parse.last_day(agreements["start"], agreements["start_precision"])
    return ends.mask(is_assumed, starts)


def as_control(tables: Tables) -> tuple[str, float]:
    """The key of study.toml that confirms what is read, and its value: the total, or where no
    amount is known how many agreements there are.

    >>> tables = {"agreements": pd.DataFrame({"planned_amount_eur": [900.0, 1100.5]})}
    >>> as_control(tables)
    ('control_total', 2000.5)
    """
    total = round(money_read(tables), 2)
    if total:
        return "control_total", total
    return "control_agreements", len(tables["agreements"])


def money_by_fate(rows: pd.DataFrame) -> list[str]:
    """What the rows of each source amount to, by what became of them.

    >>> rows = pd.DataFrame({"source": "a.csv", "fate": ["kept", "merged"], "amount": [900.0, 100.0]})
    >>> formatting.use("en"); money_by_fate(rows)
    ['a.csv: kept 900 (1), merged 100 (1)']
    """
    by_fate = {fate: money_by_source(rows[rows["fate"] == fate]) for fate in FATES}
    sources = sorted(rows["source"].dropna().astype("str").unique())
    lines = []
    for source in sources:
        sums = [
            f"{formatting.text(fate)} {written_amount(row.amount)} ({row.rows})"
            for fate, money in by_fate.items()
            for row in money[money["source"] == source].itertuples()
        ]
        lines.append(f"{source}: {', '.join(sums)}")
    return lines


def _of_this_amount(rows: pd.DataFrame, amount: float, *, is_kept: bool) -> str:
    """Where the rows stand that alone explain a difference: one too many, or one left out; blank
    where none does, or many.
    """
    may_explain = rows[rows["fate"].eq("kept") == is_kept]
    alone = may_explain[may_explain["amount"].astype("float64").sub(amount).abs() < HALF_CENT]
    if len(alone) > MOST_NAMED:
        return ""
    places = zip(alone["source"].astype("str"), alone["line"], strict=True)
    line = formatting.text("line {line}")
    return "; ".join(f"{source}, {line.format(line=number)}" for source, number in places)


def _reason_of_this_amount(rows: pd.DataFrame, amount: float) -> str:
    """Why rows were left out that explain together what lacks, and how many; blank where none do."""
    left_out = rows[rows["fate"].eq("set aside")]
    money = left_out["amount"].astype("float64").groupby(left_out["message"]).agg(["size", "sum"])
    of_amount = money[money["size"].gt(1) & money["sum"].sub(amount).abs().lt(HALF_CENT)]
    return "; ".join(f"{why} ({reason['size']:.0f})" for why, reason in of_amount.iterrows())


def written_amount(value: float) -> str:
    """An amount as it is told beside another: with its cents, where it has any.

    >>> formatting.use("en"); written_amount(1200.5), written_amount(900.0)
    ('1,200.50', '900')
    """
    return formatting.number(value, 0 if float(value).is_integer() else 2)
