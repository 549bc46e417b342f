"""Everything that goes wrong is one kind of answer, and none repeats what was sent."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import asyncpg
import httpx2 as httpx
import pytest
from structlog.testing import capture_logs

from attune.kernel.errors import Kind
from attune_api.exchange import SCOPE_KEY, Exchange
from attune_api.problems import MOST_ERRORS, STATUS_OF, ProblemWriter
from attune_api.validation_texts import point_to, say
from tests.api.conftest import assert_problem

PRIVATE = "Frau-Meier-was-crying"
REFERENCE = {"customer_ref": {"source": "crm", "external_id": "c-1"}}


def test_every_kind_of_refusal_has_a_status() -> None:
    assert set(STATUS_OF) == set(Kind)


async def test_nothing_at_an_address(sample_client: httpx.AsyncClient) -> None:
    assert_problem(await sample_client.get(f"/v1/{PRIVATE}"), 404, "not_found")


async def test_a_malformed_id_is_an_address_with_nothing(sample_client: httpx.AsyncClient) -> None:
    problem = assert_problem(await sample_client.get(f"/v1/samples/{PRIVATE}"), 404, "not_found")
    assert PRIVATE not in json.dumps(problem)


async def test_a_trailing_slash_is_another_address(sample_client: httpx.AsyncClient) -> None:
    assert_problem(await sample_client.get("/v1/samples/"), 404, "not_found")


async def test_a_method_nobody_serves(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.delete("/v1/samples/context")
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET"


async def test_all_methods_of_an_address_are_listed(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.delete("/v1/samples/01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d")
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "GET, PATCH"


async def test_the_wrong_method_on_a_custom_verb(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.get("/v1/samples/01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d:paint")
    assert_problem(response, 405, "method_not_allowed")


async def test_another_media_type(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.post("/v1/samples", content=b"name=x", headers={"content-type": "text/plain"})
    assert_problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
async def test_spellings_of_json(sample_client: httpx.AsyncClient, content_type: str) -> None:
    response = await sample_client.post(
        "/v1/samples",
        content=json.dumps({"name": "first", **REFERENCE}).encode(),
        headers={"content-type": content_type},
    )
    assert response.status_code == 201, response.text


async def test_a_body_without_a_media_type_is_not_read_as_json(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.post("/v1/samples", content=json.dumps({"name": "first", **REFERENCE}).encode())
    assert_problem(response, 422, "validation_failed")


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "' + PRIVATE.encode(),
        b'{"name": NaN}',
        b'{"weight": -Infinity}',
        b'{"name": "\\ud800"}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "\xff"}',
        b"\xef\xbb\xbf{}",
        b"{}{}",
        b'{"a":1,}',
        b"'" + PRIVATE.encode() + b"'",
        b"[" * 250 + b"]" * 250,
        b'{"a":' * 250 + b"1" + b"}" * 250,
        b"[" * 100_000,
        b"[" + b"9" * 5000 + b"]",
    ],
    ids=lambda body: body[:24].decode("latin-1"),
)
async def test_a_body_that_is_no_json(sample_client: httpx.AsyncClient, body: bytes) -> None:
    response = await sample_client.post("/v1/samples", content=body, headers={"content-type": "application/json"})
    problem = assert_problem(response, 400, "malformed_body")
    assert PRIVATE not in json.dumps(problem)


async def test_a_body_that_is_nested_without_end_is_no_json(sample_client: httpx.AsyncClient) -> None:
    for levels, status in ((200, 422), (250, 400), (100_000, 400)):
        body = b"[" * levels + b"]" * levels
        response = await sample_client.post("/v1/samples", content=body, headers={"content-type": "application/json"})
        assert response.status_code == status, levels


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"name": "x"}, "/name", "too_short"),
        ({"name": PRIVATE * 5}, "/name", "too_long"),
        ({"name": 7}, "/name", "not_a_string"),
        ({"name": None}, "/name", "not_a_string"),
        ({"weight": 1.5}, "/weight", "out_of_range"),
        ({"weight": PRIVATE}, "/weight", "not_a_number"),
        ({"tags": [PRIVATE]}, "/tags/0", "wrong_format"),
        ({"tags": ["a", "b", "c", "d"]}, "/tags", "too_many"),
        ({"tags": PRIVATE}, "/tags", "not_a_list"),
        ({PRIVATE: 1}, "", "unknown_field"),
        ({"customer_ref": {"source": "crm", "external_id": "c-1", PRIVATE: 1}}, "/customer_ref", "unknown_field"),
        ({"customer_ref": {"source": PRIVATE, "external_id": "c-1"}}, "/customer_ref/source", "wrong_format"),
        ({"customer_ref": {"source": "crm", "external_id": "a b"}}, "/customer_ref/external_id", "wrong_format"),
        ({"customer_ref": {"source": "crm"}}, "/customer_ref/external_id", "missing"),
        ({"customer_ref": PRIVATE}, "/customer_ref", "not_an_object"),
        ({"customer_ref": None}, "", "one_of_required"),
        ({"customer_id": "01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d"}, "", "one_of_required"),
        ({"customer_id": PRIVATE}, "/customer_id", "not_an_id"),
        ({"at": PRIVATE}, "/at", "not_a_time"),
        ({"at": 1_700_000_000}, "/at", "not_a_time"),
        ({"at": "1700000000"}, "/at", "not_a_time"),
        ({"at": "2026-11-22"}, "/at", "not_a_time"),
        ({"at": "2026-11-22T09:00:00"}, "/at", "time_zone_missing"),
        ({"at": "0001-01-01T00:00:00Z"}, "/at", "out_of_range"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "/at", "out_of_range"),
    ],
)
async def test_a_value_that_is_not_accepted(
    sample_client: httpx.AsyncClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    body = {"name": "first", **REFERENCE, **change}
    problem = assert_problem(await sample_client.post("/v1/samples", json=body), 422, "validation_failed")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
    assert PRIVATE not in json.dumps(problem)


async def test_limits_of_the_schema_are_told(sample_client: httpx.AsyncClient) -> None:
    problem = assert_problem(
        await sample_client.post("/v1/samples", json={"name": PRIVATE * 2, **REFERENCE}), 422, "validation_failed"
    )
    assert problem["errors"][0]["detail"] == "At most 20 characters are allowed."


async def test_a_body_of_the_wrong_kind(sample_client: httpx.AsyncClient) -> None:
    for body in (b"[]", b'"text"', b"null", b"7"):
        response = await sample_client.post("/v1/samples", content=body, headers={"content-type": "application/json"})
        assert_problem(response, 422, "validation_failed")


async def test_no_body_at_all(sample_client: httpx.AsyncClient) -> None:
    problem = assert_problem(await sample_client.post("/v1/samples"), 422, "validation_failed")
    assert problem["errors"] == [{"pointer": "", "code": "missing", "detail": "This is required."}]


async def test_a_long_list_of_errors_is_cut(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.post("/v1/samples:batchCreate", json=[{}] * (MOST_ERRORS + 1))
    assert len(assert_problem(response, 422, "validation_failed")["errors"]) == MOST_ERRORS


async def test_an_unknown_query_parameter(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.get("/v1/samples", params={PRIVATE: "1"})
    problem = assert_problem(response, 422, "validation_failed")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/query", "unknown_parameter")]
    assert PRIVATE not in json.dumps(problem)


async def test_an_unknown_query_parameter_where_there_are_none(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.get("/v1/me", params={"limit": "1"})
    assert_problem(response, 422, "validation_failed")


async def test_a_repeated_query_parameter(sample_client: httpx.AsyncClient) -> None:
    problem = assert_problem(await sample_client.get("/v1/samples?limit=1&limit=2"), 422, "validation_failed")
    assert problem["errors"][0]["code"] == "repeated_parameter"


async def test_a_query_with_a_null_character(sample_client: httpx.AsyncClient) -> None:
    problem = assert_problem(await sample_client.get("/v1/samples?colour=a%00b"), 422, "validation_failed")
    assert problem["errors"][0]["code"] == "character_not_allowed"


async def test_a_query_value_that_is_not_accepted(sample_client: httpx.AsyncClient) -> None:
    problem = assert_problem(await sample_client.get("/v1/samples?limit=201"), 422, "validation_failed")
    assert problem["errors"] == [
        {"pointer": "/query/limit", "code": "out_of_range", "detail": "This has to be at most 200."}
    ]


async def test_a_refusal_of_the_domain(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.post("/v1/samples", json={"name": "too blue", **REFERENCE})
    problem = assert_problem(response, 409, "too_blue")
    assert problem["errors"] == [{"pointer": "/name", "code": "too_blue", "detail": "This is too blue."}]
    assert problem["title"] == "Too blue"
    assert problem["type"] == "https://attune.example/problems/too_blue"
    assert "retry-after" not in response.headers


async def test_a_recorded_refusal(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.post("/v1/samples", json={"name": "refused", **REFERENCE})
    assert_problem(response, 403, "consent_missing")


async def test_what_nobody_foresaw_tells_nothing(sample_client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        problem = assert_problem(await sample_client.get("/v1/samples/broken"), 500, "internal_error")
    assert "furious" not in json.dumps(problem)
    assert "ValueError" not in json.dumps(problem)
    (line,) = [line for line in lines if line["event"] == "request.failed"]
    assert line["request_id"] == problem["request_id"]
    assert line["error_class"] == "ValueError"


async def test_a_busy_database_asks_to_come_back(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.get("/v1/samples/busy")
    assert_problem(response, 503, "database_busy")
    assert int(response.headers["retry-after"]) >= 1


async def test_an_instance_is_the_request_where_its_id_is_a_uuid(sample_client: httpx.AsyncClient) -> None:
    problem = assert_problem(await sample_client.get("/v1/nothing"), 404, "not_found")
    assert problem["instance"] == f"urn:uuid:{problem['request_id']}"


async def test_an_instance_is_a_uuid_where_the_callers_id_is_none(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.get("/v1/nothing", headers={"x-request-id": "their-own.id_7"})
    problem = assert_problem(response, 404, "not_found")
    assert problem["request_id"] == "their-own.id_7"
    assert UUID(problem["instance"].removeprefix("urn:uuid:")).version == 7


def test_an_error_nobody_knows_is_said_in_general_words() -> None:
    assert say("something_new", {"error": PRIVATE}) == ("not_accepted", "This value is not accepted.")


def test_a_limit_that_is_no_number_is_not_repeated() -> None:
    assert say("less_than_equal", {"le": PRIVATE}) == ("out_of_range", "This value is not accepted.")


def test_pointers_are_escaped() -> None:
    assert point_to(("body", "items", 3, "a/b~c"), "missing") == "/items/3/a~1b~0c"


def test_deadlocks_are_worth_another_try() -> None:
    answer = ProblemWriter("https://attune.example/problems/").answer(
        {SCOPE_KEY: Exchange("r")}, asyncpg.DeadlockDetectedError("deadlock detected")
    )
    assert answer.status_code == 503
