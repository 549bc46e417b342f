"""Rubrics that are anchored in what can be seen, and evaluations that score every dimension once."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.batches.model import FROM_THE_START, ItemResult, Position
from attune.interactions.errors import InteractionUnknown
from attune.kernel.db import Database
from attune.kernel.errors import AttuneError
from attune.kernel.ids import new_id
from attune.kernel.vault import Vault
from attune.people.model import Role
from attune.rubrics import repository, rules, service
from attune.rubrics.built_in import BUILT_IN, CUSTOMER_SURVEY, EMPATHY
from attune.rubrics.errors import (
    DimensionMissing,
    DimensionScoredTwice,
    DimensionUnknown,
    EvaluatesThemselves,
    EvaluationNotFound,
    EvaluationReferenceTaken,
    RatingOffScale,
    RubricNotFound,
    RubricUnknown,
    RubricVersionNotPublished,
)
from attune.rubrics.model import (
    LEVELS,
    Evaluation,
    EvaluationItem,
    EvaluatorKind,
    OriginalRating,
    Rubric,
    RubricDefinition,
    Score,
    VersionStatus,
)
from attune.rubrics.rules import Sight
from tests.conftest import Organisation
from tests.workplace import MORNING, Workplace, ref

DIMENSIONS = tuple(dimension.key for dimension in EMPATHY.dimensions)
LEVELS_OF_FIVE = tuple(Score(dimension=key, level=level) for key, level in zip(DIMENSIONS, LEVELS, strict=True))


def rated(value: int, dimension: str = "empathy") -> Score:
    original = OriginalRating(value=Decimal(value), minimum=Decimal(1), maximum=Decimal(5))
    return Score(dimension=dimension, level=value - 1, original=original)


def item(**more: Any) -> EvaluationItem:
    details: dict[str, Any] = {
        "id": new_id(),
        "rubric": "empathy",
        "interaction": ref("i-1"),
        "evaluator_kind": EvaluatorKind.PEER,
        "scores": LEVELS_OF_FIVE,
    }
    return EvaluationItem(**details | more)


@pytest.fixture
async def workplace(database: Database, vault: Vault, organisation: Organisation) -> Workplace:
    """With the rubrics, and a conversation of Ann's."""
    made = Workplace(database, vault, organisation)
    async with database.write(organisation.context()) as tx:
        await service.install_built_in(tx)
    await made.add_person("bea")
    await made.add_person("ann", lead="bea")
    await made.add_customer("c-1")
    await made.add_interaction("i-1", "c-1", "ann")
    return made


async def person_of(workplace: Workplace, name: str) -> UUID:
    async with workplace.database.read(workplace.organisation.context()) as tx:
        found: UUID = await tx.fetch_value(
            "SELECT id FROM person WHERE tenant_id = $1 AND external_id = $2", tx.tenant_id, name
        )
    return found


async def finish(
    workplace: Workplace, *items: EvaluationItem, author_id: UUID | None = None, atomic: bool = False
) -> list[ItemResult]:
    async with workplace.database.write(workplace.organisation.context(person_id=author_id)) as tx:
        return await service.finish_evaluations(tx, workplace.vault, items, author_id=author_id, atomic=atomic)


async def finish_one(workplace: Workplace, new: EvaluationItem, author_id: UUID | None = None) -> UUID:
    async with workplace.database.write(workplace.organisation.context(person_id=author_id)) as tx:
        return (await service.finish_evaluation(tx, workplace.vault, new, author_id=author_id)).require()


async def get(workplace: Workplace, evaluation_id: UUID, viewer_id: UUID | None = None) -> tuple[Evaluation, Sight]:
    async with workplace.database.read(workplace.organisation.context()) as tx:
        return await service.get_evaluation(tx, evaluation_id, viewer_id)


async def list_rubrics(workplace: Workplace) -> list[Rubric]:
    async with workplace.database.read(workplace.organisation.context()) as tx:
        return await repository.list_rubrics(tx, after=None, limit=10)


def outcomes(results: list[ItemResult]) -> list[str]:
    return [result.problem.code if result.problem else result.status.value for result in results]


