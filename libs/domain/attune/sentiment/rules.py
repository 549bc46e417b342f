"""What a signal may be, and what its value means on one common scale. Nothing here touches a database.

Lawful by construction: a signal is about a customer, never about somebody who works here, and `Modality` has no name for
voice or face. What is left to check is that a model's word is marked as one.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from attune.consent.model import Choice, Reason
from attune.sentiment.errors import (
    ConfidenceRequired,
    ExpiryTooEarly,
    InteractionRequired,
    ModelCannotState,
    ScaleReversed,
    ValueOffScale,
)
from attune.sentiment.model import Measure, Modality, NewSignal, Scale, Source

STEP: Final = Decimal("0.000001")
"""The grain in which values are kept."""

_EXACT: Final = Context(prec=40, rounding=ROUND_HALF_EVEN)
"""A quotient of two numbers of nine digits lies at least 1e-16 from any tie of the seventh decimal, unless it is one: forty
digits round it as exact arithmetic would."""


def normalise(measure: Measure, original: Decimal, scale: Scale) -> Decimal:
    """What a value says from -1 (worst) to 1 (best), in steps of one millionth.

    Intensity of distress has no good side: its scale runs from 0 (none) to -1 (strongest). The others run from -1 to 1.
    Raises `ScaleReversed` and `ValueOffScale`.
    """
    length = scale.maximum - scale.minimum
    if length <= 0:
        raise ScaleReversed(pointer="/scale")
    if not scale.minimum <= original <= scale.maximum:
        raise ValueOffScale(pointer="/original_value")
    above = original - scale.minimum
    share = -above if measure is Measure.EMOTION_INTENSITY else 2 * above - length
    # Adding zero turns the -0 of an undistressed customer into 0.
    return _EXACT.divide(share, length).quantize(STEP, context=_EXACT) + 0


def check_signal(signal: NewSignal) -> Decimal:
    """The normalised value of a signal that may be recorded; raises the refusal of one that may not, with its place."""
    if signal.source is Source.TEXT_MODEL:
        if signal.confidence is None:
            raise ConfidenceRequired(pointer="/confidence")
        if signal.modality is Modality.STATED:
            raise ModelCannotState(pointer="/modality")
    if signal.turn_position is not None and signal.interaction is None:
        raise InteractionRequired(pointer="/turn_position")
    if signal.expires_at is not None and signal.expires_at <= signal.observed_at:
        raise ExpiryTooEarly(pointer="/expires_at")
    return normalise(signal.measure, signal.original_value, signal.scale)


def reason_without_consent(choices: Collection[Choice]) -> Reason:
    """Why nothing may be recorded about a customer who allows no purpose now, from their choices for all of them.

    What was allowed once says more than what never was. A grant among the choices is one that ran out.
    """
    if Choice.WITHDRAWN in choices:
        return Reason.WITHDRAWN
    if Choice.EXPIRED in choices or Choice.GRANTED in choices:
        return Reason.EXPIRED
    return Reason.REFUSED if choices else Reason.NEVER_ASKED
