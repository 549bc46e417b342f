"""The document says what the service does, in two dialects and on a page."""

from __future__ import annotations

import json
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from openapi_spec_validator import validate

from attune_api.openapi import document, is_guarded, operations, write
from attune_api.openapi_30 import downlevel
from attune_api.route_index import noun_of

Document = dict[str, Any]


@pytest.fixture(scope="session")
def built(sampled_app: FastAPI) -> Document:
    return document(sampled_app)


def operation_of(built: Document, operation_id: str) -> dict[str, Any]:
    return next(each for _, each in operations(built) if each["operationId"] == operation_id)


def test_both_documents_are_valid(built: Document) -> None:
    validate(built)
    validate(downlevel(built))


def test_the_same_routes_give_the_same_text(sampled_app: FastAPI, built: Document) -> None:
    assert write(document(sampled_app)) == write(built)
    assert write(downlevel(document(sampled_app))) == write(downlevel(built))


def test_operations_have_unique_names_and_everything_a_reader_needs(built: Document) -> None:
    names = [operation["operationId"] for _, operation in operations(built)]
    assert len(names) == len(set(names))
    for place, operation in operations(built):
        assert operation["operationId"].islower(), place
        assert operation["summary"], place
        assert operation["description"], place
        assert operation["tags"], place
        assert operation["security"] == [{"apiKey": []}, {"accessToken": []}], place
        assert isinstance(operation["x-required-scopes"], list), place
        assert isinstance(operation["x-audited"], bool), place
        assert {"401", "403", "422", "429", "500", "503"} <= set(operation["responses"]), place


def test_every_problem_is_problem_json(built: Document) -> None:
    for place, operation in operations(built):
        for status, response in operation["responses"].items():
            if status >= "4":
                assert list(response["content"]) == ["application/problem+json"], (place, status)
    assert "HTTPValidationError" not in built["components"]["schemas"]
    assert "Problem" in built["components"]["schemas"]


def test_scopes_and_audit_are_stated(built: Document) -> None:
    assert operation_of(built, "make_sample")["x-required-scopes"] == ["signals:write"]
    assert operation_of(built, "make_sample")["x-audited"] is True
    assert operation_of(built, "list_samples")["x-audited"] is False
    assert operation_of(built, "get_sample_context")["x-audited"] is True
    assert operation_of(built, "get_me")["x-required-scopes"] == []


def test_headers_of_the_edge_are_stated(built: Document) -> None:
    def headers(name: str) -> list[str]:
        return [each["name"] for each in operation_of(built, name).get("parameters", []) if each["in"] == "header"]

    assert headers("make_sample") == ["Idempotency-Key"]
    assert headers("change_sample") == ["If-Match"]
    assert headers("get_sample_context") == ["Attune-Purpose"]
    assert {"412", "428"} <= set(operation_of(built, "change_sample")["responses"])
    assert {"400", "409", "413", "415"} <= set(operation_of(built, "make_sample")["responses"])
    assert headers("get_sample") == ["If-None-Match"]
    assert "304" in operation_of(built, "get_sample")["responses"]
    assert "ETag" in operation_of(built, "get_sample")["responses"]["200"]["headers"]
    assert "Location" in operation_of(built, "make_sample")["responses"]["201"]["headers"]
    assert "Retry-After" in operation_of(built, "get_me")["responses"]["429"]["headers"]


def test_every_body_has_an_example(built: Document) -> None:
    made = operation_of(built, "make_sample")
    example = made["requestBody"]["content"]["application/json"]["example"]
    assert example["name"] == "first"
    assert example["customer_ref"] == {"source": "crm", "external_id": "c-10042"}
    assert made["responses"]["201"]["content"]["application/json"]["example"]["name"] == "first"


def test_30_has_no_word_that_30_does_not_know(built: Document) -> None:
    old = downlevel(built)
    assert old["openapi"] == "3.0.3"
    for node in nodes(old["components"]["schemas"]):
        assert node.get("type") != "null"
        assert not isinstance(node.get("type"), list)
        assert not isinstance(node.get("examples"), list)
        assert "const" not in node
        assert not ("$ref" in node and len(node) > 1)


def nodes(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for each in node for found in nodes(each)]
    if isinstance(node, dict):
        inner = [found for name, each in node.items() if name not in {"example", "default"} for found in nodes(each)]
        return [node, *inner]
    return []


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string", "nullable": True}),
        (
            {"anyOf": [{"$ref": "#/x"}, {"type": "null"}], "description": "d"},
            {"type": "object", "allOf": [{"$ref": "#/x"}], "description": "d", "nullable": True},
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
            {"anyOf": [{"type": "string", "nullable": True}, {"type": "integer"}]},
        ),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "example": "a"}),
        ({"exclusiveMinimum": 0}, {"exclusiveMinimum": True, "minimum": 0}),
        ({"$ref": "#/x", "description": "d"}, {"allOf": [{"$ref": "#/x"}], "description": "d"}),
        ({"properties": {"const": {"type": "string"}}}, {"properties": {"const": {"type": "string"}}}),
        (
            {"properties": {"example": {"type": "string", "examples": ["a"]}}},
            {"properties": {"example": {"type": "string", "example": "a"}}},
        ),
        ({"example": {"const": "kept"}}, {"example": {"const": "kept"}}),
    ],
)
def test_31_in_the_words_of_30(new: dict[str, Any], old: dict[str, Any]) -> None:
    made = downlevel({"openapi": "3.1.0", "info": {}, "components": {"schemas": {"X": new}}})
    assert made["components"]["schemas"]["X"] == old


def test_every_route_of_v1_asks_who_is_calling(app: FastAPI) -> None:
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.path.startswith("/v1")]
    assert routes
    assert [route.path for route in routes if not is_guarded(route)] == []


async def test_anybody_may_read_the_documents(anonymous_client: httpx.AsyncClient) -> None:
    new = await anonymous_client.get("/openapi.json")
    old = await anonymous_client.get("/openapi-3.0.json")
    assert (new.json()["openapi"], old.json()["openapi"]) == ("3.1.0", "3.0.3")
    assert new.headers["cache-control"] == "public, max-age=300"


async def test_the_page_loads_nothing_from_anywhere(anonymous_client: httpx.AsyncClient) -> None:
    page = await anonymous_client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "get_me" in page.text
    for loading in ("<script", "<link", "<img", "@import", "url(", "src="):
        assert loading not in page.text


def test_the_documents_hold_nothing_of_a_machine(built: Document) -> None:
    assert "localhost" not in json.dumps(built)


@pytest.mark.parametrize(
    ("path", "noun"),
    [
        ("/v1/customers", "customers"),
        ("/v1/customers:lookup", "customers"),
        ("/v1/customers/{customer_id}/consents:grant", "customers"),
        ("/v1/customers/", "customers"),
        ("/livez", "livez"),
        ("/openapi.json", "openapi.json"),
        ("/", ""),
        ("", ""),
        ("//", ""),
    ],
)
def test_a_route_is_looked_for_under_its_noun(path: str, noun: str) -> None:
    assert noun_of(path) == noun
