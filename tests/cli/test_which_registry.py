"""Which registry a command reads: one's own or none where it judges or writes; the shipped one only to show it."""

from __future__ import annotations

from pathlib import Path

import pytest

SHOW = [
    "summarize",
    "compare",
    "recompute",
    "pool mrs",
    "table sof",
    "plot timeline",
    "report",
    "registry stats",
]
JUDGE_OR_WRITE = ["check", "export ris"]
RECORD = """\
registry: 1
trials:
  doe-2020:
    citation: {year: 2020}
    design: {allocation: randomised}
    participants: {}
    arms: {cells: {role: treatment, n: 120}, placebo: {role: control, n: 120}}
    results: [{outcome: death, at: 90 d, arms: {cells: {events: EVENTS}, placebo: {events: 30}}}]
    sources: {paper: {kind: full text}}
"""
RIGHT, WRONG = RECORD.replace("EVENTS", "40"), RECORD.replace("EVENTS", "140")
OUTCOMES = "registry: 1\noutcomes: {death: {name: death, type: binary, better: lower}}\n"


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A repository with a registry in a folder of it: outcomes in one file, a trial in another; and other YAML."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "trials.yaml").write_text(OUTCOMES)
    (folder / "doe-2020.yaml").write_text(RIGHT)
    (tmp_path / "compose.yaml").write_text("services: {registry: {image: x}}\n")
    return folder


@pytest.mark.parametrize("command", SHOW)
def test_what_shows_falls_back_to_the_shipped_one_and_says_so(run, command):
    ran = run(*command.split())
    assert ran.code == 0
    assert "no trials.yaml here or above; shown is the registry that comes with the program: " in ran.err
    quiet = run(*command.split(), "-q")
    assert (quiet.code, quiet.err, quiet.out) == (0, "", ran.out)


@pytest.mark.parametrize("command", JUDGE_OR_WRITE)
def test_what_judges_or_writes_never_falls_back(run, evidence, command):
    ran = run(*command.split())
    assert (ran.code, ran.out) == (2, "")
    assert f"found: evidence; type: msc-evidence {command} -r evidence" in ran.err
    for file in evidence.iterdir():
        file.unlink()
    none = run(*command.split())
    assert (none.code, none.out) == (2, "")
    assert f"type: msc-evidence {command} -r FILE-OR-FOLDER" in none.err


@pytest.mark.parametrize("place", [".", "deep", "one/two"])
def test_a_registry_below_is_named_as_it_is_typed(run, tmp_path, place):
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    (tmp_path / place / "review.yml").write_text(OUTCOMES)
    file = Path(place, "review.yml")
    assert f"type: msc-evidence check -r {file}\n" in run("check").err


@pytest.mark.parametrize(
    "arguments",
    [["-r", "evidence"], ["evidence/"], ["evidence/doe-2020.yaml"], ["evidence/trials.yaml"]],
    ids=" ".join,
)
def test_a_folder_or_a_file_of_it_is_checked_whole(run, evidence, arguments):
    assert run("check", *arguments).code == 0
    (evidence / "doe-2020.yaml").write_text(WRONG)
    ran = run("check", *arguments)
    assert ran.code == 1
    assert "evidence/doe-2020.yaml:8:65: MSC202 error: 140" in ran.out


def test_a_trial_can_be_named_beside_its_file(run, evidence):
    assert "1 trial, 5 numbers" in run("check", "evidence/doe-2020.yaml", "doe-2020").err
    assert "unknown trial 'doe'" in run("check", "evidence/", "doe").err


def test_one_file_of_several_is_not_taken_for_the_registry(run, evidence):
    refused = run("check", cwd=evidence)
    assert refused.code == 2
    assert "beside trials.yaml, files of a registry that are not read with it: doe-2020.yaml" in refused.err
    assert "type: msc-evidence check -r . for all of them, -r trials.yaml for this one" in refused.err
    assert run("check", "-r", ".", cwd=evidence).code == 0
    (evidence / "trials.yaml").write_text(OUTCOMES + RIGHT.removeprefix("registry: 1\n"))
    shown = run("summarize", cwd=evidence)
    assert shown.code == 0
    assert "not read with it: doe-2020.yaml" in shown.err


