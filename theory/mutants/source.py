"""Mutants of a statement's source: one constant halved or doubled, one relation turned round, one assumption dropped.

A mutant is the syntax tree of the file with one change, executed as a module of its own. Nothing is written, no
registry learns of it, and what it proves is cached nowhere but in itself.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from sympy import Add, Rational

from theory import symbols
from theory.kernel import Assumption
from theory.statement import Statement

_CHANGE, _RATIONAL = "__change__", "__rational__"
"""Names under which a mutant finds what turns its statement round, and exact fractions."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change of one file."""

    label: str
    tree: ast.Module
    change: Callable[[Any], Any] = lambda thing: thing
    """What is done to the statement, and to each assumption where the file names it."""
    redefines: str = ""
    """The row of the notation table whose definition is changed."""

    def load(self, original: ModuleType) -> Statement:
        """The mutant's statement, in a module that nothing else refers to.

        Raises whatever the changed file raises; a ValueError means that it is refused as it is read.
        """
        module = ModuleType(original.__name__)
        module.__dict__.update({_CHANGE: self.change, _RATIONAL: Rational, "__file__": original.__file__})
        exec(compile(self.tree, str(original.__file__), "exec"), module.__dict__)  # noqa: S102  (this project's source)
        statement = module.__dict__["STATEMENT"]
        if not isinstance(statement, Statement):
            raise TypeError(f"STATEMENT is {type(statement).__name__}")
        return statement


@contextmanager
def notation_without(name: str) -> Iterator[None]:
    """Let a mutant define that row of the notation table differently; afterwards it is what it was."""
    if not name:
        yield
        return
    row = symbols.TABLE.pop(name)
    try:
        symbols._definitions.cache_clear()
        yield
    finally:
        symbols.TABLE[name] = row
        symbols._definitions.cache_clear()


def mutants(module: ModuleType) -> Iterator[Mutant]:
    """Every mutant of a statement's file: first its constants, then its statement's sides, kind and assumptions."""
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    yield from _constants(source)
    yield from _relations(source, module)


# ------------------------------------------------------------------------------------------- constants


def _constants(source: str) -> Iterator[Mutant]:
    tree = ast.parse(source)
    rows = dict(_rows(tree, ""))
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Constant) and type(value := node.value) in {int, float} and value:
            for word, factor in (("halved", Fraction(1, 2)), ("doubled", Fraction(2))):
                changed = ast.parse(source)
                target = next(islice(ast.walk(changed), number, None))
                fixed = _Replace(target, Fraction(str(value)) * factor).visit(changed)
                yield Mutant(
                    label=f"line {node.lineno}, column {node.col_offset + 1}: {value!r} {word}",
                    tree=ast.fix_missing_locations(fixed),
                    redefines=rows.get(node, ""),
                )


def _rows(node: ast.AST, row: str) -> Iterator[tuple[ast.AST, str]]:
    """Every node inside a call that names a row of the notation table, as define("x", …) does, with that name."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        named = node.args[0].value
        row = named if named in symbols.TABLE else row
    if row:
        yield node, row
    for inner in ast.iter_child_nodes(node):
        yield from _rows(inner, row)


class _Replace(ast.NodeTransformer):
    """Put a rational number for one constant; Integer(1) as a whole, because Integer would cut off the half."""

    def __init__(self, target: ast.AST, value: Fraction) -> None:
        self.target, self.value = target, value

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if node.args == [self.target] and isinstance(node.func, ast.Name) and node.func.id == "Integer":
            return self._number()
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return self._number() if node is self.target else node

    def _number(self) -> ast.AST:
        if self.value.denominator == 1:
            return ast.Constant(self.value.numerator)
        parts: list[ast.expr] = [ast.Constant(self.value.numerator), ast.Constant(self.value.denominator)]
        return ast.Call(func=ast.Name(_RATIONAL, ast.Load()), args=parts, keywords=[])


# ------------------------------------------------------------------------------------------- relations


def _relations(source: str, module: ModuleType) -> Iterator[Mutant]:
    """The sides swapped, the kind changed, every assumption turned round and dropped."""
    statement: Statement = module.__dict__["STATEMENT"]
    changed = _applied(source, set())
    yield Mutant(label="sides swapped", tree=changed, change=_swapped)
    yield Mutant(label="kind changed", tree=changed, change=_other_kind)
    for assumption in statement.assumptions:
        # An equality has no direction: it becomes one inequality, or the other.
        turned = [("turned round", -1, assumption.relation)]
        if assumption.relation == "==":
            turned = [("only ≥", 1, ">="), ("only ≤", -1, ">=")]
        names = {name for name, value in vars(module).items() if value == assumption}
        for word, sign, relation in turned:
            other = replace(assumption, expr=sign * assumption.expr, relation=relation)
            yield Mutant(
                label=f"{assumption.name} {word}", tree=_applied(source, names), change=_exchanged(assumption, other)
            )
        yield Mutant(label=f"{assumption.name} dropped", tree=changed, change=_without(assumption))


def _applied(source: str, names: set[str]) -> ast.Module:
    """The file, with the change applied to what each of the names is bound to, and to the statement at the end."""
    body: list[ast.stmt] = []
    for node in ast.parse(source).body:
        body.append(node)
        body.extend(_rebound(name) for name in sorted(names & _bound(node)))
    body.append(_rebound("STATEMENT"))
    return ast.fix_missing_locations(ast.Module(body=body, type_ignores=[]))


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in node.names}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _rebound(name: str) -> ast.stmt:
    call = ast.Call(func=ast.Name(_CHANGE, ast.Load()), args=[ast.Name(name, ast.Load())], keywords=[])
    return ast.Assign(targets=[ast.Name(name, ast.Store())], value=call)


def _swapped(statement: Statement) -> Statement:
    return replace(statement, lhs=Add(*statement.rhs_terms), rhs_terms=(statement.lhs,))


def _other_kind(statement: Statement) -> Statement:
    return replace(statement, kind="upper" if statement.kind == "equality" else "equality")


def _exchanged(old: Assumption, new: Assumption) -> Callable[[Any], Any]:
    def change(thing: Any) -> Any:
        if isinstance(thing, Assumption):
            return new
        return replace(thing, assumptions=tuple(new if a == old else a for a in thing.assumptions))

    return change


def _without(assumption: Assumption) -> Callable[[Statement], Statement]:
    return lambda statement: replace(statement, assumptions=tuple(a for a in statement.assumptions if a != assumption))


def files() -> dict[str, ModuleType]:
    """The module of every general statement, by the statement's id, in the order of the theory."""
    from theory import STATEMENTS, theorems  # noqa: PLC0415  (the registry imports every statement)

    loaded = [module for name, module in sys.modules.items() if name.startswith(f"{theorems.__name__}.")]
    by_id = {module.STATEMENT.id: module for module in loaded if hasattr(module, "STATEMENT")}
    return {name: by_id[name] for name in STATEMENTS if name in by_id}
