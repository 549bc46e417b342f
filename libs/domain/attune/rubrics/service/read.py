"""Reading rubrics, and evaluations by those whom they concern."""

from __future__ import annotations

from uuid import UUID

from attune.batches.model import Position
from attune.kernel.transactions import ReadTransaction, WriteTransaction
from attune.kernel.vault import Vault
from attune.people.model import Role
from attune.people.service import find_people
from attune.rubrics import repository, rules
from attune.rubrics.errors import EvaluationNotFound, RubricNotFound, RubricUnknown
from attune.rubrics.events import EvaluationNoteRead
from attune.rubrics.model import Evaluation, Rubric, RubricVersion
from attune.rubrics.rules import Sight
from attune.rubrics.service.evaluate import note_field


async def get_rubric(tx: ReadTransaction, rubric_id: UUID) -> Rubric:
    """A rubric in its latest published version. Raises `RubricNotFound`."""
    rubric = await repository.get_rubric(tx, rubric_id)
    if rubric is None:
        raise RubricNotFound
    return rubric


async def list_evaluations(
    tx: ReadTransaction,
    *,
    after: Position,
    viewer_id: UUID | None,
    person_id: UUID | None = None,
    interaction_id: UUID | None = None,
    limit: int,
) -> list[Evaluation]:
    """The evaluations that a viewer may see, in the order they changed; all of them for an integration (None)."""
    limited_to = None if rules.sees_all(await _roles_of(tx, viewer_id)) else viewer_id
    return await repository.list_evaluations(
        tx, after=after, viewer_id=limited_to, person_id=person_id, interaction_id=interaction_id, limit=limit
    )


async def get_evaluation(tx: ReadTransaction, evaluation_id: UUID, viewer_id: UUID | None) -> tuple[Evaluation, Sight]:
    """An evaluation, and how much of it the viewer sees. Raises `EvaluationNotFound`."""
    evaluation = await repository.get_evaluation(tx, evaluation_id)
    if evaluation is None:
        raise EvaluationNotFound
    sight = rules.sight_of(evaluation, viewer_id, await _roles_of(tx, viewer_id))
    if sight is Sight.NOTHING:
        raise EvaluationNotFound
    return evaluation, sight


async def read_note(tx: WriteTransaction, vault: Vault, evaluation: Evaluation) -> str | None:
    """The note of an evaluation, which is recorded as read; None where there is none, or the person was erased."""
    if evaluation.note_sealed is None:
        return None
    key = (await vault.existing_keys(tx, [evaluation.person_id])).get(evaluation.person_id)
    if key is None:
        return None
    tx.record(EvaluationNoteRead(target_id=evaluation.id, concerns=evaluation.person_id))
    return key.open(note_field(evaluation.id), evaluation.note_sealed)


async def _roles_of(tx: ReadTransaction, viewer_id: UUID | None) -> tuple[Role, ...]:
    if viewer_id is None:
        return ()
    person = (await find_people(tx, [viewer_id])).get(viewer_id)
    return () if person is None else person.roles


async def require_version(tx: ReadTransaction, name: UUID | str, *, pointer: str) -> RubricVersion:
    """A version by its id, or the latest published one of a slug. Raises `RubricUnknown` with the pointer."""
    version = (await repository.list_versions(tx, [name])).get(name)
    if version is None:
        raise RubricUnknown(pointer=pointer)
    return version
