"""What people write is nowhere but where it belongs: in no log, trace, metric, queue, statement or error."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from attune_cli.local.postgres import LocalPostgres
from attune_cli.local.valkey import LocalValkey
from tests.canaries.fields import Document
from tests.canaries.places import Findings, look_in_database, look_in_files, look_in_valkey, overheard
from tests.canaries.run import run
from tests.canaries.texts import SENTENCE, Canaries
from tests.conftest import Installation, Servers, make_installation, make_template
from tests.sizes import SEED, WALLS

LEAST_REQUESTS = WALLS.choose(short=1_500, full=10_000)
PLANTED_REQUESTS = 1


@dataclass(frozen=True, slots=True)
class Watched:
    """Servers of these tests' own: PostgreSQL counts its statements here."""

    servers: Servers
    template: str
    postgres: Path

    async def installation(self) -> Installation:
        """A new database, whose statements are counted."""
        made = await make_installation(self.servers, self.template)
        connection = await asyncpg.connect(made.superuser_url)
        await connection.execute("CREATE EXTENSION pg_stat_statements")
        await connection.close()
        return made


@pytest.fixture(scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    postgres = LocalPostgres(folder / "postgres", durable=False)
    valkey = LocalValkey(folder / "valkey", durable=False)
    try:
        connection = await asyncpg.connect(postgres.start().url)
        await connection.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        await connection.close()
        postgres.stop()
        servers = Servers(postgres.start().url, valkey.start().url)
        yield Watched(servers, await make_template(servers), folder / "postgres")
    finally:
        postgres.stop()
        valkey.stop()


async def test_nothing_that_was_sent_is_found_where_it_does_not_belong(
    watched: Watched, root_key: bytes, tmp_path: Path
) -> None:
    outcome = await run(
        await watched.installation(), watched.postgres, tmp_path, root_key=root_key, seed=SEED, least=LEAST_REQUESTS
    )
    volley = outcome.volley
    print(
        f"{volley.requests} requests {dict(sorted(volley.statuses.items()))}, {len(volley.findings.canaries)} texts,"
        f" {outcome.sink.count_spans()} spans, {outcome.rows} rows, {outcome.commands} commands, seed {SEED}"
    )
    assert not volley.findings.found, str(volley.findings)
    assert not volley.wrong, "\n".join(volley.wrong[:20])
    assert not volley.not_accepted(), "no accepted request held these: mend their recipe"
    # A run that did little, or that nobody listened to, proves little.
    assert volley.requests >= LEAST_REQUESTS
    assert outcome.sink.count_spans() >= LEAST_REQUESTS
    assert {"http.server.request.duration", "attune.event.lag"} <= outcome.sink.metrics()
    assert outcome.rows > 300


async def test_a_log_line_a_span_attribute_and_an_error_that_echo_are_found(
    watched: Watched, root_key: bytes, tmp_path: Path
) -> None:
    outcome = await run(
        await watched.installation(),
        watched.postgres,
        tmp_path,
        root_key=root_key,
        seed=SEED,
        least=PLANTED_REQUESTS,
        module="tests.canaries.leaky_api",
        only="list_people",
    )
    found = outcome.volley.findings.found
    assert set(found["api log"].values()) == {"User-Agent"}
    assert "From" in set(found["telemetry"].values())
    assert "query value" in set(found["answer 422 of list_people"].values())


async def test_a_text_in_a_queue_a_table_a_statement_or_a_log_is_found(watched: Watched, tmp_path: Path) -> None:
    findings = Findings(Canaries(SEED))
    sing = findings.canaries.sing
    installation = await watched.installation()
    redis = Redis.from_url(installation.redis_url)
    async with overheard(installation.redis_url) as heard:
        await redis.zadd("arq:queue", {sing("a queue"): 1})
        await redis.hset("job", "note", SENTENCE.format(canary=sing("a job")))
        await redis.ping()
    connection = await asyncpg.connect(installation.superuser_url)
    await connection.execute(f"CREATE TABLE {sing('a statement')} (id int)")
    await connection.execute("CREATE TABLE plain (note text, sealed bytea)")
    await connection.execute("INSERT INTO plain VALUES ($1, $2)", sing("a table"), sing("bytes").encode())
    await connection.close()
    (tmp_path / "log").write_text(f'{{"event": "{sing("a log").upper()}"}}')

    findings.look("commands", bytes(heard))
    await look_in_valkey(findings, installation.redis_url)
    await look_in_database(findings, installation.superuser_url)
    look_in_files(findings, log=tmp_path / "log")
    await redis.flushall()
    await redis.aclose()

    places = {place: set(hits.values()) for place, hits in findings.found.items()}
    assert places == {
        "commands": {"a queue", "a job"},
        "valkey": {"a queue", "a job"},
        "pg_stat_statements": {"a statement"},
        "plain.note": {"a table"},
        "plain.sealed": {"bytes"},
        "log": {"a log"},
    }


def test_every_field_has_a_canary_or_the_run_fails() -> None:
    """A field that no recipe fills is told, and so is an operation without one."""
    body = {"type": "object", "properties": {"note": {"type": "string"}, "kind": {"type": "string", "enum": ["a"]}}}
    document = Document(
        {
            "paths": {
                "/v1/new": {
                    "post": {
                        "operationId": "make_new",
                        "requestBody": {"content": {"application/json": {"schema": body}}},
                    }
                }
            }
        }
    )
    assert [(each.operation, each.pointer, each.is_free) for each in document.text_fields()] == [
        ("make_new", "/note", True)
    ]
    filled, pointers = document.fill(body, {}, lambda place: "zqabcdef")
    assert (filled, pointers) == ({"note": "Frau Meier wept, zqabcdef."}, ["/note"])
