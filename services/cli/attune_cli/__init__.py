"""The operator's command line: one machine with nothing installed, and the daily work on any installation."""
