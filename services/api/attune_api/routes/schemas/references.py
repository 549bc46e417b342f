"""How paths and bodies name things."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path

from attune.batches import model as domain
from attune_api.schemas import ExternalRef

PathSource = Annotated[
    str, Path(pattern=r"^[a-z0-9_.-]{1,64}$", description="The system whose reference it is.", examples=["crm"])
]
PathExternalId = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9._~-]{1,128}$",
        description="The id in that system. One that may be personal, such as an e-mail address, goes into a body.",
        examples=["c-10042"],
    ),
]


def to_domain(ref: ExternalRef) -> domain.ExternalRef:
    """The reference as the domain has it."""
    return domain.ExternalRef(ref.source, ref.external_id)


def to_domain_if_any(ref: ExternalRef | None) -> domain.ExternalRef | None:
    """Likewise, where there may be none."""
    return None if ref is None else to_domain(ref)


def name_of(ref: ExternalRef | None, thing_id: UUID | None) -> domain.Name:
    """What a body names a thing by, of which exactly one is given."""
    if ref is not None:
        return to_domain(ref)
    assert thing_id is not None, "the request model requires one of the two"
    return thing_id


def name_of_if_any(ref: ExternalRef | None, thing_id: UUID | None) -> domain.Name | None:
    """Likewise, where there may be none."""
    return None if ref is None and thing_id is None else name_of(ref, thing_id)
