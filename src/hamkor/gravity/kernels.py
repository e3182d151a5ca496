"""Compiled sums over rows and their groups, for `within`: rows anywhere, or rows that stand in a grid of pairs and years.

All take the first and last group of a part, then where groups begin, so that two threads may work on halves. Rows of a group
follow each other. `codes` (E x N) are places in one vector of all effects but the groups'. In a grid, a group is made of
segments of T years each; `one` and `other` say where in the vector a segment's years begin, so that sums over years run along
memory without looking anything up.
"""


# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
from numba import njit

_LOOSE = {"reassoc", "contract", "nsz"}


@njit(cache=True, nogil=True, error_model="numpy")
def diagonal(first, last, starts, codes, weights, sums, column, out):
    """Add the diagonal of the system to out; column is not read."""
    for group in range(first, last):
        total = sums[group]
        for row in range(starts[group], starts[group + 1]):
            weight = weights[row]
            own = weight - weight * weight / total if total > 0 else 0.0
            for effect in range(codes.shape[0]):
                out[codes[effect, row]] += own


@njit(cache=True, nogil=True, error_model="numpy")
def times(first, last, starts, codes, weights, sums, vector, out):
    """Add the system times a vector to out."""
    if codes.shape[0] == 2:
        _times_two(first, last, starts, codes[0], codes[1], weights, sums, vector, out)
        return
    for group in range(first, last):
        begin, end = starts[group], starts[group + 1]
        total = 0.0
        for row in range(begin, end):
            value = 0.0
            for effect in range(codes.shape[0]):
                value += vector[codes[effect, row]]
            total += weights[row] * value
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(begin, end):
            value = -mean
            for effect in range(codes.shape[0]):
                value += vector[codes[effect, row]]
            value *= weights[row]
            for effect in range(codes.shape[0]):
                out[codes[effect, row]] += value


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def _times_two(first, last, starts, one, other, weights, sums, vector, out):
    """Do the same for two effects, unrolled."""
    room = np.empty(4096)
    for group in range(first, last):
        begin, end = starts[group], starts[group + 1]
        if end - begin > room.size:
            room = np.empty(end - begin)
        total = 0.0
        for row in range(begin, end):
            value = vector[one[row]] + vector[other[row]]
            room[row - begin] = value
            total += weights[row] * value
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(begin, end):
            value = weights[row] * (room[row - begin] - mean)
            out[one[row]] += value
            out[other[row]] += value


@njit(cache=True, nogil=True, error_model="numpy")
def right(first, last, starts, codes, weights, sums, column, out):
    """Add the right side of the system for a column to out."""
    for group in range(first, last):
        begin, end = starts[group], starts[group + 1]
        total = 0.0
        for row in range(begin, end):
            total += weights[row] * column[row]
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(begin, end):
            value = weights[row] * (column[row] - mean)
            for effect in range(codes.shape[0]):
                out[codes[effect, row]] += value


