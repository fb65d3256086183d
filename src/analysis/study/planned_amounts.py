"""What a programme gives where nothing but its agreements says so."""

import pandas as pd

from analysis.declare import schema


def tells_planned_amounts(study) -> bool:
    """Whether nothing but its agreements says what a programme gives: no source records what was
    contributed, and agreements have amounts.
    """
    if study.is_grants or study.has("contributions"):
        return False
    return bool(study.agreements["planned_amount_eur"].notna().any())


def resources(study) -> pd.DataFrame:
    """The contributions of a study under agreements that it knows; where it records none, what its
    agreements plan: money promised to partners, in the year in which each agreement begins.

    A contribution under an agreement that was refused, or that no source lists, is of no partner
    that the study knows: what each side brings does not count it.
    """
    if not tells_planned_amounts(study):
        of_agreement = study.beside(study.contributions["agreement_id"], "agreements", "partner_id")
        return study.contributions[of_agreement["partner_id"].notna()]
    agreements = study.agreements.reset_index(drop=True)
    amounts = agreements["planned_amount_eur"].astype("Float64")
    planned = pd.DataFrame(
        {
            "agreement_id": agreements["agreement_id"],
            "year": agreements["start"].dt.year,
            "direction": "to partner",
            "kind": "cash",
            "quantity": amounts,
            "value_eur": amounts,
            "stage": "committed",
        }
    )
    return schema.conform(planned, "contributions")
