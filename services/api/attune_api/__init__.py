"""The HTTP edge of Attune: authentication, limits, problems, pages and routes. No SQL, no decisions of the domain."""
