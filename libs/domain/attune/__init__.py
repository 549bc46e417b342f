"""Attune: the system of record for empathy operations. The product itself; the services only open its doors."""
