"""Escalations, as they are sent and answered."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Self
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from attune.escalations.model import (
    BounceReason,
    EmotionalContext,
    Escalation,
    EscalationStatus,
    Handoff,
    Resolution,
    Severity,
)
from attune.escalations.service import ContextShown, Opened
from attune_api.routes.schemas.gate import GATE_REASONS
from attune_api.routes.schemas.scales import only_number
from attune_api.schemas import ExternalRef, RequestModel, ResponseModel, Timestamp, reference_of, require_one_of

_LONG: Final = 4000
_SHORT: Final = 1000

HandoffText = Annotated[str, Field(pattern=r"\S", max_length=_LONG)]
FeelingText = Annotated[str, Field(pattern=r"\S", max_length=_SHORT)]
Intensity = Annotated[int, Field(ge=0, le=4, examples=[3]), BeforeValidator(only_number)]
HadToRepeat = Annotated[bool, Field(strict=True)]


class EmotionalContextIn(RequestModel):
    """How the customer feels about it, so that nobody has to ask again."""

    stated_emotion: FeelingText = Field(description="In the customer's own words.", examples=["I feel cheated."])
    observed_intensity: Intensity = Field(description="How strong it seemed, from 0 (not at all) to 4.")
    triggers: FeelingText | None = Field(default=None, examples=["The word policy."])
    what_helped: FeelingText | None = Field(default=None, examples=["Reading her own words back."])
    what_to_avoid: FeelingText | None = Field(default=None, examples=["Asking for the number again."])

    def to_domain(self) -> EmotionalContext:
        """The same, as the domain has it."""
        return EmotionalContext(
            stated_emotion=self.stated_emotion,
            observed_intensity=self.observed_intensity,
            triggers=self.triggers,
            what_helped=self.what_helped,
            what_to_avoid=self.what_to_avoid,
        )


def _announce_required_context(schema: dict[str, Any]) -> None:
    """To whoever calls us the context is required; that it may be missing here gives its absence a code of its own."""
    schema["required"] = [*schema.get("required", []), "emotional_context"]
    context = schema["properties"]["emotional_context"]
    context.pop("default", None)
    context |= next(choice for choice in context.pop("anyOf") if choice != {"type": "null"})


class EscalationIn(RequestModel):
    """A conversation to hand on, with what the next person must know."""

    model_config = ConfigDict(json_schema_extra=_announce_required_context)

    customer_ref: ExternalRef | None = Field(default=None, description="The customer; or name them by customer_id.")
    customer_id: UUID | None = None
    interaction_ref: ExternalRef | None = Field(
        default=None, description="The conversation it came from; or name it by interaction_id."
    )
    interaction_id: UUID | None = None
    team_ref: ExternalRef | None = Field(default=None, description="To whom; or name the team by team_id.")
    team_id: UUID | None = None
    external_ref: ExternalRef | None = Field(
        default=None, description="Your own reference: sending the same again adds nothing."
    )
    severity: Severity
    what_happened: HandoffText = Field(examples=["Charged twice in May, and called about it before."])
    promises_made: HandoffText | None = Field(default=None, examples=["A call by Friday."])
    next_step: HandoffText | None = Field(default=None, examples=["Refund the second charge."])
    emotional_context: EmotionalContextIn | None = Field(
        default=None,
        description="Required (422 emotional_context_required). Kept only where the customer allows service_contact.",
    )

    @model_validator(mode="after")
    def _names_one_of_each(self) -> Self:
        require_one_of(self, "customer_ref", "customer_id")
        require_one_of(self, "team_ref", "team_id")
        if self.interaction_ref is not None:
            # It may be left out, but not be named twice.
            require_one_of(self, "interaction_ref", "interaction_id")
        return self

    def to_handoff(self) -> Handoff:
        """What the next person must know, as the domain has it."""
        return Handoff(what_happened=self.what_happened, promises_made=self.promises_made, next_step=self.next_step)


class AcceptIn(RequestModel):
    """What is known when an escalation is taken."""

    customer_had_to_repeat: HadToRepeat | None = Field(
        default=None, description="Whether the customer had to say it again."
    )


class BounceIn(RequestModel):
    """Why an escalation is handed back."""

    reason: BounceReason


class ResolveIn(RequestModel):
    """How it ended."""

    resolution: Resolution
    customer_had_to_repeat: HadToRepeat | None = Field(
        default=None, description="Whether the customer had to say it again."
    )


class EscalationOut(ResponseModel):
    """An escalation, without a word of what happened."""

    id: UUID
    external_ref: ExternalRef | None
    customer_id: UUID
    interaction_id: UUID | None
    team_id: UUID
    opened_by_id: UUID | None
    assignee_id: UUID | None
    severity: Severity
    status: EscalationStatus
    resolution: Resolution | None
    bounce_reason: BounceReason | None
    customer_had_to_repeat: bool | None
    opened_at: Timestamp
    accepted_at: Timestamp | None
    resolved_at: Timestamp | None
    updated_at: Timestamp

    @classmethod
    def of(cls, escalation: Escalation, **more: object) -> Self:
        """An escalation as it is answered."""
        return cls.model_validate(
            {
                "id": escalation.id,
                "external_ref": reference_of(escalation.external_source, escalation.external_id),
                "customer_id": escalation.customer_id,
                "interaction_id": escalation.interaction_id,
                "team_id": escalation.team_id,
                "opened_by_id": escalation.opened_by_id,
                "assignee_id": escalation.assignee_id,
                "severity": escalation.severity,
                "status": escalation.status,
                "resolution": escalation.resolution,
                "bounce_reason": escalation.bounce_reason,
                "customer_had_to_repeat": escalation.customer_had_to_repeat,
                "opened_at": escalation.opened_at,
                "accepted_at": escalation.accepted_at,
                "resolved_at": escalation.resolved_at,
                "updated_at": escalation.updated_at,
                **more,
            }
        )


class KeptStatus(StrEnum):
    """What became of the emotional context."""

    KEPT = "kept"
    WITHHELD = "withheld"
    UNCHANGED = "unchanged"


class ContextReason(StrEnum):
    """Why an emotional context is kept, shown or withheld."""

    GRANTED = "granted"
    CONSENT_UNKNOWN = "consent_unknown"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_EXPIRED = "consent_expired"
    PURPOSE_REQUIRED = "purpose_required"
    NOT_KEPT = "not_kept"
    OPENED_BEFORE = "opened_before"


class ContextKept(ResponseModel):
    """Whether the emotional context was kept. Withheld: it was dropped, and that is on the audit log."""

    status: KeptStatus
    reason: ContextReason

    @classmethod
    def of(cls, opened: Opened) -> Self:
        """What became of it."""
        if opened.context is None:
            return cls(status=KeptStatus.UNCHANGED, reason=ContextReason.OPENED_BEFORE)
        status = KeptStatus.KEPT if opened.context.is_granted else KeptStatus.WITHHELD
        return cls(status=status, reason=ContextReason(GATE_REASONS[opened.context.reason]))


class EscalationOpened(EscalationOut):
    """An escalation that was opened, and what became of its emotional context."""

    emotional_context: ContextKept


class ContextStatus(StrEnum):
    """Whether the emotional context is shown."""

    AVAILABLE = "available"
    WITHHELD = "withheld"


class EmotionalContextOut(ResponseModel):
    """How the customer feels about it, or why it is not shown."""

    status: ContextStatus
    reason: ContextReason
    stated_emotion: str | None = Field(examples=["I feel cheated."])
    observed_intensity: Intensity | None
    triggers: str | None = Field(examples=["The word policy."])
    what_helped: str | None = Field(examples=["Reading her own words back."])
    what_to_avoid: str | None = Field(examples=["Asking for the number again."])

    @classmethod
    def of(cls, shown: ContextShown | None) -> Self:
        """What is shown; None where no purpose was declared."""
        context = None if shown is None else shown.context
        if context is not None:
            return cls(
                status=ContextStatus.AVAILABLE,
                reason=ContextReason.GRANTED,
                stated_emotion=context.stated_emotion,
                observed_intensity=context.observed_intensity,
                triggers=context.triggers,
                what_helped=context.what_helped,
                what_to_avoid=context.what_to_avoid,
            )
        return cls(
            status=ContextStatus.WITHHELD,
            reason=_why_not(shown),
            stated_emotion=None,
            observed_intensity=None,
            triggers=None,
            what_helped=None,
            what_to_avoid=None,
        )


def _why_not(shown: ContextShown | None) -> ContextReason:
    if shown is None:
        return ContextReason.PURPOSE_REQUIRED
    if shown.decision.is_granted:
        return ContextReason.NOT_KEPT
    return ContextReason(GATE_REASONS[shown.decision.reason])


class EscalationWithTexts(EscalationOut):
    """An escalation with what the next person must know. The texts are null after the customer's erasure."""

    what_happened: str | None = Field(examples=["Charged twice in May, and called about it before."])
    promises_made: str | None = Field(examples=["A call by Friday."])
    next_step: str | None = Field(examples=["Refund the second charge."])
    emotional_context: EmotionalContextOut


class EscalationPage(ResponseModel):
    """A page of escalations."""

    data: list[EscalationOut]
    next_cursor: str | None
    has_more: bool


ESCALATION: Final = TypeAdapter(EscalationOut)
OPENED: Final = TypeAdapter(EscalationOpened)
WITH_TEXTS: Final = TypeAdapter(EscalationWithTexts)
PAGE: Final = TypeAdapter(EscalationPage)
