"""`msc-evidence audit` as users run it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from msc_evidence.render.ascii import to_ascii

KEYS = [
    "id",
    "code",
    "severity",
    "reported",
    "recomputed",
    "method",
    "span",
    "start",
    "end",
    "message",
    "grouping",
    "address",
]
WRONG = "Improved: 18/40 (35%) with cells."
RIGHT = "Improved: 18/40 (45%) with cells."
FORMATS = ["text", "table", "csv", "tsv", "json", "md", "github"]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """900 texts, the wrong ones 123, 246, …; one line is no JSON and one record has no abstract."""
    file = tmp_path / "corpus.jsonl.gz"
    lines = [json.dumps({"id": f"t{n}", "text": RIGHT if n % 123 else WRONG}) for n in range(1, 901)]
    lines[400:400] = ["no JSON", '{"id": "e", "abstract": []}']
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    return file


def test_findings_are_rows_and_the_closing_line_counts(run, corpus):
    ran = run("audit", str(corpus), "-f", "json", "--jobs", "1")
    assert ran.code == 1
    data = json.loads(ran.out)
    assert [row["id"] for row in data["rows"]] == [f"t{123 * n}" for n in range(1, 8)]
    row = data["rows"][0]
    assert list(row) == [column["key"] for column in data["columns"]] == KEYS
    assert row["severity"] == "error"
    assert WRONG[row["start"] : row["end"]] == row["span"]
    malformed, closing = ran.err.splitlines()
    assert re.fullmatch(
        rf"{re.escape(str(corpus))}:401: not readable as JSON: .+ \(column 1\); skipped", malformed
    )
    assert re.fullmatch(
        r"900 texts \(1 malformed, skipped; 1 without an abstract\), [\d,]+ figures, [\d,]+ groups:"
        r" [\d,]+ checked; 7 errors, 0 warnings, 0 notes",
        closing,
    )
    assert data["summary"] == closing


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_names_every_finding_once(run, corpus, tmp_path, format):
    ran = run("audit", str(corpus), "-f", format, "-q", "-j", "1")
    assert (ran.code, ran.err) == (1, "")
    assert len(set(re.findall(r"t(?:123|246|369|492|615|738|861)\b", ran.out))) == 7
    to_file = run("audit", str(corpus), "-f", format, "-q", "-j", "1", "--ascii", "-o", "found")
    assert (to_file.code, to_file.out) == (1, "")
    assert (tmp_path / "found").read_text(encoding="ascii") == to_ascii(ran.out)


def test_pieces_written_as_they_come_are_what_the_formats_write_at_once():
    from msc_evidence.checks.audit.texts import TextFinding
    from msc_evidence.render import renderer
    from msc_evidence.render.findings_stream import JsonFormat, SeparatedFormat, text_findings_table
    from msc_evidence.render.table.json import indented_json, table_document

    found = [
        TextFinding(f"t{n}", "MSC205", "error", "35 %", "", "", "a\u2028b\n1", n, n + 9, '"a", b', "certain")
        for n in range(5)
    ]
    for pieces in ([found], [[], found[:2], [], found[2:], []], [[]], []):
        table = text_findings_table([each for piece in pieces for each in piece])
        for format in ("csv", "tsv"):
            writer = SeparatedFormat(format)
            written = "".join(writer.next_part(piece) for piece in pieces) + writer.closing_part("said")
            assert written == renderer("table", format)(table)
        as_json = JsonFormat()
        written = "".join(as_json.next_part(piece) for piece in pieces) + as_json.closing_part("said")
        assert written == indented_json(table_document(table) | {"summary": "said"})
    assert json.loads(written)["rows"] == []
    assert text_findings_table(found).rows[0]["method"] is None


def test_the_suffix_of_the_output_says_the_format_and_a_fault_leaves_the_file_as_it_was(
    run, corpus, tmp_path
):
    run("audit", str(corpus), "-o", str(tmp_path / "found.csv"), "-j", "1")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "found.csv").read_text(encoding="utf-8"))))
    assert list(rows[0]) == KEYS
    empty = tmp_path / "empty.jsonl"
    empty.write_text('{"text": ""}\n', encoding="utf-8")
    before = (tmp_path / "found.csv").read_bytes()
    assert run("audit", str(empty), "-o", str(tmp_path / "found.csv")).code == 2
    assert (tmp_path / "found.csv").read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["corpus.jsonl.gz", "empty.jsonl", "found.csv"]
    assert "suffix '.foo'" in run("audit", str(corpus), "-o", "x.foo").err
    assert "make the folder first" in run("audit", str(corpus), "-o", "no/x.csv").err


def test_any_number_of_jobs_gives_the_same_bytes(run, corpus):
    one, two = (run("audit", str(corpus), "-f", "csv", "--jobs", jobs) for jobs in ("1", "2"))
    assert (one.code, one.out, one.err) == (two.code, two.out, two.err)
    assert one.code == 1


def test_exit_codes(run, tmp_path):
    for name, text in (("right.txt", RIGHT), ("wrong.txt", WRONG)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run("audit", "right.txt").code == 0
    assert run("audit", "right.txt", "wrong.txt").code == 1
    assert run("audit", "wrong.txt", "--ignore", "MSC").code == 2
    assert run("audit", "wrong.txt", "--select", "msc402").code == 0
    assert run("audit", "wrong.txt", "--select", "MSC999").code == 2
    assert run("audit", ".").code == 1
    assert run("audit").code == 2


@pytest.mark.parametrize("format", FORMATS)
def test_texts_in_which_nothing_can_be_checked_are_no_success(run, tmp_path, format):
    (tmp_path / "plain.txt").write_text("Nothing here is compared with anything.", encoding="utf-8")
    ran = run("audit", "plain.txt", "-f", format, "-o", "found")
    assert (ran.code, ran.out) == (2, "")
    assert "nothing could be checked: 1 text, " in ran.err
    assert not (tmp_path / "found").exists()


def test_strict_counts_warnings_too(run, tmp_path):
    warned = "The odds ratio was 1.13 (95% CI 1.07 to 1.14)."
    (tmp_path / "a.txt").write_text(warned, encoding="utf-8")
    severities = [row["severity"] for row in json.loads(run("audit", "a.txt", "-f", "json").out)["rows"]]
    assert severities == ["warning"]
    assert run("audit", "a.txt").code == 0
    assert run("audit", "a.txt", "--strict").code == 1
    assert run("audit", "a.txt", "-f", "github").out.startswith("::warning ")
    assert run("audit", "a.txt", "-f", "github", "--strict").out.startswith("::error ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.txt"], "none.txt: No such file"),
        (["empty.txt"], "empty.txt: the file is empty"),
        (["blank.jsonl"], "nothing could be checked: 0 texts"),
        (["folder"], "folder: no text in this folder"),
        (["a.txt", "-f", "foo"], "unknown format 'foo'"),
        (["a.txt", "--jobs", "2", "--scheduler", "tcp://x"], "--jobs is for this machine"),
        (["a.txt", "--resume", "a.txt"], "is no journal"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, tmp_path, arguments, words):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "a.txt").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "blank.jsonl").write_text('{"pmid": 1, "abstract": null}\n', encoding="utf-8")
    ran = run("audit", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_standard_input(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "msc_evidence", "audit", "-", "-f", "csv"],
        input=f'{{"text": "{WRONG}"}}\n', capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.splitlines()[1].startswith("stdin:1,MSC")


def test_a_journal_in_the_folder_of_the_texts_is_no_text(run, tmp_path):
    (tmp_path / "a.txt").write_text(WRONG, encoding="utf-8")
    first = run("audit", ".", "--resume", "state.jsonl", "-o", "found.txt")
    assert (tmp_path / "state.jsonl").exists()
    again = run("audit", ".", "--resume", "state.jsonl", "-o", "found.txt")
    assert (first.code, first.err) == (again.code, again.err)
    assert first.err.startswith("1 text, ")
    (tmp_path / "a.txt").write_text(RIGHT + " ", encoding="utf-8")
    changed = run("audit", ".", "--resume", "state.jsonl")
    assert changed.code == 2
    assert "a.txt changed since" in changed.err


# Runs that do not come to their end


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """More texts than are read in the time of a test."""
    file = tmp_path / "endless.jsonl"
    file.write_text(
        (json.dumps({"id": "t", "text": f"{RIGHT} " * 20 + WRONG}) + "\n") * 20_000, encoding="utf-8"
    )
    return file


def started(*arguments: object, **wishes: int) -> subprocess.Popen[str]:
    """A run in a process group of its own, as a terminal starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "msc_evidence", "audit", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, **wishes,
    )  # fmt: skip


