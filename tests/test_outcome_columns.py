"""What became of a request, where a header, a remark, a name or a sheet says it: read, or asked."""

import openpyxl
import pandas as pd
import pytest

from analysis import clean, parse
from analysis.declare.faults import Refused
from analysis.layout.headers.header_matching import match
from analysis.layout.headers.outcome_columns import (
    outcome_of_blanks,
    says_no_grant,
    texts_that_tell,
)
from analysis.layout.rows.called_off import says_called_off
from analysis.layout.rows.outcome_titles import may_say_refused, outcome_said
from analysis.layout.rows.remarks_in_names import are_of_closed_records
from analysis.layout.rows.rows_in_doubt import rows_in_doubt
from analysis.layout.rows.unread_outcomes import likeliest_outcomes, unread_outcomes
from analysis.run import check_data
from raw_lists import block_of

NAMES = ["Amicale laïque", "Club nautique", "Emmaüs", "Foyer rural", "Judo club", "Recyclerie"]
AMOUNTS = [1000, 2500, 700, 4200, 1800, 950]
GRANTED = sum(AMOUNTS)
LOST = AMOUNTS[1] + AMOUNTS[4]  # of the two requests that were not granted
HEADER = "Association;Date;Montant"


def write(folder, header: str, cells: list[str], more: tuple[str, ...] = ()) -> None:
    """A list whose last columns hold these cells."""
    grants = enumerate(zip(NAMES, AMOUNTS, cells, strict=True), 1)
    lines = [f"{name};2021-0{month}-05;{amount};{cell}" for month, (name, amount, cell) in grants]
    text = "\n".join([f"{HEADER};{header}", *lines, *more]) + "\n"
    (folder / "liste.csv").write_text(text, encoding="utf-8")


def of_two(granted: str, refused: str) -> list[str]:
    """The cells of six requests of which the second and the fifth were refused."""
    return [granted, refused, granted, granted, refused, granted]


def total(folder) -> float:
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def question(folder) -> str:
    """The only question about a list."""
    with pytest.raises(Refused) as refused:
        clean.clean(folder)
    (fault,) = refused.value.faults
    assert fault.rule == "question"
    return fault.message


def answered(folder, old: str = "", new: str = "") -> float:
    """What a list adds up to once its draft is accepted, with one answer that differs."""
    draft = check_data.check(folder).draft.replace(" # ?", "")
    assert old in draft
    (folder / "study.toml").write_text(draft.replace(old, new), encoding="utf-8")
    return total(folder)


def block_with(header: str, cells: list[str]):
    """The block of a list whose last column holds these cells."""
    rows = [[f"Club {n}", "2021-01-05", 100 * n, cell] for n, cell in enumerate(cells, 1)]
    return block_of([*HEADER.split(";"), header], *rows)


OPEN = ["active passed rejected", "En_cours Accordé Refusé", "open approved rejected"]
OPEN += ["laufend bewilligt abgelehnt", "Ongoing Approved Declined"]


@pytest.mark.parametrize("words", OPEN)
def test_what_is_open_beside_decisions_may_still_be_decided(words):
    cells = [word.replace("_", " ") for word in words.split()]
    likely = likeliest_outcomes(block_with("Statut", cells * 2), ("Statut",))
    assert likely.pop(cells[0]) == "undecided"
    assert set(likely.values()) <= {"granted"}


def test_what_is_open_beside_decisions_is_asked(tmp_path):
    write(tmp_path, "Statut", ["active", "passed", "rejected", "active", "enacted", "rejected"])
    assert "« active »" in question(tmp_path)
    draft = check_data.check(tmp_path).draft
    assert '"active" = "undecided"' in draft and '"passed" = "granted"' in draft


@pytest.mark.parametrize("cells", [["En cours", "Terminé"] * 3, ["Active", "Cancelled"] * 3])
def test_what_runs_or_is_over_is_not_asked(tmp_path, cells):
    write(tmp_path, "Statut", cells)
    granted = GRANTED if "Terminé" in cells else sum(AMOUNTS[::2])
    assert total(tmp_path) == granted


