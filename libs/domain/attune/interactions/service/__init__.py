"""Use cases: what a CRM hands over, and which interaction is which."""

from __future__ import annotations

from attune.interactions.service.read import (
    find_interactions,
    get_interaction,
    get_interaction_by_ref,
    list_interactions,
    list_turns,
    require_interaction,
)
from attune.interactions.service.upsert import upsert_interactions

__all__ = [
    "find_interactions",
    "get_interaction",
    "get_interaction_by_ref",
    "list_interactions",
    "list_turns",
    "require_interaction",
    "upsert_interactions",
]
