"""The servers of "one machine, nothing installed": real, private, and gone with the command that started them."""

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
import redis

from attune_cli.local import ports, wheels
from attune_cli.local.cluster import Cluster
from attune_cli.local.failure import LocalServerFailed
from attune_cli.local.folder import ServerFolder
from attune_cli.local.launch import launch
from attune_cli.local.postgres import LocalPostgres, PostgresServer
from attune_cli.local.supervise import Order
from attune_cli.local.valkey import LocalValkey, Store, ValkeyServer

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
ON_LINUX = sys.platform == "linux"

# A command as `attune up` is one: starts both servers, tells their process ids, then waits for a line to end normally.
COMMAND = """
import json, signal, sys
from pathlib import Path
from attune_cli.local.postgres import LocalPostgres
from attune_cli.local.valkey import LocalValkey

# A shell lets what it runs in the background ignore Ctrl-C, and whatever that runs inherits it.
signal.signal(signal.SIGINT, signal.default_int_handler)
folder = Path(sys.argv[1])
try:
    with LocalPostgres(folder / "postgres") as postgres, LocalValkey(folder / "valkey") as valkey:
        print(json.dumps({
            "servers": [postgres.pid, valkey.pid],
            "supervisors": [postgres.supervisor_pid, valkey.supervisor_pid],
        }), flush=True)
        sys.stdin.readline()
except KeyboardInterrupt:
    pass
"""


class RunningCommand:
    """That command in a process, and a process group, of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        told = json.loads(self.process.stdout.readline())
        self.servers: list[int] = told["servers"]
        self.supervisors: list[int] = told["supervisors"]

    def __enter__(self) -> "RunningCommand":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def eventually(holds: Callable[[], bool], within: float = 30.0) -> bool:
    """Whether the condition came to hold in time."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while not holds():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.02)
    return True


