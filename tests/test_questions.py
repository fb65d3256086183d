"""A guess is a question: no draft of an unseen list leads to a false total, and the answers lead to the exact one."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import publishers
from analysis import clean, prepare
from analysis.declare.faults import Refused
from analysis.exhibits import quality_points
from analysis.run import check_data
from analysis.run.explained import told
from analysis.text import formatting
from analysis.text.messages import say
from raw_lists import as_read, counted, grants_kept, rows_read

OF_GRANTS = '[[source]]\nfiles = "liste.csv"\ntable = "grants"\n'


def cleaned(folder):
    """Rows and total of a folder, or its questions."""
    try:
        result = clean.clean(folder)
    except Refused as refusal:
        return None, refusal.faults
    money = result.tables["contributions"]["value_eur"]
    return (len(money), round(float(money.sum()), 2)), []


def answered(draft: str, answers: dict[str, str]) -> str:
    """A draft as its team corrects it: what it states, no question marks left."""
    lines = []
    for line in draft.splitlines():
        key = line.removeprefix("# ").partition(" = ")[0]
        if key in answers:
            continue
        if f"constant {key}" in answers:
            line = f'{key} = "{answers[f"constant {key}"]}"'
        lines.append(line.replace("# ?", "#"))
        if line == "[source.columns]":
            lines += [f'{key} = "{value}"' for key, value in answers.items() if " " not in key]
    return "\n".join(lines)


@pytest.fixture(params=publishers.ALL, ids=lambda draw: draw.__name__)
def published(request, tmp_path):
    held = request.param()
    (tmp_path / held.file).write_text(held.text, encoding="utf-8")
    return held, tmp_path


def test_no_list_gives_a_false_total_and_three_answers_give_the_exact_one(published):
    held, folder = published
    truth = (held.rows, round(held.total, 2))
    total, faults = cleaned(folder)
    if faults:
        assert {fault.rule for fault in faults} == {"question"} and len(faults) <= 3, faults
        draft = check_data.check(folder).draft
        (folder / "study.toml").write_text(draft, encoding="utf-8")
        assert cleaned(folder)[0] in (None, truth)  # the draft as written
        (folder / "study.toml").write_text(answered(draft, held.answers), encoding="utf-8")
        total, faults = cleaned(folder)
    assert (total, faults) == (truth, [])


LISTS = {
    "with a header": "Machin;Reçu;Quand\nJudo Club;1 200,00 €;12/03/2018\nFoyer rural;250;13/03/2018\n",
    "without": "Judo Club;1 200,00 €;12/03/2018\nFoyer rural;250;13/03/2018\n",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_a_draft_stands_once_its_question_marks_are_gone_or_guesses_are_accepted(tmp_path, text):
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    checked = check_data.check(tmp_path)
    assert {fault.rule for fault in checked.faults} == {"question"}
    rows_by_table, asked = as_read(tmp_path)
    assert rows_by_table["grants"]["amount"].sum() == 1450
    assert len(asked) == len(checked.faults)
    (tmp_path / "study.toml").write_text(checked.draft, encoding="utf-8")
    assert cleaned(tmp_path)[0] is None
    (tmp_path / "study.toml").write_text(checked.draft.replace("# ?", "#"), encoding="utf-8")
    answered_by_hand = clean.clean(tmp_path)
    assert sorted(answered_by_hand.tables["contributions"]["value_eur"]) == [250, 1200]
    assert "guesses" not in answered_by_hand.about


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_wherever_it_is_asked_it_is_said_once_how_to_answer(tmp_path, lang):
    (tmp_path / "liste.csv").write_text(LISTS["with a header"], encoding="utf-8")
    checked = check_data.check(tmp_path, lang=lang)
    sentence = say("layout.how_to_answer")
    assert told(checked.faults)[-1] == sentence and told(checked.faults).count(sentence) == 1
    head = checked.draft.partition("[study]")[0]
    assert " ".join(head.replace("\n# ", " ").removeprefix("# ").split()) == " ".join(
        sentence.split()
    )
    if lang == "en":
        readme = Path(__file__).parent.with_name("README.md").read_text(encoding="utf-8")
        assert sentence in " ".join(readme.split())
    formatting.use("fr")


def test_an_answer_that_says_no_date_is_refused_with_what_is_expected(tmp_path):
    (tmp_path / "liste.csv").write_text("Association;Montant\nA;5,50\nB;6,50\n", encoding="utf-8")

    def stated(keys: str):
        (tmp_path / "study.toml").write_text(f"{OF_GRANTS}{keys}\n", encoding="utf-8")
        return cleaned(tmp_path)

    for said in ("", "-", "date"):
        (fault,) = stated(f'[source.columns]\ndate = "{said}"')[1]
        assert "[source.columns]" in fault.message and 'date = "' in fault.message
        assert "2018" in stated(f'date = "{said}"\n[source.columns]')[1][0].message
    assert stated('date = "2018"\n[source.columns]') == ((2, 12.0), [])


def test_rows_that_are_left_out_by_words_of_no_row_are_refused(tmp_path):
    kinds = ["Subvention", "Prêt", "Subvention"] * 3
    rows = [f"A{n};{kind};{n + 1}00;1{n}/03/2018" for n, kind in enumerate(kinds)]
    (tmp_path / "liste.csv").write_text("\n".join(["Association;Type;Montant;Date", *rows]))
    stated = OF_GRANTS + "[source.leave_out]\nType = {}\n"
    (tmp_path / "study.toml").write_text(stated.format('["Pretzel"]'), encoding="utf-8")
    (fault,) = cleaned(tmp_path)[1]
    assert fault.value == "Pretzel" and "« Prêt »" in fault.message
    for texts, money in (('["pret"]', 3000), ("[]", 4500)):
        (tmp_path / "study.toml").write_text(stated.format(texts), encoding="utf-8")
        assert counted(tmp_path) == money


def test_a_question_names_the_likeliest_columns_in_the_language_of_the_run(tmp_path):
    held = publishers.geneva()
    (tmp_path / held.file).write_text(held.text, encoding="utf-8")
    formatting.use("en")
    (amount,) = [f for f in cleaned(tmp_path)[1] if "amount" in f.message]
    assert "which column holds the amount granted: `" in amount.message
    assert all(f"`{name}` (" in amount.message for name in ("monetary_support", "annual_rent"))
    assert "or none?" in amount.message
    formatting.use("fr")
    (amount,) = [f for f in cleaned(tmp_path)[1] if "montant" in f.message]
    assert "quelle colonne donne le montant accordé" in amount.message


def test_a_yes_to_numbers_that_are_no_money_is_asked_again_or_stamped(tmp_path):
    held = publishers.hamburg()
    (tmp_path / held.file).write_text(held.text, encoding="utf-8")
    answers = held.answers | {"amount": "INEZ-Nummer"}
    draft = check_data.check(tmp_path).draft
    stated = answered(draft.replace("control_total = 712613.3", "#"), answers)
    (tmp_path / "study.toml").write_text(stated, encoding="utf-8")
    (question,) = cleaned(tmp_path)[1]
    assert "INEZ-Nummer" in question.message and "`Gesamtzuwendung` (" in question.message
    assert clean.clean(tmp_path, accept_guesses=True).about["guesses"][0] == str(question)
    in_thousands = stated.replace('table = "grants"', 'table = "grants"\nunit = "k"')
    (tmp_path / "study.toml").write_text(in_thousands, encoding="utf-8")
    assert as_read(tmp_path)[1] == []  # whoever knows the unit knows that it is money


@pytest.mark.parametrize(("apart", "is_asked"), [(7, True), (137, False)])
def test_a_yes_to_numbers_of_mixed_length_is_asked_again_where_they_count_on(
    tmp_path, apart, is_asked
):
    rows = "".join(f"Foyer {n};{93 + apart * n};{n}8,50;12/03/2018\n" for n in range(1, 40))
    (tmp_path / "liste.csv").write_text(f"Machin;Dossier;Reçu;Quand\n{rows}", encoding="utf-8")
    stated = f'{OF_GRANTS}[source.columns]\nrecipient = "Machin"\namount = "Dossier"\n'
    (tmp_path / "study.toml").write_text(f'{stated}date = "Quand"\n', encoding="utf-8")
    assert bool(as_read(tmp_path)[1]) == is_asked  # amounts may lie as far apart


ASKED = {  # a list, and the one column that is asked
    "an outcome under a header that says nothing": (
        "Organisme;Montant attribué;Date;Sort\nA;5,00;12/03/2018;attribuée\nB;6,00;12/03/2018;refusée\n",
        "outcome",
    ),
    "titles in several units": (
        "Culture (en k€);;\nAssociation;Montant;Année\nA;1,5;2018\n;;\nSport (en €);;\nAssociation;Montant;Année\nB;900;2018\n",
        "amount",
    ),
    "a title in thousands over cells in single euros": (
        "Subventions 2018 (en k€);;\nAssociation;Montant;Année\nA;1 500 €;2018\nB;900 €;2018\n",
        "amount",
    ),
    "small amounts with more decimals than cents": (
        "Donee,Amount awarded,Year\n"
        + "".join(f"Home {n},0.{n}0{n}24,2018\n" for n in range(1, 9)),
        "unit",
    ),
    "an amount under words that are not understood beside one paid": (
        "NPO,Amount earmarked,Amount paid,Year\n"
        + "".join(f"Foyer {n},R 2 {n}50.00,R 1 {n}25.50,2018\n" for n in range(9)),
        "amount",
    ),
    "numbers that may be amounts or numbers of files": (
        "Bénéficiaire;Dossier;Engagé;Date\n"
        + "".join(f"Foyer {n};{20000 + 137 * n};{3000 + 91 * n};12/03/2016\n" for n in range(40)),
        "amount",
    ),
    "a date two years after that of the grant": (
        "Association;Montant;Date;Terminus\n"
        + "".join(f"Foyer {n};1{n}00,50;1{n}/03/2016;1{n}/03/2018\n" for n in range(9)),
        "planned_end",
    ),
    "amounts below zero with a mark that may be of thousands": (
        "Entidad;Importe concedido;Fecha de concesión\n"
        + "".join(f"Coral {n};-{n + 2}.{n}40;1{n}/03/2018\n" for n in range(9)),
        "unit",
    ),
    "amounts with such a mark under a header that nobody knows": (
        "Verein;Wie viel;Bewilligt am\n"
        + "".join(f"Chor {n};{n + 2}.{n}40;1{n}.03.2018\n" for n in range(9)),
        "amount",
    ),
    "who received what, without a date": ("Association;Montant\nA;5,50\nB;6,50\n", "date"),
}


@pytest.mark.parametrize(("text", "column"), ASKED.values(), ids=ASKED)
def test_what_would_make_a_total_false_is_asked(tmp_path, text, column):
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    formatting.use("en")
    checked = check_data.check(tmp_path, lang="en")
    (question,) = checked.faults
    formatting.use("fr")
    if "unit = " not in question.message:  # what is proposed stays asked in the draft
        (tmp_path / "study.toml").write_text(checked.draft, encoding="utf-8")
        assert cleaned(tmp_path)[0] is None
    assert question.rule == "question" and f"{column} = " in question.message.replace(
        'unit = "k" | "1"', "amount = "
    )


@pytest.mark.parametrize(("unit", "total"), [("1", 2400), ("k", 2_400_000)])
def test_the_team_says_whether_a_title_or_the_cells_tell_the_unit(tmp_path, unit, total):
    text, _column = ASKED["a title in thousands over cells in single euros"]
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    stated = check_data.check(tmp_path).draft.replace('# unit = "k"', f'unit = "{unit}"')
    (tmp_path / "study.toml").write_text(answered(stated, {}), encoding="utf-8")
    amounts = grants_kept(tmp_path)["amount"]
    assert (len(amounts), amounts.sum()) == (2, total)


def test_the_page_asks_for_the_unit_of_amounts(tmp_path):
    text, _column = ASKED["a title in thousands over cells in single euros"]
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    page = prepare.open(tmp_path, "fr", tmp_path / "reports")
    rows = page.parts["columns"].rows.children
    (unit,) = [
        row.children[0] for row in rows if row.children[0].description == "Unité des montants"
    ]
    unit.value = "1"
    page.save()
    amounts = grants_kept(tmp_path)["amount"]
    assert (len(amounts), amounts.sum()) == (2, 2400)
    formatting.use("fr")


def test_a_draft_asks_what_else_may_name_recipients_and_merges_no_rows_by_a_period(tmp_path):
    names = ["Foyer rural", "Judo Club", "Chorale", "Les Amis"]
    rows = "\n".join(f"{name};1{place}7,50;2016-2018" for place, name in enumerate(names))
    (tmp_path / "liste.csv").write_text(f"Intitulé;Crédit ouvert;Grant period\n{rows}\n")
    guessed = clean.clean(tmp_path, accept_guesses=True)
    (mapping,) = guessed.mappings["liste.csv"]
    assert mapping.columns["recipient"] == ("Intitulé",)
    assert mapping.columns["date"] == ("Grant period",) and "reference" not in mapping.columns
    asked = {doubt.column for doubt in mapping.doubts}
    assert {"recipient", "amount"} <= asked


def test_a_draft_is_written_beside_the_data_and_never_over_what_somebody_changed(tmp_path):
    (tmp_path / "liste.csv").write_text(LISTS["without"], encoding="utf-8")
    checked = check_data.check(tmp_path)
    draft = checked.draft
    file = check_data.write_draft(tmp_path, draft)
    assert check_data.write_draft(tmp_path, draft) == file  # nobody has touched it
    file.write_text(file.read_text(encoding="utf-8").replace("# ?", "#", 1), encoding="utf-8")
    changed = file.read_text(encoding="utf-8")
    with pytest.raises(Refused):
        list(check_data.write_beside(tmp_path, checked))
    told = list(check_data.write_beside(tmp_path, check_data.Checked(faults=[], draft=draft)))
    assert told == [str(file)]  # what is answered whole stays where it is
    assert file.read_text(encoding="utf-8") == changed


CURRENCIES = {  # a list, its currency and its total
    "of cells under a word for it": (
        "Verein;Betrag;Datum;Währung\nA;5,50;12.3.2018;CHF\n",
        "CHF",
        5.5,
    ),
    "of a header": (
        'NGO,Amount Sanctioned (Rs.),Award date\nA,"1,50,000.50",2018-03-12\nB,"73,217",2018-03-12\n',
        "INR",
        223217.5,
    ),
    "of cells": ("Organização;Valor;Data\nA;R$ 1.250,50;12/03/2018\n", "BRL", 1250.5),
    "of a language that tells none": (
        "Příjemce;Dotace;Datum usnesení\nA;5,50;12. 3. 2018\n",
        "",
        5.5,
    ),
}


@pytest.mark.parametrize(("text", "currency", "total"), CURRENCIES.values(), ids=CURRENCIES)
def test_no_list_counts_in_euros_that_does_not_say_so(tmp_path, text, currency, total):
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    grants = as_read(tmp_path)[0]["grants"]
    assert set(grants["currency"].fillna("")) == {currency}
    assert grants["amount"].sum() == total


def test_the_sum_of_several_years_is_no_year_of_its_own(tmp_path):
    text = "Association;Total 2017-2019;2017;2018;2019\nA;6000;1000;2000;3000\nB;1500;400;500;600\n"
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    amounts = grants_kept(tmp_path)["amount"]
    assert (len(amounts), amounts.sum()) == (6, 7500)


def test_who_received_money_is_no_list_of_partners_whatever_else_stands_beside(tmp_path):
    lines = [f"Foyer {n};{20150000 + n};1{n}00;{42000 + n};n/a\n" for n in range(9)]
    text = "Grantee;Contract No;Grant EUR;Signed;Ends\n" + "".join(lines)
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    (question,) = check_data.check(tmp_path, lang="en").faults
    assert question.rule == "question" and "the date of the grant" in question.message


def test_payments_without_numbers_in_two_files_are_asked_and_none_is_lost(tmp_path):
    agreements = (
        "N° convention;Code partenaire;Entité;Début;Échéance\nC1;P1;DR Est;12/03/2018;11/03/2019\n"
    )
    payments = (
        "N° convention;Année;Nature;Sens;Montant (€)\n"
        + "C1;2018;Numéraire;vers le partenaire;5\n" * 2
    )
    (tmp_path / "conventions.csv").write_text(agreements, encoding="utf-8")
    for edition in ("2018", "2019"):
        (tmp_path / f"versements-{edition}.csv").write_text(payments, encoding="utf-8")
    (question,) = cleaned(tmp_path)[1]
    assert question.column == "same_as_others"
    stated = '[[source]]\nfiles = "{}"\ntable = "{}"\n'
    study = stated.format("conventions.csv", "agreements")
    study += stated.format("versements-*.csv", "contributions")
    for answer, payments in (("true", (2, 10)), ("false", (4, 20))):
        told = f"{study}same_as_others = {answer}\n"
        (tmp_path / "study.toml").write_text(told, encoding="utf-8")
        assert cleaned(tmp_path)[0] == payments


@pytest.mark.parametrize(
    "head", ["Nom;Montant versé;Date de versement", "Association;Montant;Date"]
)
def test_amounts_and_dates_that_nobody_can_read_are_asked_even_where_they_are_stated(
    tmp_path, head
):
    rows = "".join(f"Foyer {n};voir annexe {n};cf. convention\n" for n in range(12))
    (tmp_path / "liste.csv").write_text(f"{head}\n{rows}", encoding="utf-8")
    checked = check_data.check(tmp_path, lang="en")
    said = sorted(fault.message for fault in checked.faults)
    assert len(said) == 2 and "no numbers" in said[0] and "no dates" in said[1]
    (tmp_path / "study.toml").write_text(checked.draft, encoding="utf-8")
    assert len(cleaned(tmp_path)[1]) == 2
    stated = checked.draft.replace("# ?", "#").replace(
        "\n[source.columns]", '\nunit = "k"\n[source.columns]'
    )
    (tmp_path / "study.toml").write_text(stated, encoding="utf-8")
    assert len(cleaned(tmp_path)[1]) == 2


def test_the_currency_is_asked_of_amounts_only_and_several_are_no_sign(tmp_path, english):
    file = tmp_path / "liste.csv"
    file.write_text("Bénéficiaire;Date\nA;12/03/2018\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(OF_GRANTS, encoding="utf-8")
    result = clean.clean(tmp_path)
    assert len(result.tables["agreements"]) == 1 and not clean.currency_untold(result)
    text = "Association;Année;Fonctionnement;Investissement\nA;2018;5 €;3 $\nB;2018;4;\n"
    file.write_text(text, encoding="utf-8")
    result = clean.clean(tmp_path)
    told = clean.currency_untold(result)
    assert "in which currency" in told and "several" not in told
    assert result.about["currency"] == ""


@pytest.mark.parametrize(
    ("code", "amount", "said"),
    [
        ("$", 5.0, ["unit_of_amounts", "amounts_unused", "state_currency"]),
        ("$", None, ["unit_of_amounts", "amounts_unused"]),
        ("", None, ["amounts_unused", "amounts_unused"]),
    ],
)
def test_the_quality_sheet_asks_the_currency_of_amounts_only(code, amount, said):
    tables = {
        "currencies": pd.DataFrame({"currency": ["$", "EUR+USD"], "rows": [2, 1]}),
        "agreements": pd.DataFrame({"planned_amount_eur": [amount]}, dtype="Float64"),
    }
    study = SimpleNamespace(raw=tables.get, about={"currency": code})
    words = SimpleNamespace(group=lambda key, **_facts: key)
    assert [point.action for point in quality_points._currencies(study, words)] == said


def test_a_list_that_says_not_its_currency_is_told_so(tmp_path):
    (tmp_path / "dons.csv").write_text("Beneficiario;Importe;Fecha\nA;$5;2018\nB;$6;2018\n")
    understood = check_data.check(tmp_path, lang="en").understood
    (told,) = [line for line in understood if "in which currency" in line]
    assert "`$` is that of several" in told and told.endswith('currency = "USD"')
    (tmp_path / "study.toml").write_text('[study]\nname = "x"\ncurrency = "MXN"\n')
    assert set(rows_read(tmp_path, "grants")["currency"]) == {"MXN"}


def test_a_check_reads_the_files_once(tmp_path, monkeypatch):
    parts_of, folders = clean.parts_of, []
    monkeypatch.setattr(
        clean, "parts_of", lambda *given: folders.append(given[0]) or parts_of(*given)
    )
    (tmp_path / "liste.csv").write_text("Association;Date;Montant\nA;2018-01-05;12 or 13\n")
    checked = check_data.check(tmp_path)
    assert folders == [tmp_path]
    assert list(checked.to_mend["value"]) == ["12 or 13"]  # cleaning left the cells as they were
    assert "Montant" in checked.draft


def test_lists_written_before_study_toml_is_refused_are_told(tmp_path):
    rows = [f"Foyer {n};0{n}/03/2018;{'env. 3x0' if n == 3 else 100 * n}" for n in range(1, 8)]
    text = "\n".join(["Association;Date;Montant accordé", *rows])
    (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
    (tmp_path / "study.toml").write_text('[study]\nname = "own"\n', encoding="utf-8")
    checked = check_data.check(tmp_path)
    lines = check_data.write_beside(tmp_path, replace(checked, faults=["a question is open"]))
    assert "corrections.csv" in next(lines)
    with pytest.raises(Refused):
        next(lines)


def test_a_date_that_no_column_tells_has_its_line_above_the_columns(tmp_path):
    lines = [f"{23_986 + 41 * n};Bmx Club {n};ACT" for n in range(6)]
    (tmp_path / "grants.csv").write_text("\n".join(["amount;club;state", *lines]), encoding="utf-8")
    draft = check_data.check(tmp_path).draft
    assert draft.index('# date = "…"') < draft.index("\n[source.columns]\n")
    with_date = draft.replace('# date = "…"', 'date = "2018"').replace(" # ?", "")
    (tmp_path / "study.toml").write_text(with_date, encoding="utf-8")
    assert grants_kept(tmp_path)["date"].dt.year.tolist() == [2018] * 6


CONTRACTS = """Fecha inicio plazo;Plazo;Razón social;Precio sin IVA;Precio con IVA;Fecha adjudicación;Fecha fin plazo
01/11/2020;9 Meses;Talleres Suárez;14.800;17.908;08/10/2020;
15/12/2020;1 Año;Fernando Bajo;10.000;12.100;08/10/2020;14/12/2021
03/09/2020;4 Meses;Fundación técnica;14.950;18.089,5;02/09/2020;
01/10/2020;1 Mes;Gráficas Oketa;4.200;5.082;25/09/2020;31/10/2020
"""


def test_spanish_terms_begin_on_their_own_day_and_taxes_are_not_added(tmp_path):
    (tmp_path / "ayudas.csv").write_text(CONTRACTS, encoding="utf-8")
    checked = check_data.check(tmp_path)
    assert 'planned_start = "Fecha inicio plazo"' in checked.draft
    assert 'planned_end = "Fecha fin plazo"' in checked.draft
    (amount,) = [str(fault) for fault in checked.faults if "Precio" in str(fault)]
    assert 'amount = ["' not in amount


@pytest.mark.parametrize(("end", "is_asked"), [("2019", False), ("15/03/2019", True)])
def test_an_end_in_the_year_of_the_start_is_no_end_on_its_day(tmp_path, end, is_asked):
    start = end if is_asked else "2019"
    lines = [f"Club {n};{start};{end};{1200 + 37 * n}" for n in range(12)]
    text = "\n".join(["Bénéficiaire;Début;Fin;Montant (€)", *lines])
    (tmp_path / "aides.csv").write_text(text, encoding="utf-8")
    faults = [str(fault) for fault in check_data.check(tmp_path).faults]
    assert any("finissent le jour" in fault for fault in faults) == is_asked


def test_the_grants_of_brussels_end_with_the_year_that_they_tell(tmp_path):
    first, last = (
        "annee_budgetaire_debut_octroi_begroting_jaar_begin_toekenning",
        ("annee_budgetaire_fin_octroi_begroting_jaar_einde_van_toekenning"),
    )
    head = f"beneficiaire_begunstigde;budget_2019_begroting_2019;{first};{last}"
    lines = [f"Club {n};{n}.200,00;2019;{2019 + n % 3}" for n in range(1, 7)]
    (tmp_path / "data.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
    (amount,) = check_data.check(tmp_path).faults
    assert 'amount = "budget_2019_begroting_2019"' in amount.message
    ends = clean.clean(tmp_path, accept_guesses=True).tables["agreements"]["planned_end"]
    assert sorted(ends.dt.year) == [2019, 2019, 2020, 2020, 2021, 2021]
