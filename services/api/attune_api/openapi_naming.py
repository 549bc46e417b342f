"""What generators of clients read well: plain names for schemas, one name for one enum, no null where none can be sent."""

from __future__ import annotations

from typing import Any, Final

from attune.kernel.purposes import CONSENTABLE, Purpose

_REF: Final = "#/components/schemas/"

DECLARABLE: Final = [purpose.value for purpose in Purpose if purpose in CONSENTABLE]


def name_for_clients(built: dict[str, Any]) -> None:
    """Rename the components of a document, and everything that refers to them."""
    for item in built["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                parameter["schema"] = _without_null(parameter["schema"])
    schemas = built["components"]["schemas"]
    schemas["DeclarablePurpose"] = {
        "type": "string",
        "enum": DECLARABLE,
        "description": "Why somebody wants to see or use emotional data; what a customer can be asked to agree to.",
    }
    names = {name: _plain(name) for name in schemas}
    if len(set(names.values())) != len(names):
        raise ValueError("two schemas would get one name")
    purpose = schemas.pop("DeclarablePurpose")
    built["paths"] = _rewritten(built["paths"], names)
    renamed = {names[name]: _rewritten(schema, names) for name, schema in schemas.items()}
    built["components"]["schemas"] = dict(sorted((renamed | {"DeclarablePurpose": purpose}).items()))


def _plain(name: str) -> str:
    """`EscalationOut` is an escalation to whoever calls us, and `EscalationIn` a request to make one."""
    if name.endswith("Out"):
        return name.removesuffix("Out")
    return f"{name.removesuffix('In')}Request" if name.endswith("In") and not name.endswith("CheckIn") else name


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is left out has no value; it is never null."""
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **choices[0]}


def _rewritten(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_rewritten(each, names) for each in node]
    if not isinstance(node, dict):
        return node
    if node.get("enum") == DECLARABLE:
        kept = {key: value for key, value in node.items() if key not in ("type", "enum", "title", "examples")}
        return {"$ref": f"{_REF}DeclarablePurpose", **kept}
    return {
        key: f"{_REF}{names[value.removeprefix(_REF)]}"
        if key == "$ref" and isinstance(value, str) and value.startswith(_REF)
        else _rewritten(value, names)
        for key, value in node.items()
    }
