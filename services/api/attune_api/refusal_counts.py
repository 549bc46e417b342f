"""Counting what was refused or withheld for want of consent: how often and why, never about whom."""

from __future__ import annotations

from typing import Final

from attune_observability.metrics import meter

_COUNTER: Final = meter().create_counter(
    "attune.consent_refusals",
    unit="{refusal}",
    description="Signals refused and emotional data withheld for want of consent, by operation and reason.",
)


def count_refusals(operation: str, reason: str, count: int = 1) -> None:
    """Count refusals of one kind. The event log has each of them; this is for dashboards of the service itself."""
    if count:
        _COUNTER.add(count, {"operation": operation, "reason": reason})
