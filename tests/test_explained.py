"""Faults of the machine and of files are said in sentences, and never more of them than a page."""

import errno
import resource
import subprocess
import sys

import pytest
from zmq import ZMQError

from analysis.declare.faults import Fault, Refused
from analysis.run import explained

MAIN = "from analysis.__main__ import main; main()"


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left"), "the disk is full; free some space"),
        (OSError(errno.EDQUOT, "Quota", "out/a"), "out/a: your share of the disk is used up"),
        (PermissionError(errno.EACCES, "denied", "raw/a.csv"), "raw/a.csv: you may not read"),
        (IsADirectoryError(errno.EISDIR, "dir", "raw/study.toml"), "is a folder, and a file"),
        (OSError(errno.EMFILE, "Too many"), "ulimit -n"),
        (ZMQError(errno.EMFILE), "ulimit -n"),
        (MemoryError(), "not enough memory"),
        (ImportError("a.so: failed to map segment from shared object"), "not enough memory"),
        (RuntimeError("can't start new thread"), "ulimit -u"),
    ],
)
def test_the_machines_limits_are_told_with_what_to_do(failure, expected):
    lines, code = explained.explained(failure)
    assert len(lines) == 1 and expected in lines[0] and code == 2


def test_half_a_million_faults_are_a_page():
    faults = [Fault("a.csv", 2, "date", "M04", "x", "no date")] * 500_000
    lines, code = explained.explained(Refused(faults))
    assert (len(lines), code) == (explained.PAGE + 1, 3)
    assert "499940 more" in lines[-1]


def test_a_folder_named_study_toml_is_told(desk, typed):
    (desk / "raw/study.toml").unlink()
    (desk / "raw/study.toml").mkdir()
    for given in (("check", "raw"), ("run", "--data", "raw")):
        code, said, wrong = typed(*given)
        assert code in (2, 3) and said == [] and len(wrong) == 1, wrong
        assert "study.toml" in wrong[0] and "unexpected" not in wrong[0]


def test_a_limit_of_the_size_of_files_is_told(desk):
    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    command = [sys.executable, "-c", MAIN, "clean", "--data", "raw"]
    done = subprocess.run(command, cwd=desk, preexec_fn=limited, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "ulimit -f" in done.stderr and "Traceback" not in done.stderr
    assert not (desk / "data/processed/tiny").exists()
