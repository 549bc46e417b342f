"""People and teams, as they are sent and answered."""

from __future__ import annotations

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from attune.batches.model import ExternalRef as DomainRef
from attune.people.model import Identity, Person, PersonItem, PersonStatus, Role, Team, TeamItem
from attune_api.routes.schemas.batches import MOST_ITEMS, Atomic, DryRun, EachForItself
from attune_api.routes.schemas.fields import Day, Locale, ShownName, TimeZone
from attune_api.routes.schemas.references import to_domain, to_domain_if_any
from attune_api.schemas import ExternalRef, RequestModel, ResponseModel, Timestamp, reference_of

DisplayName = Annotated[ShownName, Field(description="The name colleagues see.", examples=["Ann Bakker"])]


class IdentityIn(RequestModel):
    """How the organisation's identity provider knows a person."""

    issuer: Annotated[str, Field(pattern=r"^https://\S+$", max_length=500, examples=["https://idp.example"])]
    subject: Annotated[str, Field(pattern=r"^\S(.*\S)?$", max_length=255, examples=["248289761001"])]


_PERSON: Final[dict[str, JsonValue]] = {
    "display_name": "Ann Bakker",
    "locale": "nl-NL",
    "time_zone": "Europe/Amsterdam",
    "lead_ref": {"source": "hris", "external_id": "e-1007"},
    "team_ref": {"source": "hris", "external_id": "t-12"},
    "status": "active",
    "started_on": "2024-03-01",
}


class PersonDetails(RequestModel):
    """The whole of what the HRIS knows about a person: what is left out is cleared, but for roles and identity."""

    model_config = ConfigDict(json_schema_extra={"example": _PERSON})

    display_name: DisplayName
    locale: Locale | None = None
    time_zone: TimeZone | None = None
    lead_ref: ExternalRef | None = Field(default=None, description="The person's lead.")
    team_ref: ExternalRef | None = Field(default=None, description="The person's team.")
    status: PersonStatus = Field(
        default=PersonStatus.ACTIVE, description="An inactive person's keys and tokens stop working at once."
    )
    roles: Annotated[list[Role], Field(max_length=len(Role))] | None = Field(
        default=None, description="Needs the scope organisation:admin. Left out, they stay as they are."
    )
    identity: IdentityIn | None = Field(
        default=None, description="Left out, it stays. For a person with roles it needs the scope organisation:admin."
    )
    started_on: Day | None = None
    ended_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.started_on is not None and self.ended_on is not None and self.ended_on < self.started_on:
            raise PydanticCustomError("range_reversed", "ends before it starts")
        return self

    def to_item(self, ref: DomainRef) -> PersonItem:
        """The same, as the domain has it."""
        return PersonItem(
            ref=ref,
            display_name=self.display_name,
            locale=self.locale,
            time_zone=self.time_zone,
            lead_ref=to_domain_if_any(self.lead_ref),
            team_ref=to_domain_if_any(self.team_ref),
            status=self.status,
            roles=None if self.roles is None else tuple(self.roles),
            identity=None if self.identity is None else Identity(self.identity.issuer, self.identity.subject),
            started_on=self.started_on,
            ended_on=self.ended_on,
        )


class PersonIn(PersonDetails):
    """A person, with the reference the HRIS knows them by."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"external_ref": {"source": "hris", "external_id": "e-1042"}, **_PERSON}}
    )

    external_ref: ExternalRef


class PeopleBatch(RequestModel):
    """People, in any order."""

    items: Annotated[list[EachForItself[PersonIn]], Field(min_length=1, max_length=MOST_ITEMS)]
    atomic: Atomic = False
    dry_run: DryRun = False


class PersonPatch(RequestModel):
    """What to change about a person: a field that is not there stays. A name and a status cannot be null, so they have
    no default that a client could send back."""

    model_config = ConfigDict(json_schema_extra={"example": {"display_name": "Ann Bakker", "locale": None}})

    display_name: DisplayName = Field(default_factory=str)
    locale: Locale | None = None
    time_zone: TimeZone | None = None
    status: PersonStatus = Field(default_factory=lambda: PersonStatus.ACTIVE)
    team_id: UUID | None = None
    lead_id: UUID | None = None


class PersonOut(ResponseModel):
    """Somebody who works in the organisation."""

    id: UUID
    external_ref: ExternalRef | None
    display_name: str = Field(examples=["Ann Bakker"])
    locale: str | None = Field(examples=["nl-NL"])
    time_zone: str | None = Field(examples=["Europe/Amsterdam"])
    lead_id: UUID | None
    team_id: UUID | None
    status: PersonStatus
    roles: list[Role]
    started_on: Day | None
    ended_on: Day | None
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, person: Person) -> Self:
        """A person as they are answered."""
        return cls(
            id=person.id,
            external_ref=reference_of(person.external_source, person.external_id),
            display_name=person.display_name,
            locale=person.locale,
            time_zone=person.time_zone,
            lead_id=person.lead_id,
            team_id=person.team_id,
            status=person.status,
            roles=list(person.roles),
            started_on=person.started_on,
            ended_on=person.ended_on,
            created_at=person.created_at,
            updated_at=person.updated_at,
        )


class PersonPage(ResponseModel):
    """A page of people."""

    data: list[PersonOut]
    next_cursor: str | None
    has_more: bool


_TEAM: Final[dict[str, JsonValue]] = {"name": "Chat support", "parent_ref": {"source": "hris", "external_id": "t-1"}}


class TeamDetails(RequestModel):
    """The whole of what the HRIS knows about a team."""

    model_config = ConfigDict(json_schema_extra={"example": _TEAM})

    name: Annotated[ShownName, Field(examples=["Chat support"])]
    parent_ref: ExternalRef | None = Field(default=None, description="The team above this one.")

    def to_item(self, ref: DomainRef) -> TeamItem:
        """The same, as the domain has it."""
        return TeamItem(ref=ref, name=self.name, parent_ref=to_domain_if_any(self.parent_ref))


class TeamIn(TeamDetails):
    """A team, with the reference the HRIS knows it by."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"external_ref": {"source": "hris", "external_id": "t-12"}, **_TEAM}}
    )

    external_ref: ExternalRef


class TeamsBatch(RequestModel):
    """Teams, in any order."""

    items: Annotated[list[EachForItself[TeamIn]], Field(min_length=1, max_length=MOST_ITEMS)]
    atomic: Atomic = False
    dry_run: DryRun = False


class TeamOut(ResponseModel):
    """A team."""

    id: UUID
    external_ref: ExternalRef | None
    name: str = Field(examples=["Chat support"])
    parent_id: UUID | None
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, team: Team) -> Self:
        """A team as it is answered."""
        return cls(
            id=team.id,
            external_ref=reference_of(team.external_source, team.external_id),
            name=team.name,
            parent_id=team.parent_id,
            created_at=team.created_at,
            updated_at=team.updated_at,
        )


class TeamPage(ResponseModel):
    """A page of teams."""

    data: list[TeamOut]
    next_cursor: str | None
    has_more: bool


def person_items(batch: list[PersonIn]) -> list[PersonItem]:
    """The people of a batch, as the domain has them."""
    return [person.to_item(to_domain(person.external_ref)) for person in batch]


def team_items(batch: list[TeamIn]) -> list[TeamItem]:
    """The teams of a batch, as the domain has them."""
    return [team.to_item(to_domain(team.external_ref)) for team in batch]
