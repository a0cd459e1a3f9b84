"""Registries of one trial, written as only the keys that a test is about."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from msc_evidence.registry.loader import Registry, load

OUTCOMES = """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
  barthel: {name: Barthel Index, type: ordinal, range: [0, 100], step: 5, better: higher}
  death: {name: death, type: binary, better: lower}
trials:
  case:
"""
#: What a body may leave out.
DEFAULTS = {
    "citation": "{authors: [Doe J], year: 2020}",
    "design": "{}",
    "participants": "{}",
    "arms": "{msc: {role: treatment, n: 39}, control: {role: control, n: 15}}",
    "sources": "{abstract: {kind: abstract, figures: []}, paper: {kind: full text}}",
}

Written = Callable[[str], Registry]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """The registry whose one trial, `case`, has the keys of a body."""

    def write(body: str) -> Registry:
        lines = textwrap.dedent(body).strip("\n")
        own = {line.partition(":")[0] for line in lines.splitlines()}
        keys = [f"{key}: {value}" for key, value in DEFAULTS.items() if key not in own]
        file = tmp_path / "trials.yaml"
        file.write_text(OUTCOMES + textwrap.indent("\n".join([*keys, lines, ""]), "    "), encoding="utf-8")
        return load(file)

    return write
