"""Refusals about people and teams."""

from __future__ import annotations

from attune.kernel.errors import AttuneError, Kind


class PersonNotFound(AttuneError):
    """No such person here."""

    kind = Kind.NOT_FOUND
    code = "person_not_found"
    detail = "There is no such person."


class TeamNotFound(AttuneError):
    """No such team here."""

    kind = Kind.NOT_FOUND
    code = "team_not_found"
    detail = "There is no such team."


class PersonUnknown(AttuneError):
    """A body names a person who is not here."""

    kind = Kind.INVALID
    code = "person_unknown"
    detail = "The person named here is not known."


class TeamUnknown(AttuneError):
    """A body names a team that is not here."""

    kind = Kind.INVALID
    code = "team_unknown"
    detail = "The team named here is not known."


class LeadUnknown(AttuneError):
    """The lead is neither known nor among the items that went in."""

    kind = Kind.INVALID
    code = "lead_unknown"
    detail = "The lead named here is neither known nor a valid item of this batch."


class LeadIsSelf(AttuneError):
    """Nobody leads themselves."""

    kind = Kind.INVALID
    code = "lead_is_self"
    detail = "A person cannot be their own lead."


class LeadCycle(AttuneError):
    """The chain of leads would lead back to the person."""

    kind = Kind.INVALID
    code = "lead_cycle"
    detail = "With this lead, the chain of leads would come back to the person."


class ParentUnknown(AttuneError):
    """The parent is neither known nor among the items that went in."""

    kind = Kind.INVALID
    code = "parent_unknown"
    detail = "The parent named here is neither known nor a valid item of this batch."


class ParentIsSelf(AttuneError):
    """No team is above itself."""

    kind = Kind.INVALID
    code = "parent_is_self"
    detail = "A team cannot be its own parent."


class ParentCycle(AttuneError):
    """The chain of parents would lead back to the team."""

    kind = Kind.INVALID
    code = "parent_cycle"
    detail = "With this parent, the chain of parents would come back to the team."


class RolesNeedAdministrator(AttuneError):
    """Roles are permissions: whoever may write people may not therefore give them."""

    kind = Kind.FORBIDDEN
    code = "roles_need_administrator"
    detail = "Only a caller with the scope organisation:admin can set roles. Leave them out to keep them."


class IdentityNeedsAdministrator(AttuneError):
    """Giving somebody with roles another identity gives their roles to whoever holds that identity."""

    kind = Kind.FORBIDDEN
    code = "identity_needs_administrator"
    detail = "Only a caller with the scope organisation:admin can change the identity of a person who has roles."


class IdentityTaken(AttuneError):
    """One sign-in cannot be two people."""

    kind = Kind.CONFLICT
    code = "identity_taken"
    detail = "This identity belongs to another person."
