"""What only the rows show and nobody can tell from them: amounts that may be thousands or decimals,
two sources that seem to hold the same grants, two versions of one list, money of nobody. Asked.
"""

import re
from collections.abc import Sequence

import pandas as pd

from analysis.clean.grants.exclusions import NOT_GRANTED
from analysis.clean.partners.numbers_of_partners import OF_SHARED_NUMBERS, by_list_asked
from analysis.clean.programme.amended_agreements import questions_on_amendments
from analysis.clean.records.numbers_in_cells import hold_a_number, tell_of_an_amount
from analysis.clean.records.rows import Tables, column
from analysis.clean.several_lists.questions_on_two_lists import (
    OTHERS,
    SAME,
    question_on_pair,
    questions_on_two_lists,
)
from analysis.declare.answers import (
    AMENDMENTS,
    DECIMAL,
    EQUAL_ROWS,
    LIST_VERSIONS,
    NUMBERS_ANEW,
    PARTNER_CODES,
    Choice,
    rows_left_out,
)
from analysis.declare.faults import Fault, Refused, question_about
from analysis.text import formatting
from analysis.text.messages import say

MONEY = {"grants": "amount", "agreements": "planned_amount_eur", "contributions": "value_eur"}
UNCLEAR = 0.05  # share of the amounts of a source beyond which its total without them is false
FEWEST_REPEATS = 2  # rows equal to an earlier one: one alone is told
_CELLS_SHOWN = 3
FEW_ROWS = 40  # rows of a list below which any one amount that cannot be read makes its total false
FEWEST_UNREAD = 2  # dates, or amounts of a long list: one alone is told, and listed to be mended


def accepted(
    questions: list[Fault],
    accept_guesses: bool,
    cells: Sequence[pd.DataFrame] = (),
    beside: Sequence[Fault] = (),
) -> list[str]:
    """Questions as guesses that somebody accepts; else raises Refused with them, those `beside`
    them and the cells that they are about.
    """
    if questions and not accept_guesses:
        raise Refused([*questions, *beside], cells=pd.concat(cells) if cells else ())
    return list(map(str, questions))


def unclear_amounts(by_table: dict[str, pd.DataFrame], unread: list[pd.DataFrame]) -> list[Fault]:
    """The question what a mark before three digits is, for each source whose amounts it leaves
    open.
    """
    questions = []
    for table, name in MONEY.items():
        rows = by_table.get(table, pd.DataFrame())
        for cells in unread if name in rows else ():
            unclear = cells[(cells["rule"] == "M03") & cells["column"].isin([name, "~part"])]
            if not len(unclear):
                continue
            source, example = unclear["source"].iloc[0], unclear["value"].iloc[0]
            clear_count = rows.loc[rows["source"] == source, name].notna().sum()
            if len(unclear) <= UNCLEAR * (len(unclear) + clear_count):
                continue
            answers = ['decimal = ","', 'decimal = "."']
            if re.search(r",\d{3}(?!\d)", example):  # else the point is what stands before three
                answers.reverse()
            message = say(
                "layout.unclear_amounts",
                example=example,
                n=len(unclear),
                answer=answers[0],
                other=answers[1],
            )
            questions.append(question_about(source, message, DECIMAL, f"# {answers[0]}"))
    return questions


def unread_grants(
    by_table: dict[str, pd.DataFrame], unread: list[pd.DataFrame], about: str
) -> list[Fault]:
    """The questions what the `amounts` are that no rule can read, or when grants were given whose
    `dates` cannot be read, for each list of which these are more than a few rows, or one amount of
    a short list: without them its total is false.
    """
    rows, questions = by_table.get("grants", pd.DataFrame()), []
    for cells in filter(len, unread) if "amount" in rows else ():
        is_open = cells["rule"].eq("M03") | cells["message"].eq(say("parse.at_most"))
        cells = cells[~is_open]  # what is open is asked, or a bound
        of_source = rows[rows["source"].isin(cells["source"])]
        is_total = column(of_source, "~label").notna()
        is_request = column(of_source, "outcome").isin(NOT_GRANTED)
        of_somebody = of_source[of_source["recipient"].notna() & ~is_total & ~is_request]
        names = ["date"] if about == "dates" else ["amount", "~part"]
        is_short = about == "amounts" and len(of_somebody) < FEW_ROWS
        which_tell = tell_of_an_amount if is_short else hold_a_number
        cells = cells[cells["column"].isin(names) & which_tell(cells["value"])]
        wrong = cells[cells["line"].isin(of_somebody["line"])]
        is_lost = of_somebody[names[0]].isna() & of_somebody["line"].isin(wrong["line"])
        if is_short:
            fewest = 1
        else:
            fewest = max(FEWEST_UNREAD, UNCLEAR * len(of_somebody))
        if is_lost.sum() >= fewest:
            message = _unread_message(about, int(is_lost.sum()), cells_shown(wrong))
            questions.append(question_about(wrong["source"].iloc[0], message))
    return questions


