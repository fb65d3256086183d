"""Money that comes back, amounts that change, grants written twice: asked, and read as answered."""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.layout.agreements.amended_references import with_first_references
from analysis.layout.amounts.changed_amounts import CHANGED, changed_amounts
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.made_columns import FIRST
from analysis.layout.recognition import matched_as
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.layout.rows.subtracted_rows import texts_to_subtract
from analysis.run import check_data
from raw_lists import block_of_lines, counted, grants_kept, rows_read, workbook

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


MONEY_BACK = [  # behind the word of a grant; what was called off, last
    ("Attribution", "Réduction", "Reversement", "Annulation"),
    ("Engagement", "Désengagement", "Trop-perçu", "Titre de recette"),
    ("Award", "Clawback", "Recovery", "Decommitment", "Write-off"),
    ("Bewilligung", "Rückforderung", "Kürzung", "Storno"),
    ("Toekenning", "Terugvordering", "Intrekking"),
    ("Concesión", "Reintegro", "Reducción"),
    ("Concessione", "Recupero", "Storno"),
]
CALLED_OFF = ["Annulation", "Storno"]


def movements(granted: str, *others: str) -> list[str]:
    """A list of grants and of money that came back."""
    back = [f"{NAMES[n]};2018-12-0{n + 1};100;{word}" for n, word in enumerate(others)]
    return [f"{HEADER};Type de mouvement", *rows(granted), *back]


@pytest.mark.parametrize("words", MONEY_BACK)
def test_words_for_money_back_are_subtracted_and_what_was_called_off_is_not(words):
    block = block_of_lines(movements(*words))
    columns = match(block, "grants").columns
    in_doubt = rows_in_doubt(block, columns)
    assert in_doubt == {"Type de mouvement": list(words[1:])}
    back = [word for word in words[1:] if word not in CALLED_OFF]
    assert texts_to_subtract(block, columns, in_doubt) == {"Type de mouvement": back}


def test_all_words_for_money_back_are_asked_together(tmp_path):
    """What came back is subtracted, and what was called off left out."""
    folder = written(tmp_path, movements(*MONEY_BACK[0]))
    question = asked(folder)
    assert all(word in question for word in MONEY_BACK[0][1:])
    assert total(answered(folder)) == GRANTED - 200


def test_what_a_grant_is_for_is_no_money_back(tmp_path):
    themes = ["Réduction", "Récupération", "Restitution", "Sport", "Culture", "Recovery"]
    lines = [f"{row};{theme}" for row, theme in zip(rows(), themes, strict=True)]
    assert counted(written(tmp_path, [f"{HEADER};Thème", *lines])) == GRANTED


def test_sheets_of_money_back_are_asked(tmp_path):
    sheets = ["Reversements", "Trop-perçus 2018", "Refunds", "Rückforderungen"]
    back = {sheet: [table()[0], table(n)[n]] for n, sheet in enumerate(sheets, 2)}
    folder = workbook(tmp_path, {"2018": table(), **back})
    question = asked(folder)
    assert all(sheet in question for sheet in sheets)
    assert counted(answered(folder)) == GRANTED


def table(times: int = 1) -> list[list]:
    named = zip(NAMES, AMOUNTS, strict=True)
    grants = [[name, f"2018-0{n}-05", times * amount] for n, (name, amount) in enumerate(named, 1)]
    return [HEADER.split(";"), *grants]


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
    assert counted(folder) == expected
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
    assert counted(answered(folder)) == 3 * GRANTED + 3 * len(NAMES)


@pytest.mark.parametrize(("strangers", "is_asked"), [(3, True), (4, False)])
def test_a_table_of_years_half_of_whose_sums_their_sheets_have_too_is_asked(
    tmp_path, strangers, is_asked
):
    names = [*[f"Autre {n}" for n in range(strangers)], *NAMES[strangers:]]
    sums = [[name, 11, 12, 13] for name in names]
    sheets = sheets_of_years([])
    sheets["Versements"] = [["Bénéficiaire", *YEARS], *sums]
    del sheets["Récap"]
    checked = check_data.check(workbook(tmp_path, sheets))
    assert any("récapitule" in fault.message for fault in checked.faults) == is_asked


def test_a_sheet_named_for_its_sums_does_not_double_them(tmp_path):
    cumulative = [[row[0], row[2]] for row in table()]
    folder = workbook(tmp_path, {"T1": table()[:4], "T2": [table()[0], *table()[4:]]})
    assert counted(folder) == GRANTED
    whole = {"T1": table()[:4], "T2": [table()[0], *table()[4:]], "Cumul 2018": cumulative}
    assert counted(workbook(tmp_path, whole)) == GRANTED


def with_second_amount(header: str, cell: str) -> list[str]:
    """A list whose second grant has another amount beside that of all."""
    lines = rows("")
    lines[1] += cell
    return [f"{HEADER};{header}", *lines]


