"""Lists that were once read to a false total: read to the exact one, or asked about."""

import openpyxl
import pandas as pd
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.amounts.unit_amounts import are_of_a_unit
from analysis.layout.rows.rows_of_nobody import rows_of_nobody
from analysis.read.total_words import TOTAL_OF_A_YEAR, matching_labels
from analysis.run import check_data
from raw_lists import accepted, block, counted, grants_kept, only_question, rows_read

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]
AMOUNTS = [1000, 2500, 700, 4200, 1800, 950]
GRANTED = sum(AMOUNTS)


def write(folder, header: str, rows: list[str]) -> None:
    (folder / "liste.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def rows(cells) -> list[str]:
    """Six grants with further cells, which are told by the amount of each."""
    grants = enumerate(zip(NAMES, AMOUNTS, strict=True), 1)
    return [f"{name};0{day}/03/2018;{cells(amount)}" for day, (name, amount) in grants]


def total(folder) -> float:
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def question(folder) -> str:
    """The only question about a list."""
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    (fault,) = refused.value.faults
    assert fault.rule == "question"
    return fault.message


def answered(folder, old: str = "", new: str = "") -> clean.Cleaned:
    """What a list gives once its draft is accepted, with one answer that differs."""
    (folder / "study.toml").unlink(missing_ok=True)
    draft = check_data.check(folder).draft.replace(" # ?", "")
    assert old in draft
    (folder / "study.toml").write_text(draft.replace(old, new), encoding="utf-8")
    return clean.clean(folder)


def confirmed(folder, old: str = "", new: str = "") -> tuple[str, float]:
    """The only question about a list, and what its grants come to once its draft is accepted, with
    one answer that differs.
    """
    checked = check_data.check(folder)
    (fault,) = checked.faults
    draft = checked.draft.replace(" # ?", "")
    assert fault.rule == "question" and old in draft
    (folder / "study.toml").write_text(draft.replace(old, new), encoding="utf-8")
    return fault.message, counted(folder)


def money(result: clean.Cleaned) -> float:
    return result.tables["contributions"]["value_eur"].sum()


# ---- which column
TWO_COLUMNS = {
    "one header twice": ("Montant;Montant", lambda amount: f"{2 * amount};{amount}", "Montant 2"),
    "in kind beside": (
        "Total des aides;Avantages en nature valorisés;Subvention numéraire",
        lambda amount: f"{2 * amount};{amount};{amount}",
        "Subvention numéraire",
    ),
    "lent rooms beside": (
        "Aide totale;Mise à disposition de locaux;Numéraire versé",
        lambda amount: f"{3 * amount};{2 * amount};{amount}",
        "Numéraire versé",
    ),
}


@pytest.mark.parametrize(
    ("headers", "cells", "exact"), TWO_COLUMNS.values(), ids=TWO_COLUMNS.keys()
)
def test_which_of_two_amounts_counts_is_asked(tmp_path, headers, cells, exact):
    write(tmp_path, f"Association;Date;{headers}", rows(cells))
    taken = headers.partition(";")[0]
    asked, amount = confirmed(tmp_path, f'amount = "{taken}"', f'amount = "{exact}"')
    assert f"`{exact}`" in asked and amount == GRANTED


@pytest.mark.parametrize(
    "headers",
    ["Montant HT;Montant TTC", "Betrag netto;Betrag brutto", "Importe sin IVA;Importe con IVA"],
)
def test_amounts_with_and_without_tax_are_asked(tmp_path, headers):
    write(tmp_path, f"Association;Date;{headers}", rows(lambda each: f"{each};{1.2 * each:.0f}"))
    asked = question(tmp_path)
    assert all(header in asked for header in headers.split(";"))


@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        ("Numéraire (€);Nb jours;Valorisation compétences (€);Total soutien (€)", "{a};4;700;{b}"),
        ("Cash;Days;Gifts in kind;Total support", "{a};4;700;{b}"),
    ],
)
def test_money_beside_its_total_with_what_was_given_in_kind_is_asked(tmp_path, headers, cells):
    write_cells = lambda amount: cells.format(a=amount, b=amount + 700)
    write(tmp_path, f"Association;Date;{headers}", rows(write_cells))
    cash, *_others, total_header = headers.split(";")
    asked = question(tmp_path)
    assert f"`{cash}`" in asked and f"`{total_header}`" in asked


@pytest.mark.parametrize("spent", ["CA 2018", "Compte administratif 2018", "Exécuté 2018"])
def test_what_was_voted_is_asked_where_the_accounts_say_less(tmp_path, spent):
    lines = rows(lambda amount: f"{amount};{amount - 100 * (amount > 1000)}")
    write(tmp_path, f"Association;Date;Total voté 2018;{spent}", lines)
    asked, amount = confirmed(tmp_path)
    assert "`Total voté 2018`" in asked and f"`{spent}`" in asked and amount == GRANTED


def test_what_was_voted_counts_where_the_accounts_say_the_same(tmp_path):
    lines = rows(lambda amount: f"{amount};{amount}")
    write(tmp_path, "Association;Date;Total voté 2018;CA 2018", lines)
    assert counted(tmp_path) == GRANTED


