"""What the numbers stand on: the flow of rows (T1), who the partners are (T2), the quality sheet (T7)."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit, Rules, refuse_if
from analysis.declare import schema
from analysis.declare.conventions import DEFAULTS
from analysis.exhibits.phrases import bounds
from analysis.stats import intervals
from analysis.text import formatting

_ = formatting.text

TOLERANCE = DEFAULTS["totals_tolerance_eur"]  # EUR: a total that differs by no more agrees (M18)
LISTED = 50  # totals that do not agree: all are in totals.parquet
ACTIONS = ("read", "kept", "merged", "set aside")
FORMAL = (
    "total",
    "title",
    "header",
    "repeated header",
)  # records that are no data: to leave them out is no exclusion
ASKED = (
    "refused request",
    "withdrawn request",
    "undecided request",
)  # nor are these faults: they are no grants


def _named(study, sources: pd.Series) -> pd.Series:
    """Sources as the audience may know them: the names of raw files stay with the study team."""
    if study.parameters.audience == "team":
        return sources
    names = sorted(study.ledger["source"].unique())
    numbered = {name: f"{_('Source')} {place}" for place, name in enumerate(names, start=1)}
    return sources.map(numbered).astype("str")


def _ledger(study) -> pd.DataFrame:
    """The ledger with its sources as the audience may know them."""
    return study.ledger.assign(source=_named(study, study.ledger["source"]))


def _flow(study) -> pd.DataFrame:
    """How many rows of each source were read, kept, merged and set aside; of these, how many are no data (`formal`, `asked`)."""
    ledger = _ledger(study)
    rows = (
        ledger.groupby(["source", "action"])["rows"]
        .sum()
        .unstack("action")
        .reindex(columns=ACTIONS)
    )
    for name, rules in (("formal", FORMAL), ("asked", ASKED)):
        rows[name] = ledger[ledger["rule"].isin(rules)].groupby("source")["rows"].sum()
    return rows.fillna(0).astype(int)


def _excluded(flow: pd.DataFrame | pd.Series):
    """How many data rows were set aside, and their share."""
    apart = flow["formal"] + flow["asked"]
    aside, all_ = flow["set aside"] - apart, flow["read"] - apart
    return aside, aside / np.where(all_ > 0, all_, np.nan)


def T1(study) -> Exhibit:
    """From the files to the analysis: what became of every row, by source and rule, down to the relations analysed."""
    flow = _flow(study)
    ledger = _ledger(study)
    rules = ledger[~ledger["action"].isin(["read", "kept"])]
    why = pd.Series(
        [
            f"{_(rule)} ({formatting.number(rows)})"
            for rule, rows in zip(rules["rule"], rules["rows"], strict=True)
        ],
        rules.index,
        dtype="str",
    )
    data = (
        flow.assign(why=why.groupby(rules["source"]).agg(" ; ".join))
        .fillna({"why": ""})
        .reset_index()
    )
    total = flow.sum()
    aside, share = _excluded(total)
    left = formatting.join(
        [_("{n} {n:total or title|totals or titles}", n=total["formal"])] * bool(total["formal"])
        + [_("{n} {n:request|requests} not granted", n=total["asked"])] * bool(total["asked"])
    )
    data = pd.concat([data, pd.DataFrame([{"source": _("All sources"), **total, "why": ""}])])
    fields = {
        "read": total["read"],
        "kept": total["kept"],
        "merged": total["merged"],
        "aside": aside,
        "share": formatting.percent(share, 1),
        "besides": _(", besides {list}", list=left) if left else "",
        "apart": _("; apart, {list}", list=left) if left else "",
        "known": len(study.all_relations),
        "found": len(study.relations),
        "sources": _("{n} {n:source|sources}", n=len(flow)),
    }
    return Exhibit.of(
        study,
        "T1",
        "quality",
        data,
        n=total["read"],
        unit=_("rows"),
        columns={
            "source": _("Source"),
            "read": (_("Read"), "integer"),
            "kept": (_("Kept"), "integer"),
            "merged": (_("Merged"), "integer"),
            "set aside": (_("Set aside"), "integer"),
            "why": _("Rules"),
        },
        title=_(
            "Of {read} rows read, {aside} {aside:was|were} set aside ({share}){besides}; none is lost",
            **fields,
        )
        if aside
        else _("Of {read} rows read, none was set aside{besides}; none is lost", **fields),
        subtitle=_(
            "Number of rows by source: read, kept, merged with another row, set aside, with the rule"
        ),
        reading=_(
            "{read} rows were read from {sources}: {kept} kept, {merged} merged into another row that says the same, "
            "{aside} set aside with file, line and reason{apart}. They make {known} relations known on the day, of which "
            "{found} are analysed here.",
            **fields,
        ),
        scope=_(
            "All rows of all sources; the columns kept, merged and set aside sum to the rows read."
        ),
        note=_(
            "Every row set aside stands in quarantine.csv with its line; the command “impact-study trace” follows any line to "
            "its fate."
        ),
        alt=_(
            "A table of the rows of each source: {read} read, {kept} kept, {merged} merged, {aside} set aside{apart}.",
            **fields,
        ),
    )


TRAITS = ("ess_family", "legal_form", "is_network", "budget_band", "region")


def T2(study) -> Exhibit:
    """Who the partners are: families, legal forms, networks, budgets, regions, and how many do not say."""
    partners = study.only("partners", "partner_id", *TRAITS)
    partners = partners[partners["partner_id"].isin(study.relations["partner_id"])]
    refuse_if(partners.empty, _("No partner has a relation in this scope."))
    parts = []
    for trait in TRAITS:
        held = partners[trait].astype("str")
        if trait == "is_network":
            held = held.map({"True": _("yes"), "False": _("no")})
        counts = (
            held.value_counts().sort_index().sort_values(ascending=False, kind="stable").head(18)
        )
        if counts.empty:
            continue
        known = int(held.notna().sum())
        shares = intervals.wilson(counts, known, confidence=study.parameters.confidence).rename(
            columns={"value": "share"}
        )
        label = schema.columns("partners")[trait].label(study.lang)
        parts.append(
            shares.assign(trait=label, value=counts.index.map(_), partners=counts, known=known)
        )
    refuse_if(
        not parts,
        _(
            "The sources say nothing of their partners but a name: no family, legal form, budget or region."
        ),
    )
    data = pd.concat(parts)
    first = data.iloc[0]
    fields = {
        "n": len(partners),
        **first[["trait", "value", "known"]],
        "share": formatting.percent(first["share"]),
    }
    return Exhibit.of(
        study,
        "T2",
        "quality",
        data,
        n=len(partners),
        unit=_("partners"),
        rules=Rules(by="trait"),
        columns={
            "trait": _("Trait"),
            "value": _("Value"),
            "partners": (_("Partners"), "integer"),
            "known": (_("Of how many known"), "integer"),
            "share": (_("Share"), "percent"),
            **bounds(),
        },
        title=_(
            "{n} {n:partner|partners}; “{value}” is the first answer to “{trait}” ({share})",
            **fields,
        ),
        subtitle=_("Number and share of partners by trait, among those whose trait is known"),
        reading=_(
            "“{trait}” is known for {known} {known:partner|partners}, of which {share} “{value}”.",
            **fields,
        ),
        scope=_("Partners with a relation in scope: {scope}.", scope=study.scope_line),
        note=_(
            "A partner is one legal person; shares leave out partners whose trait is not known. Wilson intervals."
        ),
        alt=_("A table of the traits of {n} {n:partner|partners}.", **fields),
    )


def T7(study) -> Exhibit:
    """The quality sheet: exclusions, completeness, totals reconciled, identity breaks, windows, candidates, unmapped words."""
    columns = {
        "subject": _("Subject"),
        "what": _("What"),
        "value": _("Value"),
        "verdict": _("What to do"),
    }
    data = pd.DataFrame(_points(study), columns=list(columns)).astype({"what": "str"})
    refuse_if(
        data.empty,
        _("Nothing stands out: no row set aside, every column complete, no total, one window."),
    )
    counts = data["subject"].value_counts(sort=False)
    subjects = formatting.join(
        f"{name} ({formatting.number(count)})" for name, count in counts.items()
    )
    return Exhibit.of(
        study,
        "T7",
        "quality",
        data,
        n=len(data),
        unit=_("points"),
        rules=Rules(
            not_partners=_(
                "What is to be mended in the sources is for the study team and the directors."
            )
        ),
        columns=columns,
        title=_("{n} {n:point|points} to know before using the numbers", n=len(data)),
        subtitle=_(
            "What was found in the sources: exclusions, completeness, totals, identity, windows, words without a place"
        ),
        reading=_("The sheet lists {subjects}.", subjects=subjects),
        scope=_("All sources of the study."),
        note=_(
            "Exclusions above 1% and columns known for less than 80% are listed; everything else is in the CSV files of the "
            "cleaned study."
        ),
        alt=_("A table of {n} {n:point|points} on the quality of the sources.", n=len(data)),
    )


def _declared() -> list[dict[str, schema.Column]]:
    """The declared tables, grants first: there the names of columns are those of the raw files."""
    return [schema.columns("grants"), *schema.declared().values()]


def _points(study) -> Iterator[tuple[str, str, str, str]]:
    """What stands out in the sources, one by one: subject, what, value, what to do."""
    flow = _flow(study)
    for source, share in _excluded(flow)[1].items():
        if share > 0.01:
            yield (
                _("Exclusions"),
                source,
                formatting.percent(share, 1),
                _("look at the quarantine") if share > 0.05 else _("small"),
            )
    for source, asked in flow["asked"].items():
        if asked:
            yield (
                _("Requests not granted"),
                source,
                formatting.number(asked),
                _("nothing to mend: they are no grants"),
            )
    for question in study.about.get("guesses", ()):
        yield _("Guessed, not confirmed"), question, "", _("state it in study.toml")
    for row in study.raw("completeness").itertuples():
        if row.rows and row.table in schema.declared() and row.column in schema.columns(row.table):
            column, share = schema.columns(row.table)[row.column], row.known / row.rows
            if (column.required or share < 1) and 0 < share < 0.8:
                verdict = _("known for too few to generalise") if share < 0.5 else _("partly known")
                yield (
                    _("Completeness"),
                    f"{_(row.table)} · {column.label(study.lang)}",
                    formatting.percent(share),
                    verdict,
                )
    told = study.quarantine
    unread = told[(told["column"] != "") & told["rule"].str.match(r"[MR]\d")]
    for (column, message), count in unread.groupby(["column", "message"]).size().items():
        name = next(
            (held[column].label(study.lang) for held in _declared() if column in held), column
        )
        yield (
            _("Cells not read"),
            f"{name} · {message}",
            formatting.number(count),
            _("missing in the numbers; see quarantine.csv"),
        )
    totals = study.raw("totals")
    if len(totals):
        totals = totals.assign(source=_named(study, totals["source"]))
        agrees = totals["difference"].abs() <= TOLERANCE
        verdicts = {
            "": _("equal to the sum of their rows"),
            "rows kept": _("equal to the sum of the rows kept"),
            "all rows": _("equal to the sum of all rows, requests that were not granted included"),
            "rows of its column": _("equal to the sum of the rows of its column"),
        }
        for (source, of), count in totals[agrees].groupby(["source", "of"]).size().items():
            yield _("Totals"), source, formatting.number(count), verdicts[of]
        for row in totals[~agrees].head(LISTED).itertuples():
            differs = _("differs by {n}", n=formatting.number(row.difference, 2))
            yield (
                _("Totals"),
                f"{row.source} · {row.label}",
                formatting.number(row.given, 2),
                differs,
            )
    for place, row in enumerate(study.raw("currencies").itertuples()):
        if row.currency != "EUR" or place:
            rows_of = _("{n} {n:row|rows}", n=row.rows)
            yield (
                _("Currency"),
                row.currency,
                rows_of,
                _("the amounts are not used") if place else _("the unit of all amounts"),
            )
    if not study.about.get("currency", "EUR"):
        yield _("Currency"), _("told by no source"), "", _("say `currency` in study.toml")
    for row in study.raw("breaks").itertuples():
        if row.flag:
            kept = {
                "one": formatting.percent(row.by_identifier),
                "other": formatting.percent(row.by_name),
            }
            if pd.isna(row.by_identifier):
                verdict = _("few come back that year: look whether names or sources changed")
                yield _("Identity breaks"), row.year, _("by name {other}", **kept), verdict
            else:
                both = _("by identifier {one}, by name {other}", **kept)
                yield (
                    _("Identity breaks"),
                    row.year,
                    both,
                    _("names changed that year: trust identifiers"),
                )
    for (first, last), entities in study.windows.groupby(["first", "last"], sort=True)["entity"]:
        many = _("{n} {n:entity|entities}", n=len(entities))
        named = entities.iloc[0] if len(entities) == 1 else many
        yield (
            _("Windows"),
            named,
            f"{formatting.date(first)} – {formatting.date(last)}",
            _("what lies outside is not seen"),
        )
    for row in study.raw("domains_unmapped").itertuples():
        yield (
            _("Unmapped domains"),
            row.value,
            formatting.number(row.rows),
            _("add it to the nomenclature"),
        )
    if candidates := len(study.candidates):
        verdict = _("review candidates.csv; decide in aliases.csv")
        yield (
            _("Who is who"),
            _("pairs that may be one partner"),
            formatting.number(candidates),
            verdict,
        )
    for message in told.loc[told["rule"] == "funder", "message"]:
        yield _("Who is who"), message, "", _("if they are one, write one name in the sources")
    if conflicts := len(study.raw("conflicts")):
        differing = _("values that two sources give differently")
        yield (
            _("Conflicts"),
            differing,
            formatting.number(conflicts),
            _("the preferred source was kept"),
        )
