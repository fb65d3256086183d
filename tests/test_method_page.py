"""The page that explains a report tells what is declared and what is in force."""

import json
import re

import bs4
import pytest

import tiny
from analysis.declare import conventions, parameters, schema

TABLES = ("parameters", "conventions", "figures", "rules")


@pytest.fixture
def explained(desk, typed):
    """The page of a short report for an audience, and the rows of each table by what it tells."""

    def page(*given: str) -> tuple[bs4.BeautifulSoup, dict[str, list[list[str]]]]:
        tiny.notebook(desk / "one.ipynb", "The essentials", '"F8"', '"T1"')
        words = ("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out", "--replace")
        assert typed(*words, *given)[0] == 0
        text = (desk / "out/method.html").read_text(encoding="utf-8")
        soup = bs4.BeautifulSoup(text, "html.parser")
        rows = [
            [[cell.get_text(strip=True) for cell in row("td") + row("th")] for row in table("tr")]
            for table in soup("table")
        ]
        return soup, dict(zip(TABLES, rows, strict=False))

    return page


@pytest.fixture
def written_twice(desk):
    """A row of the desk's raw files is there twice, so that a rule merges it."""
    file = desk / "raw/agreements.csv"
    text = file.read_text("utf-8")
    file.write_text(text + text.splitlines()[1] + "\n", "utf-8")


def test_it_tells_the_conventions_in_force_and_which_were_moved(explained, written_twice):
    moved = ("-p", "thresholds=LF1=0.4", "-p", "grace_days=90")
    _soup, tables = explained("--lang", "en", "--audience", "partners", *moved)
    in_force = {row[-1]: row for row in tables["conventions"][1:]}
    assert in_force.keys() == conventions.DEFAULTS.keys()
    assert in_force["LF1"][0] == "0.4" and "the method says 0.3" in in_force["LF1"][1]
    assert in_force["grace_days"][0] == "90" and "the method says 180" in in_force["grace_days"][1]
    assert "the method says" not in in_force["LF2"][1]
    asked = {row[-1]: row[0] for row in tables["parameters"][1:]}
    assert asked.keys() == parameters.FIELDS.keys() - {"data"}
    assert asked["day"] == "2018-06-27" and asked["thresholds"] == "LF1=0.4"
    assert tables["rules"][1:] == [["merged", "same key"]]  # how many rows is for the team


@pytest.mark.parametrize(
    ("audience", "moved", "said"),
    [
        ("partners", "secret_below=2", "secret_below is 2 in place of 5"),
        ("directors", "dominance=1", "dominance is 100% in place of 85%"),
        ("partners", "prior_percent=0", "prior_percent is 0% in place of 10%"),
        ("partners", "secret_below=11", ""),
        ("team", "secret_below=2", ""),
    ],
)
def test_it_tells_rules_of_secrecy_that_are_weaker_than_the_method_s(
    explained, desk, audience, moved, said
):
    soup, _tables = explained("--lang", "en", "--audience", audience, "-p", f"thresholds={moved}")
    page, told = soup.get_text(), "Secrecy rules weaker than"
    manifest = json.loads((desk / "out/manifest.json").read_text(encoding="utf-8"))
    assert ("weaker_secrecy" in manifest) == bool(said)
    assert (told in page) == bool(said), ascii(page[page.find("ecrecy rules") - 20 :][:200])
    assert said in page


def test_weaker_rules_of_secrecy_are_told_on_stderr(desk, typed):
    tiny.notebook(desk / "one.ipynb", "The essentials", '"F8"', '"T1"')
    words = ("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out", "--lang", "fr")
    weaker = ("--audience", "partners", "-p", "thresholds=secret_below=2,dominance=1")
    code, _out, said = typed(*words, *weaker)
    (line,) = [line for line in said if "secret" in line]
    assert code == 0 and line.startswith("Règles du secret plus faibles que celles de la méthode")
    assert "secret_below vaut 2 au lieu de 5, dominance vaut 100" in line


def test_it_tells_no_rules_where_none_took_a_row(explained):
    soup, _tables = explained("--lang", "en")
    assert "set aside or merged" not in soup.get_text()
    assert all(len(table("tr")) > 1 for table in soup("table")), "a table has rows"


def test_it_tells_every_column_and_leads_to_every_figure(explained, desk, written_twice):
    soup, tables = explained("--lang", "fr")
    assert tables["rules"][1:] == [["fusionnées", "1", "même clé"]]
    assert soup.h1.get_text() == "Pour comprendre"
    columns = {
        (cells[0].get_text(strip=True))
        for table in soup("table")[4:]
        for cells in [row("td") for row in table("tr")]
        if cells
    }
    declared = {name for table in schema.declared_tables().values() for name in table}
    assert columns == declared
    links = [link["href"] for link in soup.main("a") if "#" in link.get("href", "")]
    assert {"index.html#F8", "index.html#T1"} <= set(links)
    index = (desk / "out/index.html").read_text(encoding="utf-8")
    assert 'href="method.html"' in index


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_group_and_its_charter_are_not_named_in_another_publishers_study(explained, desk, lang):
    file = desk / "raw/study.toml"
    named = re.compile(r"\bGroup|\bGroupe|[Cc]hart(?:e|er)\b")
    assert named.search(explained("--lang", lang)[0].get_text())
    stated = file.read_text("utf-8").replace("[study]", '[study]\npublisher = "Ville de X"', 1)
    file.write_text(stated, "utf-8")
    soup, _tables = explained("--lang", lang)
    text = soup.get_text().replace("charter_signed_on", "")
    assert not named.findall(text)