def test_what_is_open_is_not_asked_where_another_column_tells_the_decision(tmp_path):
    cells = ["En cours;Accordé", "Refusé;", "En cours;Accordé", *["Clos;Accordé"] * 3]
    write(tmp_path, "Statut;Décision", cells)
    assert total(tmp_path) == GRANTED - AMOUNTS[1]


GRANTING = [
    ("Accordé", "OUI", "NON"),
    ("Subvention attribuée (O/N)", "O", "N"),
    ("Retenu", "1", "0"),
    ("Décision", "✓", "✗"),
    ("Approved?", "Yes", "No"),
    ("Bewilligt", "ja", "nein"),
    ("Toegekend", "ja", "nee"),
    ("Concedida", "sí", "no"),
    ("Approvata", "sì", "no"),
    ("Accordé", "x", ""),
    ("Retenue", "✓", "✗"),
    ("Non retenu", "non", "oui"),
]
REFUSING = [
    ("Refus", "NON", "OUI"),
    ("Dossier rejeté", "non", "oui"),
    ("Rejected?", "N", "Y"),
    ("Cancelled", "No", "Yes"),
    ("Annulée", "", "x"),
    ("Abgelehnt", "nein", "ja"),
    ("Afgewezen", "nee", "ja"),
    ("Rechazada", "no", "sí"),
    ("Annullata", "no", "sì"),
    ("Motif de refus", "", "Déjà financé par l'État"),
    ("Reason for rejection", "", "Out of scope"),
    ("Ablehnungsgrund", "", "Frist"),
    ("Refusé le", "", "12/12/2021"),
    ("Date d'annulation", "", "12/12/2021"),
    ("En attente", "non", "oui"),
    ("IsDeleted", "false", "true"),
    ("Deleted", "0", "1"),
    ("Fiche supprimée", "non", "oui"),
    ("Gelöscht", "nein", "ja"),
]


@pytest.mark.parametrize(("header", "granted", "refused"), GRANTING + REFUSING)
def test_a_header_may_say_the_outcome_that_its_cells_answer(header, granted, refused):
    block = block_with(header, [granted, refused, granted])
    headers = match(block, "grants").columns["outcome"]
    is_open = bool(outcome_of_blanks(block, headers))
    assert headers == (header,) and is_open == (not refused)
    assert says_no_grant(block, headers).tolist() == [False, not is_open, False]


@pytest.mark.parametrize(
    ("header", "granted", "refused"),
    [
        ("Accordé", "OUI", "NON"),
        ("Refusé le", "", "12/12/2021"),
        ("Motif de refus", "", "Déjà financé par l'État"),
    ],
)
def test_a_draft_states_the_outcome_that_a_header_says(tmp_path, header, granted, refused):
    write(tmp_path, header, of_two(granted, refused))
    checked = check_data.check(tmp_path)
    assert not checked.faults
    (tmp_path / "study.toml").write_text(checked.draft, encoding="utf-8")
    assert total(tmp_path) == GRANTED - LOST


def test_another_yes_or_no_says_nothing_of_the_request(tmp_path):
    headers = "Dossier complet;Convention;Adhérent;Refuge"
    write(tmp_path, headers, of_two("OUI;OUI;OUI;OUI", "NON;NON;NON;NON"))
    assert total(tmp_path) == GRANTED


def test_a_total_below_marks_is_still_a_total(tmp_path):
    write(tmp_path, "Accordé", of_two("x", ""), more=(f"Total;;{GRANTED};",))
    assert total(tmp_path) == GRANTED - LOST


@pytest.mark.parametrize("header", ["Versée", "Éligible", "Déjà accordée en 2020", "Paid"])
def test_a_no_below_some_headers_may_say_that_nothing_was_given(header):
    assert "outcome" not in match(block_with(header, of_two("OUI", "NON")), "grants").columns
    assert texts_that_tell(header, pd.Series(["OUI", "NON"], dtype="str")) == ["NON"]


