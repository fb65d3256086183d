"""Who is who: one partner under several spellings.

Identifiers first, then names; what is likely but not sure is proposed for review.
"""

import math
import re

import numpy as np
import pandas as pd

from analysis import parse
from analysis.linkage import name_comparison
from analysis.read import matching
from analysis.text.messages import say

LIKELY = 0.16  # the probability from which a pair is proposed
DOUBTFUL = 0.9  # the highest score of a pair of whom something speaks against a merge
# In a short list, where a name has more beside what two share than this, the score counts for so
# much.
ADDS, SHORT = 0.3, 0.96
INDEPENDENT = 0.4  # words of a name come together: their weights count for so much
OVERLAP = 0.05  # how often two spellings of one partner are met in one year
# How often two spellings of one partner have two places, or funders.
MOVED = {"department": 0.03, "town": 0.15, "funder": 0.1}
_SIDES = ["left", "right", "left_name", "right_name", "left_years", "right_years"]
CANDIDATES = ["score", "evidence", *_SIDES]
_LEVELS = [  # of organisations, as names tell them
    r"\b(?:con)?fed(?:er\w*)?\b|\bligue\b|\bunion\b",
    r"\bdep(?:t|art\w*)?\b|\bdptale?\b",
    r"\breg(?:ion\w*)?\b",
    r"\bnat(?:ion\w*)?\b",
]


def normalised(names: pd.Series) -> pd.Series:
    """Names as compared: without case, accents, punctuation; missing where nothing is left.

    >>> normalised(pd.Series(["Les Amis-de-l'École ", "LES AMIS DE L ECOLE"])).tolist()
    ['les amis de l ecole', 'les amis de l ecole']
    """
    folded = parse.once_each(parse.fold, names)
    return folded.mask(folded.eq(""))


def identify(
    records: pd.DataFrame, aliases: pd.DataFrame | None = None, rule: str = "both"
) -> pd.Series:
    """The partner_id of each record, by its identifier and by its name.

    `records` holds `identifier` (clean, missing where unknown) and `name`, or that as `name_key`
    where it is normalised already. `rule` is "identifier" (missing without one), "name" (the exact
    normalised name), or "both": the identifier, and without one the partner that alone bears the
    name; a name that several identifiers bear is a partner of its own. `aliases` (`partner,
    same_as, answer`: each a name or a partner_id) are the team's decisions: where it says "same",
    both are one partner, known by the key of `same_as`; a name that names no partner alone decides
    nothing.

    >>> records = pd.DataFrame({"identifier": ["732829320", None, None], "name": ["Ain Rugby", "AIN-RUGBY", "Judo"]})
    >>> identify(records).tolist()
    ['732829320', '732829320', 'judo']
    """
    identifier = records["identifier"].astype("str")
    if "name_key" in records:
        name = records["name_key"]
    else:
        name = normalised(records["name"])
    partner = {"identifier": identifier, "name": name}.get(rule)
    if partner is None:
        partner = identifier.fillna(name.map(alone(name, identifier)).astype("str")).fillna(name)
    if aliases is not None and len(aliases):
        bearer = alone(name, partner).to_dict()
        bearer |= {key: key for key in partner.dropna().unique()}
        ends = _ends(aliases, bearer)
        partner = partner.map(lambda key: ends.get(key, key), na_action="ignore")
    return partner.astype("str").rename("partner_id")


def alone(name: pd.Series, key: pd.Series) -> pd.Series:
    """The key that alone bears each name."""
    pairs = pd.DataFrame({"name": name, "key": key}).dropna().drop_duplicates()
    return pairs.drop_duplicates("name", keep=False).set_index("name")["key"]


def _decided(aliases: pd.DataFrame) -> pd.DataFrame:
    names = {f"{side}_name": normalised(aliases[side]) for side in ("partner", "same_as")}
    return aliases.astype({"partner": "str", "same_as": "str"}).assign(**names)


