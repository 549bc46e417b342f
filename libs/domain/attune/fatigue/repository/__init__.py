"""Every statement about loads."""
