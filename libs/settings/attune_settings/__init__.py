"""Settings from `ATTUNE_…` variables, read and refused the same way by every program."""