@njit(cache=True, nogil=True, error_model="numpy")
def residual(first, last, starts, codes, weights, sums, column, vector, found):
    """Write a column less the vector's effects and the groups' means."""
    for group in range(first, last):
        begin, end = starts[group], starts[group + 1]
        total = 0.0
        for row in range(begin, end):
            value = column[row]
            for effect in range(codes.shape[0]):
                value -= vector[codes[effect, row]]
            found[row] = value
            total += weights[row] * value
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(begin, end):
            found[row] -= mean


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def conjugate(scale, rho, product, guess, left, along):
    """Take a step of conjugate gradients in place; return the new rho, or -1 where there is no curvature."""
    curve = 0.0
    for at in range(along.size):
        curve += along[at] * product[at]
    if curve <= 0:
        return -1.0
    step, new = rho / curve, 0.0
    for at in range(along.size):
        guess[at] += step * along[at]
        left[at] -= step * product[at]
        new += scale[at] * left[at] * left[at]
    ratio = new / rho
    for at in range(along.size):
        along[at] = scale[at] * left[at] + ratio * along[at]
    return new


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def grid_diagonal(first, last, starts, one, other, years, weights, sums, column, out):
    """Do as `diagonal` does, in a grid."""
    for group in range(first, last):
        scale = 1.0 / sums[group] if sums[group] > 0 else 0.0
        for segment in range(starts[group], starts[group + 1]):
            weight = weights[segment * years : (segment + 1) * years]
            sent, got = out[one[segment] : one[segment] + years], out[other[segment] : other[segment] + years]
            for year in range(years):
                value = weight[year] - weight[year] * weight[year] * scale
                sent[year] += value
                got[year] += value


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def grid_times(first, last, starts, one, other, years, weights, sums, vector, out):
    """Do as `times` does, in a grid."""
    for group in range(first, last):
        total = 0.0
        for segment in range(starts[group], starts[group + 1]):
            weight = weights[segment * years : (segment + 1) * years]
            sent, got = vector[one[segment] : one[segment] + years], vector[other[segment] : other[segment] + years]
            for year in range(years):
                total += weight[year] * (sent[year] + got[year])
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for segment in range(starts[group], starts[group + 1]):
            weight = weights[segment * years : (segment + 1) * years]
            sent, got = vector[one[segment] : one[segment] + years], vector[other[segment] : other[segment] + years]
            to_one, to_other = out[one[segment] : one[segment] + years], out[other[segment] : other[segment] + years]
            for year in range(years):
                value = weight[year] * (sent[year] + got[year] - mean)
                to_one[year] += value
                to_other[year] += value


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def grid_right(first, last, starts, one, other, years, weights, sums, column, out):
    """Do as `right` does, in a grid."""
    for group in range(first, last):
        begin, end = starts[group] * years, starts[group + 1] * years
        total = 0.0
        for row in range(begin, end):
            total += weights[row] * column[row]
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for segment in range(starts[group], starts[group + 1]):
            weight = weights[segment * years : (segment + 1) * years]
            own = column[segment * years : (segment + 1) * years]
            to_one, to_other = out[one[segment] : one[segment] + years], out[other[segment] : other[segment] + years]
            for year in range(years):
                value = weight[year] * (own[year] - mean)
                to_one[year] += value
                to_other[year] += value


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def grid_residual(first, last, starts, one, other, years, weights, sums, column, vector, found):
    """Do as `residual` does, in a grid."""
    for group in range(first, last):
        total = 0.0
        for segment in range(starts[group], starts[group + 1]):
            weight = weights[segment * years : (segment + 1) * years]
            own, free = column[segment * years : (segment + 1) * years], found[segment * years : (segment + 1) * years]
            sent, got = vector[one[segment] : one[segment] + years], vector[other[segment] : other[segment] + years]
            for year in range(years):
                value = own[year] - sent[year] - got[year]
                free[year] = value
                total += weight[year] * value
        mean = total / sums[group] if sums[group] > 0 else 0.0
        for row in range(starts[group] * years, starts[group + 1] * years):
            found[row] -= mean


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def grid_margins(first, last, starts, one, other, years, base, totals, factors, sender, out):
    """Add to out what one side sends (sender) or gets under base times factors, each group first made to fit its total."""
    for group in range(first, last):
        total = 0.0
        for segment in range(starts[group], starts[group + 1]):
            own = base[segment * years : (segment + 1) * years]
            sent, got = factors[one[segment] : one[segment] + years], factors[other[segment] : other[segment] + years]
            for year in range(years):
                total += own[year] * sent[year] * got[year]
        share = totals[group] / total if total > 0 else 0.0
        for segment in range(starts[group], starts[group + 1]):
            own = base[segment * years : (segment + 1) * years]
            sent, got = factors[one[segment] : one[segment] + years], factors[other[segment] : other[segment] + years]
            place = one[segment] if sender else other[segment]
            to = out[place : place + years]
            for year in range(years):
                to[year] += share * own[year] * sent[year] * got[year]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def grid_product(first, last, starts, one, other, years, base, totals, factors, found):
    """Write base times factors, each group made to fit its total."""
    for group in range(first, last):
        total = 0.0
        for segment in range(starts[group], starts[group + 1]):
            own, to = base[segment * years : (segment + 1) * years], found[segment * years : (segment + 1) * years]
            sent, got = factors[one[segment] : one[segment] + years], factors[other[segment] : other[segment] + years]
            for year in range(years):
                to[year] = own[year] * sent[year] * got[year]
                total += to[year]
        share = totals[group] / total if total > 0 else 0.0
        for row in range(starts[group] * years, starts[group + 1] * years):
            found[row] *= share


@njit(cache=True, nogil=True)
def crossed(one, other, count):
    """Return one * count + other."""
    found = np.empty_like(one)
    for row in range(one.size):
        found[row] = one[row] * count + other[row]
    return found


