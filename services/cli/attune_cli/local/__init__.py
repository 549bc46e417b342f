"""Real PostgreSQL and Valkey from wheels, in a data folder, for exactly as long as the command that started them."""
