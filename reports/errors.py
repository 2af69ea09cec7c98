"""Exit codes of the command line and the one family of errors that carries them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller; the whole table is in the help of ``aimc``."""

    OK = 0
    NOT_HELD = 1
    """A claim is violated or undecided."""
    USAGE = 2
    """Bad command line, notebook, parameter or input file; nothing was executed."""
    CRASHED = 3
    """A notebook or a formula failed."""
    STOPPED = 4
    """A notebook reached its time limit or lost its kernel."""
    NOTHING = 5
    """The selection is empty."""


class AimcError(Exception):
    """An error for the user: one paragraph without a traceback, and the exit code to end with."""

    code: ExitCode = ExitCode.USAGE


class UsageError(AimcError):
    """The command line, a notebook source or an input file is not acceptable."""


class UndecidableError(AimcError):
    """What was recorded does not say anything about the present code, so nothing can be said to hold."""

    code = ExitCode.NOT_HELD


class BuildError(AimcError):
    """A notebook or a formula in it failed."""

    code = ExitCode.CRASHED


class StoppedError(AimcError):
    """A notebook was stopped by its time limit or by the death of its kernel."""

    code = ExitCode.STOPPED


class NothingSelected(AimcError):
    """No notebook or claim matches the selection."""

    code = ExitCode.NOTHING


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``"did you mean 'x'? "`` plus the known names, as the end of an error message."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}known: {', '.join(names) if names else 'none'}"
