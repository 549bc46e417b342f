"""Root starts servers as an ordinary user: PostgreSQL refuses root, and Valkey has no need of it.

The user is whoever the data already belongs to; else the owner of the nearest folder above that is not root's, so
that `sudo make demo` in somebody's checkout leaves that person's data; else `nobody`. Only the data changes hands: no
account is created and no folder above is opened. Where that user cannot enter a folder on the way (a checkout in
root's 0700 home), Linux lets the server keep one capability of root's, the least that suffices; elsewhere the start
fails and says so.
"""

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from attune_cli.local.failure import LocalServerFailed

NOBODY = 65534

# From <linux/capability.h> and <linux/prctl.h>.
READ_AND_SEARCH = 2  # CAP_DAC_READ_SEARCH: enter any folder, read any file.
IGNORE_MODES = 1  # CAP_DAC_OVERRIDE: the only one of the two that a container's root has by default.
_CAPABILITY_VERSION = 0x20080522
_PARENT_DEATH_SIGNAL = 1
_KEEP_CAPABILITIES = 8
_CHILD_SUBREAPER = 36
_AMBIENT, _AMBIENT_RAISE = 47, 2

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Owner:
    """The user a server runs as."""

    uid: int
    gid: int

    def __str__(self) -> str:
        try:
            return f"{pwd.getpwuid(self.uid).pw_name} ({self.uid})"
        except KeyError:
            return str(self.uid)


def owner_for(data: Path) -> Owner | None:
    """Whom the server with this data runs as; None: as whoever we are."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Owner(data.stat().st_uid, data.stat().st_gid)
    owners = [folder.stat().st_uid for folder in data.parents if folder.exists() and folder.stat().st_uid != 0]
    for uid in [*owners[:1], NOBODY]:
        try:
            account = pwd.getpwuid(uid)  # initdb refuses a user the system has no name for.
        except KeyError:
            continue
        return Owner(account.pw_uid, account.pw_gid)
    account = pwd.getpwnam("nobody")  # macOS: another number.
    return Owner(account.pw_uid, account.pw_gid)


def give(path: Path, owner: Owner | None) -> None:
    """Make the data theirs."""
    if owner is None:
        return
    try:
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
    except OSError as error:
        raise LocalServerFailed(f"{path} cannot be given to user {owner}: {error.strerror}.") from error


def become(owner: Owner, capability: int | None) -> None:
    """Turn this process, just forked and about to exec, into that user for good, keeping at most one capability."""
    if capability is not None:
        _prctl(_KEEP_CAPABILITIES, 1)
    os.setgroups([])
    os.setgid(owner.gid)
    os.setuid(owner.uid)
    if capability is not None:
        _keep_only(capability)
        _prctl(_AMBIENT, _AMBIENT_RAISE, capability)


def least_capability(owner: Owner, program: str, folder: str) -> int | None:
    """What that user needs on top to run the program inside the folder, found by trying. Forks: no threads, please."""
    candidates = (None, READ_AND_SEARCH, IGNORE_MODES) if sys.platform == "linux" else (None,)
    for capability in candidates:

        def enter(capability: int | None = capability) -> None:
            become(owner, capability)
            os.chdir(folder)

        if _runs([program, "--version"], enter):
            return capability
    raise PermissionError(
        f"under root the server is run by user {owner}, who cannot enter {folder} or cannot run {program}. "
        "Start this as an ordinary user, or choose a data folder which every user can enter"
    )


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send us that signal when our parent dies. After become(): a change of user clears it."""
    if _libc is not None:
        _prctl(_PARENT_DEATH_SIGNAL, signal_number)


def adopt_orphans() -> None:
    """Become the parent of whatever a dying child leaves behind, so that it can be found."""
    if _libc is not None:
        _prctl(_CHILD_SUBREAPER, 1)


def _runs(command: Sequence[str], enter: Callable[[], None]) -> bool:
    try:
        done = subprocess.run(
            command,
            preexec_fn=enter,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _prctl(option: int, *arguments: int) -> None:
    assert _libc is not None
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    if _libc.prctl(option, *padded) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _keep_only(capability: int) -> None:
    assert _libc is not None
    bit = 1 << capability
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    effective_permitted_inheritable = (ctypes.c_uint32 * 6)(bit, bit, bit)
    if _libc.capset(header, effective_permitted_inheritable) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
