"""Files are written whole or not at all, over nobody's later change, and nothing is left beside them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from msc_evidence.cli.exits import UsageError
from msc_evidence.cli.whole_files import Change, change_files, replace_file, whole_file

posix = pytest.mark.skipif(os.name != "posix", reason="owners, modes and signals of POSIX")
SHA_OF_OLD = "cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_change_is_written_only_over_what_was_read(tmp_path):
    file = tmp_path / "r.yaml"
    file.write_bytes(b"old")
    change_files([Change(file, b"new", SHA_OF_OLD)])
    assert file.read_bytes() == b"new"
    with pytest.raises(UsageError, match=r"r\.yaml was changed by another program .* nothing was written"):
        change_files([Change(file, b"newer", SHA_OF_OLD)])
    assert file.read_bytes() == b"new"
    assert names(tmp_path) == ["r.yaml"]


def test_of_several_changes_all_or_none_are_written(tmp_path):
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_bytes(b"old")
    other.write_bytes(b"changed since")
    with pytest.raises(UsageError, match="other"):
        change_files([Change(one, b"new", SHA_OF_OLD), Change(other, b"new", SHA_OF_OLD)])
    assert one.read_bytes() == b"old"


REGISTRY = """registry: 1
outcomes: {{mrs: {{name: mRS, type: ordinal}}}}
trials:{}
"""
TRIAL = """
  {0}:
    citation: {{authors: [Kim], title: A trial, year: 2020}}
    design: {{allocation: randomised}}
    participants: {{enrolled: 60}}
    arms:
      a: {{role: treatment, n: 30}}
      b: {{role: control, n: 30}}
    sources:
      abstract: {{kind: abstract}}"""


def test_two_updates_at_once_lose_nothing(tmp_path):
    """Either both trials' fingerprints are written, or one run says that the other was there first."""
    trials = [f"t{number}" for number in range(4)]
    registry = tmp_path / "trials.yaml"
    registry.write_text(REGISTRY.format("".join(map(TRIAL.format, trials))))
    (tmp_path / "texts").mkdir()
    for name in trials:
        (tmp_path / "texts" / f"{name}.txt").write_text(f"We randomised 60 patients. p = 0.0{name[1]}")
    command = [sys.executable, "-m", "msc_evidence", "check", "--update-fingerprints", "--texts", "texts"]
    runs = [
        subprocess.Popen([*command, name], cwd=tmp_path, stderr=subprocess.PIPE, text=True) for name in trials
    ]
    ended = [(run.communicate()[1], run.returncode) for run in runs]
    written = registry.read_text()
    for name, (said, code) in zip(trials, ended, strict=True):
        assert code in (0, 2), said
        assert (code == 0) == (f"p 0.0{name[1]}" in written), said
        assert code == 0 or "was changed by another program since it was read" in said
    assert 0 in [code for _, code in ended]
    assert names(tmp_path) == ["texts", "trials.yaml"]


def test_a_byte_order_mark_is_kept(run, tmp_path):
    registry = tmp_path / "trials.yaml"
    registry.write_bytes(b"\xef\xbb\xbf" + REGISTRY.format(TRIAL.format("t1")).encode())
    (tmp_path / "t1.txt").write_text("We randomised 60 patients. p = 0.04")
    assert run("check", "--update-fingerprints", "--texts", ".").code == 0
    assert registry.read_bytes().startswith(b"\xef\xbb\xbfregistry: 1")
    assert b"p 0.04" in registry.read_bytes()


@posix
@pytest.mark.parametrize("mode", [0o444, 0o400])
def test_a_read_only_file_is_not_replaced(tmp_path, mode):
    file = tmp_path / "out.csv"
    file.write_text("precious")
    file.chmod(mode)
    with pytest.raises(UsageError, match="read-only; nothing was written"):
        replace_file(file, "new")
    assert file.read_text() == "precious"
    assert names(tmp_path) == ["out.csv"]


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_owner_and_mode_are_kept(tmp_path):
    file = tmp_path / "out.csv"
    file.write_text("old")
    file.chmod(0o640)
    shutil.chown(file, 1234, 2345)
    replace_file(file, "new")
    state = file.stat()
    assert (state.st_uid, state.st_gid, state.st_mode & 0o777) == (1234, 2345, 0o640)


def test_nothing_is_left_where_writing_fails(tmp_path):
    def half_written() -> None:
        with whole_file(tmp_path / "out.csv") as stream:
            stream.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_written()
    assert names(tmp_path) == []


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
sys.argv[0] = "msc-evidence"
from msc_evidence.cli import main
main()
"""


@posix
@pytest.mark.parametrize(
    "arguments",
    [
        ("summarize", "-f", "json", "-o", "my.json"),
        ("table", "characteristics", "-o", "my.docx"),
        ("report", "-o", "my.html"),
        ("schema", "-o", "my.json"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_full_disk_leaves_the_old_file_and_names_what_the_user_named(tmp_path, arguments):
    output = tmp_path / arguments[-1]
    output.write_text("precious")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert f"{output.name}: File too large; nothing was written" in done.stderr
    assert ".msc-evidence" not in done.stderr
    assert (names(tmp_path), output.read_text()) == ([output.name], "precious")


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_leaves_nothing_behind(tmp_path, name):
    """The run waits in the midst of its output for a text from standard input."""
    running = subprocess.Popen(
        [sys.executable, "-m", "msc_evidence", "audit", "-", "-o", "out.json"],
        cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # A shell may start a run with signals ignored.
        preexec_fn=lambda: signal.signal(getattr(signal, name), signal.SIG_DFL),
    )  # fmt: skip
    while not names(tmp_path):
        assert running.poll() is None
    running.send_signal(getattr(signal, name))
    running.communicate()
    assert running.returncode == {"SIGTERM": 143, "SIGHUP": 129, "SIGINT": 130}[name]
    assert names(tmp_path) == []
