"""The worker as a process: how it starts, what it says about itself, and how it ends."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from time import monotonic

import pytest

from attune_cli.local import ports
from attune_settings.reading import SettingsInvalid
from attune_worker.health import Health
from attune_worker.settings import load_settings
from tests.conftest import Installation
from tests.contact_centre import ContactCentre
from tests.worker.conftest import until
from tests.worker.process import WorkerProcess, worker_process

GOOD = {
    "ATTUNE_ENVIRONMENT": "production",
    "ATTUNE_WORKER_DATABASE_URL": "postgresql://attune_worker:secret-word@db/attune",
    "ATTUNE_REDIS_URL": "redis://cache/0",
}


class TestSettings:
    def test_what_it_needs_is_enough(self) -> None:
        settings = load_settings({**GOOD, "ATTUNE_ROOT_KEY": "of another program", "HOME": "/"})
        assert settings.is_production
        assert settings.worker_health_port is None

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"ATTUNE_REDIS_URL": None}, "ATTUNE_REDIS_URL is missing"),
            ({"ATTUNE_WORKER_POLL": "1"}, "unknown variable: ATTUNE_WORKER_POLL"),
            ({"ATTUNE_WORKER_HEALTH_PORT": "high"}, "ATTUNE_WORKER_HEALTH_PORT"),
            ({"ATTUNE_ENVIRONMENT": "staging"}, "ATTUNE_ENVIRONMENT"),
            ({"ATTUNE_WORKER_DATABASE_URL": "mysql://secret-word@db"}, "ATTUNE_WORKER_DATABASE_URL"),
            ({"ATTUNE_REDIS_URL_FILE": "/nowhere"}, "both set"),
            ({"ATTUNE_REDIS_URL": None, "ATTUNE_REDIS_URL_FILE": "/nowhere"}, "cannot be read"),
        ],
    )
    def test_a_mistake_is_named_and_its_value_is_not(self, changed: dict[str, str | None], words: str) -> None:
        environment = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
        with pytest.raises(SettingsInvalid, match=words) as raised:
            load_settings(environment)
        assert "secret-word" not in str(raised.value)

    def test_a_secret_may_stand_in_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "url").write_text("redis://from-a-file/1\n")
        environment = {name: value for name, value in GOOD.items() if name != "ATTUNE_REDIS_URL"}
        settings = load_settings({**environment, "ATTUNE_REDIS_URL_FILE": str(tmp_path / "url")})
        assert settings.redis_url.get_secret_value() == "redis://from-a-file/1"


async def ask(port: int, request: bytes) -> bytes:
    """What the health port answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_health_answers_what_is_asked_and_nothing_else() -> None:
    port = ports.any_free()
    server = await Health(is_alive=lambda: True, is_ready=lambda: False).serve("127.0.0.1", port)
    answers = {
        b"GET /livez": b"200 OK",
        b"GET /readyz": b"503 Service Unavailable",
        b"GET /metrics": b"404 Not Found",
        b"POST /livez": b"405 Method Not Allowed",
        b"": b"404 Not Found",
    }
    for line, status in answers.items():
        answer = await ask(port, line + b" HTTP/1.1\r\nhost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 " + status), line
    assert json.loads((await ask(port, b"GET /livez HTTP/1.0\r\n\r\n")).partition(b"\r\n\r\n")[2]) == {"status": "ok"}
    assert await ask(port, b"x" * 20_000) == b""
    assert await ask(port, b"GET /livez") == b""
    server.close()
    await server.wait_closed()


class TestProcess:
    async def test_it_works_and_a_signal_ends_it_within_seconds(
        self, fresh_installation: Installation, centre: ContactCentre, tmp_path: Path
    ) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with worker_process(fresh_installation, tmp_path / "log") as process:
                await until(process.is_ready)
                assert process.says("/livez") == 200
                await centre.team()
                begun = monotonic()
                assert process.stop(number) == 0
                assert monotonic() - begun < 8
        words = [json.loads(line)["event"] for line in (tmp_path / "log").read_text().splitlines()]
        assert words.count("worker.started") == words.count("worker.stopped") == 2

    async def test_without_redis_it_is_ready_all_the_same(
        self, fresh_installation: Installation, tmp_path: Path
    ) -> None:
        with worker_process(fresh_installation, tmp_path / "log", ATTUNE_REDIS_URL="redis://127.0.0.1:1") as process:
            await until(process.is_ready)
            assert process.stop() == 0
        assert "redis.away" in (tmp_path / "log").read_text()

    async def test_while_postgresql_is_away_it_waits_and_can_be_stopped(
        self, fresh_installation: Installation, tmp_path: Path
    ) -> None:
        away = f"postgresql://attune_worker:x@127.0.0.1:{ports.any_free()}/attune"
        with worker_process(fresh_installation, tmp_path / "log", ATTUNE_WORKER_DATABASE_URL=away) as process:

            async def has_tried_thrice() -> bool:
                return (tmp_path / "log").read_text().count("database.not_ready") >= 3

            await until(has_tried_thrice)
            assert process.is_running
            assert process.stop() == 0

    def test_a_wrong_password_ends_it_and_names_the_variable(
        self, fresh_installation: Installation, tmp_path: Path
    ) -> None:
        url = fresh_installation.url("attune_nobody")
        with worker_process(fresh_installation, tmp_path / "log", ATTUNE_WORKER_DATABASE_URL=url) as process:
            assert process.wait() == 2
        assert "ATTUNE_WORKER_DATABASE_URL" in (tmp_path / "log").read_text()

    def test_a_missing_setting_ends_it_and_is_named(self, tmp_path: Path) -> None:
        process = WorkerProcess(tmp_path / "log")
        try:
            assert process.wait() == 2
        finally:
            process.close()
        assert "ATTUNE_WORKER_DATABASE_URL is missing" in (tmp_path / "log").read_text()
