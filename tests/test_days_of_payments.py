"""Days on which something was paid stand beside starts and ends, and are no ends themselves."""

import pytest

from analysis import clean
from analysis.layout.drafts.table_drafts import table_draft
from analysis.layout.study_keys import StudyDescription
from raw_lists import block_of_lines, workbook
from test_false_totals import answered

LISTS = {  # with two payments and the days on which these were made
    "French": "Structure;Date de la décision;Acompte (70 %);Date acompte;Solde (30 %);Date solde",
    "German": "Empfänger;Bewilligt am;1. Rate (Betrag);ausgezahlt am;2. Rate (Betrag);bezahlt am",
    "English": "Grantee;Awarded on;First payment;Paid on;Final payment;Balance paid",
}


@pytest.mark.parametrize("header", LISTS.values(), ids=[*LISTS])
def test_the_day_of_the_last_payment_is_no_end(header):
    rows = ["Alpha;01/02/2018;3500;12/03/2018;1500;20/02/2019"]
    rows += ["Bravo;02/03/2018;7000;02/04/2018;3000;15/04/2019"]
    found = table_draft(
        "grants", block_of_lines([header, *rows]), "liste", StudyDescription(name="x")
    )
    columns = found.mapping().columns
    assert columns["date"] == (header.split(";")[1],) and "planned_end" not in columns


def test_grants_of_which_days_of_payments_are_told_end_as_is_assumed(tmp_path):
    rows = ["Alpha;3500;12/03/2018;1500;20/02/2019", "Bravo;7000;02/04/2018;3000;15/04/2019"]
    header = "Structure;Acompte (70 %);Date acompte;Solde (30 %);Date solde"
    (tmp_path / "liste.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    agreements = answered(tmp_path).tables["agreements"]
    assert agreements["planned_amount_eur"].sum() == 5000 + 10000
    assert agreements["term_assumed"].all()


def test_the_end_of_an_agreement_stands_beside_its_instalments(tmp_path):
    instalments = [["1/2", "70 %", "2018-02-01"], ["2/2", "30 %", "2019-01-20"]]
    head = ["N° convention", "Partenaire", "Entité", "Début", "Fin", "Montant convention"]
    rows = [["C1", "Ares", "Paris", "2018-01-15", "2019-01-14", 20000, *i] for i in instalments]
    rows += [["C2", "Wimoov", "Lyon", "2018-09-01", "2020-08-31", 30000, *i] for i in instalments]
    folder = workbook(tmp_path / "raw", {"Suivi": [[*head, "Échéance", "Taux", "Payé le"], *rows]})
    once = 'table = "agreements"\nsame_reference = "once"'
    result = answered(folder, 'table = "agreements"', once)
    agreements = result.tables["agreements"].set_index("agreement_id")
    assert agreements["planned_amount_eur"].to_dict() == {"C1": 20000, "C2": 30000}
    assert f"{agreements['planned_end']['C2']:%Y-%m-%d}" == "2020-08-31"


def test_a_deadline_beside_a_start_stays_an_end(tmp_path):
    rows = ["Alpha;01/02/2018;31/01/2019;5000", "Bravo;02/03/2018;01/03/2020;700"]
    header = "Structure;Date;Échéance;Montant accordé"
    (tmp_path / "liste.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    ends = clean.clean(tmp_path).tables["agreements"]["planned_end"]
    assert sorted(f"{end:%Y-%m-%d}" for end in ends) == ["2019-01-31", "2020-03-01"]
