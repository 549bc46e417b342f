"""The API agrees with a plain model of what it promises, whatever is done in whatever order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from attune.kernel.db import Database
from attune.kernel.roles import LoginRole
from attune.kernel.vault import RootKeys, Vault
from tests.api.process import api_process
from tests.conftest import Servers, make_installation
from tests.model.desk import Desk
from tests.model.machine import Organisation
from tests.model.plain import Customer, Gullible
from tests.sizes import SEED, WALLS
from tests.worker.conftest import until

RUNS = WALLS.choose(short=25, full=500)
STEPS = WALLS.choose(short=30, full=50)
LEAST_STEPS_OF_A_RUN = 10
"""Hypothesis decides how many steps a run has, up to the most; on average at least so many."""

RULES = (
    "add_customer",
    "choose",
    "talk",
    "feel",
    "replay",
    "look",
    "hand_on",
    "read_escalation",
    "take_step",
    "open_check_in",
    "write_check_in",
    "evaluate",
    "erase",
    "work",
    "rebuild",
)


@pytest.fixture
def desk(servers: Servers, template: str, root_key: bytes, tmp_path: Path) -> Iterator[Desk]:
    """An API process on a database of its own."""
    loop = asyncio.new_event_loop()
    wait = loop.run_until_complete
    installation = wait(make_installation(servers, template))
    with api_process(installation, tmp_path / "api.log", root_key=root_key, ATTUNE_LOG_LEVEL="warning") as api:
        wait(until(api.is_ready, seconds=90))
        migrator = wait(Database.connect(installation.url(LoginRole.MIGRATOR)))
        worker = wait(Database.connect(installation.url(LoginRole.WORKER)))
        with httpx.Client(base_url=api.url, timeout=60) as http:
            yield Desk(http, loop, migrator, worker, Vault(RootKeys("test", {"test": root_key})))
        wait(worker.close())
        wait(migrator.close())
    loop.close()


def run(desk: Desk, *, runs: int, steps: int, remembers: type[Customer], phases: tuple[Phase, ...]) -> None:
    """Run the machine with a desk and a way to remember customers."""
    machine = type("Organisation", (Organisation,), {"desk": desk, "remembers": remembers})
    run_state_machine_as_test(
        seed(SEED)(machine),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_answer_is_the_models(desk: Desk) -> None:
    run(desk, runs=RUNS, steps=STEPS, remembers=Customer, phases=(Phase.generate, Phase.shrink))
    steps = sum(desk.done[name] for name in RULES)
    print(f"{desk.done['runs']} runs, {steps} steps, {desk.done['requests']} requests, seed {SEED}: {dict(desk.done)}")
    # A run that did little proves little.
    assert desk.done["runs"] >= RUNS
    assert steps >= RUNS * LEAST_STEPS_OF_A_RUN
    assert not [name for name in RULES if not desk.done[name]], "some rules were never tried"


def test_a_model_that_takes_never_asked_for_a_yes_is_noticed(desk: Desk) -> None:
    with pytest.raises(AssertionError):
        run(desk, runs=RUNS, steps=STEPS, remembers=Gullible, phases=(Phase.generate,))
    assert desk.done["requests"] > 0