def test_a_header_that_may_say_that_nothing_was_given_is_asked(tmp_path):
    write(tmp_path, "Versée", of_two("OUI", "NON"))
    assert "Versée" in question(tmp_path)
    assert answered(tmp_path) == GRANTED - LOST
    (tmp_path / "study.toml").unlink()
    assert answered(tmp_path, '["NON"]', "[]") == GRANTED


def test_columns_that_grant_and_refuse_agree_or_are_asked(tmp_path):
    write(tmp_path, "Accordé;Refusé", of_two("x;", ";x"))
    assert total(tmp_path) == GRANTED - LOST
    write(tmp_path, "Accordé;Refusé", ["x;x", *of_two("x;", ";x")[1:]])
    assert 'outcome = "Accordé"' in question(tmp_path)
    both = 'outcome = ["Accordé", "Refusé"]'
    assert answered(tmp_path, both, 'outcome = "Refusé"') == GRANTED - LOST - AMOUNTS[0]


def test_what_was_granted_and_then_cancelled_is_no_grant(tmp_path):
    write(tmp_path, "Accordé;Annulé", of_two("OUI;", "OUI;x"))
    assert total(tmp_path) == GRANTED - LOST


def test_blank_cells_beside_yes_and_no_are_asked(tmp_path):
    write(tmp_path, "Accordé", ["", *of_two("OUI", "NON")[1:]], more=(f"Total;;{GRANTED};",))
    assert "vide" in question(tmp_path)
    assert answered(tmp_path) == GRANTED - LOST - AMOUNTS[0]
    (tmp_path / "study.toml").unlink()
    assert answered(tmp_path, '"" = "undecided"', '"" = "granted"') == GRANTED - LOST


def test_codes_of_a_status_are_asked(tmp_path):
    write(tmp_path, "Statut", of_two("A", "R"), more=("A = accordé, R = refusé;;;",))
    assert "« A », « R »" in question(tmp_path)
    assert answered(tmp_path, '"A" = "undecided"', '"A" = "granted"') == GRANTED - LOST


@pytest.mark.parametrize("mark", ["*", "**", "†"])
def test_a_mark_below_a_status_says_something(mark):
    block = block_with("Statut", of_two("", mark))
    assert match(block, "grants").columns["outcome"] == ("Statut",)
    assert unread_outcomes(block, ("Statut",)) == [mark]


def test_a_mark_below_a_status_is_asked(tmp_path):
    write(tmp_path, "Statut", of_two("", "*"))
    assert "« * » dans `Statut`" in question(tmp_path)
    assert answered(tmp_path) == GRANTED - LOST
    (tmp_path / "study.toml").unlink()
    assert answered(tmp_path, '= "undecided"', '= "granted"') == GRANTED


CALLED_OFF = [
    ("Observations", "Subvention annulée par délibération du 12/12/2018"),
    ("Observations", "Action abandonnée, somme non versée"),
    ("Commentaire", "Refusée en CM du 12/03"),
    ("Remarque", "Non versée (dissolution)"),
    ("Objet", "Annulation de la subvention 2017"),
    ("Objet", "Report de la subvention 2017 non consommée"),
    ("Comments", "Grant withdrawn at the request of the charity"),
    ("Bemerkung", "Antrag zurückgezogen am 3. Mai"),
    ("Opmerking", "Subsidie ingetrokken op verzoek van de vereniging"),
    ("Observaciones", "Subvención anulada por falta de justificación"),
    ("Note", "Contributo revocato per mancata rendicontazione"),
    ("Observations", "Le club renonce à sa subvention"),
    ("Observations", "Ne sera finalement pas versée"),
    ("Observations", "Association dissoute"),
    ("Observations", "Trop-perçu reversé"),
    ("Objet", "Action non réalisée"),
    ("Remarque", "Reporté à 2022"),
    ("Comments", "Did not go ahead"),
    ("Comments", "Returned unspent"),
    ("Remarks", "Club folded before payment"),
    ("Remarks", "duplicate of line 4"),
    ("Bemerkung", "Verein hat verzichtet"),
    ("Bemerkung", "Nicht in Anspruch genommen"),
    ("Opmerking", "Niet doorgegaan"),
    ("Observaciones", "El club renuncia a la subvención"),
    ("Note", "Progetto non realizzato"),
    ("Observations", "Dossier incomplet"),
    ("Observations", "En attente de pièces"),
    ("Comments", "Pending"),
    ("Suivi", "Don rendu par l’association"),
    ("Suivi", "Chèque jamais encaissé"),
    ("Suivi", "L’association a rendu l’argent"),
    ("Comments", "Refunded by the charity"),
    ("Comments", "Donation was returned"),
    ("Bemerkung", "Vom Verein zurückgezahlt"),
    ("Opmerking", "Teruggegeven door de vereniging"),
    ("Observaciones", "Donativo devuelto por la entidad"),
    ("Note", "Somma restituita dall’associazione"),
    ("Bemerkung", "Antrag noch offen"),
]


