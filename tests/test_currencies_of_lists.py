"""Lists whose rows are in several currencies: the column in one is asked, or what the others are
worth.
"""

import pytest

from analysis import clean
from analysis.declare.faults import Refused
from analysis.run import check_data
from analysis.text import formatting

NAMES = ["Age Concern", "Hope Street", "Judo Club", "Leeds Aid", "Mind", "Sea Scouts"]
CODES = ["EUR", "EUR", "CHF", "EUR", "USD", "EUR"]
AMOUNTS = [1000, 2500, 700, 4200, 1800, 950]
IN_EUROS = 8650


@pytest.fixture(autouse=True)
def in_english():
    formatting.use("en")
    yield
    formatting.use("fr")


def write(folder, header: str, cells, titles: dict[int, str] | None = None) -> None:
    lines = [f"Recipient,Award date,{header}"]
    for row, (name, code, amount) in enumerate(zip(NAMES, CODES, AMOUNTS, strict=True)):
        lines += [f"{titles[row]},,"] if titles and row in titles else []
        lines.append(f"{name},2018-03-{row + 14},{cells(code, amount)}")
    (folder / "grants.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")


def asked(folder) -> Refused:
    with pytest.raises(Refused) as raised:
        clean.clean(folder)
    (fault,) = raised.value.faults
    assert fault.rule == "question"
    return raised.value


def money(folder) -> float:
    return clean.clean(folder).tables["contributions"]["value_eur"].sum()


