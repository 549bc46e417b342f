"""Bringing the built-in rubrics to an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from attune.kernel.ids import new_id
from attune.kernel.transactions import WriteTransaction
from attune.rubrics import repository
from attune.rubrics.built_in import BUILT_IN
from attune.rubrics.events import RubricVersionPublished
from attune.rubrics.model import RubricDefinition


async def install_built_in(tx: WriteTransaction, definitions: Sequence[RubricDefinition] = BUILT_IN) -> int:
    """Publish the built-in rubrics that an organisation lacks, and those that read differently now; how many.

    Safe to repeat: what is there already stays as it is, and a published version never changes.
    """
    await repository.lock_rubrics(tx)
    published = 0
    for definition in definitions:
        present = await repository.get_rubric_by_slug(tx, definition.slug)
        if present is not None and (present.title, present.dimensions) == (definition.title, definition.dimensions):
            continue
        await _publish(tx, definition)
        published += 1
    return published


async def _publish(tx: WriteTransaction, definition: RubricDefinition) -> None:
    rubric_id = await repository.ensure_rubric(tx, new_id(), definition.slug)
    version_id = new_id()
    number = await repository.insert_version(tx, version_id, rubric_id, definition)
    tx.record(RubricVersionPublished(target_id=version_id, version=1, rubric_id=rubric_id, number=number))
