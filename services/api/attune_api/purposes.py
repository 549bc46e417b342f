"""The `Attune-Purpose` header: why somebody wants to see emotional data."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header

from attune.kernel.errors import AttuneError, Kind
from attune.kernel.purposes import Purpose
from attune_api.schemas import DeclaredPurpose


class PurposeRequired(AttuneError):
    """A read of emotional data that does not say what for."""

    kind = Kind.INVALID
    code = "purpose_required"
    detail = "Name the purpose of this read in the Attune-Purpose header."


OptionalPurpose = Annotated[
    DeclaredPurpose | None,
    Header(
        alias="Attune-Purpose", description="What this read is for. It is recorded, and consent is asked for just it."
    ),
]
"""`purpose: OptionalPurpose = None` in a route whose emotional part is withheld without one."""


async def read_purpose(purpose: OptionalPurpose = None) -> Purpose:
    """The declared purpose. Raises `PurposeRequired`."""
    if purpose is None:
        raise PurposeRequired
    return purpose


RequiredPurpose = Annotated[Purpose, Depends(read_purpose)]
"""`purpose: RequiredPurpose` in a route that cannot answer without one."""
