"""A state machine that does anything in any order, and compares each answer with what the plain model says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import httpx2 as httpx
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule

from tests.model.desk import Desk
from tests.model.plain import PURPOSES, STEPS, CheckIn, Customer, Escalation

MINIMUM_GROUP = 5
STAFF = 7
MONTH = "2026-11"
DIMENSIONS = (
    "emotional_resonance",
    "listening_accuracy",
    "clarity_of_next_steps",
    "cultural_awareness",
    "action_orientation",
)
VERBS = {"grant": "granted", "refuse": "refused", "withdraw": "withdrawn"}
PARTS = ("progress", "blockers", "next_targets")


def ref(external_id: str) -> dict[str, str]:
    """A reference."""
    return {"source": "crm", "external_id": external_id}


class Organisation(RuleBasedStateMachine):
    """One organisation's life. A subclass gives it a desk, and says how a customer is remembered."""

    desk: Desk
    remembers: type[Customer] = Customer

    customers = Bundle("customers")

    @initialize(target=customers)
    def open(self) -> Any:
        """An organisation, a team, people; Ann is the one who signs in."""
        organisation = self.desk.new_organisation()
        self.key = self.desk.key_of(organisation)
        self.book: dict[str, Customer] = {}
        self.talks: dict[str, int] = {}
        self.check_ins: dict[str, CheckIn] = {}
        self.escalations: list[Escalation] = []
        self.team_id = self.ask("PUT", "/v1/teams/by-ref/crm/care", {"name": "Care"}, expect=201).json()["id"]
        items = [
            {"external_ref": ref(f"p-{n}"), "display_name": f"Person {n}", "team_ref": ref("care")}
            | ({"lead_ref": ref("p-1")} if n == 0 else {})
            for n in range(STAFF)
        ]
        results = self.ask("POST", "/v1/people:batchUpsert", {"items": items}).json()["results"]
        assert [each["status"] for each in results] == ["created"] * STAFF
        self.ann = self.desk.key_of(organisation, results[0]["id"])
        return multiple(*(self.add_known_customer() for _ in range(2)))

    def ask(
        self, method: str, path: str, body: Any = None, *, expect: int | None = 200, key: str = "", **headers: str
    ) -> httpx.Response:
        """Ask the API, and compare the status."""
        response = self.desk.send(key or self.key, method, path, body, **headers)
        assert expect is None or response.status_code == expect, (expect, response.status_code, response.text)
        return response

    def did(self, rule_name: str) -> None:
        """Count what was done, for the floor."""
        self.desk.done[rule_name] += 1

    def refused_for_good(self, response: httpx.Response) -> None:
        """Nothing new is taken about somebody who was erased."""
        assert response.status_code in {404, 409, 422}, response.text

    @rule(target=customers)
    def add_customer(self) -> str:
        return self.add_known_customer()

    def add_known_customer(self) -> str:
        """A customer whom nobody asked anything yet."""
        name = f"c-{next(self.desk.numbers)}"
        customer_id: str = self.ask("PUT", f"/v1/customers/by-ref/crm/{name}", {}, expect=201).json()["id"]
        self.book[customer_id] = self.remembers()
        self.did("add_customer")
        return customer_id

    @rule(customer_id=customers, purpose=st.sampled_from(PURPOSES), verb=st.sampled_from(sorted(VERBS)))
    def choose(self, customer_id: str, purpose: str, verb: str) -> None:
        customer = self.book[customer_id]
        body = {"purpose": purpose, "method": "customer_stated"}
        response = self.ask("POST", f"/v1/customers/{customer_id}/consents:{verb}", body, expect=None)
        if customer.is_erased:
            self.refused_for_good(response)
        else:
            assert response.status_code == 201, response.text
            customer.choices[purpose] = VERBS[verb]
            customer.told[f"consent.{VERBS[verb]}"] += 1
        self.did("choose")

    @rule(customer_id=customers, person=st.integers(0, STAFF - 1))
    def talk(self, customer_id: str, person: int) -> None:
        reference = f"i-{next(self.desk.numbers)}"
        item = {
            "external_ref": ref(reference),
            "customer_id": customer_id,
            "person_ref": ref(f"p-{person}"),
            "team_ref": ref("care"),
            "channel": "chat",
            "started_at": f"{MONTH}-02T09:00:00Z",
            "ended_at": f"{MONTH}-02T09:10:00Z",
            "handle_seconds": 600,
            "turns": [{"speaker": "customer", "text": "I said so twice."}],
        }
        (result,) = self.ask("POST", "/v1/interactions:batchUpsert", {"items": [item]}).json()["results"]
        customer = self.book[customer_id]
        if customer.is_erased:
            assert result["status"] == "failed", result
            return
        assert result["status"] == "created", result
        assert result["texts_kept"] == int(customer.allows("quality_review")), result
        self.talks[reference] = person
        self.did("talk")

    @rule(customer_id=customers, is_repeated=st.booleans())
    def feel(self, customer_id: str, is_repeated: bool) -> None:
        customer = self.book[customer_id]
        body = {
            "customer_id": customer_id,
            "measure": "satisfaction",
            "moment": "after",
            "original_value": 4,
            "scale": {"min": 1, "max": 5},
            "source": "self_report",
            "modality": "stated",
            "observed_at": f"{MONTH}-02T09:10:00Z",
            "note": "Calmer now.",
        }
        headers = {"idempotency_key": f"k-{next(self.desk.numbers)}"}
        response = self.ask("POST", "/v1/signals", body, expect=None, **headers)
        if customer.is_erased:
            self.refused_for_good(response)
        elif customer.allows_anything():
            assert response.status_code == 201, response.text
            customer.signals.append(response.json()["id"])
            customer.told["signal.recorded"] += 1
        else:
            assert (response.status_code, response.json()["code"]) == (403, "consent_missing")
            customer.told["signal.refused"] += 1
        if is_repeated and not customer.is_erased:
            again = self.ask("POST", "/v1/signals", body, expect=response.status_code, **headers)
            assert again.headers["idempotency-replayed"] == "true"
            assert again.json().get("id") == response.json().get("id")
            other = self.ask("POST", "/v1/signals", body | {"original_value": 2}, expect=422, **headers)
            assert other.json()["code"] == "idempotency_key_reused"
            self.did("replay")
        self.did("feel")

    @rule(customer_id=customers, purpose=st.sampled_from(PURPOSES))
    def look(self, customer_id: str, purpose: str) -> None:
        customer = self.book[customer_id]
        path = f"/v1/customers/{customer_id}/signals?limit=200"
        shown = self.ask("GET", path, attune_purpose=purpose).json()
        is_shown = customer.allows(purpose)
        assert shown["reason"] == customer.answer(purpose), (shown["reason"], customer.choices)
        assert shown["status"] == ("available" if is_shown else "withheld")
        assert {each["id"] for each in shown["data"]} == (set(customer.signals) if is_shown else set())
        customer.told["signals.read" if is_shown else "signals.withheld"] += 1
        self.did("look")

    @rule(customer_id=customers)
    def hand_on(self, customer_id: str) -> None:
        customer = self.book[customer_id]
        body = {
            "customer_id": customer_id,
            "team_ref": ref("care"),
            "severity": "high",
            "what_happened": "Charged twice.",
            "emotional_context": {"stated_emotion": "Cheated.", "observed_intensity": 3},
        }
        response = self.ask("POST", "/v1/escalations", body, expect=None)
        if customer.is_erased:
            self.refused_for_good(response)
            return
        assert response.status_code == 201, response.text
        is_kept = customer.allows("service_contact")
        assert response.json()["emotional_context"]["status"] == ("kept" if is_kept else "withheld"), response.text
        customer.told["escalation.opened"] += 1
        if not is_kept:
            customer.told["escalation.context_not_kept"] += 1
        self.did("hand_on")
        made = Escalation(response.json()["id"], customer_id, response.headers["etag"], is_kept)
        self.escalations.append(made)

    def any_escalation(self, customer_id: str, number: int) -> Escalation | None:
        """One of those there are, or else one made now; None where the customer was erased before."""
        if not self.escalations:
            self.hand_on(customer_id)
        return self.escalations[number % len(self.escalations)] if self.escalations else None

    @rule(customer_id=customers, number=st.integers(0, 9), purpose=st.sampled_from(PURPOSES))
    def read_escalation(self, customer_id: str, number: int, purpose: str) -> None:
        escalation = self.any_escalation(customer_id, number)
        if escalation is None:
            return
        customer = self.book[escalation.customer_id]
        shown = self.ask("GET", f"/v1/escalations/{escalation.id}", attune_purpose=purpose).json()
        is_there = escalation.has_context and not customer.is_erased
        is_shown = is_there and customer.allows(purpose)
        assert (shown["emotional_context"]["status"] == "available") == is_shown, (shown, customer)
        assert (shown["emotional_context"].get("stated_emotion") == "Cheated.") == is_shown
        assert shown["what_happened"] == (None if customer.is_erased else "Charged twice.")
        assert shown["status"] == escalation.status
        if not customer.is_erased:
            customer.told["escalation.read"] += 1
        if not customer.allows(purpose):
            customer.told["escalation.context_withheld"] += 1
        elif is_there:
            customer.told["escalation.context_read"] += 1
        self.did("read_escalation")

    @rule(
        customer_id=customers,
        number=st.integers(0, 9),
        step=st.sampled_from(["accept", "bounce", "resolve"]),
        is_stale=st.booleans(),
    )
    def take_step(self, customer_id: str, number: int, step: str, is_stale: bool) -> None:
        escalation = self.any_escalation(customer_id, number)
        if escalation is None:
            return
        body = {"accept": {}, "bounce": {"reason": "wrong_team"}, "resolve": {"resolution": "recovered"}}[step]
        path = f"/v1/escalations/{escalation.id}:{step}"
        if escalation.has_lost_texts:
            self.ask("POST", path, body, expect=412, if_match=escalation.etag)
            escalation.etag = self.ask("GET", f"/v1/escalations/{escalation.id}").headers["etag"]
            escalation.has_lost_texts = False
        version = '"v99"' if is_stale else escalation.etag
        response = self.ask("POST", path, body, expect=None, if_match=version)
        after = STEPS.get((escalation.status, step))
        if is_stale or after is None:
            assert response.status_code in ({409, 412} if is_stale else {409}), response.text
        else:
            assert (response.status_code, response.json()["status"]) == (200, after), response.text
            escalation.status, escalation.etag = after, response.headers["etag"]
        self.did("take_step")

    @rule(week=st.integers(0, 30))
    def open_check_in(self, week: int) -> None:
        week_of = (date(2026, 11, 2) - timedelta(weeks=week)).isoformat()
        body = {"person_ref": ref("p-0"), "week_of": week_of}
        response = self.ask("POST", "/v1/check-ins", body, expect=409 if week_of in self.check_ins else 201)
        if week_of not in self.check_ins:
            self.check_ins[week_of] = CheckIn(response.json()["id"], response.headers["etag"])
        self.did("open_check_in")

    @rule(number=st.integers(0, 9), part=st.sampled_from(PARTS), is_submitted=st.booleans())
    def write_check_in(self, number: int, part: str, is_submitted: bool) -> None:
        if not self.check_ins:
            self.open_check_in(0)
        check_in = list(self.check_ins.values())[number % len(self.check_ins)]
        text = f"text {next(self.desk.numbers)}"
        path = f"/v1/check-ins/{check_in.id}"
        method, path = ("POST", f"{path}:submit") if is_submitted else ("PATCH", path)
        response = self.ask(method, path, {part: text}, expect=None, key=self.ann, if_match=check_in.etag)
        after = check_in.parts | {part: text}
        if check_in.status != "open":
            assert response.status_code == 409, response.text
        elif is_submitted and len(after) < len(PARTS):
            assert (response.status_code, response.json()["code"]) == (422, "check_in_incomplete"), response.text
        else:
            assert response.status_code == 200, response.text
            check_in.parts, check_in.etag = after, response.headers["etag"]
            check_in.status = "submitted" if is_submitted else "open"
        shown = self.ask("GET", f"/v1/check-ins/{check_in.id}", key=self.ann).json()
        assert {name: shown[name] for name in PARTS if shown[name] is not None} == check_in.parts
        hidden = self.ask("GET", f"/v1/check-ins/{check_in.id}").json()
        assert [hidden[name] for name in PARTS] == [None] * len(PARTS)
        self.did("write_check_in")

    @rule(customer_id=customers, number=st.integers(0, 9), level=st.integers(0, 4))
    def evaluate(self, customer_id: str, number: int, level: int) -> None:
        if not self.talks:
            self.talk(customer_id, number % STAFF)
        # None is there where the only customer was erased before anybody talked.
        talks = list(self.talks.items()) or [("", 0)]
        reference, person = talks[number % len(talks)]
        body = {
            "rubric_slug": "empathy",
            "interaction_ref": ref(reference or "i-unknown"),
            "evaluator_kind": "peer",
            "scores": [{"dimension": dimension, "level": level} for dimension in DIMENSIONS],
        }
        response = self.ask("POST", "/v1/evaluations", body, expect=None, key=self.ann)
        if not reference:
            assert response.json()["code"] == "interaction_unknown", response.text
        elif person == 0:
            assert response.status_code in {403, 422}, "nobody evaluates their own conversation"
        else:
            assert response.status_code == 201, response.text
            assert [each["level"] for each in response.json()["scores"]] == [level] * len(DIMENSIONS)
        self.did("evaluate")

    @rule(customer_id=customers, is_meant=st.integers(0, 2))
    def erase(self, customer_id: str, is_meant: int) -> None:
        if is_meant < 2:
            # Nobody left is nothing to look at: most customers stay.
            return
        customer = self.book[customer_id]
        granted = [purpose for purpose, choice in customer.choices.items() if choice == "granted"]
        counts = self.ask("POST", f"/v1/customers/{customer_id}:erase").json()["counts"]
        expected = (0, 0) if customer.is_erased else (len(customer.signals), len(granted))
        assert (counts["signals"], counts["consents_ended"]) == expected, counts
        for purpose in granted:
            customer.choices[purpose] = "withdrawn"
            customer.told["consent.withdrawn"] += 1
        if not customer.is_erased:
            customer.told["customer.erased"] += 1
            for escalation in self.escalations:
                escalation.has_lost_texts |= escalation.customer_id == customer_id
        customer.signals, customer.is_erased = [], True
        self.did("erase")

    @rule(how_much=st.integers(0, 11))
    def work(self, how_much: int) -> None:
        if how_much < 8:
            # The worker is slower than the callers, so there is something to catch up with.
            return
        self.desk.drain()
        if how_much == 11:
            self.desk.rebuild()
            self.did("rebuild")
        self.judge()
        self.did("work")

    def judge(self) -> None:
        """After a drain: the audit log holds every read and refusal, and the dashboard no group that is too small."""
        for customer_id, customer in self.book.items():
            told: dict[str, int] = {}
            path = f"/v1/audit/entries?limit=200&concerns={customer_id}"
            page = self.ask("GET", path).json()
            entries = page["data"]
            while page["has_more"]:
                page = self.ask("GET", f"{path}&cursor={page['next_cursor']}").json()
                entries += page["data"]
            for entry in entries:
                if entry["action"] in AUDITED:
                    told[entry["action"]] = told.get(entry["action"], 0) + 1
            assert told == dict(customer.told), (told, customer.told)
        shown = self.ask("GET", f"/v1/teams/{self.team_id}/dashboard?month={MONTH}").json()
        people = len(set(self.talks.values()))
        assert (shown["status"] == "available") == (people >= MINIMUM_GROUP), (shown, people)
        if people >= MINIMUM_GROUP:
            assert (shown["people"], shown["figures"]["interactions"]) == (people, len(self.talks)), shown
        else:
            assert (shown["figures"], shown["people"], shown["reason"]) == (None, None, "group_too_small"), shown

    def teardown(self) -> None:
        if hasattr(self, "ann"):
            self.desk.drain()
            self.judge()
            self.did("runs")


AUDITED = frozenset(
    {
        "consent.granted",
        "consent.refused",
        "consent.withdrawn",
        "customer.erased",
        "escalation.context_not_kept",
        "escalation.context_read",
        "escalation.context_withheld",
        "escalation.opened",
        "escalation.read",
        "signal.recorded",
        "signal.refused",
        "signals.read",
        "signals.withheld",
    }
)
"""What the model counts. Other entries may concern a customer, too."""
