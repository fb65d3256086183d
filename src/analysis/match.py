"""Who is who: one partner under several spellings. Identifiers first, then names; what is likely but not sure is proposed for review."""

import math
import re
from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from analysis import cells, resemblance, words

_ = words.text

SAFE, LIKELY = 0.96, 0.15  # probabilities from which a pair is merged without review (when asked), and from which it is proposed
DOUBTFUL = 0.9  # the highest score where years are unknown or shared, or where one is a federation and the other is not
INDEPENDENT = 0.4  # words of a name do not come independently: their weights count for so much
FEW = 2000  # in a file of fewer names a word may be rare by accident: so many names are reckoned with
OVERLAP = 0.05  # how often two spellings of one partner are met in one and the same year
_LEVELS = {
    "federation": re.compile(r"\b(?:con)?fed(?:er\w*)?\b|\bligue\b|\bunion\b"),
    "department": re.compile(r"\bdep(?:t|art\w*)?\b|\bdptale?\b"),
    "region": re.compile(r"\breg(?:ion\w*)?\b"),
    "nation": re.compile(r"\bnat(?:ion\w*)?\b"),
}
SAME = ("same", "même", "meme", "oui", "yes", "1")


def normalised(names: pd.Series) -> pd.Series:
    """Names as compared: without case, accents, punctuation or double spaces; missing where nothing is left.

    >>> normalised(pd.Series(["Les Amis-de-l'École ", "LES AMIS DE L ECOLE"])).tolist()
    ['les amis de l ecole', 'les amis de l ecole']
    """
    folded = cells.fold(names)
    return folded.mask(folded.eq(""))


def identify(records: pd.DataFrame, aliases: pd.DataFrame | None = None, rule: str = "both") -> pd.DataFrame:
    """The partner of each record, by its identifier and by its name.

    `records` holds `identifier` (clean, missing where unknown) and `name`. `identifier_key` and `name_key` are what each
    says alone. `partner_id` follows the rule: "identifier" (missing without one), "name" (the exact normalised name), or
    "both": the identifier, and without one the partner that alone bears the name; a name that several identifiers bear is a
    partner of its own. `aliases` (`partner, same_as, decision`: each a name or a partner_id) are the team's decisions: where
    it says "same", both are one partner, known by the key of `same_as`; a name that names no partner alone decides nothing.

    >>> records = pd.DataFrame({"identifier": ["732829320", None, None], "name": ["Ain Rugby", "AIN-RUGBY", "Judo"]})
    >>> identify(records)["partner_id"].tolist()
    ['732829320', '732829320', 'judo']
    """
    identifier, name = records["identifier"].astype("str"), normalised(records["name"])
    partner = {"identifier": identifier, "name": name}.get(rule)
    if partner is None:
        partner = identifier.fillna(name.map(_alone(name, identifier))).fillna(name)
    if aliases is not None and len(aliases):
        bearer = _alone(name, partner).to_dict()
        bearer |= {key: key for key in partner.dropna().unique()}
        partner = partner.map(lambda key: key, na_action="ignore").replace(_ends(aliases, bearer))
    return pd.DataFrame({"partner_id": partner, "identifier_key": identifier, "name_key": name}, index=records.index, dtype="str")


def _alone(name: pd.Series, key: pd.Series) -> pd.Series:
    """The key that alone bears each name."""
    pairs = pd.DataFrame({"name": name, "key": key}).dropna().drop_duplicates()
    return pairs.drop_duplicates("name", keep=False).set_index("name")["key"]


def _decided(aliases: pd.DataFrame, same: bool) -> pd.DataFrame:
    """The pairs that the team decided on, each side as it is written and as a normalised name."""
    said = aliases["decision"].astype("str").str.strip().str.casefold().isin(SAME)
    pairs = aliases.loc[said if same else ~said, ["partner", "same_as"]].astype("str").apply(lambda side: side.str.strip())
    return pairs.assign(partner_name=normalised(pairs["partner"]), same_as_name=normalised(pairs["same_as"]))


def _ends(aliases: pd.DataFrame, bearer: dict[str, str]) -> dict[str, str]:
    """Partners that are another -> the partner at the end of the chain."""
    chain = {}
    for pair in _decided(aliases, same=True).itertuples():
        left = bearer.get(pair.partner, bearer.get(pair.partner_name))
        right = bearer.get(pair.same_as, bearer.get(pair.same_as_name))
        if left and right and left != right:
            chain[left] = right
    ends = {}
    for start, end in chain.items():
        seen = {start}
        while end in chain and end not in seen:
            seen.add(end)
            end = chain[end]
        ends[start] = end
    return {start: end for start, end in ends.items() if start != end}


# Candidates ------------------------------------------------------------------------------------------------------------


