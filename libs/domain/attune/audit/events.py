"""What happens to the audit log itself: it is read, and that is a fact too."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attune.kernel.events import Event, Outcome
from attune.kernel.purposes import Purpose


class AuditSearched(Event, kind="audit.searched", target="organisation"):
    """Somebody looked up who did what. `concerns` is the person or customer they asked about, if they named one."""

    by_actor: UUID | None
    by_target: UUID | None
    by_outcome: Outcome | None
    by_purpose: Purpose | None
    by_action: bool
    recorded_from: datetime | None
    recorded_to: datetime | None
    entries_shown: int
