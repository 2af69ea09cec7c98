"""A case is a file; the folder is the registry. A bad file raises at import and is never skipped."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def discover(package: ModuleType, export: str) -> dict[str, object]:
    """The object named `export` of every module of a package, by module name, in alphabetical order."""
    names = sorted(m.name for m in iter_modules(package.__path__) if not m.name.startswith("_"))
    if not names:
        raise ValueError(f"no module exports {export} in {package.__name__}: something is missing")
    return {name: getattr(import_module(f"{package.__name__}.{name}"), export) for name in names}
