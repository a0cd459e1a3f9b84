"""The JSON Schema that editors use is the model's, and accepts what the loader accepts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from msc_evidence.registry.loader import load, shipped_registry
from msc_evidence.registry.schema import registry_schema, schema_text
from msc_evidence.registry.starter import STARTER

SHIPPED = Path(__file__).parents[2] / "msc_evidence" / "registry" / "schema.json"


def test_the_shipped_schema_is_current() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(registry_schema())


Errors = Callable[[str], list[str]]


@pytest.fixture
def errors(as_editors_read: Callable[[str], Any]) -> Errors:
    """What an editor marks in a text."""
    validator = Draft202012Validator(registry_schema())
    return lambda text: [f"{e.json_path}: {e.message}" for e in validator.iter_errors(as_editors_read(text))]


@pytest.mark.parametrize(
    "text", [shipped_registry().read_text(encoding="utf-8"), STARTER], ids=["shipped", "starter"]
)
def test_registries_that_load_satisfy_the_schema(text: str, errors: Errors, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    load(tmp_path / "r.yaml")
    assert not errors(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("enrolled: 80", "enroled: 80"),
        ("role: treatment", "role: cells"),
        ('ratio: "1:1"', "ratio: equal"),
        ("registry: 1", "registry: 2"),
        ("says: feasible", "says: wonderful"),
        ("example-2020:", "Example 2020:"),
    ],
)
def test_an_editor_marks_what_the_loader_refuses(old: str, new: str, errors: Errors) -> None:
    assert STARTER.count(old) == 1
    assert errors(STARTER.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("allocation: randomised", "allocation: randomized"),
        ("intervention: {name: drug A, dose: 10,", "cells: {origin: allogenic} #"),
    ],
)
def test_choices_have_their_american_spellings_too(
    old: str, new: str, errors: Errors, tmp_path: Path
) -> None:
    assert old in STARTER
    (tmp_path / "r.yaml").write_text(STARTER.replace(old, new), encoding="utf-8")
    british = new.replace("allogenic", "allogeneic").replace("randomized", "randomised")
    (tmp_path / "british.yaml").write_text(STARTER.replace(old, british), encoding="utf-8")
    assert not errors(STARTER.replace(old, new))
    assert load(tmp_path / "r.yaml").trials == load(tmp_path / "british.yaml").trials


def test_the_record_survives_the_way_through_json(tmp_path: Path) -> None:
    registry = load(shipped_registry())
    dumped: dict[str, Any] = {"registry": "1"}
    for group in ("outcomes", "trials"):
        parts = getattr(registry, group)
        dumped[group] = {
            name: part.model_dump(by_alias=True, exclude_unset=True, mode="json")
            for name, part in parts.items()
        }
    file = tmp_path / "r.json"
    file.write_text(json.dumps(dumped, ensure_ascii=False), encoding="utf-8")
    again = load(file)
    assert again.trials == registry.trials
    assert again.outcomes == registry.outcomes
    assert json.loads(file.read_text(encoding="utf-8"))["trials"]["bang-2005"]["results"][0]["p"] == "0.011"
