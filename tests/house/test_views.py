"""Pages are thin: what may be done is decided in core, and a view only asks and shows."""

from __future__ import annotations

import ast
import re

from tests.house.files import Definition, definitions, python, text

LONGEST = 15
ROUTE = re.compile(r"\.(delete|get|page|patch|post|put|route)\(")


def views() -> list[tuple[str, Definition]]:
    return [
        (f"{path}::{name}", node)
        for path in python("casework/web")
        for name, node in definitions(ast.parse(text(path)))
        if any(ROUTE.search(ast.unparse(decorator)) for decorator in node.decorator_list)
    ]


def body(node: Definition) -> int:
    """Lines from the first statement that does something to the last."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or first.lineno) - first.lineno + 1


def test_a_view_is_short():
    assert {name: body(view) for name, view in views() if body(view) > LONGEST} == {}


def test_the_views_are_found():
    enough = len(views()) > 10
    assert enough, "the pattern ROUTE does not fit how casework.web declares its pages"
