"""The checks behind `attune doctor`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import asyncpg

from attune.kernel.backlog import list_dead_letters, read_backlog
from attune.kernel.db import Database
from attune.kernel.migrating import Phase, current_revision, list_pending, newest_revision
from attune.kernel.restoration import WHAT_TO_DO, awaited_since
from attune.kernel.roles import LoginRole
from attune.kernel.schema import WITHOUT_TENANT
from attune_cli.failure import CommandFailed
from attune_cli.installation import all_organisations, open_database
from attune_cli.settings import Settings
from attune_settings.reading import variable_of

NEEDED: Final = (
    "migrator_database_url",
    "api_database_url",
    "worker_database_url",
    "redis_url",
    "root_key",
    "secret_key",
)
CLOCK_TOLERANCE: Final = 5.0
PATIENCE_SECONDS: Final = 5.0
POLL_SECONDS: Final = 0.25

_CAN_BYPASS: Final = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"

_OPEN_TABLES: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'attune' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
  AND c.relname <> 'alembic_version' AND NOT c.relname = ANY($1::text[])
ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do where it is not well."""

    check: str
    is_well: bool
    found: str
    advice: str | None = None


async def check_up(settings: Settings) -> list[Finding]:
    """Every finding, in the order in which to mend things."""
    findings = list(_check_settings(settings))
    reachable = set()
    for role in LoginRole:
        name = f"{role.removeprefix('attune_')}_database_url"
        if getattr(settings, name) is None:
            continue
        finding = await _check_role(settings, name, role)
        findings.append(finding)
        if finding.is_well:
            reachable.add(name)
    if "migrator_database_url" in reachable:
        findings += [finding async for finding in _check_database(settings)]
    if settings.redis_url is not None:
        findings.append(await _check_redis(settings.redis_url.get_secret_value()))
    if "worker_database_url" in reachable:
        findings.append(await _check_worker(settings))
        if "migrator_database_url" in reachable:
            findings.append(await _check_dead_letters(settings))
    return findings


def _check_settings(settings: Settings) -> list[Finding]:
    findings = []
    for name in NEEDED:
        variable = variable_of(name)
        try:
            settings.require(name)
            if name == "root_key":
                settings.root_keys  # noqa: B018  # reading it checks its form
        except CommandFailed as error:
            findings.append(Finding(variable, False, "missing or wrong", str(error)))
    return findings or [Finding("settings", True, f"complete, for {settings.environment}")]


async def _check_role(settings: Settings, name: str, role: LoginRole) -> Finding:
    check = f"connect as {role}"
    try:
        async with open_database(settings, name) as database, database.read(None) as tx:
            user = await tx.fetch_value("SELECT current_user")
            bypasses = bool(await tx.fetch_value(_CAN_BYPASS))
    except CommandFailed as error:
        return Finding(check, False, "no", str(error))
    if user != role:
        advice = f"{variable_of(name)} must log in as {role}: each process has its own role."
        return Finding(check, False, f"connects as {user}", advice)
    if bypasses:
        return Finding(
            check, False, "the role can bypass row-level security", f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS"
        )
    return Finding(check, True, "yes, behind row-level security")


async def _check_database(settings: Settings) -> AsyncIterator[Finding]:
    url = settings.require("migrator_database_url")
    has, wants = await current_revision(url), newest_revision()
    pending = list_pending(has)
    left = "".join(f", {each.revision} ({each.phase}) is to come" for each in pending) if has else ""
    # What is `post` waits for the old code to be gone; until then nothing is wrong.
    is_well = has == wants or (bool(pending) and all(each.phase is Phase.POST for each in pending))
    advice = "Run `attune migrate --phase pre`, replace API and worker, then `attune migrate --phase post`."
    yield Finding("schema", is_well, f"at {has or 'nothing'}, this version wants {wants}{left}", advice)
    if has is None:
        return
    yield await _check_restore(settings)
    connection = await asyncpg.connect(url)
    try:
        unwalled = [row["relname"] for row in await connection.fetch(_OPEN_TABLES, list(WITHOUT_TENANT))]
        now = await connection.fetchval("SELECT clock_timestamp()")
    finally:
        await connection.close()
    yield Finding(
        "row-level security",
        not unwalled,
        "forced on every table of organisations" if not unwalled else f"not forced on {', '.join(unwalled)}",
        "Somebody changed the schema by hand. ALTER TABLE … FORCE ROW LEVEL SECURITY as attune_owner.",
    )
    apart = abs((now - datetime.now(UTC)).total_seconds())
    yield Finding(
        "clocks",
        apart <= CLOCK_TOLERANCE,
        f"this machine and the database are {apart:.1f} s apart",
        "Set both by NTP: consents, keys and leases end by the database's clock.",
    )


async def _check_restore(settings: Settings) -> Finding:
    async with open_database(settings, "migrator_database_url") as database, database.read(None) as tx:
        since = await awaited_since(tx)
    found = "nothing is owed" if since is None else f"restored from {since:%Y-%m-%d %H:%M:%S} UTC, nobody may serve"
    return Finding("restore", since is None, found, WHAT_TO_DO)


async def _check_redis(url: str) -> Finding:
    import redis.asyncio

    client = redis.asyncio.from_url(url, socket_connect_timeout=3, socket_timeout=3)  # type: ignore[no-untyped-call]  # redis' own gap
    try:
        version = (await client.info("server"))["redis_version"]
    except (redis.RedisError, OSError) as error:
        advice = (
            "Check ATTUNE_REDIS_URL. Nothing is lost without it: the worker polls, and rate limits count in process."
        )
        return Finding("redis", False, f"does not answer: {error or type(error).__name__}", advice)
    finally:
        await client.aclose()
    return Finding("redis", True, f"answers, speaks as version {version}")


async def _check_worker(settings: Settings) -> Finding:
    async with open_database(settings, "worker_database_url") as database:
        return await _watch_worker(database)


async def _watch_worker(database: Database) -> Finding:
    """Behind is normal for a moment; behind and not moving is not."""
    first = backlog = await read_backlog(database)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_SECONDS
    while backlog.projections and not backlog.is_empty and loop.time() < deadline:
        await asyncio.sleep(POLL_SECONDS)
        backlog = await read_backlog(database)
    advice = "Is the worker running? `attune events dead-letters` shows what it set aside; its log names a halt."
    if not backlog.projections:
        return Finding("worker", False, "has never run against this database", advice)
    if backlog.is_empty:
        return Finding("worker", True, f"has caught up with {backlog.events} events")
    moves = backlog.behind < first.behind or backlog.events > first.events
    found = f"{backlog.behind} events behind, and " + ("catching up" if moves else "not moving")
    return Finding("worker", moves, found, advice)


async def _check_dead_letters(settings: Settings) -> Finding:
    async with open_database(settings, "migrator_database_url") as database:
        organisations = await all_organisations(database)
    async with open_database(settings, "worker_database_url") as database:
        count = sum([len(await list_dead_letters(database, o.tenant_id)) for o in organisations])
    found = "none" if not count else f"{count} events are set aside"
    return Finding("dead letters", not count, found, "Mend the cause, then `attune events replay`.")
