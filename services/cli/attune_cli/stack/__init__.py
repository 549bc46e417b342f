"""A whole installation on one machine: its servers, its secrets, its services, for as long as one command runs."""
