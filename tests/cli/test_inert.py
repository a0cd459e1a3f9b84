"""Nothing that a file, its name or a typed word holds acts on a terminal, a runner or a page."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from msc_evidence.render.inert import inert, inert_lines
from msc_evidence.render.table.md import escaped_markdown

#: Escape sequences, C1, bidirectional and invisible signs, and the beginning of a runner's command.
HOSTILE = "\x1b[31m\x1b]0;t\x07\x9b2J\x85\u2028\u202e\u2066\u200b\u2060\ufeff\U000e0041\n::error::x"
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
COMMAND = re.compile(r"(?m)^\s*::")


def assert_inert(text: str, *, commands: bool = False) -> None:
    assert not ACTING.findall(text)
    assert commands or not COMMAND.search(text)


REGISTRY = """registry: 1
outcomes:
  scale: {{name: "Scale {0}", type: continuous}}
trials:
  t-2020:
    name: "::set {0}"
    citation: {{authors: ["Kim {0}"], title: "A {0}", year: 2020}}
    design: {{allocation: randomised, ratio: "1:1"}}
    participants: {{enrolled: 60}}
    arms:
      a: {{role: treatment, n: 5, label: "Drug {0}"}}
      b: {{role: control, n: 55}}
    results:
      - {{outcome: scale, at: 3 mo, p: 0.04, favours: a, note: "{0}", definition: "d {0}"}}
    claims: [{{outcome: scale, at: [3 mo], says: benefit}}]
    waivers: [{{code: MSC107, because: "w {0}"}}]
    sources: {{abstract: {{kind: abstract, citation: "{0}"}}}}
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A registry whose every free text is hostile."""
    file = tmp_path / "::r\u202e.yaml"
    file.write_text(REGISTRY.format(HOSTILE.encode("unicode_escape").decode()), encoding="utf-8")
    return file


@pytest.mark.parametrize("format", ["text", "json", "github", "sarif", "junit", "md", "csv"])
def test_findings_act_on_nothing_and_machines_read_them(run, hostile, format):
    ran = run("check", "-r", hostile.name, "-f", format, "--min-severity", "note", "-v")
    assert ran.code in (0, 1), ran.err
    assert_inert(ran.out, commands=format == "github")
    assert_inert(ran.err)
    assert "MSC207" in ran.out
    run("check", "-r", hostile.name, "-f", format, "--min-severity", "note", "-v", "-o", "found")
    assert (hostile.parent / "found").read_text(encoding="utf-8") == ran.out
    if format in ("json", "sarif"):
        assert json.loads(ran.out)
    if format == "junit":
        assert ElementTree.fromstring(ran.out).get("name") == "msc-evidence"
    if format == "csv":
        assert len({len(row) for row in csv.reader(io.StringIO(ran.out))}) == 1


@pytest.mark.parametrize("format", ["table", "csv", "tsv", "json", "md", "html", "latex"])
@pytest.mark.parametrize("command", ["summarize", "compare", "recompute"])
def test_tables_act_on_nothing(run, hostile, command, format):
    ran = run(command, "-r", hostile.name, "-f", format)
    assert ran.code == 0, ran.err
    assert ran.out
    assert_inert(ran.out)
    assert_inert(ran.err)


def test_json_keeps_what_it_escapes(run, hostile):
    rows = json.loads(run("summarize", "-r", hostile.name, "-f", "json").out)
    assert "\u202e" in json.dumps(rows, ensure_ascii=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("summarize", "-r", f"::no{HOSTILE}"),
        ("summarize", HOSTILE),
        ("schema", HOSTILE),
        ("check", "--select", HOSTILE),
        ("audit", f"::no{HOSTILE}"),
        ("read", HOSTILE),
        ("pool", "--data", "::columns.csv"),
        ("summarize", "-r", "keys.yaml"),
    ],
    ids=lambda arguments: " ".join(arguments)[:12],
)
def test_messages_act_on_nothing(run, tmp_path, arguments):
    (tmp_path / "::columns.csv").write_text(f'study,"{HOSTILE}\x00"\nA,"{HOSTILE}"\n'.replace("\x00", ""))
    escaped = HOSTILE.encode("unicode_escape").decode()
    (tmp_path / "keys.yaml").write_text(f'registry: 1\n"{escaped}": 1\ntrials: {{t: {{"{escaped}": x}}}}\n')
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert_inert(ran.err)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux alone")
@pytest.mark.parametrize("format", ["text", "json", "github", "sarif", "junit", "md", "csv"])
@pytest.mark.parametrize("output", [None, "found"])
def test_a_file_name_that_is_not_utf_8_crashes_no_format(run, tmp_path, shipped, format, output):
    name = os.fsdecode(b"\xffa.yaml")
    (tmp_path / name).write_bytes(shipped.read_bytes())
    arguments = ("check", "-r", name, "-f", format, *(("-o", output) if output else ()))
    assert run(*arguments).code == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("kaf\u200c\u200dkaf", "kaf��kaf"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("so\u00adft", "so�ft"),
        ("a\r\nb", "a  b"),
        ("\udcff", "�"),
        ("café 脳 −1 ± ≥", "café 脳 −1 ± ≥"),
    ],
)
def test_inert(text, shown):
    assert inert(text) == shown


def test_colours_pass_where_they_are_shown_and_nothing_else_does():
    assert inert_lines("\x1b[1;31mred\x1b[0m\x1b[2J", colour=True) == "\x1b[1;31mred\x1b[0m�[2J"
    assert inert_lines("\x1b[31m") == "�[31m"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("@octo", "@<!-- -->octo"),
        ("a@b.org", "a@<!-- -->b.org"),
        ("see #12", "see #<!-- -->12"),
        ("~~gone~~", r"\~\~gone\~\~"),
        ("$x$", r"\$x\$"),
        ("https://x.org", "https:<!-- -->//x.org"),
        ("www.x.org", "www.<!-- -->x.org"),
        ("5 @ 3 # 2", "5 @ 3 # 2"),
        ("`@octo`", "`@octo`"),
    ],
)
def test_markdown_calls_nobody_and_links_nowhere(text, written):
    assert escaped_markdown(text) == written
