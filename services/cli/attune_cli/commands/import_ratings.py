"""`attune import ratings`: a rating file becomes a calibration round."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from attune_cli.commands import options
from attune_cli.commands.addresses import local_url

if TYPE_CHECKING:
    from attune_cli.importing.rating_loader import RatingLoader
    from attune_cli.importing.ratings import RatingFile

MOST_TOLD = 20
_SCALE = re.compile(r"(-?\d{1,4})\.\.(-?\d{1,4})")


class MetricName(StrEnum):
    """What the levels mean."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def ratings(
    *,
    file: Annotated[Path, typer.Argument(help="A CSV or TSV file.", exists=True, dir_okay=False, readable=True)],
    scale: Annotated[
        str | None,
        typer.Option(
            "--scale", help="The scale, as 1..5; by default from the lowest to the highest value in the file."
        ),
    ] = None,
    metric: Annotated[MetricName, typer.Option("--metric", help="What the levels mean.")] = MetricName.ORDINAL,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="Which header stands for a column, as item=bottle. Repeat it."),
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="The round's title; the file's name by default.")] = None,
    source: Annotated[str, typer.Option("--source", help="The source in the round's reference.")] = "ratings",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Where the draws of the intervals begin.")] = 0,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the worker, and show the figures.")] = True,
    url: Annotated[
        str | None, typer.Option("--url", envvar="ATTUNE_CLI_URL", help="The API; that of `attune up` by default.")
    ] = None,
    key: Annotated[str, typer.Option("--key", envvar="ATTUNE_CLI_KEY", help="An API key.", show_default=False)],
    strict: Annotated[bool, typer.Option("--strict", help="End with status 1 if a single line stays out.")] = False,
    data: options.Data = options.DEFAULT_DATA,
    json: options.Json = False,
) -> None:
    """Import a rating file as a calibration round: item, rater, dimension, value, and a text reference if there is one.

    A line that cannot be used is reported and the rest goes in; a rerun adds nothing twice. Ends with status 1 where
    nothing could be imported.
    """
    from attune_cli import output
    from attune_cli.api_client import ApiClient
    from attune_cli.importing import ratings as files
    from attune_cli.importing.rating_loader import RatingLoader, RoundForm
    from attune_cli.importing.records import reference_from

    read = files.read(file, _columns(column or []))
    lowest, highest = _scale(scale, read)
    report: dict[str, Any] | None = None
    round_id = None
    with ApiClient(url or local_url(data), key) as client, output.steps() as steps:
        loader = RatingLoader(client, bad=list(read.bad))
        if read.ratings:
            form = RoundForm(
                source=source,
                reference=reference_from(file.stem),
                title=title or file.stem,
                dimensions=read.dimensions,
                lowest=lowest,
                highest=highest,
                metric=metric.value,
                seed=seed,
            )
            name = f"Importing {file.name}"
            steps.begin(name, len(read.ratings))
            round_id = loader.open_round(form)
            loader.send(round_id, read.ratings, lambda count: steps.advance(name, count))
            if wait:
                steps.begin("Computing agreement", len(read.dimensions))
                report = loader.wait(
                    round_id, lambda done, total: steps.set_position("Computing agreement", done, total)
                )
    if json:
        output.write_json(_document(round_id, read, loader, report))
    else:
        _write(read, loader, report, told_scale=None if scale else (lowest, highest))
    stored = sum(loader.counts.values()) - loader.counts["failed"]
    if not stored or (strict and loader.bad):
        raise typer.Exit(1)


def _columns(given: Sequence[str]) -> dict[str, str]:
    from attune_cli.importing.ratings import COLUMNS

    names = {}
    for each in given:
        column, _, header = each.partition("=")
        if column not in COLUMNS or not header:
            raise typer.BadParameter(
                f"{each} does not say which header stands for one of {', '.join(COLUMNS)}.", param_hint="--column"
            )
        names[column] = header
    return names


def _scale(given: str | None, read: RatingFile) -> tuple[int, int]:
    if given is None:
        lowest, highest = read.range if read.ratings else (0, 1)
        # A scale has two levels at least, even if every rater used the same one.
        return lowest, max(highest, lowest + 1)
    found = _SCALE.fullmatch(given)
    if found is None or int(found[1]) >= int(found[2]):
        raise typer.BadParameter(f"{given} is no scale. Give its ends as in 1..5.", param_hint="--scale")
    return int(found[1]), int(found[2])


def _document(
    round_id: str | None, read: RatingFile, loader: RatingLoader, report: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "round_id": round_id,
        "ratings": dict(sorted(loader.counts.items())),
        "empty_cells": read.empty,
        "bad_lines": [{"line": bad.line, "reason": bad.reason} for bad in sorted(loader.bad, key=lambda b: b.line)],
        "reliability": report,
    }


def _write(
    read: RatingFile,
    loader: RatingLoader,
    report: dict[str, Any] | None,
    *,
    told_scale: tuple[int, int] | None,
) -> None:
    from attune_cli import output

    counted = ", ".join(f"{count} {status}" for status, count in sorted(loader.counts.items())) or "none"
    output.say(f"Ratings: {counted}; {read.empty} empty cells.")
    if told_scale is not None and read.ratings:
        output.say(
            f"The scale was taken from the file: {told_scale[0]}..{told_scale[1]}. A level that nobody used counts for"
            " some coefficients: if there are more, say so with --scale."
        )
    bad = sorted(loader.bad, key=lambda each: each.line)
    for each in bad[:MOST_TOLD]:
        output.say(f"Line {each.line} stayed out: {each.reason}")
    if len(bad) > MOST_TOLD:
        output.say(f"... and {len(bad) - MOST_TOLD} more; --json names them all.")
    if report is not None:
        _write_report(report)


def _write_report(report: dict[str, Any]) -> None:
    from attune_cli import output

    dimensions = report["dimensions"]
    output.write_table(
        ("dimension", "verdict", "why", "judged by", "value", "95 % interval", "raters", "items"),
        ((*_verdict(each), each["raters"], each["items"]) for each in dimensions),
        title="How far the raters agree",
    )
    for each in dimensions:
        wide = [item["item"] for item in each["divergences"] if item["is_wide"]][:5]
        if wide:
            output.say(f"Talk about first, in {each['dimension']}: {', '.join(wide)}")
        leaning = Counter(rater["leaning"] for rater in each["severities"])
        if leaning["severe"] or leaning["mild"]:
            output.say(
                f"In {each['dimension']} {leaning['severe']} of {len(each['severities'])} raters are more severe than the"
                f" others by half a level or more, {leaning['mild']} milder."
            )


def _verdict(dimension: dict[str, Any]) -> tuple[object, ...]:
    judged = next(each for each in dimension["coefficients"] if each["name"] == dimension["judged_by"])
    value = None if judged["value"] is None else f"{judged['value']:.3f}"
    interval = None if judged["low"] is None else f"{judged['low']:.3f} to {judged['high']:.3f}"
    return dimension["dimension"], dimension["status"], dimension["reason"], judged["name"], value, interval
