"""The routes, one file for each noun. A module that is missing here is a failure at the start, not a silent gap."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from attune_api.routes import (
    audit,
    calibration_ratings,
    calibration_rounds,
    check_ins,
    consents,
    customers,
    dashboards,
    documents,
    escalations,
    evaluations,
    health,
    interactions,
    load,
    me,
    people,
    rubrics,
    signals,
    teams,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    # Matched in this order: what is asked most comes first.
    signals.router,
    signals.of_customers,
    check_ins.router,
    escalations.router,
    evaluations.router,
    rubrics.router,
    calibration_rounds.router,
    calibration_ratings.router,
    dashboards.router,
    load.router,
    me.router,
    audit.router,
    customers.router,
    consents.router,
    interactions.router,
    people.router,
    teams.router,
    health.router,
    documents.router,
)
"""Every router of the service."""
