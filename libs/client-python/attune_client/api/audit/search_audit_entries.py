import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audit_page_out import AuditPageOut
from ...models.outcome import Outcome
from ...models.problem import Problem
from ...models.purpose import Purpose
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: None | Unset | UUID = UNSET,
    target_id: None | Unset | UUID = UNSET,
    concerns: None | Unset | UUID = UNSET,
    action: None | str | Unset = UNSET,
    purpose: None | Purpose | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params["limit"] = limit

    json_actor_id: None | str | Unset
    if isinstance(actor_id, Unset):
        json_actor_id = UNSET
    elif isinstance(actor_id, UUID):
        json_actor_id = str(actor_id)
    else:
        json_actor_id = actor_id
    params["actor_id"] = json_actor_id

    json_target_id: None | str | Unset
    if isinstance(target_id, Unset):
        json_target_id = UNSET
    elif isinstance(target_id, UUID):
        json_target_id = str(target_id)
    else:
        json_target_id = target_id
    params["target_id"] = json_target_id

    json_concerns: None | str | Unset
    if isinstance(concerns, Unset):
        json_concerns = UNSET
    elif isinstance(concerns, UUID):
        json_concerns = str(concerns)
    else:
        json_concerns = concerns
    params["concerns"] = json_concerns

    json_action: None | str | Unset
    if isinstance(action, Unset):
        json_action = UNSET
    else:
        json_action = action
    params["action"] = json_action

    json_purpose: None | str | Unset
    if isinstance(purpose, Unset):
        json_purpose = UNSET
    elif isinstance(purpose, Purpose):
        json_purpose = purpose.value
    else:
        json_purpose = purpose
    params["purpose"] = json_purpose

    json_outcome: None | str | Unset
    if isinstance(outcome, Unset):
        json_outcome = UNSET
    elif isinstance(outcome, Outcome):
        json_outcome = outcome.value
    else:
        json_outcome = outcome
    params["outcome"] = json_outcome

    json_from_: None | str | Unset
    if isinstance(from_, Unset):
        json_from_ = UNSET
    elif isinstance(from_, datetime.datetime):
        json_from_ = from_.isoformat()
    else:
        json_from_ = from_
    params["from"] = json_from_

    json_to: None | str | Unset
    if isinstance(to, Unset):
        json_to = UNSET
    elif isinstance(to, datetime.datetime):
        json_to = to.isoformat()
    else:
        json_to = to
    params["to"] = json_to

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/audit/entries",
        "params": params,
    }

    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> AuditPageOut | Problem | None:
    if response.status_code == 200:
        response_200 = AuditPageOut.from_dict(response.json())

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AuditPageOut | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: None | Unset | UUID = UNSET,
    target_id: None | Unset | UUID = UNSET,
    concerns: None | Unset | UUID = UNSET,
    action: None | str | Unset = UNSET,
    purpose: None | Purpose | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
) -> Response[AuditPageOut | Problem]:
    """Search the audit log

     Entries that match all filters, the latest first. The search itself becomes an entry, since it shows
    who did what.
    Entries about a person's own load are shown to that person alone; `seq` passes over them.

    Args:
        cursor (None | str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        actor_id (None | Unset | UUID): Who did it: a person or an API key.
        target_id (None | Unset | UUID): The thing it happened to.
        concerns (None | Unset | UUID): The customer or person whose data it is.
        action (None | str | Unset): What was done, such as escalation.opened.
        purpose (None | Purpose | Unset):
        outcome (None | Outcome | Unset):
        from_ (datetime.datetime | None | Unset):
        to (datetime.datetime | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditPageOut | Problem]
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
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: None | Unset | UUID = UNSET,
    target_id: None | Unset | UUID = UNSET,
    concerns: None | Unset | UUID = UNSET,
    action: None | str | Unset = UNSET,
    purpose: None | Purpose | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
) -> AuditPageOut | Problem | None:
    """Search the audit log

     Entries that match all filters, the latest first. The search itself becomes an entry, since it shows
    who did what.
    Entries about a person's own load are shown to that person alone; `seq` passes over them.

    Args:
        cursor (None | str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        actor_id (None | Unset | UUID): Who did it: a person or an API key.
        target_id (None | Unset | UUID): The thing it happened to.
        concerns (None | Unset | UUID): The customer or person whose data it is.
        action (None | str | Unset): What was done, such as escalation.opened.
        purpose (None | Purpose | Unset):
        outcome (None | Outcome | Unset):
        from_ (datetime.datetime | None | Unset):
        to (datetime.datetime | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditPageOut | Problem
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
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: None | Unset | UUID = UNSET,
    target_id: None | Unset | UUID = UNSET,
    concerns: None | Unset | UUID = UNSET,
    action: None | str | Unset = UNSET,
    purpose: None | Purpose | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
) -> Response[AuditPageOut | Problem]:
    """Search the audit log

     Entries that match all filters, the latest first. The search itself becomes an entry, since it shows
    who did what.
    Entries about a person's own load are shown to that person alone; `seq` passes over them.

    Args:
        cursor (None | str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        actor_id (None | Unset | UUID): Who did it: a person or an API key.
        target_id (None | Unset | UUID): The thing it happened to.
        concerns (None | Unset | UUID): The customer or person whose data it is.
        action (None | str | Unset): What was done, such as escalation.opened.
        purpose (None | Purpose | Unset):
        outcome (None | Outcome | Unset):
        from_ (datetime.datetime | None | Unset):
        to (datetime.datetime | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditPageOut | Problem]
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
    cursor: None | str | Unset = UNSET,
    limit: int | Unset = 50,
    actor_id: None | Unset | UUID = UNSET,
    target_id: None | Unset | UUID = UNSET,
    concerns: None | Unset | UUID = UNSET,
    action: None | str | Unset = UNSET,
    purpose: None | Purpose | Unset = UNSET,
    outcome: None | Outcome | Unset = UNSET,
    from_: datetime.datetime | None | Unset = UNSET,
    to: datetime.datetime | None | Unset = UNSET,
) -> AuditPageOut | Problem | None:
    """Search the audit log

     Entries that match all filters, the latest first. The search itself becomes an entry, since it shows
    who did what.
    Entries about a person's own load are shown to that person alone; `seq` passes over them.

    Args:
        cursor (None | str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        actor_id (None | Unset | UUID): Who did it: a person or an API key.
        target_id (None | Unset | UUID): The thing it happened to.
        concerns (None | Unset | UUID): The customer or person whose data it is.
        action (None | str | Unset): What was done, such as escalation.opened.
        purpose (None | Purpose | Unset):
        outcome (None | Outcome | Unset):
        from_ (datetime.datetime | None | Unset):
        to (datetime.datetime | None | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditPageOut | Problem
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
