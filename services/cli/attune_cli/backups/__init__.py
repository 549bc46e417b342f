"""Backups of an installation: made, checked, restored, and the erasures that a restore has to repeat."""
