"""What may be written about people and teams, decided for a whole batch at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from attune.batches.model import ExternalRef, Name
from attune.kernel.errors import AttuneError
from attune.people.errors import (
    IdentityNeedsAdministrator,
    IdentityTaken,
    LeadCycle,
    LeadIsSelf,
    LeadUnknown,
    ParentCycle,
    ParentIsSelf,
    ParentUnknown,
    RolesNeedAdministrator,
    TeamUnknown,
)
from attune.people.model import Identity, Person, PersonItem, Team, TeamItem


@dataclass(frozen=True, slots=True)
class Link:
    """An item's place in a chain: itself, and the reference of the one above it."""

    ref: ExternalRef
    id: UUID
    above: ExternalRef | None


@dataclass(frozen=True, slots=True)
class Chain:
    """A kind of chain, and how its refusals are called."""

    pointer: str
    unknown: type[AttuneError]
    is_self: type[AttuneError]
    cycle: type[AttuneError]


LEADS: Final = Chain("/lead_ref", LeadUnknown, LeadIsSelf, LeadCycle)
PARENTS: Final = Chain("/parent_ref", ParentUnknown, ParentIsSelf, ParentCycle)


def list_looping(above: Mapping[UUID, UUID | None]) -> set[UUID]:
    """Those whose chain upwards comes back to them."""
    looping: set[UUID] = set()
    settled: set[UUID] = set()
    for start in above:
        path: list[UUID] = []
        on_path: set[UUID] = set()
        here: UUID | None = start
        while here is not None and here not in settled and here not in on_path:
            path.append(here)
            on_path.add(here)
            here = above.get(here)
        if here is not None and here in on_path:
            looping.update(path[path.index(here) :])
        settled |= on_path
    return looping


def refuse_broken_chains(
    chain: Chain,
    links: Sequence[Link],
    refused: Mapping[int, AttuneError],
    *,
    known: Mapping[Name, UUID],
    stored: Mapping[UUID, UUID | None],
) -> dict[int, AttuneError]:
    """All refusals, by index: those given, and the items whose place in the chain cannot be.

    `known` are the stored things by reference, `stored` who stands above whom now. Items may name each other in any
    order. A refusal can take away the one another item names, or leave an old place in force, so it goes on until
    nothing more breaks; what is stored has no cycle, so every cycle has a change that can be refused.
    """
    all_refused = dict(refused)
    while True:
        standing = {index: link for index, link in enumerate(links) if index not in all_refused}
        ids = dict(known) | {link.ref: link.id for link in standing.values()}
        broken: dict[int, AttuneError] = {}
        for index, link in standing.items():
            if link.above is not None and link.above not in ids:
                broken[index] = chain.unknown(pointer=chain.pointer)
            elif link.above is not None and ids[link.above] == link.id:
                broken[index] = chain.is_self(pointer=chain.pointer)
        if not broken:
            wanted = {link.id: ids[link.above] if link.above else None for link in standing.values()}
            looping = list_looping(dict(stored) | wanted)
            broken = {
                index: chain.cycle(pointer=chain.pointer)
                for index, link in standing.items()
                if link.id in looping and (link.id not in stored or stored[link.id] != wanted[link.id])
            }
        if not broken:
            return all_refused
        all_refused |= broken


def refuse_people(
    items: Sequence[PersonItem],
    ids: Sequence[UUID],
    *,
    stored: Mapping[Name, Person],
    teams: Mapping[Name, UUID],
    holders: Mapping[Identity, UUID],
    is_administrator: bool,
) -> dict[int, AttuneError]:
    """The items that are refused for themselves: an unknown team, roles or an identity that are not the caller's to give.

    `holders` says whose an identity is now.
    """
    refused: dict[int, AttuneError] = {}
    claimed = dict(holders)
    for index, (item, person_id) in enumerate(zip(items, ids, strict=True)):
        before = stored.get(item.ref)
        if item.team_ref is not None and item.team_ref not in teams:
            refused[index] = TeamUnknown(pointer="/team_ref")
        elif item.roles is not None and not is_administrator:
            refused[index] = RolesNeedAdministrator(pointer="/roles")
        elif item.identity is not None and claimed.setdefault(item.identity, person_id) != person_id:
            refused[index] = IdentityTaken(pointer="/identity")
        elif (
            item.identity is not None
            and item.identity not in holders
            and before is not None
            and before.roles
            and not is_administrator
        ):
            refused[index] = IdentityNeedsAdministrator(pointer="/identity")
    return refused


def describe_person(
    item: PersonItem,
    before: Person | None,
    *,
    person_id: UUID,
    lead_id: UUID | None,
    team_id: UUID | None,
    now: datetime,
) -> Person:
    """Somebody as the item says they are; equal to `before` if it says nothing new."""
    kept_roles = before.roles if before is not None else ()
    return Person(
        id=person_id,
        external_source=item.ref.source,
        external_id=item.ref.external_id,
        display_name=item.display_name,
        locale=item.locale,
        time_zone=item.time_zone,
        lead_id=lead_id,
        team_id=team_id,
        status=item.status,
        roles=kept_roles if item.roles is None else tuple(sorted(set(item.roles))),
        started_on=item.started_on,
        ended_on=item.ended_on,
        version=1 if before is None else before.version,
        created_at=now if before is None else before.created_at,
        updated_at=now if before is None else before.updated_at,
    )


def describe_team(item: TeamItem, before: Team | None, *, team_id: UUID, parent_id: UUID | None, now: datetime) -> Team:
    """A team as the item says it is; equal to `before` if it says nothing new."""
    return Team(
        id=team_id,
        external_source=item.ref.source,
        external_id=item.ref.external_id,
        name=item.name,
        parent_id=parent_id,
        version=1 if before is None else before.version,
        created_at=now if before is None else before.created_at,
        updated_at=now if before is None else before.updated_at,
    )
