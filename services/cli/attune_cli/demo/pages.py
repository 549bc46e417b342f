"""How the tour's steps look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table


class Pages:
    """Prints each step: its headline, what was seen, and what that means."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._number = 0

    def dashboard(self, team: str, board: Mapping[str, Any]) -> None:
        """A team's month."""
        self._headline(f"{team} in {board['month']}")
        figures = board["figures"]
        table = self._table("", "")
        table.add_row("people behind the figures", str(board["people"]))
        table.add_row("conversations", str(figures["interactions"]))
        table.add_row("handling time, mean", f"{float(figures['handle_seconds_mean'] or 0) / 60:.1f} min")
        table.add_row("distress when they came, mean", _mean(figures["intensity_mean"]))
        table.add_row("recovery (before - after), mean", _mean(figures["recovery_mean"]))
        table.add_row(
            "escalations opened / resolved", f"{figures['escalations_opened']} / {figures['escalations_resolved']}"
        )
        table.add_row("check-ins kept / still open", f"{figures['check_ins_kept']} / {figures['check_ins_open']}")
        self._console.print(table)
        self._remark("Distress counts only where the customer agreed to `insights`; the rest is missing, not zero.")

    def suppressed(self, team: str, board: Mapping[str, Any]) -> None:
        """A team too small to be shown."""
        self._headline(f"{team} in {board['month']}: suppressed")
        self._console.print(f"  status {board['status']}, reason {board['reason']}, figures {board['figures']}")
        self._remark(
            f"Under {board['minimum_group']} people an average is about somebody. Four work here, so nothing is shown."
        )

    def load(self, name: str, load: Mapping[str, Any]) -> None:
        """A person's own load, and what it comes from."""
        self._headline(f"{name}'s own load, seen with {name}'s own key")
        self._console.print(
            f"  load [bold]{load['load']:.1f}[/], threshold {load['threshold']:.1f}: [bold]{load['level']}[/]"
            f" since {_clock(load['over_since'])}, until {_clock(load['clears_at_earliest'])} if no call is added"
        )
        table = self._table("Ended", "Minutes", "Distress", "Share of the load")
        for why in load["why"]:
            distress = "not stated" if why["intensity"] is None else f"{float(why['intensity']):.1f} of 5"
            table.add_row(_clock(why["ended_at"]), f"{why['handle_seconds'] / 60:.0f}", distress, f"{why['share']:.0%}")
        self._console.print(table)
        rest = max(0.0, 1 - sum(why["share"] for why in load["why"]))
        self._remark(
            f"The other {rest:.0%} are earlier conversations. It halves every {load['half_life_minutes']:.0f} minutes."
        )

    def load_of_others(self, path: str, own_code: str) -> None:
        """That nobody else sees it."""
        self._headline("Nobody else can see that")
        self._console.print(f"  GET {escape(_short(path))} -> not_found: no such address, for any key")
        self._console.print(f"  GET /v1/me/load with the integration's key -> {escape(own_code)}")
        self._remark("A load is for the person alone. Their lead learns of it from them.")

    def escalation(self, escalation: Mapping[str, Any]) -> None:
        """A hand-over with its emotional context."""
        self._headline(f"An escalation: {escalation['severity']}, {escalation['status']}")
        context = escalation["emotional_context"]
        table = self._table("", "")
        for label, value in (
            ("what happened", escalation["what_happened"]),
            ("promised", escalation["promises_made"]),
            ("next step", escalation["next_step"]),
            ("the customer feels", f"{context['stated_emotion']}, {context['observed_intensity']} of 4"),
            ("what triggered it", context["triggers"]),
            ("what helped", context["what_helped"]),
            ("what to avoid", context["what_to_avoid"]),
        ):
            table.add_row(label, escape(str(value)))
        self._console.print(table)
        self._remark(
            "Read for the declared purpose service_contact, to which this customer agreed. Nobody has to ask again."
        )

    def withheld(self, customer: str, read: Mapping[str, Any]) -> None:
        """A read without consent."""
        self._headline(f"How customer {customer} felt: withheld")
        self._console.print(f"  status {read['status']}, reason {read['reason']}, {len(read['data'])} signals")
        self._remark("Nobody asked this customer, and never asked is not a yes. PostgreSQL itself returns no rows.")

    def audit(self, entries: Sequence[Mapping[str, Any]], *, size: int, as_of: str) -> None:
        """What the audit log has of the tour."""
        self._headline("And all of that is on the audit log")
        table = self._table("Entry", "Action", "Outcome", "Purpose", "Actor")
        for entry in entries:
            actor = f"{entry['actor']['kind']} …{str(entry['actor']['id'])[-4:]}"
            table.add_row(str(entry["seq"]), entry["action"], entry["outcome"], entry["purpose"] or "-", actor)
        self._console.print(table)
        self._remark(
            f"{size} entries so far, up to {as_of}. The first has the leaf hash {entries[0]['leaf_hash'][:16]}…; an entry "
            "commits with what it records, or neither does."
        )

    def way_on(self, url: str, key: str, *, team_id: str, month: str, data: str) -> None:
        """Where to go from here."""
        self._headline("Now you")
        self._console.print(f"  documentation   {url}/docs")
        self._console.print(f"  OpenAPI         {url}/openapi.json")
        self._console.print(f"  data and logs   {escape(data)}")
        self._console.print("  a key of the demo's integration, and a line to copy:", end="\n\n")
        # Unwrapped, so that it can be copied.
        self._console.print(f"export ATTUNE_KEY={key}", soft_wrap=True)
        line = f"curl -s -H \"Authorization: Bearer $ATTUNE_KEY\" '{url}/v1/teams/{team_id}/dashboard?month={month}'"
        self._console.print(line, soft_wrap=True, markup=False)
        self._console.print()

    def failed(self, reason: str) -> None:
        """A step that did not succeed."""
        self._console.print(f"\n[bold red]This step failed:[/] {escape(reason)}")

    def _headline(self, text: str) -> None:
        self._number += 1
        self._console.print(f"\n[bold]{self._number}. {escape(text)}[/]")

    def _remark(self, text: str) -> None:
        self._console.print(Padding(f"[dim]{escape(text)}[/]", (0, 0, 0, 2)))

    def _table(self, *columns: str) -> Table:
        table = Table(show_header=any(columns), box=None, padding=(0, 1, 0, 1))
        for column in columns:
            # Figures stand side by side; sentences have a column without a name, and wrap.
            table.add_column(column, no_wrap=bool(column))
        return table


def _mean(mean: Mapping[str, Any] | None) -> str:
    return "suppressed" if mean is None else f"{float(mean['value']):.2f} (n = {mean['n']})"


def _clock(moment: str | None) -> str:
    return "-" if moment is None else f"{datetime.fromisoformat(moment):%H:%M} UTC"


def _short(path: str) -> str:
    """A path with its id shortened, so that a line stays a line."""
    return "/".join(part if len(part) < 30 else f"{part[:8]}…" for part in path.split("/"))