class TestBuiltInRubrics:
    def test_empathy_has_five_dimensions_of_equal_weight(self) -> None:
        assert DIMENSIONS == (
            "emotional_resonance",
            "listening_accuracy",
            "clarity_of_next_steps",
            "cultural_awareness",
            "action_orientation",
        )
        assert {dimension.weight for dimension in EMPATHY.dimensions} == {Decimal(1)}

    def test_the_survey_asks_for_empathy_and_relevance(self) -> None:
        assert [dimension.key for dimension in CUSTOMER_SURVEY.dimensions] == ["empathy", "relevance"]

    @pytest.mark.parametrize("definition", BUILT_IN, ids=lambda definition: definition.slug)
    def test_every_level_is_anchored_and_has_an_example(self, definition: RubricDefinition) -> None:
        texts = []
        for dimension in definition.dimensions:
            assert [level.level for level in dimension.levels] == list(LEVELS)
            assert dimension.description
            texts += [text for level in dimension.levels for text in (level.anchor, level.example)]
        assert len(set(texts)) == len(texts)
        assert all(len(text.split()) >= 4 for text in texts)

    def test_anchors_say_what_is_done_and_not_how_good_it_is(self) -> None:
        judging = re.compile(
            r"\b(good|bad|poor|excellent|great|adequate|appropriate|empathetic|nice|very)\b", re.IGNORECASE
        )

        anchors = [level.anchor for dimension in EMPATHY.dimensions for level in dimension.levels]

        assert [anchor for anchor in anchors if judging.search(anchor)] == []


class TestInstallBuiltIn:
    async def test_they_are_published(self, workplace: Workplace) -> None:
        rubrics = {rubric.slug: rubric for rubric in await list_rubrics(workplace)}

        assert set(rubrics) == {"empathy", "customer-survey"}
        for definition in BUILT_IN:
            rubric = rubrics[definition.slug]
            assert (rubric.title, rubric.dimensions) == (definition.title, definition.dimensions)
            assert (rubric.number, rubric.status, rubric.is_built_in) == (1, VersionStatus.PUBLISHED, True)
        events = await workplace.events("rubric_version.published")
        assert {(event["target_id"], event["version"], event["data"]["number"]) for event in events} == {
            (rubric.version_id, 1, 1) for rubric in rubrics.values()
        }

    async def test_installing_again_changes_nothing(self, workplace: Workplace) -> None:
        before = await list_rubrics(workplace)

        async with workplace.database.write(workplace.organisation.context()) as tx:
            assert await service.install_built_in(tx) == 0

        assert await list_rubrics(workplace) == before
        assert len(await workplace.events("rubric_version.published")) == 2

    async def test_two_at_once_install_them_once(
        self, database: Database, vault: Vault, other_organisation: Organisation
    ) -> None:
        async def install() -> int:
            async with database.write(other_organisation.context()) as tx:
                return await service.install_built_in(tx)

        assert sorted(await asyncio.gather(install(), install())) == [0, 2]

    async def test_other_words_are_another_version(self, workplace: Workplace) -> None:
        (old,) = [rubric for rubric in await list_rubrics(workplace) if rubric.slug == "empathy"]

        async with workplace.database.write(workplace.organisation.context()) as tx:
            assert await service.install_built_in(tx, [replace(EMPATHY, title="Empathy, second edition")]) == 1
            kept = await tx.fetch_row(
                "SELECT title, status FROM rubric_version WHERE tenant_id = $1 AND id = $2",
                tx.tenant_id,
                old.version_id,
            )

        (new,) = [rubric for rubric in await list_rubrics(workplace) if rubric.slug == "empathy"]
        assert (new.id, new.number, new.title) == (old.id, 2, "Empathy, second edition")
        assert kept is not None
        assert tuple(kept) == (EMPATHY.title, "published")

    async def test_a_rubric_is_found_by_id_and_only_at_home(
        self, workplace: Workplace, other_organisation: Organisation
    ) -> None:
        rubric, *_ = await list_rubrics(workplace)

        async with workplace.database.read(workplace.organisation.context()) as tx:
            assert await service.get_rubric(tx, rubric.id) == rubric
        async with workplace.database.read(other_organisation.context()) as tx:
            with pytest.raises(RubricNotFound):
                await service.get_rubric(tx, rubric.id)


