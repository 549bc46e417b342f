"""One run of Schemathesis against an API process, as two organisations at once."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SWITCHED_OFF: Final = {
    "positive_data_acceptance": (
        "a well-formed body may name things that are not there, or break a rule that no schema can say; the rules have"
        " tests of their own"
    ),
}
"""Checks that are not made, and why."""

ALSO_REFUSALS: Final = [
    "400",
    "401",
    "403",
    "404",
    "405",
    "406",
    "408",
    "409",
    "412",
    "413",
    "415",
    "422",
    "428",
    "429",
]
"""What counts as refusing a bad request. Beyond Schemathesis' own list: 412 and 428, since a missing or stale If-Match is
told before anything else that is wrong, and the two of bodies (408, 413). No 5xx."""

_SUMMARY: Final = re.compile(r"([\d,]+) generated")


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended."""

    status: int
    output: str

    @property
    def cases(self) -> int:
        """How many requests were generated; 0 where the summary is missing."""
        found = _SUMMARY.search(self.output)
        return 0 if found is None else int(found[1].replace(",", ""))


async def run_schemathesis(url: str, keys: dict[str, str], folder: Path, *, examples: int, seed: int) -> Run:
    """All phases and all checks but those that are switched off."""
    identities = folder / "identities.json"
    identities.write_text(
        json.dumps(
            {
                "auth": [
                    {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {key}"}]}
                    for name, key in keys.items()
                ]
            }
        )
    )
    (folder / "schemathesis.toml").write_text(
        "[checks]\n"
        f"missing_required_header.expected-statuses = {json.dumps(ALSO_REFUSALS)}\n"
        f"negative_data_rejection.expected-statuses = {json.dumps(ALSO_REFUSALS)}\n"
        # Each item of a batch is refused for itself, inside a 200: tests/api/test_signals.py and its like look there.
        "[[operations]]\n"
        'include-path-regex = ":batch(Upsert|Create)$"\n'
        f"checks.negative_data_rejection.expected-statuses = {json.dumps(['200', *ALSO_REFUSALS])}\n"
        f"[auth.wfc]\npath = {json.dumps(str(identities))}\npeers = {json.dumps(list(keys))}\n"
    )
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{url}/openapi.json",
        f"--exclude-checks={','.join(SWITCHED_OFF)}",
        "--phases=examples,coverage,fuzzing,stateful",
        f"--max-examples={examples}",
        "--workers=2",
        f"--seed={seed}",
        "--suppress-health-check=all",
        "--warnings=off",
        "--continue-on-failure",
        "--no-color",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
    )
    output = (await process.communicate())[0].decode()
    (folder / "schemathesis.log").write_text(output)
    assert process.returncode is not None
    return Run(process.returncode, output)
