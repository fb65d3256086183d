"""Files recognised by their headers, or mapped as `study.toml` says; refused in words that help."""

import itertools
import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from analysis import parse
from analysis.declare import schema
from analysis.declare.faults import Fault, did_you_mean
from analysis.layout.header_words import ALONE, PART, Sense, senses
from analysis.layout.study_file import DERIVED, Source, Study
from analysis.parse.column import reference
from analysis.read import NAMELESS, Block, folded, matching

PROGRAMME = "programme export"
YEAR = r"(?:19[5-9]\d|20\d\d)"
TOTAL = r"(?i)^\s*(?:sous[- ])?total"
SLIPS = 8  # letters that a header needs for a slip in it to be sure
SAMPLE = 200  # distinct cells that are looked at to tell what a column holds
PERCENT = re.compile(
    r"(?i)%|\bpct\b|pou?rcent|percent|\b(?:taux|rate|quote-part)\b"
)  # headers of shares of a whole
DROPPED = re.compile(
    "notes|comment|remarque|observation|annotation|memo"
)  # how headers of free notes begin: never read


class Mapping(NamedTuple):
    """How the rows of a block become rows of a table: raw headers of each column, constants, headers left unread.

    >>> print(Mapping("study.toml", "grants", {"recipient": ("Qui",), "~code": ("N°",)}, {"date": "2016"}, ("Notes",)))
    grants: recipient = Qui; date: 2016; not used: N°, Notes
    """

    layout: str
    table: str
    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str]
    unread: tuple[str, ...] = ()
    split: str | None = None  # a column that holds the last title above each row

    def __str__(self) -> str:
        said = [
            f"{name} = {' + '.join(raw)}"
            for name, raw in self.columns.items()
            if not name.startswith("~")
        ]
        said += (
            [f"where blank, amount = {' + '.join(self.columns[PART])}"]
            if PART in self.columns
            else []
        )
        said += [f"{name}: {value}" for name, value in self.constants.items()]
        said += [f"{self.split}: the title above"] if self.split else []
        spare = [
            header
            for name, raw in self.columns.items()
            if name.startswith("~") and name != PART
            for header in raw
        ]
        spare += self.unread
        said += [f"not used: {', '.join(spare)}"] if spare else []
        return f"{self.table}: {'; '.join(said)}".replace("\n", " ")


@cache
def known_headers() -> dict[str, dict[str, dict[tuple[str, ...], str]]]:
    """table -> column -> its headers in order of preference, each a tuple of folded headers to join, with the layout that has it.

    The headers of all public layouts count for a grant list, since publishers mix them.
    """
    found: dict[str, dict[str, dict[tuple[str, ...], str]]] = {}
    for row in reference("headers"):
        joined = tuple(folded(part) for part in row["header"].split(" + "))
        found.setdefault(row["table"], {}).setdefault(row["column"], {}).setdefault(
            joined, row["layout"]
        )
    for table, columns in schema.declared().items():
        for column in columns.values() if table not in DERIVED else ():
            spelled = found.setdefault(table, {}).setdefault(column.name, {})
            for spelling in (column.name, column.label_fr, column.label_en, *column.aliases):
                spelled.setdefault((folded(spelling),), PROGRAMME)
    return found


class Vocabulary(frozenset):
    """Folded names of headers, and whatever is understood by its words."""

    def __contains__(self, name: str) -> bool:
        return super().__contains__(name) or bool(senses(name))


def vocabulary(study: Study) -> Vocabulary:
    """What makes a record a header: the known names, those that `study.toml` gives, and the words of grant lists."""
    told = {
        folded(raw)
        for source in study.source
        for headers in source.columns.values()
        for raw in headers
    }
    return Vocabulary(_known_names() | told)


@cache
def _known_names() -> frozenset[str]:
    every = (
        joined
        for columns in known_headers().values()
        for headers in columns.values()
        for joined in headers
    )
    return frozenset(name for joined in every for name in joined)


