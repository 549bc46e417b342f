"""What every route of ours does before its own work: refuse unknown query parameters and foreign media types."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any, Final, cast
from urllib.parse import parse_qsl

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic_core import PydanticUndefined as Undefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive, Scope

from attune_api.auth.scopes import RequiredScopes
from attune_api.exchange import exchange_of, header_of
from attune_api.inputs import Inputs
from attune_api.json_bodies import parse_json
from attune_api.problems import EdgeRefusal

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_JSON = frozenset({"application/json", "application/merge-patch+json"})

_PASSED_OVER: Final[tuple[Match, Scope]] = (Match.NONE, {})


class AttuneRoute(APIRoute):
    """A route that knows its own query parameters and scopes, and is passed over quickly when it is not the one."""

    required: tuple[RequiredScopes, ...]
    """What it asks of its callers."""
    _handle: Handler

    def __init__(self, path: str, endpoint: Callable[..., Awaitable[Any]], **options: Any) -> None:
        self._begins_with = path.split("{", 1)[0]
        super().__init__(path, endpoint, **options)

    async def respond(self, scope: Scope, receive: Receive) -> Response:
        """Answer a request that matches."""
        return await self._handle(Request(scope, receive))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As Starlette does, after a look at the fixed beginning: a regular expression for each of the routes passed
        over would cost more than the layers around them."""
        if not scope["path"].startswith(self._begins_with) and not scope.get("root_path"):
            return _PASSED_OVER
        return super().matches(scope)

    def get_route_handler(self) -> Handler:
        """Our handler: it checks, has FastAPI validate what the endpoint takes, and lets the endpoint build the answer.

        FastAPI's own would also read forms, stream, and serialise what our endpoints have serialised already.
        """
        self.required = tuple(
            each.call for each in _dependants(self.dependant) if isinstance(each.call, RequiredScopes)
        )
        required, dependant, takes_body = self.required, self.dependant, self.body_field is not None
        _give_caller(dependant)
        inputs = Inputs(dependant, embeds_body=self._embed_body_fields)
        known = _query_names(self)
        endpoint = cast(Callable[..., Awaitable[Response]], dependant.call)

        async def check_and_handle(request: Request) -> Response:
            scope = request.scope
            # Whoever may not do this need not send a body.
            for scopes in required:
                await scopes(request)
            if scope["query_string"]:
                _check_query(scope["query_string"], known)
            body = await _read_body(request) if takes_body else Undefined
            values, errors = await inputs.solve(request, body)
            if errors:
                raise RequestValidationError(errors)
            return await endpoint(**values)

        self._handle = check_and_handle
        return check_and_handle


def noun_router(noun: str, tag: str) -> APIRouter:
    """The router of one noun: `noun_router("/check-ins", "Check-ins")` serves `/v1/check-ins…`.

    An operation's id is its function's name; a function's docstring is its description.
    """
    return APIRouter(
        prefix=f"/v1{noun}",
        tags=[tag],
        route_class=AttuneRoute,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )


def _operation_id(route: APIRoute) -> str:
    return route.name


def _query_names(route: APIRoute) -> dict[str, bool]:
    """The names of a route's query parameters, and whether each may be repeated."""
    names: dict[str, bool] = {}
    for field in (field for dependant in _dependants(route.dependant) for field in dependant.query_params):
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            names.update({info.alias or name: _is_list(info.annotation) for name, info in model.model_fields.items()})
        else:
            names[field.alias] = _is_list(model)
    return names


def _dependants(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from _dependants(each)


def _give_caller(dependant: Dependant) -> None:
    """Hand the caller to the endpoint without FastAPI's solving of a dependency, a seventh of the cost of a request: who
    it is has been known since the authentication, and what they may do is checked before the body is read."""
    endpoint, request_name = dependant.call, dependant.request_param_name
    found = [each for each in dependant.dependencies if isinstance(each.call, RequiredScopes)]
    if endpoint is None or request_name is None or len(found) != 1:
        return
    name = found[0].name

    @functools.wraps(endpoint)
    async def with_caller(**values: Any) -> Any:
        if name is not None:
            values[name] = exchange_of(values[request_name].scope).caller
        return await endpoint(**values)

    dependant.dependencies.remove(found[0])
    dependant.call = with_caller


def _is_list(annotation: Any) -> bool:
    return str(annotation).removeprefix("typing.").startswith(("list[", "set[", "tuple["))


def _check_query(query: bytes, known: dict[str, bool]) -> None:
    seen: set[str] = set()
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name not in known:
            _refuse("unknown_parameter")
        if name in seen and not known[name]:
            _refuse("repeated_parameter")
        if "\0" in value:
            _refuse("character_not_allowed")
        seen.add(name)


def _refuse(kind: str) -> None:
    raise RequestValidationError([{"type": kind, "loc": ("query",)}])


async def _read_body(request: Request) -> Any:
    """The body as JSON; as bytes, which no model takes, where it does not say that it is JSON."""
    given = header_of(request.scope, b"content-type")
    # Without one there may be no body at all; that is for the validation to say.
    if given is not None and given not in _JSON and given.partition(";")[0].strip().lower() not in _JSON:
        raise EdgeRefusal(415)
    try:
        content = await request.body()
    except ClientDisconnect as error:
        raise EdgeRefusal(400) from error
    if not content:
        return Undefined
    return content if given is None else parse_json(content)
