"""What a study may be kept to: the relations of a region, domain, level, form or partner, and what
belongs to them.
"""

from typing import NamedTuple

import pandas as pd

from analysis import relations
from analysis.declare import conventions, parameters
from analysis.declare.faults import Fault, Refused, refusal, unknown
from analysis.study.cleaned_folder import CleanedFolder
from analysis.text import formatting
from analysis.text.messages import say


class Filter(NamedTuple):
    """A parameter that a study may be kept by.

    `column` of relations is compared; `table` is the raw table whose values of this column it may
    take (blank where they are known otherwise).
    """

    column: str
    table: str


FILTERS = {
    "region": Filter("region", "partners"),
    "department": Filter("department", "partners"),
    "domain": Filter("domains", "agreements"),
    "level": Filter("level", ""),
    "entity": Filter("entity", "agreements"),
    "kind": Filter("kinds", "agreements"),
    "partner": Filter("partner_id", ""),
}
BY_HAND = "chosen by hand"  # the name under which relations chosen one by one are a filter
_AT_CLEANING = (
    "decided when the sources are cleaned: write it under [conventions] in study.toml,"
    " and clean again"
)
OF_NO_RELATION = ("items", "proposals", "votes", "offers")  # tables that no filter reduces


def chosen(asked: parameters.Parameters) -> dict[str, str]:
    """The filters that are set, by name."""
    return {name: getattr(asked, name) for name in FILTERS if getattr(asked, name)}


def values_of(value: str) -> list[str]:
    """The values of a filter: one, or several joined by |."""
    return value.split("|")


def phrase(filters: dict[str, str]) -> str:
    """The filters as a sentence says them: "region Bretagne, Normandie and level local"."""
    phrases = []
    for name, value in filters.items():
        if name == BY_HAND:
            phrases.append(say("opening.by_hand", n=int(value)))
            continue
        values = ", ".join(formatting.text(wanted_value) for wanted_value in values_of(value))
        phrases.append(say(f"opening.filters.{name}", value=values))
    return formatting.join(phrases)


def refuse_unknown(asked: parameters.Parameters, folder: CleanedFolder) -> None:
    """Refuse at once all that a study is asked for and does not hold.

    Values of filters, a day before its first, thresholds that the cleaning has read already.
    """
    wrong: list[Fault] = []
    for name, value in chosen(asked).items():
        column, table = FILTERS[name]
        known_values = []
        if table:
            known_values = folder.values(table, column)
            if not len(known_values):
                wrong += refusal(name, "no source of this study tells it", value).faults
                continue
        for wanted_value in values_of(value):
            if table and wanted_value not in known_values:
                wrong += unknown(name, wanted_value, known_values, 5).faults
    first_start = folder.first_start()
    if asked.day and pd.Timestamp(asked.day) < first_start:
        begins = f"the first relation begins on {first_start.date()}"
        wrong += refusal("day", f"{begins}; choose this day or a later one", asked.day).faults
    used = conventions.conventions(folder.about.get("conventions") or {})
    for name, number in asked.thresholds.items():
        if name in conventions.AT_CLEANING and number != used[name]:
            wrong.append(Fault("thresholds", None, name, "conventions", str(number), _AT_CLEANING))
    if wrong:
        raise Refused(wrong, 2)
    if asked.partner:
        partner_ids(asked.partner, folder.raw("partners"))


def partner_ids(asked: str, partners: pd.DataFrame) -> pd.Series:
    """The codes of the partners of this code or name, or of these, joined by |.

    >>> partners = pd.DataFrame({"partner_id": ["P1", "P|2"], "name": ["Ain", "Var"]})
    >>> partner_ids("Ain|Var", partners).tolist(), partner_ids("P|2", partners).tolist()
    (['P1', 'P|2'], ['P|2'])
    """
    is_one = partners[["partner_id", "name"]].eq(asked).any(axis=None)
    names = [asked] if is_one else values_of(asked)
    return pd.Series([partner_id_of(partner, partners) for partner in names])


def partner_id_of(asked: str, partners: pd.DataFrame) -> str:
    """The code of the partner of this code, else of this name; a name of several is asked back.

    >>> partners = pd.DataFrame({"partner_id": ["P1", "P2"], "name": ["Ain", "P1"]})
    >>> partner_id_of("P1", partners), partner_id_of("Ain", partners)
    ('P1', 'P1')
    """
    if partners["partner_id"].eq(asked).any():
        return asked
    same_name = partners.loc[partners["name"].eq(asked).fillna(False), "partner_id"]
    if not len(same_name):
        raise unknown("partner", asked, [*partners["name"].dropna(), *partners["partner_id"]])
    if len(same_name) > 1:
        codes = ", ".join(same_name)
        raise refusal(
            "partner", f"several partners bear this name: give the code of one of {codes}", asked
        )
    return str(same_name.iloc[0])


def kept_relations(
    all_relations: pd.DataFrame, filters: dict[str, str], folder: CleanedFolder
) -> pd.DataFrame:
    """The relations that pass every filter, with no category that none of them has."""
    in_scope = all_relations
    for name, value in filters.items():
        if name == BY_HAND:
            continue
        column = FILTERS[name].column
        if name == "partner":
            values = partner_ids(value, folder.raw("partners"))
        else:
            wanted, cells = set(values_of(value)), in_scope[column].dropna().unique()
            values = [cell for cell in cells if wanted & set(cell.split("|"))]
        in_scope = in_scope[in_scope[column].isin(values)]
    if filters:
        classes = in_scope.select_dtypes("category")
        categories_in_scope = {
            name: cells.cat.remove_unused_categories() for name, cells in classes.items()
        }
        in_scope = in_scope.assign(**categories_in_scope)
    return in_scope.reset_index(drop=True)


def belonging(name: str, table: pd.DataFrame, study) -> pd.DataFrame:
    """The rows of a table that belong to the relations in scope."""
    if not study.filters or name in OF_NO_RELATION:
        return table
    if name == "agreements":
        # of all relations: a partner and an entity may have others, outside the scope
        relation_id = relations.membership(table, study.all_relations)
        return table[relation_id.isin(study.relations["relation_id"])]
    if name == "answers":
        pairs = pd.MultiIndex.from_frame(study.relations[["partner_id", "entity"]])
        return table[pd.MultiIndex.from_frame(table[["partner_id", "entity"]]).isin(pairs)]
    if "partner_id" in table:
        partners = set(study.relations["partner_id"])
        if study.parameters.partner:
            partners |= set(partner_ids(study.parameters.partner, study.raw("partners")))
        return table[table["partner_id"].isin(partners)]
    if "agreement_id" in table:
        return table[table["agreement_id"].isin(study.agreements["agreement_id"])]
    return table[table["project_id"].isin(study.projects["project_id"])]
