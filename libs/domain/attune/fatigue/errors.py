"""Why there is no load to show."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class NoLoadWithoutPerson(AttuneError):
    """Only people have a load; the caller is an integration."""

    kind = Kind.FORBIDDEN
    code = "person_required"
    detail = "A load belongs to a person and is shown to that person alone. Use a credential that acts as a person."