def _unread_message(question: str, rows: int, cells: str) -> str:
    if question == "amounts":
        return say("layout.unread_amounts", rows=rows, cells=cells)
    return say("layout.unread_dates", rows=rows, cells=cells)


def cells_shown(cells: pd.DataFrame) -> str:
    """The first cells that could not be read, with their lines.

    >>> formatting.use("en"); cells_shown(pd.DataFrame({"line": [6, 11], "value": ["#REF!", "l 500"]}))
    'line 6 "#REF!", line 11 "l 500"'
    """
    line = formatting.text("line {line}")
    first = cells.drop_duplicates("line").sort_values("line").head(_CELLS_SHOWN)
    shown = [
        f'{line.format(line=cell.line)} "{" ".join(cell.value.split())}"'
        for cell in first.itertuples()
    ]
    return ", ".join(shown + ["…"] * (cells["line"].nunique() > _CELLS_SHOWN))


def questions_on_grants(notes: Tables, headers_of_recipients: dict[str, str]) -> list[Fault]:
    """What the rows of lists of grants leave open together: sources that seem to hold the same
    grants or versions of one list, many rows written twice, money of nobody, and sums of groups.
    Takes what was noted of them out of the notes.
    """
    questions = questions_on_two_lists(notes)
    questions += questions_on_repeats(notes)
    if "nameless" in notes:
        questions += questions_on_nameless(notes.pop("nameless"), headers_of_recipients)
    questions += questions_on_sums(
        notes.pop("sums_in_doubt", pd.DataFrame()), headers_of_recipients
    )
    return questions


def questions_on_programme(notes: Tables) -> list[Fault]:
    """What the rows of a programme's own tables leave open: whether payments without numbers are
    those of another source (`numbers_of_rows`), what the amounts of amendments are
    (`amended_agreements`), whose an agreement of several partners is, of which agreement rows are
    whose number several have, and whose the codes of lists are that number their partners anew
    (`numbers_of_partners`, `codes_of_lists`). Takes what was noted of them out of the notes.
    """
    pairs = notes.pop("repeated_payments", pd.DataFrame())
    questions = [question_on_pair("layout.payments_alike", pair) for pair in pairs.itertuples()]
    questions += questions_on_amendments(notes.pop("amendments", pd.DataFrame()))
    for row in notes.pop("further_partners", pd.DataFrame()).itertuples():
        message = say("layout.further_partners", rows=row.rows, examples=row.examples)
        answer = '# same_reference = "apart"'  # none is likelier
        questions.append(question_about(row.source, message, AMENDMENTS, answer))
    equal = notes.pop("equal_payments", pd.DataFrame())
    for row in equal[_are_many(equal)].itertuples() if len(equal) else ():
        questions.append(_question_on_equal_rows(row, "layout.equal_payments"))
    for row in notes.pop("agreements_of_sources", pd.DataFrame()).itertuples():
        if row.is_of_years:
            key = "layout.agreements_of_years"
        else:
            key = "layout.agreements_of_sources"
        message = say(key, rows=row.rows, others=row.others, example=row.example)
        if row.is_of_years:
            questions.append(question_about(row.source, message, AMENDMENTS))
        else:
            questions.append(question_about(row.source, message, LIST_VERSIONS, key="precedence"))
    short = notes.pop("short_entities", pd.DataFrame({"source": []}))
    for source, pairs in short.groupby("source"):
        lines = [f'"{pair.short}" = "{pair.full}"' for pair in pairs.itertuples()]
        names = ", ".join(f"« {pair.short} »" for pair in pairs.itertuples())
        answer = " ; ".join(["[source.entities]", *lines])
        message = say("layout.short_entities", names=names, answer=answer)
        full_names = dict(zip(pairs["short"], pairs["full"], strict=True))
        own_names = {name: name for name in full_names}
        entities = {"full": {"entities": full_names}, "own": {"entities": own_names}}
        choice = Choice("prepare.short_entities", entities)
        questions.append(question_about(str(source), message, choice, key="entities"))
    for row in notes.pop("codes_of_others", pd.DataFrame()).itertuples():
        message = say(
            "layout.codes_of_others",
            rows=row.rows,
            others=row.others,
            example=row.example,
            answer=OTHERS,
            else_answer=SAME,
        )
        questions.append(question_about(row.source, message, PARTNER_CODES, f"# {OTHERS}"))
    for row in notes.pop("codes_of_several_lists", pd.DataFrame()).itertuples():
        message = say("layout.codes_of_several_lists", rows=row.rows, examples=row.examples)
        questions.append(question_about(row.source, message))
    shared = notes.pop("shared_numbers", pd.DataFrame(columns=OF_SHARED_NUMBERS))
    for row in by_list_asked(shared).itertuples():
        message = say(
            "layout.shared_numbers", rows=row.rows, source=row.source, examples=row.examples
        )
        if row.first_list:
            question = question_about(row.first_list, message, NUMBERS_ANEW, f"# {OTHERS}")
        else:
            question = question_about(row.source, message)
        questions.append(question)
    return questions


