"""For each operation with a body: one that is accepted, without its texts. Those are filled in from the document.

What a recipe names stays as it is; None means that a field is left out on purpose. A new operation needs a line here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any, Final
from uuid import UUID

import httpx2 as httpx

from attune.calibration.model import NewItem, NewRound, RaterName
from attune.calibration.service import open_round, start_scoring
from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.kernel.purposes import CONSENTABLE, Purpose
from attune.kernel.vault import Vault
from attune.rubrics.service import install_built_in
from tests.canaries.texts import Canaries
from tests.conftest import Organisation
from tests.workplace import Workplace

NOON: Final = "2026-11-02T12:00:00Z"
LATER: Final = "2026-11-02T12:10:00Z"
DIMENSIONS: Final = (
    "emotional_resonance",
    "listening_accuracy",
    "clarity_of_next_steps",
    "cultural_awareness",
    "action_orientation",
)
LEFT_OUT: Final = None


@dataclass(frozen=True, slots=True)
class World:
    """What requests can name: two people and their lead, a team, a customer who allows everything."""

    canaries: Canaries
    client: httpx.AsyncClient
    person_id: UUID
    team_id: UUID
    customer_id: UUID
    round_id: UUID
    """A calibration round that is scoring, in which Ann rates."""
    numbers: count[int] = field(default_factory=count)

    def fresh_ref(self) -> dict[str, str]:
        """A reference nobody had before, which is an e-mail address as so often."""
        return {
            "source": self.canaries.sing("/source"),
            "external_id": f"{self.canaries.sing('/external_id')}@x.example",
        }


async def build_world(
    client: httpx.AsyncClient, canaries: Canaries, database: Database, vault: Vault, organisation: Organisation
) -> World:
    """Fill an organisation; `client` then acts as its agent Ann."""
    place = Workplace(database, vault, organisation)
    async with database.write(organisation.context()) as tx:
        await install_built_in(tx)
    team_id = await place.add_team("support")
    await place.add_person("lead", team="support")
    person_id = await place.add_person("ann", lead="lead", team="support")
    await place.add_person("bob", lead="lead", team="support")
    customer_id = await place.add_customer("c-1", *(purpose for purpose in Purpose if purpose in CONSENTABLE))
    await place.add_interaction("i-bob", "c-1", "bob")
    round_ = NewRound(
        id=new_id(),
        external_ref=None,
        title="A round",
        rubric="empathy",
        dimensions=(),
        scale=None,
        quorum=2,
        facilitator=None,
        scoring_until=None,
        raters=(RaterName(person=person_id, label=None),),
        items=(NewItem(key="conv-1", interaction=None, text_ref=None),),
        seed=0,
    )
    async with database.write(organisation.context()) as tx:
        await open_round(tx, round_)
        await start_scoring(tx, round_.id, version=1, viewer_id=None)
    return World(canaries, client, person_id, team_id, customer_id, round_.id)


def ref(external_id: str) -> dict[str, str]:
    """A reference of the seeded world."""
    return {"source": "crm", "external_id": external_id}


@dataclass(frozen=True, slots=True)
class Made:
    """An accepted request, but for its texts: what stands for `{…}` in its path, its headers, its body."""

    body: Any
    path: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


Recipe = Callable[[World], Awaitable[Made]]
RECIPES: Final[dict[str, Recipe]] = {}


def recipe(operation: str, *more: str) -> Callable[[Recipe], Recipe]:
    """Register the recipe of one operation or several."""

    def register(made: Recipe) -> Recipe:
        RECIPES.update(dict.fromkeys((operation, *more), made))
        return made

    return register


def _customer() -> dict[str, Any]:
    return {"customer_ref": ref("c-1"), "customer_id": LEFT_OUT}


def _signal(world: World) -> dict[str, Any]:
    return _customer() | {
        "interaction_ref": LEFT_OUT,
        "external_ref": world.fresh_ref(),
        "measure": "emotion_intensity",
        "moment": "during",
        "original_value": 4,
        "scale": {"min": 1, "max": 5},
        "source": "self_report",
        "modality": "stated",
        "observed_at": NOON,
    }


@recipe("record_signal")
async def _record_signal(world: World) -> Made:
    return Made(_signal(world))


@recipe("batch_create_signals")
async def _batch_create_signals(world: World) -> Made:
    return Made({"items": [_signal(world), _signal(world)]})


async def _open_check_in(world: World) -> tuple[str, str]:
    response = await world.client.post("/v1/check-ins", json=_check_in(world))
    assert response.status_code == 201, response.text
    return response.json()["id"], response.headers["etag"]


def _check_in(world: World) -> dict[str, Any]:
    week = date(2026, 11, 2) - timedelta(weeks=next(world.numbers))
    return {"person_ref": ref("ann"), "lead_ref": LEFT_OUT, "week_of": week.isoformat()}


@recipe("open_check_in")
async def _open(world: World) -> Made:
    return Made(_check_in(world))


@recipe("edit_check_in", "submit_check_in")
async def _write(world: World) -> Made:
    check_in_id, version = await _open_check_in(world)
    return Made({}, {"check_in_id": check_in_id}, {"if-match": version})


def _escalation(world: World) -> dict[str, Any]:
    return _customer() | {
        "interaction_ref": LEFT_OUT,
        "team_ref": ref("support"),
        "external_ref": world.fresh_ref(),
        "severity": "high",
        "emotional_context": {"observed_intensity": 3},
    }


@recipe("open_escalation")
async def _open_escalation(world: World) -> Made:
    return Made(_escalation(world))


async def _hand_on(world: World) -> tuple[dict[str, str], dict[str, str]]:
    body = _escalation(world) | {"what_happened": "Charged twice."}
    body["emotional_context"] |= {"stated_emotion": "Cheated."}
    response = await world.client.post("/v1/escalations", json=body)
    assert response.status_code == 201, response.text
    return {"escalation_id": response.json()["id"]}, {"if-match": response.headers["etag"]}


@recipe("accept_escalation")
async def _accept(world: World) -> Made:
    return Made({"customer_had_to_repeat": False}, *await _hand_on(world))


@recipe("bounce_escalation")
async def _bounce(world: World) -> Made:
    return Made({"reason": "wrong_team"}, *await _hand_on(world))


@recipe("resolve_escalation")
async def _resolve(world: World) -> Made:
    path, headers = await _hand_on(world)
    response = await world.client.post(f"/v1/escalations/{path['escalation_id']}:accept", headers=headers)
    return Made({"resolution": "recovered"}, path, {"if-match": response.headers["etag"]})


def _evaluation(world: World) -> dict[str, Any]:
    return {
        "rubric_slug": "empathy",
        "interaction_ref": ref("i-bob"),
        "external_ref": world.fresh_ref(),
        "evaluator_kind": "peer",
        "scores": [{"dimension": dimension, "level": 3} for dimension in DIMENSIONS],
    }


@recipe("finish_evaluation")
async def _finish_evaluation(world: World) -> Made:
    return Made(_evaluation(world))


@recipe("batch_create_evaluations")
async def _batch_create_evaluations(world: World) -> Made:
    return Made({"items": [_evaluation(world)]})


@recipe("batch_upsert_customers")
async def _batch_upsert_customers(world: World) -> Made:
    return Made({"items": [{"external_ref": world.fresh_ref()} for _ in range(2)]})


@recipe("lookup_customer")
async def _lookup_customer(world: World) -> Made:
    known = world.fresh_ref()
    await world.client.post("/v1/customers:batchUpsert", json={"items": [{"external_ref": known}]})
    return Made({"external_ref": known})


def _by_ref(world: World) -> dict[str, str]:
    return {"source": world.canaries.sing("path"), "external_id": world.canaries.sing("path")}


@recipe("upsert_customer")
async def _upsert_customer(world: World) -> Made:
    return Made({}, _by_ref(world))


@recipe("upsert_team")
async def _upsert_team(world: World) -> Made:
    return Made({"parent_ref": LEFT_OUT}, _by_ref(world))


@recipe("batch_upsert_teams")
async def _batch_upsert_teams(world: World) -> Made:
    return Made({"items": [{"external_ref": world.fresh_ref(), "parent_ref": LEFT_OUT} for _ in range(2)]})


def _person() -> dict[str, Any]:
    # A time zone has to be one there is.
    return {"lead_ref": ref("lead"), "team_ref": ref("support"), "time_zone": "Europe/Amsterdam"}


@recipe("upsert_person")
async def _upsert_person(world: World) -> Made:
    return Made(_person(), _by_ref(world))


@recipe("batch_upsert_people")
async def _batch_upsert_people(world: World) -> Made:
    return Made({"items": [_person() | {"external_ref": world.fresh_ref()} for _ in range(2)]})


@recipe("change_person")
async def _change_person(world: World) -> Made:
    response = await world.client.get(f"/v1/people/{world.person_id}")
    return Made(
        {"time_zone": "Europe/Paris"}, {"person_id": str(world.person_id)}, {"if-match": response.headers["etag"]}
    )


@recipe("grant_consent")
async def _grant(world: World) -> Made:
    return Made({"purpose": "coaching", "method": "web_form"}, {"customer_id": str(world.customer_id)})


@recipe("refuse_consent", "withdraw_consent")
async def _refuse(world: World) -> Made:
    return Made({"purpose": "research", "method": "web_form"}, {"customer_id": str(world.customer_id)})


@recipe("batch_create_consents")
async def _batch_create_consents(world: World) -> Made:
    choice = {"purpose": "coaching", "method": "web_form", "choice": "granted"}
    return Made({"items": [_customer() | choice]})


@recipe("batch_upsert_interactions")
async def _batch_upsert_interactions(world: World) -> Made:
    item = _customer() | {
        "external_ref": world.fresh_ref(),
        "person_ref": ref("ann"),
        "team_ref": ref("support"),
        "channel": "chat",
        "started_at": NOON,
        "ended_at": LATER,
        "handle_seconds": 600,
        "turns": [{"speaker": "customer"}, {"speaker": "agent"}],
    }
    return Made({"items": [item]})


def _round(world: World) -> dict[str, Any]:
    return {
        "external_ref": world.fresh_ref(),
        "rubric_slug": LEFT_OUT,
        "scale": {"min": 1, "max": 5},
        "facilitator_ref": ref("ann"),
        "raters": [{"person_ref": LEFT_OUT}],
        "items": [{"interaction_ref": ref("i-bob")}],
    }


@recipe("open_calibration_round")
async def _open_calibration_round(world: World) -> Made:
    return Made(_round(world))


async def _draft_round(world: World) -> dict[str, str]:
    body = {"title": "A round", "rubric_slug": "empathy", "facilitator_ref": ref("ann")}
    response = await world.client.post("/v1/calibration-rounds", json=body)
    assert response.status_code == 201, response.text
    return {"round_id": response.json()["id"]}


@recipe("invite_calibration_raters")
async def _invite(world: World) -> Made:
    return Made({"raters": [{"person_ref": LEFT_OUT}]}, await _draft_round(world))


@recipe("resolve_calibration_round")
async def _resolve_round(world: World) -> Made:
    # Nothing in it is a text, so it need not be accepted: a draft refuses it by its state.
    return Made({"outcome": "agreed"}, await _draft_round(world), {"if-match": '"v1"'})


@recipe("batch_upsert_ratings")
async def _batch_upsert_ratings(world: World) -> Made:
    rating = {"item": "conv-1", "dimension": DIMENSIONS[0], "value": 3, "rater": LEFT_OUT}
    return Made({"items": [rating]}, {"round_id": str(world.round_id)})
