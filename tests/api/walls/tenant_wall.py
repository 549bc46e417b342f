"""The wall between organisations, asked at one place of one operation: what comes back, and what has changed."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx2 as httpx
from fastapi import FastAPI

from attune.kernel.ids import new_id
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Vault
from tests.api.conftest import key_maker
from tests.api.walls.operations import Operation, Place, Shape
from tests.api.walls.requests import Value, ask, cursor_of, own_value, version_of
from tests.api.walls.rows import UUIDS, Rows
from tests.api.walls.things import Things, new_identity, new_reference
from tests.conftest import Installation, new_organisation

_TIMES: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")
_REFERENCES: Final = re.compile(r"x-[0-9a-f]{16}")
_OF_THE_MOMENT: Final = frozenset({"x-request-id", "ratelimit", "date", "content-length"})


@dataclass(frozen=True, slots=True)
class Wall:
    """One organisation that asks, and another of which it must never learn."""

    asking: Things
    other: Things
    rows: Rows
    other_ids: frozenset[str] = field(repr=False)
    asked: Counter[str] = field(default_factory=Counter)
    """How often the other organisation's things were named, by operation."""

    @classmethod
    async def between(cls, asking: Things, other: Things, rows: Rows) -> Wall:
        """With every id of the other one in mind."""
        shared = await rows.ids(asking.organisation.tenant_id)
        return cls(asking, other, rows, await rows.ids(other.organisation.tenant_id) - shared)

    async def leaks(self, operation: Operation, place: Place, client: httpx.AsyncClient) -> list[str]:
        """Name the other organisation's things of every kind in this place, and for each something that nobody has: the
        two answers are the same, tell nothing, and change nothing of the other's."""
        asked = [
            (what, foreign, await ask(operation, self.asking, place, foreign, version), nobodys, none)
            async for what, foreign, nobodys in self._values(operation, place)
            for version in [await self._version(operation, place, foreign)]
            for none in [await ask(operation, self.asking, place, nobodys, version)]
        ]
        before = await self.rows.digest(self.other.organisation.tenant_id)
        found: list[str] = []
        missing: httpx.Response | None = None
        for what, foreign, theirs, nobodys, none in asked:
            self.asked[operation.id] += 1
            answer = await theirs.send(client)
            # Where nothing is made, every name that nobody has is answered alike: once is enough.
            if missing is None or place.makes_it:
                missing, unknown = await none.send(client), nobodys
            named = f"{operation.id}: {what} of another organisation in {place}"
            if comparable(answer, foreign) != comparable(missing, unknown):
                found.append(f"{named} is answered {answer.status_code}, and what nobody has {missing.status_code}")
            found += [f"{named}: the answer holds {told}" for told in self.told(answer, foreign)]
        after = await self.rows.digest(self.other.organisation.tenant_id)
        found += [f"{operation.id} by {place}: {table} has changed" for table in after if after[table] != before[table]]
        return found

    async def own(self, operation: Operation, place: Place | None, client: httpx.AsyncClient) -> httpx.Response:
        """The same request with the asking organisation's own thing: it shows that the place is looked at."""
        value = None if place is None else await own_value(operation, place, self.asking)
        return await (await ask(operation, self.asking, place, value)).send(client)

    def told(self, answer: httpx.Response, sent: Value | None = None) -> list[str]:
        """What of the other organisation's stands in an answer, apart from what was sent."""
        text = answer.text + "".join(answer.headers.values())
        given = set(_texts(sent))
        ids = {each for each in UUIDS.findall(text) if each in self.other_ids and each not in given}
        references = {
            reference["external_id"]
            for reference in (
                *self.other.references.values(),
                *(ref for all_ in self.other.spare.values() for ref in all_),
            )
            if reference["external_id"] in text and reference["external_id"] not in given
        }
        return [*sorted(ids), *sorted(references), *([self.other.mark] if self.other.mark in text else [])]

    async def _values(self, operation: Operation, place: Place) -> AsyncIterator[tuple[str, Value, Value]]:
        """What the other organisation could be named by here, and beside each what nobody is named by."""
        other = self.other
        match place.shape:
            case Shape.ID:
                for kind, thing_id in other.ids.items():
                    yield kind, str(thing_id), str(new_id())
            case Shape.REFERENCE:
                for kind, spare in other.spare.items():
                    yield kind, spare.pop() if place.makes_it else other.references[kind], new_reference()
            case Shape.SLUG:
                for kind, slug in other.slugs.items():
                    yield kind, slug, f"own-{secrets.token_hex(8)}"
            case Shape.IDENTITY:
                yield "an identity", other.identities.pop(), new_identity()
            case Shape.CURSOR:
                theirs = await cursor_of(operation, other)
                yield "a cursor", theirs, secrets.token_urlsafe(len(theirs))[: len(theirs)]

    async def _version(self, operation: Operation, place: Place, value: Value) -> str | None:
        """The version that would fit, were the wall to fall."""
        if "If-Match" not in operation.headers or place.where != "path":
            return None
        return await version_of((await ask(operation, self.other, place, value, "-")).path, self.other)


@asynccontextmanager
async def wall_in(installation: Installation, app: FastAPI, vault: Vault) -> AsyncIterator[Wall]:
    """A wall between two furnished organisations of an installation that an application serves."""
    async with AsyncExitStack() as closing:
        migrator = await closing.enter_async_context(installation.database(LoginRole.MIGRATOR))
        worker = await closing.enter_async_context(installation.database(LoginRole.WORKER))
        asking, other = [
            await Things.furnish(
                app, await new_organisation(migrator, vault), key_maker(migrator), migrator, worker, closing
            )
            for _ in range(2)
        ]
        rows = await closing.enter_async_context(Rows.of(installation))
        yield await Wall.between(asking, other, rows)


def comparable(answer: httpx.Response, sent: Value) -> tuple[int, dict[str, str], str]:
    """An answer without what differs between any two requests: what was sent, and ids, references and times."""
    headers = {
        name: _without(value, sent) for name, value in answer.headers.items() if name.lower() not in _OF_THE_MOMENT
    }
    return answer.status_code, headers, _without(answer.text, sent)


def is_good(answer: httpx.Response) -> bool:
    """Whether a request went through, each item of a batch included."""
    if not answer.is_success:
        return False
    results = answer.json().get("results", []) if answer.content else []
    return all(result.get("problem") is None for result in results)


def _without(text: str, sent: Value) -> str:
    for part in _texts(sent):
        text = text.replace(part, "(sent)")
    return _REFERENCES.sub("(reference)", _TIMES.sub("(time)", UUIDS.sub("(id)", text)))


def _texts(sent: Value | None) -> Iterator[str]:
    if isinstance(sent, dict):
        yield from sent.values()
    elif sent is not None:
        yield sent
