"""What an endpoint is given: FastAPI's own validation of what it declares, without what none of our endpoints has.

FastAPI's solver also parses cookies, headers and queries that nobody asked for, and makes a response to gather headers in:
an eighth of the cost of a request. Which fields there are, and how each is validated, stays FastAPI's.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, cast

from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_body_to_args, request_params_to_args
from starlette.requests import Request


class Inputs:
    """How to get an endpoint's arguments out of a request. Made once for each route; refuses what it would not solve."""

    def __init__(self, dependant: Dependant, *, embeds_body: bool) -> None:
        _refuse_unusual(dependant)
        self._path = dependant.path_params
        self._query = dependant.query_params
        self._headers = dependant.header_params
        self._body = dependant.body_params
        self._embeds_body = embeds_body
        self._request_name = dependant.request_param_name
        self._dependencies = [
            (each.name, cast("Callable[..., Awaitable[Any]]", each.call), Inputs(each, embeds_body=False))
            for each in dependant.dependencies
        ]

    async def solve(self, request: Request, body: Any) -> tuple[dict[str, Any], list[Any]]:
        """The arguments by name, and what is wrong with those that are not there."""
        values: dict[str, Any] = {}
        errors: list[Any] = []
        for name, call, inputs in self._dependencies:
            own, wrong = await inputs.solve(request, body)
            if wrong:
                errors += wrong
            else:
                solved = await call(**own)
                if name is not None:
                    values[name] = solved
        if self._path:
            _add(request_params_to_args(self._path, request.path_params), values, errors)
        if self._query:
            _add(request_params_to_args(self._query, request.query_params), values, errors)
        if self._headers:
            _add(request_params_to_args(self._headers, request.headers), values, errors)
        if self._body:
            found = await request_body_to_args(self._body, received_body=body, embed_body_fields=self._embeds_body)
            _add(found, values, errors)
        if self._request_name is not None:
            values[self._request_name] = request
        return values, errors


def _add(found: tuple[dict[str, Any], list[Any]], values: dict[str, Any], errors: list[Any]) -> None:
    values.update(found[0])
    errors += found[1]


def _refuse_unusual(dependant: Dependant) -> None:
    """Raise for what FastAPI could solve and this does not. Above all for a dependency that yields: what an endpoint
    needs open it opens itself (`async with`), so that a transaction is committed before the answer leaves."""
    if dependant.call is None or not inspect.iscoroutinefunction(inspect.unwrap(_function_of(dependant.call))):
        raise TypeError(f"{dependant.call!r} must be a coroutine function that does not yield")
    unusual = ("cookie_params", "background_tasks_param_name", "response_param_name", "websocket_param_name")
    for name in (*unusual, "http_connection_param_name", "security_scopes_param_name"):
        if getattr(dependant, name):
            raise TypeError(f"{dependant.call!r} asks for {name}, which routes here do not get")


def _function_of(call: Any) -> Any:
    return call if inspect.isroutine(call) else type(call).__call__
