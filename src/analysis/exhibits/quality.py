"""What the numbers stand on: the flow of rows (T1), who the partners are (T2), the quality sheet (T7)."""

import pandas as pd

from analysis import estimates, tables, words
from analysis.exhibit import Exhibit, Unsupported

_ = words.text

TOLERANCE = 1  # EUR: a total that differs by no more agrees (M18)
LISTED = 50  # totals that do not agree: all are in totals.parquet
ACTIONS = ("read", "kept", "merged", "set aside")


def T1(study) -> Exhibit:
    """From the files to the analysis: what became of every row, by source and rule, down to the relations analysed."""
    ledger = study.ledger
    flow = (
        ledger.groupby(["source", "action"], sort=True)["rows"]
        .sum()
        .unstack("action")
        .reindex(columns=ACTIONS)
        .fillna(0)
        .astype(int)
    )
    rules = ledger[~ledger["action"].isin(["read", "kept"])]
    why = rules.assign(
        said=[f"{_(rule)} ({words.number(rows)})" for rule, rows in zip(rules["rule"], rules["rows"], strict=True)]
    )
    flow["why"] = why.groupby("source", sort=True)["said"].agg(" ; ".join)
    data = flow.fillna({"why": ""}).reset_index()[["source", *ACTIONS, "why"]]
    totals = data[list(ACTIONS)].sum()
    data = pd.concat([data, pd.DataFrame([{"source": _("All sources"), **totals, "why": ""}])], ignore_index=True)
    out = int(totals["set aside"])
    found, known = study.relations, study.all_relations
    fields = {
        "read": words.number(totals["read"]), "kept": words.number(totals["kept"]), "merged": words.number(totals["merged"]),
        "aside": words.number(out), "share": words.percent(out / totals["read"] if totals["read"] else None, 1),
        "known": words.number(len(known)), "found": words.number(len(found)), "sources": words.number(len(data) - 1),
    }  # fmt: skip
    return Exhibit(
        id="T1", family="quality",
        title=words.plural(
            out, "Of {read} rows read, {aside} was set aside ({share}); none is lost", "Of {read} rows read, {aside} were set aside ({share}); none is lost"
        ).format(**fields),
        subtitle=_("Number of rows by source: read, kept, merged with another row, set aside, with the rule"),
        reading=_("{read} rows were read from {sources} sources: {kept} kept, {merged} merged into another row that says the same, {aside} set aside "
                  "with file, line and reason. They make {known} relations known on the day, of which {found} are analysed here.").format(**fields),
        scope=_("All rows of all sources; the columns kept, merged and set aside sum to the rows read."), source=study.source_line,
        note=_("Every row set aside stands in quarantine.csv with its line; the command “impact-study trace” follows any line to its fate."),
        n=int(totals["read"]), n_unit=_("rows"), day=study.day,
        alt=_("A table of the rows of each source: {read} read, {kept} kept, {merged} merged, {aside} set aside.").format(**fields),
        data=data, labels={"source": _("Source"), "read": _("Read"), "kept": _("Kept"), "merged": _("Merged"), "set aside": _("Set aside"), "why": _("Rules")},
        formats={"source": "text", "why": "text"} | dict.fromkeys(ACTIONS, "integer"), draw=None, synthetic=study.synthetic,
    )  # fmt: skip


TRAITS = ("ess_family", "legal_form", "is_network", "budget_band", "region")


def T2(study) -> Exhibit:
    """Who the partners are: families, legal forms, networks, budgets, regions, and how many do not say."""
    partners = study.partners
    partners = partners[partners["partner_id"].isin(study.relations["partner_id"])]
    if partners.empty:
        raise Unsupported(_("No partner has a relation in this scope."))
    parts = []
    for trait in TRAITS:
        held = partners[trait].astype("str")
        if trait == "is_network":
            held = held.map({"True": _("yes"), "False": _("no")})
        counts = held.value_counts().sort_index().sort_values(ascending=False, kind="stable").head(18)
        if counts.empty:
            continue
        known = int(held.notna().sum())
        share = estimates.wilson(counts.to_numpy(), known, confidence=study.parameters.confidence)
        label = tables.columns("partners")[trait].label(study.lang)
        parts.append(pd.DataFrame({
            "trait": label, "value": [_(value) for value in counts.index], "partners": counts.to_numpy(), "known": known,
            "share": counts.to_numpy() / known, "low": list(share["low"]), "high": list(share["high"]),
        }))  # fmt: skip
    if not parts:
        raise Unsupported(_("The sources say nothing of their partners but a name: no family, legal form, budget or region."))
    data = pd.concat(parts, ignore_index=True)
    first = data.iloc[0]
    fields = {
        "n": words.number(len(partners)), "trait": first["trait"], "value": first["value"], "share": words.percent(first["share"]),
        "known": words.number(first["known"]),
    }  # fmt: skip
    return Exhibit(
        id="T2", family="quality",
        title=_("{n} partners; “{value}” is the first answer to “{trait}” ({share})").format(**fields),
        subtitle=_("Number and share of partners by trait, among those whose trait is known"),
        reading=_("Of the {known} partners whose “{trait}” is known, {share} are “{value}”.").format(**fields),
        scope=_("Partners with a relation in scope: {scope}.").format(scope=study.scope_line), source=study.source_line,
        note=_("A partner is one legal person; shares leave out partners whose trait is not known. Wilson intervals."),
        n=len(partners), n_unit=_("partners"), day=study.day,
        alt=_("A table of the traits of {n} partners.").format(**fields), data=data,
        labels={"trait": _("Trait"), "value": _("Value"), "partners": _("Partners"), "known": _("Of how many known"), "share": _("Share"), "low": _("Low"), "high": _("High")},
        formats={"trait": "text", "value": "text", "partners": "integer", "known": "integer", "share": "percent", "low": "percent", "high": "percent"},
        draw=None, synthetic=study.synthetic,
    )  # fmt: skip