def _spellings(header: str) -> list[str]:
    """A header as written and without its remarks in brackets, after a footnote mark, or the year or unit that it bears; a path of
    names ("beneficiaire:id") also from its end."""
    bare = re.sub(r"\s*\(.*?\)", "", header)
    path = " ".join(reversed(header.split(":")))
    unit = re.sub(r"(?i)(?<!\w)[km]?\s*(?:€|eur(?:os?)?)(?!\w)", "", bare)
    texts = (
        header,
        bare,
        re.sub(r"\s*\(.*", "", header),
        re.sub(rf"\b{YEAR}(?: ?[-/] ?(?:\d\d){{1,2}})?\b", "", bare),
        path,
        unit,
    )
    twice = (
        header.split("/") if header.count("/") == 1 and " " in header else []
    )  # in two languages
    return list(dict.fromkeys(map(folded, (*texts, *twice))))


def matched(block: Block, table: str) -> dict[str, tuple[str, ...]]:
    """Raw headers of a block for each column of a table that it holds; a header serves one column.

    Known names come first, then headers understood by their words; one that means nothing is taken for a long known name that
    it differs from by a letter or two.
    """
    headers = [
        header
        for header in block.columns
        if not DROPPED.match(folded(header)) and not (table == "grants" and "%" in header)
    ]
    by_name = {name: header for header in reversed(headers) for name in _spellings(header) if name}
    by_name |= {folded(header): header for header in headers}
    names = sorted(name for name in _known_names() if len(name) >= SLIPS)
    for name in [name for name in by_name if name not in _known_names() and not senses(name)]:
        meant = process.extractOne(
            name, names, scorer=OSA.distance, score_cutoff=2 if len(name) > SLIPS + 4 else 1
        )
        if meant:
            by_name.setdefault(meant[0], by_name[name])
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for column, known in known_headers()[table].items():
        kept = [joined for joined in known if all(name in by_name for name in joined)]
        free = [joined for joined in kept if not any(by_name[name] in taken for name in joined)]
        if column.startswith("~") and column not in ("~total", "~precision"):
            raw = tuple(dict.fromkeys(by_name[name] for joined in free for name in joined))
        else:
            raw = tuple(by_name[name] for name in free[0]) if free else ()
            if (
                raw and table == "agreements" and schema.columns(table)[column].kind == "number"
            ):  # of several years, their sum
                raw = tuple(
                    header
                    for header in headers
                    if header in raw
                    or (re.search(YEAR, header) and free[0][0] in _spellings(header))
                )
            if (
                raw
                and column == "funder"
                and not _holds(block, raw[0], schema.columns(table)[column])
            ):
                raw = ()  # "Imputation" may be a code
        if raw:
            found[column] = raw
            taken.update(raw)
    if table == "grants":
        for column in schema.columns(table).values():
            meant = [
                (sense, header)
                for header in headers
                if header not in taken and (sense := _sense(header, column.name))
            ]
            held = [
                each
                for each in sorted(meant, key=lambda each: each[0])
                if _holds(block, each[1], column)
            ]
            if (
                column.name not in found and held
            ):  # of what became of a request every column may tell, a decision before an opinion
                found[column.name] = tuple(
                    header for _sense, header in held[: None if column.kind == "outcome" else 1]
                )
                taken.update(found[column.name])
        if "date" in found and _blank(block, found["date"]):
            years = (
                header
                for header in headers
                if header not in taken and _sense(header, "date") and _years(block, header)
            )
            found["date"] += tuple(itertools.islice(years, 1))
        if "amount" not in found or _blank(block, found["amount"]):
            parts = _parts(
                block, [header for header in headers if header not in taken], "amount" in found
            )
            if parts:
                found[PART if "amount" in found else "amount"] = parts
        spare = [
            header
            for header in headers
            if header not in {raw for held in found.values() for raw in held}
        ]
        sums = [
            header
            for header in spare
            if folded(header).startswith("total") and _sense(header, "amount")
        ]
        if sums and "amount" in found:
            found.setdefault("~total", (sums[0],))
    return found


