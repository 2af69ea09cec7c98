"""The arithmetic of schedules as the theory states it (E5), typed in once: what timetables are compared with.

Each entry: (M, B, number of batches n) → clocks, density, delays, activations, copies. Stage m = 0, …, M − 1. A
run shorter than the pipeline never shows the steady delay d_m; sample k then has delay min(k, d_m).
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

Form = Callable[[int, int, int], dict[str, Any]]


def vanilla(stages: int, microbatches: int, batches: int) -> dict[str, Any]:
    """M clocks a sample, density 1/M."""
    ones, zeros = (1,) * stages, (0,) * stages
    clocks, density = Fraction(stages * batches), Fraction(1, stages)
    return {"clocks": clocks, "density": density, "delays": zeros, "activations": ones, "copies": ones}


def synchronous(stages: int, microbatches: int, batches: int) -> dict[str, Any]:
    """B + M − 1 clocks a batch, density B/(M + B − 1), B activations."""
    clocks, density = microbatches + stages - 1, Fraction(microbatches, stages + microbatches - 1)
    return vanilla(stages, 1, batches) | {
        "clocks": Fraction(clocks * batches),
        "density": density,
        "activations": (microbatches,) * stages,
    }


def synchronous_1f1b(stages: int, microbatches: int, batches: int) -> dict[str, Any]:
    """As fill–drain, with min(B, M − m) activations."""
    held = tuple(min(microbatches, stages - m) for m in range(stages))
    return synchronous(stages, microbatches, batches) | {"activations": held}


def asynchronous_1f1b(stages: int, microbatches: int, batches: int) -> dict[str, Any]:
    """K + M − 1 clocks, delay M − 1 − m, M − m activations."""
    return asynchronous(stages, batches, hop=1)


def asynchronous_concurrent(stages: int, microbatches: int, batches: int) -> dict[str, Any]:
    """K + 2(M − 1) clocks, delay 2(M − 1 − m), one activation more."""
    return asynchronous(stages, batches, hop=2)


def asynchronous(stages: int, samples: int, hop: int) -> dict[str, Any]:
    lost = hop * (stages - 1)
    delays = tuple(min(hop * (stages - 1 - m), samples - 1) for m in range(stages))
    return {
        "clocks": Fraction(samples + lost),
        "density": Fraction(samples, samples + lost),
        "delays": delays,
        "activations": tuple(delay + 1 for delay in delays),
        "copies": (1,) * stages,
    }


def stashed(form: Form, hop: int) -> Form:
    def stashing(stages: int, microbatches: int, batches: int) -> dict[str, Any]:
        # d_m + 1 versions are held from sample 2·d_m on; at sample k < 2·d_m, W_max(0, k−d), …, W_k are.
        steady = [hop * (stages - 1 - m) for m in range(stages)]
        held = tuple(max(versions_at(k, d, batches) for k in range(batches)) for d in steady)
        return form(stages, microbatches, batches) | {"copies": held}

    return stashing


def versions_at(sample: int, delay: int, samples: int) -> int:
    """Versions alive at the backward of a sample: read by the samples then in flight, and the current one."""
    flying = range(sample, min(sample + delay, samples - 1) + 1)
    return len({max(0, k - delay) for k in flying} | {sample})


def data_parallel(stages: int, microbatches: int, batches: int) -> dict[str, Any]:
    """M⌈B/M⌉ clocks a batch, density (B/M)/⌈B/M⌉, M copies."""
    rounds = -(-microbatches // stages)
    return vanilla(stages, 1, batches) | {
        "clocks": Fraction(stages * rounds * batches),
        "density": Fraction(microbatches, stages * rounds),
        "copies": (stages,) * stages,
    }


CLOSED_FORMS: dict[str, Form] = {
    "vanilla": vanilla,
    "synchronous": synchronous,
    "synchronous_1f1b": synchronous_1f1b,
    "asynchronous_1f1b": asynchronous_1f1b,
    "asynchronous_concurrent": asynchronous_concurrent,
    "asynchronous_greedy": asynchronous_1f1b,
    "stashed_1f1b": stashed(asynchronous_1f1b, hop=1),
    "stashed_concurrent": stashed(asynchronous_concurrent, hop=2),
    "data_parallel": data_parallel,
}
