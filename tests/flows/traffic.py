"""Callers who do not know that anything is being changed: reads and writes of every hot operation, and every answer kept."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from tests.flows import client_tour as tour

CALLERS = 3
MOST_REQUESTS = 20_000

Operation = Callable[[httpx.Client, int], httpx.Response]


@dataclass
class Traffic:
    """What was asked and answered. A 5xx, a refusal and an answer that never came are failures alike."""

    answered: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    _moved: threading.Condition = field(default_factory=threading.Condition)

    @property
    def requests(self) -> int:
        """How many came to an end so far."""
        return sum(self.answered.values()) + len(self.failures)

    def least_of(self, operations: list[str]) -> int:
        """How often the rarest of the operations succeeded."""
        return min(self.answered[name] for name in operations)

    def note(self, name: str, response: httpx.Response | None, error: str = "") -> None:
        """One more."""
        with self._moved:
            if response is None:
                self.failures.append(f"{name}: {error}")
            elif response.status_code < 300:
                self.answered[name] += 1
            else:
                self.failures.append(f"{name}: {response.status_code} {response.text[:200]}")
            self._moved.notify_all()

    def wait_for(self, more: int, seconds: float = 60) -> None:
        """Return once so many more requests came to an end."""
        target = self.requests + more
        with self._moved:
            assert self._moved.wait_for(lambda: self.requests >= target, seconds), f"only {self.requests} requests"


@contextmanager
def traffic(url: str, key: str, operations: dict[str, Operation]) -> Iterator[Traffic]:
    """Callers at work while the block runs; each goes through all operations again and again."""
    seen, stopping, numbers = Traffic(), threading.Event(), itertools.count()

    def call() -> None:
        with httpx.Client(
            base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=30, trust_env=False
        ) as client:
            for name, operation in itertools.cycle(list(operations.items())):
                if stopping.is_set() or seen.requests >= MOST_REQUESTS:
                    return
                try:
                    seen.note(name, operation(client, next(numbers)))
                except httpx.HTTPError as error:
                    seen.note(name, None, type(error).__name__)

    with ThreadPoolExecutor(CALLERS) as threads:
        callers = [threads.submit(call) for _ in range(CALLERS)]
        try:
            yield seen
        finally:
            stopping.set()
            for caller in callers:
                caller.result()


def hot_operations(ids: dict[str, UUID], escalation_id: UUID, ended: datetime) -> dict[str, Operation]:
    """What a contact centre does all day, against what `client_tour.load` brought in."""
    month = f"{ended:%Y-%m}"
    purpose = {"attune-purpose": "service_contact"}

    def post(path: str, body: Callable[[int], dict[str, Any]]) -> Operation:
        return lambda client, n: client.post(path, json=body(n))

    def get(path: str, headers: dict[str, str] | None = None, **query: str) -> Operation:
        return lambda client, _: client.get(path, headers=headers, params=query)

    def signal(n: int) -> dict[str, Any]:
        return tour.stated(n % tour.AGENTS, ended)[0] | {"external_ref": tour.ref(f"traffic-{n}")}

    def talk(n: int) -> dict[str, Any]:
        return {
            "items": [tour.conversation(n % tour.AGENTS, n % tour.AGENTS, ended) | {"external_ref": tour.ref(f"t-{n}")}]
        }

    def consent(n: int) -> dict[str, Any]:
        return {
            "items": [
                {
                    "customer_ref": tour.ref(f"customer-{n % tour.AGENTS}"),
                    "purpose": "coaching",
                    "choice": "granted",
                    "method": "web_form",
                }
            ]
        }

    return {
        "record_signal": post("/v1/signals", signal),
        "list_signals_by_ref": get(f"/v1/customers/by-ref/{tour.SOURCE}/customer-1/signals", purpose, limit="10"),
        "upsert_customer": lambda client, n: client.put(
            f"/v1/customers/by-ref/{tour.SOURCE}/new-{n}", json={"locale": "nl"}
        ),
        "get_customer": get(f"/v1/customers/{ids['customer-1']}"),
        "batch_create_consents": post("/v1/consents:batchCreate", consent),
        "batch_upsert_interactions": post("/v1/interactions:batchUpsert", talk),
        "open_escalation": post(
            "/v1/escalations", lambda n: tour.escalation("customer-1") | {"external_ref": tour.ref(f"e-{n}")}
        ),
        "get_escalation": get(f"/v1/escalations/{escalation_id}", purpose),
        "get_team_dashboard": get(f"/v1/teams/{ids['claims']}/dashboard", month=month),
        "search_audit_entries": get("/v1/audit/entries", limit="10"),
        "get_me": get("/v1/me"),
    }
