"""`attune import`: real conversation sets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attune_cli.commands import options
from attune_cli.commands.addresses import local_url
from attune_cli.commands.import_ratings import ratings

if TYPE_CHECKING:
    from attune_cli.importing.loader import Attestation
    from attune_cli.importing.records import BadRecord, Conversation
    from attune_cli.importing.summary import Summary

MOST_TOLD = 20

app = typer.Typer(help="Bring in conversation sets and rating files.", no_args_is_help=True)
app.command()(ratings)


class Format(StrEnum):
    """The formats of conversation sets; docs/import.md describes them."""

    ESCONV = "esconv"
    JSONL = "jsonl"


@app.callback()
def _group() -> None:
    """Bring in conversation sets and rating files, over the HTTP API like any CRM. docs/import.md describes the formats."""


@app.command()
def conversations(
    *,
    file: Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False, readable=True)],
    format: Annotated[Format, typer.Option("--format", help="What the file is.")],  # noqa: A002  # the option's name
    consent_evidence: Annotated[
        str | None,
        typer.Option(
            "--consent-evidence",
            help="What you know the customers' consent from, as in 'Study consent form, 2021'. Without it every signal "
            "is refused.",
        ),
    ] = None,
    purpose: Annotated[
        list[str] | None, typer.Option("--purpose", help="A purpose the customers agreed to. Repeat it.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", envvar="ATTUNE_CLI_URL", help="The API; that of `attune up` by default.")
    ] = None,
    key: Annotated[str, typer.Option("--key", envvar="ATTUNE_CLI_KEY", help="An API key.", show_default=False)],
    observed_on: Annotated[
        datetime | None,
        typer.Option(
            "--observed-on",
            formats=["%Y-%m-%d"],
            help="The day of conversations whose set states no times; yesterday by default. Repeat it for a rerun.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", help="The source in all references; the format's name by default."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with status 1 if a single record stays out.")] = False,
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Import conversations: customers, people, turns, signals and ratings.

    A record that cannot be used is reported and the rest goes in; a rerun adds nothing twice. Ends with status 1 where
    nothing could be imported.
    """
    from attune_cli import output
    from attune_cli.api_client import ApiClient
    from attune_cli.importing.loader import ConversationLoader

    attestation = _attestation(consent_evidence, purpose or [])
    day = observed_on.date() if observed_on else _yesterday()
    records, total = _open(file, format, day)
    with ApiClient(url or local_url(data), key) as client, output.steps() as steps:
        name = f"Importing {file.name}"
        steps.begin(name, total)
        loader = ConversationLoader(client, source=source or format.value, attestation=attestation)
        summary = loader.load(records, lambda count: steps.advance(name, count))
    if json:
        output.write_json(summary.as_dict() | ({"observed_on": day.isoformat()} if format is Format.ESCONV else {}))
    else:
        _write(summary, day if format is Format.ESCONV else None, attested=attestation is not None)
    if (summary.records and not summary.imported) or (strict and (summary.bad_records or summary.notes)):
        raise typer.Exit(1)


def _attestation(evidence: str | None, purposes: list[str]) -> Attestation | None:
    from attune.kernel.purposes import CONSENTABLE, Purpose
    from attune_cli.importing.loader import Attestation

    known = [purpose.value for purpose in Purpose if purpose in CONSENTABLE]
    for purpose in purposes:
        if purpose not in known:
            raise typer.BadParameter(f"{purpose} is no purpose. There are: {', '.join(known)}.", param_hint="--purpose")
    if evidence is None:
        if purposes:
            raise typer.BadParameter("a consent needs evidence: give --consent-evidence too.", param_hint="--purpose")
        return None
    if not evidence.strip():
        raise typer.BadParameter("is empty.", param_hint="--consent-evidence")
    if not purposes:
        raise typer.BadParameter("says nothing without at least one --purpose.", param_hint="--consent-evidence")
    return Attestation(evidence, tuple(dict.fromkeys(purposes)))


def _open(file: Path, chosen: Format, day: date) -> tuple[Iterable[Conversation | BadRecord], int]:
    from attune_cli.importing import esconv, jsonl

    if chosen is Format.ESCONV:
        dialogues = esconv.read(file)
        return esconv.parse(dialogues, name=file.stem, observed_on=day), len(dialogues)
    return jsonl.parse(jsonl.read(file), name=file.stem), sum(1 for line in jsonl.read(file) if line.strip())


def _yesterday() -> date:
    """Yesterday in UTC: today's later hours have not been yet, and nothing may have been observed in the future."""
    from attune.kernel.clock import utc_now

    return utc_now().date() - timedelta(days=1)


def _write(summary: Summary, day: date | None, *, attested: bool) -> None:
    from attune_cli import output

    outcomes = ("created", "updated", "unchanged", "kept", "refused", "failed")
    output.write_table(
        ("", *outcomes),
        ((kind, *(counted[outcome] or None for outcome in outcomes)) for kind, counted in summary.counts.items()),
        title=f"{summary.imported} of {summary.records} records are in",
    )
    output.say(
        f"Texts of turns: {summary.texts_kept} kept, {summary.texts_dropped} dropped (no quality_review consent)."
    )
    if summary.dropped_fields:
        dropped = ", ".join(f"{name} ({count})" for name, count in sorted(summary.dropped_fields.items()))
        output.say(f"Fields dropped at the door: {dropped}")
    if day is not None:
        output.say(
            f"The set states no times: its conversations were laid out on {day}. Rerun with --observed-on {day}."
        )
    signals = summary.counts.get("signals")
    if not attested and signals is not None and signals["refused"]:
        output.say("No consent was attested (--consent-evidence, --purpose), so the API refused the signals.")
    told = [f"Record {bad.index} stayed out: {bad.reason}" for bad in summary.bad_records]
    told += [f"Record {note.index} went in, but {note.reason}" for note in summary.notes]
    for line in told[:MOST_TOLD]:
        output.say(line)
    if len(told) > MOST_TOLD:
        output.say(f"... and {len(told) - MOST_TOLD} more; --json names them all.")
