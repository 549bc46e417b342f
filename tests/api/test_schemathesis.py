"""Whatever is sent to any operation, the answer is one that the OpenAPI document announces, and never a server error."""

from __future__ import annotations

from pathlib import Path

from tests.api.conftest import MakeKey
from tests.api.process import api_process
from tests.api.schemathesis_run import run_schemathesis
from tests.conftest import Installation, Organisation
from tests.sizes import SEED, WALLS
from tests.worker.conftest import until

EXAMPLES = WALLS.choose(short=8, full=400)
LEAST_CASES = WALLS.choose(short=4_000, full=20_000)


async def test_schemathesis_finds_no_answer_that_was_not_announced(
    installation: Installation,
    organisation: Organisation,
    other_organisation: Organisation,
    root_key: bytes,
    make_key: MakeKey,
    tmp_path: Path,
) -> None:
    keys = {
        "brightline": (await make_key(organisation)).secret,
        "northgate": (await make_key(other_organisation)).secret,
    }
    with api_process(installation, tmp_path / "api.log", root_key=root_key, ATTUNE_LOG_LEVEL="warning") as api:
        await until(api.is_ready, seconds=90)
        run = await run_schemathesis(api.url, keys, tmp_path, examples=EXAMPLES, seed=SEED)
    print(f"{run.cases} cases, seed {SEED}")
    assert run.status == 0, run.output[-8_000:]
    # A run that did little proves little.
    assert run.cases >= LEAST_CASES
