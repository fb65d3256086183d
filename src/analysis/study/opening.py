"""The words with which a study says what it is: its day, what it is kept to, how many relations,
what is unknown.
"""

from analysis.article.captions import stylesheet
from analysis.article.exhibit_words import table_name
from analysis.article.table_export import filled
from analysis.declare import schema as declared
from analysis.disclosure import audiences
from analysis.disclosure.figure_table import OPENING, Table
from analysis.disclosure.solver import Sum
from analysis.disclosure.withheld import Withheld
from analysis.study import filters
from analysis.study.withholding import is_in_no_edition, withheld
from analysis.text import formatting
from analysis.text.messages import entries, say
from analysis.text.sentences import language_of

STATUSES = ("running", "ended", "to confirm")


def source_line(study) -> str:
    """The words under every figure that say where its data come from."""
    if study.synthetic:
        return say("opening.synthetic")
    publisher = study.about.get("words", {}).get("publisher", "")
    facts = {"publisher": publisher, "is_grants": study.is_grants}
    return say("opening.files", title=study.title, **facts)


def scope_line(study) -> str:
    """The words that say which relations are looked at."""
    return say("opening.scope", filters=filters.phrase(study.filters))


def counts_table(study, hold_back: Withheld | None = None) -> Table:
    """The counts with which a study says what it is, by status, and how many have not ended, on
    whom the figures of lines rest; hidden are those that its audience is not told.
    """
    relations, limits = study.relations, study.conventions
    every = len(relations)
    counts = {name: int((relations["status"] == name).sum()) for name in STATUSES}
    counts |= {"relations": every, "not ended": every - counts["ended"]}
    cells = {name: ("", name) for name in counts}
    own_sums = [
        Sum([cells["running"], cells["to confirm"]], cells["not ended"], 0.0, False),
        Sum([cells["not ended"], cells["ended"]], cells["relations"], 0.0, False),
    ]
    hidden: set[str] = set()
    if study.parameters.audience != "team":
        hold_back = hold_back or withheld(study)
        by_others = hold_back.counts.get(OPENING, ())
        # by its name each is known: none is taken for another
        untold = {*hold_back.sizes, *hold_back.statuses, *by_others}
        hidden = {name for name, count in counts.items() if count in untold}
        hidden |= {name for name, n in counts.items() if not audiences.together([n], limits=limits)}
        if not audiences.together([every - counts["running"]], limits=limits):
            hidden.add("running")
        if OPENING in hold_back.figures:
            hidden |= counts.keys()
    value = {cells[name]: float(count) for name, count in counts.items()}
    # how many are known tells, beside those that have not ended, how many have: these are the secret
    no_secret = {cells[name] for name in hidden & {"relations"}}
    hidden_cells = {cells[name] for name in hidden}
    return Table(value, hidden_cells, sums=own_sums, no_secret=no_secret, of_relations=True)


def _counts(study, hold_back: Withheld | None = None) -> dict[str, int]:
    counted = counts_table(study, hold_back)
    public_cells = counted.value.keys() - counted.hidden
    return {cell[1]: int(counted.value[cell]) for cell in counted.value if cell in public_cells}


def states(study, hold_back: Withheld | None = None) -> dict[str, int]:
    """What the line above a page's title tells, by the name of the fact (see `Exhibit.states`),
    where the study withholds `hold_back`, by default what it was handed down.
    """
    counts = _counts(study, hold_back)
    return {name: counts[name] for name in ("relations", "running") if name in counts}


def _known(study) -> dict[str, object]:
    counts, count = _counts(study), len(study.relations)
    if "relations" in counts:
        return {"known": formatting.number(count), "n": count, "is_none": count == 0}
    least = study.conventions["secret_below"]
    if count >= least:
        return {}
    few = audiences.few(count, study.parameters.audience, study.conventions)
    return {"known": str(few), "n": least if count else 0, "is_none": False}


def about_line(study) -> str:
    """Of what, as of when and on how many, in one line above a page's title."""
    counts, known = _counts(study), _known(study)
    if not known:
        return study_and_day(study)
    running = ""
    if "running" in counts:
        running = formatting.number(counts["running"])
    return f"{study_and_day(study)} · {say('opening.counts', running=running, **known)}"


def study_and_day(study) -> str:
    """Of what and as of when, without any count."""
    publisher = study.about.get("words", {}).get("publisher", "")
    situation = say("opening.situation", day=study.day)
    parts = [say("opening.study"), publisher, filters.phrase(study.filters), situation]
    return " · ".join(part for part in parts if part)


def sentences(study) -> list[str]:
    """The sentences with which every notebook opens."""
    if is_in_no_edition(study):
        if study.parameters.partner:  # a portrait, of which nothing is counted
            return []
        return [say("withheld.no_edition")]
    is_day_seen = "day_seen_in" in study.about and not study.parameters.day
    scope = {"filters": filters.phrase(study.filters), "is_day_seen": is_day_seen}
    opening = [say("opening.first", day=study.day, **scope)]
    words = {"recipients": "", "grants": ""} | study.about.get("words", {})
    opening.append(say("publisher.words", **words))
    known = _known(study)
    if known:
        counts = _counts(study)
        is_told = {"relations", *STATUSES} <= counts.keys()
        told_counts = {
            name.removeprefix("to "): formatting.number(counts[name]) if is_told else ""
            for name in STATUSES
        }
        known["known"] = str(known["known"]).capitalize()  # which begins the sentence
        opening.append(say("opening.known", **known, **told_counts))
    sources = entries("opening.sources")
    absent = [name for table, name in sources.items() if not study.has(table)]
    if absent:
        opening.append(say("opening.absent", absent=formatting.join(absent)))
    return [sentence for sentence in opening if sentence]


def html(study) -> str:
    """A study as it shows itself in a notebook."""
    spoken = language_of(study.title)
    if spoken == study.lang:
        spoken = ""
    facts = {"spoken": spoken, "sentences": sentences(study), "tables": _counts_of_tables(study)}
    return stylesheet() + filled("opening", study=study, **facts)


def _counts_of_tables(study) -> list[tuple[str, str]]:
    if study.parameters.audience != "team":
        return []
    tables = [name for name in declared.declared_tables() if name not in ("grants", "relations")]
    return [
        (table_name(study, name), formatting.number(len(study.known(name))))
        for name in tables
        if study.has(name)
    ]
