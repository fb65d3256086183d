"""On which day a cleaned study is looked at."""

from collections.abc import Mapping

import pandas as pd

from analysis.clean.programme.programme_tables import last_seen
from analysis.clean.records.rows import Tables
from analysis.text import formatting
from analysis.text.messages import say


def observation_day(
    stated: object, tables: Tables, notes: Tables, is_grants: bool
) -> dict[str, str]:
    """The observation date (blank: unknown); if seen and not stated, the table that shows it."""
    if stated:
        return {"day": str(pd.Timestamp(stated).date())}
    if "windows" not in notes or notes["windows"]["last"].isna().all():
        return {"day": ""}
    day = str(notes["windows"]["last"].max().date())
    return {"day": day, "day_seen_in": "grants" if is_grants else last_seen(tables).idxmax()}


def day_taken(about: Mapping[str, object]) -> str:
    """On which day a cleaned study is looked at and why, where nobody states it; else blank."""
    if "day_seen_in" not in about:
        return ""
    return say(
        "clean.day_taken",
        day=about["day"],
        table=formatting.text(str(about["day_seen_in"])),
        is_of_grants=about["day_seen_in"] == "grants",
    )
