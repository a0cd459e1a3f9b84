"""The JSON Schema of a registry, generated from the model."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from msc_evidence.registry.model import RegistryFile
from msc_evidence.registry.printed_forms import FORMS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS = ["string", "number", "boolean"]


class _Schema(GenerateJsonSchema):
    """What the loader accepts as an editor's YAML types it: `volume: 57` is a number there, `name: true` a truth value.

    A key without a value is refused everywhere, so null is no value of any.
    """

    def str_schema(self, schema: Any) -> dict[str, Any]:
        text = super().str_schema(schema)
        if "pattern" not in text:
            return text | {"type": _SCALARS}
        return text | {"type": ["string", "integer"], "minimum": 0}

    def int_schema(self, schema: Any) -> dict[str, Any]:
        number = super().int_schema(schema)
        texts = [str(value) for value in range(number["minimum"], number["maximum"] + 1)]
        return {"anyOf": [number, {"enum": texts}]}

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: Any) -> dict[str, Any]:
        mapping, pattern = super().dict_schema(schema), schema["keys_schema"].get("pattern")
        if pattern is None:
            return mapping
        values = self.generate_inner(schema["values_schema"])
        return mapping | {"patternProperties": {pattern: values}, "additionalProperties": False}

    def literal_schema(self, schema: Any) -> dict[str, Any]:
        if schema["expected"] == ["1"]:
            return {"enum": [1, "1"]}
        return super().literal_schema(schema)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def registry_schema() -> dict[str, Any]:
    """The schema as plain data."""
    generated = RegistryFile.model_json_schema(schema_generator=_Schema)
    parts = generated.pop("$defs") | {_definition_name(form): known for form, known in FORMS.items()}
    head = {"$schema": DIALECT, "title": "msc-evidence registry"}
    body = {key: value for key, value in generated.items() if key != "title"}
    whole: dict[str, Any] = _finished_part(head | body | {"$defs": parts})
    return whole


def _definition_name(form: str) -> str:
    return f"printed-{form}"


def _finished_part(part: Any) -> Any:
    """The part with references to the forms of scalars, and with whole sentences for descriptions."""
    if isinstance(part, list):
        return [_finished_part(item) for item in part]
    if not isinstance(part, dict):
        return part
    if isinstance(form := part.get("form"), str):
        rest = {key: value for key, value in part.items() if key != "form"}
        return {"$ref": f"#/$defs/{_definition_name(form)}"} | _finished_part(rest)
    done = {key: _finished_part(value) for key, value in part.items()}
    if isinstance(text := done.get("description"), str):
        done["description"] = text[:1].upper() + text[1:].rstrip(".") + "."
    return done


def schema_text() -> str:
    """The schema as the shipped file has it."""
    return json.dumps(registry_schema(), indent=2, ensure_ascii=False) + "\n"
