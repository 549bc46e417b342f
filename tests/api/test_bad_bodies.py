"""Requests that no client library would send, on raw sockets against a real process: refused, cheaply, and unnoticed by
everybody else."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2 as httpx
import pytest

from tests.api.conftest import MakeKey
from tests.api.process import ApiProcess, api_process
from tests.api.sockets import chunks, dripping, memory_of, say
from tests.conftest import Installation, Organisation
from tests.worker.conftest import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")

GIBIBYTE = 1024**3
MOST_GROWTH = 50 * 1024**2
MOST_TAKEN = 16 * 1024**2
"""The limit of a batch (4 MiB) and what lies in the kernel's buffers of two sockets (up to 10 MiB on loopback)."""

REFUSALS = {400, 408, 411, 413, 415, 422, 431, 501}
BODY_SECONDS = 2
DEEP = 100_000


@dataclass(frozen=True, slots=True)
class Door:
    """A process, and the head of a request that would be accepted with a good body."""

    process: ApiProcess
    key: str

    def head(self, *lines: str, path: str = "/v1/people:batchUpsert") -> bytes:
        """The head, with these lines more."""
        usual = ["Host: x", "Content-Type: application/json", f"Authorization: Bearer {self.key}", "Connection: close"]
        return "\r\n".join([f"POST {path} HTTP/1.1", *usual, *lines, "", ""]).encode("latin-1")

    def whole(self, body: bytes) -> bytes:
        """A request with this body and its true length."""
        return self.head(f"Content-Length: {len(body)}") + body


@pytest.fixture(scope="module")
def process(
    installation: Installation, root_key: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ApiProcess]:
    """One process for all of them: what a request leaves behind has to show in the next."""
    with api_process(
        installation, tmp_path_factory.mktemp("api") / "log", root_key=root_key, ATTUNE_BODY_SECONDS=str(BODY_SECONDS)
    ) as started:
        yield started


@pytest.fixture
async def door(process: ApiProcess, organisation: Organisation, make_key: MakeKey) -> Door:
    await until(process.is_ready, seconds=90)
    return Door(process, (await make_key(organisation)).secret)


@asynccontextmanager
async def others_are_served(door: Door) -> AsyncIterator[None]:
    """Somebody else works all the while: each of their requests is answered."""
    enough = asyncio.Event()

    async def ask() -> list[int]:
        statuses: list[int] = []
        async with httpx.AsyncClient(base_url=door.process.url, timeout=10) as client:
            while not enough.is_set() or len(statuses) < 20:
                response = await client.get("/v1/me", headers={"authorization": f"Bearer {door.key}"})
                statuses.append(response.status_code)
        return statuses

    asking = asyncio.create_task(ask())
    yield
    enough.set()
    assert set(await asking) == {200}


def quoted(text: bytes) -> bytes:
    """A person whose name holds this."""
    return b'{"items":[{"external_ref":{"source":"x","external_id":"1"},"display_name":"' + text + b'"}]}'