def until(happened: Callable[[], bool]) -> None:
    """Waits, however busy the machine is."""
    while not happened():
        time.sleep(0.02)


def alive(group: int) -> bool:
    """Whether a process of the group lives; one that only waits to be collected does not."""
    for state in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = state.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] not in "ZX":
            return True
    return False


@pytest.mark.skipif(os.name == "nt", reason="needs process groups of POSIX")
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_it_and_its_workers_without_a_traceback(endless, jobs):
    process = started(endless, "--jobs", jobs)
    assert process.stdout.readline().startswith("t: MSC")
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err) == (130, "interrupted\n")
    if sys.platform == "linux":
        until(lambda: not alive(process.pid))


def test_a_closed_pipe_ends_it_quietly(endless):
    process = started(endless, "--jobs", 2)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() == 1
    process.stderr.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_after_kill_9_the_workers_end_and_the_journal_continues_to_the_same_bytes(run, tmp_path):
    texts, journal = tmp_path / "texts.jsonl", tmp_path / "journal"
    lines = [json.dumps({"id": f"t{n}", "text": f"{RIGHT} " * 5 + WRONG}) for n in range(1500)]
    texts.write_text("\n".join(lines), encoding="utf-8")
    process = started(texts, "--jobs", 2, "--resume", journal)
    until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 2)
    process.kill()
    process.communicate()
    until(lambda: not alive(process.pid))
    known = journal.read_bytes()
    assert 2 < known.count(b"\n") < 16
    continued = run("audit", str(texts), "--resume", str(journal), "-f", "json", "-j", "1")
    assert continued == run("audit", str(texts), "-f", "json", "-j", "2")
    assert journal.read_bytes().startswith(known[: known.rindex(b"\n") + 1])