def _ends(aliases: pd.DataFrame, bearer: dict[str, str]) -> dict[str, str]:
    chain: dict[str, str] = {}

    def end(key: str) -> str:
        while key in chain:
            key = chain[key]
        return key

    same = _decided(aliases[aliases["answer"].eq("same")])
    for pair in same.sort_values(["partner", "same_as"]).itertuples():
        first_end = bearer.get(pair.partner, bearer.get(pair.partner_name))
        second_end = bearer.get(pair.same_as, bearer.get(pair.same_as_name))
        if first_end and second_end and end(first_end) != end(second_end):
            chain[end(first_end)] = end(second_end)
    return {key: end(key) for key in chain}


def candidates(
    partners: pd.DataFrame, aliases: pd.DataFrame | None = None, *, least: float = LIKELY
) -> pd.DataFrame:
    """Pairs of partners that may be one, likeliest first, for a person to decide.

    `partners` has one row per partner and spelling: `partner_id`, `name`, and where known
    `identifier` (two different ones are never proposed), `years` (a set: "2008|2010"), `amount` (a
    usual year's), `department`, `town`, `funder` (where it is but one). The score is a probability
    built from the weights of shared and of contradicting words, from years (one partner seldom
    bears two names at a time, so spellings that take turns are likelier one), amounts and places,
    and is lowered where rivals fit as well. Pairs below `least`, and pairs that `aliases` decides,
    are left out. Columns: `CANDIDATES` (evidence in words; right is the later one).

    >>> partners = pd.DataFrame({"partner_id": ["A", "B", "C"], "name": ["Amis du vieux Clisson", "Amis vieux clisson", "Judo"],
    ...     "years": ["2008|2009", "2010", "2008"]})
    >>> candidates(partners)[["left", "right"]].to_numpy().tolist()
    [['A', 'B']]
    """
    known = _known(partners)
    met = known["years"].str.get_dummies("|").drop(columns="", errors="ignore").to_numpy(bool)
    near = name_comparison.neighbours(known["key"].tolist(), *_possible(known, met))
    types = dict.fromkeys(CANDIDATES[1:], "str") | {"score": "Float64"}
    if not near:
        return pd.DataFrame(columns=CANDIDATES).astype(types)
    pairs = _weighed(known, met, np.array(near))
    pairs = pairs[pairs["odds"] > math.log(least / (1 - least)) - 3]  # others hardly rival any
    pairs = _scored(pairs, met, len(known) < name_comparison.UNSEEN)
    pairs = pairs[pairs["score"] >= least].copy()
    last_year = known["years"].str.split("|").str[-1]
    order = pd.Series(zip(last_year, known["partner_id"], strict=True))
    sides = pairs[["first", "second"]].to_numpy()
    turned = order[sides[:, 0]].to_numpy() > order[sides[:, 1]].to_numpy()
    sides = np.where(turned[:, None], sides[:, ::-1], sides)
    for side, rows in zip(("left", "right"), sides.T, strict=True):
        partner = known.loc[rows, ["partner_id", "name", "years"]].set_index(pairs.index)
        pairs[[side, f"{side}_name", f"{side}_years"]] = partner
    pairs["score"] = pairs["score"].map(lambda score: round(score, 3))
    pairs = pairs.assign(evidence=_evidence(pairs))[CANDIDATES].astype(types)
    pairs = pairs.sort_values(["score", *_SIDES], ascending=[False] + [True] * len(_SIDES))
    sides = pairs[["left", "right"]].to_numpy(object)
    unordered = pd.DataFrame(np.sort(sides, axis=1), pairs.index)
    return undecided_pairs(pairs[~unordered.duplicated()], aliases).reset_index(drop=True)


def _known(partners: pd.DataFrame) -> pd.DataFrame:
    types = dict.fromkeys(("partner_id", "name", "identifier", *MOVED, "years"), "str")
    types["amount"] = "float64"
    names = partners.reindex(columns=list(types)).astype(types)
    names = names.mask(names.eq(""))
    names["key"] = normalised(names["name"]).str.replace(r"\bst\b", "saint", regex=True)
    names["town"] = normalised(names["town"])
    # a partner's years are those of all its spellings
    years = names[["partner_id", "years"]].dropna().drop_duplicates()
    years = years.assign(years=years["years"].str.split("|")).explode("years")
    years = years.drop_duplicates().sort_values("years")
    years = years.groupby("partner_id")["years"].agg("|".join)
    names["years"] = names["partner_id"].map(years).astype("str").fillna("")
    names = names[names["key"].notna()]
    return names.sort_values(["key", "partner_id", "name"], kind="stable", ignore_index=True)


