"""`attune`: what an operator does, from the first start on one machine to the daily work on any installation."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from attune_cli.failure import CommandFailed
from attune_cli.local.failure import LocalServerFailed


class _Commands(TyperGroup):
    """Turns what a command could not do into a sentence and an exit code, in one place."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (CommandFailed, LocalServerFailed) as error:
            _fail(error)
        except Exception as error:
            if not _is_refusal(error):
                raise
            _fail(error)


def _is_refusal(error: Exception) -> bool:
    """Whether it is a refusal of the domain or of the migrations: the user's to mend, no fault of the program.

    Their classes are looked up late, since most commands never load them.
    """
    named = (("attune.kernel.errors", "AttuneError"), ("alembic.util.exc", "CommandError"))
    kinds = [getattr(sys.modules[module], name) for module, name in named if module in sys.modules]
    return isinstance(error, tuple(kinds))


def _fail(error: Exception) -> NoReturn:
    from attune_cli import output

    output.fail(str(error))
    raise typer.Exit(1) from error


app = typer.Typer(
    name="attune",
    cls=_Commands,
    help="Attune, the open system of record for empathy operations.",
    epilog="Start with `attune demo`. Every command explains itself with --help.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _register() -> None:
    from attune_cli.commands import (
        backup,
        bootstrap,
        demo,
        doctor,
        erasures,
        events,
        imports,
        keys,
        migrate,
        openapi,
        rebuild,
        reset,
        restore,
        up,
    )

    for command in (up, demo, migrate, bootstrap, rebuild, backup, restore, openapi, doctor, reset):
        command.register(app)
    app.add_typer(imports.app, name="import")
    app.add_typer(keys.app, name="keys")
    app.add_typer(events.app, name="events")
    app.add_typer(erasures.app, name="erasures")


_register()
