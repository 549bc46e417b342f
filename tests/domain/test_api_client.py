"""The command line's way to the API: what it repeats, what it does not, and how it finds the one bad item."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from attune_cli.api_client import ApiClient, ApiRefused, ApiUnreachable
from attune_cli.batches import BatchSender

Answers = Callable[[httpx.Request], httpx.Response]


class Server:
    """A server at the other end of the wire that answers as it is told, and remembers what it was sent."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def client_of(server: Answers) -> ApiClient:
    return ApiClient("http://attune.test/", "atn_test_key", transport=httpx.MockTransport(server))


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "detail": "No.", "request_id": "r-1"}, headers=headers)


DONE = httpx.Response(200, json={"id": "1"}, headers={"ETag": '"1"', "X-Request-Id": "r-2"})
BUSY = problem(503, "database_busy", **{"Retry-After": "0"})


def test_a_busy_api_is_asked_again_with_the_same_idempotency_key() -> None:
    server = Server(BUSY, problem(429, "too_many_requests", **{"Retry-After": "0"}), DONE)
    answer = client_of(server).post("/v1/things", {"a": 1}, idempotency_key="k")
    assert (answer.status, answer.etag, answer.request_id) == (200, '"1"', "r-2")
    assert [request.headers["Idempotency-Key"] for request in server.requests] == ["k"] * 3


def test_an_answer_that_was_lost_is_asked_for_again_only_under_a_key() -> None:
    lost = httpx.ReadError("connection reset")
    assert client_of(Server(lost, DONE)).post("/v1/things", idempotency_key="k").status == 200
    server = Server(lost, DONE)
    with pytest.raises(ApiUnreachable, match="connection reset"):
        client_of(server).post("/v1/things")
    assert len(server.requests) == 1


def test_a_refusal_is_final_and_tells_its_code_and_request() -> None:
    server = Server(problem(403, "scope_missing"))
    with pytest.raises(ApiRefused, match=r"403, scope_missing: No\. \(request r-1\)"):
        client_of(server).get("/v1/things")
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [httpx.Response(200, text="<html>"), httpx.Response(502, text="<html>")])
def test_something_else_at_the_address_is_told(answer: httpx.Response) -> None:
    with pytest.raises((ApiUnreachable, ApiRefused)):
        client_of(Server(answer)).get("/v1/things")


def batch_server(is_refused: Callable[[list[Any]], bool], status: int = 422) -> Answers:
    """An API that refuses a batch as a whole for what is in it."""

    def answer(request: httpx.Request) -> httpx.Response:
        items = json.loads(request.content)["items"]
        if is_refused(items):
            return problem(status, "body_invalid")
        results = [{"index": i, "status": "created", "id": str(item), "problem": None} for i, item in enumerate(items)]
        return httpx.Response(200, json={"results": results[::-1]})

    return answer


def items(count: int) -> list[dict[str, int]]:
    return [{"number": number} for number in range(count)]


def test_one_item_that_spoils_its_batch_is_found_and_the_rest_goes_in() -> None:
    sender = BatchSender(client_of(batch_server(lambda batch: {"number": 137} in batch)))
    results = sender.send("/v1/things:batchCreate", items(450))
    assert [i for i, result in enumerate(results) if not result.is_stored] == [137]
    assert results[137].reason == "body_invalid: No."
    assert [r.answer["id"] for r in results if r.is_stored] == [
        str(item) for item in items(450) if item["number"] != 137
    ]


def test_a_batch_that_is_too_large_is_sent_in_smaller_ones() -> None:
    sender = BatchSender(client_of(batch_server(lambda batch: len(batch) > 30, status=413)))
    assert len(sender.send("/v1/things:batchCreate", items(200))) == 200


def test_what_is_wrong_with_the_key_is_not_looked_for_in_the_items() -> None:
    sender = BatchSender(client_of(batch_server(lambda batch: True, status=403)))
    with pytest.raises(ApiRefused):
        sender.send("/v1/things:batchCreate", items(3))


def test_every_batch_has_a_key_of_its_own_and_another_run_others() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Idempotency-Key"])
        return batch_server(lambda batch: False)(request)

    for _ in range(2):
        BatchSender(client_of(answer)).send("/v1/things:batchCreate", items(401))
    assert len(seen) == len(set(seen)) == 6


def test_nothing_to_send_is_nothing_sent() -> None:
    server = Server(DONE)
    assert BatchSender(client_of(server)).send("/v1/things:batchCreate", []) == []
    assert server.requests == []
