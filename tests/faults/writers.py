"""Writers that use the real domain as the API does, and note an event as acknowledged once COMMIT has returned.

A commit whose connection was lost under way may have happened or not. Its events are noted apart, and the same piece of
work is done again under the same references and event id, as a client repeats a request: it must take effect once.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from attune.consent.model import Choice, ChoiceItem, ConsentMethod
from attune.consent.service import record_choices
from attune.interactions.model import Channel, InteractionItem
from attune.interactions.service import upsert_interactions
from attune.kernel.db import DatabaseBusy, DatabaseUnavailable
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import WriteTransaction
from attune.sentiment.model import Measure, Modality, Moment, NewSignal, Scale, Source
from attune.sentiment.service import record_signals
from tests.contact_centre import Fact, record
from tests.worker.conftest import until
from tests.workplace import MORNING, Workplace, ref

PEOPLE = 8
CUSTOMERS = 12
CONVERSATIONS = 12
"""What one writer has, and how many conversations one piece of its work hands over."""

_OWN_EVENTS = """
SELECT event_id, pos FROM event WHERE tenant_id = $1 AND pos > $2 AND xmin = pg_current_xact_id()::xid
"""


@dataclass(slots=True)
class Journal:
    """What all writers know, and would know after any crash of the server."""

    acknowledged: set[UUID] = field(default_factory=set)
    ambiguous: set[UUID] = field(default_factory=set)
    ambiguous_commits: int = 0
    failed_attempts: int = 0
    pieces: int = 0


@dataclass(slots=True)
class Piece:
    """A piece of work, the same however often it is tried."""

    conversations: list[InteractionItem]
    signals: list[NewSignal]
    choices: list[ChoiceItem]
    marker: UUID


class Writer:
    """One of several that write for an organisation at once."""

    def __init__(self, name: str, workplace: Workplace, chance: random.Random, journal: Journal) -> None:
        self._name = name
        self._workplace = workplace
        self._chance = chance
        self._journal = journal
        self._pieces = 0
        self._seen = 0

    async def prepare(self) -> None:
        """A team, some people, some customers who allow what the projections need."""
        team = await self._workplace.add_team(f"{self._name}-team")
        assert team
        for number in range(PEOPLE):
            await self._workplace.add_person(f"{self._name}-p{number}", team=f"{self._name}-team")
        for number in range(CUSTOMERS):
            await self._workplace.add_customer(f"{self._name}-c{number}", Purpose.INSIGHTS, Purpose.COACHING)

    async def write_on(self, may_write: asyncio.Event, enough: asyncio.Event) -> None:
        """Piece after piece, each until it is acknowledged, until it is enough."""
        while not enough.is_set():
            await may_write.wait()
            piece = self._next()
            while not await self._try(piece):
                await until(self._database_is_back, seconds=120)
            self._journal.pieces += 1

    async def _try(self, piece: Piece) -> bool:
        """Whether it was acknowledged."""
        own: list[UUID] = []
        is_committing = False
        try:
            async with self._workplace.database.write(self._workplace.organisation.context()) as tx:
                await self._write(tx, piece)
                own = await self._own_events(tx)
                is_committing = True
        except (DatabaseUnavailable, DatabaseBusy):
            self._journal.failed_attempts += 1
            if is_committing:
                self._journal.ambiguous_commits += 1
                self._journal.ambiguous.update(own)
            return False
        self._journal.acknowledged.update(own)
        return True

    async def _write(self, tx: WriteTransaction, piece: Piece) -> None:
        vault = self._workplace.vault
        handed_over = await upsert_interactions(tx, vault, piece.conversations)
        recorded = await record_signals(tx, vault, piece.signals, author_id=None)
        chosen = await record_choices(tx, vault, piece.choices)
        problems = (*(each.problem for each in handed_over), *(each.problem for each in recorded))
        assert not any((*problems, *(each.problem for each in chosen)))
        marked = Fact(kind="sample.marked", target_kind="sample", target_id=piece.marker)
        record(tx, marked, event_id=piece.marker)

    async def _own_events(self, tx: WriteTransaction) -> list[UUID]:
        await tx.flush()
        rows = await tx.fetch(_OWN_EVENTS, tx.tenant_id, self._seen)
        self._seen = max((row["pos"] for row in rows), default=self._seen)
        return [row["event_id"] for row in rows]

    async def _database_is_back(self) -> bool:
        try:
            await self._workplace.database.ping()
        except (DatabaseUnavailable, DatabaseBusy):
            return False
        return True

    def _next(self) -> Piece:
        self._pieces += 1
        conversations = [self._conversation(self._pieces, number) for number in range(CONVERSATIONS - 2)]
        if self._pieces > 1:
            # Two of an earlier piece come again, longer than they were said to be.
            earlier = self._chance.randrange(1, self._pieces)
            conversations += [self._conversation(earlier, number) for number in (0, 1)]
        return Piece(
            conversations,
            [self._signal(item) for item in conversations[::2]],
            [self._choice(f"{self._name}-c{self._chance.randrange(2)}")] if self._chance.random() < 0.2 else [],
            new_id(),
        )

    def _conversation(self, piece: int, number: int) -> InteractionItem:
        ended_at = MORNING + timedelta(minutes=7 * piece + self._chance.choice((0, 0, 1, 2, -600)))
        return InteractionItem(
            ref=ref(f"{self._name}-{piece}-{number}"),
            customer=ref(f"{self._name}-c{(piece + number) % CUSTOMERS}"),
            person=ref(f"{self._name}-p{self._chance.randrange(PEOPLE)}"),
            channel=Channel.CHAT,
            started_at=ended_at - timedelta(hours=1),
            ended_at=ended_at,
            handle_seconds=self._chance.randint(60, 2400),
        )

    def _signal(self, item: InteractionItem) -> NewSignal:
        return NewSignal(
            id=new_id(),
            customer=item.customer,
            interaction=item.ref,
            external_ref=ref(f"signal-{new_id()}"),
            measure=Measure.EMOTION_INTENSITY,
            moment=Moment.DURING,
            original_value=Decimal(self._chance.randint(1, 5)),
            scale=Scale(minimum=Decimal(1), maximum=Decimal(5)),
            source=Source.SELF_REPORT,
            modality=Modality.STATED,
            observed_at=item.ended_at,
        )

    def _choice(self, customer: str) -> ChoiceItem:
        return ChoiceItem(
            customer=ref(customer),
            purpose=Purpose.INSIGHTS,
            choice=self._chance.choice((Choice.GRANTED, Choice.WITHDRAWN)),
            method=ConsentMethod.CUSTOMER_STATED,
            # Said, so that the same choice is recorded once however often it is handed over.
            effective_at=MORNING + timedelta(seconds=self._pieces),
        )
