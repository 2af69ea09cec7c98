"""One batch pulsed sequentially: K pulses, each with the gains at the weights that the earlier ones left."""

import numpy as np
from sympy import Expr, Integer

from theory.referee.interpret import DRAWS, SCALAR, SHAPE, STEPS, Array, World, interpret
from theory.referee.scene import Scene, device_parameters, known_at, symbols_of
from theory.referee.scenes._paths import arrived, at_the_end
from theory.statement import Statement
from theory.symbols import F, G, tau, unfold, w

PER_STEP, PER_DRAW = (*SHAPE[:3], 1, 1), (*SHAPE[:4], 1)


def build(rng: np.random.Generator, statement: Statement) -> World:
    """A batch; nothing for statements that do not speak of the difference between sequential pulses and T6's rule."""
    symbols = symbols_of(statement)
    if not {"pulse_gap", "next_pulse_gap"} & {symbol.name for symbol in symbols}:
        return {}
    device: dict[Expr, Expr] = {symbol: value for symbol, value in statement.where if symbol in {F, G}}
    if not device and F not in symbols:  # the linear device, written out
        device = {F: Integer(1), G: w / tau}
    start = rng.uniform(-0.9, 0.9, (1, 1, SHAPE[2], 1, 1))
    world: World = {
        "tau": np.full(SCALAR, rng.uniform(1.5, 2)),
        "steps": np.full(SCALAR, float(STEPS)),
        "step_size": np.full(SCALAR, rng.uniform(0.1, 0.6)),
        "delay": np.full((1, 1, SHAPE[2], 1, 1), float(STEPS)),
        "start_weights": start,
    }
    world |= device_parameters(rng, statement, world)
    world |= {name: np.zeros(PER_STEP) for name in ("weights", "symmetric", "asymmetric", "pulse_gap")}
    world |= {name: np.zeros(PER_DRAW) for name in ("signal", "next_weights", "next_pulse_gap")}
    world["probability"] = np.full(PER_DRAW, 1 / DRAWS)
    for k in range(STEPS):
        _pulse(rng, world, k, device)
    return world | _sums(world)


def _pulse(rng: np.random.Generator, world: World, k: int, device: dict[Expr, Expr]) -> None:
    """Gains at the weights reached, a signal, and where both rules go."""
    world["weights"][k] = arrived(world["next_weights"], k) if k else world["start_weights"][0]
    world["pulse_gap"][k] = arrived(world["next_pulse_gap"], k) if k else 0.0
    symmetric = known_at(rng, k, 0.7, 1.5)[..., None, None]
    gains = {F: symmetric, G: symmetric * known_at(rng, k, -0.8, 0.8)[..., None, None]}
    for symbol, expr in device.items():
        gains[symbol] = np.broadcast_to(interpret(unfold(expr), world), PER_STEP)[k]
    world["symmetric"][k], world["asymmetric"][k] = gains[F], gains[G]
    if k == 0:
        world |= {"start_symmetric": world["symmetric"][:1, :1], "start_asymmetric": world["asymmetric"][:1, :1]}
    signal = np.stack([known_at(rng, k, -1, 1) for _ in range(DRAWS)], axis=-1)[..., np.newaxis]
    step = world["step_size"][0] / STEPS
    now = world["symmetric"][k] * signal + world["asymmetric"][k] * abs(signal)
    before = world["start_symmetric"][0] * signal + world["start_asymmetric"][0] * abs(signal)
    world["signal"][k] = signal
    world["next_weights"][k] = world["weights"][k] - step * now
    world["next_pulse_gap"][k] = world["pulse_gap"][k] - step * (now - before)


def _sums(world: World) -> World:
    """Sizes of the gap and squared paths, before and after every pulse, at the start and in the mean at the end."""
    signal, passed = abs(world["signal"]), np.zeros(PER_STEP)
    for k in range(1, STEPS):
        passed[k] = passed[k - 1] + arrived(signal, k)
    squared = (passed + signal) ** 2
    return {
        "pulse_distance": abs(world["pulse_gap"]),
        "next_pulse_distance": abs(world["next_pulse_gap"]),
        "squared_path": passed**2,
        "next_squared_path": squared,
        "last_pulse_gap": _mean(at_the_end(world["next_pulse_gap"])),
        "last_pulse_distance": _mean(abs(at_the_end(world["next_pulse_gap"]))),
        "last_squared_path": _mean(at_the_end(squared)),
    } | {name: np.zeros(SCALAR) for name in ("first_pulse_gap", "first_pulse_distance", "first_squared_path")}


def _mean(final: Array) -> Array:
    return np.asarray(final.mean(axis=0, keepdims=True)[np.newaxis])


SCENE = Scene(name="pulses", build=build)
