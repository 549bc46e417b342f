"""Use cases: open a week's check-in, write in it, submit it, read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from attune.check_ins import repository, rules
from attune.check_ins.errors import (
    CheckInAlreadySubmitted,
    CheckInExists,
    CheckInIncomplete,
    CheckInNotFound,
    CheckInWithOneself,
    LeadMissing,
    WeekNotFromMonday,
)
from attune.check_ins.events import CheckInEdited, CheckInOpened, CheckInRead, CheckInSubmitted
from attune.check_ins.model import CheckIn, Part
from attune.check_ins.rules import Sight
from attune.kernel.errors import VersionStale
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.kernel.vault import Field, Vault
from attune.people.errors import PersonNotFound
from attune.people.model import Person

_TABLE: Final = "check_in"


async def open_check_in(
    tx: WriteTransaction,
    *,
    check_in_id: UUID,
    viewer_id: UUID | None,
    person: Person,
    lead_id: UUID | None,
    week_of: date,
) -> CheckIn:
    """Begin a week's check-in, with the person's lead unless another is named.

    Raises `CheckInExists`, `WeekNotFromMonday`, `LeadMissing`, `CheckInWithOneself`, and `PersonNotFound` for a viewer who
    is neither the person nor their lead.
    """
    if rules.sight_of(viewer_id, person_id=person.id, lead_id=person.lead_id) is Sight.NOTHING:
        raise PersonNotFound
    if not rules.is_start_of_week(week_of):
        raise WeekNotFromMonday(pointer="/week_of")
    with_whom = lead_id or person.lead_id
    if with_whom is None:
        raise LeadMissing(pointer="/lead_id")
    if with_whom == person.id:
        raise CheckInWithOneself(pointer="/lead_id")
    is_new = await repository.insert(
        tx, check_in_id=check_in_id, person_id=person.id, lead_id=with_whom, team_id=person.team_id, week_of=week_of
    )
    if not is_new:
        raise CheckInExists
    tx.record(
        CheckInOpened(
            target_id=check_in_id,
            concerns=person.id,
            version=1,
            person_id=person.id,
            team_id=person.team_id,
            week_of=week_of,
        )
    )
    return await get_check_in(tx, check_in_id, viewer_id)


async def get_check_in(tx: ReadTransaction, check_in_id: UUID, viewer_id: UUID | None) -> CheckIn:
    """A check-in that the viewer may know of, its parts still sealed; raises `CheckInNotFound`."""
    return _seen(await repository.get(tx, check_in_id), viewer_id)


async def read_parts(
    tx: WriteTransaction, vault: Vault, check_in: CheckIn, viewer_id: UUID | None
) -> dict[Part, str | None] | None:
    """What is written in a check-in, which is recorded as read; None for a viewer who may know only that there is one.

    After the person was erased the parts are gone, and read as empty.
    """
    if _sight(check_in, viewer_id) is not Sight.ALL:
        return None
    written = {part: sealed for part in Part if (sealed := check_in.sealed(part)) is not None}
    keys = await vault.existing_keys(tx, [check_in.person_id]) if written else {}
    key = keys.get(check_in.person_id)
    if key is None:
        return dict.fromkeys(Part)
    tx.record(CheckInRead(target_id=check_in.id, concerns=check_in.person_id))
    return {part: key.open_optional(_field(check_in.id, part), written.get(part)) for part in Part}


async def edit_check_in(
    tx: WriteTransaction,
    vault: Vault,
    *,
    check_in_id: UUID,
    viewer_id: UUID | None,
    version: int,
    changes: Mapping[Part, str | None],
) -> CheckIn:
    """Write, change or clear parts of an open check-in. No change leaves no trace.

    Raises `CheckInNotFound`, `VersionStale` and `CheckInAlreadySubmitted`.
    """
    check_in = await _lock_open(tx, check_in_id, viewer_id, version)
    if not changes:
        return check_in
    await _write(tx, vault, check_in, changes, is_submitted=False)
    tx.record(
        CheckInEdited(
            target_id=check_in.id,
            concerns=check_in.person_id,
            version=check_in.version + 1,
            person_id=check_in.person_id,
            team_id=check_in.team_id,
            week_of=check_in.week_of,
        )
    )
    return await get_check_in(tx, check_in_id, viewer_id)


async def submit_check_in(
    tx: WriteTransaction,
    vault: Vault,
    *,
    check_in_id: UUID,
    viewer_id: UUID | None,
    version: int,
    changes: Mapping[Part, str | None],
) -> CheckIn:
    """Submit a check-in, with last changes; from then on it stays as it is.

    Raises `CheckInIncomplete`, and what `edit_check_in` raises.
    """
    check_in = await _lock_open(tx, check_in_id, viewer_id, version)
    missing = rules.missing_parts(check_in, changes)
    if missing:
        raise CheckInIncomplete(pointer=f"/{missing[0]}")
    await _write(tx, vault, check_in, changes, is_submitted=True)
    tx.record(
        CheckInSubmitted(
            target_id=check_in.id,
            concerns=check_in.person_id,
            version=check_in.version + 1,
            person_id=check_in.person_id,
            team_id=check_in.team_id,
            week_of=check_in.week_of,
        )
    )
    return await get_check_in(tx, check_in_id, viewer_id)


async def _lock_open(tx: WriteTransaction, check_in_id: UUID, viewer_id: UUID | None, version: int) -> CheckIn:
    check_in = _seen(await repository.lock(tx, check_in_id), viewer_id)
    if check_in.version != version:
        raise VersionStale
    if not rules.is_open(check_in):
        raise CheckInAlreadySubmitted
    return check_in


def _seen(check_in: CheckIn | None, viewer_id: UUID | None) -> CheckIn:
    if check_in is None or _sight(check_in, viewer_id) is Sight.NOTHING:
        raise CheckInNotFound
    return check_in


def _sight(check_in: CheckIn, viewer_id: UUID | None) -> Sight:
    return rules.sight_of(viewer_id, person_id=check_in.person_id, lead_id=check_in.current_lead_id)


async def _write(
    tx: WriteTransaction, vault: Vault, check_in: CheckIn, changes: Mapping[Part, str | None], *, is_submitted: bool
) -> None:
    texts = {part: rules.clean(text) for part, text in changes.items()}
    sealed: dict[Part, bytes | None] = dict.fromkeys(texts)
    if any(text is not None for text in texts.values()):
        key = await vault.key_for(tx, check_in.person_id)
        sealed = {part: key.seal_optional(_field(check_in.id, part), text) for part, text in texts.items()}
    await repository.update(tx, check_in.id, sealed, is_submitted=is_submitted)


def _field(check_in_id: UUID, part: Part) -> Field:
    return Field(_TABLE, part.value, str(check_in_id))
