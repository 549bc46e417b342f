"""The API as the command line uses it: over HTTP with a key, like any integration."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import httpx

from attune_cli.failure import CommandFailed

ATTEMPTS: Final = 8
FIRST_ATTEMPTS: Final = 3
"""Tries for an API that has never answered: it is away, or its address is wrong, which a person should hear soon."""
LONGEST_WAIT: Final = 15.0
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_TRY_AGAIN: Final = frozenset({429, 503})
_IN_FLIGHT: Final = "idempotency_in_flight"


class ApiUnreachable(CommandFailed):
    """Nothing answered at the API's address, or it went away."""

    def __init__(self, url: str, cause: str) -> None:
        super().__init__(f"The API at {url} did not answer: {cause}.")


class ApiRefused(CommandFailed):
    """The API answered with a problem."""

    def __init__(self, status: int, problem: Mapping[str, Any], request: str) -> None:
        self.status = status
        self.code = str(problem.get("code", "unknown"))
        self.reason = reason_of(problem)
        request_id = problem.get("request_id")
        super().__init__(
            f"{request} was refused with {status}, {self.reason}" + (f" (request {request_id})" if request_id else "")
        )


def reason_of(problem: Mapping[str, Any]) -> str:
    """A problem in one line: its code, and what is wrong where."""
    errors = "; ".join(f"{e.get('pointer')}: {e.get('detail')}" for e in (problem.get("errors") or [])[:3])
    return f"{problem.get('code', 'unknown')}: {errors or problem.get('detail') or problem.get('title') or 'no detail'}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer."""

    status: int
    body: Any
    etag: str | None
    request_id: str | None

    @property
    def data(self) -> list[dict[str, Any]]:
        """The items of a page."""
        data: list[dict[str, Any]] = self.body["data"]
        return data


class ApiClient:
    """One key at one address. Waits where the API asks for it, and repeats only what may be repeated."""

    def __init__(self, url: str, key: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        self._has_answered = False
        try:
            host = httpx.URL(self.url).host
        except httpx.InvalidURL as error:
            raise ApiUnreachable(self.url, f"that is no address ({error})") from error
        self._client = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {key}", "Accept": "application/json"},
            timeout=httpx.Timeout(60, connect=5),
            transport=transport,
            # A proxy for the internet knows nothing of this machine's own addresses.
            trust_env=host not in LOOPBACK,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def get(self, path: str, *, purpose: str | None = None, **query: str | int) -> Answer:
        """Read."""
        return self._send("GET", path, query=query, purpose=purpose, may_repeat=True)

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> Answer:
        """Change something; with an idempotency key it may be repeated until its answer is known."""
        headers = {}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        if if_match is not None:
            headers["If-Match"] = if_match
        return self._send("POST", path, body=body, headers=headers, may_repeat=idempotency_key is not None)

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        purpose: str | None = None,
        may_repeat: bool,
    ) -> Answer:
        sent = dict(headers or {})
        if purpose is not None:
            sent["Attune-Purpose"] = purpose
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self._client.request(method, path, json=body, params=query, headers=sent)
            except httpx.HTTPError as error:
                # A connection that never came about has done nothing; any other may have.
                is_harmless = may_repeat or isinstance(error, httpx.ConnectError)
                if not is_harmless or attempt == (ATTEMPTS if self._has_answered else FIRST_ATTEMPTS):
                    raise ApiUnreachable(self.url, str(error) or type(error).__name__) from error
                time.sleep(min(0.25 * 2**attempt, LONGEST_WAIT))
                continue
            self._has_answered = True
            if response.is_success:
                return _answer(response)
            problem = _problem(response)
            # 429 and 503 promise that nothing was changed.
            again = response.status_code in _TRY_AGAIN or problem.get("code") == _IN_FLIGHT
            if attempt == ATTEMPTS or not again:
                raise ApiRefused(response.status_code, problem, f"{method} {path}")
            time.sleep(_asked_wait(response))
        raise AssertionError("the loop above returns or raises")


def _answer(response: httpx.Response) -> Answer:
    try:
        body = response.json() if response.content else None
    except ValueError as error:
        raise ApiUnreachable(str(response.url), "what answered there is not Attune's API") from error
    return Answer(response.status_code, body, response.headers.get("ETag"), response.headers.get("X-Request-Id"))


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        problem = response.json()
    except ValueError:
        problem = None
    return problem if isinstance(problem, dict) else {"code": "not_a_problem", "detail": response.reason_phrase}


def _asked_wait(response: httpx.Response) -> float:
    """How long the API asks to wait, in seconds."""
    try:
        return min(max(float(response.headers.get("Retry-After", "1")), 0.05), LONGEST_WAIT)
    except ValueError:
        return 1.0
