"""Use cases: open an escalation, take it through its life, and read it."""

from __future__ import annotations

from attune.escalations.service.open import Opened, open_escalation
from attune.escalations.service.read import ContextShown, get_escalation, read_context, read_handoff
from attune.escalations.service.step import accept_escalation, bounce_escalation, resolve_escalation

__all__ = [
    "ContextShown",
    "Opened",
    "accept_escalation",
    "bounce_escalation",
    "get_escalation",
    "open_escalation",
    "read_context",
    "read_handoff",
    "resolve_escalation",
]
