"""The key numbers of a study (T8), by key, each with its family: those of which `[target]` of
study.toml may state a target.
"""

LINES_TOLD = dict.fromkeys(("LF5", "LF1", "LF6"), "fragility")
LINES_TOLD |= dict.fromkeys(("LS1", "LS5"), "strength")
KEY_NUMBERS = dict.fromkeys(("survival", "renewal", "mean"), "durability") | LINES_TOLD
