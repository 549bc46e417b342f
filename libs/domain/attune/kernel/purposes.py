"""The purposes for which emotional data may be used. A closed set: PostgreSQL's policies compare with these names."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """Why somebody wants to see or use emotional data."""

    SERVICE_CONTACT = "service_contact"
    QUALITY_REVIEW = "quality_review"
    COACHING = "coaching"
    TRAINING_PERSONAL = "training_personal"
    RESEARCH = "research"
    AUTOMATED_ROUTING = "automated_routing"
    INSIGHTS = "insights"
    PRODUCT_IMPROVEMENT = "product_improvement"
    RIGHTS = "rights"
    """Internal: acting on a person's own rights (erasure, retention, rectification, restriction). Never consented to,
    never declared by a caller."""


CONSENTABLE: Final = frozenset(Purpose) - {Purpose.RIGHTS}
"""What a customer can be asked for, and what a caller can declare."""
