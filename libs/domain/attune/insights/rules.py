"""What of a group may be shown. Nothing here touches a database.

Suppression counts different people and customers, never records: one agent with fifty conversations is a group of one.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from attune.insights.model import Backing, Cell, Figures, Mean, Suppression

MINIMUM_GROUP: Final = 5
"""The smallest group that is shown (reference figures of the field: 5 is the usual default)."""

_STEP: Final = Decimal("0.000001")


def show(cell: Cell | None, backing: Backing) -> Figures | Suppression:
    """The figures of a cell that may be shown, or why none may.

    Under five people: nothing at all. An emotional figure also needs five people and five customers of its own, since
    consent may have left fewer behind it than behind the volume.
    """
    if cell is None or backing.people < MINIMUM_GROUP:
        return Suppression.GROUP_TOO_SMALL
    return Figures(
        interactions=cell.interactions,
        handle_seconds_mean=_mean(Decimal(cell.handle_seconds), cell.interactions),
        intensity_mean=_shown(
            cell.intensity_sum, cell.intensity_count, backing.intensity_people, backing.intensity_customers
        ),
        recovery_mean=_shown(
            cell.recovery_sum, cell.recovery_count, backing.recovery_people, backing.recovery_customers
        ),
        escalations_opened=cell.escalations_opened,
        escalations_resolved=cell.escalations_resolved,
        check_ins_open=cell.check_ins_open,
        check_ins_kept=cell.check_ins_kept,
    )


def month_of(day: date) -> date:
    """The first day of a day's calendar month."""
    return day.replace(day=1)


def _shown(total: Decimal, n: int, people: int, customers: int) -> Mean | None:
    if min(people, customers) < MINIMUM_GROUP:
        return None
    value = _mean(total, n)
    return None if value is None else Mean(value=value, n=n)


def _mean(total: Decimal, n: int) -> Decimal | None:
    return None if n == 0 else (total / n).quantize(_STEP, ROUND_HALF_EVEN)
