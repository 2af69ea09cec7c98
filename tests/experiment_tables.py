"""The tables of the smallest experiment file, which tests of files, commands and claims start from."""

TABLES = """
[problem]
name = "quadratic"
spectrum = [1.0, 0.5]
optimum = 0.4

[problem.noise]
name = "gaussian"
standard_deviation = 0.3

[device]
name = "asymmetric_linear"
tau = 1.0
"""