CHANGES = ["Montant après avenant", "Montant modifié (DM)", "Montant révisé", "Revised amount"]
CHANGES += ["Geänderter Betrag", "Gewijzigd bedrag", "Importe modificado"]
CHANGES += ["Complément voté en décembre", "Additional award", "Rallonge"]


@pytest.mark.parametrize("header", CHANGES)
def test_headers_say_that_an_amount_was_changed_or_added_to(header):
    matched = match(block_of_lines(with_second_amount(header, "3500")), "grants")
    assert matched.columns["amount"] == ("Montant",)
    assert changed_amounts(matched, ("Montant",)) == (header,)


def test_an_amount_as_it_was_changed_is_asked(tmp_path):
    header = CHANGES[0]
    folder = written(tmp_path, with_second_amount(header, "3500"))
    assert header in asked(folder)
    changed = f'amount = "{header}"\n"~part" = "Montant"\n#'
    assert counted(answered(folder, 'amount = "Montant"', changed)) == GRANTED + 1000


def test_a_complement_adds_up_as_answered(tmp_path):
    header = CHANGES[-1]
    folder = written(tmp_path, with_second_amount(header, "300"))
    assert header in asked(folder)
    both = f'amount = ["Montant", "{header}"]\n#'
    assert counted(answered(folder, 'amount = "Montant"', both)) == GRANTED + 300


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_cancelled_part_is_taken_off_as_answered(tmp_path, sign):
    folder = written(tmp_path, with_second_amount("Part annulée", f"{sign}300"))
    assert "Part annulée" in asked(folder)
    less = 'amount = "Montant"\n"~less" = "Part annulée"\n#'
    assert counted(answered(folder, 'amount = "Montant"', less)) == GRANTED - 300


def test_changes_of_something_else_ask_nothing(tmp_path):
    headers = "Date modifiée;Code postal corrigé;Net à payer"
    lines = [f"{HEADER};{headers}", *rows("2018-06-05", "44000", "")]
    assert counted(written(tmp_path, lines)) == GRANTED


def test_an_amendment_with_a_reference_of_its_own_belongs_to_the_first(tmp_path):
    lines = [f"2018/{n:03};{row}" for n, row in enumerate(rows("Initiale"))]
    lines.append(f"2018/001 AV1;{NAMES[1]};2018-12-01;3000;Avenant")
    folder = written(tmp_path, [f"N° convention;{HEADER};Type", *lines])
    assert "same_reference" in asked(folder)
    line = 'same_reference = "last"'
    assert total(answered(folder, line, 'same_reference = "last"')) == GRANTED + 500
    (folder / "study.toml").unlink()
    assert total(answered(folder, line, 'same_reference = "add"')) == GRANTED + 3000


AMENDMENTS = ["Avenant n°1 - montant porté de 2 500 à 3 000 €", "Amendment 1", "Nachtrag"]
REPLACING = [
    *("annule et remplace la ligne 6", "Erratum : montant corrigé", "Rectificatif"),
    *("Modification de la délibération du 5 mai", "replaces line 6", "ersetzt Bescheid vom 5.5."),
]


@pytest.mark.parametrize("words", [*AMENDMENTS, *REPLACING])
def test_words_say_that_a_row_amends_another_of_its_recipient(words):
    lines = [f"{HEADER};Objet", *rows(""), f"{NAMES[1]};2018-12-01;3000;{words}"]
    first = with_first_references(block_of_lines(lines)).columns[FIRST].series()
    assert first.iloc[1] == first.iloc[6] and first.drop([1, 6]).isna().all()


def test_an_amendment_without_a_reference_amends_its_recipient(tmp_path):
    lines = [*rows("Convention"), f"{NAMES[1]};2018-12-01;3000;{AMENDMENTS[0]}"]
    folder = written(tmp_path, [f"{HEADER};Objet", *lines])
    assert "same_reference" in asked(folder)
    line = 'same_reference = "last"'
    folder = answered(folder, line, line)
    planned_amounts = clean.clean(folder).tables["agreements"]["planned_amount_eur"]
    assert (planned_amounts.sum(), len(planned_amounts)) == (GRANTED + 500, len(NAMES))


def test_an_amendment_of_what_the_list_does_not_hold_asks_nothing(tmp_path):
    lines = [*rows("Convention"), "Rando 44;2018-12-01;3000;Avenant n°1"]
    assert counted(written(tmp_path, [f"{HEADER};Objet", *lines])) == GRANTED + 3000


def test_grants_in_two_languages_are_asked(tmp_path):
    french = [f"FR;{row}" for row in rows()]
    dutch = [line.replace("FR;", "NL;vzw ") for line in french]
    folder = written(tmp_path, [f"Langue;{HEADER}", *french, *dutch])
    assert "« NL »" in asked(folder)
    assert counted(answered(folder)) == GRANTED


