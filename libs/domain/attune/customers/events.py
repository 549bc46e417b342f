"""What happens to customers. Their erasure has a noun of its own, since it reaches into every other."""

from __future__ import annotations

from attune.kernel.events import Event


class CustomerCreated(Event, kind="customer.created", target="customer"):
    """A customer is known from now on."""


class CustomerUpdated(Event, kind="customer.updated", target="customer"):
    """What is known about a customer changed."""
