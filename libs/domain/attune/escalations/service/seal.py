"""Sealing and opening the texts of an escalation: all of them stand under the customer's key."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from attune.escalations.model import EmotionalContext, Handoff, SealedContext, SealedHandoff
from attune.kernel.vault import Field, SubjectKey

_HANDOFF: Final = "escalation"
_CONTEXT: Final = "emotional_context"


def seal_handoff(key: SubjectKey, escalation_id: UUID, handoff: Handoff) -> SealedHandoff:
    """A handoff as it is stored."""
    row = str(escalation_id)
    return SealedHandoff(
        what_happened=key.seal(Field(_HANDOFF, "what_happened", row), handoff.what_happened or ""),
        promises_made=key.seal_optional(Field(_HANDOFF, "promises_made", row), handoff.promises_made),
        next_step=key.seal_optional(Field(_HANDOFF, "next_step", row), handoff.next_step),
    )


def open_handoff(key: SubjectKey, escalation_id: UUID, sealed: SealedHandoff) -> Handoff:
    """A stored handoff as it was written."""
    row = str(escalation_id)
    return Handoff(
        what_happened=key.open(Field(_HANDOFF, "what_happened", row), sealed.what_happened),
        promises_made=key.open_optional(Field(_HANDOFF, "promises_made", row), sealed.promises_made),
        next_step=key.open_optional(Field(_HANDOFF, "next_step", row), sealed.next_step),
    )


def seal_context(key: SubjectKey, escalation_id: UUID, context: EmotionalContext) -> SealedContext:
    """An emotional context as it is stored."""
    row = str(escalation_id)
    return SealedContext(
        observed_intensity=context.observed_intensity,
        stated_emotion=key.seal(Field(_CONTEXT, "stated_emotion", row), context.stated_emotion),
        triggers=key.seal_optional(Field(_CONTEXT, "triggers", row), context.triggers),
        what_helped=key.seal_optional(Field(_CONTEXT, "what_helped", row), context.what_helped),
        what_to_avoid=key.seal_optional(Field(_CONTEXT, "what_to_avoid", row), context.what_to_avoid),
    )


def open_context(key: SubjectKey, escalation_id: UUID, sealed: SealedContext) -> EmotionalContext:
    """A stored emotional context as it was written."""
    row = str(escalation_id)
    return EmotionalContext(
        observed_intensity=sealed.observed_intensity,
        stated_emotion=key.open(Field(_CONTEXT, "stated_emotion", row), sealed.stated_emotion),
        triggers=key.open_optional(Field(_CONTEXT, "triggers", row), sealed.triggers),
        what_helped=key.open_optional(Field(_CONTEXT, "what_helped", row), sealed.what_helped),
        what_to_avoid=key.open_optional(Field(_CONTEXT, "what_to_avoid", row), sealed.what_to_avoid),
    )
