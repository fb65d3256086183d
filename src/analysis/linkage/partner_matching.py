"""Who is who: one partner under several spellings.

Identifiers first, then names; what is likely but not sure is proposed for review.
"""

import math
import re
from collections import Counter, defaultdict
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import parse
from analysis.linkage import name_comparison
from analysis.text import formatting

_ = formatting.text

# Probabilities from which a pair is merged without review (when asked), and from which it is
# proposed.
SAFE, LIKELY = 0.97, 0.16
DOUBTFUL = 0.9  # the highest score of a pair of whom something speaks against a merge
# In a short list, where a name has more beside what two share than this, the score counts for so
# much.
ADDS, SHORT = 0.3, 0.96
INDEPENDENT = 0.4  # words of a name come together: their weights count for so much
OVERLAP = 0.05  # how often two spellings of one partner are met in one year
# How often two spellings of one partner have two places, or funders.
MOVED = {"department": 0.03, "town": 0.15, "funder": 0.1}
CANDIDATES = [
    "score",
    "evidence",
    "left",
    "right",
    "left_name",
    "right_name",
    "left_years",
    "right_years",
]
_LEVELS = {
    "federation": re.compile(r"\b(?:con)?fed(?:er\w*)?\b|\bligue\b|\bunion\b"),
    "department": re.compile(r"\bdep(?:t|art\w*)?\b|\bdptale?\b"),
    "region": re.compile(r"\breg(?:ion\w*)?\b"),
    "nation": re.compile(r"\bnat(?:ion\w*)?\b"),
}


def normalised(names: pd.Series) -> pd.Series:
    """Names as compared: without case, accents, punctuation or double spaces; missing where nothing
    is left.

    >>> normalised(pd.Series(["Les Amis-de-l'École ", "LES AMIS DE L ECOLE"])).tolist()
    ['les amis de l ecole', 'les amis de l ecole']
    """
    folded = parse.once_each(parse.fold, names)
    return folded.mask(folded.eq(""))


def identify(
    records: pd.DataFrame, aliases: pd.DataFrame | None = None, rule: str = "both"
) -> pd.DataFrame:
    """The partner of each record, by its identifier and by its name.

    `records` holds `identifier` (clean, missing where unknown) and `name`, or that as `name_key`
    where it is normalised already. `identifier_key` and `name_key` are what each says alone.
    `partner_id` follows the rule: "identifier" (missing without one), "name" (the exact normalised
    name), or "both": the identifier, and without one the partner that alone bears the name; a name
    that several identifiers bear is a partner of its own. `aliases` (`partner, same_as, answer`:
    each a name or a partner_id) are the team's decisions: where it says "same", both are one
    partner, known by the key of `same_as`; a name that names no partner alone decides nothing.

    >>> records = pd.DataFrame({"identifier": ["732829320", None, None], "name": ["Ain Rugby", "AIN-RUGBY", "Judo"]})
    >>> identify(records)["partner_id"].tolist()
    ['732829320', '732829320', 'judo']
    """
    identifier = records["identifier"].astype("str")
    name = records["name_key"] if "name_key" in records else normalised(records["name"])
    partner = {"identifier": identifier, "name": name}.get(rule)
    if partner is None:
        partner = identifier.fillna(name.map(alone(name, identifier)).astype("str")).fillna(name)
    if aliases is not None and len(aliases):
        bearer = alone(name, partner).to_dict()
        bearer |= {key: key for key in partner.dropna().unique()}
        ends = _ends(aliases, bearer)
        partner = partner.map(lambda key: ends.get(key, key), na_action="ignore")
    return pd.DataFrame(
        {"partner_id": partner, "identifier_key": identifier, "name_key": name},
        index=records.index,
        dtype="str",
    )


def alone(name: pd.Series, key: pd.Series) -> pd.Series:
    """The key that alone bears each name."""
    pairs = pd.DataFrame({"name": name, "key": key}).dropna().drop_duplicates()
    return pairs.drop_duplicates("name", keep=False).set_index("name")["key"]


def _decided(aliases: pd.DataFrame, same: bool) -> pd.DataFrame:
    """The pairs that the team decided on, each side as it is written and as a normalised name."""
    pairs = aliases.loc[aliases["answer"].eq("same") == same, ["partner", "same_as"]].astype("str")
    return pairs.assign(
        partner_name=normalised(pairs["partner"]), same_as_name=normalised(pairs["same_as"])
    )