class TestCheckScores:
    @given(st.permutations(LEVELS_OF_FIVE))
    def test_every_dimension_once_in_any_order(self, scores: list[Score]) -> None:
        rules.check_scores(DIMENSIONS, scores)

    def test_what_did_not_apply_says_so(self) -> None:
        rules.check_scores(DIMENSIONS, [*LEVELS_OF_FIVE[:4], Score(dimension=DIMENSIONS[4], level=None)])

    @given(st.sets(st.sampled_from(DIMENSIONS), max_size=4))
    def test_any_that_is_missing_is_missed(self, kept: set[str]) -> None:
        with pytest.raises(DimensionMissing) as raised:
            rules.check_scores(DIMENSIONS, [score for score in LEVELS_OF_FIVE if score.dimension in kept])
        assert raised.value.pointer == "/scores"

    @given(st.integers(0, 4), st.text(max_size=20).filter(lambda text: text not in DIMENSIONS))
    def test_one_that_is_not_there_is_pointed_at(self, position: int, name: str) -> None:
        scores = list(LEVELS_OF_FIVE)
        scores.insert(position, Score(dimension=name, level=2))

        with pytest.raises(DimensionUnknown) as raised:
            rules.check_scores(DIMENSIONS, scores)
        assert raised.value.pointer == f"/scores/{position}/dimension"

    @given(st.integers(0, 4))
    def test_twice_is_once_too_often(self, position: int) -> None:
        with pytest.raises(DimensionScoredTwice) as raised:
            rules.check_scores(DIMENSIONS, [*LEVELS_OF_FIVE, LEVELS_OF_FIVE[position]])
        assert raised.value.pointer == "/scores/5/dimension"

    @pytest.mark.parametrize(("value", "low", "high"), [(0, 1, 5), (6, 1, 5), (3, 3, 3), (3, 5, 1)])
    def test_an_original_lies_on_its_scale(self, value: int, low: int, high: int) -> None:
        original = OriginalRating(value=Decimal(value), minimum=Decimal(low), maximum=Decimal(high))

        with pytest.raises(RatingOffScale) as raised:
            rules.check_scores(["empathy"], [Score(dimension="empathy", level=1, original=original)])
        assert raised.value.pointer == "/scores/0/original"

    @pytest.mark.parametrize("status", [status for status in VersionStatus if status is not VersionStatus.PUBLISHED])
    def test_only_a_published_version_scores_anybody(self, status: VersionStatus) -> None:
        with pytest.raises(RubricVersionNotPublished):
            rules.check_version(status)


