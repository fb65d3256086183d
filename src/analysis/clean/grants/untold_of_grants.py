"""What no source tells of grants: their ends, which are assumed then, and amounts that some lack.
`check` says so, lest what is assumed be taken for what was told.
"""

import pandas as pd

from analysis.text.messages import say


def remarks_on_untold(tables: dict[str, pd.DataFrame]) -> list[str]:
    """How many grants have an end that is assumed, and how many no amount beside others with one.

    >>> from analysis.text import formatting; formatting.use("en")
    >>> grants = pd.DataFrame({"term_assumed": [True, False], "planned_amount_eur": [500.0, None]})
    >>> [remark.partition(":")[0] for remark in remarks_on_untold({"agreements": grants})]
    ['no source tells when 1 grant of 2 ends', '1 grant of 2 bears no amount']
    """
    if "agreements" not in tables:
        return []
    remarks, agreements = [], tables["agreements"]
    n_assumed = int(agreements["term_assumed"].fillna(False).astype(bool).sum())
    if n_assumed:
        remarks.append(say("clean.ends_assumed", assumed=n_assumed, grants=len(agreements)))
    is_lacking = agreements["planned_amount_eur"].isna()
    if is_lacking.any() and not is_lacking.all():
        n_lacking = int(is_lacking.sum())
        remarks.append(say("clean.amounts_lacking", lacking=n_lacking, grants=len(agreements)))
    return remarks
