"""A function V along the run: with the right slope it tells the two sides of T3's asymptotic part apart (T4-run)."""

from theory.symbols import PER_STEP, define, sequence

V = define("potential", "V", "V(W_k)", "a function with slope h − (G/F)E|g|, before update k", axes=PER_STEP)
V_next = define("next_potential", "V⁺", "V(W_{k+1})", "V after update k", axes=PER_STEP | {"draw"})
V_first = define("first_potential", "V₀", "V(W_0)", "V at the initial weights")
V_last = define("last_potential", "E V_K", r"\mathbb{E}V(W_K)", "expected V after the last update")
sequence(V, V_next, V_first, V_last)
