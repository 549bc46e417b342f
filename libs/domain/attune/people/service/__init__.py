"""Use cases: what an HRIS hands over, what is changed by hand, and who is who."""

from __future__ import annotations

from attune.people.service.change import change_person
from attune.people.service.find import (
    find_people,
    find_teams,
    get_person,
    get_person_by_ref,
    get_team,
    get_team_by_ref,
    list_people,
    list_teams,
    require_person,
    require_team,
)
from attune.people.service.upsert_people import upsert_people
from attune.people.service.upsert_teams import upsert_teams

__all__ = [
    "change_person",
    "find_people",
    "find_teams",
    "get_person",
    "get_person_by_ref",
    "get_team",
    "get_team_by_ref",
    "list_people",
    "list_teams",
    "require_person",
    "require_team",
    "upsert_people",
    "upsert_teams",
]
