import datetime
from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.calibration_round_page import CalibrationRoundPage
from ...models.problem import Problem
from ...models.round_status import RoundStatus
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    modified_after: datetime.datetime | Unset = UNSET,
    status: RoundStatus | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["cursor"] = cursor

    params["limit"] = limit

    json_modified_after: str | Unset = UNSET
    if not isinstance(modified_after, Unset):
        json_modified_after = modified_after.isoformat()
    params["modified_after"] = json_modified_after

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/calibration-rounds",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CalibrationRoundPage | Problem | None:
    if response.status_code == 200:
        response_200 = CalibrationRoundPage.from_dict(response.json())

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
) -> Response[CalibrationRoundPage | Problem]:
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
    modified_after: datetime.datetime | Unset = UNSET,
    status: RoundStatus | Unset = UNSET,
) -> Response[CalibrationRoundPage | Problem]:
    """List calibration rounds

     Rounds in the order of their last change. Who signs in sees those they lead or rate in; quality and
    administrators
    see all.

    Args:
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        modified_after (datetime.datetime | Unset): Only what changed after this moment.
        status (RoundStatus | Unset): The life of a round. Ratings are made while it is scoring,
            and seen by all from the review on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CalibrationRoundPage | Problem]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        limit=limit,
        modified_after=modified_after,
        status=status,
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
    modified_after: datetime.datetime | Unset = UNSET,
    status: RoundStatus | Unset = UNSET,
) -> CalibrationRoundPage | Problem | None:
    """List calibration rounds

     Rounds in the order of their last change. Who signs in sees those they lead or rate in; quality and
    administrators
    see all.

    Args:
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        modified_after (datetime.datetime | Unset): Only what changed after this moment.
        status (RoundStatus | Unset): The life of a round. Ratings are made while it is scoring,
            and seen by all from the review on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CalibrationRoundPage | Problem
    """

    return sync_detailed(
        client=client,
        cursor=cursor,
        limit=limit,
        modified_after=modified_after,
        status=status,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    modified_after: datetime.datetime | Unset = UNSET,
    status: RoundStatus | Unset = UNSET,
) -> Response[CalibrationRoundPage | Problem]:
    """List calibration rounds

     Rounds in the order of their last change. Who signs in sees those they lead or rate in; quality and
    administrators
    see all.

    Args:
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        modified_after (datetime.datetime | Unset): Only what changed after this moment.
        status (RoundStatus | Unset): The life of a round. Ratings are made while it is scoring,
            and seen by all from the review on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CalibrationRoundPage | Problem]
    """

    kwargs = _get_kwargs(
        cursor=cursor,
        limit=limit,
        modified_after=modified_after,
        status=status,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    cursor: str | Unset = UNSET,
    limit: int | Unset = 50,
    modified_after: datetime.datetime | Unset = UNSET,
    status: RoundStatus | Unset = UNSET,
) -> CalibrationRoundPage | Problem | None:
    """List calibration rounds

     Rounds in the order of their last change. Who signs in sees those they lead or rate in; quality and
    administrators
    see all.

    Args:
        cursor (str | Unset): The next_cursor of the page before. Nothing: the first page.
        limit (int | Unset): How many at most. Default: 50.
        modified_after (datetime.datetime | Unset): Only what changed after this moment.
        status (RoundStatus | Unset): The life of a round. Ratings are made while it is scoring,
            and seen by all from the review on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CalibrationRoundPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            cursor=cursor,
            limit=limit,
            modified_after=modified_after,
            status=status,
        )
    ).parsed
