"""Two versions of a registry: what changed, what follows, and what did not move."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]

_TRIAL = """\
  {name}:
    citation: {{year: 2020}}
    design: {{allocation: randomised}}
    participants: {{condition: stroke}}
    arms: {{cells: {{role: treatment, n: {n1}}}, control: {{role: control, n: {n2}}}}}
    results:
      - outcome: mrs
        at: 90 d
        definition: mRS 0-2
        arms: {{cells: {{events: {a}, n: {n1}}}, control: {{events: {b}, n: {n2}}}}}
    sources: {{paper: {{kind: full text}}}}
"""
#: Three invented trials; metafor pools them to RR 1.345198 (0.950249 to 1.904300), and to 1.625090 (1.169611 to
#: 2.257945) with 34 events for 24 in the first.
OLD = (
    """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, short: mRS, type: ordinal, range: [0, 6], step: 1, better: lower}
trials:
"""
    + _TRIAL.format(name="alpha-2019", n1=60, n2=60, a=24, b=18)
    + _TRIAL.format(name="beta-2021", n1=60, n2=30, a=27, b=9)
    + _TRIAL.format(name="gamma-2023", n1=20, n2=20, a=8, b=7)
    + """\
certainty:
  - outcome: mrs
    at: 90 d
    definition: mRS 0-2
    by: Example A
    date: 2026-01-20
    start: high
    risk-of-bias: {levels: 1, because: one trial is at high risk}
    inconsistency: {levels: 0, because: all effects point the same way}
    indirectness: {levels: 0, because: as asked}
    imprecision: {levels: 1, because: a wide interval}
    publication-bias: {levels: 0, because: every registered trial has published}
summary:
  population: adults with stroke
  setting: hospitals
  intervention: cells
  comparison: usual care
  outcomes:
    - {outcome: mrs, at: 90 d, definition: mRS 0-2, measure: RR}
