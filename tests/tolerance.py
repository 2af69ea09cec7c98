"""The tolerance policy: every number that a comparison uses stands here with its reason."""

TWIN = 1e-12
"""Relative; a vectorised kernel against its scalar twin: the same formula, summed in another order, in which
some hundred roundings of 1.1e-16 each may differ."""

STANDARD_ERRORS = 5.0
"""A statistical comparison accepts this many standard errors: a false alarm in 5.7e-7 of two-sided normal
comparisons. Seeds are fixed, so a test that passes once passes always; the rate is that of a new seed."""