def test_a_column_of_languages_of_other_grants_asks_nothing(tmp_path):
    lines = [f"{'FR' if n % 2 else 'NL'};{row}" for n, row in enumerate(rows())]
    assert counted(written(tmp_path, [f"Langue;{HEADER}", *lines])) == GRANTED


def test_a_refusal_in_the_place_of_an_amount_is_no_grant(tmp_path):
    lines = rows()
    refused = [lines[1].replace("2500", "REFUS"), lines[3].replace("4200", "4200 (refusé)")]
    folder = written(tmp_path, [HEADER, lines[0], refused[0], lines[2], refused[1], *lines[4:]])
    amounts = grants_kept(folder)["amount"]
    assert (amounts.sum(), len(amounts)) == (GRANTED - 2500 - 4200, len(NAMES) - 2)


def test_amounts_by_year_among_refusals_are_a_list_by_year(tmp_path):
    cells = ["1200;refus;-", "700 €;800 (refusé);refusé", "refus;-;900", "-;400;refus"]
    lines = [f"{name};{cell}" for name, cell in zip(NAMES, cells, strict=False)]
    folder = written(tmp_path, ["Association;2016;2017;2018", *lines])
    assert sorted(grants_kept(folder)["amount"]) == [400, 700, 900, 1200]


def test_a_row_that_replaces_another_of_its_recipient_is_asked(tmp_path):
    lines = [f"{HEADER};Observations", *rows(""), f"Judo club;2018-09-05;2000;{REPLACING[0]}"]
    folder = written(tmp_path, lines)
    assert 'same_reference = "last" | "add"' in asked(folder)
    assert total(answered(folder)) == GRANTED - 1800 + 2000


WHOLE = [
    ("Beneficiario;Codice fiscale;Data delibera", "Totale assegnato", "Acconto;Saldo"),
    ("Entidad;NIF;Fecha", "Total concedido", "Primer pago;Segundo pago"),
    ("Empfänger;Steuernummer;Datum", "Insgesamt", "Rate A;Rate B"),
]


def in_two_parts(folder, header, whole, parts):
    """A list of grants with the number of a taxpayer, the whole amount and its two parts."""
    lines = [f"{header};{whole};{parts}"]
    lines += [
        f"{name};{9 * 10**10 + 12345 * n};2018-{n:02}-05;{amount};{0.6 * amount};{0.4 * amount}"
        for n, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1)
    ]
    return written(folder, lines)


@pytest.mark.parametrize(("header", "whole", "parts"), WHOLE)
def test_a_whole_amount_is_offered_before_its_parts_and_no_number_of_a_taxpayer(
    tmp_path, header, whole, parts
):
    message = asked(in_two_parts(tmp_path, header, whole, parts))
    assert f'amount = "{whole}"' in message and header.split(";")[1] not in message


def test_the_whole_amount_counts_in_the_draft(tmp_path):
    assert counted(answered(in_two_parts(tmp_path, *WHOLE[2]))) == GRANTED


def test_the_cost_of_a_project_is_no_whole_amount_though_others_add_up_to_it(tmp_path):
    """What the project costs is the sum of what is given and of what it brings itself."""
    lines = ["Association;Date;Coût total;Ville;Autofinancement"]
    lines += [
        f"{name};2018-{n:02}-05;{3 * amount};{amount};{2 * amount}"
        for n, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1)
    ]
    assert 'amount = "Coût total"' not in asked(written(tmp_path, lines))


# ---- amounts of amendments and renewals beside those of agreements
def lines_of_agreements(first: str, second: str, added=(200, 100, 50)) -> list[str]:
    """Six agreements, of which some have a second amount."""
    header = f"N° convention;Partenaire;Direction;Date de début;Date de fin prévue;{first};{second}"
    cells = [*added, *[";" * second.count(";")] * 3]
    return [header] + [
        f"C{n};{name};Nord;2018-0{n}-05;2019-0{n}-04;{amount};{cell}"
        for n, (name, amount, cell) in enumerate(zip(NAMES, AMOUNTS, cells, strict=True), 1)
    ]


def of_agreements(folder, *options, **named):
    return written(folder, lines_of_agreements(*options, **named))


def planned(folder) -> float:
    return rows_read(folder, "agreements")["planned_amount_eur"].sum()


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
def test_a_second_amount_of_agreements_is_added_and_in_doubt(first, second):
    """It was left out, asked of nobody or without the sum as an answer."""
    block = block_of_lines(lines_of_agreements(first, second))
    matched = matched_as("agreements", block, "liste")
    assert matched.columns["planned_amount_eur"] == (first, second)
    assert matched.how["planned_amount_eur"] == CHANGED


def test_a_second_amount_of_agreements_is_asked_and_added_in_the_draft(tmp_path):
    first, second = "Montant initial", "Montant complémentaire"
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