def test_what_is_given_in_kind_beside_money_that_stands_alone_is_not_asked(tmp_path):
    write(tmp_path, "Association;Date;Subvention;Valorisation", rows(lambda each: f"{each};{each}"))
    assert counted(tmp_path) == GRANTED


def test_parts_of_an_amount_that_no_header_tells_may_add_up(tmp_path):
    """What the fund of the Union and a country give the same project: three quarters, and one."""
    lines = rows(lambda each: f"{0.75 * each:.2f};{0.25 * each:.2f}")
    write(tmp_path, "Association;Date;Part EFF en €;Part du pays en €", lines)
    both = '["Part EFF en €", "Part du pays en €"]'
    assert f"amount = {both}" in question(tmp_path)
    assert money(answered(tmp_path, '"Part EFF en €"', both)) == GRANTED


def test_columns_that_have_no_word_in_common_are_not_offered_together(tmp_path):
    lines = rows(lambda each: f"{each}.50;{each / 2:.2f}")
    write(tmp_path, "Association;Date;Toegekend (€);Betaald (€)", lines)
    assert "amount = [" not in question(tmp_path)


# ---- in which unit
@pytest.mark.parametrize(
    ("title", "header"),
    [
        ("Subventions 2018 (en milliers d'euros)", "Montant (en €)"),
        ("Subventions 2018 (en €)", "Montant (k€)"),
        ("Budget en k€", "Montant (€)"),
    ],
)
def test_a_title_and_a_header_in_two_units_are_asked(tmp_path, title, header):
    write(tmp_path, title, [f"Association;Date;{header}", *rows(str)])
    asked, amount = confirmed(tmp_path, '# unit = "k"', 'unit = "1"')
    assert 'unit = "k" | "1"' in asked and amount == GRANTED


def test_a_title_and_a_header_in_one_unit_are_not_asked(tmp_path):
    write(tmp_path, "Subventions (en k€)", ["Association;Date;Montant (k€)", *rows(str)])
    assert counted(tmp_path) == 1000 * GRANTED


def test_small_amounts_finer_than_cents_are_in_a_unit_that_is_asked(tmp_path):
    """Millions as statistics of aid write them: 0.001 and 0.0025 are 1,000 and 2,500."""
    write(tmp_path, "Association;Date;Montant accordé", rows(lambda each: f"{each / 1e6:.6f}"))
    assert 'unit = "M" | "k" | "1"' in question(tmp_path)
    assert money(answered(tmp_path, '# unit = "M"', 'unit = "M"')) == GRANTED


@pytest.mark.parametrize(
    ("header", "cell", "exact"),
    [
        ("Montant accordé", lambda each: f"{each + 0.1}0000000002", GRANTED + 0.6),
        ("Montant accordé", lambda each: f"{1000 * each + 0.2512:.4f}", 1000 * GRANTED + 1.5),
        ("montant_mln", lambda each: f"{each / 1e6:.6f}", GRANTED),
    ],
)
def test_other_amounts_finer_than_cents_are_not_asked(tmp_path, header, cell, exact):
    """Not the noise of sums, nor large amounts, nor those whose header says the unit."""
    write(tmp_path, f"Association;Date;{header}", rows(cell))
    assert counted(tmp_path) == pytest.approx(exact, abs=0.01)


# ---- which rows
def test_a_request_beside_which_no_amount_stands_is_asked(tmp_path):
    lines = rows(lambda amount: f"{2 * amount};{amount if amount > 1000 else ''}")
    write(tmp_path, "Association;Date;Montant demandé;Montant accordé", lines)
    asked, amount = confirmed(tmp_path)
    assert '"Montant accordé" = [""]' in asked
    assert (amount, len(grants_kept(tmp_path))) == (8500, 3)
    draft = (tmp_path / "study.toml").read_text(encoding="utf-8")
    result = accepted(tmp_path, draft, ('= [""]', "= []"))
    assert (money(result), len(result.tables["agreements"])) == (8500, 6)


def test_a_row_that_repeats_another_is_counted_and_told(tmp_path, english, typed):
    lines = rows(str)
    raw = tmp_path / "raw"
    raw.mkdir()
    write(raw, "Association;Date;Montant", [*lines, lines[1]])
    (remark,) = check_data.check(raw, lang="en").remarks
    assert "1 row is equal" in remark and f"{AMOUNTS[1]:,}" in remark
    total = GRANTED + AMOUNTS[1]
    (raw / "study.toml").write_text(f"[study]\ncontrol_total = {total}\n", encoding="utf-8")
    code, _printed, complaints = typed("clean", "--data", "raw", "--out", "out", "-p", "lang=en")
    assert (code, complaints) == (0, [remark])
    given = pd.read_parquet(tmp_path / "out/contributions.parquet")["value_eur"]
    assert given.sum() == total


