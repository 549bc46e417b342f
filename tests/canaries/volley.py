"""Sends every shot at every operation, round after round, and keeps what the answers gave away."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2 as httpx

from tests.canaries.fields import Document, TextField
from tests.canaries.places import Findings
from tests.canaries.recipes import World
from tests.canaries.requests import Shot, ambient, shots_at

AT_ONCE: Final = 8


@dataclass(slots=True)
class Volley:
    """One run."""

    document: Document
    world: World
    keys: dict[str, str]
    only: str | None
    findings: Findings
    statuses: Counter[int] = field(default_factory=Counter)
    accepted: set[tuple[str, str]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many were answered."""
        return self.statuses.total()

    async def fire(self, least: int) -> None:
        """Rounds over all operations until so many requests were answered; at least one."""
        while True:
            for operation in self.document.operations():
                if self.only is not None and operation.id != self.only:
                    continue
                waiting = [shot async for shot in shots_at(self.document, operation, self.world)]
                # What has to be accepted goes first: nothing else may change the thing's version before it.
                await self._send_all([shot for shot in waiting if shot.accepted])
                await self._send_all([shot for shot in waiting if not shot.accepted])
            if self.requests >= least:
                return

    async def _send_all(self, shots: list[Shot]) -> None:
        for start in range(0, len(shots), AT_ONCE):
            await asyncio.gather(*(self._send(shot) for shot in shots[start : start + AT_ONCE]))

    async def _send(self, shot: Shot) -> None:
        key = self.keys.get(shot.key)
        headers = ambient(self.world.canaries.sing) | {"authorization": shot.key if key is None else f"Bearer {key}"}
        response = await self.world.client.request(
            shot.method, shot.path, params=shot.query or None, headers=headers | shot.headers, content=shot.content
        )
        self.statuses[response.status_code] += 1
        if response.status_code >= 400 or b'"problem"' in response.content:
            self.findings.look(f"answer {response.status_code} of {shot.operation}", response.content)
            self.findings.look(f"headers of {response.status_code} of {shot.operation}", repr(response.headers.raw))
        if response.status_code >= 500:
            self.wrong.append(f"{shot.operation}: {response.status_code} {response.text}")
        if shot.accepted:
            if is_accepted(response):
                self.accepted |= {(shot.operation, pointer) for pointer in shot.accepted}
            else:
                self.wrong.append(f"{shot.operation} was not accepted: {response.status_code} {response.text}")

    def not_accepted(self) -> list[TextField]:
        """The free text fields that no accepted request has held."""
        return [
            each
            for each in self.document.text_fields()
            if each.is_free and (each.operation, each.pointer) not in self.accepted
        ]


def is_accepted(response: httpx.Response) -> bool:
    """Whether all of it was taken, every item of a batch too."""
    if not response.is_success:
        return False
    answer: Any = response.json()
    return all(item["problem"] is None for item in answer.get("results", ()))
