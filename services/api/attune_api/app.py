"""The application: its edge, its routes, and what they need while it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, cast

import structlog
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp

from attune.kernel.cursors import CursorCodec
from attune.kernel.db import Database
from attune.kernel.migrating import application_name, needed_revision
from attune.kernel.restoration import WHAT_TO_DO, ErasuresAwaited, awaited_since
from attune.kernel.vault import Vault
from attune_api.auth.api_keys import ApiKeys
from attune_api.auth.authentication import Authenticator
from attune_api.auth.key_sets import KeySets
from attune_api.auth.refusals import Refusals
from attune_api.auth.tokens import Tokens
from attune_api.body_limits import BodyLimits, Limits
from attune_api.edge import Edge
from attune_api.openapi import TITLE, VERSION
from attune_api.problems import ProblemWriter
from attune_api.rate_limits import RateLimits, open_counter
from attune_api.route_index import RouteIndex
from attune_api.routes import ROUTERS
from attune_api.settings import Settings
from attune_api.wakeups import WakeUps, open_queue
from attune_observability.metrics import observe_pool
from attune_observability.tracing import exports_telemetry

STATEMENT_SECONDS = 6.5
"""How long to wait for PostgreSQL's answer to one statement. With the waits for a connection and for the rollback no
request takes ten seconds because of the network. PostgreSQL itself gives up earlier, after its role's limit."""

_log = structlog.stdlib.get_logger("attune.api")

PROBES = frozenset({"/livez", "/readyz"})


class Attune(FastAPI):
    """FastAPI with our edge in the place of its layers."""

    def build_middleware_stack(self) -> ASGIApp:
        """The application inside telemetry: the edge, within whatever a deployment adds around it."""
        settings: Settings = self.state.settings
        limits = Limits(settings.body_limit_bytes, settings.batch_body_limit_bytes, settings.body_seconds)
        app: ASGIApp = Edge(cast(RouteIndex, self.router), settings, self.state.problems, BodyLimits(limits))
        for added in reversed(self.user_middleware):
            app = added.cls(app, *added.args, **added.kwargs)
        return app


def create_app(settings: Settings) -> FastAPI:
    """The application. Nothing is opened before its lifespan begins."""
    app = Attune(
        title=TITLE,
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_telemetry(),
    )
    app.state.settings = settings
    app.state.problems = ProblemWriter(settings.problem_url)
    app.state.cursors = CursorCodec(settings.secret)
    app.state.vault = Vault(settings.root_keys)
    # Not `include_router`: it would wrap each router in another one, and match every route of it twice.
    app.router = RouteIndex(lifespan=_lifespan)
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    async with AsyncExitStack() as closing:
        database = await Database.connect(
            settings.api_database_url.get_secret_value(),
            max_size=settings.database_pool_size,
            acquire_timeout=settings.database_wait_seconds,
            statement_timeout=STATEMENT_SECONDS,
            prepared_statements=settings.database_pooler == "none",
            application=application_name("api"),
        )
        closing.push_async_callback(database.close)
        await _refuse_unfinished_restore(database)
        redis_url = settings.redis_url.get_secret_value()
        wake_ups = WakeUps(open_queue(redis_url))
        wake_ups.start()
        closing.push_async_callback(wake_ups.stop)
        database.on_events = wake_ups.notice
        key_sets = KeySets(is_production=settings.is_production)
        closing.push_async_callback(key_sets.close)
        counter, counter_connections = open_counter(redis_url)
        closing.push_async_callback(counter_connections.disconnect)
        refusals = Refusals(database)
        observe_pool(lambda: database.in_use, settings.database_pool_size)
        app.state.database = database
        app.state.revision = needed_revision()
        app.state.rate_limits = RateLimits(counter, settings.requests_per_minute)
        app.state.authenticator = Authenticator(
            ApiKeys(database, settings.secret, refusals),
            Tokens(database, key_sets, refusals, settings.token_types),
            refusals,
        )
        yield


async def _refuse_unfinished_restore(database: Database) -> None:
    """Raise `ErasuresAwaited` where a restore brought people back who were erased."""
    async with database.read(None) as tx:
        if await awaited_since(tx) is not None:
            _log.error("database.awaits_erasures", what_to_do=WHAT_TO_DO)
            raise ErasuresAwaited


def _telemetry() -> TelemetryConfig:
    is_exported = exports_telemetry()
    return {
        "tracing": is_exported,
        "metrics": is_exported,
        # They double the cost of a request.
        "operation_spans": False,
        # They would carry exception texts.
        "logs": False,
        "exclude": _is_probe,
    }


def _is_probe(scope: MutableMapping[str, Any]) -> bool:
    return scope.get("path") in PROBES
