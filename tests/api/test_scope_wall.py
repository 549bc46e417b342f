"""Who may call what: every operation of the OpenAPI document, with every kind of credential, with and without its scope."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from attune.kernel.db import Database
from attune.kernel.vault import Vault
from attune.organisations.rules import SCOPES_OF_ROLE
from attune.organisations.service import add_identity_provider, revoke_key
from attune.people.model import Role
from attune_api.app import create_app
from attune_api.openapi import document
from tests.api.conftest import ALL_SCOPES, MakeKey, assert_problem, client_of, running, settings_for
from tests.api.identity import AUDIENCE, ISSUER, JWKS_URI, IdentityProviderStub
from tests.api.people import add_person, set_status
from tests.api.test_tokens import Moment, trust
from tests.api.walls.operations import Operation, committed_operations, operations_of
from tests.api.walls.requests import ask
from tests.api.walls.tenant_wall import is_good
from tests.api.walls.things import Things
from tests.conftest import Installation, Organisation, new_organisation

OPERATIONS = committed_operations()
End = Callable[..., Awaitable[str]]
WITH_SCOPES = [operation for operation in OPERATIONS if operation.scopes]


@dataclass
class Place:
    """A furnished organisation and the application that serves it."""

    app: FastAPI
    things: Things
    make_key: MakeKey
    provider: IdentityProviderStub
    audience: str

    async def key(self, *scopes: str, is_person: bool = False, expires_at: datetime | None = None) -> str:
        """A key with these scopes, of an integration or of the person who leads."""
        person_id = self.things.ids["lead"] if is_person else None
        made = await self.make_key(self.things.organisation, *scopes, person_id=person_id, expires_at=expires_at)
        return made.secret

    async def call(self, operation: Operation, credential: str | None) -> httpx.Response:
        """A good request, with this credential."""
        async with client_of(self.app, credential) as client:
            return await (await ask(operation, self.things)).send(client)


@pytest.fixture(scope="module")
async def place(
    installation: Installation,
    vault: Vault,
    migrator_database: Database,
    worker_database: Database,
    make_key: MakeKey,
) -> AsyncIterator[Place]:
    provider = IdentityProviderStub()
    async with running(create_app(settings_for(installation)), vault) as app, AsyncExitStack() as closing:
        trust(app, provider, Moment())
        organisation = await new_organisation(migrator_database, vault)
        things = await Things.furnish(app, organisation, make_key, migrator_database, worker_database, closing)
        audience = f"{AUDIENCE}-{organisation.tenant_id}"
        async with migrator_database.write(organisation.context()) as tx:
            await add_identity_provider(tx, issuer=ISSUER, audience=audience, jwks_uri=JWKS_URI)
        yield Place(app, things, make_key, provider, audience)


async def end_by_expiring(place: Place, migrator: Database, organisation: Organisation, **who: bool) -> str:
    key = await place.make_key(
        organisation,
        person_id=place.things.ids["lead"] if who["is_person"] else None,
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )
    async with migrator.write(organisation.context()) as tx:
        await tx.execute(
            "UPDATE api_key SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second'"
            " WHERE tenant_id = $1 AND id = $2",
            tx.tenant_id,
            key.stored.id,
        )
    return key.secret


async def end_by_revoking(place: Place, migrator: Database, organisation: Organisation, **who: bool) -> str:
    key = await place.make_key(organisation, person_id=place.things.ids["lead"] if who["is_person"] else None)
    async with migrator.write(organisation.context()) as tx:
        await revoke_key(tx, key.stored.id)
    return key.secret


def test_every_operation_is_here_and_its_scopes_exist(app: FastAPI) -> None:
    served = operations_of(document(app))
    assert [(each.id, each.scopes) for each in served] == [(each.id, each.scopes) for each in OPERATIONS]
    assert {scope for operation in served for scope in operation.scopes} <= set(ALL_SCOPES)
    print(f"scope wall: {len(OPERATIONS)} of {len(served)} operations, {len(WITH_SCOPES)} of them need a scope")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
class TestEveryOperation:
    async def test_turns_strangers_away(self, place: Place, operation: Operation) -> None:
        assert_problem(await place.call(operation, None), 401, "authentication_required")
        for nobody in ("atn_live_" + "a" * 38, "not-a-credential"):
            assert_problem(await place.call(operation, nobody), 401, "credential_invalid")

    @pytest.mark.parametrize("end", [end_by_expiring, end_by_revoking])
    async def test_turns_ended_keys_away(
        self, place: Place, operation: Operation, migrator_database: Database, end: End
    ) -> None:
        for is_person in (False, True):
            secret = await end(place, migrator_database, place.things.organisation, is_person=is_person)
            response = await place.call(operation, secret)
            assert_problem(response, 401, "credential_ended")
            assert response.headers["www-authenticate"]

    async def test_turns_a_person_away_who_left(
        self, place: Place, operation: Operation, database: Database, make_key: MakeKey
    ) -> None:
        organisation = place.things.organisation
        subject = f"left-{operation.id}"
        gone = await add_person(database, organisation, *Role, subject=subject)
        key = await make_key(organisation, person_id=gone)
        token = place.provider.token(aud=place.audience, sub=subject)
        await set_status(database, organisation, gone, "inactive")
        for credential in (key.secret, token):
            assert_problem(await place.call(operation, credential), 401, "credential_ended")

    async def test_is_refused_with_every_scope_but_its_own(self, place: Place, operation: Operation) -> None:
        for missing in operation.scopes:
            others = [scope for scope in ALL_SCOPES if scope != missing]
            for is_person in (False, True):
                answer = await place.call(operation, await place.key(*others, is_person=is_person))
                assert_problem(answer, 403, "scope_missing")

    async def test_is_not_refused_with_just_its_own_scope(self, place: Place, operation: Operation) -> None:
        scopes = operation.scopes or ("rubrics:read",)
        answers = [
            await place.call(operation, await place.key(*scopes, is_person=is_person)) for is_person in (False, True)
        ]
        assert [answer.status_code for answer in answers if answer.status_code in {401, 500}] == []
        assert [answer.text for answer in answers if "scope_missing" in answer.text] == []
        assert any(is_good(answer) for answer in answers), answers[-1].text

    @pytest.mark.parametrize("role", Role)
    async def test_lets_a_person_who_signs_in_do_what_their_role_may(
        self, place: Place, operation: Operation, database: Database, role: Role
    ) -> None:
        subject = f"{role.value}-{operation.id}"
        await add_person(database, place.things.organisation, role, subject=subject)
        answer = await place.call(operation, place.provider.token(aud=place.audience, sub=subject))
        may = set(operation.scopes) <= {scope.value for scope in SCOPES_OF_ROLE[role]}
        if may:
            assert answer.status_code not in {401, 500}, answer.text
            assert "scope_missing" not in answer.text
        else:
            assert_problem(answer, 403, "scope_missing")