def candidates(partners: pd.DataFrame, aliases: pd.DataFrame | None = None, *, least: float = LIKELY) -> pd.DataFrame:
    """Pairs of partners that may be one, likeliest first, for a person to decide.

    `partners` has one row per partner and spelling: `partner_id`, `name`, and where known `identifier` (two different ones
    are never proposed), `first` and `last` (years or dates) or `years` (a set: "2008|2010"), `amount` (a usual year's),
    `department`, `town`. The score is a probability built from the weights of shared and of contradicting words, from years
    (one partner seldom bears two names at a time, so spellings that take turns are likelier one), amounts and places, and is
    lowered where rivals fit as well. Pairs below `least`, and pairs that `aliases` decides, are left out.

    Columns: score, evidence (in words), left, right (the later one), left_name, right_name, left_years, right_years.

    >>> partners = pd.DataFrame({"partner_id": ["A", "B", "C"], "name": ["Amis du vieux Clisson", "Amis vieux clisson", "Judo"],
    ...     "years": ["2008|2009", "2010", "2008"]})
    >>> candidates(partners)[["left", "right"]].to_numpy().tolist()
    [['A', 'B']]
    """
    known = _known(partners)
    names = resemblance.Names(known["key"].tolist())
    time, place = _Time(known["years"].tolist()), _Places(known)
    money = _amount_evidence(known)
    identifier, partner = known["identifier"].tolist(), known["partner_id"].tolist()
    met = []
    for left, right in resemblance.neighbours(known["key"].tolist()):
        one, other = identifier[left], identifier[right]
        together = len(time.years[left] & time.years[right])
        if partner[left] == partner[right] or (one and other and one != other) or together > 1:
            continue
        agreement = names.agreement(left, right)
        parts = (time(left, right), money(left, right), place(left, right))
        odds = INDEPENDENT * (agreement.score - math.log(max(len(known), FEW))) + sum(parts)
        met.append((left, right, odds, agreement, together, parts))
    rivalled = _rivalled([pair[:3] for pair in met], time.years)
    rows = []
    for (left, right, odds, agreement, together, parts), value in zip(met, rivalled, strict=True):
        sure = time.years[left] and time.years[right] and not together and place.levels[left] == place.levels[right]
        score = min(1 / (1 + math.exp(-value)), 1.0 if sure else DOUBTFUL)
        if score >= least:
            if (max(time.years[left], default=0), partner[left]) > (max(time.years[right], default=0), partner[right]):
                left, right = right, left
            rows.append((round(score, 3), _evidence(agreement, together, parts, odds - value), left, right))
    found = pd.DataFrame(rows, columns=["score", "evidence", "left", "right"])
    for side in ("left", "right"):
        row = known.iloc[found[side].astype("int64").to_numpy()]
        found[f"{side}_name"], found[side] = row["name"].array, row["partner_id"].array
        found[f"{side}_years"] = ["|".join(map(str, sorted(years))) for years in row["years"]]
    order = ["score", "evidence", "left", "right", "left_name", "right_name", "left_years", "right_years"]
    found = found[order].astype({name: "str" for name in order[1:]}).astype({"score": "Float64"})
    found = found.sort_values(["score", *order[2:]], ascending=[False] + [True] * 6).drop_duplicates(["left", "right"])
    return _undecided(found, aliases).reset_index(drop=True)


def _undecided(found: pd.DataFrame, aliases: pd.DataFrame | None) -> pd.DataFrame:
    if aliases is None or not len(aliases):
        return found
    decided = set()
    for same in (True, False):
        for pair in _decided(aliases, same).itertuples():
            decided |= {frozenset(sides) for sides in ((pair.partner, pair.same_as), (pair.partner_name, pair.same_as_name))}
    names = zip(found["left"], found["right"], normalised(found["left_name"]), normalised(found["right_name"]), strict=True)
    open_ = [
        frozenset((left, right)) not in decided and frozenset((one, other)) not in decided for left, right, one, other in names
    ]
    return found[open_]


def safe(found: pd.DataFrame, least: float = SAFE) -> pd.DataFrame:
    """The candidates that may be merged without review, as aliases (`partner, same_as, decision`).

    Surest first; two partners are not merged where what is merged so far would bear two names in one year.
    """
    group: dict[str, set[str]] = {}
    years: dict[str, Counter] = {}
    for pair in found[found["score"] >= least].itertuples():
        for side, text in ((pair.left, pair.left_years), (pair.right, pair.right_years)):
            group.setdefault(side, {side})
            years.setdefault(side, set(filter(None, text.split("|"))))
        left, right = group[pair.left], group[pair.right]
        if left is right or years[pair.left] & years[pair.right]:
            continue
        merged, taken = left | right, years[pair.left] | years[pair.right]
        for member in merged:
            group[member], years[member] = merged, taken
    later = dict(zip(found["right"], found["right_years"], strict=True)) | dict(
        zip(found["left"], found["left_years"], strict=True)
    )
    rows = []
    for members in {id(members): members for members in group.values() if len(members) > 1}.values():
        head = max(members, key=lambda member: (later[member].split("|")[-1], member))
        rows += [(member, head, "same") for member in members if member != head]
    return pd.DataFrame(sorted(rows), columns=["partner", "same_as", "decision"], dtype="str")


