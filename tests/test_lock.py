"""The pinned versions: all that pyproject.toml asks for, in versions it allows, with hashes and from no named place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def wanted(groups: Iterable[Any]) -> list[Requirement]:
    """The requirements of dependency groups, those of an included group among them."""
    found = []
    for entry in groups:
        if isinstance(entry, dict):
            found += wanted(PROJECT["dependency-groups"][entry["include-group"]])
        else:
            found.append(Requirement(entry))
    return found


def pinned(file: str) -> list[Requirement]:
    text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
    return [Requirement(line.rstrip(" \\")) for line in text.splitlines() if line[:1] not in ("", "#", " ")]


EXTRAS = PROJECT["project"]["optional-dependencies"]
ASKED = {
    "program.txt": [*PROJECT["project"]["dependencies"], *EXTRAS["report"], {"include-group": "build"}],
    "develop.txt": [
        *PROJECT["project"]["dependencies"],
        *EXTRAS["report"],
        *EXTRAS["cluster"],
        {"include-group": "dev"},
    ],
    "site.txt": [{"include-group": "docs"}],
    "audit.txt": [{"include-group": "audit"}],
}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("file", ASKED)
def test_every_dependency_is_pinned_once_in_a_version_that_is_allowed(file: str, python: str) -> None:
    platform = {"python_version": python, "python_full_version": f"{python}.0"}
    here = [pin for pin in pinned(file) if pin.marker is None or pin.marker.evaluate(platform)]
    versions = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in here}
    assert len(versions) == len(here)
    for requirement in wanted(ASKED[file]):
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier, requirement


@pytest.mark.parametrize("file", ASKED)
def test_every_pin_has_hashes_and_no_address(file: str) -> None:
    text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash=sha256:", "    "), re.MULTILINE)
    for pin in re.split(r"^(?=\w)", text, flags=re.MULTILINE):
        assert not pin.strip() or re.search(r"--hash=sha256:[0-9a-f]{64}", pin), pin


def test_the_program_is_pinned_as_in_development() -> None:
    assert {str(pin) for pin in pinned("program.txt")} <= {str(pin) for pin in pinned("develop.txt")}
