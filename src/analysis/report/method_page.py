"""The page that explains a report: words, and the declarations that its numbers were computed with."""

from collections.abc import Mapping
from html import escape

from analysis import explore
from analysis.article.captions import number_of
from analysis.article.exhibit_words import table_name, values_of_sides
from analysis.article.table_export import escaped, filled
from analysis.charts.look import FAMILIES
from analysis.declare import conventions, parameters, schema
from analysis.disclosure.weaker_rules import weaker_rules_said
from analysis.report import html_page
from analysis.text import formatting, sentences
from analysis.text.facts import Number
from analysis.text.messages import say

SLUG = "method"
OF_CHARTER = ("charter_year", "charter_signed_on")  # which another publisher has not
OF_ANY = ("partners", "relations", "lines")  # tables that every study has, whoever publishes


def method_title(lang: str) -> str:
    """The name of the page in the navigation of a report."""
    return sentences.Words("method", lang, {}).written("title")


def _words(study: explore.Study) -> sentences.Words:
    publisher = study.about.get("words", {}).get("publisher", "")
    facts = {"publisher": publisher or study.title * study.is_grants, "grants": study.is_grants}
    return sentences.Words("method", study.lang, facts)


def method_page(
    study: explore.Study,
    figures: Mapping[str, dict],
    unwritten: Mapping[str, list[str]],
    meta: html_page.Meta,
) -> str:
    """The page of a report: `figures` by id, each with its page and its finding; `unwritten` why
    pages are not there, by their slug.
    """
    words = _words(study)
    headings = words.names("headings")
    marks = {"share": formatting.percent(study.parameters.confidence)}
    marks["mark"] = formatting.number(None)
    how_to_read = f'<ul class="guide">{filled("guide", families=FAMILIES[:3], **marks)}</ul>'
    rules = _rules(study, words)
    parts = [
        (f"# {words.written('title')}\n\n{words.written('opening')}", ""),
        (_listed(headings["words"], words.names("words")), ""),
        (_listed(headings["reading"], words.names("reading")), how_to_read),
        (_listed(headings["secrecy"], _secrecy(study, words)), ""),
        (f"## {headings['parameters']}", _parameters(study, words)),
        (f"## {headings['conventions']}", _conventions(study, words)),
        (f"## {headings['figures']}", _figures(figures, words)),
        (_untold(unwritten, dict(meta.pages)), ""),
        (f"## {headings['rules']}" if rules else "", rules),
        (f"## {headings['tables']}", ""),
        *(
            (f"### {_capital(table_name(study, table))}", _columns(study, columns, words))
            for table, columns in schema.declared_tables().items()
            if not study.is_grants or table in OF_ANY or study.has(table)
        ),
    ]
    parts = [part for part in parts if part[0]]
    return html_page.composed(parts, meta)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(heading: str, entries: Mapping[str, str]) -> str:
    return "\n".join([f"## {heading}", "", *(f"- {entry}" for entry in entries.values())])


def _secrecy(study: explore.Study, words: sentences.Words) -> dict[str, str]:
    entries = dict(words.names("secrecy"))
    weaker = weaker_rules_said(study.conventions)
    if not weaker or study.parameters.audience == "team":
        return entries
    return {"weaker": f"**{weaker}**"} | entries


def _table(words: sentences.Words, heads: list[str], rows: list[list[str]]) -> str:
    names = words.names("heads")
    cells = [[escaped(cell) for cell in row] for row in rows]
    return html_page.html_table([escape(names[head]) for head in heads], cells)


def _parameters(study: explore.Study, words: sentences.Words) -> str:
    meanings = words.names("parameters")
    parameter_values = study.parameters.model_dump() | {"day": str(study.day.date())}
    rows = [
        [
            name,
            parameters.command_value(parameter_values[name]) or "–",
            meanings.get(name, field.description or ""),
        ]
        for name, field in parameters.FIELDS.items()
        if name != "data"
    ]
    return _table(words, ["name", "value", "meaning"], rows)


