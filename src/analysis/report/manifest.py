"""What a report says of itself to machines: the record of what made each of its numbers."""

from importlib.metadata import version
from typing import TYPE_CHECKING

from analysis.disclosure.weaker_rules import weaker_rules

if TYPE_CHECKING:
    from analysis.report.assemble import ReportEdition

PACKAGES = (
    "partnership-impact-study",
    "pandas",
    "numpy",
    "matplotlib",
    "papermill",
    "nbconvert",
    "typst",
)


def report_manifest(edition: "ReportEdition", figures: dict, failed: list, origin: dict) -> dict:
    """What a report was made from and with, and where each of its figures is; of the files behind
    it (`origin`) the team alone is told, and others which rules of secrecy were weakened.
    """
    study = edition.study
    made_from = {"code": origin["code"], "conventions": dict(study.conventions)}
    if edition.asked.audience == "team":
        made_from = origin | made_from | {"merges": study.raw("merges").to_dict("records")}
    elif weaker := weaker_rules(study.conventions):
        made_from["weaker_secrecy"] = weaker
    return made_from | {
        "study": edition.meta["study"],
        "day": str(edition.meta["day"].date()),
        "synthetic": edition.meta["synthetic"],
        "guesses": edition.meta["guesses"],
        "parameters": edition.meta["asked"],
        "versions": {name: version(name) for name in PACKAGES},
        "notebooks": [file.name for file in edition.notebooks],
        "figures": figures,
        "failed": [line for _title, line in failed],
    }
