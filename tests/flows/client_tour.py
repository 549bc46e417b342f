"""The demo's tour, taken by the generated Python client: a small contact centre, loaded and looked at through it alone."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

CLIENT: Final = Path(__file__).parent.parent.parent / "libs" / "client-python"
SOURCE: Final = "crm"
TALK: Final = timedelta(minutes=30)
AGENTS: Final = 5
HARD_SHIFT: Final = 8
PATIENCE_SECONDS: Final = 60.0


def ref(external_id: str) -> dict[str, str]:
    """A reference of the integration's."""
    return {"source": SOURCE, "external_id": external_id}


def name_of(item: dict[str, Any]) -> str:
    """What a sent item is called in a reference."""
    name: str = item["external_ref"]["external_id"]
    return name


def lately() -> datetime:
    """When the conversations end: a minute ago, or before midnight where they would reach into another month."""
    ended = datetime.now(UTC) - timedelta(minutes=1)
    if (ended - TALK).month != ended.month:
        ended = ended.replace(day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(seconds=1)
    return ended


class Caller:
    """Calls operations of the client by their ids, and hands back what it made of the answers."""

    def __init__(self, url: str, key: str) -> None:
        if str(CLIENT) not in sys.path:
            sys.path.append(str(CLIENT))
        package = importlib.import_module("attune_client")
        self._client = package.AuthenticatedClient(base_url=url, token=key, raise_on_unexpected_status=True)
        self._models = importlib.import_module("attune_client.models")
        api = importlib.import_module("attune_client.api")
        self._operations = {
            found.name.rpartition(".")[2]: found.name
            for found in pkgutil.walk_packages(api.__path__, "attune_client.api.")
        }

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(self, *ended: object) -> None:
        self._client.__exit__(*ended)

    def answer(self, operation: str, *path: Any, **arguments: Any) -> Any:
        """Status, headers and the parsed answer."""
        return importlib.import_module(self._operations[operation]).sync_detailed(
            *path, client=self._client, **arguments
        )

    def __call__(self, operation: str, *path: Any, **arguments: Any) -> Any:
        """The parsed answer of an operation that has to succeed."""
        answer = self.answer(operation, *path, **arguments)
        assert answer.status_code < 300, (operation, answer.parsed)
        return answer.parsed

    def send(self, operation: str, model: str, **content: Any) -> Any:
        """Send a body, made by its model."""
        return self(operation, body=getattr(self._models, model).from_dict(content))

    def send_all(self, operation: str, model: str, items: list[dict[str, Any]]) -> list[Any]:
        """Send a batch; every item has to be taken."""
        results: list[Any] = self.send(operation, model, items=items).results
        assert {result.status for result in results} == {"created"}, [result.problem for result in results]
        return results

    def until(self, holds: Callable[[Any], bool], operation: str, *path: Any, **arguments: Any) -> Any:
        """The answer of an operation, once it is as wished: the worker derives it a moment later."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not holds(answer := self(operation, *path, **arguments)):
            assert time.monotonic() < deadline, answer
            time.sleep(0.05)  # between two looks at the condition
        return answer


def load(call: Caller, ended: datetime) -> dict[str, UUID]:
    """Two teams, six people, six customers of whom one was never asked, and a morning; the ids by reference."""
    teams: list[dict[str, Any]] = [{"external_ref": ref(team), "name": team.title()} for team in ("claims", "night")]
    people: list[dict[str, Any]] = [
        {"external_ref": ref(f"agent-{n}"), "display_name": f"Agent {n}", "team_ref": ref("claims"), "roles": ["agent"]}
        for n in range(AGENTS)
    ] + [{"external_ref": ref("alone"), "display_name": "Alone", "team_ref": ref("night"), "roles": ["agent"]}]
    customers: list[dict[str, Any]] = [
        {"external_ref": ref(name)} for name in [*(f"customer-{n}" for n in range(AGENTS)), "never-asked"]
    ]
    ids: dict[str, UUID] = {}
    batches: tuple[tuple[str, str, list[dict[str, Any]]], ...] = (
        ("batch_upsert_teams", "TeamsBatch", teams),
        ("batch_upsert_people", "PeopleBatch", people),
        ("batch_upsert_customers", "CustomersBatch", customers),
    )
    for operation, model, items in batches:
        made = call.send_all(operation, model, items)
        ids |= {name_of(item): result.id for item, result in zip(items, made, strict=True)}
    consents = [
        {
            "customer_ref": ref(f"customer-{n}"),
            "purpose": purpose,
            "choice": "granted",
            "method": "web_form",
            "effective_at": (ended - timedelta(days=1)).isoformat(),
        }
        for n in range(AGENTS)
        for purpose in ("service_contact", "insights")
    ]
    call.send_all("batch_create_consents", "ConsentsBatch", consents)
    talks = [conversation(n, n, ended) for n in range(AGENTS)]
    talks += [conversation(AGENTS + n, 0, ended) for n in range(HARD_SHIFT)]
    call.send_all("batch_upsert_interactions", "InteractionsBatch", talks)
    call.send_all("batch_create_signals", "SignalsBatch", [s for n in range(AGENTS) for s in stated(n, ended)])
    return ids


def conversation(n: int, agent: int, ended: datetime) -> dict[str, Any]:
    """Half an hour with a customer."""
    return {
        "external_ref": ref(f"call-{n}"),
        "customer_ref": ref(f"customer-{n % AGENTS}"),
        "person_ref": ref(f"agent-{agent}"),
        "channel": "phone",
        "started_at": (ended - TALK).isoformat(),
        "ended_at": ended.isoformat(),
        "handle_seconds": int(TALK.total_seconds()),
    }


def stated(n: int, ended: datetime) -> list[dict[str, Any]]:
    """What a customer said of their distress, on 1 to 5: five before, three after."""
    return [
        {
            "external_ref": ref(f"call-{n}.{moment}"),
            "customer_ref": ref(f"customer-{n}"),
            "interaction_ref": ref(f"call-{n}"),
            "measure": "emotion_intensity",
            "moment": moment,
            "original_value": value,
            "scale": {"min": 1, "max": 5},
            "source": "self_report",
            "modality": "stated",
            "observed_at": ended.isoformat(),
        }
        for moment, value in (("before", 5), ("after", 3))
    ]


def escalation(customer: str) -> dict[str, Any]:
    """A conversation handed over with how the customer feels."""
    return {
        "external_ref": ref("escalation-1"),
        "customer_ref": ref(customer),
        "team_ref": ref("claims"),
        "severity": "high",
        "what_happened": "Refund promised twice and not paid.",
        "emotional_context": {
            "stated_emotion": "helplessness",
            "observed_intensity": 4,
            "what_helped": "An honest apology.",
        },
    }
