"""Everywhere a text could end up, and whether one did."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
from redis.asyncio import Redis

from tests.canaries.texts import Canaries

MEANT: Final = {
    "audit_entry.request_id": "a caller's own X-Request-Id is an id, and returned to them",
    "calibration_item.key": "a key by its form, which admits no sentence and no address",
    "calibration_item.text_ref": "where another system keeps the text, in the same form",
    "calibration_rater.label": "a pseudonym, in the same form",
    "calibration_round.dimensions": "keys of what is scored, which admit no sentence",
    "calibration_round.external_id": "a reference",
    "calibration_round.external_source": "the system whose reference it is",
    "calibration_round.title": "what a round is called, as a team is",
    "customer.external_id": "what the CRM calls the customer",
    "customer.external_source": "the system whose reference it is",
    "customer.locale": "a language",
    "escalation.external_id": "a reference",
    "escalation.external_source": "the system whose reference it is",
    "evaluation.external_id": "a reference",
    "evaluation.external_source": "the system whose reference it is",
    "event.request_id": "a caller's own X-Request-Id is an id, and returned to them",
    "idempotency_key.key": "the caller's own key, for a day; only they can repeat it",
    "interaction.external_id": "a reference",
    "interaction.external_source": "the system whose reference it is",
    "interaction.locale": "a language",
    "interaction.queue": "a queue of the contact centre",
    "person.display_name": "a colleague's name",
    "person.external_id": "what the HRIS calls them",
    "person.external_source": "the system whose reference it is",
    "person.locale": "a language",
    "person_identity.issuer": "an address of the identity provider",
    "person_identity.subject": "what the identity provider calls the person",
    "signal.tags": "words of a list that the organisation keeps, behind the consent gate",
    "signal_reference.external_id": "a reference",
    "signal_reference.external_source": "the system whose reference it is",
    "team.external_id": "a reference",
    "team.external_source": "the system whose reference it is",
    "team.name": "a team's name",
}
"""Columns of the state that hold what was sent as it is, and what it is. Anything else is a finding."""


@dataclass(slots=True)
class Findings:
    """Which canaries were found, by the place they were found in."""

    canaries: Canaries
    found: dict[str, dict[str, str]] = field(default_factory=dict)

    def look(self, place: str, content: bytes | str) -> None:
        """Search one place."""
        if hits := self.canaries.find(content):
            self.found.setdefault(place, {}).update(hits)

    def __str__(self) -> str:
        lines = [
            f"{place}: {len(hits)} texts, first those sent in {', '.join(sorted(set(hits.values()))[:5])}"
            for place, hits in sorted(self.found.items())
        ]
        return "\n".join(lines) or "nothing"


@asynccontextmanager
async def overheard(redis_url: str) -> AsyncIterator[bytearray]:
    """Every command that Valkey was given while the block ran, as MONITOR tells them."""
    address = urlsplit(redis_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    if address.password:
        writer.write(f"AUTH {address.password}\r\n".encode())
        assert (await reader.readline()).startswith(b"+OK")
    writer.write(b"MONITOR\r\n")
    assert (await reader.readline()).startswith(b"+OK")
    heard = bytearray()

    async def listen() -> None:
        while part := await reader.read(65536):
            heard.extend(part)

    listening = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
        writer.close()


async def look_in_valkey(findings: Findings, redis_url: str) -> None:
    """Every key and its value, whatever its type."""
    client: Any = Redis.from_url(redis_url)
    async for key in client.scan_iter():
        findings.look("valkey", key)
        match await client.type(key):
            case b"string":
                value = await client.get(key)
            case b"hash":
                value = await client.hgetall(key)
            case b"list":
                value = await client.lrange(key, 0, -1)
            case b"set":
                value = await client.smembers(key)
            case b"zset":
                value = await client.zrange(key, 0, -1, withscores=True)
            case _:
                value = await client.dump(key)
        findings.look("valkey", repr(value))
    await client.aclose()


async def look_in_database(findings: Findings, superuser_url: str) -> int:
    """Every column of every table, sealed ones as the bytes they are; how many rows there were."""
    connection = await asyncpg.connect(superuser_url)
    rows = 0
    try:
        tables = await connection.fetch(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
        )
        for schema, name in tables:
            for row in await connection.fetch(f'SELECT * FROM "{schema}"."{name}"'):
                rows += 1
                for column, value in row.items():
                    place = f"{name}.{column}"
                    if place not in MEANT:
                        findings.look(place, value if isinstance(value, bytes) else str(value))
        for row in await connection.fetch("SELECT query FROM pg_stat_statements"):
            findings.look("pg_stat_statements", row["query"])
    finally:
        await connection.close()
    return rows


def look_in_files(findings: Findings, **files: Path) -> None:
    """Logs and the like, each of which has to have something in it."""
    for place, path in files.items():
        content = path.read_bytes()
        assert content, f"the {place} is empty"
        findings.look(place.replace("_", " "), content)
