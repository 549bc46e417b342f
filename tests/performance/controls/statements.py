"""The product's own statements, for controls that run the identical SQL. What a noun keeps to itself is read here alone."""

from __future__ import annotations

from attune.audit.repository import _APPLIED as APPLIED
from attune.check_ins.repository import _GET as GET_CHECK_IN
from attune.check_ins.repository import _INSERT as INSERT_CHECK_IN
from attune.insights.repository import _GET as GET_DASHBOARD
from attune.kernel.db import _Connection as WithoutReset
from attune.kernel.db import _prepare as prepare
from attune.kernel.event_log import APPEND_ONE
from attune.kernel.idempotency import _CLAIM as CLAIM
from attune.kernel.projections import _EVENTS as EVENTS
from attune.people.repository import _PEOPLE_BY_ID as PEOPLE_BY_ID
from attune.sentiment.repository import _NEWEST as NEWEST
from attune.sentiment.repository import _READ_BY_ID as READ_SIGNALS
from attune.sentiment.repository import _RECORD_ONE as RECORD_SIGNAL

__all__ = [
    "APPEND_ONE",
    "APPLIED",
    "CLAIM",
    "EVENTS",
    "GET_CHECK_IN",
    "GET_DASHBOARD",
    "INSERT_CHECK_IN",
    "NEWEST",
    "PEOPLE_BY_ID",
    "READ_SIGNALS",
    "RECORD_SIGNAL",
    "WithoutReset",
    "prepare",
]
