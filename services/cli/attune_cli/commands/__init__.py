"""One file per command. Each imports what it needs when it runs, so that `attune --help` answers at once."""
