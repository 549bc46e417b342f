"""Finding the route of a request among those of its noun alone, instead of trying all of them in turn."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.telemetry._api import (
    _route_selected,
)  # what FastAPI's own router tells its telemetry, so that spans say the route
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from attune_api.routing import AttuneRoute


class RouteIndex(APIRouter):
    """All routes, by their noun: the first part of the address behind the version.

    Trying seventy regular expressions cost more than everything else around a route.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(redirect_slashes=False, **options)
        self._nouns: dict[str, list[AttuneRoute]] = {}
        self._indexed = 0

    def find(self, scope: Scope) -> AttuneRoute:
        """The route of a request, whose scope then knows it. Raises `HTTPException` (404, and 405 with `Allow`)."""
        if self._indexed != len(self.routes):
            self._index()
        allowed: set[str] = set()
        for route in self._nouns.get(noun_of(scope["path"]), ()):
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                if scope.get("fastapi.telemetry") is not None:
                    _route_selected(scope=scope, path=route.path_format)
                return route
            if match is Match.PARTIAL:
                # An address may have several routes, and `Allow` names the methods of them all.
                allowed |= route.methods or set()
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
        raise HTTPException(404)

    def _index(self) -> None:
        self._nouns = {}
        for route in self.routes:
            if not isinstance(route, AttuneRoute):
                raise TypeError(f"{route!r} is not of the class that the edge can answer with")
            self._nouns.setdefault(noun_of(route.path), []).append(route)
        self._indexed = len(self.routes)


def noun_of(path: str) -> str:
    """`customers` of `/v1/customers:lookup` and of `/v1/customers/{customer_id}`; `livez` of `/livez`."""
    parts = path.split("/", 3)
    return parts[2 if len(parts) > 2 else -1].partition(":")[0]
