"""Making estimates add up: products to pairs, pairs to totals, exports and imports to turnover, months to years."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix, diags
from scipy.sparse.linalg import splu

from hamkor.schema.errors import BadInput

Floats = npt.NDArray[np.float64]


def balanced(values: Floats, variances: Floats, constraints: csr_matrix) -> tuple[Floats, Floats]:
    """Return the values that keep the constraints and lie nearest to the estimates, by generalised least squares.

    Parameters
    ----------
    values, variances
        n estimates and their variances; a variance of zero keeps a value as it is.
    constraints
        c x n, each row a sum that is zero: parts 1, whole -1.

    Returns
    -------
    tuple of arrays
        The adjusted values, none of them negative where its estimate was not, and what was added to each.

    Raises
    ------
    BadInput
        If a variance is negative, or constraints contradict what may not move.

    References
    ----------
    Stone, Champernowne and Meade (1942), Review of Economic Studies 9(2).

    Examples
    --------
    >>> whole = csr_matrix([[1.0, 1.0, -1.0]])
    >>> balanced(np.array([4.0, 5.0, 10.0]), np.array([1.0, 1.0, 2.0]), whole)[0].tolist()
    [4.25, 5.25, 9.5]
    """
    if (variances < 0).any() or not np.isfinite(variances).all():
        raise BadInput("a variance that is negative or no number", where="variances", due="numbers >= 0")
    free = variances.astype(float).copy()
    fixed = values.astype(float).copy()
    scale = max(float(np.abs(values).max(initial=0.0)), 1e-300)
    for _ in range(20):
        found = _nearest(fixed, free, constraints)
        below = (found < 0) & (values >= 0) & (free > 0)
        if not below.any():
            break
        fixed, free = np.where(below, 0.0, fixed), np.where(below, 0.0, free)
    off = np.abs(constraints @ found)
    if off.size and off.max() > 1e-9 * scale:
        row = int(np.argmax(off))
        raise BadInput(
            f"constraint {row + 1} off by {off[row]:.3g}", due="constraints that can be kept together",
            cure="give some of its values a variance",
        )  # fmt: skip
    return found, found - values


def reductions(variances: Floats, constraints: csr_matrix) -> Floats:
    """Return the share of each variance that is left when the constraints are known to hold, in [0, 1].

    The diagonal of V - V A' (A V A')^-1 A V over that of V; dense over constraints by blocks of a thousand values.
    """
    unit = float(variances.max(initial=0.0)) or 1.0
    scaled = variances / unit
    spread = diags(scaled)
    normal = csc_matrix(constraints @ spread @ constraints.T)
    live = np.flatnonzero(normal.diagonal() > 0)
    left = np.ones(variances.size)
    if not live.size:
        return left
    ridge = 1e-14 * float(normal.diagonal().max())
    solver = splu(csc_matrix(normal[live][:, live] + ridge * diags(np.ones(live.size))))
    crossed = csc_matrix(constraints[live] @ spread)
    for start in range(0, variances.size, 1000):
        block = crossed[:, start : start + 1000].toarray()
        taken = (block * solver.solve(block)).sum(axis=0)
        own = scaled[start : start + 1000]
        left[start : start + 1000] = np.where(own > 0, 1 - taken / np.where(own > 0, own, 1.0), 1.0)
    return np.clip(left, 0.0, 1.0)


def _nearest(values: Floats, variances: Floats, constraints: csr_matrix) -> Floats:
    unit = float(variances.max(initial=0.0)) or 1.0
    spread = diags(variances / unit)
    normal = csc_matrix(constraints @ spread @ constraints.T)
    live = np.flatnonzero(normal.diagonal() > 0)
    if not live.size:
        return values
    ridge = 1e-14 * float(normal.diagonal().max())
    solver = splu(csc_matrix(normal[live][:, live] + ridge * diags(np.ones(live.size))))
    found = values.copy()
    for _ in range(3):
        lost = constraints @ found
        found = found - spread @ (constraints[live].T @ solver.solve(lost[live]))
    return np.asarray(found)
