from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.declarable_purpose import DeclarablePurpose
from ...models.problem import Problem
from ...models.signals_page import SignalsPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    source: str,
    external_id: str,
    *,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    attune_purpose: DeclarablePurpose,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Attune-Purpose"] = str(attune_purpose)

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/customers/by-ref/{source}/{external_id}/signals".format(
            source=quote(str(source), safe=""),
            external_id=quote(str(external_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | SignalsPage | None:
    if response.status_code == 200:
        response_200 = SignalsPage.from_dict(response.json())

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
) -> Response[Problem | SignalsPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    source: str,
    external_id: str,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    attune_purpose: DeclarablePurpose,
) -> Response[Problem | SignalsPage]:
    """Read a customer's signals by reference

     The signals of the customer whom another system knows by this reference, as by id.

    Args:
        source (str): The system whose reference it is.
        external_id (str): The id in that system. One that may be personal, such as an e-mail
            address, goes into a body.
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        attune_purpose (DeclarablePurpose): Why somebody wants to see or use emotional data; what
            a customer can be asked to agree to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SignalsPage]
    """

    kwargs = _get_kwargs(
        source=source,
        external_id=external_id,
        cursor=cursor,
        limit=limit,
        attune_purpose=attune_purpose,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    source: str,
    external_id: str,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    attune_purpose: DeclarablePurpose,
) -> Problem | SignalsPage | None:
    """Read a customer's signals by reference

     The signals of the customer whom another system knows by this reference, as by id.

    Args:
        source (str): The system whose reference it is.
        external_id (str): The id in that system. One that may be personal, such as an e-mail
            address, goes into a body.
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        attune_purpose (DeclarablePurpose): Why somebody wants to see or use emotional data; what
            a customer can be asked to agree to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SignalsPage
    """

    return sync_detailed(
        source=source,
        external_id=external_id,
        client=client,
        cursor=cursor,
        limit=limit,
        attune_purpose=attune_purpose,
    ).parsed


async def asyncio_detailed(
    source: str,
    external_id: str,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    attune_purpose: DeclarablePurpose,
) -> Response[Problem | SignalsPage]:
    """Read a customer's signals by reference

     The signals of the customer whom another system knows by this reference, as by id.

    Args:
        source (str): The system whose reference it is.
        external_id (str): The id in that system. One that may be personal, such as an e-mail
            address, goes into a body.
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        attune_purpose (DeclarablePurpose): Why somebody wants to see or use emotional data; what
            a customer can be asked to agree to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SignalsPage]
    """

    kwargs = _get_kwargs(
        source=source,
        external_id=external_id,
        cursor=cursor,
        limit=limit,
        attune_purpose=attune_purpose,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    source: str,
    external_id: str,
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    attune_purpose: DeclarablePurpose,
) -> Problem | SignalsPage | None:
    """Read a customer's signals by reference

     The signals of the customer whom another system knows by this reference, as by id.

    Args:
        source (str): The system whose reference it is.
        external_id (str): The id in that system. One that may be personal, such as an e-mail
            address, goes into a body.
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        attune_purpose (DeclarablePurpose): Why somebody wants to see or use emotional data; what
            a customer can be asked to agree to.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SignalsPage
    """

    return (
        await asyncio_detailed(
            source=source,
            external_id=external_id,
            client=client,
            cursor=cursor,
            limit=limit,
            attune_purpose=attune_purpose,
        )
    ).parsed
