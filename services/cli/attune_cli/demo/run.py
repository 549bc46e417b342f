"""The demo's parts in order: session, month, catching up, tour."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from attune.kernel.backlog import read_backlog
from attune.kernel.clock import utc_now
from attune.people.model import Role
from attune_cli import output
from attune_cli.api_client import ApiClient
from attune_cli.demo.month import MonthLoader
from attune_cli.demo.pages import Pages
from attune_cli.demo.records import Month
from attune_cli.demo.session import DemoSession, begin_session
from attune_cli.demo.simulator import hard_shift, simulate_month
from attune_cli.demo.tour import Tour
from attune_cli.demo.world import SOURCE
from attune_cli.failure import CommandFailed
from attune_cli.installation import open_database
from attune_cli.settings import Settings
from attune_cli.stack.machine import Machine

CATCH_UP_SECONDS: Final = 120.0
POLL_SECONDS: Final = 0.1
FULL_ENOUGH: Final = 4
"""From which day of a month on its dashboard is worth showing; before, the month before is."""


class WorkerTooSlow(CommandFailed):
    """The worker did not catch up in time."""


def show_demo(machine: Machine, seed: int) -> bool:
    """Load what is not there yet, wait for the worker, and give the tour; whether every step succeeded."""
    settings = Settings.load(machine.environment, Path())
    session = _session(machine, settings, seed)
    month = simulate_month(session.seed, session.anchor)
    with ApiClient(machine.url, session.integration_key) as client:
        with output.steps() as steps:
            loader = MonthLoader(client, steps)
            if not session.is_loaded:
                loader.load(month, session.anchor)
                session = session.loaded()
                session.write(machine.data)
            asyncio.run(_catch_up(settings, machine, steps))
        agent = client.get(f"/v1/people/by-ref/{SOURCE}/{month.overloaded_person}").body
        session = asyncio.run(session.with_person_key(settings, month.overloaded_person, agent["id"], Role.AGENT))
        session.write(machine.data)
        with ApiClient(machine.url, session.person_keys[month.overloaded_person]) as person:
            _keep_busy(machine, settings, month, client, person)
            tour = Tour(client, person, month, _shown_month(session.anchor), Pages(output.STDOUT))
            succeeded = tour.walk()
            tour.point_the_way(machine.url, session.integration_key, str(machine.data.path))
    return succeeded


def _session(machine: Machine, settings: Settings, seed: int) -> DemoSession:
    session = DemoSession.read(machine.data)
    if session is None:
        output.say(f"Loading a month of a contact centre through the API (seed {seed})")
        session = asyncio.run(begin_session(settings, seed))
        session.write(machine.data)
    elif session.is_loaded:
        output.say(
            f"The month is loaded already (seed {session.seed}, ending {session.anchor:%Y-%m-%d}): nothing is added."
        )
    else:
        output.say("An earlier load was interrupted: going on where it ended.")
    return session


def _keep_busy(machine: Machine, settings: Settings, month: Month, client: ApiClient, person: ApiClient) -> None:
    """A load decays within hours. For a tour on a later day the same person has another hard shift, ending now."""
    if person.get("/v1/me/load").body["level"] == "over":
        return
    output.say("The load of the first run has decayed since: adding today's hard shift of the same person.")
    with output.steps() as steps:
        shift = tuple(hard_shift(month.overloaded_person, month.customers, utc_now()))
        MonthLoader(client, steps).load_conversations(shift)
        asyncio.run(_catch_up(settings, machine, steps))


async def _catch_up(settings: Settings, machine: Machine, steps: output.Steps) -> None:
    """Wait until every event has its place in the order and every projection has read it."""
    name = "The worker catches up"
    steps.begin(name, None)
    deadline = time.monotonic() + CATCH_UP_SECONDS
    async with open_database(settings, "worker_database_url") as database:
        while True:
            backlog = await read_backlog(database)
            steps.set_position(name, backlog.events - backlog.behind, backlog.events)
            if backlog.is_empty:
                return
            ended = machine.ended()
            if ended is not None:
                raise CommandFailed(ended)
            if time.monotonic() > deadline:
                raise WorkerTooSlow(
                    f"The worker is {backlog.behind} events behind after {CATCH_UP_SECONDS:.0f} s. "
                    f"Its log is in {machine.data.logs}."
                )
            await asyncio.sleep(POLL_SECONDS)


def _shown_month(anchor: datetime) -> str:
    """The calendar month whose dashboards are shown, as YYYY-MM."""
    shown = anchor if anchor.day >= FULL_ENOUGH else anchor.replace(day=1) - timedelta(days=1)
    return f"{shown:%Y-%m}"