def _known(partners: pd.DataFrame) -> pd.DataFrame:
    """The partners that have a name, in an order that does not depend on theirs, with all optional columns."""
    known = pd.DataFrame({"partner_id": partners["partner_id"].astype("str"), "name": partners["name"].astype("str")})
    known["key"] = normalised(partners["name"])
    for column in ("identifier", "department", "town"):
        known[column] = partners[column].astype("object").where(partners[column].notna(), None) if column in partners else None
    known["amount"] = pd.to_numeric(partners["amount"]).astype("float64") if "amount" in partners else np.nan
    known["years"] = _years(partners)
    return known[known["key"].notna()].sort_values(["key", "partner_id"], kind="stable").reset_index(drop=True)


def _years(partners: pd.DataFrame) -> list[frozenset[int]]:
    if "years" in partners:
        return [frozenset(int(year) for year in text.split("|") if year) for text in partners["years"].fillna("")]
    if "first" not in partners:
        return [frozenset()] * len(partners)
    sides = (partners[side] for side in ("first", "last"))
    first, last = (side.dt.year if pd.api.types.is_datetime64_any_dtype(side) else side for side in sides)
    spans = zip(first.fillna(last), last.fillna(first), strict=True)
    return [frozenset(range(int(start), int(end) + 1)) if pd.notna(start) else frozenset() for start, end in spans]


class _Time:
    """What years say, as log odds: little for two names that most others avoid as well, much against names met together."""

    def __init__(self, years: list[frozenset[int]]):
        self.years = years
        patterns = Counter(years)
        size = len(years)
        self.apart = {
            mine: (sum(count for theirs, count in patterns.items() if not mine & theirs) + 1) / (size + 2) for mine in patterns
        }

    def __call__(self, left: int, right: int) -> float:
        one, other = self.years[left], self.years[right]
        if not one or not other:
            return 0.0
        apart = self.apart[one], self.apart[other]
        if one & other:
            return math.log(OVERLAP / max(1 - min(apart), OVERLAP))
        return math.log((1 - OVERLAP) / max(apart))


def _amount_evidence(known: pd.DataFrame):
    """What usual amounts say, as log odds: those of one partner differ by a factor e^.7 or so, others' as all do in this file."""
    log = np.log(known["amount"].where(known["amount"] > 0)).to_numpy()
    wide = 1.1 * (np.nanstd(log) if np.isfinite(log).sum() > 1 else 1.0) or 1.0

    def density(gap: float, scale: float) -> float:
        return math.exp(-gap / scale) / (2 * scale) + 0.02

    def evidence(left: int, right: int) -> float:
        gap = abs(log[left] - log[right])
        return math.log(density(gap, 0.7) / density(gap, wide)) if gap == gap else 0.0

    return evidence


class _Places:
    """What departments and towns say, as log odds: partners seldom move; the rarer a place, the more it says that two share it.

    Names that hold the names of different departments count as partners who moved.
    """

    def __init__(self, known: pd.DataFrame):
        self.places = [known["department"].tolist(), normalised(known["town"].astype("str")).fillna("").tolist()]
        self.shares = [{place: count / len(known) for place, count in Counter(places).items()} for places in self.places]
        named = (
            r"\b("
            + "|".join(cells.fold(pd.Series(cells.department_names())).sort_values(key=lambda name: -name.str.len()))
            + r")\b"
        )
        self.named = [frozenset(found) for found in known["key"].str.findall(named)]
        self.levels = [frozenset(kind for kind, word in _LEVELS.items() if word.search(key)) for key in known["key"]]

    def __call__(self, left: int, right: int) -> float:
        odds = 0.0
        for places, shares, moved in zip(self.places, self.shares, (0.03, 0.15), strict=True):
            one, other = places[left], places[right]
            if one and other:
                chance = shares[one]
                same = INDEPENDENT * math.log((1 - moved) / chance) if one == other else math.log(moved / max(1 - chance, moved))
                odds = max(odds, same) if same > 0 else odds + same
        one, other = self.named[left], self.named[right]
        return odds - 3 * bool(one and other and not one & other)


def _rivalled(pairs: list[tuple[int, int, float]], years: list[frozenset[int]]) -> list[float]:
    """Log odds lowered by the rivals: others that fit one side and cannot be the same partner as the other, met in its years."""
    near = defaultdict(list)
    for left, right, odds in pairs:
        near[left].append((right, math.exp(min(odds, 30))))
        near[right].append((left, math.exp(min(odds, 30))))
    lowered = []
    for left, right, odds in pairs:
        rivals = [
            sum(chance for third, chance in near[mine] if third != theirs and years[third] & years[theirs])
            for mine, theirs in ((left, right), (right, left))
        ]
        lowered.append(odds - math.log1p(max(rivals)))
    return lowered


def _evidence(agreement: resemblance.Agreement, together: int, parts: tuple[float, float, float], rivals: float) -> str:
    time, money, place = parts
    said = [_("words: {words}").format(words=", ".join(agreement.words))] if agreement.words else []
    said += [_("both named in {n} year").format(n=together)] if together else [_("never in one year")] if time else []
    said += [_("like amounts")] if money > 0.3 else [_("unlike amounts")] if money < -0.3 else []
    said += [_("same place")] if place > 0 else [_("other place")] if place < 0 else []
    said += [_("others fit as well")] if rivals > 1 else []
    return "; ".join(said)
