"""Who may do what. One table, read by the domain, the pages and the documentation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from casework.contract.facts import ActorFacts
from casework.contract.fields import Agency
from casework.contract.workflow import Level


class Permission(StrEnum):
    """Something that can be allowed, named ``thing:action``. Kept in alphabetical order."""

    ACCOUNT_ADMINISTER = "account:administer"
    APPROVAL_ADMINISTER = "approval:administer"
    APPROVAL_ASK = "approval:ask"
    APPROVAL_CASE = "approval:case"
    AREA_ENABLE = "area:enable"
    CASE_ASSIGN = "case:assign"
    CASE_DECIDE = "case:decide"
    CASE_EXPORT = "case:export"
    CASE_LIST = "case:list"
    CASE_LOG = "case:log"
    CASE_OPEN = "case:open"
    CASE_READ = "case:read"
    CASE_REGISTER = "case:register"
    CASE_SHARE = "case:share"
    CASE_UNSEAL = "case:unseal"
    CASE_WRITE = "case:write"
    CONFLICT_LIFT = "conflict:lift"
    DAY_READ = "day:read"
    DISCLOSURE_DECIDE = "disclosure:decide"
    EMERGENCY_OPEN = "emergency:open"
    EMERGENCY_REVIEW = "emergency:review"
    GROUND_TIGHTEN = "ground:tighten"
    HANDOVER_READ = "handover:read"
    HANDOVER_SEND = "handover:send"
    KEYS_ORDER = "keys:order"
    LOG_REVIEW = "log:review"
    OWN_PAGE = "own:page"
    PARTICIPATION_READ = "participation:read"
    PERSON_SEARCH = "person:search"
    RECEIVED_READ = "received:read"
    SHARED_READ = "shared:read"
    TASK_DO = "task:do"


class Role(StrEnum):
    """What somebody is in a municipality."""

    ADMINISTRATOR = "administrator"
    ARCHIVIST = "archivist"
    CASE_OFFICER = "case_officer"
    INTAKE = "intake"
    LOG_REVIEWER = "log_reviewer"
    PARTNER = "partner"
    POLICE_LIAISON = "police_liaison"
    TEAM_LEAD = "team_lead"


_OWN = frozenset({Permission.OWN_PAGE})
_CASES = _OWN | {
    Permission.APPROVAL_ASK,
    Permission.APPROVAL_CASE,
    Permission.CASE_DECIDE,
    Permission.CASE_EXPORT,
    Permission.CASE_LIST,
    Permission.CASE_LOG,
    Permission.CASE_OPEN,
    Permission.CASE_READ,
    Permission.CASE_REGISTER,
    Permission.CASE_SHARE,
    Permission.CASE_UNSEAL,
    Permission.CASE_WRITE,
    Permission.DAY_READ,
    Permission.DISCLOSURE_DECIDE,
    Permission.HANDOVER_READ,
    Permission.PERSON_SEARCH,
    Permission.TASK_DO,
}
_OUTSIDE = _OWN | {
    Permission.HANDOVER_READ,
    Permission.HANDOVER_SEND,
    Permission.PARTICIPATION_READ,
    Permission.RECEIVED_READ,
    Permission.SHARED_READ,
}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _OWN
    | {
        Permission.ACCOUNT_ADMINISTER,
        Permission.APPROVAL_ADMINISTER,
        Permission.APPROVAL_ASK,
        Permission.AREA_ENABLE,
        Permission.GROUND_TIGHTEN,
        Permission.KEYS_ORDER,
    },
    Role.ARCHIVIST: _OWN,
    Role.CASE_OFFICER: _CASES,
    Role.INTAKE: _OWN
    | {
        Permission.APPROVAL_ASK,
        Permission.CASE_ASSIGN,
        Permission.CASE_LIST,
        Permission.CASE_OPEN,
        Permission.CASE_READ,
        Permission.CASE_REGISTER,
        Permission.DAY_READ,
        Permission.HANDOVER_READ,
        Permission.PERSON_SEARCH,
        Permission.TASK_DO,
    },
    Role.LOG_REVIEWER: _OWN | {Permission.EMERGENCY_REVIEW, Permission.LOG_REVIEW},
    Role.PARTNER: _OUTSIDE,
    Role.POLICE_LIAISON: _OUTSIDE,
    Role.TEAM_LEAD: _CASES
    | {
        Permission.CASE_ASSIGN,
        Permission.CONFLICT_LIFT,
        Permission.EMERGENCY_REVIEW,
        Permission.LOG_REVIEW,
    },
}
ON_DUTY = frozenset({Permission.EMERGENCY_OPEN})
"""What a post marked for break-glass grants beside its role (socialjour)."""

LEAST: dict[tuple[Role, Permission], Level] = {(Role.CASE_OFFICER, Permission.APPROVAL_CASE): Level.FS}
"""The delegation level from which a role has a permission, where it takes one."""

REACHED_BY: dict[Permission, frozenset[str]] = {
    Permission.CASE_ASSIGN: frozenset({"list", "read"}),
    Permission.CASE_DECIDE: frozenset({"decide", "write"}),
    Permission.CASE_EXPORT: frozenset({"write"}),
    Permission.CASE_LIST: frozenset({"decide", "emergency", "list", "read", "write"}),
    Permission.CASE_LOG: frozenset({"read", "write"}),
    Permission.CASE_OPEN: frozenset({"decide", "emergency", "read", "write"}),
    Permission.CASE_READ: frozenset({"emergency", "read", "write"}),
    Permission.CASE_SHARE: frozenset({"write"}),
    Permission.CASE_UNSEAL: frozenset({"read", "write"}),
    Permission.CASE_WRITE: frozenset({"write"}),
    Permission.CONFLICT_LIFT: frozenset({"list"}),
    Permission.DISCLOSURE_DECIDE: frozenset({"judge"}),
    Permission.EMERGENCY_REVIEW: frozenset({"list"}),
    Permission.PARTICIPATION_READ: frozenset({"part"}),
    Permission.RECEIVED_READ: frozenset({"received"}),
    Permission.SHARED_READ: frozenset({"status"}),
    Permission.TASK_DO: frozenset({"decide", "read", "write"}),
}
"""Which ways into a case (``case_access.permission``) a permission over a case can be used by."""

AGENCIES: dict[Role, frozenset[Agency]] = {
    Role.PARTNER: frozenset({Agency.SCHOOL, Agency.RECREATION}),
    Role.POLICE_LIAISON: frozenset({Agency.POLICE}),
}
"""Where a role is held, if not in social services."""
CARRIES_DUTY = frozenset({Role.CASE_OFFICER, Role.INTAKE, Role.TEAM_LEAD})
"""Roles whose post may be marked for break-glass: those that read cases in social services."""
CASE_ROLES = frozenset({Role.CASE_OFFICER, Role.INTAKE, Role.PARTNER, Role.POLICE_LIAISON, Role.TEAM_LEAD})
NAMEABLE = frozenset({Role.CASE_OFFICER, Role.TEAM_LEAD})
"""Roles whose post lets somebody be named in a case, and have their place there as long as they hold one."""
GROUPS: dict[str, frozenset[Role]] = {
    "administrator": frozenset({Role.ADMINISTRATOR}),
    "log_reviewer": frozenset({Role.LOG_REVIEWER}),
    "social_services": frozenset({Role.CASE_OFFICER, Role.INTAKE, Role.TEAM_LEAD}),
    "partner": frozenset({Role.PARTNER}),
    "police": frozenset({Role.POLICE_LIAISON}),
}
"""Groups of roles of which one account may hold one only, in all municipalities together (decisions 4).

