"""Requests to one operation in which every text is a canary: good ones, and every way of being wrong."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.canaries.fields import Document, Operation, leaves, replaced
from tests.canaries.recipes import RECIPES, World
from tests.canaries.texts import SENTENCE

SOME_ID: Final = "01935f6e-7a3c-7e10-8a6b-3f6f1a2b4c5d"
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Shot:
    """A request. `accepted` lists the text fields that have to be taken as they are sent."""

    operation: str
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    accepted: tuple[str, ...] = ()
    key: str = "all"
    """Whose credential: of one who may do all, of one who may do next to nothing, or some header that is none."""


async def shots_at(document: Document, operation: Operation, world: World) -> AsyncIterator[Shot]:
    """Everything that is sent to an operation in one round."""
    sing = world.canaries.sing
    path = operation.path.format(**{p["name"]: SOME_ID for p in operation.parameters if p["in"] == "path"})
    base = Shot(operation.id, operation.method, path)
    if operation.body is not None:
        assert operation.id in RECIPES, f"{operation.id} takes a body and has no recipe: write one in recipes.py"
        made = await RECIPES[operation.id](world)
        body, pointers = document.fill(operation.body, made.body, sing)
        good = operation.path.format(**made.path)
        headers = {"content-type": JSON} | made.headers
        for wrong in bodies(operation, body, sing):
            yield replace(base, path=good, headers=headers | wrong.headers, content=wrong.content)
        yield replace(base, path=good, headers=headers, content=to_json(body), accepted=tuple(pointers))
        keyed = headers | {"idempotency-key": sing("Idempotency-Key")}
        for _ in range(2):
            yield replace(base, path=good, headers=keyed, content=to_json(body))
    content = b"" if operation.body is None else to_json({sing("unknown field"): sing("its value")})
    for shot in addresses(operation, sing):
        yield replace(base, path=shot.path or path, query=shot.query, content=content)
    for headers in odd_headers(sing):
        yield replace(base, headers={"content-type": JSON} | headers, content=content)
    for key in ("few", f"Bearer {sing('token')}", f"Bearer atn_live_{sing('key')}", f"Basic {sing('basic')}"):
        yield replace(base, headers={"content-type": JSON}, content=content, key=key)
    yield replace(base, method=sing("method").upper())


@dataclass(frozen=True, slots=True)
class _Body:
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)


def bodies(operation: Operation, good: Any, sing: Any) -> Iterator[_Body]:
    """Bodies that are wrong in one thing each, and are refused or read otherwise than meant."""
    for path, value in leaves(good):
        place = "/" + "/".join(map(str, path))
        if isinstance(value, str):
            yield _Body(to_json(replaced(good, path, (sing(place) + " ") * 1200)))
            yield _Body(to_json(replaced(good, path, [{sing(place): sing(place)}])))
        else:
            yield _Body(to_json(replaced(good, path, SENTENCE.format(canary=sing(place)))))
    for name in (
        each for each, _ in leaves(good) if each[-1] in {"customer_ref", "person_ref", "team_ref", "lead_ref"}
    ):
        stranger = {"source": sing("a reference"), "external_id": sing("a reference")}
        yield _Body(to_json(replaced(good, name, stranger)))
    text = SENTENCE.format(canary=sing("malformed"))
    yield _Body(to_json(good | {sing("unknown field"): text}) if isinstance(good, dict) else b"[]")
    for content in (
        f'{{"note": "{text}"'.encode(),
        text.encode(),
        f'"{text}"'.encode(),
        f'["{text}"]'.encode(),
        f'{{"note": "{text}\\u0000"}}'.encode(),
        f'{{"note": "{text}\\ud800"}}'.encode(),
        f'{{"note": NaN, "{text}": Infinity}}'.encode(),
        b'\xef\xbb\xbf{"note": "' + text.encode() + b'"}',
        b'{"note": "\xff' + text.encode() + b'"}',
        b'{"a":' * 70 + f'"{text}"'.encode() + b"}" * 70,
    ):
        yield _Body(content)
    for media_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        f"text/{sing('media type')}",
    ):
        yield _Body(f"note={text}".encode(), {"content-type": media_type})
    yield _Body(to_json(good), {"content-type": f"{JSON}; charset={sing('charset')}"})


def addresses(operation: Operation, sing: Any) -> Iterator[Shot]:
    """Canaries in the path and in the query."""
    usual = {p["name"]: SOME_ID for p in operation.parameters if p["in"] == "path"}
    for name in usual:
        for form in ("{}", "{}@mail.example", "%00{}", "{}%20wept", "a" * 200 + "{}"):
            path = operation.path.format(**usual | {name: form.format(sing(f"path {name}"))})
            yield Shot(operation.id, operation.method, path)
    for parameter in operation.parameters:
        if parameter["in"] == "query":
            for form in ("{}", "{} wept", "2026-11-02T12:00:00Z{}", "5{}"):
                value = form.format(sing(f"query {parameter['name']}"))
                yield Shot(operation.id, operation.method, "", query={parameter["name"]: value})
    yield Shot(operation.id, operation.method, "", query={sing("query name"): sing("query value")})
    yield Shot(operation.id, operation.method, operation.path.format(**usual) + f"/{sing('address')}")


def odd_headers(sing: Any) -> Iterator[dict[str, str]]:
    """Headers that hold what they should not."""
    yield {"idempotency-key": sing("Idempotency-Key") * 40}
    yield {"idempotency-key": SENTENCE.format(canary=sing("Idempotency-Key"))}
    yield {"if-match": sing("If-Match"), "if-none-match": sing("If-None-Match")}
    yield {"attune-purpose": sing("Attune-Purpose")}
    yield {"attune-purpose": "coaching", "accept": sing("Accept"), "accept-encoding": sing("Accept-Encoding")}
    yield {"host": f"{sing('Host')}.example"}
    yield {"traceparent": sing("traceparent"), "x-forwarded-proto": sing("X-Forwarded-Proto")}


def ambient(sing: Any) -> dict[str, str]:
    """What every request carries besides: nothing of it is for us to keep."""
    return {
        "user-agent": f"crm/{sing('User-Agent')}",
        "x-request-id": SENTENCE.format(canary=sing("X-Request-Id")),
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate": f"crm={sing('tracestate')}",
        "baggage": f"customer={sing('baggage')}",
        "cookie": f"session={sing('Cookie')}",
        "referer": f"https://crm.example/?q={sing('Referer')}",
        "from": f"{sing('From')}@mail.example",
        "x-forwarded-for": sing("X-Forwarded-For"),
    }


def to_json(body: Any) -> bytes:
    """As a client sends it."""
    return json.dumps(body).encode()
