"""A contact centre for tests of what is derived: state written as plain rows, each with the event that tells of it.

The events are those of the product by kind, written as facts of their own so that a test can write any history.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from attune.kernel.db import Database
from attune.kernel.events import Event, Outcome
from attune.kernel.ids import new_id
from attune.kernel.purposes import Purpose
from attune.kernel.transactions import WriteTransaction
from tests.conftest import Organisation

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """An event as the log stores it."""

    kind: str
    target_kind: str
    target_id: UUID
    concerns: UUID | None = None
    version: int | None = None
    occurred_at: datetime | None = None
    outcome: Outcome = Outcome.DONE
    schema_version: int = 1
    fields: dict[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """The fields beyond the envelope."""
        return self.fields


def record(tx: WriteTransaction, fact: Fact, *, event_id: UUID | None = None) -> None:
    """Write a fact into the event log."""
    tx.record(cast("Event", fact), event_id=event_id)


@dataclass(frozen=True, slots=True)
class ContactCentre:
    """Writes one organisation's state and events, each call in a transaction of its own, as the API's role."""

    database: Database
    organisation: Organisation

    async def team(self) -> UUID:
        """A team."""
        return await self._insert("INSERT INTO team (tenant_id, id, name) VALUES ($1, $2, 'Care')")

    async def person(self, team_id: UUID | None = None) -> UUID:
        """Somebody who works here."""
        return await self._insert(
            "INSERT INTO person (tenant_id, id, display_name, team_id, status) VALUES ($1, $2, 'Ana', $3, 'active')",
            team_id,
        )

    async def customer(self, *purposes: Purpose) -> UUID:
        """A customer who consented to these purposes."""
        customer_id = await self._insert("INSERT INTO customer (tenant_id, id) VALUES ($1, $2)")
        for purpose in purposes:
            await self.choose(customer_id, "granted", purpose)
        return customer_id

    async def choose(
        self, customer_id: UUID, choice: str, purpose: Purpose = Purpose.INSIGHTS, expires_at: datetime | None = None
    ) -> None:
        """A customer's choice."""
        async with self.database.write(self.organisation.context()) as tx:
            await tx.execute(
                "INSERT INTO consent_state (tenant_id, customer_id, purpose, choice, record_id, since, expires_at)"
                " VALUES ($1, $2, $3, $4, $5, now(), $6) ON CONFLICT (tenant_id, customer_id, purpose)"
                " DO UPDATE SET choice = excluded.choice, since = excluded.since, expires_at = excluded.expires_at",
                tx.tenant_id,
                customer_id,
                purpose.value,
                choice,
                new_id(),
                expires_at,
            )
            record(
                tx,
                Fact(
                    kind=f"consent.{choice}",
                    target_kind="customer",
                    target_id=customer_id,
                    concerns=customer_id,
                    fields={"purpose": purpose.value},
                ),
            )

    async def conversation(
        self,
        person_id: UUID,
        customer_id: UUID,
        team_id: UUID | None = None,
        *,
        ended_at: datetime = NOON,
        handle_seconds: int = 600,
    ) -> UUID:
        """A conversation that somebody carried."""
        interaction_id = new_id()
        async with self.database.write(self.organisation.context()) as tx:
            await tx.execute(
                "INSERT INTO interaction (tenant_id, id, customer_id, person_id, team_id, channel, started_at,"
                " ended_at, handle_seconds) VALUES ($1, $2, $3, $4, $5, 'chat', $6::timestamptz - interval '1 hour', $6, $7)",
                tx.tenant_id,
                interaction_id,
                customer_id,
                person_id,
                team_id,
                ended_at,
                handle_seconds,
            )
            record(
                tx,
                Fact(
                    kind="interaction.recorded",
                    target_kind="interaction",
                    target_id=interaction_id,
                    concerns=customer_id,
                ),
            )
        return interaction_id

    async def correct(self, interaction_id: UUID, **columns: Any) -> None:
        """Another value for some of `person_id`, `team_id`, `ended_at`, `handle_seconds` of a conversation."""
        async with self.database.write(self.organisation.context()) as tx:
            await tx.execute(
                "UPDATE interaction SET person_id = coalesce($3, person_id), team_id = coalesce($4, team_id),"
                " ended_at = coalesce($5, ended_at), handle_seconds = coalesce($6, handle_seconds),"
                " started_at = least(started_at, coalesce($5, ended_at)) WHERE tenant_id = $1 AND id = $2",
                tx.tenant_id,
                interaction_id,
                *(columns.get(name) for name in ("person_id", "team_id", "ended_at", "handle_seconds")),
            )
            record(tx, Fact(kind="interaction.corrected", target_kind="interaction", target_id=interaction_id))

    async def signal(
        self,
        customer_id: UUID,
        interaction_id: UUID,
        value: str,
        *,
        moment: str = "during",
        scale: tuple[int, int] = (1, 5),
        observed_at: datetime = NOON,
        measure: str = "emotion_intensity",
    ) -> UUID:
        """How a customer felt in a conversation."""
        signal_id = new_id()
        async with self.database.write(self.organisation.context()) as tx:
            await tx.execute(
                "INSERT INTO signal (tenant_id, id, customer_id, interaction_id, measure, moment, value,"
                " original_value, scale_min, scale_max, tags, source, modality, observed_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, '{}', 'self_report', 'stated', $10)",
                tx.tenant_id,
                signal_id,
                customer_id,
                interaction_id,
                measure,
                moment,
                Decimal(value),
                *scale,
                observed_at,
            )
            record(
                tx,
                Fact(
                    kind="signal.recorded",
                    target_kind="signal",
                    target_id=signal_id,
                    concerns=customer_id,
                    fields={"interaction_id": str(interaction_id)},
                ),
            )
        return signal_id

    async def erase(self, customer_id: UUID) -> None:
        """Erase what is known of how a customer felt."""
        async with self.database.write(self.organisation.context(Purpose.RIGHTS)) as tx:
            await tx.execute("DELETE FROM signal WHERE tenant_id = $1 AND customer_id = $2", tx.tenant_id, customer_id)
            await tx.execute(
                "UPDATE customer SET erased_at = now() WHERE tenant_id = $1 AND id = $2", tx.tenant_id, customer_id
            )
            record(
                tx,
                Fact(kind="customer.erased", target_kind="customer", target_id=customer_id, concerns=customer_id),
            )

    async def check_in(self, person_id: UUID, lead_id: UUID, team_id: UUID, week_of: date) -> UUID:
        """An open check-in."""
        check_in_id = await self._insert(
            "INSERT INTO check_in (tenant_id, id, person_id, lead_id, team_id, week_of, status)"
            " VALUES ($1, $2, $3, $4, $5, $6, 'open')",
            person_id,
            lead_id,
            team_id,
            week_of,
        )
        await self.tell("check_in.opened", "check_in", check_in_id)
        return check_in_id

    async def submit(self, check_in_id: UUID) -> None:
        """Submit a check-in."""
        await self._update(
            "UPDATE check_in SET status = 'submitted', submitted_at = now() WHERE tenant_id = $1 AND id = $2",
            Fact(kind="check_in.submitted", target_kind="check_in", target_id=check_in_id),
        )

    async def escalation(self, customer_id: UUID, team_id: UUID, opened_at: datetime = NOON) -> UUID:
        """An escalation offered to a team."""
        escalation_id = await self._insert(
            "INSERT INTO escalation (tenant_id, id, customer_id, team_id, severity, status, what_happened_sealed,"
            " opened_at) VALUES ($1, $2, $3, $4, 'high', 'offered', '\\x00', $5)",
            customer_id,
            team_id,
            opened_at,
        )
        await self.tell("escalation.opened", "escalation", escalation_id)
        return escalation_id

    async def resolve(self, escalation_id: UUID) -> None:
        """Resolve an escalation."""
        await self._update(
            "UPDATE escalation SET status = 'resolved', resolution = 'recovered' WHERE tenant_id = $1 AND id = $2",
            Fact(kind="escalation.resolved", target_kind="escalation", target_id=escalation_id),
        )

    async def tell(self, kind: str, target_kind: str, target_id: UUID, **fields: Any) -> None:
        """An event alone, with no change of state."""
        async with self.database.write(self.organisation.context()) as tx:
            record(tx, Fact(kind=kind, target_kind=target_kind, target_id=target_id, fields=fields))

    async def _insert(self, statement: str, *values: Any) -> UUID:
        made = new_id()
        async with self.database.write(self.organisation.context()) as tx:
            await tx.execute(statement, tx.tenant_id, made, *values)
        return made

    async def _update(self, statement: str, fact: Fact) -> None:
        async with self.database.write(self.organisation.context()) as tx:
            await tx.execute(statement, tx.tenant_id, fact.target_id)
            record(tx, fact)
