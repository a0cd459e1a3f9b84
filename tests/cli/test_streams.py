"""Terminals, pipes and files: width, colour, closed pipes, whole files or none."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(columns: int, *arguments: str, cwd: Path, **environment: str) -> str:
    """What the program shows on a pseudo-terminal of this width."""
    pty = pytest.importorskip("pty", reason="needs a terminal of POSIX")
    termios = pytest.importorskip("termios")
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (50, columns))
    clean = {
        key: value
        for key, value in os.environ.items()
        if key not in ("NO_COLOR", "COLUMNS", "GITHUB_ACTIONS")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "msc_evidence", *arguments],
        stdin=slave, stdout=slave, stderr=subprocess.DEVNULL, cwd=cwd,
        env=clean | {"PYTHONUTF8": "1", "TERM": "xterm-256color"} | environment,
    )  # fmt: skip
    os.close(slave)
    shown = b""
    try:
        while chunk := os.read(master, 65536):
            shown += chunk
    except OSError:  # Linux reports the closed other end as an input/output error
        pass
    os.close(master)
    assert process.wait() == 0
    return shown.decode()


@pytest.mark.parametrize("columns", [80, 100, 200])
@pytest.mark.parametrize("command", ["summarize", "compare", "recompute"])
def test_nothing_is_wider_than_the_terminal(tmp_path, command, columns):
    lines = ESCAPES.sub("", on_terminal(columns, command, cwd=tmp_path)).splitlines()
    assert max(map(len, lines)) <= columns
    assert len(lines) > 10


@pytest.mark.parametrize("columns", [80, 100, 200])
def test_summarize_keeps_an_effect_and_its_interval_on_one_line(tmp_path, columns):
    assert "0.43 (0.18 to 1.05)" in on_terminal(columns, "summarize", cwd=tmp_path)


def test_summarize_is_one_screen_of_100_columns(shipped):
    assert len(on_terminal(100, "summarize", cwd=shipped.parent).splitlines()) <= 48


def test_colour_only_on_a_terminal_and_never_with_no_color(run, tmp_path):
    assert "\x1b[" in on_terminal(100, "summarize", cwd=tmp_path)
    assert "\x1b[" not in on_terminal(100, "summarize", cwd=tmp_path, NO_COLOR="1")
    assert "\x1b[" not in run("summarize", FORCE_COLOR="1").out
    assert "\x1b[" in on_terminal(100, "check", cwd=ROOT)


def test_a_pipe_gets_full_width(run):
    assert "randomised 2:1, open label, blinded assessment" in run("summarize", "chung-2021").out


@pytest.mark.parametrize("command", ["summarize", "compare", "recompute", "check"])
def test_ascii_is_ascii(run, command):
    out = run(command, "--ascii", cwd=ROOT).out
    assert out.isascii()
    assert "?" not in out.replace("mrs?", "")


@pytest.mark.parametrize(
    "arguments", ["summarize", "summarize -f csv", "check", "explain", "schema", "--help"]
)
def test_a_closed_pipe_ends_quietly(arguments):
    line = f"{shlex.quote(sys.executable)} -m msc_evidence {arguments} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "0"
    assert "rror" not in done.stderr.replace("0 errors", "")


def test_output_takes_its_format_from_the_suffix(run, tmp_path, shipped):
    assert run("summarize", "-o", "out.csv").out == ""
    assert (tmp_path / "out.csv").read_text() == run("summarize", "-f", "csv").out
    assert run("check", "-r", str(shipped), "-o", "out.sarif").code == 0
    assert '"version": "2.1.0"' in (tmp_path / "out.sarif").read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["out.csv", "out.sarif"]


def test_a_file_is_written_whole_or_not_at_all(run, tmp_path):
    (tmp_path / "out.csv").write_text("precious")
    (tmp_path / "bad.yaml").write_text("registry: 2\n")
    assert run("summarize", "-r", "bad.yaml", "-o", "out.csv").code == 2
    assert (tmp_path / "out.csv").read_text() == "precious"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bad.yaml", "out.csv"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("summarize", "-f", "xls"), "known: csv, html, json, latex, md, table, tsv"),
        (("summarize", "-o", "out.foo"), "suffix '.foo'"),
        (("summarize", "-o", "no/such/out.csv"), "does not exist"),
        (("summarize", "-o", "."), "is a folder"),
        (("summarize", "bang"), "did you mean 'bang-2005'?"),
        (("compare", "--outcome", "mrss"), "did you mean 'mrs'?"),
        (("check", "--select", "MSC99"), "did you mean"),
        (("check", "--texts", "nowhere"), "no such folder"),
        (("check", "--update-fingerprints"), "needs --texts"),
        (("explain", "XYZ"), "unknown code or word"),
        (("summarize", "-r", "missing.yaml"), "no such file"),
        (("check", "-r", "/dev"), "a folder without any"),
        (("summarize", "--nonsense"), "--nonsense"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_requests_exit_2_with_one_clear_message(run, arguments, said):
    ran = run(*arguments, cwd=ROOT)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert "Error(" not in ran.err


def test_bad_records_name_every_place(run, edited):
    file = edited("enrolled: 30", "enroled: 30")
    file.write_text(file.read_text().replace("p: 0.115", "p: 1.2"))
    ran = run("check", "-r", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert "unknown key 'enroled'; did you mean 'enrolled'?" in ran.err
    assert "p is 1.2; a p-value lies between 0 and 1" in ran.err
    assert ran.err.splitlines()[-1] == "2 problems; nothing was computed"


def test_nearest_registry_upwards_wins_over_the_shipped_one(run, tmp_path):
    run("init")
    below = tmp_path / "some" / "folder"
    below.mkdir(parents=True)
    assert "example-2020" in run("summarize", "-f", "csv", cwd=below).out
    assert "bang-2005" in run("summarize", "-f", "csv", "-r", str(ROOT / "trials.yaml"), cwd=below).out


def test_environment_names_a_registry_and_verbose_says_which(run, shipped):
    ran = run("summarize", "-v", MSC_EVIDENCE_REGISTRY=str(shipped))
    assert f"registry: {shipped}" in ran.err


def test_nothing_to_check_is_not_success(run, tmp_path):
    (tmp_path / "trials.yaml").write_text("registry: 1\n")
    ran = run("check")
    assert ran.code == 2
    assert "no trials" in ran.err


def test_completion_knows_trials_outcomes_and_codes():
    from msc_evidence.cli.options import complete_codes, complete_outcomes, complete_trials

    assert complete_trials("chu") == ["chung-2021"]
    assert "mrs" in complete_outcomes("m")
    assert complete_codes("msc50")[0] == "MSC501"
