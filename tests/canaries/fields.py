"""The text fields of every operation, read from the OpenAPI document, and bodies in which each holds a canary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.canaries.texts import dress, is_free

Json = Any
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TextField:
    """A string of a request's body that is no id, no time and none of a closed list."""

    operation: str
    pointer: str
    is_free: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    id: str
    method: str
    path: str
    scopes: tuple[str, ...]
    parameters: tuple[dict[str, Any], ...]
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Document:
    """An OpenAPI document."""

    content: dict[str, Any]

    def operations(self) -> Iterator[Operation]:
        """All operations."""
        for path, methods in self.content["paths"].items():
            for method, operation in methods.items():
                body = operation.get("requestBody")
                yield Operation(
                    operation["operationId"],
                    method.upper(),
                    path,
                    tuple(operation.get("x-required-scopes", ())),
                    tuple(operation.get("parameters", ())),
                    None if body is None else self.plain(body["content"]["application/json"]["schema"]),
                )

    def plain(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema behind a reference, or the one beside `null`."""
        if "$ref" in schema:
            return self.plain(self.content["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            (other,) = (each for each in schema["anyOf"] if each.get("type") != "null")
            return self.plain(other)
        return schema

    def text_fields(self) -> list[TextField]:
        """Every text field of every body."""
        return [
            TextField(operation.id, pointer, is_free(schema))
            for operation in self.operations()
            if operation.body is not None
            for pointer, schema in self._texts(operation.body, "")
        ]

    def _texts(self, schema: dict[str, Any], pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
        schema = self.plain(schema)
        if is_text(schema):
            yield pointer, schema
        for name, inner in schema.get("properties", {}).items():
            yield from self._texts(inner, f"{pointer}/{name}")
        if "items" in schema:
            yield from self._texts(schema["items"], f"{pointer}/*")

    def fill(self, schema: dict[str, Any], base: Json, sing: Callable[[str], str]) -> tuple[Json, list[str]]:
        """The body with a canary in every text that `base` does not give itself; the pointers of those canaries."""
        filled = deepcopy(base)
        pointers: list[str] = []
        self._fill(self.plain(schema), filled, "", sing, pointers)
        return filled, pointers

    def _fill(
        self, schema: dict[str, Any], value: Json, pointer: str, sing: Callable[[str], str], pointers: list[str]
    ) -> None:
        if isinstance(value, list):
            for item in value:
                self._fill(self.plain(schema["items"]), item, f"{pointer}/*", sing, pointers)
        if not isinstance(value, dict):
            return
        for name, inner in schema["properties"].items():
            plain, place = self.plain(inner), f"{pointer}/{name}"
            if name in value:
                self._fill(plain, value[name], place, sing, pointers)
            elif is_text(plain):
                value[name] = dress(plain, sing(place))
                pointers.append(place)
            elif plain.get("type") == "array" and is_text(self.plain(plain["items"])):
                value[name] = [dress(self.plain(plain["items"]), sing(place))]
                pointers.append(f"{place}/*")
            elif plain.get("type") == "object" and all(is_text(self.plain(p)) for p in plain["properties"].values()):
                value[name] = {}
                self._fill(plain, value[name], place, sing, pointers)


def is_text(schema: dict[str, Any]) -> bool:
    """Whether a schema is of a text: a string without a format and without a list of values."""
    return schema.get("type") == "string" and "format" not in schema and "enum" not in schema


def leaves(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every value inside a body, lists and objects too, with the way to it."""
    if path:
        yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from leaves(each, (*path, key))


def replaced(body: Json, path: Path, value: Json) -> Json:
    """The body with another value there."""
    changed = deepcopy(body)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed
