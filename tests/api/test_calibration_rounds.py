"""The life of a calibration round over HTTP: who opens, joins, sees and ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, ClassVar

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from attune.kernel.db import Database
from attune.kernel.vault import Vault
from attune.people.model import Role
from attune.rubrics.service import install_built_in
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation
from tests.rounds import ROUNDS, free_round, open_round, rate, ratings_of, start, take
from tests.workplace import Workplace

RATING = {"item": "one", "dimension": "empathy", "value": 2}

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def workplace(database: Database, vault: Vault, organisation: Organisation) -> Workplace:
    return Workplace(database, vault, organisation)


@pytest.fixture
async def sign_in(app: FastAPI, workplace: Workplace, make_key: MakeKey) -> AsyncIterator[SignIn]:
    """`await sign_in("ann", Role.AGENT)`: a client of somebody who works here."""
    async with AsyncExitStack() as stack:

        async def enter(name: str, *roles: Role) -> httpx.AsyncClient:
            person_id = await workplace.add_person(name, *roles)
            key = await make_key(workplace.organisation, person_id=person_id)
            return await stack.enter_async_context(client_of(app, key.secret))

        yield enter


def named(*names: str) -> list[dict[str, Any]]:
    return [{"person_ref": {"source": "crm", "external_id": name}} for name in names]


class TestOpenRound(Guarded):
    method = "POST"
    path = ROUNDS
    scope = "calibration:write"
    body: ClassVar[Any] = free_round()

    async def test_a_rubric_brings_its_dimensions_and_scale(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        async with workplace.database.write(workplace.organisation.context()) as tx:
            await install_built_in(tx)
        made = await open_round(app_client, title="November", rubric_slug="empathy")
        assert made["dimensions"][0] == "emotional_resonance"
        assert len(made["dimensions"]) == 5
        assert made["scale"] == {"min": 0, "max": 4, "metric": "ordinal"}
        assert (made["status"], made["outcome"], made["quorum"]) == ("draft", None, 2)

    async def test_the_same_reference_opens_nothing_twice(self, app_client: httpx.AsyncClient) -> None:
        body = free_round(external_ref={"source": "qa", "external_id": "r-1"})
        first, again = await app_client.post(ROUNDS, json=body), await app_client.post(ROUNDS, json=body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        other = body | {"scale": {"min": 0, "max": 5}}
        assert_problem(await app_client.post(ROUNDS, json=other), 409, "calibration_round_reference_taken")

    async def test_an_idempotency_key_opens_once(self, app_client: httpx.AsyncClient) -> None:
        headers = {"idempotency-key": "one-round"}
        first = await app_client.post(ROUNDS, json=self.body, headers=headers)
        again = await app_client.post(ROUNDS, json=self.body, headers=headers)
        assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())

    @pytest.mark.parametrize(
        ("changes", "code", "pointer"),
        [
            ({"scale": None}, "validation_failed", ""),
            ({"dimensions": ["warmth", "warmth"]}, "validation_failed", ""),
            ({"rubric_slug": "empathy"}, "validation_failed", ""),
            ({"quorum": 1}, "validation_failed", "/quorum"),
            ({"scale": {"min": 4, "max": 0}}, "scale_not_usable", "/scale"),
            ({"scale": {"min": 0, "max": 21}}, "scale_not_usable", "/scale"),
            ({"dimensions": None, "scale": None, "rubric_slug": "sympathy"}, "rubric_unknown", "/rubric_slug"),
            ({"facilitator_id": SOME_ID}, "person_unknown", "/facilitator_id"),
            ({"raters": [{"person_id": SOME_ID}]}, "person_unknown", "/raters/0"),
            ({"raters": [{"label": "a"}, {"label": "a"}]}, "rater_invited_twice", "/raters/1"),
            ({"items": [{"key": "a"}, {"key": "a"}]}, "calibration_item_named_twice", "/items/1/key"),
            ({"items": [{"key": "a", "interaction_id": SOME_ID}]}, "interaction_unknown", "/items/0"),
        ],
    )
    async def test_what_cannot_be_is_refused_with_its_own_code(
        self, app_client: httpx.AsyncClient, changes: dict[str, Any], code: str, pointer: str
    ) -> None:
        body = {name: value for name, value in (free_round() | changes).items() if value is not None}
        problem = assert_problem(await app_client.post(ROUNDS, json=body), 422, code)
        assert problem["errors"][0]["pointer"] == pointer

    async def test_the_facilitator_does_not_rate(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        ann = str(await workplace.add_person("ann"))
        body = free_round(facilitator_id=ann, raters=[{"person_id": ann}])
        assert_problem(await app_client.post(ROUNDS, json=body), 422, "facilitator_does_not_rate")
        made = await open_round(app_client, **free_round(facilitator_id=ann))
        response = await app_client.post(f"{ROUNDS}/{made['id']}:invite", json={"raters": [{"person_id": ann}]})
        assert_problem(response, 422, "facilitator_does_not_rate")

    async def test_opening_is_on_the_event_log(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        await open_round(app_client, **free_round(raters=[{"label": "a"}], items=[{"key": "one"}]))
        (event,) = await workplace.events("calibration_round.opened")
        assert (event["data"]["raters"], event["data"]["items"], event["data"]["dimensions"]) == (1, 1, 1)


class TestListRounds(Guarded):
    method = "GET"
    path = ROUNDS
    scope = "calibration:read"

    async def test_somebody_sees_the_rounds_they_are_in_and_quality_all(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, sign_in: SignIn
    ) -> None:
        ann, quality = await sign_in("ann", Role.AGENT), await sign_in("quinn", Role.QUALITY)
        with_ann = await open_round(app_client, **free_round(raters=named("ann")))
        without = await open_round(app_client)

        async def seen(client: httpx.AsyncClient) -> set[str]:
            return {each["id"] for each in (await client.get(ROUNDS)).json()["data"]}

        assert await seen(ann) == {with_ann["id"]}
        assert await seen(quality) == {with_ann["id"], without["id"]}
        assert await seen(other_client) == set()
        assert_problem(await ann.get(f"{ROUNDS}/{without['id']}"), 404, "calibration_round_not_found")

    async def test_pages_and_status(self, app_client: httpx.AsyncClient) -> None:
        rounds = [await open_round(app_client) for _ in range(3)]
        await take(app_client, rounds[0]["id"], "startScoring")
        page = (await app_client.get(ROUNDS, params={"limit": 2, "status": "draft"})).json()
        assert ({each["id"] for each in page["data"]}, page["has_more"]) == ({r["id"] for r in rounds[1:]}, False)


class TestGetRound(Guarded):
    method = "GET"
    path = f"{ROUNDS}/{SOME_ID}"
    scope = "calibration:read"

    async def test_another_organisation_does_not_find_it(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = await open_round(app_client)
        for path in ("", "/items", "/ratings", "/reliability"):
            response = await other_client.get(f"{ROUNDS}/{made['id']}{path}")
            assert_problem(response, 404, "calibration_round_not_found")

    async def test_items_are_listed_in_pages(self, app_client: httpx.AsyncClient) -> None:
        items = [{"key": key, "text_ref": f"turn-{key}"} for key in "abc"]
        made = await open_round(app_client, **free_round(items=items))
        path = f"{ROUNDS}/{made['id']}/items"
        first = (await app_client.get(path, params={"limit": 2})).json()
        second = (await app_client.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert [each["key"] for each in first["data"] + second["data"]] == ["a", "b", "c"]
        assert first["data"][0]["text_ref"] == "turn-a"


class TestSteps(Guarded):
    method = "POST"
    path = f"{ROUNDS}/{SOME_ID}:startScoring"
    scope = "calibration:write"

    async def test_from_draft_to_closed(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        round_id = await start(app_client)
        await rate(app_client, round_id, ratings_of([[1, 2]]))
        assert (await take(app_client, round_id, "startReview")).json()["status"] == "review"
        resolved = (await take(app_client, round_id, "resolve", {"outcome": "descriptor_change"})).json()
        assert (resolved["status"], resolved["outcome"]) == ("resolved", "descriptor_change")
        closed = (await take(app_client, round_id, "close")).json()
        assert (closed["status"], closed["outcome"]) == ("closed", "descriptor_change")
        kinds = [event["kind"] for event in await workplace.events(*(f"calibration_round.{k}" for k in KINDS))]
        assert kinds == [f"calibration_round.{kind}" for kind in KINDS]

    @pytest.mark.parametrize(
        ("steps", "step", "code"),
        [
            ((), "startReview", "round_is_draft"),
            ((), "resolve", "round_is_draft"),
            (("startScoring",), "startScoring", "round_is_scoring"),
            (("startScoring",), "resolve", "round_is_scoring"),
            (("startScoring", "startReview"), "startScoring", "round_in_review"),
            (("startScoring", "startReview"), "close", "round_in_review"),
            (("startScoring", "startReview", "resolve"), "resolve", "round_is_resolved"),
            (("startScoring", "startReview", "resolve", "close"), "close", "round_is_closed"),
            (("close",), "startScoring", "round_is_closed"),
        ],
    )
    async def test_a_step_that_is_not_next_is_refused(
        self, app_client: httpx.AsyncClient, steps: tuple[str, ...], step: str, code: str
    ) -> None:
        made = await open_round(app_client)
        for each in steps:
            if each == "startReview":
                await rate(app_client, made["id"], ratings_of([[1, 2]]))
            taken = await take(app_client, made["id"], each, body_of(each))
            assert taken.status_code == 200, taken.text
        assert_problem(await take(app_client, made["id"], step, body_of(step)), 409, code)

    async def test_without_a_quorum_there_is_no_review_and_the_round_can_be_given_up(
        self, app_client: httpx.AsyncClient
    ) -> None:
        body = free_round(quorum=3, scoring_until="2026-01-01T00:00:00Z")
        round_id = await start(app_client, **body)
        await rate(app_client, round_id, ratings_of([[1, 2]]))
        problem = assert_problem(await take(app_client, round_id, "startReview"), 409, "quorum_not_reached")
        assert "2 of the 3" in problem["detail"]
        await rate(app_client, round_id, ratings_of([[None, None, 3]]))
        assert (await take(app_client, round_id, "startReview")).status_code == 200
        other = await start(app_client, **body)
        closed = (await take(app_client, other, "close")).json()
        assert (closed["status"], closed["outcome"]) == ("closed", None)

    async def test_a_stale_version_is_refused(self, app_client: httpx.AsyncClient) -> None:
        made = await open_round(app_client)
        path = f"{ROUNDS}/{made['id']}:startScoring"
        assert_problem(await app_client.post(path), 428, "precondition_required")
        assert_problem(await app_client.post(path, headers={"if-match": '"v9"'}), 412, "version_stale")

    async def test_only_who_leads_takes_steps(
        self, app_client: httpx.AsyncClient, workplace: Workplace, sign_in: SignIn
    ) -> None:
        ann, lead, other = (
            await sign_in("ann", Role.AGENT),
            await sign_in("lee", Role.LEAD),
            await sign_in("ola", Role.LEAD),
        )
        body = free_round(raters=named("ann"), facilitator_ref={"source": "crm", "external_id": "lee"})
        made = await open_round(app_client, **body)
        headers = {"if-match": '"v1"'}
        path = f"{ROUNDS}/{made['id']}:startScoring"
        assert_problem(await ann.post(path, headers=headers), 403, "not_the_facilitator")
        assert_problem(await other.post(path, headers=headers), 404, "calibration_round_not_found")
        assert (await lead.post(path, headers=headers)).status_code == 200


KINDS = ("opened", "scoring_started", "ratings_changed", "review_started", "resolved", "closed")


def body_of(step: str) -> Any:
    return {"outcome": "agreed"} if step == "resolve" else None


class TestInvite(Guarded):
    method = "POST"
    path = f"{ROUNDS}/{SOME_ID}:invite"
    scope = "calibration:write"
    body: ClassVar[Any] = {"raters": [{"label": "a"}]}

    async def test_who_joins_late_is_marked_so_and_nobody_joins_a_review(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await workplace.add_person("ann")
        await workplace.add_person("bea")
        made = await open_round(app_client, **free_round(raters=named("ann")))
        path = f"{ROUNDS}/{made['id']}"
        await take(app_client, made["id"], "startScoring")
        for _ in range(2):
            response = await app_client.post(f"{path}:invite", json={"raters": named("ann", "bea")})
            assert response.json()["raters_count"] == 2
        assert [each["is_late"] for each in (await app_client.get(path)).json()["raters"]] == [False, True]
        await rate(app_client, made["id"], ratings_of([[1, 2]]))
        await take(app_client, made["id"], "startReview")
        assert_problem(await app_client.post(f"{path}:invite", json=self.body), 409, "round_in_review")


class TestBlindness(Guarded):
    method = "POST"
    path = f"{ROUNDS}/{SOME_ID}:submit"
    scope = "calibration:rate"

    async def test_nobody_sees_others_ratings_before_their_own_submission(
        self, app_client: httpx.AsyncClient, sign_in: SignIn
    ) -> None:
        ann, bea, quality = (
            await sign_in("ann", Role.AGENT),
            await sign_in("bea", Role.AGENT),
            await sign_in("quinn", Role.QUALITY),
        )
        body = free_round(raters=named("ann", "bea"), items=[{"key": "one"}])
        round_id = await start(app_client, **body)
        await rate(ann, round_id, [RATING])
        assert (await ann.post(f"{ROUNDS}/{round_id}:submit")).json()["raters_submitted"] == 1
        await rate(bea, round_id, [RATING | {"value": 4}])

        assert await values(bea, round_id) == [4]
        assert await values(ann, round_id) == [2]
        assert await values(quality, round_id) == []
        for blind in (bea, quality):
            assert_problem(await blind.get(f"{ROUNDS}/{round_id}/reliability"), 409, "still_blind")
        assert (await ann.get(f"{ROUNDS}/{round_id}/reliability")).status_code == 202

        await bea.post(f"{ROUNDS}/{round_id}:submit")
        assert await values(bea, round_id) == await values(ann, round_id) == [2, 4]
        assert await values(quality, round_id) == []
        await take(app_client, round_id, "startReview")
        assert await values(quality, round_id) == [2, 4]

    async def test_a_submission_stands(self, app_client: httpx.AsyncClient, sign_in: SignIn) -> None:
        ann = await sign_in("ann", Role.AGENT)
        round_id = await start(app_client, **free_round(raters=named("ann"), items=[{"key": "one"}]))
        submit = f"{ROUNDS}/{round_id}:submit"
        assert_problem(await ann.post(submit), 409, "nothing_to_submit")
        await rate(ann, round_id, [RATING])
        await rate(ann, round_id, [RATING | {"value": 3}])
        assert (await ann.post(submit, headers={"idempotency-key": "mine"})).status_code == 200
        assert (await ann.post(submit, headers={"idempotency-key": "mine"})).status_code == 200
        assert_problem(await ann.post(submit), 409, "ratings_already_submitted")
        response = await ann.post(f"{ROUNDS}/{round_id}/ratings:batchUpsert", json={"items": [RATING]})
        assert_problem(response, 409, "ratings_already_submitted")
        assert await values(app_client, round_id) == [3]

    async def test_who_does_not_rate_has_nothing_to_submit(self, app_client: httpx.AsyncClient) -> None:
        round_id = await start(app_client)
        assert_problem(await app_client.post(f"{ROUNDS}/{round_id}:submit"), 403, "not_a_rater")


async def values(client: httpx.AsyncClient, round_id: str) -> list[int]:
    """The ratings that somebody sees, lowest first."""
    response = await client.get(f"{ROUNDS}/{round_id}/ratings")
    assert response.status_code == 200, response.text
    return sorted(each["value"] for each in response.json()["data"])
