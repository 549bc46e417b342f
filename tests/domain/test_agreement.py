"""Coefficients of agreement: published tables figure by figure, what is undefined, and what must make no difference."""

from __future__ import annotations

import random
from collections import Counter
from itertools import permutations
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attune.calibration.agreement.analysis import Analysis, analyse
from attune.calibration.agreement.bootstrap import Interval
from attune.calibration.agreement.named import COEFFICIENTS
from attune.calibration.agreement.rasch import rasch_severities
from attune.calibration.agreement.ratings import Numbers, Ratings
from attune.calibration.agreement.terms import point_of
from attune.calibration.model import CoefficientName, Metric, Reason, ReliabilityStatus, Undefined
from tests.published_ratings import (
    ABSTRACTORS,
    BITTERNESS,
    EIGHT_WINES,
    FLEISS_1971,
    FOURTEEN_RATERS,
    GWET_4_RATERS,
    KRIPPENDORFF_2011,
    MARRIED_COUPLES,
    PARADOX,
    SHROUT_FLEISS,
    SIX_RATERS,
    THREE_CODERS,
    WINNIPEG,
    Table,
)

N = CoefficientName
PUBLISHED: list[tuple[CoefficientName, Table, tuple[int, int], float, int]] = [
    (N.PERCENT_AGREEMENT, KRIPPENDORFF_2011, (1, 5), 0.818182, 6),
    (N.PERCENT_AGREEMENT, PARADOX, (0, 1), 0.944, 3),
    (N.ADJACENT_AGREEMENT, ABSTRACTORS, (0, 2), 1.0, 6),
    (N.ALPHA_NOMINAL, KRIPPENDORFF_2011, (1, 5), 0.743421, 6),
    (N.ALPHA_NOMINAL, THREE_CODERS, (1, 4), 0.691, 3),
    (N.ALPHA_NOMINAL, SIX_RATERS, (0, 4), 0.4204384, 7),
    (N.ALPHA_NOMINAL, ABSTRACTORS, (0, 2), 0.7972585, 7),
    (N.ALPHA_ORDINAL, KRIPPENDORFF_2011, (1, 5), 0.815388, 6),
    (N.ALPHA_ORDINAL, BITTERNESS, (1, 5), 0.344144, 6),
    (N.ALPHA_INTERVAL, KRIPPENDORFF_2011, (1, 5), 0.849107, 6),
    (N.ALPHA_INTERVAL, THREE_CODERS, (1, 4), 0.811, 3),
    (N.ALPHA_RATIO, KRIPPENDORFF_2011, (1, 5), 0.797403, 6),
    (N.AC1, GWET_4_RATERS, (1, 5), 0.775444, 6),
    (N.AC1, SIX_RATERS, (0, 4), 0.4448007, 7),
    (N.AC1, ABSTRACTORS, (0, 2), 0.8493305, 7),
    (N.AC1, PARADOX, (0, 1), 0.940776, 6),
    (N.AC2_QUADRATIC, GWET_4_RATERS, (1, 5), 0.914001, 6),
    (N.AC2_LINEAR, GWET_4_RATERS, (1, 5), 0.858739, 6),
    (N.AC2_ORDINAL, GWET_4_RATERS, (1, 5), 0.898940, 6),
    (N.COHEN_KAPPA, PARADOX, (0, 1), -0.023392, 6),
    (N.COHEN_KAPPA, ABSTRACTORS, (0, 2), 0.7964094, 7),
    (N.COHEN_KAPPA, MARRIED_COUPLES, (0, 3), 0.1293, 4),
    (N.COHEN_KAPPA_LINEAR, MARRIED_COUPLES, (0, 3), 0.2374, 4),
    (N.COHEN_KAPPA_LINEAR, WINNIPEG, (0, 3), 0.3797, 4),
    (N.COHEN_KAPPA_QUADRATIC, MARRIED_COUPLES, (0, 3), 0.3320, 4),
    (N.COHEN_KAPPA_QUADRATIC, WINNIPEG, (0, 3), 0.5246, 4),
    (N.CONGER_KAPPA, GWET_4_RATERS, (1, 5), 0.762817, 6),
    (N.CONGER_KAPPA, ABSTRACTORS, (0, 2), 0.7964094, 7),
    (N.FLEISS_KAPPA, FLEISS_1971, (0, 4), 0.430245, 6),
    (N.FLEISS_KAPPA, FOURTEEN_RATERS, (0, 4), 0.209931, 6),
    (N.FLEISS_KAPPA, SIX_RATERS, (0, 4), 0.4139265, 7),
    (N.FLEISS_KAPPA, GWET_4_RATERS, (1, 5), 0.761169, 6),
    (N.ICC_2_1, SHROUT_FLEISS, (1, 10), 0.29, 2),
    (N.ICC_2_1, EIGHT_WINES, (0, 9), 0.728, 3),
    (N.ICC_2_K, SHROUT_FLEISS, (1, 10), 0.62, 2),
    (N.ICC_2_K, EIGHT_WINES, (0, 9), 0.914, 3),
]


