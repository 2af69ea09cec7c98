"""Kinds of stochastic processes to try statements in, one file each, exporting ``SCENE``."""
