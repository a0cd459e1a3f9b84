"""The canonical order of keys, and several registries as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from msc_evidence.registry.document import Document
from msc_evidence.registry.loader import load, shipped_registry, validated_files
from msc_evidence.registry.merging import merged_text
from msc_evidence.registry.ordering import in_canonical_order
from msc_evidence.registry.problems import RegistryError

ROOT = Path(__file__).parents[2]
#: What was written, and the same in order.
LAYOUTS = {
    "a remark moves with the key below it": (
        "trials:\n  # who\n  doe:\n    # arms\n    arms: {}\n    # name\n    name: Doe # short\nregistry: 1\n",
        "registry: 1\ntrials:\n  # who\n  doe:\n    # name\n    name: Doe # short\n    # arms\n    arms: {}\n",
    ),
    "a dash stays before the first key": (
        "trials:\n  doe:\n    results:\n      # a\n      - p: 0.1\n        outcome: a\n      - {at: 3 d, outcome: a}\n",
        "trials:\n  doe:\n    results:\n      # a\n      - outcome: a\n        p: 0.1\n      - {outcome: a, at: 3 d}\n",
    ),
    "a long text keeps its lines": (
        "registry: 1\ntrials:\n  doe:\n    notes: |\n      one\n\n      two\n\n    name: Doe\n",
        "registry: 1\ntrials:\n  doe:\n\n    name: Doe\n    notes: |\n      one\n\n      two\n",
    ),
    "a last line of one sign moves with its text": (
        "registry: 1\ntrials:\n  doe:\n    notes: |\n      grades 1 or\n      2\n    name: Doe\n",
        "registry: 1\ntrials:\n  doe:\n    name: Doe\n    notes: |\n      grades 1 or\n      2\n",
    ),
    "brackets over lines keep their breaks": (
        "registry: 1\ntrials:\n  doe:\n    design: {masking: open label,\n      allocation: randomised}\n",
        "registry: 1\ntrials:\n  doe:\n    design: {allocation: randomised,\n      masking: open label}\n",
    ),
    "brackets with a remark stay": (
        "registry: 1\ntrials:\n  doe:\n    design: {masking: open label, # said\n      allocation: randomised}\n",
        None,
    ),
    "ids and rows stay": ("registry: 1\noutcomes:\n  b: {name: B}\n  a: {name: A}\n", None),
    "JSON": ('{"trials": {}, "registry": 1}', '{"registry": 1, "trials": {}}'),
    "lines of Windows": ("trials: {}\r\nregistry: 1\r\n", "registry: 1\r\ntrials: {}\r\n"),
}


def document(folder: Path, text: str, name: str = "trials.yaml") -> Document:
    file = folder / name
    file.write_bytes(text.encode())
    return Document(file)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_keys_move_with_their_lines_and_remarks(layout: str, tmp_path: Path) -> None:
    written, ordered = LAYOUTS[layout]
    assert in_canonical_order(document(tmp_path, written)) == (ordered or written)


@pytest.mark.parametrize("name", ["trials.yaml", "examples/asthma.yaml", "docs/judged.yaml"])
def test_an_ordered_registry_says_the_same_and_stays_so(name: str, tmp_path: Path) -> None:
    before = Document(ROOT / name)
    after = document(tmp_path, in_canonical_order(before))
    assert after.data == before.data
    assert after.text.count("#") == before.text.count("#")
    assert in_canonical_order(after) == after.text


def test_a_registry_in_parts_is_merged_to_what_it_was(tmp_path: Path) -> None:
    text = shipped_registry().read_text(encoding="utf-8")
    at = text.index("  lee-2010:\n")
    (tmp_path / "a.yaml").write_text(text[:at], encoding="utf-8")
    later = f"# Begun by the second.\nregistry: 1\ntrials:\n{text[at:]}".replace("\n  ", "\n    ")
    (tmp_path / "b.yaml").write_text(later, encoding="utf-8")
    merged = document(tmp_path, merged_text([file for file, _ in validated_files([tmp_path])]), "merged.yaml")
    assert merged.data == Document(shipped_registry()).data
    assert list(merged.data["trials"]) == list(load(shipped_registry()).trials)
    assert "# Begun by the second." in merged.text
    assert merged.text.count("#") == text.count("#") + 1


FIRST = (
    "registry: 1\noutcomes: {mrs: {name: mRS}}\ntrials:\n  doe-2020: {name: Doe, citation: {doi: 10.1/x}}\n"
)
REFUSED = {
    "registry: 1\noutcomes: {mrs: {name: Rankin}}\n": "b.yaml:2:12: 'mrs' says something else than in a.yaml:2:12",
    "registry: 1\ntrials: {doe-2020: {name: Do}}\n": "b.yaml:2:10: 'doe-2020' says something else than in a.yaml:4:3",
    "registry: 1\ntrials: {doe: {citation: {doi: 10.1/X}}}\n": "b.yaml:2:10: 'doe' has the DOI of 'doe-2020' in a.yaml",
}


@pytest.mark.parametrize("second", REFUSED)
def test_what_two_files_say_differently_is_refused_with_both_places(
    second: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    documents = [document(Path(), FIRST, "a.yaml"), document(Path(), second, "b.yaml")]
    with pytest.raises(RegistryError) as refused:
        merged_text(documents)
    assert str(refused.value.problems[0]).startswith(REFUSED[second])


def test_what_two_files_say_alike_is_kept_once(tmp_path: Path) -> None:
    first, again = document(tmp_path, FIRST, "a.yaml"), document(tmp_path, FIRST, "b.yaml")
    assert document(tmp_path, merged_text([first, again])).data == first.data
