"""The worker: follows the event log, and does what time brings."""
