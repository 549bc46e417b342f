"""How rows become what they stand for."""

from __future__ import annotations

import asyncpg

from attune.fatigue.model import Conversation


def conversation_of(row: asyncpg.Record) -> Conversation:
    """The conversation of a row that has its columns."""
    return Conversation(
        interaction_id=row["interaction_id"],
        person_id=row["person_id"],
        customer_id=row["customer_id"],
        at=row["at"],
        handle_seconds=row["handle_seconds"],
        intensity=row["intensity"],
    )
