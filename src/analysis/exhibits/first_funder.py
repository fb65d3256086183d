"""Dependence (F9) where only grants are known: what part of its funding each recipient has from its
first funder.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, marks, new_figure
from analysis.disclosure.solver import Sum
from analysis.exhibits.years_of_money import given
from analysis.indicators import fragility
from analysis.text.facts import Number, Share, labelled_shares

CLASSES = {"half": 0.5, "most": 0.75, "nearly_all": 0.999999, "all": 1}  # each up to this share
_COLUMNS = ["label", "series", "count", "share", "low", "high", "largest"]


def by_first_funder(study) -> Exhibit:
    """Recipients by the part that their first funder has in their funding on record."""
    words = words_of(study, "F9")
    funding = given(study, words)
    funders = funding["entity"].nunique()
    is_one_company = study.is_programme  # whose entities are no funders of their own
    words.refuse_if(is_one_company or funders < 2, "single_funder")
    share = fragility.first_funder(funding["amount"], funding["partner_id"], funding["entity"])
    labels = [words.group(name) for name in CLASSES]
    by_class = classes_of(share, labels)
    of_recipients, of_amounts = by_class["recipients"], by_class["amounts"]
    views = [
        by_class.assign(series=words.group("recipients"), share=of_recipients, largest=np.nan),
        by_class.assign(series=words.group("amounts"), share=of_amounts),
    ]
    data = pd.concat(views, ignore_index=True).assign(low=np.nan, high=np.nan)

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=marks.tall(len(labels), narrow, 1.05))
        shares = data.rename(columns={"share": "value"})
        points = marks.dots(axes, shares, "fragility", narrow, sort=False, limits=(0, 1))
        axis_words(axes, x=words.picture("share"))
        return figure, points

    n = len(share)
    facts = {
        "by_funder": True,
        "alone": Share(of_recipients.iloc[-1], of=n),
        "alone_amounts": Share(of_amounts.iloc[-1], of=n),
        "funders": Number(funders),
        "shares": labelled_shares(labels, of_recipients, [n] * len(labels)),
    }
    of_no_amount = [np.nan] * len(labels)
    two_largest = tuple([*of_no_amount, *by_class["two_largest"]])
    rules = Rules(sums=counted_twice, two_largest=two_largest)
    return Exhibit.of(words, "fragility", data[_COLUMNS], draw, n=n, facts=facts, rules=rules)


def classes_of(share: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Each class of first funders' shares: its recipients (`count`), their part of `recipients` and
    of `amounts`, and what part of its amounts the largest and the two largest hold.

    >>> share = pd.DataFrame({"total": [60.0, 20.0, 20.0], "share": [0.6, 0.7, 1.0]})
    >>> classes_of(share, ["half", "most", "nearly_all", "all"]).iloc[[1, 3], :4].values.tolist()
    [['most', 2, 0.6666666666666666, 0.8], ['all', 1, 0.3333333333333333, 0.2]]
    """
    band = pd.cut(share["share"], [0, *CLASSES.values()], labels=labels, include_lowest=True)
    groups = share["total"].groupby(band, observed=False)
    counts, sums = groups.size(), groups.sum()
    two_largest = groups.apply(lambda totals: totals.nlargest(2).sum())
    classes = {
        "count": counts,
        "recipients": counts / len(share),
        "amounts": sums / sums.sum(),
        "largest": groups.max() / sums,
        "two_largest": two_largest.astype(float) / sums,
    }
    return pd.DataFrame(classes).rename_axis("label").reset_index().astype({"label": "str"})


def counted_twice(data: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[Sum]:
    """Each class is counted beside its part of recipients, and beside its part of amounts."""
    for rows in data.groupby("label").indices.values():
        if len(rows) == 2:
            first, second = ((int(row), "count") for row in rows)
            yield Sum([first], second, 0.0, False)
