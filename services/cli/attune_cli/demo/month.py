"""Sends a simulated month through the API, the way a CRM and an HRIS would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from attune_cli.api_client import ApiClient, ApiRefused
from attune_cli.batches import MOST_SIGNALS, BatchSender
from attune_cli.demo.records import CheckIn, Conversation, Customer, Escalation, Evaluation, Month, Person
from attune_cli.demo.world import SOURCE
from attune_cli.failure import CommandFailed
from attune_cli.output import Steps

RUBRIC: Final = "empathy"
ASKED_BEFORE: Final = timedelta(days=45)
"""How long before the month's end the customers were asked for their consent."""


class LoadFailed(CommandFailed):
    """The API did not take what a demo should be able to send."""


@dataclass(slots=True)
class MonthLoader:
    """Loads one month. References and idempotency keys follow from the month, so a second load adds nothing."""

    client: ApiClient
    steps: Steps
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    _sender: BatchSender = field(init=False)

    def __post_init__(self) -> None:
        self._sender = BatchSender(self.client)

    def load(self, month: Month, anchor: datetime) -> dict[str, Counter[str]]:
        """Send everything, in the order in which one refers to the other; how much of what is there now."""
        asked_at = (anchor - ASKED_BEFORE).isoformat()
        self._batch(
            "Teams", "/v1/teams:batchUpsert", [{"external_ref": ref(t.ref), "name": t.name} for t in month.teams]
        )
        self._batch("People", "/v1/people:batchUpsert", [_person(person) for person in month.people])
        customers = [{"external_ref": ref(c.ref), "locale": c.locale} for c in month.customers]
        self._batch("Customers", "/v1/customers:batchUpsert", customers)
        consents = [consent for customer in month.customers for consent in _consents(customer, asked_at)]
        self._batch("Consents", "/v1/consents:batchCreate", consents)
        self.load_conversations(month.conversations)
        self._each("Check-ins", month.check_ins, self._send_check_in)
        dimensions = self._dimensions()
        evaluations = [_evaluation(evaluation, dimensions) for evaluation in month.evaluations]
        self._batch("Evaluations", "/v1/evaluations:batchCreate", evaluations)
        self._each("Escalations", month.escalations, self._send_escalation)
        return self.counts

    def load_conversations(self, conversations: Sequence[Conversation]) -> None:
        """Conversations with their turns, and what their customers stated."""
        self._batch("Conversations", "/v1/interactions:batchUpsert", [_interaction(c) for c in conversations])
        signals = [signal for conversation in conversations for signal in _signals(conversation)]
        self._batch("Signals", "/v1/signals:batchCreate", signals, most=MOST_SIGNALS)

    def _batch(self, name: str, path: str, items: Sequence[Mapping[str, Any]], *, most: int = 200) -> None:
        self.steps.begin(name, len(items))
        results = self._sender.send(path, items, most=most, on_sent=lambda count: self.steps.advance(name, count))
        counted = self.counts.setdefault(name, Counter())
        for result in results:
            # A refused signal is no failure: its customer has not agreed, and the refusal is on the audit log.
            if result.status == "failed":
                raise LoadFailed(f"{name}: the API did not take an item ({result.reason}).")
            counted[result.status] += 1

    def _each(self, name: str, items: Sequence[Any], send: Callable[[Any], str]) -> None:
        self.steps.begin(name, len(items))
        counted = self.counts.setdefault(name, Counter())
        for item in items:
            counted[send(item)] += 1
            self.steps.advance(name)

    def _send_check_in(self, check_in: CheckIn) -> str:
        name = f"demo-check-in-{check_in.person}-{check_in.week_of}"
        body = {"person_ref": ref(check_in.person), "week_of": check_in.week_of.isoformat()}
        try:
            opened = self.client.post("/v1/check-ins", body, idempotency_key=name)
        except ApiRefused as error:
            # An earlier load that was interrupted made it, longer ago than its idempotency key lives.
            if error.code == "check_in_exists":
                return "unchanged"
            raise
        if not check_in.is_submitted or opened.body["status"] != "open":
            return str(opened.body["status"])
        texts = {
            "progress": check_in.progress,
            "blockers": check_in.blockers,
            "next_targets": check_in.next_targets,
        }
        path = f"/v1/check-ins/{opened.body['id']}:submit"
        submitted = self.client.post(path, texts, idempotency_key=f"{name}-submit", if_match=opened.etag)
        return str(submitted.body["status"])

    def _send_escalation(self, escalation: Escalation) -> str:
        name = f"demo-{escalation.ref}"
        try:
            offered = self.client.post("/v1/escalations", _escalation(escalation), idempotency_key=name)
        except ApiRefused as error:
            if error.code == "escalation_reference_taken":
                return "unchanged"
            raise
        state = offered
        for verb, body in _verbs(escalation):
            if state.body["status"] not in ("offered", "accepted"):
                break
            if verb == "accept" and state.body["status"] == "accepted":
                continue
            path = f"/v1/escalations/{state.body['id']}:{verb}"
            state = self.client.post(path, body, idempotency_key=f"{name}-{verb}", if_match=state.etag)
        return str(state.body["status"])

    def _dimensions(self) -> list[str]:
        """The keys of the published empathy rubric's dimensions."""
        for rubric in self.client.get("/v1/rubrics").data:
            if rubric["slug"] == RUBRIC:
                full = self.client.get(f"/v1/rubrics/{rubric['id']}").body
                return [dimension["key"] for dimension in full["dimensions"]]
        raise LoadFailed(f"The organisation has no rubric {RUBRIC}.")


