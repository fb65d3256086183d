"""What a study looks at: filters keep what belongs to the relations in scope, and nothing else."""

import re

import pandas as pd
import pytest

import tiny
from analysis import explore
from analysis.article.exhibit_words import words_of
from analysis.exhibits import sensitivity


def test_an_agreement_of_a_later_relation_outside_the_scope_is_not_in_it(tmp_path):
    agreements = pd.DataFrame(
        {
            "agreement_id": ["first", "later, elsewhere"],
            "partner_id": "P",
            "entity": "E",
            "domains": ["places", "skills"],
            "start": pd.to_datetime(["2014-01-01", "2017-01-01"]),
            "planned_end": pd.to_datetime(["2014-12-31", "2019-12-31"]),
        }
    )
    study = explore.open(tiny.cleaned(tmp_path, agreements=agreements))
    assert len(study.relations) == 2
    assert study.where(domain="places").agreements["agreement_id"].tolist() == ["first"]
    assert study.where(domain="skills").agreements["agreement_id"].tolist() == ["later, elsewhere"]


def test_an_agreement_of_two_domains_is_in_the_scope_of_each(tmp_path):
    agreements = pd.DataFrame(
        {
            "agreement_id": ["both", "other"],
            "partner_id": ["P", "Q"],
            "entity": "E",
            "domains": ["places|skills", "purchases"],
            "start": pd.to_datetime(["2014-01-01"] * 2),
            "planned_end": pd.to_datetime(["2019-12-31"] * 2),
        }
    )
    study = explore.open(tiny.cleaned(tmp_path, agreements=agreements))
    for domain in ("places", "skills"):
        assert study.where(domain=domain).agreements["agreement_id"].tolist() == ["both"]


def test_rules_of_who_is_who_are_tried_on_the_whole_alone(opened):
    """With a filter, other partners would be in scope under each of them."""
    whole, of_region = opened(lang="en"), opened(lang="en", region="Corse")
    words = words_of(whole, "T4")
    rules = {words.group(f"by_{rule}") for rule in ("identifier", "name")}
    assert rules <= set(sensitivity.choices(whole)["choice"])
    assert rules.isdisjoint(sensitivity.choices(of_region)["choice"])


def test_what_also_counts_relations_to_confirm_is_not_said_of_running_ones_alone(opened):
    study = opened(lang="en")
    relations = study.relations
    alive = relations[relations["status"] != "ended"]
    partners = alive["partner_id"].nunique()
    assert partners > relations.query("status == 'running'")["partner_id"].nunique()
    told = f"of {partners:,} with a relation running or to confirm"
    assert told in study.exhibit("F9").scope
    for figure in ("F10", "F11"):
        assert "with a relation running or to confirm" in study.exhibit(figure).scope
    first = study.exhibit("F10P").reading.split("“")[1].split("”")[0]
    share = (alive["entity"] == first).mean()
    assert f"{share:.0%} of the relations running or to confirm" in study.exhibit("F10P").reading
    assert "relations running or to confirm that state" in study.exhibit("F23N").reading


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("figure", ["F9", "F10", "F11", "F17"])
def test_a_title_of_a_part_of_the_relations_says_of_how_many(opened, figure, lang):
    """Those whose payments, revenue or ratios are known, those renewed: few of all, maybe."""
    exhibit = opened(lang=lang).exhibit(figure)
    assert re.search(rf"\b{exhibit.n}\b", exhibit.title), exhibit.title
