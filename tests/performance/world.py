"""The organisation that is measured: a contact centre of the usual shape, filled through the product's own use cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Final, cast
from uuid import UUID

from attune.batches.model import ExternalRef
from attune.consent.model import Choice, ChoiceItem, ConsentMethod
from attune.consent.service import record_choices
from attune.customers.model import CustomerItem
from attune.customers.service import upsert_customers
from attune.interactions.model import Channel, InteractionItem
from attune.interactions.service import upsert_interactions
from attune.kernel.context import OPERATOR, Context
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.roles import LoginRole
from attune.organisations.model import Mode
from attune.organisations.rules import Scope
from attune.organisations.service import create_key, create_organisation
from attune.people.model import PersonItem, TeamItem
from attune.people.service import upsert_people, upsert_teams
from attune.sentiment.model import Measure, Modality, Moment, NewSignal, Scale, Source
from attune.sentiment.service import record_signals
from tests.performance.stage import SECRET, Stage
from tests.worker.conftest import drain_all

CUSTOMERS: Final = 500
AGENTS: Final = 40
SIGNALS_OF_A_CUSTOMER: Final = 20
"""A page of a customer's signals, as a CRM sidebar shows it."""

MORNING: Final = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MONTH: Final = "2026-11"


def ref(external_id: str) -> ExternalRef:
    """A reference of the measured organisation's CRM."""
    return ExternalRef("crm", external_id)


@dataclass(frozen=True, slots=True)
class World:
    """What requests need to know of the organisation."""

    database: str
    tenant_id: UUID
    key: str
    key_id: UUID
    team_id: UUID
    people: list[UUID]
    customers: list[UUID]
    interactions: list[UUID]

    def settings(self) -> dict[str, str]:
        """What a control, which authenticates nobody, has to be told."""
        return {"TENANT_ID": str(self.tenant_id), "KEY_ID": str(self.key_id), "API_KEY": self.key}


async def make_world(stage: Stage, database: str, *, is_small: bool = False) -> World:
    """An organisation with people, customers who consented, conversations and signals; few of them, if it will be grown."""
    many = 20 if is_small else CUSTOMERS
    await stage.make_database(database)
    migrator = await Database.connect(stage.url(database, LoginRole.MIGRATOR))
    api = await Database.connect(stage.url(database, LoginRole.API))
    try:
        tenant_id = await create_organisation(migrator, stage.vault, name="Brightline Care", mode=Mode.LIVE)
        context = Context(tenant_id, OPERATOR)
        async with migrator.write(context) as tx:
            key, secret = await create_key(
                tx, SECRET.encode(), name="bench", mode=Mode.LIVE, scopes=[scope.value for scope in Scope]
            )
        async with api.write(context) as tx:
            (team,) = await upsert_teams(tx, [TeamItem(ref=ref("care"), name="Care")])
            lead = PersonItem(ref=ref("lead"), display_name="Lea Lind", team_ref=ref("care"))
            agents = [
                PersonItem(ref=ref(f"a-{n}"), display_name=f"Agent {n}", team_ref=ref("care"), lead_ref=ref("lead"))
                for n in range(AGENTS)
            ]
            people = await upsert_people(tx, [lead, *agents], is_administrator=True)
            customers = await upsert_customers(tx, [CustomerItem(ref=ref(f"c-{n}")) for n in range(many)])
        customer_ids = [each.require() for each in customers]
        for purpose in (Purpose.SERVICE_CONTACT, Purpose.INSIGHTS, Purpose.COACHING):
            async with api.write(context) as tx:
                await record_choices(tx, stage.vault, [_grant(customer_id, purpose) for customer_id in customer_ids])
        async with api.write(context) as tx:
            conversations = await upsert_interactions(
                tx, stage.vault, [_conversation(n, many) for n in range(2 * many)]
            )
        interaction_ids = [each.require() for each in conversations]
        signals = [_signal(n, customer_ids) for n in range(many * SIGNALS_OF_A_CUSTOMER)]
        for start in range(0, len(signals), 1000):
            async with api.write(context) as tx:
                await record_signals(tx, stage.vault, signals[start : start + 1000], author_id=None)
    finally:
        await api.close()
        await migrator.close()
    await derive(stage, database)
    await refresh_statistics(stage, database)
    return World(
        database,
        tenant_id,
        secret,
        key.id,
        team.require(),
        [each.require() for each in people],
        customer_ids,
        interaction_ids,
    )


async def derive(stage: Stage, database: str) -> None:
    """What the worker does: dashboards, load and the audit log of all that was recorded."""
    worker = await Database.connect(stage.url(database, LoginRole.WORKER))
    await drain_all(worker)
    await worker.close()


async def refresh_statistics(stage: Stage, database: str) -> None:
    """What autovacuum does within a minute: plans are made for the tables as they are."""
    async with stage.superuser(database) as connection:
        await connection.execute("VACUUM (ANALYZE)")


def _grant(customer_id: UUID, purpose: Purpose) -> ChoiceItem:
    return ChoiceItem(
        customer=customer_id, purpose=purpose, choice=Choice.GRANTED, method=ConsentMethod.CUSTOMER_STATED
    )


def _conversation(number: int, customers: int) -> InteractionItem:
    started_at = MORNING + timedelta(minutes=number)
    return InteractionItem(
        ref=ref(f"i-{number}"),
        customer=ref(f"c-{number % customers}"),
        person=ref(f"a-{number % AGENTS}"),
        channel=Channel.CHAT,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=10),
        handle_seconds=600,
    )


_conversations: Final = count(10_000)


def new_conversations(world: World, many: int) -> list[InteractionItem]:
    """Conversations that nobody has recorded yet."""
    return [_conversation(next(_conversations), len(world.customers)) for _ in range(many)]


def signals_of(world: World, talks: Sequence[InteractionItem], ids: Sequence[UUID]) -> list[NewSignal]:
    """Two signals of each conversation."""
    customers = {ref(f"c-{number}"): customer for number, customer in enumerate(world.customers)}
    return [
        _signal(number, [customers[cast(ExternalRef, talk.customer)]], interaction)
        for number in range(2)
        for talk, interaction in zip(talks, ids, strict=True)
    ]


def _signal(number: int, customers: list[UUID], interaction: UUID | None = None) -> NewSignal:
    return NewSignal(
        id=new_id(),
        customer=customers[number % len(customers)],
        interaction=interaction,
        measure=Measure.EMOTION_INTENSITY,
        moment=Moment.DURING,
        original_value=Decimal(1 + number % 5),
        scale=Scale(minimum=Decimal(1), maximum=Decimal(5)),
        tags=("frustrated",),
        source=Source.SELF_REPORT,
        modality=Modality.STATED,
        observed_at=MORNING + timedelta(seconds=number),
    )


def monday(number: int) -> date:
    """Mondays of weeks in turn."""
    return date(2020, 1, 6) + timedelta(weeks=number)
