"""The service as a process of its own, behind a real socket."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import httpx2 as httpx
import pytest

from attune.kernel.roles import LoginRole
from tests.api.conftest import SECRET, MakeKey
from tests.conftest import Installation, Organisation


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(port: int, request: bytes) -> bytes:
    """All that comes back until the service closes the connection, as it does where it leaves a body unread."""
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


@pytest.fixture
def process(installation: Installation) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The service, ready, and its port."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
    environment |= {
        "ATTUNE_ENVIRONMENT": "production",
        "ATTUNE_API_DATABASE_URL": installation.url(LoginRole.API),
        "ATTUNE_REDIS_URL": installation.redis_url,
        "ATTUNE_ROOT_KEY": "test:" + base64.b64encode(b"k" * 32).decode(),
        "ATTUNE_SECRET_KEY": SECRET,
        "ATTUNE_LISTEN_PORT": str(port),
    }
    started = subprocess.Popen(
        [sys.executable, "-m", "attune_api.main"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        assert started.stdout is not None
        for line in started.stdout:
            if b"Uvicorn running" in line:
                break
        yield started, port
    finally:
        started.kill()
        started.communicate()


async def test_a_process_serves_and_ends_when_told_to(
    process: tuple[subprocess.Popen[bytes], int], organisation: Organisation, make_key: MakeKey
) -> None:
    started, port = process
    key = (await make_key(organisation)).secret
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {key}"}
    ) as client:
        assert (await client.get("/readyz")).status_code == 200
        response = await client.get("/v1/me")
        assert response.json()["organisation"]["name"] == "Brightline Care"
        assert "server" not in response.headers
    started.send_signal(signal.SIGTERM)
    assert started.wait(20) == 0
    assert started.stdout is not None
    output = started.stdout.read()
    assert key.encode() not in output
    assert b"Traceback" not in output


async def test_a_strangers_endless_upload_is_answered_without_reading_it(
    process: tuple[subprocess.Popen[bytes], int],
) -> None:
    _, port = process
    answer = ask(
        port,
        b"POST /v1/people:batchUpsert HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n[[[[[\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"authentication_required" in answer


async def test_a_chunked_upload_over_the_limit_is_cut_off(
    process: tuple[subprocess.Popen[bytes], int], organisation: Organisation, make_key: MakeKey
) -> None:
    _, port = process
    key = (await make_key(organisation)).secret
    answer = ask(
        port,
        b"POST /v1/people:batchUpsert HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer " + key.encode() + b"\r\nContent-Length: 99999999\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"body_too_large" in answer