@pytest.mark.parametrize(("name", "table", "scale", "published", "digits"), PUBLISHED)
def test_published_figures_come_out(
    name: CoefficientName, table: Table, scale: tuple[int, int], published: float, digits: int
) -> None:
    assert value_of(name, table, *scale) == pytest.approx(published, abs=0.5001 * 10**-digits)


@pytest.mark.parametrize(
    ("name", "published"),
    [(N.AC1, 0.142950), (N.AC2_QUADRATIC, 0.103962), (N.AC2_ORDINAL, 0.106904), (N.AC2_LINEAR, 0.117329)],
)
def test_gwets_standard_errors_come_out(name: CoefficientName, published: float) -> None:
    analysis = analyse(Ratings.of(GWET_4_RATERS, lowest=1, highest=5), Metric.ORDINAL, draws=10, seed=1)
    estimate = next(each for each in analysis.estimates if each.name is name)
    assert estimate.standard_error == pytest.approx(published, abs=1e-6)


def test_krippendorffs_ordinal_metric_is_not_gwets_ordinal_weights() -> None:
    assert value_of(N.ALPHA_ORDINAL, KRIPPENDORFF_2011, 1, 5) != pytest.approx(0.833638, abs=1e-3)


def test_a_level_nobody_used_counts_for_ac_and_not_for_alpha() -> None:
    narrow, wide = (value_of(N.AC1, BITTERNESS, 1, 5), value_of(N.AC1, BITTERNESS, 0, 9))
    assert narrow != wide
    assert value_of(N.ALPHA_ORDINAL, BITTERNESS, 1, 5) == pytest.approx(value_of(N.ALPHA_ORDINAL, BITTERNESS, 0, 9))


class TestUndefined:
    @pytest.mark.parametrize(
        ("table", "reason"),
        [
            ([[3, 3, 3]] * 12, Reason.NO_VARIATION),
            ([[1], [2], [4]], Reason.ONE_RATER),
            ([[1, None], [None, 2]], Reason.NO_ITEM_RATED_TWICE),
            ([], Reason.NO_RATINGS),
        ],
    )
    def test_there_is_a_reason_instead_of_a_number(self, table: Table, reason: Reason) -> None:
        analysis = analysed(table)
        assert (analysis.status, analysis.reason) == (ReliabilityStatus.UNDETERMINED, reason)
        alpha = next(each for each in analysis.estimates if each.name is N.ALPHA_ORDINAL)
        assert (alpha.value, alpha.interval) == (None, None)
        assert alpha.undefined is not None
        assert alpha.undefined.value == reason.value

    def test_raters_who_all_say_the_same_still_have_a_percent_agreement(self) -> None:
        assert value_of(N.PERCENT_AGREEMENT, [[3, 3, 3]] * 12, 0, 4) == 1.0

    @pytest.mark.parametrize(
        ("name", "table", "reason"),
        [
            (N.COHEN_KAPPA, KRIPPENDORFF_2011, Undefined.NOT_TWO_RATERS),
            (N.ICC_2_1, KRIPPENDORFF_2011, Undefined.CELLS_MISSING),
            (N.ICC_2_1, [[1, 2]], Undefined.ONE_ITEM),
            (N.CONGER_KAPPA, [[1] * 201, [2] * 201], Undefined.TOO_MANY_RATERS),
        ],
    )
    def test_a_coefficient_that_does_not_apply_says_why(
        self, name: CoefficientName, table: Table, reason: Undefined
    ) -> None:
        assert point_of(COEFFICIENTS[name], Ratings.of(table, lowest=0, highest=5)) is reason

    def test_a_ratio_needs_a_scale_without_negative_numbers(self) -> None:
        ratings = Ratings.of([[-1, 1], [0, 1]], lowest=-1, highest=1)
        assert point_of(COEFFICIENTS[N.ALPHA_RATIO], ratings) is Undefined.SCALE_BELOW_ZERO


