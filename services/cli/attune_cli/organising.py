"""Beginning an organisation: the organisation itself, the built-in rubrics, the first administrator and their key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from attune.batches.model import ExternalRef
from attune.kernel.db import Database
from attune.kernel.vault import Vault
from attune.organisations.model import Mode
from attune.organisations.rules import scopes_of
from attune.organisations.service import create_key, create_organisation
from attune.people.model import PersonItem, Role
from attune.people.service import upsert_people
from attune.rubrics.service import install_built_in
from attune_cli.installation import as_operator

ADMINISTRATOR = ExternalRef("attune", "first-administrator")


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """A new organisation. `key` is shown once and kept nowhere."""

    tenant_id: UUID
    administrator_id: UUID
    key: str


async def begin_organisation(
    database: Database, vault: Vault, pepper: bytes, *, name: str, admin: str, mode: Mode, expires_at: datetime
) -> Bootstrapped:
    """Make an organisation that its administrator can go on with. Needs the migrator's role."""
    tenant_id = await create_organisation(database, vault, name=name, mode=mode)
    async with database.write(as_operator(tenant_id)) as tx:
        await install_built_in(tx)
        person = PersonItem(ref=ADMINISTRATOR, display_name=admin, roles=(Role.ADMIN,))
        administrator_id = (await upsert_people(tx, [person], is_administrator=True))[0].require()
        _, key = await create_key(
            tx,
            pepper,
            name=f"{admin}, administrator",
            mode=mode,
            scopes=[scope.value for scope in scopes_of([Role.ADMIN])],
            person_id=administrator_id,
            expires_at=expires_at,
        )
    return Bootstrapped(tenant_id, administrator_id, key)
