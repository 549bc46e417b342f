"""Whatever is sent to any operation, the answer is one that the OpenAPI document announces, and never a server error."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import sys
from pathlib import Path

import httpx2 as httpx

from attune.kernel.roles import LoginRole
from attune_cli.local import ports
from tests.api.conftest import SECRET, MakeKey
from tests.conftest import Installation, Organisation

CHECKS = ("not_a_server_error", "status_code_conformance", "response_schema_conformance", "content_type_conformance")
PHASES = ("examples", "coverage", "fuzzing")
LEAST_CASES = 2_000
SEED = "20261122"

_SUMMARY = re.compile(r"([\d,]+) generated")


async def test_schemathesis_finds_no_answer_that_was_not_announced(
    installation: Installation, organisation: Organisation, root_key: bytes, make_key: MakeKey, tmp_path: Path
) -> None:
    key = (await make_key(organisation)).secret
    port = ports.any_free()
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "attune_api.main",
        env={
            "PATH": os.environ["PATH"],
            "ATTUNE_ENVIRONMENT": "development",
            "ATTUNE_API_DATABASE_URL": installation.url(LoginRole.API),
            "ATTUNE_REDIS_URL": installation.redis_url,
            "ATTUNE_ROOT_KEY": "test:" + base64.b64encode(root_key).decode(),
            "ATTUNE_SECRET_KEY": SECRET,
            "ATTUNE_LISTEN_PORT": str(port),
            "ATTUNE_REQUESTS_PER_MINUTE": "1000000",
            "ATTUNE_LOG_LEVEL": "warning",
        },
        cwd=tmp_path,
    )
    try:
        await _wait_until_ready(server, port)
        run = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"http://127.0.0.1:{port}/openapi.json",
            f"--checks={','.join(CHECKS)}",
            f"--phases={','.join(PHASES)}",
            f"--header=Authorization: Bearer {key}",
            "--max-examples=25",
            f"--seed={SEED}",
            "--suppress-health-check=all",
            "--warnings=off",
            "--continue-on-failure",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=tmp_path,
        )
        output = (await run.communicate())[0].decode()
    finally:
        if server.returncode is None:
            server.terminate()
        await server.wait()
    assert run.returncode == 0, output[-8_000:]
    summary = _SUMMARY.search(output)
    assert summary is not None, output[-2_000:]
    # A run that did little proves little.
    assert int(summary[1].replace(",", "")) >= LEAST_CASES


async def _wait_until_ready(server: asyncio.subprocess.Process, port: int) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient() as client:
        while not await _is_ready(client, port):
            assert server.returncode is None, "the API did not start"


async def _is_ready(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
    except httpx.TransportError:
        return False
