"""What is cancelled among stages of payments is no payment: asked, left out and accounted for."""

import pytest

from analysis import clean
from analysis.run import check_data
from raw_lists import fate

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


def money(folder, draft: str) -> tuple[float, clean.Cleaned]:
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    result = clean.clean(folder, day="2019-12-31")
    return result.tables["contributions"]["value_eur"].sum(), result


@pytest.mark.parametrize(
    ("paid", "cancelled", "to_pay"),
    [
        ("Payé", "Annulé", "À payer"),
        ("Versé", "Annulée", "Prévu"),
        ("Paid", "Cancelled", "Planned"),
        ("Paid", "Withdrawn", "Due"),
        ("Payé", "Storniert", "Geplant"),
        ("Payé", "Anulado", "Pendiente"),
        ("Payé", "Geannuleerd", "Gepland"),
        ("Payé", "Refusé", "À payer"),
    ],
)
def test_a_cancelled_payment_is_asked_and_proposed_to_be_left_out(
    tmp_path, paid, cancelled, to_pay
):
    draft = drafted(tmp_path, [paid, paid, cancelled, to_pay])
    assert f'"Statut" = ["{cancelled}"]' in draft
    total, result = money(tmp_path, draft)
    assert total == 6500
    assert result.tables["contributions"]["stage"].tolist() == ["paid", "paid", "committed"]
    assert fate(result, "left out") == 1
    total, _result = money(tmp_path, draft.replace(f'["{cancelled}"]', "[]"))
    assert total == 8500


def test_a_column_that_tells_no_stage_may_say_it_too(tmp_path):
    draft = drafted(tmp_path, ["", "", "Anulado", ""])
    assert '"Statut" = ["Anulado"]' in draft
    assert money(tmp_path, draft)[0] == 6500


@pytest.mark.parametrize("last", ["Non payé", "Impayé", "En attente de paiement", "Reste à verser"])
def test_what_is_still_to_be_paid_is_asked_nothing(tmp_path, last):
    draft = drafted(tmp_path, ["Payé", "Payé", "Payé", last])
    assert "leave_out" not in draft
    assert money(tmp_path, draft)[0] == 8500
