"""The requests of the hot endpoints, as bytes: made before the clock runs, so that making them costs nobody anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from uuid import UUID

from tests.performance.world import MONTH, SIGNALS_OF_A_CUSTOMER, World, monday

Make = Callable[[World, int], Iterator[bytes]]

_number: Final = count()
"""Nothing is sent twice in one run of the bench: neither a reference nor an idempotency key nor a week."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A hot endpoint: what is sent to it, and what it answers when all is well."""

    name: str
    make: Make
    status: str
    is_write: bool


def _http(world: World, method: str, path: str, body: Any = None, **headers: str) -> bytes:
    content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: attune.test", f"Authorization: Bearer {world.key}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


def signal_body(world: World, number: int) -> dict[str, Any]:
    """A signal as a CRM sends it after a conversation, with a reference of its own."""
    place = number % len(world.interactions)
    return {
        "customer_id": str(world.customers[place % len(world.customers)]),
        "interaction_id": str(world.interactions[place]),
        "external_ref": {"source": "crm", "external_id": f"s-{number}"},
        "measure": "emotion_intensity",
        "moment": "before",
        "original_value": 1 + number % 5,
        "scale": {"min": 1, "max": 5},
        "tags": ["frustrated", "anxious"],
        "source": "self_report",
        "modality": "stated",
        "observed_at": "2026-11-20T10:11:12Z",
    }


def record_signals(world: World, many: int) -> Iterator[bytes]:
    """`POST /v1/signals`."""
    for number in _take(many):
        yield _http(
            world, "POST", "/v1/signals", signal_body(world, number), Idempotency_Key=f"0192f0c1-7f3e-7a10-{number:012}"
        )


def record_signals_in_batches(world: World, many: int, size: int) -> Iterator[bytes]:
    """`POST /v1/signals:batchCreate`."""
    for _ in range(many):
        numbers = list(_take(size))
        body = {"items": [signal_body(world, number) for number in numbers], "atomic": False}
        key = f"0192f0c1-7f3e-7a11-{numbers[0]:012}"
        yield _http(world, "POST", "/v1/signals:batchCreate", body, Idempotency_Key=key)


def read_signals(world: World, many: int) -> Iterator[bytes]:
    """`GET /v1/customers/{id}/signals`: a page, for a purpose."""
    for number in range(many):
        path = f"/v1/customers/{_of(world.customers, number)}/signals?limit={SIGNALS_OF_A_CUSTOMER}"
        yield _http(world, "GET", path, Attune_Purpose="service_contact")


def open_check_ins(world: World, many: int) -> Iterator[bytes]:
    """`POST /v1/check-ins`: a week of somebody's."""
    agents = world.people[1:]
    for number in _take(many):
        body = {"person_id": str(_of(agents, number)), "week_of": str(monday(number // len(agents)))}
        yield _http(world, "POST", "/v1/check-ins", body, Idempotency_Key=f"0192f0c1-7f3e-7a12-{number:012}")


def read_dashboards(world: World, many: int) -> Iterator[bytes]:
    """`GET /v1/teams/{id}/dashboard`."""
    for _ in range(many):
        yield _http(world, "GET", f"/v1/teams/{world.team_id}/dashboard?month={MONTH}")


def get(world: World, path: str, **headers: str) -> bytes:
    """Any read."""
    return _http(world, "GET", path, **headers)


HOT: Final = (
    Endpoint("record a signal", record_signals, "201", is_write=True),
    Endpoint("read 20 signals through the gate", read_signals, "200", is_write=False),
    Endpoint("open a check-in", open_check_ins, "201", is_write=True),
    Endpoint("read a dashboard", read_dashboards, "200", is_write=False),
)


def _take(many: int) -> Iterator[int]:
    return (next(_number) for _ in range(many))


def _of(ids: list[UUID], number: int) -> UUID:
    return ids[number % len(ids)]
