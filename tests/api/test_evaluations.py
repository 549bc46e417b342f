"""Evaluations over HTTP: every dimension once, and only for those whom they concern."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

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
from tests.workplace import Workplace

DIMENSIONS = (
    "emotional_resonance",
    "listening_accuracy",
    "clarity_of_next_steps",
    "cultural_awareness",
    "action_orientation",
)
SCORES = [{"dimension": dimension, "level": level, "original": None} for level, dimension in enumerate(DIMENSIONS)]


def ref(external_id: str) -> dict[str, str]:
    return {"source": "crm", "external_id": external_id}


def evaluation(**more: Any) -> dict[str, Any]:
    return {
        "rubric_slug": "empathy",
        "interaction_ref": ref("i-1"),
        "evaluator_kind": "peer",
        "scores": SCORES,
    } | more


def rated(value: float) -> dict[str, Any]:
    return {"value": value, "scale": {"min": 1, "max": 5}}


@pytest.fixture
async def workplace(database: Database, vault: Vault, organisation: Organisation) -> Workplace:
    """With the rubrics; Ann, whom Bea leads, had a conversation."""
    made = Workplace(database, vault, organisation)
    async with database.write(organisation.context()) as tx:
        await install_built_in(tx)
    await made.add_person("bea")
    await made.add_person("ann", lead="bea")
    await made.add_customer("c-1")
    await made.add_interaction("i-1", "c-1", "ann")
    return made


async def finish(client: httpx.AsyncClient, **more: Any) -> httpx.Response:
    response = await client.post("/v1/evaluations", json=evaluation(**more))
    assert response.status_code == 201, response.text
    return response


async def batch(client: httpx.AsyncClient, *items: Any, **how: Any) -> list[dict[str, Any]]:
    response = await client.post("/v1/evaluations:batchCreate", json={"items": list(items)} | how)
    assert response.status_code == 200, response.text
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    return [result["problem"]["code"] if result["problem"] else result["status"] for result in results]


class TestFinishEvaluation(Guarded):
    method = "POST"
    path = "/v1/evaluations"
    scope = "evaluations:write"
    body: ClassVar[Any] = evaluation()

    async def test_another_organisation_knows_neither_rubric_nor_conversation(
        self, other_client: httpx.AsyncClient, other_organisation: Organisation, workplace: Workplace
    ) -> None:
        assert_problem(await other_client.post(self.path, json=evaluation()), 422, "rubric_unknown")
        async with workplace.database.write(other_organisation.context()) as tx:
            await install_built_in(tx)
        assert_problem(await other_client.post(self.path, json=evaluation()), 422, "interaction_unknown")

    async def test_it_is_about_whoever_had_the_conversation(
        self, app: FastAPI, workplace: Workplace, make_key: MakeKey
    ) -> None:
        ann = await workplace.add_person("ann", lead="bea")
        bea = await workplace.add_person("bea")
        async with client_of(app, (await make_key(workplace.organisation, person_id=bea)).secret) as as_bea:
            response = await finish(as_bea, note="Came back to it, twice.", evaluated_at="2026-11-03T08:00:00Z")

        made = response.json()
        assert response.headers["location"] == f"/v1/evaluations/{made['id']}"
        assert response.headers["etag"] == '"v1"'
        assert (made["person_id"], made["evaluator_id"]) == (str(ann), str(bea))
        assert made["scores"] == SCORES
        assert made["evaluated_at"] == "2026-11-03T08:00:00Z"
        assert "note" not in made

    async def test_a_customers_rating_keeps_its_own_scale(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        scores = [
            {"dimension": "empathy", "level": 3, "original": rated(4)},
            {"dimension": "relevance", "level": None, "original": None},
        ]

        response = await finish(app_client, rubric_slug="customer-survey", evaluator_kind="client", scores=scores)

        assert response.json()["scores"] == scores

    async def test_nobody_evaluates_themselves(self, app: FastAPI, workplace: Workplace, make_key: MakeKey) -> None:
        ann = await workplace.add_person("ann", lead="bea")
        async with client_of(app, (await make_key(workplace.organisation, person_id=ann)).secret) as as_ann:
            for kind in ("peer", "client"):
                response = await as_ann.post(self.path, json=evaluation(evaluator_kind=kind))
                assert_problem(response, 422, "evaluates_themselves")

    @pytest.mark.parametrize(
        ("changes", "code", "pointer"),
        [
            ({"rubric_slug": "sympathy"}, "rubric_unknown", "/rubric_slug"),
            ({"rubric_slug": None, "rubric_version_id": SOME_ID}, "rubric_unknown", "/rubric_version_id"),
            ({"interaction_ref": ref("i-9")}, "interaction_unknown", "/interaction_ref"),
            ({"scores": SCORES[:4]}, "dimension_missing", "/scores"),
            ({"scores": []}, "dimension_missing", "/scores"),
            ({"scores": [*SCORES, SCORES[0]]}, "dimension_scored_twice", "/scores/5/dimension"),
            ({"scores": [{"dimension": "charm", "level": 1}]}, "dimension_unknown", "/scores/0/dimension"),
            ({"scores": [SCORES[0] | {"original": rated(6)}]}, "value_off_scale", "/scores/0/original"),
        ],
    )
    async def test_what_cannot_be_is_refused_with_its_own_code(
        self, app_client: httpx.AsyncClient, workplace: Workplace, changes: dict[str, Any], code: str, pointer: str
    ) -> None:
        problem = assert_problem(await app_client.post(self.path, json=evaluation(**changes)), 422, code)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]

    @pytest.mark.parametrize(
        ("changes", "pointer", "code"),
        [
            ({"rubric_slug": None}, "", "one_of_required"),
            ({"interaction_id": SOME_ID}, "", "one_of_required"),
            ({"scores": [{"dimension": "empathy"}]}, "/scores/0/level", "missing"),
            ({"scores": [{"dimension": "empathy", "level": 5}]}, "/scores/0/level", "out_of_range"),
            ({"scores": [{"dimension": "empathy", "level": 2.5}]}, "/scores/0/level", "not_an_integer"),
            ({"scores": SCORES * 11}, "/scores", "too_many"),
            ({"evaluator_kind": "model"}, "/evaluator_kind", "unknown_value"),
            ({"note": ""}, "/note", "wrong_format"),
            ({"grade": "A"}, "", "unknown_field"),
        ],
    )
    async def test_a_wrong_body_says_where(
        self, app_client: httpx.AsyncClient, changes: dict[str, Any], pointer: str, code: str
    ) -> None:
        response = await app_client.post(self.path, json=evaluation(**changes))
        problem = assert_problem(response, 422, "validation_failed")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]

    async def test_sent_again_it_is_the_same(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        first = await finish(app_client, external_ref=ref("e-1"))

        again = await app_client.post(self.path, json=evaluation(external_ref=ref("e-1")))
        other = await app_client.post(
            self.path, json=evaluation(external_ref=ref("e-1"), scores=[SCORES[0] | {"level": 4}, *SCORES[1:]])
        )

        assert (again.status_code, again.json()) == (200, first.json())
        assert_problem(other, 409, "evaluation_reference_taken")
        assert len(await workplace.events("evaluation.finished")) == 1

    async def test_a_repeated_request_has_one_effect(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        headers = {"idempotency-key": "k-1"}

        first = await app_client.post(self.path, json=evaluation(), headers=headers)
        again = await app_client.post(self.path, json=evaluation(), headers=headers)

        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        assert len(await workplace.events("evaluation.finished")) == 1


class TestBatchCreateEvaluations(Guarded):
    method = "POST"
    path = "/v1/evaluations:batchCreate"
    scope = "evaluations:write"
    body: ClassVar[Any] = {"items": [evaluation()]}

    async def test_another_organisation_knows_none_of_it(
        self, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        assert outcomes(await batch(other_client, evaluation())) == ["rubric_unknown"]

    async def test_each_item_for_itself(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        results = await batch(
            app_client,
            evaluation(external_ref=ref("e-1")),
            evaluation(scores=SCORES[:1]),
            {"rubric_slug": "empathy"},
            evaluation(external_ref=ref("e-1")),
            evaluation(),
        )

        assert outcomes(results) == [
            "created",
            "dimension_missing",
            "validation_failed",
            "duplicate_in_batch",
            "created",
        ]
        assert results[1]["problem"]["errors"][0]["pointer"] == "/scores"
        assert len(await workplace.events("evaluation.finished")) == 2

    async def test_a_rerun_adds_nothing(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        items = [evaluation(external_ref=ref(f"e-{number}")) for number in range(3)]
        first = await batch(app_client, *items)

        second = await batch(app_client, *items)

        assert outcomes(second) == ["unchanged"] * 3
        assert [result["id"] for result in second] == [result["id"] for result in first]

    async def test_all_or_none(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        for bad in (evaluation(scores=[]), "bad"):
            assert outcomes(await batch(app_client, evaluation(), bad, atomic=True))[0] == "not_applied"
        assert await workplace.events("evaluation.finished") == []

    async def test_a_repeated_batch_is_answered_again(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        body, headers = {"items": [evaluation(), "bad"]}, {"idempotency-key": "k-1"}

        first = await app_client.post(self.path, json=body, headers=headers)
        again = await app_client.post(self.path, json=body, headers=headers)

        assert again.json() == first.json()
        assert again.headers["idempotency-replayed"] == "true"
        assert len(await workplace.events("evaluation.finished")) == 1

    @pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [evaluation()] * 201}])
    async def test_a_batch_has_a_form(self, app_client: httpx.AsyncClient, body: Any) -> None:
        assert_problem(await app_client.post(self.path, json=body), 422, "validation_failed")


class TestListEvaluations(Guarded):
    method = "GET"
    path = "/v1/evaluations"
    scope = "evaluations:read"

    async def test_another_organisation_sees_none(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        await finish(app_client)
        assert (await other_client.get(self.path)).json()["data"] == []

    async def test_who_sees_which(
        self, app: FastAPI, app_client: httpx.AsyncClient, workplace: Workplace, make_key: MakeKey
    ) -> None:
        await finish(app_client, note="Came back to it, twice.")
        viewers: dict[UUID, int] = {
            await workplace.add_person("ann", lead="bea"): 1,
            await workplace.add_person("bea"): 1,
            await workplace.add_person("quinn", Role.QUALITY): 1,
            await workplace.add_person("dan", Role.LEAD): 0,
        }
        assert len((await app_client.get(self.path)).json()["data"]) == 1
        for person_id, count in viewers.items():
            async with client_of(app, (await make_key(workplace.organisation, person_id=person_id)).secret) as client:
                response = await client.get(self.path)
            assert len(response.json()["data"]) == count
            assert "twice" not in response.text

    async def test_filters_and_pages(self, app_client: httpx.AsyncClient, workplace: Workplace) -> None:
        made = [(await finish(app_client)).json() for _ in range(3)]
        ids = [each["id"] for each in made]

        first = (await app_client.get(self.path, params={"limit": 2})).json()
        rest = (await app_client.get(self.path, params={"limit": 2, "cursor": first["next_cursor"]})).json()

        assert first["data"] + rest["data"] == made
        for params, expected in (
            ({"person_id": made[0]["person_id"]}, ids),
            ({"person_id": SOME_ID}, []),
            ({"interaction_id": made[0]["interaction_id"]}, ids),
            ({"interaction_id": SOME_ID}, []),
            ({"modified_after": made[0]["updated_at"]}, ids[1:]),
        ):
            page = (await app_client.get(self.path, params=params)).json()
            assert [each["id"] for each in page["data"]] == expected, params

    async def test_a_cursor_of_another_organisation_is_refused(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        for _ in range(2):
            await finish(app_client)
        cursor = (await app_client.get(self.path, params={"limit": 1})).json()["next_cursor"]

        assert_problem(await other_client.get(self.path, params={"cursor": cursor}), 422, "cursor_invalid")


class TestGetEvaluation(Guarded):
    method = "GET"
    path = f"/v1/evaluations/{SOME_ID}"
    scope = "evaluations:read"

    async def test_another_organisation_finds_nothing(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        made = (await finish(app_client)).json()
        assert_problem(await other_client.get(f"/v1/evaluations/{made['id']}"), 404, "evaluation_not_found")

    async def test_a_party_reads_the_note_and_that_is_on_record(
        self, app: FastAPI, app_client: httpx.AsyncClient, workplace: Workplace, make_key: MakeKey
    ) -> None:
        made = (await finish(app_client, note="Came back to it, twice.")).json()
        ann = await workplace.add_person("ann", lead="bea")
        async with client_of(app, (await make_key(workplace.organisation, person_id=ann)).secret) as as_ann:
            response = await as_ann.get(f"/v1/evaluations/{made['id']}")

        assert response.headers["etag"] == '"v1"'
        assert response.json() == made | {"note": "Came back to it, twice.", "note_withheld": False}
        (event,) = await workplace.events("evaluation.note_read")
        assert (event["actor_id"], event["concerns"]) == (ann, ann)

    async def test_an_integration_sees_scores_and_never_the_note(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        made = (await finish(app_client, note="Came back to it, twice.")).json()

        shown = (await app_client.get(f"/v1/evaluations/{made['id']}")).json()

        assert shown == made | {"note": None, "note_withheld": True}
        assert await workplace.events("evaluation.note_read") == []

    async def test_somebody_else_finds_nothing(
        self, app: FastAPI, app_client: httpx.AsyncClient, workplace: Workplace, make_key: MakeKey
    ) -> None:
        made = (await finish(app_client)).json()
        dan = await workplace.add_person("dan", Role.LEAD)
        async with client_of(app, (await make_key(workplace.organisation, person_id=dan)).secret) as as_dan:
            assert_problem(await as_dan.get(f"/v1/evaluations/{made['id']}"), 404, "evaluation_not_found")

    async def test_what_is_not_there_is_not_found(self, app_client: httpx.AsyncClient) -> None:
        assert_problem(await app_client.get(self.path), 404, "evaluation_not_found")
