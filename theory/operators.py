"""Averages and sums as linear operators in normal form.

``Draw`` is the conditional expectation E_k over the current update's randomness, ``Batch`` the mean over
micro-batches, ``Total`` the sum over coordinates, ``Mean`` the expectation over the history, ``Steps`` the sum over
k = 0..K−1, and ``Window`` the sum over the δ_d updates before the current one. Applied to an expression each expands
it, distributes over its terms and pulls out the factors that do not vary along its axis, so two expressions that are
equal by linearity are equal as objects. Finite sums and expectations commute; nested operators are kept in the order
Steps, Mean, Total, Batch, Draw from outside to inside, and a window outside an expectation (E Σ_j x_j = Σ_j E x_j).
"""

from functools import cache
from typing import Any, ClassVar

from sympy import Add, Expr, Function, Integer, Mul, Symbol, expand

from theory.symbols import Axis, K, quantity


class Linear(Function):  # type: ignore[misc]  # SymPy ships no types
    """A linear functional along one axis. Concrete subclasses say which, and what it gives for the constant 1."""

    nargs = 1
    axis: ClassVar[Axis]
    rank: ClassVar[int]
    unit: ClassVar[Expr | None] = None
    after: ClassVar[frozenset[Axis]] = frozenset()
    glyph: ClassVar[str]
    tex: ClassVar[str]

    @classmethod
    def eval(cls, body: Expr) -> Expr | None:
        """Normal form: a sum of constant factors times operators on monomials; None if already in it."""
        terms = Add.make_args(expand(body))
        if len(terms) == 1 and terms[0] == body:
            return cls._monomial(body)
        return Add(*(cls(term) for term in terms))

    @classmethod
    def _monomial(cls, term: Expr) -> Expr | None:
        if axes(term) & cls.after:
            raise ValueError(f"{cls.__name__} of {term}: average over {sorted(axes(term) & cls.after)} first")
        factors = Mul.make_args(term)
        outside = Mul(*(factor for factor in factors if not axes(factor) & cls.along()))
        inside = Mul(*(factor for factor in factors if axes(factor) & cls.along()))
        if inside == 1 and cls.unit is not None:
            return outside * cls.unit
        if (moved := cls._commuted(inside)) is not None:
            return outside * moved
        return None if outside == 1 else outside * cls(inside)

    @classmethod
    def _commuted(cls, inside: Expr) -> Expr | None:
        """Op(c·Outer(x)) = Outer(Op(c·x)) for an operator that belongs outside, c constant along its axis."""
        factors = Mul.make_args(inside)
        outer = [factor for factor in factors if isinstance(factor, Linear) and factor.rank < cls.rank]
        if len(outer) != 1:
            return None
        rest = Mul(*(factor for factor in factors if factor is not outer[0]))
        if outer[0].axis in axes(rest):
            return None
        return type(outer[0])(cls(rest * outer[0].args[0]))

    @classmethod
    def along(cls) -> frozenset[Axis]:
        """A factor that varies with any of these stays inside."""
        return frozenset({cls.axis})

    @classmethod
    def axes_left(cls, inner: frozenset[Axis]) -> frozenset[Axis]:
        """What the result varies with, given what the body varies with."""
        return inner - {cls.axis}

    def _eval_is_real(self) -> bool:
        return True

    # SymPy's printers look for these two.
    def _latex(self, printer: Any, exp: str | None = None) -> str:
        inner = printer.doprint(self.args[0])
        body = rf"{self.tex}\left[{inner}\right]"
        return body if exp is None else rf"\left({body}\right)^{{{exp}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"{self.glyph}[{printer.doprint(self.args[0])}]"


class Steps(Linear):
    """Σ over the updates k = 0..K−1."""

    axis, rank, unit, glyph, tex = "step", 0, K, "Σ_k", r"\sum_{k=0}^{K-1}"
    after = frozenset({"draw", "history"})


class Mean(Linear):
    """Expectation over everything before the current update."""

    axis, rank, unit, glyph, tex = "history", 1, Integer(1), "E", r"\mathbb{E}"
    after = frozenset({"draw"})

    @classmethod
    def _commuted(cls, inside: Expr) -> Expr | None:
        return Window(Mean(Draw(inside.args[0]))) if isinstance(inside, Window) else super()._commuted(inside)


class Total(Linear):
    """Σ over the coordinates d."""

    axis, rank, glyph, tex = "coordinate", 2, "Σ_d", r"\sum_d"


class Batch(Linear):
    """(1/B) Σ over the micro-batches of one update."""

    axis, rank, unit, glyph, tex = "microbatch", 3, Integer(1), "Σ_b/B", r"\tfrac1B\sum_b"


class Draw(Linear):
    """Conditional expectation over the current update's randomness, given the past."""

    axis, rank, unit, glyph, tex = "draw", 4, Integer(1), "E_k", r"\mathbb{E}_k"


class Window(Linear):
    """Σ over the updates j = k−δ_d..k−1 (those before update 0 count as zero): what a forward pass has not yet seen.

    Its length depends on the coordinate, so sums over coordinates do not commute with it.
    """

    axis, rank, glyph, tex = "step", 5, "Σ_j", r"\sum_{j=k-\delta_d}^{k-1}"

    @classmethod
    def _commuted(cls, inside: Expr) -> Expr | None:
        return None

    @classmethod
    def along(cls) -> frozenset[Axis]:
        """Each update has a draw of its own, also of what has the same law at every update."""
        return frozenset({"step", "draw"})

    @classmethod
    def axes_left(cls, inner: frozenset[Axis]) -> frozenset[Axis]:
        """Draws of earlier updates are history; the window itself moves with k and is as long as d says."""
        past: frozenset[Axis] = frozenset({"history"}) if "draw" in inner else frozenset()
        return (inner - {"draw"}) | past | {"step", "coordinate"}


@cache
def axes(expr: Any) -> frozenset[Axis]:
    """What an expression varies with; UnknownSymbol for symbols outside the notation table."""
    if isinstance(expr, Symbol):
        return quantity(expr).axes
    inner: frozenset[Axis] = frozenset().union(*(axes(arg) for arg in expr.args))
    return expr.axes_left(inner) if isinstance(expr, Linear) else inner


def average(body: Expr) -> Expr:
    """(1/K) Σ_k E Σ_d body: the time average, over the run, of a sum over coordinates."""
    return Steps(Mean(Total(body))) / K
