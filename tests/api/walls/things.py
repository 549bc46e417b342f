"""An organisation with everything in it that a request can name, made through the API, with a mark in every free text."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Self
from uuid import UUID

import httpx2 as httpx
from fastapi import FastAPI

from attune.kernel.db import Database
from attune.kernel.ids import new_id
from attune.organisations.service import add_identity_provider
from attune.rubrics.service import install_built_in
from tests.api.conftest import MakeKey, client_of
from tests.api.identity import ISSUER
from tests.api.walls.rounds import ADD, add_draft
from tests.conftest import Organisation
from tests.worker.conftest import drain_all

Reference = dict[str, str]

SPARE: Final = 48
"""References that may be used up: whoever names one where things are made has a thing of that name from then on."""

PURPOSES: Final = ("service_contact", "quality_review", "coaching", "insights")
DIMENSIONS: Final = (
    "emotional_resonance",
    "listening_accuracy",
    "clarity_of_next_steps",
    "cultural_awareness",
    "action_orientation",
)
SCORES: Final = [{"dimension": dimension, "level": 3, "original": None} for dimension in DIMENSIONS]
STARTED, ENDED = "2026-11-22T09:00:00Z", "2026-11-22T09:10:00Z"
OBSERVED: Final = "2026-11-22T09:05:00Z"


def new_identity() -> dict[str, str]:
    """Somebody at the identity provider whom nobody knows."""
    return {"issuer": ISSUER, "subject": f"s-{secrets.token_hex(8)}"}


def new_reference() -> Reference:
    """A reference that nobody has; all are of one length."""
    return {"source": "crm", "external_id": f"x-{secrets.token_hex(8)}"}


@dataclass
class Things:
    """One organisation, who calls for it, and what there is to name."""

    organisation: Organisation
    key: httpx.AsyncClient
    """An integration, which acts for nobody."""
    mark: str = field(default_factory=lambda: f"mark-{secrets.token_hex(8)}")
    ids: dict[str, UUID] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    spare: dict[str, deque[Reference]] = field(default_factory=dict)
    """References of things of each kind that are used up one by one."""
    slugs: dict[str, str] = field(default_factory=dict)
    identities: deque[dict[str, str]] = field(default_factory=deque)
    """Of its people at an identity provider, likewise used up one by one."""
    person: httpx.AsyncClient = field(init=False)
    """A person of it who leads others and has every scope."""
    _week: date = date(2024, 1, 1)

    @classmethod
    async def furnish(
        cls,
        app: FastAPI,
        organisation: Organisation,
        make_key: MakeKey,
        migrator: Database,
        worker: Database,
        closing: AsyncExitStack,
    ) -> Self:
        """Make everything. The clients are closed by `closing`."""
        made_key = await make_key(organisation)
        made = cls(organisation, await closing.enter_async_context(client_of(app, made_key.secret)))
        made.ids |= {"organisation": organisation.tenant_id, "api_key": made_key.stored.id}
        await made._add_people()
        leading = await make_key(organisation, person_id=made.ids["lead"])
        made.person = await closing.enter_async_context(client_of(app, leading.secret))
        await made._add_rubrics(migrator)
        await made._add_customers()
        await made._add_judgements()
        await made._add_rounds()
        await drain_all(worker)
        entry = (await made.key.get("/v1/audit/entries", params={"limit": 1})).json()["data"][0]
        made.ids["audit_entry"] = UUID(entry["event_id"])
        return made

    async def post(self, path: str, body: Any, client: httpx.AsyncClient | None = None, **headers: str) -> Any:
        """A request that has to succeed; its answer."""
        response = await (client or self.key).post(path, json=body, headers=headers)
        assert response.is_success, f"{path}: {response.text}"
        return response.json()

    def text(self, what: str = "said") -> str:
        """A free text that can be recognised anywhere."""
        return f"{what} {self.mark}"

    def next_week(self) -> str:
        """A Monday for which nobody has a check-in."""
        self._week += timedelta(weeks=1)
        return self._week.isoformat()

    async def add_customer(self, reference: Reference | None = None) -> UUID:
        """One more customer, who allows everything."""
        reference = reference or new_reference()
        (customer_id,) = await self._batch("customers:batchUpsert", [{"external_ref": reference, "locale": "nl"}])
        choices = [
            {
                "customer_id": str(customer_id),
                "purpose": purpose,
                "method": "web_form",
                "choice": "granted",
                "evidence": self.text("agreed"),
            }
            for purpose in PURPOSES
        ]
        (self.ids["consent_record"], *_) = await self._batch("consents:batchCreate", choices)
        return customer_id

    async def add_check_in(self) -> UUID:
        """One more check-in, with everything written that it needs to be submitted."""
        opened = await self.post(
            "/v1/check-ins",
            {"person_id": str(self.ids["person"]), "lead_id": str(self.ids["lead"]), "week_of": self.next_week()},
        )
        texts = {"progress": self.text(), "blockers": "none", "next_targets": self.text("next")}
        written = await self.person.patch(f"/v1/check-ins/{opened['id']}", json=texts, headers={"if-match": '"v1"'})
        assert written.is_success, written.text
        return UUID(opened["id"])

    async def add_escalation(self, reference: Reference | None = None) -> UUID:
        """One more escalation, offered to the team."""
        body = {
            "customer_id": str(self.ids["customer"]),
            "interaction_id": str(self.ids["interaction"]),
            "team_id": str(self.ids["team"]),
            "external_ref": reference,
            "severity": "high",
            "what_happened": self.text("charged twice"),
            "emotional_context": {"stated_emotion": self.text("cheated"), "observed_intensity": 3},
        }
        return UUID((await self.post("/v1/escalations", body))["id"])

    async def add_accepted_escalation(self) -> UUID:
        """One more escalation, accepted by the person who leads."""
        escalation_id = await self.add_escalation()
        await self.post(f"/v1/escalations/{escalation_id}:accept", None, self.person, **{"if-match": '"v1"'})
        return escalation_id

    async def _batch(self, path: str, items: list[dict[str, Any]]) -> list[UUID]:
        results = (await self.post(f"/v1/{path}", {"items": items, "atomic": True}))["results"]
        return [UUID(result["id"]) for result in results]

    async def _fill(self, kind: str, path: str, items: Iterable[dict[str, Any]]) -> list[UUID]:
        """Make things of a kind, each with a reference; the first is the one usually named, the rest are spare."""
        named = [{"external_ref": new_reference()} | item for item in items]
        made = await self._batch(path, named)
        self.ids[kind] = made[0]
        references = [item["external_ref"] for item in named]
        self.references[kind], self.spare[kind] = references[0], deque(references[2:])
        return made

    async def _add_people(self) -> None:
        teams = [{"name": self.text(f"team {number}")} for number in range(SPARE)]
        (_, self.ids["parent_team"], *_) = made = await self._fill("team", "teams:batchUpsert", teams)
        parent = await self.key.get(f"/v1/teams/{made[1]}")
        self.references["parent_team"] = parent.json()["external_ref"]
        self.references["lead"] = lead = new_reference()
        (self.ids["lead"],) = await self._batch(
            "people:batchUpsert", [{"external_ref": lead, "display_name": self.text("lead")}]
        )
        self.identities = deque(new_identity() for _ in range(SPARE))
        people = [
            {
                "display_name": self.text("person"),
                "lead_ref": lead,
                "team_ref": self.references["team"],
                "identity": identity,
            }
            for identity in self.identities
        ]
        await self._fill("person", "people:batchUpsert", people)

    async def _add_rubrics(self, migrator: Database) -> None:
        """The rubrics that everybody has, and one that only this organisation has."""
        async with migrator.write(self.organisation.context()) as tx:
            await install_built_in(tx)
            rubric_id, version_id, slug = new_id(), new_id(), f"own-{secrets.token_hex(8)}"
            await tx.execute(
                "INSERT INTO rubric (tenant_id, id, slug, is_built_in) VALUES ($1, $2, $3, false)",
                tx.tenant_id,
                rubric_id,
                slug,
            )
            await tx.execute(
                "INSERT INTO rubric_version (tenant_id, id, rubric_id, number, status, title, dimensions, published_at)"
                " SELECT v.tenant_id, $2, $3, 1, v.status, $4, v.dimensions, v.published_at FROM rubric_version v"
                " JOIN rubric r ON r.tenant_id = v.tenant_id AND r.id = v.rubric_id"
                " WHERE v.tenant_id = $1 AND r.slug = 'empathy'",
                tx.tenant_id,
                version_id,
                rubric_id,
                self.text("rubric"),
            )
            provider = await add_identity_provider(
                tx, issuer=ISSUER, audience=f"walls-{self.mark}", jwks_uri="https://idp.example/keys"
            )
        self.slugs["rubric"] = slug
        self.ids |= {"rubric": rubric_id, "rubric_version": version_id, "identity_provider": provider.id}

    async def _add_customers(self) -> None:
        await self._fill("customer", "customers:batchUpsert", ({} for _ in range(SPARE)))
        self.references["customer"] = new_reference()
        self.ids["customer"] = await self.add_customer(self.references["customer"])
        named = {"customer_id": str(self.ids["customer"])}
        talk = {
            "person_id": str(self.ids["person"]),
            "team_id": str(self.ids["team"]),
            "channel": "chat",
            "queue": self.mark,
            "started_at": STARTED,
            "ended_at": ENDED,
            "handle_seconds": 600,
        }
        turns = [{"speaker": "customer", "text": self.text()}]
        talks = [named | talk | ({"turns": turns} if number == 0 else {}) for number in range(SPARE)]
        await self._fill("interaction", "interactions:batchUpsert", talks)
        felt = {
            "interaction_id": str(self.ids["interaction"]),
            "measure": "emotion_intensity",
            "moment": "during",
            "original_value": 4,
            "scale": {"min": 1, "max": 5},
            "note": self.text("felt"),
            "source": "self_report",
            "modality": "stated",
            "observed_at": OBSERVED,
        }
        await self._fill("signal", "signals:batchCreate", (named | felt for _ in range(SPARE)))

    async def _add_judgements(self) -> None:
        judged = {
            "rubric_version_id": str(self.ids["rubric_version"]),
            "interaction_id": str(self.ids["interaction"]),
            "evaluator_kind": "peer",
            "scores": SCORES,
            "note": self.text("judged"),
        }
        await self._fill("evaluation", "evaluations:batchCreate", (judged for _ in range(SPARE)))
        self.spare["escalation"] = deque(new_reference() for _ in range(SPARE))
        for reference in self.spare["escalation"]:
            self.ids["escalation"] = await self.add_escalation(reference)
        self.references["escalation"] = self.spare["escalation"].pop()
        self.ids["accepted_escalation"] = await self.add_accepted_escalation()
        for _ in range(2):
            self.ids["check_in"] = await self.add_check_in()

    async def _add_rounds(self) -> None:
        self.spare["calibration_round"] = deque(new_reference() for _ in range(SPARE))
        for reference in self.spare["calibration_round"]:
            await add_draft(self, external_ref=reference)
        self.references["calibration_round"] = self.spare["calibration_round"].pop()
        for state, add in ADD.items():
            self.ids[state] = await add(self)
        self.ids["calibration_round"] = await ADD["rated_round"](self)
