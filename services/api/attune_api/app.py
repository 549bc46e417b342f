"""The application: its layers, its routes, and what they need while it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from opentelemetry.metrics import Observation
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from attune.kernel.cursors import CursorCodec
from attune.kernel.db import CredentialEnded, Database
from attune.kernel.errors import AttuneError
from attune.kernel.migrating import newest_revision
from attune.kernel.vault import Vault
from attune_api.auth.api_keys import ApiKeys
from attune_api.auth.authentication import Authentication, Authenticator
from attune_api.auth.key_sets import KeySets
from attune_api.auth.refusals import Refusals
from attune_api.auth.tokens import Tokens
from attune_api.body_limits import BodyLimits, Limits
from attune_api.openapi import TITLE, VERSION
from attune_api.problems import ProblemWriter
from attune_api.rate_limits import RateLimiting, RateLimits, open_counter
from attune_api.request_ids import RequestIds
from attune_api.route_index import RouteIndex
from attune_api.routes import ROUTERS
from attune_api.security_headers import SecurityHeaders
from attune_api.settings import Settings
from attune_api.wakeups import WakeUps, open_queue
from attune_observability.metrics import meter
from attune_observability.tracing import exports_telemetry

STATEMENT_SECONDS = 6.5
"""How long to wait for PostgreSQL's answer to one statement. With the waits for a connection and for the rollback no
request takes ten seconds because of the network. PostgreSQL itself gives up earlier, after its role's limit."""

PROBES = frozenset({"/livez", "/readyz"})


def create_app(settings: Settings) -> FastAPI:
    """The application. Nothing is opened before its lifespan begins."""
    problems = ProblemWriter(settings.problem_url)
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_telemetry(),
        exception_handlers={
            AttuneError: _answer_problem,
            HTTPException: _answer_problem,
            RequestValidationError: _answer_problem,
        },
        middleware=[
            Middleware(RequestIds, problems=problems, log_requests=settings.log_requests),
            Middleware(SecurityHeaders, is_production=settings.is_production),
            Middleware(
                BodyLimits,
                limits=Limits(settings.body_limit_bytes, settings.batch_body_limit_bytes, settings.body_seconds),
            ),
            Middleware(Authentication),
            Middleware(RateLimiting),
        ],
    )
    app.state.settings = settings
    app.state.problems = problems
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
        )
        closing.push_async_callback(database.close)
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
        meter().create_observable_up_down_counter(
            "attune.db.pool.in_use",
            callbacks=[lambda _: [Observation(database.in_use)]],
            unit="{connection}",
            description="Connections to PostgreSQL that are busy.",
        )
        app.state.database = database
        app.state.revision = newest_revision()
        app.state.rate_limits = RateLimits(counter, settings.requests_per_minute)
        app.state.authenticator = Authenticator(
            ApiKeys(database, settings.secret, refusals),
            Tokens(database, key_sets, refusals, settings.token_types),
            refusals,
        )
        yield


async def _answer_problem(request: Request, error: Exception) -> Response:
    """What a route or the framework raised, as a problem."""
    if isinstance(error, CredentialEnded):
        authenticator: Authenticator = request.app.state.authenticator
        await authenticator.ended(request.scope)
    problems: ProblemWriter = request.app.state.problems
    return problems.answer(request.scope, error)


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
