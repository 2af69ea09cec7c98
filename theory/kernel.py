"""The trusted kernel: a `Fact` exists only if the rules below derived it, in exact arithmetic.

A fact says ``expr ≥ 0``, ``expr > 0`` or ``expr = 0`` for every value of what the expression varies with, under
named assumptions. It carries its derivation, which can be printed, replayed and mutated. Nothing here searches,
simplifies or guesses: whoever states a proof supplies multipliers and conclusions, the kernel expands and compares.
A step that it cannot confirm raises `Rejected`; there is no third outcome.

Soundness rests on this file, theory/signs.py, the rules in theory/*_rules.py, theory/operators.py, the notation
table, and SymPy's `expand`, `together` and `xreplace`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, wraps
from typing import Any, Literal, NoReturn

from sympy import (
    Abs,
    Add,
    Expr,
    Integer,
    Mul,
    Pow,
    Rational,
    Symbol,
    exp,
    expand,
    preorder_traversal,
    sympify,
)

from theory.operators import Batch, Draw, Linear, Mean, Steps, Total, Window, axes
from theory.signs import denominators, is_zero, power_bases, sign_of
from theory.symbols import B, K, delay, in_sequences, quantity, unfold

Relation = Literal[">=", ">", "=="]
_KEY = object()
# The rules about a run tie these together, without an assumption that an instance would carry along.
_PROCESS = frozenset({K, B, delay})
OPERATORS = (Steps, Mean, Total, Batch, Draw, Window)
_LANGUAGE = (Symbol, Rational, Add, Mul, Pow, Abs, exp, *OPERATORS)


class Rejected(ValueError):
    """A proof step that the kernel does not accept."""


class MayVanish(Rejected):
    """Division by something that is not proved positive."""


class NegativeMultiplier(Rejected):
    """A weight of a conic combination whose sign is not settled."""


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """A named hypothesis ``expr relation 0``, for every value of what it varies with."""

    name: str
    relation: Relation
    expr: Expr
    text: str
    on_parameters: bool = False
    """True for a precondition that only involves parameters of a run, to be checked where numbers are put in."""

    def __post_init__(self) -> None:
        """Expand the expression, so that equal hypotheses are equal objects."""
        object.__setattr__(self, "expr", expand(unfold(self.expr)))

    def instantiate(self, mapping: Mapping[Expr, Expr]) -> "Assumption":
        """The same hypothesis about particular quantities."""
        return replace(self, expr=self.expr.xreplace(dict(mapping)))


class Fact:
    """A derived inequality. Its constructor is private to the kernel: only rules make facts."""

    __slots__ = ("arguments", "assumptions", "expr", "operated", "relation", "rule")
    relation: Relation
    expr: Expr
    assumptions: frozenset[Assumption]
    operated: frozenset[str]
    """The axes along which anything in its derivation is summed or averaged."""
    rule: str
    arguments: tuple[Any, ...]

    def __init__(self, key: object, **fields: Any) -> None:
        if key is not _KEY:
            raise Rejected("a Fact can only be made by a rule of the kernel")
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __init_subclass__(cls) -> NoReturn:
        raise Rejected("Fact has no subclasses: they would have constructors of their own")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise Rejected(f"a Fact cannot be changed (tried to set {name!r})")


def facts_in(item: Any) -> Iterator[Fact]:
    """The facts among the arguments of a rule, in order."""
    return (leaf for leaf in _leaves(item) if type(leaf) is Fact)


def _leaves(item: Any) -> Iterator[Any]:
    # Exactly tuples: an iterator could be empty the second time, a list could change after the rule was applied.
    if type(item) is tuple:
        for part in item:
            yield from _leaves(part)
    else:
        yield item


Conclusion = tuple[Relation, Expr, frozenset[Assumption]]
RULES: dict[str, Callable[..., Fact]] = {}
AXIOMS: dict[str, str] = {}
"""The rules that rest on mathematics beyond algebra, and where that mathematics stands."""


def rule(function: Callable[..., Conclusion]) -> Callable[..., Fact]:
    """Register an inference rule: arguments and conclusion must be well formed for it to make a fact."""

    @wraps(function)
    def apply(*arguments: Any) -> Fact:
        positive = _proved_positive(arguments)
        for leaf in _leaves(arguments):
            _admissible(leaf, positive)
        relation, expr, assumptions = function(*arguments)
        _well_formed(expr, positive)
        operated = _operated(expr).union(*map(_operated, _leaves(arguments)))
        fields = {"relation": relation, "expr": expr, "assumptions": assumptions, "operated": operated}
        return Fact(_KEY, rule=function.__name__, arguments=arguments, **fields)

    RULES[function.__name__] = apply
    return apply


def axiom(source: str) -> Callable[[Callable[..., Conclusion]], Callable[..., Fact]]:
    """Register an inference rule that rests on a named mathematical fact, with its source."""

    def register(function: Callable[..., Conclusion]) -> Callable[..., Fact]:
        AXIOMS[function.__name__] = source
        return rule(function)

    return register


def _admissible(leaf: Any, positive: set[Expr]) -> None:
    if isinstance(leaf, Expr):
        _well_formed(unfold(leaf), positive)
    elif not (type(leaf) in {Fact, Assumption, int} or any(leaf is operator for operator in OPERATORS)):
        raise Rejected(f"a rule takes facts, assumptions, expressions, integers and operators, got {leaf!r}")


def replay(fact: Fact) -> Fact:
    """Derive a fact again from its recorded derivation, trusting none of its stored conclusions."""

    def redo(item: Any) -> Any:
        if isinstance(item, Fact):
            return replay(item)
        return tuple(redo(part) for part in item) if isinstance(item, tuple) else item

    return RULES[fact.rule](*redo(fact.arguments))


def axioms_of(fact: Fact) -> frozenset[str]:
    """The axioms that a derivation uses, by name."""
    seen, open_facts = {id(fact): fact}, [fact]
    while open_facts:
        new = {id(premise): premise for premise in facts_in(open_facts.pop().arguments) if id(premise) not in seen}
        seen |= new
        open_facts += new.values()
    return frozenset(used.rule for used in seen.values()) & AXIOMS.keys()


# ---------------------------------------------------------------------------------------------- deciding


def _proved_positive(arguments: tuple[Any, ...]) -> set[Expr]:
    premises = list(facts_in(arguments))
    strict = {premise.expr for premise in premises if premise.relation == ">"}
    return strict.union(*(denominators(premise.expr) | power_bases(premise.expr) for premise in premises))


def require_defined(expr: Expr, premises: tuple[Fact, ...] = ()) -> None:
    """Rejected unless the expression is a real number wherever the premises hold: in 1/h − 1/h nothing shows it."""
    _well_formed(unfold(expr), _proved_positive(premises))


def _well_formed(expr: Expr, positive: set[Expr]) -> None:
    axes(expr)
    for part in preorder_traversal(expr):
        if not isinstance(part, _LANGUAGE) or (isinstance(part, Linear) and not _normal(part)):
            raise Rejected(f"{part} ({type(part).__name__}) is outside the kernel's language")
        if isinstance(part, Symbol) and quantity(part).definition is not None:
            raise Rejected(f"{part} is an abbreviation, which facts must not contain")
    for base in denominators(expr):
        if not _among(base, positive):
            raise MayVanish(f"division by {base}, which is not proved positive")
    roots = {p.base for p in expr.atoms(Pow) if p.exp.is_Rational and not p.exp.is_Integer and not sign_of(p.base)}
    for base in roots | {base for base in power_bases(expr) if not _among(base, positive)}:
        raise Rejected(f"a power of {base} is not a real number for every value allowed")


def _among(base: Expr, positive: set[Expr]) -> bool:
    wanted, given = _primitive(base), [_primitive(known) for known in positive]
    # Equal objects are equal; the exact comparison of others is dear.
    return wanted in given or any(is_zero(wanted - known) for known in given)


@cache
def _primitive(expr: Expr) -> Expr:
    """The expression without its positive rational content: 4λ − 2c and λ − c/2 have the same sign."""
    content, primitive = expand(expr).as_content_primitive()
    return primitive if content > 0 else expr


@cache
def _normal(operator: Linear) -> bool:
    return type(operator) in OPERATORS and operator.func(*operator.args) == operator


def _union(*facts: Fact) -> frozenset[Assumption]:
    return frozenset[Assumption]().union(*(fact.assumptions for fact in facts))


# ----------------------------------------------------------------------------------------------- rules


@rule
def assume(assumption: Assumption) -> Conclusion:
    """A hypothesis holds under itself."""
    if assumption.relation not in {">=", ">", "=="}:
        raise Rejected(f"{assumption.name}: a relation is >=, > or ==, got {assumption.relation!r}")
    return assumption.relation, unfold(assumption.expr), frozenset({assumption})


@rule
def square(expr: Expr) -> Conclusion:
    """expr² ≥ 0."""
    return ">=", expand(unfold(expr) ** 2), frozenset()


@rule
def magnitude(expr: Expr) -> Conclusion:
    """|expr| − expr ≥ 0."""
    return ">=", Abs(unfold(expr)) - unfold(expr), frozenset()


@rule
def combine(terms: tuple[tuple[Any, ...], ...], conclusion: Expr) -> Conclusion:
    """Σ of products of facts and nonnegative weights, which must equal the conclusion exactly.

    A term is a tuple of factors, each a fact or an expression whose sign the table settles. A term with an
    equality among its factors may have any other factors: it is zero.
    """
    products = [_product(term) for term in terms]
    relations = {relation for _, relation in products}
    conclusion, total = unfold(conclusion), Add(*(product for product, _ in products))
    if not is_zero(total - conclusion):
        raise Rejected(f"not an identity: combination − conclusion = {expand(total - conclusion)}")
    strongest: Relation = ">" if ">" in relations else ">=" if ">=" in relations else "=="
    return strongest, conclusion, _union(*facts_in(terms))


def _product(term: tuple[Any, ...]) -> tuple[Expr, Relation]:
    zero, positive, product = any(map(_is_equality, term)), True, Integer(1)
    for factor in term:
        expr = factor.expr if isinstance(factor, Fact) else unfold(sympify(factor))
        if not isinstance(factor, Fact) and not zero and sign_of(expr) is None:
            raise NegativeMultiplier(f"the multiplier {expr} may be negative")
        positive &= factor.relation == ">" if isinstance(factor, Fact) else sign_of(expr) == "positive"
        product *= expr
    return product, "==" if zero else ">" if positive else ">="


def _is_equality(factor: Any) -> bool:
    return isinstance(factor, Fact) and factor.relation == "=="


def signed(expr: Expr) -> Fact:
    """expr ≥ 0, or > 0, if the notation table settles it: a combination of nothing but a multiplier."""
    return combine(((expr,),), expr)


@rule
def integrate(operator: type[Linear], fact: Fact) -> Conclusion:
    """A sum or an expectation of a fact that holds for every value along the axis is a fact."""
    if not any(operator is one for one in OPERATORS):
        raise Rejected(f"{operator} is not a sum or an expectation")
    return ("==" if fact.relation == "==" else ">="), operator(expand(fact.expr)), fact.assumptions


@rule
def rewrite(fact: Fact, equality: Fact, target: Expr) -> Conclusion:
    """Replace `target` everywhere by what the equality (affine in it) says it is."""
    value = expand(equality.expr)
    slope = value.coeff(target)
    if equality.relation != "==" or not slope.is_Number or slope == 0:
        raise Rejected(f"{equality.expr} {equality.relation} 0 does not define {target}")
    replaced = fact.expr.xreplace({target: expand(target - value / slope)})
    return fact.relation, expand(replaced), _union(fact, equality)


@rule
def specialise(fact: Fact, mapping: tuple[tuple[Symbol, Expr], ...], signs: tuple[Fact, ...] = ()) -> Conclusion:
    """An instance of a fact: symbols replaced by expressions of at least their sign.

    Along the axes that its derivation sums or averages over, a value may vary only where its symbol does; along the
    others a fact holds index by index.

    A sign that the notation table does not settle is settled by one of the facts `signs`.
    """
    table = {symbol: unfold(value) for symbol, value in mapping}
    # A value may divide by what `signs` prove positive; what the fact's own assumptions say is being replaced.
    positive = _proved_positive(signs)
    for symbol, value in table.items():
        _replaceable(symbol, value, fact.operated)
        _well_formed(value, positive)
        if needs_proof(symbol, value) and not any(_proves_sign(proof, symbol, value) for proof in signs):
            raise Rejected(f"{symbol} is {quantity(symbol).sign}; the sign of {value} is not known to be")
    assumptions = frozenset(a.instantiate(table) for a in fact.assumptions)
    for assumption in assumptions:
        _well_formed(assumption.expr, positive)
    return fact.relation, fact.expr.xreplace(table), assumptions | _union(*signs)


def _operated(leaf: Any) -> frozenset[str]:
    """The axes along which something is summed or averaged: only there does it matter what a symbol varies with.

    Operators may cancel, so a fact remembers those of its premises.
    """
    if isinstance(leaf, Fact):
        return leaf.operated
    operators = unfold(leaf).atoms(Linear) if isinstance(leaf, Expr) else frozenset()
    windowed = {"step", "draw", "history", "coordinate"} if any(isinstance(o, Window) for o in operators) else set()
    return frozenset({operator.axis for operator in operators} | windowed)


def _replaceable(symbol: Symbol, value: Expr, operated: frozenset[str]) -> None:
    if not isinstance(symbol, Symbol) or quantity(symbol).definition is not None:
        raise Rejected(f"{symbol} is not a quantity that can be replaced")
    # Independence of micro-batches is a rule about what varies with them: a value may be drawn once for all.
    if symbol in _PROCESS or symbol in in_sequences() or {"draw", "microbatch"} <= axes(symbol):
        raise Rejected(f"{symbol} belongs to the run as a whole and cannot be replaced by itself")
    if (axes(value) - axes(symbol)) & operated:
        raise Rejected(f"{value} varies with more than {symbol} does")


def needs_proof(symbol: Symbol, value: Expr) -> bool:
    """Whether the notation table leaves open that a value has the sign of the symbol it replaces."""
    needed = quantity(symbol).sign
    return needed != "real" and sign_of(value) not in {"positive", needed}


def _proves_sign(proof: Fact, symbol: Symbol, value: Expr) -> bool:
    strict = quantity(symbol).sign == "positive"
    return proof.relation in ({">"} if strict else {">", ">="}) and is_zero(proof.expr - value)


@rule
def discharge(fact: Fact, assumption: Assumption, proof: Fact) -> Conclusion:
    """Drop an assumption that another fact proves (cut)."""
    if assumption not in fact.assumptions:
        raise Rejected(f"{assumption.name} is not an assumption of the fact")
    strong = {">=": {">=", ">", "=="}, ">": {">"}, "==": {"=="}}[assumption.relation]
    if proof.relation not in strong or not is_zero(proof.expr - unfold(assumption.expr)):
        raise Rejected(f"{proof.expr} {proof.relation} 0 does not prove {assumption.name}")
    return fact.relation, fact.expr, (fact.assumptions - {assumption}) | proof.assumptions
