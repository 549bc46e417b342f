from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.bounce_request import BounceRequest
from ...models.escalation import Escalation
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    escalation_id: UUID,
    *,
    body: BounceRequest,
    if_match: str,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["If-Match"] = if_match

    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/escalations/{escalation_id}:bounce".format(
            escalation_id=quote(str(escalation_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Escalation | Problem | None:
    if response.status_code == 200:
        response_200 = Escalation.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = Problem.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())

        return response_412

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 428:
        response_428 = Problem.from_dict(response.json())

        return response_428

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
) -> Response[Escalation | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    escalation_id: UUID,
    *,
    client: AuthenticatedClient,
    body: BounceRequest,
    if_match: str,
    idempotency_key: str | Unset = UNSET,
) -> Response[Escalation | Problem]:
    """Hand an escalation back

     Hands an offered escalation back, with the reason.

    Args:
        escalation_id (UUID):
        if_match (str): The ETag of the version this change was made for.
        idempotency_key (str | Unset):
        body (BounceRequest): Why an escalation is handed back.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Escalation | Problem]
    """

    kwargs = _get_kwargs(
        escalation_id=escalation_id,
        body=body,
        if_match=if_match,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    escalation_id: UUID,
    *,
    client: AuthenticatedClient,
    body: BounceRequest,
    if_match: str,
    idempotency_key: str | Unset = UNSET,
) -> Escalation | Problem | None:
    """Hand an escalation back

     Hands an offered escalation back, with the reason.

    Args:
        escalation_id (UUID):
        if_match (str): The ETag of the version this change was made for.
        idempotency_key (str | Unset):
        body (BounceRequest): Why an escalation is handed back.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Escalation | Problem
    """

    return sync_detailed(
        escalation_id=escalation_id,
        client=client,
        body=body,
        if_match=if_match,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    escalation_id: UUID,
    *,
    client: AuthenticatedClient,
    body: BounceRequest,
    if_match: str,
    idempotency_key: str | Unset = UNSET,
) -> Response[Escalation | Problem]:
    """Hand an escalation back

     Hands an offered escalation back, with the reason.

    Args:
        escalation_id (UUID):
        if_match (str): The ETag of the version this change was made for.
        idempotency_key (str | Unset):
        body (BounceRequest): Why an escalation is handed back.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Escalation | Problem]
    """

    kwargs = _get_kwargs(
        escalation_id=escalation_id,
        body=body,
        if_match=if_match,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    escalation_id: UUID,
    *,
    client: AuthenticatedClient,
    body: BounceRequest,
    if_match: str,
    idempotency_key: str | Unset = UNSET,
) -> Escalation | Problem | None:
    """Hand an escalation back

     Hands an offered escalation back, with the reason.

    Args:
        escalation_id (UUID):
        if_match (str): The ETag of the version this change was made for.
        idempotency_key (str | Unset):
        body (BounceRequest): Why an escalation is handed back.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Escalation | Problem
    """

    return (
        await asyncio_detailed(
            escalation_id=escalation_id,
            client=client,
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
    ).parsed
