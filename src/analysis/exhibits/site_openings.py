"""The sites that projects opened beside their first, and those closed since (F25)."""

from analysis.article.exhibit import Exhibit
from analysis.article.exhibit_words import words_of
from analysis.article.rules import Rules
from analysis.charts import axis_words, new_figure, upright
from analysis.exhibits.phrases import name
from analysis.indicators import trajectory
from analysis.text.facts import Count, Label, Listed


def F25(study) -> Exhibit:
    """Sites opened beside the first of each project less those closed, by year and mode of spread."""
    words = words_of(study, "F25")
    sites = trajectory.placed(study.projects, study.sites)
    added = sites[~sites["base"]]
    words.refuse_if(added.empty, "none")
    data = trajectory.net_openings(added)
    data["mode"] = data["mode"].map(name)
    last_year = data["year"].max()
    latest = data[data["year"] == last_year].sort_values("open", ascending=False, kind="stable")
    first = latest.iloc[0]
    opened_by_mode = data.groupby("mode")["opened"].sum()
    facts = {
        "open": Count(latest["open"].sum(), of=data["opened"].sum()),
        "opened": Count(data["opened"].sum()),
        "closed": Count(data["closed"].sum()),
        "year": Label(str(last_year)),
        "mode": Label(first["mode"]),
        "opened_first": Count(first["opened"]),
        "closed_first": Count(first["closed"]),
        "open_first": Count(first["open"], of=opened_by_mode[first["mode"]]),
        "projects": Count(added["project_id"].nunique(), of=sites["project_id"].nunique()),
        "all_projects": Count(sites["project_id"].nunique()),
        "partial": last_year == study.day.year and not study.day.is_year_end,
        "open_by_mode": Listed(
            [
                (Label(row.mode), Count(row.open, of=opened_by_mode[row.mode]))
                for row in latest.itertuples()
            ]
        ),
    }
    data["year"] = data["year"].astype("str")
    modes, is_partial = list(latest["mode"]), facts["partial"]

    def draw(data, narrow):
        figure, (axes,) = new_figure(narrow, height=3.3, narrow_height=3.6)
        order = modes
        if data["opened"].isna().any():  # which would tell of what is hidden
            order = sorted(modes)
        table = data.pivot(index="year", columns="mode", values="opened")[order]
        closed = data.pivot(index="year", columns="mode", values="closed")
        table[words.picture("closed")] = -closed.sum(axis=1, skipna=False)
        # a year of which a part is hidden is not drawn: what is left would look like the whole
        table = table.where(table.notna().all(axis=1))
        points = upright.upright_columns(axes, table, "across", narrow, unfinished=is_partial)
        axis_words(axes, y=words.picture("sites"))
        if is_partial:  # said where it is seen: a table for others shows no hatching
            axis_words(axes, x=words.picture("unfinished"))
        return figure, points

    rules = Rules(left_out=("net", "open"), stacked="year", margin="mode", of_other_units=True)
    return Exhibit.of(words, "across", data, draw, n=len(added), facts=facts, rules=rules)