def _blank(block: Block, headers: tuple[str, ...]) -> bool:
    """Whether some rows have nothing under a header, or no more than a word for it."""
    column = block.columns[headers[0]]
    return bool(
        (column.codes < 0).any()
        or not (matching(column.values, r"\p{Nd}") | column.values.isna()).all()
    )


def _years(block: Block, header: str) -> bool:
    """Whether most cells under a header are years."""
    some = block.columns[header].values.iloc[:SAMPLE]
    return bool(parse.dates(some)[0]["precision"].eq("year").mean() > 0.5)


def _parts(block: Block, headers: list[str], beside: bool) -> tuple[str, ...]:
    """The headers of one amount under several titles ("Fonctionnement", "Investissement"); not where they are marks, or percentages:
    a header or a sign says so, or the amount stands `beside` them."""
    parts: dict[float, tuple[Sense, str]] = {}
    for header in headers:
        marks = set(block.columns[header].values.dropna()) in (
            {"0"},
            {"1"},
            {"0", "1"},
        )  # of what a grant is for
        sense = _sense(header, PART)
        # An English word alone may tell of the recipient ("Revenue", "Capital"), unless a currency stands beside it.
        own = (
            sense
            and sense.layout.endswith("English")
            and sense.beside == ALONE
            and not re.search(r"[$£€]", header)
        )
        if (
            sense
            and not marks
            and not own
            and _holds(block, header, schema.columns("grants")["amount"])
        ):
            parts[sense.head] = min(parts.get(sense.head, (sense, header)), (sense, header))
    found = tuple(
        header for header in headers if header in {each for _sense, each in parts.values()}
    )
    numbers = [parse.amounts(block.columns[header].series())[0] for header in found]
    whole = (
        sum(number.fillna(0) for number in numbers)
        if len(found) > 1
        else pd.Series(dtype="Float64")
    )
    shares = beside or any(map(PERCENT.search, block.columns))
    shares |= any(
        block.columns[header].values.str.contains("%", regex=False).any() for header in found
    )
    return () if whole.any() and whole.isin([0, 1, *[100] * shares]).all() else found


def _sense(header: str, column: str) -> Sense | None:
    """How a header of a grant list, as one of its spellings, names a column by its words; None where it does not."""
    names = _spellings(header)
    if (
        column in ("date", "outcome") and not header.isupper()
    ):  # of a body ("Décision CASD"), or a day ("Décision du CA du 12/03/2018")
        names += _spellings(re.sub(r"\b[A-Z]{2,}\b|\b(?:du )?\d[\d/.]*\d\b", "", header))
    return min((senses(name)[column] for name in names if column in senses(name)), default=None)


def _holds(block: Block, header: str, column: schema.Column) -> bool:
    """Whether most cells under a header are what a column holds: dates, numbers, digits of an identifier, words for a name."""
    some = block.columns[header].values.iloc[:SAMPLE]
    some = some[~some.str.contains(TOTAL, na=False)]  # whatever stands above it
    some = parse.text(some.reset_index(drop=True)).dropna().reset_index(drop=True)
    if not len(some):
        return not len(block.lines)
    if column.kind == "date":
        good = parse.dates(some)[0]["date"].notna()
    elif column.kind == "number":
        good = parse.months(some)[0].notna() | parse.amounts(some)[1]["rule"].reindex(
            some.index
        ).ne("M02")
    elif column.kind == "outcome":
        said = parse.outcomes(some)[0]  # what runs throughout may be the recipient
        return bool(said.notna().mean() >= 0.5 and said.dropna().ne("running").any())
    else:
        shapes = {
            "siret": r"\d.*\d.*\d",
            "rna": r"\d",
            "recipient": r"[^\W\d_]",
            "funder": r"[^\W\d_]",
        }
        good = some.str.contains(shapes.get(column.name, "."))
    return bool(good.mean() > 0.5)