def test_a_word_for_a_total_in_a_remark_makes_no_total(tmp_path):
    remark = {700: "Total versé en une fois", 950: "Sous-total vérifié", 4200: "TOTAL"}
    lines = rows(lambda amount: f"{amount};{remark.get(amount, '')}")
    write(tmp_path, "Association;Date;Montant;Observations", lines)
    assert counted(tmp_path) == GRANTED


def test_a_total_beside_a_name_is_the_sum_of_others(tmp_path):
    lines = [f"{name};Sport;{amount}" for name, amount in zip(NAMES, AMOUNTS, strict=True)]
    lines += [f"Ville;Total;{GRANTED}", "Club;Total;60"]
    write(tmp_path, "Subventions 2018", ["Association;Objet;Montant", *lines])
    assert counted(tmp_path) == GRANTED + 60


def test_somebody_may_be_called_as_subtotals_are(tmp_path):
    write(tmp_path, "Association;Date;Montant", [*rows(str), "Sous-Total Jazz;09/03/2018;20"])
    asked, amount = confirmed(tmp_path, '["Sous-Total Jazz"]', "[]")
    assert "Sous-Total Jazz" in asked and amount == GRANTED + 20


UNDATED = ["Association;Montant", *map("{};{}".format, NAMES, AMOUNTS)]


@pytest.mark.parametrize(
    ("notes", "scale"),
    [
        ([";", "Montants exprimés en k€;"], 1000),
        (["Montants en milliers d'euros;"], 1000),
        ([f"TOTAL;{GRANTED}", ";", "Source : service des sports;", "Liste non exhaustive;"], 1),
    ],
)
def test_a_note_below_two_columns_is_no_recipient(tmp_path, notes, scale):
    write(tmp_path, "Subventions 2018", [*UNDATED, *notes])
    grants = grants_kept(tmp_path)
    assert (grants["amount"].sum(), len(grants)) == (scale * GRANTED, len(NAMES))


def test_a_recipient_without_an_amount_is_no_note(tmp_path):
    write(tmp_path, "Subventions 2018", [*UNDATED, "Tennis club;", "Ski club;50"])
    assert "Tennis club" in set(grants_kept(tmp_path)["recipient"])


@pytest.mark.parametrize(
    "lines",
    [
        [f"TOTAL 2018;{GRANTED}", "Voté l'an dernier;999", "Attendu;888"],
        ["Reste à répartir;300", f"Crédits du budget;{GRANTED + 300}"],
    ],
)
def test_money_of_nobody_is_asked(tmp_path, lines):
    write(tmp_path, "Subventions 2018", [*UNDATED, *lines])
    asked, amount = confirmed(tmp_path)
    assert "Association" in asked and amount == GRANTED


@pytest.mark.parametrize(
    "names",
    [
        *(["À définir", "Non affecté", "Imprévus"], ["To be allocated", "Nog te verdelen"]),
        *(["Da assegnare", "Sin asignar"], ["Montant moyen", "Maximum", "Écart"]),
        *(["Solde disponible"], ["SEE ATTACHED SCHEDULE", "siehe Anlage 2", "Voir annexe"]),
        *(["various", "Per attached list", "Liste ci-jointe"], ["zie bijlage", "vedi allegato"]),
        *(["Average grant", "Durchschnitt"], ["Variance", "Saldo"]),
    ],
)
def test_names_of_nobody_are_told(names):
    amounts = [*AMOUNTS, *range(10, 10 + len(names))]
    grants = block(Association=[*NAMES, *names], Montant=[*map(str, amounts)])
    columns = {"recipient": ("Association",), "amount": ("Montant",)}
    assert rows_of_nobody(grants, columns) == {"Association": names}


@pytest.mark.parametrize("mark", ["    - ", "- ", "    "])
def test_items_below_a_row_that_they_add_up_to_are_parts_of_it(tmp_path, mark):
    lines = rows(str)
    lines[1:1] = [f"{mark}section foot;01/03/2018;600", f"{mark}section danse;01/03/2018;400"]
    lines += [f"{mark}Ski;07/03/2018;5"]  # less than the row above
    write(tmp_path, "Association;Date;Montant", lines)
    assert counted(tmp_path) == GRANTED + 5


def with_branches(folder, mark: str) -> None:
    """Six grants, of which two branches below the first add up to it."""
    lines = rows(str)
    lines[1:1] = [f"{mark}Foyer d'Ax;01/03/2018;600", f"{mark}Foyer de Dax;01/03/2018;400"]
    write(folder, "Association;Date;Montant", lines)


@pytest.mark.parametrize("mark", ["    - ", "- ", "    "])
def test_whether_a_network_or_its_branches_are_the_partners_is_asked(tmp_path, mark):
    with_branches(tmp_path, mark)
    asked, amount = confirmed(tmp_path)
    assert "Le montant de « Amicale laïque » est la somme des lignes en retrait" in asked
    assert amount == GRANTED


def test_the_team_says_whether_a_network_or_its_branches_are_the_partners(tmp_path):
    with_branches(tmp_path, "- ")
    assert confirmed(tmp_path)[1] == GRANTED
    assert grants_kept(tmp_path)["recipient"].nunique() == 7
    result = answered(tmp_path, '["Amicale laïque"]', "[]")
    assert (money(result), len(result.tables["partners"])) == (GRANTED, 6)


