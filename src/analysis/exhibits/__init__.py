"""The study's figures and tables: one function per id, indicator + drawing + words + data; one module per family."""

from importlib import import_module
from inspect import signature

from analysis import abreast
from analysis.faults import Fault, Refused, did_you_mean, refusal

# Which module holds which exhibit, so that only what is asked for is imported.
MODULES = {
    "quality": ("T1", "T2", "T7"),
    "key_numbers": ("T8",),
    "durability": ("F1", "F3", "F4", "F5"),
    "renewals": ("F6", "F6D", "F7"),
    "sensitivity": ("T4", "F3R"),
    "fragility": ("F8", "F12", "T5"),
    "resources": ("F9", "F10", "F11"),
    "programme": ("F10P",),
    "two_sides": ("T3", "F13", "F14"),
    "strength": ("F15", "F16", "F17", "F18"),
    "composite": ("F15C",),
    "across": ("F2", "F19", "F20", "F21", "F23N", "T9"),
    "territories": ("F22", "F22R"),
    "trajectory": ("F23", "F24", "F25"),
    "roadmap": ("F26", "T6"),
    "offers": ("F27", "F27P"),
    "portrait": ("P1", "P2", "P3"),
}


def build(study, name: str, **options):
    """The exhibit of this id for a study, for instance `build(study, "F3", by="domain")`.

    An id that does not exist is refused with the nearest ones; data that do not support the exhibit raise
    `exhibit.Unsupported`, which says why in words.
    """
    for module, names in MODULES.items():
        if name in names:
            function = getattr(import_module(f"analysis.exhibits.{module}"), name)
            allowed = list(signature(function).parameters)[1:]
            wrong = [option for option in options if option not in allowed]
            if wrong:
                told = f"{name} has no such option" + (f", it has {' and '.join(allowed)}" if allowed else "")
                raise Refused([Fault("exhibit", None, "", "parameter", option, told) for option in wrong], 2)
            made = function(study, **options)
            abreast.release()
            return made
    known = [known for names in MODULES.values() for known in names]
    raise refusal("exhibit", f"no such exhibit{did_you_mean(name, known, told=len(known))}", name)
