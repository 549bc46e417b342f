"""What the local servers raise, and nothing else."""


class LocalServerFailed(Exception):
    """A local server could not be started. The message names the cause for the person reading it."""
