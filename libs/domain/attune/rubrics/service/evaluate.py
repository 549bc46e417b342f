"""Evaluating conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from attune.batches.model import ExternalRef, ItemResult, ItemStatus
from attune.batches.rules import refuse_duplicates
from attune.batches.service import run_batch
from attune.interactions.errors import InteractionUnknown
from attune.interactions.model import Interaction
from attune.interactions.service import find_interactions
from attune.kernel.errors import AttuneError
from attune.kernel.transactions import WriteTransaction
from attune.kernel.vault import Field, Vault
from attune.rubrics import repository, rules
from attune.rubrics.errors import EvaluationReferenceTaken, RubricUnknown
from attune.rubrics.events import EvaluationFinished
from attune.rubrics.model import Evaluation, EvaluationItem, NewEvaluation, RubricVersion


async def finish_evaluation(
    tx: WriteTransaction, vault: Vault, item: EvaluationItem, *, author_id: UUID | None
) -> ItemResult:
    """Evaluate a conversation. A repeated reference changes nothing. `author_id` is the person who sends it in, if any.

    Raises `RubricUnknown`, `RubricVersionNotPublished`, `InteractionUnknown`, `EvaluatesThemselves`,
    `EvaluationReferenceTaken` and the refusals of `rules.check_scores`.
    """
    (result,) = await finish_evaluations(tx, vault, [item], author_id=author_id)
    result.require()
    return result


async def finish_evaluations(
    tx: WriteTransaction,
    vault: Vault,
    items: Sequence[EvaluationItem],
    *,
    author_id: UUID | None,
    atomic: bool = False,
) -> list[ItemResult]:
    """Evaluate conversations; one result for each item, in their order."""
    return await run_batch(tx, lambda: _finish(tx, vault, items, author_id), atomic=atomic)


async def _finish(
    tx: WriteTransaction, vault: Vault, items: Sequence[EvaluationItem], author_id: UUID | None
) -> list[ItemResult]:
    problems = _refuse_repeated_in_batch(items)
    ready = await _prepare(tx, items, author_id, problems)
    stored = await _list_stored(tx, ready)
    new = [index for index, evaluation in ready.items() if evaluation.external_ref not in stored]
    inserted = await _insert(tx, vault, {ready[index].id: (items[index], ready[index]) for index in new})
    if len(inserted) < len(new):
        # Somebody else stored the same reference in between.
        stored |= await _list_stored(tx, ready)
    results = []
    for index, item in enumerate(items):
        if index in problems:
            results.append(ItemResult(index=index, status=ItemStatus.FAILED, id=None, problem=problems[index]))
        elif item.id in inserted:
            results.append(ItemResult(index=index, status=ItemStatus.CREATED, id=item.id))
        else:
            results.append(_repeated(index, ready[index], stored))
    return results


async def _prepare(
    tx: WriteTransaction, items: Sequence[EvaluationItem], author_id: UUID | None, problems: dict[int, AttuneError]
) -> dict[int, NewEvaluation]:
    """The items that may be stored, by index; the others get their problem."""
    versions = await repository.list_versions(tx, [item.rubric for item in items])
    interactions = await find_interactions(tx, [item.interaction for item in items])
    ready = {}
    for index, item in enumerate(items):
        if index in problems:
            continue
        try:
            ready[index] = _describe(item, versions.get(item.rubric), interactions.get(item.interaction), author_id)
        except AttuneError as error:
            problems[index] = error
    return ready


def _describe(
    item: EvaluationItem, version: RubricVersion | None, interaction: Interaction | None, author_id: UUID | None
) -> NewEvaluation:
    """The evaluation an item becomes; raises its refusal."""
    if version is None:
        raise RubricUnknown(pointer="/rubric_version_id" if isinstance(item.rubric, UUID) else "/rubric_slug")
    if interaction is None:
        raise InteractionUnknown(
            pointer="/interaction_id" if isinstance(item.interaction, UUID) else "/interaction_ref"
        )
    rules.check_version(version.status)
    rules.check_scores(version.dimension_keys, item.scores)
    return NewEvaluation(
        id=item.id,
        external_ref=item.external_ref,
        rubric_id=version.rubric_id,
        rubric_version_id=version.id,
        interaction_id=interaction.id,
        person_id=interaction.person_id,
        evaluator_kind=item.evaluator_kind,
        evaluator_id=rules.evaluator_of(item.evaluator_kind, author_id, interaction.person_id),
        evaluated_at=item.evaluated_at,
        scores=item.scores,
    )


async def _insert(
    tx: WriteTransaction, vault: Vault, new: Mapping[UUID, tuple[EvaluationItem, NewEvaluation]]
) -> set[UUID]:
    """Which of the new evaluations went in. Each note is sealed under the key of the person it is about."""
    if not new:
        return set()
    noted = {item.id: (evaluation.person_id, item.note) for item, evaluation in new.values() if item.note is not None}
    keys = await vault.keys_for(tx, sorted({person_id for person_id, _ in noted.values()})) if noted else {}
    notes = {
        evaluation_id: keys[person_id].seal(note_field(evaluation_id), note)
        for evaluation_id, (person_id, note) in noted.items()
    }
    inserted = await repository.insert_evaluations(tx, [evaluation for _, evaluation in new.values()], notes)
    for evaluation_id, (_, evaluation) in new.items():
        if evaluation_id in inserted:
            tx.record(
                EvaluationFinished(
                    target_id=evaluation_id,
                    concerns=evaluation.person_id,
                    version=1,
                    rubric_version_id=evaluation.rubric_version_id,
                    interaction_id=evaluation.interaction_id,
                    evaluator_kind=evaluation.evaluator_kind,
                )
            )
    return inserted


async def _list_stored(tx: WriteTransaction, ready: Mapping[int, NewEvaluation]) -> dict[ExternalRef, Evaluation]:
    refs = [evaluation.external_ref for evaluation in ready.values() if evaluation.external_ref is not None]
    return await repository.list_evaluations_by_ref(tx, refs) if refs else {}


def _repeated(index: int, evaluation: NewEvaluation, stored: Mapping[ExternalRef, Evaluation]) -> ItemResult:
    assert evaluation.external_ref is not None  # only a reference that was there before keeps one from going in
    before = stored[evaluation.external_ref]
    if rules.is_repeated(evaluation, before):
        return ItemResult(index=index, status=ItemStatus.UNCHANGED, id=before.id)
    problem = EvaluationReferenceTaken(pointer="/external_ref")
    return ItemResult(index=index, status=ItemStatus.FAILED, id=None, problem=problem)


def _refuse_repeated_in_batch(items: Sequence[EvaluationItem]) -> dict[int, AttuneError]:
    """Items without a reference of their own are never the same as another."""
    referred = [index for index, item in enumerate(items) if item.external_ref is not None]
    refs = [ref for item in items if (ref := item.external_ref) is not None]
    return {referred[position]: problem for position, problem in refuse_duplicates(refs).items()}


def note_field(evaluation_id: UUID) -> Field:
    """Where an evaluation's note stands: what its seal is bound to."""
    return Field("evaluation", "note", str(evaluation_id))