@pytest.mark.parametrize("ditto", ["idem", "Ditto", '""""', "″", "- '' -"])
def test_a_ditto_says_what_stands_above(tmp_path, ditto):
    lines = rows(lambda amount: f"Projet;{amount}")
    lines[2:2] = [f"{ditto};{ditto};{ditto};40", f"{ditto};09/03/2018;Vacances;2"]
    write(tmp_path, "Association;Date;Objet;Montant", lines)
    given = grants_kept(tmp_path).groupby("recipient")["amount"].sum()
    assert given["Club nautique"] == 2542 and len(given) == len(NAMES)


def test_the_total_of_another_year_is_no_grant(tmp_path):
    labels = ["Total 2017", "TOTAL GÉNÉRAL 2017", "Total exercice 2017"]
    assert matching_labels(pd.Series(labels), TOTAL_OF_A_YEAR).all()
    write(tmp_path, "Association;Date;Montant", [*rows(str), f"{labels[0]};31/12/2017;30000"])
    assert counted(tmp_path) == GRANTED


def test_what_was_engaged_beside_what_was_paid_is_asked(tmp_path):
    write(tmp_path, "Association;Date;Engagé;Mandaté", rows(lambda each: f"{each};{each // 2}"))
    asked = question(tmp_path)
    assert "`Engagé`" in asked and "`Mandaté`" in asked


def test_an_amount_in_another_currency_than_its_header_is_asked(tmp_path):
    lines = rows(lambda each: f"${each}" if each == 700 else each)
    write(tmp_path, "Association;Date;Montant attribué (€)", lines)
    assert "EUR" in question(tmp_path)


def test_a_row_of_units_below_the_headers_is_heeded(tmp_path):
    lines = [";;k€", *rows(lambda each: f"{each / 1000:g}".replace(".", ","))]
    write(tmp_path, "Association;Date;Montant attribué", lines)
    assert counted(tmp_path) == pytest.approx(GRANTED)
    write(tmp_path, "Association;Date;Montant attribué (€)", lines)
    assert 'unit = "k"' in question(tmp_path)


def test_somebody_may_be_called_idem(tmp_path):
    write(tmp_path, "Association;Date;Montant", [*rows(str), "IDEM;07/03/2018;20"])
    assert "IDEM" in set(grants_kept(tmp_path)["recipient"])


def test_a_list_that_stands_sideways_is_refused_in_words(tmp_path, english):
    book = openpyxl.Workbook()
    book.active.append(["Bénéficiaire", *NAMES])
    book.active.append(["Montant", *AMOUNTS])
    book.active.append(["Date", *(f"0{day}/03/2018" for day in range(1, 7))])
    book.save(tmp_path / "liste.xlsx")
    with pytest.raises(Refused, match="side by side") as refused:
        clean.clean(tmp_path)
    assert len(refused.value.faults) == 1


# ---- who and how long
def test_numbers_of_a_register_are_no_part_of_names(tmp_path):
    for year, form in ((2017, "{} - {}"), (2018, "{1} ({0})")):
        lines = [
            f"{form.format(1000 + place, name)};03/01/{year};{amount}"
            for place, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
        ]
        text = "\n".join(["Bénéficiaire;Date;Montant", *lines])
        (tmp_path / f"{year}.csv").write_text(text, encoding="utf-8")
    result = clean.clean(tmp_path)
    assert sorted(result.tables["partners"]["name"]) == NAMES
    assert money(result) == 2 * GRANTED


def test_numbers_that_several_names_share_are_a_part_of_them(tmp_path):
    lines = [
        f"{name} (44);03/01/2018;{amount}" for name, amount in zip(NAMES, AMOUNTS, strict=True)
    ]
    write(tmp_path, "Bénéficiaire;Date;Montant", lines)
    assert "Emmaüs (44)" in set(clean.clean(tmp_path).tables["partners"]["name"])


@pytest.mark.parametrize("header", ["Date de résiliation", "Terminated on", "Gekündigt am"])
def test_a_grant_that_was_ended_early_ends_then(tmp_path, header):
    lines = rows(lambda amount: f"05/05/2020;{'15/06/2019' if amount > 2000 else ''};{amount}")
    write(tmp_path, f"Association;Date;Date d'échéance;{header};Montant", lines)
    draft = check_data.check(tmp_path).draft if header == "Terminated on" else ""
    for study in filter(None, ("[study]", draft)):
        (tmp_path / "study.toml").write_text(study, encoding="utf-8")
        ends = rows_read(tmp_path, "grants")["planned_end"].astype("str").value_counts()
        assert ends.to_dict() == {"2020-05-05": 4, "2019-06-15": 2}


