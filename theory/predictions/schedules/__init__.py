"""Arithmetic of pipeline schedules in closed form, one file each, exporting ``SCHEDULE``."""