def alive(pid: int) -> bool:
    """A zombie is dead: it only waits for its parent to notice, which in a container may be never."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return not ON_LINUX


def all_gone(pids: list[int]) -> Callable[[], bool]:
    return lambda: not any(alive(pid) for pid in pids)


def ask(server: PostgresServer, *statements: str, host: str | None = None) -> object:
    """Run the statements over one connection; the first value of the last."""

    async def run() -> object:
        connection = await asyncpg.connect(server.url, **({"host": host} if host else {}))
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


def valkey_client(server: ValkeyServer) -> redis.Redis:
    return redis.Redis.from_url(server.url, decode_responses=True)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestStarting:
    def test_both_are_real_servers_that_answer(self, tmp_path: Path) -> None:
        with LocalPostgres(tmp_path / "p") as postgres, LocalValkey(tmp_path / "v") as valkey:
            assert str(ask(postgres, "SELECT version()")).startswith("PostgreSQL 18.")
            with closing(valkey_client(valkey)) as client:
                assert client.ping() is True

    @pytest.mark.skipif(not DEBIAN_15.exists(), reason="Debian's PostgreSQL 15 is not installed here")
    def test_other_binaries_do_as_well(self, tmp_path: Path) -> None:
        with LocalPostgres(tmp_path / "p", bin_dir=DEBIAN_15, durable=False) as postgres:
            assert str(ask(postgres, "SELECT version()")).startswith("PostgreSQL 15.")

    def test_without_the_password_nobody_gets_in(self, tmp_path: Path) -> None:
        with LocalPostgres(tmp_path / "p", durable=False) as postgres, LocalValkey(tmp_path / "v") as valkey:

            async def guess() -> None:
                await asyncpg.connect(postgres.url.replace(postgres.password, "guessed"))

            with pytest.raises(asyncpg.InvalidPasswordError):
                asyncio.run(guess())
            with closing(redis.Redis(port=valkey.port)) as client, pytest.raises(redis.AuthenticationError):
                client.ping()

    def test_what_the_product_stores_is_durable_and_what_tests_store_is_not(self, tmp_path: Path) -> None:
        with LocalPostgres(tmp_path / "product") as postgres, LocalValkey(tmp_path / "v") as valkey:
            assert [ask(postgres, f"SHOW {name}") for name in ("fsync", "full_page_writes")] == ["on", "on"]
            with closing(valkey_client(valkey)) as client:
                assert client.config_get("appendonly") == {"appendonly": "yes"}
                assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        with LocalPostgres(tmp_path / "test", durable=False) as postgres:
            assert ask(postgres, "SHOW fsync") == "off"

    def test_a_taken_port_is_replaced_and_the_person_told(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            with (
                LocalPostgres(tmp_path / "p", port=taken, durable=False) as postgres,
                LocalValkey(tmp_path / "v", port=taken) as valkey,
            ):
                assert postgres.port != taken
                assert postgres.notice == f"Port {taken} is taken: PostgreSQL listens on {postgres.port}."
                assert valkey.notice == f"Port {taken} is taken: Valkey listens on {valkey.port}."
                assert ask(postgres, "SELECT 1") == 1

    @pytest.mark.parametrize("server", ["postgres", "valkey"])
    def test_a_port_taken_between_choosing_and_listening_is_replaced_too(self, tmp_path: Path, server: str) -> None:
        folder = ServerFolder(tmp_path)
        locks = folder.lock(patience=0)
        data: Cluster | Store
        if server == "postgres":
            data = Cluster(folder, wheels.postgres_programs(), locks.server, durable=False)
            data.make_once(folder.password())
        else:
            data = Store(folder, wheels.valkey_program(), locks.server, durable=False)
        quicker: list[socket.socket] = []

        def order(port: int) -> Order:
            if not quicker:
                quicker.append(socket.create_server(("127.0.0.1", port)))
            return data.order(port)

        launched = launch("It", folder, wanted_port=None, order_for=order, ready=data.ready, patience=30)
        assert launched.port != quicker[0].getsockname()[1]
        launched.process.stop()
        quicker[0].close()
        locks.release()

    def test_a_free_port_is_used_as_wished(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
        with LocalValkey(tmp_path / "v", port=port) as valkey:
            assert (valkey.port, valkey.notice) == (port, None)

    def test_a_folder_too_deep_for_a_socket_is_served_over_tcp_alone(self, tmp_path: Path) -> None:
        deep = tmp_path / ("d" * 100)
        with LocalPostgres(deep, durable=False) as postgres:
            assert postgres.socket_folder is None
            assert ask(postgres, "SELECT 1") == 1

    def test_a_failure_names_its_cause(self, tmp_path: Path) -> None:
        with LocalPostgres(tmp_path, durable=False):
            pass
        (tmp_path / "cluster" / "PG_VERSION").write_text("9.6\n")
        with pytest.raises(LocalServerFailed, match=r"(?s)PostgreSQL did not start.*incompatible with server"):
            LocalPostgres(tmp_path, durable=False).start()

    def test_a_first_start_that_was_cut_short_is_begun_again(self, tmp_path: Path) -> None:
        (tmp_path / "cluster.unfinished").mkdir()
        (tmp_path / "cluster.unfinished" / "PG_VERSION").write_text("18\n")
        with LocalPostgres(tmp_path, durable=False) as postgres:
            assert ask(postgres, "SELECT 1") == 1


class TestPrivacy:
    def test_passwords_stand_in_no_command_line_and_in_files_of_their_owner_alone(self, tmp_path: Path) -> None:
        with LocalPostgres(tmp_path / "p", durable=False) as postgres, LocalValkey(tmp_path / "v") as valkey:
            for folder in ("p", "v"):
                assert mode(tmp_path / folder / "password") == 0o600
            assert mode(tmp_path / "v" / "valkey.conf") == 0o600
            if ON_LINUX:
                for server in (postgres, valkey):
                    for pid in (server.pid, server.supervisor_pid):
                        assert server.password.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
                    assert server.password not in repr(server)

    def test_our_secrets_are_not_in_the_servers_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ATTUNE_ROOT_KEY", "not-for-servers")
        with LocalPostgres(tmp_path / "p", durable=False) as postgres:
            if ON_LINUX:
                assert b"not-for-servers" not in Path(f"/proc/{postgres.pid}/environ").read_bytes()

    def test_no_permission_outside_the_data_folder_changes(self, tmp_path: Path) -> None:
        private = tmp_path / "private"
        private.mkdir(mode=0o700)
        folders = [private, *private.parents, *wheels.postgres_programs().parents, *wheels.valkey_program().parents]
        before = {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in folders}
        with LocalPostgres(private / "data" / "p", durable=False), LocalValkey(private / "data" / "v"):
            pass
        assert {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in folders} == before
        assert mode(private) == 0o700

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to become")
    def test_root_starts_servers_that_are_not_root(self, tmp_path: Path) -> None:
        with LocalPostgres(tmp_path / "p", durable=False) as postgres, LocalValkey(tmp_path / "v") as valkey:
            for data in (tmp_path / "p" / "cluster", tmp_path / "v" / "data"):
                assert data.stat().st_uid != 0
            if ON_LINUX:
                for pid in (postgres.pid, valkey.pid):
                    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                    status = dict(line.split(":\t", 1) for line in lines)
                    assert "0" not in status["Uid"].split() + status["Gid"].split() + status["Groups"].split()


class TestEnding:
    def test_stopping_ends_every_process(self, tmp_path: Path) -> None:
        postgres, valkey = LocalPostgres(tmp_path / "p", durable=False), LocalValkey(tmp_path / "v")
        pids = [pid for server in (postgres.start(), valkey.start()) for pid in (server.pid, server.supervisor_pid)]
        assert all(alive(pid) for pid in pids)
        postgres.stop()
        valkey.stop()
        assert not any(alive(pid) for pid in pids)
        postgres.stop()

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
    def test_no_server_outlives_a_killed_command(self, tmp_path: Path, number: signal.Signals) -> None:
        with RunningCommand(tmp_path) as command:
            command.process.send_signal(number)
            assert eventually(all_gone(command.servers + command.supervisors))

    def test_no_server_outlives_a_command_killed_with_its_whole_group(self, tmp_path: Path) -> None:
        with RunningCommand(tmp_path) as command:
            os.killpg(command.process.pid, signal.SIGKILL)
            assert eventually(all_gone(command.servers + command.supervisors))

    @pytest.mark.skipif(not ON_LINUX, reason="only Linux tells a process that its parent was killed")
    def test_no_server_outlives_a_killed_supervisor(self, tmp_path: Path) -> None:
        with RunningCommand(tmp_path) as command:
            for supervisor in command.supervisors:
                os.kill(supervisor, signal.SIGKILL)
            assert eventually(all_gone(command.servers))

    def test_ctrl_c_reaches_the_command_which_stops_its_servers_cleanly(self, tmp_path: Path) -> None:
        with RunningCommand(tmp_path) as command:
            os.killpg(command.process.pid, signal.SIGINT)
            assert command.process.wait(30) == 0
            assert all_gone(command.servers + command.supervisors)()
        log = (tmp_path / "postgres" / "server.log").read_text()
        assert "received fast shutdown request" in log
        assert "database system is shut down" in log

    @pytest.mark.skipif(not ON_LINUX, reason="only Linux hands a supervisor the orphans of its child")
    def test_a_backend_in_the_middle_of_computing_does_not_outlive_a_killed_server(self, tmp_path: Path) -> None:
        async def kill_while_computing(postgres: PostgresServer) -> list[int]:
            busy, watcher = await asyncpg.connect(postgres.url), await asyncpg.connect(postgres.url)
            backends = [busy.get_server_pid(), watcher.get_server_pid()]
            computing = asyncio.ensure_future(busy.fetchval("SELECT count(*) FROM generate_series(1, 1e12) AS n"))
            running = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND state = 'active'"
            while not await watcher.fetchval(running, backends[0]):
                await asyncio.shield(asyncio.wait([computing], timeout=0.02))
            os.kill(postgres.pid, signal.SIGKILL)
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
                await computing
            watcher.terminate()
            return backends

        local = LocalPostgres(tmp_path, durable=False)
        with local as postgres:
            backends = asyncio.run(kill_while_computing(postgres))
            assert eventually(all_gone([*backends, postgres.pid, postgres.supervisor_pid]))
            assert "is not running" in str(local.ended())


class TestRestarting:
    def test_data_is_there_after_a_restart(self, tmp_path: Path) -> None:
        with LocalPostgres(tmp_path / "p") as postgres, LocalValkey(tmp_path / "v") as valkey:
            ask(postgres, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('still here') RETURNING word")
            with closing(valkey_client(valkey)) as client:
                client.set("kept", "still here")
        with LocalPostgres(tmp_path / "p") as postgres, LocalValkey(tmp_path / "v") as valkey:
            assert ask(postgres, "SELECT word FROM kept") == "still here"
            with closing(valkey_client(valkey)) as client:
                assert client.get("kept") == "still here"

    def test_what_was_committed_is_there_after_everything_was_killed(self, tmp_path: Path) -> None:
        """A stale pid file of the crashed server is no obstacle."""
        local = LocalPostgres(tmp_path)
        with local as postgres:
            ask(postgres, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('still here') RETURNING word")
            os.kill(postgres.pid, signal.SIGKILL)
            assert eventually(lambda: local.ended() is not None)
            assert (tmp_path / "cluster" / "postmaster.pid").exists()
        with local as postgres:
            assert local.ended() is None
            assert ask(postgres, "SELECT word FROM kept") == "still here"

    def test_a_restart_right_after_a_kill_waits_for_the_old_servers_to_stop(self, tmp_path: Path) -> None:
        with RunningCommand(tmp_path) as command:
            command.process.kill()
            command.process.wait()
            with LocalPostgres(tmp_path / "postgres") as postgres, LocalValkey(tmp_path / "valkey"):
                assert not alive(command.servers[0])
                assert ask(postgres, "SELECT 1") == 1

    def test_a_folder_in_use_is_refused_and_its_user_named(self, tmp_path: Path) -> None:
        with RunningCommand(tmp_path) as command:
            for local in (LocalPostgres(tmp_path / "postgres"), LocalValkey(tmp_path / "valkey")):
                with pytest.raises(LocalServerFailed, match=f"in use by process {command.process.pid}"):
                    local.start()
            assert all(alive(pid) for pid in command.servers)

    def test_a_second_start_in_the_same_process_is_refused(self, tmp_path: Path) -> None:
        with LocalValkey(tmp_path), pytest.raises(LocalServerFailed, match=f"in use by process {os.getpid()}"):
            LocalValkey(tmp_path).start()


def test_a_port_goes_to_whoever_came_first_and_the_next_gets_another() -> None:
    wanted = ports.any_free()
    with closing(ports.listen_on(wanted)) as first, closing(ports.listen_on(wanted)) as second:
        assert first.getsockname()[1] == wanted
        assert second.getsockname()[1] not in (0, wanted)
