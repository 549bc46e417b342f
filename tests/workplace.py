"""People, customers, consents and conversations for the tests of what is recorded about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from attune.batches.model import ExternalRef, Name
from attune.consent.model import Choice, ChoiceItem, ConsentMethod
from attune.consent.service import record_choice
from attune.customers.model import CustomerItem
from attune.customers.service import upsert_customers
from attune.interactions.model import Channel, InteractionItem
from attune.interactions.service import upsert_interactions
from attune.kernel.db import Database
from attune.kernel.purposes import Purpose
from attune.kernel.vault import Vault
from attune.people.model import PersonItem, Role, TeamItem
from attune.people.service import upsert_people, upsert_teams
from tests.conftest import Organisation

MORNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def ref(external_id: str) -> ExternalRef:
    """A reference of the tests' own system."""
    return ExternalRef("crm", external_id)


@dataclass(frozen=True, slots=True)
class Workplace:
    """An organisation to be filled."""

    database: Database
    vault: Vault
    organisation: Organisation

    async def add_team(self, name: str = "support") -> UUID:
        """A team."""
        async with self.database.write(self.organisation.context()) as tx:
            (result,) = await upsert_teams(tx, [TeamItem(ref=ref(name), name=name.title())])
        return result.require()

    async def add_person(self, name: str, *roles: Role, lead: str | None = None, team: str | None = None) -> UUID:
        """Somebody, or their new place: who is there already gets this lead and this team."""
        item = PersonItem(
            ref=ref(name),
            display_name=name.title(),
            lead_ref=ref(lead) if lead else None,
            team_ref=ref(team) if team else None,
            roles=roles or None,
        )
        async with self.database.write(self.organisation.context()) as tx:
            (result,) = await upsert_people(tx, [item], is_administrator=True)
        return result.require()

    async def add_customer(self, name: str = "c-1", *allowed: Purpose) -> UUID:
        """A customer who allows these purposes, and was never asked for the others."""
        async with self.database.write(self.organisation.context()) as tx:
            (result,) = await upsert_customers(tx, [CustomerItem(ref=ref(name))])
        customer_id = result.require()
        for purpose in allowed:
            await self.choose(customer_id, purpose, Choice.GRANTED)
        return customer_id

    async def choose(self, customer: Name, purpose: Purpose, choice: Choice, **more: Any) -> None:
        """A customer's choice."""
        item = ChoiceItem(
            customer=customer, purpose=purpose, choice=choice, method=ConsentMethod.CUSTOMER_STATED, **more
        )
        async with self.database.write(self.organisation.context()) as tx:
            await record_choice(tx, self.vault, item)

    async def grant_that_ran_out(self, customer: Name, purpose: Purpose) -> None:
        """A grant that was good until an hour ago."""
        now = datetime.now(UTC)
        await self.choose(
            customer,
            purpose,
            Choice.GRANTED,
            effective_at=now - timedelta(hours=2),
            expires_at=now - timedelta(hours=1),
        )

    async def add_interaction(self, name: str, customer: str, person: str) -> UUID:
        """Ten minutes of chat."""
        item = InteractionItem(
            ref=ref(name),
            customer=ref(customer),
            person=ref(person),
            channel=Channel.CHAT,
            started_at=MORNING,
            ended_at=MORNING + timedelta(minutes=10),
            handle_seconds=600,
        )
        async with self.database.write(self.organisation.context()) as tx:
            (result,) = await upsert_interactions(tx, self.vault, [item])
        return result.require()

    async def events(self, *kinds: str) -> list[dict[str, Any]]:
        """The events of these kinds, in the order they were recorded."""
        async with self.database.read(self.organisation.context()) as tx:
            rows = await tx.fetch(
                "SELECT kind, outcome, target_kind, target_id, version, concerns, actor_kind, actor_id, purpose, data"
                " FROM event WHERE tenant_id = $1 AND kind = ANY($2::text[]) ORDER BY pos",
                tx.tenant_id,
                list(kinds),
            )
        return [dict(row) for row in rows]
