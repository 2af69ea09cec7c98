"""Noises whose folded mean is known in closed form, one file each, exporting ``NOISE``."""