def _missing(table: str, *held: Iterable[str]) -> list[str]:
    """The required columns of a table that are none of those held, nor told by one of these."""
    names = set().union(*held)
    names |= {column for column, other in schema.TOLD_BY.get(table, {}).items() if other in names}
    return [
        column.name
        for column in schema.columns(table).values()
        if column.required and column.name not in names
    ]


def recognise(block: Block, stem: str, study: Study) -> Mapping | None:
    """The table that explains most headers of a block, its required columns present; None where there is none.

    A grant list may take its funder from the study's title and its year from the file (its name or a title above the table).
    """
    best, best_score = None, 0.0
    for table, spelled in known_headers().items():
        found = matched(block, table)
        if table == "grants" and not {"recipient", "amount"} <= set(found):
            continue
        found, constants = _completed(block, table, found, {}, stem, study)
        split = "date" if _dated_by_titles(block, table, found, constants) else None
        unread = _unread(block, found)
        used, named = (
            len(block.columns) - len(unread),
            folded(table) in folded(f"{stem} {block.source.partition('#')[2]}"),
        )
        score = used + 1.5 * named + len(found) / len(spelled)
        enough = used + ("date" in constants) >= min(3, len(block.columns))
        if enough and score > best_score and not _missing(table, found, constants, {split}):
            best, best_score = (
                Mapping(_layout(table, found), table, found, constants, unread, split),
                score,
            )
    return best


def _layout(table: str, matched: dict[str, tuple[str, ...]]) -> str:
    """The public layout that most headers are of (the first named, of equals); without any, an export of the programme."""
    layouts = []
    for column, headers in matched.items():
        known = known_headers()[table].get(column, {})
        exact = [
            known[joined]
            for joined in known
            if all(any(name in _spellings(raw) for raw in headers) for name in joined)
        ]
        public = [layout for layout in exact if layout != PROGRAMME]
        sense = (
            _sense(headers[0], column) or _sense(headers[0], PART)
            if table == "grants" and not public
            else None
        )
        layouts += [sense.layout] if sense else public
    return max(layouts, key=layouts.count, default=PROGRAMME)


