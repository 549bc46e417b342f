"""Every projection of the product, gathered: what the worker drains and `attune rebuild` can rebuild."""

from __future__ import annotations

from typing import Final

from attune.audit.projection import AUDIT
from attune.fatigue.projection import FATIGUE
from attune.insights.projection import TEAM_DASHBOARD
from attune.kernel.projections import Projection

ALL: Final[tuple[Projection, ...]] = (AUDIT, TEAM_DASHBOARD, FATIGUE)

BY_NAME: Final = {projection.name: projection for projection in ALL}
