"""Ideal device, that is digital hardware: every change is made as it is asked for."""

from sympy import Integer

from theory.corollary import DEVICE, Response
from theory.symbols import M

RESPONSE = Response(
    name="ideal",
    title="digital SGD",
    symmetric=Integer(1),
    asymmetric=Integer(0),
    max_asymmetric=Integer(0),
    min_symmetric=Integer(1),
    max_symmetric=Integer(1),
    descent_bound=Integer(1),
    gain_bound=Integer(1),
    supposes=dict.fromkeys((*DEVICE, M), ()),
)
