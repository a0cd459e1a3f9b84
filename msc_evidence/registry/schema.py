"""The JSON Schema of a registry, generated from the model."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from msc_evidence.registry.model import RegistryFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Schema(GenerateJsonSchema):
    """Accepts numbers where a registry's text is a number: YAML editors type `volume: 57` as an integer."""

    def str_schema(self, schema: Any) -> dict[str, Any]:
        text = super().str_schema(schema)
        return text if "pattern" in text else text | {"type": ["string", "number"]}

    def dict_schema(self, schema: Any) -> dict[str, Any]:
        mapping = super().dict_schema(schema)
        return mapping | {"additionalProperties": False} if "patternProperties" in mapping else mapping

    def literal_schema(self, schema: Any) -> dict[str, Any]:
        if schema["expected"] == ["1"]:
            return {"enum": [1, "1"]}
        return super().literal_schema(schema)


def schema() -> dict[str, Any]:
    """The schema as plain data."""
    generated = RegistryFile.model_json_schema(schema_generator=_Schema)
    title = {"$schema": DIALECT, "title": "msc-evidence registry"}
    return title | {key: value for key, value in generated.items() if key != "title"}


def schema_text() -> str:
    """The schema as the shipped file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
