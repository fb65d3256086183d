"""How alike two names of organisations are: rare words weigh more; truncation, abbreviation,
acronyms and slips are seen through.

Nothing is learnt beforehand: what is rare, and what stands for what, comes from the names
themselves.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

NEIGHBOURS = 12  # others of each name that are looked at
_ALIKE = 0.25  # the cosine of their trigrams from which on they are
COMMON = 0.05  # trigrams of more than this share of the names bring no two names together
ACRONYM = 20  # an acronym that more names share than this brings none together
UNSEEN = 2000  # names that each file is thought to be drawn from besides its own: in a small file a word may be rare by accident
SMALL_WORDS = "a and au aux d de des du en et for in l la le les of par pour s sous sur the"
LINKS = frozenset(SMALL_WORDS.split())
LONGEST_RUN = 16  # words that another may stand for

# left and right of pairs -> which of these may be one
Possible = Callable[[np.ndarray, np.ndarray], np.ndarray]


class Agreement(NamedTuple):
    """What two names share and each has alone (log of how rare); `added`: the most alone."""

    shared: float
    left: float
    right: float
    added: float
    words: tuple[str, ...]

    @property
    def score(self) -> float:
        """Shared weight, less what contradicts, less a little for what only one adds."""
        return self.shared - min(self.left, self.right) - 0.2 * max(self.left, self.right)


def neighbours(
    names: list[str], of: np.ndarray | None = None, possible: Possible | None = None
) -> list[tuple[int, int]]:
    """Pairs of names worth a closer look: nearest by rare trigrams, or one the acronym of the
    other.

    With `of`, those pairs alone that hold one of these positions; with `possible`, those that it
    says may be.

    >>> neighbours(["maison familiale rurale", "maison famil rural", "mfr ligne", "judo", "ecole de judo", "tennis club", "velo"])
    [(0, 1), (0, 2), (1, 2), (3, 4)]
    """
    of = np.arange(len(names)) if of is None else of
    possible = possible or (lambda left, right: np.ones(len(left), dtype=bool))
    if not len(of):
        return []
    acronyms = _by_acronym(names)
    acronyms = acronyms[np.isin(acronyms, of).any(axis=1)]
    pairs = np.sort(
        np.concatenate([_by_trigrams(names, of, possible), acronyms[possible(*acronyms.T)]]), axis=1
    )
    return (
        pd.DataFrame(pairs).drop_duplicates().sort_values([0, 1]).to_records(index=False).tolist()
    )


def _by_trigrams(names: list[str], of: np.ndarray, possible: Possible) -> np.ndarray:
    from scipy import sparse

    letters = np.frombuffer("".join(f" {name} " for name in names).encode("utf-32-le"), "<u4")
    alphabet = np.bincount(letters) > 0
    letters, many = (np.cumsum(alphabet) - 1)[letters], alphabet.sum()
    row = np.repeat(np.arange(len(names)), [len(name) + 2 for name in names])
    trigrams = ((row[:-2] * many + letters[:-2]) * many + letters[1:-1]) * many + letters[2:]
    row, gram = np.divmod(np.sort(pd.unique(trigrams[row[:-2] == row[2:]])), many**3)
    gram = pd.factorize(gram)[0]
    counted = sparse.csr_matrix(
        (np.ones(len(row)), (row, gram)), shape=(len(names), gram.max() + 1)
    )
    names_per_trigram = np.asarray(counted.sum(axis=0)).ravel()
    weighed = counted @ sparse.diags(np.log((1 + len(names)) / np.maximum(names_per_trigram, 1)))
    norm = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    unit = (
        (sparse.diags(1 / np.maximum(norm, 1e-9)) @ weighed)
        .tocsc()[:, names_per_trigram <= max(50, COMMON * len(names))]
        .tocsr()
    )
    mine = _alike(unit, of, possible)
    theirs = _alike(
        unit, np.setdiff1d(pd.unique(mine[:, 1]), of), possible
    )  # one may be near to another that is not near to it
    pairs = np.concatenate([mine, theirs[np.isin(theirs[:, 1], of)]])
    return pairs[pairs[:, 2] < NEIGHBOURS, :2]


def _alike(unit, rows: np.ndarray, possible: Possible) -> np.ndarray:
    turned, neighbours_found = unit.T.tocsr(), [np.empty((0, 3), dtype=np.int64)]
    for start in range(0, len(rows), 500):
        subset = rows[start : start + 500]
        near = (unit[subset] @ turned).tocoo()
        good = (near.data >= _ALIKE) & (subset[near.row] != near.col)
        # Row, likeness (the nearest first) and the other's place as one number: sorted, they need
        # not be put in order by turns.
        far = 2 * 10**9 - np.rint(near.data[good] * 1e9).astype(np.int64)
        key = np.sort(near.row[good].astype(np.int64) << 52 | far << 21 | near.col[good])
        row, second = key >> 52, key & (1 << 21) - 1
        rank = np.arange(len(row)) - np.searchsorted(row, np.arange(len(subset)))[row]
        neighbours_found.append(
            np.column_stack([subset[row], second, rank])[possible(subset[row], second)]
        )
    return np.concatenate(neighbours_found)


def _by_acronym(names: list[str]) -> np.ndarray:
    every = [name.split() for name in names]
    initials = defaultdict(set)
    for row, words in enumerate(every):
        for part in (words, _bare(words)):
            if len(part) > 2:
                letters = _initials(part)
                initials[letters].add(row)
                initials[letters[:-1]].add(row)
    acronym_pairs = []
    for row, words in enumerate(every):
        for word in words:
            others = ()
            if len(word) > 2:
                others = initials.get(word, ())
            if len(others) <= ACRONYM:
                acronym_pairs += [(row, second) for second in others if second != row]
    return np.array(acronym_pairs, dtype=np.int64).reshape(-1, 2)


class Names:
    """Names (normalised) and the weight of their words: the log of how few names hold a word, or
    one that begins like it.

    In `UNSEEN` further names a word is met as often as in this file beyond the two names compared.
    """

    def __init__(self, names: list[str]):
        self.words = [name.split() for name in names]
        whole = Counter(word for words in self.words for word in set(words))
        begun = Counter(begin for words in self.words for begin in {word[:5] for word in words})
        short: Counter[str] = Counter()
        for begin, count in begun.items():
            short[begin[:4]] += count
        self.weight = {}
        for word, family in whole.items():
            if len(word) > 4:
                family = begun[word[:5]] + whole[word[:4]]
            elif len(word) == 4:
                family = short[word]
            others = max(family - 2, 0) / len(names)
            rarity = (len(names) + UNSEEN) / (family + UNSEEN * others)
            self.weight[word] = max(math.log(rarity), 0.05)

    def agreement(self, left: int, right: int) -> Agreement:
        """How two names agree. "A ex B" is also A, and also B: the best reading counts."""
        readings = product(_readings(self.words[left]), _readings(self.words[right]))
        agreements = [self._aligned(first, second) for first, second in readings]
        return max(agreements, key=lambda agreement: agreement.score)

    def _aligned(self, first: list[str], second: list[str]) -> Agreement:
        common = Counter(first) & Counter(second)
        mine, theirs = _rest(first, common), _rest(second, common)
        sides = ((first, mine, second, theirs), (second, theirs, first, mine))
        met = [word for word in common if word not in LINKS]
        shared = sum(self.weight[word] * count for word, count in common.items())
        shared += sum(self._runs(*side, met, joined=True) for side in sides)
        value, cut = self._spellings(first, mine, second, theirs, met)
        shared += value + sum(self._runs(*side, met, joined=False) for side in sides)
        rests = [[words[position] for position in sorted(rest)] for words, rest, _, _ in sides]
        alone = [sum(self.weight[word] for word in rest) for rest in rests]
        added = max(sum(self.weight[word] for word in _bare(rest)) for rest in rests)
        # A name that breaks off inside a word was cut: what the other has after it contradicts
        # little.
        for side, (words, rest, _, others) in enumerate(sides):
            if side in cut and not rest and min(others, default=len(words)) >= len(words) - 1:
                alone[1 - side] *= 0.2
        return Agreement(shared, *alone, added, tuple(met))

    def _spellings(
        self, left, mine: set[int], right, theirs: set[int], met: list[str]
    ) -> tuple[float, set[str]]:
        likely = []
        for i, j in product(mine, theirs):
            # An article abbreviates nothing, least of all the acronym beside it ("à" and "ADMR").
            if left[i][0] == right[j][0] and LINKS.isdisjoint((left[i], right[j])):
                weight = min(self.weight[left[i]], self.weight[right[j]])
                likely.append((-_same_word(left[i], right[j]) * weight, i, j))
        shared, cut = 0.0, set()
        for value, i, j in sorted(likely):
            if value and i in mine and j in theirs:
                mine.remove(i)
                theirs.remove(j)
                shared -= value
                met.append(f"{left[i]}={right[j]}")
                if i == len(left) - 1 and right[j].startswith(left[i]):
                    cut.add(0)
                if j == len(right) - 1 and left[i].startswith(right[j]):
                    cut.add(1)
        return shared, cut

    def _runs(
        self, words: list[str], rest: set[int], many: list[str], others: set[int], met, *, joined
    ) -> float:
        shared = 0.0
        whole = ["".join(many)] if joined else [_initials(many), _initials(_bare(many))]
        for position in sorted(rest):
            word = words[position]
            if len(word) < 2 or not any(word in text for text in whole):
                continue
            spans = [
                range(first, last)
                for first in range(len(many))
                if many[first][0] == word[0]
                for last in range(first + 2, min(len(many), first + LONGEST_RUN - 1) + 1)
                if not others.isdisjoint(range(first, last))
            ]
            worth = {
                span: self._worth(word, many[span.start : span.stop], joined) for span in spans
            }
            span = max(worth, key=worth.__getitem__, default=range(0))
            if worth.get(span, 0) > 0:
                rest.remove(position)
                others -= set(span)
                shared += worth[span]
                met.append(f"{word}={' '.join(many[span.start : span.stop])}")
        return shared

    def _worth(self, word: str, run: list[str], joined: bool) -> float:
        """The weight of words that another writes as one (`joined`) or abbreviates; 0: does not."""
        whole = sum(self.weight[part] for part in run)
        if joined:
            return whole if "".join(run) == word else 0.0
        if run[-1] in LINKS or word not in (_initials(run), _initials(_bare(run))):
            return 0.0
        return min(whole, 2 * len(word))


def _bare(words: list[str]) -> list[str]:
    return [word for word in words if word not in LINKS]


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words)


def _readings(words: list[str]) -> list[list[str]]:
    if "ex" not in words[1:-1]:
        return [words]
    place = words.index("ex", 1)
    return [words, words[:place], words[place + 1 :]]


def _rest(words: list[str], common: Counter) -> set[int]:
    unmatched_counts, rest_positions = common.copy(), set()
    for position, word in enumerate(words):
        if unmatched_counts[word] > 0:
            unmatched_counts[word] -= 1
        else:
            rest_positions.add(position)
    return rest_positions


@lru_cache(1 << 20)
def _same_word(one: str, other: str) -> float:
    """How surely two spellings are one word, 0-1: its beginning, a slip in it, its contraction.

    >>> _same_word("orient", "orientation"), _same_word("fondation", "fondtaion"), _same_word("cte", "comite"), _same_word("nord", "sud")
    (0.9, 0.85, 0.7, 0.0)
    """
    from rapidfuzz.distance import OSA

    short, long = sorted((one, other), key=lambda word: (len(word), word))
    size = len(short)
    if short[0] != long[0] or short.isdigit() or long.isdigit():
        return 0.0
    if long.startswith(short):
        return {1: 0.3, 2: 0.6}.get(size, 0.9)
    if size >= 5:
        slips = OSA.distance(short, long, score_cutoff=2)
        if slips == 1 or (slips == 2 and size >= 9):
            return 0.85 if slips == 1 else 0.75
        if OSA.distance(short, long[:size], score_cutoff=1) == 1:
            return 0.75
    letters = iter(long)
    if size > 1 and all(letter in letters for letter in short):
        return 0.7 if short[-1] == long[-1] or size >= 4 else 0.5
    return 0.0
