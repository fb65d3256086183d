"""Money that comes back, amounts that change, grants written twice: asked, and read as answered."""

import openpyxl
import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]
AMOUNTS = [1200, 2500, 700, 4200, 1800, 950]
GRANTED = sum(AMOUNTS)
HEADER = "Association;Date;Montant"


def rows(*cells: str) -> list[str]:
    """One row for each name, with the same cells behind its amount."""
    return [
        ";".join([name, f"2018-{month:02}-05", str(amount), *cells])
        for month, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1)
    ]


def written(folder, lines: list[str]):
    (folder / "liste.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def total(folder) -> float:
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def agreements(folder) -> int:
    return len(clean.clean(folder).tables["agreements"])


def asked(folder) -> str:
    """What is asked of a list before it is counted."""
    with pytest.raises(Refused) as refusal:
        clean.clean(folder)
    return " ".join(str(fault) for fault in refusal.value.faults)


def answered(folder, old: str = "", new: str = ""):
    """The draft of a list with one line changed and its question marks taken away."""
    draft = check_data.check(folder).draft
    assert old in draft
    text = draft.replace(old, new).replace(" # ?", "")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("words", "called_off"),
    [
        (("Attribution", "Annulation", "Réduction", "Reversement"), 1),
        (("Engagement", "Désengagement", "Trop-perçu", "Titre de recette"), 0),
        (("Award", "Clawback", "Recovery", "Decommitment", "Write-off"), 0),
        (("Bewilligung", "Rückforderung", "Kürzung", "Storno"), 1),
        (("Toekenning", "Terugvordering", "Intrekking"), 0),
        (("Concesión", "Reintegro", "Reducción"), 0),
        (("Concessione", "Recupero", "Storno"), 1),
    ],
)
def test_all_words_for_money_back_are_asked_together(tmp_path, words, called_off):
    """What came back is subtracted, and what was called off left out."""
    granted, *others = words
    back = [f"{NAMES[n]};2018-12-0{n + 1};100;{word}" for n, word in enumerate(others)]
    folder = written(tmp_path, [f"{HEADER};Type de mouvement", *rows(granted), *back])
    question = asked(folder)
    assert all(word in question for word in others)
    assert total(answered(folder)) == GRANTED - 100 * (len(others) - called_off)


def test_what_a_grant_is_for_is_no_money_back(tmp_path):
    themes = ["Réduction", "Récupération", "Restitution", "Sport", "Culture", "Recovery"]
    lines = [f"{row};{theme}" for row, theme in zip(rows(), themes, strict=True)]
    assert total(written(tmp_path, [f"{HEADER};Thème", *lines])) == GRANTED


@pytest.mark.parametrize(
    "sheet", ["Reversements", "Trop-perçus 2018", "Refunds", "Rückforderungen"]
)
def test_a_sheet_of_money_back_is_asked(tmp_path, sheet):
    folder = workbook(tmp_path, {"2018": table(), sheet: table()[:3]})
    assert sheet in asked(folder)
    assert total(answered(folder)) == GRANTED


def table(times: int = 1) -> list[list]:
    named = zip(NAMES, AMOUNTS, strict=True)
    grants = [[name, f"2018-0{n}-05", times * amount] for n, (name, amount) in enumerate(named, 1)]
    return [HEADER.split(";"), *grants]


def workbook(folder, sheets: dict[str, list[list]]):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(folder / "suivi.xlsx")
    return folder


YEARS = ("2016", "2017", "2018")


def sheets_of_years(last: list[list]) -> dict[str, list[list]]:
    header = ["Bénéficiaire", "Montant attribué"]
    of_year = {
        year: [header, *([row[0], row[2] + n] for row in table()[1:])]
        for n, year in enumerate(YEARS)
    }
    return {**of_year, "Récap": last}