def _completed(
    block: Block,
    table: str,
    matched: dict[str, tuple[str, ...]],
    told: dict[str, str],
    stem: str,
    study: Study,
    split: str | None = None,
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """What a list of grants does not hold: its funder from a title or the study, its date from its starts or the file's year."""
    constants = dict(told)
    if table == "grants":
        if "funder" not in matched and "funder" not in constants:
            constants |= ({} if told else publisher_of(block)) or {
                "funder": study.title or study.name
            }
        if "date" not in matched and "date" not in constants and split != "date":
            if "planned_start" in matched:
                matched = matched | {"date": matched["planned_start"]}
            elif year := year_of(block, stem, matched.get("amount", ())):
                # where a column that nothing explains holds dates, no year of a title or of a file's name may stand for them
                left = any(
                    _holds(block, header, schema.columns("grants")["date"])
                    for header in _unread(block, matched)
                )
                constants |= {} if left else {"date": year}
    return matched, constants


def _dated_by_titles(block: Block, table: str, matched: dict, constants: dict) -> bool:
    """Whether a list of grants without a date has titles that bear several years, the first of them above all rows."""
    years = [
        aside.line
        for aside in block.aside
        if aside.rule == "title" and re.search(rf"(?<!\d){YEAR}(?!\d)", aside.value)
    ]
    undated = table == "grants" and "date" not in matched and "date" not in constants
    return undated and len(years) > 1 and min(years) < min(block.lines, default=0)


def _unread(block: Block, matched: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    used = {raw for headers in matched.values() for raw in headers}
    return tuple(header for header in block.columns if header not in used)


def as_told(block: Block, source: Source, stem: str, study: Study) -> tuple[Mapping, list[Fault]]:
    """The mapping that a `[[source]]` of study.toml gives for a block, and what it names in vain.

    Columns that the source does not mention are looked for under their known headers.
    """
    by_name = {folded(header): header for header in block.columns}
    faults, found = [], {}
    for column, headers in source.columns.items():
        lacking = [raw for raw in headers if folded(raw) not in by_name]
        if lacking:
            hint = did_you_mean(lacking[0], block.columns, 1)
            message = f"no such header{hint} (headers: {', '.join(block.columns)}); edit [source.columns] in study.toml"
            faults.append(
                Fault(block.source, block.header_line, column, "header", lacking[0], message)
            )
        else:
            found[column] = tuple(by_name[folded(raw)] for raw in headers)
    taken = {raw for headers in found.values() for raw in headers}
    for column, raw in matched(block, source.table).items():
        if column not in found and column not in source.constants and not taken & set(raw):
            found[column] = raw
    found, constants = _completed(
        block, source.table, found, source.constants, stem, study, source.split
    )
    for name in _missing(source.table, found, constants, {source.split}):
        message = f"required column {name!r} of {source.table} is missing; map it in [source.columns] of study.toml"
        faults.append(Fault(block.source, block.header_line, name, "required", "", message))
    layout = f"study.toml, {_layout(source.table, found)}"  # the language of the headers tells how numbers are written
    return Mapping(
        layout, source.table, found, constants, _unread(block, found), source.split
    ), faults


def publisher_of(block: Block) -> dict[str, str]:
    """Funder and its SIRET where a title above the table holds both ("Département de la Sarthe 227 200 029 00014")."""
    for title in block.titles[:5]:
        found = re.fullmatch(r"(.*\w)\W+((?:\d ?){13}\d)", title)
        if found and parse.siret(pd.Series([found[2]]))[0].notna().all():
            return {"funder": found[1].strip(), "funder_id": found[2]}
    return {}


def year_of(block: Block, stem: str, headers: tuple[str, ...] = ()) -> str:
    """The one year that the amount's header, the sheet's or the file's name, or titles of the table tell; blank where they tell none
    or several."""
    year = rf"(?<!\d)(?<!plf[-_ ]){YEAR}(?!\d)"  # a bill of 2012 tells of what was paid in 2010
    above = {found for title in block.titles[:3] for found in re.findall(year, title)}
    named = set(re.findall(year, stem.lower()))
    texts = [column.values for column in list(block.columns.values())[:2]]
    labels = (text for some in texts for text in some[some.str.contains(TOTAL, na=False)])
    totals = {found for text in labels for found in re.findall(year, text)}
    headed = set(re.findall(year, " ".join(headers)))
    sheet = set(re.findall(year, block.source.partition("#")[2]))
    for told in (headed, sheet, named if len(named) == 1 else set(), named & totals, above):
        if len(told) == 1:
            return told.pop()
    return ""


def unknown(block: Block) -> Fault:
    """What a person is told of a block that no layout explains: the headers seen and the nearest table."""
    found = {table: matched(block, table) for table in known_headers()}
    near = max(found, key=lambda table: len(found[table]) / len(known_headers()[table]) ** 0.5)
    lacking = [name for name in _missing(near, found[near]) if name != "funder"]
    lacking += ["amount"] * (near == "grants" and "amount" not in found[near])
    hint = (
        f" (nearest: table {near}, which also needs {', '.join(lacking)})"
        if found[near] and lacking
        else ""
    )
    headless = NAMELESS in block.columns and not block.header_line
    message = (
        "no header found"
        if headless
        else f"headers of no known layout: {', '.join(block.columns)}{hint}"
    )
    advice = "describe the file in study.toml; `impact-study check` prints a draft"
    return Fault(block.source, block.header_line, "", "layout", "", f"{message}; {advice}")
