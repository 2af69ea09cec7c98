"""Symbols that predictions use, under the names of the notation table.

A symbol that `theory.symbols` defines too is the same symbol: SymPy compares names and assumptions. They are made
here rather than defined there, because no statement of the kernel may mention the ones that are not in the table.
"""

from sympy import Symbol

from theory.symbols import TABLE, Sign


def table_symbol(name: str, sign: Sign) -> Symbol:
    """The table's symbol of that name, or one of that sign if the table has none; ValueError if its sign differs."""
    if name in TABLE:
        if TABLE[name].sign != sign:
            raise ValueError(f"{name} is {TABLE[name].sign} in the notation table, {sign} here")
        return TABLE[name].symbol
    return Symbol(name, real=True, **({} if sign == "real" else {sign: True}))


stages = table_symbol("stages", "positive")
"""M."""
microbatches = table_symbol("microbatches", "positive")
"""B."""
samples = table_symbol("samples", "positive")
"""Micro-batches that pass through the pipeline."""
stage = table_symbol("stage", "positive")
"""m, counted from 1."""
delay = table_symbol("delay", "nonnegative")
"""d, updates between forward and backward."""
curvature = table_symbol("curvature", "positive")
"""λ, second derivative of a scalar quadratic."""
scaled_step = table_symbol("scaled_step", "positive")
"""a = αλ."""
pulse_size = table_symbol("pulse_size", "positive")
"""Δw_min, the change that one pulse makes where the gain is one [weight]."""
pulses = Symbol("pulses", integer=True, nonnegative=True)
"""n."""
change = table_symbol("change", "positive")
"""|x|, the change asked for [weight]."""
start = table_symbol("start", "real")
"""w₀, the weight before the first pulse [weight]."""
