"""Ratings in, reliability out: every published table through the API, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, ClassVar

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from attune.kernel.db import Database
from attune.kernel.vault import Vault
from attune.people.model import Role
from attune_worker.reliability import ReliabilityLoop
from tests import published_ratings as published
from tests.api.conftest import MakeKey, assert_problem, client_of
from tests.api.guarded import SOME_ID, Guarded
from tests.conftest import Organisation
from tests.published_ratings import Table
from tests.rounds import ROUNDS, compute, free_round, open_round, rate, ratings_of, report_on, start, take, value_of
from tests.workplace import Workplace


@pytest.fixture(scope="module")
async def loop(worker_database: Database) -> AsyncIterator[ReliabilityLoop]:
    """What the worker computes with."""
    made = ReliabilityLoop(worker_database)
    yield made
    await made.close()


@pytest.fixture
async def workplace(database: Database, vault: Vault, organisation: Organisation) -> Workplace:
    return Workplace(database, vault, organisation)


CANONICAL: list[tuple[Table, int, int, str, dict[str, float]]] = [
    (
        published.GWET_4_RATERS,
        1,
        5,
        "ratio",
        {
            "krippendorff_alpha_nominal": 0.743421,
            "krippendorff_alpha_ordinal": 0.815388,
            "krippendorff_alpha_interval": 0.849107,
            "krippendorff_alpha_ratio": 0.797403,
            "gwet_ac1": 0.775444,
            "gwet_ac2_quadratic": 0.914001,
            "gwet_ac2_ordinal": 0.898940,
            "gwet_ac2_linear": 0.858739,
            "fleiss_kappa": 0.761169,
            "conger_kappa": 0.762817,
            "percent_agreement": 0.818182,
        },
    ),
    (published.FLEISS_1971, 0, 4, "nominal", {"fleiss_kappa": 0.430245}),
    (published.FOURTEEN_RATERS, 0, 4, "nominal", {"fleiss_kappa": 0.209931}),
    (published.PARADOX, 0, 1, "ordinal", {"percent_agreement": 0.944, "cohen_kappa": -0.023392, "gwet_ac1": 0.940776}),
    (published.BITTERNESS, 1, 5, "ordinal", {"krippendorff_alpha_ordinal": 0.344144}),
    (published.WINNIPEG, 0, 3, "ordinal", {"cohen_kappa_linear": 0.3797, "cohen_kappa_quadratic": 0.5246}),
    (published.SHROUT_FLEISS, 1, 10, "interval", {"icc_2_1": 0.2898, "icc_2_k": 0.6201}),
]


@pytest.mark.parametrize(("table", "low", "high", "metric", "figures"), CANONICAL)
async def test_published_figures_come_out_of_the_api(
    app_client: httpx.AsyncClient,
    loop: ReliabilityLoop,
    table: Table,
    low: int,
    high: int,
    metric: str,
    figures: dict[str, float],
) -> None:
    dimension = await report_on(app_client, loop, table, low=low, high=high, metric=metric)
    for name, figure in figures.items():
        assert value_of(dimension, name) == pytest.approx(figure, abs=0.00006), name


@pytest.mark.parametrize(("low", "high"), [(0, 4), (1, 5), (-2, 2), (0, 9)])
async def test_the_same_ratings_agree_as_much_on_any_scale(
    app_client: httpx.AsyncClient, loop: ReliabilityLoop, low: int, high: int
) -> None:
    moved = [[value - 1 + low for value in row if value is not None] for row in published.BITTERNESS]
    dimension = await report_on(app_client, loop, moved, low=low, high=high)
    assert value_of(dimension, "krippendorff_alpha_ordinal") == pytest.approx(0.344144, abs=1e-6)


class TestReport(Guarded):
    method = "GET"
    path = f"{ROUNDS}/{SOME_ID}/reliability"
    scope = "calibration:read"

    async def test_another_organisation_does_not_find_it(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        made = await open_round(app_client)
        response = await other_client.get(f"{ROUNDS}/{made['id']}/reliability")
        assert_problem(response, 404, "calibration_round_not_found")

    async def test_it_is_being_computed_until_the_worker_has_been_there(
        self, app_client: httpx.AsyncClient, loop: ReliabilityLoop
    ) -> None:
        round_id = await start(app_client)
        path = f"{ROUNDS}/{round_id}/reliability"
        assert (await app_client.get(path)).json()["status"] == "ready"
        await rate(app_client, round_id, ratings_of(published.BITTERNESS[:4]))
        waiting = await app_client.get(path)
        assert (waiting.status_code, waiting.headers["retry-after"]) == (202, "1")
        assert waiting.json()["status"] == "waiting"
        assert waiting.json()["progress"] == {"done": 0, "total": 1}
        await compute(loop)
        ready = (await app_client.get(path)).json()
        assert (ready["status"], ready["revision"], ready["computed_revision"]) == ("ready", 1, 1)
        assert ready["progress"] == {"done": 1, "total": 1}
        made_with = ready["made_with"]
        assert (made_with["method"], made_with["draws"], made_with["confidence"]) == ("attune.agreement/1", 2000, 0.95)
        assert made_with["library"].startswith("numpy ")

    async def test_a_changed_rating_makes_it_new_and_a_repeated_one_does_not(
        self, app_client: httpx.AsyncClient, loop: ReliabilityLoop
    ) -> None:
        round_id = await start(app_client)
        items = ratings_of([[0, 1], [2, 2], [3, 4], [1, 1]])
        await rate(app_client, round_id, items)
        await compute(loop)
        path = f"{ROUNDS}/{round_id}/reliability"
        first = (await app_client.get(path)).json()
        assert {result["status"] for result in await rate(app_client, round_id, items)} == {"unchanged"}
        assert (await app_client.get(path)).json() == first
        results = await rate(app_client, round_id, [items[1] | {"value": 0}, items[7] | {"value": None}])
        assert [result["status"] for result in results] == ["updated", "updated"]
        old = await app_client.get(path)
        assert (old.status_code, old.json()["dimensions"]) == (202, first["dimensions"])
        await compute(loop)
        new = (await app_client.get(path)).json()
        assert new["dimensions"][0]["ratings"] == 7
        assert value_of(new["dimensions"][0], "percent_agreement") != value_of(
            first["dimensions"][0], "percent_agreement"
        )

    async def test_the_same_ratings_and_seed_give_the_same_figures(
        self, app_client: httpx.AsyncClient, loop: ReliabilityLoop
    ) -> None:
        figures = []
        for seed in (5, 5, 6):
            round_id = await start(app_client, **free_round(scale={"min": 1, "max": 5}, seed=seed))
            await rate(app_client, round_id, ratings_of(published.BITTERNESS))
            await compute(loop)
            (dimension,) = (await app_client.get(f"{ROUNDS}/{round_id}/reliability")).json()["dimensions"]
            figures.append(dimension["coefficients"])
        assert figures[0] == figures[1]
        assert figures[0] != figures[2]

    async def test_what_the_raters_split_on_leads_and_the_severe_judge_is_named(
        self, app_client: httpx.AsyncClient, loop: ReliabilityLoop
    ) -> None:
        dimension = await report_on(app_client, loop, published.BITTERNESS, low=1, high=5)
        shares = [each["share"] for each in dimension["divergences"]]
        assert shares == sorted(shares, reverse=True)
        assert dimension["divergences"][0]["is_wide"]
        leanings = [each["leaning"] for each in sorted(dimension["severities"], key=lambda each: each["bias"])]
        assert (leanings[0], leanings[-1]) == ("severe", "mild")

    @pytest.mark.parametrize(
        ("table", "reason"),
        [
            ([[3, 3, 3]] * 12, "no_variation"),
            ([[1], [2], [4]], "one_rater"),
            ([[1, None], [None, 2]], "no_item_rated_twice"),
        ],
    )
    async def test_what_is_undefined_says_why(
        self, app_client: httpx.AsyncClient, loop: ReliabilityLoop, table: Table, reason: str
    ) -> None:
        dimension = await report_on(app_client, loop, table, low=0, high=4)
        assert (dimension["status"], dimension["reason"]) == ("undetermined", reason)
        alpha = next(each for each in dimension["coefficients"] if each["name"] == "krippendorff_alpha_ordinal")
        assert (alpha["value"], alpha["undefined"]) == (None, reason)

    async def test_a_dimension_nobody_rated_is_there_too(
        self, app_client: httpx.AsyncClient, loop: ReliabilityLoop
    ) -> None:
        round_id = await start(app_client, **free_round("warmth", "clarity"))
        await rate(app_client, round_id, ratings_of([[1, 2], [3, 3]], "clarity"))
        await compute(loop)
        report = (await app_client.get(f"{ROUNDS}/{round_id}/reliability")).json()
        assert [(each["dimension"], each["reason"]) for each in report["dimensions"]] == [
            ("warmth", "no_ratings"),
            ("clarity", "few_items"),
        ]

    async def test_drift_is_looked_for_where_every_rating_has_its_time(
        self, app_client: httpx.AsyncClient, loop: ReliabilityLoop
    ) -> None:
        round_id = await start(app_client, **free_round(scale={"min": 0, "max": 9}))
        items = []
        for at in range(40):
            moved = 3 if at >= 30 else 0
            for rater, value in (("steady", 2 + at % 3), ("drifting", 2 + (at + 1) % 3 + moved), ("third", 2 + at % 2)):
                time = f"2026-11-{1 + at // 2:02}T{9 + at % 2:02}:00:00Z"
                items.append(
                    {
                        "item": f"i-{at:02}",
                        "dimension": "empathy",
                        "value": value,
                        "rater": {"label": rater},
                        "rated_at": time,
                    }
                )
        results = await rate(app_client, round_id, items)
        await compute(loop)
        (dimension,) = (await app_client.get(f"{ROUNDS}/{round_id}/reliability")).json()["dimensions"]
        drift = {each["rater_id"]: each["drift"] for each in dimension["severities"]}
        assert drift[results[1]["rater_id"]] == "milder"


class TestWriteRatings(Guarded):
    method = "POST"
    path = f"{ROUNDS}/{SOME_ID}/ratings:batchUpsert"
    scope = "calibration:rate"
    body: ClassVar[Any] = {"items": ratings_of([[1, 2]])}

    async def test_another_organisation_does_not_find_the_round(
        self, app_client: httpx.AsyncClient, other_client: httpx.AsyncClient
    ) -> None:
        round_id = await start(app_client)
        response = await other_client.post(f"{ROUNDS}/{round_id}/ratings:batchUpsert", json=self.body)
        assert_problem(response, 404, "calibration_round_not_found")

    @pytest.mark.parametrize(
        ("changes", "code", "pointer"),
        [
            ({"value": 5}, "level_off_scale", "/value"),
            ({"value": -1}, "level_off_scale", "/value"),
            ({"dimension": "charm"}, "round_dimension_unknown", "/dimension"),
            ({"rater": None}, "rater_required", "/rater"),
            ({"rater": {"person_id": SOME_ID}}, "person_unknown", "/rater_id"),
            ({"rater": {"label": "ana@example.org"}}, "validation_failed", None),
            ({"value": 2.5}, "validation_failed", None),
        ],
    )
    async def test_a_rating_that_cannot_be_fails_alone(
        self, app_client: httpx.AsyncClient, changes: dict[str, Any], code: str, pointer: str | None
    ) -> None:
        round_id = await start(app_client)
        good, bad = ratings_of([[1, 2]])
        results = await rate(app_client, round_id, [good, bad | changes])
        assert results[0]["status"] == "created"
        assert (results[1]["status"], results[1]["rater_id"]) == ("failed", None)
        assert results[1]["problem"]["code"] == code
        if pointer is not None:
            assert results[1]["problem"]["errors"][0]["pointer"] == pointer

    async def test_the_same_cell_twice_in_a_batch_fails_the_second_time(self, app_client: httpx.AsyncClient) -> None:
        round_id = await start(app_client)
        (one,) = ratings_of([[1]])
        results = await rate(app_client, round_id, [one, one | {"value": 2}])
        assert [each["problem"] and each["problem"]["code"] for each in results] == [None, "duplicate_in_batch"]

    async def test_all_or_nothing_writes_nothing(self, app_client: httpx.AsyncClient) -> None:
        round_id = await start(app_client)
        items = [*ratings_of([[1, 2]]), *ratings_of([[9]])]
        response = await app_client.post(
            f"{ROUNDS}/{round_id}/ratings:batchUpsert", json={"items": items, "atomic": True}
        )
        assert {each["status"] for each in response.json()["results"]} == {"failed"}
        assert (await app_client.get(f"{ROUNDS}/{round_id}/ratings")).json()["data"] == []
        assert (await app_client.get(f"{ROUNDS}/{round_id}")).json()["raters"] == []

    async def test_nobody_rates_their_own_conversation(
        self, app_client: httpx.AsyncClient, workplace: Workplace
    ) -> None:
        ann = await workplace.add_person("ann")
        bea = await workplace.add_person("bea")
        await workplace.add_customer("c-1")
        interaction = await workplace.add_interaction("i-1", "c-1", "ann")
        items = [{"key": "one", "interaction_id": str(interaction)}]
        round_id = await start(app_client, **free_round(items=items))
        rating = {"item": "one", "dimension": "empathy", "value": 2}
        results = await rate(
            app_client, round_id, [rating | {"rater": {"person_id": str(person)}} for person in (ann, bea)]
        )
        assert results[0]["problem"]["code"] == "rates_own_conversation"
        assert results[1]["status"] == "created"

    async def test_a_round_that_is_not_scoring_takes_no_rating(self, app_client: httpx.AsyncClient) -> None:
        made = await open_round(app_client)
        path = f"{ROUNDS}/{made['id']}/ratings:batchUpsert"
        assert_problem(await app_client.post(path, json=self.body), 409, "round_is_draft")
        await take(app_client, made["id"], "startScoring")
        await rate(app_client, made["id"], self.body["items"])
        await take(app_client, made["id"], "startReview")
        assert_problem(await app_client.post(path, json=self.body), 409, "round_in_review")

    async def test_an_idempotency_key_writes_once(self, app_client: httpx.AsyncClient) -> None:
        round_id = await start(app_client)
        path, headers = f"{ROUNDS}/{round_id}/ratings:batchUpsert", {"idempotency-key": "once"}
        first = await app_client.post(path, json=self.body, headers=headers)
        again = await app_client.post(path, json=self.body, headers=headers)
        assert again.json() == first.json()
        assert again.headers["idempotency-replayed"] == "true"

    async def test_ratings_are_listed_in_pages(self, app_client: httpx.AsyncClient) -> None:
        round_id = await start(app_client)
        await rate(app_client, round_id, ratings_of([[1, 2], [3, 4]]))
        path = f"{ROUNDS}/{round_id}/ratings"
        first = (await app_client.get(path, params={"limit": 3})).json()
        second = (await app_client.get(path, params={"limit": 3, "cursor": first["next_cursor"]})).json()
        assert [each["value"] for each in [*first["data"], *second["data"]]] == [1, 2, 3, 4]
        assert (first["has_more"], second["has_more"]) == (True, False)


class TestWhoSignsIn:
    async def test_they_send_their_own_and_no_other(
        self, app: FastAPI, app_client: httpx.AsyncClient, workplace: Workplace, make_key: MakeKey
    ) -> None:
        ann = await workplace.add_person("ann", Role.AGENT)
        bea = await workplace.add_person("bea", Role.AGENT)
        body = free_round(raters=[{"person_id": str(ann)}, {"person_id": str(bea)}], items=[{"key": "one"}])
        round_id = await start(app_client, **body)
        rating = {"item": "one", "dimension": "empathy", "value": 2}
        async with client_of(app, (await make_key(workplace.organisation, person_id=ann)).secret) as as_ann:
            results = await rate(
                as_ann,
                round_id,
                [rating, rating | {"rater": {"person_id": str(bea)}}, rating | {"item": "another"}],
            )
        assert [each["status"] for each in results] == ["created", "failed", "failed"]
        assert [each["problem"]["code"] for each in results[1:]] == ["rates_for_another", "calibration_item_unknown"]

    async def test_who_was_not_invited_does_not_rate(
        self, app: FastAPI, app_client: httpx.AsyncClient, workplace: Workplace, make_key: MakeKey
    ) -> None:
        ann = await workplace.add_person("ann", Role.QUALITY)
        round_id = await start(app_client)
        async with client_of(app, (await make_key(workplace.organisation, person_id=ann)).secret) as as_ann:
            response = await as_ann.post(
                f"{ROUNDS}/{round_id}/ratings:batchUpsert",
                json={"items": [{"item": "one", "dimension": "empathy", "value": 2}]},
            )
        assert_problem(response, 403, "not_a_rater")
