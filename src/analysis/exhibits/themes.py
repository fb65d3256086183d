"""What relations are about: forms (F2), domains (F19), challenges (F20) and levels (F21)."""

from collections.abc import Iterator

import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import ExhibitWords, words_of
from analysis.article.rules import Rules
from analysis.charts import grids, heading, marks, new_figure
from analysis.declare import schema
from analysis.disclosure.solver import Sum
from analysis.exhibits.phrases import name
from analysis.indicators import domains
from analysis.study.once import result
from analysis.text.facts import Count, Interval, Label, Number, Share, labelled_shares

_COUNTED = ["label", "count", "base", "share", "low", "high"]
_LEVELS = ("local", "regional", "national")
ARTICULATIONS = {
    "national and local": "both",
    "national only": "national_only",
    "local only": "local_only",
}


def dots_of_shares(axis_title: str, sort: bool = True):
    """The drawing of one share with its interval per row, on an axis that says what the shares are
    of.
    """

    def valued(data: pd.DataFrame) -> pd.DataFrame:
        return data.rename(columns={"share": "value"})

    return marks.on_rows(marks.dots, "across", shown=valued, x=axis_title, sort=sort)


def F2(study) -> Exhibit:
    """The forms of partnership that relations hold at their start, several allowed and combined."""
    words = words_of(study, "F2")
    kinds = study.relations["kinds"]
    known_count = int(kinds.notna().sum())
    words.refuse_if(known_count < study.conventions["percent_from"], "few")
    forms = list(schema.columns("agreements")["kinds"].values)
    single = domains.counts(kinds, forms, study.parameters.confidence)
    single["label"] = [name(form) for form in single.index]
    together = domains.combinations(kinds).assign(base=known_count)
    together["label"] = [" + ".join(map(name, text.split("|"))) for text in together.index]
    is_several = together.index.str.contains("|", regex=False)
    several = together.loc[is_several, "share"].sum()
    data = words.views(form=single, combination=together)[["view", *_COUNTED]]

    def draw(data, narrow):
        figure, (top, bottom) = new_figure(narrow, height=2.5, panels=2, columns=1)
        alone = words.view(data, "form").rename(columns={"share": "value"})
        mixed = words.view(data, "combination")
        short = {form: form for form in alone["label"]}
        if narrow:
            short = dict(zip(alone["label"], "ABCDEFGH", strict=False))
            alone = alone.assign(label=[f"{short[form]}. {form}" for form in alone["label"]])
        points = marks.dots(top, alone, "across", narrow)
        heading(top, words.picture("each"))
        parts = [text.split(" + ") for text in mixed["label"]]
        grid = pd.DataFrame({at: [form in held for held in parts] for form, at in short.items()})
        grid["value"] = mixed["count"].to_numpy()
        points += grids.combination_dots(bottom, grid, list(short.values()), "across", narrow)
        heading(bottom, words.picture("combinations"))
        return figure, points

    facts = {
        "several": Share(several, of=known_count),
        "all": Count(len(kinds)),
        "shares": labelled_shares(single["label"], single["share"], single["base"]),
        **_first_facts(single.iloc[0]),
    }
    rules = Rules(by="view", sums=_combined)
    return Exhibit.of(words, "across", data, draw, n=known_count, facts=facts, rules=rules)


def _first_facts(first: pd.Series) -> dict:
    return {
        "first": Label(first["label"]),
        "share": Share(first["share"], of=first["base"]),
        "interval": Interval(first["low"], first["high"]),
    }


def _combined(data: pd.DataFrame, _numbers) -> Iterator[Sum]:
    """The count of a form is the sum of the combinations that hold it."""
    is_form = data["view"] == data["view"].iloc[0]
    combinations = data.loc[~is_form, "label"].str.split(" + ", regex=False)
    for row, form in data.loc[is_form, "label"].items():
        parts = [
            (combination, "count") for combination, forms in combinations.items() if form in forms
        ]
        yield Sum(parts, (row, "count"), 0.0, False)


def F19(study) -> Exhibit:
    """The domains of relations at their start, in the terms of the nomenclature on the day."""
    words = words_of(study, "F19")
    relations = study.relations
    scheme = domains.in_force(study.day)
    recoded = domains.recode(relations["domains"], scheme)
    known_count = int(recoded.notna().sum())
    words.refuse_if(known_count < study.conventions["percent_from"], "few")
    listed = domains.nomenclature().query("scheme == @scheme").set_index("domain")
    values = [*listed.index, domains.OTHER]
    counts = domains.counts(recoded, values, study.parameters.confidence)
    labels = schema.in_language(listed, "label", study.lang).to_dict()
    labels[domains.OTHER] = words.group("other")
    counts["label"] = counts.index.map(labels)
    chosen_domain = domains.passage(scheme).get(study.parameters.domain, "")
    ranked = counts.drop(index=[domains.OTHER, chosen_domain], errors="ignore")
    facts = {
        "stands_out": domains.value_stands_out(
            recoded, list(ranked.index), relations["partner_id"], study.parameters.confidence
        ),
        "asked": Label(labels.get(chosen_domain, "")),
        "ranked": labelled_shares(ranked["label"], ranked["share"], ranked["base"]),
        "scheme": Label(scheme),
        "all": Count(len(recoded)),
        **_first_facts(ranked.iloc[0]),
    }
    return shares_exhibit(words, counts, known_count, facts)


