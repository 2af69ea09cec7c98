"""Families of claims, one file each; `claims(size)` of a file makes its claims. A new file is a new family."""
