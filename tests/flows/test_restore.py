"""The worst day: the cluster is gone. What comes back is whole, goes on, and has forgotten whom it was told to forget."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from attune.kernel.context import OPERATOR, Context
from attune.kernel.rebuild import rebuild
from attune.kernel.roles import LoginRole
from attune.kernel.vault import Field, Vault
from attune.organisations.rules import Scope
from attune.projections import ALL
from attune_cli.backups.ledger import Ledger
from attune_cli.backups.manifest import DUMP
from attune_cli.local.failure import LocalServerFailed
from attune_settings.values import parse_root_keys
from tests.conftest import Installation, Servers
from tests.faults.judging import assert_nothing_lost_or_doubled, nothing_is_left
from tests.flows import client_tour as tour
from tests.flows.place import Place, cluster, make_database, new_secrets
from tests.worker.conftest import until

SCOPES = tuple(scope.value for scope in Scope if scope is not Scope.LOAD_READ)
CANARY = "canary-5b1e: said in tears"
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
LEAST_EVENTS = 60


@dataclass(frozen=True)
class Lost:
    """What is left of a cluster that is gone, and what a test needs to know of it."""

    backup: Path
    keys: Path
    early_ledger: Path
    ledger: Path
    secrets: dict[str, str]
    tenant_id: UUID
    ids: dict[str, UUID]
    escalation_id: UUID
    sealed: bytes
    highest_pos: int
    month: str


def shown(call: tour.Caller, team: UUID, month: str, holds: Callable[[Any], bool]) -> Any:
    """A team's dashboard, once it is as wished."""
    return call.until(holds, "get_team_dashboard", team, month=month)


def recoveries(board: Any) -> int:
    mean = board.figures and board.figures.recovery_mean
    return mean.n if mean else 0


async def drained(place: Place) -> None:
    async with place.installation.database(LoginRole.WORKER) as worker:
        await until(lambda: nothing_is_left(worker), seconds=60)


async def superuser_value(place: Place, statement: str, *arguments: Any) -> Any:
    connection = await asyncpg.connect(place.installation.superuser_url)
    try:
        return await connection.fetchval(statement, *arguments)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