class TestFinishEvaluation:
    async def test_it_is_about_whoever_had_the_conversation(self, workplace: Workplace) -> None:
        ann, bea = await person_of(workplace, "ann"), await person_of(workplace, "bea")

        evaluation_id = await finish_one(workplace, item(evaluated_at=MORNING), author_id=bea)

        evaluation, _ = await get(workplace, evaluation_id)
        assert (evaluation.person_id, evaluation.evaluator_id, evaluation.version) == (ann, bea, 1)
        assert evaluation.scores == LEVELS_OF_FIVE
        assert evaluation.evaluated_at == MORNING
        (event,) = await workplace.events("evaluation.finished")
        assert (event["target_id"], event["concerns"], event["version"]) == (evaluation_id, ann, 1)
        assert event["data"] == {
            "rubric_version_id": str(evaluation.rubric_version_id),
            "interaction_id": str(evaluation.interaction_id),
            "evaluator_kind": "peer",
        }

    async def test_a_customers_rating_keeps_its_own_scale(self, workplace: Workplace) -> None:
        scores = (rated(4), Score(dimension="relevance", level=None))
        survey = item(rubric="customer-survey", evaluator_kind=EvaluatorKind.CLIENT, scores=scores)

        evaluation, _ = await get(workplace, await finish_one(workplace, survey))

        assert evaluation.scores == scores
        assert evaluation.evaluator_id is None

    async def test_nobody_evaluates_themselves(self, workplace: Workplace) -> None:
        ann = await person_of(workplace, "ann")

        for kind in EvaluatorKind:
            with pytest.raises(EvaluatesThemselves):
                await finish_one(workplace, item(evaluator_kind=kind), author_id=ann)

    async def test_what_it_names_has_to_be_there(self, workplace: Workplace) -> None:
        wrong: dict[str, tuple[EvaluationItem, type[AttuneError]]] = {
            "/rubric_slug": (item(rubric="sympathy"), RubricUnknown),
            "/rubric_version_id": (item(rubric=new_id()), RubricUnknown),
            "/interaction_ref": (item(interaction=ref("i-9")), InteractionUnknown),
            "/interaction_id": (item(interaction=new_id()), InteractionUnknown),
            "/scores": (item(scores=LEVELS_OF_FIVE[:2]), DimensionMissing),
        }

        results = await finish(workplace, *(new for new, _ in wrong.values()))

        for result, (pointer, (_, refusal)) in zip(results, wrong.items(), strict=True):
            assert isinstance(result.problem, refusal)
            assert result.problem.pointer == pointer

    async def test_a_draft_scores_nobody(self, workplace: Workplace) -> None:
        draft = new_id()
        async with workplace.database.write(workplace.organisation.context()) as tx:
            await tx.execute(
                "INSERT INTO rubric_version (tenant_id, id, rubric_id, number, status, title, dimensions)"
                " SELECT tenant_id, $2, rubric_id, 2, 'draft', title, dimensions FROM rubric_version"
                " WHERE tenant_id = $1 AND title = $3",
                tx.tenant_id,
                draft,
                EMPATHY.title,
            )

        with pytest.raises(RubricVersionNotPublished):
            await finish_one(workplace, item(rubric=draft))
        # The slug still means the latest published one.
        await finish_one(workplace, item())

    async def test_a_rerun_adds_nothing(self, workplace: Workplace) -> None:
        batch = [item(external_ref=ref("e-1")), item(external_ref=ref("e-2"), note="Well done.")]
        first = await finish(workplace, *batch)

        second = await finish(workplace, *(replace(each, id=new_id()) for each in batch))

        assert outcomes(first) == ["created", "created"]
        assert outcomes(second) == ["unchanged", "unchanged"]
        assert [result.id for result in second] == [result.id for result in first]
        assert len(await workplace.events("evaluation.finished")) == 2

    async def test_five_at_once_are_one(self, workplace: Workplace) -> None:
        results = await asyncio.gather(*(finish(workplace, item(external_ref=ref("e-1"))) for _ in range(5)))

        assert sorted(outcomes([each for (each,) in results])) == ["created", *["unchanged"] * 4]
        assert len({each.id for (each,) in results}) == 1

    async def test_a_reference_stays_with_what_was_said(self, workplace: Workplace) -> None:
        await finish_one(workplace, item(external_ref=ref("e-1")))
        other = (*LEVELS_OF_FIVE[:4], Score(dimension=DIMENSIONS[4], level=0))

        with pytest.raises(EvaluationReferenceTaken):
            await finish_one(workplace, item(external_ref=ref("e-1"), scores=other))

    async def test_twice_in_one_batch_is_refused(self, workplace: Workplace) -> None:
        results = await finish(workplace, *(item(external_ref=ref("e-1")) for _ in range(2)), item(), item())

        assert outcomes(results) == ["created", "duplicate_in_batch", "created", "created"]

    async def test_all_or_none(self, workplace: Workplace) -> None:
        results = await finish(workplace, item(), item(rubric="sympathy"), atomic=True)

        assert outcomes(results) == ["not_applied", "rubric_unknown"]
        assert await workplace.events("evaluation.finished") == []


