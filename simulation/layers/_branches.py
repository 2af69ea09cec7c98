"""What layers on two branches need."""

from simulation.layers._layer import Shapes


def require_branch(shapes: Shapes) -> None:
    """Raise ValueError unless a branch lies behind the current array."""
    if len(shapes) < 2:
        raise ValueError(f"a branch must have been opened by a fork, got the shapes {shapes}")
