"""A whole installation for tests that use it as an operator does."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from attune.kernel.clock import utc_now
from attune.kernel.vault import Vault
from attune.organisations.model import Mode
from attune.organisations.service import create_key
from attune_cli.installation import as_operator, open_database
from attune_cli.organising import begin_organisation
from attune_cli.settings import Settings
from attune_cli.stack.data_folder import DataFolder
from attune_cli.stack.machine import Machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A whole installation, as `attune up` runs it."""
    with Machine(DataFolder(tmp_path_factory.mktemp("machine") / "data"), durable=False) as running:
        yield running


async def begin_organisation_in(machine: Machine, scopes: Sequence[str]) -> str:
    """A new organisation; a key with these scopes."""
    settings = Settings.load(machine.environment, machine.data.path)
    expires_at = utc_now() + timedelta(days=1)
    async with open_database(settings, "migrator_database_url") as database:
        made = await begin_organisation(
            database,
            Vault(settings.root_keys),
            settings.secret,
            name=f"Organisation {secrets.token_hex(4)}",
            admin="Ines Moreau",
            mode=Mode.LIVE,
            expires_at=expires_at,
        )
        async with database.write(as_operator(made.tenant_id)) as tx:
            _, key = await create_key(
                tx, settings.secret, name="Import", mode=Mode.LIVE, scopes=scopes, expires_at=expires_at
            )
    return key