def ref(external_id: str) -> dict[str, str]:
    """A reference of the demo's."""
    return {"source": SOURCE, "external_id": external_id}


def _person(person: Person) -> dict[str, Any]:
    return {
        "external_ref": ref(person.ref),
        "display_name": person.name,
        "roles": [person.role],
        "started_on": person.started_on.isoformat(),
        **({"team_ref": ref(person.team)} if person.team else {}),
        **({"lead_ref": ref(person.lead)} if person.lead else {}),
    }


def _consents(customer: Customer, asked_at: str) -> Iterator[dict[str, Any]]:
    for purpose, choice in customer.choices:
        yield {
            "customer_ref": ref(customer.ref),
            "purpose": purpose,
            "choice": choice,
            "method": "web_form",
            "effective_at": asked_at,
            "evidence": "Consent form at registration",
        }


def _interaction(conversation: Conversation) -> dict[str, Any]:
    return {
        "external_ref": ref(conversation.ref),
        "customer_ref": ref(conversation.customer),
        "person_ref": ref(conversation.person),
        "team_ref": ref(conversation.team),
        "channel": conversation.channel,
        "queue": conversation.queue,
        "started_at": conversation.started_at.isoformat(),
        "ended_at": conversation.ended_at.isoformat(),
        "handle_seconds": conversation.handle_seconds,
        "turns": [{"speaker": speaker, "text": text} for speaker, text in conversation.turns],
    }


def _signals(conversation: Conversation) -> Iterator[dict[str, Any]]:
    stated = (
        ("before", conversation.before, conversation.started_at),
        ("after", conversation.after, conversation.ended_at),
    )
    for moment, value, at in stated:
        if value is not None:
            yield {
                "external_ref": ref(f"{conversation.ref}.{moment}"),
                "customer_ref": ref(conversation.customer),
                "interaction_ref": ref(conversation.ref),
                "measure": "emotion_intensity",
                "moment": moment,
                "original_value": value,
                "scale": {"min": 1, "max": 5},
                "source": "self_report",
                "modality": "stated",
                "observed_at": at.isoformat(),
            }


def _evaluation(evaluation: Evaluation, dimensions: Sequence[str]) -> dict[str, Any]:
    return {
        "external_ref": ref(evaluation.ref),
        "rubric_slug": RUBRIC,
        "interaction_ref": ref(evaluation.conversation),
        "evaluator_kind": "lead",
        "scores": [
            {"dimension": dimension, "level": level}
            for dimension, level in zip(dimensions, evaluation.levels, strict=True)
        ],
        "evaluated_at": evaluation.evaluated_at.isoformat(),
    }


def _escalation(escalation: Escalation) -> dict[str, Any]:
    return {
        "external_ref": ref(escalation.ref),
        "customer_ref": ref(escalation.customer),
        "interaction_ref": ref(escalation.conversation),
        "team_ref": ref(escalation.team),
        "severity": escalation.severity,
        "what_happened": escalation.what_happened,
        "promises_made": escalation.promises_made,
        "next_step": escalation.next_step,
        "emotional_context": {
            "stated_emotion": escalation.stated_emotion,
            "observed_intensity": escalation.intensity,
            "triggers": escalation.triggers,
            "what_helped": escalation.what_helped,
            "what_to_avoid": escalation.what_to_avoid,
        },
    }


def _verbs(escalation: Escalation) -> list[tuple[str, dict[str, Any]]]:
    """What happens to an escalation, one verb after the other."""
    match escalation.ends.split("_", 1):
        case ["bounced"]:
            return [("bounce", {"reason": "no_capacity"})]
        case ["accepted"]:
            return [("accept", {"customer_had_to_repeat": False})]
        case ["resolved", resolution]:
            repeated = resolution == "unrecovered"
            return [
                ("accept", {"customer_had_to_repeat": repeated}),
                ("resolve", {"resolution": resolution, "customer_had_to_repeat": repeated}),
            ]
        case _:
            return []
