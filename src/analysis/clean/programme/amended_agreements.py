"""Amendments of agreements, which the programme's own tables write as rows of their own."""

import re

import pandas as pd

from analysis import layout
from analysis.clean.records.rows import Tables, column, numbers_by_source
from analysis.clean.records.yearly_amounts import with_amounts_of_new_terms
from analysis.clean.several_lists.repeats import one_row_each
from analysis.declare.answers import AMENDMENTS
from analysis.declare.faults import Fault, question_about
from analysis.text import formatting
from analysis.text.messages import say

_AMOUNT = "planned_amount_eur"
_ANSWERS = ("last", "add", "apart")  # of same_reference, where rows amend agreements
# How the number of an amendment begins: "Avenant C004", "Avenant n° 2 à C004", "Amendment to C004".
_BEGINNING = re.compile(
    r"(?i)^(?:avenant|amendment|addendum|nachtrag)\s*(?:(?:n[°º]?|no\.?)?\s*\d+\b)?[\s:–-]*"
    r"(?:à|au?|to|of|zu|de)?[\s:–-]+"
)
_COUNTED = r"[\s/_.-]\d{1,2}$"  # how it ends where it is but counted: "C004-1"


def with_amendments(agreements: pd.DataFrame, notes: Tables) -> tuple[pd.DataFrame, pd.Series]:
    """The agreements, where amendments bear the number of the one that they amend and count up
    (`~amendment`); and the number of the agreement of each amendment, by its own.

    A row amends another of its partner whose number it bears with more behind or before it
    ("C004-A1"), or whose agreement it continues under the same number. What their amounts are, and
    whether they are no agreements of their own, `same_reference` in study.toml says, else it is
    noted to be asked; what is asked counts as `last` until then.
    """
    number_of = number_of_the_first(agreements)
    own_number = agreements["agreement_id"]
    amends = _amends(agreements)
    is_told = column(agreements, "~amendment", "Float64").fillna(0).gt(0) | amends
    is_amendment = number_of.ne(own_number) | _continue(agreements)
    if not (is_amendment | is_told).any():
        return agreements, pd.Series(dtype="str")
    answer = column(agreements, "~same_reference")
    asked = _to_be_asked(agreements[answer.isna()], number_of, is_amendment, is_told)
    if len(asked):
        asked = asked.assign(**_totals_by_answer(agreements))
    notes["amendments"] = asked
    is_apart = (is_amendment | amends) & answer.eq("apart")
    is_amendment &= ~is_apart
    is_told &= ~is_apart
    bears_same = number_of.eq(own_number)
    number_of = number_of.where(~is_apart, own_number)
    by_agreement = [agreements["partner_id"], number_of]
    is_amended = (is_amendment | is_told).groupby(by_agreement).transform("any")
    nth_row = _nth_row(agreements, by_agreement)
    counted_up = own_number + " " + (nth_row + 1).astype("str")
    best_rank = agreements["rank"].groupby(by_agreement).transform("min")
    amended = agreements.assign(
        agreement_id=number_of.mask(is_apart & bears_same, counted_up),
        rank=agreements["rank"].mask(is_amended, best_rank),
    )
    # A copy of the first row is no amendment: it would come as late as the one numbered 1.
    nth_of_amendments = nth_row.where(is_amendment | is_told, 0).astype("Float64")
    nth_amendment = column(agreements, "~amendment", "Float64").fillna(nth_of_amendments)
    amended["~amendment"] = nth_amendment.where(is_amended)
    if _AMOUNT in agreements:
        total = _total_amounts(agreements, by_agreement)
        amended[_AMOUNT] = agreements[_AMOUNT].mask(is_amended & answer.eq("add"), total)
    is_renamed = is_amendment & number_of.ne(own_number)
    number_of_amended = number_of[is_renamed].set_axis(own_number[is_renamed])
    number_of_amended = number_of_amended[~number_of_amended.index.duplicated()]
    if "previous_id" in amended:
        previous = of_agreements(amended["previous_id"], number_of_amended)
        is_itself = previous.eq(amended["agreement_id"]).fillna(False).astype(bool)
        amended["previous_id"] = previous.mask(is_itself)
    return amended, number_of_amended