def test_a_table_of_years_beside_the_sheets_of_these_years_is_their_recapitulation(tmp_path):
    sums = [[row[0], row[2], row[2] + 1, row[2] + 2] for row in table()[1:]]
    folder = workbook(tmp_path, sheets_of_years([["Bénéficiaire", *YEARS], *sums]))
    expected = 3 * GRANTED + 3 * len(NAMES)
    assert total(folder) == expected
    # and read as the same grants, where study.toml says so, it ends
    source = '[[source]]\nfiles = "suivi.xlsx"\ntable = "grants"\nsheet = "{}"\nfunder = "V"\n'
    columns = '[source.columns]\nrecipient = "Bénéficiaire"\namount = "{}"\n'
    stated = [
        source.format(year) + f'date = "{year}"\n' + columns.format("Montant attribué")
        for year in YEARS
    ]
    stated.append(source.format("Récap") + "same_as_others = true\n" + columns.format("Montant"))
    text = '[study]\nname = "d"\n' + "\n".join(stated)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    assert total(folder) == expected


def test_a_recapitulation_that_differs_is_asked_itself(tmp_path):
    sums = [[row[0], row[2], row[2], row[2]] for row in table()[1:]]
    folder = workbook(tmp_path, sheets_of_years([["Bénéficiaire", *YEARS], *sums]))
    assert "Récap" in asked(folder)
    assert total(answered(folder)) == 3 * GRANTED + 3 * len(NAMES)


def test_a_sheet_named_for_its_sums_does_not_double_them(tmp_path):
    cumulative = [[row[0], row[2]] for row in table()]
    folder = workbook(tmp_path, {"T1": table()[:4], "T2": [table()[0], *table()[4:]]})
    assert total(folder) == GRANTED
    whole = {"T1": table()[:4], "T2": [table()[0], *table()[4:]], "Cumul 2018": cumulative}
    assert total(workbook(tmp_path, whole)) == GRANTED


@pytest.mark.parametrize(
    "header",
    [
        "Montant après avenant",
        "Montant modifié (DM)",
        "Montant révisé",
        "Revised amount",
        "Geänderter Betrag",
        "Gewijzigd bedrag",
        "Importe modificado",
    ],
)
def test_an_amount_as_it_was_changed_is_asked(tmp_path, header):
    lines = rows("")
    lines[1] += "3500"
    folder = written(tmp_path, [f"{HEADER};{header}", *lines])
    assert header in asked(folder)
    changed = f'amount = "{header}"\n"~part" = "Montant"\n#'
    assert total(answered(folder, 'amount = "Montant"', changed)) == GRANTED + 1000


@pytest.mark.parametrize("header", ["Complément voté en décembre", "Additional award", "Rallonge"])
def test_a_complement_adds_up_as_answered(tmp_path, header):
    lines = rows("")
    lines[1] += "300"
    folder = written(tmp_path, [f"{HEADER};{header}", *lines])
    assert header in asked(folder)
    both = f'amount = ["Montant", "{header}"]\n#'
    assert total(answered(folder, 'amount = "Montant"', both)) == GRANTED + 300


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_cancelled_part_is_taken_off_as_answered(tmp_path, sign):
    lines = rows("")
    lines[1] += f"{sign}300"
    folder = written(tmp_path, [f"{HEADER};Part annulée", *lines])
    assert "Part annulée" in asked(folder)
    less = 'amount = "Montant"\n"~less" = "Part annulée"\n#'
    assert total(answered(folder, 'amount = "Montant"', less)) == GRANTED - 300


@pytest.mark.parametrize(
    ("header", "cell"),
    [("Date modifiée", "2018-06-05"), ("Code postal corrigé", "44000"), ("Net à payer", "")],
)
def test_a_change_of_something_else_asks_nothing(tmp_path, header, cell):
    assert total(written(tmp_path, [f"{HEADER};{header}", *rows(cell)])) == GRANTED


