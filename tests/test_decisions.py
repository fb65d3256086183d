"""What a team decides in corrections.csv and partners.csv is taken where it fits, told, and never lost."""

import pandas as pd
import pytest

from analysis import clean
from analysis.clean.team import decisions
from analysis.declare.faults import Refused
from analysis.run import check_data
from analysis.text import formatting

HEADER = "attribuant;nomBeneficiaire;idBeneficiaire;dateConvention;montant\n"
GRANTS = HEADER + (
    "Ville;Foyer rural;;12/03/2016;1 000,00\n"
    "Ville;Judo Club;;31/02/2017;250,00\n"
    "Ville;Amis du vieux Clisson;;12/03/2016;300,00\n"
    "Ville;Amis vieux clisson;;12/03/2017;400,00\n"
)


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "dons.csv").write_text(GRANTS, encoding="utf-8")
    formatting.use("en")
    yield tmp_path
    formatting.use("fr")


def written(raw):
    """The lists that `check --write` adds beside the data, and their texts."""
    check_data.write_lists(raw, check_data.check(raw, lang="en"))
    return {
        name: (raw / name).read_text(encoding="utf-8-sig")
        for name in (decisions.CORRECTIONS, decisions.PARTNERS)
    }


def total(result):
    return float(result.tables["contributions"]["value_eur"].sum())


def test_a_cell_that_cannot_be_read_is_listed_corrected_by_key_and_told(raw):
    corrections = written(raw)[decisions.CORRECTIONS]
    listed = [line for line in corrections.splitlines() if line.startswith("dons.csv,3,")]
    assert len(listed) == 1 and listed[0].startswith("dons.csv,3,dateConvention,31/02/2017,")
    corrected = corrections.replace(listed[0], listed[0] + "28/02/2017")
    (raw / decisions.CORRECTIONS).write_text(corrected, encoding="utf-8")
    result = clean.clean(raw)
    assert total(result) == 1950
    ledger = result.ledger.set_index(["source", "action"])["rows"]
    assert ledger["dons.csv", "corrected"] == 1
    assert ledger["dons.csv", "read"] == ledger["dons.csv", "kept"] == 4
    (line,) = result.quarantine.query("rule == 'corrected'").to_dict("records")
    assert (line["line"], line["column"], line["value"]) == (3, "dateConvention", "31/02/2017")
    assert line["message"] == "corrected to '28/02/2017'"
    assert (raw / "dons.csv").read_text(encoding="utf-8") == GRANTS
    remarks = check_data.check(raw, lang="en").remarks
    assert not any("dateConvention" in remark for remark in remarks)  # mended, wrong no more


def test_a_correction_that_no_longer_fits_is_said_and_not_applied(raw):
    (raw / decisions.CORRECTIONS).write_text(
        "file;line;column;value;why;correction\n"
        "dons.csv;3;montant;999,00;;250000\n"
        "dons.csv;40;montant;1;;2\n"
        "dons.csv;2;montant;1 000,00;;\n",
        encoding="cp1252",
    )
    result = clean.clean(raw)
    assert total(result) == 1700  # no date, no grant
    assert result.quarantine.query("rule == 'decision'")["message"].tolist() == [
        "corrections.csv corrects '999,00', the file now holds '250,00': not applied",
        "corrections.csv corrects line 40, montant: no such file, line or column now",
    ]
    remarks = " ".join(check_data.check(raw, lang="en").remarks)
    assert "'999,00', the file now holds '250,00'" in remarks and "line 40" in remarks


def test_lists_are_added_to_and_what_stands_there_is_never_changed(raw):
    before = written(raw)
    assert written(raw) == before  # nothing new: not a byte
    text = "file;line;column;value;why;correction\nautre.csv;2;é;1;;\n"
    (raw / decisions.CORRECTIONS).write_bytes(text.encode("cp1252"))
    check_data.write_lists(raw, check_data.check(raw, lang="en"))
    content = (raw / decisions.CORRECTIONS).read_bytes()
    assert content.startswith(text.encode("cp1252"))
    assert b"dons.csv;3;dateConvention;31/02/2017;" in content


