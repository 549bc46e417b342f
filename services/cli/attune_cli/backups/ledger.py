"""The ledger of erasures: who was erased and when, by id alone. It lies outside of every backup, and outlives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self
from uuid import UUID

from attune.erasure.model import Erasure
from attune.erasure.repository import list_erased
from attune.erasure.service import repeat_erasure
from attune.kernel.db import Database
from attune.kernel.restoration import awaited_since, clear
from attune.kernel.rounds import list_organisations
from attune.kernel.vault import Vault
from attune_cli.backups.manifest import read_checked, seal_document
from attune_cli.failure import CommandFailed
from attune_cli.installation import as_operator
from attune_cli.stack.data_folder import write_private

FORMAT: Final = 1


class LedgerUnusable(CommandFailed):
    """It cannot tell what this database has to forget. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every erasure of an installation up to a moment. It holds no personal data: an erased id points to nobody."""

    exported_at: datetime
    organisations: tuple[UUID, ...]
    erasures: tuple[Erasure, ...]

    def write(self, file: Path) -> None:
        """Put it in the place of the one before, whole or not at all."""
        content = {
            "format": FORMAT,
            "exported_at": self.exported_at,
            "organisations": self.organisations,
            "erasures": [{"kind": "customer", **asdict(erasure)} for erasure in self.erasures],
        }
        write_private(file, seal_document(content))

    @classmethod
    def read(cls, file: Path) -> Self:
        """The ledger of a file."""
        content = read_checked(file)
        try:
            if content["format"] != FORMAT or {each.pop("kind") for each in content["erasures"]} - {"customer"}:
                raise LedgerUnusable(f"{file} was written by another version of Attune: replay it with that one.")
            return cls(
                datetime.fromisoformat(content["exported_at"]),
                tuple(UUID(each) for each in content["organisations"]),
                tuple(
                    Erasure(
                        tenant_id=UUID(each["tenant_id"]),
                        customer_id=UUID(each["customer_id"]),
                        erased_at=datetime.fromisoformat(each["erased_at"]),
                    )
                    for each in content["erasures"]
                ),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise LedgerUnusable(f"{file} is no ledger of erasures.") from error


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: erased again, erased already, not in the backup at all."""

    again: int
    already: int
    unknown: int


async def read_ledger(database: Database) -> Ledger:
    """The ledger as it is now; for the backup's role, which sees all organisations."""
    async with database.read(None) as tx:
        # The time first: what is erased in between may be in the ledger, but nothing before the time is missing.
        exported_at: datetime = await tx.fetch_value("SELECT now()")
        organisations = await tx.fetch("SELECT tenant_id FROM tenant_directory ORDER BY tenant_id")
        erased = await list_erased(tx)
    return Ledger(exported_at, tuple(row["tenant_id"] for row in organisations), tuple(erased))


async def replay(database: Database, vault: Vault, ledger: Ledger, on_progress: Callable[[], None]) -> Replayed:
    """Erase again whoever a restore brought back, and let the services serve. For the migrator's role; may be repeated.

    Raises `LedgerUnusable` where the ledger is older than the backup, cut short, or of another installation.
    """
    async with database.read(None) as tx:
        since = await awaited_since(tx)
    organisations = set(await list_organisations(database))
    _refuse_older(ledger, since)
    erased = await _list_erased_here(database, organisations)
    _refuse_foreign(ledger, organisations, erased)
    again = already = 0
    for erasure in ledger.erasures:
        if erasure.tenant_id in organisations and await _is_repeated(database, vault, erasure):
            is_new = (erasure.tenant_id, erasure.customer_id) not in erased
            again, already = again + is_new, already + (not is_new)
        on_progress()
    async with database.write(None) as tx:
        await clear(tx)
    return Replayed(again, already, len(ledger.erasures) - again - already)


def _refuse_older(ledger: Ledger, since: datetime | None) -> None:
    if since is not None and ledger.exported_at < since:
        raise LedgerUnusable(
            f"The ledger is of {ledger.exported_at:%Y-%m-%d %H:%M:%S}, the backup of {since:%Y-%m-%d %H:%M:%S}: it cannot"
            " know who was erased since. Use the newest ledger there is."
        )


def _refuse_foreign(ledger: Ledger, organisations: set[UUID], erased: set[tuple[UUID, UUID]]) -> None:
    """A ledger names at least what the database itself knows, unless it is cut short or of another installation."""
    if missing := organisations - set(ledger.organisations):
        raise LedgerUnusable(
            f"The ledger is of another installation: {len(missing)} organisations of this database are not in it."
        )
    if missing_here := erased - {(each.tenant_id, each.customer_id) for each in ledger.erasures}:
        raise LedgerUnusable(
            f"The ledger is incomplete: {len(missing_here)} erasures that this database knows of are not in it."
        )


async def _list_erased_here(database: Database, organisations: set[UUID]) -> set[tuple[UUID, UUID]]:
    found = set()
    for tenant_id in organisations:
        async with database.read(as_operator(tenant_id)) as tx:
            found |= {(each.tenant_id, each.customer_id) for each in await list_erased(tx)}
    return found


async def _is_repeated(database: Database, vault: Vault, erasure: Erasure) -> bool:
    """Whether there was somebody to erase, each in a transaction of their own: a replay that is cut off goes on there."""
    async with database.write(as_operator(erasure.tenant_id)) as tx:
        return await repeat_erasure(tx, vault, erasure.customer_id, erasure.erased_at) is not None
