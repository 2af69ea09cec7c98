"""Decisions in the formats that other programs read, one a file: its name is the option of ``aimc check``.

Each module defines ``HELP`` (what the option writes), ``FILE`` (its name in the build folder) and
``render(rows, level)``, the bytes of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any


def _discovered() -> dict[str, Any]:
    names = sorted(module.name for module in iter_modules(__path__))
    found = {name: import_module(f"{__name__}.{name}") for name in names}
    for name, module in found.items():
        if missing := [part for part in ("HELP", "FILE", "render") if not hasattr(module, part)]:
            raise ImportError(f"{__name__}.{name} lacks {', '.join(missing)}")
    return found


OUTPUTS: Mapping[str, Any] = MappingProxyType(_discovered())
"""Every format of this folder: option → module."""