MALFORMED = {
    "too deep": b"[" * DEEP + b"]" * DEEP,
    "too deep, objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "never closed": b"[" * DEEP,
    "not a number": b'{"items":[],"atomic":NaN}',
    "infinity": b'{"items":[],"atomic":-Infinity}',
    "a huge number": b'{"items":' + b"9" * 5_000 + b"}",
    "a lone surrogate": quoted(b"\\ud800"),
    "an escaped NUL": quoted(b"\\u0000"),
    "a NUL": quoted(b"\x00"),
    "no UTF-8": quoted(b"\xff\xfe"),
    "an overlong form": quoted(b"\xc0\xaf"),
    "a byte order mark": b"\xef\xbb\xbf" + quoted(b"Ann"),
    "UTF-16": quoted(b"Ann").decode().encode("utf-16"),
    "empty": b"",
    "two documents": b"{}{}",
    "a comment": b'{"items":[]/* */}',
}


async def test_the_request_is_accepted_without_its_defect(door: Door) -> None:
    answer = await say(door.process.port, door.whole(quoted(b"Ann")))
    assert answer.statuses == [200]


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
async def test_a_body_that_cannot_be_read_is_refused(door: Door, body: bytes) -> None:
    answer = await say(door.process.port, door.whole(body))
    assert answer.statuses in ([400], [422]), answer.content[:300]


async def test_the_last_of_two_equal_names_counts(door: Door) -> None:
    body = quoted(b"Ann")[:-1] + b',"items":[]}'
    answer = await say(door.process.port, door.whole(body))
    assert answer.statuses == [422], "the first of the two was taken"


async def test_a_gibibyte_is_not_read(door: Door) -> None:
    before = memory_of(door.process.pid)
    async with others_are_served(door):
        for _ in range(4):
            chunked = await say(door.process.port, door.head("Transfer-Encoding: chunked"), chunks(GIBIBYTE))
            declared = await say(door.process.port, door.head(f"Content-Length: {GIBIBYTE}"), chunks(GIBIBYTE))
            assert (chunked.statuses, declared.statuses) == ([413], [413])
            assert max(chunked.sent, declared.sent) < MOST_TAKEN
    assert memory_of(door.process.pid) - before < MOST_GROWTH


async def test_deep_bodies_cost_no_memory(door: Door) -> None:
    before = memory_of(door.process.pid)
    async with others_are_served(door):
        answers = await asyncio.gather(
            *(say(door.process.port, door.whole(MALFORMED["too deep, objects"])) for _ in range(20))
        )
    statuses = {status for answer in answers for status in answer.statuses}
    # Twelve megabytes at once may take a busy machine longer than a body may.
    assert 400 in statuses
    assert statuses <= {400, 408}
    assert memory_of(door.process.pid) - before < MOST_GROWTH


async def test_one_byte_now_and_then_is_given_up(door: Door) -> None:
    async with others_are_served(door):
        slow = door.head("Content-Length: 1000"), dripping(b"{" * 1000, 0.2)
        chunked = door.head("Transfer-Encoding: chunked"), dripping(b"1\r\n \r\n" * 200, 0.2)
        answers = await asyncio.gather(*(say(door.process.port, *parts) for parts in (slow, chunked) for _ in range(1)))
    assert [answer.statuses for answer in answers] == [[408], [408]]


SMUGGLED = "GET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n"
MISSHAPEN = {
    "two lengths": ("Content-Length: 2", "Content-Length: 40"),
    "a length and chunks": (f"Content-Length: {len(SMUGGLED)}", "Transfer-Encoding: chunked"),
    "chunks and a length": ("Transfer-Encoding: chunked", f"Content-Length: {len(SMUGGLED)}"),
    "a negative length": ("Content-Length: -2",),
    "a length that is no number": ("Content-Length: 2x",),
    "a signed length": ("Content-Length: +2",),
    "a folded header": ("X-Folded: a\r\n b", "Content-Length: 2"),
    "a space before the colon": ("Content-Length : 2",),
    "chunks by another name": ("Transfer-Encoding: xchunked",),
    "chunks twice": ("Transfer-Encoding: chunked, identity",),
    "a name with a NUL": ("X-\x00: a", "Content-Length: 2"),
    "a value with a NUL": ("X-A: a\x00b", "Content-Length: 2"),
    "a bare line feed": ("X-A: a\nTransfer-Encoding: chunked", "Content-Length: 2"),
    "a huge header": ("X-A: " + "a" * 200_000, "Content-Length: 2"),
    "many headers": (*(f"X-{n}: a" for n in range(20_000)), "Content-Length: 2"),
}


@pytest.mark.parametrize("lines", MISSHAPEN.values(), ids=MISSHAPEN)
async def test_a_misshapen_head_is_refused_and_nothing_is_smuggled(door: Door, lines: tuple[str, ...]) -> None:
    before = memory_of(door.process.pid)
    body = b"0\r\n\r\n" + SMUGGLED.encode() if any("chunked" in line for line in lines) else b"{}"
    answer = await say(door.process.port, door.head(*lines), body)
    # Refused, or closed without a word; never answered twice, which would be a request in the belly of another.
    assert len(answer.statuses) <= 1, answer.content[:500]
    assert set(answer.statuses) <= REFUSALS, answer.content[:300]
    assert memory_of(door.process.pid) - before < MOST_GROWTH


async def test_a_body_without_a_length_is_no_body(door: Door) -> None:
    answer = await say(door.process.port, door.head() + quoted(b"Ann"))
    assert answer.statuses in ([422], [422, 400], [400]), answer.content[:300]


async def test_a_shorter_body_than_was_said_is_waited_for_and_given_up(door: Door) -> None:
    answer = await say(door.process.port, door.head("Content-Length: 500") + b"{")
    assert answer.statuses == [408]


async def test_pipelined_requests_are_answered_each_once(door: Door) -> None:
    one = f"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {door.key}\r\n"
    last = one + "Connection: close\r\n\r\n"
    answer = await say(door.process.port, (one + "\r\n").encode() * 9 + last.encode())
    assert answer.statuses == [200] * 10


async def test_heads_that_never_end_keep_nobody_else_waiting(door: Door) -> None:
    before = memory_of(door.process.pid)
    connections = [await asyncio.open_connection("127.0.0.1", door.process.port) for _ in range(100)]
    for _, writer in connections:
        writer.write(b"POST /v1/signals HTTP/1.1\r\nHost: x\r\nX-A: ")
        await writer.drain()
    async with others_are_served(door):
        pass
    assert memory_of(door.process.pid) - before < MOST_GROWTH
    for _, writer in connections:
        writer.close()
