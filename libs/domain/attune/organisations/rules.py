"""What keys look like, what roles may do, and how a credential is looked up. Nothing here touches a database."""

from __future__ import annotations

import hashlib
import hmac
import re
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attune.organisations.model import Mode
from attune.people.model import Role


class Scope(StrEnum):
    """What a credential may do, as `things:action`. Consent and relationships are checked on top of it."""

    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    CONSENTS_READ = "consents:read"
    CONSENTS_WRITE = "consents:write"
    INTERACTIONS_READ = "interactions:read"
    INTERACTIONS_WRITE = "interactions:write"
    SIGNALS_READ = "signals:read"
    SIGNALS_WRITE = "signals:write"
    CHECK_INS_READ = "check_ins:read"
    CHECK_INS_WRITE = "check_ins:write"
    RUBRICS_READ = "rubrics:read"
    EVALUATIONS_READ = "evaluations:read"
    EVALUATIONS_WRITE = "evaluations:write"
    CALIBRATION_READ = "calibration:read"
    CALIBRATION_RATE = "calibration:rate"
    CALIBRATION_WRITE = "calibration:write"
    ESCALATIONS_READ = "escalations:read"
    ESCALATIONS_WRITE = "escalations:write"
    DASHBOARDS_READ = "dashboards:read"
    LOAD_READ = "load:read"
    AUDIT_READ = "audit:read"
    ORGANISATION_ADMIN = "organisation:admin"


_ANY_PERSON: Final = frozenset({Scope.PEOPLE_READ, Scope.RUBRICS_READ, Scope.LOAD_READ})

_AGENT: Final = _ANY_PERSON | {
    Scope.CUSTOMERS_READ,
    Scope.CONSENTS_READ,
    Scope.CONSENTS_WRITE,
    Scope.INTERACTIONS_READ,
    Scope.SIGNALS_READ,
    Scope.SIGNALS_WRITE,
    Scope.CHECK_INS_READ,
    Scope.CHECK_INS_WRITE,
    Scope.ESCALATIONS_READ,
    Scope.ESCALATIONS_WRITE,
    # A round is only there for those who were invited to it.
    Scope.CALIBRATION_READ,
    Scope.CALIBRATION_RATE,
}

SCOPES_OF_ROLE: Final[dict[Role, frozenset[Scope]]] = {
    Role.AGENT: _AGENT,
    Role.LEAD: _AGENT | {Scope.EVALUATIONS_READ, Scope.DASHBOARDS_READ, Scope.CALIBRATION_WRITE},
    Role.QUALITY: _ANY_PERSON
    | {
        Scope.CUSTOMERS_READ,
        Scope.CONSENTS_READ,
        Scope.INTERACTIONS_READ,
        Scope.SIGNALS_READ,
        Scope.EVALUATIONS_READ,
        Scope.EVALUATIONS_WRITE,
        Scope.CALIBRATION_READ,
        Scope.CALIBRATION_RATE,
        Scope.CALIBRATION_WRITE,
        Scope.ESCALATIONS_READ,
        Scope.DASHBOARDS_READ,
    },
    Role.STEWARD: _ANY_PERSON | {Scope.CUSTOMERS_READ, Scope.CONSENTS_READ, Scope.AUDIT_READ, Scope.DASHBOARDS_READ},
    # Running an organisation is no reason to see how its customers feel.
    Role.ADMIN: _ANY_PERSON
    | {
        Scope.PEOPLE_WRITE,
        Scope.CUSTOMERS_READ,
        Scope.CUSTOMERS_WRITE,
        Scope.CONSENTS_READ,
        Scope.DASHBOARDS_READ,
        Scope.CALIBRATION_READ,
        Scope.CALIBRATION_WRITE,
        Scope.AUDIT_READ,
        Scope.ORGANISATION_ADMIN,
    },
}
"""What a person who signs in may do, by role."""


def scopes_of(roles: Iterable[str]) -> frozenset[Scope]:
    """All scopes of a person's roles; an unknown role gives none."""
    known = {role.value for role in Role}
    return frozenset().union(*(SCOPES_OF_ROLE[Role(role)] for role in roles if role in known))


KEY_SECRET_LENGTH: Final = 37
"""Base62 characters of chance in a key: 220 bits."""

LONGEST_KEY_LIFE: Final = timedelta(days=365)
BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

_CHECKSUM_LENGTH: Final = 6
KEY_LENGTH: Final = len("atn_live_") + KEY_SECRET_LENGTH + _CHECKSUM_LENGTH
_KEY: Final = re.compile(rf"atn_(live|test)_[0-9A-Za-z]{{{KEY_SECRET_LENGTH + _CHECKSUM_LENGTH}}}")


def make_key(mode: Mode, secret: str) -> str:
    """The key of a secret part: `atn_live_` or `atn_test_`, the secret, and a CRC32 checksum over both, in base62."""
    prefixed = f"atn_{mode}_{secret}"
    return prefixed + _checksum(prefixed)


def is_key(text: str) -> bool:
    """Whether a text has a key's form and its checksum fits, so that junk never reaches the database."""
    return _KEY.fullmatch(text) is not None and _checksum(text[:-_CHECKSUM_LENGTH]) == text[-_CHECKSUM_LENGTH:]


def mode_of(key: str) -> Mode:
    """Whether a well-formed key works with real people or in a sandbox."""
    return Mode(key[4:8])


def hash_key(pepper: bytes, key: str) -> bytes:
    """What is stored of a key: HMAC-SHA256 under the installation's secret, which the database never holds."""
    return hmac.digest(pepper, b"attune api key\n" + key.encode(), "sha256")


def hash_provider(issuer: str, audience: str) -> bytes:
    """What an identity provider is looked up by, before the organisation is known."""
    return hashlib.sha256(f"{len(issuer)}:{issuer}{audience}".encode()).digest()


def is_allowed_life(created_at: datetime, expires_at: datetime) -> bool:
    """Whether a key lives neither backwards nor longer than a year."""
    return created_at < expires_at <= created_at + LONGEST_KEY_LIFE


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode())
    digits = ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits
