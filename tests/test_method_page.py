"""The page that explains a report tells what is declared and what is in force."""

import re
from pathlib import Path

import bs4
import pytest

import tiny
from analysis import clean, explore
from analysis.declare import conventions, parameters, schema
from analysis.disclosure.weaker_rules import weaker_rules
from analysis.report import assemble, html_page, method_page
from analysis.report.assemble import report_manifest

FIGURES = {"F8": {"page": "index.html#F8", "title": "Half of them", "part_of": ""}}
TABLES = ("parameters", "conventions", "figures", "rules")


def programme(folder: Path, rows_twice: int = 0, study: str = "") -> Path:
    """The small programme, clean, of which some rows are there twice, so that a rule merges them."""
    raw = tiny.programme(folder / "raw")
    signed = raw / "agreements.csv"
    text = signed.read_text("utf-8")
    again = text.splitlines(keepends=True)[1 : 1 + rows_twice]
    signed.write_text(text + "".join(again), "utf-8")
    described = raw / "study.toml"
    stated = described.read_text("utf-8").replace("[study]", f"[study]\n{study}", 1)
    described.write_text(stated, "utf-8")
    clean.write(clean.clean(raw), folder / "clean")
    return folder / "clean"


@pytest.fixture(scope="module")
def written_twice(tmp_path_factory) -> Path:
    return programme(tmp_path_factory.mktemp("twice"), rows_twice=1)


@pytest.fixture(scope="module")
def written_once(tmp_path_factory) -> Path:
    return programme(tmp_path_factory.mktemp("once"))


def edition(folder: Path, **asked) -> assemble.ReportEdition:
    """What a report for an audience is made of, but for its notebooks."""
    return assemble.edition(explore.Study(folder, parameters.parse(asked)), "", [], "")


def explained(of: assemble.ReportEdition) -> bs4.BeautifulSoup:
    """The page of a report of one figure."""
    meta = html_page.Meta(slug=method_page.SLUG, **of.meta)
    text = method_page.method_page(of.study, FIGURES, {}, meta)
    return bs4.BeautifulSoup(text, "html.parser")


def tables(soup: bs4.BeautifulSoup) -> dict[str, list[list[str]]]:
    """The rows of each table by what it tells."""
    rows = [
        [[cell.get_text(strip=True) for cell in row("td") + row("th")] for row in table("tr")]
        for table in soup("table")
    ]
    return dict(zip(TABLES, rows, strict=False))


def test_it_tells_the_conventions_in_force_and_which_were_moved(written_twice):
    moved = {"thresholds": {"LF1": 0.4}, "grace_days": 90}
    rows_of = tables(explained(edition(written_twice, lang="en", audience="partners", **moved)))
    in_force = {row[-1]: row for row in rows_of["conventions"][1:]}
    assert in_force.keys() == conventions.DEFAULTS.keys()
    assert in_force["LF1"][0] == "0.4" and "the method says 0.3" in in_force["LF1"][1]
    assert in_force["grace_days"][0] == "90" and "the method says 180" in in_force["grace_days"][1]
    assert "the method says" not in in_force["LF2"][1]
    asked = {row[-1]: row[0] for row in rows_of["parameters"][1:]}
    assert asked.keys() == parameters.FIELDS.keys() - {"data"}
    assert asked["day"] == "2018-06-27" and asked["thresholds"] == "LF1=0.4"
    assert rows_of["rules"][1:] == [["merged", "same key"]]  # how many rows is for the team


@pytest.mark.parametrize(
    ("name", "weaker", "stricter"),
    [
        ("secret_below", 4, 6),
        ("percent_from", 9, 11),
        ("prior_percent", 0.05, 0.2),
        ("open_values", 2, 4),
        ("curve_step_months", 5, 7),
        ("dominance", 0.9, 0.8),
    ],
)
def test_each_rule_of_secrecy_may_be_weaker_than_the_method_s(name, weaker, stricter):
    assert weaker_rules(conventions.conventions({name: weaker})) == {name: weaker}
    for value in (stricter, conventions.DEFAULTS[name]):
        assert weaker_rules(conventions.conventions({name: value})) == {}


@pytest.mark.parametrize(
    ("audience", "moved", "said"),
    [
        ("partners", {"secret_below": 2}, "secret_below is 2 in place of 5"),
        ("directors", {"dominance": 1}, "dominance is 100% in place of 85%"),
        ("partners", {"prior_percent": 0}, "prior_percent is 0% in place of 10%"),
        ("partners", {"secret_below": 11}, ""),
        ("team", {"secret_below": 2}, ""),
    ],
)
def test_it_tells_rules_of_secrecy_that_are_weaker_than_the_method_s(
    written_once, audience, moved, said
):
    of = edition(written_once, lang="en", audience=audience, thresholds=moved)
    page = explained(of).get_text()
    manifest = report_manifest(of, {}, [], {"code": ""})
    assert ("weaker_secrecy" in manifest) == bool(said)
    assert ("Secrecy rules weaker than" in page) == bool(said)
    assert said in page


@pytest.mark.usefixtures("released_of_f8")
def test_a_report_says_weaker_rules_on_stderr_and_leads_to_the_page_and_every_figure(desk, typed):
    tiny.notebook(desk / "one.ipynb", "The essentials", '"F8"', '"T1"')
    words = ("run", "--data", "raw", "--notebook", "one.ipynb", "--out", "out", "--lang", "fr")
    weaker = ("--audience", "partners", "-p", "thresholds=secret_below=2,dominance=1")
    code, _out, said = typed(*words, *weaker)
    (line,) = [line for line in said if "secret" in line]
    assert code == 0 and line.startswith("Règles du secret plus faibles que celles de la méthode")
    assert "secret_below vaut 2 au lieu de 5, dominance vaut 100" in line
    soup = bs4.BeautifulSoup((desk / "out/method.html").read_text("utf-8"), "html.parser")
    links = [link["href"] for link in soup.main("a") if "#" in link.get("href", "")]
    assert {"index.html#F8", "index.html#T1"} <= set(links)
    assert "secret_below vaut 2" in soup.get_text()
    assert 'href="method.html"' in (desk / "out/index.html").read_text(encoding="utf-8")
    assert '"weaker_secrecy"' in (desk / "out/manifest.json").read_text(encoding="utf-8")


def test_it_tells_no_rules_where_none_took_a_row(written_once):
    soup = explained(edition(written_once, lang="en"))
    assert "set aside or merged" not in soup.get_text()
    assert all(len(table("tr")) > 1 for table in soup("table")), "a table has rows"


def test_it_tells_every_column(written_twice):
    soup = explained(edition(written_twice, lang="fr"))
    assert tables(soup)["rules"][1:] == [["fusionnées", "1", "même clé"]]
    assert soup.h1.get_text() == "Pour comprendre"
    columns = {
        (cells[0].get_text(strip=True))
        for table in soup("table")[4:]
        for cells in [row("td") for row in table("tr")]
        if cells
    }
    declared = {name for table in schema.declared_tables().values() for name in table}
    assert columns == declared


@pytest.fixture(scope="module")
def of_a_town(tmp_path_factory) -> Path:
    return programme(tmp_path_factory.mktemp("town"), study='publisher = "Ville de X"')


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_group_and_its_charter_are_not_named_in_another_publishers_study(
    written_once, of_a_town, lang
):
    named = re.compile(r"\bGroup|\bGroupe|[Cc]hart(?:e|er)\b")
    assert named.search(explained(edition(written_once, lang=lang)).get_text())
    text = explained(edition(of_a_town, lang=lang)).get_text()
    assert not named.findall(text.replace("charter_signed_on", ""))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_names_the_euro_nowhere_for_a_study_in_pounds(tmp_path, lang):
    of = edition(programme(tmp_path, study='currency = "GBP"'), lang=lang)
    assert of.study.about["currency"] == "GBP"
    page = explained(of).get_text(" ")
    named = re.findall(r".{40}(?<!_)(?:€|\beuros?\b|\bEUR\b).{20}", page, re.IGNORECASE)
    assert len(named) == 1 and "EUR, " in named[0]  # a value that stands in a table
    assert ("moins de 50 k£" if lang == "fr" else "under 50k") in page


@pytest.fixture(scope="module")
def of_grants(tmp_path_factory) -> Path:
    raw = tmp_path_factory.mktemp("list")
    rows = [
        f"Club {place % 7};{2014 + place // 7}-03-01;{100 * (10 + place * place % 11)}"
        for place in range(28)
    ]
    (raw / "list.csv").write_text("\n".join(["recipient;date;amount", *rows]), "utf-8")
    clean.write(clean.clean(raw), raw / "clean")
    return raw / "clean"


def meanings(of: assemble.ReportEdition) -> str:
    """The list under the first heading of the page: what words mean."""
    return explained(of).find("h2").find_next("ul").get_text(" ", strip=True).lower()


@pytest.mark.parametrize(
    ("lang", "grant", "agreement"),
    [("fr", "subvention", "convention"), ("en", "grant", "agreement")],
)
def test_words_of_a_list_of_grants_are_those_of_its_report(
    of_grants, written_once, lang, grant, agreement
):
    """Its figures speak of grants: there is no agreement whose meaning a reader could look up."""
    of_list = meanings(edition(of_grants, lang=lang))
    assert grant in of_list and agreement not in of_list
    of_programme = meanings(edition(written_once, lang=lang))
    assert agreement in of_programme and grant not in of_programme
