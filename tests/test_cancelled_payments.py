"""What is cancelled among stages of payments is no payment: asked, left out and accounted for."""

import numpy as np
import pandas as pd
import pytest

from analysis import clean
from analysis.layout.payments.stages import say_cancelled, stages
from analysis.run import check_data
from raw_lists import fate, rows_read

AGREEMENTS = [
    "N° de convention;Partenaire;Entité;Début;Fin prévue",
    "C1;Amicale;RH;01/01/2018;31/12/2018",
    "C2;Bouée;RSE;01/01/2019;31/12/2019",
]


def drafted(folder, statuses: list[str], header: str = "Statut") -> str:
    """The draft of four payments with these statuses, its open answers written."""
    payments = [
        f"N° de convention;Date prévue;Montant (€);{header}",
        f"C1;01/02/2018;1000;{statuses[0]}",
        f"C2;01/02/2019;4000;{statuses[1]}",
        f"C2;01/09/2019;2000;{statuses[2]}",
        f"C2;01/11/2019;1500;{statuses[3]}",
    ]
    (folder / "conventions.csv").write_text("\n".join(AGREEMENTS), encoding="utf-8")
    (folder / "échéancier.csv").write_text("\n".join(payments), encoding="utf-8")
    draft = check_data.check(folder).draft.replace(" # ?", "")
    draft = draft.replace('# kind = "…"', 'kind = "cash"')
    return draft.replace('# direction = "…"', 'direction = "to partner"')


def payments_read(folder, draft: str) -> pd.DataFrame:
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return rows_read(folder, "contributions")


def test_a_cancelled_payment_is_asked_and_proposed_to_be_left_out(tmp_path):
    draft = drafted(tmp_path, ["Payé", "Payé", "Annulé", "À payer"])
    assert '"Statut" = ["Annulé"]' in draft
    payments = payments_read(tmp_path, draft)
    assert payments["value_eur"].sum() == 6500
    assert payments["stage"].tolist() == ["paid", "paid", "committed"]
    payments = payments_read(tmp_path, draft.replace('["Annulé"]', "[]"))
    assert payments["value_eur"].sum() == 8500


@pytest.mark.parametrize(
    ("texts", "stage", "is_cancelled"),
    [
        (["Payé", "Versé", "Paid"], "paid", False),
        (["À payer", "Prévu", "Planned", "Due", "Geplant", "Pendiente"], "committed", False),
        (["Gepland", "Non payé", "Impayé", "Reste à verser"], "committed", False),
        (["Annulée", "Cancelled", "Withdrawn", "Storniert", "Anulado"], None, True),
        (["Geannuleerd", "Refusé"], None, True),
    ],
)
def test_words_of_a_status_tell_a_stage_or_that_a_payment_was_cancelled(texts, stage, is_cancelled):
    words = pd.Series(texts)
    assert [*stages(words, "Statut")[0].replace({np.nan: None})] == len(texts) * [stage]
    assert say_cancelled(words, "Statut").tolist() == len(texts) * [is_cancelled]


def test_a_column_that_tells_no_stage_may_say_it_too(tmp_path):
    draft = drafted(tmp_path, ["", "", "Anulado", ""])
    assert '"Statut" = ["Anulado"]' in draft
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    result = clean.clean(tmp_path, day="2019-12-31")
    assert result.tables["contributions"]["value_eur"].sum() == 6500
    assert fate(result, "left out") == 1


@pytest.mark.parametrize("last", ["Non payé", "Impayé", "En attente de paiement", "Reste à verser"])
def test_what_is_still_to_be_paid_is_asked_nothing(tmp_path, last):
    draft = drafted(tmp_path, ["Payé", "Payé", "Payé", last])
    assert "leave_out" not in draft
    assert payments_read(tmp_path, draft)["value_eur"].sum() == 8500
