"""Real conversation sets, read record by record and sent to the API like any CRM would."""
