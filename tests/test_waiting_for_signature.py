"""What waits for its signature is not decided: asked, of grants and of agreements."""

import pandas as pd
import pytest

from analysis import clean, parse
from analysis.declare.faults import Refused
from analysis.layout.agreements.statuses_of_agreements import of_no_agreement
from analysis.layout.rows.remarks_in_names import names_of_no_agreement
from analysis.layout.rows.unread_outcomes import likeliest_outcomes
from analysis.run import check_data
from raw_lists import block_of, fate

WAITING = [
    *("En attente de signature", "En attente de la signature de la convention", "À signer"),
    *("Attend la signature", "Signature en attente", "Signature du partenaire manquante"),
    *("Envoyée pour signature", "Pas encore signée", "Awaiting signature", "Pending signature"),
    *("Out for signature", "Not yet signed", "Wartet auf Unterschrift", "Unterschrift fehlt"),
    *("Zu unterzeichnen", "In afwachting van handtekening", "Te ondertekenen", "Da firmare"),
    *("In attesa di firma", "Pendiente de firma", "A la espera de firma", "Por firmar"),
]


CALLED_OFF = {  # what agreements were, by the header of a yes or no
    *("Annulée;non;oui", "Supprimée;;x", "Deleted;false;true", "Approuvée;oui;non"),
    *("Storniert;nein;ja", "IsDeleted;0;1"),
}


@pytest.mark.parametrize("answers", sorted(CALLED_OFF))
def test_agreements_that_a_yes_or_no_calls_off_are_asked(tmp_path, answers):
    header, runs, called_off = answers.split(";")
    head = f"N° convention;Partenaire;Entité;Début;Échéance;Montant;{header}"
    terms = "01/01/2018;31/12/2018"
    rows = [f"C1;Ares;Nord;{terms};1000;{runs}", f"C2;Wimoov;Sud;{terms};2000;{called_off}"]
    rows += [f"C3;Simplon;Sud;{terms};4000;{runs}"]
    (tmp_path / "conventions.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    draft = check_data.check(tmp_path).draft
    assert f'["{called_off}"]' in draft
    (tmp_path / "study.toml").write_text(draft.replace(" # ?", ""), encoding="utf-8")
    assert money(tmp_path) == 1000 + 4000


def money(folder) -> float:
    return clean.clean(folder).tables["agreements"]["planned_amount_eur"].sum()


@pytest.mark.parametrize("status", WAITING)
def test_what_waits_for_its_signature_is_in_doubt(status):
    """Of grants an outcome that is to be told, of agreements a reason to leave them out."""
    block = block_of(["Statut"], ["Signée"], [status], [status], ["Refusée"])
    assert likeliest_outcomes(block, ("Statut",)) == {status: "undecided"}
    # as many as of any other status
    block = block_of(["Statut"], ["En cours"], ["Terminée"], [status], [status])
    column = block.columns["Statut"]
    assert of_no_agreement(column.values, column) == [status]


def test_a_grant_that_waits_for_its_signature_is_asked(tmp_path):
    status = "En attente de signature"
    lines = [
        "Association;Date;Montant;Statut",
        "Amicale;01/03/2019;1000;Signée",
        f"Bouée;15/04/2019;2000;{status}",
        "Cabane;15/05/2019;4000;Refusée",
    ]
    (tmp_path / "dons.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(Refused, match=status):
        clean.clean(tmp_path)
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    assert f'"{status}" = "undecided"' in draft
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    assert money(tmp_path) == 1000
    draft = draft.replace(f'"{status}" = "undecided"', f'"{status}" = "granted"')
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    assert money(tmp_path) == 3000


def test_an_agreement_that_waits_for_its_signature_is_asked(tmp_path):
    status = "En attente de signature"
    lines = [
        "N° de convention;Partenaire;Entité;Début;Fin prévue;Statut",
        "C1;Amicale;RH;01/03/2019;29/02/2020;En cours",
        "C2;Bouée;RH;15/04/2019;14/04/2020;Terminée",
        f"C3;Cabane;RH;15/05/2019;14/05/2020;{status}",
        f"C4;Dune;RH;15/06/2019;14/06/2020;{status}",
    ]
    (tmp_path / "suivi.csv").write_text("\n".join(lines), encoding="utf-8")
    draft = check_data.check(tmp_path).draft.replace(" # ?", "")
    assert f'"Statut" = ["{status}"]' in draft
    (tmp_path / "study.toml").write_text(draft, encoding="utf-8")
    result = clean.clean(tmp_path, day="2019-12-31")
    assert result.tables["agreements"]["agreement_id"].tolist() == ["C1", "C2"]
    assert fate(result, "left out") == 2


def test_a_name_may_say_that_its_agreement_waits_for_its_signature():
    names = pd.Series(
        ["Club (en attente de signature)", "Club Signature", "Pour la signature des enfants"]
    )
    assert names_of_no_agreement(names) == names.tolist()[:1]


def test_what_waits_for_anything_else_stays_what_it_was():
    outcome_by_status = {
        "Signée": "granted",
        "Convention signée": "granted",
        "Accordée, en attente de signature": "granted",
        "En attente de versement": "granted",
        "En attente du bilan": "granted",
        "En attente de validation": "undecided",
        "En attente de décision": "undecided",
        "En attente du conseil": "undecided",
        "En attente d'accord": "undecided",
        "In attesa di approvazione": "undecided",
        "En attente": "undecided",
    }
    read, _faults = parse.outcomes(pd.Series(list(outcome_by_status), dtype="str"))
    assert dict(zip(outcome_by_status, read, strict=True)) == outcome_by_status