def questions_on_amendments(amendments: pd.DataFrame) -> list[Fault]:
    """What is asked of the amendments of each source, as they were noted, with what all agreements
    add up to by each answer, where the answers differ in it.
    """
    questions = []
    for row in amendments.itertuples():
        totals = {answer: getattr(row, answer) for answer in _ANSWERS}
        if len(set(totals.values())) > 1:
            totals_told = {answer: formatting.number(total) for answer, total in totals.items()}
        else:
            totals_told = dict.fromkeys(_ANSWERS, "")
        message = say("layout.amendments", rows=row.rows, examples=row.examples, **totals_told)
        # they replace, as those of grants do; a list of nothing else may number anew
        if row.are_all:
            answer = '# same_reference = "apart"'
        else:
            answer = 'same_reference = "last"'
        questions.append(question_about(row.source, message, AMENDMENTS, answer))
    return questions


def _totals_by_answer(agreements: pd.DataFrame) -> dict[str, float]:
    """What all agreements add up to where amendments replace, are added, or are apart, by answer."""
    if _AMOUNT not in agreements:
        return dict.fromkeys(_ANSWERS, 0.0)
    totals = {}
    for answer in _ANSWERS:
        told = column(agreements, "~same_reference").fillna(answer)
        answered, _number_of = with_amendments(agreements.assign(**{"~same_reference": told}), {})
        each, *_rest = one_row_each(answered, "agreements")
        totals[answer] = float(each[_AMOUNT].sum())
    return totals


def with_what_is_amended(agreements: pd.DataFrame) -> pd.DataFrame:
    """Rows that amend agreements of another sheet, with whom these are, for which entity, and with
    their start where none is written; so is that of a further row of an agreement without one. A
    number of two partners tells neither.
    """
    amends = _amends(agreements)
    has_no_start = column(agreements, "start", "datetime64[us]").isna()
    if not (amends | has_no_start).any():
        return agreements
    types = {"partner_id": "str", "entity": "str", "start": "datetime64[us]"}
    told = {name: column(agreements, name, kind) for name, kind in types.items()}
    agreements = agreements.assign(**told)
    number, partner = agreements["agreement_id"], agreements["partner_id"]
    is_listed = ~amends & ~has_no_start & number.notna()
    is_of_one = partner[is_listed].groupby(number).transform("nunique").eq(1)
    amended = agreements[is_listed][is_of_one].drop_duplicates("agreement_id")
    amended = amended.set_index("agreement_id")
    is_same = number.map(amended["partner_id"]).eq(partner).fillna(False).astype(bool)
    is_known = number.isin(amended.index) & (amends | (has_no_start & is_same))
    if not is_known.any():
        return agreements
    for name in ("partner_id", "entity"):
        agreements[name] = agreements[name].mask(is_known & amends, number.map(amended[name]))
    for name in [name for name in ("start", "start_precision") if name in agreements]:
        no_start = is_known & has_no_start
        agreements[name] = agreements[name].mask(no_start, number.map(amended[name]))
    return with_amounts_of_new_terms(agreements, is_known & amends)