def test_sentences_that_say_that_a_grant_was_called_off_are_in_doubt_under_any_header():
    text_by_header = dict(CALLED_OFF)
    headers = [*HEADER.split(";"), *text_by_header]
    cells = [*text_by_header.values()]
    grants = [
        [f"Club {n}", "2021-01-05", 100 * n, *["Fête du village"] * len(cells)] for n in (1, 2)
    ]
    block = block_of(headers, ["Judo club", "2021-01-05", 100, *cells], *grants)
    in_doubt = rows_in_doubt(block, match(block, "grants").columns)
    assert in_doubt == {header: [text] for header, text in text_by_header.items()}


@pytest.mark.parametrize(("header", "text"), [CALLED_OFF[0], CALLED_OFF[4]])
def test_a_sentence_that_says_that_a_grant_was_called_off_is_asked(tmp_path, header, text):
    write(tmp_path, header, of_two("Fonctionnement", text))
    assert text in question(tmp_path)
    assert answered(tmp_path) == GRANTED - LOST


def test_sentences_say_that_a_grant_was_called_off():
    texts = pd.Series([text for _header, text in CALLED_OFF], dtype="str")
    assert not texts[~says_called_off(texts)].tolist()


def write_names(folder, names: list[str]) -> None:
    """A list of grants to partners of these names, of 1000, 2000, 4000, ... euros."""
    lines = [f"{name};2021-01-05;{1000 * 2**n};Concert" for n, name in enumerate(names)]
    (folder / "liste.csv").write_text("\n".join([f"{HEADER};Objet", *lines]), encoding="utf-8")


def test_a_name_that_bears_it_is_asked(tmp_path):
    names = ["Emmaüs (ANNULÉ)", "Judo club - annulée", "ANNULÉ : Recyclerie", "Mind [withdrawn]"]
    write_names(tmp_path, [*names, *NAMES])
    message = question(tmp_path)
    assert all(name in message for name in names)
    assert answered(tmp_path) == 1000 * (2**10 - 2**4)


CLOSED = [
    *("ZZ_Emmaüs", "zzz Emmaüs", "XX - Emmaüs", "TEST", "Test 2 ne pas toucher"),
    "xxx doublon xxx",
    *("Emmaüs (à supprimer)", "DO NOT USE - Emmaüs", "DUMMY", "Musterverein"),
    *("NICHT VERWENDEN Emmaüs", "Niet gebruiken: Emmaüs", "Asociación de prueba"),
    *("NO USAR - Emmaüs", "Associazione di prova", "Emmaüs - non utilizzare"),
]


def test_names_mark_their_records_as_closed_or_as_tests():
    assert are_of_closed_records(pd.Series(CLOSED, dtype="str")).tolist() == [True] * len(CLOSED)


def test_a_name_that_marks_its_record_as_closed_or_a_test_is_asked(tmp_path):
    names = [CLOSED[0], "TEST", "Emmaüs (à supprimer)"]  # one of each kind
    write_names(tmp_path, [*names, *NAMES])
    message = question(tmp_path)
    assert all(name in message for name in names)
    assert answered(tmp_path) == 1000 * (2**9 - 2**3)


