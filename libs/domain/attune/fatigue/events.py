"""What happens to loads. They carry times and ids; how high a load is never enters the event log."""

from __future__ import annotations

from datetime import datetime

from attune.kernel.events import Event


class ThresholdCrossed(Event, kind="fatigue.threshold_crossed", target="person"):
    """A person's load went over its threshold."""

    crossed_at: datetime


class ThresholdCleared(Event, kind="fatigue.threshold_cleared", target="person"):
    """An episode ended, or turned out never to have been: a correction took away what it was made of."""

    crossed_at: datetime
    cleared_at: datetime
    was_corrected: bool


class IntensityRead(Event, kind="fatigue.intensity_read", target="interaction"):
    """A person was shown how intense a conversation of their own was, as a reason for their load."""
