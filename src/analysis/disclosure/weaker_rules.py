"""Which rules of secrecy a study weakened: it may move them, and its readers are told."""

from analysis.declare import conventions
from analysis.disclosure.secrecy_rules import Limits
from analysis.text.convention_facts import of_unit
from analysis.text.messages import say

# the conventions of secrecy: less of the first is told to fewer, more of the others
_WEAKER_BELOW = (
    "secret_below",
    "percent_from",
    "prior_percent",
    "open_values",
    "curve_step_months",
)
_WEAKER_ABOVE = ("dominance",)


def weaker_rules(limits: Limits) -> dict[str, float]:
    """The conventions of secrecy that are weaker than the method's, with the numbers in force.

    >>> weaker_rules(conventions.conventions({"secret_below": 2, "dominance": 1.0, "LF1": 0.4}))
    {'secret_below': 2, 'dominance': 1.0}
    >>> weaker_rules(conventions.conventions({"secret_below": 11, "dominance": 0.7}))
    {}
    """
    below = [name for name in _WEAKER_BELOW if limits[name] < conventions.DEFAULTS[name]]
    above = [name for name in _WEAKER_ABOVE if limits[name] > conventions.DEFAULTS[name]]
    return {name: limits[name] for name in (*below, *above)}


def weaker_rules_said(limits: Limits) -> str:
    """The sentence that tells which rules are weaker; blank where none is."""
    weaker = weaker_rules(limits)
    if not weaker:
        return ""
    rules = [
        say(
            "withheld.weaker_rule",
            name=name,
            value=of_unit(value, conventions.unit(name)),
            default=of_unit(conventions.DEFAULTS[name], conventions.unit(name)),
        )
        for name, value in weaker.items()
    ]
    return say("withheld.weaker", rules=", ".join(rules))
