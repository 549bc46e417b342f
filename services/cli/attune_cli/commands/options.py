"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path,
    typer.Option(
        "--data", envvar="ATTUNE_DATA_FOLDER", help="The folder of a one-machine installation.", show_default=True
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text for people.")]
Programs = Annotated[
    Path | None,
    typer.Option("--programs", help="The folder of PostgreSQL's programs; without it those that came with Attune."),
]
Organisation = Annotated[
    str | None,
    typer.Option("--organisation", help="Name or id of the organisation; not needed where there is only one."),
]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="The API's port; 8000 by default.")]

DEFAULT_DATA = Path(".attune")
