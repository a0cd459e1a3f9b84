"""Long registries are read trial by trial: the same data and places as of the whole text, and no nodes kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.run import run_checks
from msc_evidence.registry import pieces
from msc_evidence.registry.document import Document
from msc_evidence.registry.loader import load
from msc_evidence.registry.problems import RegistryError

ROOT = Path(__file__).parents[2]
REGISTRIES = [ROOT / "trials.yaml", *sorted((ROOT / "tests/registries").glob("*.yaml"))]
HEAD = "registry: 1\noutcomes:\n  mrs: {name: mRS, type: ordinal, better: lower}\ntrials:\n"
TRIAL = """\
  {name}:
    citation: {{authors: [Doe J], year: 2020, doi: 10.1000/{name}}}
    design: {{allocation: randomised}}
    participants: {{enrolled: 60}}
    arms: {{msc: {{role: treatment, n: 30}}, control: {{role: control, n: 29}}}}
    results:
      - {{outcome: mrs, at: 3 mo, p: 0.011}}
    sources: {{abstract: {{kind: abstract}}}}
"""


def text_of(trials: int) -> str:
    return HEAD + "".join(TRIAL.format(name=f"trial-{at}") for at in range(trials))


def paths(part: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every part, and to one that is not there."""
    yield path
    yield (*path, "no such key")
    for step, inner in (
        part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    ):
        yield from paths(inner, (*path, step))


def everything(file: Path) -> object:
    """The data of a file with all places, or its problems."""
    try:
        document = Document(file)
    except RegistryError as error:
        return error.problems
    places = [document.where(path, key=key) for path in paths(document.data) for key in (False, True)]
    return list(document.data.items()), document.problems, places


def both_readings(file: Path, patched: pytest.MonkeyPatch) -> list[object]:
    readings = []
    for fewest in (1, 10**9):
        patched.setattr(pieces, "PIECES_FROM", fewest)
        readings.append(everything(file))
    return readings


@pytest.mark.parametrize("file", REGISTRIES, ids=lambda file: file.stem)
def test_a_registry_is_the_same_in_pieces(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_pieces, whole = both_readings(file, monkeypatch)
    assert in_pieces == whole
    monkeypatch.setattr(pieces, "PIECES_FROM", 1)
    assert pieces.read_in_pieces(file.read_text(encoding="utf-8")) is not None


#: Texts that a cut before each trial would change or whose fault it would hide: what is replaced, and by what.
LAID_OUT_OTHERWISE = {
    "quotes over a key": ("allocation: randomised}", 'allocation: randomised, structure: "a\n  trial-9:\n b"}'),
    "a bracket over a key": ("{enrolled: 60}", "{enrolled:\n  trial-9:\n 60}"),
    "an anchor": ("{enrolled: 60}", "&people {enrolled: 60}"),
    "an alias": ("{enrolled: 60}", "*people"),
    "the same id twice": ("  trial-1:", "  trial-0:"),
    "a key twice": ("participants:", "design:"),
    "a trial without a value": ("  trial-1:\n", "  trial-1:\n  trial-2:\n"),
    "a key without a value": ("{enrolled: 60}", ""),
    "a tag": ("0.011", "!!float 0.011"),
    "a tag of nobody": ("0.011", "!p 0.011"),
    "an entry without a value": ("sources:", "notes: [a, ~]\n    sources:"),
    "a lone carriage return": ("    design", "\r    design"),
    "a separator of lines": ("randomised", '"randomised\u2028"'),
    "a tab": ("    design", "\tdesign"),
    "too little indented": ("    design", " design"),
    "deep lists": ("0.011", "[" * 60 + "]" * 60),
    "very deep lists": ("0.011", "[" * 3000 + "]" * 3000),
    "another document": ("  trial-1:", "---\n  trial-1:"),
    "a section behind": ("kind: abstract}}\n", "kind: abstract}}\ntitle: x\n"),
    "text in lines of its own": ("    design", "    objective: |\n      a\n\n      b\n    # c\n# d\n    design"),
}  # fmt: skip


@pytest.mark.parametrize("case", LAID_OUT_OTHERWISE)
def test_what_is_not_plain_is_read_and_refused_as_in_a_whole_text(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "trials.yaml"
    before, after = LAID_OUT_OTHERWISE[case]
    assert before in text_of(3)
    file.write_text(
        text_of(3)[::-1].replace(before[::-1], after[::-1], 1)[::-1], encoding="utf-8", newline=""
    )
    in_pieces, whole = both_readings(file, monkeypatch)
    assert in_pieces == whole


def test_no_nodes_of_a_long_registry_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "trials.yaml"
    file.write_text(text_of(60), encoding="utf-8")
    registry = load(file)
    findings = run_checks(Analysis(registry)).findings
    assert len(findings) >= 60
    assert findings[-1].line == 484
    assert "positions" not in vars(registry.documents["trial-1"])
