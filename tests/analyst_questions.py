"""The questions that an analyst asks of a study, each answered in at most four lines: cells of a test notebook."""

SET_UP = """import pandas as pd
import seaborn as sns
from functools import partial
from analysis import explore
from analysis.indicators import durability
from analysis.stats import survival
study = explore.open("demo", lang="en")
followed = study.followed"""

QUESTIONS = {
    "Which figures are there, with which options, computed by which functions?": """
study.exhibits().loc[["F3", "F4", "F8"], ["options", "functions"]]""",
    "Which relations does the bar of LF6 count?": """
rows = study.behind("F8", line="LF6")
assert len(rows) == study.exhibit("F8").data.set_index("line").at["LF6", "yes"]""",
    "How many relations have each domain, when one may have several?": """
study.explode("domains")["domains"].value_counts()""",
    "What are the lines read from, and how much of it is known?": """
study.dictionary("measures")[["unit", "lines", "known", "rows"]]""",
    "What does each line say, and where is its threshold?": """
study.dictionary("lines")[["label", "sign", "threshold"]]""",
    "How long do relations last that were renewed?": """
study.where(study.relations["renewals"] > 0).exhibit("F3")""",
    "And in one department?": """
department = study.relations["department"].value_counts().index[0]
study.where(department=department).exhibit("F8")""",
    "And in three regions taken together?": """
study.where(region=["Bretagne", "Normandie", "Pays de la Loire"]).exhibit("F8")""",
    "And for partners of one size, which relations do not tell?": """
sizes = study.partners[["partner_id", "budget_band"]]
band = sizes["budget_band"].mode()[0]
study.join(sizes).where(budget_band=band).exhibit("F8")""",
    "What if dependence began at 50 %?": """
moved = study.with_(thresholds={"LF1": 0.5})
assert moved.lines["LF1"].sum() < study.lines["LF1"].sum()
moved.exhibit("F8")""",
    "What is the median duration by level and region, with its interval?": """
named = followed.dropna(subset=["level", "region"])
curves = durability.curve(named["duration_months"], named["ended"], entry=named["entry_months"], strata=named[["level", "region"]])
survival.quantile(curves.rename(columns={"months": "time"}))""",
    "By domain and region, a relation of several domains counting in each?": """
one = study.explode("domains", "followed").dropna(subset=["domains", "region"])
curves = durability.curve(one["duration_months"], one["ended"], entry=one["entry_months"], strata=one[["domains", "region"]])
survival.quantile(curves).dropna(subset="value")""",
    "Which curves have the groups of two columns, as a figure?": """
study.exhibit("F4", by=["level", "region"])""",
    "And of a column of my own?": """
study.join(study.partners[["partner_id", "budget_band"]]).exhibit("F4", by="budget_band")""",
    "What of one entity, running relations alone?": """
study.where(entity=study.values("entity")[0], status="running").exhibit("F8")""",
    "What may I ask the door?": """
import inspect
assert {"region", "thresholds", "audience"} <= set(inspect.signature(explore.open).parameters)
assert {"relations", "partners", "answers", "exhibit"} <= set(dir(study))""",
    "What are the key numbers, as a frame?": """
study.exhibit("T8").data[["key", "value", "low", "high", "n"]]""",
    "Which relations changed between two days?": """
changes = study.on("2017-06-27").compare(study)
changes["what"].value_counts()""",
    "How do I show an indicator of my own as a figure of the report?": """
share = study.relations.groupby("level", observed=True)["renewals"].agg(lambda n: (n > 0).mean()).rename("share")
study.present(share, partial(sns.barplot, x="level", y="share"), id="X1", title="Renewed at least once", reading="By level.")""",
    "How does the risk of ending go with level and form, in a Cox model?": """
known = followed.dropna(subset=["level", "kinds"])
covariates = known[["level"]].assign(several=known["kinds"].str.contains("|", regex=False))
survival.cox(known["duration_months"], known["ended"], covariates, entry=known["entry_months"], cluster=known["partner_id"])""",
    "Does another library find the same median?": """
lifelines = __import__("pytest").importorskip("lifelines")
curve = lifelines.KaplanMeierFitter().fit(followed["duration_months"], followed["ended"], entry=followed["entry_months"])
own = survival.quantile(durability.curve(followed["duration_months"], followed["ended"], entry=followed["entry_months"]))
assert abs(curve.median_survival_time_ - own["value"].iloc[0]) < 0.1""",
    "Can I change a figure of the study?": """
axes = study.exhibit("F3").axes()
mark = partial(lambda data, ax: ax.axvline(24))
study.present(study.exhibit("F3"), mark, id="X2", title="Two years are marked")""",
    "How do I undo what I did?": """
study.lines.loc[:, "LF1"] = True
narrowed = study.where(region="Bretagne", level="local")
assert narrowed.where(region="", level="").relations.equals(study.relations)
assert explore.open("demo", lang="en").lines.equals(study.lines)""",
}
