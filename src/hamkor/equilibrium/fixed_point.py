"""The fixed point of a pass, by Anderson acceleration of type II with restarts.

Walker and Ni 2011, SIAM Journal on Numerical Analysis 49(4), algorithm AA; the history is dropped when the residual grows, so
that the plain damped iteration is what remains in the worst case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

Array = Any


class FixedPoint(msgspec.Struct, frozen=True):
    """Where an iteration ended.

    Attributes
    ----------
    state
        S x B; where it did not arrive, the state with the least residual.
    residual
        Length B: the largest absolute change that one more step would make.
    history
        The largest residual of each step.
    """

    state: Array
    residual: Array
    history: tuple[float, ...]


def fixed_point(
    step: Callable[[Array], tuple[Array, Array]], state: Array, *, tolerance: float, depth: int, steps: int, weighty: int
) -> FixedPoint:
    """Return the state that a step leaves as it is, of B worlds side by side.

    Parameters
    ----------
    step
        Takes S x B, returns the next state and the residual of the one given (length B).
    state
        Start, S x B.
    tolerance
        Largest residual at which a world is solved.
    depth
        How many earlier steps are remembered.
    steps
        After how many it is given up; the residual then says so.
    weighty
        How many of the first rows of the state are always measured.
    """
    xp = state.__array_namespace__()
    stride = max(1, state.shape[0] // _SAMPLED)
    seen: list[Array] = []
    changes: list[Array] = []
    gram: list[list[Array]] = []
    earlier: tuple[Array, Array] | None = None
    best, told, least, nearest = None, list[float](), float("inf"), (state, xp.full_like(state[0, :], float("inf")))
    for _ in range(steps):
        image, residual = step(state)
        worst = float(xp.max(residual))
        told.append(worst)
        if worst <= tolerance:
            return FixedPoint(state, residual, tuple(told))
        if worst < least:
            least, nearest = worst, (state, residual)
        if best is not None and not worst <= 4.0 * best:
            seen, changes, gram, earlier, best = [], [], [], None, None
        best = worst if best is None or not best <= worst else best
        sample = _sampled(xp, image - state, weighty, stride)
        if earlier is not None:
            seen.append(sample - earlier[0])
            changes.append(image - earlier[1])
            gram.append([xp.sum(seen[-1] * one, axis=0) for one in seen])
            if len(seen) > depth:
                del seen[0], changes[0], gram[0]
                gram = [row[1:] for row in gram]
        earlier = (sample, image)
        state = image
        if seen:
            aims = [xp.sum(one * sample, axis=0) for one in seen]
            for weight, change in zip(_weights(xp, gram, aims), changes, strict=True):
                state = state - change * weight[None, :]
    return FixedPoint(*nearest, tuple(told))


_SAMPLED = 600
"""Rows of the state on which the least squares are measured; the rest follows."""


def _sampled(xp: Any, move: Array, weighty: int, stride: int) -> Array:
    if stride == 1:
        return move
    return xp.concat([move[:weighty, :], move[weighty::stride, :]], axis=0)


def _weights(xp: Any, gram: list[list[Array]], aims: list[Array]) -> list[Array]:
    """Return the least-squares weights of the earlier steps, each of length B, from their inner products."""
    count = len(aims)
    whole = xp.stack([xp.stack([gram[max(a, b)][min(a, b)] for b in range(count)]) for a in range(count)])
    whole = xp.permute_dims(whole, (2, 0, 1))
    one = xp.eye(count, dtype=whole.dtype)
    trace = xp.sum(xp.sum(whole * one, axis=2), axis=1)
    whole = whole + (1e-14 * trace + 1e-37)[:, None, None] * one
    found = xp.linalg.solve(whole, xp.permute_dims(xp.stack(aims), (1, 0))[:, :, None])
    return [found[:, place, 0] for place in range(count)]