def with_ends_of_kinds(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that amend agreements and give one day for both ends: that on which the agreement ended
    where their status says so, else until when it was prolonged. Their status is of the amendment.

    >>> day = pd.to_datetime(["2015-09-30", "2016-10-31"])
    >>> rows = pd.DataFrame({"source": "a", "~amends": True, "end": day, "planned_end": day})
    >>> rows = with_ends_of_kinds(rows.assign(status_as_given=["Résiliation", "Prolongation"]))
    >>> rows[["end", "planned_end"]].isna().to_numpy().tolist()
    [[False, True], [True, False]]
    """
    if not {"~amends", "end", "planned_end", "status_as_given"} <= {*rows}:
        return rows
    amends = _amends(rows)
    is_one_day = amends & rows["end"].eq(rows["planned_end"])
    is_of_kinds = is_one_day.groupby(rows["source"], observed=True).transform("any")
    ends = layout.which_say_early_end(rows["status_as_given"])
    return rows.assign(
        end=rows["end"].mask(is_one_day & ~ends),
        planned_end=rows["planned_end"].mask(is_one_day & ends),
        status_as_given=rows["status_as_given"].mask(amends & is_of_kinds),
    )


def _amends(agreements: pd.DataFrame) -> pd.Series:
    """Whether each row changes an agreement that another sheet lists."""
    return column(agreements, "~amends", "boolean").fillna(False).astype(bool)


def _nth_row(agreements: pd.DataFrame, by_agreement: list[pd.Series]) -> pd.Series:
    """How many rows of its agreement begin before each row; what amends stands behind it."""
    names = [name for name in ("start", "~amends", "planned_end", "line") if name in agreements]
    in_types = agreements.assign(**{"~amends": _amends(agreements)})
    order = in_types.sort_values(names, kind="stable").index
    in_order = [key[order] for key in by_agreement]
    return order.to_series().groupby(in_order).cumcount().reindex(agreements.index)


def _total_amounts(agreements: pd.DataFrame, by_agreement: list[pd.Series]) -> pd.Series:
    """The sum of the amounts of each agreement and its amendments; what two files tell counts once,
    and as often as one of them tells it: an agreement may be paid in equal parts.
    """
    told = ["partner_id", "agreement_id", "start", _AMOUNT]
    nth_of_source = agreements.groupby([*told, "source"], observed=True, dropna=False).cumcount()
    is_repeated = agreements[told].assign(nth_of_source=nth_of_source).duplicated()
    once = agreements[_AMOUNT].mask(is_repeated)
    return once.groupby(by_agreement).transform("sum", min_count=1)


def of_agreements(numbers: pd.Series, number_of_amended: pd.Series) -> pd.Series:
    """The numbers with that of the agreement for each that is of an amendment of it."""
    return numbers.map(number_of_amended).astype("str").fillna(numbers)


def number_of_the_first(agreements: pd.DataFrame) -> pd.Series:
    """The number that each row bears without what says that it is an amendment, where a row of the
    same partner bears it alone; else its own.
    """
    number = agreements["agreement_id"]
    partner = agreements["partner_id"] + "|"
    first = number
    for form in (layout.ENDING_OF_AMENDMENT, _COUNTED, _BEGINNING):
        bare = number.str.replace(form, "", regex=True).str.strip()
        is_known = (partner + bare).isin(partner + number)
        first = first.mask(is_known & first.eq(number), bare)
    return first


def _continue(agreements: pd.DataFrame) -> pd.Series:
    """Whether a row ends later than the first of its number and partner in its source, and begins no
    earlier, or gives another amount; or begins, in whatever source, when the first of all is over.
    """
    if not {"start", "planned_end"} <= set(agreements):
        return pd.Series(False, index=agreements.index)
    order = agreements.sort_values(["start", "planned_end", "line"], kind="stable")
    agreement = ["partner_id", "agreement_id"]
    first_of_source = order.groupby(["source", *agreement], observed=True)
    ends_later = order["planned_end"] > first_of_source["planned_end"].transform("first")
    amount = column(order, _AMOUNT, "Float64")
    first_amount = amount.groupby([order[name] for name in ("source", *agreement)], observed=True)
    is_other_amount = amount.ne(first_amount.transform("first")).fillna(False).astype(bool)
    first = order.groupby(agreement)[["start", "planned_end"]].transform("first")
    begins_later = order["start"] > first["start"]
    begins_after = begins_later & (order["start"] >= first["planned_end"])
    return (ends_later | is_other_amount | begins_after).reindex(agreements.index)


def _to_be_asked(
    agreements: pd.DataFrame, number_of: pd.Series, is_amendment: pd.Series, is_told: pd.Series
) -> pd.DataFrame:
    """Amendments by source: columns source, rows, examples, and whether all rows of the source seem
    to be some (`are_all`), as where agreements are numbered anew in each list. Those that a column
    tells are asked only where their amounts may replace others or add up.
    """
    amount = column(agreements, _AMOUNT, "Float64")
    by_agreement = number_of[agreements.index]
    several = amount.groupby(by_agreement).transform("nunique").gt(1)
    is_open = is_amendment | (is_told & several & amount.notna())
    counted = numbers_by_source(agreements[is_open.reindex(agreements.index)])
    size = agreements["source"][~_amends(agreements)].astype("str").value_counts()
    return counted.assign(are_all=counted["rows"].eq(counted["source"].map(size)))
