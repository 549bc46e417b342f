"""What every operation owes: strangers and callers without its scope are turned away before anything else."""

from __future__ import annotations

from typing import Any, ClassVar

import httpx2 as httpx
from fastapi import FastAPI

from tests.api.conftest import ALL_SCOPES, MakeKey, assert_problem, client_of
from tests.conftest import Organisation

SOME_ID = "01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d"


class Guarded:
    """The first two tests of an operation; a test class inherits them."""

    method: ClassVar[str]
    path: ClassVar[str]
    scope: ClassVar[str]
    body: ClassVar[Any] = None

    async def test_strangers_are_not_let_in(self, anonymous_client: httpx.AsyncClient) -> None:
        response = await anonymous_client.request(self.method, self.path, json=self.body)
        assert_problem(response, 401, "authentication_required")

    async def test_a_key_without_the_scope_is_refused(
        self, app: FastAPI, organisation: Organisation, make_key: MakeKey
    ) -> None:
        key = await make_key(organisation, *(scope for scope in ALL_SCOPES if scope != self.scope))
        async with client_of(app, key.secret) as client:
            response = await client.request(self.method, self.path, json=self.body)
        assert_problem(response, 403, "scope_missing")