def test_an_amendment_with_a_reference_of_its_own_belongs_to_the_first(tmp_path):
    lines = [f"2018/{n:03};{row}" for n, row in enumerate(rows("Initiale"))]
    lines.append(f"2018/001 AV1;{NAMES[1]};2018-12-01;3000;Avenant")
    folder = written(tmp_path, [f"N° convention;{HEADER};Type", *lines])
    assert "same_reference" in asked(folder)
    line = 'same_reference = "last"'
    assert total(answered(folder, line, 'same_reference = "last"')) == GRANTED + 500
    (folder / "study.toml").unlink()
    assert total(answered(folder, line, 'same_reference = "add"')) == GRANTED + 3000


@pytest.mark.parametrize(
    "words", ["Avenant n°1 - montant porté de 2 500 à 3 000 €", "Amendment 1", "Nachtrag"]
)
def test_an_amendment_without_a_reference_amends_its_recipient(tmp_path, words):
    lines = [*rows("Convention"), f"{NAMES[1]};2018-12-01;3000;{words}"]
    folder = written(tmp_path, [f"{HEADER};Objet", *lines])
    assert "same_reference" in asked(folder)
    line = 'same_reference = "last"'
    folder = answered(folder, line, 'same_reference = "last"')
    assert total(folder) == GRANTED + 500
    assert agreements(folder) == len(NAMES)


def test_an_amendment_of_what_the_list_does_not_hold_asks_nothing(tmp_path):
    lines = [*rows("Convention"), "Rando 44;2018-12-01;3000;Avenant n°1"]
    assert total(written(tmp_path, [f"{HEADER};Objet", *lines])) == GRANTED + 3000


def test_grants_in_two_languages_are_asked(tmp_path):
    french = [f"FR;{row}" for row in rows()]
    dutch = [line.replace("FR;", "NL;vzw ") for line in french]
    folder = written(tmp_path, [f"Langue;{HEADER}", *french, *dutch])
    assert "« NL »" in asked(folder)
    assert total(answered(folder)) == GRANTED


def test_a_column_of_languages_of_other_grants_asks_nothing(tmp_path):
    lines = [f"{'FR' if n % 2 else 'NL'};{row}" for n, row in enumerate(rows())]
    assert total(written(tmp_path, [f"Langue;{HEADER}", *lines])) == GRANTED


def test_a_refusal_in_the_place_of_an_amount_is_no_grant(tmp_path):
    lines = rows()
    refused = [lines[1].replace("2500", "REFUS"), lines[3].replace("4200", "4200 (refusé)")]
    folder = written(tmp_path, [HEADER, lines[0], refused[0], lines[2], refused[1], *lines[4:]])
    assert total(folder) == GRANTED - 2500 - 4200
    assert agreements(folder) == len(NAMES) - 2


def test_amounts_by_year_among_refusals_are_a_list_by_year(tmp_path):
    cells = ["1200;refus;-", "700 €;800 (refusé);refusé", "refus;-;900", "-;400;refus"]
    lines = [f"{name};{cell}" for name, cell in zip(NAMES, cells, strict=False)]
    folder = written(tmp_path, ["Association;2016;2017;2018", *lines])
    assert total(folder) == 1200 + 700 + 900 + 400
    assert agreements(folder) == 4


@pytest.mark.parametrize(
    "remark",
    [
        *("annule et remplace la ligne 6", "Erratum : montant corrigé", "Rectificatif"),
        *(
            "Modification de la délibération du 5 mai",
            "replaces line 6",
            "ersetzt Bescheid vom 5.5.",
        ),
    ],
)
def test_a_row_that_replaces_another_of_its_recipient_is_asked(tmp_path, remark):
    lines = [f"{HEADER};Observations", *rows(""), f"Judo club;2018-09-05;2000;{remark}"]
    folder = written(tmp_path, lines)
    assert 'same_reference = "last" | "add"' in asked(folder)
    assert total(answered(folder)) == GRANTED - 1800 + 2000


