"""A statement as a section of a chapter: what a notebook shows of it, from its formula to its proof.

Formulas are TeX, to become MathML on the page; the long ones of a derivation are plain text, folded away.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from reports.mathml import strip_delimiters, to_mathml

if TYPE_CHECKING:
    from theory.limit import LimitStatement
    from theory.statement import Statement

RELATIONS = {">=": r" \ge 0", ">": r" > 0", "==": " = 0"}


def section(statement: Statement) -> str:
    """The section as HTML: statement, devices, assumptions, multipliers, sharpness, counterparts, symbols and proof.

    Raises ValueError naming a formula that is not understood, and Rejected for a statement that is not proved.
    """
    parts = [f"<h3>{html.escape(statement.id)}. {html.escape(statement.title)}</h3>", _formula(statement.latex())]
    parts += [*_assumptions(statement), *_remarks(statement), _symbols(statement), _proof(statement)]
    return "\n".join(parts)


def limit_section(limit: LimitStatement) -> str:
    """A limit as HTML: what it is a limit of, its value, and the steps that SymPy confirms, folded away."""
    from theory.printing import latex  # noqa: PLC0415

    derived = limit.derive()
    about = ", ".join(statement.id for statement in limit.about)
    heading = f"<h3>{html.escape(limit.id)}. {html.escape(limit.title)}</h3>"
    value = f"<p>{html.escape(derived.name)}, from {html.escape(about)}:</p>{_formula(latex(derived.value))}"
    steps = f'<pre class="output" style="white-space: pre-wrap">{html.escape(limit.describe())}</pre>'
    return f"{heading}\n{value}\n{_folded(f'Derivation in {len(derived.steps)} steps', steps)}"


def axioms_table(statements: Iterable[Statement]) -> str:
    """Which axioms each statement rests on, and below the source of each, as HTML.

    Raises Rejected for a statement that is not proved.
    """
    from theory.kernel import AXIOMS  # noqa: PLC0415  (imports a computer algebra system)
    from theory.reading import axioms  # noqa: PLC0415

    used = {statement.id: axioms(statement.check()) for statement in statements}
    names = [name for name in AXIOMS if any(name in axioms for axioms in used.values())]
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(
        f"<tr><td>{html.escape(statement)}</td>{''.join(f'<td>{_mark(name in found)}</td>' for name in names)}</tr>"
        for statement, found in used.items()
    )
    sources = "".join(f"<li><b>{name}</b>: {html.escape(AXIOMS[name])}</li>" for name in names)
    table = _wide(f"<thead><tr><th>statement</th>{head}</tr></thead><tbody>{rows}</tbody>")
    return f'<div class="prose">{table}<ul>{sources}</ul></div>'


def _mark(used: bool) -> str:
    return "●" if used else ""


def _formula(tex: str) -> str:
    return f'<div class="prose">{to_mathml(strip_delimiters(tex), display=True)}</div>'


def _inline(tex: str) -> str:
    return to_mathml(tex, display=False)


def _assumptions(statement: Statement) -> Iterator[str]:
    from theory.printing import latex  # noqa: PLC0415

    if not statement.assumptions:
        yield "<p><b>Assumptions</b>: none.</p>"
        return
    words = "; ".join(f"<b>{html.escape(a.name)}</b> {html.escape(a.text)}" for a in statement.assumptions)
    yield f"<p><b>Assumptions</b>: {words}.</p>"
    formulas = "".join(
        f"<tr><td>{html.escape(a.name)}</td><td>{_inline(latex(a.expr) + RELATIONS[a.relation])}</td></tr>"
        for a in statement.assumptions
    )
    yield _folded("Assumptions as the kernel reads them", _wide(f"<tbody>{formulas}</tbody>"))


def _remarks(statement: Statement) -> Iterator[str]:
    from theory.printing import latex  # noqa: PLC0415
    from theory.reading import SIGNS, axioms, multipliers  # noqa: PLC0415

    if chosen := multipliers(statement):
        listed = ", ".join(f"{_inline(row.latex)} {SIGNS[row.sign]} ({html.escape(row.meaning)})" for row in chosen)
        yield f"<p><b>Multipliers</b>, free to choose: {listed}.</p>"
    used = ", ".join(axioms(statement.check())) or "none, algebra alone"
    yield f"<p><b>Axioms</b>: {used}. <b>Sharpness</b>: {html.escape(statement.sharpness or 'not known')}.</p>"
    if statement.note:
        yield f"<p><b>Note</b>: {html.escape(statement.note)}.</p>"
    for other in statement.counterparts:
        yield f"<p><b>Published</b>, not certified ({html.escape(other.source)}): {html.escape(other.text)}</p>"
        if other.rhs is not None:
            yield _formula(latex(other.rhs))


def _symbols(statement: Statement) -> str:
    from theory.reading import SIGNS, quantities  # noqa: PLC0415

    rows = "".join(
        f"<tr><td>{_inline(row.latex)}</td><td><code>{row.name}</code></td><td>{SIGNS[row.sign]}</td>"
        f"<td>{html.escape(row.meaning)}</td><td>{_inline(row.written()) if row.written() else ''}</td></tr>"
        for row in quantities(statement)
    )
    head = (
        "<thead><tr><th>symbol</th><th>name in code</th><th>sign</th><th>meaning</th><th>definition</th></tr></thead>"
    )
    return _folded("Symbols", _wide(f"{head}<tbody>{rows}</tbody>"))


def _proof(statement: Statement) -> str:
    from theory.reading import proof  # noqa: PLC0415

    steps = proof(statement)
    idea = html.escape((statement.prove.__doc__ or "").strip())
    lines = html.escape("\n".join(step.text() for step in steps))
    return _folded(
        f"Proof in {len(steps)} steps. {idea}", f'<pre class="output" style="white-space: pre-wrap">{lines}</pre>'
    )


def _wide(content: str) -> str:
    """A table that scrolls by itself on a narrow screen."""
    return f'<div class="scroll"><table>{content}</table></div>'


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>\n{content}\n</details>"