def questions_on_repeats(notes: Tables) -> list[Fault]:
    """The question whether rows equal to an earlier one in every cell are further grants, for each
    source of whose money they bear more than a rounding; of its rows, where it tells no amounts.
    Those of the other sources, of which it is only told (`repeats_counted`), stay in the notes.
    """
    repeated = notes.get("again", pd.DataFrame())
    if repeated.empty:
        return []
    is_asked = _are_many(repeated)
    notes["again"] = repeated[~is_asked]
    return [
        _question_on_equal_rows(row, "layout.repeats_in_doubt")
        for row in repeated[is_asked].itertuples()
    ]


def _are_many(repeated: pd.DataFrame) -> pd.Series:
    """Of which sources the rows equal to earlier ones bear more of the money than a rounding; or
    are more of the rows, where it tells no amounts.
    """
    is_many = repeated["rows"].gt(UNCLEAR * repeated["kept"])
    is_much = repeated["amount"].gt(UNCLEAR * repeated["given"])
    return repeated["rows"].ge(FEWEST_REPEATS) & is_much.where(repeated["given"] > 0, is_many)


def _question_on_equal_rows(repeated, message_key: str) -> Fault:
    """The question whether rows equal to earlier ones of their source are further ones."""
    message = say(
        message_key,
        rows=repeated.rows,
        kept=int(repeated.kept),
        amount=formatting.number(repeated.amount),
        given=formatting.number(repeated.given),
        answer='same_reference = "once"',
        else_answer='same_reference = "add"',
    )
    return question_about(repeated.source, message, EQUAL_ROWS, '# same_reference = "once"')


def questions_on_nameless(money: pd.DataFrame, headers: dict[str, str]) -> list[Fault]:
    """The question who received what names nobody, for each source of whose money it is more than a
    rounding (`nameless_rows`), and not all; `headers` are those of the recipients of each source.
    """
    is_asked = money["amount"].gt(UNCLEAR * money["given"]) & money["amount"].lt(money["given"])
    return [
        question_about(
            row.source,
            say(
                "layout.nameless",
                rows=row.rows,
                amount=formatting.number(row.amount),
                header=headers.get(row.source, "…"),
            ),
            rows_left_out("prepare.nameless", headers.get(row.source, ""), [""]),
            key="leave_out",
        )
        for row in money[is_asked].itertuples()
    ]


def questions_on_sums(sums: pd.DataFrame, headers: dict[str, str]) -> list[Fault]:
    """The question whether recipients are groups with the sum of their grants, for each source of
    which this is in doubt (`sums_of_groups`).
    """
    questions = []
    for row in sums.itertuples():
        message = say(
            "layout.sums_in_doubt",
            rows=row.rows,
            amount=formatting.number(row.amount),
            names=", ".join(f'"{name}"' for name in row.names),
            header=headers.get(row.source, "…"),
        )
        header = headers.get(row.source, "")
        counted = {"leave_out": {header: []}}
        choice = rows_left_out("prepare.sums", header, [*row.names], counted=counted)
        questions.append(question_about(row.source, message, choice, key="leave_out"))
    return questions
