"""Sends conversations to the API: their people, customers, consents, turns, signals and scores, in that order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from attune_cli.api_client import ApiClient
from attune_cli.batches import MOST_SIGNALS, BatchSender, ItemResult, in_batches
from attune_cli.importing.records import BadRecord, Conversation, Scale
from attune_cli.importing.summary import Summary

AT_ONCE: Final = 100
RUBRIC: Final = "customer-survey"
DIMENSIONS: Final = ("empathy", "relevance")
LONGEST_REFERENCE: Final = 128


@dataclass(frozen=True, slots=True)
class Attestation:
    """The operator's word that these customers agreed to these purposes, and what it rests on."""

    evidence: str
    purposes: tuple[str, ...]


@dataclass(slots=True)
class ConversationLoader:
    """Loads one file. References are unique within `source`, so a rerun meets what an earlier run made."""

    client: ApiClient
    source: str
    attestation: Attestation | None = None
    summary: Summary = field(default_factory=Summary)
    _sender: BatchSender = field(init=False)
    _people: dict[str, str | None] = field(default_factory=dict)
    """The people already sent: None, or why they could not be stored."""
    _teams: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._sender = BatchSender(self.client)

    def load(
        self, records: Iterable[Conversation | BadRecord], on_progress: Callable[[int], None] = lambda count: None
    ) -> Summary:
        """Load all records, and count what became of them. Raises what `ApiClient` raises."""
        for chunk in in_batches(iter(records), AT_ONCE):
            usable = []
            for record in chunk:
                self.summary.records += 1
                if isinstance(record, BadRecord):
                    self.summary.bad_records.append(record)
                else:
                    self.summary.dropped_fields.update(record.dropped)
                    usable.append(record)
            self._load_chunk(usable)
            on_progress(len(chunk))
        return self.summary

    def _load_chunk(self, conversations: Sequence[Conversation]) -> None:
        self._send_people(conversations)
        placed = [c for c in conversations if self._people_allow(c)]
        known = self._send_customers(placed)
        stored = self._send_interactions([c for c in placed if c.customer in known])
        self._send_signals(stored)
        self._send_evaluations(stored)

    def _send_people(self, conversations: Sequence[Conversation]) -> None:
        """Teams and people that this run has not sent yet."""
        teams = {c.team: c.team_name for c in conversations if c.team not in self._teams}
        self._teams |= teams.keys()
        items = [{"external_ref": self._ref(team), "name": name} for team, name in teams.items()]
        self._count("teams", self._sender.send("/v1/teams:batchUpsert", items))
        new = [c for c in conversations if c.agent not in self._people]
        people = {
            c.agent: {
                "external_ref": self._ref(c.agent),
                "display_name": c.agent_name,
                "team_ref": self._ref(c.team),
            }
            for c in new
        }
        results = self._sender.send("/v1/people:batchUpsert", list(people.values()))
        self._count("people", results)
        self._people |= {agent: r.reason for agent, r in zip(people, results, strict=True)}

    def _people_allow(self, conversation: Conversation) -> bool:
        reason = self._people[conversation.agent]
        if reason is not None:
            self.summary.leave_out(conversation.index, f"its agent could not be stored ({reason})")
        return reason is None

    def _send_customers(self, conversations: Sequence[Conversation]) -> set[str]:
        """The customers that are stored now, with what the operator attests for them."""
        customers = {
            c.customer: {"external_ref": self._ref(c.customer), **_given(locale=c.locale)} for c in conversations
        }
        results = dict(
            zip(customers, self._sender.send("/v1/customers:batchUpsert", list(customers.values())), strict=True)
        )
        self._count("customers", list(results.values()))
        for conversation in conversations:
            result = results[conversation.customer]
            if not result.is_stored:
                self.summary.leave_out(conversation.index, f"its customer could not be stored ({result.reason})")
        if self.attestation is not None:
            self._attest({customer: r for customer, r in results.items() if r.is_stored}, self.attestation)
        return {customer for customer, result in results.items() if result.is_stored}

    def _attest(self, customers: dict[str, ItemResult], attestation: Attestation) -> None:
        """Record the attested consents of customers who have not been asked. What a customer chose stands."""
        items = []
        for customer, result in customers.items():
            asked = set() if result.status == "created" else self._asked(result.answer["id"])
            self.summary.count("consents", "kept", len(asked & set(attestation.purposes)))
            items += [
                {
                    "customer_ref": self._ref(customer),
                    "purpose": purpose,
                    "choice": "granted",
                    "method": "operator_attested",
                    "evidence": attestation.evidence,
                }
                for purpose in attestation.purposes
                if purpose not in asked
            ]
        self._count("consents", self._sender.send("/v1/consents:batchCreate", items))

    def _asked(self, customer_id: str) -> set[str]:
        """The purposes a customer has made a choice about."""
        state = self.client.get(f"/v1/customers/{customer_id}/consents").body
        return {entry["purpose"] for entry in state["purposes"] if entry["reason"] != "never_asked"}

    def _send_interactions(self, conversations: Sequence[Conversation]) -> list[Conversation]:
        """The conversations that are stored now."""
        results = self._sender.send("/v1/interactions:batchUpsert", [self._interaction(c) for c in conversations])
        self._count("interactions", results)
        stored = []
        for conversation, result in zip(conversations, results, strict=True):
            if result.is_stored:
                stored.append(conversation)
                self.summary.texts_kept += result.answer.get("texts_kept") or 0
                self.summary.texts_dropped += result.answer.get("texts_dropped") or 0
            else:
                self.summary.leave_out(conversation.index, result.reason or result.status)
        return stored

    def _interaction(self, conversation: Conversation) -> dict[str, Any]:
        return {
            "external_ref": self._ref(conversation.reference),
            "customer_ref": self._ref(conversation.customer),
            "person_ref": self._ref(conversation.agent),
            "team_ref": self._ref(conversation.team),
            "channel": conversation.channel,
            "started_at": _time(conversation.started_at),
            "ended_at": _time(conversation.ended_at),
            "handle_seconds": round((conversation.ended_at - conversation.started_at).total_seconds()),
            "turns": [
                {"speaker": turn.speaker, **_given(text=turn.text or None, spoken_at=_time(turn.spoken_at))}
                for turn in conversation.turns
            ],
            **_given(queue=conversation.queue, locale=conversation.locale),
        }

    def _send_signals(self, conversations: Sequence[Conversation]) -> None:
        """Every signal is sent: without a consent the API refuses it, and the refusal is on the record."""
        of = [(c, signal) for c in conversations for signal in c.signals]
        items = [
            {
                "external_ref": self._ref(_part(c.reference, signal.key)),
                "customer_ref": self._ref(c.customer),
                "interaction_ref": self._ref(c.reference),
                "measure": signal.measure,
                "moment": signal.moment,
                "original_value": signal.value,
                "scale": _scale(signal.scale),
                "source": signal.source,
                "modality": signal.modality,
                "observed_at": _time(signal.observed_at),
                **_given(turn_position=signal.turn, tags=list(signal.tags) or None),
            }
            for c, signal in of
        ]
        results = self._sender.send("/v1/signals:batchCreate", items, most=MOST_SIGNALS)
        self._count("signals", results)
        self._note("a signal", [c for c, _ in of], results)

    def _send_evaluations(self, conversations: Sequence[Conversation]) -> None:
        scored = [c for c in conversations if c.scores]
        items = [
            {
                "external_ref": self._ref(_part(c.reference, "survey")),
                "rubric_slug": RUBRIC,
                "interaction_ref": self._ref(c.reference),
                "evaluator_kind": "client",
                "scores": _scores(c),
                "evaluated_at": _time(c.ended_at),
            }
            for c in scored
        ]
        results = self._sender.send("/v1/evaluations:batchCreate", items)
        self._count("evaluations", results)
        self._note("its evaluation", scored, results)

    def _note(self, what: str, conversations: Sequence[Conversation], results: Sequence[ItemResult]) -> None:
        for conversation, result in zip(conversations, results, strict=True):
            if result.status == "failed":
                self.summary.notes.append(BadRecord(conversation.index, f"{what} did not go in ({result.reason})"))

    def _count(self, kind: str, results: Sequence[ItemResult]) -> None:
        for result in results:
            self.summary.count(kind, result.status)

    def _ref(self, external_id: str) -> dict[str, str]:
        return {"source": self.source, "external_id": external_id}


def _scores(conversation: Conversation) -> list[dict[str, Any]]:
    """A rating for every dimension of the rubric: one the customer did not give has no level."""
    rated = {score.dimension: score for score in conversation.scores}
    return [
        {"dimension": dimension, "level": None}
        if (score := rated.get(dimension)) is None
        else {
            "dimension": dimension,
            "level": score.level,
            "original": {"value": score.value, "scale": _scale(score.scale)},
        }
        for dimension in dict.fromkeys((*DIMENSIONS, *rated))
    ]


def _part(reference: str, key: str) -> str:
    """The reference of a part of a conversation; where that would be too long, a digest of it."""
    whole = f"{reference}.{key}"
    return whole if len(whole) <= LONGEST_REFERENCE else hashlib.sha256(whole.encode()).hexdigest()


def _given(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _scale(scale: Scale) -> dict[str, float]:
    return {"min": scale.min, "max": scale.max}
