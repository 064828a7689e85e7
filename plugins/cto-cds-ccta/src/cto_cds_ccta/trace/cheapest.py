"""The cheapest way through a grid: Dijkstra's algorithm over 26 neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.kernel import compiled

_NEIGHBOURS = 26


def cheapest_way(
    cost: NDArray[np.float32], start: tuple[int, int, int], end: tuple[int, int, int]
) -> NDArray[np.int64]:
    """Return the grid points of the cheapest way, from start to end, shape (n, 3).

    A step costs its length times the mean cost of its ends. The search stops at the end.
    """
    nx, ny, nz = cost.shape
    flat = np.ascontiguousarray(cost).reshape(-1)
    came = _search(
        flat,
        np.array([nx, ny, nz], dtype=np.int64),
        int(np.ravel_multi_index(start, cost.shape)),
        int(np.ravel_multi_index(end, cost.shape)),
    )
    return np.column_stack(np.unravel_index(came[::-1], cost.shape)).astype(np.int64)


@compiled
def _search(
    cost: NDArray[np.float32], shape: NDArray[np.int64], start: int, end: int
) -> NDArray[np.int64]:
    """Return the way from end to start as flat indices."""
    total = np.full(cost.size, np.inf, dtype=np.float32)
    came = np.full(cost.size, -1, dtype=np.int32)
    done = np.zeros(cost.size, dtype=np.bool_)
    keys = np.empty(1 << 16, dtype=np.float32)
    items = np.empty(1 << 16, dtype=np.int32)
    keys[0], items[0], total[start] = 0.0, start, 0.0
    count = 1
    near = np.empty(_NEIGHBOURS, dtype=np.int64)
    lengths = np.empty(_NEIGHBOURS, dtype=np.float32)
    while count > 0:
        here = items[0]
        count = _drop_least(keys, items, count)
        if done[here]:
            continue
        done[here] = True
        if here == end:
            break
        if count + _NEIGHBOURS > keys.size:
            keys, items = _wider(keys, items)
        for i in range(_neighbours(here, shape, near, lengths)):
            there = near[i]
            new = total[here] + lengths[i] * np.float32(0.5) * (cost[here] + cost[there])
            if not done[there] and new < total[there]:
                total[there], came[there] = new, here
                count = _add(keys, items, count, new, there)
    return _back(came, end)


@compiled
def _neighbours(
    here: int, shape: NDArray[np.int64], near: NDArray[np.int64], lengths: NDArray[np.float32]
) -> int:
    """Fill in the neighbours of a grid point and the steps to them; return their number."""
    nx, ny, nz = shape
    x, y, z = here // (ny * nz), here // nz % ny, here % nz
    count = 0
    for a in range(max(x - 1, 0), min(x + 2, nx)):
        for b in range(max(y - 1, 0), min(y + 2, ny)):
            for c in range(max(z - 1, 0), min(z + 2, nz)):
                there = (a * ny + b) * nz + c
                if there != here:
                    near[count] = there
                    lengths[count] = np.sqrt((a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2)
                    count += 1
    return count


@compiled
def _drop_least(keys: NDArray[np.float32], items: NDArray[np.int32], count: int) -> int:
    """Take the least entry out of a heap and return how many are left."""
    count -= 1
    key, item = keys[count], items[count]
    at, child = 0, 1
    while child < count:
        if child + 1 < count and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at], items[at] = keys[child], items[child]
        at, child = child, 2 * child + 1
    keys[at], items[at] = key, item
    return count


@compiled
def _add(
    keys: NDArray[np.float32], items: NDArray[np.int32], count: int, key: float, item: int
) -> int:
    """Put an entry into a heap and return how many there are."""
    at = count
    while at > 0:
        parent = (at - 1) // 2
        if keys[parent] <= key:
            break
        keys[at], items[at] = keys[parent], items[parent]
        at = parent
    keys[at], items[at] = key, item
    return count + 1


@compiled
def _wider(
    keys: NDArray[np.float32], items: NDArray[np.int32]
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return the same heap with twice the room."""
    more_keys = np.empty(2 * keys.size, dtype=np.float32)
    more_items = np.empty(2 * keys.size, dtype=np.int32)
    more_keys[: keys.size], more_items[: keys.size] = keys, items
    return more_keys, more_items


@compiled
def _back(came: NDArray[np.int32], end: int) -> NDArray[np.int64]:
    """Return the way back from the end."""
    steps, at = 1, end
    while came[at] >= 0:
        at = came[at]
        steps += 1
    way = np.empty(steps, dtype=np.int64)
    at = end
    for i in range(steps):
        way[i] = at
        at = came[at]
    return way
