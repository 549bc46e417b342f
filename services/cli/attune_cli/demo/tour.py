"""The tour: seven looks at the loaded month through the API, each of which must show what it promises."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from attune_cli.api_client import Answer, ApiClient, ApiRefused
from attune_cli.demo import world
from attune_cli.demo.pages import Pages
from attune_cli.demo.records import Month
from attune_cli.failure import CommandFailed

AUDIT_SECONDS: Final = 20.0
POLL_SECONDS: Final = 0.1


class StepFailed(CommandFailed):
    """A step did not show what it is there to show."""


@dataclass(slots=True)
class Tour:
    """One walk. `person` acts as the overloaded agent, `client` as the demo's integration."""

    client: ApiClient
    person: ApiClient
    month: Month
    shown_month: str
    pages: Pages
    failures: list[str] = field(default_factory=list)
    _watched: list[tuple[dict[str, str], str]] = field(default_factory=list)
    """The reads of the tour that the audit log must show: what to search for, and their request's id."""

    def walk(self) -> bool:
        """Every step, whatever the ones before it did; whether all of them succeeded."""
        for step in self._steps():
            try:
                step()
            except CommandFailed as error:
                self.failures.append(str(error))
                self.pages.failed(str(error))
        return not self.failures

    def point_the_way(self, url: str, key: str, data: str) -> None:
        """Addresses, a key, and a line to copy."""
        team = self._team(world.SHOWN_TEAM)
        self.pages.way_on(url, key, team_id=team["id"], month=self.shown_month, data=data)

    def _steps(self) -> Iterator[Callable[[], None]]:
        yield self._see_dashboard
        yield self._see_suppressed_dashboard
        yield self._see_own_load
        yield self._try_to_see_anothers_load
        yield self._see_escalation
        yield self._see_withheld_read
        yield self._see_audit_entries

    def _see_dashboard(self) -> None:
        team = self._team(world.SHOWN_TEAM)
        board = self._dashboard(team["id"])
        _expect(board["status"] == "available", f"The dashboard of {team['name']} is {board['status']}.")
        _expect(board["figures"]["recovery_mean"] is not None, f"{team['name']} shows no recovery.")
        self.pages.dashboard(team["name"], board)

    def _see_suppressed_dashboard(self) -> None:
        team = self._team(world.SMALL_TEAM)
        board = self._dashboard(team["id"])
        _expect(
            board["status"] == "suppressed" and board["figures"] is None,
            f"The dashboard of {team['name']}, a team of four, is {board['status']}.",
        )
        self.pages.suppressed(team["name"], board)

    def _see_own_load(self) -> None:
        answer = self.person.get("/v1/me/load")
        load = answer.body
        _expect(load["level"] == "over", f"The load of the agent after the hard shift is {load['level']}.")
        _expect(bool(load["why"]), "The load does not say why.")
        self._watch(answer, target_id=load["why"][0]["interaction_id"])
        name = next(person.name for person in self.month.people if person.ref == self.month.overloaded_person)
        self.pages.load(name, load)

    def _try_to_see_anothers_load(self) -> None:
        person_id = self._person(self.month.overloaded_person)["id"]
        path = f"/v1/people/{person_id}/load"
        code = _refused(lambda: self.client.get(path))
        _expect(code == "not_found", f"GET {path} was answered with {code or 'a success'}, not with not_found.")
        own = _refused(lambda: self.client.get("/v1/me/load"))
        _expect(own is not None, "A key without a person was shown a load.")
        self.pages.load_of_others(path, own or "")

    def _see_escalation(self) -> None:
        escalation_id = self._escalation_id(self.month.shown_escalation)
        answer = self.client.get(f"/v1/escalations/{escalation_id}", purpose="service_contact")
        context = answer.body["emotional_context"]
        _expect(context["status"] == "available", f"The emotional context is {context['status']}.")
        self._watch(answer, concerns=answer.body["customer_id"])
        self.pages.escalation(answer.body)

    def _see_withheld_read(self) -> None:
        ref = self.month.never_asked_customer
        answer = self.client.get(f"/v1/customers/by-ref/{world.SOURCE}/{ref}/signals", purpose="service_contact")
        _expect(
            answer.body["status"] == "withheld" and not answer.body["data"],
            f"The signals of a customer who was never asked are {answer.body['status']}.",
        )
        self._watch(answer, concerns=answer.body["customer_id"])
        self.pages.withheld(ref, answer.body)

    def _see_audit_entries(self) -> None:
        _expect(bool(self._watched), "There was no read for the audit log to show.")
        deadline = time.monotonic() + AUDIT_SECONDS
        while True:
            entries = [entry for watched in self._watched for entry in self._entries(*watched)]
            if len({entry["request_id"] for entry in entries}) == len(self._watched):
                break
            if time.monotonic() > deadline:
                raise StepFailed(f"The audit log does not show the tour's reads after {AUDIT_SECONDS:.0f} s.")
            time.sleep(POLL_SECONDS)
        log = self.client.get("/v1/audit/entries", limit=1).body
        self.pages.audit(entries, size=log["size"], as_of=log["as_of"])

    def _entries(self, search: dict[str, str], request_id: str) -> list[dict[str, Any]]:
        """What the audit log has about one request."""
        found = []
        cursor: dict[str, str] = {}
        while True:
            page = self.client.get("/v1/audit/entries", limit=200, **search, **cursor).body
            found += [entry for entry in page["data"] if entry["request_id"] == request_id]
            if not page["has_more"]:
                return found
            cursor = {"cursor": page["next_cursor"]}

    def _watch(self, answer: Answer, **search: str) -> None:
        _expect(answer.request_id is not None, "An answer came without its request id.")
        self._watched.append((search, answer.request_id or ""))

    def _dashboard(self, team_id: str) -> dict[str, Any]:
        board: dict[str, Any] = self.client.get(f"/v1/teams/{team_id}/dashboard", month=self.shown_month).body
        return board

    def _team(self, ref: str) -> dict[str, Any]:
        """A team of the demo."""
        for team in self.client.get("/v1/teams", limit=200).data:
            if team["external_ref"] == {"source": world.SOURCE, "external_id": ref}:
                return team
        raise StepFailed(f"The team {ref} is not there.")

    def _escalation_id(self, ref: str) -> str:
        """The id of an escalation of the demo."""
        cursor: dict[str, str] = {}
        while True:
            page = self.client.get("/v1/escalations", limit=200, **cursor).body
            for escalation in page["data"]:
                if escalation["external_ref"] == {"source": world.SOURCE, "external_id": ref}:
                    escalation_id: str = escalation["id"]
                    return escalation_id
            if not page["has_more"]:
                raise StepFailed(f"The escalation {ref} is not there.")
            cursor = {"cursor": page["next_cursor"]}

    def _person(self, ref: str) -> dict[str, Any]:
        person: dict[str, Any] = self.client.get(f"/v1/people/by-ref/{world.SOURCE}/{ref}").body
        return person


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise StepFailed(otherwise)


def _refused(request: Callable[[], object]) -> str | None:
    """The code of the refusal that a request got, or None where it succeeded."""
    try:
        request()
    except ApiRefused as error:
        return error.code
    return None