class TestVerdict:
    def test_a_handful_of_items_gets_figures_and_no_verdict(self) -> None:
        analysis = analysed(BITTERNESS, 1, 5)
        assert (analysis.status, analysis.reason) == (ReliabilityStatus.UNDETERMINED, Reason.FEW_ITEMS)
        assert analysis.further_items is not None
        assert analysis.further_items > 0

    def test_the_prevalence_paradox_is_not_called_disagreement(self) -> None:
        analysis = analysed(PARADOX, 0, 1)
        assert (analysis.status, analysis.reason) == (ReliabilityStatus.UNDETERMINED, Reason.ONE_LEVEL_PREVAILS)

    @pytest.mark.parametrize(
        ("noise", "items", "status", "reason"),
        [
            (0.0, 40, ReliabilityStatus.RELIABLE, None),
            (0.45, 60, ReliabilityStatus.TENTATIVE, Reason.BELOW_RELIABLE),
            (1.0, 60, ReliabilityStatus.UNRELIABLE, Reason.RATERS_DISAGREE),
            (0.3, 12, ReliabilityStatus.UNRELIABLE, Reason.INTERVAL_WIDE),
        ],
    )
    def test_the_lower_end_of_the_interval_decides(
        self, noise: float, items: int, status: ReliabilityStatus, reason: Reason | None
    ) -> None:
        analysis = analysed(simulated(items=items, raters=3, noise=noise))
        assert (analysis.status, analysis.reason) == (status, reason)


class TestBootstrap:
    def test_the_same_seed_gives_the_same_figures_and_another_does_not(self) -> None:
        ratings = Ratings.of(BITTERNESS, lowest=1, highest=5)
        first, again, other = (analyse(ratings, Metric.ORDINAL, draws=300, seed=seed) for seed in (7, 7, 8))
        assert first == again
        assert first != other

    def test_the_interval_covers_what_was_put_in_nineteen_times_of_twenty(self) -> None:
        truth = value_of(N.ALPHA_ORDINAL, simulated(items=4000, raters=3, noise=0.8), 0, 4)
        covered = sum(
            interval.low <= truth <= interval.high
            for seed in range(100)
            if (interval := alpha_interval(simulated(items=60, raters=3, noise=0.8, seed=seed + 1))) is not None
        )
        assert 86 <= covered <= 100

    def test_a_round_of_twelve_raters_is_done_in_a_fraction_of_its_budget(self) -> None:
        table = [simulated(items=200, raters=12, noise=0.8, seed=seed) for seed in range(5)]
        started = process_time()
        for stream, each in enumerate(table):
            analyse(Ratings.of(each, lowest=0, highest=4), Metric.ORDINAL, draws=2000, seed=1, stream=stream)
        assert process_time() - started < 15

    def test_four_times_the_items_take_no_more_than_their_share(self) -> None:
        """In time of the processor, which a busy machine does not stretch; quadratic growth would take sixteen times."""

        def seconds(items: int) -> float:
            ratings = Ratings.of(simulated(items=items, raters=12, noise=0.8), lowest=0, highest=4)
            started = process_time()
            analyse(ratings, Metric.ORDINAL, draws=2000, seed=1)
            return process_time() - started

        seconds(200)
        assert seconds(4000) < 8 * max(seconds(1000), 0.05)


class TestRaters:
    def test_the_severe_and_the_mild_judge_are_found(self) -> None:
        by_judge = [each.bias for each in analysed(BITTERNESS, 1, 5).severities]
        published = [0.938, -0.328, 0.656, -0.047, 0.094, 0.234, -1.031, -0.188, -0.328]
        assert by_judge == pytest.approx(published, abs=0.0006)
        leanings = {n + 1: each.leaning for n, each in enumerate(analysed(BITTERNESS, 1, 5).severities)}
        assert (leanings[7], leanings[1], leanings[4]) == ("severe", "mild", "usual")

    def test_a_significant_trifle_is_no_flag(self) -> None:
        table = [[*row[:2], min(row[2] + (item % 4 == 0), 4)] for item, row in enumerate(exact(items=400))]
        severity = analysed(table).severities[2]
        assert severity.low is not None
        assert severity.low > 0
        assert severity.leaning == "usual"

    def test_what_few_ratings_say_is_shrunk_towards_nothing(self) -> None:
        for severity in analysed(simulated(items=30, raters=4, noise=1.0)).severities:
            assert severity.bias is not None
            assert severity.shrunk is not None
            assert abs(severity.shrunk) <= abs(severity.bias)

    @pytest.mark.parametrize(("change", "drift"), [(0, "steady"), (2, "milder"), (-2, "more_severe")])
    def test_a_rater_who_moves_is_noticed(self, change: int, drift: str) -> None:
        chance = random.Random(11)
        table = [[value := chance.randint(2, 4), value + chance.randint(-1, 1), 0] for _ in range(60)]
        for item, row in enumerate(table):
            row[2] = row[0] + chance.randint(-1, 1) + (change if item >= 40 else 0)
        ratings = Ratings.of(table, lowest=-2, highest=9)
        order = np.tile(np.arange(60)[:, None], 3)
        analysis = analyse(ratings, Metric.ORDINAL, draws=10, seed=1, order=order)
        assert analysis.severities[2].drift == drift

    def test_nothing_is_said_about_drift_without_an_order(self) -> None:
        assert {each.drift for each in analysed(BITTERNESS, 1, 5).severities} == {None}