def test_whether_one_name_in_two_towns_is_one_recipient_is_asked(tmp_path):
    lines = [
        f"{name};{town};{year};{amount}"
        for year in (2017, 2018)
        for name, amount in (("Judo Club", 100), ("ADMR", 300))
        for town in ("Nantes", "Rezé")
    ]
    write(tmp_path, "Association;Commune;Année;Montant", lines)
    checked = check_data.check(tmp_path)
    assert 'homonyms = "apart" | "one"' in only_question(checked)
    for answer, partners in (("apart", 4), ("one", 2)):
        stated = 'homonyms = "apart"', f'homonyms = "{answer}"'
        result = accepted(tmp_path, checked.draft, stated)
        assert (money(result), len(result.tables["partners"])) == (1600, partners)


PLACES = {name: f"Commune-{letter}" for name, letter in zip(NAMES, "ABCDEFGH", strict=False)}


@pytest.mark.parametrize(
    ("first", "second", "is_asked"),
    [
        ("Lantenay", "Nurieux-Volognat", True),
        ("3, rue Basse 01430 Lantenay", "12 grande rue, 01460 Nurieux-Volognat", True),
        ("3, rue Basse 01430 Lantenay", "3 r. Basse, 01430 LANTENAY Cedex", False),
        ("01430 Lantenay", "Lantenay", False),
        ("3, rue Basse", "12 grande rue", False),  # in which town, nobody knows
        ("Rue Basse", "Place de la Mairie", False),
        ("Lantenay", "judo@example.org", False),
    ],
)
def test_one_name_under_addresses_that_are_names_of_places(tmp_path, first, second, is_asked):
    """Asked where two towns stand there, not where one address is written in two ways."""
    lines = [f"Sou des Ecoles;{address};2018;100" for address in (first, second)]
    lines += [f"{name};{place};2018;100" for name, place in PLACES.items()]
    write(tmp_path, "Association;Adresse;Année;Montant", lines)
    checked = check_data.check(tmp_path)
    assert bool(checked.faults) is is_asked
    if is_asked:
        assert 'homonyms = "apart" | "one"' in only_question(checked)
        result = accepted(tmp_path, checked.draft)
        assert len(result.tables["partners"]) == 2 + len(PLACES)


def test_addresses_without_towns_are_no_places(tmp_path):
    """Of one organisation they may be written in two ways, and few tell where they are."""
    lines = [f"{name};{n} rue Basse;2018;100" for n, name in enumerate(PLACES)]
    lines += [f"Sou des Ecoles;{address};2018;100" for address in ("Salle Basse", "Salle Foch")]
    write(tmp_path, "Association;Adresse;Année;Montant", lines)
    assert check_data.check(tmp_path).faults == []


def test_a_recipient_that_moved_is_not_asked(tmp_path):
    lines = [f"Judo Club;{town};{year};100" for year, town in ((2017, "Nantes"), (2018, "Rezé"))]
    lines += [f"{name};Niort;2018;100" for name in NAMES if name != "Judo club"]
    write(tmp_path, "Association;Commune;Année;Montant", lines)
    assert len(clean.clean(tmp_path).tables["partners"]) == 6


@pytest.mark.parametrize(
    "purpose",
    ["Prêt sans intérêt", "Bridge loan for cash flow", "Mise à disposition de salle (valorisée)"],
)
def test_a_loan_or_a_gift_in_kind_that_its_purpose_tells_is_asked(tmp_path, purpose):
    lines = rows(lambda amount: f"{amount};{purpose if amount == 700 else 'Fonctionnement'}")
    write(tmp_path, "Bénéficiaire;Date;Montant;Objet", lines)
    asked, amount = confirmed(tmp_path)
    assert purpose in asked and amount == GRANTED - 700


def test_what_is_lent_by_who_receives_a_grant_is_not_asked(tmp_path):
    purpose = {700: "Toy loan library", 950: "Prêt de livres aux écoles"}
    purpose |= {1200: "Don de vêtements aux sinistrés"}
    lines = rows(lambda amount: f"{amount};{purpose.get(amount, 'Fonctionnement')}")
    write(tmp_path, "Bénéficiaire;Date;Montant;Objet", lines)
    assert counted(tmp_path) == GRANTED


@pytest.mark.parametrize("kind", ["Don de matériel", "Prêt de salle", "Donated goods"])
def test_what_is_given_instead_of_money_is_asked_where_a_column_tells_kinds(tmp_path, kind):
    lines = rows(lambda amount: f"{amount};{kind if amount == 700 else 'Numéraire'}")
    write(tmp_path, "Bénéficiaire;Date;Montant;Nature du soutien", lines)
    asked, _amount = confirmed(tmp_path)
    assert kind in asked


@pytest.mark.parametrize("struck", [("A", "B", "C"), ("A", "C")])
def test_rows_that_a_workbook_strikes_through_are_asked(tmp_path, struck):
    book = openpyxl.Workbook()
    book.active.append(["Bénéficiaire", "Date", "Montant accordé"])
    for name, amount in zip(NAMES, AMOUNTS, strict=True):
        book.active.append([name, "03/03/2018", amount])
    for column in struck:
        book.active[f"{column}4"].font = openpyxl.styles.Font(strike=True)
    book.active["C6"].font = openpyxl.styles.Font(strike=True)  # a corrected cell alone
    book.save(tmp_path / "liste.xlsx")
    asked, amount = confirmed(tmp_path)
    assert "struck through" in asked and amount == GRANTED - AMOUNTS[2]


