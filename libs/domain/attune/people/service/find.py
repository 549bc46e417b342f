"""Who is who, and which team is which."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from attune.batches.model import ExternalRef, Name, Position
from attune.kernel.transactions import ReadTransaction
from attune.people import repository
from attune.people.errors import PersonNotFound, PersonUnknown, TeamNotFound, TeamUnknown
from attune.people.model import Person, PersonStatus, Team


async def get_person(tx: ReadTransaction, person_id: UUID) -> Person:
    """Somebody by id. Raises `PersonNotFound`."""
    person = (await repository.list_named_people(tx, [person_id])).get(person_id)
    if person is None:
        raise PersonNotFound
    return person


async def get_person_by_ref(tx: ReadTransaction, ref: ExternalRef) -> Person:
    """Somebody by the reference another system has. Raises `PersonNotFound`."""
    person = (await repository.list_named_people(tx, [ref])).get(ref)
    if person is None:
        raise PersonNotFound
    return person


async def require_person(tx: ReadTransaction, name: Name, *, pointer: str) -> Person:
    """The person whom a body names. Raises `PersonUnknown` with the pointer."""
    person = (await repository.list_named_people(tx, [name])).get(name)
    if person is None:
        raise PersonUnknown(pointer=pointer)
    return person


async def find_people(tx: ReadTransaction, names: Collection[Name]) -> dict[Name, Person]:
    """The people that references and ids name; who is not known is not in the answer."""
    return await repository.list_named_people(tx, names)


async def find_teams(tx: ReadTransaction, names: Collection[Name]) -> dict[Name, Team]:
    """The teams that references and ids name; which is not known is not in the answer."""
    return await repository.list_named_teams(tx, names)


async def list_people(
    tx: ReadTransaction,
    *,
    after: Position,
    limit: int,
    team_id: UUID | None = None,
    status: PersonStatus | None = None,
) -> list[Person]:
    """People in the order of their last change, behind a position."""
    return await repository.list_people(tx, after=after, limit=limit, team_id=team_id, status=status)


async def get_team(tx: ReadTransaction, team_id: UUID) -> Team:
    """A team by id. Raises `TeamNotFound`."""
    team = (await repository.list_named_teams(tx, [team_id])).get(team_id)
    if team is None:
        raise TeamNotFound
    return team


async def get_team_by_ref(tx: ReadTransaction, ref: ExternalRef) -> Team:
    """A team by the reference another system has. Raises `TeamNotFound`."""
    team = (await repository.list_named_teams(tx, [ref])).get(ref)
    if team is None:
        raise TeamNotFound
    return team


async def require_team(tx: ReadTransaction, name: Name, *, pointer: str) -> Team:
    """The team that a body names. Raises `TeamUnknown` with the pointer."""
    team = (await repository.list_named_teams(tx, [name])).get(name)
    if team is None:
        raise TeamUnknown(pointer=pointer)
    return team


async def list_teams(tx: ReadTransaction, *, after: Position, limit: int) -> list[Team]:
    """Teams in the order of their last change, behind a position."""
    return await repository.list_teams(tx, after=after, limit=limit)
