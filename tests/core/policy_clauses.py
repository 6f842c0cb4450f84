"""Every clause of the policy's source, each taken away once: the program as it would be without it."""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, cast

BOUNDARIES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.LtE: ast.Lt,
    ast.Lt: ast.LtE,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
CONDITIONS = frozenset({"and_", "where"})
"""Calls whose every argument is a condition."""
Change = Callable[[Any], None]


@dataclass(frozen=True)
class Without:
    """One function changed by one clause."""

    function: str
    clause: str
    place: Any
    changed: Any

    def __str__(self) -> str:
        return f"{self.function}: {self.clause}"

    @contextlib.contextmanager
    def in_force(self) -> Iterator[None]:
        """The program as it would be, for a moment."""
        kept = vars(self.place)[self.function]
        setattr(self.place, self.function, self.changed)
        try:
            yield
        finally:
            setattr(self.place, self.function, kept)


def removals(place: ModuleType | type, *names: str) -> Iterator[Without]:
    """Each function of a module, or method of a class, with each of its clauses taken away or turned once."""
    module = inspect.getmodule(place)
    for name in names:
        found = vars(place)[name]
        function = cast(FunctionType, found.fget if isinstance(found, property) else found)
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        for nth, node in enumerate(ast.walk(tree)):
            for clause, change in changes(node):
                mutant = copy.deepcopy(tree)
                change(list(ast.walk(mutant))[nth])
                scope = dict(vars(module))
                exec(compile(ast.fix_missing_locations(mutant), f"<{name}>", "exec"), scope)
                yield Without(name, clause, place, scope[name])


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:  # noqa: PLR0912 one list of cases, read from top to bottom
    """What can be taken away at one place of the source, in words, and how."""
    match node:
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=args) if called in CONDITIONS:
            for nth, one in enumerate(args):
                yield f"without {ast.unparse(one)}", _put("args", nth, ast.Constant(True))
        case ast.Call(func=ast.Name(id="max" | "min"), args=[first, second]):
            for kept in (first, second):
                yield f"only {ast.unparse(kept)}", _set("args", [kept, kept])
        case ast.BoolOp(op=ast.And(), values=values):
            for nth, one in enumerate(values):
                yield f"without {ast.unparse(one)}", _put("values", nth, ast.Constant(True))
        case ast.If(test=test) | ast.IfExp(test=test):
            for always in (True, False):
                yield f"{ast.unparse(test)} is always {always}", _set("test", ast.Constant(always))
        case ast.comprehension(ifs=ifs):
            for nth, one in enumerate(ifs):
                yield f"without {ast.unparse(one)}", _put("ifs", nth, ast.Constant(True))
        case ast.For(iter=source):
            yield f"without for {ast.unparse(source)}", _set("iter", ast.Tuple([], ast.Load()))
        case ast.Expr(value=ast.Yield() | ast.YieldFrom() | ast.Call()):
            yield f"without {ast.unparse(node)}", _set("value", ast.Constant(None))
        case ast.List(elts=parts) | ast.Tuple(elts=parts) if len(parts) > 1 and not isinstance(node.ctx, ast.Store):
            for nth, one in enumerate(parts):
                if isinstance(one, ast.Starred) or (isinstance(one, ast.Constant) and isinstance(one.value, str)):
                    yield f"without {ast.unparse(one)}", _without("elts", nth)
        case ast.Compare(ops=[op]) if type(op) in BOUNDARIES:
            yield f"the instant itself turned in {ast.unparse(node)}", _set("ops", [BOUNDARIES[type(op)]()])
        case _:
            return


def _set(name: str, value: Any) -> Change:
    return lambda node: setattr(node, name, copy.deepcopy(value))


def _put(name: str, nth: int, value: Any) -> Change:
    return lambda node: getattr(node, name).__setitem__(nth, value)


def _without(name: str, nth: int) -> Change:
    return lambda node: getattr(node, name).__delitem__(nth)
