"""The demo's organisation and keys: made by the first run in a data folder, met again by every later one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from attune.kernel.clock import utc_now
from attune.kernel.vault import Vault
from attune.organisations.model import Mode
from attune.organisations.rules import Scope, scopes_of
from attune.organisations.service import create_key
from attune.people.model import Role
from attune_cli.failure import CommandFailed
from attune_cli.installation import as_operator, open_database
from attune_cli.organising import begin_organisation
from attune_cli.settings import Settings
from attune_cli.stack.data_folder import DataFolder

ORGANISATION: Final = "Brightline Care (demo)"
KEY_LIFE: Final = timedelta(days=365)

INTEGRATION: Final = tuple(scope for scope in Scope if scope is not Scope.LOAD_READ)
"""What the demo's integration may do: everything but look at a load, which is nobody's but the person's own."""


@dataclass(frozen=True, slots=True)
class DemoSession:
    """What the demo remembers between runs. `anchor` is the moment its month ends at."""

    seed: int
    anchor: datetime
    tenant_id: UUID
    integration_key: str
    person_keys: dict[str, str]
    is_loaded: bool = False

    @classmethod
    def read(cls, data: DataFolder) -> DemoSession | None:
        """The session of an earlier run."""
        state = data.read_demo()
        if state is None:
            return None
        try:
            return cls(
                seed=int(state["seed"]),
                anchor=datetime.fromisoformat(state["anchor"]),
                tenant_id=UUID(state["tenant_id"]),
                integration_key=state["integration_key"],
                person_keys=dict(state["person_keys"]),
                is_loaded=bool(state["is_loaded"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CommandFailed(f"{data.demo} cannot be read. `attune reset` starts over.") from error

    def write(self, data: DataFolder) -> None:
        """Remember it."""
        data.write_demo(asdict(self) | {"anchor": self.anchor.isoformat(), "tenant_id": str(self.tenant_id)})

    def loaded(self) -> DemoSession:
        """The same session, all of its month sent."""
        return replace(self, is_loaded=True)

    async def with_person_key(self, settings: Settings, ref: str, person_id: UUID, role: Role) -> DemoSession:
        """The same session, with a key that acts as this person, made by the first call."""
        if ref in self.person_keys:
            return self
        async with (
            open_database(settings, "migrator_database_url") as database,
            database.write(as_operator(self.tenant_id)) as tx,
        ):
            _, key = await create_key(
                tx,
                settings.secret,
                name=f"Demo, acting as {ref}",
                mode=Mode.TEST,
                scopes=[scope.value for scope in scopes_of([role])],
                person_id=person_id,
                expires_at=utc_now() + KEY_LIFE,
            )
        return replace(self, person_keys=self.person_keys | {ref: key})


async def begin_session(settings: Settings, seed: int) -> DemoSession:
    """A new organisation in test mode, and the key of the integration that fills it."""
    now = utc_now()
    async with open_database(settings, "migrator_database_url") as database:
        made = await begin_organisation(
            database,
            Vault(settings.root_keys),
            settings.secret,
            name=ORGANISATION,
            admin="Demo administrator",
            mode=Mode.TEST,
            expires_at=now + KEY_LIFE,
        )
        async with database.write(as_operator(made.tenant_id)) as tx:
            _, key = await create_key(
                tx,
                settings.secret,
                name="Demo integration",
                mode=Mode.TEST,
                scopes=[scope.value for scope in INTEGRATION],
                expires_at=now + KEY_LIFE,
            )
    return DemoSession(seed, now, made.tenant_id, key, {})
