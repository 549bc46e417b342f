"""What PostgreSQL holds of an organisation: a digest that any change alters, and every id in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from tests.conftest import Installation

UUIDS: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

_TABLES = """
SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'attune' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attname = 'tenant_id'
ORDER BY c.relname
"""

_DIGEST = "SELECT format('SELECT %L AS \"table\", count(*) AS rows, md5(coalesce(string_agg(t::text, E''\\n'' ORDER BY t::text), '''')) AS hash FROM attune.%I t WHERE tenant_id = $1', $1::text, $1::text)"
_TEXT = "SELECT format('SELECT coalesce(string_agg(t::text, E''\\n''), '''') FROM attune.%I t WHERE tenant_id = $1', $1::text)"

Digest = dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Rows:
    """Reads every table that has rows of organisations, as a superuser, from whom nothing is hidden."""

    connection: asyncpg.Connection
    digest_statement: str
    text_statements: tuple[str, ...]

    @classmethod
    @asynccontextmanager
    async def of(cls, installation: Installation) -> AsyncIterator[Rows]:
        """Of a database."""
        connection = await asyncpg.connect(installation.superuser_url)
        try:
            tables = [row["relname"] for row in await connection.fetch(_TABLES)]
            digests = [await connection.fetchval(_DIGEST, table) for table in tables]
            texts = [await connection.fetchval(_TEXT, table) for table in tables]
            yield cls(connection, " UNION ALL ".join(digests), tuple(texts))
        finally:
            await connection.close()

    async def digest(self, tenant_id: UUID) -> Digest:
        """For each table, how many rows it holds of an organisation and a hash of them."""
        rows = await self.connection.fetch(self.digest_statement, tenant_id)
        return {row["table"]: (row["rows"], row["hash"]) for row in rows}

    async def ids(self, tenant_id: UUID) -> frozenset[str]:
        """Every UUID in any of its rows, its own among them."""
        texts = [await self.connection.fetchval(statement, tenant_id) for statement in self.text_statements]
        return frozenset(found for text in texts for found in UUIDS.findall(text))