class TestReadEvaluation:
    async def test_who_sees_what(self, workplace: Workplace) -> None:
        """The evaluated, their lead, whoever made it, quality and administrators; an integration without the note."""
        maker = await workplace.add_person("cleo")
        evaluation_id = await finish_one(workplace, item(note="Well done."), author_id=maker)
        parties = [await person_of(workplace, "ann"), await person_of(workplace, "bea"), maker]
        parties += [await workplace.add_person("quinn", Role.QUALITY), await workplace.add_person("ada", Role.ADMIN)]

        for viewer in parties:
            assert (await get(workplace, evaluation_id, viewer))[1] is Sight.ALL
        assert (await get(workplace, evaluation_id, None))[1] is Sight.SCORES
        for name, role in (("dan", Role.AGENT), ("lea", Role.LEAD), ("stu", Role.STEWARD)):
            with pytest.raises(EvaluationNotFound):
                await get(workplace, evaluation_id, await workplace.add_person(name, role))

    async def test_a_note_is_sealed_and_its_reading_on_record(self, workplace: Workplace) -> None:
        ann = await person_of(workplace, "ann")
        evaluation_id = await finish_one(workplace, item(note="She interrupted twice."))
        evaluation, _ = await get(workplace, evaluation_id, ann)
        assert b"interrupted" not in (evaluation.note_sealed or b"interrupted")

        async with workplace.database.write(workplace.organisation.context(person_id=ann)) as tx:
            assert await service.read_note(tx, workplace.vault, evaluation) == "She interrupted twice."

        (event,) = await workplace.events("evaluation.note_read")
        assert (event["target_id"], event["concerns"], event["actor_id"]) == (evaluation_id, ann, ann)
        assert event["version"] is None

    async def test_no_note_no_reading(self, workplace: Workplace) -> None:
        evaluation, _ = await get(workplace, await finish_one(workplace, item()))

        async with workplace.database.write(workplace.organisation.context()) as tx:
            assert await service.read_note(tx, workplace.vault, evaluation) is None
        assert await workplace.events("evaluation.note_read") == []

    async def test_without_the_persons_key_the_note_is_gone(self, workplace: Workplace) -> None:
        evaluation, _ = await get(workplace, await finish_one(workplace, item(note="She interrupted twice.")))
        async with workplace.database.write(workplace.organisation.context()) as tx:
            await tx.execute("DELETE FROM subject_key WHERE tenant_id = $1", tx.tenant_id)
            assert await service.read_note(tx, workplace.vault, evaluation) is None

    async def test_lists_hold_what_the_viewer_may_see(
        self, workplace: Workplace, other_organisation: Organisation
    ) -> None:
        ann, bea = await person_of(workplace, "ann"), await person_of(workplace, "bea")
        await workplace.add_interaction("i-2", "c-1", "bea")
        about_ann = await finish_one(workplace, item())
        about_bea = await finish_one(workplace, item(interaction=ref("i-2")))
        quinn = await workplace.add_person("quinn", Role.QUALITY)

        async def seen_by(viewer_id: UUID | None, place: Organisation = workplace.organisation) -> list[UUID]:
            async with workplace.database.read(place.context()) as tx:
                rows = await service.list_evaluations(tx, after=FROM_THE_START, viewer_id=viewer_id, limit=10)
            return [row.id for row in rows]

        assert await seen_by(ann) == [about_ann]
        assert await seen_by(bea) == [about_ann, about_bea]
        assert await seen_by(quinn) == await seen_by(None) == [about_ann, about_bea]
        assert await seen_by(new_id()) == []
        assert await seen_by(None, other_organisation) == []

    async def test_filters_and_pages(self, workplace: Workplace) -> None:
        ann = await person_of(workplace, "ann")
        made = [await finish_one(workplace, item()) for _ in range(3)]
        interaction_id = (await get(workplace, made[0]))[0].interaction_id

        async def listed(after: Position = FROM_THE_START, **filters: UUID) -> list[Evaluation]:
            async with workplace.database.read(workplace.organisation.context()) as tx:
                return await service.list_evaluations(tx, after=after, viewer_id=None, limit=2, **filters)

        first = await listed()
        rest = await listed(Position(first[-1].updated_at, first[-1].id))
        assert [row.id for row in [*first, *rest]] == made
        assert len(await listed(person_id=ann)) == len(await listed(interaction_id=interaction_id)) == 2
        assert await listed(person_id=new_id()) == await listed(interaction_id=new_id()) == []


class TestPostgresItself:
    async def test_it_takes_no_level_beyond_four(self, workplace: Workplace) -> None:
        evaluation_id = await finish_one(workplace, item())

        with pytest.raises(asyncpg.CheckViolationError):
            async with workplace.database.write(workplace.organisation.context()) as tx:
                await tx.execute(
                    "INSERT INTO evaluation_score (tenant_id, evaluation_id, dimension, level) VALUES ($1, $2, 'x', 5)",
                    tx.tenant_id,
                    evaluation_id,
                )
