"""Requests for an operation that would be good ones, but for the one place in which something is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2 as httpx

from attune_api.openapi_examples import example_of
from tests.api.walls.operations import Operation, Place, Shape, resolved
from tests.api.walls.rounds import ADD, DIMENSION
from tests.api.walls.things import ENDED, OBSERVED, SCORES, STARTED, Things, new_identity, new_reference

Value = str | dict[str, str]

USED_UP: Final = {
    "accept_escalation": "escalation",
    "bounce_escalation": "escalation",
    "close_calibration_round": "resolved_round",
    "edit_check_in": "check_in",
    "erase_customer": "customer",
    "invite_calibration_raters": "draft_round",
    "refuse_consent": "customer",
    "resolve_calibration_round": "review_round",
    "resolve_escalation": "accepted_escalation",
    "start_calibration_review": "scoring_round",
    "start_calibration_scoring": "draft_round",
    "submit_check_in": "check_in",
    "submit_ratings": "rated_round",
    "withdraw_consent": "customer",
}
"""Operations that change what their path names so much that the next request needs another one."""

GOOD: Final[Mapping[str, Any]] = {
    "scores": SCORES,
    "evaluator_kind": "peer",
    "started_at": STARTED,
    "ended_at": ENDED,
    "handle_seconds": 600,
    "observed_at": OBSERVED,
    "severity": "high",
    "dimension": DIMENSION,
    "value": 3,
}
"""Fields for which the example of the field alone does not fit the rest of the body."""

ONLY_IF_ASKED: Final = frozenset({"identity", "external_ref"})
"""Optional fields that would decide the answer before the place in question is looked at."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, ready to be sent by anybody."""

    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    async def send(self, client: httpx.AsyncClient, **headers: str) -> httpx.Response:
        """Send it."""
        return await client.request(
            self.method, self.path, params=self.query, headers=self.headers | headers, json=self.body
        )


async def ask(
    operation: Operation, of: Things, place: Place | None = None, value: Value | None = None, version: str | None = None
) -> Ask:
    """A request with the things of an organisation, and `value` in `place`. `version` is for `If-Match`."""
    named = {} if place is None or value is None else {place: value}
    for each in operation.places:
        if each.where == "path" and each not in named:
            # What is put under a new reference is made each time; under an old one its version would tell the two apart.
            named[each] = new_reference() if operation.method == "PUT" else await own_value(operation, each, of)
    path = operation.path
    query = dict(operation.query)
    for each, content in named.items():
        if each.where == "query":
            query[each.name] = content
        elif isinstance(content, dict) and each.where == "path":
            for part, text in content.items():
                path = path.replace(f"{{{part}}}", text)
        elif each.where == "path":
            path = path.replace(f"{{{each.name}}}", str(content))
    headers = {}
    if "Attune-Purpose" in operation.headers:
        headers["attune-purpose"] = "service_contact"
    if "If-Match" in operation.headers:
        headers["if-match"] = version or await version_of(path, of)
    body = None
    if operation.body is not None:
        in_body = place if place is not None and place.where == "body" else None
        body = _object(operation.body, operation, of, (), in_body, value)
    return Ask(operation.method, path, query, headers, body)


async def own_value(operation: Operation, place: Place, of: Things) -> Value:
    """What an organisation itself would name in a place."""
    if place.where == "path" and operation.id in USED_UP:
        return str(await _one_more(USED_UP[operation.id], of))
    match place.shape:
        case Shape.ID:
            return str(of.ids[place.kind])
        case Shape.REFERENCE:
            return of.references[place.kind]
        case Shape.SLUG:
            return of.slugs[place.kind]
        case Shape.IDENTITY:
            return new_identity()
        case Shape.CURSOR:
            return await cursor_of(operation, of)


async def cursor_of(operation: Operation, of: Things) -> str:
    """Where an organisation's own list goes on after its first row."""
    first = await ask(operation, of)
    first.query["limit"] = 1
    response = await first.send(of.person)
    cursor = response.json().get("next_cursor")
    assert isinstance(cursor, str), f"{operation.id}: a list of one row leads nowhere: {response.text}"
    return cursor


async def version_of(path: str, of: Things) -> str:
    """The `ETag` of what a path names, as its own organisation sees it."""
    response = await of.person.get(path.rpartition(":")[0] if ":" in path else path)
    return response.headers.get("etag", '"v1"')


async def _one_more(kind: str, of: Things) -> object:
    if kind in ADD:
        return await ADD[kind](of)
    match kind:
        case "customer":
            return await of.add_customer()
        case "check_in":
            return await of.add_check_in()
        case "accepted_escalation":
            return await of.add_accepted_escalation()
        case _:
            return await of.add_escalation()


def _object(
    schema: Mapping[str, Any],
    operation: Operation,
    of: Things,
    steps: tuple[str, ...],
    place: Place | None,
    value: Value | None,
) -> dict[str, Any]:
    """The required fields, one name for each thing, and `value` in its place."""
    places = {each.steps: each for each in operation.places if each.where == "body"}
    required = set(schema.get("required", ()))
    made: dict[str, Any] = {}
    taken = {_stem(place.steps)} if place is not None else set()
    for name, inner in schema.get("properties", {}).items():
        here = (*steps, name)
        named = places.get(here)
        if place is not None and here == place.steps:
            made[name] = value
        elif named is not None:
            if _stem(here) not in taken and (name in required or name not in ONLY_IF_ASKED):
                taken.add(_stem(here))
                made[name] = _named(named, of)
        elif name in required or (place is not None and place.steps[: len(here)] == here):
            made[name] = _field(name, resolved(inner, operation.schemas), operation, of, here, place, value)
    return made


def _field(
    name: str,
    schema: Mapping[str, Any],
    operation: Operation,
    of: Things,
    steps: tuple[str, ...],
    place: Place | None,
    value: Value | None,
) -> Any:
    if name == "week_of":
        return of.next_week()
    if name in GOOD:
        return GOOD[name]
    if schema.get("type") == "object":
        return _object(schema, operation, of, steps, place, value)
    if schema.get("type") == "array":
        item = resolved(schema["items"], operation.schemas)
        return [_field("", item, operation, of, (*steps, "[]"), place, value)]
    return example_of(schema, operation.schemas)


def _named(place: Place, of: Things) -> Value:
    if place.shape is Shape.REFERENCE:
        return of.references[place.kind]
    return of.slugs[place.kind] if place.shape is Shape.SLUG else str(of.ids[place.kind])


def _stem(steps: tuple[str, ...]) -> tuple[str, ...]:
    """What a field is about: a thing is named by its id, its reference or its slug, never by two of them."""
    last = steps[-1]
    for ending in ("_version_id", "_id", "_ref", "_slug"):
        if last.endswith(ending):
            return (*steps[:-1], last.removesuffix(ending))
    return steps
