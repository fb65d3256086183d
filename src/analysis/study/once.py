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


def result(function: Callable) -> Callable:
    """A function of a study whose result an analyst may give in its place, by its name.

    >>> from analysis import explore
    >>> from analysis.exhibits.running_relations import running
    >>> study = explore.open("demo", lang="en")
    >>> study.exhibit("F1", running=running(study).tail(24)).changed
    'frame changed by hand'
    """
    computed = once(function)

    @wraps(function)
    def given_or_computed(study):
        name = function.__name__
        if name in study.own.frames:
            return study.own.frames[name]
        return computed(study)

    given_or_computed.is_result = True
    return given_or_computed
