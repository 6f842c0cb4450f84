"""The pages of docs/ that are made from the program. 'python3 dev.py docs' writes them, a test compares them."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from casework.contract import hooks
from tests.house.files import ROOT


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


PAGES: dict[str, Callable[[], str]] = {"docs/hooks.md": hooks_page}


def main() -> None:
    """Write every page."""
    for name, make in PAGES.items():
        (ROOT / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
