"""OpenAPI 3.0 of a 3.1 document, for importers that read nothing newer (Salesforce's External Services among them)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from attune_api.openapi_examples import example_of

_UNKNOWN_TO_30: Final = ("contentMediaType", "contentEncoding", "propertyNames", "$schema", "unevaluatedProperties")
VALUES: Final = frozenset({"example", "default"})
"""Members of a schema that hold a value and not another schema."""

NAMED: Final = frozenset({"properties", "patternProperties", "schemas"})
"""Members that hold schemas by names of ours: a property may well be called `example`."""

Schemas = Mapping[str, Mapping[str, Any]]

_LICENCE: Final = "https://www.apache.org/licenses/LICENSE-2.0"


def downlevel(document: dict[str, Any]) -> dict[str, Any]:
    """The same interface in the words of 3.0.3. What 3.0 cannot say is said more loosely, never wrongly."""
    old = copy.deepcopy(document)
    old["openapi"] = "3.0.3"
    old.pop("webhooks", None)
    old["info"].pop("summary", None)
    licence = old["info"].get("license", {})
    licence.pop("identifier", None)
    licence.setdefault("url", _LICENCE)
    schemas: Schemas = old.get("components", {}).get("schemas", {})
    converted: dict[str, Any] = _convert(old, schemas)
    _renew_examples(converted, converted.get("components", {}).get("schemas", {}))
    return converted


def _convert(node: Any, schemas: Schemas) -> Any:
    if isinstance(node, list):
        return [_convert(each, schemas) for each in node]
    if not isinstance(node, dict):
        return node
    new = {name: _convert_member(name, each, schemas) for name, each in node.items()}
    for unknown in _UNKNOWN_TO_30:
        new.pop(unknown, None)
    new = _without_null(new, schemas)
    if "const" in new and not isinstance(new["const"], dict):
        new["enum"] = [new.pop("const")]
    if isinstance(new.get("examples"), list):
        new["example"] = new.pop("examples")[0]
    _bound(new, "exclusiveMinimum", "minimum")
    _bound(new, "exclusiveMaximum", "maximum")
    if "prefixItems" in new and isinstance(new["prefixItems"], list):
        new["items"] = {"anyOf": new.pop("prefixItems")}
    if isinstance(new.get("$ref"), str) and len(new) > 1:
        # 3.0 ignores whatever stands beside a reference.
        new = {"allOf": [{"$ref": new.pop("$ref")}], **new}
    return new


def _convert_member(name: str, member: Any, schemas: Schemas) -> Any:
    if name in VALUES:
        return member
    if name in NAMED and isinstance(member, dict):
        return {key: _convert(each, schemas) for key, each in member.items()}
    return _convert(member, schemas)


def _without_null(node: dict[str, Any], schemas: Schemas) -> dict[str, Any]:
    """`null` is no type in 3.0: `nullable` says it, beside a type and nowhere else."""
    if isinstance(node.get("type"), list):
        types = [each for each in node["type"] if each != "null"]
        nullable = {"nullable": True} if len(types) < len(node["type"]) else {}
        return {**node, "type": types[0], **nullable} if len(types) == 1 else node
    for combined in ("anyOf", "oneOf"):
        choices = node.get(combined)
        if not isinstance(choices, list) or not any(_is_null(each) for each in choices):
            continue
        rest = [each for each in choices if not _is_null(each)]
        others = {name: each for name, each in node.items() if name != combined}
        first = _nullable(rest[0], schemas)
        return {**first, **others} if len(rest) == 1 else {combined: [first, *rest[1:]], **others}
    return node


def _nullable(schema: dict[str, Any], schemas: Schemas) -> dict[str, Any]:
    if "$ref" in schema:
        target = schemas.get(schema["$ref"].rpartition("/")[2], {})
        # Strictly, null passes this but not the reference in it; no other form keeps the name for generators of code.
        return {"type": target.get("type", "object"), "allOf": [schema], "nullable": True}
    return {**schema, "nullable": True}


def _renew_examples(node: Any, schemas: Schemas) -> None:
    """Examples without null: validators of 3.0 refuse it where a reference is nullable."""
    if isinstance(node, list):
        for each in node:
            _renew_examples(each, schemas)
    if not isinstance(node, dict):
        return
    if "example" in node and _holds_null(node["example"]):
        del node["example"]
        if "schema" in node:
            node["example"] = example_of(node["schema"], schemas)
    for name, each in node.items():
        if name in NAMED and isinstance(each, dict):
            _renew_examples(list(each.values()), schemas)
        elif name not in VALUES:
            _renew_examples(each, schemas)


def _holds_null(example: Any) -> bool:
    if isinstance(example, dict):
        return any(_holds_null(each) for each in example.values())
    if isinstance(example, list):
        return any(_holds_null(each) for each in example)
    return example is None


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _bound(node: dict[str, Any], exclusive: str, inclusive: str) -> None:
    limit = node.get(exclusive)
    if isinstance(limit, (int, float)) and not isinstance(limit, bool):
        node[inclusive] = limit
        node[exclusive] = True