def test_a_terminal_gets_progress_that_leaves_no_trace_in_the_answer(corpus, run):
    pty = pytest.importorskip("pty", reason="needs a terminal of POSIX")
    master, slave = pty.openpty()
    environment = {
        key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "GITHUB_ACTIONS")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "msc_evidence", "audit", str(corpus), "-f", "csv", "--jobs", "1"],
        stdout=subprocess.PIPE, stderr=slave, text=True, env=environment | {"TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(slave)
    shown = b""
    try:
        while chunk := os.read(master, 65536):
            shown += chunk
    except OSError:  # Linux reports the closed other end as an input/output error
        pass
    os.close(master)
    out, _ = process.communicate()
    assert b" texts" in shown
    assert b"%" in shown
    assert out == run("audit", str(corpus), "-f", "csv").out


def test_a_journal_is_of_texts_whatever_is_selected_of_them(run, tmp_path):
    """What is chosen and shown of the findings is no part of them: the journal serves every choice."""
    (tmp_path / "a.txt").write_text("Improved: 18/40 (35%), 12 of 40 (45%).")
    assert run("audit", "a.txt", "-j", "1", "--resume", "j", "--ignore", "MSC2").out == ""
    whole = run("audit", "a.txt", "-j", "1", "--resume", "j")
    assert whole == run("audit", "a.txt", "-j", "1")
    assert "MSC205" in whole.out


def test_a_journal_of_more_parts_than_the_texts_make_is_refused(run, tmp_path):
    (tmp_path / "a.txt").write_text("Improved: 18/40 (35%).")
    assert run("audit", "a.txt", "-j", "1", "--resume", "j").code in (0, 1)
    header, part = (tmp_path / "j").read_text().splitlines()
    (tmp_path / "j").write_text(f"{header}\n{part}\n{part}\n")
    ran = run("audit", "a.txt", "-j", "1", "--resume", "j")
    assert (ran.code, ran.out) == (2, "")
    assert "j is of other texts: 2 parts are known, and the texts make 1; remove it and begin anew" in ran.err