class TestRasch:
    def test_planted_severities_come_out_though_raters_were_given_different_items(self) -> None:
        planted = np.array([-1.0, -0.4, 0.0, 0.3, 1.1])
        found = rasch_severities(rasch_table(planted, items=1500, missing=0.4))
        assert found is not None
        assert np.abs(found - planted).max() < 0.2

    def test_a_level_that_nobody_used_makes_no_difference(self) -> None:
        ratings = rasch_table(np.array([-0.5, 0.0, 0.5]), items=120)
        wider = Ratings(np.where(ratings.cells >= 0, ratings.cells * 2, -1), np.arange(9, dtype=np.float64))
        assert rasch_severities(ratings) == pytest.approx(rasch_severities(wider))

    @pytest.mark.parametrize(
        "table",
        [
            [[0, 1, 2]] * 29,
            [[at % 4, (at + at // 4) % 4] for at in range(40)],
            [[at % 4, 3 - at % 4, None, None] for at in range(40)] + [[None, None, at % 4, 1] for at in range(40)],
            [[at % 4, (at + at // 4) % 4, 3] for at in range(40)],
            [[2, 2, 2]] * 40,
        ],
        ids=["few items", "two raters", "not linked", "one end only", "one level"],
    )
    def test_where_the_data_do_not_carry_the_model_there_is_no_estimate(self, table: Table) -> None:
        assert rasch_severities(Ratings.of(table, lowest=0, highest=3)) is None


def rasch_table(severities: Numbers, *, items: int, missing: float = 0.0) -> Ratings:
    """Ratings that follow the model, from 0 to 3."""
    chance = np.random.default_rng(5)
    places = chance.normal(0.3, 1.5, items)[:, None] - severities
    odds = np.arange(4) * places[:, :, None] - np.array([0.0, -1.5, -1.5, 0.0])
    shares = np.exp(odds - odds.max(axis=2, keepdims=True))
    shares /= shares.sum(axis=2, keepdims=True)
    cells = (chance.random((*places.shape, 1)) > shares.cumsum(axis=2)).sum(axis=2)
    cells[chance.random(cells.shape) < missing] = -1
    return Ratings.of_cells(cells, lowest=0, highest=3)


class TestDivergence:
    def test_the_widest_item_leads_and_shares_add_up(self) -> None:
        table = [*exact(items=20), [0, 4, 4], [1, 2, 2]]
        divergences = analysed(table).divergences
        assert [(each.item, each.is_wide) for each in divergences] == [(20, True), (21, False)]
        assert (divergences[0].lowest, divergences[0].highest, divergences[0].raters) == (0, 4, 3)
        assert sum(each.share for each in divergences) == pytest.approx(1)

    def test_where_all_agree_there_is_nothing_to_talk_about(self) -> None:
        assert analysed(exact(items=20)).divergences == ()


tables = st.integers(2, 5).flatmap(
    lambda raters: st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=raters, max_size=raters), min_size=1, max_size=12
    )
)


class TestWhatMakesNoDifference:
    @given(tables, st.randoms(use_true_random=False))
    @settings(max_examples=60, deadline=None)
    def test_the_order_of_raters_and_of_items(self, table: list[list[int | None]], chance: random.Random) -> None:
        columns = list(range(len(table[0])))
        chance.shuffle(columns)
        shuffled = [[row[column] for column in columns] for row in table]
        chance.shuffle(shuffled)
        for name in COEFFICIENTS:
            assert_same(answer_of(name, table), answer_of(name, shuffled))

    @given(tables, st.sampled_from(list(permutations(range(5)))))
    @settings(max_examples=60, deadline=None)
    def test_the_names_of_nominal_levels(self, table: list[list[int | None]], names: tuple[int, ...]) -> None:
        renamed = [[None if value is None else names[value] for value in row] for row in table]
        for name in (N.PERCENT_AGREEMENT, N.ALPHA_NOMINAL, N.AC1, N.FLEISS_KAPPA, N.CONGER_KAPPA):
            assert_same(answer_of(name, table), answer_of(name, renamed))

    @given(tables, st.integers(-3, 3))
    @settings(max_examples=40, deadline=None)
    def test_where_the_scale_begins(self, table: list[list[int | None]], shift: int) -> None:
        moved = [[None if value is None else value + shift for value in row] for row in table]
        for name in COEFFICIENTS:
            if name is not N.ALPHA_RATIO:
                before = point_of(COEFFICIENTS[name], Ratings.of(table, lowest=0, highest=4))
                after = point_of(COEFFICIENTS[name], Ratings.of(moved, lowest=shift, highest=4 + shift))
                assert_same(before, after)

    @given(tables)
    @settings(max_examples=60, deadline=None)
    def test_items_that_nobody_or_one_rated_for_alpha(self, table: list[list[int | None]]) -> None:
        alone: list[int | None] = [0, *[None] * (len(table[0]) - 1)]
        for name in (N.ALPHA_NOMINAL, N.ALPHA_ORDINAL, N.ALPHA_INTERVAL, N.ALPHA_RATIO):
            value = answer_of(name, table)
            if isinstance(value, float):
                assert_same(value, answer_of(name, [*table, alone, [None] * len(alone)]))


@given(tables, st.sampled_from(list(Metric)))
@settings(max_examples=120, deadline=None)
def test_alpha_is_its_definition_pair_by_pair(table: list[list[int | None]], metric: Metric) -> None:
    """Computed from single pairs of ratings, without a matrix: nothing of the formula under test."""
    units = [[v for v in row if v is not None] for row in table]
    units = [unit for unit in units if len(unit) > 1]
    pooled = [value for unit in units for value in unit]
    used = Counter(pooled)
    if len(used) < 2:
        assert isinstance(answer_of(ALPHAS[metric], table), Undefined)
        return

    def distance(a: int, b: int) -> float:
        low, high = min(a, b), max(a, b)
        match metric:
            case Metric.NOMINAL:
                return float(a != b)
            case Metric.ORDINAL:
                return (sum(used[level] for level in range(low, high + 1)) - (used[a] + used[b]) / 2) ** 2
            case Metric.INTERVAL:
                return float(a - b) ** 2
            case Metric.RATIO:
                return 0.0 if a == b else ((a - b) / (a + b)) ** 2

    found = sum(distance(a, b) / (len(unit) - 1) for unit in units for a, b in permutations(unit, 2)) / len(pooled)
    expected = sum(distance(a, b) for a, b in permutations(pooled, 2)) / (len(pooled) * (len(pooled) - 1))
    assert answer_of(ALPHAS[metric], table) == pytest.approx(1 - found / expected)


ALPHAS = {
    Metric.NOMINAL: N.ALPHA_NOMINAL,
    Metric.ORDINAL: N.ALPHA_ORDINAL,
    Metric.INTERVAL: N.ALPHA_INTERVAL,
    Metric.RATIO: N.ALPHA_RATIO,
}


def answer_of(name: CoefficientName, table: Table) -> float | Undefined:
    return point_of(COEFFICIENTS[name], Ratings.of(table, lowest=0, highest=4))


def value_of(name: CoefficientName, table: Table, lowest: int, highest: int) -> float:
    width = max(map(len, table))
    padded = [[*row, *[None] * (width - len(row))] for row in table]
    value = point_of(COEFFICIENTS[name], Ratings.of(padded, lowest=lowest, highest=highest))
    assert isinstance(value, float), value
    return value


def analysed(table: Table, lowest: int = 0, highest: int = 4) -> Analysis:
    return analyse(Ratings.of(table, lowest=lowest, highest=highest), Metric.ORDINAL, draws=400, seed=1)


def alpha_interval(table: Table) -> Interval | None:
    analysis = analyse(Ratings.of(table, lowest=0, highest=4), Metric.ORDINAL, draws=200, seed=1)
    return next(each.interval for each in analysis.estimates if each.name is N.ALPHA_ORDINAL)


def assert_same(one: float | Undefined, other: float | Undefined) -> None:
    assert isinstance(one, Undefined) == isinstance(other, Undefined)
    assert one == (other if isinstance(other, Undefined) else pytest.approx(other, abs=1e-9))


def exact(*, items: int) -> list[list[int]]:
    """Three raters who always agree, on all levels."""
    return [[item % 5] * 3 for item in range(items)]


def simulated(*, items: int, raters: int, noise: float, seed: int = 0) -> list[list[int]]:
    """Raters who see what is there but for noise with this spread."""
    chance = random.Random(seed)
    truths = [chance.uniform(0, 4) for _ in range(items)]
    return [[min(4, max(0, round(truth + chance.gauss(0, noise)))) for _ in range(raters)] for truth in truths]
