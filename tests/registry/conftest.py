"""YAML as editors read it, for what the schema has to say to them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml


class _Editor(yaml.SafeLoader):
    """YAML 1.2 as editors read it: `2:1` is a text, NO is a word, `1e8` a number."""


_CORE = {
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+",
    "float": r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
    "null": r"~|null|Null|NULL|",
}
_Editor.yaml_implicit_resolvers = {}
for _name, _pattern in _CORE.items():
    _Editor.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), None)


@pytest.fixture
def as_editors_read() -> Callable[[str], Any]:
    """The plain data of a YAML text."""
    return lambda text: yaml.load(text, Loader=_Editor)
