"""C10: the inequality between step size and smoothness on the way to the convergence theorem."""

from theory.kernel import Assumption
from theory.symbols import F_max, L, alpha
from theory.trial.published import Published, Repair
from theory.trial.settled import settled

SMALL_STEP = Assumption(
    name="S quarter step",
    relation=">=",
    expr=1 - 4 * alpha * L * F_max,
    text="step size α ≤ 1/(4 L F_max)",
    on_parameters=True,
)
LEFT, RIGHT = 1 / (2 * alpha) - L * F_max, 1 / (4 * alpha)

CLAIM = Published(
    id="C10",
    title="What is left of the step size",
    source="arXiv:2502.06309, the step before (72)",
    text="α ≤ 1/(4LF_max) implies 1/(2α) − LF_max ≤ 1/(4α)",
    lhs=LEFT,
    rhs=RIGHT,
    assumptions=(SMALL_STEP,),
    ranges={alpha: (0.001, 10.0)},
    repair=Repair(
        fault="misprint",
        change="≥ in the place of ≤",
        statement=settled(
            name="C10-repaired", title="What is left of the step size", lhs=RIGHT, rhs=LEFT, assumptions=(SMALL_STEP,)
        ),
        effect="none: (72) uses the inequality in its right direction, and C9 holds with its constants",
    ),
)
