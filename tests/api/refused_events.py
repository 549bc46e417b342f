"""What the event log says about refusals."""

from __future__ import annotations

from attune.kernel.db import Database
from tests.conftest import Organisation


async def refused_events(database: Database, organisation: Organisation) -> list[tuple[str, str]]:
    """Kind and reason of each recorded refusal."""
    async with database.read(organisation.context()) as tx:
        rows = await tx.fetch(
            "SELECT kind, outcome, data->>'reason' AS reason FROM event WHERE tenant_id = $1"
            " AND kind IN ('credential.refused', 'sign_in.refused') ORDER BY pos",
            organisation.tenant_id,
        )
    assert all(row["outcome"] == "refused" for row in rows)
    return [(row["kind"], row["reason"]) for row in rows]
