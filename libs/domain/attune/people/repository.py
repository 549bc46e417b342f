"""Every statement about people, their identities and their teams."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from attune.batches.model import ExternalRef, Name, Position
from attune.batches.rules import split_names
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.people.model import Identity, Person, PersonStatus, Role, Team

_LOCK_STRUCTURE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('people of ' || $1::uuid, 0))"

_PEOPLE: Final = """
SELECT id, external_source, external_id, display_name, locale, time_zone, lead_id, team_id, status, roles, started_on,
       ended_on, version, created_at, updated_at
FROM person WHERE tenant_id = $1
"""

_OF_REFERENCES: Final = """
AND external_id IS NOT NULL AND (external_source, external_id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
"""

_PEOPLE_BY_ID: Final = _PEOPLE + " AND id = ANY($2::uuid[])"

_PEOPLE_BY_REFERENCE: Final = _PEOPLE + _OF_REFERENCES

_LIST_PEOPLE: Final = _PEOPLE + (
    " AND (updated_at, id) > ($2, $3) AND ($4::uuid IS NULL OR team_id = $4) AND ($5::text IS NULL OR status = $5)"
    " ORDER BY updated_at, id LIMIT $6"
)

_INSERT_PEOPLE: Final = """
INSERT INTO person (tenant_id, id, external_source, external_id, display_name, locale, time_zone, lead_id, team_id,
                    status, roles, started_on, ended_on)
SELECT $1, id, source, reference, display_name, locale, time_zone, lead_id, team_id, status,
       string_to_array(roles, ','), started_on, ended_on
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::uuid[],
            $10::text[], $11::text[], $12::date[], $13::date[])
  AS new (id, source, reference, display_name, locale, time_zone, lead_id, team_id, status, roles, started_on, ended_on)
"""

_UPDATE_PEOPLE: Final = """
UPDATE person SET display_name = new.display_name, locale = new.locale, time_zone = new.time_zone,
  lead_id = new.lead_id, team_id = new.team_id, status = new.status, roles = string_to_array(new.roles, ','),
  started_on = new.started_on, ended_on = new.ended_on, version = person.version + 1, updated_at = clock_timestamp()
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::uuid[],
            $10::text[], $11::text[], $12::date[], $13::date[])
  AS new (id, source, reference, display_name, locale, time_zone, lead_id, team_id, status, roles, started_on, ended_on)
WHERE person.tenant_id = $1 AND person.id = new.id
"""

_LEADS_ABOVE: Final = """
WITH RECURSIVE chain AS (
  SELECT id, lead_id FROM person WHERE tenant_id = $1 AND id = ANY($2::uuid[])
  UNION
  SELECT p.id, p.lead_id FROM chain JOIN person p ON p.tenant_id = $1 AND p.id = chain.lead_id
)
SELECT id, lead_id AS above FROM chain
"""

_HOLDERS: Final = """
SELECT issuer, subject, person_id FROM person_identity
WHERE tenant_id = $1 AND (issuer, subject) IN (SELECT * FROM unnest($2::text[], $3::text[]))
"""

_FORGET_IDENTITIES: Final = """
DELETE FROM person_identity USING unnest($2::text[], $3::uuid[]) AS old (issuer, person_id)
WHERE tenant_id = $1 AND person_identity.issuer = old.issuer AND person_identity.person_id = old.person_id
"""

_INSERT_IDENTITIES: Final = """
INSERT INTO person_identity (tenant_id, issuer, subject, person_id)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::uuid[])
"""

_TEAMS: Final = """
SELECT id, external_source, external_id, name, parent_id, version, created_at, updated_at
FROM team WHERE tenant_id = $1
"""

_TEAMS_BY_ID: Final = _TEAMS + " AND id = ANY($2::uuid[])"

_TEAMS_BY_REFERENCE: Final = _TEAMS + _OF_REFERENCES

_LIST_TEAMS: Final = _TEAMS + " AND (updated_at, id) > ($2, $3) ORDER BY updated_at, id LIMIT $4"

_INSERT_TEAMS: Final = """
INSERT INTO team (tenant_id, id, external_source, external_id, name, parent_id)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[])
"""

_UPDATE_TEAMS: Final = """
UPDATE team SET name = new.name, parent_id = new.parent_id, version = team.version + 1, updated_at = clock_timestamp()
FROM unnest($2::uuid[], $3::text[], $4::uuid[]) AS new (id, name, parent_id)
WHERE team.tenant_id = $1 AND team.id = new.id
"""

_PARENTS_ABOVE: Final = """
WITH RECURSIVE chain AS (
  SELECT id, parent_id FROM team WHERE tenant_id = $1 AND id = ANY($2::uuid[])
  UNION
  SELECT t.id, t.parent_id FROM chain JOIN team t ON t.tenant_id = $1 AND t.id = chain.parent_id
)
SELECT id, parent_id AS above FROM chain
"""


async def lock_structure(tx: WriteTransaction) -> None:
    """One writer of an organisation's people and teams at a time.

    Two writers could each add half of a cycle that neither sees. Such writes are few, and come in batches.
    """
    await tx.fetch_value(_LOCK_STRUCTURE, tx.tenant_id)


async def list_named_people(tx: ReadTransaction, names: Collection[Name]) -> dict[Name, Person]:
    """The people that references and ids name; what is not known is left out."""
    refs, ids = split_names(names)
    named: dict[Name, Person] = {}
    if refs:
        for row in await tx.fetch(_PEOPLE_BY_REFERENCE, tx.tenant_id, *_columns(refs)):
            named[ExternalRef(row["external_source"], row["external_id"])] = _person(row)
    if ids:
        for row in await tx.fetch(_PEOPLE_BY_ID, tx.tenant_id, ids):
            named[row["id"]] = _person(row)
    return named


async def list_people(
    tx: ReadTransaction, *, after: Position, limit: int, team_id: UUID | None, status: PersonStatus | None
) -> list[Person]:
    """People in the order of their last change."""
    rows = await tx.fetch(_LIST_PEOPLE, tx.tenant_id, after.updated_at, after.id, team_id, status, limit)
    return [_person(row) for row in rows]


async def insert_people(tx: WriteTransaction, people: Sequence[Person]) -> None:
    """New people, who may name each other as leads. Their times are the database's."""
    await tx.execute(_INSERT_PEOPLE, tx.tenant_id, *_person_columns(people))


