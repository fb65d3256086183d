"""The day that a question shows as an example of the one on which a programme is observed."""

from analysis.run import check_data
from test_agreements_in_kind import directions


def test_the_example_of_a_day_is_the_last_on_which_something_began(tmp_path):
    assert "# day = 2026-01-01" in check_data.check(directions(tmp_path)).draft