The database keeps them apart by the same names (``role_holdings``). An archivist belongs to none of them.
"""
OUTSIDE: dict[str, frozenset[Role]] = {
    Agency.POLICE: GROUPS["police"],
    Agency.SCHOOL: GROUPS["partner"],
    Agency.RECREATION: GROUPS["partner"],
}
"""The roles that an account of an outside agency may hold."""


ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
"""Since when a post is held of which no beginning is known: only what is worked out without a database has none."""


@dataclass(frozen=True, slots=True)
class Post:
    """One live membership of an actor; ``emergency`` marks the right to break the glass.

    ``since`` is when the actor came to hold it or the one it follows without a break (``unbroken_posts``).
    """

    role: Role
    level: Level
    agency: str
    unit_id: str
    emergency: bool = False
    since: datetime = ALWAYS

    @property
    def grants(self) -> frozenset[Permission]:
        """What the post allows."""
        beyond = {of for (role, of), level in LEAST.items() if role is self.role and self.level.rank < level.rank}
        held = GRANTS[self.role] - beyond
        return held | ON_DUTY if self.emergency else held


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting in one municipality now, with the memberships that hold at this moment."""

    id: str
    name: str
    municipality: str | None
    posts: tuple[Post, ...]

    def may(self, permission: Permission) -> bool:
        """Whether any of the actor's roles grants the permission."""
        return any(permission in post.grants for post in self.posts)

    @property
    def role(self) -> str:
        """The role the audit remembers: the first one held."""
        return self.posts[0].role if self.posts else "none"

    def level_for(self, permission: Permission) -> Level:
        """The highest delegation level of the posts that grant a permission; the levels of other posts do not count."""
        levels = (post.level for post in self.posts if permission in post.grants)
        return max(levels, key=lambda level: level.rank, default=Level.H)

    @property
    def principals(self) -> tuple[str, ...]:
        """The names the actor goes by in the access table: their own, and those of their posts."""
        return self._names(self.posts)

    def through(self, permission: Permission) -> tuple[str, ...]:
        """The names by which the actor may use a permission: a post's own name only where that post grants it."""
        granting = [post for post in self.posts if permission in post.grants]
        return self._names(granting) if granting else ()

    def _names(self, posts: Iterable[Post]) -> tuple[str, ...]:
        names = [self.id]
        for post in posts:
            if post.role is Role.TEAM_LEAD:
                names.append(f"lead:{post.unit_id}")
            elif post.role is Role.INTAKE:
                names.append(f"intake:{post.unit_id}")
            elif post.role in {Role.POLICE_LIAISON, Role.PARTNER}:
                names.append(f"agency:{post.agency}")
        return tuple(dict.fromkeys(names))

    @property
    def facts(self) -> ActorFacts:
        """The actor as a plugin may know them."""
        return ActorFacts(self.id, self.level_for(Permission.CASE_WRITE))


OPERATOR = Actor("operator", "Driften", None, ())
"""Whoever holds the installation's key file and runs a command."""


def group_of(role: Role) -> str | None:
    """The group a role belongs to, or None for one that goes with any."""
    return next((name for name, roles in GROUPS.items() if role in roles), None)


def apart(roles: frozenset[Role]) -> bool:
    """Whether the roles may be held by one account."""
    return sum(1 for group in GROUPS.values() if roles & group) <= 1