def F20(study) -> Exhibit:
    """The challenge that each project takes up, and how far two coders agreed on it."""
    words = words_of(study, "F20")
    projects = study.projects
    challenge = projects["challenge"]
    known_count = int(challenge.notna().sum())
    words.refuse_if(known_count < study.conventions["percent_from"], "few")
    confidence = study.parameters.confidence
    counts = domains.counts(challenge, confidence=confidence)
    counts["label"] = [name(value) for value in counts.index]
    coders = domains.agreement(challenge, projects["challenge_second_coder"], confidence)
    is_known = coders.n > 0 and not pd.isna(coders.kappa)
    facts = {
        "stands_out": domains.value_stands_out(
            challenge, list(counts.index), projects["partner_id"], confidence
        ),
        "all": Count(len(projects)),
        "coded_twice": Count(coders.n if is_known else 0),
        "kappa": Number(coders.kappa, digits=2),
        "kappa_interval": Interval(coders.low, coders.high, digits=2, share=False),
        "alike": Share(coders.observed, of=coders.n),
        **_first_facts(counts.iloc[0]),
    }
    projects_only = Rules(by="", of_other_units=True)
    return shares_exhibit(words, counts, known_count, facts, projects_only)


def shares_exhibit(
    words: ExhibitWords,
    counts: pd.DataFrame,
    n: int,
    facts: dict,
    rules: Rules = Rules(by=""),
) -> Exhibit:
    """F19 and F20: the share of each value, with its interval."""
    facts["shares"] = labelled_shares(counts["label"], counts["share"], counts["base"])
    draw = dots_of_shares(words.picture("share"))
    return Exhibit.of(words, "across", counts[_COUNTED], draw, n=n, facts=facts, rules=rules)


# ---- F21
@result
def articulations(study) -> pd.DataFrame:
    """Each network of relations in scope: how many of its relations are at each level, and its
    state.
    """
    relations = study.all_relations
    network = network_of(study, relations["partner_id"])
    is_known = relations["level"].notna() & network.notna()
    in_scope = relations["relation_id"].isin(study.relations["relation_id"])
    every_network = domains.articulation(relations.loc[is_known, "level"], network[is_known])
    return every_network.loc[network[is_known & in_scope].unique()]


def F21(study) -> Exhibit:
    """Whether networks act both nationally and near the ground: the national frame beside its local
    versions.

    A table alone where all networks are in the same state: there is nothing to compare.
    """
    words = words_of(study, "F21")
    table = articulations(study)
    words.refuse_if(len(table) < study.conventions["percent_from"], "few")
    states = list(ARTICULATIONS)
    data = domains.counts(table["state"], states, study.parameters.confidence).reindex(states)
    data["label"] = [words.group(group) for group in ARTICULATIONS.values()]
    near = table["regional"] + table["local"]
    data["median_near"] = near.groupby(table["state"]).median().reindex(states)
    base = len(table)
    by_level = study.relations["level"].value_counts().reindex(_LEVELS, fill_value=0)
    all_alike = int(data["count"].max()) == base
    facts = {
        "all_alike": all_alike,
        "common": Label(data.loc[data["count"].idxmax(), "label"]),
        "count": Count(data["count"].iloc[0], of=base),
        "relations": Count(int(table[list(_LEVELS)].sum(axis=None))),
        "shares": labelled_shares(data["label"], data["share"], data["base"]),
        **{level: Count(by_level[level], of=len(study.relations)) for level in _LEVELS},
    }
    if all_alike:
        draw = None
    else:
        draw = dots_of_shares(words.picture("share"), sort=False)
    columns = [*_COUNTED, "median_near"]
    formats = {"median_near": "plain number"}
    return Exhibit.of(words, "across", data[columns], draw, n=base, facts=facts, formats=formats)


def network_of(study, partner: pd.Series) -> pd.Series:
    """The network of each relation: its partner's, or the partner itself where it heads one;
    missing where there is none.
    """
    heads = study.known("partners", "network_id")["network_id"].dropna().unique()
    network = study.beside(partner, "partners", "network_id")["network_id"]
    return network.where(~partner.isin(heads), partner)
