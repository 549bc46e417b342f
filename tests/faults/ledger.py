"""A ledger beside every projection: one row per event it applied, written in the transaction of the effect.

The table has no unique constraint, so that an event applied twice shows: an audit entry could not be there twice, and a
count that was raised twice does not say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import asyncpg

from attune.kernel.projections import Batch, Projection
from attune.projections import ALL
from tests.conftest import Installation

_TABLE: Final = """
CREATE TABLE attune.fault_ledger (
  place bigint GENERATED ALWAYS AS IDENTITY, projection text NOT NULL, generation int NOT NULL, tenant_id uuid NOT NULL,
  seq bigint NOT NULL, event_id uuid NOT NULL
);
GRANT SELECT, INSERT ON attune.fault_ledger TO attune_worker
"""

_APPEND: Final = """
INSERT INTO attune.fault_ledger (projection, generation, tenant_id, seq, event_id)
SELECT $1, $2, $3, seq, event_id FROM unnest($4::bigint[], $5::uuid[]) WITH ORDINALITY AS applied (seq, event_id, ordinal)
ORDER BY ordinal
"""


async def create_ledger(installation: Installation) -> None:
    """The table, in a database of the test's own."""
    connection = await asyncpg.connect(installation.superuser_url)
    await connection.execute(_TABLE)
    await connection.close()


async def note(projection: str, batch: Batch) -> None:
    """One row for each event of a batch."""
    await batch.tx.execute(
        _APPEND,
        projection,
        batch.generation,
        batch.tx.tenant_id,
        [event.seq for event in batch.events],
        [event.event_id for event in batch.events],
    )


def with_ledger(projection: Projection) -> Projection:
    """The projection as it is, which also notes what it applied."""

    async def apply(batch: Batch) -> None:
        await projection.apply(batch)
        await note(projection.name, batch)

    return Projection(
        name=projection.name,
        version=projection.version,
        apply=apply,
        tables=projection.tables,
        handles=projection.handles,
        halts=projection.halts,
    )


ALL_WITH_LEDGER: Final[Sequence[Projection]] = tuple(with_ledger(projection) for projection in ALL)
