"""New fingerprints change the fingerprints of a file and nothing else of it."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msc_evidence.registry.document import Document
from msc_evidence.registry.loader import load, shipped_registry
from msc_evidence.registry.rewrite import NewFingerprint, figures_seal, with_fingerprints

FIGURES = [
    "30",
    "five",
    "1e8",
    "p 0.011",
    "p <0.001",
    "2:1",
    "<=90 d",
    "28-83",
    "43.6%",
    "class III",
    "1,279",
]
NEW = NewFingerprint("0" * 64, FIGURES)
HEAD = """\
# Fünf Größen – 𝔄: kept
registry: 1
outcomes: {mrs:   {name: mRS, type: ordinal}}   # odd   spacing kept
trials:
  one:
    citation: {year: 2020}
    design: {}
    participants: {}
    arms: {msc: {n: 5}}
    sources:
"""
TAIL = """\
      other: {kind: protocol}
    # the last word
"""
HASH = "a" * 64
SOURCES = {
    "flow": "      abstract: {kind: abstract}  # a comment\n",
    "flow, comma": "      abstract: {kind: abstract, }\n",
    "flow, figures": f'      abstract: {{figures: [1, "2"], kind: abstract, sha256: {HASH}}}\n',
    "block": "      abstract:\n        kind: abstract   # which\n",
    "block, one key": "      abstract:\n        kind: abstract\n",
    "block, figures": f"""\
      abstract:
        kind: abstract
        sha256: {HASH}  # hash
        figures: [1, 2]  # old
""",
    "dashes": """\
      abstract:
        kind: abstract
        figures:
          - 1  # one
          - p 0.5
        # below
""",
    "dashes under the key": """\
      abstract:
        figures:
        - 1
        - 2
        kind: abstract
""",
    "ignored in blocks": """\
      abstract:
        kind: abstract
        ignored:
          - figure: 1
            because: |
              in words,
              two lines
        # a comment between
""",
    "literal last": """\
      abstract:
        kind: abstract
        citation: |
          Somewhere,
          page 1
""",
    "quoted hash": f'      abstract:\n        sha256: "{HASH}"\n        kind: abstract\n',
}


def document(tmp_path: Path, text: str, name: str = "r.yaml") -> Document:
    file = tmp_path / name
    file.write_bytes(text.encode())
    return Document(file)


def rewritten(tmp_path: Path, text: str, new: NewFingerprint = NEW, name: str = "r.yaml") -> str:
    return with_fingerprints(document(tmp_path, text, name), {("one", "abstract"): new})


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("style", SOURCES)
def test_only_the_fingerprint_changes(tmp_path: Path, style: str, ending: str) -> None:
    text = (HEAD + SOURCES[style] + TAIL).replace("\n", ending)
    changed = rewritten(tmp_path, text)
    assert changed.startswith(HEAD.replace("\n", ending))
    assert changed.endswith(TAIL.replace("\n", ending))
    assert changed.count("\n") == changed.count(ending)
    for kept in ("# a comment", "# which", "# hash", "# below", "# a comment between", "two lines", "page 1"):
        assert (kept in text) == (kept in changed)
    source = load_source(tmp_path, changed)
    assert (source.sha256, source.figures, source.figures_sha256) == (
        NEW.sha256,
        FIGURES,
        figures_seal(FIGURES),
    )
    assert source.kind == "abstract"
    assert rewritten(tmp_path, changed) == changed
    assert [figure.figure for figure in source.ignored] == (["1"] if style == "ignored in blocks" else [])


def load_source(tmp_path: Path, text: str, name: str = "r.yaml"):  # type: ignore[no-untyped-def]
    file = tmp_path / name
    file.write_bytes(text.encode())
    return load(file).trials["one"].sources["abstract"]


def test_a_long_list_is_wrapped_within_a_hundred_columns(tmp_path: Path) -> None:
    new = NewFingerprint("1" * 64, [f"p 0.{number:03}" for number in range(120)])
    changed = rewritten(tmp_path, HEAD + SOURCES["block"] + TAIL, new)
    assert load_source(tmp_path, changed).figures == list(new.figures)
    assert max(map(len, changed.splitlines())) <= 100


def test_json_stays_json(tmp_path: Path) -> None:
    record = {
        "registry": 1,
        "trials": {
            "one": {
                "citation": {"year": 2020},
                "sources": {"abstract": {"kind": "abstract", "figures": ["1"]}},
            }
        },
    }
    changed = rewritten(tmp_path, json.dumps(record, indent=2), name="r.json")
    source = json.loads(changed)["trials"]["one"]["sources"]["abstract"]
    assert source == {
        "kind": "abstract",
        "figures": FIGURES,
        "sha256": "0" * 64,
        "figures-sha256": figures_seal(FIGURES),
    }


def test_the_shipped_registry_keeps_every_other_line(tmp_path: Path) -> None:
    text = shipped_registry().read_text(encoding="utf-8")
    changed = with_fingerprints(document(tmp_path, text), {("bang-2005", "abstract"): NEW})
    gone = [line for line in difflib.ndiff(text.splitlines(), changed.splitlines()) if line.startswith("- ")]
    assert all(
        "sha256" in line or "p 0.0" in line or "figures" in line or "3 mo, 6 mo" in line for line in gone
    )
    assert len(gone) <= 5
    assert load_source_of(tmp_path, changed) == FIGURES


def load_source_of(tmp_path: Path, text: str) -> list[str] | None:
    (tmp_path / "again.yaml").write_text(text, encoding="utf-8")
    return load(tmp_path / "again.yaml").trials["bang-2005"].sources["abstract"].figures


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(
    st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn")), min_size=1
        )
    ),
    st.sampled_from(sorted(SOURCES)),
)
def test_whatever_the_figures_say_they_are_read_again(tmp_path: Path, figures: list[str], style: str) -> None:
    changed = rewritten(tmp_path, HEAD + SOURCES[style] + TAIL, NewFingerprint("2" * 64, figures))
    assert load_source(tmp_path, changed).figures == figures
