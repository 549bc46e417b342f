"""Refusals about consent."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class EffectiveInFuture(AttuneError):
    """A choice cannot be recorded before it is made."""

    kind = Kind.INVALID
    code = "effective_in_future"
    detail = "effective_at lies in the future. Leave it out for a choice made now."


class ExpiresBeforeEffective(AttuneError):
    """A consent that ends before it begins."""

    kind = Kind.INVALID
    code = "expires_before_effective"
    detail = "expires_at must be later than the moment the consent takes effect."


class OnlyGrantExpires(AttuneError):
    """A no does not turn into something else with time."""

    kind = Kind.INVALID
    code = "only_grant_expires"
    detail = "Only a granted consent can have expires_at."


class PurposeNotConsentable(AttuneError):
    """Nobody is asked whether their own rights may be served."""

    kind = Kind.INVALID
    code = "purpose_not_consentable"
    detail = "Nobody can be asked for this purpose."


class ChoiceNotRecordable(AttuneError):
    """Expiry is what time does, not what a customer chooses."""

    kind = Kind.INVALID
    code = "choice_not_recordable"
    detail = "A customer grants, refuses or withdraws; only time lets a consent expire."


class MomentInFuture(AttuneError):
    """What will hold tomorrow depends on what the customer chooses until then."""

    kind = Kind.INVALID
    code = "moment_in_future"
    detail = "The state of consent can be told for now and for the past only."