def _ends(aliases: pd.DataFrame, bearer: dict[str, str]) -> dict[str, str]:
    """Partners that are another -> which one in the end."""
    chain: dict[str, str] = {}

    def end(key: str) -> str:
        while key in chain:
            key = chain[key]
        return key

    for pair in _decided(aliases, same=True).sort_values(["partner", "same_as"]).itertuples():
        first_end = bearer.get(pair.partner, bearer.get(pair.partner_name))
        second_end = bearer.get(pair.same_as, bearer.get(pair.same_as_name))
        if first_end and second_end and end(first_end) != end(second_end):
            chain[end(first_end)] = end(second_end)
    return {key: end(key) for key in chain}


# Candidates ---------------------------------------------------------------------------------------


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
    are left out.

    Columns: `CANDIDATES` (evidence in words; right is the later one).

    >>> partners = pd.DataFrame({"partner_id": ["A", "B", "C"], "name": ["Amis du vieux Clisson", "Amis vieux clisson", "Judo"],
    ...     "years": ["2008|2009", "2010", "2008"]})
    >>> candidates(partners)[["left", "right"]].to_numpy().tolist()
    [['A', 'B']]
    """
    named_partners = _known(partners)
    of, may_be_one = _possible(named_partners)
    pairs = name_comparison.neighbours(named_partners["key"].tolist(), of, may_be_one)
    if not pairs:
        return pd.DataFrame(dict.fromkeys(CANDIDATES, []), dtype="str").astype({"score": "Float64"})
    scored = _scored(_weighed(named_partners, pairs, least), named_partners, least)
    years = named_partners["years"].map(lambda years: "|".join(map(str, sorted(years))))
    for side in ("left", "right"):
        rows = scored.pop(f"{side}_row").to_numpy(int)
        scored[side] = named_partners["partner_id"].array[rows]
        scored[f"{side}_name"] = named_partners["name"].array[rows]
        scored[f"{side}_years"] = years.to_numpy(object)[rows]
    proposals = scored[CANDIDATES].astype(
        dict.fromkeys(CANDIDATES[1:], "str") | {"score": "Float64"}
    )
    proposals = proposals.sort_values(["score", *CANDIDATES[2:]], ascending=[False] + [True] * 6)
    sides = pd.DataFrame(
        np.sort(proposals[["left", "right"]].to_numpy(object), axis=1), proposals.index
    )
    return _undecided(proposals[~sides.duplicated()], aliases).reset_index(drop=True)


def _possible(known: pd.DataFrame) -> tuple[np.ndarray, name_comparison.Possible]:
    """The rows that may be one with another, and of pairs of rows which may be one partner."""
    identifier, owner = (
        pd.factorize(known[name].replace("", None))[0] for name in ("identifier", "partner_id")
    )
    # Of two partners that no other row shares an identifier with, both known, none is the other.
    is_unsure = (identifier < 0) | known["identifier"].duplicated(keep=False).to_numpy()
    by_year = np.packbits(_by_year(known["years"].tolist()), axis=1)

    def may_be_one(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        years_together = np.bitwise_count(by_year[left] & by_year[right]).sum(axis=1)
        first, second = identifier[left], identifier[right]
        no_other_identifier = (first < 0) | (second < 0) | (first == second)
        return (years_together <= 1) & (owner[left] != owner[right]) & no_other_identifier

    return np.flatnonzero(is_unsure), may_be_one


class Pair(NamedTuple):
    """Two rows that may be one partner: log odds, and what these are made of."""

    left: int
    right: int
    odds: float
    agreement: name_comparison.Agreement
    together: int
    parts: tuple[float, float, float]  # what years, amounts and places add
    is_clear: bool  # nothing but chance speaks against a merge


def _weighed(known: pd.DataFrame, pairs: list[tuple[int, int]], least: float) -> list[Pair]:
    """Pairs with their log odds, without those that are so unlikely that they are hardly a rival of
    others.
    """
    names, years = name_comparison.Names(known["key"].tolist()), known["years"].tolist()
    time, money, position = _Time(known), _Amounts(known), _Places(known)
    prior = math.log(max(len(known), name_comparison.UNSEEN))
    weighed = []
    for first, second in pairs:
        agreement = names.agreement(first, second)
        parts = (time(first, second), money(first, second), position(first, second))
        odds = INDEPENDENT * (agreement.score - prior) + sum(parts)
        if odds > math.log(least / (1 - least)) - 3:
            together = len(years[first] & years[second])
            is_clear = bool(years[first] and years[second]) and not together
            is_clear &= position.levels(first) == position.levels(second)
            is_clear &= not position.apart(first, second)
            weighed.append(Pair(first, second, odds, agreement, together, parts, is_clear))
    return weighed


def _scored(pairs: list[Pair], known: pd.DataFrame, least: float) -> pd.DataFrame:
    """The pairs of at least a probability, with the evidence in words, the later partner on the
    right.
    """
    years, partner = known["years"].tolist(), known["partner_id"].tolist()
    is_short = len(known) < name_comparison.UNSEEN
    rows = []
    for pair, odds in zip(pairs, _rivalled([pair[:3] for pair in pairs], years), strict=True):
        adds = is_short and pair.agreement.added > ADDS * pair.agreement.shared
        score = min(1 / (1 + math.exp(-odds)), 1.0 if pair.is_clear else DOUBTFUL)
        score *= SHORT if adds else 1
        if score >= least:
            sides = sorted(pair[:2], key=lambda row: (max(years[row], default=0), partner[row]))
            evidence = _evidence(pair.agreement, pair.together, pair.parts, pair.odds - odds)
            rows.append((round(score, 3), evidence, *sides))
    return pd.DataFrame(rows, columns=["score", "evidence", "left_row", "right_row"])


def _undecided(found: pd.DataFrame, aliases: pd.DataFrame | None) -> pd.DataFrame:
    """The pairs that the team has not decided yet, by partner or by name."""
    if aliases is None or not len(aliases):
        return found
    decided = set()
    for pair in pd.concat([_decided(aliases, same) for same in (True, False)]).itertuples():
        decided |= {
            frozenset((pair.partner, pair.same_as)),
            frozenset((pair.partner_name, pair.same_as_name)),
        }
    by_key = map(frozenset, zip(found["left"], found["right"], strict=True))
    by_name = map(
        frozenset, zip(normalised(found["left_name"]), normalised(found["right_name"]), strict=True)
    )
    return found[[decided.isdisjoint(pair) for pair in zip(by_key, by_name, strict=True)]]


def safe(found: pd.DataFrame, least: float = SAFE) -> pd.DataFrame:
    """The candidates that may be merged without review, as aliases (`partner, same_as, answer`),
    each the same as the latest.

    Surest first; two partners are not merged where what is merged so far would bear two names in
    one year.

    >>> found = pd.DataFrame({"score": [0.99], "left": ["a"], "right": ["b"], "left_years": ["2008"], "right_years": ["2009"]})
    >>> safe(found).to_numpy().tolist()
    [['a', 'b', 'same']]
    """
    groups: dict[
        str, dict[str, set[str]]
    ] = {}  # partner -> all partners merged with it, each with its years
    for pair in found[found["score"] >= least].itertuples():
        first_group = groups.setdefault(pair.left, {pair.left: set(pair.left_years.split("|"))})
        second_group = groups.setdefault(pair.right, {pair.right: set(pair.right_years.split("|"))})
        if first_group is not second_group and not set().union(*first_group.values()) & set().union(
            *second_group.values()
        ):
            groups |= dict.fromkeys([*first_group, *second_group], first_group | second_group)
    latest = {
        key: max(group, key=lambda member: (max(group[member]), member))
        for key, group in groups.items()
    }
    rows = [(key, head, "same") for key, head in sorted(latest.items()) if key != head]
    return pd.DataFrame(rows, columns=["partner", "same_as", "answer"], dtype="str")


def _known(partners: pd.DataFrame) -> pd.DataFrame:
    """The partners that have a name, in an order that does not depend on theirs, with all optional
    columns.
    """
    named_partners = pd.DataFrame(
        {"partner_id": partners["partner_id"].astype("str"), "name": partners["name"].astype("str")}
    )
    named_partners["key"] = normalised(partners["name"]).str.replace(r"\bst\b", "saint", regex=True)
    for column in ("identifier", *MOVED):
        named_partners[column] = (
            partners[column].astype("object").where(partners[column].notna(), None)
            if column in partners
            else None
        )
    named_partners["amount"] = (
        pd.to_numeric(partners["amount"]).astype("float64") if "amount" in partners else np.nan
    )
    met = defaultdict(frozenset)  # a partner's years are those of all its spellings
    years_of = cache(lambda text: frozenset(int(year) for year in text.split("|") if year))
    for partner, years in zip(
        named_partners["partner_id"],
        partners["years"].fillna("") if "years" in partners else (),
        strict=False,
    ):
        met[partner] |= years_of(years)
    named_partners["years"] = [met[partner] for partner in named_partners["partner_id"]]
    return (
        named_partners[named_partners["key"].notna()]
        .sort_values(["key", "partner_id", "name"], kind="stable")
        .reset_index(drop=True)
    )


def _by_year(years: list[frozenset[int]]) -> np.ndarray:
    """Whether each year of the whole stands in each of some sets."""
    whole = sorted(frozenset().union(*years))
    row = np.repeat(np.arange(len(years)), [len(partner_years) for partner_years in years])
    is_present = np.zeros((len(years), len(whole)), dtype=bool)
    is_present[
        row,
        np.searchsorted(whole, [year for partner_years in years for year in partner_years]).astype(
            np.int64
        ),
    ] = True
    return is_present


class _Time:
    """What years say, as log odds: little for two names that most others avoid as well, much
    against names met together.
    """

    def __init__(self, known: pd.DataFrame):
        self.years: list[frozenset[int]] = known["years"].tolist()
        names_per_years = Counter(self.years)
        met = {
            mine: sum(count for theirs, count in names_per_years.items() if mine & theirs)
            for mine in names_per_years
        }
        self.apart = {
            mine: (len(known) - count + 1) / (len(known) + 2) for mine, count in met.items()
        }

    def __call__(self, left: int, right: int) -> float:
        first, second = self.years[left], self.years[right]
        if not first or not second:
            return 0.0
        apart_terms = self.apart[first], self.apart[second]
        if first & second:
            return math.log(OVERLAP / max(1 - min(apart_terms), OVERLAP))
        return math.log((1 - OVERLAP) / max(apart_terms))


class _Amounts:
    """What usual amounts say, as log odds: those of one partner differ by a factor of two or so,
    others' as all do in this file.
    """

    def __init__(self, known: pd.DataFrame):
        self.log = np.log(known["amount"].where(known["amount"] > 0)).to_numpy()
        spread = np.nanstd(self.log) if np.isfinite(self.log).sum() > 1 else 0.0
        self.spread = 1.1 * spread or 1.0

    def __call__(self, left: int, right: int) -> float:
        gap = abs(self.log[left] - self.log[right])
        first, second = (
            math.exp(-gap / scale) / (2 * scale) + 0.02 for scale in (math.log(2), self.spread)
        )
        return math.log(first / second) if gap == gap else 0.0


class _Places:
    """What places (and funders) say, as log odds: partners seldom move, and the rarer a place, the
    more it says that two share it.

    Names that hold the names of different departments count as partners who moved.
    """

    def __init__(self, known: pd.DataFrame):
        self.places = {kind: known[kind].tolist() for kind in MOVED}
        self.places["town"] = normalised(known["town"].astype("str")).fillna("").tolist()
        self.shares = {kind: Counter(places) for kind, places in self.places.items()}
        names = sorted(parse.fold(pd.Series(parse.department_names())), key=len, reverse=True)
        find_names, keys = re.compile(rf"\b({'|'.join(names)})\b").findall, known["key"].tolist()
        self.named = cache(lambda row: frozenset(find_names(keys[row])))
        self.levels = cache(
            lambda row: frozenset(kind for kind, word in _LEVELS.items() if word.search(keys[row]))
        )

    def apart(self, left: int, right: int) -> bool:
        """Whether both names hold names of departments, and different ones."""
        return bool(self.named(left) and self.named(right)) and self.named(left).isdisjoint(
            self.named(right)
        )

    def __call__(self, left: int, right: int) -> float:
        for_, against = [0.0], [0.0]
        for kind, places in self.places.items():
            first, second, moved = places[left], places[right], MOVED[kind]
            share = self.shares[kind][first] / len(places)
            if first and first == second:
                for_.append(INDEPENDENT * math.log((1 - moved) / share))
            elif first and second:
                against.append(math.log(moved / max(1 - share, moved)))
        if self.apart(left, right):
            against.append(math.log(MOVED["department"]))
        return max(for_) + min(against)


def _rivalled(pairs: list[tuple[int, int, float]], years: list[frozenset[int]]) -> list[float]:
    """Log odds lowered by rivals: others that fit one side, and that are not one with the other
    side, since both are met in one year.
    """
    near = defaultdict(list)
    for first, second, odds in pairs:
        near[first].append((second, math.exp(min(odds, 30))))
        near[second].append((first, math.exp(min(odds, 30))))

    def rivals(mine: int, theirs: int) -> float:
        others = ((chance, years[third]) for third, chance in near[mine] if third != theirs)
        return sum(
            chance
            for chance, met in others
            if not (met and years[theirs] and met.isdisjoint(years[theirs]))
        )

    return [
        odds - math.log1p(max(rivals(first, second), rivals(second, first)))
        for first, second, odds in pairs
    ]


def _evidence(
    agreement: name_comparison.Agreement,
    together: int,
    parts: tuple[float, float, float],
    rivals: float,
) -> str:
    time, money, position = parts
    evidence = {
        _("words: {words}", words=", ".join(agreement.words)): bool(agreement.words),
        _("both named in one year"): together > 0,
        _("never in one year"): not together and bool(time),
        _("like amounts"): money > 0.3,
        _("unlike amounts"): money < -0.3,
        _("same place or funder"): position > 0,
        _("other place or funder"): position < 0,
        _("others fit as well"): rivals > 1,
    }
    return "; ".join(words for words, speaks in evidence.items() if speaks)
