"""Results that several exhibits of one study share: each is computed once for a study."""

from collections.abc import Callable
from functools import wraps


def once(function: Callable) -> Callable:
    """A function of a study, and of plain choices, whose result is computed once for each study.

    >>> from analysis import explore
    >>> shared, study = once(lambda study, months: [months]), explore.open("demo")
    >>> shared(study, 12) is shared(study, 12), shared(study, 12) is shared(study, 24)
    (True, False)
    """

    @wraps(function)
    def shared(study, *choices):
        results = study.__dict__.setdefault("_results", {})
        key = (function, *choices)
        if key not in results:
            results[key] = function(study, *choices)
        return results[key]

    return shared
