"""What the local servers raise, and nothing else."""


class LocalServerFailed(Exception):
    """A local server could not be started, or did not stay up. The message names the cause for the person reading it."""
