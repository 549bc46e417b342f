"""Secrets that can be changed are changed as docs/operations.md says, on a running installation."""

from __future__ import annotations

import json
from pathlib import Path

import asyncpg
import httpx
import pytest

from attune.kernel.roles import LoginRole
from tests.conftest import PASSWORD, Servers
from tests.flows.place import cluster, make_database, new_secrets

NEW_PASSWORD = "another-only-for-tests"


def serves(url: str, headers: dict[str, str]) -> bool:
    return httpx.get(f"{url}/v1/people", headers=headers, trust_env=False).status_code == 200


async def test_a_roles_password_changes_under_a_running_service_and_a_new_root_key_beside_the_old(
    servers: Servers, tmp_path: Path
) -> None:
    with cluster(tmp_path / "first", servers.redis_url, new_secrets()) as place:
        await make_database(place)
        place.run("migrate")
        place.run("bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad")
        headers = {"authorization": f"Bearer {place.key('people:read')}"}
        old = place.installation.url(LoginRole.API)
        changed = {"ATTUNE_API_DATABASE_URL": old.replace(PASSWORD, NEW_PASSWORD)}
        with place.api() as url:
            assert place.attune("migrate", **changed).status == 0
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(old)
            assert serves(url, headers)
        with place.api(**changed) as url:
            assert serves(url, headers)

        before = place.secrets["ATTUNE_ROOT_KEY"]
        place.secrets["ATTUNE_ROOT_KEY"] = f"{new_secrets()['ATTUNE_ROOT_KEY'].replace('first:', 'second:')},{before}"
        place.run("bootstrap", "--organisation", "Northgate", "--admin", "Ben Jansen", "--another", "--json")
        connection = await asyncpg.connect(place.installation.superuser_url)
        wrapped = await connection.fetch("SELECT root_key_id FROM attune.tenant_key ORDER BY created_at")
        await connection.close()
        assert [row["root_key_id"] for row in wrapped] == ["first", "second"]
        unwell = [f for f in json.loads(place.attune("doctor", "--json", **changed).out) if not f["ok"]]
        assert {finding["check"] for finding in unwell} <= {"worker"}  # none runs here
