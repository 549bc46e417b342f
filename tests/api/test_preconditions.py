"""ETags, If-Match and If-None-Match, and the declared purpose."""

from __future__ import annotations

import httpx2 as httpx
import pytest

from tests.api.conftest import assert_problem

SAMPLE = "/v1/samples/01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d"


async def test_a_read_has_the_etag_of_its_version(sample_client: httpx.AsyncClient) -> None:
    assert (await sample_client.get(SAMPLE)).headers["etag"] == '"v3"'


@pytest.mark.parametrize("known", ['"v3"', 'W/"v3"', '"v1", "v3"', "*"])
async def test_whoever_has_this_version_gets_no_body(sample_client: httpx.AsyncClient, known: str) -> None:
    response = await sample_client.get(SAMPLE, headers={"if-none-match": known})
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", '"v3"')


@pytest.mark.parametrize("known", ['"v2"', "v3", '"v33"', ""])
async def test_whoever_has_another_version_gets_this_one(sample_client: httpx.AsyncClient, known: str) -> None:
    assert (await sample_client.get(SAMPLE, headers={"if-none-match": known})).status_code == 200


async def test_a_change_for_the_expected_version(sample_client: httpx.AsyncClient) -> None:
    response = await sample_client.patch(SAMPLE, headers={"if-match": '"v7"'})
    assert (response.json()["name"], response.headers["etag"]) == ("version 7", '"v8"')


@pytest.mark.parametrize("headers", [{}, {"if-match": "*"}])
async def test_a_change_that_does_not_say_for_which_version(
    sample_client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert_problem(await sample_client.patch(SAMPLE, headers=headers), 428, "precondition_required")


@pytest.mark.parametrize("given", ["v7", 'W/"v7"', '"v7", "v8"', '"v0"', '"7"', '"v-1"', '"v99999999999"', ""])
async def test_a_tag_that_is_none_of_ours_is_stale(sample_client: httpx.AsyncClient, given: str) -> None:
    assert_problem(await sample_client.patch(SAMPLE, headers={"if-match": given}), 412, "version_stale")


async def test_a_read_without_a_purpose(sample_client: httpx.AsyncClient) -> None:
    assert_problem(await sample_client.get("/v1/samples/context"), 422, "purpose_required")


@pytest.mark.parametrize("purpose", ["rights", "curiosity", "", "COACHING"])
async def test_a_purpose_nobody_may_declare(sample_client: httpx.AsyncClient, purpose: str) -> None:
    response = await sample_client.get("/v1/samples/context", headers={"attune-purpose": purpose})
    problem = assert_problem(response, 422, "validation_failed")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
        ("/header/Attune-Purpose", "unknown_value")
    ]