async def lost(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Lost:
    """A small contact centre is loaded, backed up, a customer erased, the ledger exported; then the cluster is lost."""
    folder = tmp_path_factory.mktemp("lost")
    secrets = new_secrets()
    backup, keys, early, ledger = (folder / name for name in ("backup", "keys", "early.json", "ledger.json"))
    ended = tour.lately()
    month = f"{ended:%Y-%m}"
    with cluster(folder / "first", servers.redis_url, secrets) as place:
        await make_database(place)
        place.run("migrate")
        made = json.loads(place.run("bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad", "--json"))
        with place.serving(*SCOPES) as call:
            ids = tour.load(call, ended)
            opened = call.send(
                "open_escalation", "EscalationRequest", **tour.escalation("customer-0") | {"what_happened": CANARY}
            )
            shown(call, ids["claims"], month, lambda seen: recoveries(seen) == tour.AGENTS)
            place.run("erasures", "export", "--to", early)
            place.run("backup", "--to", backup, "--keys-to", keys)
            sealed = await superuser_value(
                place, "SELECT what_happened_sealed FROM attune.escalation WHERE id = $1", opened.id
            )
            # After the backup: the backup knows nothing of it.
            call("erase_customer", ids["customer-0"])
            shown(call, ids["claims"], month, lambda seen: recoveries(seen) < tour.AGENTS)
            place.run("erasures", "export", "--to", ledger)
        highest = await superuser_value(place, "SELECT max(pos) FROM attune.event")
    return Lost(
        backup, keys, early, ledger, secrets, UUID(made["organisation_id"]), ids, opened.id, sealed, highest, month
    )


async def opened(place: Place, lost: Lost) -> str | None:
    """The canary's text, if a key that opens it is anywhere in the installation."""
    vault = Vault(parse_root_keys(lost.secrets["ATTUNE_ROOT_KEY"]))
    async with (
        place.installation.database(LoginRole.MIGRATOR) as database,
        database.read(Context(lost.tenant_id, OPERATOR)) as tx,
    ):
        keys = await vault.existing_keys(tx, [lost.ids["customer-0"]])
    key = keys.get(lost.ids["customer-0"])
    place_of_text = Field("escalation", "what_happened", str(lost.escalation_id))
    return None if key is None else key.open(place_of_text, lost.sealed)


async def test_a_restore_forgets_again_and_the_rest_goes_on(lost: Lost, servers: Servers, tmp_path: Path) -> None:
    with cluster(tmp_path / "second", servers.redis_url, lost.secrets) as place:
        await make_database(place)
        place.run("restore", "--from", lost.backup, "--keys", lost.keys)

        # The backup brought the customer back, key and all: so nobody serves.
        assert await opened(place, lost) == CANARY
        for serve in (place.api, place.worker):
            with pytest.raises(LocalServerFailed, match="attune erasures replay"), serve():
                pass
        unwell = {each["check"]: each for each in json.loads(place.attune("doctor", "--json").out) if not each["ok"]}
        assert "attune erasures replay" in unwell["restore"]["what_to_do"]
        refused = place.attune("erasures", "replay", lost.early_ledger)
        assert refused.status == 1
        assert "cannot know who was erased since" in refused.err

        replayed = json.loads(place.run("erasures", "replay", lost.ledger, "--json"))
        assert replayed == {"again": 1, "already": 0, "unknown": 0}
        assert json.loads(place.run("erasures", "replay", lost.ledger, "--json"))["already"] == 1
        assert await opened(place, lost) is None

        with place.serving(*SCOPES) as call:
            await assert_it_goes_on(place, call, lost)
        await assert_whole(place, lost)


async def assert_it_goes_on(place: Place, call: tour.Caller, lost: Lost) -> None:
    """Reads answer as before the loss, and what is written anew reaches the dashboards."""
    ids = lost.ids
    assert call("get_customer", ids["customer-1"]).external_ref.external_id == "customer-1"
    erased = call("get_customer", ids["customer-0"])
    assert not erased.external_ref
    assert erased.erased_at
    escalation = call("get_escalation", lost.escalation_id, attune_purpose="service_contact")
    assert CANARY not in str(escalation)
    assert call("list_signals_by_ref", tour.SOURCE, "customer-1", attune_purpose="service_contact").data
    shown(call, ids["claims"], lost.month, lambda seen: recoveries(seen) < tour.AGENTS)

    newcomer = {"external_ref": tour.ref("customer-9")}
    call.send_all("batch_upsert_customers", "CustomersBatch", [newcomer])
    ended = tour.lately()
    call.send_all("batch_create_consents", "ConsentsBatch", [
        {"customer_ref": tour.ref("customer-9"), "purpose": purpose, "choice": "granted", "method": "web_form"}
        for purpose in ("service_contact", "insights")
    ])  # fmt: skip
    again = tour.conversation(90, 0, ended) | {"customer_ref": tour.ref("customer-9")}
    call.send_all("batch_upsert_interactions", "InteractionsBatch", [again])
    signals = [
        each | {"customer_ref": tour.ref("customer-9"), "interaction_ref": tour.ref("call-90")}
        for each in tour.stated(9, ended)
    ]
    call.send_all("batch_create_signals", "SignalsBatch", signals)
    shown(call, ids["claims"], lost.month, lambda seen: recoveries(seen) == tour.AGENTS)
    unwell = [each for each in json.loads(place.attune("doctor", "--json").out) if not each["ok"]]
    assert unwell == []


async def assert_whole(place: Place, lost: Lost) -> None:
    """Every event once in the audit log, no position twice, every projection as a rebuild makes it."""
    async with place.installation.database(LoginRole.WORKER) as worker:
        assert await assert_nothing_lost_or_doubled(worker, lost.tenant_id) >= LEAST_EVENTS
        for projection in ALL:
            assert (await rebuild(worker, projection)).is_identical, projection.name
    positions, different = await superuser_value(place, "SELECT (count(pos), count(DISTINCT pos)) FROM attune.event")
    assert positions == different
    ahead = await superuser_value(place, "SELECT last_value FROM attune.event_pos_seq")
    assert ahead >= await superuser_value(place, "SELECT max(pos) FROM attune.event")


async def test_a_backup_with_a_flipped_byte_or_halves_that_do_not_fit_is_refused(
    lost: Lost, fresh_installation: Installation, tmp_path: Path
) -> None:
    place = Place(tmp_path, fresh_installation, lost.secrets)

    def refused(why: str, *, data: Path = lost.backup, keys: Path = lost.keys) -> None:
        ended = place.attune("restore", "--from", data, "--keys", keys)
        assert ended.status == 1
        assert why in ended.err, ended.err

    for file in ("manifest.json", DUMP):
        damaged = tmp_path / f"damaged-{file}"
        shutil.copytree(lost.backup, damaged)
        content = bytearray((damaged / file).read_bytes())
        content[len(content) // 2] ^= 1
        (damaged / file).write_bytes(content)
        refused("damaged", data=damaged)
    refused("holds the data of a backup, not its keys", keys=lost.backup)
    refused("There is no", data=tmp_path / "nowhere")
    refused("not empty")

    ledger = bytearray(lost.ledger.read_bytes())
    ledger[len(ledger) // 2] ^= 1
    (tmp_path / "ledger.json").write_bytes(ledger)
    ended = place.attune("erasures", "replay", tmp_path / "ledger.json")
    assert ended.status == 1
    assert "damaged" in ended.err
    again = place.attune("backup", "--to", lost.backup, "--keys-to", tmp_path / "more")
    assert again.status == 1
    assert "Nothing is overwritten" in again.err
    inside = place.attune("backup", "--to", tmp_path / "both", "--keys-to", tmp_path / "both" / "keys")
    assert inside.status == 1
    assert "must not lie with the data" in inside.err


async def test_neither_half_of_a_backup_nor_the_ledger_says_what_was_said(lost: Lost) -> None:
    """The data has no keys, the keys have no rows, the ledger has ids."""
    assert CANARY.encode() not in (lost.backup / DUMP).read_bytes()
    data, keys = (json.loads((folder / "manifest.json").read_text())["rows"] for folder in (lost.backup, lost.keys))
    assert data["customer"] == tour.AGENTS + 1
    assert "subject_key" not in data
    assert set(keys) == {"tenant_key", "subject_key"}
    ledger = json.loads(lost.ledger.read_text())
    assert set(ledger["erasures"][0]) == {"kind", "tenant_id", "customer_id", "erased_at"}
    assert [str(each.customer_id) for each in Ledger.read(lost.ledger).erasures] == [str(lost.ids["customer-0"])]


async def test_a_ledger_that_is_cut_short_or_foreign_is_refused(
    lost: Lost, fresh_installation: Installation, tmp_path: Path
) -> None:
    place = Place(tmp_path, fresh_installation, lost.secrets)
    place.run("bootstrap", "--organisation", "Another", "--admin", "Ben Jansen")
    ended = place.attune("erasures", "replay", lost.ledger)
    assert ended.status == 1
    assert "of another installation" in ended.err


async def test_a_database_restored_by_other_means_waits_for_its_erasures_too(
    fresh_installation: Installation, tmp_path: Path
) -> None:
    place = Place(tmp_path, fresh_installation, new_secrets())
    place.run("bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad")
    with place.api() as url:
        place.run("erasures", "require", "--since", "2026-01-01T00:00:00")
        assert status_of(url) == 503
        place.run("erasures", "export", "--to", tmp_path / "ledger.json")
        place.run("erasures", "replay", tmp_path / "ledger.json")
        assert status_of(url) == 200


def status_of(url: str) -> int:
    return httpx.get(f"{url}/readyz", trust_env=False).status_code


@pytest.mark.skipif(not DEBIAN_15.is_dir(), reason="Debian's PostgreSQL 15 is not installed here")
async def test_a_backup_of_the_oldest_postgresql_restores_there_with_its_own_programs(
    servers: Servers, tmp_path: Path
) -> None:
    secrets = new_secrets()
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(cluster(tmp_path / name, servers.redis_url, secrets, bin_dir=DEBIAN_15))
            for name in ("first", "second")
        )
        for place in (first, second):
            await make_database(place)
        first.run("migrate")
        first.run("bootstrap", "--organisation", "Brightline", "--admin", "Noor Haddad")
        places = (tmp_path / "data", tmp_path / "keys")
        first.run("backup", "--to", places[0], "--keys-to", places[1], "--programs", DEBIAN_15)
        first.run("erasures", "export", "--to", tmp_path / "ledger.json")
        second.run(
            "restore", "--from", places[0], "--keys", places[1], "--erasures", tmp_path / "ledger.json",
            "--programs", DEBIAN_15,
        )  # fmt: skip
        assert json.loads(second.run("migrate", "--json"))["before"] is not None
        with second.worker():
            await drained(second)
