"""A real PostgreSQL for one command: the wheel's by default, any other one's binaries on request."""

from dataclasses import dataclass, field
from pathlib import Path

from attune_cli.local import cluster, ports, wheels
from attune_cli.local.folder import ServerFolder
from attune_cli.local.launch import Launched, launch
from attune_cli.local.lifetime import LocalServer


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL that accepts connections."""

    port: int
    pid: int
    supervisor_pid: int
    password: str = field(repr=False)
    socket_folder: Path | None
    notice: str | None
    """What the person should know: that the wanted port was taken."""
    host: str = ports.LOOPBACK
    user: str = cluster.SUPERUSER

    @property
    def url(self) -> str:
        """For the superuser, in the database every cluster has."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{database}"


class LocalPostgres(LocalServer[PostgresServer]):
    """A cluster in a folder, made by the first start."""

    name = "PostgreSQL"
    stop_seconds = sum(seconds for _, seconds in cluster.STOP)

    def __init__(
        self, folder: Path, *, port: int | None = None, durable: bool = True, bin_dir: Path | None = None
    ) -> None:
        super().__init__(folder, port=port, durable=durable)
        self._bin_dir = bin_dir

    def _launch(self, folder: ServerFolder, server_lock: int) -> tuple[Launched, PostgresServer]:
        password = folder.password()
        ours = cluster.Cluster(folder, self._bin_dir or wheels.postgres_programs(), server_lock, durable=self._durable)
        ours.make_once(password)
        launched = launch(
            self.name,
            folder,
            wanted_port=self._wanted_port,
            order_for=ours.order,
            ready=ours.ready,
            patience=cluster.START_SECONDS,
        )
        server = PostgresServer(
            port=launched.port,
            pid=launched.process.pid,
            supervisor_pid=launched.process.supervisor_pid,
            password=password,
            socket_folder=ours.socket,
            notice=launched.notice,
        )
        return launched, server
