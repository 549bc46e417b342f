"""What an import did, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from attune_cli.importing.records import BadRecord


@dataclass(slots=True)
class Summary:
    """Counts by kind of thing and what became of it, and every record that stayed out."""

    records: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    dropped_fields: Counter[str] = field(default_factory=Counter)
    texts_kept: int = 0
    texts_dropped: int = 0
    bad_records: list[BadRecord] = field(default_factory=list)
    notes: list[BadRecord] = field(default_factory=list)
    """Parts of a record that did not go in, while the rest of it did."""

    def count(self, kind: str, outcome: str, number: int = 1) -> None:
        """Count what became of some things of a kind."""
        if number:
            self.counts.setdefault(kind, Counter())[outcome] += number

    def leave_out(self, index: int, reason: str) -> None:
        """A record stays out."""
        self.bad_records.append(BadRecord(index, reason))

    @property
    def imported(self) -> int:
        """How many records are in now."""
        return self.records - len(self.bad_records)

    def as_dict(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "records": self.records,
            "imported": self.imported,
            **{kind: dict(sorted(outcomes.items())) for kind, outcomes in self.counts.items()},
            "turn_texts": {"kept": self.texts_kept, "dropped": self.texts_dropped},
            "dropped_fields": dict(sorted(self.dropped_fields.items())),
            "bad_records": [{"index": bad.index, "reason": bad.reason} for bad in self.bad_records],
            "notes": [{"index": note.index, "reason": note.reason} for note in self.notes],
        }
