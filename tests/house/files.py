"""The files of the repository, as the rules of the house look at them."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def repository() -> list[Path]:
    """What git holds or would take in, relative to the root."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted({Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()})


def python(folder: str = "") -> list[Path]:
    """The Python files of the repository, or of one folder in it."""
    return [path for path in repository() if path.suffix == ".py" and path.is_relative_to(folder)]


def text(path: Path) -> str:
    """A file's text."""
    return (ROOT / path).read_text("utf-8")


def definitions(node: ast.Module | ast.ClassDef, within: str = "") -> Iterator[tuple[str, Definition]]:
    """Functions and classes of a module and of its classes, with their full names; not what lies inside functions."""
    for child in node.body:
        if isinstance(child, Definition):
            name = f"{within}{child.name}"
            yield name, child
            if isinstance(child, ast.ClassDef):
                yield from definitions(child, f"{name}.")
