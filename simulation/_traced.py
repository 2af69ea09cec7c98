"""What an elementwise function does, read off by calling it with symbols instead of arrays."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# Operations of one rounding or none: each has the same result, to the last bit, wherever it is carried out.
_EXACT = {
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.divide: "{} / {}",
    np.negative: "-{}",
    np.absolute: "abs({})",
    np.less: "{} < {}",
    np.less_equal: "{} <= {}",
    np.greater: "{} > {}",
    np.greater_equal: "{} >= {}",
    np.equal: "{} == {}",
}


class UnreadableError(Exception):
    """The function does something whose result is not certain to the last bit, or that is not elementwise."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A function of some inputs as a list of scalar assignments, in the order in which they are made."""

    lines: tuple[str, ...]
    """Assignments to v0, v1, … of expressions in earlier ones, the inputs and the parameters p0, p1, …"""
    results: tuple[str, ...]
    """What is returned."""
    parameters: tuple[np.ndarray[Any, Any], ...]
    """Arrays that the function brings, broadcasting with its inputs."""


def read(function: Callable[..., Any], names: tuple[str, ...], dtype: np.dtype[Any]) -> Program:
    """The program of `function(*inputs)`, which returns one result or several, for inputs of this precision.

    Raises:
        UnreadableError: if it cannot be read, or is not certain to the last bit.
    """
    recorder = _Recorder(dtype)
    found = function(*(Symbol(recorder, name) for name in names))
    results = found if isinstance(found, tuple) else (found,)
    if not all(isinstance(result, Symbol) for result in results):
        raise UnreadableError("the result does not depend on the inputs")
    names = tuple(result.name for result in results)
    return Program(lines=tuple(recorder.lines), results=names, parameters=tuple(recorder.parameters))


class _Recorder:
    """Assignments and parameters so far; what was computed before is not computed again."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype, self.lines = dtype, list[str]()
        self.parameters = list[np.ndarray[Any, Any]]()
        self._known: dict[str, str] = {}

    def assign(self, expression: str) -> "Symbol":
        if expression not in self._known:
            self._known[expression] = f"v{len(self.lines)}"
            self.lines.append(f"{self._known[expression]} = {expression}")
        return Symbol(self, self._known[expression])

    def operand(self, value: Any) -> str:
        if isinstance(value, Symbol):
            return value.name
        if isinstance(value, int | float) and not isinstance(value, np.generic | bool):
            # A number of Python adopts the precision of the arrays; T is that precision.
            return f"T({self._finite(float(value))!r})"
        if isinstance(value, np.ndarray | np.generic) and value.dtype in (self.dtype, np.dtype(np.bool_)):
            return self._parameter(np.asarray(value))
        raise UnreadableError(f"operand of {type(value).__name__}")

    def _parameter(self, array: np.ndarray[Any, Any]) -> str:
        for number, held in enumerate(self.parameters):
            if held.dtype == array.dtype and held.shape == array.shape and held.tobytes() == array.tobytes():
                return f"p{number}"
        self._finite(array)
        self.parameters.append(array)
        return f"p{len(self.parameters) - 1}"

    @staticmethod
    def _finite(value: Any) -> Any:
        if not np.all(np.isfinite(value)):
            raise UnreadableError("a parameter that is not finite")
        return value


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for an array whose entries are all treated alike."""

    def __init__(self, recorder: _Recorder, name: str) -> None:
        """`name` is the variable in which the program holds it."""
        self._recorder, self.name = recorder, name

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> "Symbol":
        """Record one operation."""
        if method != "__call__" or options or ufunc not in _EXACT:
            raise UnreadableError(f"{ufunc.__name__}.{method}")
        return self._recorder.assign(_EXACT[ufunc].format(*map(self._recorder.operand, inputs)))

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        """Record a choice, a bound, or a number that fills an array."""
        if not options and function is np.where and len(inputs) == 3:
            condition, yes, no = map(self._recorder.operand, inputs)
            return self._recorder.assign(f"{yes} if {condition} else {no}")
        if not options and function is np.clip and len(inputs) == 3:
            value, lower, upper = map(self._recorder.operand, inputs)
            # Which of two zeros of different signs numpy returns depends on the array's length: no bound may be 0.
            if any(np.any(np.asarray(bound) == 0) for bound in inputs[1:] if not isinstance(bound, Symbol)):
                raise UnreadableError("a bound at 0")
            raised = self._recorder.assign(f"{lower} if {value} <= {lower} else {value}").name
            return self._recorder.assign(f"{upper} if {raised} >= {upper} else {raised}")
        if not options and function is np.full_like and len(inputs) == 2:
            return self._recorder.assign(self._recorder.operand(inputs[1]))
        raise UnreadableError(getattr(function, "__name__", str(function)))

    def __array__(self, *_: Any, **__: Any) -> Any:
        """A symbol has no values."""
        raise UnreadableError("conversion to an array")

    def __bool__(self) -> bool:
        """A symbol is neither true nor false."""
        raise UnreadableError("a decision that depends on values")
