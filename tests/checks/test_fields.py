"""The fields that a check names are enough to know where it finds nothing: skipped there, it misses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.analysis.results import Analysis
from msc_evidence.checks.rule import Check, Subject
from msc_evidence.checks.run import all_checks
from msc_evidence.registry.fields import Part
from msc_evidence.registry.loader import Registry, load
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import RegistryError

CHECKS = [item for item in all_checks() if isinstance(item, Check) and item.fields]
ROOT = Path(__file__).parents[2]
REGISTRIES = [
    ROOT / "trials.yaml",
    *sorted(ROOT.glob("examples/*.yaml")),
    *sorted(ROOT.glob("tests/registries/*.yaml")),
]
EXAMPLES = [(item, example.record) for item in CHECKS for example in item.rule.examples if example.flagged]


def kinds_of_part(part: type[Part] = Part) -> Iterator[type[Part]]:
    """Every part of a record that the model has."""
    for kind in part.__subclasses__():
        yield kind
        yield from kinds_of_part(kind)


#: The keys of each field in a file: `follow-up`, `favours`.
KEYS: dict[str, set[str]] = {}
for kind in kinds_of_part():
    for name, field in kind.model_fields.items():
        KEYS.setdefault(name, set()).add(field.alias or name)


def subjects(registry: Registry) -> Iterator[Subject]:
    """The trials of a registry, each beside those that share its DOI."""
    analysis, dois = Analysis(registry), [trial.citation.doi for trial in registry.trials.values()]
    sharing = {doi: tuple(registry.trials) for doi in dois if doi}
    return (Subject(name, analysis, dois=sharing) for name in registry.trials)


def missed(registry: Registry) -> list[tuple[str, str]]:
    """The trials and codes of what checks find where they would have been skipped."""
    return [
        (subject.id, item.rule.code)
        for subject in subjects(registry)
        for item in CHECKS
        if not [*item.hits(subject)] and [*item.run(subject)]
    ]


def without(value: Any, keys: set[str]) -> Any:
    """Plain data without these keys, at any depth."""
    if isinstance(value, dict):
        return {key: without(item, keys) for key, item in value.items() if key not in keys}
    return [without(item, keys) for item in value] if isinstance(value, list) else value


def test_checks_name_fields_of_the_model() -> None:
    named = {name for item in CHECKS for alternatives in item.fields for name in alternatives}
    assert named <= KEYS.keys()


def test_nothing_is_missed_in_a_case(
    any_case: str, whole_registry: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    file = tmp_path / "registry.json"
    file.write_text(json.dumps(whole_registry(any_case, case=True)), encoding="utf-8")
    assert not missed(load(file))


@pytest.mark.parametrize("file", REGISTRIES, ids=lambda file: file.stem)
def test_nothing_is_missed_in_a_registry(file: Path) -> None:
    assert not missed(load(file))


@pytest.mark.parametrize(("item", "record"), EXAMPLES, ids=[item.rule.code for item, _ in EXAMPLES])
def test_a_check_finds_nothing_without_its_fields(
    item: Check, record: str, whole_registry: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    whole = whole_registry(record)
    for alternatives in item.fields:
        keys = {key for name in alternatives for key in KEYS[name]}
        trials = {name: without(trial, keys) for name, trial in whole["trials"].items()}
        file = tmp_path / "registry.json"
        file.write_text(json.dumps(whole | {"trials": trials}), encoding="utf-8")
        try:
            registry = load(file)
        except RegistryError:  # a field that a record cannot do without
            continue
        assert not [hit for subject in subjects(registry) for hit in item.run(subject)]


def test_a_record_gives_the_fields_of_all_its_parts_and_no_defaults() -> None:
    from msc_evidence.registry.contents import contents

    trial = Trial.model_validate({
        "citation": {"year": "2020"}, "design": {"follow-up": "3 mo"}, "participants": {},
        "arms": {"msc": {"role": "treatment", "label": "to do"}}, "sources": {"abstract": {"kind": "abstract"}},
        "results": [{"outcome": "mrs", "at": "3 mo", "arms": {"msc": {"mean": "2.1"}}}],
    })  # fmt: skip
    found = contents(trial)
    assert found.fields == {
        *(
            "citation",
            "year",
            "design",
            "follow_up",
            "participants",
            "arms",
            "role",
            "label",
            "sources",
            "kind",
        ),
        *("results", "outcome", "at", "mean"),
    }
    assert found.to_do
