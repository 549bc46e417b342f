"""The operations of the OpenAPI document, and every place of a request in which a thing can be named.

A name that is in neither table below is an error: whoever adds a parameter or a field says here what it names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from attune_api.openapi import operations

COMMITTED: Final = Path(__file__).parents[3] / "openapi/openapi.json"
"""Held to the application's own document by `attune openapi --check`."""

ITS_NOUN: Final = "its noun"

NAMES: Final = {
    "actor_id": "lead",
    "check_in_id": "check_in",
    "concerns": "customer",
    "cursor": "cursor",
    "customer_id": "customer",
    "customer_ref": "customer",
    "escalation_id": "escalation",
    "evaluation_id": "evaluation",
    "external_ref": ITS_NOUN,
    "facilitator_id": "lead",
    "facilitator_ref": "lead",
    "identity": "identity",
    "interaction_id": "interaction",
    "interaction_ref": "interaction",
    "lead_id": "lead",
    "lead_ref": "lead",
    "parent_ref": "parent_team",
    "person_id": "person",
    "person_ref": "person",
    "round_id": "calibration_round",
    "rubric_id": "rubric",
    "rubric_slug": "rubric",
    "rubric_version_id": "rubric_version",
    "target_id": "customer",
    "team_id": "team",
    "team_ref": "team",
}
"""What a name in a path, a query or a body names, as a kind of `things.py`."""

PLAIN: Final = frozenset(
    [
        "action",
        "blockers",
        "dimension",
        "dimensions",
        "display_name",
        "evidence",
        "item",
        "key",
        "label",
        "locale",
        "method",
        "month",
        "name",
        "next_step",
        "next_targets",
        "note",
        "progress",
        "promises_made",
        "queue",
        "stated_emotion",
        "tags",
        "text",
        "text_ref",
        "time_zone",
        "title",
        "triggers",
        "what_happened",
        "what_helped",
        "what_to_avoid",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
    ]
)
"""Text that names no thing. Numbers, dates, enums and switches need no entry."""

NOUNS: Final = {
    "customers": "customer",
    "people": "person",
    "teams": "team",
    "interactions": "interaction",
    "signals": "signal",
    "escalations": "escalation",
    "evaluations": "evaluation",
    "calibration-rounds": "calibration_round",
}
"""Whose reference an `external_ref` is, by the first part of the path."""


class NoCase(Exception):
    """The document has something that the walls do not know."""


class Shape(StrEnum):
    """How a thing is named."""

    ID = "id"
    REFERENCE = "reference"
    SLUG = "slug"
    IDENTITY = "identity"
    CURSOR = "cursor"


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a request that names a thing. `steps` lead into a body; `[]` is the item of a list."""

    where: str
    steps: tuple[str, ...]
    shape: Shape
    kind: str
    makes_it: bool
    """Whether a request that names something nobody has makes it."""

    @property
    def name(self) -> str:
        """The parameter's or field's own name."""
        return self.steps[-1]

    def __str__(self) -> str:
        return f"{self.where} {'.'.join(self.steps)}"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as the document tells of it."""

    id: str
    method: str
    path: str
    scopes: tuple[str, ...]
    places: tuple[Place, ...]
    query: Mapping[str, Any]
    """Its required query parameters that name nothing, with their examples."""
    headers: frozenset[str]
    body: Mapping[str, Any] | None
    schemas: Mapping[str, Any]

    @property
    def is_list(self) -> bool:
        """Whether it answers with pages."""
        return any(place.shape is Shape.CURSOR for place in self.places)


def operations_of(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation of a document. Raises `NoCase` for a name that says nothing to the walls."""
    schemas = document["components"]["schemas"]
    return [_operation(place, stated, schemas) for place, stated in operations(dict(document))]


def committed_operations() -> list[Operation]:
    """Every operation of the committed document."""
    return operations_of(json.loads(COMMITTED.read_text()))


def resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself behind references and behind "or null"."""
    if "$ref" in schema:
        return resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        (only,) = (each for each in schema["anyOf"] if each.get("type") != "null")
        return resolved(only, schemas)
    return schema


def _operation(address: str, stated: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    method, path = address.split(" ", 1)
    own = _its_noun(path)
    places: list[Place] = []
    query: dict[str, Any] = {}
    headers = set()
    for parameter in stated.get("parameters", []):
        name, where = parameter["name"], parameter["in"]
        schema = resolved(parameter["schema"], schemas)
        if where == "header":
            headers.add(name)
            _is_named(stated, name, schema)
        elif where == "path" and name in {"source", "external_id"}:
            if name == "external_id":
                places.append(Place("path", ("external_ref",), Shape.REFERENCE, own, makes_it=method == "PUT"))
        elif where == "path" or _is_named(stated, name, schema):
            places.append(_place(stated, where, (name,), schema, own))
        elif parameter.get("required"):
            query[name] = schema["examples"][0]
    content = stated.get("requestBody", {}).get("content", {})
    body = resolved(content["application/json"]["schema"], schemas) if content else None
    if body is not None:
        places += _places_in(stated, body, schemas, (), own)
    return Operation(
        stated["operationId"],
        method,
        path,
        tuple(stated["x-required-scopes"]),
        tuple(places),
        query,
        frozenset(headers),
        body,
        schemas,
    )


def _its_noun(path: str) -> str:
    return NOUNS.get(path.removeprefix("/v1/").replace(":", "/").split("/")[0], "")


def _places_in(
    stated: Mapping[str, Any], schema: Mapping[str, Any], schemas: Mapping[str, Any], steps: tuple[str, ...], own: str
) -> Iterator[Place]:
    for name, inner in schema.get("properties", {}).items():
        part = resolved(inner, schemas)
        if _is_named(stated, name, part):
            yield _place(stated, "body", (*steps, name), part, own)
        elif part.get("type") == "object":
            yield from _places_in(stated, part, schemas, (*steps, name), own)
        elif part.get("type") == "array":
            item = resolved(part["items"], schemas)
            if item.get("type") == "object":
                yield from _places_in(stated, item, schemas, (*steps, name, "[]"), own)
            else:
                _is_named(stated, name, item)


def _is_named(stated: Mapping[str, Any], name: str, schema: Mapping[str, Any]) -> bool:
    """Whether this names a thing; an error if nobody said."""
    if name in NAMES:
        return True
    says_nothing = name not in PLAIN and schema.get("type") == "string" and "enum" not in schema
    if says_nothing and schema.get("format") not in {"date", "date-time"}:
        raise NoCase(f"{stated['operationId']}: say in NAMES or PLAIN of {__file__} what {name!r} names")
    return False


def _place(stated: Mapping[str, Any], where: str, steps: tuple[str, ...], schema: Mapping[str, Any], own: str) -> Place:
    name = steps[-1]
    kind = NAMES.get(name)
    if kind is None:
        raise NoCase(f"{stated['operationId']}: say in NAMES of {__file__} what {name!r} names")
    kind = own if kind is ITS_NOUN else kind
    if not kind:
        raise NoCase(f"{stated['operationId']}: say in NOUNS of {__file__} whose reference {name!r} is")
    if name == "cursor":
        shape = Shape.CURSOR
    elif schema.get("format") == "uuid":
        shape = Shape.ID
    elif name == "identity":
        shape = Shape.IDENTITY
    elif name.endswith("_ref"):
        shape = Shape.REFERENCE
    else:
        shape = Shape.SLUG
    return Place(where, steps, shape, kind, makes_it=name in {"external_ref", "identity"})
