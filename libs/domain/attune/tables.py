"""Every table of the product, gathered: importing this module fills the metadata that migrations compare with."""

from __future__ import annotations

import attune.audit.model
import attune.calibration.model.tables
import attune.check_ins.model
import attune.consent.model
import attune.customers.model
import attune.escalations.model
import attune.fatigue.model
import attune.insights.model
import attune.interactions.model
import attune.kernel.tables
import attune.organisations.model
import attune.people.model
import attune.rubrics.model
import attune.sentiment.model  # noqa: F401  # imported for the tables they declare, as are those above
from attune.kernel.schema import METADATA

__all__ = ["METADATA"]
