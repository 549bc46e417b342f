"""What time brings, by noun: each job does what is due now, for every organisation."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from attune_worker.cron import CronJob
from attune_worker.jobs.consent import expire_consents
from attune_worker.jobs.fatigue import announce_clears
from attune_worker.jobs.kernel import remove_idempotency_keys, remove_slots

JOBS: Final = (
    CronJob("consent_expiry", timedelta(minutes=1), expire_consents),
    CronJob("fatigue_clears", timedelta(minutes=1), announce_clears),
    CronJob("idempotency_keys", timedelta(hours=1), remove_idempotency_keys),
    CronJob("cron_slots", timedelta(days=1), remove_slots),
)