def test_names_that_begin_like_such_marks_are_partners_as_the_others():
    names = ["Test Valley Council", "Essai transformé", "XXe siècle", "Prova Onlus", "Zzap"]
    assert not are_of_closed_records(pd.Series(names, dtype="str")).any()


def test_an_amount_taken_back_is_not_asked(tmp_path):
    taken_back = "Foyer rural;2021-09-01;-300;Annulation de la subvention 2020"
    write(tmp_path, "Objet", ["Concert"] * 6, more=(taken_back,))
    assert total(tmp_path) == GRANTED - 300


def test_what_a_decision_says_already_is_not_asked_again(tmp_path):
    write(tmp_path, "Décision;Observations", of_two("Accordée;", "Refusée;Refusée en CM du 12/03"))
    assert total(tmp_path) == GRANTED - LOST


INNOCENT = [
    "Refuge pour animaux",
    "Prévention du refus scolaire",
    "Sans annulation de dette",
    "Annulation de dette : campagne",
    "Lutte contre l'abandon scolaire",
    "Abandon d'animaux",
    "Refuge (chats abandonnés)",
    "Refuse collection",
    "Rejected children's home",
    "Retired teachers association",
    "Report on grants",
    "Report de voix",
    "Aide aux retraités",
    "Annule et remplace la fiche précédente",
    "Kinder, die abgelehnt werden",
    "For project Reverse Mathematics",
    "Dissolved oxygen survey",
    "Duplicate bridge club",
    "Vitraux de l'église (voir si projet pas réalisé)",
    "Accueil des enfants non scolarisés",
    "Postponed retirement study",
    "Incomplete spinal injury research",
    "Pending legislation project",
    "Enfants en attente de greffe",
    "Compte rendu par l'association",
    "Services rendus aux habitants",
    "L'association a rendu son rapport",
    "Verein hat Geld beantragt",
    "Accompagnement des familles en attente de logement",
]


def test_words_of_projects_say_nothing_of_their_grants():
    said = says_called_off(pd.Series(INNOCENT, dtype="str"))
    assert not said.any(), [text for text, is_said in zip(INNOCENT, said, strict=True) if is_said]


def test_innocent_purposes_are_not_asked(tmp_path):
    write(tmp_path, "Objet", INNOCENT[:6])
    assert total(tmp_path) == GRANTED


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Report à une prochaine commission", "undecided"),
        ("Reporté", "undecided"),
        ("Vertagt", "undecided"),
        ("En cours de négociation", "undecided"),
        ("Négociation en cours", "undecided"),
        ("In Verhandlung", "undecided"),
        ("Report received", "granted"),
        ("Final report", "granted"),
        ("Accord partiel", "granted"),
        ("Rechazada", "refused"),
        ("Anulada", "withdrawn"),
    ],
)
def test_a_postponed_request_is_not_decided(word, outcome):
    assert parse.outcomes(pd.Series([word]))[0].tolist() == [outcome]


IN_PRINCIPLE = [
    *("Accord de principe", "Approved in principle", "Favorable sous réserve"),
    *("Retenu liste complémentaire", "Ammesso con riserva", "Approved subject to match"),
    *("Bewilligt unter Vorbehalt", "Concedida condicionada"),
]


def test_agreements_in_principle_are_not_decided():
    block = block_with("Statut", ["Accordé", *IN_PRINCIPLE])
    assert likeliest_outcomes(block, ("Statut",)) == dict.fromkeys(IN_PRINCIPLE, "undecided")


def test_an_agreement_in_principle_is_asked(tmp_path):
    write(tmp_path, "Statut", of_two("Accordé", IN_PRINCIPLE[0]))
    assert IN_PRINCIPLE[0] in question(tmp_path)
    assert answered(tmp_path) == GRANTED - LOST