@pytest.mark.parametrize("arguments", [[], ["-r", "evidence"]], ids=" ".join)
def test_summarize_says_how_to_check_what_it_shows(run, evidence, arguments):
    call = run("summarize", *arguments).out.splitlines()[-1].partition("): msc-evidence ")[2]
    assert call.startswith("check ")
    assert " -r " in call
    assert run(*call.split()).code == 0


def test_a_registry_found_above_is_named(run, evidence):
    (evidence / "doe-2020.yaml").rename(evidence / "doe-2020.txt")
    (evidence / "trials.yaml").write_text(OUTCOMES + RIGHT.removeprefix("registry: 1\n"))
    below = evidence / "texts"
    below.mkdir()
    ran = run("check", cwd=below)
    assert (ran.code, ran.err.splitlines()[0]) == (0, f"registry: {evidence / 'trials.yaml'}")
    assert run("check", "-q", cwd=below).err == ""


def test_files_in_folders_below_are_not_left_unread(run, evidence):
    below = evidence / "more" / "roe.yaml"
    below.parent.mkdir()
    below.write_text(WRONG.replace("doe", "roe"))
    ran = run("check", "-r", "evidence")
    assert ran.code == 2
    assert (
        f"read without the folders below it, where registry files stand: {Path('evidence/more/roe.yaml')}"
        in ran.err
    )
    assert run("check", "-r", "evidence/more/roe.yaml").code == 2  # its outcomes are not there
    assert run("summarize", "-r", "evidence").code == 0


def test_a_suffix_in_capitals_is_one(run, evidence):
    (evidence / "doe-2020.yaml").rename(evidence / "doe-2020.YAML")
    assert "1 trial, 5 numbers" in run("check", "-r", "evidence").err
    assert "1 trial, 5 numbers" in run("check", "evidence/doe-2020.YAML").err


def test_a_link_to_nothing_is_unreadable(run, evidence):
    (evidence / "roe-2021.yaml").symlink_to("nowhere.yaml")
    ran = run("check", "-r", "evidence")
    assert (ran.code, "roe-2021.yaml: no such file" in ran.err) == (2, True)


def test_hidden_files_are_no_part_of_a_folder(run, evidence):
    (evidence / ".pre-commit-config.yaml").write_text("repos: []\n")
    assert run("check", "-r", "evidence").code == 0


@pytest.mark.parametrize("participants", ["{}", "{enrolled: not reported}"])
def test_a_registry_without_a_number_is_not_checked(run, tmp_path, participants):
    record = (
        "registry: 1\ntrials: {doe-2020: {citation: {year: 2020}, registration: [NCT01234567],"
        " design: {allocation: single-arm}, participants: PART, arms: {cells: {role: treatment}},"
        " sources: {paper: {kind: trial registration, citation: NCT01234567}}}}\n"
    )
    (tmp_path / "trials.yaml").write_text(record.replace("PART", participants))
    ran = run("check", "--ignore", "MSC608", "-o", "found.xml")
    assert ran.code == 2
    assert not (tmp_path / "found.xml").exists()
    assert "trials.yaml records no number; nothing was checked" in ran.err


def test_files_of_a_folder_that_only_begin_like_a_registry_are_named(run, shipped, tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "a.yaml").write_bytes(shipped.read_bytes())
    for name in ("b.yaml.txt", "c.yml~", "d.json.bak"):
        (folder / name).write_text("registry: 1\n", encoding="utf-8")
    (folder / "notes.txt").write_text("nothing\n", encoding="utf-8")
    names = "records/b.yaml.txt, records/c.yml~, records/d.json.bak"
    said = f"not read, as no name ends with .yaml, .yml, .json or .jsonl: {names}"
    for command in ("summarize", "check"):
        assert said in run(command, "-r", "records").err
    assert "not read" not in run("summarize", "-r", "records/a.yaml").err
