"""What customers choose. The customer is the stream: a choice for one purpose is a fact about that customer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attune.consent.model import ConsentMethod
from attune.kernel.events import Event
from attune.kernel.purposes import Purpose


class ConsentGranted(Event, kind="consent.granted", target="customer"):
    """A customer allowed a purpose."""

    record_id: UUID
    purpose: Purpose
    method: ConsentMethod
    effective_at: datetime
    expires_at: datetime | None


class ConsentRefused(Event, kind="consent.refused", target="customer"):
    """A customer was asked, and said no."""

    record_id: UUID
    purpose: Purpose
    method: ConsentMethod
    effective_at: datetime


class ConsentWithdrawn(Event, kind="consent.withdrawn", target="customer"):
    """A customer took a consent back: the gate closed with this commit."""

    record_id: UUID
    purpose: Purpose
    method: ConsentMethod
    effective_at: datetime


class ConsentExpired(Event, kind="consent.expired", target="customer"):
    """A grant came to its end by itself."""

    record_id: UUID
    purpose: Purpose
    method: ConsentMethod
    effective_at: datetime