def test_a_sheet_whose_name_alone_says_that_nothing_is_decided_is_asked(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in ("Subventions 2021", "Prévisionnel 2022"):
        sheet = book.create_sheet(title)
        sheet.append(HEADER.split(";"))
        for month, (recipient, amount) in enumerate(zip(NAMES, AMOUNTS, strict=True), 1):
            sheet.append([recipient, f"2021-0{month}-05", amount + 10 * title.startswith("P")])
    book.save(tmp_path / "suivi.xlsx")
    assert 'outcome = "undecided" | outcome = "granted"' in question(tmp_path)
    assert answered(tmp_path) == GRANTED
    (tmp_path / "study.toml").unlink()  # whose total is no longer that of the books
    counted = answered(tmp_path, 'outcome = "undecided"', 'outcome = "granted"')
    assert counted == 2 * GRANTED + 10 * len(NAMES)


@pytest.mark.parametrize("is_stated", [False, True])
def test_a_file_whose_name_alone_says_that_nothing_is_decided_is_never_left_out_in_silence(
    tmp_path, is_stated
):
    rows = [f"{name};2021-01-05;{amount}" for name, amount in zip(NAMES, AMOUNTS, strict=True)]
    (tmp_path / "planned.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    if is_stated:
        source = '[[source]]\nfiles = "planned.csv"\ntable = "grants"\n'
        (tmp_path / "study.toml").write_text(f'[study]\nname = "x"\n{source}', encoding="utf-8")
    assert "decid" in question(tmp_path) or "décid" in question(tmp_path)


SHORT = [
    ("Statut", ["Accordé", "Gelé", "Zone 3"]),
    ("Estado", ["Aprobado", "Congelado", "Archivado"]),
    ("Status", ["Ongoing", "Parked"]),
]


@pytest.mark.parametrize(("header", "words"), SHORT)
def test_words_beside_one_that_says_an_outcome_are_unread_in_short_lists(header, words):
    block = block_with(header, words * 2)
    headers = match(block, "grants").columns["outcome"]
    assert unread_outcomes(block, headers) == words[1:]


def test_words_beside_one_that_says_an_outcome_are_asked_in_short_lists(tmp_path):
    write(tmp_path, "Statut", SHORT[0][1] * 2)
    assert all(f"« {word} »" in question(tmp_path) for word in SHORT[0][1][1:])


@pytest.mark.parametrize(
    "theme",
    ["Exclusion", "Exclusion sociale", "Abandon scolaire", "Declining towns", "Retirees"]
    + ["Déclinaisons locales", "Partenariats exclusifs", "Animaux abandonnés", "Rejets et eau"]
    + ["Esclusione sociale", "Planned Parenthood", "Previsión social", "Denegación de derechos"],
)
def test_a_theme_is_no_refusal(theme):
    assert outcome_said(theme) == ""


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Refusés", "refused"),
        ("Refusées", "refused"),
        ("Demandes refusées", "refused"),
        ("Dossiers rejetés en 2021", "refused"),
        ("Non retenus", "refused"),
        ("Demandes annulées", "withdrawn"),
        ("Demandes refusées définitivement", "refused"),
        ("Demandes retirées", "withdrawn"),
        ("Refus de subvention", "refused"),
        ("Abgelehnte Anträge", "refused"),
        ("Refusées et annulées", "refused"),
        ("Projets abandonnés en 2018", "withdrawn"),
        ("Planned grants", "undecided"),
        ("Prévisionnel 2022", "undecided"),
        ("Prévisions", "undecided"),
        ("Forecast 2022", "undecided"),
        ("Propositions", "undecided"),
    ],
)
def test_titles_of_requests_say_what_became_of_them(title, said):
    assert outcome_said(title) == said


def test_a_title_that_may_say_refused_is_asked(tmp_path):
    title = "Refusés définitivement"
    rows = [f"Foyer {n};0{n}/03/2018;{n}00" for n in range(1, 9)]
    lines = ["Association;Date;Montant", *rows[:5], title, *rows[5:]]
    (tmp_path / "liste.csv").write_text("\n".join(lines), encoding="utf-8")
    assert title in question(tmp_path)


def test_half_a_refusal_is_told_from_a_theme():
    assert all(map(may_say_refused, ["Refusés définitivement", "Rejets techniques"]))
    assert not any(map(may_say_refused, ["Refusés", "Exclusion sociale", "Culture", ""]))