def _conventions(study: explore.Study, words: sentences.Words) -> str:
    units, sources = words.names("units"), words.names("sources")
    in_force = dict(study.conventions)
    in_force |= {name: getattr(study.parameters, name) for name in conventions.PARAMETERS}
    rows = []
    for declared in schema.reference("conventions").itertuples():
        name = str(declared.name)
        if name in OF_CHARTER and not study.is_programme:
            continue
        value, default = in_force[name], conventions.DEFAULTS[name]
        meaning = str(declared.meaning_fr if study.lang == "fr" else declared.meaning_en)
        unit = units.get(str(declared.unit), str(declared.unit))
        meaning = formatting.typeset(f"{meaning} ({unit})", study.lang)
        if value != default:
            meaning = f"{meaning} ({words.written('moved', default=_number(default))})"
        is_year = declared.unit == "calendar year"  # no thousands apart
        value_text = str(value) if is_year else _number(value).written()
        kind = _kind_of_source(str(declared.source))
        rows.append([name, value_text, meaning, sources.get(kind, kind)])
    return _table(words, ["name", "value", "meaning", "source"], rows)


def _kind_of_source(source: str) -> str:
    """Whether a number is the study's own choice, the literature's or published.

    >>> _kind_of_source("METHOD 9.3 (conv)")
    'conv'
    """
    return source.rpartition("(")[2].rstrip(")")


def _number(value: float) -> Number:
    decimals = f"{value:.6f}".rstrip("0").partition(".")[2]
    return Number(value, digits=len(decimals))


def _figures(figures: Mapping[str, dict], words: sentences.Words) -> str:
    names = words.names("heads")
    links: dict[str, list[str]] = {}
    for id, figure in figures.items():
        link = f'<a href="{escape(figure["page"])}">{escape(number_of(id))}</a>'
        links.setdefault(figure["part_of"] or id, []).append(link)
    findings = {
        id: figure["title"] or words.written("key_numbers") for id, figure in figures.items()
    }
    rows = [[", ".join(shown), escaped(findings[id])] for id, shown in links.items()]
    return html_page.html_table([escape(names["figure"]), escape(names["finding"])], rows)


def _untold(unwritten: Mapping[str, list[str]], titles: Mapping[str, str]) -> str:
    lines = {slug: f"**{titles[slug]}** {' '.join(why)}" for slug, why in unwritten.items()}
    if lines:
        return _listed(say("sheet.untold"), lines)
    return ""


def _rules(study: explore.Study, words: sentences.Words) -> str:
    """The rules that set aside or merged rows of these sources; how many, for the study team.

    Nothing where every row was kept as it was read.
    """
    ledger = study.ledger
    applied = ledger[ledger["action"].isin(["set aside", "merged", "corrected"])]
    counts = applied.groupby(["rule", "action"])["rows"].sum()
    if counts.empty:
        return ""
    of_team = study.parameters.audience == "team"
    rows = []
    for rule, fate, count in counts.reset_index().itertuples(index=False):
        row = [formatting.text(str(rule)), formatting.text(str(fate))]
        rows.append([*row, formatting.number(count)] if of_team else row)
    return _table(words, ["rule", "fate", *(["rows"] if of_team else [])], rows)


def _columns(
    study: explore.Study, columns: Mapping[str, schema.Column], words: sentences.Words
) -> str:
    kinds, units = words.names("kinds"), words.names("units")
    labels, named_values = words.names("labels"), values_of_sides(study)
    rows = []
    for column in columns.values():
        if column.name in OF_CHARTER and not study.is_programme:
            continue
        label = labels.get(column.name, column.label(study.lang))
        kind = kinds.get(column.kind, column.kind)
        unit = ""
        if column.unit:
            unit = f" ({units.get(column.unit, column.unit)})"
        values = ", ".join(
            named_values.get(value, formatting.text(value)) for value in column.values
        )
        rows.append([label, column.name, kind + unit, values])
    return _table(words, ["column", "name", "kind", "values"], rows)