def test_an_answer_makes_two_names_one_partner_or_keeps_them_apart(raw):
    proposed = written(raw)[decisions.PARTNERS]
    (pair,) = [line for line in proposed.splitlines() if "clisson" in line]
    assert "amis vieux clisson" in pair and "2016" in pair and pair.endswith(",")
    for answer, partners, candidates in (
        ("same", 2, 0),
        ("même", 2, 0),
        ("different", 3, 0),
        ("later", 3, 1),
    ):
        text = proposed.replace(pair, pair + answer)
        (raw / decisions.PARTNERS).write_text(text, encoding="utf-8")
        result = clean.clean(raw)
        found = result.notes["candidates"]
        assert (len(result.tables["partners"]), len(found)) == (partners, candidates), answer


def test_another_answer_is_refused_and_a_partner_who_is_gone_is_said(raw):
    head = "partner,same_as,answer\n"
    (raw / decisions.PARTNERS).write_text(head + "Judo,Judo Club,smae\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        clean.clean(raw)
    assert str(refused.value) == (
        "partners.csv, line 2, answer: expected same, different or later; nearest: same (met: 'smae')"
    )
    (raw / decisions.PARTNERS).write_text(head + "Rugby,Judo Club,same\n", encoding="utf-8")
    (message,) = clean.clean(raw).quarantine.query("rule == 'decision'")["message"]
    assert message == (
        "who is who: 'Rugby' is not in this data any more: Rugby / Judo Club not used"
    )


@pytest.mark.parametrize(
    "column", ["partner_id", "name", "recipient", "siren", "rna", "recipient_id"]
)
def test_a_partner_of_a_decision_is_there_under_any_column_that_names_partners(column):
    pairs = pd.DataFrame({"partner": ["AB 12"], "same_as": ["AB 34"]})
    rows = {"partners": pd.DataFrame({column: ["AB 12", None, "AB 34"]}, dtype="str")}
    assert decisions.strangers(pairs, rows) == []
    assert len(decisions.strangers(pairs, {"partners": rows["partners"].head(2)})) == 1


def test_a_name_that_two_partners_bear_is_asked(tmp_path):
    formatting.use("en")
    (tmp_path / "dons.csv").write_text(
        HEADER + "Ville;Foyer rural;732829320;2016-03-12;1\n"
        "Ville;Foyer rural;552100554;2016-03-12;1\nVille;F.R. du bourg;;2017-03-12;1\n",
        encoding="utf-8",
    )
    head = "partner,same_as,answer\n"
    pairs = tmp_path / decisions.PARTNERS
    pairs.write_text(head + "F.R. du bourg,Foyer rural,same\n", encoding="utf-8")
    with pytest.raises(Refused, match="several partners bear this name .552100554, 732829320."):
        clean.clean(tmp_path)
    pairs.write_text(head + "F.R. du bourg,552100554,same\n", encoding="utf-8")
    partners = clean.clean(tmp_path).tables["partners"]
    assert sorted(partners["partner_id"]) == ["552100554", "732829320"]
    formatting.use("fr")


def test_an_export_may_be_called_partners_csv(tmp_path):
    (tmp_path / "partners.csv").write_text("partner_id,name\nP1,Alpha\n", encoding="utf-8")
    assert not decisions.is_decisions(tmp_path / "partners.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("partner;same_as;answer\nA;B;same;C\n", "partners.csv, line 2: this row has 4 cells"),
        (
            "partner;same_as;answer;Answer\nA;B;same;no\n",
            "line 1, answer: this column stands twice",
        ),
        ("partner;same_as;answer;decision\nA;B;same;no\n", "decision: this column stands twice"),
        ("partner;same_as;answer\nA;B;same\nb;a;different\n", "line 3, answer: other answers"),
        ("partner;same_as;answer\nA;C;no\nA;B;oui\nC;B;oui\n", "line 2, answer: other answers"),
    ],
)
def test_decisions_that_could_be_read_in_two_ways_are_refused(tmp_path, english, text, said):
    (tmp_path / decisions.PARTNERS).write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match=said):
        decisions.pairs_of(tmp_path)


def test_a_row_that_ends_in_blank_cells_or_too_soon_is_read(tmp_path):
    text = "partner;same_as;answer\nA;B;same;;\nC;D;no;\nE;F\n"
    (tmp_path / decisions.PARTNERS).write_text(text, encoding="utf-8")
    pairs = decisions.pairs_of(tmp_path)
    assert pairs.to_numpy().tolist() == [["A", "B", "same"], ["C", "D", "different"]]