def T7(study) -> Exhibit:
    """The quality sheet: exclusions, completeness, totals reconciled, identity breaks, windows, candidates, unmapped words."""
    rows: list[tuple[str, str, str, str]] = []
    add = lambda subject, what, value, verdict: rows.append((subject, str(what), value, verdict))
    ledger = study.ledger.groupby(["source", "action"])["rows"].sum().unstack("action").reindex(columns=ACTIONS).fillna(0)
    for source, row in ledger.iterrows():
        share = row["set aside"] / row["read"] if row["read"] else 0
        if share > 0.01:
            add(_("Exclusions"), source, words.percent(share, 1), _("look at the quarantine") if share > 0.05 else _("small"))
    for row in study.raw("completeness").itertuples():
        if row.rows and row.table in tables.declared() and row.column in tables.columns(row.table):
            column = tables.columns(row.table)[row.column]
            if column.required or row.known < row.rows:
                share = row.known / row.rows
                if 0 < share < 0.8:
                    add(
                        _("Completeness"),
                        f"{_(row.table)} · {column.label(study.lang)}",
                        words.percent(share),
                        _("known for too few to generalise") if share < 0.5 else _("partly known"),
                    )
    totals = study.raw("totals")
    if len(totals):
        agrees = totals["difference"].abs() <= TOLERANCE
        for source, count in totals[agrees].groupby("source").size().items():
            add(_("Totals"), source, words.number(count), _("equal to the sum of their rows"))
        for row in totals[~agrees].head(LISTED).itertuples():
            add(
                _("Totals"),
                f"{row.source} · {row.label}",
                words.number(row.given, 2),
                _("differs by {n}").format(n=words.number(row.difference, 2)),
            )
    breaks = study.raw("breaks")
    for row in (breaks[breaks["flag"].astype(bool)] if len(breaks) else breaks).itertuples():
        add(
            _("Identity breaks"),
            row.year,
            _("by identifier {one}, by name {other}").format(
                one=words.percent(row.by_identifier), other=words.percent(row.by_name)
            ),
            _("names changed that year: trust identifiers"),
        )
    for (first, last), entities in study.windows.groupby(["first", "last"], sort=True)["entity"]:
        named = (
            entities.iloc[0]
            if len(entities) == 1
            else words.plural(len(entities), "{n} entity", "{n} entities").format(n=words.number(len(entities)))
        )
        add(_("Windows"), named, f"{words.date(first)} – {words.date(last)}", _("what lies outside is not seen"))
    unmapped = study.raw("domains_unmapped")
    for row in unmapped.itertuples():
        add(_("Unmapped domains"), row.value, words.number(row.rows), _("add it to the nomenclature"))
    candidates = len(study.candidates)
    if candidates:
        add(
            _("Who is who"),
            _("pairs that may be one partner"),
            words.number(candidates),
            _("review candidates.csv; decide in aliases.csv"),
        )
    conflicts = study.raw("conflicts")
    if len(conflicts):
        add(
            _("Conflicts"),
            _("values that two sources give differently"),
            words.number(len(conflicts)),
            _("the preferred source was kept"),
        )
    if not rows:
        raise Unsupported(_("Nothing stands out: no row set aside, every column complete, no total, one window."))
    data = pd.DataFrame(rows, columns=["subject", "what", "value", "verdict"])
    counts = data["subject"].value_counts()
    fields = {
        "n": words.number(len(data)),
        "subjects": words.join(f"{name} ({words.number(counts[name])})" for name in dict.fromkeys(data["subject"])),
    }
    return Exhibit(
        id="T7", family="quality",
        title=words.plural(len(data), "{n} point to know before using the numbers", "{n} points to know before using the numbers").format(**fields),
        subtitle=_("What was found in the sources: exclusions, completeness, totals, identity, windows, words without a place"),
        reading=_("The sheet lists {subjects}.").format(**fields), scope=_("All sources of the study."), source=study.source_line,
        note=_("Exclusions above 1% and columns known for less than 80% are listed; everything else is in the CSV files of the cleaned study."),
        n=len(data), n_unit=_("points"), day=study.day, alt=_("A table of {n} points on the quality of the sources.").format(**fields),
        data=data, labels={"subject": _("Subject"), "what": _("What"), "value": _("Value"), "verdict": _("What to do")},
        formats=dict.fromkeys(data.columns, "text"), draw=None, synthetic=study.synthetic,
    )  # fmt: skip
