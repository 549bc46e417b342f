"""Examples put together from the examples of fields and models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_OF_FORMAT: Final = {
    "uuid": "01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d",
    "date-time": "2026-11-22T09:00:00Z",
    "date": "2026-11-22",
    "duration": "PT30M",
    "uri": "https://attune.example/",
}


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """A value that fits a schema: the example it states, or one made of its parts'."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for stated in ("example", "const", "default"):
        if schema.get(stated) is not None:
            return schema[stated]
    for listed in ("examples", "enum"):
        if schema.get(listed):
            return schema[listed][0]
    for combined in ("anyOf", "oneOf", "allOf"):
        if combined in schema:
            return example_of(schema[combined][0], schemas)
    return _of_type(schema, schemas)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    match schema.get("type"):
        case "object":
            return {name: example_of(each, schemas) for name, each in schema.get("properties", {}).items()}
        case "array":
            return [example_of(schema.get("items", {}), schemas)]
        case "string":
            return _OF_FORMAT.get(schema.get("format", ""), "text")
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return None
