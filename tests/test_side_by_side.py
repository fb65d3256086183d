"""Files are read in processes side by side: the same tables, and no process that outlives its own."""

import os
import select
import signal
import subprocess
import sys
from functools import partial

import pandas as pd
import pytest

from analysis import clean
from analysis.clean import side_by_side
from analysis.text import formatting
from analysis.text.language import language

LISTS = {
    "2019.csv": "Association;Date;Montant\nFoyer rural;2019-03-05;1200\nJudo club;2019-04-02;800\n",
    "2020.csv": "Association;Date;Montant\nFoyer rural;2020-03-05;1300\nTotal;;1300\n",
    "2021.csv": "Association;Date;Montant\nEmmaüs;2021-05-11;pas encore\nJudo club;2021-06-01;950\n",
    "vide.csv": "",
}
linux_alone = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")


@pytest.fixture()
def side_by_side_always(monkeypatch):
    """Processes even for the smallest files, on any machine."""
    monkeypatch.setattr(side_by_side, "LEAST_BYTES", 0)
    monkeypatch.setattr(side_by_side, "_processors", lambda: 2)
    monkeypatch.setattr(side_by_side.threading, "active_count", lambda: 1)


def number_of_process(_item: int) -> int:
    return os.getpid()


def spoken(_item: int) -> str:
    return language()


def double_unless_killed(parent: int, item: int) -> int:
    if os.getpid() != parent and item == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * item


def refuse(item: int) -> int:
    raise ValueError(f"no {item}")


@linux_alone
def test_items_are_worked_on_in_other_processes(side_by_side_always):
    numbers = set(side_by_side.in_processes(number_of_process, [1, 2, 3], [1, 1, 1]))
    assert os.getpid() not in numbers


def test_one_item_or_little_is_worked_on_here():
    assert set(side_by_side.in_processes(number_of_process, [1, 2], [1, 1])) == {os.getpid()}
    assert set(side_by_side.in_processes(number_of_process, [1], [10**7])) == {os.getpid()}


@linux_alone
def test_a_process_with_threads_of_its_own_is_not_forked(monkeypatch, side_by_side_always):
    monkeypatch.setattr(side_by_side.threading, "active_count", lambda: 2)
    assert set(side_by_side.in_processes(number_of_process, [1, 2], [1, 1])) == {os.getpid()}


@linux_alone
def test_a_process_speaks_the_language_of_the_one_that_began_it(side_by_side_always):
    formatting.use("en")
    assert list(side_by_side.in_processes(spoken, [1, 2], [1, 1])) == ["en", "en"]
    formatting.use("fr")
    assert list(side_by_side.in_processes(spoken, [1, 2], [1, 1])) == ["fr", "fr"]


@linux_alone
def test_what_a_killed_process_leaves_is_done_here(side_by_side_always):
    work = partial(double_unless_killed, os.getpid())
    assert list(side_by_side.in_processes(work, [1, 2, 3, 4], [4, 3, 2, 1])) == [2, 4, 6, 8]


@linux_alone
def test_what_no_process_can_be_had_for_is_done_here(monkeypatch, side_by_side_always):
    def no_fork():
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", no_fork)
    assert set(side_by_side.in_processes(number_of_process, [1, 2], [1, 1])) == {os.getpid()}


@linux_alone
def test_what_an_item_raises_is_raised(side_by_side_always):
    with pytest.raises(ValueError, match="no 1"):
        list(side_by_side.in_processes(refuse, [1, 2], [1, 2]))


@linux_alone
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_processes_end_with_the_one_that_began_them(number):
    program = (
        "import os, signal, sys\n"
        "from analysis.clean import side_by_side\n"
        "def stay(item):\n"
        "    os.write(1, f'{os.getpid()}\\n'.encode())\n"
        "    signal.pause()\n"
        "side_by_side.LEAST_BYTES = 0\n"
        "side_by_side._processors = lambda: 2\n"
        "list(side_by_side.in_processes(stay, [1, 2], [1, 1]))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    workers = [os.pidfd_open(int(process.stdout.readline())) for _worker in range(2)]
    process.send_signal(number)
    assert process.wait() == -number
    for worker in workers:
        assert select.select([worker], [], [], 60)[0], "a process outlives the one that began it"
        os.close(worker)
    process.stdout.close()


@linux_alone
def test_files_give_the_same_tables_side_by_side(tmp_path, monkeypatch, side_by_side_always):
    for name, text in LISTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    beside = clean.parts_of(tmp_path, clean.layout.study_file(tmp_path, None))
    monkeypatch.setattr(side_by_side, "_processors", lambda: 1)
    in_turn = clean.parts_of(tmp_path, clean.layout.study_file(tmp_path, None))
    assert beside[1:] == in_turn[1:]
    assert [part.mapping for part in beside[0]] == [part.mapping for part in in_turn[0]]

    (tmp_path / "vide.csv").unlink()
    cleaned = {}
    for processors in (1, 2):
        monkeypatch.setattr(side_by_side, "_processors", lambda n=processors: n)
        cleaned[processors] = clean.clean(tmp_path, accept_guesses=True)
    assert cleaned[1].remarks == cleaned[2].remarks
    assert cleaned[1].about == cleaned[2].about
    assert set(cleaned[1].tables) == set(cleaned[2].tables)
    for name, table in cleaned[1].tables.items():
        pd.testing.assert_frame_equal(table, cleaned[2].tables[name])
    for name in ("ledger", "quarantine"):
        pd.testing.assert_frame_equal(getattr(cleaned[1], name), getattr(cleaned[2], name))
