"""A person for tests of the edge."""

from __future__ import annotations

from uuid import UUID

from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.people.model import Role
from tests.api.identity import ISSUER
from tests.conftest import Organisation


async def add_person(database: Database, organisation: Organisation, *roles: Role, subject: str | None = None) -> UUID:
    """Somebody who works there, known to the identity provider by `subject`."""
    person_id = new_id()
    async with database.write(organisation.context()) as tx:
        await tx.execute(
            "INSERT INTO person (tenant_id, id, display_name, status, roles) VALUES ($1, $2, 'Ada', 'active', $3)",
            organisation.tenant_id,
            person_id,
            [role.value for role in roles],
        )
        if subject is not None:
            await tx.execute(
                "INSERT INTO person_identity (tenant_id, issuer, subject, person_id) VALUES ($1, $2, $3, $4)",
                organisation.tenant_id,
                ISSUER,
                subject,
                person_id,
            )
    return person_id


async def set_status(database: Database, organisation: Organisation, person_id: UUID, status: str) -> None:
    """The HRIS says that somebody left, or came back."""
    async with database.write(organisation.context()) as tx:
        await tx.execute(
            "UPDATE person SET status = $3 WHERE tenant_id = $1 AND id = $2", organisation.tenant_id, person_id, status
        )
