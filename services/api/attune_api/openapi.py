"""The OpenAPI document, derived from the routes: 3.1 for everybody, and 3.0 for importers that read nothing newer.

What every operation has in common is added here, so that routes need not repeat it: problem answers, security, scopes,
the headers the edge understands, and examples put together from those of the models.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from attune_api.answers import read_expected_version
from attune_api.auth.scopes import RequiredScopes
from attune_api.openapi_30 import NAMED, VALUES
from attune_api.openapi_examples import example_of
from attune_api.openapi_naming import name_for_clients
from attune_api.problems import MEDIA_TYPE, FieldError, Problem
from attune_api.purposes import read_purpose
from attune_api.routing import AttuneRoute

Document = dict[str, Any]

VERSION: Final = "1.0.0"
TITLE: Final = "Attune API"
SUMMARY: Final = "The system of record for empathy operations."
DESCRIPTION: Final = """\
Check-ins, rubrics, escalations that carry emotional context, and signals of how people feel, given only with their \
consent and for a declared purpose.

**Authentication.** Send `Authorization: Bearer …` with an API key (`atn_live_…`, `atn_test_…`) or with an access token \
of your organisation's identity provider.

**Consent.** Reading what somebody felt needs a purpose (`Attune-Purpose`) to which that person consented. Without it the \
answer is `200` with `status: "withheld"` and a reason. Every such read is on the audit log.

**Errors** are `application/problem+json` (RFC 9457). Decide by `code`, which never changes; show `detail` to people.

**Safe repetition.** Every POST that changes something honours `Idempotency-Key` for 24 hours. Changes to things others \
change too need `If-Match` with the `ETag` you read.

