"""The pages of docs/ that are made from the program. 'python3 dev.py docs' writes them, a test compares them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable

from casework.contract import Sensitivity, hooks
from casework.core.permissions import GRANTS, GROUPS, LEAST, REACHED_BY, Permission, Role
from tests.house.asvs import status_page
from tests.house.files import ROOT
from tests.house.generated_security import bill_of_materials, limits_page


def hook_names() -> list[str]:
    """Every hook a plugin can implement, in the order of the file."""
    return [name for name in vars(hooks) if name.startswith("casework_")]


def hooks_page() -> str:
    """docs/hooks.md, from the signatures and docstrings of the contract."""
    lines = [
        "# Hooks",
        "",
        "Made by `python3 dev.py docs` from `casework/contract/hooks.py`; change that file, not this one.",
        "",
        "A plugin implements a hook as a function of the same name, marked with `@hookimpl` from `casework.contract`,",
        "and may leave out arguments that it does not need. Types are those of `casework.contract`.",
    ]
    for name in hook_names():
        hook = getattr(hooks, name)
        signature = str(inspect.signature(hook)).replace("'", "")
        lines += [
            "",
            f"## `{name}`",
            "",
            inspect.getdoc(hook) or "",
            "",
            "```python",
            f"def {name}{signature}: ...",
            "```",
        ]
    return "\n".join(lines) + "\n"


WAYS = {
    "block": "a conflict of interest: closes every other way",
    "decide": "somebody who is asked to decide in the case, until it is decided",
    "emergency": "somebody on duty who broke the glass, for an hour, read only",
    "list": "the team lead of the case's unit, by row only; intake of its unit while it has lost its officer",
    "read": "a reader named in the case; intake of its unit until it is assigned for the first time",
    "part": "somebody of another agency who takes part, for what consent covers at each read",
    "status": "an agency with a live status permission",
    "write": "an officer or a second officer named in the case",
}
"""What ``case_access.permission`` can hold, in words."""


FIELDS = {
    Sensitivity.OPEN: (
        "whoever opens the page it stands on",
        "nobody opens it apart: it lies in the clear",
    ),
    Sensitivity.TEAM: (
        "`case:read` by `read`, `write` or `emergency`; by `decide` the forms to be decided only",
        "sealed; opened with the page",
    ),
    Sensitivity.SEALED: (
        "`case:unseal` by `read` or `write`, one answer at a time, never in an emergency",
        "sealed; opened for a reason, by whoever has just confirmed who they are, for five minutes (2-15)",
    ),
}
"""Who reads an answer of each sensitivity, and how."""


def permissions_page() -> str:
    """docs/permissions.md, from the tables that the program itself reads."""
    roles = list(Role)
    lines = [
        "# Who may do what",
        "",
        "Made by `python3 dev.py docs` from `casework/core/permissions.py`; change that file, not this one.",
        "",
        "Default is deny. A permission over cases needs a way into the case as well: a row in `case_access`.",
        "",
        "## Roles and permissions",
        "",
        *_table(
            ["permission", *(f"`{role}`" for role in roles)],
            ([f"`{one}`", *(_has(role, one) for role in roles)] for one in Permission),
        ),
        "",
        "`emergency:open` comes with no role: a membership may be marked for it (socialjour).",
        "",
        "One account may hold roles from one of these groups only, in all municipalities together. The database itself",
        "refuses anything else; an account of an outside agency may hold that agency's roles only:",
        "",
        *("- " + ", ".join(f"`{role}`" for role in sorted(group)) for group in GROUPS.values()),
        "",
        "## Ways into a case",
        "",
        *_table(["way", "who goes by it"], ([f"`{way}`", who] for way, who in sorted(WAYS.items()))),
        "",
        "## Which way serves which permission",
        "",
        "A permission that is not listed here concerns no case. `case:assign` serves by post only (team lead, intake):",
        "being named in a case gives nobody the right to assign it.",
        "",
        *_table(
            ["permission", *(f"`{way}`" for way in sorted(WAYS))],
            (
                [f"`{one}`", *("yes" if way in REACHED_BY[one] else "" for way in sorted(WAYS))]
                for one in sorted(REACHED_BY)
            ),
        ),
        "",
        "## Fields",
        "",
        "A form declares how closely each of its fields is kept; a state of the case declares what may be shared.",
        "",
        *_table(["sensitivity", "who reads it", "how"], ([f"`{one.name}`", *FIELDS[one]] for one in Sensitivity)),
        "",
        "All of them are written by `case:write` alone, in a draft that only its author sees. Nobody changes what is",
        "signed: a correction is a new entry. A closed case takes nothing new before it is opened again. An agency",
        "outside reads what a live status permission names, never a field by itself. A person's name and number are",
        "read with a case the person is in; a protected person's by nobody who sees no more than the case's row.",
    ]
    return "\n".join(lines) + "\n"


def _has(role: Role, permission: Permission) -> str:
    """What stands in the table: yes, from which delegation level, or nothing."""
    if permission not in GRANTS[role]:
        return ""
    least = LEAST.get((role, permission))
    return "yes" if least is None else f"from {least}"


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    return ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]


PAGES: dict[str, Callable[[], str]] = {
    "docs/asvs.md": status_page,
    "docs/hooks.md": hooks_page,
    "docs/limits.md": limits_page,
    "docs/permissions.md": permissions_page,
    "docs/sbom.cdx.json": bill_of_materials,
}


def main() -> None:
    """Write every page."""
    for name, make in PAGES.items():
        (ROOT / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
