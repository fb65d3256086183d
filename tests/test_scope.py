"""What a study looks at: filters keep what belongs to the relations in scope, and nothing else."""

import json

import pandas as pd

from analysis import explore, tables


def folder(place, agreements: pd.DataFrame):
    """A cleaned study with these agreements."""
    tables.conform(agreements, "agreements").to_parquet(place / "agreements.parquet")
    about = {"name": "x", "title": "x", "day": "2018-06-27", "synthetic": True, "grants": False, "identity": "both"}
    (place / "datapackage.json").write_text(json.dumps({"study": about}), encoding="utf-8")
    return explore.open(str(place))


def test_an_agreement_of_a_later_relation_outside_the_scope_is_not_in_it(tmp_path):
    agreements = pd.DataFrame(
        {
            "agreement_id": ["first", "later, elsewhere"], "partner_id": "P", "entity": "E", "domains": ["places", "skills"],
            "start": pd.to_datetime(["2014-01-01", "2017-01-01"]), "planned_end": pd.to_datetime(["2014-12-31", "2019-12-31"]),
        }
    )  # fmt: skip
    study = folder(tmp_path, agreements)
    assert len(study.relations) == 2
    assert study.where(domain="places").agreements["agreement_id"].tolist() == ["first"]
    assert study.where(domain="skills").agreements["agreement_id"].tolist() == ["later, elsewhere"]