def _possible(known: pd.DataFrame, met: np.ndarray) -> tuple[np.ndarray, name_comparison.Possible]:
    identifier, owner = (pd.factorize(known[name])[0] for name in ("identifier", "partner_id"))
    # Of two partners that no other row shares an identifier with, both known, none is the other.
    is_unsure = (identifier < 0) | known["identifier"].duplicated(keep=False).to_numpy()
    by_year = np.packbits(met, axis=1)

    def may_be_one(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        years_together = np.bitwise_count(by_year[left] & by_year[right]).sum(axis=1)
        first, second = identifier[left], identifier[right]
        no_other_identifier = (first < 0) | (second < 0) | (first == second)
        return (years_together <= 1) & (owner[left] != owner[right]) & no_other_identifier

    return np.flatnonzero(is_unsure), may_be_one


def _weighed(known: pd.DataFrame, met: np.ndarray, near: np.ndarray) -> pd.DataFrame:
    first, second = near.T
    names = name_comparison.Names(known["key"].tolist())
    agreements = [names.agreement(*pair) for pair in near.tolist()]
    pairs = pd.DataFrame(agreements)[["shared", "added", "words"]]
    pairs = pairs.assign(first=first, second=second)
    pairs["together"] = (met[first] & met[second]).any(axis=1)
    pairs["is_dated"] = met[first].any(axis=1) & met[second].any(axis=1)
    pairs["time"] = np.where(pairs["is_dated"], _time(met, pairs), 0.0)
    pairs["money"] = _amounts(known["amount"], first, second)
    pairs["places"], is_apart = _places(known, near)
    levels = np.column_stack([matching(known["key"], pattern) for pattern in _LEVELS])
    same_level = (levels[first] == levels[second]).all(axis=1)
    # nothing but chance speaks against a merge
    pairs["is_clear"] = pairs["is_dated"] & ~pairs["together"] & same_level & ~is_apart
    prior = math.log(max(len(known), name_comparison.UNSEEN))
    score = np.array([agreement.score for agreement in agreements])
    evidence = pairs[["time", "money", "places"]].sum(axis=1)
    return pairs.assign(odds=INDEPENDENT * (score - prior) + evidence)


def _scored(pairs: pd.DataFrame, met: np.ndarray, is_short: bool) -> pd.DataFrame:
    sides = pairs[["first", "second"]].set_axis(["mine", "other"], axis=1)
    turned = sides.set_axis(["other", "mine"], axis=1)
    near = pd.concat([sides, turned]).assign(chance=np.exp([*pairs["odds"].clip(upper=30)] * 2))
    rivals = near[["mine", "other"]].merge(near, on="mine", suffixes=("", "_rival"))
    other, rival = met[rivals["other"]], met[rivals["other_rival"]]
    takes_turns = other.any(axis=1) & rival.any(axis=1) & ~(other & rival).any(axis=1)
    rivals = rivals[(rivals["other"] != rivals["other_rival"]) & ~takes_turns]
    weight = rivals.groupby(["mine", "other"])["chance"].sum().rename("weight")
    by_side = [side.join(weight, on=["mine", "other"])["weight"] for side in (sides, turned)]
    lowered = np.log1p(np.maximum(*(side.fillna(0) for side in by_side)))
    score = 1 / (1 + np.exp(lowered - pairs["odds"]))
    score = score.clip(upper=np.where(pairs["is_clear"], 1, DOUBTFUL))
    # in a short list, what one adds may make it another
    adds = is_short & (pairs["added"] > ADDS * pairs["shared"])
    return pairs.assign(rivals=lowered, score=score.mask(adds, SHORT * score))


def _evidence(pairs: pd.DataFrame) -> pd.Series:
    together, money, places = pairs["together"], pairs["money"], pairs["places"]
    speaks = {
        say("linkage.one_year"): together,
        say("linkage.never_one_year"): ~together & pairs["time"].ne(0),
        say("linkage.like_amounts"): money > 0.3,
        say("linkage.unlike_amounts"): money < -0.3,
        say("linkage.same_place"): places > 0,
        say("linkage.other_place"): places < 0,
        say("linkage.others_fit"): pairs["rivals"] > 1,
    }
    label = say("linkage.words")
    evidence = [f"{label} {', '.join(words)}" for words in pairs["words"]]
    evidence = pd.Series(evidence, pairs.index, dtype="str").where(pairs["words"].str.len() > 0, "")
    for words, which in speaks.items():
        evidence += np.where(which, f"; {words}", "")
    return evidence.str.removeprefix("; ")


def _time(met: np.ndarray, pairs: pd.DataFrame) -> np.ndarray:
    patterns, pattern, counts = np.unique(met, axis=0, return_inverse=True, return_counts=True)
    overlapping = [counts[(patterns & mine).any(axis=1)].sum() for mine in patterns]
    chance = ((len(met) - np.array(overlapping) + 1) / (len(met) + 2))[pattern]
    chance = np.sort([chance[pairs["first"]], chance[pairs["second"]]], axis=0)
    against, in_favour = OVERLAP / np.maximum(1 - chance[0], OVERLAP), (1 - OVERLAP) / chance[1]
    return np.log(np.where(pairs["together"], against, in_favour))


def _amounts(amount: pd.Series, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    log = np.log(amount.where(amount > 0)).to_numpy()
    spread = 0.0
    if np.isfinite(log).sum() > 1:
        spread = np.nanstd(log)
    gap = np.abs(log[first] - log[second])
    scales = (math.log(2), max(math.log(2), 1.1 * spread))
    of_one, of_two = (np.exp(-gap / scale) / (2 * scale) + 0.02 for scale in scales)
    return np.nan_to_num(np.log(of_one / of_two))


def _places(known: pd.DataFrame, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What places and funders say, as log odds; whether names hold different departments."""
    first, second = pairs.T
    in_favour, against = [np.zeros(len(pairs))], [np.zeros(len(pairs))]
    for kind, moved in MOVED.items():
        share = (known[kind].map(known[kind].value_counts()) / len(known)).to_numpy()[first]
        mine, theirs = known[kind].to_numpy(object)[first], known[kind].to_numpy(object)[second]
        both_known = known[kind].notna().to_numpy()
        both_known = both_known[first] & both_known[second]
        same, differing = both_known & (mine == theirs), both_known & (mine != theirs)
        in_favour.append(np.where(same, INDEPENDENT * np.log((1 - moved) / share), 0))
        against.append(np.where(differing, np.log(moved / np.maximum(1 - share, moved)), 0))
    departments = sorted(parse.fold(pd.Series(parse.department_names())), key=len, reverse=True)
    named_in = re.compile(rf"\b({'|'.join(departments)})\b").findall
    named = {row: frozenset(named_in(known["key"].iat[row])) for row in np.unique(pairs)}
    sides = [(named[left], named[right]) for left, right in pairs]
    is_apart = np.array([bool(a and b) and a.isdisjoint(b) for a, b in sides])
    against.append(np.where(is_apart, math.log(MOVED["department"]), 0))
    return np.max(in_favour, axis=0) + np.min(against, axis=0), is_apart


def undecided_pairs(found: pd.DataFrame, aliases: pd.DataFrame | None) -> pd.DataFrame:
    """The pairs that the team has not decided yet, by partner or by name."""
    if aliases is None or not len(aliases):
        return found
    decided = set()
    for pair in _decided(aliases).itertuples():
        decided.add(frozenset((pair.partner, pair.same_as)))
        decided.add(frozenset((pair.partner_name, pair.same_as_name)))
    names = [normalised(found[side]) for side in ("left_name", "right_name")]
    by_key = map(frozenset, zip(found["left"], found["right"], strict=True))
    by_name = map(frozenset, zip(*names, strict=True))
    return found[[decided.isdisjoint(pair) for pair in zip(by_key, by_name, strict=True)]]
