"""`attune demo` and `attune up`: the tour, its repetition, taken ports, and what is left behind, which is nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from attune_cli.settings import read_environment
from tests.flows.test_cli import run_attune

PATIENCE = 120.0

needs_proc = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="looks for processes in /proc")


def processes_of(folder: Path) -> list[str]:
    """The processes whose command line or environment names the folder, or that work in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (
                (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes() + bytes((entry / "cwd").readlink())
            )
        except OSError:
            continue
        if os.fsencode(folder) in words:
            found.append(f"{entry.name} {(entry / 'cmdline').read_bytes()!r}")
    return found


def wait_for(holds: Callable[[], object], patience: float = PATIENCE) -> bool:
    """Whether a condition came to hold in time."""
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)  # between two looks at the condition
    return True


@contextmanager
def running(command: str, data: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A command that serves, up to its being published; killed at the end if it still runs."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ATTUNE_")}
    with (data.parent / f"{command}.out").open("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "attune_cli", command, "--data", str(data), *options],
            env=clean | {"COLUMNS": "160"},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            started = wait_for(lambda: read_environment(data) or process.poll() is not None)
            assert started, output.seek(0) or output.read()
            assert process.poll() is None, output.seek(0) or output.read()
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def said_by(command: str, data: Path) -> str:
    return (data.parent / f"{command}.out").read_text()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder that the demo of this module fills once."""
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def first_tour(data: Path) -> str:
    """What the first run printed."""
    ended = run_attune("demo", "--exit", "--data", data, environment={}, seconds=240)
    assert ended.status == 0, ended.err[-4000:] + ended.out[-4000:]
    return ended.out


class TestDemo:
    def test_the_tour_shows_what_was_promised(self, first_tour: str) -> None:
        for promised in (
            r"1\. Claims in \d{4}-\d\d",
            r"recovery \(before - after\), mean +-?\d\.\d\d \(n = \d+\)",
            r"2\. Bereavement care in .*: suppressed",
            r"reason group_too_small",
            r"3\. .* own load",
            r"threshold \d+\.\d: over since",
            r"4\. Nobody else can see that",
            r"5\. An escalation: ",
            r"the customer feels +\w+, \d of 4",
            r"6\. How customer c-0001 felt: withheld",
            r"reason consent_unknown, 0 signals",
            r"7\. And all of that is on the audit log",
            r"withheld +service_contact",
            r"http://127\.0\.0\.1:\d+/docs",
            r"export ATTUNE_KEY=atn_test_\w+",
            r"curl -s -H",
        ):
            assert re.search(promised, first_tour), promised

    @pytest.mark.usefixtures("first_tour")
    def test_nothing_is_left_running(self, data: Path) -> None:
        assert processes_of(data) == []
        assert read_environment(data) == {}

    @pytest.mark.usefixtures("first_tour")
    def test_what_it_keeps_is_private(self, data: Path) -> None:
        for file in (data / "demo.json", *(data / "secrets").iterdir()):
            assert file.stat().st_mode & 0o077 == 0, file

    @pytest.mark.usefixtures("first_tour")
    def test_a_second_run_adds_nothing_serves_and_dies_without_a_trace(self, data: Path) -> None:
        with running("demo", data) as process:
            assert wait_for(lambda: "Serving at" in said_by("demo", data) or process.poll() is not None)
            said = said_by("demo", data)
            assert "is loaded already" in said
            assert "failed" not in said
            environment = read_environment(data)
            key = json.loads((data / "demo.json").read_text())["integration_key"]
            teams = httpx.get(
                f"{environment['ATTUNE_PUBLIC_URL']}/v1/teams",
                headers={"Authorization": f"Bearer {key}"},
                trust_env=False,
            ).json()
            assert len(teams["data"]) == 10
            refused = run_attune("up", "--data", data, environment={})
            assert refused.status == 1
            assert f"in use by process {process.pid}" in refused.err
            process.kill()
            process.wait()
            assert wait_for(lambda: not processes_of(data)), processes_of(data)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation without a demo."""
    return tmp_path_factory.mktemp("up") / "data"


class TestUp:
    def test_a_taken_port_is_replaced_and_sigterm_stops_everything(self, place: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with running("up", place, "--port", str(port)) as process:
                url = read_environment(place)["ATTUNE_PUBLIC_URL"]
                assert not url.endswith(f":{port}")
                assert httpx.get(f"{url}/readyz", trust_env=False).status_code == 200
                assert httpx.get(f"{url}/docs", trust_env=False).status_code == 200
                process.send_signal(signal.SIGTERM)
                assert process.wait(60) == 0
        assert f"Port {port} is taken: the API listens on {url.rsplit(':', 1)[1]}" in said_by("up", place)
        assert processes_of(place) == []

    @needs_proc
    @pytest.mark.parametrize("part", ["attune_worker.main", "attune_api.main", "valkey-server", "bin/postgres"])
    def test_a_part_that_dies_takes_the_rest_along_and_is_named(self, place: Path, part: str) -> None:
        with running("up", place) as process:
            (victim,) = (
                line.split()[0]
                for line in processes_of(place)
                if part in line and "supervise" not in line and "postgres: " not in line
            )
            os.kill(int(victim), signal.SIGKILL)
            assert process.wait(60) == 1
        name = {"attune_worker.main": "worker", "attune_api.main": "API", "valkey-server": "Valkey"}.get(
            part, "PostgreSQL"
        )
        assert re.search(rf"Failed: .*{name}", said_by("up", place))
        assert processes_of(place) == []