async def update_people(tx: WriteTransaction, people: Sequence[Person]) -> None:
    """People as they are from now on; each gets the next version."""
    await tx.execute(_UPDATE_PEOPLE, tx.tenant_id, *_person_columns(people))


async def list_leads_above(tx: ReadTransaction, person_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Who leads these people, who leads those, and so on upwards."""
    rows = await tx.fetch(_LEADS_ABOVE, tx.tenant_id, list(person_ids))
    return {row["id"]: row["above"] for row in rows}


async def list_identity_holders(tx: ReadTransaction, identities: Collection[Identity]) -> dict[Identity, UUID]:
    """Whose these identities are."""
    issuers, subjects = [i.issuer for i in identities], [i.subject for i in identities]
    rows = await tx.fetch(_HOLDERS, tx.tenant_id, issuers, subjects)
    return {Identity(row["issuer"], row["subject"]): row["person_id"] for row in rows}


async def set_identities(tx: WriteTransaction, identities: Sequence[tuple[UUID, Identity]]) -> None:
    """Give people their identity at an issuer, in the place of any they had there: the old subject signs in no more."""
    people, issuers = [person_id for person_id, _ in identities], [identity.issuer for _, identity in identities]
    await tx.execute(_FORGET_IDENTITIES, tx.tenant_id, issuers, people)
    await tx.execute(_INSERT_IDENTITIES, tx.tenant_id, issuers, [i.subject for _, i in identities], people)


async def list_named_teams(tx: ReadTransaction, names: Collection[Name]) -> dict[Name, Team]:
    """The teams that references and ids name; what is not known is left out."""
    refs, ids = split_names(names)
    named: dict[Name, Team] = {}
    if refs:
        for row in await tx.fetch(_TEAMS_BY_REFERENCE, tx.tenant_id, *_columns(refs)):
            named[ExternalRef(row["external_source"], row["external_id"])] = _team(row)
    if ids:
        for row in await tx.fetch(_TEAMS_BY_ID, tx.tenant_id, ids):
            named[row["id"]] = _team(row)
    return named


async def list_teams(tx: ReadTransaction, *, after: Position, limit: int) -> list[Team]:
    """Teams in the order of their last change."""
    return [_team(row) for row in await tx.fetch(_LIST_TEAMS, tx.tenant_id, after.updated_at, after.id, limit)]


async def insert_teams(tx: WriteTransaction, teams: Sequence[Team]) -> None:
    """New teams, which may name each other as parents."""
    await tx.execute(
        _INSERT_TEAMS,
        tx.tenant_id,
        [team.id for team in teams],
        [team.external_source for team in teams],
        [team.external_id for team in teams],
        [team.name for team in teams],
        [team.parent_id for team in teams],
    )


async def update_teams(tx: WriteTransaction, teams: Sequence[Team]) -> None:
    """Teams as they are from now on; each gets the next version."""
    await tx.execute(
        _UPDATE_TEAMS,
        tx.tenant_id,
        [team.id for team in teams],
        [team.name for team in teams],
        [team.parent_id for team in teams],
    )


async def list_parents_above(tx: ReadTransaction, team_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Which teams stand above these, and so on upwards."""
    rows = await tx.fetch(_PARENTS_ABOVE, tx.tenant_id, list(team_ids))
    return {row["id"]: row["above"] for row in rows}


def _columns(refs: Collection[ExternalRef]) -> tuple[list[str], list[str]]:
    return [ref.source for ref in refs], [ref.external_id for ref in refs]


def _person_columns(people: Sequence[Person]) -> list[list[object]]:
    """Column by column. Roles travel as one text: an array of arrays cannot be unnested row by row."""
    rows = [
        (
            person.id,
            person.external_source,
            person.external_id,
            person.display_name,
            person.locale,
            person.time_zone,
            person.lead_id,
            person.team_id,
            person.status.value,
            ",".join(person.roles),
            person.started_on,
            person.ended_on,
        )
        for person in people
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _person(row: asyncpg.Record) -> Person:
    roles = tuple(Role(role) for role in row["roles"])
    return Person(**{**row, "status": PersonStatus(row["status"]), "roles": roles})


def _team(row: asyncpg.Record) -> Team:
    return Team(**row)
