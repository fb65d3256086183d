"""The words with which a study says what it is: its day, what it is kept to, how many relations,
what is unknown.
"""

from html import escape

from analysis.article.captions import stylesheet
from analysis.article.table_export import escaped
from analysis.declare import schema as declared
from analysis.disclosure import audiences
from analysis.study import filters
from analysis.study.withholding import withheld
from analysis.text import formatting
from analysis.text.messages import say

_ = formatting.text


def source_line(study) -> str:
    """The words under every figure that say where its data come from."""
    if study.synthetic:
        return _("Synthetic demonstration data; no value is a result of the programme.")
    line = _("Files of the study “{title}”", title=study.title)
    words = study.about.get("words", {})
    if "publisher" in words:
        line += say("publisher.source", publisher=words["publisher"])
    elif study.is_grants:
        line += _("; public grant data, used as a substitute for partnership agreements")
    return line + "."


def scope_line(study) -> str:
    """The words that say which relations are looked at."""
    if study.filters:
        return _("relations ({kept})", kept=filters.phrase(study.filters))
    return _("all relations")


def _counts(study) -> dict[str, int]:
    """How many relations are known and how many run, as far as the study's audience is told."""
    relations, limits = study.relations, study.conventions
    counts = {
        "relations": len(relations),
        "running": int((relations["status"] == "running").sum()),
    }
    if study.parameters.audience == "team":
        return counts
    untold = withheld(study).sizes
    return {
        name: count
        for name, count in counts.items()
        if count not in untold
        and audiences.together([count, len(relations) - count], limits=limits)
    }


def states(study) -> dict[str, int]:
    """What the line above a page's title tells, by the name of the fact (see `Exhibit.states`)."""
    return _counts(study)


def _known(study) -> str:
    """How many relations are known, as the study's audience is told; blank where it is not."""
    counts = _counts(study)
    if "relations" in counts:
        return formatting.number(counts["relations"])
    few = study.conventions["secret_below"]
    if len(study.relations) >= few:
        return ""
    return audiences.few(len(study.relations), study.parameters.audience, study.conventions)


def about_line(study) -> str:
    """As of when and on how many, in one line above a page's title."""
    counts, known = _counts(study), _known(study)
    scope_parts = [filters.phrase(study.filters)] if study.filters else []
    situation = _("situation on {day}", day=study.day)
    publisher = study.about.get("words", {}).get("publisher")
    parts = [_("Impact study"), *filter(None, [publisher]), *scope_parts, situation]
    if known:
        count = _("{n} {n:relation|relations}", n=known)
        if "running" in counts:
            count += ", " + _("{n} running", n=counts["running"])
        parts.append(count)
    return " · ".join(parts)


def sentences(study) -> list[str]:
    """The sentences with which every notebook opens."""
    relations, limits = study.relations, study.conventions
    audience = study.parameters.audience
    counts = {
        name.removeprefix("to "): int((relations["status"] == name).sum())
        for name in ("running", "ended", "to confirm")
    }
    situation = _("Situation on {day}: {scope}.", day=study.day, scope=study.scope_line)
    if "day_seen_in" in study.about and not study.parameters.day:
        situation += " " + _("The day is the last that the sources show; nobody stated it.")
    opening = [situation]
    words = {"recipients": "", "grants": ""} | study.about.get("words", {})
    opening += filter(None, [say("publisher.words", **words)])
    known = _known(study)
    if known:
        known_sentence = _("{n} {n:relation is|relations are} known", n=known)
        is_told = len(_counts(study)) == 2
        if is_told and audiences.together(counts.values(), audience, limits):
            known_sentence += _(
                ": {running} running, {ended} ended, {confirm} to confirm.", **counts
            )
        opening.append(known_sentence.rstrip(".") + ".")
    sources = {"answers": _("the survey"), "accounts": _("the accounts"), "events": _("the events")}
    absent = [name for table, name in sources.items() if not study.has(table)]
    if absent:
        lacking = _(
            "The sources do not hold {absent}: what depends on them is said to be unknown.",
            absent=formatting.join(absent),
        )
        opening.append(lacking)
    return opening


def html(study) -> str:
    """A study as it shows itself in a notebook."""
    title = f'<p class="of"><strong>{escaped(study.title)}</strong></p>'
    stamp = f'<p class="stamp">{escape(_("Demonstration data"))}</p>' if study.synthetic else ""
    opening = " ".join(escape(sentence) for sentence in sentences(study))
    source = f'<p class="source">{escaped(study.source_line)}</p>'
    return (
        f'{stylesheet()}<div class="opening">{title}{stamp}<p>{opening}</p>'
        f"{source}{_table_of_tables(study)}</div>"
    )


def _table_of_tables(study) -> str:
    """How many rows each table of the study has, to be opened."""
    audience, rows = study.parameters.audience, ""
    for name in declared.declared():
        if name not in ("grants", "relations") and study.has(name):
            count = audiences.few(len(study.known(name)), audience, study.conventions)
            rows += f"<tr><th scope='row'>{escape(_(name))}</th><td>{count}</td></tr>"
    heads = "".join(f"<th scope='col'>{escape(_(head))}</th>" for head in ("Table", "Rows"))
    return (
        f"<details class='tables'><summary>{escape(_('Tables and their rows'))}</summary>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details>"
    )
