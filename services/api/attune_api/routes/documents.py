"""The interface described: for machines, for older machines, and for people."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from attune_api.docs_page import POLICY, docs_page
from attune_api.openapi import document, write
from attune_api.openapi_30 import downlevel
from attune_api.routing import AttuneRoute

router = APIRouter(route_class=AttuneRoute, redirect_slashes=False, include_in_schema=False)

_CACHED: Final = {"cache-control": "public, max-age=300"}


@router.get("/openapi.json")
async def get_openapi_document(request: Request) -> Response:
    """OpenAPI 3.1."""
    return Response(_built(request.app)["3.1"], 200, _CACHED, "application/json")


@router.get("/openapi-3.0.json")
async def get_openapi_30_document(request: Request) -> Response:
    """OpenAPI 3.0."""
    return Response(_built(request.app)["3.0"], 200, _CACHED, "application/json")


@router.get("/docs")
async def get_docs_page(request: Request) -> Response:
    """The same, to read."""
    return HTMLResponse(_built(request.app)["page"], 200, {**_CACHED, "content-security-policy": POLICY})


def _built(app: FastAPI) -> dict[str, str]:
    """The three texts, built at the first request for one of them."""
    texts: dict[str, str] | None = getattr(app.state, "documents", None)
    if texts is None:
        built = document(app)
        texts = app.state.documents = {
            "3.1": write(built),
            "3.0": write(downlevel(built)),
            "page": docs_page(built, app.state.settings.public_url),
        }
    return texts
