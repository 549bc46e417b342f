from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.declarable_purpose import DeclarablePurpose
from ...models.escalation_with_texts import EscalationWithTexts
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    escalation_id: UUID,
    *,
    attune_purpose: DeclarablePurpose | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(attune_purpose, Unset):
        headers["Attune-Purpose"] = str(attune_purpose)

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/escalations/{escalation_id}".format(
            escalation_id=quote(str(escalation_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EscalationWithTexts | Problem | None:
    if response.status_code == 200:
        response_200 = EscalationWithTexts.from_dict(response.json())

        return response_200

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

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
) -> Response[EscalationWithTexts | Problem]:
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
    attune_purpose: DeclarablePurpose | Unset = UNSET,
) -> Response[EscalationWithTexts | Problem]:
    """Read an escalation

     What happened, what was promised and what comes next; and, for a declared purpose that the customer
    allows, how
    they feel about it. What was read and what was withheld is on the audit log before the answer
    leaves. The ETag is for
    `If-Match`; this answer is never 304.

    Args:
        escalation_id (UUID):
        attune_purpose (DeclarablePurpose | Unset): Why somebody wants to see or use emotional
            data; what a customer can be asked to agree to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EscalationWithTexts | Problem]
    """

    kwargs = _get_kwargs(
        escalation_id=escalation_id,
        attune_purpose=attune_purpose,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    escalation_id: UUID,
    *,
    client: AuthenticatedClient,
    attune_purpose: DeclarablePurpose | Unset = UNSET,
) -> EscalationWithTexts | Problem | None:
    """Read an escalation

     What happened, what was promised and what comes next; and, for a declared purpose that the customer
    allows, how
    they feel about it. What was read and what was withheld is on the audit log before the answer
    leaves. The ETag is for
    `If-Match`; this answer is never 304.

    Args:
        escalation_id (UUID):
        attune_purpose (DeclarablePurpose | Unset): Why somebody wants to see or use emotional
            data; what a customer can be asked to agree to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EscalationWithTexts | Problem
    """

    return sync_detailed(
        escalation_id=escalation_id,
        client=client,
        attune_purpose=attune_purpose,
    ).parsed


async def asyncio_detailed(
    escalation_id: UUID,
    *,
    client: AuthenticatedClient,
    attune_purpose: DeclarablePurpose | Unset = UNSET,
) -> Response[EscalationWithTexts | Problem]:
    """Read an escalation

     What happened, what was promised and what comes next; and, for a declared purpose that the customer
    allows, how
    they feel about it. What was read and what was withheld is on the audit log before the answer
    leaves. The ETag is for
    `If-Match`; this answer is never 304.

    Args:
        escalation_id (UUID):
        attune_purpose (DeclarablePurpose | Unset): Why somebody wants to see or use emotional
            data; what a customer can be asked to agree to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EscalationWithTexts | Problem]
    """

    kwargs = _get_kwargs(
        escalation_id=escalation_id,
        attune_purpose=attune_purpose,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    escalation_id: UUID,
    *,
    client: AuthenticatedClient,
    attune_purpose: DeclarablePurpose | Unset = UNSET,
) -> EscalationWithTexts | Problem | None:
    """Read an escalation

     What happened, what was promised and what comes next; and, for a declared purpose that the customer
    allows, how
    they feel about it. What was read and what was withheld is on the audit log before the answer
    leaves. The ETag is for
    `If-Match`; this answer is never 304.

    Args:
        escalation_id (UUID):
        attune_purpose (DeclarablePurpose | Unset): Why somebody wants to see or use emotional
            data; what a customer can be asked to agree to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EscalationWithTexts | Problem
    """

    return (
        await asyncio_detailed(
            escalation_id=escalation_id,
            client=client,
            attune_purpose=attune_purpose,
        )
    ).parsed
