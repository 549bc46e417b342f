"""What holds, decided from what a customer chose. Nothing here reads a clock or a database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from attune.consent.errors import (
    ChoiceNotRecordable,
    EffectiveInFuture,
    ExpiresBeforeEffective,
    OnlyGrantExpires,
    PurposeNotConsentable,
)
from attune.consent.model import Choice, ChoiceItem, Consent, ConsentRecord, Decision, InForce, Reason
from attune.kernel.errors import AttuneError
from attune.kernel.purposes import CONSENTABLE, Purpose

_NOES: Final = frozenset({Choice.REFUSED, Choice.WITHDRAWN})

NEVER_ASKED: Final = Decision(state=Consent.UNKNOWN, reason=Reason.NEVER_ASKED, since=None, expires_at=None)


def decide(history: Iterable[ConsentRecord], *, purpose: Purpose, at: datetime) -> Decision:
    """What held at a moment, by all that is known now: the latest choice for exactly this purpose wins.

    Of two choices for the same moment a no wins, then the one recorded later. Never asked is UNKNOWN. Records of
    expiry do not count: they repeat what the grant itself says, and a grant that arrives late may outlive them.
    """
    made = [
        record
        for record in history
        if record.purpose is purpose and record.choice is not Choice.EXPIRED and record.effective_at <= at
    ]
    if not made:
        return NEVER_ASKED
    latest = max(made, key=lambda record: (*rank(record.choice, record.effective_at), record.recorded_at, record.id))
    return _mean(latest.choice, since=latest.effective_at, expires_at=latest.expires_at, at=at)


def judge(state: InForce) -> Decision:
    """What the choice in force means now."""
    return _mean(state.choice, since=state.since, expires_at=state.expires_at, at=state.at)


def _mean(choice: Choice, *, since: datetime, expires_at: datetime | None, at: datetime) -> Decision:
    """A grant holds until the instant it expires; a no holds until there is another choice."""
    if choice is Choice.REFUSED:
        return Decision(state=Consent.REFUSED, reason=Reason.REFUSED, since=since, expires_at=None)
    if choice is Choice.WITHDRAWN:
        return Decision(state=Consent.REFUSED, reason=Reason.WITHDRAWN, since=since, expires_at=None)
    if choice is Choice.EXPIRED or (expires_at is not None and expires_at <= at):
        return Decision(state=Consent.REFUSED, reason=Reason.EXPIRED, since=expires_at, expires_at=expires_at)
    return Decision(state=Consent.GRANTED, reason=Reason.GRANTED, since=since, expires_at=expires_at)


def rank(choice: Choice, effective_at: datetime) -> tuple[datetime, bool]:
    """By which choices are compared: the later one counts, and a no before a yes of the same moment."""
    return effective_at, choice in _NOES


def moment_of(item: ChoiceItem, *, in_force_since: datetime | None, now: datetime) -> datetime:
    """When a choice takes effect. One made now follows what is in force, even if another server's clock was ahead:
    a withdrawal must never lose against the grant it takes back."""
    if item.effective_at is not None:
        return item.effective_at
    return now if in_force_since is None else max(now, in_force_since + timedelta(microseconds=1))


def refuse_choice(item: ChoiceItem, *, now: datetime) -> AttuneError | None:
    """Why a choice cannot be recorded, or None."""
    if item.purpose not in CONSENTABLE:
        return PurposeNotConsentable(pointer="/purpose")
    if item.choice is Choice.EXPIRED:
        return ChoiceNotRecordable(pointer="/choice")
    if item.effective_at is not None and item.effective_at > now:
        return EffectiveInFuture(pointer="/effective_at")
    if item.expires_at is not None and item.choice is not Choice.GRANTED:
        return OnlyGrantExpires(pointer="/expires_at")
    if item.expires_at is not None and item.expires_at <= (item.effective_at or now):
        return ExpiresBeforeEffective(pointer="/expires_at")
    return None
