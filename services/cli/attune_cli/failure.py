"""What a command ends with when it cannot do what it was asked."""

from __future__ import annotations


class CommandFailed(Exception):
    """The message names the cause and, where there is something to do about it, what."""