def state(folder, old: str, new: str) -> None:
    draft = check_data.check(folder, lang="en").draft.replace(" # ?", "")
    assert old in draft
    (folder / "study.toml").write_text(draft.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("converted", ["Amount (EUR)", "Amount awarded in EUR"])
def test_the_column_in_one_currency_is_asked_beside_those_in_several(tmp_path, converted):
    header = f"Currency,Amount (local currency),{converted}"
    write(tmp_path, header, lambda code, amount: f"{code},{2 * amount},{amount}")
    assert f'amount = "{converted}"' in str(asked(tmp_path))
    assert "currency =" not in check_data.check(tmp_path).draft  # of the local amounts
    answer = f'amount = "{converted}"'
    state(tmp_path, answer, answer)
    assert money(tmp_path) == sum(AMOUNTS)


@pytest.mark.parametrize("converted", ["Amount in company currency", "Amount (converted)"])
def test_the_amount_in_the_currency_of_the_company_is_proposed(tmp_path, converted):
    header = f"Amount,Currency,{converted}"
    write(tmp_path, header, lambda code, amount: f"{2 * amount},{code},{amount}")
    draft = check_data.check(tmp_path, lang="en").draft
    assert f'amount = "{converted}"' in draft


def test_the_amount_in_euros_is_taken_by_its_name(tmp_path):
    write(tmp_path, "Currency,Local,Amount €", lambda code, amount: f"{code},{2 * amount},{amount}")
    assert money(tmp_path) == sum(AMOUNTS)


def test_amounts_in_other_currencies_are_asked(tmp_path):
    write(tmp_path, "Currency,Amount", lambda code, amount: f"{code},{amount}")
    assert 'line 4 "CHF"' in str(asked(tmp_path))
    check_data.write_lists(tmp_path, check_data.check(tmp_path, lang="en"))
    file = tmp_path / "corrections.csv"
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    answers = {"Currency": "EUR", "Amount": "600"}
    filled = [line + answers[line.split(",")[2]] for line in lines]
    assert len(filled) == 4
    file.write_text("\n".join([header, *filled, ""]), encoding="utf-8")
    assert money(tmp_path) == IN_EUROS + 2 * 600


@pytest.mark.parametrize("unknown", [r"\$", "Bitcoin"])
def test_amounts_in_a_currency_that_is_not_known_are_asked(tmp_path, unknown):
    words = {"EUR": "EUR", "CHF": unknown, "USD": unknown}
    write(tmp_path, "Currency,Amount", lambda code, amount: f"{words[code]},{amount}")
    assert f'line 4 "{unknown}"' in str(asked(tmp_path))


def test_rows_in_other_currencies_may_be_left_out(tmp_path):
    write(tmp_path, "Currency,Amount", lambda code, amount: f"{code},{amount}")
    draft = check_data.check(tmp_path, lang="en").draft
    left_out = '[source.leave_out]\n"Currency" = ["CHF", "USD"]\n'
    (tmp_path / "study.toml").write_text(f"{draft}\n{left_out}", encoding="utf-8")
    assert money(tmp_path) == IN_EUROS


@pytest.mark.parametrize("is_one", [True, False])
def test_signs_in_cells_tell_currencies_too(tmp_path, is_one):
    signs = {"EUR": "€", "CHF": "€" if is_one else "£", "USD": "€" if is_one else "$"}
    write(tmp_path, "Amount", lambda code, amount: f"{signs[code]}{amount}")
    if is_one:
        assert money(tmp_path) == sum(AMOUNTS)
    else:
        assert 'line 4 "GBP"' in str(asked(tmp_path))


def test_few_amounts_in_another_currency_are_told_with_their_sum(tmp_path):
    grants = [f"Charity {row},2018-03-{14 + row % 9},{row}00,EUR" for row in range(1, 61)]
    lost = ["Leeds Aid,2018-03-14,99000,GBP", ",2018-03-15,1000,GBP"]
    lines = ["Recipient,Award date,Amount,Currency", *grants, *lost, ""]
    (tmp_path / "grants.csv").write_text("\n".join(lines), encoding="utf-8")
    result = clean.clean(tmp_path)
    assert result.tables["contributions"]["value_eur"].sum() == 183_000
    (remark,) = result.remarks
    assert "2 rows are in another currency" in remark and "100,000 GBP" in remark


@pytest.mark.parametrize("header", ["amount_usd", "awardUSD", "grant_amount_in_usd"])
def test_the_currency_of_a_header_stands_after_an_underscore_or_a_small_letter(tmp_path, header):
    write(tmp_path, header, lambda _code, amount: amount)
    assert clean.clean(tmp_path).about["currency"] == "USD"


@pytest.mark.parametrize("header", ["cur", "Dev.", "Ccy"])
def test_cells_alone_tell_a_column_of_currencies(tmp_path, header):
    write(tmp_path, f"{header},Amount", lambda code, amount: f"{code},{amount}")
    message = str(asked(tmp_path))
    assert 'line 4 "CHF"' in message and f'"{header}" = ["CHF", "USD"]' in message


@pytest.mark.parametrize("codes", [{"EUR": "ALL", "CHF": "TOP", "USD": "ALL"}, {"EUR": "EU"}])
def test_words_that_are_codes_of_rare_currencies_name_none(tmp_path, codes):
    write(tmp_path, "Scope,Amount", lambda code, amount: f"{codes.get(code, 'ABC')},{amount}")
    assert money(tmp_path) == sum(AMOUNTS)


def test_signs_name_currencies_in_a_column_of_their_own(tmp_path):
    signs = {"EUR": "€", "CHF": "£", "USD": "$"}
    write(tmp_path, "Unit,Amount", lambda code, amount: f"{signs[code]},{amount}")
    assert 'line 4 "GBP"' in str(asked(tmp_path))


def test_amounts_with_one_sign_are_asked_beside_those_in_several_currencies(tmp_path):
    write(tmp_path, "cur,amount,value", lambda code, amount: f"{code},{2 * amount},€{amount}")
    assert 'amount = "value"' in str(asked(tmp_path))


def test_agreements_tell_their_currencies_by_cells_too(tmp_path):
    lines = ["N° convention;Partenaire;Début;Échéance;Montant;Dev."]
    rows = zip(NAMES, ["EUR", "EUR", "CHF", "EUR", "MAD", "EUR"], AMOUNTS, strict=True)
    for number, (name, code, amount) in enumerate(rows):
        lines.append(f"CV{number};{name};01/02/2016;31/01/2018;{amount};{code}")
    (tmp_path / "Conventions.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    message = str(asked(tmp_path))
    assert "700 CHF" in message and "1800 MAD" in message


def test_currencies_that_stand_with_another_amount_are_not_those_of_the_grants(tmp_path):
    def cells(code, amount):
        return f"{amount},," if code == "EUR" else f"{amount},{3 * amount},{code}"

    write(tmp_path, "Amount,Amount abroad,Currency", cells)
    result = clean.clean(tmp_path)
    assert result.tables["contributions"]["value_eur"].sum() == sum(AMOUNTS)
    assert result.about["currency"] == ""


def test_currencies_count_where_their_own_amount_is_taken(tmp_path):
    def cells(code, amount):
        return f"{3 * amount},," if code == "EUR" else f"{3 * amount},{amount},{code}"

    write(tmp_path, "Amount,Amount abroad,Currency", cells)
    stated = '[[source]]\nfiles = "grants.csv"\ntable = "grants"\nfunder = "F"\n[source.columns]\n'
    names = 'recipient = "Recipient"\ndate = "Award date"\namount = "Amount abroad"\n'
    (tmp_path / "study.toml").write_text(stated + names, encoding="utf-8")
    assert '"USD"' in str(asked(tmp_path))


@pytest.mark.parametrize("answer, sum_of_it", [('"Currency"', 0), ('""', sum(AMOUNTS))])
def test_a_header_and_cells_that_name_two_currencies_are_asked(tmp_path, answer, sum_of_it):
    write(tmp_path, "Amount (EUR),Currency", lambda code, amount: f"{amount},{code}")
    assert 'currency = "Currency" | currency = ""' in str(asked(tmp_path))
    state(tmp_path, 'currency = "Currency"', f"currency = {answer}")
    if sum_of_it:
        assert money(tmp_path) == sum_of_it
    else:  # followed, the column tells what is in other currencies
        assert '"Currency" = ["CHF", "USD"]' in str(asked(tmp_path))


@pytest.mark.parametrize(
    "header", ["Currency,Foreign currency sum,Amount", "Cost currency,Total cost,Amount awarded"]
)
def test_currencies_that_seem_those_of_another_amount_are_asked(tmp_path, header):
    write(tmp_path, header, lambda code, amount: f"{code},{2 * amount},{amount}")
    assert 'currency = "" | currency = ' in str(asked(tmp_path))
    state(tmp_path, 'currency = ""', 'currency = ""')
    assert money(tmp_path) == sum(AMOUNTS)


@pytest.mark.parametrize(
    ("header", "giver", "code"),
    [
        ("Bénéficiaire;Objet;Montant;Date de la décision", "", ""),
        ("nomBeneficiaire;objet;montant;dateConvention;nomAttribuant", ";Ville", "EUR"),
    ],
)
def test_words_of_everybody_are_no_standard_of_a_country(tmp_path, header, giver, code):
    """The standard of the French State is in euros; "Montant" is written in Geneva and Dakar too."""
    rows = [f"{name};Action;{900 + len(name)};2018-03-{len(name) + 10}{giver}" for name in NAMES]
    (tmp_path / "liste.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    assert clean.clean(tmp_path).about["currency"] == code


def test_what_an_amount_is_worth_counts_beside_a_column_of_currencies(tmp_path):
    """The answer to the question is taken as it asks for it, and the column is left as it is."""
    write(tmp_path, "Amount,Currency", lambda code, amount: f"{amount},{code}")
    asked(tmp_path)
    lines = ["file,line,column,value,why,correction"]
    lines += ["grants.csv,4,Amount,700,,600 EUR", "grants.csv,6,Amount,1800,,1500 EUR"]
    (tmp_path / "corrections.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert money(tmp_path) == IN_EUROS + 600 + 1500


@pytest.mark.parametrize(
    ("titles", "is_asked"),
    [
        ({0: "Education", 4: "Abroad"}, True),
        ({0: "Grants in EUR", 4: "Grants in USD"}, False),
        ({0: "UK PROGRAM", 4: "US Program"}, False),
    ],
)
def test_titles_tell_currencies_apart_where_they_name_them(tmp_path, titles, is_asked):
    lines = ["Recipient,Award date,Amount,Currency"]
    for row, name in enumerate(NAMES):
        lines += [f"{titles[row]},,,"] if row in titles else []
        lines.append(f"{name},2018-03-{row + 14},1000,{'USD' if row > 3 else 'EUR'}")
    (tmp_path / "grants.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    if is_asked:
        assert "corrections.csv" in str(asked(tmp_path))
    else:
        assert money(tmp_path) == 4000
