"""Why a signal is not accepted."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class ValueOffScale(AttuneError):
    """The value does not lie on the scale it came with."""

    kind = Kind.INVALID
    code = "value_off_scale"
    detail = "The value does not lie on its scale."


class ScaleReversed(AttuneError):
    """The scale has no length."""

    kind = Kind.INVALID
    code = "scale_reversed"
    detail = "A scale's max has to be greater than its min."


class ConfidenceRequired(AttuneError):
    """A model's word without a confidence."""

    kind = Kind.INVALID
    code = "confidence_required"
    detail = "What a model says needs its confidence, 0 to 1."


class ModelCannotState(AttuneError):
    """A model's inference passed off as something the customer stated."""

    kind = Kind.INVALID
    code = "model_cannot_state"
    detail = "A model reads text; only a customer states how they feel. Send the modality `text`."


class InteractionRequired(AttuneError):
    """A turn of no conversation."""

    kind = Kind.INVALID
    code = "interaction_required"
    detail = "A turn belongs to a conversation: name it too."


class ExpiryTooEarly(AttuneError):
    """The signal would be gone before it was observed."""

    kind = Kind.INVALID
    code = "expiry_too_early"
    detail = "A signal has to expire after it was observed."


class InteractionOfAnotherCustomer(AttuneError):
    """The conversation was with somebody else."""

    kind = Kind.INVALID
    code = "interaction_of_another_customer"
    detail = "This conversation was with another customer."


class SignalReferenceTaken(AttuneError):
    """The reference already names a signal about another customer."""

    kind = Kind.CONFLICT
    code = "signal_reference_taken"
    detail = "This reference already names a signal about another customer."
