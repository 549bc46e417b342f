"""Who is calling: API keys, access tokens, and what each may do."""
