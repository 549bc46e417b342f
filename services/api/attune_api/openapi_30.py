"""OpenAPI 3.0 of a 3.1 document, for importers that read nothing newer (Salesforce's External Services among them)."""

from __future__ import annotations

import copy
from typing import Any, Final

_UNKNOWN_TO_30: Final = ("contentMediaType", "contentEncoding", "propertyNames", "$schema", "unevaluatedProperties")
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
    converted: dict[str, Any] = _convert(old)
    return converted


def _convert(node: Any) -> Any:
    if isinstance(node, list):
        return [_convert(each) for each in node]
    if not isinstance(node, dict):
        return node
    # What stands under `example` is a value, not a schema; names under `properties` are names.
    new = {name: each if name in {"example", "default"} else _convert(each) for name, each in node.items()}
    for unknown in _UNKNOWN_TO_30:
        new.pop(unknown, None)
    new = _without_null(new)
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


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    """`null` is no type in 3.0: `nullable` says it."""
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
        if len(rest) != 1:
            return {combined: rest, **others, "nullable": True}
        inner = {"allOf": rest} if "$ref" in rest[0] else rest[0]
        return {**inner, **others, "nullable": True}
    return node


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _bound(node: dict[str, Any], exclusive: str, inclusive: str) -> None:
    limit = node.get(exclusive)
    if isinstance(limit, (int, float)) and not isinstance(limit, bool):
        node[inclusive] = limit
        node[exclusive] = True
