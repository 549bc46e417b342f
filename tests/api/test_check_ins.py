"""Check-ins over HTTP: written and read by two people, and by nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from attune.kernel.db import Database
from attune.kernel.vault import Vault
from attune.people.model import Role
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation
from tests.workplace import Workplace

MONDAY = "2026-11-02"
TEXTS = {"progress": "Closed the May backlog.", "blockers": "none", "next_targets": "Two refund drills."}
STALE = {"if-match": '"v9"'}


def ref(external_id: str) -> dict[str, str]:
    return {"source": "crm", "external_id": external_id}


@dataclass(frozen=True, slots=True)
class Pair:
    """Ann, Bea who leads her, and Cleo who has nothing to do with it; each as a client."""

    workplace: Workplace
    ids: dict[str, UUID]
    ann: httpx.AsyncClient
    bea: httpx.AsyncClient
    cleo: httpx.AsyncClient


@pytest.fixture
async def pair(
    app: FastAPI, database: Database, vault: Vault, organisation: Organisation, make_key: MakeKey
) -> AsyncIterator[Pair]:
    workplace = Workplace(database, vault, organisation)
    ids = {"bea": await workplace.add_person("bea"), "ann": await workplace.add_person("ann", lead="bea")}
    # Not even her role opens what two others wrote.
    ids["cleo"] = await workplace.add_person("cleo", Role.ADMIN, Role.QUALITY, Role.STEWARD)
    keys = {name: (await make_key(organisation, person_id=person_id)).secret for name, person_id in ids.items()}
    async with (
        client_of(app, keys["ann"]) as ann,
        client_of(app, keys["bea"]) as bea,
        client_of(app, keys["cleo"]) as cleo,
    ):
        yield Pair(workplace, ids, ann, bea, cleo)


async def start(client: httpx.AsyncClient, week_of: str = MONDAY, person: str = "ann") -> httpx.Response:
    response = await client.post("/v1/check-ins", json={"person_ref": ref(person), "week_of": week_of})
    assert response.status_code == 201, response.text
    return response


def matching(response: httpx.Response) -> dict[str, str]:
    return {"if-match": response.headers["etag"]}


class TestOpenCheckIn(Guarded):
    method = "POST"
    path = "/v1/check-ins"
    scope = "check_ins:write"
    body: ClassVar[Any] = {"person_ref": ref("ann"), "week_of": MONDAY}

    async def test_another_organisation_does_not_know_the_person(
        self, other_client: httpx.AsyncClient, pair: Pair
    ) -> None:
        for person in ({"person_ref": ref("ann")}, {"person_id": str(pair.ids["ann"])}):
            response = await other_client.post("/v1/check-ins", json=person | {"week_of": MONDAY})
            assert_problem(response, 422, "person_unknown")

    async def test_it_is_with_the_lead(self, app_client: httpx.AsyncClient, pair: Pair) -> None:
        response = await start(app_client)

        made = response.json()
        assert response.headers["location"] == f"/v1/check-ins/{made['id']}"
        assert response.headers["etag"] == '"v1"'
        assert made == {
            "id": made["id"],
            "person_id": str(pair.ids["ann"]),
            "lead_id": str(pair.ids["bea"]),
            "team_id": None,
            "week_of": MONDAY,
            "status": "open",
            "submitted_at": None,
            "created_at": made["created_at"],
            "updated_at": made["updated_at"],
        }

    async def test_either_of_the_two_can_open_it(self, pair: Pair) -> None:
        await start(pair.ann)
        await start(pair.bea, week_of="2026-11-09")

    async def test_a_third_person_cannot(self, pair: Pair) -> None:
        response = await pair.cleo.post("/v1/check-ins", json={"person_ref": ref("ann"), "week_of": MONDAY})
        assert_problem(response, 404, "person_not_found")

    async def test_another_lead_can_be_named(self, app_client: httpx.AsyncClient, pair: Pair) -> None:
        body = {"person_ref": ref("ann"), "lead_ref": ref("cleo"), "week_of": MONDAY}

        response = await app_client.post("/v1/check-ins", json=body)

        assert response.json()["lead_id"] == str(pair.ids["cleo"])

    async def test_one_a_week(self, app_client: httpx.AsyncClient, pair: Pair) -> None:
        await start(app_client)

        response = await app_client.post("/v1/check-ins", json={"person_ref": ref("ann"), "week_of": MONDAY})

        assert_problem(response, 409, "check_in_exists")

    @pytest.mark.parametrize(
        ("changes", "code", "pointer"),
        [
            ({"week_of": "2026-11-03"}, "week_not_from_monday", "/week_of"),
            ({"person_ref": ref("bea")}, "lead_missing", "/lead_id"),
            ({"lead_ref": ref("ann")}, "check_in_with_oneself", "/lead_id"),
            ({"lead_ref": ref("nobody")}, "person_unknown", "/lead_ref"),
            ({"lead_id": SOME_ID}, "person_unknown", "/lead_id"),
            ({"person_ref": ref("nobody")}, "person_unknown", "/person_ref"),
        ],
    )
    async def test_what_cannot_be_is_refused(
        self, app_client: httpx.AsyncClient, pair: Pair, changes: dict[str, Any], code: str, pointer: str
    ) -> None:
        response = await app_client.post("/v1/check-ins", json=self.body | changes)
        problem = assert_problem(response, 422, code)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]

    @pytest.mark.parametrize(
        ("body", "pointer", "code"),
        [
            ({"week_of": MONDAY}, "", "one_of_required"),
            ({"person_ref": ref("ann"), "person_id": SOME_ID, "week_of": MONDAY}, "", "one_of_required"),
            (
                {"person_ref": ref("ann"), "lead_ref": ref("bea"), "lead_id": SOME_ID, "week_of": MONDAY},
                "",
                "one_of_required",
            ),
            ({"person_ref": ref("ann"), "week_of": "next week"}, "/week_of", "not_a_date"),
            ({"person_ref": ref("ann")}, "/week_of", "missing"),
            ({"person_ref": ref("ann"), "week_of": MONDAY, "progress": "x"}, "", "unknown_field"),
        ],
    )
    async def test_a_wrong_body_says_where(
        self, app_client: httpx.AsyncClient, body: dict[str, Any], pointer: str, code: str
    ) -> None:
        problem = assert_problem(await app_client.post("/v1/check-ins", json=body), 422, "validation_failed")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]

    async def test_a_repeated_request_has_one_effect(self, app_client: httpx.AsyncClient, pair: Pair) -> None:
        body, headers = {"person_ref": ref("ann"), "week_of": MONDAY}, {"idempotency-key": "k-1"}

        first = await app_client.post("/v1/check-ins", json=body, headers=headers)
        again = await app_client.post("/v1/check-ins", json=body, headers=headers)

        assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), '"v1"')
        assert again.headers["idempotency-replayed"] == "true"
        assert len(await pair.workplace.events("check_in.opened")) == 1


class TestListCheckIns(Guarded):
    method = "GET"
    path = "/v1/check-ins"
    scope = "check_ins:read"

    async def test_another_organisation_sees_none(self, other_client: httpx.AsyncClient, pair: Pair) -> None:
        await start(pair.ann)
        assert (await other_client.get("/v1/check-ins")).json()["data"] == []

    async def test_who_sees_which(self, app_client: httpx.AsyncClient, pair: Pair) -> None:
        made = await start(pair.ann)
        await pair.ann.patch(f"/v1/check-ins/{made.json()['id']}", json=TEXTS, headers=matching(made))

        for client, count in ((pair.ann, 1), (pair.bea, 1), (pair.cleo, 0), (app_client, 1)):
            response = await client.get("/v1/check-ins")
            assert len(response.json()["data"]) == count
            assert "backlog" not in response.text

    async def test_filters_and_pages(self, app_client: httpx.AsyncClient, pair: Pair) -> None:
        weeks = [(await start(app_client, week)).json() for week in ("2026-10-19", "2026-10-26", MONDAY)]
        ids = [week["id"] for week in weeks]

        first = (await app_client.get("/v1/check-ins", params={"limit": 2})).json()
        rest = (await app_client.get("/v1/check-ins", params={"limit": 2, "cursor": first["next_cursor"]})).json()

        assert [each["id"] for each in first["data"] + rest["data"]] == ids
        assert (first["has_more"], rest["has_more"], rest["next_cursor"]) == (True, False, None)
        for params, expected in (
            ({"person_id": str(pair.ids["ann"])}, ids),
            ({"person_id": SOME_ID}, []),
            ({"status": "submitted"}, []),
            ({"modified_after": weeks[1]["updated_at"]}, ids[2:]),
        ):
            page = (await app_client.get("/v1/check-ins", params=params)).json()
            assert [each["id"] for each in page["data"]] == expected, params

    async def test_a_cursor_is_for_whom_it_was_made(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, pair: Pair
    ) -> None:
        for week in ("2026-10-26", MONDAY):
            await start(app_client, week)
        cursor = (await app_client.get("/v1/check-ins", params={"limit": 1})).json()["next_cursor"]

        for client in (other_client, pair.ann):
            assert_problem(await client.get("/v1/check-ins", params={"cursor": cursor}), 422, "cursor_invalid")


class TestGetCheckIn(Guarded):
    method = "GET"
    path = f"/v1/check-ins/{SOME_ID}"
    scope = "check_ins:read"

    async def test_another_organisation_finds_nothing(self, other_client: httpx.AsyncClient, pair: Pair) -> None:
        made = (await start(pair.ann)).json()
        assert_problem(await other_client.get(f"/v1/check-ins/{made['id']}"), 404, "check_in_not_found")

    async def test_the_two_of_them_read_what_is_written(self, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}"
        await pair.ann.patch(path, json=TEXTS, headers=matching(made))

        for client in (pair.ann, pair.bea):
            response = await client.get(path)
            assert response.headers["etag"] == '"v2"'
            assert response.headers["cache-control"] == "no-store"
            shown = response.json()
            assert {name: shown[name] for name in TEXTS} == TEXTS
            assert shown["texts_withheld"] is False
        read_by = [event["actor_id"] for event in await pair.workplace.events("check_in.read")]
        assert read_by == [pair.ids["ann"], pair.ids["bea"]]

    async def test_a_third_person_finds_nothing_whatever_their_role(self, pair: Pair) -> None:
        made = (await start(pair.ann)).json()
        assert_problem(await pair.cleo.get(f"/v1/check-ins/{made['id']}"), 404, "check_in_not_found")

    async def test_a_former_lead_finds_nothing(self, pair: Pair) -> None:
        made = (await start(pair.ann)).json()
        await pair.workplace.add_person("ann", lead="cleo")

        assert_problem(await pair.bea.get(f"/v1/check-ins/{made['id']}"), 404, "check_in_not_found")
        assert (await pair.cleo.get(f"/v1/check-ins/{made['id']}")).status_code == 200

    async def test_an_integration_sees_that_there_is_one(self, app_client: httpx.AsyncClient, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}"
        await pair.ann.patch(path, json=TEXTS, headers=matching(made))

        shown = (await app_client.get(path)).json()

        assert shown["texts_withheld"] is True
        assert {name: shown[name] for name in TEXTS} == dict.fromkeys(TEXTS)
        assert await pair.workplace.events("check_in.read") == []

    async def test_who_has_this_version_is_told_so(self, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}"

        assert (await pair.ann.get(path, headers={"if-none-match": '"v1"'})).status_code == 304
        assert (await pair.ann.get(path, headers={"if-none-match": '"v2"'})).status_code == 200

    async def test_what_is_not_there_is_not_found(self, app_client: httpx.AsyncClient) -> None:
        assert_problem(await app_client.get(self.path), 404, "check_in_not_found")


class TestEditCheckIn(Guarded):
    method = "PATCH"
    path = f"/v1/check-ins/{SOME_ID}"
    scope = "check_ins:write"
    body: ClassVar[Any] = {"progress": "x"}

    async def test_another_organisation_finds_nothing(self, other_client: httpx.AsyncClient, pair: Pair) -> None:
        made = await start(pair.ann)
        response = await other_client.patch(
            f"/v1/check-ins/{made.json()['id']}", json=self.body, headers=matching(made)
        )
        assert_problem(response, 404, "check_in_not_found")

    async def test_what_is_given_changes(self, app_client: httpx.AsyncClient, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}"

        once = await pair.ann.patch(path, json={"progress": "Half.", "blockers": "Tool."}, headers=matching(made))
        twice = await app_client.patch(path, json={"blockers": None}, headers=matching(once))

        assert (once.headers["etag"], twice.headers["etag"]) == ('"v2"', '"v3"')
        shown = (await pair.bea.get(path)).json()
        assert (shown["progress"], shown["blockers"], shown["next_targets"]) == ("Half.", None, None)

    async def test_it_needs_the_version_it_was_made_for(self, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}"

        assert_problem(await pair.ann.patch(path, json=self.body), 428, "precondition_required")
        assert_problem(await pair.ann.patch(path, json=self.body, headers=STALE), 412, "version_stale")
        assert await pair.workplace.events("check_in.edited") == []

    async def test_a_third_person_finds_nothing(self, pair: Pair) -> None:
        made = await start(pair.ann)
        response = await pair.cleo.patch(f"/v1/check-ins/{made.json()['id']}", json=self.body, headers=matching(made))
        assert_problem(response, 404, "check_in_not_found")

    async def test_what_was_submitted_stays(self, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}"
        submitted = await pair.ann.post(f"{path}:submit", json=TEXTS, headers=matching(made))

        response = await pair.ann.patch(path, json=self.body, headers=matching(submitted))

        assert_problem(response, 409, "check_in_already_submitted")

    @pytest.mark.parametrize(
        ("body", "pointer", "code"),
        [
            ({"mood": "x"}, "", "unknown_field"),
            ({"progress": 3}, "/progress", "not_a_string"),
            ({"progress": "x" * 4001}, "/progress", "too_long"),
        ],
    )
    async def test_a_wrong_body_says_where(self, pair: Pair, body: dict[str, Any], pointer: str, code: str) -> None:
        made = await start(pair.ann)
        response = await pair.ann.patch(f"/v1/check-ins/{made.json()['id']}", json=body, headers=matching(made))
        problem = assert_problem(response, 422, "validation_failed")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


class TestSubmitCheckIn(Guarded):
    method = "POST"
    path = f"/v1/check-ins/{SOME_ID}:submit"
    scope = "check_ins:write"
    body: ClassVar[Any] = TEXTS

    async def test_another_organisation_finds_nothing(self, other_client: httpx.AsyncClient, pair: Pair) -> None:
        made = await start(pair.ann)
        response = await other_client.post(
            f"/v1/check-ins/{made.json()['id']}:submit", json=TEXTS, headers=matching(made)
        )
        assert_problem(response, 404, "check_in_not_found")

    async def test_with_all_three_parts_it_is_submitted(self, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}"
        written = await pair.ann.patch(path, json=TEXTS, headers=matching(made))

        response = await pair.ann.post(f"{path}:submit", headers=matching(written))

        assert response.status_code == 200, response.text
        assert response.headers["etag"] == '"v3"'
        assert response.json()["status"] == "submitted"
        assert response.json()["submitted_at"] is not None
        assert "progress" not in response.json()

    async def test_an_integration_can_hand_one_in(self, app_client: httpx.AsyncClient, pair: Pair) -> None:
        made = await start(app_client)
        path = f"/v1/check-ins/{made.json()['id']}"

        response = await app_client.post(f"{path}:submit", json=TEXTS, headers=matching(made))

        assert response.json()["status"] == "submitted"
        assert (await pair.bea.get(path)).json()["progress"] == TEXTS["progress"]

    @pytest.mark.parametrize("missing", sorted(TEXTS))
    async def test_without_one_of_them_it_is_not(self, pair: Pair, missing: str) -> None:
        made = await start(pair.ann)

        response = await pair.ann.post(
            f"/v1/check-ins/{made.json()['id']}:submit", json=TEXTS | {missing: " "}, headers=matching(made)
        )

        problem = assert_problem(response, 422, "check_in_incomplete")
        assert [error["pointer"] for error in problem["errors"]] == [f"/{missing}"]

    async def test_it_needs_the_version_it_was_made_for(self, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}:submit"

        assert_problem(await pair.ann.post(path, json=TEXTS), 428, "precondition_required")
        assert_problem(await pair.ann.post(path, json=TEXTS, headers=STALE), 412, "version_stale")

    async def test_only_once(self, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}:submit"
        submitted = await pair.ann.post(path, json=TEXTS, headers=matching(made))

        response = await pair.ann.post(path, json=TEXTS, headers=matching(submitted))

        assert_problem(response, 409, "check_in_already_submitted")

    async def test_a_third_person_finds_nothing(self, pair: Pair) -> None:
        made = await start(pair.ann)
        response = await pair.cleo.post(f"/v1/check-ins/{made.json()['id']}:submit", json=TEXTS, headers=matching(made))
        assert_problem(response, 404, "check_in_not_found")

    async def test_a_repeated_request_has_one_effect(self, pair: Pair) -> None:
        made = await start(pair.ann)
        path = f"/v1/check-ins/{made.json()['id']}:submit"
        headers = matching(made) | {"idempotency-key": "k-1"}

        first = await pair.ann.post(path, json=TEXTS, headers=headers)
        again = await pair.ann.post(path, json=TEXTS, headers=headers)

        assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), '"v2"')
        assert again.headers["idempotency-replayed"] == "true"
        assert len(await pair.workplace.events("check_in.submitted")) == 1
