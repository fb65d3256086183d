"""A key changes with all that makes a result and with nothing else; a folder is whole at every moment."""

import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report import result_cache

literals = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=5), max_size=4
)


@given(
    st.lists(st.binary(max_size=4), max_size=3),
    literals,
    st.lists(st.binary(max_size=4), max_size=3),
    st.text(max_size=2),
)
def test_a_key_forgets_only_the_order_of_parameters(inputs, parameters, code, lang):
    key = result_cache.key_of(inputs, parameters, code, lang)
    assert key == result_cache.key_of(inputs, dict(reversed(parameters.items())), code, lang)
    others = [
        result_cache.key_of([*inputs, b""], parameters, code, lang),
        result_cache.key_of(inputs, {**parameters, "other parameter": 1}, code, lang),
        result_cache.key_of(inputs, parameters, [*code, b""], lang),
        result_cache.key_of(inputs, parameters, code, lang + "x"),
    ]
    assert len({key, *others}) == 5


def test_a_key_sees_contents_and_names_and_not_dates_places_or_bytecode(tmp_path):
    def key(place: str, name: str = "a.csv", content: str = "1", extra: str = "") -> str:
        folder = tmp_path / place / "raw"
        (folder / "__pycache__").mkdir(parents=True)
        (folder / name).write_text(content)
        (folder / "__pycache__/a.pyc").write_text(place)
        if extra:
            (folder / extra).write_text("")
        return result_cache.key_of([folder], {})

    first = key("one")
    os.utime(tmp_path / "one/raw/a.csv", (0, 0))
    assert first == result_cache.key_of([tmp_path / "one/raw"], {}) == key("two")
    assert (
        len(
            {
                first,
                key("three", name="b.csv"),
                key("four", content="2"),
                key("five", extra="c.csv"),
            }
        )
        == 4
    )


def test_a_parameter_without_a_stable_text_is_refused():
    with pytest.raises(TypeError):
        result_cache.key_of([], {"day": object()})


@pytest.fixture(params=[True, False], ids=["exchange", "two renamings"])
def exchange(request, monkeypatch):
    if not request.param:
        monkeypatch.setattr(result_cache, "_exchange", lambda one, other: False)


def test_a_folder_is_made_and_replaced(tmp_path, exchange):
    for content in ("first", "second"):
        with result_cache.whole(tmp_path / "report") as new:
            (new / "index.html").write_text(content)
        assert (tmp_path / "report/index.html").read_text() == content
    assert [entry.name for entry in tmp_path.iterdir()] == ["report"]


def test_after_an_exception_the_previous_folder_stands(tmp_path, exchange):
    with result_cache.whole(tmp_path / "report") as new:
        (new / "index.html").write_text("first")
    with pytest.raises(KeyboardInterrupt), result_cache.whole(tmp_path / "report") as new:
        (new / "index.html").write_text("second")
        raise KeyboardInterrupt
    assert (tmp_path / "report/index.html").read_text() == "first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report"]


def test_a_link_or_a_file_in_the_place_of_a_folder_blocks_no_later_run(tmp_path, exchange):
    """Before a run, as leftovers of one, and in the moment before the folder takes its place."""
    report, elsewhere = tmp_path / "report", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (tmp_path / ".report.new").symlink_to(elsewhere)
    (tmp_path / ".report.old").touch()
    for number, put in enumerate(
        (
            lambda: report.symlink_to(elsewhere),
            lambda: report.symlink_to(tmp_path / "nowhere"),
            report.touch,
        )
    ):
        with result_cache.whole(report) as new:
            (new / "index.html").write_text(str(number))
            if report.exists():
                shutil.rmtree(report)
            put()
        assert (report / "index.html").read_text() == str(number)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["elsewhere", "report"]
    assert [entry.name for entry in elsewhere.iterdir()] == ["kept"]
    (tmp_path / "link").symlink_to(elsewhere)
    for _run in range(2):
        with result_cache.whole(tmp_path / "link") as new:
            (new / "index.html").touch()
    assert (elsewhere / "index.html").exists() and (tmp_path / "link").is_symlink()


def test_a_run_killed_between_two_renamings_is_put_right_by_the_next(tmp_path):
    (tmp_path / ".report.old").mkdir()
    (tmp_path / ".report.old/index.html").write_text("first")
    with pytest.raises(KeyboardInterrupt), result_cache.whole(tmp_path / "report"):
        raise KeyboardInterrupt
    assert (tmp_path / "report/index.html").read_text() == "first"


WRITER = """
import itertools, sys
from pathlib import Path
from analysis.report import result_cache as store
report = Path(sys.argv[1])
for number in itertools.count():
    with store.whole(report) as new:
        for part in range(20):
            (new / str(part)).write_text(str(number))
    if number < 1:
        print(flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges two names at once")
def test_a_writer_killed_at_any_moment_leaves_a_whole_folder(tmp_path):
    report = tmp_path / "report"
    for attempt in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, report], stdout=subprocess.PIPE
        ) as writer:
            writer.stdout.readline()
            stood = all(os.path.isdir(report) for _ in range(4_000 * attempt))
            writer.kill()
        parts = {part.name: part.read_text() for part in report.iterdir()}
        assert stood and len(parts) == 20 and len(set(parts.values())) == 1


def test_a_written_file_replaces_the_previous_one(tmp_path):
    for content in ("long content", b"short"):
        result_cache.write_whole(tmp_path / "page.html", content)
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_bytes() == b"short"


def test_pruning_keeps_the_named_keys(tmp_path):
    kept, gone, never_made = (
        result_cache.key_of([content], {}) for content in (b"kept", b"gone", b"never made")
    )
    for name in (kept, gone, f".{gone}.new", "folder of somebody"):
        (tmp_path / name).mkdir()
    result_cache.prune(tmp_path, [kept, never_made])
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [kept, "folder of somebody"]


def test_a_file_is_written_through_no_link_and_leaves_nothing_beside(tmp_path):
    (tmp_path / ".page.html.new").symlink_to(tmp_path / "elsewhere")
    result_cache.write_whole(tmp_path / "page.html", "page")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        result_cache.write_whole(tmp_path / "folder", "page")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["folder", "page.html"]
    assert (tmp_path / "page.html").read_text() == "page"
    assert not (tmp_path / "page.html").is_symlink()
