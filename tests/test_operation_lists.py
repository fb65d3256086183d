"""Lists of operations of the funds of the Union, in the languages of its members: who received,
what of, from when to when.
"""

import pytest

from analysis import clean
from analysis.run import check_data

NAMES = ["Amber", "Birke", "Cedar", "Dorn", "Erle", "Fohre"]


def write(folder, header: str, lines: list[str]) -> None:
    (folder / "list.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def drafted(folder) -> dict[str, str]:
    """The columns that the draft of a list states or proposes."""
    lines = check_data.check(folder).draft.splitlines()
    stated = [line.partition(" = ") for line in lines if line[:1] not in ("#", "[")]
    return {name: value.partition("  #")[0] for name, _mark, value in stated if value}


def confirmed(folder) -> clean.Cleaned:
    """What a list gives once its draft is confirmed as it is."""
    draft = check_data.check(folder).draft.replace(" # ?", "")
    (folder / "study.toml").write_text(draft, encoding="utf-8")
    return clean.clean(folder)


# ---- an end is never the date of a grant
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("Datum des Beginns", "Datum des Endes"),
        ("Date of start", "Date of end"),
        ("Start date", "Completed on"),
        ("Fecha de inicio", "Fecha de fin"),
        ("Data di inizio", "Data di fine"),
        ("Startdatum", "Einddatum"),
        ("Beginn", "Datum des Endes"),
    ],
)
def test_an_end_beside_a_start_is_the_planned_end(tmp_path, start, end):
    lines = [
        f"{name} e.V.;0{n}.04.2016;15.1{n % 3}.2016;{n}100,50" for n, name in enumerate(NAMES, 1)
    ]
    write(tmp_path, f"Begünstigter;{start};{end};Zuwendung", lines)
    columns = drafted(tmp_path)
    assert columns["planned_end"] == f'"{end}"'
    assert columns["date"] == columns["planned_start"] == f'"{start}"'
    agreements = confirmed(tmp_path).tables["agreements"]
    assert not agreements["term_assumed"].any()
    assert str(agreements["planned_end"].max())[:10] == "2016-12-15"
