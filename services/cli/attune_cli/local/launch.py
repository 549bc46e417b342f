"""Starting a server on a port that may be taken a moment after it was chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from attune_cli.local import ports
from attune_cli.local.failure import LocalServerFailed
from attune_cli.local.folder import ServerFolder
from attune_cli.local.process import SupervisedProcess
from attune_cli.local.supervise import Order

PORT_ATTEMPTS = 5
PORT_TAKEN = "Address already in use"  # Both servers log the system's own words, in the C locale we give them.


@dataclass(frozen=True)
class Launched:
    """A server that is ready."""

    process: SupervisedProcess
    port: int
    notice: str | None


def launch(
    name: str,
    folder: ServerFolder,
    *,
    wanted_port: int | None,
    order_for: Callable[[int], Order],
    ready: Callable[[SupervisedProcess, int], bool],
    patience: float,
) -> Launched:
    """The ready server, or LocalServerFailed with its last words."""
    port = ports.choose(wanted_port)
    for _ in range(PORT_ATTEMPTS):
        with folder.open_log() as log:
            process = SupervisedProcess(name, order_for(port), log)
        try:
            started = process.await_condition(partial(ready, process, port), patience)
        except BaseException:  # Ctrl-C while waiting included: nothing may be left behind.
            process.stop()
            raise
        if started:
            taken = f"Port {wanted_port} is taken: {name} listens on {port}."
            return Launched(process, port, notice=taken if wanted_port not in (None, port) else None)
        ended = process.exit_code() is not None
        process.stop()
        if not ended:
            raise LocalServerFailed(f"{name} was not ready after {patience:.0f} s.\n{folder.last_words()}")
        if PORT_TAKEN not in folder.last_words():
            break
        port = ports.any_free()
    raise LocalServerFailed(f"{name} did not start in {folder.path}. It said:\n{folder.last_words()}")