@njit(cache=True, nogil=True)
def relabelled(codes, size):
    """Write codes in [0, size) over as 0 ... n - 1, in order; return n."""
    ranks = np.zeros(size, dtype=np.int64)
    for row in range(codes.size):
        ranks[codes[row]] = 1
    count = 0
    for code in range(size):
        if ranks[code]:
            ranks[code] = count
            count += 1
    if count < size:
        for row in range(codes.size):
            codes[row] = ranks[codes[row]]
    return count


@njit(cache=True, nogil=True)
def first_rows(codes, size):
    """Return the first row of each code."""
    found = np.zeros(size, dtype=np.int64)
    for row in range(codes.size - 1, -1, -1):
        found[codes[row]] = row
    return found


@njit(cache=True, nogil=True)
def cells(one, other, third, first_place, second_place, slots, others, partners, ends, segments, found):
    """Write each row's segment (pair of entities) and year; True if the rows make a grid.

    `first_place`, `second_place`: entity of each level of the two effects; `slots`, `others`: their years; `ends`: the group of
    each pair, -1 where not yet seen, filled here.
    """
    for row in range(one.size):
        if slots[one[row]] != others[other[row]]:
            return False
        segment = first_place[one[row]] * partners + second_place[other[row]]
        if ends[segment] < 0:
            ends[segment] = third[row]
        elif ends[segment] != third[row]:
            return False
        segments[row] = segment
        found[row] = slots[one[row]]
    return True


@njit(cache=True, nogil=True)
def placed(segments, slots, ranks, years, there, found):
    """Write each row's cell; return whether no two rows share one, and whether rows follow the cells one by one."""
    straight = True
    for row in range(segments.size):
        cell = ranks[segments[row]] * years + slots[row]
        if there[cell]:
            return False, False
        there[cell] = True
        found[row] = cell
        straight = straight and cell == row
    return True, straight


@njit(cache=True, nogil=True)
def scatter(places, column, found):
    """Write column[n] to found[places[n]]."""
    for row in range(places.size):
        found[places[row]] = column[row]


@njit(cache=True, nogil=True)
def closed(known, table, entities, partners, years, zeros, tries, seed):
    """Mark cells known whose seven neighbours in some cube of two exporters, importers and years are known; count the others.

    `known`: of each cell; `table`: segment of each pair of entities, -1 if none; `zeros`: cells in question (pair of
    entities, year).
    """
    np.random.seed(seed)
    open_cells = 0
    for at in range(zeros.shape[0]):
        i, j, t = zeros[at]
        own = table[i, j] * years
        if known[own + t]:
            continue
        found = False
        for _ in range(tries):
            k, m, s = np.random.randint(0, entities), np.random.randint(0, partners), np.random.randint(0, years)
            if not known[own + s] or table[k, j] < 0 or table[i, m] < 0 or table[k, m] < 0:
                continue
            b, c, d = table[k, j] * years, table[i, m] * years, table[k, m] * years
            if k == i or m == j or s == t:
                continue
            if known[b + s] and known[b + t] and known[c + s] and known[c + t] and known[d + s] and known[d + t]:
                found = True
                break
        if found:
            known[own + t] = True
        else:
            open_cells += 1
    return open_cells


@njit(cache=True, nogil=True)
def differences(known, table, entities, partners, years, regressors, starts, wanted, tries, seed, found):
    """Write third differences of regressors (K x cells) over cubes of known cells; return how many there are.

    `starts`: cells to begin from (pair of entities, year).
    """
    np.random.seed(seed)
    count = 0
    for _ in range(tries):
        i, j, t = starts[np.random.randint(0, starts.shape[0])]
        k, m, s = np.random.randint(0, entities), np.random.randint(0, partners), np.random.randint(0, years)
        if k == i or m == j or s == t or table[k, j] < 0 or table[i, m] < 0 or table[k, m] < 0:
            continue
        a, b, c, d = table[i, j] * years, table[k, j] * years, table[i, m] * years, table[k, m] * years
        if not (
            known[a + s] and known[a + t] and known[b + s] and known[b + t]
            and known[c + s] and known[c + t] and known[d + s] and known[d + t]
        ):  # fmt: skip
            continue
        some = False
        for at in range(regressors.shape[0]):
            x = regressors[at]
            value = (x[a + t] - x[a + s]) - (x[b + t] - x[b + s]) - (x[c + t] - x[c + s]) + (x[d + t] - x[d + s])
            found[count, at] = value
            some = some or value != 0
        if some:
            count += 1
            if count == wanted:
                break
    return count
