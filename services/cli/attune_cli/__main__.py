"""`python -m attune_cli`."""

from attune_cli.main import app

app(prog_name="attune")
