"""What the state machine works with: the API over HTTP as one organisation, and the worker's work by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import httpx2 as httpx

from attune.kernel.db import Database
from attune.kernel.rebuild import rebuild
from attune.kernel.vault import Vault
from attune.organisations.model import Mode
from attune.organisations.service import create_key
from attune.projections import ALL
from attune.rubrics.service import install_built_in
from tests.api.conftest import ALL_SCOPES, SECRET
from tests.conftest import Organisation, new_organisation
from tests.worker.conftest import drain_all

T = TypeVar("T")


@dataclass(slots=True)
class Desk:
    """Everything a run needs from outside the model. `done` counts what was done, over all runs."""

    http: httpx.Client
    loop: asyncio.AbstractEventLoop
    migrator: Database
    worker: Database
    vault: Vault
    done: Counter[str] = field(default_factory=Counter)
    numbers: count[int] = field(default_factory=count)

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something asynchronous."""
        return self.loop.run_until_complete(work)

    def new_organisation(self) -> Organisation:
        """An organisation with the built-in rubric."""

        async def make() -> Organisation:
            made = await new_organisation(self.migrator, self.vault)
            async with self.migrator.write(made.context()) as tx:
                await install_built_in(tx)
            return made

        return self.wait(make())

    def key_of(self, organisation: Organisation, person_id: str | None = None) -> str:
        """A key with every scope, of an integration or of a person."""

        async def make() -> str:
            async with self.migrator.write(organisation.context()) as tx:
                _, secret = await create_key(
                    tx,
                    SECRET.encode(),
                    name="a test",
                    mode=Mode.LIVE,
                    scopes=ALL_SCOPES,
                    person_id=None if person_id is None else UUID(person_id),
                    expires_at=None,
                )
            return secret

        return self.wait(make())

    def send(self, key: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Ask the API. `_` in a header's name stands for `-`."""
        self.done["requests"] += 1
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.http.request(method, path, json=body, headers={"authorization": f"Bearer {key}"} | named)
        assert response.status_code < 500, response.text
        return response

    def drain(self) -> None:
        """Let the worker do all its work."""
        self.wait(drain_all(self.worker))

    def rebuild(self) -> None:
        """Derive everything anew, which has to come out the same."""

        async def each() -> None:
            for projection in ALL:
                assert (await rebuild(self.worker, projection)).is_identical, projection.name

        self.wait(each())