"""
)


def diffed(run, tmp_path, new: str, *options: str):
    (tmp_path / "old.yaml").write_text(OLD, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(new, encoding="utf-8")
    return run("diff", "old.yaml", "new.yaml", *options, cwd=tmp_path, COLUMNS="250")


def moved(done) -> set[tuple[str, str, bool]]:
    return {(row["part"], row["change"], row["crosses"]) for row in json.loads(done.out)["rows"]}


def changed(old: str, new: str) -> str:
    assert OLD.count(old) >= 1
    return OLD.replace(old, new, 1)


def test_order_comments_ids_and_units_move_nothing(run, tmp_path):
    new = changed("{events: 24, n: 60}", "{n: 60, events: 24}").replace("at: 90 d", "at: 3 mo")
    done = diffed(run, tmp_path, f"# read again\n{new}", "-f", "json")
    assert {part for part, _, _ in moved(done)} <= {
        "number"
    }  # the unit of a time, which is shown and moves nothing
    plain = diffed(run, tmp_path, changed("{events: 24, n: 60}", "{n: 60, events: 24}"))
    assert "no record changed; no conclusion moved" in plain.out
    assert plain.code == 0


def test_a_corrected_count_moves_its_pool_and_row_and_nothing_else(run, tmp_path):
    done = diffed(
        run, tmp_path, changed("events: 24, n: 60", "events: 34, n: 60"), "--fail-on", "conclusions"
    )
    assert done.code == 1
    assert "RR 1.35 (0.95 to 1.90), 3 trials → RR 1.63 (1.17 to 2.26), 3 trials" in done.out
    assert "24 → 34" in done.out
    assert "‼ pool: modified Rankin Scale (mRS 0-2) at 90 d" in done.out
    assert "+ alpha-2019 MSC210" in done.out
    assert (
        "1 number changed; 1 pooled result, 1 row of the Summary of Findings moved; 1 crosses a line"
        in done.out
    )


def test_a_judgement_moves_the_row_and_its_sentence_without_any_number(run, tmp_path):
    new = changed("inconsistency: {levels: 0,", "inconsistency: {levels: 1,")
    rows = json.loads(diffed(run, tmp_path, new, "-f", "json").out)["rows"]
    (row,) = [row for row in rows if row["part"] == "summary of findings"]
    assert {each["part"] for each in rows} == {"summary of findings"}
    assert row["crosses"]
    assert "low" in row["old"]
    assert "very low" in row["new"]


def test_a_comment_on_a_pull_request_begins_with_its_title(run, tmp_path):
    done = diffed(run, tmp_path, changed("events: 24, n: 60", "events: 34, n: 60"), "-f", "md")
    first, *rest = done.out.splitlines()
    assert first.startswith("### 1 number changed; 1 pooled result")
    assert sum(line.startswith("| ") for line in rest) >= 4


@pytest.mark.parametrize(
    ("what", "code"), [("conclusions", 0), ("findings", 0), ("numbers", 1), ("everything", 2)]
)
def test_what_fails_is_what_was_asked_for(run, tmp_path, what, code):
    new = changed("condition: stroke", "condition: stroke, screened: 300")
    assert diffed(run, tmp_path, new, "--fail-on", what).code == code


def test_revisions_are_read_through_git(run, tmp_path):
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    file = tmp_path / "trials.yaml"
    git("init", "-q")
    for text in (OLD, changed("events: 24, n: 60", "events: 34, n: 60")):
        file.write_text(text, encoding="utf-8")
        git("add", "trials.yaml")
        git("commit", "-q", "-m", "registry")
    for arguments in (("HEAD~1",), ("HEAD~1..HEAD",), ("HEAD~1:trials.yaml", "trials.yaml")):
        done = run("diff", *arguments, cwd=tmp_path, COLUMNS="250")
        assert "24 → 34" in done.out, done.err
    assert "HEAD:trials.yaml:" in run("diff", "HEAD~1..HEAD", cwd=tmp_path, COLUMNS="250").out
    unknown = run("diff", "nowhere", cwd=tmp_path)
    assert unknown.code == 2
    assert "nowhere" in unknown.err


def test_a_p_that_was_typed_with_a_digit_lost_moves_its_verdict_and_its_finding(run, tmp_path):
    arms = "{cells: {mean: 61.2, sd: 12.0}, control: {mean: 56.1, sd: 12.4}}"
    quality = f"      - {{outcome: quality, at: 90 d, p: 0.20, arms: {arms}}}\n    sources:"
    old = OLD.replace("    sources:", quality, 1).replace(
        "trials:\n", "  quality: {name: quality of life, type: continuous, better: higher}\ntrials:\n", 1
    )
    (tmp_path / "old.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(old.replace("p: 0.20", "p: 0.02"), encoding="utf-8")
    done = run("diff", "old.yaml", "new.yaml", "-f", "json", cwd=tmp_path)
    assert moved(done) == {
        ("number", "changed", False), ("verdict", "changed", True), ("finding", "gone", False)
    }  # fmt: skip


def test_the_history_of_the_shipped_registry_says_what_eighteen_trials_moved(run):
    before, after = "b76eb15", "8b55b35"
    known = subprocess.run(["git", "cat-file", "-e", before], cwd=ROOT, capture_output=True, check=False)
    if known.returncode:
        pytest.skip("a checkout without the history of the registry")
    rows = json.loads(run("diff", f"{before}..{after}", "-f", "json", cwd=ROOT).out)["rows"]
    count = Counter((row["part"], row["change"]) for row in rows)
    assert (count["trial", "appeared"], count["number", "changed"], count["verdict", "changed"]) == (18, 0, 0)
    assert (count["pool", "changed"], count["pool", "appeared"], count["summary of findings", "changed"]) == (
        2,
        4,
        2,
    )


@pytest.mark.skipif(
    shutil.which("bash") is None or os.name == "nt", reason="a step of a workflow runs in bash"
)
@pytest.mark.parametrize(
    ("earlier", "sent"),
    [
        ("", "--method POST repos/o/r/issues/5/comments"),
        ("77", "--method PATCH repos/o/r/issues/comments/77"),
    ],
)
def test_the_action_posts_its_comment_or_edits_the_one_it_posted(tmp_path, earlier, sent):
    step = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"][-1]
    programs = {
        "msc-evidence": 'while [ "$1" != -o ]; do shift; done; echo "### 1 number changed" > "$2"',
        "gh": f'echo "$*" >> "{tmp_path}/log"; case "$*" in *per_page*) echo "{earlier}";; esac',
    }
    for name, script in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    values = {"REGISTRY": "trials.yaml", "COMPARE": "origin/main", "PULL": "5", "GITHUB_REPOSITORY": "o/r"}
    files = {"COMMENT": str(tmp_path / "c.md"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", **values, **files}
    subprocess.run(["bash", "-eo", "pipefail", "-c", step["run"]], env=environment, check=True)
    assert sent in (tmp_path / "log").read_text(encoding="utf-8")
    assert "### 1 number changed" in (tmp_path / "summary").read_text(encoding="utf-8")
    assert (tmp_path / "c.md").read_text(encoding="utf-8").endswith("<!-- msc-evidence diff -->\n")