@pytest.mark.parametrize(
    ("header", "whole", "others"),
    [
        ("Beneficiario;Codice fiscale;Data delibera", "Totale assegnato", ("Acconto", "Saldo")),
        ("Entidad;NIF;Fecha", "Total concedido", ("Primer pago", "Segundo pago")),
        ("Empfänger;Steuernummer;Datum", "Insgesamt", ("Rate A", "Rate B")),
    ],
)
def test_a_whole_amount_is_offered_before_its_parts_and_no_number_of_a_taxpayer(
    tmp_path, header, whole, others
):
    lines = [";".join([header, whole, *others])]
    lines += [
        f"{name};{9 * 10**10 + 12345 * n};2018-{n:02}-05;{amount};{0.6 * amount};{0.4 * amount}"
        for n, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1)
    ]
    message = asked(written(tmp_path, lines))
    assert f'amount = "{whole}"' in message and header.split(";")[1] not in message
    assert total(answered(tmp_path)) == GRANTED


def test_the_cost_of_a_project_is_no_whole_amount_though_others_add_up_to_it(tmp_path):
    """What the project costs is the sum of what is given and of what it brings itself."""
    lines = ["Association;Date;Coût total;Ville;Autofinancement"]
    lines += [
        f"{name};2018-{n:02}-05;{3 * amount};{amount};{2 * amount}"
        for n, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1)
    ]
    assert 'amount = "Coût total"' not in asked(written(tmp_path, lines))


# ---- amounts of amendments and renewals beside those of agreements
def of_agreements(folder, first: str, second: str, added=(200, 100, 50)):
    """Six agreements, of which some have a second amount."""
    header = f"N° convention;Partenaire;Direction;Date de début;Date de fin prévue;{first};{second}"
    cells = [*added, "", "", ""]
    lines = [
        f"C{n};{name};Nord;2018-0{n}-05;2019-0{n}-04;{amount};{cell}"
        for n, (name, amount, cell) in enumerate(zip(NAMES, AMOUNTS, cells, strict=True), 1)
    ]
    return written(folder, [header, *lines])


def planned(folder) -> float:
    return clean.clean(folder).tables["agreements"]["planned_amount_eur"].sum()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Montant", "Avenant n°1 : montant"),
        ("Montant de la convention", "Montant de l'avenant"),
        ("Montant initial", "Montant complémentaire"),
        ("Montant (€)", "Complément (€)"),
        ("Montant", "Montant du renouvellement"),
        ("Amount", "Amendment 1 amount"),
        ("Initial amount", "Additional amount"),
    ],
)
def test_a_second_amount_of_agreements_is_asked_and_added_in_the_draft(tmp_path, first, second):
    """It was left out, asked of nobody or without the sum as an answer."""
    of_agreements(tmp_path, first, second)
    together = f'planned_amount_eur = ["{first}", "{second}"]'
    assert together in asked(tmp_path)
    assert planned(answered(tmp_path)) == GRANTED + 350
    draft = (tmp_path / "study.toml").read_text(encoding="utf-8")
    alone = f'planned_amount_eur = "{first}"'
    for answer, total_amount in (
        (alone, GRANTED),
        (f'planned_amount_eur = "{second}"\n"~part" = "{first}"', 350 + sum(AMOUNTS[3:])),
        (f'{alone}\n"~less" = "{second}"', GRANTED - 350),
    ):
        (tmp_path / "study.toml").write_text(draft.replace(together, answer), encoding="utf-8")
        assert planned(tmp_path) == total_amount


def test_an_amount_after_an_amendment_is_not_added_in_the_draft(tmp_path):
    of_agreements(tmp_path, "Montant", "Montant après avenant", added=(1500, 3000, 900))
    assert 'planned_amount_eur = "Montant après avenant" ; "~part"' in asked(tmp_path)
    assert 'planned_amount_eur = "Montant"  #' in check_data.check(tmp_path).draft


@pytest.mark.parametrize("header", ["Nombre d'avenants", "N° avenant", "Nombre de renouvellements"])
def test_how_many_amendments_there_are_is_no_amount(tmp_path, header):
    of_agreements(tmp_path, "Montant", header, added=(1, 1, 1))
    assert "Montant" not in " ".join(map(str, check_data.check(tmp_path).faults))
