"""Logs, traces and metrics, set up the same way in every process. No personal datum in any of them."""
