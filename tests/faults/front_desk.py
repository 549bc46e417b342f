"""An organisation that is served over HTTP: what its callers send, and what they were told."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, Final
from uuid import UUID

import httpx2 as httpx

from attune.kernel.db import Database
from attune.kernel.ids import SHARDS
from attune.kernel.projections import register
from attune.kernel.purposes import Purpose
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from attune.organisations.model import Mode
from attune.organisations.service import create_key
from attune.projections import ALL
from tests.api.conftest import ALL_SCOPES, SECRET
from tests.conftest import Installation, Organisation, new_organisation
from tests.workplace import Workplace

CUSTOMERS: Final = 6
SIGNALS: Final = "/v1/signals"


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """One organisation with a team, a person, customers who allow everything that is asked, and a key."""

    workplace: Workplace
    migrator: Database
    worker: Database
    key: str
    person_id: UUID

    @property
    def organisation(self) -> Organisation:
        """Whose desk it is."""
        return self.workplace.organisation

    def client(self, url: str, *, key: str | None = None, timeout: float = 30.0) -> httpx.AsyncClient:
        """A caller with the key, over a real socket. Its connections are not limited in number."""
        return httpx.AsyncClient(
            base_url=url,
            headers={"authorization": f"Bearer {key or self.key}"},
            timeout=timeout,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
            trust_env=False,
        )

    async def another_key(self, *, expires_at: datetime | None = None) -> str:
        """One more key with every scope."""
        async with self.migrator.write(self.organisation.context()) as tx:
            _, secret = await create_key(
                tx, SECRET.encode(), name="another", mode=Mode.LIVE, scopes=ALL_SCOPES, expires_at=expires_at
            )
        return secret

    async def signals(self) -> list[UUID]:
        """Every signal that is stored."""
        async with self.workplace.database.write(self.organisation.context(Purpose.SERVICE_CONTACT)) as tx:
            rows = await tx.fetch("SELECT id FROM signal WHERE tenant_id = $1", tx.tenant_id)
        return [row["id"] for row in rows]


@asynccontextmanager
async def front_desk(installation: Installation, vault: Vault) -> AsyncIterator[FrontDesk]:
    """A desk on an installation."""
    async with (
        installation.database(LoginRole.MIGRATOR) as migrator,
        installation.database(LoginRole.WORKER) as worker,
        installation.database(LoginRole.API) as database,
    ):
        await register(worker, ALL, SHARDS)
        workplace = Workplace(database, vault, await new_organisation(migrator, vault))
        await workplace.add_team("support")
        person_id = await workplace.add_person("ann", team="support")
        for number in range(CUSTOMERS):
            await workplace.add_customer(f"c-{number}", Purpose.SERVICE_CONTACT, Purpose.INSIGHTS)
            await workplace.add_interaction(f"i-{number}", f"c-{number}", "ann")
        async with migrator.write(workplace.organisation.context()) as tx:
            _, key = await create_key(tx, SECRET.encode(), name="the desk", mode=Mode.LIVE, scopes=ALL_SCOPES)
        yield FrontDesk(workplace, migrator, worker, key, person_id)


def signal(number: int, value: int = 4) -> dict[str, Any]:
    """How one of the customers felt: nothing in it is unique, so that an effect that happens twice shows."""
    return {
        "customer_ref": {"source": "crm", "external_id": f"c-{number % CUSTOMERS}"},
        "interaction_ref": {"source": "crm", "external_id": f"i-{number % CUSTOMERS}"},
        "measure": "emotion_intensity",
        "moment": "during",
        "original_value": value,
        "scale": {"min": 1, "max": 5},
        "source": "self_report",
        "modality": "stated",
        "observed_at": "2026-11-02T09:05:00Z",
    }


@dataclass(slots=True)
class Ledger:
    """What callers were told. A signal counts as acknowledged when its 201 has arrived, and not before."""

    acknowledged: set[UUID] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0.0

    async def send(self, client: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response | None:
        """Send one signal and note what came of it; None where the connection broke."""
        begun = monotonic()
        try:
            response = await client.post(SIGNALS, json=body)
        except httpx.TransportError as error:
            self.refused[type(error).__name__] += 1
            return None
        finally:
            self.slowest_seconds = max(self.slowest_seconds, monotonic() - begun)
        if response.status_code == 201:
            self.acknowledged.add(UUID(response.json()["id"]))
        else:
            self.refused[f"{response.status_code} {response.json().get('code')}"] += 1
        return response


async def write_until(enough: asyncio.Event, client: httpx.AsyncClient, ledger: Ledger, chance: random.Random) -> None:
    """One caller who goes on until it is enough."""
    while not enough.is_set():
        await ledger.send(client, signal(chance.randrange(CUSTOMERS), chance.randint(1, 5)))
        await asyncio.sleep(chance.random() * 0.02)