**Lists** come in pages: pass `next_cursor` of one page as `cursor` of the next. New values may appear in any enum except \
states we own; ignore fields you do not know."""

SECURITY: Final = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key of an integration: `atn_live_…`, or `atn_test_…` for a sandbox.",
    },
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of a person, issued by their organisation's identity provider.",
    },
}

TAGS: Final = {
    "Me": "Who is calling, and their own load.",
    "People": "People who work in the organisation, as its HR system knows them.",
    "Teams": "Teams and how they belong together.",
    "Customers": "Customers, known by the references of your other systems.",
    "Consents": "What customers agreed to, purpose by purpose, and when.",
    "Interactions": "Conversations with customers, and their turns.",
    "Signals": "How people felt, as somebody noticed or they said themselves. Behind consent and purpose.",
    "Check-ins": "Structured conversations between a person and their lead.",
    "Rubrics": "What good empathy looks like, in dimensions and anchored levels.",
    "Evaluations": "Interactions judged by people against a rubric.",
    "Escalations": "Hand-overs that carry what the next person has to know about how the customer feels.",
    "Dashboards": "What a team as a whole went through. Never shown for small groups.",
    "Audit": "Who did and saw what, and who was refused.",
}

_NAMES: Final = {
    400: "Malformed",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    408: "Body too slow",
    409: "Conflict",
    412: "Changed since it was read",
    413: "Body too large",
    415: "Not JSON",
    422: "Not acceptable",
    428: "If-Match missing",
    429: "Too many requests",
    500: "Failure of the service",
    503: "Unavailable for a moment",
}

_ALWAYS: Final = (401, 403, 422, 429, 500, 503)
_WITH_BODY: Final = (400, 408, 413, 415)
_WITH_RETRY_AFTER: Final = (429, 503)
_NOT_REPEATABLE: Final = (":lookup", ":search", ":batchGet")

_REQUIRED_HEADERS: Final = {"If-Match": read_expected_version, "Attune-Purpose": read_purpose}

_CONTENT: Final = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}

_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your name for this request. Repeating it within 24 hours has one effect and the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}

_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the version you have. If it is still the current one, the answer is 304.",
    "schema": {"type": "string"},
}


def document(app: FastAPI) -> Document:
    """The OpenAPI 3.1 document of an application. The same routes give the same document, byte for byte."""
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema]
    built: Document = get_openapi(
        title=TITLE,
        version=VERSION,
        summary=SUMMARY,
        description=DESCRIPTION,
        routes=routes,
        servers=[{"url": "/", "description": "This server"}],
        contact={"name": "Attune", "url": "https://attune.example/support"},
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_version="3.1.0",
    )
    components = built.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unwanted in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unwanted, None)
    for model in (Problem, FieldError):
        schema = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = SECURITY
    for route in routes:
        for method in sorted(route.methods or ()):
            _complete(built["paths"][route.path_format][method.lower()], route, method, schemas)
    used = sorted({tag for _, operation in operations(built) for tag in operation.get("tags", [])})
    built["tags"] = [{"name": tag, "description": TAGS.get(tag, tag)} for tag in used]
    _drop_titles(built["paths"])
    _drop_titles(list(components["schemas"].values()))
    name_for_clients(built)
    return built


def operations(built: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation of a document, with `METHOD /path`."""
    for path, item in built["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                yield f"{method.upper()} {path}", operation


def scopes_of(route: APIRoute) -> list[str]:
    """The scopes a route requires of its callers, sorted."""
    return sorted({scope for required in _required(route) for scope in required.scopes})


def is_guarded(route: APIRoute) -> bool:
    """Whether a route asks who is calling at all. An architecture test holds every route of `/v1` to it."""
    return bool(_required(route))


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=problems(404, 409)`: what a route refuses besides what every route does."""
    return {status: {"description": _NAMES[status], "content": _CONTENT} for status in statuses}


def write(built: Document) -> str:
    """A document as the text that is committed and served."""
    return json.dumps(built, indent=1, ensure_ascii=False) + "\n"


def _complete(operation: dict[str, Any], route: APIRoute, method: str, schemas: Mapping[str, Any]) -> None:
    dependants = list(_dependants(route.dependant))
    headers = {field.alias for each in dependants for field in each.header_params}
    for parameter in operation.get("parameters", []):
        # Python sees an optional header, since its absence has a code of its own; a caller has to send it.
        if any(each.call is _REQUIRED_HEADERS.get(parameter["name"]) for each in dependants):
            parameter["required"] = True
    operation["security"] = [{name: []} for name in SECURITY]
    operation["x-required-scopes"] = scopes_of(route)
    operation.setdefault("x-audited", _changes(route, method) or "Attune-Purpose" in headers)
    statuses = {*_ALWAYS}
    if method == "POST":
        statuses.add(400)
        if _changes(route, method):
            statuses.add(409)
            operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    if "requestBody" in operation:
        statuses.update(_WITH_BODY)
    if route.param_convertors:
        statuses.add(404)
    if "If-Match" in headers:
        statuses.update((412, 428))
    responses = operation["responses"]
    _describe_successes(operation, route, method)
    for status in statuses:
        response: dict[str, Any] = {"description": _NAMES[status], "content": _CONTENT}
        if status in _WITH_RETRY_AFTER:
            response["headers"] = {
                "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
            }
        responses[str(status)] = {**response, **_own(responses.get(str(status)))}
    operation["responses"] = dict(sorted(responses.items()))
    _add_examples(operation, schemas)


def _describe_successes(operation: dict[str, Any], route: APIRoute, method: str) -> None:
    calls = route.endpoint.__code__.co_names
    responses = operation["responses"]
    for status, response in responses.items():
        if response["description"] == "Successful Response":
            response["description"] = HTTPStatus(int(status)).phrase
        if status == "201" and "created" in calls:
            response["headers"] = {"Location": {"description": "Where the new thing is.", "schema": {"type": "string"}}}
        if status == "200" and "versioned" in calls:
            response["headers"] = {"ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}}}
    if method == "GET" and "versioned" in calls:
        operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
        responses["304"] = {"description": "You have this version."}


def _own(response: dict[str, Any] | None) -> dict[str, Any]:
    """What a route says of a problem answer itself: its description."""
    if response is None or "application/json" in response.get("content", {}):
        return {}
    return {"description": response["description"]}


def _add_examples(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [each.get("content", {}) for status, each in operation["responses"].items() if status.startswith("2")]
    for content in contents:
        for media in content.values():
            if "example" not in media and "examples" not in media and "schema" in media:
                media["example"] = example_of(media["schema"], schemas)


def _changes(route: APIRoute, method: str) -> bool:
    return method != "GET" and not route.path_format.endswith(_NOT_REPEATABLE)


def _dependants(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from _dependants(each)


def _required(route: APIRoute) -> tuple[RequiredScopes, ...]:
    return route.required if isinstance(route, AttuneRoute) else ()


_GENERATED_TITLE: Final = re.compile(r"[A-Z0-9][A-Za-z0-9_]*( [A-Za-z0-9_]+)*")


def _drop_titles(node: Any) -> None:
    """Pydantic gives every field a title made from its name, which is noise for generators of code."""
    if isinstance(node, list):
        for each in node:
            _drop_titles(each)
    if not isinstance(node, dict):
        return
    title = node.get("title")
    if isinstance(title, str) and _GENERATED_TITLE.fullmatch(title) and _is_schema(node):
        del node["title"]
    for name, each in node.items():
        if name in NAMED and isinstance(each, dict):
            _drop_titles(list(each.values()))
        elif name not in VALUES:
            _drop_titles(each)


def _is_schema(node: Mapping[str, Any]) -> bool:
    return any(key in node for key in ("type", "anyOf", "allOf", "oneOf", "$ref", "enum", "const"))
