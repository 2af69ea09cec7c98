"""Statements, one file each, exporting ``STATEMENT``."""