def test_rows_that_a_workbook_hides_are_asked(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Bénéficiaire", "Date", "Montant accordé"])
    for name, amount in zip(NAMES, AMOUNTS, strict=True):
        book.active.append([name, "03/03/2018", amount])
    book.active.row_dimensions[4].hidden = True
    book.save(tmp_path / "liste.xlsx")
    asked, amount = confirmed(tmp_path)
    assert '"hidden" = ["masqué / hidden"]' in asked
    assert amount == GRANTED  # as the README says of them
    (tmp_path / "study.toml").unlink()
    left_out = confirmed(tmp_path, '"hidden" = []', '"hidden" = ["masqué / hidden"]')
    assert left_out[1] == GRANTED - AMOUNTS[2]


def test_rows_hidden_and_rows_of_loans_are_two_questions(tmp_path):
    """A filter hides what somebody did not look at that day, a loan is no grant."""
    book = openpyxl.Workbook()
    book.active.append(["Bénéficiaire", "Date", "Montant accordé", "Forme"])
    for name, amount in zip(NAMES, AMOUNTS, strict=True):
        book.active.append([name, "03/03/2018", amount, "prêt" if amount == 950 else "don"])
    book.active.row_dimensions[4].hidden = True
    book.save(tmp_path / "liste.xlsx")
    checked = check_data.check(tmp_path)
    about_words, about_hidden = (fault.message for fault in checked.faults)
    assert "« prêt »" in about_words and "hidden" not in about_words
    assert '"hidden" = ["masqué / hidden"]' in about_hidden
    (tmp_path / "study.toml").write_text(checked.draft.replace(" # ?", ""), encoding="utf-8")
    assert counted(tmp_path) == GRANTED - 950


# ---- what a cell tells beside a number
def test_what_a_cell_calculates_or_tells_a_part_of_is_read(tmp_path):
    amounts = {"700 + 300": 1000, "3 x 5 000 €": 15_000, "2 150 € (dont 200 € exceptionnel)": 2150}
    amounts |= {"2 150 €, davon 200 € für Reisen": 2150}
    lines = [f"Club {n};1{n}/03/2018;{cell}" for n, cell in enumerate(amounts)]
    write(tmp_path, "Bénéficiaire;Date;Montant", [*rows(str), *lines])
    read = rows_read(tmp_path, "grants")["amount"].tolist()
    assert read == [*AMOUNTS, *amounts.values()]


def test_amounts_a_year_are_asked_and_count_for_each_year(tmp_path):
    lines = rows(lambda amount: f"3 ans;{amount} €/an")
    write(tmp_path, "Bénéficiaire;Date;Durée;Montant", lines)
    asked, amount = confirmed(tmp_path)
    assert "amount_per" in asked and amount == 3 * GRANTED
    (tmp_path / "study.toml").unlink()
    assert confirmed(tmp_path, 'amount_per = "year"', 'amount_per = "grant"')[1] == GRANTED


@pytest.mark.parametrize(
    ("bad", "asked"),
    [("00/01/1900;700", "date illisible"), ("09/03/2018;cf. ligne 2", "ne se lisent pas")],
)
def test_more_than_a_few_cells_that_cannot_be_read_are_asked(tmp_path, bad, asked):
    unread = [f"Ludothèque;{bad}", f"Harmonie;{bad}"]
    write(tmp_path, "Bénéficiaire;Date;Montant", [*rows(str), *unread])
    checked = check_data.check(tmp_path)
    (fault,) = checked.faults
    assert fault.rule == "question" and asked in fault.message
    cells = checked.to_mend
    is_date = bad.startswith("00")
    cells["correction"] = "09/03/2018" if is_date else "700"
    cells.to_csv(tmp_path / "corrections.csv", sep=";", index=False)
    assert counted(tmp_path) == GRANTED + 2 * 700


def test_a_cell_among_many_that_cannot_be_read_is_told_alone(tmp_path):
    many = [f"{line[:3]} {number}{line[3:]}" for number in range(8) for line in rows(str)]
    write(tmp_path, "Bénéficiaire;Date;Montant", [*many, "Ludothèque;09/03/2018;cf. ligne 2"])
    assert counted(tmp_path) == 8 * GRANTED


@pytest.mark.parametrize(
    "headers", ["1ère tranche;2ème tranche", "First instalment (£);Second instalment (£)"]
)
def test_instalments_in_columns_add_up(tmp_path, headers):
    lines = rows(lambda amount: f"{amount / 2:.0f};{amount / 2:.0f}")
    write(tmp_path, f"Association;Date;{headers}", lines)
    assert counted(tmp_path) == GRANTED


@pytest.mark.parametrize("granted", ["Importo deliberato", "Importo vantaggio economico"])
def test_what_was_granted_is_proposed_before_what_was_paid(tmp_path, granted):
    lines = rows(lambda amount: f"{amount / 2:.0f},00;{amount},00")
    write(tmp_path, f"Ente beneficiario;Data;Importo erogato;{granted}", lines)
    asked, amount = confirmed(tmp_path)
    assert granted in asked and amount == GRANTED


def test_all_remarks_that_call_a_grant_off_are_asked_together(tmp_path):
    remark = {700: "ANNULEE - association dissoute", 950: "annulé cf. CM du 12/12"}
    lines = rows(lambda amount: f"{amount};{remark.get(amount, '')}")
    write(tmp_path, "Bénéficiaire;Date;Montant;Observations", lines)
    assert confirmed(tmp_path)[1] == GRANTED - 700 - 950


def test_a_table_below_another_may_name_its_columns_in_another_order(tmp_path):
    lines = [f"{line};{number}" for number, line in enumerate(rows(str), 1)]
    below = "Bénéficiaire;Adhérents 2018;Montant 2018;Date"
    more = ["Ludothèque;45;10;09/03/2018", "Harmonie;46;20;09/03/2018"]
    write(tmp_path, "Bénéficiaire;Date;Montant 2018;Adhérents 2018", [*lines, "", below, *more])
    assert counted(tmp_path) == GRANTED + 30


def test_names_and_amounts_that_stand_line_by_line_in_one_cell_are_rows(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Thème", "Associations", "Montants 2018"])
    for theme, at in (("Sport", slice(0, 4)), ("Culture", slice(4, 6))):
        book.active.append([theme, "\n".join(NAMES[at]), "\n".join(map(str, AMOUNTS[at]))])
    book.save(tmp_path / "liste.xlsx")
    assert counted(tmp_path) == GRANTED
    book.active["C2"] = "1000\n2500"
    book.save(tmp_path / "liste.xlsx")
    with pytest.raises(Refused):
        answered(tmp_path)


def test_names_and_amounts_line_by_line_in_some_cells_are_rows_too(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Bénéficiaires", "Date", "Montants"])
    cells = [["Amicale\nlaïque", 1000], ["Club nautique\nEmmaüs", "2 500 €\n700 €"]]
    cells += [["Foyer rural", 4200], ["Judo club\nRecyclerie", "1 800 €\n950 €"]]
    for line, (names, amounts) in enumerate([*cells, ["Ludothèque", 10], ["Harmonie", 20]], 1):
        book.active.append([names, f"0{line}/03/2018", amounts])
    book.save(tmp_path / "liste.xlsx")
    grants = grants_kept(tmp_path)
    assert (grants["amount"].sum(), len(grants)) == (GRANTED + 30, 8)
    assert "Amicale laïque" in set(grants["recipient"])
    book.active["A3"] = "Club nautique"
    book.save(tmp_path / "liste.xlsx")
    assert "ligne 3" in question(tmp_path)


# ---- one amount of several recipients
PARTNERS_OF_PROJECTS = [
    f"{name};0{day}/03/2018;Projet {project};{AMOUNTS[project]}"
    for project in range(4)
    for day, name in enumerate(NAMES[project : project + 3], 1)
]


@pytest.mark.parametrize("header", ["Projet", "N° de dossier"])
def test_an_amount_that_the_partners_of_a_project_share_is_asked(tmp_path, header):
    write(tmp_path, f"Bénéficiaire;Date;{header};Montant accordé", PARTNERS_OF_PROJECTS)
    shared, added = 'same_reference = "shared"', 'same_reference = "add"'
    asked, amount = confirmed(tmp_path, shared, added)
    assert header in asked and amount == 3 * sum(AMOUNTS[:4])
    draft = (tmp_path / "study.toml").read_text(encoding="utf-8")
    result = accepted(tmp_path, draft, (added, shared))
    assert money(result) == sum(AMOUNTS[:4]) and len(result.tables["partners"]) == len(NAMES)


@pytest.mark.parametrize("amount", [lambda project: 500, lambda project: 500 * (project % 2 + 1)])
def test_fixed_rates_and_purposes_that_recur_are_not_asked(tmp_path, amount):
    lines = [
        f"{line.rsplit(';', 1)[0]};{amount(number // 3)}"
        for number, line in enumerate(PARTNERS_OF_PROJECTS)
    ]
    write(tmp_path, "Bénéficiaire;Date;Projet;Montant accordé", lines)
    assert counted(tmp_path) == sum(amount(number // 3) for number in range(len(lines)))


UNITS = ["Montant unitaire", "Amount per head", "Betrag je Platz"]


@pytest.mark.parametrize("unit", UNITS)
def test_headers_say_that_an_amount_is_of_a_unit(unit):
    beside = {unit: ["1000", "2500"], "Nombre de bourses": ["7", "2"]}
    assert are_of_a_unit(block(Association=["A", "B"], **beside), [unit])


def test_the_amount_of_a_unit_is_refused_beside_their_number(tmp_path):
    lines = rows(lambda amount: f"{amount};{1 + amount % 7}")
    write(tmp_path, f"Bénéficiaire;Date;{UNITS[0]};Nombre de bourses", lines)
    checked = check_data.check(tmp_path)
    assert only_question(checked)
    with pytest.raises(Refused):
        accepted(tmp_path, checked.draft)


HOURLY = {  # headers of what an hour costs, and of how many hours there are
    "Coût horaire chargé (€)": "Heures de mécénat",
    "Taux de l'heure": "Nombre d'heures",
    "Montant par heure": "Heure",
    "Hourly cost": "Hours given",
    "Rate per hour": "Number",
    "Stundensatz": "Stunden",
    "Betrag pro Stunde": "Anzahl",
    "Uurtarief": "Uren",
    "Bedrag per uur": "Aantal",
    "Importe por hora": "Horas",
    "Costo orario": "Ore",
    "Costo all'ora": "Ore",
}


def test_what_an_hour_costs_is_the_amount_of_a_unit_beside_hours():
    hourly = {
        header: block(**{"Association": ["A", "B"], header: ["45", "52"], hours: ["10", "12"]})
        for header, hours in HOURLY.items()
    }
    assert [header for header in hourly if not are_of_a_unit(hourly[header], [header])] == []


# ---- a total beside what it adds up
@pytest.mark.parametrize(
    ("headers", "cells"),
    [
        ("Demandé;Proposé;Total", lambda each: f"{2 * each};{each};{3 * each}"),
        ("Beantragt;Bewilligt;Summe", lambda each: f"{2 * each};{each};{3 * each}"),
        ("Aide;Bonus;Total", lambda each: f"{each};{each / 4};{each * 1.25}"),
    ],
)
def test_a_total_of_columns_that_may_be_the_amount_is_asked(tmp_path, headers, cells):
    write(tmp_path, f"Association;Date;{headers}", rows(cells))
    assert f"`{headers.rpartition(';')[2]}`" in question(tmp_path)


def test_a_total_beside_what_is_plainly_the_amount_is_not_asked(tmp_path):
    cells = rows(lambda each: f"{2 * each};{each};{3 * each}")
    write(tmp_path, "Association;Date;Montant demandé;Montant accordé;Total", cells)
    assert counted(tmp_path) == GRANTED


def test_equal_halves_of_one_reference_on_two_days_are_no_guess(tmp_path):
    halves = [
        f"C{place};{name};1{place}/0{month}/2018;{amount // 2}"
        for place, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True))
        for month in (3, 9)
    ]
    write(tmp_path, "N° convention;Association;Date;Montant", halves)
    checked = check_data.check(tmp_path)
    assert only_question(checked)
    with pytest.raises(Refused):
        accepted(tmp_path, checked.draft)
    guess = '# same_reference = "once"'
    added = accepted(tmp_path, checked.draft, (guess, 'same_reference = "add"'))
    assert (money(added), len(added.tables["agreements"])) == (GRANTED, len(NAMES))
    once = accepted(tmp_path, checked.draft, (guess, 'same_reference = "once"'))
    assert money(once) == GRANTED / 2


def test_the_question_about_a_total_tells_what_each_column_adds_up_to(tmp_path, english):
    lines = rows(lambda amount: f"{amount};{amount // 10};{amount + amount // 10}")
    whole = GRANTED + GRANTED // 10
    lines += [f"Total;;{GRANTED};{GRANTED // 10};{whole}"]
    write(tmp_path, "Association;Date;Aide;Bonus;Total", lines)
    asked = question(tmp_path)
    assert f"in all {GRANTED:,}" in asked and f"in all {whole:,}" in asked


@pytest.mark.parametrize("label_first", [True, False])
def test_the_question_about_a_total_adds_no_subtotals_in(tmp_path, english, label_first):
    """Below each part stands "Total volet ...", in the first column or in that of the names."""
    lines = []
    for part in (slice(0, 3), slice(3, None)):
        amounts = AMOUNTS[part]
        lines += [
            f"N;{name};01/03/2017;{amount};{amount // 10};{amount + amount // 10}"
            for name, amount in zip(NAMES[part], amounts, strict=True)
        ]
        aid, bonus = sum(amounts), sum(amount // 10 for amount in amounts)
        label = f"Total volet {part.start};" if label_first else f";Total volet {part.start}"
        lines.append(f"{label};;{aid};{bonus};{aid + bonus}")
    write(tmp_path, "Convention;Association;Date;Aide;Bonus;Total", lines)
    asked = question(tmp_path)
    assert f"in all {GRANTED:,}" in asked and f"in all {GRANTED + GRANTED // 10:,}" in asked


@pytest.mark.parametrize("order", [0, 1])
def test_the_day_of_a_request_beside_another_day_is_asked(tmp_path, order):
    headers = ["Date demande", "Date réponse"][:: 1 - 2 * order]
    days = ["03/10/2017", "03/03/2018"][:: 1 - 2 * order]
    lines = [
        ";".join([name, *days, str(amount)]) for name, amount in zip(NAMES, AMOUNTS, strict=True)
    ]
    write(tmp_path, f"Association;{';'.join(headers)};Montant attribué (€)", lines)
    asked = question(tmp_path)
    assert "`Date demande`" in asked and "`Date réponse`" in asked
