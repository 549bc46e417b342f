"""The routes, one file for each noun. A module that is missing here is a failure at the start, not a silent gap."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from attune_api.routes import documents, health, me

ROUTERS: Final[tuple[APIRouter, ...]] = (
    # Matched in this order: what is asked most comes first.
    me.router,
    health.router,
    documents.router,
)
"""Every router of the service."""
