"""A case is a file and its folder is the registry: discovery, and look-up by name."""

import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


class Registry(Mapping[str, Any]):
    """The cases of one folder by name; a case is imported, and checked, when it is first asked for.

    So a run loads the cases that it uses and no others.
    """

    def __init__(self, package: str, names: Iterable[str], export: str, requires: tuple[str, ...]) -> None:
        self._package, self._export, self._requires = package, export, requires
        self._cases: dict[str, type | None] = dict.fromkeys(sorted(names))

    def __getitem__(self, name: str) -> Any:
        case = self._cases[name]
        if case is None:
            case = self._cases[name] = _case(f"{self._package}.{name}", self._export, self._requires)
        return case

    def __contains__(self, name: object) -> bool:
        return name in self._cases

    def __iter__(self) -> Iterator[str]:
        return iter(self._cases)

    def __len__(self) -> int:
        return len(self._cases)


def discover(package: str, path: Iterable[str], export: str, requires: tuple[str, ...]) -> Registry:
    """Map the name of every module of `path` not starting with `_` to its class `export`.

    Args:
        package: dotted name of the package whose modules are read.
        path: the package's `__path__`.
        export: the name that each module must define: a frozen, keyword-only dataclass.
        requires: the members (methods, properties or fields) that the class must have.

    Raises:
        ImportError: if the folder holds no case at all; later, whenever a case is asked for whose module lacks the
            class, or whose class is not of that kind: a bad case is never passed over.
    """
    names = [module.name for module in iter_modules(path) if not module.name.startswith("_")]
    if not names:
        raise ImportError(f"{package} holds no cases")
    return Registry(package, names, export, requires)


def lookup(registry: Mapping[str, Any], name: str, *, field: str = "name") -> Any:
    """Return `registry[name]`; messages call the name `field`.

    Raises:
        ValueError: if the name is unknown; the message suggests the nearest known name and lists all.
    """
    if name in registry:
        return registry[name]
    near = difflib.get_close_matches(name, registry, n=1, cutoff=0.0)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"{field} must be one of {sorted(registry)}, got {name!r}{hint}")


def _case(module: str, export: str, requires: tuple[str, ...]) -> type:
    case = getattr(import_module(module), export, None)
    if not isinstance(case, type):
        raise ImportError(f"{module} must define a class {export}, found {case!r}")
    parameters = case.__dict__.get("__dataclass_params__")
    if parameters is None or not parameters.frozen:
        raise ImportError(f"{module}.{export} must be a frozen dataclass")
    fields = {field.name: field.kw_only for field in dataclasses.fields(case)}
    if not all(fields.values()):
        raise ImportError(f"{module}.{export} must be keyword-only")
    missing = [member for member in requires if member not in fields and not hasattr(case, member)]
    if missing:
        raise ImportError(f"{module}.{export} lacks {missing}")
    abstract = sorted(getattr(case, "__abstractmethods__", ()))
    if abstract:
        raise ImportError(f"{module}.{export} leaves {abstract} abstract")
    return case
