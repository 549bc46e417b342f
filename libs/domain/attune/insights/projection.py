"""The projection `team_dashboard`: each touched record's contribution is derived anew and the difference is applied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from attune.check_ins.events import CheckInOpened, CheckInSubmitted
from attune.consent.events import ConsentExpired, ConsentGranted, ConsentRefused, ConsentWithdrawn
from attune.escalations.events import EscalationAccepted, EscalationBounced, EscalationOpened, EscalationResolved
from attune.insights import repository
from attune.insights.repository import Touched
from attune.interactions.events import InteractionCorrected, InteractionRecorded
from attune.kernel.events import StoredEvent
from attune.kernel.projections import Batch, Projection
from attune.kernel.purposes import Purpose
from attune.sentiment.events import SignalRecorded

_OF_RECORD: Final = {
    InteractionRecorded.kind: "interaction",
    InteractionCorrected.kind: "interaction",
    EscalationOpened.kind: "escalation",
    EscalationAccepted.kind: "escalation",
    EscalationBounced.kind: "escalation",
    EscalationResolved.kind: "escalation",
    CheckInOpened.kind: "check_in",
    CheckInSubmitted.kind: "check_in",
}
"""Events about a record that counts itself, and what kind of record."""

_OF_SIGNAL: Final = SignalRecorded.kind
"""An event about what counts as a part of a conversation."""

_OF_CUSTOMER: Final = frozenset(
    {
        ConsentGranted.kind,
        ConsentRefused.kind,
        ConsentWithdrawn.kind,
        ConsentExpired.kind,
        # By name: erasure reaches into every noun, so it stands above this one.
        "customer.erased",
    }
)
"""Events that open or close the gate before all of a customer's conversations."""


def touched_by(events: Iterable[StoredEvent]) -> Touched:
    """The records that these events are about, each once, in the order of their ids."""
    records: dict[str, set[UUID]] = {"interaction": set(), "escalation": set(), "check_in": set()}
    customers: set[UUID] = set()
    for event in events:
        if event.kind in _OF_RECORD:
            records[_OF_RECORD[event.kind]].add(event.target_id)
        elif event.kind == _OF_SIGNAL:
            if event.data.get("interaction_id") is not None:
                records["interaction"].add(UUID(event.data["interaction_id"]))
        elif event.data.get("purpose", Purpose.INSIGHTS) == Purpose.INSIGHTS:
            customers.add(event.target_id)
    return Touched(
        interaction_ids=sorted(records["interaction"]),
        customer_ids=sorted(customers),
        escalation_ids=sorted(records["escalation"]),
        check_in_ids=sorted(records["check_in"]),
    )


async def project_team_dashboard(batch: Batch) -> None:
    """Bring the dashboards in line with the records that a batch of events is about."""
    await repository.derive(batch.tx, batch.generation, touched_by(batch.events))


TEAM_DASHBOARD: Final = Projection(
    name="team_dashboard",
    version=1,
    apply=project_team_dashboard,
    tables=("team_dashboard", "team_dashboard_contribution", "team_dashboard_contributor"),
    handles=frozenset(_OF_RECORD) | {_OF_SIGNAL} | _OF_CUSTOMER,
)
