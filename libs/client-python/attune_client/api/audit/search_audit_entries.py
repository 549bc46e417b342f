import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audit_page import AuditPage
from ...models.outcome import Outcome
from ...models.problem import Problem
from ...models.purpose import Purpose
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: UUID | Unset = UNSET,
    target_id: UUID | Unset = UNSET,
    concerns: UUID | Unset = UNSET,
    action: str | Unset = UNSET,
    purpose: Purpose | Unset = UNSET,
    outcome: Outcome | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["limit"] = limit

    json_actor_id: str | Unset = UNSET
    if not isinstance(actor_id, Unset):
        json_actor_id = str(actor_id)
    params["actor_id"] = json_actor_id

    json_target_id: str | Unset = UNSET
    if not isinstance(target_id, Unset):
        json_target_id = str(target_id)
    params["target_id"] = json_target_id

    json_concerns: str | Unset = UNSET
    if not isinstance(concerns, Unset):
        json_concerns = str(concerns)
    params["concerns"] = json_concerns

    params["action"] = action

    json_purpose: str | Unset = UNSET
    if not isinstance(purpose, Unset):
        json_purpose = purpose.value

    params["purpose"] = json_purpose

    json_outcome: str | Unset = UNSET
    if not isinstance(outcome, Unset):
        json_outcome = outcome.value

    params["outcome"] = json_outcome

    json_from_: str | Unset = UNSET
    if not isinstance(from_, Unset):
        json_from_ = from_.isoformat()
    params["from"] = json_from_

    json_to: str | Unset = UNSET
    if not isinstance(to, Unset):
        json_to = to.isoformat()
    params["to"] = json_to

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/audit/entries",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AuditPage | Problem | None:
    if response.status_code == 200:
        response_200 = AuditPage.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[AuditPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: UUID | Unset = UNSET,
    target_id: UUID | Unset = UNSET,
    concerns: UUID | Unset = UNSET,
    action: str | Unset = UNSET,
    purpose: Purpose | Unset = UNSET,
    outcome: Outcome | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
) -> Response[AuditPage | Problem]:
    """Search the audit log

     Entries that match all filters, the latest first. The search itself becomes an entry, since it shows
    who did what.
    Entries about a person's own load are shown to that person alone; `seq` passes over them.

    Args:
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        actor_id (UUID | Unset): Who did it: a person or an API key.
        target_id (UUID | Unset): The thing it happened to.
        concerns (UUID | Unset): The customer or person whose data it is.
        action (str | Unset): What was done, such as escalation.opened.
        purpose (Purpose | Unset): Why somebody wants to see or use emotional data.
        outcome (Outcome | Unset): How it ended: done, refused (somebody was not allowed), or
            withheld (a person's consent was missing).
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditPage | Problem]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        limit=limit,
        actor_id=actor_id,
        target_id=target_id,
        concerns=concerns,
        action=action,
        purpose=purpose,
        outcome=outcome,
        from_=from_,
        to=to,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: UUID | Unset = UNSET,
    target_id: UUID | Unset = UNSET,
    concerns: UUID | Unset = UNSET,
    action: str | Unset = UNSET,
    purpose: Purpose | Unset = UNSET,
    outcome: Outcome | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
) -> AuditPage | Problem | None:
    """Search the audit log

     Entries that match all filters, the latest first. The search itself becomes an entry, since it shows
    who did what.
    Entries about a person's own load are shown to that person alone; `seq` passes over them.

    Args:
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        actor_id (UUID | Unset): Who did it: a person or an API key.
        target_id (UUID | Unset): The thing it happened to.
        concerns (UUID | Unset): The customer or person whose data it is.
        action (str | Unset): What was done, such as escalation.opened.
        purpose (Purpose | Unset): Why somebody wants to see or use emotional data.
        outcome (Outcome | Unset): How it ended: done, refused (somebody was not allowed), or
            withheld (a person's consent was missing).
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditPage | Problem
    """

    return sync_detailed(
        client=client,
        cursor=cursor,
        limit=limit,
        actor_id=actor_id,
        target_id=target_id,
        concerns=concerns,
        action=action,
        purpose=purpose,
        outcome=outcome,
        from_=from_,
        to=to,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: UUID | Unset = UNSET,
    target_id: UUID | Unset = UNSET,
    concerns: UUID | Unset = UNSET,
    action: str | Unset = UNSET,
    purpose: Purpose | Unset = UNSET,
    outcome: Outcome | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
) -> Response[AuditPage | Problem]:
    """Search the audit log

     Entries that match all filters, the latest first. The search itself becomes an entry, since it shows
    who did what.
    Entries about a person's own load are shown to that person alone; `seq` passes over them.

    Args:
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        actor_id (UUID | Unset): Who did it: a person or an API key.
        target_id (UUID | Unset): The thing it happened to.
        concerns (UUID | Unset): The customer or person whose data it is.
        action (str | Unset): What was done, such as escalation.opened.
        purpose (Purpose | Unset): Why somebody wants to see or use emotional data.
        outcome (Outcome | Unset): How it ended: done, refused (somebody was not allowed), or
            withheld (a person's consent was missing).
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditPage | Problem]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        limit=limit,
        actor_id=actor_id,
        target_id=target_id,
        concerns=concerns,
        action=action,
        purpose=purpose,
        outcome=outcome,
        from_=from_,
        to=to,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: UUID | Unset = UNSET,
    target_id: UUID | Unset = UNSET,
    concerns: UUID | Unset = UNSET,
    action: str | Unset = UNSET,
    purpose: Purpose | Unset = UNSET,
    outcome: Outcome | Unset = UNSET,
    from_: datetime.datetime | Unset = UNSET,
    to: datetime.datetime | Unset = UNSET,
) -> AuditPage | Problem | None:
    """Search the audit log

     Entries that match all filters, the latest first. The search itself becomes an entry, since it shows
    who did what.
    Entries about a person's own load are shown to that person alone; `seq` passes over them.

    Args:
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        actor_id (UUID | Unset): Who did it: a person or an API key.
        target_id (UUID | Unset): The thing it happened to.
        concerns (UUID | Unset): The customer or person whose data it is.
        action (str | Unset): What was done, such as escalation.opened.
        purpose (Purpose | Unset): Why somebody wants to see or use emotional data.
        outcome (Outcome | Unset): How it ended: done, refused (somebody was not allowed), or
            withheld (a person's consent was missing).
        from_ (datetime.datetime | Unset):
        to (datetime.datetime | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            cursor=cursor,
            limit=limit,
            actor_id=actor_id,
            target_id=target_id,
            concerns=concerns,
            action=action,
            purpose=purpose,
            outcome=outcome,
            from_=from_,
            to=to,
        )
    ).parsed
