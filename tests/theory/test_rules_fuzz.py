"""The rules on random expressions: what they conclude holds in random finite processes, sampled without the kernel.

An expression is built twice, as the kernel's normal form and as numbers, operator by operator; then each rule is
applied to it and its conclusion interpreted. Seeds are fixed; a conclusion with a planted fault is caught by the same
samples.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from sympy import Abs, Add, Expr, Integer, Rational, Symbol

from theory import STATEMENTS, trial
from theory.kernel import Fact, integrate, magnitude, signed, specialise, square
from theory.operators import Batch, Draw, Linear, Mean, Steps, Total, Window, axes
from theory.referee.completion import free
from theory.referee.interpret import AXES, BATCHES, COORDINATES, DRAWS, SCALAR, SHAPE, STEPS, TAKEN, World, interpret
from theory.referee.interpret import Array as Values
from theory.run_rules import independence, jensen, orthogonality, shift, telescope
from theory.symbols import (
    STATIC,
    TABLE,
    B,
    F,
    Quantity,
    alpha,
    define,
    delay,
    f,
    f_first,
    f_last,
    f_next,
    g,
    g_batch,
    h,
    offset,
    s_bar,
    unfold,
    v,
    w,
)

COIN = define("fuzz_coin", "c", "c", "drawn anew at every update", axes=frozenset({"draw"}))
CLOCK = define("fuzz_clock", "t", "t", "changes with the update alone", axes=frozenset({"step"}))
PART = define("fuzz_part", "b", "b", "differs between micro-batches", axes=frozenset({"microbatch"}))
WEIGHT = define("fuzz_weight", "m", "m", "differs between coordinates", sign="nonnegative", axes=STATIC)
ORDINARY = (f, f_next, w, h, g, v, F, alpha, s_bar, delay, COIN, CLOCK, PART, WEIGHT, g_batch)
BATCHED = (g_batch, g_batch, f, h, F, alpha, PART, WEIGHT)
VALUES = (w * h, CLOCK, COIN, alpha + v, offset, Integer(2), f * F, Window(v), Draw(g) ** 2, PART * h, Abs(g), WEIGHT)
OPERATORS = (Steps, Mean, Total, Batch, Draw, Window)
ROUNDING = 1e-9
"""Relative to the largest term: float64 sums of a few thousand products."""
COINS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
"""(draw, micro-batch): a draw is one coin for each micro-batch, so that these are independent."""
Case = tuple[World, Expr, Values]


def process(rng: np.random.Generator) -> World:
    """Values of all symbols, adapted to the draws; the objective is what it was said to become."""
    symbols = {*ORDINARY, offset} - {delay, g_batch, f, f_next}
    world = {symbol.name: free(rng, symbol) for symbol in sorted(symbols, key=str)}
    after = free(rng, f_next)
    now = np.full((*SHAPE[:2], 1, 1, 1), rng.normal())
    for k in range(1, STEPS):
        now[k] = np.take_along_axis(after[k - 1], TAKEN[k - 1][:, None, None, None], axis=2)
    tails, heads = (free(rng, g_batch)[:, :, :, 0] for _ in range(2))
    world |= {name: np.full(SCALAR, float(size)) for name, size in (("steps", STEPS), ("microbatches", BATCHES))}
    return world | {
        "objective": now,
        "next_objective": after,
        "first_objective": now[:1, :1],
        "last_objective": np.full(SCALAR, after[-1].mean()),
        "batch_signal": np.stack([np.where(coins, heads, tails) for coins in COINS == 1], axis=3),
        "delay": rng.integers(0, STEPS + 1, (1, 1, COORDINATES, 1, 1)).astype(float),
        "probability": np.full((1, 1, 1, DRAWS, 1), 1 / DRAWS),
    }


def operated(operator: type[Linear], value: Values, lengths: Values) -> Values:
    """The operator from its definition: a sum, a mean, or path by path the sum over the updates not yet seen."""
    if operator is Window:
        full = np.broadcast_to(value, (*SHAPE[:4], value.shape[4]))
        result = np.zeros((*SHAPE[:3], 1, value.shape[4]))
        for k in range(STEPS):
            for d in range(COORDINATES):
                for j in range(max(0, k - int(lengths[0, 0, d, 0, 0])), k):
                    result[k, :, d, 0] += full[j, np.arange(SHAPE[1]), d, TAKEN[j]]
        return result
    axis = AXES[operator.axis]
    full = np.broadcast_to(value, tuple(SHAPE[i] if i == axis else n for i, n in enumerate(value.shape)))
    return np.asarray((np.sum if operator in {Steps, Total} else np.mean)(full, axis=axis, keepdims=True))


def tree(rng: np.random.Generator, world: World, pool: tuple[Symbol, ...], depth: int) -> tuple[Expr, Values]:
    """A random expression, and its value computed from the same tree and not from the expression."""
    kind = rng.choice(["leaf", "sum", "product", "square", "size", "operator"], p=[0.1, 0.2, 0.25, 0.1, 0.1, 0.25])
    if depth == 0 or kind == "leaf":
        symbol = pool[rng.integers(len(pool))]
        return symbol, world[symbol.name]
    expr, value = tree(rng, world, pool, depth - 1)
    if kind == "operator":
        operator = OPERATORS[rng.integers(len(OPERATORS))]
        return operator(expr), operated(operator, value, world["delay"])
    if kind in {"square", "size"}:
        return (expr**2, value**2) if kind == "square" else (Abs(expr), np.abs(value))
    other, number = tree(rng, world, pool, depth - 1)
    factor = Rational(int(rng.integers(-3, 4)), int(rng.integers(1, 4)))
    if kind == "product":
        return expr * other, value * number
    return expr + factor * other, value + float(factor) * number


def cases(
    seed: int, count: int, *, pool: tuple[Symbol, ...] = ORDINARY, depth: int = 3, terms: int = 4
) -> Iterator[Case]:
    """`count` random expressions that the operators accept, of few terms so that powers can be expanded."""
    rng = np.random.default_rng(seed)
    while count:
        world = process(rng)
        try:
            expr, value = tree(rng, world, pool, depth)
        except ValueError:  # an average of what has to be averaged over something else first
            continue
        if len(Add.make_args(expr.expand())) <= terms:
            count -= 1
            yield world, expr, value


def true(expr: Expr, relation: str, world: World) -> bool:
    """Whether expr relation 0, up to rounding of its terms."""
    value = interpret(expr, world)
    rounding = ROUNDING * (1 + max(float(np.abs(interpret(term, world)).max()) for term in Add.make_args(expr)))
    if relation == "==":
        return bool(np.all(np.abs(value) < rounding))
    return bool(np.all(value > (0 if relation == ">" else -rounding)))


def accepted(rule: Callable[..., Fact], *arguments: Any) -> list[Fact]:
    """The fact that the rule makes, or none if it rejects its arguments."""
    try:
        return [rule(*arguments)]
    except ValueError:
        return []


def test_normal_forms_have_the_value_of_what_they_are_formed_from() -> None:
    for world, expr, value in cases(1, 120, depth=5, terms=8):
        rounding = ROUNDING * (1 + np.abs(value).max())
        assert np.all(np.abs(interpret(expr, world) - value) < rounding), expr
        constant = tuple(axis for name, axis in AXES.items() if name not in axes(expr))
        assert np.all(np.ptp(value, axis=constant) < rounding), f"{expr} varies with more than {axes(expr)}"


RULES: dict[str, Callable[[Expr], list[Fact]]] = {
    "square": lambda x: accepted(square, x),
    "magnitude": lambda x: accepted(magnitude, x),
    "signed": lambda x: accepted(signed, x),
    "jensen": lambda x: accepted(jensen, x),
    "jensen with the power 4": lambda x: accepted(jensen, x, Integer(4)) if not x.is_Add else [],
    "orthogonality": lambda x: accepted(orthogonality, x),
    "shift": lambda x: accepted(lambda: shift(averaged(magnitude(x)))),
    "integrate": lambda x: [fact for operator in OPERATORS for fact in accepted(integrate, operator, magnitude(x))],
}


def averaged(fact: Fact) -> Fact:
    for operator in (Batch, Draw, Mean):
        fact = integrate(operator, fact)
    return fact


@pytest.mark.parametrize("rule", RULES)
def test_conclusions_hold(rule: str) -> None:
    made = 0
    for world, expr, _ in cases(2, 40):
        for fact in RULES[rule](expr):
            made += 1
            assert true(fact.expr, fact.relation, world), f"{fact.expr} {fact.relation} 0"
    assert made >= 10


def test_independence_holds() -> None:
    made = 0
    for world, expr, _ in cases(3, 60, pool=BATCHED):
        for fact in accepted(independence, expr):
            made += "draw" in axes(expr)
            assert true(fact.expr, "==", world), expr
    assert made >= 10


def test_telescoping_holds() -> None:
    for world, _, _ in cases(4, 5):
        assert true(telescope(f, f_next, f_first, f_last).expr, "==", world)


def test_instances_hold() -> None:
    made = 0
    for world, expr, _ in cases(5, 25, depth=2, terms=3):
        for fact in (*accepted(jensen, expr), *accepted(orthogonality, expr), *accepted(independence, expr)):
            for symbol in fact.expr.free_symbols:
                for value in VALUES:
                    for instance in accepted(specialise, fact, ((symbol, value),)):
                        made += instance.expr != fact.expr
                        assert true(instance.expr, instance.relation, world), f"{fact.expr}: {symbol} := {value}"
    assert made >= 50


def shared(x: Expr) -> Expr:
    variance = Batch(Draw(x**2) - Draw(x) ** 2)
    return Draw(Batch(x) ** 2) - Draw(Batch(x)) ** 2 - variance / B


def unlengthened(x: Expr) -> Expr:
    every = Mean(Batch(Draw(x**2)))
    return Steps(every) - Steps(Window(every))


FAULTS: dict[str, tuple[str, Callable[[Expr], Expr]]] = {
    "jensen with half the length": (">=", lambda x: delay * Window(x**2) / 2 - Window(x) ** 2),
    "jensen for an odd power": (">=", lambda x: delay**2 * Window(x**3) - Window(x) ** 3),
    "orthogonality without centring": ("==", lambda x: Mean(Window(x) ** 2) - Window(Mean(Draw(x**2)))),
    "independence of what is drawn once": ("==", shared),
    "a window that is never empty": (">", lambda x: Window(Abs(x) + 1)),
    "shift without the length": (">=", unlengthened),
    "a window that does not see its own draws": ("==", lambda x: Window(x * COIN) - COIN * Window(x)),
    "the square of a mean": ("==", lambda x: Draw(x**2) - Draw(x) ** 2),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(fault: str) -> None:
    relation, conclusion = FAULTS[fault]
    assert not all(true(conclusion(expr), relation, world) for world, expr, _ in cases(6, 25, depth=2))


# Every file with rows of its own has been read.
ABBREVIATIONS = [row for row in TABLE.values() if row.definition is not None] if STATEMENTS and trial.CLAIMS else []


@pytest.mark.parametrize("row", ABBREVIATIONS, ids=lambda row: row.name)
def test_an_abbreviation_varies_and_is_signed_as_its_definition(row: Quantity) -> None:
    """Operators pull an abbreviation out, and SymPy simplifies it, by what its row says of it."""
    definition = unfold(row.definition)
    assert axes(definition) == row.axes
    rng = np.random.default_rng(7)
    for _ in range(5):
        world = process(rng)
        world |= {s.name: free(rng, s) for s in sorted(definition.free_symbols, key=str) if s.name not in world}
        assert row.sign == "real" or true(definition, ">" if row.sign == "positive" else ">=", world)