def test_how_many_amendments_there_are_is_no_amount(tmp_path):
    headers = "Nombre d'avenants;N° avenant;Nombre de renouvellements"
    of_agreements(tmp_path, "Montant", headers, added=("1;1;1", "1;1;1", "1;1;1"))
    assert "Montant" not in " ".join(map(str, check_data.check(tmp_path).faults))


def test_awarded_and_current_amounts_of_a_public_standard_are_asked_with_both_totals(tmp_path):
    """A list of 360Giving counted 11,350, what was awarded, beside 12,350 as it is now."""
    header = "Identifier,Title,Currency,Amount Awarded,Current Amount,Award Date,"
    lines = [header + "Recipient Org:Name,Funding Org:Name"]
    for number, (name, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1):
        now = amount + 1000 if number == 2 else amount
        line = f"360G-x-{number},Project {number},GBP,{amount},{now},2018-0{number}-05,{name},Trust"
        lines.append(line)
    written(tmp_path, lines)
    assert (GRANTED, GRANTED + 1000) == (11_350, 12_350)
    question = asked(tmp_path)
    assert "en tout 11 350" in question.replace("\u202f", " ")
    assert "en tout 12 350" in question.replace("\u202f", " ")
    current = 'amount = "Current Amount"\n"~part" = "Amount Awarded" '
    answered(tmp_path, 'amount = "Amount Awarded" ', current)
    assert total(tmp_path) == 12_350
    (confirmation,) = clean.clean(tmp_path).questions
    assert "(`Current Amount`)" in confirmation.message


@pytest.mark.parametrize(
    "header",
    [
        "Current grant amount",
        "Montant actuel",
        "Aktueller Betrag",
        "Huidig bedrag",
        "Importe vigente",
    ],
)
def test_what_an_amount_is_now_changes_it(header):
    block = block_of_lines([f"{HEADER};{header}", *rows("5000")])
    assert changed_amounts(match(block, "grants"), ("Montant",)) == (header,)


AMENDED = [  # number, act, partner, day, amount, purpose: 3,000 and 2,000 at first
    "CV-1;Convention;Emmaüs;05/01/2017;3000;Partenariat",
    "CV-1;Avenant n°1;Emmaüs;05/06/2017;4000;{first}",
    "CV-2;Convention;Judo club;05/01/2017;2000;Partenariat",
    "CV-2;Avenant n°1;Judo club;05/06/2017;500;{second}",
    "CV-3;Convention;Recyclerie;05/01/2017;700;Partenariat",
]


def of_amendments(folder, first: str, second: str):
    header = "N° de dossier;Acte;Bénéficiaire;Date de décision;Montant attribué;Objet"
    lines = [line.format(first=first, second=second) for line in AMENDED]
    # the latest day decides, wherever its row stands
    written(folder, [header, lines[1], lines[0], *lines[2:]])
    return check_data.check(folder)


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [
        ("Montant porté à 4000 €", "Complément", '# same_reference = "last" '),
        ("Montant porté à 4000 €", "Montant ramené à 500 €", 'same_reference = "last" '),
        ("Rallonge", "Complément", 'same_reference = "add" '),
    ],
    ids=["both", "replaced", "added"],
)
def test_amendments_that_replace_and_that_add_are_asked_with_both_totals(
    tmp_path, first, second, line
):
    """Where both stand in one list, 7,200 is right, and no answer gives it: none is proposed."""
    checked = of_amendments(tmp_path, first, second)
    question = " ".join(fault.message for fault in checked.faults)
    question = question.replace("\u202f", " ").replace("\xa0", " ")
    assert "(last : 5 200 en tout)" in question  # 4,000 + 500 + 700
    assert "(add : 10 200 en tout)" in question  # all five
    assert f"\n{line}" in checked.draft


AS_CHANGED = {  # what was granted, and what it is after a change
    "current": ("Amount Awarded", "Current amount"),
    "actuel": ("Montant initial", "Montant actuel"),
    "after an amendment": ("Montant accordé", "Montant après avenant"),
}


@pytest.mark.parametrize("headers", AS_CHANGED.values(), ids=AS_CHANGED.keys())
def test_what_an_amount_is_after_a_change_is_never_added_to_it(tmp_path, headers):
    first, second = headers
    lines = rows("")
    lines[2] = f"{lines[2]}{AMOUNTS[2] + 500}"
    folder = written(tmp_path, [f"Association;Date;{first};{second}", *lines])
    question = asked(folder)
    assert f'"~part" = "{first}"' in question
    assert f'["{first}", "{second}"]' not in question and '"~less"' not in question
    changed = f'amount = "{second}"\n"~part" = "{first}"\n#'
    assert total(answered(folder, f'amount = "{first}"', changed)) == GRANTED + 500
