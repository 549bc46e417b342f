from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.consent_record import ConsentRecord
from ...models.grant_request import GrantRequest
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    customer_id: UUID,
    *,
    body: GrantRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/customers/{customer_id}/consents:grant".format(
            customer_id=quote(str(customer_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ConsentRecord | Problem | None:
    if response.status_code == 201:
        response_201 = ConsentRecord.from_dict(response.json())

        return response_201

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

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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
) -> Response[ConsentRecord | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    customer_id: UUID,
    *,
    client: AuthenticatedClient,
    body: GrantRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[ConsentRecord | Problem]:
    """Record that a customer agreed

     The customer agreed that what they felt may be used for this purpose. It holds at once.

    Args:
        customer_id (UUID):
        idempotency_key (str | Unset):
        body (GrantRequest): A customer's yes to a purpose. Example: {'evidence': 'Said yes on the
            phone, script v3', 'method': 'customer_stated', 'purpose': 'service_contact'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConsentRecord | Problem]
    """

    kwargs = _get_kwargs(
        customer_id=customer_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    customer_id: UUID,
    *,
    client: AuthenticatedClient,
    body: GrantRequest,
    idempotency_key: str | Unset = UNSET,
) -> ConsentRecord | Problem | None:
    """Record that a customer agreed

     The customer agreed that what they felt may be used for this purpose. It holds at once.

    Args:
        customer_id (UUID):
        idempotency_key (str | Unset):
        body (GrantRequest): A customer's yes to a purpose. Example: {'evidence': 'Said yes on the
            phone, script v3', 'method': 'customer_stated', 'purpose': 'service_contact'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConsentRecord | Problem
    """

    return sync_detailed(
        customer_id=customer_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    customer_id: UUID,
    *,
    client: AuthenticatedClient,
    body: GrantRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[ConsentRecord | Problem]:
    """Record that a customer agreed

     The customer agreed that what they felt may be used for this purpose. It holds at once.

    Args:
        customer_id (UUID):
        idempotency_key (str | Unset):
        body (GrantRequest): A customer's yes to a purpose. Example: {'evidence': 'Said yes on the
            phone, script v3', 'method': 'customer_stated', 'purpose': 'service_contact'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ConsentRecord | Problem]
    """

    kwargs = _get_kwargs(
        customer_id=customer_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    customer_id: UUID,
    *,
    client: AuthenticatedClient,
    body: GrantRequest,
    idempotency_key: str | Unset = UNSET,
) -> ConsentRecord | Problem | None:
    """Record that a customer agreed

     The customer agreed that what they felt may be used for this purpose. It holds at once.

    Args:
        customer_id (UUID):
        idempotency_key (str | Unset):
        body (GrantRequest): A customer's yes to a purpose. Example: {'evidence': 'Said yes on the
            phone, script v3', 'method': 'customer_stated', 'purpose': 'service_contact'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ConsentRecord | Problem
    """

    return (
        await asyncio_detailed(
            customer_id=customer_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
