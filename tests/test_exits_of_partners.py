"""Days on which some partners left before their term, in a column of grants that is mostly blank."""

import pytest

from analysis import clean
from analysis.layout.headers.table_match import BY_CELLS, BY_WORDS
from analysis.layout.recognition import matched_as
from analysis.layout.terms.exits_of_partners import MAY_HAVE_LEFT
from analysis.run import check_data
from raw_lists import block_of_lines

DAYS = {"Club 1": "15/03/2018", "Club 3": "31/08/2018"}  # on which two of six partners left
EXITS = ["Sortie le", "Date de sortie", "A quitté l’alliance le", "Left on", "Exit date"]
EXITS += ["Austritt", "Uittreding", "Fecha de baja", "Data di uscita"]
PERHAPS = ["Départ", "Fermeture", "Colonne 4", "Date de sortie du rapport"]
PERHAPS += ["Abandon le", "Retiré le"]
WITHIN = ["Relance le", "Visite", "Solde versé le", "Date du bilan"]
WITHIN += ["Date de reconduction", "Reminder sent", "Antrag vom"]


def lines_of(header, days=DAYS, last="Fin", last_cell="31/12/2019") -> list[str]:
    return [f"Association;Début;{last};{header};Montant"] + [
        f"Club {row};01/0{row + 1}/2017;{last_cell};{days.get(f'Club {row}', '')};{row + 1}500"
        for row in range(6)
    ]


def a_list(folder, header, *options, **named):
    lines = lines_of(header, *options, **named)
    (folder / "grants.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


def ends(folder, **options) -> dict[str, str]:
    tables = clean.clean(folder, day="2024-12-31", **options).tables
    names = tables["partners"].set_index("partner_id")["name"]
    agreements = tables["agreements"]
    days = agreements["planned_end"].dt.strftime("%d/%m/%Y")
    return dict(zip(agreements["partner_id"].map(names), days, strict=True))


def asked(folder) -> list[str]:
    return [str(fault) for fault in check_data.check(folder).faults if fault.rule == "question"]


@pytest.mark.parametrize("header", [*EXITS, *PERHAPS, *WITHIN])
def test_headers_say_or_may_say_that_partners_left(header):
    match = matched_as("grants", block_of_lines(lines_of(header)), "grants")
    headers = ("Fin",) if header in WITHIN else (header, "Fin")
    assert match.columns["planned_end"] == headers
    assert match.how["planned_end"] == (MAY_HAVE_LEFT if header in PERHAPS else BY_WORDS)


def test_the_day_on_which_a_partner_left_ends_its_grant(tmp_path):
    folder = a_list(tmp_path, "Sortie le")
    assert not asked(folder)
    stayed = {f"Club {row}": "31/12/2019" for row in (0, 2, 4, 5)}
    assert ends(folder) == stayed | DAYS


def test_it_ends_a_grant_of_which_a_duration_is_told(tmp_path):
    folder = a_list(tmp_path, "Sortie le", last="Durée (mois)", last_cell="36")
    last_days = ends(folder)
    assert (last_days["Club 0"], last_days["Club 1"]) == ("31/12/2019", "15/03/2018")


@pytest.mark.parametrize("header", ["Départ", "Abandon le"])
def test_days_before_some_planned_ends_are_asked_where_no_word_says_what_they_are(tmp_path, header):
    """Of which the planned end alone is an answer."""
    folder = a_list(tmp_path, header)
    (question,) = asked(folder)
    assert f'planned_end = ["{header}", "Fin"] | planned_end = "Fin"' in question
    assert ends(folder, accept_guesses=True)["Club 3"] == "31/08/2018"
    draft = check_data.check(folder).draft.replace(f'["{header}", "Fin"]', '"Fin"')
    draft = draft.replace(" # ?", "")
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    assert not asked(folder)
    assert set(ends(folder).values()) == {"31/12/2019"}


def test_days_of_what_happens_within_a_term_are_none_of_its_end(tmp_path):
    folder = a_list(tmp_path, "Visite")
    assert not asked(folder)
    assert set(ends(folder).values()) == {"31/12/2019"}


def test_days_after_planned_ends_are_not_asked(tmp_path):
    days = {"Club 1": "15/03/2021", "Club 3": "31/08/2018"}
    assert not asked(a_list(tmp_path, "Colonne 4", days))


@pytest.mark.parametrize("header", ["Date de sortie", "Date d’arrêt", "Relance le"])
def test_the_days_of_a_few_rows_are_not_proposed_as_the_date_of_all(tmp_path, header):
    folder = a_list(tmp_path, header)
    path = folder / "grants.csv"
    lines = path.read_text("utf-8").replace("Montant", "Initial;Payé").splitlines()
    lines[1:] = [f"{line};{row + 1}000" for row, line in enumerate(lines[1:])]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert f'date = "{header}"' not in check_data.check(folder).draft


@pytest.mark.parametrize(("header", "is_asked"), [("Fermeture", True), ("Visite", False)])
def test_days_before_some_planned_ends_of_agreements_are_asked_as_their_end(
    tmp_path, header, is_asked
):
    lines = [f"N° convention;Partenaire;Entité;Date de début;Échéance;{header};Montant"]
    lines += [
        f"C{row};Club {row};Siège;01/0{row + 1}/2017;31/12/2019;{DAYS.get(f'Club {row}', '')};500"
        for row in range(6)
    ]
    (tmp_path / "conventions.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert any(f'end = "{header}"' in question for question in asked(tmp_path)) == is_asked


def test_requests_withdrawn_before_they_began_were_not_granted(tmp_path):
    days = {"Club 1": "15/01/2016", "Club 3": "31/08/2016"}
    last_days = ends(a_list(tmp_path, "Abandon le", days))
    assert last_days == {f"Club {row}": "31/12/2019" for row in (0, 2, 4, 5)}


ENDS_OF_AGREEMENTS = ["Clôturée le", "Date de clôture effective", "Closed on", "Arrêt le"]
ENDS_OF_AGREEMENTS += ["Interrompue le", "Date de caducité", "Gestoppt"]


def agreements_ended(header, *days):
    """The end of agreements that is understood of a column beside the planned end."""
    lines = ["N° convention;Association;Direction;Date de début;Date de fin prévue;" + header]
    lines += [
        f"C{row};Club {row};Nord;01/0{row}/2017;31/12/2019;{day}" for row, day in enumerate(days, 1)
    ]
    return matched_as("agreements", block_of_lines(lines), "conventions")


@pytest.mark.parametrize("header", ENDS_OF_AGREEMENTS)
def test_ends_that_mostly_are_the_planned_ones_are_asked(header):
    match = agreements_ended(header, "31/12/2019", "30/06/2018", "31/12/2019", "")
    assert match.columns["end"] == (header,) and match.how["end"] == BY_CELLS


@pytest.mark.parametrize("days", [("31/12/2019", "31/12/2019"), ("01/03/2020", "30/06/2020")])
def test_days_of_which_none_is_before_the_planned_end_tell_no_other(days):
    assert "end" not in agreements_ended("Date de clôture", *days).columns


@pytest.mark.parametrize("header", ["Date de fin de l'avenant", "Fin d'avenant"])
def test_the_end_of_an_amendment_is_that_of_its_agreement(header):
    match = agreements_ended(header, "31/12/2020", "", "30/06/2021", "")
    assert match.columns["planned_end"] == (header, "Date de fin prévue")
