"""What an exhibit asks of the rules by which it leaves the study team."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an exhibit asks for, beyond what `disclosure` and `suppression` do to all, before it
    leaves the study team.

    `team_only`, `not_partners`: why nobody else, or partners, do not see it; `team_views`: the
    column of views of which others see the first alone; `open`: nothing in it
    counts partners. `left_out`: columns that tell small steps or what the file lacks, and are in no
    drawing; `heeded`: columns left out once the rules have heeded them. `by`: the heading within
    which rows stand by size ("" for none: all of them), so that a row's place would tell;
    `stacked`: the heading of which the picture draws only what is wholly told. `total`: its words
    tell the total; `margin`: and the sums by this heading; `parts`: rows of another of its values
    than the first are parts of the first. `sums`: what else a reader can add up, from the data and
    their numbers. `chosen_from`: how many the groups of a comparison were chosen from, lest those
    left out be told. `two_largest`: by row, the share of its amount that two partners hold.
    `months_ahead`: its column `month` counts months from the day; `of_other_units`: all that it
    counts are terms, projects, sites, contributions or who brings and gets them, which no number of
    relations is, be it as large; `of_voters`: all that it counts are voters and proposals, of which
    no filter leaves some out; `of_files`: its table tells of the files as they were read, whatever
    the filters (its words may tell of relations too).
    `elsewhere`: cells (row, column) that other figures tell, which it is no use to hide.
    `amounts`: rows of an amount of which other figures tell shares, with its name; `rests_on`: by
    such a name the cells (row, column) that are withheld with it, where none is given the figure.
    `telling`: cells (row, column) of measures that tell the amount of one partner. `count_means`:
    columns that are means of whole counts, which their base would turn into sums.
    """

    team_only: str = ""
    not_partners: str = ""
    team_views: str = ""
    open: bool = False
    left_out: tuple[str, ...] = ()
    heeded: tuple[str, ...] = ()
    by: str | None = None
    stacked: str = ""
    total: bool = False
    margin: str = ""
    parts: str = ""
    sums: Callable[[pd.DataFrame, pd.DataFrame], Iterator] | None = None
    chosen_from: int | None = None
    two_largest: tuple[float, ...] = ()
    months_ahead: bool = False
    of_other_units: bool = False
    of_voters: bool = False
    of_files: bool = False
    elsewhere: tuple[tuple[int, str], ...] = ()
    amounts: Mapping[int, str] = field(default_factory=dict)
    rests_on: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    telling: tuple[tuple[int, str], ...] = ()
    count_means: tuple[str, ...] = ()

    @property
    def told_elsewhere_alone(self) -> list[tuple[int, str]]:
        """The cells that other figures tell and no column of this one: they protect nothing."""
        return [(row, column) for row, column in self.elsewhere if column in self.heeded]
