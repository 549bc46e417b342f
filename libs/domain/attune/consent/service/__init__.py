"""Use cases: record what customers choose, let grants end, and say what holds."""

from __future__ import annotations

from attune.consent.service.expire import expire_due
from attune.consent.service.read import decide, decide_many, has_any_live, list_decisions
from attune.consent.service.record import get_record, record_choice, record_choices, withdraw_all
from attune.consent.service.rights import acting_on_rights

__all__ = [
    "acting_on_rights",
    "decide",
    "decide_many",
    "expire_due",
    "get_record",
    "has_any_live",
    "list_decisions",
    "record_choice",
    "record_choices",
    "withdraw_all",
]
