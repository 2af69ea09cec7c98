"""C25: which rule describes a mini-batch in the array, |mean gradient| or mean |gradient|."""

from sympy import Abs, Integer

from theory.kernel import Assumption
from theory.symbols import F, G
from theory.theorems import t6_sequential
from theory.trial.published import Published, Repair, variable

first = variable("batch_first", "a", "a", "gradient of the first p samples")
second = variable("batch_second", "b", "b", "gradient of the other samples")
p = variable("batch_share", "p", "p", "samples with the first gradient", sign="nonnegative")
SAMPLES = Integer(100)
MEAN = (p * first + (SAMPLES - p) * second) / SAMPLES
MEAN_SIZE = (p * Abs(first) + (SAMPLES - p) * Abs(second)) / SAMPLES

CLAIM = Published(
    id="C25",
    title="The mean gradient of a batch describes its pulses",
    source="practice in the released scripts of arXiv:2406.12774 and arXiv:2502.06309",
    text="the dynamics w⁺ = w − α(F ḡ + G|ḡ|), ḡ the mean gradient, describe the peer simulator's training with "
    "mini-batches of 100 samples",
    instance="one weight, a batch in which p samples have gradient a and the others b. The peer pulses sample by "
    "sample: (w − w⁺)/α is the mean of F g + G|g|, to first order in α",
    kind="equality",
    lhs=F * MEAN + G * MEAN_SIZE,
    rhs=F * MEAN + G * Abs(MEAN),
    assumptions=(
        Assumption(name="gains", relation=">", expr=F - Abs(G), text="both gains are positive: |G| < F"),
        Assumption(name="batch", relation=">=", expr=SAMPLES - p, text="p ≤ 100"),
    ),
    integers=frozenset({p}),
    ranges={p: (0.0, 100.0)},
    repair=Repair(
        fault="error",
        change="the mean of |g_b| over the samples in the place of |mean of g_b|, that is T6's rule; truly sequential "
        "pulses are within O(α²) of it",
        statement=t6_sequential.STATEMENT,
        effect="where a batch is accumulated digitally and pulsed once, |ḡ| is right and T5 holds: both noise terms "
        "fall with the batch. Where samples are pulsed one by one T6 holds: the asymptotic term does not fall, and "
        "training stops short even without sampling noise, as the samples' gradients differ. The theorems stand for "
        "batches of one sample; plateaus measured with the peer at batch 100 do not by themselves test them",
    ),
)
